-- What of webhooks has to be watched: since when a receiver does not take what it is told, and what was given up.
ALTER TABLE webhook_deliveries ADD COLUMN failed_at timestamptz;
CREATE INDEX webhook_deliveries_parked ON webhook_deliveries (webhook) WHERE state = 'parked';
