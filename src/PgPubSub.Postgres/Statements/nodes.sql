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
    AND ((l.classid::bigint << 32) | l.objid::bigint) = pgpubsub.presence_key_v1($1::uuid))
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

-- name: take_over
-- in: node uuid, seen at text or null; out: won boolean
SELECT pgpubsub.take_over_v3($1::uuid, ($2::text || '+00')::timestamptz)

-- name: return_orphans
-- in: node uuid, tokens uuid[]; out: messages integer
SELECT pgpubsub.return_v3($1::uuid, $2::uuid[], 0, 'its claim was lost')

-- name: mark
-- in: node uuid, topics integer[], lows bigint[]; out: floors bigint[]
SELECT pgpubsub.mark_v1($1::uuid, $2::integer[], $3::bigint[])

-- name: depart
-- in: node uuid
SELECT pgpubsub.depart_v3($1::uuid)

-- name: poll_tails
-- in: topics integer[]; out: topic integer, tail bigint
SELECT t.id, coalesce(newest."offset" + 1, t.floor)
FROM unnest($1::integer[]) AS wanted(id)
JOIN pgpubsub.topic t ON t.id = wanted.id
LEFT JOIN LATERAL (SELECT e."offset" FROM pgpubsub.event e WHERE e.topic = t.id ORDER BY e."offset" DESC LIMIT 1) newest ON true

-- name: poll_retries
-- in: topics integer[], subscriptions integer[], since timestamptz[] of null where unknown
-- out: topic integer, subscription integer, due boolean, suspects boolean, looked at timestamptz
SELECT topic, subscription, due, suspects, looked_at FROM pgpubsub.poll_retries_v1($1::integer[], $2::integer[], $3::timestamptz[])

-- name: poll_versions
-- in: topics integer[], subscriptions integer[]; out: topic integer, subscription integer, version bigint
SELECT s.topic, s.id, s.version
FROM unnest($1::integer[], $2::integer[]) AS wanted(topic, id)
JOIN pgpubsub.subscription s ON s.topic = wanted.topic AND s.id = wanted.id

-- name: take_duty
-- in: name text, node uuid; out: taken boolean
SELECT pgpubsub.take_duty_v1($1::text, $2::uuid)
