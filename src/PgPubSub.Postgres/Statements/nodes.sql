-- name: register
-- in: node uuid, name text, application text or null
INSERT INTO pgpubsub.node (id, name, application, seen_at, keeps_lock) VALUES ($1::uuid, $2::text, $3::text, clock_timestamp(), false)
ON CONFLICT (id) DO NOTHING

-- name: beat
-- in: node uuid, keeps lock boolean; out: seen boolean, no row where the node's row is gone
-- A lock counts only where others look for it: after a failover the listening connection may still hold one on a server that is no longer the primary.
UPDATE pgpubsub.node SET seen_at = clock_timestamp(), keeps_lock = $2::boolean AND EXISTS (
  SELECT FROM pg_locks l
  WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND ((l.classid::bigint << 32) | l.objid::bigint) = (SELECT pgpubsub.presence_key_v1($1::uuid)))
WHERE id = $1::uuid RETURNING true

-- name: held_tokens
-- in: node uuid, since uuid or null, known uuid[]; out: token uuid
SELECT token FROM pgpubsub.held_v1($1::uuid, $2::uuid, $3::uuid[])

-- name: watch
-- in: self uuid, since uuid or null, nodes uuid[], tokens uuid[] of null where none is known
-- out: id uuid, name text, seen at text or null, keeps lock boolean, lock held boolean, token uuid of what it holds or null
-- seen at is written in one way, whatever the session's DateStyle and time zone; a lock on one bigint is told as its two halves.
WITH holder AS (
  SELECT node, token FROM pgpubsub.holders_v1($2::uuid, $3::uuid[], $4::uuid[])),
locked AS MATERIALIZED (
  SELECT (l.classid::bigint << 32) | l.objid::bigint AS key FROM pg_locks l
  WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())),
known AS (
  SELECT n.id, n.name, to_char(n.seen_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') AS seen_at, n.keeps_lock,
    pgpubsub.presence_key_v1(n.id) IN (SELECT key FROM locked) AS lock_held
  FROM pgpubsub.node n)
SELECT coalesce(k.id, h.node), coalesce(k.name, ''), k.seen_at, coalesce(k.keeps_lock, false), coalesce(k.lock_held, false), h.token
FROM known k FULL JOIN holder h ON h.node = k.id
WHERE coalesce(k.id, h.node) <> $1::uuid

-- name: list_nodes
-- out: id uuid, name text, seen at text or null, keeps lock boolean, lock held boolean, holds events boolean,
--      silent for, registered for and holding for interval or null
-- As watch, for people. An id is made when a node registers and a token when it claims, both as UUIDs of version 7: their first 48 bits are that
-- moment in milliseconds, by the node's own clock.
WITH locked AS MATERIALIZED (
  SELECT (l.classid::bigint << 32) | l.objid::bigint AS key FROM pg_locks l
  WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())),
listed AS (
  SELECT coalesce(n.id, h.node) AS id, n.id AS known, n.name, n.seen_at, n.keeps_lock, h.token, clock_timestamp() AS now
  FROM pgpubsub.node n FULL JOIN pgpubsub.holders_v1(NULL, '{}', '{}') h ON h.node = n.id)
SELECT x.id, coalesce(x.name, ''), to_char(x.seen_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), coalesce(x.keeps_lock, false),
  coalesce(pgpubsub.presence_key_v1(x.known) IN (SELECT key FROM locked), false), x.token IS NOT NULL, x.now - x.seen_at,
  CASE substring(x.known::text, 15, 1) WHEN '7' THEN
    x.now - to_timestamp(('x' || translate(left(x.known::text, 13), '-', ''))::bit(48)::bigint / 1000.0) END,
  CASE substring(x.token::text, 15, 1) WHEN '7' THEN
    x.now - to_timestamp(('x' || translate(left(x.token::text, 13), '-', ''))::bit(48)::bigint / 1000.0) END
FROM listed x ORDER BY x.name NULLS FIRST, x.id

-- name: take_over
-- in: node uuid, seen at text or null; out: won boolean
SELECT pgpubsub.take_over_v4($1::uuid, ($2::text || '+00')::timestamptz)

-- name: return_orphans
-- in: node uuid, tokens uuid[], of which nothing was handed out uuid[]; out: messages integer
SELECT pgpubsub.return_v4($1::uuid, $2::uuid[], $3::uuid[], 0, 'its claim was lost')

-- name: mark
-- in: node uuid, topics integer[], lows bigint[]; out: floors bigint[]
SELECT pgpubsub.mark_v1($1::uuid, $2::integer[], $3::bigint[])

