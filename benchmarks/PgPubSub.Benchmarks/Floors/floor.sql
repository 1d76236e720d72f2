-- The data model without the library's safety: what the hand-written program appends to, claims from and settles.
DROP SCHEMA IF EXISTS limits CASCADE; CREATE SCHEMA limits;
CREATE TABLE limits.event (topic_id int NOT NULL, "offset" bigint NOT NULL, event_id uuid NOT NULL, type text NOT NULL, data json NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (topic_id, "offset"));
CREATE TABLE limits.cursor (subscription_id int NOT NULL, hi bigint NOT NULL, PRIMARY KEY (subscription_id, hi));
CREATE TABLE limits.lease (subscription_id int NOT NULL, lo bigint NOT NULL, hi bigint NOT NULL, token uuid NOT NULL, PRIMARY KEY (subscription_id, lo));
INSERT INTO limits.cursor SELECT g, 0 FROM generate_series(1, 8) g;
-- Inside a function each statement has a snapshot of its own, so what is read after the lock is newer than the lock; and the lock is
-- taken only once the whole batch has reached the server. The settings keep a tiny table's statistics and the JIT from choosing the plan.
CREATE FUNCTION limits.append(p_topic int, p_known_tail bigint, p_ids uuid[], p_types text[], p_data json[]) RETURNS bigint LANGUAGE plpgsql
    SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off AS $f$
DECLARE v_first bigint; v_twin bigint; v_now timestamptz; v_last timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(7001, p_topic);
    SELECT "offset" + 1, published_at INTO v_first, v_last FROM limits.event WHERE topic_id = p_topic ORDER BY "offset" DESC LIMIT 1;
    v_first := coalesce(v_first, 0);
    v_now := greatest(clock_timestamp(), v_last); -- taken after the lock, never before the predecessor's: time order is offset order
    IF v_first > p_known_tail THEN -- the tail has moved: was it this very batch, sent before?
        SELECT "offset" INTO v_twin FROM limits.event WHERE topic_id = p_topic AND "offset" >= p_known_tail AND event_id = p_ids[1] LIMIT 1;
        IF FOUND THEN RETURN v_twin; END IF;
    END IF;
    INSERT INTO limits.event (topic_id, "offset", event_id, type, data, published_at)
    SELECT p_topic, v_first + n - 1, u.id, u.type, u.data, v_now FROM unnest(p_ids, p_types, p_data) WITH ORDINALITY AS u(id, type, data, n);
    RETURN v_first;
END $f$;
CREATE FUNCTION limits.claim(p_subscription int, p_topic int, p_most int, p_token uuid) RETURNS bigint LANGUAGE plpgsql
    SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off AS $f$
DECLARE v_from bigint; v_lo bigint; v_hi bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7002, p_subscription);
    SELECT hi INTO v_from FROM limits.cursor WHERE subscription_id = p_subscription ORDER BY hi DESC LIMIT 1;
    SELECT min("offset"), max("offset") + 1 INTO v_lo, v_hi
    FROM (SELECT "offset" FROM limits.event WHERE topic_id = p_topic AND "offset" >= v_from ORDER BY "offset" LIMIT p_most) page;
    IF v_hi IS NULL THEN RETURN NULL; END IF;
    INSERT INTO limits.lease (subscription_id, lo, hi, token) VALUES (p_subscription, v_lo, v_hi, p_token);
    INSERT INTO limits.cursor (subscription_id, hi) VALUES (p_subscription, v_hi);
    DELETE FROM limits.cursor WHERE subscription_id = p_subscription AND hi = v_from; -- by exact key: never a scan over the dead
    RETURN v_hi;
END $f$;
