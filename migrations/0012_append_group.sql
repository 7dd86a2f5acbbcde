-- A group of appends in one statement: one round trip, one implicit transaction, so that a program which is
-- paused or killed never holds the head of the log.

-- What the program sends. Types of their own, so that a column added to a table later does not break a program
-- that is still running.
CREATE TYPE appended_event AS (
    event_id         uuid,
    correlation      uuid,
    causation        uuid,
    stream_id        uuid,
    received_at      timestamptz,
    occurred_at      timestamptz,
    occurred_on      date,
    stream_version   integer,
    stream_kind      smallint,
    schema_version   smallint,
    key_version      smallint,
    origin           smallint,
    event_type       text,
    client           text,
    user_name        text,
    organisation     text,
    role             text,
    on_behalf_of     text,
    purpose          text,
    source_system    text,
    source_reference text,
    case_sealed      bytea,
    identity_sealed  bytea,
    payload_hash     bytea
);

-- From which version to which a stream goes; from 0 when it begins.
CREATE TYPE appended_stream AS (stream_id uuid, stream_kind smallint, expected integer, reached integer);
CREATE TYPE appended_key AS (stream_id uuid, part text, key_version smallint, wrapped bytea);
CREATE TYPE appended_entity AS (entity_id uuid, stream_id uuid, stream_kind smallint, kind text);
-- Places are counted from the first event of the group, which has place 1.
CREATE TYPE appended_answer AS (
    client text, key uuid, fingerprint bytea, answer bytea, first_place bigint, last_place bigint
);
CREATE TYPE appended_reference AS (
    client text, system text, value text, entity_id uuid, stream_id uuid, stream_kind smallint, place bigint
);
CREATE TYPE appended_claim AS (kind text, blind bytea, stream_id uuid, stream_kind smallint);

-- Writes the group if everything stands as its appends expect, else nothing: then it fails with TC001 and the
-- program looks, append by append, what clashed. Each statement below has a snapshot of its own, later than the
-- lock of the head, so it sees all that was committed before.
CREATE FUNCTION append_group(
    new_events     appended_event[],
    new_streams    appended_stream[],
    new_keys       appended_key[],
    new_entities   appended_entity[],
    new_answers    appended_answer[],
    new_references appended_reference[],
    new_claims     appended_claim[],
    OUT before     bigint,       -- position of the last event before the group
    OUT told_at    timestamptz   -- when the log was told of the group
) LANGUAGE plpgsql AS $$
DECLARE
    written bigint;
    begun   integer;
