//! Proving that nothing was altered: who keeps the trees and signs them, who watches, and what is proved to whom.
//!
//! Sources: `event-log.md`, "Tamper evidence"; `trust.md`, P9; `c2sp.org/tlog-tiles`, `tlog-checkpoint`, `tlog-proof`,
//! `tlog-witness`.

mod keeper;
mod keys;
mod read;
mod rechecks;
mod witnesses;

pub use keeper::{SIGNED_WITHIN, TreeKeeper};
pub use keys::LogKeys;
pub use read::{Drawn, EventProof, Grown, MOST_DRAWN, Tile};
pub use rechecks::{MOST_RECHECKED, RECHECKED_EVERY};
pub use throughcare_proof::tree::TileAddress;
pub use throughcare_store::Tree;
pub use witnesses::{Asked, Asking, Cosigned, Watch, WitnessLine, Witnesses};

/// A receipt promises that what was recorded is under every checkpoint that is signed this much later. A checkpoint is
/// signed within ten seconds; the rest is for a node that dies, and another that takes over. Own reading.
pub const LOGGED_WITHIN: jiff::SignedDuration = jiff::SignedDuration::from_mins(10);
