-- Claims that know pauses and floors, and burials from a retry's own event.
-- Running nodes: functions under new names; those of before stay.

-- Leases the next page of a group under a token that the claimer chose; see claim_v1. lo = hi where there is nothing to claim, which is
-- so for as long as the group is paused. Where history behind the group was taken and nothing has come since, lo = hi = the floor, and
-- the group stands there from now on. What lies below the floor was taken, also while it is not yet deleted.
CREATE FUNCTION pgpubsub.claim_v2(
  p_topic integer, p_subscription integer, p_node uuid, p_token uuid, p_most integer, p_bytes bigint,
  OUT generation bigint, OUT stood bigint, OUT lo bigint, OUT hi bigint) LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_paused boolean;
  v_floor  bigint;
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  PERFORM pg_advisory_xact_lock(hashtextextended('pgpubsub.subscription', (p_topic::bigint << 32) | p_subscription));
  SELECT c.generation, c.hi INTO claim_v2.generation, stood
  FROM pgpubsub.cursor c WHERE c.topic = p_topic AND c.subscription = p_subscription ORDER BY c.generation DESC, c.hi DESC LIMIT 1;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such subscription' USING ERRCODE = 'PS003';
  END IF;
  PERFORM FROM pgpubsub.node n WHERE n.id = p_node;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such node' USING ERRCODE = 'PS005';
  END IF;
  SELECT s.paused, t.floor INTO v_paused, v_floor
  FROM pgpubsub.subscription s JOIN pgpubsub.topic t ON t.id = s.topic WHERE s.topic = p_topic AND s.id = p_subscription;
  IF NOT v_paused THEN
    SELECT p.lo, p.hi INTO claim_v2.lo, claim_v2.hi FROM pgpubsub.page_v1(p_topic, greatest(stood, v_floor), p_most, p_bytes) p;
    IF claim_v2.lo IS NOT NULL THEN
      INSERT INTO pgpubsub.lease (topic, subscription, generation, lo, hi, token, node)
      VALUES (p_topic, p_subscription, claim_v2.generation, claim_v2.lo, claim_v2.hi, p_token, p_node);
    ELSIF v_floor > stood THEN
      claim_v2.lo := v_floor;
      claim_v2.hi := v_floor;
    END IF;
  END IF;
  IF claim_v2.hi IS NULL THEN
    claim_v2.lo := stood;
    claim_v2.hi := stood;
    RETURN;
  END IF;
  INSERT INTO pgpubsub.cursor (topic, subscription, generation, hi) VALUES (p_topic, p_subscription, claim_v2.generation, claim_v2.hi);
  DELETE FROM pgpubsub.cursor c WHERE c.ctid = (
    SELECT x.ctid FROM pgpubsub.cursor x
    WHERE x.topic = p_topic AND x.subscription = p_subscription AND x.generation = claim_v2.generation AND x.hi = stood FOR UPDATE SKIP LOCKED);
END $f$;

