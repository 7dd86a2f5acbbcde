//! Signed notes (`c2sp.org/signed-note`): a text with one line for each signature below it.

use crate::key::{KeyUse, SigningKey, VerifierKey};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::fmt::Write as _;

/// Longest note that is read, in bytes.
pub const LONGEST: usize = 64 * 1024;
/// Most signatures that are read of one note.
pub const MOST_SIGNATURES: usize = 64;

/// A text and the signatures below it, none of which says anything before it is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The text, with the line feed at its end.
    pub text: String,
    /// The signatures, in their order.
    pub signatures: Vec<Signature>,
}

/// A line below a note.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Signature {
    /// The key's name.
    pub name: String,
    /// The key's id.
    pub id: u32,
    /// What the key made.
    pub bytes: Vec<u8>,
}

/// Why a note cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// It is no note.
    #[error("this is no signed note: {0}")]
    Form(&'static str),
    /// No trusted key signed it.
    #[error("no key that is trusted signed this note")]
    NotSigned,
    /// A line claims to be by a trusted key, and is not.
    #[error("the signature of {0} is not one over this text")]
    Wrong(String),
}

impl Note {
    /// A note without signatures. The text must end with a line feed, and must have no control characters.
    ///
    /// # Errors
    /// [`NoteError::Form`].
    pub fn new(text: String) -> Result<Self, NoteError> {
        if !text.ends_with('\n') {
            return Err(NoteError::Form("its text does not end with a line feed"));
        }
        if text.bytes().any(|byte| byte < b' ' && byte != b'\n') {
            return Err(NoteError::Form("it has a control character"));
        }
        Ok(Self {
            text,
            signatures: Vec::new(),
        })
    }

    /// Reads a note.
    ///
    /// # Errors
    /// [`NoteError::Form`].
    pub fn parse(note: &str) -> Result<Self, NoteError> {
        if note.len() > LONGEST {
            return Err(NoteError::Form("it is longer than 64 KiB"));
        }
        let end = note
            .rfind("\n\n")
            .ok_or(NoteError::Form("there is no empty line before its signatures"))?;
        let mut read = Self::new(note[..=end].to_owned())?;
        let lines = note[end + 2..]
            .strip_suffix('\n')
            .ok_or(NoteError::Form("it does not end with a line feed"))?;
        for line in lines.split('\n') {
            read.signatures.push(Signature::parse(line)?);
            if read.signatures.len() > MOST_SIGNATURES {
                return Err(NoteError::Form("it has more than 64 signatures"));
            }
        }
        Ok(read)
    }

    /// Adds the signature of a key for notes.
    pub fn sign(&mut self, key: &SigningKey) {
        self.signatures.push(Signature {
            name: key.verifier().name().to_owned(),
            id: key.verifier().id(),
            bytes: key.sign(self.text.as_bytes()),
        });
    }

    /// Which of these keys signed it. Lines by other keys are passed over.
    ///
    /// # Errors
    /// [`NoteError::Wrong`] when a line names one of the keys and is not by it, [`NoteError::NotSigned`] when none did.
    pub fn verify<'a>(&self, keys: &'a [VerifierKey]) -> Result<Vec<&'a VerifierKey>, NoteError> {
        let mut by = Vec::new();
        for signature in &self.signatures {
            let named = keys
                .iter()
                .find(|key| key.usage() == KeyUse::Note && signature.is_of(key));
            let Some(key) = named else { continue };
            if !key.verify(self.text.as_bytes(), &signature.bytes) {
                return Err(NoteError::Wrong(key.name().to_owned()));
            }
            if !by.contains(&key) {
                by.push(key);
            }
        }
        if by.is_empty() {
            Err(NoteError::NotSigned)
        } else {
            Ok(by)
        }
    }
}

impl Signature {
    /// Reads one line, without its line feed.
    ///
    /// # Errors
    /// [`NoteError::Form`].
    pub fn parse(line: &str) -> Result<Self, NoteError> {
        let form = NoteError::Form("a line below it is no signature");
        let (name, text) = line
            .strip_prefix("— ")
            .and_then(|rest| rest.split_once(' '))
            .ok_or_else(|| form.clone())?;
        let bytes = STANDARD.decode(text).map_err(|_| form.clone())?;
        let unfit = |it: char| it.is_whitespace() || it.is_control() || it == '+';
        match bytes.split_first_chunk::<4>() {
            Some((id, rest)) if !rest.is_empty() && !name.is_empty() && !name.contains(unfit) => Ok(Self {
                name: name.to_owned(),
                id: u32::from_be_bytes(*id),
                bytes: rest.to_vec(),
            }),
            _ => Err(form),
        }
    }

    /// Whether it says that it is by this key.
    #[must_use]
    pub fn is_of(&self, key: &VerifierKey) -> bool {
        self.id == key.id() && self.name == key.name()
    }

    /// The line, with its line feed.
    #[must_use]
    pub fn line(&self) -> String {
        let mut bytes = self.id.to_be_bytes().to_vec();
        bytes.extend(&self.bytes);
        format!("— {} {}\n", self.name, STANDARD.encode(bytes))
    }
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)?;
        f.write_char('\n')?;
        for signature in &self.signatures {
            f.write_str(&signature.line())?;
        }
        Ok(())
    }
}
