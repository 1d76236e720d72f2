-- name: list_dead_letters
-- in: topic integer, id bigint, subscriber text, type text, died from timestamptz, died before timestamptz, each or null, after bigint, most integer, bytes bigint
-- out: events, id bigint, subscriber text, is group boolean, attempts integer, why text, died at timestamptz
SELECT d."offset", d.event_id, d.type, d.key, d.data, d.body, d.content_type, d.headers, d.published_at,
  d.id, d.subscriber, d.subscription IS NOT NULL, d.attempts, d.why, d.died_at
FROM (
  SELECT d.*, row_number() OVER w AS number, sum(coalesce(octet_length(d.data::text), 0) + coalesce(octet_length(d.body), 0) + coalesce(octet_length(d.headers::text), 0)) OVER w AS bytes
  FROM pgpubsub.dead_letter d
  WHERE d.topic = $1::integer AND d.id > $7::bigint AND ($2::bigint IS NULL OR d.id = $2::bigint) AND ($3::text IS NULL OR d.subscriber = $3::text) AND ($4::text IS NULL OR d.type = $4::text)
    AND ($5::timestamptz IS NULL OR d.died_at >= $5::timestamptz) AND ($6::timestamptz IS NULL OR d.died_at < $6::timestamptz)
  WINDOW w AS (ORDER BY d.id)
  ORDER BY d.id LIMIT $8::integer) d
WHERE d.number = 1 OR d.bytes <= $9::bigint ORDER BY d.id

-- name: redrive
-- in: topic integer, id bigint, subscriber text, type text, died from timestamptz, died before timestamptz, each or null, from bigint, most integer
-- out: done integer, skipped integer, next bigint or null
SELECT done, skipped, next
FROM pgpubsub.redrive_v2($1::integer, $2::bigint, $3::text, $4::text, $5::timestamptz, $6::timestamptz, $7::bigint, $8::integer)

-- name: purge
-- in: topic integer, id bigint, subscriber text, type text, died from timestamptz, died before timestamptz, each or null, from bigint, most integer
-- out: done integer, next bigint or null
SELECT done, next
FROM pgpubsub.purge_v1($1::integer, $2::bigint, $3::text, $4::text, $5::timestamptz, $6::timestamptz, $7::bigint, $8::integer)
