-- name: ensure_group
-- in: topic integer, name text, kind text, offset bigint, time timestamptz, deadline ms bigint, attempts integer, first ms bigint,
--     factor double precision, most ms bigint, filter text, dead letter boolean, change boolean; out: id integer, created boolean, changed boolean
SELECT id, created, changed
FROM pgpubsub.ensure_group_v2(
  $1::integer, $2::text, $3::text, $4::bigint, $5::timestamptz, $6::bigint, $7::integer, $8::bigint, $9::double precision, $10::bigint, $11::text, $12::boolean, $13::boolean)

-- name: read_group
-- in: topic integer, id integer or null, name text or null; out: id integer, generation bigint, position bigint, floor bigint, version bigint, paused boolean,
--     deadline ms bigint, attempts integer, first ms bigint, factor double precision, most ms bigint, filter text, dead letter boolean
SELECT s.id, stands.generation, stands.hi, t.floor, s.version, s.paused,
  s.deadline_ms, s.max_attempts, s.retry_first_ms, s.retry_factor, s.retry_most_ms, s.filter, s.dead_letter
FROM pgpubsub.subscription s
JOIN pgpubsub.topic t ON t.id = s.topic
CROSS JOIN LATERAL (
  SELECT c.generation, c.hi FROM pgpubsub.cursor c WHERE c.topic = s.topic AND c.subscription = s.id ORDER BY c.generation DESC, c.hi DESC LIMIT 1) stands
WHERE s.topic = $1::integer AND (s.id = $2::integer OR s.name = $3::text)

-- name: list_groups
-- in: topic text or null, name text or null
-- out: topic text, name text, topic integer, id integer, position bigint, tail bigint, lag interval or null, in flight bigint, retrying bigint, dead bigint,
--      paused boolean, deadline ms bigint, attempts integer, first ms bigint, factor double precision, most ms bigint, filter text, dead letter boolean, pattern text
SELECT t.name, s.name, t.id, s.id, stands.hi, pgpubsub.tail_v1(t.id, t.floor),
  (SELECT clock_timestamp() - e.published_at FROM pgpubsub.event e WHERE e.topic = t.id AND e."offset" >= stands.hi ORDER BY e."offset" LIMIT 1),
  (SELECT coalesce(sum(l.hi - l.lo - coalesce(bit_count(l.settled), 0)), 0)::bigint FROM pgpubsub.lease l WHERE l.topic = t.id AND l.subscription = s.id)
    + (SELECT count(*) FROM pgpubsub.retry r WHERE r.topic = t.id AND r.subscription = s.id AND r.node IS NOT NULL),
  (SELECT count(*) FROM pgpubsub.retry r WHERE r.topic = t.id AND r.subscription = s.id AND r.node IS NULL),
  (SELECT count(*) FROM pgpubsub.dead_letter d WHERE d.topic = t.id AND d.subscription IS NOT NULL AND d.subscriber = s.name),
  s.paused, s.deadline_ms, s.max_attempts, s.retry_first_ms, s.retry_factor, s.retry_most_ms, s.filter, s.dead_letter, p.pattern
FROM pgpubsub.subscription s
JOIN pgpubsub.topic t ON t.id = s.topic
LEFT JOIN pgpubsub.pattern p ON p.id = s.pattern
CROSS JOIN LATERAL (
  SELECT c.hi FROM pgpubsub.cursor c WHERE c.topic = s.topic AND c.subscription = s.id ORDER BY c.generation DESC, c.hi DESC LIMIT 1) stands
WHERE ($1::text IS NULL OR t.name = $1::text) AND ($2::text IS NULL OR s.name = $2::text)
ORDER BY t.name, s.name

-- name: measure
-- in: topics integer[], subscriptions integer[], generations bigint[], leases bigint[], retries bigint[]
-- out: topic integer, subscription integer, topic text, group text, lag bigint, lag age interval or null, oldest unsettled interval or null,
--      generation bigint, lowest lease bigint, lowest unsettled bigint; no row where the group is gone
-- Each look is the walk of one index for one row. In the generation that is named with a group there is no lease below the one named, and no retry below
-- the other offset: nothing of what is long settled is walked. A lease whose open part retention took, and a retry whose event it took, count as settled.
SELECT g.topic, g.subscription, t.name, s.name, greatest(0, coalesce(newest."offset" + 1, t.floor) - stands.hi),
  clock_timestamp() - waiting.published_at,
  clock_timestamp() - least(waiting.published_at, leased.published_at, coalesce(retry.published_at, retried.published_at)),
  stands.generation, coalesce(lease.lo, stands.hi), least(stands.hi, lease."offset", retry."offset")
