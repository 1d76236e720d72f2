-- name: begin_look
-- Each look is one statement in a transaction of its own, and so one snapshot of a moment. Whatever the role's default is, it writes nothing.
BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY

-- name: limit_look
-- in: statement timeout ms integer, lock timeout ms integer
-- Until the commit: a look gives up rather than hold a snapshot or wait behind a lock, and a tiny table's statistics don't choose its plan.
SELECT set_config('statement_timeout', $1::integer::text, true), set_config('lock_timeout', $2::integer::text, true),
  set_config('jit', 'off', true), set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)

-- name: look_at_topics
-- out: id integer, name text, floor bigint, tail bigint
SELECT t.id, t.name, t.floor, coalesce(newest."offset" + 1, t.floor)
FROM pgpubsub.topic t
LEFT JOIN LATERAL (SELECT e."offset" FROM pgpubsub.event e WHERE e.topic = t.id ORDER BY e."offset" DESC LIMIT 1) newest ON true
ORDER BY t.id

-- name: look_at_events
-- in: topic integer, from bigint; out: floor bigint, offset bigint or null, event id uuid, published at timestamptz; no row where the topic is gone
SELECT t.floor, e."offset", e.event_id, e.published_at
FROM pgpubsub.topic t
LEFT JOIN LATERAL (
  SELECT x."offset", x.event_id, x.published_at FROM pgpubsub.event x
  WHERE x.topic = $1::integer AND x."offset" >= greatest($2::bigint, t.floor) ORDER BY x."offset" LIMIT 10000) e ON true
WHERE t.id = $1::integer
ORDER BY e."offset"

-- name: look_at_groups
-- in: topic integer; out: kind text, group text or null, offset bigint or null, other bigint or null, node uuid or null
WITH stands AS MATERIALIZED (
  SELECT t.floor, t.backlog_count IS NULL AND t.backlog_age_ms IS NULL AS spares,
    coalesce((SELECT e."offset" + 1 FROM pgpubsub.event e WHERE e.topic = t.id ORDER BY e."offset" DESC LIMIT 1), t.floor) AS tail
  FROM pgpubsub.topic t WHERE t.id = $1::integer),
newest AS MATERIALIZED (
  SELECT s.id, s.name, c.generation, c.hi
  FROM pgpubsub.subscription s
  LEFT JOIN LATERAL (
    SELECT x.generation, x.hi FROM pgpubsub.cursor x
    WHERE x.topic = s.topic AND x.subscription = s.id ORDER BY x.generation DESC, x.hi DESC LIMIT 1) c ON true
  WHERE s.topic = $1::integer),
