-- Who may do what. Four roles that nobody logs in with; the program's login takes on the one that a connection
-- needs. They belong to the cluster, so `throughcare migrate` makes them before migrations run, and migrations run
-- as throughcare_owner: what they make is the owner's.
--
-- The rule for later migrations: a new table, view, sequence or function is nobody's but the owner's. Its own
-- migration grants what is needed, by name, and crates/store/tests/store/privileges.rs gets a line for it.

-- Functions are the one kind of thing that PostgreSQL gives to everybody.
ALTER DEFAULT PRIVILEGES REVOKE ALL ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON TYPES FROM PUBLIC;
DO $$
DECLARE
    one regprocedure;
BEGIN
    FOR one IN
        SELECT oid::regprocedure FROM pg_proc
        WHERE pronamespace IN ('public'::regnamespace, 'keys'::regnamespace)
          AND proowner = 'throughcare_owner'::regrole
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
    END LOOP;
END $$;

GRANT USAGE ON SCHEMA keys TO throughcare_writer, throughcare_projector, throughcare_reader;

-- The log. Nobody changes or removes an event; partitions have no grants and are reached through the table.
GRANT SELECT ON log_head, events, streams TO throughcare_writer, throughcare_projector, throughcare_reader;
GRANT INSERT ON events TO throughcare_writer;
GRANT UPDATE (position, recorded_at) ON log_head TO throughcare_writer;
GRANT INSERT, UPDATE (version) ON streams TO throughcare_writer;

-- What an append is compared with, and leaves behind. A withdrawn identifier leaves the index, nothing else goes.
GRANT SELECT ON entities, idempotency, external_references, identifier_claims TO throughcare_writer, throughcare_reader;
GRANT INSERT ON entities, idempotency, external_references, identifier_claims TO throughcare_writer;
GRANT DELETE ON identifier_claims TO throughcare_writer;

-- Keys are added with a stream. Destroying one is erasure, and not the writer's.
GRANT SELECT ON keys.stream_keys, keys.canary TO throughcare_writer, throughcare_projector, throughcare_reader;
GRANT INSERT ON keys.stream_keys, keys.canary TO throughcare_writer;

-- Held movements come and go; what one says and whose it is stays as it came.
GRANT SELECT, INSERT, DELETE, UPDATE (attempts, last_error) ON held_movements TO throughcare_writer;

-- Code lists are loaded by the owner.
GRANT SELECT ON reference_lists, reference_codes TO throughcare_reader;

-- For `doctor` and for a start without the owner's rights.
GRANT SELECT ON _sqlx_migrations TO throughcare_reader;

-- What projections keep, by name, as far as it is there: 0013 may have replaced some of it.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['checkpoints', 'worklist_rows', 'parked', 'leases', 'rebuilds', 'rebuild_ranges',
                               'rebuild_parked']
    LOOP
        IF to_regclass(name) IS NOT NULL THEN
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO throughcare_projector', name);
            EXECUTE format('GRANT SELECT ON %I TO throughcare_reader', name);
        END IF;
    END LOOP;
END $$;

-- The group append of 0012.
DO $$
DECLARE
    one regprocedure;
BEGIN
    FOR one IN
        SELECT oid::regprocedure FROM pg_proc
        WHERE proname = 'append_group' AND pronamespace = 'public'::regnamespace
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO throughcare_writer', one);
    END LOOP;
END $$;

-- A superuser who plays a replica (session_replication_role) skips ordinary triggers; these fire always.
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT tgrelid::regclass AS relation, tgname FROM pg_trigger
        WHERE tgname IN ('events_never_change', 'events_never_go') AND tgenabled <> 'A'
          AND (tgrelid = 'events'::regclass
               OR tgrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'events'::regclass))
        ORDER BY tgrelid <> 'events'::regclass
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', one.relation, one.tgname);
    END LOOP;
END $$;
