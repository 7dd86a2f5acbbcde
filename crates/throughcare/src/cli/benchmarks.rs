//! The words of `benchmarks`.

use super::Place;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// What to do with published values.
#[derive(Clone, Debug, Args)]
pub struct Benchmarks {
    /// What to do.
    #[command(subcommand)]
    pub action: BenchmarksAction,
}

/// What to do with published values.
#[derive(Clone, Debug, Subcommand)]
pub enum BenchmarksAction {
    /// Load published values from a CSV file with the columns indicator, whose (england, the code of an authority, or
    /// neighbours: and a code), from, to, value, numerator, denominator, source, published_on; at most 20,000 lines.
    /// Nothing that is there is changed: what was compared as known before stays as it was.
    Load {
        /// The file.
        file: PathBuf,
        /// Who loads it: stands beside the values for good.
        #[arg(long)]
        by: String,
        /// Database and files.
        #[command(flatten)]
        place: Place,
    },
    /// Load who areas are compared with from a CSV file with the columns area, neighbour, source, published_on; a line
    /// for each neighbour, at most 30 an area.
    Neighbours {
        /// The file.
        file: PathBuf,
        /// Who loads it: stands beside the neighbours for good.
        #[arg(long)]
        by: String,
        /// Database and files.
        #[command(flatten)]
        place: Place,
    },
}
