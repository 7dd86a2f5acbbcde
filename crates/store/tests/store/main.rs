//! The store against a real PostgreSQL. Each module is one promise.

mod append;
mod cancel;
mod checks;
mod claims;
mod facts;
mod golden;
mod idempotency;
mod keys;
mod order;
mod read;
mod reference;
mod refusal;
mod sealed;
mod unknown;
