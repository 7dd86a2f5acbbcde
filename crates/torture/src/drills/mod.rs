//! The drills.

mod crash;
mod cuts;
mod history;
mod order;
mod poison;
mod restore;
mod tamper;
mod tamper_database;
mod workers;

use crate::Drill;

/// Every drill, in the order in which `all` runs them.
pub const ALL: &[Drill] = &[
    order::DRILL,
    history::DRILL,
    crash::DRILL,
    cuts::DRILL,
    workers::DRILL,
    poison::DRILL,
    restore::DRILL,
    tamper::DRILL,
    tamper_database::DRILL,
];