FROM unnest($1::integer[], $2::integer[], $3::bigint[], $4::bigint[], $5::bigint[]) WITH ORDINALITY AS g(topic, subscription, generation, lease, retry, number)
CROSS JOIN LATERAL (SELECT x.name, x.floor FROM pgpubsub.topic x WHERE x.id = g.topic LIMIT 1) t
CROSS JOIN LATERAL (SELECT x.name FROM pgpubsub.subscription x WHERE x.topic = g.topic AND x.id = g.subscription LIMIT 1) s
CROSS JOIN LATERAL (
  SELECT c.generation, c.hi FROM pgpubsub.cursor c WHERE c.topic = g.topic AND c.subscription = g.subscription ORDER BY c.generation DESC, c.hi DESC LIMIT 1) stands
LEFT JOIN LATERAL (SELECT e."offset" FROM pgpubsub.event e WHERE e.topic = g.topic ORDER BY e."offset" DESC LIMIT 1) newest ON true
LEFT JOIN LATERAL (
  SELECT e.published_at FROM pgpubsub.event e WHERE e.topic = g.topic AND e."offset" >= greatest(stands.hi, t.floor) ORDER BY e."offset" LIMIT 1) waiting ON true
LEFT JOIN LATERAL (
  SELECT l.lo, greatest(l.lo, t.floor) + coalesce(position(B'0' IN substring(l.settled FROM greatest(t.floor - l.lo, 0)::integer + 1)) - 1, 0) AS "offset"
  FROM pgpubsub.lease l
  WHERE l.topic = g.topic AND l.subscription = g.subscription AND l.generation = stands.generation
    AND l.lo >= CASE WHEN stands.generation = g.generation THEN g.lease ELSE '-9223372036854775808'::bigint END
    AND l.hi > t.floor AND coalesce(position(B'0' IN substring(l.settled FROM greatest(t.floor - l.lo, 0)::integer + 1)), 1) > 0
  ORDER BY l.lo LIMIT 1) lease ON true
LEFT JOIN LATERAL (SELECT e.published_at FROM pgpubsub.event e WHERE e.topic = g.topic AND e."offset" = lease."offset" LIMIT 1) leased ON true
LEFT JOIN LATERAL (
  SELECT r."offset", r.published_at FROM pgpubsub.retry r
  WHERE r.topic = g.topic AND r.subscription = g.subscription
    AND r."offset" >= CASE WHEN stands.generation = g.generation THEN g.retry ELSE '-9223372036854775808'::bigint END
    AND (r.event_id IS NOT NULL OR r."offset" >= t.floor)
  ORDER BY r."offset" LIMIT 1) retry ON true
LEFT JOIN LATERAL (
  SELECT e.published_at FROM pgpubsub.event e WHERE e.topic = g.topic AND e."offset" = retry."offset" AND retry.published_at IS NULL LIMIT 1) retried ON true
ORDER BY g.number

-- name: find_group
-- in: topic text, name text; out: topic integer, id integer
SELECT t.id, s.id FROM pgpubsub.topic t JOIN pgpubsub.subscription s ON s.topic = t.id WHERE t.name = $1::text AND s.name = $2::text

-- name: seek
-- in: topic integer, subscription integer, kind text, offset bigint, time timestamptz
SELECT pgpubsub.seek_v2($1::integer, $2::integer, $3::text, $4::bigint, $5::timestamptz)

-- name: pause
-- in: topic integer, subscription integer, paused boolean
SELECT pgpubsub.pause_v1($1::integer, $2::integer, $3::boolean)

-- name: drop_group
-- in: topic integer, subscription integer
SELECT pgpubsub.drop_group_v1($1::integer, $2::integer)

-- name: ensure_pattern
-- in: pattern text, expression text, name text, kind text, offset bigint, time timestamptz, deadline ms bigint, attempts integer, first ms bigint,
--     factor double precision, most ms bigint, filter text, dead letter boolean, change boolean
SELECT pgpubsub.ensure_pattern_v2(
  $1::text, $2::text, $3::text, $4::text, $5::bigint, $6::timestamptz, $7::bigint, $8::integer, $9::bigint, $10::double precision, $11::bigint, $12::text, $13::boolean, $14::boolean)

-- name: drop_pattern
-- in: pattern text, name text; out: dropped boolean
SELECT pgpubsub.drop_pattern_v1($1::text, $2::text)
