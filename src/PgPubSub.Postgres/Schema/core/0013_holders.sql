-- Looks at what nodes hold that never walk what is long done, however much of it a stranger's snapshot keeps.
-- Running nodes: claims wait while an index is built on the leases, of which there are as many as are out. Functions under new names; those of
-- before stay.

-- Tokens are UUIDs of version 7 and so lie in the order in which their nodes made them: what is out lies at the end of its node's part.
CREATE INDEX lease_held ON pgpubsub.lease (node, token);

-- The tokens of a node's leases and claimed retries: all that are not below p_since, and of those below it the ones that are still there of
-- p_known. Null for p_since looks at all.
CREATE FUNCTION pgpubsub.held_v1(p_node uuid, p_since uuid, p_known uuid[]) RETURNS TABLE (token uuid) LANGUAGE plpgsql STABLE
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_since uuid := coalesce(p_since, '00000000-0000-0000-0000-000000000000');
BEGIN
  RETURN QUERY
  SELECT l.token FROM pgpubsub.lease l WHERE l.node = p_node AND l.token >= v_since
  UNION
  SELECT r.token FROM pgpubsub.retry r WHERE r.node = p_node AND r.token >= v_since
  UNION
  SELECT k.token FROM unnest(p_known) AS k(token)
  CROSS JOIN LATERAL (SELECT FROM pgpubsub.lease l WHERE l.node = p_node AND l.token = k.token LIMIT 1) held
  UNION
  SELECT k.token FROM unnest(p_known) AS k(token)
  CROSS JOIN LATERAL (SELECT FROM pgpubsub.retry r WHERE r.node = p_node AND r.token = k.token LIMIT 1) held;
END $f$;

-- The nodes that hold leases or claimed retries, each with the token of one. Looked at are those that have a row and those named: whether
-- the one token is still there that is named with it, or else from its newest token down to p_since. Null for p_since looks at all that is
-- held, whoever holds it, and tells the oldest of each.
CREATE FUNCTION pgpubsub.holders_v1(p_since uuid, p_nodes uuid[], p_tokens uuid[]) RETURNS TABLE (node uuid, token uuid) LANGUAGE plpgsql STABLE
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
BEGIN
  IF p_since IS NULL THEN
    RETURN QUERY
    SELECT DISTINCT ON (h.node) h.node, h.token FROM (
      SELECT l.node, l.token FROM pgpubsub.lease l
      UNION ALL
      SELECT r.node, r.token FROM pgpubsub.retry r WHERE r.node IS NOT NULL) h
    ORDER BY h.node, h.token;
    RETURN;
  END IF;
  RETURN QUERY
  SELECT w.id, held.token
  FROM (
    SELECT coalesce(n.id, k.id) AS id, k.token
    FROM pgpubsub.node n FULL JOIN unnest(p_nodes, p_tokens) AS k(id, token) ON k.id = n.id) w
  CROSS JOIN LATERAL (
    SELECT h.token FROM (
      (SELECT l.token FROM pgpubsub.lease l WHERE l.node = w.id AND l.token = w.token LIMIT 1)
      UNION ALL
      (SELECT r.token FROM pgpubsub.retry r WHERE r.node = w.id AND r.token = w.token LIMIT 1)
      UNION ALL
      (SELECT l.token FROM pgpubsub.lease l WHERE l.node = w.id AND l.token >= p_since ORDER BY l.token DESC LIMIT 1)
      UNION ALL
      (SELECT r.token FROM pgpubsub.retry r WHERE r.node = w.id AND r.token >= p_since ORDER BY r.token DESC LIMIT 1)) h
    LIMIT 1) held;
END $f$;

