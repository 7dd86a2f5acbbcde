//! The hash tiles above the lowest level, and roots and leaves as the tiles have them.

use super::{Fault, Files};
use crate::tree::{Hash, Subtree, TILE_HEIGHT, TILE_WIDTH, TileAddress, node_of_tile, root, root_within};
use std::io;

/// The hashes of every level above the lowest, as they follow from the entries: level 1 first.
#[derive(Default)]
pub(super) struct Upper(Vec<Vec<Hash>>);

impl Upper {
    /// The next hash of a level, counted from that above the lowest.
    pub(super) fn learn(&mut self, level: u8, hash: Hash) {
        if self.0.len() <= usize::from(level) {
            self.0.push(Vec::new());
        }
        self.0[usize::from(level)].push(hash);
    }

    /// The first tile that is not as it should be.
    pub(super) fn compare(&self, files: &dyn Files, size: u64) -> io::Result<Option<Fault>> {
        for (level, hashes) in (1_u8..).zip(&self.0) {
            for (index, row) in (0_u64..).zip(hashes.chunks(256)) {
                let address = TileAddress {
                    level: Some(level),
                    index,
                    width: u16::try_from(row.len()).unwrap_or(u16::MAX),
                };
                let tile = files.read(&address.path())?.unwrap_or_default();
                let differs = |(place, hash): (u64, &Hash)| {
                    let from = usize::try_from(place * 32).unwrap_or(usize::MAX);
                    (tile.get(from..from.saturating_add(32)) != Some(&hash.0[..])).then_some(place)
                };
                let first = (0_u64..).zip(row).find_map(differs);
                let first = first.or((tile.len() != row.len() * 32).then_some(0));
                if let Some(place) = first {
                    let span = u32::from(level) * u32::from(TILE_HEIGHT);
                    let from = (index * TILE_WIDTH + place) << span;
                    return Ok(Some(Fault::between(
                        "tile",
                        from + 1,
                        (from + (1 << span)).min(size),
                        "The hashes of the log are missing or disagree.",
                    )));
                }
            }
        }
        Ok(None)
    }
}

/// Why a root cannot be made from tiles.
pub(super) enum NoRoot {
    /// A tile is missing or too short: the first position below it.
    Tile(u64),
    /// A file cannot be read.
    Io(io::Error),
}

/// The root of the first `old` leaves, from the tiles of a tree of `size`.
pub(super) fn root_at(files: &dyn Files, size: u64, old: u64) -> Result<Hash, NoRoot> {
    root(old, &mut |subtree: Subtree| {
        let (address, offset, count) = node_of_tile(subtree, size);
        let tile = files
            .read(&address.path())
            .map_err(NoRoot::Io)?
            .unwrap_or_default();
        let missing = NoRoot::Tile((subtree.index << subtree.height) + 1);
        let hashes: Vec<_> = tile.chunks_exact(32).filter_map(hash).collect();
        root_within(&hashes, offset, count).ok_or(missing)
    })
}

/// The lowest tile with the leaf `first`, a multiple of 256, of a tree of `size`.
pub(super) fn leaves(files: &dyn Files, size: u64, first: u64) -> io::Result<Vec<Hash>> {
    let address = TileAddress {
        level: Some(0),
        index: first / TILE_WIDTH,
        width: u16::try_from((size - first).min(TILE_WIDTH)).unwrap_or(u16::MAX),
    };
    let tile = files.read(&address.path())?.unwrap_or_default();
    Ok(tile.chunks_exact(32).filter_map(hash).collect())
}

fn hash(bytes: &[u8]) -> Option<Hash> {
    bytes.try_into().map(Hash).ok()
}
