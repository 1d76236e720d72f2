-- Rules that live with topics and groups, groups by pattern, duties, and retries that bring their event along.
-- Running nodes: columns are added with constant defaults, each under a lock of a moment; burials wait while the index on the dead letters
-- is built. Programs of before go on, but make no groups by pattern, keep a dead letter of a group that wants none, don't see that a
-- group is paused, and settle a redriven retry whose event the log has let go as lost: redrive when the last of them is gone.

-- keep_count, keep_age_ms, backlog_count, backlog_age_ms, dead_letter_age_ms: null means no limit.
ALTER TABLE pgpubsub.topic
  ADD COLUMN keep_count         bigint DEFAULT 10000,
  ADD COLUMN keep_age_ms        bigint,
  ADD COLUMN backlog_count      bigint,
  ADD COLUMN backlog_age_ms     bigint,
  ADD COLUMN dead_letter_age_ms bigint;

-- version counts what members must learn of: other rules, a pause, a seek. pattern is null where no pattern made the group.
ALTER TABLE pgpubsub.subscription
  ADD COLUMN filter      text,
  ADD COLUMN dead_letter boolean NOT NULL DEFAULT true,
  ADD COLUMN version     bigint  NOT NULL DEFAULT 1,
  ADD COLUMN pattern     integer;

-- event_id and what follows are null where the event is read from the log; a redriven one brings its own.
ALTER TABLE pgpubsub.retry
  ADD COLUMN event_id     uuid,
  ADD COLUMN type         text,
  ADD COLUMN key          text,
  ADD COLUMN data         json,
  ADD COLUMN body         bytea,
  ADD COLUMN content_type text,
  ADD COLUMN headers      json,
  ADD COLUMN published_at timestamptz;

CREATE INDEX dead_letter_offset ON pgpubsub.dead_letter (topic, "offset");

-- A group at every topic whose name matches the expression.
CREATE TABLE pgpubsub.pattern (
  id             integer          GENERATED ALWAYS AS IDENTITY,
  pattern        text             NOT NULL,
  expression     text             NOT NULL,
  name           text             NOT NULL,
  deadline_ms    bigint           NOT NULL,
  max_attempts   integer          NOT NULL,
  retry_first_ms bigint           NOT NULL,
  retry_factor   double precision NOT NULL,
  retry_most_ms  bigint           NOT NULL,
  filter         text,
  dead_letter    boolean          NOT NULL,
  created_at     timestamptz      NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT pattern_pk PRIMARY KEY (id),
  CONSTRAINT pattern_name_unique UNIQUE (pattern, name)
);

-- What one node at a time does; it is free when its node's row is gone.
CREATE TABLE pgpubsub.duty (
  name text NOT NULL,
  node uuid NOT NULL,
  CONSTRAINT duty_pk PRIMARY KEY (name)
);

-- Topics that are dropped and not yet wholly deleted.
CREATE TABLE pgpubsub.dropped_topic (
  id         integer     NOT NULL,
  dropped_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT dropped_topic_pk PRIMARY KEY (id)
);

-- Whether a node has a duty from now on.
CREATE FUNCTION pgpubsub.take_duty_v1(p_name text, p_node uuid) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS $f$
BEGIN
  PERFORM pgpubsub.prepare_write_v1();
  PERFORM FROM pgpubsub.duty d WHERE d.name = p_name AND d.node = p_node;
  IF FOUND THEN
    RETURN EXISTS (SELECT FROM pgpubsub.node n WHERE n.id = p_node);
  END IF;
  INSERT INTO pgpubsub.duty AS d (name, node)
  SELECT p_name, n.id FROM pgpubsub.node n WHERE n.id = p_node
  ON CONFLICT (name) DO UPDATE SET node = excluded.node WHERE NOT EXISTS (SELECT FROM pgpubsub.node n WHERE n.id = d.node);
  RETURN FOUND;
END $f$;
