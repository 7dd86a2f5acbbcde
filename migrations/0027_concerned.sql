-- Which organisations a record concerns: whoever recorded something in it, and whoever a fact of it brings in
-- (crates/domain/src/access/concerned.rs). Row-level security rests on it. It only grows, with the append that says so
-- and in its transaction: whoever is brought in may look at once.
CREATE TABLE concerned (
    stream_id    uuid NOT NULL,
    organisation text NOT NULL CHECK (length(organisation) BETWEEN 2 AND 64),
    PRIMARY KEY (stream_id, organisation)
);

-- Up to which position of the log the table was filled from events of before there was one. Who recorded something can
-- be read here; whom a sealed fact brings in only the program can (`throughcare migrate`, or the next start).
CREATE TABLE concerned_filled (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    position bigint NOT NULL CHECK (position >= 0),
    target   bigint NOT NULL CHECK (target >= 0)
);
INSERT INTO concerned_filled (position, target) SELECT 0, position FROM log_head;
INSERT INTO concerned SELECT DISTINCT stream_id, organisation FROM events WHERE stream_kind = 1;

-- Whoever is concerned by a record is by those that were ever joined with it, directly or through others.
CREATE FUNCTION concern(streams uuid[], organisations text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO concerned (stream_id, organisation)
    WITH RECURSIVE reached (stream_id, organisation) AS (
        SELECT * FROM unnest(streams, organisations)
        UNION
        SELECT link.other, reached.organisation FROM reached JOIN record_links AS link USING (stream_id))
    SELECT stream_id, organisation FROM reached ON CONFLICT DO NOTHING
$$;
SELECT concern(array_agg(stream_id), array_agg(organisation))
  FROM concerned WHERE stream_id IN (SELECT stream_id FROM record_links);

GRANT SELECT, INSERT ON concerned TO throughcare_writer;
GRANT SELECT ON concerned TO throughcare_reader;
GRANT SELECT, UPDATE (position) ON concerned_filled TO throughcare_writer;
GRANT SELECT ON concerned_filled TO throughcare_reader;
GRANT EXECUTE ON FUNCTION concern(uuid[], text[]) TO throughcare_writer;

-- As in 0025, and whom the group concerns. A program of before does not know the table and must not go on.
DROP FUNCTION append_group(appended_event[], appended_stream[], appended_entity[], appended_answer[],
    appended_reference[], appended_claim[]);
CREATE TYPE appended_concern AS (stream_id uuid, organisation text);
GRANT USAGE ON TYPE appended_concern TO throughcare_writer;
CREATE FUNCTION append_group(
    new_events     appended_event[],
    new_streams    appended_stream[],
    new_entities   appended_entity[],
    new_answers    appended_answer[],
    new_references appended_reference[],
    new_claims     appended_claim[],
    new_concerned  appended_concern[],
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

    IF cardinality(new_entities) > 0 THEN
        INSERT INTO entities (entity_id, stream_id, stream_kind, kind)
        SELECT new.entity_id, new.stream_id, new.stream_kind, new.kind FROM unnest(new_entities) AS new;
    END IF;

    PERFORM concern(array_agg(new.stream_id), array_agg(new.organisation)) FROM unnest(new_concerned) AS new;

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
GRANT EXECUTE ON FUNCTION append_group(appended_event[], appended_stream[], appended_entity[], appended_answer[],
    appended_reference[], appended_claim[], appended_concern[]) TO throughcare_writer;