BEGIN
    -- The lock that orders all appends, of every node. Recorded times never go back.
    UPDATE log_head
       SET position = position + cardinality(new_events),
           recorded_at = greatest(recorded_at, clock_timestamp())
    RETURNING position - cardinality(new_events), recorded_at INTO STRICT before, told_at;

    UPDATE streams SET version = new.reached
      FROM unnest(new_streams) AS new
     WHERE streams.stream_id = new.stream_id AND streams.version = new.expected;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written < cardinality(new_streams) THEN
        INSERT INTO streams (stream_id, stream_kind, version)
        SELECT new.stream_id, new.stream_kind, new.reached FROM unnest(new_streams) AS new WHERE new.expected = 0
        ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS begun = ROW_COUNT;
        IF written + begun <> cardinality(new_streams) THEN
            RAISE EXCEPTION 'a stream has another version' USING ERRCODE = 'TC001';
        END IF;
    END IF;

    IF cardinality(new_answers) > 0 THEN
        INSERT INTO idempotency (client, key, fingerprint, answer, first_position, last_position, created_at)
        SELECT new.client, new.key, new.fingerprint, new.answer, before + new.first_place,
               before + new.last_place, told_at
          FROM unnest(new_answers) AS new
        ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS written = ROW_COUNT;
        IF written <> cardinality(new_answers) THEN
            RAISE EXCEPTION 'a key was used' USING ERRCODE = 'TC001';
        END IF;
    END IF;

    IF cardinality(new_references) > 0 THEN
        INSERT INTO external_references (client, system, value, entity_id, stream_id, stream_kind, position)
        SELECT new.client, new.system, new.value, new.entity_id, new.stream_id, new.stream_kind,
               before + new.place
          FROM unnest(new_references) AS new
        ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS written = ROW_COUNT;
        IF written <> cardinality(new_references) THEN
            RAISE EXCEPTION 'a reference was used' USING ERRCODE = 'TC001';
        END IF;
    END IF;

    IF cardinality(new_claims) > 0 THEN
        IF EXISTS (SELECT FROM unnest(new_claims) AS new JOIN identifier_claims AS held USING (kind, blind)
                    WHERE held.kind <> 'local' AND held.stream_id <> new.stream_id) THEN
            RAISE EXCEPTION 'an identifier is held' USING ERRCODE = 'TC001';
        END IF;
        INSERT INTO identifier_claims (kind, blind, stream_id, stream_kind)
        SELECT new.kind, new.blind, new.stream_id, new.stream_kind FROM unnest(new_claims) AS new
        ON CONFLICT (kind, blind, stream_id) DO NOTHING;
    END IF;

    IF cardinality(new_keys) > 0 THEN
        INSERT INTO keys.stream_keys (stream_id, part, key_version, wrapped)
        SELECT new.stream_id, new.part, new.key_version, new.wrapped FROM unnest(new_keys) AS new;
    END IF;

    IF cardinality(new_entities) > 0 THEN
        INSERT INTO entities (entity_id, stream_id, stream_kind, kind)
        SELECT new.entity_id, new.stream_id, new.stream_kind, new.kind FROM unnest(new_entities) AS new;
    END IF;

    INSERT INTO events (position, event_id, correlation, causation, stream_id, recorded_at, received_at,
        occurred_at, occurred_on, stream_version, stream_kind, schema_version, key_version, origin, event_type,
        client, user_name, organisation, role, on_behalf_of, purpose, source_system, source_reference,
        case_sealed, identity_sealed, payload_hash)
    SELECT before + place, event_id, correlation, causation, stream_id, told_at, received_at,
        occurred_at, occurred_on, stream_version, stream_kind, schema_version, key_version, origin, event_type,
        client, user_name, organisation, role, on_behalf_of, purpose, source_system, source_reference,
        case_sealed, identity_sealed, payload_hash
    FROM unnest(new_events) WITH ORDINALITY AS new (event_id, correlation, causation, stream_id, received_at,
        occurred_at, occurred_on, stream_version, stream_kind, schema_version, key_version, origin, event_type,
        client, user_name, organisation, role, on_behalf_of, purpose, source_system, source_reference,
        case_sealed, identity_sealed, payload_hash, place);
END
$$;

-- PostgreSQL reads every CHECK of a table anew from its text for each statement: 25 of them cost four times the
-- insert of one row. Sizes and enumerations are held by the program's types and its bounds; what stays is what
-- the server alone would let in: infinity, years BC and the year 294276.
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT conrelid::regclass AS of_table, conname FROM pg_constraint
               WHERE contype = 'c' AND conrelid IN ('events'::regclass, 'streams'::regclass, 'idempotency'::regclass)
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.of_table, one.conname);
    END LOOP;
END
$$;
ALTER TABLE events ADD CONSTRAINT events_times_are_sound CHECK (
    occurred_on >= '1900-01-01' AND occurred_on < '2200-01-01'
    AND (occurred_at IS NULL OR (occurred_at >= '1899-12-31T00:00:00Z' AND occurred_at < '2200-01-02T00:00:00Z'))
    AND received_at >= '1900-01-01T00:00:00Z' AND received_at < '2200-01-01T00:00:00Z'
    AND recorded_at >= '1900-01-01T00:00:00Z' AND recorded_at < '2200-01-01T00:00:00Z'
);
