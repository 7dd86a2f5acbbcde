//! What the tests share: a template database, fixed clocks and ids, builders.
//!
//! [`TestDatabase::new`] gives each test a migrated database of its own, cloned from a template that is made once
//! per test process on a private PostgreSQL (fsync off). With `THROUGHCARE_TEST_DATABASE_URL` set, databases are
//! made on that server instead; its user needs the right to create them.

mod build;
mod clock;
mod database;
mod server;

pub use build::{Builder, fingerprint, provenance};
pub use clock::FixedClock;
pub use database::TestDatabase;
