-- name: ensure_group
-- in: topic integer, name text, kind text, offset bigint, time timestamptz, deadline ms bigint, attempts integer, first ms bigint,
--     factor double precision, most ms bigint; out: id integer, generation bigint, place bigint, created boolean, floor bigint
SELECT id, generation, place, created, floor
FROM pgpubsub.ensure_group_v1($1::integer, $2::text, $3::text, $4::bigint, $5::timestamptz, $6::bigint, $7::integer, $8::bigint, $9::double precision, $10::bigint)

-- name: seek
-- in: topic integer, subscription integer, offset bigint; out: generation bigint, place bigint, floor bigint
SELECT generation, place, floor FROM pgpubsub.seek_v1($1::integer, $2::integer, $3::bigint)
