//! The store against a real PostgreSQL. Each module is one promise.

#![expect(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod append;
mod broken_commit;
mod cancel;
mod checks;
mod claims;
mod cluster;
mod facts;
mod golden;
mod idempotency;
mod indexes;
mod keys;
mod logins;
mod order;
mod partitions;
mod pooler;
mod privileges;
mod read;
mod reference;
mod refusal;
mod restore;
mod sealed;
mod unknown;
