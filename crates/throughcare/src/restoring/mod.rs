//! Judging a system that was restored: its rows by checkpoints that were signed, its keys, erasures and lists by the log.

mod found;
mod lists;
mod rows;

pub use found::Found;

use crate::county::{bar, say};
use anyhow::{Context as _, Result};
use found::{ErasuresFound, KeysFound};
use indicatif::ProgressBar;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use throughcare_app::App;
use throughcare_app::proving::Tree;
use throughcare_domain::event::Body;
use throughcare_domain::fact::Fact;
use throughcare_proof::Checkpoint;
use throughcare_proof::export::CHECKPOINT;
use throughcare_proof::note::Note;
use throughcare_proof::verify::ERASURE;
use throughcare_store::{LogQuery, MAX_PAGE, Parts, Reach};
use uuid::Uuid;

/// What is judged, and by what.
pub struct Asked<'a> {
    /// The restored system. Opening it has done again what its ledger tells.
    pub app: &'a App,
    /// Checkpoints that somebody kept.
    pub given: Vec<Given>,
    /// Erasures of the ledger, as it was before the store was opened.
    pub ledger: Vec<Uuid>,
    /// Parts of the log whose lists are computed at the same time.
    pub workers: usize,
    /// Show no progress.
    pub quiet: bool,
}

/// A checkpoint that somebody kept, signed by this log.
#[derive(Clone, Debug)]
pub struct Given {
    /// Where it stands.
    pub file: PathBuf,
    /// Of which tree.
    pub tree: Tree,
    /// What it says.
    pub checkpoint: Checkpoint,
}

/// Reads checkpoints, each of which this log's key must have signed.
///
/// # Errors
/// With a sentence that says which file is none.
pub fn given(app: &App, files: &[PathBuf]) -> Result<Vec<Given>> {
    files.iter().map(|file| read(app, file)).collect()
}

fn read(app: &App, file: &Path) -> Result<Given> {
    let file = if file.is_dir() {
        file.join(CHECKPOINT)
    } else {
        file.to_owned()
    };
    let text =
        std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    let note = Note::parse(&text).with_context(|| format!("{} is no checkpoint", file.display()))?;
    let by = |tree| Checkpoint::open(&note, app.log_keys().verifier(tree)).map(|read| (tree, read));
    let (tree, checkpoint) = by(Tree::Log).or_else(|_| by(Tree::Beside)).with_context(|| {
        format!(
            "{} is not signed by this log ({}) with the key of this key file; give the name that the log had with \
             --log-origin",
            file.display(),
            app.log_keys().origin()
        )
    })?;
    Ok(Given {
        file,
        tree,
        checkpoint,
    })
}

/// Judges a restored system.
///
/// # Errors
/// When something cannot be read; what does not fit is in the answer.
pub async fn check(asked: Asked<'_>) -> Result<Found> {
    let store = asked.app.store();
    let head = store.head().await?.position;
    let mut found = Found {
        position: head,
        recorded_at: store.recorded_at(head).await?,
        ..Found::default()
    };
    for tree in Tree::ALL {
        rows::check(&asked, tree, &mut found).await?;
    }
    erasures(&asked, head, &mut found).await?;
    keys(&asked, &mut found).await?;
    lists::check(&asked, &mut found).await?;
    Ok(found)
}

/// What the log tells of erasures must be in the ledger: otherwise that is a copy from before, and lacks later ones too.
async fn erasures(asked: &Asked<'_>, head: u64, found: &mut Found) -> Result<()> {
    let store = asked.app.store();
    let mut told = BTreeSet::new();
    let mut after = 0;
    loop {
        let query = LogQuery {
            after,
            upto: Some(head),
            limit: MAX_PAGE,
            types: vec![ERASURE.to_owned()],
            kind: None,
            parts: Parts::Case,
        };
        let events = store.read_log(&Reach::EVERYBODY, &query).await?;
        let Some(last) = events.last() else { break };
        after = last.envelope.position;
        told.extend(events.iter().filter_map(|event| match &event.body {
            Body::Fact(Fact::PersonErased(erased)) => Some(erased.erasure.0),
            _ => None,
        }));
    }
    let missing = told.iter().filter(|one| !asked.ledger.contains(one)).count();
    if missing > 0 {
        found.faults.push(format!(
            "The erasure ledger is older than this database: it lacks {missing} erasures of which the log tells, and may lack \
             later ones. Put its newest copy back, and check again."
        ));
    }
    found.erasures = Some(ErasuresFound {
        in_ledger: asked.ledger.len() as u64,
        in_log: told.len() as u64,
        done_again: store.erased_again() as u64,
    });
    Ok(())
}

/// Every record has keys, and they open; or a tombstone says that they were destroyed.
async fn keys(asked: &Asked<'_>, found: &mut Found) -> Result<()> {
    let shown = Shown::begin(asked.quiet, 0, "records whose keys were tried");
    let standing = asked.app.store().keys_standing(|done| shown.at(done)).await?;
    shown.end();
    if standing.lost > 0 {
        found.faults.push(format!(
            "{} records have lost their keys: the key store is older than the database, or another one's. Nobody can read \
             them. Restore the key store to the same time or a later one.",
            standing.lost
        ));
    }
    if standing.shut > 0 {
        found.faults.push(format!(
            "The keys of {} records do not open by this key file. Put the key file back that was in use at that time.",
            standing.shut
        ));
    }
    found.keys = Some(KeysFound {
        records: standing.records,
        lost: standing.lost,
        shut: standing.shut,
    });
    Ok(())
}

/// How far a part is: a bar, or now and then a line; nothing for who wants JSON.
struct Shown(Option<ProgressBar>);

impl Shown {
    fn begin(quiet: bool, length: u64, what: &'static str) -> Self {
        Self((!quiet).then(|| bar(length, what)))
    }

    fn at(&self, done: u64) {
        if let Some(bar) = &self.0 {
            bar.set_position(done);
            say(bar);
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
