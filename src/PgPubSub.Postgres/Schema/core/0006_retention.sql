-- What retention may take, and taking it.
-- Running nodes: there are none before this one.

-- Raises a topic's floor as far as its newest p_keep events, its groups, its leases, its retries, its private subscribers and a
-- minute of youth allow. It is a step of its own, committed before anything is deleted. One statement reads them all, so that a
-- claim that moves an offset from cursor to lease, or a nack that moves it from lease to retry, is seen on one side or the other.
-- Cursors that a claim had to leave behind go too.
CREATE FUNCTION pgpubsub.raise_floor_v1(p_topic integer, p_keep bigint) RETURNS bigint LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_floor bigint;
  v_safe  bigint;
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  SELECT t.floor INTO v_floor FROM pgpubsub.topic t WHERE t.id = p_topic FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such topic' USING ERRCODE = 'PS001';
  END IF;
  DELETE FROM pgpubsub.cursor c WHERE c.ctid = ANY (ARRAY(
    SELECT x.ctid FROM pgpubsub.cursor x
    WHERE x.topic = p_topic AND EXISTS (
      SELECT FROM pgpubsub.cursor y WHERE y.topic = x.topic AND y.subscription = x.subscription AND (y.generation, y.hi) > (x.generation, x.hi))
    FOR UPDATE OF x SKIP LOCKED));
  SELECT least(
    pgpubsub.tail_v1(p_topic, v_floor) - greatest(p_keep, 1),
    pgpubsub.offset_at_v1(p_topic, v_floor, clock_timestamp() - interval '1 minute'),
    (SELECT min(p.hi) FROM pgpubsub.subscription s CROSS JOIN LATERAL (
       SELECT c.hi FROM pgpubsub.cursor c WHERE c.topic = s.topic AND c.subscription = s.id ORDER BY c.generation DESC, c.hi DESC LIMIT 1) p
     WHERE s.topic = p_topic),
    (SELECT min(l.lo) FROM pgpubsub.lease l WHERE l.topic = p_topic),
    (SELECT min(r."offset") FROM pgpubsub.retry r WHERE r.topic = p_topic),
    (SELECT min(m.low) FROM pgpubsub.mark m WHERE m.topic = p_topic)) INTO v_safe;
  IF v_safe > v_floor THEN
    UPDATE pgpubsub.topic t SET floor = v_safe WHERE t.id = p_topic;
    RETURN v_safe;
  END IF;
  RETURN v_floor;
END $f$;

-- Deletes some of what lies below a topic's floor, oldest first, from an offset below which nothing is left: a step never walks what
-- the steps before it deleted. Where the next step begins, or null where nothing is left.
CREATE FUNCTION pgpubsub.sweep_v1(p_topic integer, p_from bigint, p_most integer) RETURNS bigint LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_next bigint;
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  SELECT max(old."offset") + 1 INTO v_next FROM (
    SELECT e."offset" FROM pgpubsub.event e
    WHERE e.topic = p_topic AND e."offset" >= p_from AND e."offset" < (SELECT t.floor FROM pgpubsub.topic t WHERE t.id = p_topic)
    ORDER BY e."offset" LIMIT p_most) old;
  DELETE FROM pgpubsub.event e WHERE e.topic = p_topic AND e."offset" >= p_from AND e."offset" < v_next;
  RETURN v_next;
END $f$;