-- Turns the leases and claimed retries of a node into retries that are due at once; see return_v2. Those with the tokens given are found by them;
-- all of a node's are found by one walk. What was found and locked is changed by its place.
CREATE FUNCTION pgpubsub.return_v3(p_node uuid, p_tokens uuid[], p_deaths integer, p_why text) RETURNS integer LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_leases   tid[] := '{}';
  v_retries  tid[] := '{}';
  v_one      record;
  v_at       tid;
  v_node     uuid;
  v_token    uuid;
  v_returned integer;
  v_again    integer;
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  IF p_tokens IS NULL THEN
    v_leases := ARRAY(
      SELECT l.ctid FROM pgpubsub.lease l WHERE l.node = p_node ORDER BY l.topic, l.subscription, l.generation, l.lo FOR UPDATE);
    v_retries := ARRAY(SELECT r.ctid FROM pgpubsub.retry r WHERE r.node = p_node ORDER BY r.topic, r.subscription, r."offset" FOR UPDATE);
  ELSE
    -- Token by token (OFFSET 0 fences each look off), then each by its key: with the statistics of few rows the planner would walk all of the node's.
    FOR v_one IN
      SELECT l.topic, l.subscription, l.generation, l.lo, k.token FROM unnest(p_tokens) AS k(token)
      CROSS JOIN LATERAL (SELECT x.* FROM pgpubsub.lease x WHERE x.node = p_node AND x.token = k.token OFFSET 0) l
      ORDER BY l.topic, l.subscription, l.generation, l.lo
    LOOP
      SELECT l.ctid, l.node, l.token INTO v_at, v_node, v_token FROM pgpubsub.lease l
      WHERE l.topic = v_one.topic AND l.subscription = v_one.subscription AND l.generation = v_one.generation AND l.lo = v_one.lo FOR UPDATE;
      IF v_node = p_node AND v_token = v_one.token THEN
        v_leases := v_leases || v_at;
      END IF;
    END LOOP;
    FOR v_one IN
      SELECT r.topic, r.subscription, r."offset", k.token FROM unnest(p_tokens) AS k(token)
      CROSS JOIN LATERAL (SELECT x.* FROM pgpubsub.retry x WHERE x.node = p_node AND x.token = k.token OFFSET 0) r
      ORDER BY r.topic, r.subscription, r."offset"
    LOOP
      SELECT r.ctid, r.node, r.token INTO v_at, v_node, v_token FROM pgpubsub.retry r
      WHERE r.topic = v_one.topic AND r.subscription = v_one.subscription AND r."offset" = v_one."offset" FOR UPDATE;
      IF v_node = p_node AND v_token = v_one.token THEN
        v_retries := v_retries || v_at;
      END IF;
    END LOOP;
  END IF;
  WITH gone AS (
    DELETE FROM pgpubsub.lease l WHERE l.ctid = ANY (v_leases) RETURNING l.topic, l.subscription, l.lo, l.hi, l.settled)
  INSERT INTO pgpubsub.retry (topic, subscription, "offset", attempts, deaths, due_at, why)
  SELECT g.topic, g.subscription, o, 1, p_deaths, clock_timestamp(), p_why
  FROM gone g CROSS JOIN LATERAL generate_series(g.lo, g.hi - 1) AS o
  WHERE g.settled IS NULL OR get_bit(g.settled, (o - g.lo)::integer) = 0
  ON CONFLICT (topic, subscription, "offset") DO NOTHING;
  GET DIAGNOSTICS v_returned = ROW_COUNT;
  -- Only a death as the one suspect of its node buries: a killer goes, and no innocent with it.
  PERFORM pgpubsub.bury_v2(r.topic, r.subscription, array_agg(r."offset"), array_agg(r.attempts + 1), array_agg(p_why))
  FROM pgpubsub.retry r JOIN pgpubsub.subscription s ON s.topic = r.topic AND s.id = r.subscription
  WHERE r.ctid = ANY (v_retries) AND r.suspect AND p_deaths > 0 AND s.max_attempts > 0 AND r.attempts + 1 >= s.max_attempts
  GROUP BY r.topic, r.subscription;
  DELETE FROM pgpubsub.retry r USING pgpubsub.subscription s
  WHERE s.topic = r.topic AND s.id = r.subscription
    AND r.ctid = ANY (v_retries) AND r.suspect AND p_deaths > 0 AND s.max_attempts > 0 AND r.attempts + 1 >= s.max_attempts;
  UPDATE pgpubsub.retry r
  SET node = NULL, token = NULL, suspect = false, attempts = r.attempts + 1, deaths = r.deaths + p_deaths, why = p_why, due_at = clock_timestamp()
    + CASE WHEN r.deaths = 0 THEN interval '0' ELSE least(s.retry_most_ms, s.retry_first_ms * s.retry_factor ^ least(r.deaths - 1, 30)) * interval '1 millisecond' END
  FROM pgpubsub.subscription s
  WHERE r.ctid = ANY (v_retries) AND s.topic = r.topic AND s.id = r.subscription;
  GET DIAGNOSTICS v_again = ROW_COUNT;
  RETURN v_returned + v_again;
END $f$;

-- Takes over what a dead node held, if its row is still as it was seen; see take_over_v2.
CREATE FUNCTION pgpubsub.take_over_v3(p_dead uuid, p_seen_at timestamptz) RETURNS boolean LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
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
  v_returned := pgpubsub.return_v3(p_dead, NULL, 1, 'its node died');
  DELETE FROM pgpubsub.mark m WHERE m.node = p_dead;
  RETURN p_seen_at IS NOT NULL OR v_returned > 0;
END $f$;

-- Removes a node that stops; see depart_v2.
CREATE FUNCTION pgpubsub.depart_v3(p_node uuid) RETURNS void LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  DELETE FROM pgpubsub.node n WHERE n.id = p_node;
  PERFORM pgpubsub.return_v3(p_node, NULL, 0, 'its node stopped');
  DELETE FROM pgpubsub.mark m WHERE m.node = p_node;
  DELETE FROM pgpubsub.duty d WHERE d.node = p_node;
END $f$;
