-- The log, the cursors, the leases and the nodes.
-- Running nodes: there are none before this one.

CREATE TABLE pgpubsub.topic (
  id         integer     GENERATED ALWAYS AS IDENTITY,
  name       text        NOT NULL,
  floor      bigint      NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT topic_pk PRIMARY KEY (id),
  CONSTRAINT topic_name_unique UNIQUE (name),
  CONSTRAINT topic_floor_not_negative CHECK (floor >= 0)
);

CREATE TABLE pgpubsub.event (
  topic        integer     NOT NULL,
  "offset"     bigint      NOT NULL,
  event_id     uuid        NOT NULL,
  type         text        NOT NULL,
  key          text,
  data         json,
  body         bytea,
  content_type text,
  headers      json,
  size         integer     NOT NULL,
  published_at timestamptz NOT NULL,
  CONSTRAINT event_pk PRIMARY KEY (topic, "offset")
);

CREATE TABLE pgpubsub.subscription (
  topic         integer          NOT NULL,
  id            integer          GENERATED ALWAYS AS IDENTITY,
  name          text             NOT NULL,
  deadline_ms   bigint           NOT NULL,
  max_attempts  integer          NOT NULL,
  retry_first_ms bigint          NOT NULL,
  retry_factor  double precision NOT NULL,
  retry_most_ms bigint           NOT NULL,
  paused        boolean          NOT NULL DEFAULT false,
  created_at    timestamptz      NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT subscription_pk PRIMARY KEY (topic, id),
  CONSTRAINT subscription_name_unique UNIQUE (topic, name)
);

CREATE TABLE pgpubsub.cursor (
  topic        integer NOT NULL,
  subscription integer NOT NULL,
  generation   bigint  NOT NULL,
  hi           bigint  NOT NULL,
  CONSTRAINT cursor_pk PRIMARY KEY (topic, subscription, generation, hi)
);

-- settled: one bit for each offset from lo; null until the first of them is settled before the others.
CREATE TABLE pgpubsub.lease (
  topic        integer NOT NULL,
  subscription integer NOT NULL,
  generation   bigint  NOT NULL,
  lo           bigint  NOT NULL,
  hi           bigint  NOT NULL,
  token        uuid    NOT NULL,
  node         uuid    NOT NULL,
  settled      bit varying,
  CONSTRAINT lease_pk PRIMARY KEY (topic, subscription, generation, lo)
);

-- attempts: hand-outs that count so far. node and token are null while nobody has claimed the row.
CREATE TABLE pgpubsub.retry (
  topic        integer     NOT NULL,
  subscription integer     NOT NULL,
  "offset"     bigint      NOT NULL,
  attempts     integer     NOT NULL,
  deaths       integer     NOT NULL DEFAULT 0,
  due_at       timestamptz NOT NULL,
  node         uuid,
  token        uuid,
  suspect      boolean     NOT NULL DEFAULT false,
  why          text        NOT NULL,
  CONSTRAINT retry_pk PRIMARY KEY (topic, subscription, "offset"),
  CONSTRAINT retry_claimed_whole CHECK ((node IS NULL) = (token IS NULL))
);
CREATE INDEX retry_due ON pgpubsub.retry (topic, subscription, due_at) WHERE node IS NULL;
CREATE INDEX retry_suspect ON pgpubsub.retry (topic, subscription, due_at) WHERE node IS NULL AND deaths > 0;
CREATE INDEX retry_held ON pgpubsub.retry (node, token) WHERE node IS NOT NULL;

-- subscription is null for a private subscriber.
CREATE TABLE pgpubsub.dead_letter (
  topic        integer     NOT NULL,
  id           bigint      GENERATED ALWAYS AS IDENTITY,
  subscription integer,
  subscriber   text        NOT NULL,
  "offset"     bigint      NOT NULL,
  event_id     uuid        NOT NULL,
  type         text        NOT NULL,
  key          text,
  data         json,
  body         bytea,
  content_type text,
  headers      json,
  published_at timestamptz NOT NULL,
  attempts     integer     NOT NULL,
  why          text        NOT NULL,
  died_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT dead_letter_pk PRIMARY KEY (topic, id),
  CONSTRAINT dead_letter_once UNIQUE (topic, subscription, "offset")
);
CREATE UNIQUE INDEX dead_letter_private_once ON pgpubsub.dead_letter (topic, subscriber, "offset") WHERE subscription IS NULL;

CREATE TABLE pgpubsub.node (
  id          uuid        NOT NULL,
  name        text        NOT NULL,
  application text,
  seen_at     timestamptz NOT NULL,
  keeps_lock  boolean     NOT NULL,
  CONSTRAINT node_pk PRIMARY KEY (id)
);

CREATE TABLE pgpubsub.mark (
  topic integer NOT NULL,
  node  uuid    NOT NULL,
  low   bigint  NOT NULL,
  CONSTRAINT mark_pk PRIMARY KEY (topic, node)
);

-- Refuses an isolation level under which a statement would not see what was committed before it, and a database or role default
-- under which a commit would be confirmed before it is safe.
CREATE FUNCTION pgpubsub.prepare_write_v1() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $f$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'this must run under READ COMMITTED' USING ERRCODE = 'PS002';
  END IF;
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
END $f$;
