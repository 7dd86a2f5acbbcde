//! Writing the files that hold all of a log: tiles, entries and events, as the events come in order.

use super::EventLine;
use crate::bundle::{self, BundleError};
use crate::tree::{Frontier, Hash, TILE_HEIGHT, TILE_WIDTH, TileAddress, leaf_hash};
use std::collections::BTreeMap;
use std::io;

/// Events in one file of `events/`.
pub const EVENTS_OF_A_FILE: u64 = 8_192;

/// Where files are put.
pub trait Sink {
    /// Puts a file there, in the place of one of the same path.
    ///
    /// # Errors
    /// When it cannot be written.
    fn put(&mut self, path: &str, bytes: &[u8]) -> io::Result<()>;
}

impl Sink for BTreeMap<String, Vec<u8>> {
    fn put(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.insert(path.to_owned(), bytes.to_vec());
        Ok(())
    }
}

/// The path of a file of `events/`, by its number from 0.
#[must_use]
pub fn events_file(number: u64) -> String {
    format!("events/{number:06}.ndjson")
}

/// Writes an export of all of a log.
pub struct Writer<S> {
    sink: S,
    tree: Frontier,
    /// The hashes of each level's last tile.
    rows: Vec<Vec<Hash>>,
    bundle: Vec<u8>,
    lines: Vec<u8>,
    files: BTreeMap<String, String>,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// How many events.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// SHA-256 of each file of events.
    pub files: BTreeMap<String, String>,
}

impl<S: Sink> Writer<S> {
    /// Begins at the first event.
    pub fn new(sink: S) -> Self {
        Self {
            sink,
            tree: Frontier::default(),
            rows: Vec::new(),
            bundle: Vec::new(),
            lines: Vec::new(),
            files: BTreeMap::new(),
        }
    }

    /// Goes on after whole files of events, whose hashes `files` names, given the leaves that stand in them.
    ///
    /// # Errors
    /// As [`Writer::push`].
    pub fn go_on(
        sink: S,
        files: BTreeMap<String, String>,
        leaves: impl IntoIterator<Item = io::Result<Hash>>,
    ) -> io::Result<Self> {
        let mut writer = Self::new(sink);
        for leaf in leaves {
            writer.add(leaf?)?;
        }
        writer.files = files;
        Ok(writer)
    }

    /// How many events there are by now.
    pub fn size(&self) -> u64 {
        self.tree.size()
    }

    /// The root over them by now.
    pub fn root(&self) -> Hash {
        self.tree.root()
    }

    /// The hashes of the files of events that are finished.
    pub fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// The sink, for other files.
    pub fn sink(&mut self) -> &mut S {
        &mut self.sink
    }

    /// Adds the next event; its line too, unless only the tree is wanted.
    ///
    /// # Errors
    /// Those of the sink, and an entry that is too long for a bundle.
    pub fn push(&mut self, entry: &[u8], line: Option<&EventLine<'_>>) -> io::Result<()> {
        let index = self.tree.size();
        bundle::add(&mut self.bundle, entry).map_err(|error: BundleError| io::Error::other(error))?;
        if let Some(line) = line {
            line.write(&mut self.lines);
        }
        self.add(leaf_hash(entry))?;
        if (index + 1).is_multiple_of(TILE_WIDTH) {
            self.end_bundle()?;
        }
        if (index + 1).is_multiple_of(EVENTS_OF_A_FILE) {
            self.end_lines()?;
        }
        Ok(())
    }

    fn add(&mut self, leaf: Hash) -> io::Result<()> {
        let (rows, sink) = (&mut self.rows, &mut self.sink);
        let mut result = Ok(());
        self.tree.push(leaf, |height, index, hash| {
            if !height.is_multiple_of(TILE_HEIGHT) || result.is_err() {
                return;
            }
            let level = height / TILE_HEIGHT;
            if rows.len() <= usize::from(level) {
                rows.push(Vec::new());
            }
            let row = &mut rows[usize::from(level)];
            row.push(hash);
            if row.len() as u64 == TILE_WIDTH {
                result = sink.put(&tile(level, index / TILE_WIDTH, row.len()), &bytes(row));
                row.clear();
            }
        });
        result
    }

    fn end_bundle(&mut self) -> io::Result<()> {
        let last = self.tree.size() - 1;
        let address = TileAddress {
            level: None,
            index: last / TILE_WIDTH,
            width: u16::try_from(last % TILE_WIDTH + 1).unwrap_or(u16::MAX),
        };
        self.sink.put(&address.path(), &self.bundle)?;
        self.bundle.clear();
        Ok(())
    }

    fn end_lines(&mut self) -> io::Result<()> {
        if self.lines.is_empty() {
            return Ok(());
        }
        let path = events_file((self.tree.size() - 1) / EVENTS_OF_A_FILE);
        self.sink.put(&path, &self.lines)?;
        self.files.insert(path, Hash::of(&self.lines).to_hex());
        self.lines.clear();
        Ok(())
    }

    /// Writes what is left: the tiles, the entries and the events that are not full.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn finish(mut self) -> io::Result<(Written, S)> {
        if !self.bundle.is_empty() {
            self.end_bundle()?;
        }
        self.end_lines()?;
        for (level, row) in (0_u8..).zip(&self.rows) {
            if !row.is_empty() {
                let complete = self.tree.size() >> (u32::from(level) * u32::from(TILE_HEIGHT));
                self.sink
                    .put(&tile(level, complete / TILE_WIDTH, row.len()), &bytes(row))?;
            }
        }
        let written = Written {
            size: self.tree.size(),
            root: self.tree.root(),
            files: self.files,
        };
        Ok((written, self.sink))
    }
}

fn tile(level: u8, index: u64, width: usize) -> String {
    let address = TileAddress {
        level: Some(level),
        index,
        width: u16::try_from(width).unwrap_or(u16::MAX),
    };
    address.path()
}

fn bytes(row: &[Hash]) -> Vec<u8> {
    row.iter().flat_map(|hash| hash.0).collect()
}
