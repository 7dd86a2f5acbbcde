-- What proves that nothing was altered: Merkle trees (RFC 6962) over what is on record, kept as C2SP tiles, and the
-- signed checkpoints of them. Tree 1 is over the log, leaf by leaf as its positions go; tree 2 over the access log and
-- the acts of administrators that are no events. A follower writes them, behind what it follows by less than a second,
-- so that no append waits for it (crates/store/src/tree). Hashes and numbers only; the signing key is in no database.

-- What this log is called where nobody gave it a name (--log-origin): for good.
CREATE TABLE log_identity (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    id       uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO log_identity DEFAULT VALUES;

-- How large each tree is, and the roots of its complete subtrees, the largest first. It only grows. Why it does not
-- grow any more stands beside it.
CREATE TABLE trees (
    tree           smallint PRIMARY KEY CHECK (tree IN (1, 2)),
    size           bigint NOT NULL DEFAULT 0 CHECK (size >= 0),
    roots          bytea NOT NULL DEFAULT '' CHECK (length(roots) % 32 = 0),
    grown_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    stopped_reason text CHECK (length(stopped_reason) BETWEEN 1 AND 500),
    stopped_at     timestamptz,
    CHECK ((stopped_reason IS NULL) = (stopped_at IS NULL))
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
INSERT INTO trees (tree) VALUES (1), (2);

-- Full tiles: 256 hashes of 32 bytes.
CREATE TABLE tree_tiles (
    tree   smallint NOT NULL,
    level  smallint NOT NULL CHECK (level BETWEEN 0 AND 7),
    tile   bigint NOT NULL CHECK (tile >= 0),
    hashes bytea NOT NULL CHECK (length(hashes) = 8192),
    PRIMARY KEY (tree, level, tile)
) WITH (autovacuum_freeze_min_age = 0);

-- The tile of each level that is not full yet. Hashes are added at its end and nowhere else.
CREATE TABLE tree_edges (
    tree   smallint NOT NULL,
    level  smallint NOT NULL CHECK (level BETWEEN 0 AND 7),
    tile   bigint NOT NULL CHECK (tile >= 0),
    hashes bytea NOT NULL CHECK (length(hashes) % 32 = 0 AND length(hashes) < 8192),
    PRIMARY KEY (tree, level)
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- Hashes do not compress.
ALTER TABLE tree_tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;
ALTER TABLE tree_edges ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- What was signed, as it was signed (c2sp.org/tlog-checkpoint).
CREATE TABLE tree_checkpoints (
    tree    smallint NOT NULL REFERENCES trees (tree),
    size    bigint NOT NULL CHECK (size > 0),
    root    bytea NOT NULL CHECK (length(root) = 32),
    note    text NOT NULL CHECK (length(note) BETWEEN 1 AND 2000),
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tree, size)
);

-- Who saw that it had only grown: the lines of witnesses (c2sp.org/tlog-cosignature).
CREATE TABLE tree_cosignatures (
    tree        smallint NOT NULL,
    size        bigint NOT NULL,
    witness     text NOT NULL CHECK (length(witness) BETWEEN 1 AND 300),
    line        text NOT NULL CHECK (length(line) BETWEEN 1 AND 1000),
    cosigned_at timestamptz NOT NULL,
    PRIMARY KEY (tree, witness, size),
    FOREIGN KEY (tree, size) REFERENCES tree_checkpoints (tree, size)
);

-- Rows beside the log get their numbers before they are committed, so that the next number may already be there when one
-- is still to come. Whoever follows numbers would lose it. So each row that is committed waits here until it is given
-- the next leaf: kind 1 is a look, 2 a happening of a webhook, 3 a version of a code list taken into use.
CREATE TABLE beside_waiting (
    kind   smallint NOT NULL CHECK (kind IN (1, 2, 3)),
    number bigint NOT NULL,
    PRIMARY KEY (kind, number)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- Which row is which leaf of tree 2, from 0 on.
CREATE TABLE beside_leaves (
    leaf   bigint PRIMARY KEY CHECK (leaf >= 0),
    kind   smallint NOT NULL CHECK (kind IN (1, 2, 3)),
    number bigint NOT NULL,
    UNIQUE (kind, number)
);

-- As the owner, so that nobody who writes such rows may write here by themselves.
CREATE FUNCTION wait_for_leaf() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('INSERT INTO beside_waiting (kind, number) SELECT %L::smallint, %I FROM told',
                   TG_ARGV[0], TG_ARGV[1]);
    RETURN NULL;
END
$$;
CREATE TRIGGER looks_wait_for_leaf AFTER INSERT ON looks REFERENCING NEW TABLE AS told
    FOR EACH STATEMENT EXECUTE FUNCTION wait_for_leaf('1', 'look');
CREATE TRIGGER webhook_happenings_wait_for_leaf AFTER INSERT ON webhook_happenings REFERENCING NEW TABLE AS told
    FOR EACH STATEMENT EXECUTE FUNCTION wait_for_leaf('2', 'happening');
CREATE TRIGGER reference_uses_wait_for_leaf AFTER INSERT ON reference_uses REFERENCING NEW TABLE AS told
    FOR EACH STATEMENT EXECUTE FUNCTION wait_for_leaf('3', 'use');
ALTER TABLE looks ENABLE ALWAYS TRIGGER looks_wait_for_leaf;
ALTER TABLE webhook_happenings ENABLE ALWAYS TRIGGER webhook_happenings_wait_for_leaf;
ALTER TABLE reference_uses ENABLE ALWAYS TRIGGER reference_uses_wait_for_leaf;

-- What is there already. The follower's own rows are many only where the access log was long before this migration.
SET LOCAL throughcare.scope = 'everybody';
INSERT INTO beside_waiting (kind, number) SELECT 1, look FROM looks;
INSERT INTO beside_waiting (kind, number) SELECT 2, happening FROM webhook_happenings;
INSERT INTO beside_waiting (kind, number) SELECT 3, use FROM reference_uses;

CREATE FUNCTION refuse_unproving() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the trees are append-only: % refused on %', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;
-- A tree never shrinks, and its edge only gets longer.
CREATE FUNCTION refuse_shrinking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'trees' THEN
        IF NEW.tree <> OLD.tree OR NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.roots <> OLD.roots) THEN
            RAISE EXCEPTION 'a tree never shrinks' USING ERRCODE = 'insufficient_privilege';
        END IF;
    ELSIF NEW.tree <> OLD.tree OR NEW.level <> OLD.level OR NEW.tile < OLD.tile
        OR (NEW.tile = OLD.tile AND substring(NEW.hashes FROM 1 FOR length(OLD.hashes)) <> OLD.hashes) THEN
        RAISE EXCEPTION 'the edge of a tree only grows' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['log_identity', 'tree_tiles', 'tree_checkpoints', 'tree_cosignatures', 'beside_leaves']
    LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_unproving()',
                       name || '_never_change', name);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER %I', name, name || '_never_change');
    END LOOP;
    FOREACH name IN ARRAY ARRAY['trees', 'tree_edges']
    LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_shrinking()',
                       name || '_only_grow', name);
        EXECUTE format('CREATE TRIGGER %I BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_unproving()',
                       name || '_never_change', name);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER %I', name, name || '_only_grow');
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER %I', name, name || '_never_change');
    END LOOP;
    FOREACH name IN ARRAY ARRAY['log_identity', 'trees', 'tree_tiles', 'tree_edges', 'tree_checkpoints',
                                'tree_cosignatures', 'beside_leaves']
    LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_unproving()',
                       name || '_never_go', name);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER %I', name, name || '_never_go');
    END LOOP;
END $$;

-- Who may make the trees grow: one node at a time, fenced as projections are.
INSERT INTO leases (work) VALUES ('trees');

GRANT SELECT ON log_identity TO throughcare_projector, throughcare_reader;
GRANT SELECT, UPDATE (size, roots, grown_at, stopped_reason, stopped_at) ON trees TO throughcare_projector;
GRANT SELECT, INSERT ON tree_tiles, tree_checkpoints, tree_cosignatures, beside_leaves TO throughcare_projector;
GRANT SELECT, INSERT, UPDATE (tile, hashes) ON tree_edges TO throughcare_projector;
GRANT SELECT, DELETE ON beside_waiting TO throughcare_projector;
GRANT SELECT ON looks, webhook_happenings, reference_uses TO throughcare_projector;
GRANT SELECT ON trees, tree_tiles, tree_edges, tree_checkpoints, tree_cosignatures, beside_waiting, beside_leaves
    TO throughcare_reader;
