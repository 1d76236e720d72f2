-- Redrives beside purges and other redrives, patterns beside topics that are dropped, and a duty that a node asks for twice.
-- Running nodes: functions under new names; those of before stay.

-- Turns the dead letters of some offsets back into retries that are due at once; see redrive_v1. What may go is locked before it is copied: a letter that a
-- purge or another redrive took meanwhile is theirs, and neither done nor skipped here. Letters are locked after groups, since a settlement under way
-- holds its lease's row while it waits for a letter, and a seek holds the group while it waits for that row.
CREATE FUNCTION pgpubsub.redrive_v2(
  p_topic integer, p_id bigint, p_subscriber text, p_type text, p_from timestamptz, p_before timestamptz, p_offset bigint, p_most integer,
  OUT done integer, OUT skipped integer, OUT next bigint) LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_most    integer := least(p_most, 1000);
  v_offsets bigint[];
  v_ids     bigint[];
  v_open    bigint[];
  v_taken   bigint[];
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  SELECT array_agg(o."offset" ORDER BY o."offset") INTO v_offsets FROM (
    SELECT DISTINCT d."offset" FROM pgpubsub.dead_letter d
    WHERE d.topic = p_topic AND d."offset" >= p_offset AND (p_id IS NULL OR d.id = p_id) AND (p_subscriber IS NULL OR d.subscriber = p_subscriber)
      AND (p_type IS NULL OR d.type = p_type) AND (p_from IS NULL OR d.died_at >= p_from) AND (p_before IS NULL OR d.died_at < p_before)
    ORDER BY d."offset" LIMIT v_most + 1) o;
  SELECT greatest(1, least(v_most, count(*))) INTO v_most FROM (
    SELECT sum(sum(coalesce(pg_column_size(d.data), 0) + coalesce(pg_column_size(d.body), 0) + coalesce(pg_column_size(d.headers), 0)))
      OVER (ORDER BY d."offset") AS bytes
    FROM pgpubsub.dead_letter d WHERE d.topic = p_topic AND d."offset" = ANY (v_offsets) GROUP BY d."offset") fit
  WHERE fit.bytes <= 67108864;
  next := v_offsets[v_most + 1];
  v_offsets := v_offsets[1 : v_most];
  SELECT array_agg(d.id) INTO v_ids FROM pgpubsub.dead_letter d
  WHERE d.topic = p_topic AND d."offset" = ANY (v_offsets) AND (p_id IS NULL OR d.id = p_id) AND (p_subscriber IS NULL OR d.subscriber = p_subscriber)
    AND (p_type IS NULL OR d.type = p_type) AND (p_from IS NULL OR d.died_at >= p_from) AND (p_before IS NULL OR d.died_at < p_before);
  PERFORM pg_advisory_xact_lock(hashtextextended('pgpubsub.subscription', (p_topic::bigint << 32) | g.id)) FROM (
    SELECT s.id FROM pgpubsub.subscription s
    WHERE s.topic = p_topic AND s.name IN (SELECT d.subscriber FROM pgpubsub.dead_letter d WHERE d.topic = p_topic AND d.id = ANY (v_ids) AND d.subscription IS NOT NULL)
    ORDER BY s.id) g;
  v_open := ARRAY(
    SELECT d.id FROM pgpubsub.dead_letter d
    JOIN pgpubsub.subscription s ON s.topic = d.topic AND s.name = d.subscriber
    CROSS JOIN LATERAL (
      SELECT c.hi FROM pgpubsub.cursor c WHERE c.topic = s.topic AND c.subscription = s.id ORDER BY c.generation DESC, c.hi DESC LIMIT 1) stands
    WHERE d.topic = p_topic AND d.id = ANY (v_ids) AND d.subscription IS NOT NULL AND d."offset" < stands.hi
      AND NOT EXISTS (
        SELECT FROM pgpubsub.lease l
        WHERE l.topic = s.topic AND l.subscription = s.id AND d."offset" >= l.lo AND d."offset" < l.hi
          AND (l.settled IS NULL OR get_bit(l.settled, (d."offset" - l.lo)::integer) = 0))
    ORDER BY d.id FOR UPDATE OF d);
  SELECT count(*) INTO skipped FROM pgpubsub.dead_letter d
  WHERE d.topic = p_topic AND d.id = ANY (v_ids) AND EXISTS (SELECT FROM pgpubsub.topic t WHERE t.id = p_topic);
  WITH letter AS (
    SELECT DISTINCT ON (s.id, d."offset") d.*, s.id AS group_id
    FROM pgpubsub.dead_letter d
    JOIN pgpubsub.subscription s ON s.topic = d.topic AND s.name = d.subscriber
    WHERE d.topic = p_topic AND d.id = ANY (v_open)
    ORDER BY s.id, d."offset", d.id DESC),
  again AS (
    INSERT INTO pgpubsub.retry (
      topic, subscription, "offset", attempts, due_at, why, event_id, type, key, data, body, content_type, headers, published_at)
    SELECT x.topic, x.group_id, x."offset", 0,
      clock_timestamp() - interval '1 millisecond' + row_number() OVER (ORDER BY x."offset") * interval '1 microsecond',
      'it was redriven', x.event_id, x.type, x.key, x.data, x.body, x.content_type, x.headers, x.published_at
    FROM letter x
    ON CONFLICT (topic, subscription, "offset") DO NOTHING RETURNING retry.subscription, retry."offset")
  SELECT array_agg(x.id) INTO v_taken FROM letter x JOIN again a ON a.subscription = x.group_id AND a."offset" = x."offset";
  DELETE FROM pgpubsub.dead_letter d WHERE d.topic = p_topic AND d.id = ANY (v_taken);
  done := coalesce(cardinality(v_taken), 0);
  skipped := skipped - done;
END $f$;

-- A group at every topic that matches; see ensure_pattern_v1. A topic that somebody drops meanwhile is passed over: it has no group to make.
CREATE FUNCTION pgpubsub.ensure_pattern_v2(
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
    PERFORM FROM pgpubsub.topic t WHERE t.id = v_topic FOR SHARE;
    CONTINUE WHEN NOT FOUND;
    SELECT g.id INTO v_group FROM pgpubsub.ensure_group_v2(
      v_topic, p_name, p_kind, p_offset, p_time, p_deadline_ms, p_max_attempts, p_retry_first_ms, p_retry_factor, p_retry_most_ms, p_filter,
      p_dead_letter, p_change) g;
    UPDATE pgpubsub.subscription s SET pattern = v_id WHERE s.topic = v_topic AND s.id = v_group AND s.pattern IS NULL;
  END LOOP;
END $f$;

-- Whether a node has a duty from now on; see take_duty_v1. Of two calls of one node at once the later finds that the node has it.
CREATE FUNCTION pgpubsub.take_duty_v2(p_name text, p_node uuid) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS $f$
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  PERFORM FROM pgpubsub.duty d WHERE d.name = p_name AND d.node = p_node;
  IF FOUND THEN
    RETURN EXISTS (SELECT FROM pgpubsub.node n WHERE n.id = p_node);
  END IF;
  INSERT INTO pgpubsub.duty AS d (name, node)
  SELECT p_name, n.id FROM pgpubsub.node n WHERE n.id = p_node
  ON CONFLICT (name) DO UPDATE SET node = excluded.node WHERE d.node = excluded.node OR NOT EXISTS (SELECT FROM pgpubsub.node n WHERE n.id = d.node);
  RETURN FOUND;
END $f$;
