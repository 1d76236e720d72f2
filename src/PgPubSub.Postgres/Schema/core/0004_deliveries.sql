-- Claims, settlements and dead letters.
-- Running nodes: there are none before this one.

-- Leases the next page of a group under a token that the claimer chose. The cursor is looked for from its newest row and replaced
-- by exact key, so that no number of dead rows is ever walked; a predecessor whose row a stranger has locked is left behind, where it
-- harms nobody. lo = hi where there is nothing to claim.
CREATE FUNCTION pgpubsub.claim_v1(
  p_topic integer, p_subscription integer, p_node uuid, p_token uuid, p_most integer, p_bytes bigint,
  OUT generation bigint, OUT stood bigint, OUT lo bigint, OUT hi bigint) LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  PERFORM pg_advisory_xact_lock(hashtextextended('pgpubsub.subscription', (p_topic::bigint << 32) | p_subscription));
  SELECT c.generation, c.hi INTO claim_v1.generation, stood
  FROM pgpubsub.cursor c WHERE c.topic = p_topic AND c.subscription = p_subscription ORDER BY c.generation DESC, c.hi DESC LIMIT 1;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such subscription' USING ERRCODE = 'PS003';
  END IF;
  PERFORM FROM pgpubsub.node n WHERE n.id = p_node;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such node' USING ERRCODE = 'PS005';
  END IF;
  SELECT p.lo, p.hi INTO claim_v1.lo, claim_v1.hi FROM pgpubsub.page_v1(p_topic, stood, p_most, p_bytes) p;
  IF claim_v1.lo IS NULL THEN
    claim_v1.lo := stood;
    claim_v1.hi := stood;
    RETURN;
  END IF;
  INSERT INTO pgpubsub.lease (topic, subscription, generation, lo, hi, token, node)
  VALUES (p_topic, p_subscription, claim_v1.generation, claim_v1.lo, claim_v1.hi, p_token, p_node);
  INSERT INTO pgpubsub.cursor (topic, subscription, generation, hi) VALUES (p_topic, p_subscription, claim_v1.generation, claim_v1.hi);
  DELETE FROM pgpubsub.cursor c WHERE c.ctid = (
    SELECT x.ctid FROM pgpubsub.cursor x
    WHERE x.topic = p_topic AND x.subscription = p_subscription AND x.generation = claim_v1.generation AND x.hi = stood FOR UPDATE SKIP LOCKED);
END $f$;

-- The lease that a claim with this token got, looked for from the newest down to a mark that the claimer knows it can't be below. A
-- function, since its settings keep an empty table's statistics from having all its dead rows scanned. Nulls where there is none.
CREATE FUNCTION pgpubsub.lease_v1(
  p_topic integer, p_subscription integer, p_generation bigint, p_mark bigint, p_token uuid, OUT generation bigint, OUT lo bigint, OUT hi bigint)
  LANGUAGE plpgsql STABLE
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
BEGIN
  -- Not one comparison of rows: a backward index scan does not stop at the end of such a range.
  SELECT l.generation, l.lo, l.hi INTO lease_v1.generation, lease_v1.lo, lease_v1.hi
  FROM pgpubsub.lease l
  WHERE l.topic = p_topic AND l.subscription = p_subscription AND l.generation = p_generation AND l.lo >= p_mark AND l.token = p_token
  ORDER BY l.lo DESC LIMIT 1;
  IF NOT FOUND THEN
    SELECT l.generation, l.lo, l.hi INTO lease_v1.generation, lease_v1.lo, lease_v1.hi
    FROM pgpubsub.lease l
    WHERE l.topic = p_topic AND l.subscription = p_subscription AND l.generation > p_generation AND l.token = p_token
    ORDER BY l.generation DESC, l.lo DESC LIMIT 1;
  END IF;
END $f$;

-- Whether a message may be what kills nodes: it was there at two deaths, or at one and its next attempt is its last.
CREATE FUNCTION pgpubsub.suspect_v1(p_deaths integer, p_attempts integer, p_max_attempts integer) RETURNS boolean LANGUAGE sql IMMUTABLE
  AS $f$ SELECT p_deaths >= 2 OR (p_deaths = 1 AND p_max_attempts > 0 AND p_attempts + 1 >= p_max_attempts) $f$;

