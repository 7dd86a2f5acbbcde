//! The store against a real PostgreSQL. Each module is one promise.

#![expect(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod append;
mod broken_commit;
mod cancel;
mod checks;
mod claims;
mod facts;
mod golden;
mod idempotency;
mod keys;
mod load;
mod order;
mod read;
mod reference;
mod refusal;
mod replay;
mod sealed;
mod unknown;
