//! Drills: programs that try to break what Throughcare promises, on a real and durable PostgreSQL, and then look for
//! what broke. Each has a short form, run by `cargo test -p torture`, and a long one with the figures promised.
//!
//! A drill that finds nothing proves little unless it can find something. So each runs its own checks over faults
//! too: a guard taken out, a bug planted. A fault that is not seen fails the drill as a broken promise does.

pub mod cluster;
mod drill;
pub mod drills;
mod feed;
mod lists;
mod machine;
mod paused;
mod program;
mod progress;
pub mod proxy;
pub mod record;
mod referrals;
mod report;
pub mod rng;
pub mod timing;

pub use cluster::{Cluster, Database};
pub use drill::{Drill, Running, Scale, Trial};
pub use paused::Paused;
pub use program::{Process, Program};
pub use progress::Progress;
pub use referrals::{Desk, set_up};
pub use report::Report;
