-- Nodes that die or stop: what they leave behind by the rules of 0009.
-- Running nodes: functions under new names; those of before stay.

-- Turns the leases and claimed retries of a node into retries that are due at once; see return_v1. Rows are locked in the order of their
-- keys, as a seek does, so that neither ends in a deadlock with the other.
CREATE FUNCTION pgpubsub.return_v2(p_node uuid, p_tokens uuid[], p_deaths integer, p_why text) RETURNS integer LANGUAGE plpgsql
  SET jit = off SET search_path = pg_catalog AS $f$
DECLARE
  v_returned integer;
  v_again    integer;
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  PERFORM FROM pgpubsub.lease l WHERE l.node = p_node AND (p_tokens IS NULL OR l.token = ANY (p_tokens))
  ORDER BY l.topic, l.subscription, l.generation, l.lo FOR UPDATE;
  PERFORM FROM pgpubsub.retry r WHERE r.node = p_node AND (p_tokens IS NULL OR r.token = ANY (p_tokens))
  ORDER BY r.topic, r.subscription, r."offset" FOR UPDATE;
  WITH gone AS (
    DELETE FROM pgpubsub.lease l WHERE l.node = p_node AND (p_tokens IS NULL OR l.token = ANY (p_tokens))
    RETURNING l.topic, l.subscription, l.lo, l.hi, l.settled)
  INSERT INTO pgpubsub.retry (topic, subscription, "offset", attempts, deaths, due_at, why)
  SELECT g.topic, g.subscription, o, 1, p_deaths, clock_timestamp(), p_why
  FROM gone g CROSS JOIN LATERAL generate_series(g.lo, g.hi - 1) AS o
  WHERE g.settled IS NULL OR get_bit(g.settled, (o - g.lo)::integer) = 0
  ON CONFLICT (topic, subscription, "offset") DO NOTHING;
  GET DIAGNOSTICS v_returned = ROW_COUNT;
  -- Only a death as the one suspect of its node buries: a killer goes, and no innocent with it.
  PERFORM pgpubsub.bury_v2(r.topic, r.subscription, array_agg(r."offset"), array_agg(r.attempts + 1), array_agg(p_why))
  FROM pgpubsub.retry r JOIN pgpubsub.subscription s ON s.topic = r.topic AND s.id = r.subscription
  WHERE r.node = p_node AND r.suspect AND p_deaths > 0 AND s.max_attempts > 0 AND r.attempts + 1 >= s.max_attempts
    AND (p_tokens IS NULL OR r.token = ANY (p_tokens))
  GROUP BY r.topic, r.subscription;
  DELETE FROM pgpubsub.retry r USING pgpubsub.subscription s
  WHERE s.topic = r.topic AND s.id = r.subscription
    AND r.node = p_node AND r.suspect AND p_deaths > 0 AND s.max_attempts > 0 AND r.attempts + 1 >= s.max_attempts
    AND (p_tokens IS NULL OR r.token = ANY (p_tokens));
  UPDATE pgpubsub.retry r
  SET node = NULL, token = NULL, suspect = false, attempts = r.attempts + 1, deaths = r.deaths + p_deaths, why = p_why, due_at = clock_timestamp()
    + CASE WHEN r.deaths = 0 THEN interval '0' ELSE least(s.retry_most_ms, s.retry_first_ms * s.retry_factor ^ least(r.deaths - 1, 30)) * interval '1 millisecond' END
  FROM pgpubsub.subscription s
  WHERE r.node = p_node AND (p_tokens IS NULL OR r.token = ANY (p_tokens)) AND s.topic = r.topic AND s.id = r.subscription;
  GET DIAGNOSTICS v_again = ROW_COUNT;
  RETURN v_returned + v_again;
END $f$;

-- Takes over what a dead node held, if its row is still as it was seen; see take_over_v1. Only a transaction that the dead node left open holds
-- locks, and by now it is not young. Behind a pooler an idle session still bears the name of whoever it served last, and is somebody else's next.
CREATE FUNCTION pgpubsub.take_over_v2(p_dead uuid, p_seen_at timestamptz) RETURNS boolean LANGUAGE plpgsql
  SET jit = off SET search_path = pg_catalog AS $f$
DECLARE
  v_application text;
  v_returned    integer;
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  IF p_seen_at IS NULL THEN
    PERFORM FROM pgpubsub.node n WHERE n.id = p_dead;
    IF FOUND THEN
      RETURN false;
    END IF;
  ELSE
    SELECT n.application INTO v_application FROM pgpubsub.node n WHERE n.id = p_dead AND n.seen_at = p_seen_at;
    IF NOT FOUND THEN
      RETURN false;
    END IF;
    PERFORM pg_terminate_backend(a.pid) FROM pg_stat_activity a
    WHERE a.datname = current_database() AND a.usename = current_user AND a.application_name = v_application
      AND a.xact_start < clock_timestamp() - interval '500 milliseconds'
      AND a.application_name <> current_setting('application_name')
      AND NOT EXISTS (SELECT FROM pgpubsub.node n WHERE n.application = v_application AND n.id <> p_dead); -- its process lives on under another id
    DELETE FROM pgpubsub.node n WHERE n.id = p_dead AND n.seen_at = p_seen_at;
    IF NOT FOUND THEN
      RETURN false;
    END IF;
  END IF;
  -- Leases are locked before retries, as a seek does.
  PERFORM FROM pgpubsub.lease l WHERE l.node = p_dead ORDER BY l.topic, l.subscription, l.generation, l.lo FOR UPDATE;
  -- Whatever was there at as many deaths may be the killer as well: one whose own group does not suspect it yet, or a suspect whose claim was
  -- never answered. The next death tells them apart, since two deaths make everything a suspect.
  UPDATE pgpubsub.retry r SET suspect = false
  WHERE r.node = p_dead AND r.suspect AND EXISTS (
    SELECT FROM pgpubsub.retry o
    WHERE o.node = p_dead AND o.deaths >= r.deaths AND (o.topic, o.subscription, o."offset") <> (r.topic, r.subscription, r."offset"));
  v_returned := pgpubsub.return_v2(p_dead, NULL, 1, 'its node died');
  DELETE FROM pgpubsub.mark m WHERE m.node = p_dead;
  RETURN p_seen_at IS NOT NULL OR v_returned > 0;
END $f$;

-- Removes a node that stops. Its row goes first: a mark under way holds it, so that what is deleted after it is all there is.
CREATE FUNCTION pgpubsub.depart_v2(p_node uuid) RETURNS void LANGUAGE plpgsql
  SET jit = off SET search_path = pg_catalog AS $f$
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  DELETE FROM pgpubsub.node n WHERE n.id = p_node;
  PERFORM pgpubsub.return_v2(p_node, NULL, 0, 'its node stopped');
  DELETE FROM pgpubsub.mark m WHERE m.node = p_node;
  DELETE FROM pgpubsub.duty d WHERE d.node = p_node;
END $f$;
