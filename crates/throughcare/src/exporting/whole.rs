//! All of a log.

use super::part::kept_root;
use super::table::Table;
use super::{BATCH, Disk, Done, Frame};
use crate::cli::Export;
use anyhow::{Context as _, Result};
use indicatif::ProgressBar;
use std::collections::BTreeMap;
use std::io;
use throughcare_proof::Hash;
use throughcare_proof::export::{EVENTS_OF_A_FILE, EventLine, KEYS, Sink as _, Writer, events_file};
use throughcare_proof::tree::{TILE_HEIGHT, TILE_WIDTH, TileAddress};
use throughcare_proof::verify::Files as _;
use throughcare_store::{SealedEvent, Store, Tree};

/// Writes tiles, entries and events up to the checkpoint's size; goes on after the files of events that are whole.
pub(super) async fn write(
    asked: &Export,
    store: &Store,
    disk: &Disk,
    frame: &Frame,
    bar: &ProgressBar,
) -> Result<Done> {
    bar.set_length(frame.size);
    bar.set_message("events written");
    let mut writer = begun(disk, frame.size)?;
    // A table is not made of parts: it begins anew with every run, and so its first part is read again.
    let mut table = asked.csv.then(|| Table::begin(&asked.out)).transpose()?;
    if let Some(table) = &mut table {
        let mut after = 0;
        while after < writer.size() {
            let upto = writer.size().min(after + BATCH);
            for event in store.sealed_events(after, upto, frame.facts).await? {
                table.add(&event)?;
            }
            after = upto;
        }
    }
    while writer.size() < frame.size {
        bar.set_position(writer.size());
        let (after, upto) = (writer.size(), frame.size.min(writer.size() + BATCH));
        let events = store.sealed_events(after, upto, frame.facts).await?;
        for (position, event) in (after + 1..).zip(&events) {
            anyhow::ensure!(
                event.position == position,
                "the event at position {position} is missing"
            );
            let (entry, line) = line(event)?;
            writer.push(&entry, Some(&line))?;
            if let Some(table) = &mut table {
                table.add(event)?;
            }
        }
        anyhow::ensure!(
            events.len() as u64 == upto - after,
            "the event at position {} is missing, although the log had {} when that was signed",
            after + events.len() as u64 + 1,
            frame.size
        );
    }
    if let Some(table) = table {
        table.end()?;
    }
    let (written, mut disk) = writer.finish()?;
    let mut files = written.files;
    let signed = frame.note.as_ref().map(|(_, checkpoint)| checkpoint.root);
    if let Some(signed) = signed.filter(|signed| *signed != written.root)
        && kept_root(store, frame.size).await? == Some(signed)
    {
        bar.set_message("kept hashes written");
        kept_tiles(store, &mut disk, frame.size).await?;
    }
    if asked.with_keys {
        bar.set_message("keys and indexes written");
        let lines = beside(store).await?;
        disk.put(KEYS, &lines)?;
        files.insert(KEYS.to_owned(), Hash::of(&lines).to_hex());
    }
    frame.end(store, &disk, written.root, frame.size, files).await
}

/// Writes the hashes that the log kept in the place of those that its rows give, where these do not lead to the root that
/// was signed: then the entries show by themselves which of them is another one now.
async fn kept_tiles(store: &Store, disk: &mut Disk, size: u64) -> Result<()> {
    for level in 0..u8::MAX {
        let hashes = size
            .checked_shr(u32::from(level) * u32::from(TILE_HEIGHT))
            .unwrap_or(0);
        if hashes == 0 {
            break;
        }
        for index in 0..hashes.div_ceil(TILE_WIDTH) {
            let width = (hashes - index * TILE_WIDTH).min(TILE_WIDTH);
            let address = TileAddress {
                level: Some(level),
                index,
                width: u16::try_from(width)?,
            };
            if let Some(tile) = store.tree_tile(Tree::Log, address).await? {
                disk.put(&address.path(), &tile)?;
            }
        }
    }
    Ok(())
}

/// An event's entry and line.
pub(super) fn line(event: &SealedEvent) -> Result<(Vec<u8>, EventLine<'static>)> {
    let entry = event.record.to_bytes();
    let mut line = EventLine::new(
        event.position,
        entry.clone(),
        &event.case,
        event.identity.as_deref(),
    )
    .context("a record is no text")?;
    line.facts.clone_from(&event.facts);
    Ok((entry, line))
}

/// A writer that goes on after the last file of events before which nothing is missing.
fn begun(disk: &Disk, size: u64) -> Result<Writer<Disk>> {
    let mut files = BTreeMap::new();
    let mut leaves = Vec::new();
    for number in 0..size / EVENTS_OF_A_FILE {
        let path = events_file(number);
        let Some(lines) = disk.get(&path)? else { break };
        let tiles = EVENTS_OF_A_FILE / TILE_WIDTH;
        let of_file: Option<Vec<Hash>> = (number * tiles..(number + 1) * tiles)
            .map(|index| tile(disk, index))
            .collect::<io::Result<Option<Vec<_>>>>()?
            .map(|tiles| tiles.into_iter().flatten().collect());
        let Some(of_file) = of_file else { break };
        leaves.extend(of_file);
        files.insert(path, Hash::of(&lines).to_hex());
    }
    Ok(Writer::go_on(disk.clone(), files, leaves.into_iter().map(Ok))?)
}

/// The leaves of a full tile whose entries are there, too.
fn tile(disk: &Disk, index: u64) -> io::Result<Option<Vec<Hash>>> {
    let mut address = TileAddress {
        level: Some(0),
        index,
        width: 256,
    };
    let tile = disk.read(&address.path())?.filter(|tile| tile.len() == 256 * 32);
    address.level = None;
    let entries = disk.read(&address.path())?;
    Ok(tile.zip(entries).map(|(tile, _)| {
        tile.chunks_exact(32)
            .filter_map(|hash| hash.try_into().ok().map(Hash))
            .collect()
    }))
}

/// Wrapped keys and what stands beside the log: each line names its table.
async fn beside(store: &Store) -> Result<Vec<u8>> {
    let mut lines = Vec::new();
    for table in Store::beside_tables() {
        for page in 0.. {
            let rows = store.beside(table, page).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                lines.extend_from_slice(format!("{{\"table\":\"{table}\",\"row\":{row}}}\n").as_bytes());
            }
        }
    }
    Ok(lines)
}
