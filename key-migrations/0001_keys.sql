-- The key store: a database of its own, so that no dump of the log holds a key. Here stand the keys of streams, each
-- wrapped by a key-encryption key that is in no database, and what became of those that were destroyed.

ALTER DEFAULT PRIVILEGES REVOKE ALL ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON TYPES FROM PUBLIC;

-- Which key-encryption key wraps new keys, and one value wrapped by it: a key file that cannot open it belongs to
-- another key store. The generation grows whenever nodes must forget what they have read here.
CREATE TABLE key_store (
    only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    wrapped_by text NOT NULL CHECK (length(wrapped_by) BETWEEN 1 AND 200),
    canary     bytea NOT NULL,
    generation bigint NOT NULL DEFAULT 0
);

-- Two keys a stream and version: `identity` opens names, identifiers and free text, `case` the coded facts. A key is
-- here before anything sealed with it is in the log; one whose append came to nothing waits for the next try.
CREATE TABLE stream_keys (
    stream_id   uuid NOT NULL,
    part        text NOT NULL CHECK (part IN ('identity', 'case')),
    key_version smallint NOT NULL CHECK (key_version > 0),
    wrapped_by  text NOT NULL CHECK (length(wrapped_by) BETWEEN 1 AND 200),
    wrapped     bytea NOT NULL CHECK (length(wrapped) BETWEEN 60 AND 1024),
    PRIMARY KEY (stream_id, part, key_version)
) WITH (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_freeze_min_age = 0);

-- Whose keys of which part were destroyed, all versions and for good, and by which erasure. A stream that has neither
-- a key nor a line here has lost its keys: that is a fault and never taken for an erasure.
CREATE TABLE destroyed_keys (
    stream_id    uuid NOT NULL,
    part         text NOT NULL CHECK (part IN ('identity', 'case')),
    erasure      uuid NOT NULL,
    destroyed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (stream_id, part)
);

-- The daily work adds keys and reads them. Destroying is another role's, wrapping them anew the owner's.
GRANT USAGE ON SCHEMA public TO throughcare_keeper, throughcare_eraser;
GRANT SELECT ON key_store, stream_keys, destroyed_keys TO throughcare_keeper;
GRANT SELECT ON _sqlx_migrations TO throughcare_keeper, throughcare_reader;
GRANT INSERT ON key_store, stream_keys TO throughcare_keeper;
GRANT UPDATE (generation) ON key_store TO throughcare_keeper;
GRANT SELECT, DELETE ON stream_keys TO throughcare_eraser;
GRANT SELECT, INSERT ON destroyed_keys TO throughcare_eraser;
GRANT SELECT, UPDATE (generation) ON key_store TO throughcare_eraser;
