-- Retries whose wait outlives no step of the server's clock, and a last attempt that stays the last also where a node stops.
-- Running nodes: claims and settlements of retries wait while an index is built on the retries that wait. Functions under new names; those of before
-- stay. A program of before that nacks a retry again leaves its set_at as it was: should the clock be set back then, that one waits longer than it was to.

-- set_at: when due_at was set. A clock that stands before it was set back since, and what is left to wait is at most what was to be waited at first.
-- What waits already counts as set now.
ALTER TABLE pgpubsub.retry ADD COLUMN set_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE pgpubsub.retry ALTER COLUMN set_at SET DEFAULT clock_timestamp();
CREATE INDEX retry_set ON pgpubsub.retry (topic, subscription, set_at) WHERE node IS NULL;

-- For each group whether retries are due, and suspects among them; see poll_retries_v1. Due counts also what was set to wait by a clock that has been
-- set back since: a claim sets it anew. The moment is read once, so that what waits for later is never walked.
CREATE FUNCTION pgpubsub.poll_retries_v2(p_topics integer[], p_subscriptions integer[], p_since timestamptz[])
  RETURNS TABLE (topic integer, subscription integer, due boolean, suspects boolean, looked_at timestamptz) LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_now timestamptz := clock_timestamp();
BEGIN
  -- Subqueries with a LIMIT, each a walk of one index: an EXISTS might be answered by reading all that waits.
  RETURN QUERY
  SELECT g.topic, g.subscription,
    coalesce(
      (SELECT true FROM pgpubsub.retry r WHERE r.topic = g.topic AND r.subscription = g.subscription AND r.node IS NULL
        AND r.due_at >= g.since AND r.due_at <= v_now ORDER BY r.due_at LIMIT 1),
      (SELECT true FROM pgpubsub.retry r WHERE r.topic = g.topic AND r.subscription = g.subscription AND r.node IS NULL
        AND r.set_at > v_now ORDER BY r.set_at DESC LIMIT 1),
      false),
    coalesce(
      (SELECT true FROM pgpubsub.retry r WHERE r.topic = g.topic AND r.subscription = g.subscription AND r.node IS NULL AND r.deaths > 0
        AND r.due_at >= g.since AND r.due_at <= v_now ORDER BY r.due_at LIMIT 1),
      false),
    v_now
  FROM (
    SELECT u.topic, u.subscription, CASE WHEN u.since <= v_now THEN u.since ELSE '-infinity' END AS since
    FROM unnest(p_topics, p_subscriptions, p_since) AS u(topic, subscription, since)) g;
END $f$;

-- Claims retries that are due; see claim_retries_v3. Whatever was set to wait by a clock that has been set back since waits from now on, for as long as
-- it was to at first; and a p_since that is still to come says nothing any more.
CREATE FUNCTION pgpubsub.claim_retries_v4(
  p_topic integer, p_subscription integer, p_node uuid, p_token uuid, p_most integer, p_suspects boolean, p_since timestamptz,
  OUT claimed integer, OUT complete boolean) LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_due          integer;
  v_fit          tid[];
  v_max_attempts integer;
  v_paused       boolean;
  v_now          timestamptz;
  v_since        timestamptz;
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('pgpubsub.subscription', (p_topic::bigint << 32) | p_subscription));
  PERFORM FROM pgpubsub.node n WHERE n.id = p_node;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such node' USING ERRCODE = 'PS005';
  END IF;
  SELECT s.max_attempts, s.paused INTO v_max_attempts, v_paused FROM pgpubsub.subscription s WHERE s.topic = p_topic AND s.id = p_subscription;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such subscription' USING ERRCODE = 'PS003';
  END IF;
  SELECT count(*) INTO claimed
  FROM (SELECT x.topic, x.subscription FROM pgpubsub.retry x WHERE x.node = p_node AND x.token = p_token OFFSET 0) r
  WHERE r.topic = p_topic AND r.subscription = p_subscription;
  complete := false;
  IF v_paused OR claimed > 0 THEN
    RETURN;
  END IF;
  v_now := clock_timestamp();
  v_since := CASE WHEN p_since <= v_now THEN p_since ELSE '-infinity' END;
  UPDATE pgpubsub.retry r SET due_at = clock_timestamp() + (r.due_at - r.set_at), set_at = clock_timestamp() WHERE r.ctid = ANY (ARRAY(
    SELECT d.ctid FROM pgpubsub.retry d
    WHERE d.topic = p_topic AND d.subscription = p_subscription AND d.node IS NULL AND d.set_at > v_now ORDER BY d.set_at DESC LIMIT 1000 FOR UPDATE SKIP LOCKED));
  v_now := clock_timestamp();
  SELECT array_agg(fit.ctid) FILTER (WHERE fit.number = 1 OR fit.bytes <= 8388608), count(*) INTO v_fit, v_due FROM (
      SELECT due.ctid, row_number() OVER w AS number, sum(coalesce(logged.size, due.bytes, 0)) OVER w AS bytes
      FROM (
        SELECT d.ctid, d."offset", d.due_at, CASE WHEN d.event_id IS NOT NULL THEN
          coalesce(pg_column_size(d.data), 0) + coalesce(pg_column_size(d.body), 0) + coalesce(pg_column_size(d.headers), 0) END AS bytes
        FROM pgpubsub.retry d
        WHERE d.topic = p_topic AND d.subscription = p_subscription AND d.node IS NULL AND d.due_at >= v_since AND d.due_at <= v_now
          AND pgpubsub.suspect_v1(d.deaths, d.attempts, v_max_attempts) = p_suspects
        ORDER BY d.due_at LIMIT least(p_most, 1000) FOR UPDATE SKIP LOCKED) due
      LEFT JOIN LATERAL (
        SELECT e.size FROM pgpubsub.event e WHERE e.topic = p_topic AND e."offset" = due."offset" AND due.bytes IS NULL LIMIT 1) logged ON true
      WINDOW w AS (ORDER BY due.due_at, due."offset" ROWS UNBOUNDED PRECEDING)) fit;
  UPDATE pgpubsub.retry r SET node = p_node, token = p_token, suspect = p_suspects WHERE r.ctid = ANY (v_fit);
  GET DIAGNOSTICS claimed = ROW_COUNT;
  complete := v_due = claimed AND v_due < least(p_most, 1000);
