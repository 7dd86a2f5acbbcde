-- Webhooks: who is told over HTTP of what is new, and how far each has been told. The log is the outbox: a webhook has a
-- position, and what is to be told after it is written here in the transaction that moves it.
CREATE TABLE webhooks (
    id              uuid PRIMARY KEY,
    organisation    text NOT NULL CHECK (length(organisation) BETWEEN 1 AND 60),
    -- As which system, in which role, it is judged what may be told.
    client          text NOT NULL CHECK (length(client) BETWEEN 1 AND 100),
    role            text NOT NULL CHECK (length(role) BETWEEN 1 AND 40),
    url             text NOT NULL CHECK (length(url) BETWEEN 1 AND 500),
    -- Names of notices; all of them when empty.
    kinds           text[] NOT NULL CHECK (cardinality(kinds) <= 20),
    position        bigint NOT NULL CHECK (position >= 0),
    made_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    made_by         text NOT NULL CHECK (length(made_by) BETWEEN 1 AND 200),
    state           text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'disabled', 'ended')),
    disabled_reason text CHECK (length(disabled_reason) BETWEEN 1 AND 60),
    disabled_at     timestamptz,
    -- The key of the request that changed the secret last: sent again it changes nothing.
    rotated_by      uuid
);
CREATE INDEX webhooks_of_organisation ON webhooks (organisation, made_at, id);

-- Secrets with which what is told is signed, each sealed under a key of its own. An old one counts until its end.
CREATE TABLE webhook_secrets (
    id       uuid PRIMARY KEY,
    webhook  uuid NOT NULL REFERENCES webhooks (id),
    wrapped  bytea NOT NULL,
    sealed   bytea NOT NULL CHECK (length(sealed) <= 256),
    made_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    until    timestamptz
);
CREATE INDEX webhook_secrets_of_webhook ON webhook_secrets (webhook);

-- What was done with a webhook, and what it did by itself: for its administrators.
CREATE TABLE webhook_happenings (
    happening bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    webhook   uuid NOT NULL REFERENCES webhooks (id),
    at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    what      text NOT NULL CHECK (length(what) BETWEEN 1 AND 60),
    by        text CHECK (length(by) BETWEEN 1 AND 200)
);
CREATE INDEX webhook_happenings_of_webhook ON webhook_happenings (webhook, happening DESC);

-- What is to be told, and what came of it. Ids alone; what is told is made when it is sent.
CREATE TABLE webhook_deliveries (
    webhook      uuid NOT NULL REFERENCES webhooks (id),
    position     bigint NOT NULL CHECK (position > 0),
    organisation text NOT NULL,
    stream_id    uuid NOT NULL,
    event_id     uuid NOT NULL,
    kind         text NOT NULL CHECK (length(kind) BETWEEN 1 AND 60),
    state        text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'parked')),
    attempts     smallint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    tried_at     timestamptz,
    done_at      timestamptz,
    status       smallint,
    fault        text CHECK (length(fault) BETWEEN 1 AND 100),
    PRIMARY KEY (webhook, position)
) WITH (fillfactor = 80);
-- The first that waits of each record, and how many wait.
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (webhook, stream_id, position) WHERE state = 'waiting';
-- An erasure.
CREATE INDEX webhook_deliveries_of_stream ON webhook_deliveries (stream_id);
-- Forgetting what is done.
CREATE INDEX webhook_deliveries_done ON webhook_deliveries (done_at) WHERE state <> 'waiting';

ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON webhook_deliveries FOR SELECT TO throughcare_reader USING (
    (SELECT current_setting('throughcare.scope', true)) = 'everybody'
    OR organisation = (SELECT NULLIF(current_setting('throughcare.organisation', true), '')));
CREATE POLICY working ON webhook_deliveries TO throughcare_writer, throughcare_projector, throughcare_eraser
    USING (true) WITH CHECK (true);
CREATE POLICY owning ON webhook_deliveries TO throughcare_owner
    USING ((SELECT current_setting('throughcare.scope', true)) = 'everybody')
    WITH CHECK ((SELECT current_setting('throughcare.scope', true)) = 'everybody');

-- Administrators' requests.
GRANT SELECT, INSERT, UPDATE (position, state, disabled_reason, disabled_at, rotated_by) ON webhooks
    TO throughcare_writer;
GRANT SELECT, INSERT, UPDATE (until), DELETE ON webhook_secrets TO throughcare_writer;
GRANT INSERT ON webhook_happenings TO throughcare_writer;
GRANT SELECT, DELETE ON webhook_deliveries TO throughcare_writer;
-- The worker.
GRANT SELECT, UPDATE (position, state, disabled_reason, disabled_at) ON webhooks TO throughcare_projector;
GRANT SELECT, DELETE ON webhook_secrets TO throughcare_projector;
GRANT INSERT ON webhook_happenings TO throughcare_projector;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_deliveries TO throughcare_projector;
-- What is shown.
GRANT SELECT ON webhooks, webhook_happenings, webhook_deliveries TO throughcare_reader;
GRANT SELECT (stream_id), DELETE ON webhook_deliveries TO throughcare_eraser;

INSERT INTO leases (work) VALUES ('webhooks');
