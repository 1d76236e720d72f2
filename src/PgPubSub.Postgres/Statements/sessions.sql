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

-- name: xmin_age
-- out: transactions bigint
-- Of what holds VACUUM back in this database: sessions (walsenders pass on what standbys read), prepared transactions, replication slots. VACUUM itself doesn't.
SELECT coalesce(max(oldest.age), 0)::bigint FROM (
  SELECT age(a.backend_xmin) FROM pg_stat_activity a
  WHERE (a.datname = current_database() OR a.backend_type = 'walsender') AND a.backend_xmin IS NOT NULL AND a.pid <> pg_backend_pid()
    AND a.backend_type <> 'autovacuum worker' AND NOT EXISTS (SELECT FROM pg_stat_progress_vacuum v WHERE v.pid = a.pid)
  UNION ALL
  SELECT age(p.transaction) FROM pg_prepared_xacts p WHERE p.database = current_database()
  UNION ALL
  SELECT age(s.xmin) FROM pg_replication_slots s WHERE s.xmin IS NOT NULL) AS oldest(age)
