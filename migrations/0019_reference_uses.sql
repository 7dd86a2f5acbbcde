-- Which version of a code list is in use, since when and by whose decision: the last line of the list. A version that
-- was superseded can be taken into use again. Loading a version takes it into use.
CREATE TABLE reference_uses (
    use          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    list         text NOT NULL,
    list_version text NOT NULL,
    since        timestamptz NOT NULL DEFAULT clock_timestamp(),
    taken_by     text NOT NULL CHECK (length(taken_by) BETWEEN 1 AND 100),
    FOREIGN KEY (list, list_version) REFERENCES reference_lists
);

-- Serves finding the version of a list that is in use.
CREATE INDEX reference_uses_of_list ON reference_uses (list, use DESC);

INSERT INTO reference_uses (list, list_version, since, taken_by)
SELECT list, list_version, loaded_at, loaded_by FROM reference_lists ORDER BY loaded_at, list_version;

-- What the service may do with lists, which are the owner's: load a version, and take one into use. Both judge under
-- one lock what the program has judged before: that the version in use is the one it looked at, and that no code of it
-- is missing. Codes stand in sealed events, so nobody can tell which are used: every code counts as used, and is ended
-- by a date and never removed.
CREATE FUNCTION take_reference(which_list text, which_version text, by_whom text, expected text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    in_use text;
BEGIN
    LOCK TABLE reference_uses IN SHARE ROW EXCLUSIVE MODE;
    SELECT list_version INTO in_use FROM reference_uses WHERE list = which_list ORDER BY use DESC LIMIT 1;
    IF in_use IS DISTINCT FROM expected THEN
        RETURN 'overtaken';
    END IF;
    IF in_use = which_version THEN
        RETURN 'in_use';
    END IF;
    IF EXISTS (SELECT code FROM reference_codes WHERE list = which_list AND list_version = in_use
               EXCEPT
               SELECT code FROM reference_codes WHERE list = which_list AND list_version = which_version) THEN
        RAISE EXCEPTION 'a code would be lost' USING ERRCODE = 'TC003';
    END IF;
    INSERT INTO reference_uses (list, list_version, taken_by) VALUES (which_list, which_version, by_whom);
    RETURN 'taken';
END $$;

CREATE FUNCTION load_reference(
    which_list    text,
    which_version text,
    by_whom       text,
    expected      text,     -- the version in use on which the program's judgement rests; null when there is none
    codes         text[],
    labels        text[],
    statuses      text[],
    origins       text[],
    valid_froms   date[],
    valid_tos     date[],
    attributes_of text[]
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    LOCK TABLE reference_uses IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM reference_lists WHERE list = which_list AND list_version = which_version) THEN
        RETURN 'loaded_before';
    END IF;
    IF expected IS DISTINCT FROM (SELECT list_version FROM reference_uses WHERE list = which_list
                                  ORDER BY use DESC LIMIT 1) THEN
        RETURN 'overtaken';
    END IF;
    IF cardinality(codes) NOT BETWEEN 1 AND 10000 THEN
        RAISE EXCEPTION 'a list has 1 to 10,000 codes' USING ERRCODE = 'TC003';
    END IF;
    INSERT INTO reference_lists (list, list_version, loaded_by) VALUES (which_list, which_version, by_whom);
    INSERT INTO reference_codes
        (list, list_version, ordinal, code, label, status, origin, valid_from, valid_to, attributes)
    SELECT which_list, which_version, place - 1, code, label, status, origin, valid_from, valid_to, attributes::jsonb
      FROM unnest(codes, labels, statuses, origins, valid_froms, valid_tos, attributes_of) WITH ORDINALITY
        AS given (code, label, status, origin, valid_from, valid_to, attributes, place);
    RETURN take_reference(which_list, which_version, by_whom, expected);
END $$;

GRANT SELECT ON reference_uses TO throughcare_reader;
GRANT EXECUTE ON FUNCTION load_reference(text, text, text, text, text[], text[], text[], text[], date[], date[], text[])
    TO throughcare_writer;
GRANT EXECUTE ON FUNCTION take_reference(text, text, text, text) TO throughcare_writer;
