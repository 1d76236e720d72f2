-- name: begin
-- Whatever the role's or the database's default is.
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE

-- name: commit
COMMIT

-- name: rollback
ROLLBACK

-- name: backend
-- out: pid integer
SELECT pg_backend_pid()

-- name: keep_alive
-- in: pid integer
-- The server ends a session whose client is gone within half a minute, and with it the locks of a call that arrived in part. Behind
-- a pooler the session is not ours: nothing is set.
SELECT set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '3', false)
WHERE pg_backend_pid() = $1::integer

-- name: end_backend
-- in: pid integer; out: ended boolean, no row where that session is idle or not ours
SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a
WHERE a.pid = $1::integer AND a.datname = current_database() AND a.usename = current_user AND a.state <> 'idle'
  AND a.application_name = current_setting('application_name') AND a.pid <> pg_backend_pid()
