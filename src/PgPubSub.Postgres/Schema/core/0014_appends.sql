-- Appends of several topics that go together.
-- Running nodes: a new function; append_v1 stays, and both keep to the same locks.

-- Appends several batches, each to a topic of its own, in one transaction; see append_v1 for what holds for each of them. p_counts says how many
-- events belong to each batch, p_places to which batch each event belongs, counted from 1; the topics ascend, so that two such calls never
-- wait for each other crosswise. firsts is what append_v1 returns; refused is the SQLSTATE of what alone would have failed, and nothing of that
-- batch is written: PS001, PS006, or 55P03 where somebody held the topic for longer than lock_timeout. Only one topic is waited for, since
-- those that are locked already must not be kept from others: 55006 says that a topic was held at that moment.
CREATE FUNCTION pgpubsub.append_many_v1(
  p_topics integer[], p_known bigint[], p_counts integer[], p_places integer[], p_ids uuid[], p_types text[], p_keys text[], p_data json[], p_bodies bytea[],
  p_content_types text[], p_headers json[], p_sizes integer[], OUT firsts bigint[], OUT refused text[]) LANGUAGE plpgsql
  SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET lock_timeout = '100ms' SET search_path = pg_catalog AS $f$
DECLARE
  v_batches integer;
  v_waits   boolean := true;
  v_key     bigint;
  v_floors  bigint[];
  v_tails   bigint[];
  v_lasts   timestamptz[];
  v_bases   bigint[];
  v_begin   integer := 0;
  v_first   bigint;
  v_now     timestamptz;
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  v_batches := cardinality(p_topics);
  firsts := array_fill(NULL::bigint, ARRAY[v_batches]);
  refused := array_fill(NULL::text, ARRAY[v_batches]);
  v_bases := array_fill(NULL::bigint, ARRAY[v_batches]);
  FOR i IN 1 .. v_batches LOOP
    v_key := hashtextextended('pgpubsub.append', p_topics[i]);
    CONTINUE WHEN pg_try_advisory_xact_lock(v_key);
    IF NOT v_waits THEN
      refused[i] := '55006';
      CONTINUE;
    END IF;
    v_waits := false;
    BEGIN
      PERFORM pg_advisory_xact_lock(v_key);
    EXCEPTION WHEN lock_not_available THEN
      refused[i] := '55P03';
    END;
  END LOOP;
  -- One statement, whose snapshot is newer than the locks. The LIMITs keep its plan a walk of indexes, one topic after the other.
  SELECT array_agg(t.floor ORDER BY a.n), array_agg(coalesce(e.tail, t.floor) ORDER BY a.n), array_agg(e.published_at ORDER BY a.n) INTO v_floors, v_tails, v_lasts
  FROM unnest(p_topics) WITH ORDINALITY AS a(topic, n)
  LEFT JOIN LATERAL (SELECT x.floor FROM pgpubsub.topic x WHERE x.id = a.topic LIMIT 1) t ON true
  LEFT JOIN LATERAL (
    SELECT x."offset" + 1 AS tail, x.published_at FROM pgpubsub.event x WHERE x.topic = a.topic ORDER BY x."offset" DESC LIMIT 1) e ON true;
  FOR i IN 1 .. v_batches LOOP
    v_begin := v_begin + p_counts[i];
    CONTINUE WHEN refused[i] IS NOT NULL;
    IF v_floors[i] IS NULL THEN
      refused[i] := 'PS001';
      CONTINUE;
    END IF;
    CONTINUE WHEN v_tails[i] < p_known[i];
    IF v_tails[i] > p_known[i] THEN
      CONTINUE WHEN p_known[i] < v_floors[i];
      SELECT e."offset" INTO v_first FROM pgpubsub.event e
      WHERE e.topic = p_topics[i] AND e."offset" >= p_known[i] AND e.event_id = p_ids[v_begin - p_counts[i] + 1] ORDER BY e."offset" LIMIT 1;
      IF FOUND THEN
        PERFORM FROM pgpubsub.event e
        WHERE e.topic = p_topics[i] AND e."offset" = v_first + p_counts[i] - 1 AND e.event_id = p_ids[v_begin];
        IF NOT FOUND THEN
          refused[i] := 'PS006';
        ELSE
          firsts[i] := v_first;
          PERFORM pg_logical_emit_message(true, 'pgpubsub.append', '');
        END IF;
        CONTINUE;
      END IF;
    END IF;
    firsts[i] := v_tails[i];
    v_bases[i] := v_tails[i] - (v_begin - p_counts[i]) - 1;
  END LOOP;
  v_now := clock_timestamp();
  INSERT INTO pgpubsub.event (topic, "offset", event_id, type, key, data, body, content_type, headers, size, published_at)
  SELECT p_topics[u.place], v_bases[u.place] + u.n, u.id, u.type, u.key, u.data, u.body, u.content_type, u.headers, u.size, greatest(v_now, v_lasts[u.place])
  FROM unnest(p_places, p_ids, p_types, p_keys, p_data, p_bodies, p_content_types, p_headers, p_sizes)
    WITH ORDINALITY AS u(place, id, type, key, data, body, content_type, headers, size, n)
  WHERE v_bases[u.place] IS NOT NULL;
END $f$;
