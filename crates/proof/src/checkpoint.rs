//! Checkpoints (`c2sp.org/tlog-checkpoint`): how large a log was and what its root was, signed.

use crate::key::{SigningKey, VerifierKey};
use crate::note::{Note, NoteError};
use crate::tree::Hash;

/// What a checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// How many entries it had.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
}

/// Why a note is no checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// It is no note, or nobody trusted signed it.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Its text is not that of a checkpoint.
    #[error("this is no checkpoint: {0}")]
    Form(&'static str),
    /// It is of another log.
    #[error("this checkpoint is of the log {0}")]
    Origin(String),
}

impl Checkpoint {
    /// The text that is signed: origin, size and root, a line each. Checkpoints made here have no other lines.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root.to_base64())
    }

    /// Reads the text of a note. Lines after the third are allowed, and say nothing.
    ///
    /// # Errors
    /// [`CheckpointError::Form`].
    pub fn parse_text(text: &str) -> Result<Self, CheckpointError> {
        let form = CheckpointError::Form;
        let lines = text
            .strip_suffix('\n')
            .ok_or(form("it does not end with a line feed"))?;
        let mut lines = lines.split('\n');
        let origin = lines
            .next()
            .filter(|it| !it.is_empty())
            .ok_or(form("it has no origin"))?;
        let size = lines
            .next()
            .and_then(number)
            .ok_or(form("its second line is no size"))?;
        let root = lines
            .next()
            .and_then(Hash::from_base64)
            .ok_or(form("its third line is no root"))?;
        if lines.any(str::is_empty) {
            return Err(form("it has an empty line"));
        }
        Ok(Self {
            origin: origin.to_owned(),
            size,
            root,
        })
    }

    /// A note of it, signed by the log's key.
    ///
    /// # Errors
    /// [`NoteError`] when the origin has characters that no note may have.
    pub fn sign(&self, key: &SigningKey) -> Result<Note, NoteError> {
        let mut note = Note::new(self.text())?;
        note.sign(key);
        Ok(note)
    }

    /// Reads a note that the log's key must have signed. The key's name is the log's origin.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn open(note: &Note, log: &VerifierKey) -> Result<Self, CheckpointError> {
        note.verify(std::slice::from_ref(log))?;
        let checkpoint = Self::parse_text(&note.text)?;
        if checkpoint.origin == log.name() {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::Origin(checkpoint.origin))
        }
    }
}

/// A decimal number as these formats write one: no sign, no zeros before it.
pub(crate) fn number(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    plain.then(|| text.parse().ok()).flatten()
}
