-- Keys of streams. A schema of its own, so that backups and roles can treat keys apart from what they open.
CREATE SCHEMA keys;

-- Two keys a stream: `identity` opens names, identifiers and free text, `case` the coded facts. Each is wrapped
-- by a key that is not in this database. Deleting a row is erasure.
CREATE TABLE keys.stream_keys (
    stream_id   uuid NOT NULL,
    part        text NOT NULL CHECK (part IN ('identity', 'case')),
    key_version smallint NOT NULL CHECK (key_version > 0),
    wrapped     bytea NOT NULL CHECK (length(wrapped) BETWEEN 60 AND 1024),
    PRIMARY KEY (stream_id, part, key_version)
);

-- One value wrapped at first start. A key file that cannot open it does not belong to this database.
CREATE TABLE keys.canary (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    wrapped  bytea NOT NULL
);
