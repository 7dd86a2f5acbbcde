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
use throughcare_proof::tree::{Subtree, inclusion, leaf_hash, node_of_tile, root_within, verify_inclusion};
use throughcare_proof::verify::Files;
use throughcare_proof::{Checkpoint, Hash};
use throughcare_store::{Store, StoreError, Tree};

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
    let (mut proofs, root) = Proofs::begin(store, frame, bar).await?;
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
    let (mut files, mut fits) = (BTreeMap::new(), true);
    let per_file = usize::try_from(EVENTS_OF_A_FILE)?;
    for (number, some) in (0..).zip(positions.chunks(per_file)) {
        let mut lines = Vec::new();
        let of_some = proofs.of(store, some, frame.size, root, bar).await?;
        let events = store.sealed_events_at(some, frame.facts).await?;
        for (position, event) in some.iter().zip(&events) {
            ensure!(
                event.position == *position,
                "the event at position {position} is missing"
            );
        }
        ensure!(
            events.len() == some.len(),
            "the event at position {} is missing",
            some[events.len()]
        );
        for (event, hashes) in events.into_iter().zip(of_some) {
            let (entry, line) = line(&event)?;
            let leaf = leaf_hash(&entry);
            fits &= verify_inclusion(leaf, event.position - 1, frame.size, &hashes, root).is_ok();
            line.write(&mut lines);
            if let Some(table) = &mut table {
                table.add(&event)?;
            }
            let proof = InclusionProof {
                extra: Some(entry),
                index: event.position - 1,
                hashes,
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
    let mut done = frame
        .end(store, disk, root, positions.len() as u64, files)
        .await?;
    done.fits &= fits;
    Ok(done)
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

/// Where proofs come from.
enum Proofs {
    /// From the hashes that the log keeps: only what is asked for is read.
    Kept,
    /// From hashes computed anew of all rows: where the follower is behind, or what it keeps is not what was signed.
    Computed(Tiles),
}

impl Proofs {
    /// Which ones, and the root that they lead to.
    async fn begin(store: &Store, frame: &Frame, bar: &ProgressBar) -> Result<(Self, Hash)> {
        let signed = frame.note.as_ref().map(|(_, checkpoint)| checkpoint.root);
        if let Some(root) = kept_root(store, frame.size).await?
            && signed.is_none_or(|signed| signed == root)
        {
            return Ok((Self::Kept, root));
        }
        let (tiles, root) = tiles(store, frame.size, bar).await?;
        Ok((Self::Computed(tiles), root))
    }

    /// The proofs of some positions, in their order.
    async fn of(
        &mut self,
        store: &Store,
        positions: &[u64],
        size: u64,
        root: Hash,
        bar: &ProgressBar,
    ) -> Result<Vec<Vec<Hash>>> {
        if matches!(self, Self::Kept) {
            let indices: Vec<u64> = positions.iter().map(|position| position - 1).collect();
            if let Some(proofs) = kept(store, &indices, size, root).await? {
                return Ok(proofs);
            }
            // A kept hash was altered. The rows may be right.
            *self = Self::Computed(tiles(store, size, bar).await?.0);
        }
        match self {
            Self::Kept => Ok(Vec::new()),
            Self::Computed(tiles) => {
                let proofs = positions
                    .iter()
                    .map(|position| siblings(tiles, position - 1, size));
                proofs.collect()
            }
        }
    }
}

/// The root of the kept tree over so many entries; none where it has not as many, or contradicts itself.
pub(super) async fn kept_root(store: &Store, size: u64) -> Result<Option<Hash>> {
    let there = store.trees().await?.into_iter().find(|one| one.tree == Tree::Log);
    if there.is_none_or(|there| there.size < size) {
        return Ok(None);
    }
    match store.tree_root(Tree::Log, size).await {
        Ok(root) => Ok(Some(root)),
        Err(StoreError::Tree(_)) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// Proofs from kept hashes, each of which leads from the kept leaf to the root; none where one does not.
async fn kept(store: &Store, indices: &[u64], size: u64, root: Hash) -> Result<Option<Vec<Vec<Hash>>>> {
    let (leaves, proofs) = match store.tree_proofs(Tree::Log, indices, size).await {
        Ok(found) => found,
        Err(StoreError::Tree(_)) => return Ok(None),
        Err(other) => return Err(other.into()),
    };
    let mut each = indices.iter().zip(&leaves).zip(&proofs);
    let lead = each.all(|((index, leaf), proof)| verify_inclusion(*leaf, *index, size, proof, root).is_ok());
    Ok(lead.then_some(proofs))
}

/// The tiles of the log, computed from its rows.
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
