//! Proof files (`c2sp.org/tlog-proof`): all that is needed to show that an entry is in a log, and who watched.

use crate::checkpoint::number;
use crate::note::{Note, NoteError};
use crate::tree::Hash;
use base64::{Engine as _, engine::general_purpose::STANDARD};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
/// Most hashes that a proof can have.
const MOST_HASHES: usize = 63;

/// A proof file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InclusionProof {
    /// What goes with it and is not proved by it: here the entry itself, so that one file is enough.
    pub extra: Option<Vec<u8>>,
    /// The place of the entry, from 0: its position in the log less one.
    pub index: u64,
    /// Siblings from the leaf up.
    pub hashes: Vec<Hash>,
    /// The checkpoint, with all its signatures.
    pub checkpoint: Note,
}

/// Why a file is no proof.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InclusionFormError {
    /// A line is not what it should be.
    #[error("this is no proof file: {0}")]
    Form(&'static str),
    /// The checkpoint at its end is no note.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl InclusionProof {
    /// Reads a proof file. Nothing in it is checked by that.
    ///
    /// # Errors
    /// [`InclusionFormError`].
    pub fn parse(text: &str) -> Result<Self, InclusionFormError> {
        let form = InclusionFormError::Form;
        let (head, checkpoint) = text
            .split_once("\n\n")
            .ok_or(form("there is no empty line before its checkpoint"))?;
        let mut lines = head.split('\n');
        if lines.next() != Some(FIRST_LINE) {
            return Err(form("its first line is another"));
        }
        let mut line = lines.next().ok_or(form("it has no index"))?;
        let mut extra = None;
        if let Some(text) = line.strip_prefix("extra ") {
            extra = Some(
                STANDARD
                    .decode(text)
                    .map_err(|_| form("its extra data is no base64"))?,
            );
            line = lines.next().ok_or(form("it has no index"))?;
        }
        let index = line
            .strip_prefix("index ")
            .and_then(number)
            .ok_or(form("it has no index"))?;
        let hashes = lines
            .map(|line| Hash::from_base64(line).ok_or(form("a line of it is no hash")))
            .collect::<Result<Vec<_>, _>>()?;
        if hashes.len() > MOST_HASHES {
            return Err(form("it has more than 63 hashes"));
        }
        Ok(Self {
            extra,
            index,
            hashes,
            checkpoint: Note::parse(checkpoint)?,
        })
    }
}

impl std::fmt::Display for InclusionProof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{FIRST_LINE}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{}", hash.to_base64())?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}