-- Claims retries that are due; see claim_retries_v1. None of a group that is paused, and none beyond those that the token has got
-- already. Of large events only as many as make 8 MiB, or the first alone: all that is claimed is read at once. What was found is changed by its place, so that no plan walks what is long done. The group's lock is shared among these
-- claims: a pause waits for them, and they don't wait for each other.
CREATE FUNCTION pgpubsub.claim_retries_v2(
  p_topic integer, p_subscription integer, p_node uuid, p_token uuid, p_most integer, p_suspects boolean, p_since timestamptz) RETURNS integer LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_claimed      integer;
  v_max_attempts integer;
  v_paused       boolean;
  v_since        timestamptz := coalesce(p_since, '-infinity');
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
  SELECT count(*) INTO v_claimed FROM pgpubsub.retry r
  WHERE r.node = p_node AND r.token = p_token AND r.topic = p_topic AND r.subscription = p_subscription;
  IF v_paused OR v_claimed > 0 THEN
    RETURN v_claimed;
  END IF;
  UPDATE pgpubsub.retry r SET node = p_node, token = p_token, suspect = p_suspects
  WHERE r.ctid = ANY (ARRAY(
    SELECT fit.ctid FROM (
      SELECT due.ctid, row_number() OVER w AS number, sum(coalesce(logged.size, due.bytes, 0)) OVER w AS bytes
      FROM (
        SELECT d.ctid, d."offset", d.due_at, CASE WHEN d.event_id IS NOT NULL THEN
          coalesce(pg_column_size(d.data), 0) + coalesce(pg_column_size(d.body), 0) + coalesce(pg_column_size(d.headers), 0) END AS bytes
        FROM pgpubsub.retry d
        WHERE d.topic = p_topic AND d.subscription = p_subscription AND d.node IS NULL AND d.due_at >= v_since AND d.due_at <= clock_timestamp()
          AND pgpubsub.suspect_v1(d.deaths, d.attempts, v_max_attempts) = p_suspects
        ORDER BY d.due_at LIMIT least(p_most, 1000) FOR UPDATE SKIP LOCKED) due
      LEFT JOIN LATERAL (
        SELECT e.size FROM pgpubsub.event e WHERE e.topic = p_topic AND e."offset" = due."offset" AND due.bytes IS NULL LIMIT 1) logged ON true
      WINDOW w AS (ORDER BY due.due_at, due."offset" ROWS UNBOUNDED PRECEDING)) fit
    WHERE fit.number = 1 OR fit.bytes <= 8388608));
  GET DIAGNOSTICS v_claimed = ROW_COUNT;
  RETURN v_claimed;
END $f$;

-- Copies events into the dead letters of a group, each from the retry that brings its own or from the log; a later burial of the same
-- offset replaces the earlier one, under a number of its own. A group without dead letters keeps none.
CREATE FUNCTION pgpubsub.bury_v2(p_topic integer, p_subscription integer, p_offsets bigint[], p_attempts integer[], p_whys text[])
  RETURNS void LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
BEGIN
  INSERT INTO pgpubsub.dead_letter (
    topic, subscription, subscriber, "offset", event_id, type, key, data, body, content_type, headers, published_at, attempts, why)
  SELECT p_topic, p_subscription, s.name, u."offset", x.event_id, x.type, x.key, x.data, x.body, x.content_type, x.headers, x.published_at, u.attempts, u.why
  FROM unnest(p_offsets, p_attempts, p_whys) AS u("offset", attempts, why)
  JOIN pgpubsub.subscription s ON s.topic = p_topic AND s.id = p_subscription AND s.dead_letter
  CROSS JOIN LATERAL (
    SELECT r.event_id, r.type, r.key, r.data, r.body, r.content_type, r.headers, r.published_at FROM pgpubsub.retry r
    WHERE r.topic = p_topic AND r.subscription = p_subscription AND r."offset" = u."offset" AND r.event_id IS NOT NULL
    UNION ALL
    SELECT e.event_id, e.type, e.key, e.data, e.body, e.content_type, e.headers, e.published_at FROM pgpubsub.event e
    WHERE e.topic = p_topic AND e."offset" = u."offset"
    LIMIT 1) x
  ON CONFLICT (topic, subscription, "offset") DO UPDATE
  SET id = DEFAULT, event_id = excluded.event_id, type = excluded.type, key = excluded.key, data = excluded.data, body = excluded.body,
    content_type = excluded.content_type, headers = excluded.headers, published_at = excluded.published_at,
    attempts = excluded.attempts, why = excluded.why, died_at = excluded.died_at;
END $f$;

-- Settles some offsets of a lease; see settle_v1.
CREATE FUNCTION pgpubsub.settle_v2(
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
    PERFORM pgpubsub.bury_v2(p_topic, p_subscription, array_agg(u."offset"), array_agg(u.attempts), array_agg(u.why))
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

-- Settles claimed retries: p_outcomes holds 'ack', 'retry' or 'bury' for each. For each, whether the claim was held. A retry that is
-- buried goes after its event has been copied.
CREATE FUNCTION pgpubsub.settle_retries_v2(
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
      UPDATE pgpubsub.retry r SET node = NULL, token = NULL, attempts = p_attempts[i], due_at = clock_timestamp() + p_delays[i], why = p_whys[i]
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
