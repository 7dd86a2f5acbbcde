//! The words of `backup`.

use super::Place;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// What to do with backups.
#[derive(Clone, Debug, Args)]
pub struct Backup {
    /// What to do.
    #[command(subcommand)]
    pub action: BackupAction,
}

/// What to do with backups. They are made with PostgreSQL's own tools: see BACKUPS.md.
#[derive(Clone, Debug, Subcommand)]
pub enum BackupAction {
    /// Say whether a system that was restored is what it was: every row leads to the roots that were signed, erasures of the
    /// ledger are done again, every record has its keys, and the lists are what the log gives. Before it serves; changes
    /// nothing but that. Exit status: 0 it is; 1 it is not, and what; 3 it cannot be judged.
    Check(BackupCheck),
}

/// Which restored system, and by what it is judged.
#[derive(Clone, Debug, Args)]
pub struct BackupCheck {
    /// Database and files, as they were restored.
    #[command(flatten)]
    pub place: Place,
    /// A checkpoint of the time to which it was restored, or of before: as GET /v1/log/checkpoint gave it, as a witness
    /// keeps it, or an export (its directory). May be given several times.
    #[arg(long, required = true)]
    pub checkpoint: Vec<PathBuf>,
    /// There is no erasure ledger because nobody was ever erased.
    #[arg(long)]
    pub nobody_erased: bool,
    /// Parts of the log whose lists are computed at the same time, 1 to 16.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub workers: u8,
    /// Print what was found as JSON, and nothing else.
    #[arg(long)]
    pub json: bool,
}
