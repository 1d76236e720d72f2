-- A suspect that had an equal beside it when its node died is not buried.
-- Running nodes: the function is under a new name; those of before stay.

-- Takes over what a dead node held, if its row is still as it was seen; see take_over_v3.
CREATE FUNCTION pgpubsub.take_over_v4(p_dead uuid, p_seen_at timestamptz) RETURNS boolean LANGUAGE plpgsql
  SET jit = off SET search_path = pg_catalog AS $f$
DECLARE
  v_application text;
  v_returned    integer;
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  IF p_seen_at IS NULL THEN
    PERFORM FROM pgpubsub.node n WHERE n.id = p_dead;
    IF FOUND THEN
      RETURN false;
    END IF;
  ELSE
    SELECT n.application INTO v_application FROM pgpubsub.node n WHERE n.id = p_dead AND n.seen_at = p_seen_at;
    IF NOT FOUND THEN
      RETURN false;
    END IF;
    PERFORM pg_terminate_backend(a.pid) FROM pg_stat_activity a
    WHERE a.datname = current_database() AND a.usename = current_user AND a.application_name = v_application
      AND a.xact_start < clock_timestamp() - interval '500 milliseconds'
      AND a.application_name <> current_setting('application_name')
      AND NOT EXISTS (SELECT FROM pgpubsub.node n WHERE n.application = v_application AND n.id <> p_dead); -- its process lives on under another id
    DELETE FROM pgpubsub.node n WHERE n.id = p_dead AND n.seen_at = p_seen_at;
    IF NOT FOUND THEN
      RETURN false;
    END IF;
  END IF;
  -- Leases are locked before retries, as a seek does.
  PERFORM FROM pgpubsub.lease l WHERE l.node = p_dead ORDER BY l.topic, l.subscription, l.generation, l.lo FOR UPDATE;
  -- Whatever was there at as many deaths may be the killer as well: one whose own group does not suspect it yet, or a suspect whose claim was
  -- never answered. The next death tells them apart, since two deaths make everything a suspect.
  UPDATE pgpubsub.retry r SET suspect = false
  WHERE r.node = p_dead AND r.suspect AND EXISTS (
    SELECT FROM pgpubsub.retry o
    WHERE o.node = p_dead AND o.deaths >= r.deaths AND (o.topic, o.subscription, o."offset") <> (r.topic, r.subscription, r."offset"));
  v_returned := pgpubsub.return_v2(p_dead, NULL, 1, 'its node died');
  DELETE FROM pgpubsub.mark m WHERE m.node = p_dead;
  RETURN p_seen_at IS NOT NULL OR v_returned > 0;
END $f$;
