//! What a witness decides (`c2sp.org/tlog-witness`): it cosigns a checkpoint only when the log grew from the last one
//! that it cosigned. Pure: whoever calls it keeps what was cosigned, and must have it on disk before it answers.

use crate::checkpoint::{Checkpoint, number};
use crate::key::VerifierKey;
use crate::note::Note;
use crate::tree::{Hash, verify_consistency};

/// Most hashes in a request.
const MOST_HASHES: usize = 63;
/// Longest request in bytes: a note, and as many hashes as there may be.
pub const LONGEST_REQUEST: usize = crate::note::LONGEST + 64 * 46;

/// What a log asks with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The size that it thinks the witness cosigned last.
    pub old: u64,
    /// The proof that the new tree begins with that one.
    pub proof: Vec<Hash>,
    /// The checkpoint.
    pub note: Note,
}

/// What a witness cosigned last of a log; an empty tree when nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cosigned {
    /// The size.
    pub size: u64,
    /// The root.
    pub root: Hash,
}

impl Default for Cosigned {
    fn default() -> Self {
        Self {
            size: 0,
            root: Hash::empty_tree(),
        }
    }
}

/// Why a witness does not cosign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 400: the request is none, or its old size is above the checkpoint's.
    #[error("the request is no add-checkpoint request: {0}")]
    Form(&'static str),
    /// 404.
    #[error("this witness does not follow that log")]
    UnknownLog,
    /// 403.
    #[error("no key of that log that is known here signed the checkpoint")]
    NotSigned,
    /// 409, with the size: the old size is not the one cosigned last.
    #[error("the checkpoint cosigned last has {0} entries")]
    OtherSize(u64),
    /// 409, with the size: the same size and another root. The log has two histories.
    #[error("another tree of {0} entries was cosigned")]
    Fork(u64),
    /// 422: the tree does not begin with the one cosigned last, or that is not proved.
    #[error("the proof does not show that the log only grew")]
    Proof,
}

impl Refusal {
    /// The HTTP status that says so.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Form(_) => 400,
            Self::NotSigned => 403,
            Self::UnknownLog => 404,
            Self::OtherSize(_) | Self::Fork(_) => 409,
            Self::Proof => 422,
        }
    }

    /// Whether the log signed something that can only come of two histories or of a broken proof: worth keeping.
    #[must_use]
    pub fn is_evidence(&self) -> bool {
        matches!(self, Self::Fork(_) | Self::Proof)
    }
}

impl Request {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// [`Refusal::Form`].
    pub fn parse(body: &str) -> Result<Self, Refusal> {
        let form = Refusal::Form;
        let (head, note) = body
            .split_once("\n\n")
            .ok_or(form("there is no empty line before the checkpoint"))?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old "));
        let old = old
            .and_then(number)
            .ok_or(form("its first line is no old size"))?;
        let proof: Vec<Hash> = lines
            .map(|line| Hash::from_base64(line).ok_or(form("a line of the proof is no hash")))
            .collect::<Result<_, _>>()?;
        if proof.len() > MOST_HASHES {
            return Err(form("the proof has more than 63 hashes"));
        }
        let note = Note::parse(note).map_err(|_| form("the checkpoint is no signed note"))?;
        Ok(Self { old, proof, note })
    }

    /// The body of a request.
    #[must_use]
    pub fn body(&self) -> String {
        let mut text = format!("old {}\n", self.old);
        for hash in &self.proof {
            text.push_str(&hash.to_base64());
            text.push('\n');
        }
        format!("{text}\n{}", self.note)
    }

    /// The origin that it names, which says whose state is asked for.
    ///
    /// # Errors
    /// [`Refusal::Form`].
    pub fn checkpoint(&self) -> Result<Checkpoint, Refusal> {
        Checkpoint::parse_text(&self.note.text).map_err(|_| Refusal::Form("the checkpoint is none"))
    }

    /// Decides, in the order in which the protocol has it. What it gives must be kept before anything is answered,
    /// and no other request of that log may be decided between the two.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn decide(&self, logs: &[VerifierKey], last: Cosigned) -> Result<Cosigned, Refusal> {
        let checkpoint = self.checkpoint()?;
        let keys: Vec<VerifierKey> = logs
            .iter()
            .filter(|key| key.name() == checkpoint.origin)
            .cloned()
            .collect();
        if keys.is_empty() {
            return Err(Refusal::UnknownLog);
        }
        if self.note.verify(&keys).is_err() {
            return Err(Refusal::NotSigned);
        }
        if self.old > checkpoint.size {
            return Err(Refusal::Form("the old size is above the checkpoint's"));
        }
        if self.old != last.size {
            return Err(Refusal::OtherSize(last.size));
        }
        if self.old == checkpoint.size && last.size > 0 && last.root != checkpoint.root {
            return Err(Refusal::Fork(last.size));
        }
        if checkpoint.size == 0 && checkpoint.root != Hash::empty_tree() {
            return Err(Refusal::Proof);
        }
        verify_consistency(
            last.size,
            last.root,
            checkpoint.size,
            checkpoint.root,
            &self.proof,
        )
        .map_err(|_| Refusal::Proof)?;
        Ok(Cosigned {
            size: checkpoint.size,
            root: checkpoint.root,
        })
    }
}
