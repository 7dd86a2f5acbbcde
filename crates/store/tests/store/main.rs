//! The store against a real PostgreSQL. Each module is one promise.

#![expect(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod append;
mod both_ways;
mod broken_commit;
mod cancel;
mod checks;
mod claims;
mod facts;
mod following;
mod golden;
mod idempotency;
mod keys;
mod leases;
mod load;
mod open_case;
mod order;
mod poison;
mod projecting;
mod read;
mod rebuild;
mod reference;
mod refusal;
mod replay;
mod sealed;
mod unknown;
