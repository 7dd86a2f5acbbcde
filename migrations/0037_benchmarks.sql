-- Published values by which areas are compared, and who an area's neighbours are. They come from publications, not from
-- the log. A newer value stands beside an older one and is known from the log position after which it was loaded, so
-- that what was compared as of a position stays the same.
CREATE TABLE benchmarks (
    entry        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    indicator    text NOT NULL CHECK (length(indicator) BETWEEN 1 AND 60),
    whose        text NOT NULL CHECK (length(whose) BETWEEN 1 AND 60),
    period_from  date NOT NULL,
    period_to    date NOT NULL CHECK (period_to >= period_from),
    value        double precision NOT NULL CHECK (value >= 0 AND value < 'infinity'),
    numerator    integer CHECK (numerator >= 0),
    denominator  integer CHECK (denominator >= 0),
    source       text NOT NULL CHECK (length(source) BETWEEN 1 AND 200),
    published_on date NOT NULL,
    known_from   bigint NOT NULL CHECK (known_from > 0),
    loaded_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    loaded_by    text NOT NULL CHECK (length(loaded_by) BETWEEN 1 AND 100)
);
-- Serves what an area is compared with: England, its neighbours and itself, of the last years.
CREATE INDEX benchmarks_of ON benchmarks (whose, period_to);

-- The neighbours of an area; the last entry known counts.
CREATE TABLE area_neighbours (
    entry        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    area         text NOT NULL CHECK (length(area) BETWEEN 1 AND 20),
    neighbours   text[] NOT NULL CHECK (cardinality(neighbours) BETWEEN 1 AND 30),
    source       text NOT NULL CHECK (length(source) BETWEEN 1 AND 200),
    published_on date NOT NULL,
    known_from   bigint NOT NULL CHECK (known_from > 0),
    loaded_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    loaded_by    text NOT NULL CHECK (length(loaded_by) BETWEEN 1 AND 100)
);
CREATE INDEX area_neighbours_of ON area_neighbours (area, entry);

-- What was loaded is never changed, not by the owner either, nor by a superuser who plays a replica.
CREATE FUNCTION refuse_changed_benchmarks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'published values are added to, never changed (%)', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
REVOKE ALL ON FUNCTION refuse_changed_benchmarks() FROM PUBLIC;
CREATE TRIGGER benchmarks_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON benchmarks
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_changed_benchmarks();
CREATE TRIGGER area_neighbours_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON area_neighbours
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_changed_benchmarks();
ALTER TABLE benchmarks ENABLE ALWAYS TRIGGER benchmarks_stay;
ALTER TABLE area_neighbours ENABLE ALWAYS TRIGGER area_neighbours_stay;

GRANT SELECT ON benchmarks, area_neighbours TO throughcare_reader;

-- Figures of an area: without it all lines of a kind are read, those of other areas too.
CREATE INDEX worklist_rows_of_area ON worklist_rows (area, kind, opened_on)
    WHERE is_primary AND area IS NOT NULL;