leased AS MATERIALIZED (
  SELECT l.subscription, l.generation, l.lo, l.hi, l.node,
    max(l.hi) OVER (PARTITION BY l.subscription, l.generation ORDER BY l.lo ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
  FROM pgpubsub.lease l WHERE l.topic = $1::integer)
SELECT 'GroupWithoutCursor', n.name, NULL::bigint, NULL::bigint, NULL::uuid FROM newest n WHERE n.hi IS NULL
UNION ALL
SELECT 'CursorPastHead', n.name, n.hi, s.tail, NULL FROM newest n CROSS JOIN stands s WHERE n.hi > s.tail
UNION ALL
SELECT 'CursorBelowFloor', n.name, n.hi, s.floor, NULL FROM newest n CROSS JOIN stands s WHERE n.hi < s.floor AND s.spares
UNION ALL
SELECT 'CursorLeftBehind', n.name, c.hi, n.hi, NULL
FROM pgpubsub.cursor c JOIN newest n ON n.id = c.subscription
WHERE c.topic = $1::integer AND (c.generation, c.hi) <> (n.generation, n.hi)
UNION ALL
SELECT 'LeasesOverlap', n.name, l.lo, l.reached, l.node FROM leased l JOIN newest n ON n.id = l.subscription WHERE l.reached > l.lo
UNION ALL
SELECT 'LeaseOfOldGeneration', n.name, l.lo, l.hi, l.node FROM leased l JOIN newest n ON n.id = l.subscription WHERE l.generation < n.generation
UNION ALL
SELECT 'LeaseBeyondCursor', n.name, l.lo, l.hi, l.node
FROM leased l JOIN newest n ON n.id = l.subscription WHERE l.generation > n.generation OR (l.generation = n.generation AND l.hi > n.hi)
UNION ALL
SELECT 'LeaseWithoutNode', n.name, l.lo, l.hi, l.node
FROM leased l JOIN newest n ON n.id = l.subscription WHERE NOT EXISTS (SELECT FROM pgpubsub.node x WHERE x.id = l.node)
UNION ALL
SELECT 'MarkWithoutNode', NULL, m.low, NULL, m.node
FROM pgpubsub.mark m WHERE m.topic = $1::integer AND NOT EXISTS (SELECT FROM pgpubsub.node x WHERE x.id = m.node)

-- name: look_at_retries
-- in: topic integer, after subscription integer, after offset bigint
-- out: subscription integer, group text, offset bigint, without event boolean, in an open lease boolean, node uuid or null where it is there or free
SELECT r.subscription, s.name, r."offset",
  r.event_id IS NULL AND NOT EXISTS (SELECT FROM pgpubsub.event e WHERE e.topic = r.topic AND e."offset" = r."offset"),
  EXISTS (
    SELECT FROM pgpubsub.lease l
    WHERE l.topic = r.topic AND l.subscription = r.subscription AND r."offset" >= l.lo AND r."offset" < l.hi
      AND CASE WHEN length(l.settled) > r."offset" - l.lo THEN get_bit(l.settled, (r."offset" - l.lo)::integer) = 0 ELSE true END),
  CASE WHEN NOT EXISTS (SELECT FROM pgpubsub.node n WHERE n.id = r.node) THEN r.node END
FROM (
  SELECT x.topic, x.subscription, x."offset", x.event_id, x.node FROM pgpubsub.retry x
  WHERE x.topic = $1::integer AND (x.subscription, x."offset") > ($2::integer, $3::bigint) ORDER BY x.subscription, x."offset" LIMIT 10000) r
JOIN pgpubsub.subscription s ON s.topic = r.topic AND s.id = r.subscription
ORDER BY r.subscription, r."offset"

-- name: look_at_dead_letters
-- in: topic integer, from bigint; out: offset bigint, subscriber text, subscription integer or null
SELECT d."offset", d.subscriber, d.subscription
FROM pgpubsub.dead_letter d WHERE d.topic = $1::integer AND d."offset" >= $2::bigint ORDER BY d."offset" LIMIT 10000

-- name: look_at_sessions
-- in: held for interval
-- out: pid integer or null, application text, role text or null, state text, age interval or null, sees all boolean
-- What keeps VACUUM from taking dead rows of this database. VACUUM itself doesn't; a slot has no age, so one counts where nobody reads it or a
-- million transactions have begun since. The last row says whether this role sees since when the sessions of others are in their transactions.
SELECT a.pid, coalesce(a.application_name, ''), a.usename::text, coalesce(a.state, a.backend_type, 'unknown'), clock_timestamp() - a.xact_start, NULL::boolean
FROM pg_stat_activity a
WHERE (a.datname = current_database() OR a.backend_type = 'walsender') AND (a.backend_xmin IS NOT NULL OR a.backend_xid IS NOT NULL)
  AND a.pid <> pg_backend_pid() AND a.backend_type <> 'autovacuum worker' AND a.xact_start < clock_timestamp() - $1::interval
  AND NOT EXISTS (SELECT FROM pg_stat_progress_vacuum v WHERE v.pid = a.pid)
UNION ALL
SELECT NULL, p.gid, p.owner::text, 'prepared transaction', clock_timestamp() - p.prepared, NULL
FROM pg_prepared_xacts p WHERE p.database = current_database() AND p.prepared < clock_timestamp() - $1::interval
UNION ALL
SELECT s.active_pid, s.slot_name::text, NULL, 'replication slot', NULL, NULL
FROM pg_replication_slots s WHERE s.xmin IS NOT NULL AND (NOT s.active OR age(s.xmin) > 1000000)
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, pg_has_role(current_user, 'pg_read_all_stats', 'USAGE')

-- name: look_at_locks
-- in: schema text, held for interval
-- out: table text, pid integer or null, application text, role text or null, state text, age interval or null, granted boolean
-- Locks that conflict with what publishing and settling take. Who asks for such a lock holds up those after him as much as who has it.
-- Autovacuum gives way.
SELECT c.relname::text, l.pid, coalesce(a.application_name, p.gid, ''), coalesce(a.usename, p.owner)::text,
  CASE WHEN l.pid IS NULL THEN 'prepared transaction' ELSE coalesce(a.state, 'unknown') END,
  clock_timestamp() - coalesce(a.xact_start, p.prepared), l.granted
FROM pg_locks l
JOIN pg_class c ON c.oid = l.relation
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_stat_activity a ON a.pid = l.pid
LEFT JOIN pg_locks own ON l.pid IS NULL AND own.pid IS NULL AND own.virtualtransaction = l.virtualtransaction AND own.locktype = 'transactionid'
LEFT JOIN pg_prepared_xacts p ON p.transaction = own.transactionid
WHERE l.locktype = 'relation' AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
  AND n.nspname = $1::text AND c.relkind IN ('r', 'p')
  AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
  AND coalesce(a.backend_type, '') <> 'autovacuum worker'
  AND coalesce(clock_timestamp() - coalesce(a.xact_start, p.prepared) >= $2::interval, true)
ORDER BY c.relname, l.granted DESC, l.pid
