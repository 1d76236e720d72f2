-- Topics and the log.
-- Running nodes: there are none before this one.

-- A topic by name, made where it is not there.
CREATE FUNCTION pgpubsub.ensure_topic_v1(p_name text, OUT id integer, OUT floor bigint, OUT tail bigint) LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  SELECT t.id, t.floor INTO ensure_topic_v1.id, ensure_topic_v1.floor FROM pgpubsub.topic t WHERE t.name = p_name;
  IF NOT FOUND THEN
    INSERT INTO pgpubsub.topic (name) VALUES (p_name) ON CONFLICT (name) DO NOTHING;
    SELECT t.id, t.floor INTO ensure_topic_v1.id, ensure_topic_v1.floor FROM pgpubsub.topic t WHERE t.name = p_name;
  END IF;
  tail := pgpubsub.tail_v1(ensure_topic_v1.id, ensure_topic_v1.floor);
END $f$;

-- The offset that a topic's next event gets.
CREATE FUNCTION pgpubsub.tail_v1(p_topic integer, p_floor bigint) RETURNS bigint LANGUAGE plpgsql STABLE
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_tail bigint;
BEGIN
  SELECT e."offset" + 1 INTO v_tail FROM pgpubsub.event e WHERE e.topic = p_topic ORDER BY e."offset" DESC LIMIT 1;
  RETURN coalesce(v_tail, p_floor);
END $f$;

-- Appends a batch, once however often it is sent.
-- Each statement of a function has a snapshot of its own, so what is read after the lock is newer than the lock; and the lock is
-- taken only when the whole batch has reached the server. The settings keep a tiny table's statistics and the JIT from choosing the plan.
-- A batch is sent again as it was or not at all, so its first id tells whether it is there; first is null where the floor has
-- passed p_known, or history was rewound below it by a failover, and that can no longer be told. A batch that is found was committed by somebody who may have stopped waiting for a
-- synchronous standby: the transaction that finds it writes a message to the write-ahead log (it has no other effect), so that its own
-- commit waits until the batch is safe too. A transaction that wrote nothing would not.
CREATE FUNCTION pgpubsub.append_v1(
  p_topic integer, p_known bigint, p_ids uuid[], p_types text[], p_keys text[], p_data json[], p_bodies bytea[], p_content_types text[],
  p_headers json[], p_sizes integer[], OUT first bigint) LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_floor bigint;
  v_tail  bigint;
  v_last  timestamptz;
  v_now   timestamptz;
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  PERFORM pg_advisory_xact_lock(hashtextextended('pgpubsub.append', p_topic));
  SELECT t.floor INTO v_floor FROM pgpubsub.topic t WHERE t.id = p_topic;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such topic' USING ERRCODE = 'PS001';
  END IF;
  SELECT e."offset" + 1, e.published_at INTO v_tail, v_last FROM pgpubsub.event e WHERE e.topic = p_topic ORDER BY e."offset" DESC LIMIT 1;
  v_tail := coalesce(v_tail, v_floor);
  IF v_tail < p_known THEN
    RETURN;
  END IF;
  IF v_tail > p_known THEN
    IF p_known < v_floor THEN
      RETURN;
    END IF;
    SELECT e."offset" INTO first FROM pgpubsub.event e
    WHERE e.topic = p_topic AND e."offset" >= p_known AND e.event_id = p_ids[1] ORDER BY e."offset" LIMIT 1;
    IF FOUND THEN
      PERFORM FROM pgpubsub.event e
      WHERE e.topic = p_topic AND e."offset" = first + cardinality(p_ids) - 1 AND e.event_id = p_ids[cardinality(p_ids)];
      IF NOT FOUND THEN
        RAISE EXCEPTION 'a batch was sent again with other events' USING ERRCODE = 'PS006';
      END IF;
      PERFORM pg_logical_emit_message(true, 'pgpubsub.append', '');
      RETURN;
    END IF;
  END IF;
  v_now := greatest(clock_timestamp(), v_last);
  INSERT INTO pgpubsub.event (topic, "offset", event_id, type, key, data, body, content_type, headers, size, published_at)
  SELECT p_topic, v_tail + n - 1, u.id, u.type, u.key, u.data, u.body, u.content_type, u.headers, u.size, v_now
  FROM unnest(p_ids, p_types, p_keys, p_data, p_bodies, p_content_types, p_headers, p_sizes)
    WITH ORDINALITY AS u(id, type, key, data, body, content_type, headers, size, n);
  first := v_tail;
END $f$;

-- The page that begins at p_from or after: from its first offset to one past its last, bounded by count and by bytes, but never without
-- its first event; nulls where nothing is there. Sizes are added up one by one only where the whole is too large.
CREATE FUNCTION pgpubsub.page_v1(p_topic integer, p_from bigint, p_most integer, p_bytes bigint, OUT lo bigint, OUT hi bigint)
  LANGUAGE plpgsql STABLE
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_bytes bigint;
BEGIN
  SELECT min(e."offset"), max(e."offset") + 1, sum(e.size) INTO page_v1.lo, page_v1.hi, v_bytes
  FROM (SELECT x."offset", x.size FROM pgpubsub.event x WHERE x.topic = p_topic AND x."offset" >= p_from ORDER BY x."offset" LIMIT least(p_most, 1000)) e;
  IF v_bytes > p_bytes THEN
    SELECT max(upto."offset") + 1 INTO page_v1.hi FROM (
      SELECT x."offset", x.size, sum(x.size::bigint) OVER (ORDER BY x."offset") AS bytes
      FROM pgpubsub.event x WHERE x.topic = p_topic AND x."offset" >= page_v1.lo AND x."offset" < page_v1.hi) upto
    WHERE upto.bytes <= p_bytes OR upto."offset" = page_v1.lo;
  END IF;
END $f$;

-- The offset of the first event that is not older than a moment: published_at never decreases, so it is found by bisection.
CREATE FUNCTION pgpubsub.offset_at_v1(p_topic integer, p_floor bigint, p_time timestamptz) RETURNS bigint LANGUAGE plpgsql STABLE
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_lo  bigint := p_floor;
  v_hi  bigint := pgpubsub.tail_v1(p_topic, p_floor);
  v_mid bigint;
  v_at  timestamptz;
BEGIN
  WHILE v_lo < v_hi LOOP
    v_mid := v_lo + (v_hi - v_lo) / 2;
    SELECT e.published_at INTO v_at FROM pgpubsub.event e WHERE e.topic = p_topic AND e."offset" >= v_mid ORDER BY e."offset" LIMIT 1;
    IF v_at < p_time THEN
      v_lo := v_mid + 1;
    ELSE
      v_hi := v_mid;
    END IF;
  END LOOP;
  RETURN v_lo;
END $f$;
