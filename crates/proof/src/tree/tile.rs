//! Tiles: how the hashes of a tree lie in files (`c2sp.org/tlog-tiles`).

use super::{Hash, Subtree, node_hash};
use std::collections::BTreeSet;
use std::fmt;

/// Levels of the tree in one tile.
pub const TILE_HEIGHT: u8 = 8;
/// Hashes in a full tile.
pub const TILE_WIDTH: u64 = 256;
/// Highest level that an address may name.
const HIGHEST_LEVEL: u8 = 63;

/// Where a tile of hashes, or a bundle of entries, lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileAddress {
    /// Level of the tile; none for a bundle of entries.
    pub level: Option<u8>,
    /// Its place in its level, from 0.
    pub index: u64,
    /// How many hashes or entries it holds: 1 to 256, and 256 is a full one.
    pub width: u16,
}

/// Why a path is no tile's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not the path of a tile; one looks like tile/0/x001/234 or tile/entries/005.p/17")]
pub struct TilePathError;

impl TileAddress {
    /// The path under the log's prefix, without a slash before it.
    ///
    /// ```
    /// use throughcare_proof::tree::TileAddress;
    /// let tile = TileAddress { level: Some(0), index: 1_234_067, width: 256 };
    /// assert_eq!(tile.to_string(), "tile/0/x001/x234/067");
    /// let bundle = TileAddress { level: None, index: 5, width: 17 };
    /// assert_eq!(bundle.to_string(), "tile/entries/005.p/17");
    /// ```
    #[must_use]
    pub fn path(&self) -> String {
        self.to_string()
    }

    /// Reads the path back; no other way of writing it is taken.
    ///
    /// # Errors
    /// [`TilePathError`].
    pub fn parse(path: &str) -> Result<Self, TilePathError> {
        let (place, width) = match path.split_once(".p/") {
            Some((place, width)) => (place, width.parse().map_err(|_| TilePathError)?),
            None => (path, u16::try_from(TILE_WIDTH).unwrap_or(u16::MAX)),
        };
        let mut parts = place.split('/');
        if parts.next() != Some("tile") {
            return Err(TilePathError);
        }
        let level = match parts.next().ok_or(TilePathError)? {
            "entries" => None,
            level => Some(level.parse().map_err(|_| TilePathError)?),
        };
        let mut index = 0_u64;
        for part in parts {
            let group: u64 = part
                .strip_prefix('x')
                .unwrap_or(part)
                .parse()
                .map_err(|_| TilePathError)?;
            index = index
                .checked_mul(1000)
                .and_then(|index| index.checked_add(group))
                .ok_or(TilePathError)?;
        }
        let address = Self { level, index, width };
        let sound =
            level.is_none_or(|level| level <= HIGHEST_LEVEL) && (1..=TILE_WIDTH).contains(&u64::from(width));
        // What is written back must be what was read: so zeros, signs and stray parts are refused.
        if sound && address.to_string() == path {
            Ok(address)
        } else {
            Err(TilePathError)
        }
    }

    /// True when it holds as much as a tile can.
    #[must_use]
    pub fn is_full(&self) -> bool {
        u64::from(self.width) == TILE_WIDTH
    }
}

impl fmt::Display for TileAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tile/")?;
        match self.level {
            Some(level) => write!(f, "{level}/")?,
            None => f.write_str("entries/")?,
        }
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for group in groups[1..].iter().rev() {
            write!(f, "x{group:03}/")?;
        }
        write!(f, "{:03}", groups[0])?;
        if self.is_full() {
            Ok(())
        } else {
            write!(f, ".p/{}", self.width)
        }
    }
}

/// The tile of a tree of `size` leaves in which a complete subtree lies, and where in it: the first hash and how many.
#[must_use]
pub fn node_of_tile(subtree: Subtree, size: u64) -> (TileAddress, usize, usize) {
    let level = subtree.height / TILE_HEIGHT;
    let within = subtree.height % TILE_HEIGHT;
    let first = subtree.index << within;
    let tile = first / TILE_WIDTH;
    let there = (size >> (u32::from(level) * u32::from(TILE_HEIGHT))) - tile * TILE_WIDTH;
    let address = TileAddress {
        level: Some(level),
        index: tile,
        width: u16::try_from(there.min(TILE_WIDTH)).unwrap_or(u16::MAX),
    };
    let offset = usize::try_from(first % TILE_WIDTH).unwrap_or_default();
    (address, offset, 1 << within)
}

/// The tiles that answer what `ask` asks of a tree of `size` leaves. `ask` is called once and answered with zeros.
pub fn tiles_of(size: u64, ask: impl FnOnce(&mut dyn FnMut(Subtree) -> Hash)) -> BTreeSet<TileAddress> {
    let mut needed = BTreeSet::new();
    ask(&mut |subtree| {
        needed.insert(node_of_tile(subtree, size).0);
        Hash([0; 32])
    });
    needed
}

/// The root of a complete subtree from the hashes of its tile.
///
/// None where the tile has not the hashes that it should.
#[must_use]
pub fn root_within(hashes: &[Hash], offset: usize, count: usize) -> Option<Hash> {
    let mut row = hashes.get(offset..offset.checked_add(count)?)?.to_vec();
    while row.len() > 1 {
        row = row
            .chunks(2)
            .map(|pair| node_hash(&pair[0], &pair[pair.len() - 1]))
            .collect();
    }
    row.first().copied()
}