END $f$;

-- Settles claimed retries; see settle_retries_v2.
CREATE FUNCTION pgpubsub.settle_retries_v3(
  p_topic integer, p_subscription integer, p_node uuid, p_offsets bigint[], p_tokens uuid[], p_outcomes text[], p_attempts integer[],
  p_delays interval[], p_whys text[]) RETURNS boolean[] LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_held boolean[] := '{}';
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  FOR i IN 1 .. cardinality(p_offsets) LOOP
    PERFORM FROM pgpubsub.retry r
    WHERE r.topic = p_topic AND r.subscription = p_subscription AND r."offset" = p_offsets[i] AND r.token = p_tokens[i] AND r.node = p_node FOR UPDATE;
    v_held[i] := FOUND;
    CONTINUE WHEN NOT FOUND;
    IF p_outcomes[i] = 'retry' THEN
      UPDATE pgpubsub.retry r SET node = NULL, token = NULL, attempts = p_attempts[i], set_at = clock_timestamp(), due_at = clock_timestamp() + p_delays[i], why = p_whys[i]
      WHERE r.topic = p_topic AND r.subscription = p_subscription AND r."offset" = p_offsets[i];
      CONTINUE;
    END IF;
    IF p_outcomes[i] = 'bury' THEN
      PERFORM pgpubsub.bury_v2(p_topic, p_subscription, ARRAY[p_offsets[i]], ARRAY[p_attempts[i]], ARRAY[p_whys[i]]);
    END IF;
    DELETE FROM pgpubsub.retry r WHERE r.topic = p_topic AND r.subscription = p_subscription AND r."offset" = p_offsets[i];
  END LOOP;
  RETURN v_held;
END $f$;

