//! Writing an export: the files that `throughcare verify` and others read (`throughcare_proof::export`).

mod back;
mod disk;
mod part;
mod table;
mod whole;

pub use back::import;
pub use disk::Disk;

use crate::cli::Export;
use anyhow::{Context as _, Result, bail, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use throughcare_app::{Clock as _, SystemClock};
use throughcare_domain::event::Body;
use throughcare_domain::fact::Fact;
use throughcare_proof::Checkpoint;
use throughcare_proof::export::{ERASED, ErasedLine, FORMAT, MANIFEST, Manifest, Sink as _};
use throughcare_proof::verify::ERASURE;
use throughcare_store::{LogQuery, MAX_PAGE, Parts, Reach, Store, Tree};

/// Says what an unfinished export is of, so that no other one is gone on with.
const UNFINISHED: &str = "unfinished";
/// Events read by one statement.
const BATCH: u64 = 8_192;
/// The origin of what no log signed.
const NO_ORIGIN: &str = "unsigned.invalid/log";

/// The log as it is exported: how far, and what says so.
struct Frame {
    size: u64,
    /// The signed checkpoint; none with `--unsigned`.
    note: Option<(String, Checkpoint)>,
    scope: String,
    facts: bool,
}

/// What was written.
pub struct Done {
    /// How many events.
    pub events: u64,
    /// Of how many.
    pub size: u64,
    /// Whether a signed checkpoint is with them.
    pub signed: bool,
    /// Whether the events lead to the root that was signed.
    pub fits: bool,
}

/// Writes an export, or goes on with one.
///
/// # Errors
/// With a sentence that says what to do.
pub async fn export(asked: &Export, store: &Store) -> Result<Done> {
    let disk = Disk::at(&asked.out)?;
    ensure!(
        disk.get(MANIFEST)?.is_none(),
        "{} holds a finished export; name another directory with --out",
        asked.out.display()
    );
    let frame = frame(asked, store, &disk).await?;
    let bar = bar();
    let done = if asked.all {
        whole::write(asked, store, &disk, &frame, &bar).await
    } else {
        part::write(asked, store, &disk, &frame, &bar).await
    };
    bar.finish_and_clear();
    let done = done?;
    disk.remove(UNFINISHED)?;
    Ok(done)
}

/// What is exported. Gone on with is only the same, at the same checkpoint.
async fn frame(asked: &Export, store: &Store, disk: &Disk) -> Result<Frame> {
    let scope = scope(asked)?;
    let first = format!(
        "{scope} facts={} keys={}\n",
        asked.with_case_facts, asked.with_keys
    );
    let begun = disk.get(UNFINISHED)?.map(String::from_utf8).transpose()?;
    let text = match begun {
        Some(text) => text.strip_prefix(&first).map(str::to_owned).with_context(|| {
            format!(
                "{} holds another export that was not finished: name another directory, or remove this one",
                asked.out.display()
            )
        })?,
        None => {
            let text = match store.newest_checkpoint(Tree::Log).await? {
                _ if asked.unsigned => format!("{}\n", store.head().await?.position),
                Some(kept) => kept.note,
                None => bail!(
                    "the log has no signed checkpoint yet; `serve` signs one within seconds. With --unsigned it is \
                     exported without, and proves nothing by itself"
                ),
            };
            let mut file = disk.clone();
            file.put(UNFINISHED, format!("{first}{text}").as_bytes())?;
            text
        }
    };
    let note = throughcare_proof::note::Note::parse(&text)
        .ok()
        .and_then(|note| Checkpoint::parse_text(&note.text).ok());
    let size = match &note {
        Some(checkpoint) => checkpoint.size,
        None => text
            .trim()
            .parse()
            .context("the unfinished export is damaged: remove it")?,
    };
    Ok(Frame {
        size,
        note: note.map(|checkpoint| (text, checkpoint)),
        scope,
        facts: asked.with_case_facts,
    })
}

fn scope(asked: &Export) -> Result<String> {
    Ok(
        match (&asked.person, &asked.organisation, &asked.from, &asked.to) {
            (Some(person), ..) => format!("person {person}"),
            (_, Some(organisation), ..) => format!("organisation {organisation}"),
            (_, _, Some(from), Some(to)) => {
                ensure!(from < to, "--from must be before --to");
                format!("period {from} {to}")
            }
            _ => "all".to_owned(),
        },
    )
}

impl Frame {
    /// The last files: what was erased, the checkpoint, and the manifest, which makes the export a finished one.
    async fn end(
        &self,
        store: &Store,
        disk: &Disk,
        root: throughcare_proof::Hash,
        events: u64,
        files: std::collections::BTreeMap<String, String>,
    ) -> Result<Done> {
        let mut disk = disk.clone();
        // What does not fit is written all the same: whoever verifies it finds out where it does not.
        let (text, checkpoint) = match &self.note {
            Some((text, checkpoint)) => (text.clone(), checkpoint.clone()),
            None => {
                let checkpoint = Checkpoint {
                    origin: NO_ORIGIN.to_owned(),
                    size: self.size,
                    root,
                };
                (checkpoint.text(), checkpoint)
            }
        };
        let fits = checkpoint.root == root;
        let erased = erased(store, self.size).await?;
        if !erased.is_empty() {
            disk.put(ERASED, &erased)?;
        }
        disk.put(throughcare_proof::export::CHECKPOINT, text.as_bytes())?;
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            scope: self.scope.clone(),
            origin: checkpoint.origin,
            size: checkpoint.size,
            root: checkpoint.root.to_base64(),
            events,
            case_facts: self.facts,
            program: format!("throughcare {}", env!("CARGO_PKG_VERSION")),
            made: SystemClock.now().to_string(),
            files,
        };
        disk.put(MANIFEST, &manifest.to_bytes())?;
        Ok(Done {
            events,
            size: self.size,
            signed: self.note.is_some(),
            fits,
        })
    }
}

/// Lines for all records of which an erasure in the log tells.
async fn erased(store: &Store, upto: u64) -> Result<Vec<u8>> {
    let mut lines = Vec::new();
    let mut after = 0;
    loop {
        let query = LogQuery {
            after,
            upto: Some(upto),
            limit: MAX_PAGE,
            types: vec![ERASURE.to_owned()],
            kind: None,
            parts: Parts::Case,
        };
        let events = store.read_log(&Reach::EVERYBODY, &query).await?;
        let Some(last) = events.last() else {
            return Ok(lines);
        };
        after = last.envelope.position;
        for event in &events {
            let Body::Fact(Fact::PersonErased(erased)) = &event.body else {
                continue;
            };
            for record in &erased.records {
                let line = ErasedLine {
                    stream: record.0,
                    tombstone: event.envelope.id.0,
                    position: event.envelope.position,
                };
                serde_json::to_writer(&mut lines, &line)?;
                lines.push(b'\n');
            }
        }
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::no_length();
    let style = ProgressStyle::with_template(
        "{bar:30} {human_pos:>11} of {human_len} {msg} ({elapsed}, {eta} to go)",
    );
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}
