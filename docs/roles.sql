-- Who may do what, for three roles that exist already; docs/security.md explains it. Run it as the schema's owner, after the first migration and
-- after each that follows, from the same version of the library; it may be run at any time:
--   psql -v ON_ERROR_STOP=1 -v schema=pgpubsub -v migrate=shop_migrate -v publish=shop_publish -v consume=shop_consume -f roles.sql
-- No function is SECURITY DEFINER: each does what its caller may do. What may be called is said all the same, so that a call that is not a role's
-- job is refused before it begins. Functions of earlier versions are there for programs that still call them.

BEGIN;

REVOKE ALL ON ALL TABLES IN SCHEMA :"schema" FROM PUBLIC, :"migrate", :"publish", :"consume";
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA :"schema" FROM PUBLIC, :"migrate", :"publish", :"consume";
REVOKE ALL ON SCHEMA :"schema" FROM PUBLIC, :"publish", :"consume";
GRANT USAGE ON SCHEMA :"schema" TO :"publish", :"consume";
GRANT SELECT ON :"schema".migration TO :"publish", :"consume";

-- Migrate: owns the schema and so makes and changes its tables, but neither reads nor writes what is in them.
GRANT SELECT, INSERT ON :"schema".migration TO :"migrate";

-- Publish: appends to topics that are there. It reads where an event stands and when it came, never what is in it, and of groups that they are
-- there and when a retry of theirs is due, never of what. Its node registers and beats. A takeover, which it is refused, ends the sessions of a dead
-- publisher before that: nobody else may, and one of them may hold a topic.
GRANT SELECT ON :"schema".topic, :"schema".node TO :"publish";
GRANT SELECT (topic, "offset", event_id, published_at) ON :"schema".event TO :"publish";
GRANT INSERT ON :"schema".event TO :"publish";
GRANT INSERT, UPDATE (seen_at, keeps_lock) ON :"schema".node TO :"publish";
GRANT SELECT (topic, id, version) ON :"schema".subscription TO :"publish";
GRANT SELECT (node, token) ON :"schema".lease TO :"publish";
GRANT SELECT (topic, subscription, deaths, due_at, set_at, node, token) ON :"schema".retry TO :"publish";
GRANT EXECUTE ON FUNCTION
  :"schema".append_v1, :"schema".append_many_v1, :"schema".ensure_topic_v1, :"schema".ensure_topic_v2, :"schema".held_v1, :"schema".holders_v1,
  :"schema".poll_retries_v1, :"schema".poll_retries_v2, :"schema".prepare_write_v1, :"schema".presence_key_v1, :"schema".tail_v1,
  :"schema".take_over_v1, :"schema".take_over_v2, :"schema".take_over_v3, :"schema".take_over_v4 TO :"publish";

-- Consume: everything that is done with events once they are there: groups and private subscribers, leases, retries and dead letters, topics,
-- retention, and taking over from nodes that died. It appends and changes no event.
GRANT SELECT, INSERT, UPDATE, DELETE ON
  :"schema".topic, :"schema".subscription, :"schema".cursor, :"schema".lease, :"schema".retry, :"schema".dead_letter, :"schema".node,
  :"schema".mark, :"schema".pattern, :"schema".duty, :"schema".dropped_topic TO :"consume";
GRANT SELECT, DELETE ON :"schema".event TO :"consume";
GRANT EXECUTE ON FUNCTION
  :"schema".bury_private_v1, :"schema".bury_v1, :"schema".bury_v2, :"schema".claim_retries_v1, :"schema".claim_retries_v2, :"schema".claim_retries_v3,
  :"schema".claim_retries_v4, :"schema".claim_v1, :"schema".claim_v2, :"schema".clear_topic_v1, :"schema".depart_v1, :"schema".depart_v2, :"schema".depart_v3,
  :"schema".depart_v4, :"schema".drop_group_v1, :"schema".drop_pattern_v1, :"schema".drop_topic_v1, :"schema".ensure_group_v1, :"schema".ensure_group_v2,
  :"schema".ensure_pattern_v1, :"schema".ensure_pattern_v2, :"schema".ensure_topic_v1, :"schema".ensure_topic_v2, :"schema".expire_v1, :"schema".held_v1, :"schema".holders_v1,
  :"schema".lease_v1, :"schema".locate_v1, :"schema".mark_v1, :"schema".offset_at_v1, :"schema".page_v1, :"schema".pause_v1,
  :"schema".poll_retries_v1, :"schema".poll_retries_v2, :"schema".prepare_write_v1, :"schema".presence_key_v1, :"schema".purge_v1, :"schema".raise_floor_v1,
  :"schema".raise_floor_v2, :"schema".redrive_v1, :"schema".redrive_v2, :"schema".return_v1, :"schema".return_v2, :"schema".return_v3, :"schema".return_v4, :"schema".seek_v1,
  :"schema".seek_v2, :"schema".settle_retries_v1, :"schema".settle_retries_v2, :"schema".settle_retries_v3, :"schema".settle_v1, :"schema".settle_v2, :"schema".settle_whole_v1,
  :"schema".suspect_v1, :"schema".sweep_dropped_v1, :"schema".sweep_v1, :"schema".tail_v1, :"schema".take_duty_v1, :"schema".take_duty_v2, :"schema".take_over_v1,
  :"schema".take_over_v2, :"schema".take_over_v3, :"schema".take_over_v4 TO :"consume";

COMMIT;
