//! Why a tree cannot grow: what was found altered. It never hinders the care of anybody, and it is never passed over.

/// What does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeFault {
    /// The sealed bytes of an event are not those that were hashed when it was recorded.
    #[error(
        "the stored payload of the event at position {position} is not what its hash says: the row was altered"
    )]
    Payload {
        /// Which event.
        position: u64,
    },
    /// An event is missing.
    #[error("there is no event at position {position}, although the log goes on after it")]
    Gap {
        /// Where.
        position: u64,
    },
    /// The envelope of an event cannot be read.
    #[error(
        "the event at position {position} cannot be read: a column of its row holds what was never written there"
    )]
    Unreadable {
        /// Which event.
        position: u64,
    },
    /// A row is another one than when it became a leaf.
    #[error("entry {index} of this tree is not what it was when it became a leaf: the row was altered")]
    Leaf {
        /// Which leaf, from 0.
        index: u64,
    },
    /// A row that waits for its leaf is not there.
    #[error("a row beside the log is gone that was committed and waited for its leaf")]
    RowGone,
    /// The kept tree contradicts itself.
    #[error("the kept hashes of the tree contradict each other: they were altered")]
    Hashes,
    /// A checkpoint that was signed is not one of this tree.
    #[error(
        "the checkpoint of {size} entries that was signed is not one of this tree: what is here is not what it was. \
         Nothing is signed over it"
    )]
    Fork {
        /// Of how many entries.
        size: u64,
    },
    /// There is less than was signed.
    #[error(
        "a checkpoint of {signed} entries was signed, and only {there} are here: the database was put back to an older \
         state. Nothing is signed over it"
    )]
    RolledBack {
        /// Entries of the checkpoint.
        signed: u64,
        /// Entries that are here.
        there: u64,
    },
    /// The checkpoint beside the key file is not one of this log.
    #[error(
        "the checkpoint file {0} holds no checkpoint of this log by its key. Where the log's name was changed on purpose, \
         move the file away"
    )]
    Foreign(String),
    /// The file cannot be read or written.
    #[error("the checkpoint file {path} cannot be {action}")]
    File {
        /// Which.
        path: String,
        /// What was tried.
        action: &'static str,
    },
}

impl TreeFault {
    /// The position of the event that is altered or missing, where it is one event of the log.
    #[must_use]
    pub fn position(&self) -> Option<u64> {
        match self {
            Self::Payload { position } | Self::Gap { position } | Self::Unreadable { position } => {
                Some(*position)
            }
            _ => None,
        }
    }
}
