-- Groups: where they start and how they are moved.
-- Running nodes: there are none before this one.

-- Where a start lies: p_kind is earliest, latest, offset or time.
CREATE FUNCTION pgpubsub.locate_v1(p_topic integer, p_kind text, p_offset bigint, p_time timestamptz, OUT place bigint, OUT floor bigint)
  LANGUAGE plpgsql SET search_path = pg_catalog AS $f$
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  SELECT t.floor INTO locate_v1.floor FROM pgpubsub.topic t WHERE t.id = p_topic FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such topic' USING ERRCODE = 'PS001';
  END IF;
  place := CASE p_kind
    WHEN 'earliest' THEN locate_v1.floor
    WHEN 'latest' THEN pgpubsub.tail_v1(p_topic, locate_v1.floor)
    WHEN 'offset' THEN greatest(p_offset, locate_v1.floor)
    WHEN 'time' THEN pgpubsub.offset_at_v1(p_topic, locate_v1.floor, p_time)
  END;
END $f$;

-- A group by name, made where it is not there; rules that differ replace the stored ones. The topic's row stays share-locked, so
-- that no trim raises the floor between finding the start and committing the cursor.
CREATE FUNCTION pgpubsub.ensure_group_v1(
  p_topic integer, p_name text, p_kind text, p_offset bigint, p_time timestamptz, p_deadline_ms bigint, p_max_attempts integer,
  p_retry_first_ms bigint, p_retry_factor double precision, p_retry_most_ms bigint,
  OUT id integer, OUT generation bigint, OUT place bigint, OUT created boolean, OUT floor bigint) LANGUAGE plpgsql SET search_path = pg_catalog AS $f$
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  SELECT l.place, l.floor INTO ensure_group_v1.place, ensure_group_v1.floor FROM pgpubsub.locate_v1(p_topic, p_kind, p_offset, p_time) l;
  INSERT INTO pgpubsub.subscription (topic, name, deadline_ms, max_attempts, retry_first_ms, retry_factor, retry_most_ms)
  VALUES (p_topic, p_name, p_deadline_ms, p_max_attempts, p_retry_first_ms, p_retry_factor, p_retry_most_ms)
  ON CONFLICT (topic, name) DO NOTHING RETURNING subscription.id INTO ensure_group_v1.id;
  created := FOUND;
  IF created THEN
    generation := 1;
    INSERT INTO pgpubsub.cursor (topic, subscription, generation, hi) VALUES (p_topic, ensure_group_v1.id, 1, ensure_group_v1.place);
    RETURN;
  END IF;
  SELECT s.id INTO ensure_group_v1.id FROM pgpubsub.subscription s WHERE s.topic = p_topic AND s.name = p_name;
  UPDATE pgpubsub.subscription s
  SET deadline_ms = p_deadline_ms, max_attempts = p_max_attempts, retry_first_ms = p_retry_first_ms, retry_factor = p_retry_factor, retry_most_ms = p_retry_most_ms
  WHERE s.topic = p_topic AND s.id = ensure_group_v1.id
    AND (s.deadline_ms, s.max_attempts, s.retry_first_ms, s.retry_factor, s.retry_most_ms)
      IS DISTINCT FROM (p_deadline_ms, p_max_attempts, p_retry_first_ms, p_retry_factor, p_retry_most_ms);
  SELECT c.generation, c.hi INTO ensure_group_v1.generation, ensure_group_v1.place
  FROM pgpubsub.cursor c WHERE c.topic = p_topic AND c.subscription = ensure_group_v1.id ORDER BY c.generation DESC, c.hi DESC LIMIT 1;
END $f$;

-- Moves a group. Order matters: a settlement under way holds its lease's row, so when the lease is gone its retry is visible.
CREATE FUNCTION pgpubsub.seek_v1(p_topic integer, p_subscription integer, p_offset bigint, OUT generation bigint, OUT place bigint, OUT floor bigint)
  LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  SELECT l.place, l.floor INTO seek_v1.place, seek_v1.floor FROM pgpubsub.locate_v1(p_topic, 'offset', p_offset, NULL) l;
  PERFORM pg_advisory_xact_lock(hashtextextended('pgpubsub.subscription', (p_topic::bigint << 32) | p_subscription));
  SELECT c.generation + 1 INTO seek_v1.generation
  FROM pgpubsub.cursor c WHERE c.topic = p_topic AND c.subscription = p_subscription ORDER BY c.generation DESC, c.hi DESC LIMIT 1;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such subscription' USING ERRCODE = 'PS003';
  END IF;
  INSERT INTO pgpubsub.cursor (topic, subscription, generation, hi) VALUES (p_topic, p_subscription, seek_v1.generation, seek_v1.place);
  DELETE FROM pgpubsub.cursor c WHERE c.topic = p_topic AND c.subscription = p_subscription AND c.generation < seek_v1.generation;
  DELETE FROM pgpubsub.lease l WHERE l.topic = p_topic AND l.subscription = p_subscription AND l.generation < seek_v1.generation;
  DELETE FROM pgpubsub.retry r WHERE r.topic = p_topic AND r.subscription = p_subscription;
END $f$;
