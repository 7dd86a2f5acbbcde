//! The Merkle tree of RFC 6962, section 2.1, over SHA-256.

mod frontier;
mod hash;
mod paths;
mod tile;
mod verify;

pub use frontier::Frontier;
pub use hash::{Hash, leaf_hash, node_hash};
pub use paths::{Subtree, consistency, inclusion, root};
pub use tile::{TILE_HEIGHT, TILE_WIDTH, TileAddress, TilePathError, node_of_tile, root_within, tiles_of};
pub use verify::{ProofError, verify_consistency, verify_inclusion};
