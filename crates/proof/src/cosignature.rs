//! Cosignatures (`c2sp.org/tlog-cosignature`, Ed25519): a witness says when it saw that a log had only grown.

use crate::key::{KeyUse, SigningKey, VerifierKey};
use crate::note::{Note, Signature};

/// Bytes of the time before the signature itself.
const TIME: usize = 8;

/// The cosignature of a witness over the text of a checkpoint, made at `at` (seconds since 1970).
#[must_use]
pub fn cosign(key: &SigningKey, text: &str, at: u64) -> Signature {
    let mut bytes = at.to_be_bytes().to_vec();
    bytes.extend(key.sign(&message(text, at)));
    Signature {
        name: key.verifier().name().to_owned(),
        id: key.verifier().id(),
        bytes,
    }
}

/// When this witness cosigned the note: seconds since 1970. None when it did not, or the line is not by it.
#[must_use]
pub fn cosigned_at(note: &Note, witness: &VerifierKey) -> Option<u64> {
    if witness.usage() != KeyUse::Cosignature {
        return None;
    }
    note.signatures
        .iter()
        .filter(|signature| signature.is_of(witness))
        .find_map(|signature| {
            let (time, rest) = signature.bytes.split_first_chunk::<TIME>()?;
            let at = u64::from_be_bytes(*time);
            let sound = i64::try_from(at).is_ok() && witness.verify(&message(&note.text, at), rest);
            sound.then_some(at)
        })
}

fn message(text: &str, at: u64) -> Vec<u8> {
    format!("cosignature/v1\ntime {at}\n{text}").into_bytes()
}
