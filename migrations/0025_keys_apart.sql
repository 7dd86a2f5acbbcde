-- Keys are in a key store of their own (key-migrations): nothing of this database opens anything of it any more.

-- A program of before must not go on: it would seal with keys that nobody finds, and take a record without keys for
-- an erased one. Keys that are here are moved by `throughcare migrate`, which drops the table once all are copied and
-- were seen to open; where there are none the schema goes at once.
REVOKE ALL ON keys.stream_keys, keys.canary FROM throughcare_writer, throughcare_projector, throughcare_reader;
REVOKE ALL ON SCHEMA keys FROM throughcare_writer, throughcare_projector, throughcare_reader;
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM keys.stream_keys) THEN
        DROP SCHEMA keys CASCADE;
    END IF;
END $$;

-- As in 0012, but for the keys.
DROP FUNCTION append_group(appended_event[], appended_stream[], appended_key[], appended_entity[], appended_answer[],
    appended_reference[], appended_claim[]);
DROP TYPE appended_key;
CREATE FUNCTION append_group(
    new_events     appended_event[],
    new_streams    appended_stream[],
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
GRANT EXECUTE ON FUNCTION append_group(appended_event[], appended_stream[], appended_entity[], appended_answer[],
    appended_reference[], appended_claim[]) TO throughcare_writer;
