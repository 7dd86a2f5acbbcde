//! The words of `replay`.

use super::Place;
use clap::{Args, Subcommand};
use jiff::civil::Date;
use std::path::PathBuf;
use uuid::Uuid;

/// What to replay.
#[derive(Clone, Debug, Args)]
pub struct Replay {
    /// Which view.
    #[command(subcommand)]
    pub view: ReplayView,
}

/// The views, and checking what was said of one.
#[derive(Clone, Debug, Subcommand)]
pub enum ReplayView {
    /// The rows of every list across people. Their digest is what `rebuild` prints at the same position.
    Worklists {
        /// Put the rows into this new schema of the database instead, to be looked at with SQL; drop it when you are done.
        #[arg(long, conflicts_with_all = ["out", "afresh"])]
        schema: Option<String>,
        /// To what position, and where to.
        #[command(flatten)]
        how: How,
    },
    /// The values of one person's pathway on a day, each with the events that set it.
    Person {
        /// The person.
        person: Uuid,
        /// The day; today without it.
        #[arg(long)]
        as_of: Option<Date>,
        /// To what position, and where to.
        #[command(flatten)]
        how: How,
    },
    /// The releases behind a continuity figure, and the figure: what `GET /v1/continuity/summary` answers.
    Continuity {
        /// On the list of this service.
        #[arg(long)]
        service: Option<String>,
        /// From this prison.
        #[arg(long)]
        prison: Option<String>,
        /// To residents of this authority.
        #[arg(long)]
        residence: Option<String>,
        /// Released from this day on.
        #[arg(long)]
        from: Option<Date>,
        /// Released up to this day.
        #[arg(long)]
        to: Option<Date>,
        /// The day on which it is looked at; today without it.
        #[arg(long)]
        as_of: Option<Date>,
        /// To what position, and where to.
        #[command(flatten)]
        how: How,
    },
    /// Replay what a signed statement says, and compare the digests. Exit status 1 when they differ.
    Check {
        /// The statement.
        statement: PathBuf,
        /// The key that must have signed it, as `NAME+ID+KEY`. Without it the key of this key file.
        #[arg(long)]
        key: Option<String>,
        /// Database and files.
        #[command(flatten)]
        place: Place,
    },
}

/// To what position, and where to.
#[derive(Clone, Debug, Args)]
pub struct How {
    /// Database and files.
    #[command(flatten)]
    pub place: Place,
    /// As it was known then: a log position, an instant such as 2026-03-01T09:00:00Z, or the end of a day. Now, without it.
    #[arg(long)]
    pub at: Option<String>,
    /// The file to write, one row a line. Without it only the digest is made. A file of a replay that was stopped is gone
    /// on with.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Begin the file from the start, whatever an earlier run has written.
    #[arg(long, requires = "out")]
    pub afresh: bool,
    /// Write a signed statement of the view, the position and the digest to this file.
    #[arg(long)]
    pub statement: Option<PathBuf>,
    /// Parts of the log that are read and computed at the same time, 1 to 16.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub workers: u8,
}