-- Turns the leases and claimed retries of a node into retries that are due at once; see return_v3. p_unbegun are the tokens of which the node knows that
-- nothing was handed out: no attempt counts for what bears them. Where nobody died, whatever else had its last attempt is buried: it may have been in
-- somebody's hands, and must not come once more.
CREATE FUNCTION pgpubsub.return_v4(p_node uuid, p_tokens uuid[], p_unbegun uuid[], p_deaths integer, p_why text) RETURNS integer LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_leases   tid[] := '{}';
  v_retries  tid[] := '{}';
  v_only     tid[];
  v_one      record;
  v_at       tid;
  v_node     uuid;
  v_token    uuid;
  v_returned integer;
  v_again    integer;
  v_last     text := CASE WHEN p_deaths = 0 THEN p_why || ' while it was out for the last time' ELSE p_why END;
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
  -- A first attempt is the last where one is all there is.
  v_only := ARRAY(
    SELECT l.ctid FROM pgpubsub.lease l
    CROSS JOIN LATERAL (SELECT FROM pgpubsub.subscription s WHERE s.topic = l.topic AND s.id = l.subscription AND s.max_attempts = 1 LIMIT 1) lone
    WHERE l.ctid = ANY (v_leases) AND p_deaths = 0 AND l.token <> ALL (p_unbegun));
  PERFORM pgpubsub.bury_v2(l.topic, l.subscription, array_agg(o), array_agg(1), array_agg(v_last))
  FROM pgpubsub.lease l CROSS JOIN LATERAL generate_series(l.lo, l.hi - 1) AS o
  WHERE l.ctid = ANY (v_only) AND (l.settled IS NULL OR get_bit(l.settled, (o - l.lo)::integer) = 0)
  GROUP BY l.topic, l.subscription;
  WITH gone AS (
    DELETE FROM pgpubsub.lease l WHERE l.ctid = ANY (v_leases) RETURNING l.ctid AS place, l.topic, l.subscription, l.lo, l.hi, l.token, l.settled)
  INSERT INTO pgpubsub.retry (topic, subscription, "offset", attempts, deaths, due_at, why)
  SELECT g.topic, g.subscription, o, CASE WHEN g.token = ANY (p_unbegun) THEN 0 ELSE 1 END, p_deaths, clock_timestamp(), p_why
  FROM gone g CROSS JOIN LATERAL generate_series(g.lo, g.hi - 1) AS o
  WHERE g.place <> ALL (v_only) AND (g.settled IS NULL OR get_bit(g.settled, (o - g.lo)::integer) = 0)
  ON CONFLICT (topic, subscription, "offset") DO NOTHING;
  GET DIAGNOSTICS v_returned = ROW_COUNT;
  -- Of what a death leaves only the one suspect of its node is buried: a killer goes, and no innocent with it.
  PERFORM pgpubsub.bury_v2(r.topic, r.subscription, array_agg(r."offset"), array_agg(r.attempts + 1), array_agg(v_last))
  FROM pgpubsub.retry r JOIN pgpubsub.subscription s ON s.topic = r.topic AND s.id = r.subscription
  WHERE r.ctid = ANY (v_retries) AND (r.suspect OR p_deaths = 0) AND r.token <> ALL (p_unbegun) AND s.max_attempts > 0 AND r.attempts + 1 >= s.max_attempts
  GROUP BY r.topic, r.subscription;
  DELETE FROM pgpubsub.retry r USING pgpubsub.subscription s
  WHERE s.topic = r.topic AND s.id = r.subscription
    AND r.ctid = ANY (v_retries) AND (r.suspect OR p_deaths = 0) AND r.token <> ALL (p_unbegun) AND s.max_attempts > 0 AND r.attempts + 1 >= s.max_attempts;
  UPDATE pgpubsub.retry r
  SET node = NULL, token = NULL, suspect = false, attempts = r.attempts + CASE WHEN r.token = ANY (p_unbegun) THEN 0 ELSE 1 END,
    deaths = r.deaths + p_deaths, why = p_why, set_at = clock_timestamp(), due_at = clock_timestamp()
    + CASE WHEN r.deaths = 0 THEN interval '0' ELSE least(s.retry_most_ms, s.retry_first_ms * s.retry_factor ^ least(r.deaths - 1, 30)) * interval '1 millisecond' END
  FROM pgpubsub.subscription s
  WHERE r.ctid = ANY (v_retries) AND s.topic = r.topic AND s.id = r.subscription;
  GET DIAGNOSTICS v_again = ROW_COUNT;
  RETURN v_returned + v_again;
END $f$;

-- Takes over what a dead node held, if its row is still as it was seen; see take_over_v3. A transaction that began later than now was begun
-- before the clock was set back.
CREATE FUNCTION pgpubsub.take_over_v4(p_dead uuid, p_seen_at timestamptz) RETURNS boolean LANGUAGE plpgsql
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
      AND a.xact_start NOT BETWEEN clock_timestamp() - interval '500 milliseconds' AND clock_timestamp() + interval '500 milliseconds'
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
  v_returned := pgpubsub.return_v4(p_dead, NULL, '{}', 1, 'its node died');
  DELETE FROM pgpubsub.mark m WHERE m.node = p_dead;
  RETURN p_seen_at IS NOT NULL OR v_returned > 0;
END $f$;

-- Removes a node that stops; see depart_v2 and return_v4.
CREATE FUNCTION pgpubsub.depart_v4(p_node uuid, p_unbegun uuid[]) RETURNS void LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  DELETE FROM pgpubsub.node n WHERE n.id = p_node;
  PERFORM pgpubsub.return_v4(p_node, NULL, p_unbegun, 0, 'its node stopped');
  DELETE FROM pgpubsub.mark m WHERE m.node = p_node;
  DELETE FROM pgpubsub.duty d WHERE d.node = p_node;
END $f$;
