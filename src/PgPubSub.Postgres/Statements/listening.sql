-- name: notify
-- in: channel text, payload text
SELECT pg_notify($1::text, $2::text)

-- name: hold_presence
-- in: node uuid; out: held boolean
SELECT pg_try_advisory_lock(pgpubsub.presence_key_v1($1::uuid))

-- name: release_presence
-- in: node uuid; out: released boolean
SELECT pg_advisory_unlock(pgpubsub.presence_key_v1($1::uuid))

-- name: listen
-- The channel is the schema's name and "_wake": at most 53 bytes of the 63 that an identifier may have.
LISTEN pgpubsub_wake

-- name: unlisten
UNLISTEN pgpubsub_wake
