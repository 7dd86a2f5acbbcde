//! The words of `national-return`.

use super::Place;
use clap::Args;
use std::path::PathBuf;

/// Whose return, of which month, and where it goes.
#[derive(Clone, Debug, Args)]
pub struct NationalReturn {
    /// Code of the organisation that makes the return.
    #[arg(long)]
    pub organisation: String,
    /// The month, such as 2026-06: what was true on its last day is told, as far as it is known now.
    #[arg(long)]
    pub month: String,
    /// The directory of the files; readable by its owner alone. Files that are there are never written over.
    #[arg(long)]
    pub out: PathBuf,
    /// Its privacy officer, by the `user_name` of their tokens: under this name the looks stand in the access log.
    #[arg(long)]
    pub user: String,
    /// The national code of a service, such as my-service=N0852; may be given several times. A service without one is
    /// sent under its own code.
    #[arg(long = "agency")]
    pub agencies: Vec<String>,
    /// The version of the data set. Default: the one that holds for the month.
    #[arg(long = "dataset")]
    pub version: Option<String>,
    /// Write the files and remember nothing: they are not to be sent.
    #[arg(long)]
    pub dry_run: bool,
    /// Database and files.
    #[command(flatten)]
    pub place: Place,
}
