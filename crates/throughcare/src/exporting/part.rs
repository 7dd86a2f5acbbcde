//! A part of a log: a record, what an organisation recorded, a period; each event with a proof of its own.

use super::table::Table;
use super::whole::line;
use super::{BATCH, Disk, Done, Frame};
use crate::cli::Export;
use anyhow::{Context as _, Result, ensure};
use indicatif::ProgressBar;
use std::collections::BTreeMap;
use throughcare_proof::export::{EVENTS_OF_A_FILE, Sink as _, Writer, events_file, proof_file};
use throughcare_proof::inclusion::InclusionProof;
use throughcare_proof::note::Note;
use throughcare_proof::tree::{Subtree, inclusion, node_of_tile, root_within};
use throughcare_proof::verify::Files;
use throughcare_proof::{Checkpoint, Hash};
use throughcare_store::Store;

/// Hash tiles in memory: about 33 bytes an event.
type Tiles = BTreeMap<String, Vec<u8>>;

/// Writes the events and their proofs.
pub(super) async fn write(
    asked: &Export,
    store: &Store,
    disk: &Disk,
    frame: &Frame,
    bar: &ProgressBar,
) -> Result<Done> {
    let positions = positions(asked, store, frame.size).await?;
    ensure!(!positions.is_empty(), "no event of the log is of that");
    let (tiles, root) = tiles(store, frame.size, bar).await?;
    let note = match &frame.note {
        Some((text, _)) => Note::parse(text)?,
        None => {
            let checkpoint = Checkpoint {
                origin: super::NO_ORIGIN.to_owned(),
                size: frame.size,
                root,
            };
            Note::new(checkpoint.text())?
        }
    };
    bar.set_length(positions.len() as u64);
    bar.set_position(0);
    bar.set_message("events and proofs written");
    let mut disk_out = disk.clone();
    let mut table = asked.csv.then(|| Table::begin(&asked.out)).transpose()?;
    let mut files = BTreeMap::new();
    let per_file = usize::try_from(EVENTS_OF_A_FILE)?;
    for (number, some) in (0..).zip(positions.chunks(per_file)) {
        let mut lines = Vec::new();
        for event in store.sealed_events_at(some, frame.facts).await? {
            let (entry, line) = line(&event)?;
            line.write(&mut lines);
            if let Some(table) = &mut table {
                table.add(&event)?;
            }
            let proof = InclusionProof {
                extra: Some(entry),
                index: event.position - 1,
                hashes: siblings(&tiles, event.position - 1, frame.size)?,
                checkpoint: note.clone(),
            };
            disk_out.put(&proof_file(event.position), proof.to_string().as_bytes())?;
            bar.inc(1);
        }
        disk_out.put(&events_file(number), &lines)?;
        files.insert(events_file(number), Hash::of(&lines).to_hex());
    }
    if let Some(table) = table {
        table.end()?;
    }
    frame.end(store, disk, root, positions.len() as u64, files).await
}

async fn positions(asked: &Export, store: &Store, size: u64) -> Result<Vec<u64>> {
    if let Some(person) = asked.person {
        return Ok(store.positions_of_stream(person, size).await?);
    }
    if let Some(organisation) = &asked.organisation {
        let mut positions = Vec::new();
        let mut after = 0;
        while after < size {
            let upto = size.min(after + BATCH * 64);
            positions.extend(store.positions_of_organisation(organisation, after, upto).await?);
            after = upto;
        }
        return Ok(positions);
    }
    let (from, to) = (
        asked.from.context("--from is missing")?,
        asked.to.context("--to is missing")?,
    );
    let first = store.recorded_before(from, size).await? + 1;
    let last = store.recorded_before(to, size).await?;
    Ok((first..=last).collect())
}

/// The tiles of the log, computed from its rows: the one place to change where the database keeps them.
async fn tiles(store: &Store, size: u64, bar: &ProgressBar) -> Result<(Tiles, Hash)> {
    bar.set_length(size);
    bar.set_message("events hashed");
    let mut writer = Writer::new(Tiles::new());
    while writer.size() < size {
        bar.set_position(writer.size());
        let (after, upto) = (writer.size(), size.min(writer.size() + BATCH));
        let events = store.sealed_events(after, upto, false).await?;
        ensure!(
            events.len() as u64 == upto - after,
            "events after position {after} are missing"
        );
        for event in events {
            writer.push(&event.record.to_bytes(), None)?;
        }
        // The entries are not needed again.
        writer.sink().retain(|path, _| !path.starts_with("tile/entries/"));
    }
    let (written, tiles) = writer.finish()?;
    Ok((tiles, written.root))
}

fn siblings(tiles: &Tiles, index: u64, size: u64) -> Result<Vec<Hash>> {
    inclusion(index, size, &mut |subtree: Subtree| {
        let (address, offset, count) = node_of_tile(subtree, size);
        let tile = tiles.read(&address.path())?.context("a tile is missing")?;
        let hashes: Vec<Hash> = tile
            .chunks_exact(32)
            .filter_map(|hash| hash.try_into().ok().map(Hash))
            .collect();
        root_within(&hashes, offset, count).context("a tile is too short")
    })
}
