-- name: claim
-- in: topic integer, subscription integer, node uuid, token uuid, most integer, bytes bigint
-- out: generation bigint, stood bigint, lo bigint, hi bigint
SELECT generation, stood, lo, hi FROM pgpubsub.claim_v2($1::integer, $2::integer, $3::uuid, $4::uuid, $5::integer, $6::bigint)

-- name: read_claimed
-- in: topic integer, subscription integer, generation bigint, mark bigint, token uuid; out: events
-- A transaction of its own after the claim, so that no lock is held while data travels. The literal LIMIT keeps the planner's
-- estimate, and with it the JIT, small.
SELECT e."offset", e.event_id, e.type, e.key, e.data, e.body, e.content_type, e.headers, e.published_at
FROM pgpubsub.lease_v1($1::integer, $2::integer, $3::bigint, $4::bigint, $5::uuid) l,
LATERAL (
  SELECT * FROM pgpubsub.event WHERE topic = $1::integer AND "offset" >= l.lo AND "offset" < l.hi ORDER BY "offset" LIMIT 1000) e
ORDER BY e."offset"

-- name: find_claim
-- in: topic integer, subscription integer, generation bigint, mark bigint, token uuid; out: generation bigint, lo bigint, hi bigint
SELECT generation, lo, hi FROM pgpubsub.lease_v1($1::integer, $2::integer, $3::bigint, $4::bigint, $5::uuid) WHERE lo IS NOT NULL

-- name: claim_retries
-- in: topic integer, subscription integer, node uuid, token uuid, most integer, suspects boolean, since timestamptz or null
-- out: claimed integer, complete boolean, began timestamptz: before it looked
SELECT claimed, complete, transaction_timestamp()
FROM pgpubsub.claim_retries_v4($1::integer, $2::integer, $3::uuid, $4::uuid, $5::integer, $6::boolean, $7::timestamptz)

-- name: read_retries
-- in: topic integer, subscription integer, node uuid, token uuid; out: events, attempts integer, deaths integer; event id is null where the
-- event is gone
-- A transaction of its own after the claim, like read_claimed. A redriven retry brings its event. OFFSET 0 has them found by the token, whatever the
-- statistics say.
SELECT r."offset", x.event_id, x.type, x.key, x.data, x.body, x.content_type, x.headers, x.published_at, r.attempts, r.deaths
FROM (
  SELECT * FROM (SELECT * FROM pgpubsub.retry WHERE node = $3::uuid AND token = $4::uuid OFFSET 0) held
  WHERE topic = $1::integer AND subscription = $2::integer ORDER BY due_at, "offset" LIMIT 1000) r
LEFT JOIN LATERAL (
  SELECT r.event_id, r.type, r.key, r.data, r.body, r.content_type, r.headers, r.published_at WHERE r.event_id IS NOT NULL
  UNION ALL
  (SELECT e.event_id, e.type, e.key, e.data, e.body, e.content_type, e.headers, e.published_at
  FROM pgpubsub.event e WHERE e.topic = $1::integer AND e."offset" = r."offset" AND r.event_id IS NULL LIMIT 1)) x ON true
ORDER BY r.due_at, r."offset"

-- name: settle_whole
-- in: topic integer, subscription integer, generation bigint, lo bigint, token uuid, node uuid; out: held boolean
SELECT pgpubsub.settle_whole_v1($1::integer, $2::integer, $3::bigint, $4::bigint, $5::uuid, $6::uuid)

-- name: settle
-- in: topic integer, subscription integer, generation bigint, lo bigint, token uuid, node uuid, acked bigint[], failed bigint[],
--     attempts integer[], delays interval[], whys text[], buried boolean[]; out: held boolean
SELECT pgpubsub.settle_v2(
  $1::integer, $2::integer, $3::bigint, $4::bigint, $5::uuid, $6::uuid, $7::bigint[], $8::bigint[], $9::integer[], $10::interval[], $11::text[], $12::boolean[])

-- name: settle_retries
-- in: topic integer, subscription integer, node uuid, offsets bigint[], tokens uuid[], outcomes text[], attempts integer[],
--     delays interval[], whys text[]; out: held boolean[]
SELECT pgpubsub.settle_retries_v3($1::integer, $2::integer, $3::uuid, $4::bigint[], $5::uuid[], $6::text[], $7::integer[], $8::interval[], $9::text[])

-- name: bury_private
-- in: topic integer, subscriber text, offset bigint, attempts integer, why text; out: buried boolean
SELECT pgpubsub.bury_private_v1($1::integer, $2::text, $3::bigint, $4::integer, $5::text)
