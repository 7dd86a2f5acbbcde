-- What an organisation sent to the national statistics, so that the next return takes back what is no more and says what
-- was corrected. Of a row there is a reference and a fingerprint, both made with a key that is not in the database: no id,
-- no initial, no date of birth. Nobody's reader may read it.
CREATE TABLE national_returns (
    organisation text NOT NULL CHECK (length(organisation) BETWEEN 2 AND 64),
    number       integer NOT NULL CHECK (number > 0),
    month        date NOT NULL CHECK (extract(day FROM month) = 1),
    version      text NOT NULL CHECK (length(version) BETWEEN 1 AND 10),
    -- Up to where the log was known.
    position     bigint NOT NULL CHECK (position >= 0),
    made_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    made_by      text NOT NULL CHECK (length(made_by) BETWEEN 1 AND 200),
    changed      integer NOT NULL CHECK (changed >= 0),
    deleted      integer NOT NULL CHECK (deleted >= 0),
    PRIMARY KEY (organisation, number)
);

-- Rows that stand in the national system, as they were sent last.
CREATE TABLE national_return_rows (
    organisation text NOT NULL,
    reference    text NOT NULL CHECK (length(reference) BETWEEN 1 AND 120),
    dataset      text NOT NULL CHECK (length(dataset) BETWEEN 1 AND 20),
    level        text NOT NULL CHECK (length(level) BETWEEN 1 AND 20),
    fingerprint  bytea NOT NULL CHECK (length(fingerprint) = 16),
    -- In which return.
    number       integer NOT NULL,
    PRIMARY KEY (organisation, reference),
    FOREIGN KEY (organisation, number) REFERENCES national_returns
);

GRANT SELECT, INSERT ON national_returns TO throughcare_writer;
GRANT SELECT, INSERT, UPDATE (dataset, level, fingerprint, number), DELETE ON national_return_rows TO throughcare_writer;
