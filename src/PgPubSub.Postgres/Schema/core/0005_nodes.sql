-- Nodes, and what dead ones leave behind.
-- Running nodes: there are none before this one.

-- Turns the leases and claimed retries of a node into retries that are due at once: all of them, or those with the tokens given.
-- A death counts for each; messages that were never handed out are counted as if they had been, since nobody is left to say.
CREATE FUNCTION pgpubsub.return_v1(p_node uuid, p_tokens uuid[], p_deaths integer, p_why text) RETURNS integer LANGUAGE plpgsql
  SET jit = off SET search_path = pg_catalog AS $f$
DECLARE
  v_returned integer;
  v_again    integer;
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
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
  PERFORM pgpubsub.bury_v1(r.topic, r.subscription, array_agg(r."offset"), array_agg(r.attempts + 1), array_agg(p_why))
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

-- Takes over what a dead node held, if its row is still as it was seen; p_seen_at is null for an id whose row is gone.
-- The deleted row makes sure that one taker wins; without a row, the one who finds something to return. Cursors are never touched.
-- The dead node's sessions are ended first: one of them may hold the very locks that are needed here, and wait for its client for ever.
CREATE FUNCTION pgpubsub.take_over_v1(p_dead uuid, p_seen_at timestamptz) RETURNS boolean LANGUAGE plpgsql
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
      AND a.application_name <> current_setting('application_name')
      AND NOT EXISTS (SELECT FROM pgpubsub.node n WHERE n.application = v_application AND n.id <> p_dead); -- its process lives on under another id
    DELETE FROM pgpubsub.node n WHERE n.id = p_dead AND n.seen_at = p_seen_at;
    IF NOT FOUND THEN
      RETURN false;
    END IF;
  END IF;
  v_returned := pgpubsub.return_v1(p_dead, NULL, 1, 'its node died');
  DELETE FROM pgpubsub.mark m WHERE m.node = p_dead;
  RETURN p_seen_at IS NOT NULL OR v_returned > 0;
END $f$;

-- Writes what a node's private subscribers still need of some topics; null where they need nothing any more. The topics' rows stay
-- share-locked, so that no trim raises a floor between reading it and committing the mark. The floors, in the order of the topics.
CREATE FUNCTION pgpubsub.mark_v1(p_node uuid, p_topics integer[], p_lows bigint[]) RETURNS bigint[] LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_floors bigint[] := '{}';
  v_floor  bigint;
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  PERFORM FROM pgpubsub.node n WHERE n.id = p_node FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such node' USING ERRCODE = 'PS005';
  END IF;
  FOR i IN 1 .. cardinality(p_topics) LOOP
    SELECT t.floor INTO v_floor FROM pgpubsub.topic t WHERE t.id = p_topics[i] FOR SHARE;
    v_floors[i] := coalesce(v_floor, 0);
    IF p_lows[i] IS NULL OR v_floor IS NULL THEN
      DELETE FROM pgpubsub.mark m WHERE m.topic = p_topics[i] AND m.node = p_node;
    ELSE
      INSERT INTO pgpubsub.mark (topic, node, low) VALUES (p_topics[i], p_node, greatest(p_lows[i], v_floor))
      ON CONFLICT (topic, node) DO UPDATE SET low = excluded.low;
    END IF;
  END LOOP;
  RETURN v_floors;
END $f$;

-- Removes a node that stops.
CREATE FUNCTION pgpubsub.depart_v1(p_node uuid) RETURNS void LANGUAGE plpgsql
  SET jit = off SET search_path = pg_catalog AS $f$
BEGIN
  PERFORM pgpubsub.return_v1(p_node, NULL, 0, 'its node stopped');
  DELETE FROM pgpubsub.mark m WHERE m.node = p_node;
  DELETE FROM pgpubsub.node n WHERE n.id = p_node;
END $f$;

-- The key of a node's presence lock.
CREATE FUNCTION pgpubsub.presence_key_v1(p_node uuid) RETURNS bigint LANGUAGE sql STABLE SET search_path = pg_catalog AS $f$
  SELECT hashtextextended('pgpubsub.node', hashtextextended(p_node::text, 0))
$f$;
