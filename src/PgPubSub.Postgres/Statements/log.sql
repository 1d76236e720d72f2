-- name: ensure_topic
-- in: name text; out: id integer, floor bigint, tail bigint
SELECT id, floor, tail FROM pgpubsub.ensure_topic_v1($1::text)

-- name: append
-- in: topic integer, known tail bigint, ids uuid[], types text[], keys text[], data json[], bodies bytea[], content types text[],
--     headers json[], sizes integer[]; out: first bigint or null
SELECT pgpubsub.append_v1($1::integer, $2::bigint, $3::uuid[], $4::text[], $5::text[], $6::json[], $7::bytea[], $8::text[], $9::json[], $10::integer[])

-- name: read_page
-- in: topic integer, from bigint, most integer, bytes bigint; out: events
-- The inner literal LIMIT keeps the planner's estimate, and with it the JIT, small.
SELECT page."offset", page.event_id, page.type, page.key, page.data, page.body, page.content_type, page.headers, page.published_at
FROM (
  SELECT e.*, sum(e.size::bigint) OVER (ORDER BY e."offset") AS upto
  FROM (
    SELECT * FROM (SELECT * FROM pgpubsub.event WHERE topic = $1::integer AND "offset" >= $2::bigint ORDER BY "offset" LIMIT 1000) most
    LIMIT $3::integer) e) page
WHERE page.upto <= $4::bigint OR page.upto = page.size
ORDER BY page."offset"

-- name: locate
-- in: topic integer, kind text, offset bigint, time timestamptz; out: place bigint, floor bigint
SELECT place, floor FROM pgpubsub.locate_v1($1::integer, $2::text, $3::bigint, $4::timestamptz)

-- name: raise_floor
-- in: topic integer, keep bigint; out: floor bigint
SELECT pgpubsub.raise_floor_v1($1::integer, $2::bigint)

-- name: sweep
-- in: topic integer, from bigint, most integer; out: next bigint or null
SELECT pgpubsub.sweep_v1($1::integer, $2::bigint, $3::integer)
