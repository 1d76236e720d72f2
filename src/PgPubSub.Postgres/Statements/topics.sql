-- name: list_topics
-- in: name text or null; out: name text, id integer, floor bigint, tail bigint, keep count bigint, keep age ms bigint, backlog count bigint,
--     backlog age ms bigint, dead letter age ms bigint, dead letters bigint
SELECT t.name, t.id, t.floor, pgpubsub.tail_v1(t.id, t.floor), t.keep_count, t.keep_age_ms, t.backlog_count, t.backlog_age_ms, t.dead_letter_age_ms,
  (SELECT count(*) FROM pgpubsub.dead_letter d WHERE d.topic = t.id)
FROM pgpubsub.topic t WHERE $1::text IS NULL OR t.name = $1::text ORDER BY t.name

-- name: match_topics
-- in: expressions text[]; out: id integer, name text
-- Expression by expression (OFFSET 0 fixes that order): a session keeps 32 of them compiled, and more than that in turn for each topic would
-- each be compiled anew for each topic.
SELECT DISTINCT t.id, t.name
FROM unnest($1::text[]) AS wanted(expression)
CROSS JOIN LATERAL (SELECT x.id, x.name FROM pgpubsub.topic x WHERE x.name ~ wanted.expression OFFSET 0) t ORDER BY t.id

-- name: alter_topic
-- in: topic integer, keep count bigint, keep age ms bigint, backlog count bigint, backlog age ms bigint, dead letter age ms bigint
-- out: one row where the topic is there
UPDATE pgpubsub.topic
SET keep_count = $2::bigint, keep_age_ms = $3::bigint, backlog_count = $4::bigint, backlog_age_ms = $5::bigint, dead_letter_age_ms = $6::bigint
WHERE id = $1::integer RETURNING true

-- name: raise_floor
-- in: topic integer; out: before bigint, floor bigint, forced bigint
SELECT before, floor, forced FROM pgpubsub.raise_floor_v2($1::integer)

-- name: clear_topic
-- in: topic integer; out: floor bigint
SELECT pgpubsub.clear_topic_v1($1::integer)

-- name: sweep
-- in: topic integer, from bigint, most integer; out: next bigint or null
SELECT pgpubsub.sweep_v1($1::integer, $2::bigint, $3::integer)

-- name: expire
-- in: topic integer, most integer; out: expired integer
SELECT pgpubsub.expire_v1($1::integer, $2::integer)

-- name: drop_topic
-- in: topic integer
SELECT pgpubsub.drop_topic_v1($1::integer)

-- name: dropped_topics
-- out: topic integer
SELECT id FROM pgpubsub.dropped_topic ORDER BY id

-- name: sweep_dropped
-- in: topic integer, from bigint, most integer; out: next bigint or null
SELECT pgpubsub.sweep_dropped_v1($1::integer, $2::bigint, $3::integer)
