//! How statements reach the database: connections under a role, with limits, directly or behind a pooler.
//!
//! [`Access`] is how one role connects, [`Sessions`] a pool of such connections, [`Session`] an open transaction.
//! All SQL of the store runs through them, because a pooler in transaction mode hands every transaction another
//! server connection: nothing may be left in a session, neither a setting nor a prepared statement.

mod access;
mod kept;
mod reach;
mod role;
mod session;
mod statement;

pub(crate) use access::{Access, Once, limited_start};
pub use access::{Pooler, clean_on_release};
pub use reach::Reach;
pub(crate) use reach::Within;
pub(crate) use role::{DATABASE_ROLES, Role};
pub(crate) use session::{Session, Sessions};

#[cfg(test)]
mod tests;
