//! The program under test, the people who use it, and the county in which a story plays.

mod client;
mod county;
mod days;
mod hmpps;
mod members;
mod people;
mod program;
mod shared;

pub use client::{Answer, Client};
pub use county::County;
pub use days::{ago, days_from, today};
pub use hmpps::{HMPPS_EVENTS, HMPPS_FILES, hmpps_message, known_as_two, send_message};
pub use members::{HARNESS, role_name};
pub use people::{Somebody, somebody};
pub use program::{PATIENCE, Place, Program, kill, lives, throughcare, until};
pub use shared::{COUNTIES_EACH, RULES_ALONE, shared};

use throughcare_app::{Ids as _, SystemIds};
use uuid::Uuid;

/// A new id, for idempotency keys and for things that do not exist.
pub fn new_id() -> Uuid {
    SystemIds.one()
}
