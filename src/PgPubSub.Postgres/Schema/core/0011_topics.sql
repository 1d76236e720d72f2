-- Retention by rule, and topics that are altered, cleared and dropped.
-- Running nodes: functions under new names; those of before stay.

-- Raises a topic's floor as far as its rules allow; see raise_floor_v1. Settled is what lies below every cursor, open lease, retry and
-- mark of a node that is there; a retry that brings its own event needs none of the log. The newest event stays, so that offsets and times go on. Only the
-- limits of the backlog go past what is settled, and past a minute of youth: then forced says by how much, and what nobody can read any
-- more goes from the retries. The floors of before and of now.
CREATE FUNCTION pgpubsub.raise_floor_v2(p_topic integer, OUT before bigint, OUT floor bigint, OUT forced bigint) LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_rules   pgpubsub.topic%ROWTYPE;
  v_tail    bigint;
  v_settled bigint;
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  SELECT * INTO v_rules FROM pgpubsub.topic t WHERE t.id = p_topic FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such topic' USING ERRCODE = 'PS001';
  END IF;
  before := v_rules.floor;
  floor := before;
  DELETE FROM pgpubsub.cursor c WHERE c.ctid = ANY (ARRAY(
    SELECT x.ctid FROM pgpubsub.cursor x
    WHERE x.topic = p_topic AND EXISTS (
      SELECT FROM pgpubsub.cursor y WHERE y.topic = x.topic AND y.subscription = x.subscription AND (y.generation, y.hi) > (x.generation, x.hi))
    FOR UPDATE OF x SKIP LOCKED));
  -- One statement reads them all, so that a claim that moves an offset from cursor to lease, or a nack that moves it from lease to
  -- retry, is seen on one side or the other.
  SELECT stands.tail, least(
    stands.tail,
    (SELECT min(p.hi) FROM pgpubsub.subscription s CROSS JOIN LATERAL (
       SELECT c.hi FROM pgpubsub.cursor c WHERE c.topic = s.topic AND c.subscription = s.id ORDER BY c.generation DESC, c.hi DESC LIMIT 1) p
     WHERE s.topic = p_topic),
    (SELECT min(l.lo) FROM pgpubsub.lease l WHERE l.topic = p_topic),
    (SELECT min(r."offset") FROM pgpubsub.retry r WHERE r.topic = p_topic AND r.event_id IS NULL),
    (SELECT min(m.low) FROM pgpubsub.mark m JOIN pgpubsub.node n ON n.id = m.node WHERE m.topic = p_topic)) INTO v_tail, v_settled
  FROM (SELECT pgpubsub.tail_v1(p_topic, before) AS tail) stands;
  IF v_rules.keep_count IS NOT NULL THEN
    floor := greatest(floor, v_settled - v_rules.keep_count);
  END IF;
  IF v_rules.keep_age_ms IS NOT NULL THEN
    floor := greatest(floor, least(
      v_settled, pgpubsub.offset_at_v1(p_topic, before, clock_timestamp() - v_rules.keep_age_ms * interval '1 millisecond')));
  END IF;
  floor := greatest(before, least(floor, pgpubsub.offset_at_v1(p_topic, before, clock_timestamp() - interval '1 minute')));
  IF v_rules.backlog_count IS NOT NULL THEN
    floor := greatest(floor, v_tail - v_rules.backlog_count);
  END IF;
  IF v_rules.backlog_age_ms IS NOT NULL THEN
    floor := greatest(floor, pgpubsub.offset_at_v1(p_topic, before, clock_timestamp() - v_rules.backlog_age_ms * interval '1 millisecond'));
  END IF;
  floor := greatest(before, least(floor, v_tail - 1));
  forced := greatest(0, floor - greatest(v_settled, before));
  IF floor > before THEN
    UPDATE pgpubsub.topic t SET floor = raise_floor_v2.floor WHERE t.id = p_topic;
  END IF;
  IF forced > 0 THEN
    DELETE FROM pgpubsub.retry r WHERE r.topic = p_topic AND r."offset" < raise_floor_v2.floor AND r.node IS NULL AND r.event_id IS NULL;
  END IF;
END $f$;

-- Takes all events of a topic: its floor becomes its tail. Appends wait for it. Events are deleted by the steps that follow.
CREATE FUNCTION pgpubsub.clear_topic_v1(p_topic integer) RETURNS bigint LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_floor bigint;
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  SELECT t.floor INTO v_floor FROM pgpubsub.topic t WHERE t.id = p_topic FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such topic' USING ERRCODE = 'PS001';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('pgpubsub.append', p_topic));
  v_floor := pgpubsub.tail_v1(p_topic, v_floor);
  UPDATE pgpubsub.topic t SET floor = v_floor WHERE t.id = p_topic;
  DELETE FROM pgpubsub.retry r WHERE r.topic = p_topic AND r."offset" < v_floor AND r.node IS NULL AND r.event_id IS NULL;
  RETURN v_floor;
END $f$;

-- Drops a topic: nobody finds it by name or appends to it any more, and its groups are gone. Appends and claims under way end first.
-- What it held is deleted by the steps that follow.
CREATE FUNCTION pgpubsub.drop_topic_v1(p_topic integer) RETURNS void LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  PERFORM FROM pgpubsub.topic t WHERE t.id = p_topic FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such topic' USING ERRCODE = 'PS001';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('pgpubsub.append', p_topic));
  PERFORM pg_advisory_xact_lock(hashtextextended('pgpubsub.subscription', (p_topic::bigint << 32) | g.id)) FROM (
    SELECT s.id FROM pgpubsub.subscription s WHERE s.topic = p_topic ORDER BY s.id) g;
  INSERT INTO pgpubsub.dropped_topic (id) VALUES (p_topic);
  DELETE FROM pgpubsub.topic t WHERE t.id = p_topic;
  DELETE FROM pgpubsub.subscription s WHERE s.topic = p_topic;
  DELETE FROM pgpubsub.cursor c WHERE c.topic = p_topic;
  DELETE FROM pgpubsub.mark m WHERE m.topic = p_topic;
END $f$;

-- Deletes some of what a dropped topic held. The offset that the next step begins with, or null where nothing is left.
CREATE FUNCTION pgpubsub.sweep_dropped_v1(p_topic integer, p_from bigint, p_most integer) RETURNS bigint LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_next bigint;
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  PERFORM FROM pgpubsub.dropped_topic d WHERE d.id = p_topic;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  SELECT max(old."offset") + 1 INTO v_next FROM (
    SELECT e."offset" FROM pgpubsub.event e WHERE e.topic = p_topic AND e."offset" >= p_from ORDER BY e."offset" LIMIT p_most) old;
  IF v_next IS NOT NULL THEN
    DELETE FROM pgpubsub.event e WHERE e.topic = p_topic AND e."offset" >= p_from AND e."offset" < v_next;
    RETURN v_next;
  END IF;
  DELETE FROM pgpubsub.dead_letter x WHERE x.topic = p_topic AND x.id IN (SELECT d.id FROM pgpubsub.dead_letter d WHERE d.topic = p_topic ORDER BY d.id LIMIT p_most);
  IF FOUND THEN
    RETURN p_from;
  END IF;
  DELETE FROM pgpubsub.lease l WHERE l.topic = p_topic;
  DELETE FROM pgpubsub.retry r WHERE r.topic = p_topic;
  DELETE FROM pgpubsub.mark m WHERE m.topic = p_topic;
  DELETE FROM pgpubsub.dropped_topic d WHERE d.id = p_topic;
  RETURN NULL;
END $f$;
