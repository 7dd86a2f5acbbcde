//! One file's worth of entries: read, hashed and compared, by itself, on whichever thread.

use super::scan::{Scanned, scan};
use super::{ERASURE, Fault, Files};
use crate::bundle;
use crate::export::{EVENTS_OF_A_FILE, EventLine, Manifest, events_file, payload_hash};
use crate::tree::{Hash, TILE_WIDTH, TileAddress, leaf_hash, node_hash};
use std::io;

/// What one entry means for those after it.
pub(super) struct Item {
    pub event: u128,
    pub stream: u128,
    pub version: u32,
    pub recorded: [u8; 27],
    pub erasure: bool,
}

impl Item {
    pub(super) fn of(scanned: &Scanned<'_>) -> Self {
        Self {
            event: scanned.event,
            stream: scanned.stream,
            version: scanned.version,
            recorded: scanned.recorded,
            erasure: scanned.event_type == ERASURE.as_bytes(),
        }
    }
}

/// What became of one file's worth of entries.
#[derive(Default)]
pub(super) struct Chunk {
    /// The entries up to the first fault.
    pub items: Vec<Item>,
    /// The roots of its full bundles.
    pub roots: Vec<Hash>,
    /// The leaves of the last bundle, when it is not full.
    pub rest: Vec<Hash>,
    /// The first fault of the entries.
    pub fault: Option<Fault>,
    /// The first fault of the events.
    pub event_fault: Option<Fault>,
    /// That their file is not the one that the manifest names.
    pub unnamed: Option<Fault>,
    /// Events whose sealed bytes were compared.
    pub payloads: u64,
}

/// Reads the entries from `number` × 8,192 on.
pub(super) fn chunk(files: &dyn Files, manifest: &Manifest, number: u64, size: u64) -> io::Result<Chunk> {
    let first = number * EVENTS_OF_A_FILE;
    let end = size.min(first + EVENTS_OF_A_FILE);
    let mut chunk = Chunk::default();
    let mut events = Events::open(files, manifest, number, first)?;
    let mut at = first;
    while at < end {
        let width = (end - at).min(TILE_WIDTH);
        chunk.bundle(files, at, width, &mut events)?;
        if chunk.fault.is_some() {
            break;
        }
        at += width;
    }
    if let Some(events) = events {
        chunk.payloads = events.compared;
        chunk.unnamed = (!events.named).then(|| file_fault(&events.path));
        chunk.event_fault = events.ended(chunk.fault.is_none());
    } else if manifest.files.contains_key(&events_file(number)) {
        chunk.event_fault = Some(Fault::at("event", first + 1));
    }
    Ok(chunk)
}

impl Chunk {
    fn bundle(
        &mut self,
        files: &dyn Files,
        first: u64,
        width: u64,
        events: &mut Option<Events>,
    ) -> io::Result<()> {
        let mut address = TileAddress {
            level: Some(0),
            index: first / TILE_WIDTH,
            width: u16::try_from(width).unwrap_or(u16::MAX),
        };
        let tile = files.read(&address.path())?.unwrap_or_default();
        if tile.len() as u64 != width * 32 {
            self.fault = Some(Fault::at("tile", first + 1));
            return Ok(());
        }
        address.level = None;
        let bytes = files.read(&address.path())?.unwrap_or_default();
        let mut entries = bundle::entries(&bytes);
        let mut leaves = Vec::with_capacity(tile.len() / 32);
        for (position, hash) in (first + 1..).zip(tile.chunks_exact(32)) {
            let Some(Ok(entry)) = entries.next() else {
                self.fault = Some(Fault::at("missing", position));
                return Ok(());
            };
            let leaf = leaf_hash(entry);
            if leaf.0 != *hash {
                self.fault = Some(Fault::at("altered", position));
                return Ok(());
            }
            let Some(scanned) = scan(entry) else {
                self.fault = Some(Fault::at("record", position));
                return Ok(());
            };
            leaves.push(leaf);
            self.items.push(Item::of(&scanned));
            if let Some(events) = events {
                events.compare(position, entry, &scanned);
            }
        }
        if entries.next().is_some() {
            self.fault = Some(Fault::at("surplus", first + width + 1));
        }
        if width == TILE_WIDTH {
            self.roots.push(folded(leaves));
        } else {
            self.rest = leaves;
        }
        Ok(())
    }
}

/// The root over as many leaves as a power of two.
fn folded(mut row: Vec<Hash>) -> Hash {
    while row.len() > 1 {
        for place in 0..row.len() / 2 {
            row[place] = node_hash(&row[2 * place], &row[2 * place + 1]);
        }
        row.truncate(row.len() / 2);
    }
    row.first().copied().unwrap_or_else(Hash::empty_tree)
}

/// The lines of a file of events, compared one after another.
struct Events {
    bytes: Vec<u8>,
    read: usize,
    next: u64,
    compared: u64,
    fault: Option<Fault>,
    /// Whether the file is the one that the manifest names.
    named: bool,
    path: String,
}

impl Events {
    fn open(files: &dyn Files, manifest: &Manifest, number: u64, first: u64) -> io::Result<Option<Self>> {
        let path = events_file(number);
        let named = manifest.files.get(&path);
        let Some(bytes) = files.read(&path)? else {
            return Ok(None);
        };
        Ok(Some(Self {
            named: named.is_some_and(|hash| *hash == Hash::of(&bytes).to_hex()),
            bytes,
            read: 0,
            next: first + 1,
            compared: 0,
            fault: None,
            path,
        }))
    }

    fn line(&mut self) -> Option<&[u8]> {
        let rest = self.bytes.get(self.read..).filter(|rest| !rest.is_empty())?;
        let length = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
        self.read += length + 1;
        Some(&rest[..length])
    }

    fn compare(&mut self, position: u64, entry: &[u8], scanned: &Scanned<'_>) {
        if self.fault.is_some() {
            return;
        }
        self.next = position + 1;
        let fault = match self.line() {
            None => Some("event"),
            Some(line) => compare(line, position, entry, &scanned.payload),
        };
        match fault {
            Some(what) => self.fault = Some(Fault::at(what, position)),
            None => self.compared += 1,
        }
    }

    /// The first fault; a line too many is one where all entries were compared.
    fn ended(mut self, all: bool) -> Option<Fault> {
        if self.fault.is_none() && all && self.line().is_some() {
            self.fault = Some(Fault::at("surplus", self.next));
        }
        self.fault
    }
}

pub(super) fn file_fault(path: &str) -> Fault {
    Fault::new("file", format!("{path} is not the file that the manifest names."))
}

/// What is wrong with a line.
pub(super) fn compare(line: &[u8], position: u64, entry: &[u8], payload: &[u8; 32]) -> Option<&'static str> {
    let Ok(line) = serde_json::from_slice::<EventLine<'_>>(line) else {
        return Some("event");
    };
    if line.position != position || line.record.as_bytes() != entry {
        return Some("event");
    }
    let sealed = line.sealed();
    let hash = sealed.map(|(case, identity)| payload_hash(&case, identity.as_deref()));
    (hash.map(|hash| hash.0) != Some(*payload)).then_some("payload")
}
