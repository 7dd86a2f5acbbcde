-- Row-level security, the second net under the rules of crates/domain/src/access: no organisation reads rows of people
-- who have nothing to do with it, whatever a query asks. It is coarse, because what is sealed it cannot know.
--
-- Each reading says for whom it reads, in the transaction that reads: `throughcare.scope` is `own` (an organisation
-- and its services and prisons, in the other three settings), `lines` (every line of lists beside that, for those who
-- watch over others and are shown no names) or `everybody` (auditors, and the program itself). Nothing said is nobody.
-- FORCE, so that the owner too sees only what it says; superusers and BYPASSRLS are not held by it.
--
-- The roles for writing, projecting and erasing work on everybody's rows by their nature; grants bound what they may.
-- A new table with rows of people needs its policies here, or crates/store/tests/store/row_security.rs fails.

-- Whether a line that the reader may see is about somebody, or about a record that was joined with theirs. Whom a list
-- is for depends on the directory, not on the record, so it is asked of the lines themselves.
CREATE FUNCTION stands_on_a_line(record uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM worklist_rows WHERE person = record AND known_to IS NULL)
        OR EXISTS (SELECT FROM worklist_rows WHERE person = record AND known_to IS NOT NULL)
        OR EXISTS (WITH RECURSIVE joined (id) AS (
                       SELECT record
                       UNION
                       SELECT link.other FROM joined JOIN record_links AS link ON link.stream_id = joined.id)
                   SELECT FROM joined JOIN worklist_rows ON person = joined.id AND known_to IS NULL
                    WHERE joined.id <> record);
END
$$;
GRANT EXECUTE ON FUNCTION stands_on_a_line(uuid) TO throughcare_reader;

-- A line is its organisation's and its service's, and its prison's for those who work there.
ALTER TABLE worklist_rows ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON worklist_rows FOR SELECT TO throughcare_reader USING (
    (SELECT current_setting('throughcare.scope', true)) IN ('everybody', 'lines')
    OR organisation = (SELECT NULLIF(current_setting('throughcare.organisation', true), ''))
    OR service = ANY (((SELECT string_to_array(NULLIF(current_setting('throughcare.services', true), ''), ' '))::text[]))
    OR prison = ANY (((SELECT string_to_array(NULLIF(current_setting('throughcare.prisons', true), ''), ' '))::text[])));
-- Which organisations know somebody is nobody's business but each one's own.
ALTER TABLE concerned ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON concerned FOR SELECT TO throughcare_reader USING (
    (SELECT current_setting('throughcare.scope', true)) = 'everybody'
    OR organisation = (SELECT NULLIF(current_setting('throughcare.organisation', true), '')));
-- Who looked: for those whom the record concerns, and one's own looks.
ALTER TABLE looks ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON looks FOR SELECT TO throughcare_reader USING (
    organisation = (SELECT NULLIF(current_setting('throughcare.organisation', true), ''))
    OR (SELECT current_setting('throughcare.scope', true)) = 'everybody'
    OR EXISTS (SELECT FROM concerned AS known
               WHERE known.stream_id = looks.person
                 AND known.organisation = (SELECT NULLIF(current_setting('throughcare.organisation', true), ''))
               OFFSET 0));
-- Who holds an identifier.
ALTER TABLE identifier_claims ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON identifier_claims FOR SELECT TO throughcare_reader USING (
    (SELECT current_setting('throughcare.scope', true)) = 'everybody'
    OR EXISTS (SELECT FROM concerned AS known
               WHERE known.stream_id = identifier_claims.stream_id
                 AND known.organisation = (SELECT NULLIF(current_setting('throughcare.organisation', true), ''))
               OFFSET 0));
-- Which records were joined: ids, of which nobody is shown one that they do not see. The function above reads it, so
-- it asks only that the reader says who it is.
ALTER TABLE record_links ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON record_links FOR SELECT TO throughcare_reader USING (
    (SELECT current_setting('throughcare.scope', true)) = 'everybody'
    OR (SELECT NULLIF(current_setting('throughcare.organisation', true), '')) IS NOT NULL);
-- What clients were answered: the program asks, for the client that shows the key.
ALTER TABLE idempotency ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON idempotency FOR SELECT TO throughcare_reader USING (
    (SELECT current_setting('throughcare.scope', true)) = 'everybody');
