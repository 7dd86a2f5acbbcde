-- Settings that keep the tables fast at hundreds of millions of events. Partitions beyond the first four are added
-- by the program before they are needed (crates/store/src/partition.rs), with the settings given here.

-- Events are only ever inserted. By default the next vacuum waits for a fifth of the table: ten million rows that
-- index-only scans must look up, and a freeze of the whole partition at once when it is oldest. Half a million rows
-- at a time keeps the visibility map true; rows that never change may be frozen at the first visit, so that no
-- partition is ever read again for wraparound.
DO $$
DECLARE
    one regclass;
BEGIN
    FOR one IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'events'::regclass
    LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_vacuum_insert_scale_factor = 0, '
                       'autovacuum_vacuum_insert_threshold = 500000, autovacuum_analyze_scale_factor = 0, '
                       'autovacuum_analyze_threshold = 500000, autovacuum_freeze_min_age = 0)', one);
    END LOOP;
END $$;

-- Sealed bytes do not compress; trying costs time on every row over two kilobytes.
ALTER TABLE events ALTER COLUMN case_sealed SET STORAGE EXTERNAL, ALTER COLUMN identity_sealed SET STORAGE EXTERNAL;

-- Inserted and never changed, as events.
ALTER TABLE idempotency SET (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_freeze_min_age = 0);
ALTER TABLE entities SET (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_freeze_min_age = 0);
ALTER TABLE external_references SET (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_freeze_min_age = 0);
ALTER TABLE keys.stream_keys SET (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_freeze_min_age = 0);

-- A row for each person, whose version moves with every append: the free 30 % of a page (0001) lets updates stay on
-- it, and old versions are pruned there without a vacuum. What is left over is collected at a fiftieth of the table
-- and not at a fifth.
ALTER TABLE streams SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);

-- Held movements come and go; a table of dead rows is slow to search.
ALTER TABLE held_movements SET (autovacuum_vacuum_scale_factor = 0.05);

-- A few rows that move with every batch: as the log's head, room on the page for their versions.
ALTER TABLE checkpoints SET (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
