//! Reading tiles, and what follows from them: roots, and proofs.

use super::{Tree, TreeFault, split};
use crate::{Store, StoreError};
use sqlx::Row as _;
use std::collections::{BTreeSet, HashMap};
use throughcare_proof::tree::{
    self, Hash, Subtree, TILE_WIDTH, TileAddress, node_of_tile, root_within, tiles_of,
};

/// Tiles that were read.
struct Tiles(HashMap<(u8, u64), Vec<Hash>>);

impl Tiles {
    fn node(&self, subtree: Subtree, size: u64) -> Result<Hash, StoreError> {
        let (address, offset, count) = node_of_tile(subtree, size);
        let hashes = address
            .level
            .and_then(|level| self.0.get(&(level, address.index)));
        hashes
            .and_then(|hashes| root_within(hashes, offset, count))
            .ok_or_else(|| TreeFault::Hashes.into())
    }
}

impl Store {
    /// A tile of hashes; `None` while the tree has not as many. A tile that has become wider since begins with it.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn tree_tile(&self, tree: Tree, address: TileAddress) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(level) = address.level else {
            return Ok(None);
        };
        let tiles = self.tiles(tree, &BTreeSet::from([address])).await?;
        let hashes = tiles.0.get(&(level, address.index));
        Ok(hashes
            .and_then(|hashes| hashes.get(..usize::from(address.width)))
            .map(super::joined))
    }

    async fn tiles(&self, tree: Tree, wanted: &BTreeSet<TileAddress>) -> Result<Tiles, StoreError> {
        let (levels, tiles): (Vec<i16>, Vec<i64>) = wanted
            .iter()
            .filter_map(|address| Some((i16::from(address.level?), i64::try_from(address.index).ok()?)))
            .unzip();
        let rows = sqlx::query(
            "/* tree::read_tiles */ SELECT level, tile, coalesce( \
                 (SELECT hashes FROM tree_tiles WHERE tree = $1 AND level = wanted.level AND tile = wanted.tile), \
                 (SELECT hashes FROM tree_edges WHERE tree = $1 AND level = wanted.level AND tile = wanted.tile) \
             ) AS hashes FROM unnest($2::smallint[], $3::bigint[]) AS wanted (level, tile)",
        )
        .bind(tree.number())
        .bind(levels)
        .bind(tiles)
        .fetch_all(self.pool())
        .await?;
        let mut read = HashMap::with_capacity(rows.len());
        for row in rows {
            let Some(hashes) = row.try_get::<Option<&[u8]>, _>("hashes")? else {
                continue;
            };
            let level = u8::try_from(row.try_get::<i16, _>("level")?).unwrap_or(u8::MAX);
            let tile = row.try_get::<i64, _>("tile")?.unsigned_abs();
            read.insert((level, tile), split(hashes));
        }
        Ok(Tiles(read))
    }

    /// A kept tile as it is, full or not; `None` where there is none.
    pub(super) async fn kept_tile(
        &self,
        tree: Tree,
        level: u8,
        index: u64,
    ) -> Result<Option<Vec<Hash>>, StoreError> {
        let address = TileAddress {
            level: Some(level),
            index,
            width: 256,
        };
        let mut tiles = self.tiles(tree, &BTreeSet::from([address])).await?;
        Ok(tiles.0.remove(&(level, index)))
    }

    /// The kept leaves from one on, `count` of them or as many as there are.
    pub(super) async fn kept_leaves(
        &self,
        tree: Tree,
        from: u64,
        count: u64,
    ) -> Result<Vec<Hash>, StoreError> {
        if count == 0 {
            return Ok(Vec::new());
        }
        let (first, last) = (from / TILE_WIDTH, (from + count - 1) / TILE_WIDTH);
        let wanted = (first..=last).map(|index| TileAddress {
            level: Some(0),
            index,
            width: 256,
        });
        let mut tiles = self.tiles(tree, &wanted.collect()).await?;
        let mut leaves = Vec::new();
        for index in first..=last {
            // After a tile that is missing or too short nothing has its place.
            let hashes = tiles.0.remove(&(0, index)).unwrap_or_default();
            let whole = hashes.len() as u64 == TILE_WIDTH;
            leaves.extend(hashes);
            if !whole {
                break;
            }
        }
        let offset = usize::try_from(from % TILE_WIDTH).unwrap_or_default();
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        Ok(leaves.into_iter().skip(offset).take(count).collect())
    }

    /// The hash of a leaf; `None` when the tree has not as many.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn tree_leaf(&self, tree: Tree, index: u64) -> Result<Option<Hash>, StoreError> {
        let address = TileAddress {
            level: Some(0),
            index: index / TILE_WIDTH,
            width: u16::try_from(index % TILE_WIDTH + 1).unwrap_or(u16::MAX),
        };
        let tile = self.tree_tile(tree, address).await?;
        Ok(tile.and_then(|tile| split(&tile).last().copied()))
    }

    /// The root over the first `size` leaves, which must be there.
    ///
    /// # Errors
    /// [`StoreError::Tree`] when tiles are missing; [`StoreError`] when the database cannot answer.
    pub async fn tree_root(&self, tree: Tree, size: u64) -> Result<Hash, StoreError> {
        let needed = tiles_of(size, |ask| {
            let _ = tree::root::<()>(size, &mut |subtree| Ok(ask(subtree)));
        });
        let tiles = self.tiles(tree, &needed).await?;
        tree::root(size, &mut |subtree| tiles.node(subtree, size))
    }

    /// The proof that a leaf is in the tree over the first `size`.
    ///
    /// # Errors
    /// As [`Store::tree_root`].
    pub async fn tree_inclusion(&self, tree: Tree, index: u64, size: u64) -> Result<Vec<Hash>, StoreError> {
        let mut all = self.tree_inclusions(tree, &[index], size).await?;
        Ok(all.pop().unwrap_or_default())
    }

    /// The same of several leaves.
    ///
    /// # Errors
    /// As [`Store::tree_root`].
    pub async fn tree_inclusions(
        &self,
        tree: Tree,
        indices: &[u64],
        size: u64,
    ) -> Result<Vec<Vec<Hash>>, StoreError> {
        let needed = tiles_of(size, |ask| {
            for index in indices {
                let _ = tree::inclusion::<()>(*index, size, &mut |subtree| Ok(ask(subtree)));
            }
        });
        let tiles = self.tiles(tree, &needed).await?;
        indices
            .iter()
            .map(|index| tree::inclusion(*index, size, &mut |subtree| tiles.node(subtree, size)))
            .collect()
    }

    /// Some leaves as they are kept, with the proof of each that it is in the tree over the first `size`.
    ///
    /// # Errors
    /// As [`Store::tree_root`].
    pub async fn tree_proofs(
        &self,
        tree: Tree,
        indices: &[u64],
        size: u64,
    ) -> Result<(Vec<Hash>, Vec<Vec<Hash>>), StoreError> {
        let leaf = |index: u64| Subtree { height: 0, index };
        let needed = tiles_of(size, |ask| {
            for index in indices {
                ask(leaf(*index));
                let _ = tree::inclusion::<()>(*index, size, &mut |subtree| Ok(ask(subtree)));
            }
        });
        let tiles = self.tiles(tree, &needed).await?;
        let node = |subtree| tiles.node(subtree, size);
        let leaves = indices
            .iter()
            .map(|index| node(leaf(*index)))
            .collect::<Result<_, _>>()?;
        let proofs = indices
            .iter()
            .map(|index| tree::inclusion(*index, size, &mut |subtree| tiles.node(subtree, size)));
        Ok((leaves, proofs.collect::<Result<_, _>>()?))
    }

    /// The proof that the tree over the first `new` leaves begins with that over the first `old`.
    ///
    /// # Errors
    /// As [`Store::tree_root`].
    pub async fn tree_consistency(&self, tree: Tree, old: u64, new: u64) -> Result<Vec<Hash>, StoreError> {
        let needed = tiles_of(new, |ask| {
            let _ = tree::consistency::<()>(old, new, &mut |subtree| Ok(ask(subtree)));
        });
        let tiles = self.tiles(tree, &needed).await?;
        tree::consistency(old, new, &mut |subtree| tiles.node(subtree, new))
    }
}
