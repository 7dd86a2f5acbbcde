//! The store against a real PostgreSQL. Each module is one promise.

#![expect(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod append;
mod batches;
mod benchmarks;
mod both_ways;
mod broken_commit;
mod cancel;
mod checks;
mod claims;
mod cluster;
mod erasing;
mod facts;
mod following;
mod golden;
mod idempotency;
mod inbound;
mod indexes;
mod key_store;
mod keys;
mod late_recalls;
mod leases;
mod load;
mod logins;
mod matching;
mod open_case;
mod order;
mod overdue;
mod partitions;
mod poison;
mod pooler;
mod privileges;
mod projecting;
mod read;
mod rebuild;
mod reference;
mod refusal;
mod replay;
mod replayed;
mod restore;
mod rotating;
mod row_security;
mod sealed;
mod tree;
mod unknown;
mod webhooks;
