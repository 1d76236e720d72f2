-- name: ensure_topic
-- in: name text, keep count bigint, keep age ms bigint, backlog count bigint, backlog age ms bigint, dead letter age ms bigint
-- out: id integer, floor bigint, tail bigint
SELECT id, floor, tail FROM pgpubsub.ensure_topic_v2($1::text, $2::bigint, $3::bigint, $4::bigint, $5::bigint, $6::bigint)

-- name: find_topic
-- in: name text; out: id integer, floor bigint, tail bigint
SELECT t.id, t.floor, pgpubsub.tail_v1(t.id, t.floor) FROM pgpubsub.topic t WHERE t.name = $1::text

-- name: append
-- in: topic integer, known tail bigint, ids uuid[], types text[], keys text[], data json[], bodies bytea[], content types text[],
--     headers json[], sizes integer[]; out: first bigint or null
SELECT pgpubsub.append_v1($1::integer, $2::bigint, $3::uuid[], $4::text[], $5::text[], $6::json[], $7::bytea[], $8::text[], $9::json[], $10::integer[])

-- name: append_many
-- in: topics integer[], known tails bigint[], counts integer[], places integer[], ids uuid[], types text[], keys text[], data json[], bodies bytea[],
--     content types text[], headers json[], sizes integer[]; out: firsts bigint[], refused text[]
SELECT firsts, refused FROM pgpubsub.append_many_v1($1::integer[], $2::bigint[], $3::integer[], $4::integer[], $5::uuid[], $6::text[], $7::text[], $8::json[],
  $9::bytea[], $10::text[], $11::json[], $12::integer[])

-- name: read_page
-- in: topic integer, from bigint, most integer, bytes bigint; out: events
-- The literal LIMIT keeps the planner's estimate, and with it the JIT, small. What lies below the floor was taken, also while it is not yet deleted.
SELECT e."offset", e.event_id, e.type, e.key, e.data, e.body, e.content_type, e.headers, e.published_at
FROM pgpubsub.page_v1($1::integer, greatest($2::bigint, (SELECT floor FROM pgpubsub.topic WHERE id = $1::integer)), $3::integer, $4::bigint) p,
LATERAL (
  SELECT * FROM pgpubsub.event WHERE topic = $1::integer AND "offset" >= p.lo AND "offset" < p.hi ORDER BY "offset" LIMIT 1000) e
ORDER BY e."offset"

-- name: locate
-- in: topic integer, kind text, offset bigint, time timestamptz; out: place bigint, floor bigint
SELECT place, floor FROM pgpubsub.locate_v1($1::integer, $2::text, $3::bigint, $4::timestamptz)