-- Claims retries that are due, the longest due first. Rows that another claim is looking at are passed over. How many it claimed.
-- p_since is a moment before which the claimer knows that none is due; null where it knows none.
-- Suspects are left to claims that ask for them: p_suspects then claims them alone, and marks them as out under suspicion.
CREATE FUNCTION pgpubsub.claim_retries_v1(
  p_topic integer, p_subscription integer, p_node uuid, p_token uuid, p_most integer, p_suspects boolean, p_since timestamptz) RETURNS integer LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_claimed      integer;
  v_max_attempts integer;
  v_since        timestamptz := coalesce(p_since, '-infinity');
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  PERFORM FROM pgpubsub.node n WHERE n.id = p_node;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such node' USING ERRCODE = 'PS005';
  END IF;
  SELECT s.max_attempts INTO v_max_attempts FROM pgpubsub.subscription s WHERE s.topic = p_topic AND s.id = p_subscription;
  WITH due AS MATERIALIZED (
    SELECT d."offset" FROM pgpubsub.retry d
    WHERE d.topic = p_topic AND d.subscription = p_subscription AND d.node IS NULL AND d.due_at >= v_since AND d.due_at <= clock_timestamp()
      AND pgpubsub.suspect_v1(d.deaths, d.attempts, v_max_attempts) = p_suspects
    ORDER BY d.due_at LIMIT least(p_most, 1000) FOR UPDATE SKIP LOCKED)
  UPDATE pgpubsub.retry r SET node = p_node, token = p_token, suspect = p_suspects
  FROM due WHERE r.topic = p_topic AND r.subscription = p_subscription AND r."offset" = due."offset";
  GET DIAGNOSTICS v_claimed = ROW_COUNT;
  RETURN v_claimed;
END $f$;

-- For each group whether retries are due, and suspects among them. p_since as in claim_retries_v1.
CREATE FUNCTION pgpubsub.poll_retries_v1(p_topics integer[], p_subscriptions integer[], p_since timestamptz[])
  RETURNS TABLE (topic integer, subscription integer, due boolean, suspects boolean, looked_at timestamptz) LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
BEGIN
  RETURN QUERY
  SELECT g.topic, g.subscription,
    EXISTS (
      SELECT FROM pgpubsub.retry r WHERE r.topic = g.topic AND r.subscription = g.subscription AND r.node IS NULL
        AND r.due_at >= coalesce(g.since, '-infinity') AND r.due_at <= clock_timestamp()),
    EXISTS (
      SELECT FROM pgpubsub.retry r WHERE r.topic = g.topic AND r.subscription = g.subscription AND r.node IS NULL AND r.deaths > 0
        AND r.due_at >= coalesce(g.since, '-infinity') AND r.due_at <= clock_timestamp()),
    clock_timestamp()
  FROM unnest(p_topics, p_subscriptions, p_since) AS g(topic, subscription, since);
END $f$;

-- Copies events into the dead letters of a group; a later burial of the same offset replaces the earlier one.
CREATE FUNCTION pgpubsub.bury_v1(p_topic integer, p_subscription integer, p_offsets bigint[], p_attempts integer[], p_whys text[])
  RETURNS void LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
BEGIN
  INSERT INTO pgpubsub.dead_letter (
    topic, subscription, subscriber, "offset", event_id, type, key, data, body, content_type, headers, published_at, attempts, why)
  SELECT e.topic, p_subscription, s.name, e."offset", e.event_id, e.type, e.key, e.data, e.body, e.content_type, e.headers, e.published_at, u.attempts, u.why
  FROM unnest(p_offsets, p_attempts, p_whys) AS u("offset", attempts, why)
  JOIN pgpubsub.event e ON e.topic = p_topic AND e."offset" = u."offset"
  JOIN pgpubsub.subscription s ON s.topic = p_topic AND s.id = p_subscription
  ON CONFLICT (topic, subscription, "offset") DO UPDATE
  SET event_id = excluded.event_id, type = excluded.type, key = excluded.key, data = excluded.data, body = excluded.body,
    content_type = excluded.content_type, headers = excluded.headers, published_at = excluded.published_at,
    attempts = excluded.attempts, why = excluded.why, died_at = excluded.died_at;
END $f$;

