//! What a drill is.

use crate::{Progress, Report};
use anyhow::Result;
use std::future::Future;
use std::pin::Pin;
use std::time::Instant;

/// A drill under way.
pub type Running = Pin<Box<dyn Future<Output = Result<Report>>>>;

/// How much is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// For `cargo test`: at most 90 seconds in a debug build on two busy cores.
    Short,
    /// With the figures promised.
    Long,
}

impl Scale {
    /// One of two figures.
    pub fn pick<T>(self, short: T, long: T) -> T {
        match self {
            Self::Short => short,
            Self::Long => long,
        }
    }
}

/// One run of a drill.
#[derive(Clone, Debug)]
pub struct Trial {
    /// How much is done.
    pub scale: Scale,
    /// Where chance begins.
    pub seed: u64,
    /// Where it shows how far it is.
    pub progress: Progress,
}

/// Tries to break one promise.
#[derive(Clone, Copy, Debug)]
pub struct Drill {
    /// What it is called on the command line.
    pub name: &'static str,
    /// Which promise it tries, as P1.
    pub promise: &'static str,
    /// What is proved when nothing breaks, in one line.
    pub proves: &'static str,
    /// Carries it out. An error means that it could not be carried out; what broke is in the report.
    pub body: fn(Trial) -> Running,
}

impl Drill {
    /// Carries it out, and takes the time.
    ///
    /// # Errors
    /// When it could not be carried out, as without PostgreSQL's server programs.
    pub async fn run(&self, trial: Trial) -> Result<Report> {
        let begun = Instant::now();
        let Trial { scale, seed, .. } = trial;
        let mut report = (self.body)(trial).await?;
        report.describe(self, scale, seed, begun.elapsed());
        Ok(report)
    }
}
