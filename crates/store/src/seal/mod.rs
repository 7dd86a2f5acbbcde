//! Sealing: what is personal is encrypted under keys of the stream it belongs to, before it is hashed or stored.
//!
//! AES-256-GCM-SIV with random nonces. The associated data name the event, so that a ciphertext moved to another
//! person, version or type does not open. Source: `trust.md`, "Confidentiality".

mod blind;
mod cache;
mod key_file;
mod once;
mod stream_keys;
mod wrap;

pub use blind::BlindIndex;
pub use key_file::{KeyFile, KeyFileError};
pub use wrap::{FileKeyWrap, KEY_LENGTH, Key, KeyWrap};

pub(crate) use wrap::key_id;

pub(crate) use cache::KeyCache;
pub(crate) use once::{open_once, seal_once};
pub(crate) use stream_keys::{FIRST_KEY_VERSION, StreamKeys, WrappedKey, context};

use aws_lc_rs::aead::{AES_256_GCM_SIV, RandomizedNonceKey};
use throughcare_domain::id::EventId;
use throughcare_domain::stream::StreamId;

/// Why sealing or opening failed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The ciphertext was changed or moved, or the key is another one.
    #[error("a sealed value does not open: it was changed or moved, or the keys do not fit")]
    DoesNotOpen,
    /// The key store has no key of this record, and does not say that it was destroyed.
    #[error(
        "the keys of this record are missing: the key store neither holds them nor says that they were destroyed. \
         Restore the key store that belongs to this database"
    )]
    KeysMissing,
    /// Keys are to be wrapped by a key-encryption key that this node's key file does not hold.
    #[error(
        "keys are to be wrapped by another key-encryption key than the one in this node's key file: bring the key \
         file here from where `throughcare keys rotate` ran"
    )]
    KeyRetired,
    /// The cryptographic library failed.
    #[error("the cryptographic library failed")]
    Crypto,
    /// The key file cannot be used.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
}

/// Which of a stream's two keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Names, identifiers, addresses, free text.
    Identity,
    /// Coded facts.
    Case,
}

impl Part {
    /// Both parts.
    pub const ALL: [Self; 2] = [Self::Identity, Self::Case];

    /// Its name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Case => "case",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == text)
    }
}

/// What a sealed value belongs to; it opens only with the same.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub stream: StreamId,
    pub stream_version: u32,
    pub event: EventId,
    pub event_type: &'a str,
    pub schema_version: u16,
    pub key_version: u16,
}

impl Place<'_> {
    /// Unambiguous: every field but the last has a fixed length or ends in NUL.
    fn associated(&self, part: Part) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(96);
        bytes.extend_from_slice(b"throughcare event 1\0");
        bytes.extend_from_slice(part.as_str().as_bytes());
        bytes.push(0);
        bytes.extend_from_slice(self.stream.kind.as_str().as_bytes());
        bytes.push(0);
        bytes.extend_from_slice(self.stream.id.as_bytes());
        bytes.extend_from_slice(&self.stream_version.to_be_bytes());
        bytes.extend_from_slice(self.event.0.as_bytes());
        bytes.extend_from_slice(&self.schema_version.to_be_bytes());
        bytes.extend_from_slice(&self.key_version.to_be_bytes());
        bytes.extend_from_slice(self.event_type.as_bytes());
        bytes
    }
}

/// Seals one part of an event.
pub(crate) fn seal(key: &Key, part: Part, place: &Place<'_>, plain: &[u8]) -> Result<Vec<u8>, SealError> {
    wrap::seal_with(&cipher(key)?, &place.associated(part), plain)
}

/// Opens one part of an event where it stands.
pub(crate) fn open<'s>(
    key: &Key,
    part: Part,
    place: &Place<'_>,
    sealed: &'s mut [u8],
) -> Result<&'s [u8], SealError> {
    wrap::open_in_place(&cipher(key)?, &place.associated(part), sealed)
}

fn cipher(key: &Key) -> Result<RandomizedNonceKey, SealError> {
    RandomizedNonceKey::new(&AES_256_GCM_SIV, key).map_err(|_| SealError::Crypto)
}

#[cfg(test)]
mod tests {
    use super::*;
    use throughcare_domain::id::PersonId;
    use uuid::Uuid;

    fn place(person: u128) -> Place<'static> {
        Place {
            stream: StreamId::person(PersonId(Uuid::from_u128(person))),
            stream_version: 3,
            event: EventId(Uuid::from_u128(77)),
            event_type: "custody.received",
            schema_version: 1,
            key_version: 1,
        }
    }

    #[test]
    fn a_sealed_value_opens_where_it_belongs() {
        let sealed = seal(&[7; 32], Part::Case, &place(1), b"plain").unwrap();
        assert_eq!(
            open(&[7; 32], Part::Case, &place(1), &mut sealed.clone()).unwrap(),
            b"plain"
        );
        assert!(!sealed.windows(5).any(|window| window == b"plain"));
    }

    #[test]
    fn a_sealed_value_opens_nowhere_else() {
        let sealed = seal(&[7; 32], Part::Case, &place(1), b"plain").unwrap();
        let here = place(1);
        let elsewhere = [
            place(2),
            Place {
                stream_version: 4,
                ..here
            },
            Place {
                event: EventId(Uuid::from_u128(78)),
                ..here
            },
            Place {
                event_type: "custody.released",
                ..here
            },
            Place {
                schema_version: 2,
                ..here
            },
            Place {
                key_version: 2,
                ..here
            },
        ];
        for place in elsewhere {
            assert!(
                open(&[7; 32], Part::Case, &place, &mut sealed.clone()).is_err(),
                "{place:?}"
            );
        }
        assert!(
            open(&[7; 32], Part::Identity, &here, &mut sealed.clone()).is_err(),
            "the other part"
        );
        assert!(
            open(&[8; 32], Part::Case, &here, &mut sealed.clone()).is_err(),
            "another key"
        );
    }

    #[test]
    fn a_changed_or_cut_value_does_not_open() {
        let sealed = seal(&[7; 32], Part::Case, &place(1), b"plain").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(
                open(&[7; 32], Part::Case, &place(1), &mut changed).is_err(),
                "byte {at}"
            );
            assert!(
                open(&[7; 32], Part::Case, &place(1), &mut sealed.clone()[..at]).is_err(),
                "cut at {at}"
            );
        }
    }
}
