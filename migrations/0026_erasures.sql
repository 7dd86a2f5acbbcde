-- What an erasure removes beside the log, and which erasures this database has seen. Keys are destroyed in the key
-- store; the ledger of erasures is a file outside both, and whatever it tells and this table does not is done before
-- a node serves.
CREATE TABLE erasures (
    erasure   uuid PRIMARY KEY,
    purged_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Who erases finds what was kept of a person without reading whole tables. Rows of both tables come in order of
-- position, so that a few bytes for each megabyte will do.
CREATE INDEX idempotency_by_position ON idempotency USING brin (first_position) WITH (autosummarize = on);
CREATE INDEX external_references_by_position ON external_references USING brin (position) WITH (autosummarize = on);
-- What was known of a person and is known no more; what is known now is found by worklist_rows_of_person.
CREATE INDEX worklist_rows_of_person_then ON worklist_rows (person) WHERE known_to IS NOT NULL;

GRANT USAGE ON SCHEMA public TO throughcare_eraser;
GRANT SELECT, INSERT ON erasures TO throughcare_eraser;
GRANT SELECT ON erasures TO throughcare_reader;
-- Whose events stand where, and nothing of what they say.
GRANT SELECT (position, stream_id) ON events TO throughcare_eraser;
-- A key stays used, so that a late retry makes no second record; what was asked and answered goes.
GRANT SELECT (first_position, last_position), UPDATE (fingerprint, answer) ON idempotency TO throughcare_eraser;
GRANT SELECT, DELETE ON external_references, identifier_claims, held_movements, worklist_rows
    TO throughcare_eraser;
-- Whoever has read a person's lines must read again.
GRANT SELECT, UPDATE (owner, until, fence) ON leases TO throughcare_eraser;
