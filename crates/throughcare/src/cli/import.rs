//! The words of `import`.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Send the rows of a file to a server, part by part, and write down what became of each.
#[derive(Clone, Debug, Args)]
pub struct ImportFile {
    /// The file: `.csv` with a line of headings, or `.ndjson` with one JSON object a line.
    pub file: PathBuf,
    /// What the rows are.
    #[arg(long, value_enum)]
    pub kind: ImportKind,
    /// The system from which they come. With a row's reference it names the row for good, so that nothing is recorded
    /// twice.
    #[arg(long)]
    pub system: String,
    /// Where the server answers.
    #[arg(long, env = "THROUGHCARE_URL", default_value = "http://127.0.0.1:4000")]
    pub url: String,
    /// A file with the token of the system that imports.
    #[arg(long, env = "THROUGHCARE_TOKEN_FILE")]
    pub token_file: PathBuf,
    /// Only try the rows: everything is judged, nothing is recorded.
    #[arg(long)]
    pub dry_run: bool,
    /// Where to write what became of each row. Default: the file's name with `.report.csv` after it, or
    /// `.dry-run.csv`.
    #[arg(long)]
    pub report: Option<PathBuf>,
    /// Go on after the last row of the report.
    #[arg(long)]
    pub resume: bool,
}

/// What the rows of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ImportKind {
    /// Referrals, as `POST /v1/referrals` takes them.
    Referrals,
    /// Movements by prisoner number, as `POST /v1/custody-movements` takes them.
    CustodyMovements,
    /// Episodes of one of your services, with the referral that they began with.
    Episodes,
}

impl ImportKind {
    /// Its name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Referrals => "referrals",
            Self::CustodyMovements => "custody-movements",
            Self::Episodes => "episodes",
        }
    }
}
