//! The words of `subject-access`.

use super::Place;
use clap::Args;
use std::path::PathBuf;
use uuid::Uuid;

/// Whose copy, for whom, and what stands in it.
#[derive(Clone, Debug, Args)]
pub struct SubjectAccess {
    /// The person's id.
    #[arg(long)]
    pub person: Uuid,
    /// The file to write; readable by its owner alone. One that is there is never written over.
    #[arg(long)]
    pub out: PathBuf,
    /// Code of the organisation that answers the person.
    #[arg(long)]
    pub organisation: String,
    /// Its privacy officer, by the `user_name` of their tokens: under this name the look stands in the access log.
    #[arg(long)]
    pub user: String,
    /// A page for the person to read. Default: JSON, for the officer to look it through.
    #[arg(long)]
    pub html: bool,
    /// Leave out free text.
    #[arg(long)]
    pub withhold_notes: bool,
    /// Leave out entries that are marked for another reason than their free text.
    #[arg(long)]
    pub withhold_marked: bool,
    /// Leave out this entry, by the id of its event; may be given several times, 100 at most.
    #[arg(long = "withhold")]
    pub withhold: Vec<Uuid>,
    /// Database and files.
    #[command(flatten)]
    pub place: Place,
}
