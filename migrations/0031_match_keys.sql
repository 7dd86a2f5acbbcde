-- Keys by which records that might be one person's find each other (crates/domain/src/matching/keys.rs), blind as the
-- index of identifiers is. They are made from the log by whichever node looks first, a record's anew with each event
-- that tells who the person is, so that making all of them again comes to the same. They point only: what shares a key
-- is opened and compared.
CREATE TABLE match_keys (
    kind      text NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    blind     bytea NOT NULL CHECK (octet_length(blind) = 32),
    stream_id uuid NOT NULL,
    PRIMARY KEY (kind, blind, stream_id)
);
CREATE INDEX match_keys_of_record ON match_keys (stream_id);

-- Pairs of records that might be one person's, as they compared last: for lists across people. Only whoever sees both is
-- shown one, and both are opened and compared anew for it.
CREATE TABLE possible_matches (
    one    uuid NOT NULL,
    other  uuid NOT NULL,
    points integer NOT NULL,
    PRIMARY KEY (one, other),
    CHECK (one < other)
);
CREATE INDEX possible_matches_of_other ON possible_matches (other);
CREATE INDEX possible_matches_by_points ON possible_matches (points DESC, one, other);

-- Up to which position of the log keys are made, and records compared. The fence goes up with each erasure: what was read before one is not
-- written after it.
CREATE TABLE match_keys_made (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    position bigint NOT NULL CHECK (position >= 0),
    compared bigint NOT NULL DEFAULT 0 CHECK (compared >= 0),
    fence    bigint NOT NULL CHECK (fence >= 0)
);
INSERT INTO match_keys_made (position, fence) VALUES (0, 0);

GRANT SELECT, INSERT, DELETE ON match_keys TO throughcare_writer;
GRANT SELECT ON match_keys TO throughcare_reader;
GRANT SELECT, DELETE ON match_keys TO throughcare_eraser;
GRANT SELECT, INSERT, DELETE ON possible_matches TO throughcare_writer;
GRANT SELECT ON possible_matches TO throughcare_reader;
GRANT SELECT, DELETE ON possible_matches TO throughcare_eraser;
GRANT SELECT, UPDATE (position, compared) ON match_keys_made TO throughcare_writer;
GRANT SELECT ON match_keys_made TO throughcare_reader;
GRANT SELECT (fence), UPDATE (fence) ON match_keys_made TO throughcare_eraser;

-- Nobody is led to a record that does not concern them.
ALTER TABLE match_keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON match_keys FOR SELECT TO throughcare_reader USING (
    (SELECT current_setting('throughcare.scope', true)) = 'everybody'
    OR EXISTS (SELECT FROM concerned AS known
               WHERE known.stream_id = match_keys.stream_id
                 AND known.organisation = (SELECT NULLIF(current_setting('throughcare.organisation', true), ''))
               OFFSET 0));
CREATE POLICY working ON match_keys TO throughcare_writer, throughcare_projector, throughcare_eraser
    USING (true) WITH CHECK (true);
CREATE POLICY owning ON match_keys TO throughcare_owner
    USING ((SELECT current_setting('throughcare.scope', true)) = 'everybody')
    WITH CHECK ((SELECT current_setting('throughcare.scope', true)) = 'everybody');

-- A pair tells of both.
ALTER TABLE possible_matches ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON possible_matches FOR SELECT TO throughcare_reader USING (
    (SELECT current_setting('throughcare.scope', true)) = 'everybody'
    OR (EXISTS (SELECT FROM concerned AS known
                WHERE known.stream_id = possible_matches.one
                  AND known.organisation = (SELECT NULLIF(current_setting('throughcare.organisation', true), ''))
                OFFSET 0)
        AND EXISTS (SELECT FROM concerned AS known
                    WHERE known.stream_id = possible_matches.other
                      AND known.organisation = (SELECT NULLIF(current_setting('throughcare.organisation', true), ''))
                    OFFSET 0)));
CREATE POLICY working ON possible_matches TO throughcare_writer, throughcare_projector, throughcare_eraser
    USING (true) WITH CHECK (true);
CREATE POLICY owning ON possible_matches TO throughcare_owner
    USING ((SELECT current_setting('throughcare.scope', true)) = 'everybody')
    WITH CHECK ((SELECT current_setting('throughcare.scope', true)) = 'everybody');
