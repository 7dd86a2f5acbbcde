-- Messages of other systems about people and numbers (events of HMPPS, bare or inside a message of SNS), kept sealed
-- before they are answered. The worker gives them their effect, however often it has to try; what nobody here can read
-- is kept and listed. All of them go when their time is over, for what an event says of somebody is on the record by then.
CREATE TABLE inbound_messages (
    id           uuid PRIMARY KEY,  -- the sender's receipt
    organisation text NOT NULL CHECK (length(organisation) BETWEEN 1 AND 100),
    client       text NOT NULL CHECK (length(client) BETWEEN 1 AND 100),
    message_id   text CHECK (length(message_id) BETWEEN 1 AND 100),   -- none for a bare event
    sameness     bytea NOT NULL CHECK (length(sameness) = 32),        -- keyed hash of what makes it the same event
    content_hash bytea NOT NULL CHECK (length(content_hash) = 32),    -- of the event as it was sent
    event_type   text NOT NULL CHECK (length(event_type) BETWEEN 1 AND 100),
    understood   boolean NOT NULL,
    flags        text[] NOT NULL,
    subject      bytea CHECK (length(subject) = 32),                  -- blind indexes of the numbers it is about
    other        bytea CHECK (length(other) = 32),
    received_at  timestamptz NOT NULL,
    state        text NOT NULL CHECK (length(state) BETWEEN 1 AND 40),
    reason       text CHECK (length(reason) <= 100),
    attempts     smallint NOT NULL DEFAULT 0,
    kept_until   timestamptz NOT NULL,
    wrapped      bytea NOT NULL,
    sealed       bytea NOT NULL CHECK (length(sealed) <= 1048576),
    -- The same event in two messages is one, and a message sent twice is one.
    UNIQUE (organisation, sameness),
    UNIQUE (organisation, message_id)
);

-- All that was told of a number is judged together, and goes with an erased person.
CREATE INDEX inbound_messages_of_subject ON inbound_messages (subject);
CREATE INDEX inbound_messages_of_other ON inbound_messages (other);
-- What the worker has to look at.
CREATE INDEX inbound_messages_to_apply ON inbound_messages (received_at, id) WHERE state = 'received';
-- What somebody has to decide on.
CREATE INDEX inbound_messages_to_decide ON inbound_messages (received_at, id) WHERE state IN ('to_join', 'to_part');
-- What waits for a number to be recorded.
CREATE INDEX inbound_messages_held ON inbound_messages (id) WHERE state = 'held';
-- The list of messages, the last first.
CREATE INDEX inbound_messages_by_time ON inbound_messages (received_at, id);
-- Forgetting those whose time is over.
CREATE INDEX inbound_messages_by_end ON inbound_messages (kept_until);

ALTER TABLE inbound_messages SET (autovacuum_vacuum_scale_factor = 0.05);

GRANT SELECT, INSERT, DELETE, UPDATE (state, reason, attempts) ON inbound_messages TO throughcare_writer;
-- The list shows nobody: neither what a message says nor of whom.
GRANT SELECT (id, organisation, client, event_type, flags, received_at, state, reason)
    ON inbound_messages TO throughcare_reader;
GRANT SELECT, DELETE ON inbound_messages TO throughcare_eraser;

ALTER TABLE inbound_messages ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON inbound_messages FOR SELECT TO throughcare_reader USING (
    (SELECT current_setting('throughcare.scope', true)) = 'everybody'
    OR organisation = (SELECT NULLIF(current_setting('throughcare.organisation', true), '')));
CREATE POLICY working ON inbound_messages TO throughcare_writer, throughcare_projector, throughcare_eraser
    USING (true) WITH CHECK (true);
CREATE POLICY owning ON inbound_messages TO throughcare_owner
    USING ((SELECT current_setting('throughcare.scope', true)) = 'everybody')
    WITH CHECK ((SELECT current_setting('throughcare.scope', true)) = 'everybody');
