//! Putting an export of all of a log into an empty system with the same key file: the same events at the same
//! positions, recorded when they were recorded, so that every view computed from them is the same.

use super::{BATCH, Disk, bar};
use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use std::path::Path;
use throughcare_proof::export::{EventLine, KEYS, MANIFEST, Manifest, Scope, events_file};
use throughcare_proof::record::EventRecord;
use throughcare_proof::verify::Files as _;
use throughcare_store::{SealedEvent, Store};

/// Rows of a table put back by one statement.
const ROWS: usize = 2_000;

#[derive(Deserialize)]
struct Beside {
    table: String,
    row: serde_json::Value,
}

/// Imports; an import that was stopped goes on. Answers how many events there are then.
///
/// # Errors
/// With a sentence that says what to do.
pub async fn import(directory: &Path, store: &Store) -> Result<u64> {
    ensure!(
        directory.is_dir(),
        "{} is no directory: name the one of an export",
        directory.display()
    );
    let disk = Disk::at(directory)?;
    let manifest = disk
        .get(MANIFEST)?
        .context("the export is not finished: it has no manifest.json")?;
    let manifest: Manifest = serde_json::from_slice(&manifest).context("the manifest cannot be read")?;
    ensure!(
        manifest.scope() == Some(Scope::All) && manifest.files.contains_key(KEYS),
        "only an export of all of a log with its keys can be imported: `export --all --with-keys`"
    );
    let head = store.head().await?.position;
    ensure!(
        head <= manifest.size,
        "the system is not empty: it has {head} events, and the export has {}",
        manifest.size
    );
    same_beginning(&disk, store, head).await?;
    // Keys first: an event without its key could never be read.
    beside(&disk, store).await?;
    let bar = bar();
    bar.set_length(manifest.size);
    bar.set_message("events imported");
    for number in 0..manifest.size.div_ceil(BATCH) {
        let path = events_file(number);
        let lines = disk.get(&path)?.with_context(|| format!("{path} is missing"))?;
        let events = events(&lines).with_context(|| format!("{path} cannot be read"))?;
        let new: Vec<_> = events.into_iter().filter(|event| event.position > head).collect();
        store.import_events(&new).await?;
        bar.set_position((number + 1) * BATCH);
    }
    bar.finish_and_clear();
    Ok(store.head().await?.position)
}

/// What is there already must be the beginning of what is imported.
async fn same_beginning(disk: &Disk, store: &Store, head: u64) -> Result<()> {
    if head == 0 {
        return Ok(());
    }
    let path = events_file((head - 1) / BATCH);
    let lines = disk.get(&path)?.with_context(|| format!("{path} is missing"))?;
    let there = store.sealed_events(head - 1, head, false).await?;
    let same = events(&lines)?
        .iter()
        .any(|event| event.position == head && there.iter().any(|there| there.record == event.record));
    ensure!(
        same,
        "the system is not empty: it has other events than the export. Import into one that has none"
    );
    Ok(())
}

fn events(lines: &[u8]) -> Result<Vec<SealedEvent>> {
    let mut events = Vec::new();
    for line in lines.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        let line: EventLine<'_> = serde_json::from_slice(line)?;
        let (case, identity) = line.sealed().context("a sealed part is not in base64")?;
        events.push(SealedEvent {
            position: line.position,
            record: EventRecord::parse(line.record.as_bytes())?,
            case,
            identity,
            facts: None,
        });
    }
    Ok(events)
}

async fn beside(disk: &Disk, store: &Store) -> Result<()> {
    let lines = disk.read(KEYS)?.with_context(|| format!("{KEYS} is missing"))?;
    let mut waiting: (String, Vec<String>) = Default::default();
    for line in lines.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        let line: Beside =
            serde_json::from_slice(line).with_context(|| format!("a line of {KEYS} cannot be read"))?;
        if line.table != waiting.0 || waiting.1.len() == ROWS {
            put(store, &mut waiting).await?;
            waiting.0 = line.table;
        }
        waiting.1.push(line.row.to_string());
    }
    put(store, &mut waiting).await
}

async fn put(store: &Store, waiting: &mut (String, Vec<String>)) -> Result<()> {
    if !waiting.1.is_empty() {
        store.put_beside(&waiting.0, &waiting.1).await?;
        waiting.1.clear();
    }
    Ok(())
}
