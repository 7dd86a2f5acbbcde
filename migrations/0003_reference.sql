-- Code lists as versioned rows: a recorded code keeps the meaning it had on its day.

-- Which version of which list was loaded, by whom and when: loading one again changes nothing.
CREATE TABLE reference_lists (
    list         text NOT NULL CHECK (length(list) BETWEEN 1 AND 60),
    list_version text NOT NULL CHECK (length(list_version) BETWEEN 1 AND 60),
    loaded_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    loaded_by    text NOT NULL CHECK (length(loaded_by) BETWEEN 1 AND 100),
    PRIMARY KEY (list, list_version)
);

-- Serves reading every list at start. A code may stand there twice, for two periods.
CREATE TABLE reference_codes (
    list         text NOT NULL,
    list_version text NOT NULL,
    ordinal      integer NOT NULL CHECK (ordinal >= 0),  -- its place in the list
    code         text NOT NULL CHECK (length(code) BETWEEN 1 AND 40),
    label        text NOT NULL CHECK (length(label) BETWEEN 1 AND 200),
    status       text NOT NULL CHECK (length(status) BETWEEN 1 AND 40),
    origin       text NOT NULL CHECK (length(origin) BETWEEN 1 AND 100),
    valid_from   date,
    valid_to     date CHECK (valid_to >= valid_from),
    attributes   jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (list, list_version, ordinal),
    FOREIGN KEY (list, list_version) REFERENCES reference_lists
);
