-- Groups: rules that members share, pauses, seeks by time, and groups by pattern.
-- Running nodes: functions under new names; those of before stay.

-- A group by name, made where it is not there; p_change: rules that differ replace the stored ones. The topic's row stays share-locked,
-- so that no trim raises the floor between finding the start and committing the cursor.
CREATE FUNCTION pgpubsub.ensure_group_v2(
  p_topic integer, p_name text, p_kind text, p_offset bigint, p_time timestamptz, p_deadline_ms bigint, p_max_attempts integer,
  p_retry_first_ms bigint, p_retry_factor double precision, p_retry_most_ms bigint, p_filter text, p_dead_letter boolean, p_change boolean,
  OUT id integer, OUT created boolean, OUT changed boolean) LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_place bigint;
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  SELECT l.place INTO v_place FROM pgpubsub.locate_v1(p_topic, p_kind, p_offset, p_time) l;
  changed := false;
  INSERT INTO pgpubsub.subscription (topic, name, deadline_ms, max_attempts, retry_first_ms, retry_factor, retry_most_ms, filter, dead_letter)
  VALUES (p_topic, p_name, p_deadline_ms, p_max_attempts, p_retry_first_ms, p_retry_factor, p_retry_most_ms, p_filter, p_dead_letter)
  ON CONFLICT (topic, name) DO NOTHING RETURNING subscription.id INTO ensure_group_v2.id;
  created := FOUND;
  IF created THEN
    INSERT INTO pgpubsub.cursor (topic, subscription, generation, hi) VALUES (p_topic, ensure_group_v2.id, 1, v_place);
    RETURN;
  END IF;
  SELECT s.id INTO ensure_group_v2.id FROM pgpubsub.subscription s WHERE s.topic = p_topic AND s.name = p_name;
  IF NOT p_change THEN
    RETURN;
  END IF;
  UPDATE pgpubsub.subscription s
  SET deadline_ms = p_deadline_ms, max_attempts = p_max_attempts, retry_first_ms = p_retry_first_ms, retry_factor = p_retry_factor,
    retry_most_ms = p_retry_most_ms, filter = p_filter, dead_letter = p_dead_letter, version = s.version + 1
  WHERE s.topic = p_topic AND s.id = ensure_group_v2.id
    AND (s.deadline_ms, s.max_attempts, s.retry_first_ms, s.retry_factor, s.retry_most_ms, s.filter, s.dead_letter)
      IS DISTINCT FROM (p_deadline_ms, p_max_attempts, p_retry_first_ms, p_retry_factor, p_retry_most_ms, p_filter, p_dead_letter);
  changed := FOUND;
END $f$;

-- Moves a group. Order matters: a settlement under way holds its lease's row, so when the lease is gone its retry is visible.
CREATE FUNCTION pgpubsub.seek_v2(p_topic integer, p_subscription integer, p_kind text, p_offset bigint, p_time timestamptz) RETURNS void LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_place      bigint;
  v_generation bigint;
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  SELECT l.place INTO v_place FROM pgpubsub.locate_v1(p_topic, p_kind, p_offset, p_time) l;
  PERFORM pg_advisory_xact_lock(hashtextextended('pgpubsub.subscription', (p_topic::bigint << 32) | p_subscription));
  SELECT c.generation + 1 INTO v_generation
  FROM pgpubsub.cursor c WHERE c.topic = p_topic AND c.subscription = p_subscription ORDER BY c.generation DESC, c.hi DESC LIMIT 1;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such subscription' USING ERRCODE = 'PS003';
  END IF;
  INSERT INTO pgpubsub.cursor (topic, subscription, generation, hi) VALUES (p_topic, p_subscription, v_generation, v_place);
  DELETE FROM pgpubsub.cursor c WHERE c.topic = p_topic AND c.subscription = p_subscription AND c.generation < v_generation;
  DELETE FROM pgpubsub.lease l WHERE l.topic = p_topic AND l.subscription = p_subscription AND l.generation < v_generation;
  DELETE FROM pgpubsub.retry r WHERE r.topic = p_topic AND r.subscription = p_subscription;
  UPDATE pgpubsub.subscription s SET version = s.version + 1 WHERE s.topic = p_topic AND s.id = p_subscription;
