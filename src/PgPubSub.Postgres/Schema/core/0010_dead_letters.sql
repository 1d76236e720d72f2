-- Dead letters in an operator's hands.
-- Running nodes: functions under new names.

-- Turns the dead letters of some offsets back into retries that are due at once, in the order of their offsets, with no attempt
-- counted. A letter stays where its group is gone or was never one, and where the group has the offset in hand or still before it:
-- claims wait meanwhile, so what is decided here holds until the commit; and for claims not to wait long, and large letters not to outlast
-- the patience of who asked, a step takes 64 MiB at most, or its first offset alone. p_id and the filters are null where they don't matter; next is
-- null where no offset is left.
CREATE FUNCTION pgpubsub.redrive_v1(
  p_topic integer, p_id bigint, p_subscriber text, p_type text, p_from timestamptz, p_before timestamptz, p_offset bigint, p_most integer,
  OUT done integer, OUT skipped integer, OUT next bigint) LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_most    integer := least(p_most, 1000);
  v_offsets bigint[];
  v_ids     bigint[];
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
  WITH letter AS (
    SELECT DISTINCT ON (s.id, d."offset") d.*, s.id AS group_id
    FROM pgpubsub.dead_letter d
    JOIN pgpubsub.subscription s ON s.topic = d.topic AND s.name = d.subscriber
    CROSS JOIN LATERAL (
      SELECT c.hi FROM pgpubsub.cursor c WHERE c.topic = s.topic AND c.subscription = s.id ORDER BY c.generation DESC, c.hi DESC LIMIT 1) stands
    WHERE d.topic = p_topic AND d.id = ANY (v_ids) AND d.subscription IS NOT NULL AND d."offset" < stands.hi
      AND NOT EXISTS (
        SELECT FROM pgpubsub.lease l
        WHERE l.topic = s.topic AND l.subscription = s.id AND d."offset" >= l.lo AND d."offset" < l.hi
          AND (l.settled IS NULL OR get_bit(l.settled, (d."offset" - l.lo)::integer) = 0))
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
  skipped := coalesce(cardinality(v_ids), 0) - done;
END $f$;

-- Deletes some dead letters, the lowest numbers first, from p_number on. next is null where nothing is left.
CREATE FUNCTION pgpubsub.purge_v1(
  p_topic integer, p_id bigint, p_subscriber text, p_type text, p_from timestamptz, p_before timestamptz, p_number bigint, p_most integer,
  OUT done integer, OUT next bigint) LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  WITH gone AS (
    DELETE FROM pgpubsub.dead_letter x WHERE x.topic = p_topic AND x.id IN (
      SELECT d.id FROM pgpubsub.dead_letter d
      WHERE d.topic = p_topic AND d.id >= p_number AND (p_id IS NULL OR d.id = p_id) AND (p_subscriber IS NULL OR d.subscriber = p_subscriber)
        AND (p_type IS NULL OR d.type = p_type) AND (p_from IS NULL OR d.died_at >= p_from) AND (p_before IS NULL OR d.died_at < p_before)
      ORDER BY d.id LIMIT least(p_most, 1000))
    RETURNING x.id)
  SELECT count(*) INTO done FROM gone g;
  SELECT d.id INTO next FROM pgpubsub.dead_letter d
  WHERE d.topic = p_topic AND d.id >= p_number AND (p_id IS NULL OR d.id = p_id) AND (p_subscriber IS NULL OR d.subscriber = p_subscriber)
    AND (p_type IS NULL OR d.type = p_type) AND (p_from IS NULL OR d.died_at >= p_from) AND (p_before IS NULL OR d.died_at < p_before)
  ORDER BY d.id LIMIT 1;
END $f$;

-- Deletes some dead letters that are older than their topic keeps them. How many. Numbers are given in the order of death, so the lowest are
-- looked at, and no more: a topic without a limit, or with young dead letters alone, costs nothing however many it has.
CREATE FUNCTION pgpubsub.expire_v1(p_topic integer, p_most integer) RETURNS integer LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_age  bigint;
  v_done integer;
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  SELECT t.dead_letter_age_ms INTO v_age FROM pgpubsub.topic t WHERE t.id = p_topic;
  IF v_age IS NULL THEN
    RETURN 0;
  END IF;
  DELETE FROM pgpubsub.dead_letter x WHERE x.topic = p_topic AND x.id IN (
    SELECT o.id FROM (SELECT d.id, d.died_at FROM pgpubsub.dead_letter d WHERE d.topic = p_topic ORDER BY d.id LIMIT least(p_most, 1000)) o
    WHERE o.died_at < clock_timestamp() - v_age * interval '1 millisecond');
  GET DIAGNOSTICS v_done = ROW_COUNT;
  RETURN v_done;
END $f$;