-- Settles some offsets of a lease. Only bits that are still open change, and only for those a retry or a dead letter is written.
-- False where the lease is not held under this token by this node.
CREATE FUNCTION pgpubsub.settle_v1(
  p_topic integer, p_subscription integer, p_generation bigint, p_lo bigint, p_token uuid, p_node uuid, p_acked bigint[],
  p_failed bigint[], p_attempts integer[], p_delays interval[], p_whys text[], p_buried boolean[]) RETURNS boolean LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_hi      bigint;
  v_settled bit varying;
  v_offset  bigint;
  v_i       integer := 0;
  v_open    boolean[] := '{}';
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  SELECT l.hi, l.settled INTO v_hi, v_settled FROM pgpubsub.lease l
  WHERE l.topic = p_topic AND l.subscription = p_subscription AND l.generation = p_generation AND l.lo = p_lo AND l.token = p_token AND l.node = p_node
  FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  v_settled := coalesce(v_settled, repeat('0', (v_hi - p_lo)::integer)::bit varying);
  FOREACH v_offset IN ARRAY p_failed LOOP
    v_i := v_i + 1;
    v_open[v_i] := get_bit(v_settled, (v_offset - p_lo)::integer) = 0;
    v_settled := set_bit(v_settled, (v_offset - p_lo)::integer, 1);
  END LOOP;
  FOREACH v_offset IN ARRAY p_acked LOOP
    v_settled := set_bit(v_settled, (v_offset - p_lo)::integer, 1);
  END LOOP;
  IF v_i > 0 THEN
    INSERT INTO pgpubsub.retry (topic, subscription, "offset", attempts, due_at, why)
    SELECT p_topic, p_subscription, u."offset", u.attempts, clock_timestamp() + u.delay, u.why
    FROM unnest(p_failed, p_attempts, p_delays, p_whys, p_buried, v_open) AS u("offset", attempts, delay, why, buried, open)
    WHERE u.open AND NOT u.buried
    ON CONFLICT (topic, subscription, "offset") DO NOTHING;
    PERFORM pgpubsub.bury_v1(p_topic, p_subscription, array_agg(u."offset"), array_agg(u.attempts), array_agg(u.why))
    FROM unnest(p_failed, p_attempts, p_whys, p_buried, v_open) AS u("offset", attempts, why, buried, open)
    WHERE u.open AND u.buried HAVING count(*) > 0;
  END IF;
  IF position('0' IN v_settled::text) = 0 THEN
    DELETE FROM pgpubsub.lease l WHERE l.topic = p_topic AND l.subscription = p_subscription AND l.generation = p_generation AND l.lo = p_lo;
  ELSE
    UPDATE pgpubsub.lease l SET settled = v_settled
    WHERE l.topic = p_topic AND l.subscription = p_subscription AND l.generation = p_generation AND l.lo = p_lo;
  END IF;
  RETURN true;
END $f$;

-- Settles a whole lease: one delete by key. False where it is not held under this token by this node.
CREATE FUNCTION pgpubsub.settle_whole_v1(p_topic integer, p_subscription integer, p_generation bigint, p_lo bigint, p_token uuid, p_node uuid)
  RETURNS boolean LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  DELETE FROM pgpubsub.lease l
  WHERE l.topic = p_topic AND l.subscription = p_subscription AND l.generation = p_generation AND l.lo = p_lo AND l.token = p_token AND l.node = p_node;
  RETURN FOUND;
END $f$;

-- Settles claimed retries: p_outcomes holds 'ack', 'retry' or 'bury' for each. For each, whether the claim was held.
CREATE FUNCTION pgpubsub.settle_retries_v1(
  p_topic integer, p_subscription integer, p_node uuid, p_offsets bigint[], p_tokens uuid[], p_outcomes text[], p_attempts integer[],
  p_delays interval[], p_whys text[]) RETURNS boolean[] LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_held boolean[] := '{}';
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  FOR i IN 1 .. cardinality(p_offsets) LOOP
    IF p_outcomes[i] = 'retry' THEN
      UPDATE pgpubsub.retry r SET node = NULL, token = NULL, attempts = p_attempts[i], due_at = clock_timestamp() + p_delays[i], why = p_whys[i]
      WHERE r.topic = p_topic AND r.subscription = p_subscription AND r."offset" = p_offsets[i] AND r.token = p_tokens[i] AND r.node = p_node;
    ELSE
      DELETE FROM pgpubsub.retry r
      WHERE r.topic = p_topic AND r.subscription = p_subscription AND r."offset" = p_offsets[i] AND r.token = p_tokens[i] AND r.node = p_node;
    END IF;
    v_held[i] := FOUND;
    IF FOUND AND p_outcomes[i] = 'bury' THEN
      PERFORM pgpubsub.bury_v1(p_topic, p_subscription, ARRAY[p_offsets[i]], ARRAY[p_attempts[i]], ARRAY[p_whys[i]]);
    END IF;
  END LOOP;
  RETURN v_held;
END $f$;

-- Writes the dead letter of a private subscriber. False where the event is no longer there.
CREATE FUNCTION pgpubsub.bury_private_v1(p_topic integer, p_subscriber text, p_offset bigint, p_attempts integer, p_why text) RETURNS boolean LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  INSERT INTO pgpubsub.dead_letter (topic, subscriber, "offset", event_id, type, key, data, body, content_type, headers, published_at, attempts, why)
  SELECT e.topic, p_subscriber, e."offset", e.event_id, e.type, e.key, e.data, e.body, e.content_type, e.headers, e.published_at, p_attempts, p_why
  FROM pgpubsub.event e WHERE e.topic = p_topic AND e."offset" = p_offset
  ON CONFLICT (topic, subscriber, "offset") WHERE subscription IS NULL DO NOTHING;
  RETURN FOUND OR EXISTS (
    SELECT FROM pgpubsub.dead_letter d WHERE d.topic = p_topic AND d.subscription IS NULL AND d.subscriber = p_subscriber AND d."offset" = p_offset);
END $f$;
