//! The load that every event store gets from `bench`: the same streams, payloads, clients and rounds.
//!
//! A store is driven through [`System`]. Those that live in another program serve rounds over their standard input
//! and output, one JSON line each ([`serve`]).

mod clients;
mod payload;
mod percentile;
mod random;
mod round;
mod serve;
mod system;

pub use clients::{Client, Done, closed_loop, open_loop};
pub use payload::{Note, history, note, stream_id};
pub use percentile::{median, percentile};
pub use random::Random;
pub use round::{Measured, Round, Runner, Workload};
pub use serve::{Reply, serve};
pub use system::System;

/// Streams that are appended to; each holds one event at the start.
pub const SHORT_STREAMS: usize = 10_000;
/// Streams that are read; they come after the short ones.
pub const LONG_STREAMS: usize = 1_000;
/// Events of a stream that is read.
pub const LONG_LENGTH: usize = 50;
/// Most connections to the store, however many clients there are.
pub const CONNECTIONS: u32 = 32;
