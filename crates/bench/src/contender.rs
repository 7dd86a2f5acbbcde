//! A system under measurement, here or in a program of its own.

use crate::plan::Case;
use anyhow::Result;
use bench_load::{Measured, Round, Runner, System};
use std::pin::Pin;

/// Names, as they stand in the table.
pub mod name {
    /// The raw limit: what ratios are to.
    pub const RAW: &str = "raw INSERT";
    /// This log, bare.
    pub const THIS: &str = "this log";
    /// The whole command over HTTP.
    pub const COMMAND: &str = "this log, whole command over HTTP";
    /// The other shape a log could have.
    pub const SEQUENCED: &str = "append, then sequence (prototype)";
}

/// A round under way.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<Measured>> + 'a>>;

/// Something that runs rounds.
pub trait Contender {
    /// Its name in the table.
    fn name(&self) -> &'static str;
    /// Whether it is measured in a case.
    fn takes(&self, case: &Case) -> bool;
    /// Runs a round.
    fn round<'a>(&'a mut self, round: &'a Round) -> Running<'a>;
}

/// A system in this program.
pub struct Here<S> {
    name: &'static str,
    runner: Runner<S>,
}

impl<S: System> Here<S> {
    /// Under a name.
    pub fn new(name: &'static str, runner: Runner<S>) -> Self {
        Self { name, runner }
    }
}

impl<S: System> Contender for Here<S> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn takes(&self, _case: &Case) -> bool {
        true
    }

    fn round<'a>(&'a mut self, round: &'a Round) -> Running<'a> {
        Box::pin(self.runner.round(round))
    }
}