-- name: depart
-- in: node uuid, tokens of which nothing was handed out uuid[]
SELECT pgpubsub.depart_v4($1::uuid, $2::uuid[])

-- name: poll
-- in: topics integer[], topics of groups integer[], subscriptions integer[], since timestamptz[] of null where unknown, expressions text[],
--     node uuid or null, keeps lock boolean or null where this is no beat; as in watch: since uuid or null, nodes uuid[], tokens uuid[];
--     as in held_tokens: since uuid or null, known uuid[]
-- out: kind integer, and of kind 1: topic, -, tail; 2: topic, subscription, -, due, suspects, -, looked at; 3: topic, subscription, version;
--      4: topic, -, -, -, -, -, -, -, name; 5, as in watch: -, -, -, keeps lock, lock held, -, -, id, name, seen at, token;
--      6, the node's row is there; 7, as in held_tokens: -, -, -, -, -, -, -, -, -, -, token
-- One statement for all, since a node that has nothing to do asks no more than this. Its last arm brings nothing: it has the statement wait for the lock
-- of every table before it changes the node's row, which would else be locked while a function waits.
WITH beat AS (
  UPDATE pgpubsub.node SET seen_at = clock_timestamp(), keeps_lock = $7::boolean AND EXISTS (
    SELECT FROM pg_locks l
    WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND ((l.classid::bigint << 32) | l.objid::bigint) = (SELECT pgpubsub.presence_key_v1($6::uuid)))
  WHERE id = $6::uuid AND $7::boolean IS NOT NULL RETURNING true),
holder AS (
  SELECT h.node, h.token FROM pgpubsub.holders_v1($8::uuid, $9::uuid[], $10::uuid[]) h WHERE $6::uuid IS NOT NULL),
locked AS MATERIALIZED (
  SELECT (l.classid::bigint << 32) | l.objid::bigint AS key FROM pg_locks l
  WHERE $6::uuid IS NOT NULL AND l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())),
known AS (
  SELECT n.id, n.name, to_char(n.seen_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') AS seen_at, n.keeps_lock,
    pgpubsub.presence_key_v1(n.id) IN (SELECT key FROM locked) AS lock_held
  FROM pgpubsub.node n WHERE $6::uuid IS NOT NULL)
SELECT 1, t.id, NULL::integer, coalesce(newest."offset" + 1, t.floor), NULL::boolean, NULL::boolean, NULL::boolean, NULL::timestamptz, NULL::uuid,
  NULL::text, NULL::text, NULL::uuid
FROM unnest($1::integer[]) AS wanted(id)
JOIN pgpubsub.topic t ON t.id = wanted.id
LEFT JOIN LATERAL (SELECT e."offset" FROM pgpubsub.event e WHERE e.topic = t.id ORDER BY e."offset" DESC LIMIT 1) newest ON true
UNION ALL
SELECT 2, r.topic, r.subscription, NULL, r.due, r.suspects, NULL, r.looked_at, NULL, NULL, NULL, NULL
FROM pgpubsub.poll_retries_v2($2::integer[], $3::integer[], $4::timestamptz[]) r
UNION ALL
SELECT 3, s.topic, s.id, s.version, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM unnest($2::integer[], $3::integer[]) AS wanted(topic, id)
JOIN pgpubsub.subscription s ON s.topic = wanted.topic AND s.id = wanted.id
UNION ALL
-- Expression by expression, as in match_topics.
SELECT 4, m.id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, m.name, NULL, NULL
FROM (SELECT DISTINCT t.id, t.name
  FROM unnest($5::text[]) AS wanted(expression)
  CROSS JOIN LATERAL (SELECT x.id, x.name FROM pgpubsub.topic x WHERE x.name ~ wanted.expression OFFSET 0) t) m
UNION ALL
SELECT 5, NULL, NULL, NULL, coalesce(k.keeps_lock, false), coalesce(k.lock_held, false), NULL, NULL, coalesce(k.id, h.node),
  coalesce(k.name, ''), k.seen_at, h.token
FROM known k FULL JOIN holder h ON h.node = k.id
WHERE coalesce(k.id, h.node) <> $6::uuid
UNION ALL
SELECT 6, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM beat
UNION ALL
SELECT 7, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, held.token FROM pgpubsub.held_v1($6::uuid, $11::uuid, $12::uuid[]) held WHERE $7::boolean IS NOT NULL
UNION ALL
SELECT 8, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM pgpubsub.lease, pgpubsub.retry WHERE false

-- name: take_duty
-- in: name text, node uuid; out: taken boolean
SELECT pgpubsub.take_duty_v2($1::text, $2::uuid)
