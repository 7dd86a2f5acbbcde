-- The event log: what happened, in one dense order, never changed afterwards.

-- One row. Whoever appends locks it, so that positions are dense and follow the order of commit, and
-- recorded times never go back. The low fillfactor keeps its many versions on one page.
CREATE TABLE log_head (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    position    bigint NOT NULL CHECK (position >= 0),
    recorded_at timestamptz NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

INSERT INTO log_head (position, recorded_at) VALUES (0, '1970-01-01T00:00:00Z');

-- Partitions of 50 million positions stay small enough to back up, vacuum and move one by one.
-- What is personal is only in the two sealed columns; no CHECK names a value of them.
CREATE TABLE events (
    position         bigint NOT NULL,
    event_id         uuid NOT NULL,
    correlation      uuid NOT NULL,
    causation        uuid,
    stream_id        uuid NOT NULL,
    recorded_at      timestamptz NOT NULL,
    received_at      timestamptz NOT NULL,
    occurred_at      timestamptz,
    occurred_on      date NOT NULL,
    stream_version   integer NOT NULL CHECK (stream_version > 0),
    stream_kind      smallint NOT NULL CHECK (stream_kind IN (1, 2, 3)), -- person, service, organisation
    schema_version   smallint NOT NULL CHECK (schema_version > 0),
    key_version      smallint NOT NULL CHECK (key_version > 0),
    origin           smallint NOT NULL CHECK (origin IN (1, 2)),         -- staff, machine
    event_type       text NOT NULL CHECK (length(event_type) BETWEEN 1 AND 60),
    client           text NOT NULL CHECK (length(client) BETWEEN 1 AND 100),
    user_name        text CHECK (length(user_name) BETWEEN 1 AND 100),
    organisation     text NOT NULL CHECK (length(organisation) BETWEEN 2 AND 64),
    role             text NOT NULL CHECK (role IN ('worker', 'liaison', 'auditor', 'administrator')),
    on_behalf_of     text CHECK (length(on_behalf_of) BETWEEN 1 AND 100),
    purpose          text NOT NULL CHECK (length(purpose) BETWEEN 1 AND 60),
    source_system    text CHECK (length(source_system) BETWEEN 1 AND 60),
    source_reference text CHECK (length(source_reference) BETWEEN 1 AND 100),
    case_sealed      bytea NOT NULL CHECK (length(case_sealed) BETWEEN 28 AND 65536),
    identity_sealed  bytea CHECK (length(identity_sealed) BETWEEN 28 AND 65536),
    payload_hash     bytea NOT NULL CHECK (length(payload_hash) = 32),
    PRIMARY KEY (position),
    CHECK ((source_system IS NULL) = (source_reference IS NULL)),
    -- PostgreSQL would take infinity, years BC and the year 294276.
    CHECK (occurred_on >= '1900-01-01' AND occurred_on < '2200-01-01'),
    CHECK (occurred_at >= '1899-12-31T00:00:00Z' AND occurred_at < '2200-01-02T00:00:00Z'),
    CHECK (received_at >= '1900-01-01T00:00:00Z' AND received_at < '2200-01-01T00:00:00Z'),
    CHECK (recorded_at >= '1900-01-01T00:00:00Z' AND recorded_at < '2200-01-01T00:00:00Z')
) PARTITION BY RANGE (position);

CREATE TABLE events_00 PARTITION OF events FOR VALUES FROM (1) TO (50000001);
CREATE TABLE events_01 PARTITION OF events FOR VALUES FROM (50000001) TO (100000001);
CREATE TABLE events_02 PARTITION OF events FOR VALUES FROM (100000001) TO (150000001);
CREATE TABLE events_03 PARTITION OF events FOR VALUES FROM (150000001) TO (200000001);

-- Serves reading one stream, whole or up to a position, in order of version. Position stands in it because a
-- unique index of a partitioned table must name the partition key; the locked head keeps versions unique.
CREATE UNIQUE INDEX events_of_stream ON events (stream_id, stream_version, position);

-- Serves reading every organisation and its services at start: a few hundred rows among millions.
CREATE INDEX events_of_organisations ON events (position) WHERE stream_kind = 3;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the event log is append-only: % refused on %', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege',
              HINT = 'Record a new event that corrects the old one.';
END
$$;

-- Owners and superusers are refused too. Row triggers are passed on to every partition; TRUNCATE ones are not.
CREATE TRIGGER events_never_change BEFORE UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_never_go BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_never_go BEFORE TRUNCATE ON events_00
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_never_go BEFORE TRUNCATE ON events_01
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_never_go BEFORE TRUNCATE ON events_02
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_never_go BEFORE TRUNCATE ON events_03
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The version each stream has reached, compared by every append. Only `version` changes and it is in no
-- index, so with room on the page updates stay on it.
CREATE TABLE streams (
    stream_id   uuid PRIMARY KEY,
    stream_kind smallint NOT NULL CHECK (stream_kind IN (1, 2, 3)),
    version     integer NOT NULL CHECK (version > 0)
) WITH (fillfactor = 70);

-- Whose stream a referral, episode, intervention, kit, plan, release or event belongs to: URLs name only these.
CREATE TABLE entities (
    entity_id   uuid PRIMARY KEY,
    stream_id   uuid NOT NULL,
    stream_kind smallint NOT NULL CHECK (stream_kind IN (1, 2, 3)),
    kind        text NOT NULL CHECK (length(kind) BETWEEN 1 AND 20)
);

-- What a client was answered for a key, so that a retry neither doubles nor drops. Holds ids, no personal data.
CREATE TABLE idempotency (
    client         text NOT NULL CHECK (length(client) BETWEEN 1 AND 100),
    key            uuid NOT NULL,
    fingerprint    bytea NOT NULL CHECK (length(fingerprint) = 32),
    answer         bytea NOT NULL CHECK (length(answer) <= 65536),
    first_position bigint NOT NULL,
    last_position  bigint NOT NULL,
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (client, key)
);

-- The sender's own reference, taken once: the second layer against doubles (`cases.md`, sources).
CREATE TABLE external_references (
    client    text NOT NULL CHECK (length(client) BETWEEN 1 AND 100),
    system    text NOT NULL CHECK (length(system) BETWEEN 1 AND 60),
    value     text NOT NULL CHECK (length(value) BETWEEN 1 AND 100),
    entity_id uuid NOT NULL,
    stream_id uuid NOT NULL,
    stream_kind smallint NOT NULL CHECK (stream_kind IN (1, 2, 3)),
    position  bigint NOT NULL,
    PRIMARY KEY (client, system, value)
);

-- A blind index: which streams hold an identifier, by HMAC under a key that is not in the database. It is an
-- index and not the record, so a withdrawn identifier is removed. Serves searching by identifier.
CREATE TABLE identifier_claims (
    kind        text NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    blind       bytea NOT NULL CHECK (length(blind) = 32),
    stream_id   uuid NOT NULL,
    stream_kind smallint NOT NULL CHECK (stream_kind IN (1, 2, 3)),
    PRIMARY KEY (kind, blind, stream_id)
);

-- Appends compare before they claim; this holds the rule should that comparison ever be wrong. Numbers that a
-- service gives out itself may belong to several people.
CREATE UNIQUE INDEX identifier_claimed_once ON identifier_claims (kind, blind) WHERE kind <> 'local';