END $f$;

-- Pauses a group or lets it go on. A claim under way holds the group's lock, so that after the commit none gets anything.
CREATE FUNCTION pgpubsub.pause_v1(p_topic integer, p_subscription integer, p_paused boolean) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $f$
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  PERFORM pg_advisory_xact_lock(hashtextextended('pgpubsub.subscription', (p_topic::bigint << 32) | p_subscription));
  PERFORM FROM pgpubsub.subscription s WHERE s.topic = p_topic AND s.id = p_subscription;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such subscription' USING ERRCODE = 'PS003';
  END IF;
  UPDATE pgpubsub.subscription s SET paused = p_paused, version = s.version + 1
  WHERE s.topic = p_topic AND s.id = p_subscription AND s.paused <> p_paused;
END $f$;

-- Drops a group; its dead letters stay.
CREATE FUNCTION pgpubsub.drop_group_v1(p_topic integer, p_subscription integer) RETURNS void LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  PERFORM pg_advisory_xact_lock(hashtextextended('pgpubsub.subscription', (p_topic::bigint << 32) | p_subscription));
  DELETE FROM pgpubsub.subscription s WHERE s.topic = p_topic AND s.id = p_subscription;
  DELETE FROM pgpubsub.cursor c WHERE c.topic = p_topic AND c.subscription = p_subscription;
  DELETE FROM pgpubsub.lease l WHERE l.topic = p_topic AND l.subscription = p_subscription;
  DELETE FROM pgpubsub.retry r WHERE r.topic = p_topic AND r.subscription = p_subscription;
END $f$;

-- A group at every topic that matches. The lock on the patterns keeps a topic from being created between looking and committing.
CREATE FUNCTION pgpubsub.ensure_pattern_v1(
  p_pattern text, p_expression text, p_name text, p_kind text, p_offset bigint, p_time timestamptz, p_deadline_ms bigint, p_max_attempts integer,
  p_retry_first_ms bigint, p_retry_factor double precision, p_retry_most_ms bigint, p_filter text, p_dead_letter boolean, p_change boolean)
  RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $f$
DECLARE
  v_id    integer;
  v_topic integer;
  v_group integer;
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  PERFORM pg_advisory_xact_lock(hashtextextended('pgpubsub.patterns', 0));
  SELECT p.id INTO v_id FROM pgpubsub.pattern p WHERE p.pattern = p_pattern AND p.name = p_name;
  IF NOT FOUND THEN
    INSERT INTO pgpubsub.pattern (
      pattern, expression, name, deadline_ms, max_attempts, retry_first_ms, retry_factor, retry_most_ms, filter, dead_letter)
    VALUES (
      p_pattern, p_expression, p_name, p_deadline_ms, p_max_attempts, p_retry_first_ms, p_retry_factor, p_retry_most_ms, p_filter, p_dead_letter)
    RETURNING pattern.id INTO v_id;
  ELSIF p_change THEN
    UPDATE pgpubsub.pattern p
    SET deadline_ms = p_deadline_ms, max_attempts = p_max_attempts, retry_first_ms = p_retry_first_ms, retry_factor = p_retry_factor,
      retry_most_ms = p_retry_most_ms, filter = p_filter, dead_letter = p_dead_letter
    WHERE p.id = v_id;
  END IF;
  FOR v_topic IN SELECT t.id FROM pgpubsub.topic t WHERE t.name ~ p_expression ORDER BY t.id LOOP
    SELECT g.id INTO v_group FROM pgpubsub.ensure_group_v2(
      v_topic, p_name, p_kind, p_offset, p_time, p_deadline_ms, p_max_attempts, p_retry_first_ms, p_retry_factor, p_retry_most_ms, p_filter,
      p_dead_letter, p_change) g;
    UPDATE pgpubsub.subscription s SET pattern = v_id WHERE s.topic = v_topic AND s.id = v_group AND s.pattern IS NULL;
  END LOOP;
