-- Claims of retries that find by their token what the token has got already, whatever the statistics say.
-- Running nodes: a function under a new name; that of before stays.

-- Claims retries that are due; see claim_retries_v2. What bears the token is found by it alone: with statistics of few live rows all that is long
-- done of the group would be walked. Complete says that nothing that was due from p_since on was left, but for what others hold locked; a group that is
-- paused was not looked at.
CREATE FUNCTION pgpubsub.claim_retries_v3(
  p_topic integer, p_subscription integer, p_node uuid, p_token uuid, p_most integer, p_suspects boolean, p_since timestamptz,
  OUT claimed integer, OUT complete boolean) LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET search_path = pg_catalog AS $f$
DECLARE
  v_due          integer;
  v_fit          tid[];
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
  SELECT count(*) INTO claimed
  FROM (SELECT x.topic, x.subscription FROM pgpubsub.retry x WHERE x.node = p_node AND x.token = p_token OFFSET 0) r
  WHERE r.topic = p_topic AND r.subscription = p_subscription;
  complete := false;
  IF v_paused OR claimed > 0 THEN
    RETURN;
  END IF;
  SELECT array_agg(fit.ctid) FILTER (WHERE fit.number = 1 OR fit.bytes <= 8388608), count(*) INTO v_fit, v_due FROM (
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
      WINDOW w AS (ORDER BY due.due_at, due."offset" ROWS UNBOUNDED PRECEDING)) fit;
  UPDATE pgpubsub.retry r SET node = p_node, token = p_token, suspect = p_suspects WHERE r.ctid = ANY (v_fit);
  GET DIAGNOSTICS claimed = ROW_COUNT;
  complete := v_due = claimed AND v_due < least(p_most, 1000);
END $f$;
