//! The trees that prove that nothing was altered: their tiles, their checkpoints, and what their leaves are.
//!
//! A follower makes them, behind what it follows: it reads the stored bytes as they stand, hashes them again, and
//! writes tiles and edge in one transaction that compares lease and size. So appends wait for nothing, two nodes never
//! make two trees, and what was killed between two steps goes on from what is on disk.
//!
//! Sources: `event-log.md`, "Tamper evidence"; RFC 6962; `c2sp.org/tlog-tiles`.

mod beside;
mod checkpoints;
mod entries;
mod fault;
mod file;
mod grow;
mod rechecks;
mod standing;
mod state;
mod tiles;
mod walk;

pub use checkpoints::{KeptCheckpoint, NewCheckpoint, WitnessStanding};
pub use entries::Entry;
pub use fault::TreeFault;
pub use file::CheckpointFile;
pub use grow::{Grown, Growth, MOST_LEAVES};
pub use rechecks::{Difference, RECHECKS, RecheckStanding};
pub use standing::TreeStanding;
pub use state::TreeState;
pub use walk::{TreeWalk, Walked};

use crate::{Store, StoreError};
use throughcare_proof::tree::Hash;

/// The work of which a node must hold the lease to make the trees grow.
pub const TREES: &str = "trees";

/// Which tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tree {
    /// Over the log: the event at position 1 is leaf 0.
    Log,
    /// Over what stands beside it: the access log, and the acts of administrators that are no events.
    Beside,
}

impl Tree {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Log, Self::Beside];

    /// Its number in the database.
    pub(crate) fn number(self) -> i16 {
        match self {
            Self::Log => 1,
            Self::Beside => 2,
        }
    }

    /// Its name in metrics and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Beside => "looks",
        }
    }
}

impl Store {
    /// The name of this log, which stands in every checkpoint: what the settings say, or one made with the database.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn log_origin(&self) -> Result<String, StoreError> {
        if let Some(origin) = &self.inner.origin {
            return Ok(origin.clone());
        }
        let id: uuid::Uuid = sqlx::query_scalar("/* tree::origin */ SELECT id FROM log_identity")
            .fetch_one(self.pool())
            .await?;
        // A name that nobody can own (RFC 6761), so that it is never taken for an address.
        Ok(format!("throughcare.invalid/{id}"))
    }

    /// The file beside the key file in which a tree's last checkpoint is kept.
    pub fn checkpoint_file(&self, tree: Tree) -> CheckpointFile {
        CheckpointFile::beside(&self.inner.key_file, tree)
    }
}

/// Hashes one after the other.
pub(crate) fn joined(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// Hashes that stand one after the other. Bytes at the end that make no hash are left out.
pub(crate) fn split(bytes: &[u8]) -> Vec<Hash> {
    bytes.as_chunks().0.iter().map(|hash| Hash(*hash)).collect()
}
