//! The words of `report`.

use super::Place;
use clap::Args;
use std::path::PathBuf;

/// Which report.
#[derive(Clone, Debug, Args)]
pub struct Report {
    /// The area, such as E06000035.
    #[arg(long)]
    pub area: String,
    /// The calendar quarter, such as 2026Q2.
    #[arg(long)]
    pub quarter: String,
    /// As it was known, and true, at the end of this day, which is over. Yesterday, without it.
    #[arg(long)]
    pub known_at: Option<jiff::civil::Date>,
    /// The file to write.
    #[arg(long)]
    pub out: PathBuf,
    /// Show small numbers too: for those who may see people, not for a board paper.
    #[arg(long)]
    pub with_small_numbers: bool,
    /// Database and files.
    #[command(flatten)]
    pub place: Place,
}