-- Movements of people without a record: no reading looks at them.
ALTER TABLE held_movements ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON held_movements FOR SELECT TO throughcare_reader USING (
    (SELECT current_setting('throughcare.scope', true)) = 'everybody');
-- The log, what it says of streams, and what belongs to them. Streams of services and organisations are nobody's record.
ALTER TABLE events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON events FOR SELECT TO throughcare_reader USING (
    (stream_kind <> 1 AND (SELECT NULLIF(current_setting('throughcare.organisation', true), '')) IS NOT NULL)
    OR (SELECT current_setting('throughcare.scope', true)) = 'everybody'
    OR EXISTS (SELECT FROM concerned AS known
               WHERE known.stream_id = events.stream_id
                 AND known.organisation = (SELECT NULLIF(current_setting('throughcare.organisation', true), ''))
               OFFSET 0)
    OR ((SELECT current_setting('throughcare.scope', true)) = 'own' AND stands_on_a_line(stream_id)));
ALTER TABLE streams ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON streams FOR SELECT TO throughcare_reader USING (
    (stream_kind <> 1 AND (SELECT NULLIF(current_setting('throughcare.organisation', true), '')) IS NOT NULL)
    OR (SELECT current_setting('throughcare.scope', true)) = 'everybody'
    OR EXISTS (SELECT FROM concerned AS known
               WHERE known.stream_id = streams.stream_id
                 AND known.organisation = (SELECT NULLIF(current_setting('throughcare.organisation', true), ''))
               OFFSET 0)
    OR ((SELECT current_setting('throughcare.scope', true)) = 'own' AND stands_on_a_line(stream_id)));
ALTER TABLE entities ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON entities FOR SELECT TO throughcare_reader USING (
    (stream_kind <> 1 AND (SELECT NULLIF(current_setting('throughcare.organisation', true), '')) IS NOT NULL)
    OR (SELECT current_setting('throughcare.scope', true)) = 'everybody'
    OR EXISTS (SELECT FROM concerned AS known
               WHERE known.stream_id = entities.stream_id
                 AND known.organisation = (SELECT NULLIF(current_setting('throughcare.organisation', true), ''))
               OFFSET 0)
    OR ((SELECT current_setting('throughcare.scope', true)) = 'own' AND stands_on_a_line(stream_id)));
ALTER TABLE external_references ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON external_references FOR SELECT TO throughcare_reader USING (
    (stream_kind <> 1 AND (SELECT NULLIF(current_setting('throughcare.organisation', true), '')) IS NOT NULL)
    OR (SELECT current_setting('throughcare.scope', true)) = 'everybody'
    OR EXISTS (SELECT FROM concerned AS known
               WHERE known.stream_id = external_references.stream_id
                 AND known.organisation = (SELECT NULLIF(current_setting('throughcare.organisation', true), ''))
               OFFSET 0)
    OR ((SELECT current_setting('throughcare.scope', true)) = 'own' AND stands_on_a_line(stream_id)));

-- The program's own work, and the owner's when it says that it works for everybody.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['worklist_rows', 'concerned', 'looks', 'identifier_claims', 'record_links',
        'idempotency', 'held_movements', 'events', 'streams', 'entities', 'external_references']
    LOOP
        EXECUTE format('CREATE POLICY working ON %I TO throughcare_writer, throughcare_projector, throughcare_eraser
                        USING (true) WITH CHECK (true)', name);
        EXECUTE format('CREATE POLICY owning ON %I TO throughcare_owner
                        USING ((SELECT current_setting(''throughcare.scope'', true)) = ''everybody'')
                        WITH CHECK ((SELECT current_setting(''throughcare.scope'', true)) = ''everybody'')', name);
    END LOOP;
END $$;

-- Row-level security lets nothing be compared before it that might tell of the row, and `->>` might: an index on what a
-- line shows would serve no reader any more. As a column of its own the batch is compared as any text is.
ALTER TABLE worklist_rows ADD COLUMN batch text GENERATED ALWAYS AS (detail ->> 'batch') STORED;
DROP INDEX worklist_rows_of_batch;
CREATE INDEX worklist_rows_of_batch ON worklist_rows (batch, kind, opened_on, row_id)
    WHERE kind IN ('naloxone_kit', 'naloxone_stock') AND known_to IS NULL;
