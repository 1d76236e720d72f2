-- name: server
-- out: version integer, encoding text, standby boolean, backend integer
SELECT current_setting('server_version_num')::integer, current_setting('server_encoding'), pg_is_in_recovery(), pg_backend_pid()

-- name: lock_migrations
SELECT pg_advisory_xact_lock(hashtextextended('pgpubsub.migration', 0))

-- name: migrations_exist
-- in: schema text; out: schema exists boolean, table exists boolean
SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1::text),
  EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1::text AND c.relname = 'migration')

-- name: migrations
-- out: line text, version integer, checksum text, breaking boolean
SELECT line, version, checksum, breaking FROM pgpubsub.migration ORDER BY line, version

-- name: create_migrations
CREATE TABLE pgpubsub.migration (
  line       text        NOT NULL,
  version    integer     NOT NULL,
  name       text        NOT NULL,
  checksum   text        NOT NULL,
  breaking   boolean     NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT migration_pk PRIMARY KEY (line, version)
)

-- name: record_migration
-- in: line text, version integer, name text, checksum text, breaking boolean
INSERT INTO pgpubsub.migration (line, version, name, checksum, breaking) VALUES ($1::text, $2::integer, $3::text, $4::text, $5::boolean)

-- name: create_schema
CREATE SCHEMA pgpubsub

-- name: limit_lock_wait
-- A migration that waits longer than this for a table gives up rather than queue everybody behind it.
SET LOCAL lock_timeout = '5s'