END $f$;

-- Drops a pattern and its group at every topic, but for topics where a group of this name is also another pattern's: it stays there as it
-- is, in that one's hands. Whether the pattern was there.
CREATE FUNCTION pgpubsub.drop_pattern_v1(p_pattern text, p_name text) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS $f$
DECLARE
  v_id integer;
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  PERFORM pg_advisory_xact_lock(hashtextextended('pgpubsub.patterns', 0));
  DELETE FROM pgpubsub.pattern p WHERE p.pattern = p_pattern AND p.name = p_name RETURNING p.id INTO v_id;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE pgpubsub.subscription s SET pattern = heir.id
  FROM (
    SELECT t.id AS topic, min(p.id) AS id FROM pgpubsub.pattern p JOIN pgpubsub.topic t ON t.name ~ p.expression WHERE p.name = p_name GROUP BY t.id) heir
  WHERE s.pattern = v_id AND s.topic = heir.topic;
  PERFORM pgpubsub.drop_group_v1(s.topic, s.id) FROM (
    SELECT x.topic, x.id FROM pgpubsub.subscription x WHERE x.pattern = v_id ORDER BY x.topic, x.id) s;
  RETURN true;
END $f$;

-- A topic by name, made where it is not there; with it the groups whose patterns match, at its first offset, so that they miss nothing.
CREATE FUNCTION pgpubsub.ensure_topic_v2(
  p_name text, p_keep_count bigint, p_keep_age_ms bigint, p_backlog_count bigint, p_backlog_age_ms bigint, p_dead_letter_age_ms bigint,
  OUT id integer, OUT floor bigint, OUT tail bigint) LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  SELECT t.id, t.floor INTO ensure_topic_v2.id, ensure_topic_v2.floor FROM pgpubsub.topic t WHERE t.name = p_name;
  IF NOT FOUND THEN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('pgpubsub.patterns', 0));
    INSERT INTO pgpubsub.topic (name, keep_count, keep_age_ms, backlog_count, backlog_age_ms, dead_letter_age_ms)
    VALUES (p_name, p_keep_count, p_keep_age_ms, p_backlog_count, p_backlog_age_ms, p_dead_letter_age_ms)
    ON CONFLICT (name) DO NOTHING RETURNING topic.id, topic.floor INTO ensure_topic_v2.id, ensure_topic_v2.floor;
    IF FOUND THEN
      WITH made AS (
        INSERT INTO pgpubsub.subscription (
          topic, name, deadline_ms, max_attempts, retry_first_ms, retry_factor, retry_most_ms, filter, dead_letter, pattern)
        SELECT ensure_topic_v2.id, p.name, p.deadline_ms, p.max_attempts, p.retry_first_ms, p.retry_factor, p.retry_most_ms, p.filter, p.dead_letter, p.id
        FROM pgpubsub.pattern p WHERE p_name ~ p.expression ORDER BY p.id
        ON CONFLICT (topic, name) DO NOTHING RETURNING subscription.topic, subscription.id)
      INSERT INTO pgpubsub.cursor (topic, subscription, generation, hi) SELECT m.topic, m.id, 1, 0 FROM made m;
    ELSE
      SELECT t.id, t.floor INTO ensure_topic_v2.id, ensure_topic_v2.floor FROM pgpubsub.topic t WHERE t.name = p_name;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'no such topic' USING ERRCODE = 'PS001'; -- somebody made it and dropped it meanwhile
      END IF;
    END IF;
  END IF;
  tail := pgpubsub.tail_v1(ensure_topic_v2.id, ensure_topic_v2.floor);
END $f$;
