-- Looking again at rows that have been leaves for long (crates/store/src/tree/rechecks.rs): which leaf is next, how often
-- all of a tree was gone through, and what was found. Numbers only.
CREATE TABLE tree_rechecks (
    tree           smallint PRIMARY KEY REFERENCES trees (tree),
    next_leaf      bigint NOT NULL DEFAULT 0 CHECK (next_leaf >= 0),
    rounds         bigint NOT NULL DEFAULT 0 CHECK (rounds >= 0),
    round_ended_at timestamptz,
    looked_at      timestamptz NOT NULL DEFAULT 'epoch',
    -- From which leaf on some rows are not what they were, why, and since when; gone when they are again.
    differs_from   bigint CHECK (differs_from >= 0),
    differs_reason text CHECK (length(differs_reason) BETWEEN 1 AND 500),
    differs_at     timestamptz,
    CHECK ((differs_from IS NULL) = (differs_reason IS NULL) AND (differs_from IS NULL) = (differs_at IS NULL))
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
INSERT INTO tree_rechecks (tree) VALUES (1), (2);
INSERT INTO leases (work) VALUES ('rechecks');

GRANT SELECT, UPDATE (next_leaf, rounds, round_ended_at, looked_at, differs_from, differs_reason, differs_at)
    ON tree_rechecks TO throughcare_projector;
GRANT SELECT ON tree_rechecks TO throughcare_reader;

-- Each erasure that this database has seen to its end is a leaf beside the log, kind 4: that somebody was erased, and when,
-- is proved as looks are. Ids of erasures only.
ALTER TABLE erasures ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY UNIQUE;
ALTER TABLE beside_waiting DROP CONSTRAINT beside_waiting_kind_check, ADD CHECK (kind IN (1, 2, 3, 4));
ALTER TABLE beside_leaves DROP CONSTRAINT beside_leaves_kind_check, ADD CHECK (kind IN (1, 2, 3, 4));
INSERT INTO beside_waiting (kind, number) SELECT 4, number FROM erasures;
CREATE TRIGGER erasures_wait_for_leaf AFTER INSERT ON erasures REFERENCING NEW TABLE AS told
    FOR EACH STATEMENT EXECUTE FUNCTION wait_for_leaf('4', 'number');
ALTER TABLE erasures ENABLE ALWAYS TRIGGER erasures_wait_for_leaf;
GRANT SELECT ON erasures TO throughcare_projector;
