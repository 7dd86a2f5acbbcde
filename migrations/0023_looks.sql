-- Who looked at whom: one row for each person that an answer showed, written before the answer leaves. Nobody changes
-- or removes one, its owner included. What was searched for is not kept.
CREATE TABLE looks (
    look         bigint GENERATED ALWAYS AS IDENTITY,
    looked_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    person       uuid,          -- none for a search that found nobody
    client       text NOT NULL,
    user_name    text,          -- none for a system by itself
    on_behalf_of text,
    organisation text NOT NULL,
    role         text NOT NULL,
    purpose      text NOT NULL,
    route        text NOT NULL, -- the address with its places, never what stood in them
    extent       text NOT NULL,
    grounds      text[] NOT NULL,
    correlation  uuid NOT NULL
);
-- Serves the access log of one person, the last look first.
CREATE INDEX looks_of_person ON looks (person, look DESC);
-- Serves what users looked at in a period: rows come in order of time.
CREATE INDEX looks_by_time ON looks USING brin (looked_at);

CREATE FUNCTION refuse_unlooking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the access log is append-only: % refused on %', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER looks_never_change BEFORE UPDATE OR DELETE ON looks
    FOR EACH ROW EXECUTE FUNCTION refuse_unlooking();
CREATE TRIGGER looks_never_go BEFORE TRUNCATE ON looks
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_unlooking();
ALTER TABLE looks ENABLE ALWAYS TRIGGER looks_never_change;
ALTER TABLE looks ENABLE ALWAYS TRIGGER looks_never_go;

GRANT INSERT ON looks TO throughcare_writer;
GRANT SELECT ON looks TO throughcare_reader;
