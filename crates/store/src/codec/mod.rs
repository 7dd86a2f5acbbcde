//! Facts to stored bytes and back. The stored form is JSON, exactly as written: it is sealed and hashed as bytes,
//! never as `jsonb`, which would rewrite it (`trust.md`, trap 7).

mod upcast;

pub use upcast::{Step, Upcasting};

use throughcare_domain::fact::{EVENT_TYPES, Fact, IdentityDetail};

/// Why stored bytes cannot be read. Nothing of the content is told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// Written by a newer program, or by none of ours.
    #[error("the event type `{event_type}` is not known to this version of the program")]
    UnknownType {
        /// Its type.
        event_type: String,
    },
    /// Written by a newer program.
    #[error("`{event_type}` has version {version}; this version of the program knows {known}")]
    NewerVersion {
        /// Its type.
        event_type: String,
        /// Its version.
        version: u16,
        /// The newest version known.
        known: u16,
    },
    /// The bytes do not have the shape of their type.
    #[error("`{event_type}` is not readable: wrong shape at line {line}, column {column}")]
    Malformed {
        /// Its type.
        event_type: String,
        /// Where.
        line: usize,
        /// Where.
        column: usize,
    },
    /// A column of the clear envelope holds what this program never writes.
    #[error("the envelope is not readable: {column}")]
    Envelope {
        /// Which column.
        column: &'static str,
    },
}

/// Turns facts into stored bytes and back.
#[derive(Clone, Copy, Debug)]
pub struct Codec {
    upcasting: Upcasting,
}

impl Default for Codec {
    fn default() -> Self {
        Self {
            upcasting: Upcasting::CURRENT,
        }
    }
}

impl Codec {
    /// With other steps than the program's own: for tests of the steps.
    pub fn with(upcasting: Upcasting) -> Self {
        Self { upcasting }
    }

    /// The version under which a type is written.
    pub fn current_version(&self, event_type: &str) -> u16 {
        self.upcasting.current_version(event_type)
    }

    /// The stored bytes of a fact.
    ///
    /// # Errors
    /// [`CodecError::Malformed`] when the fact cannot be written as JSON; no fact of ours does that.
    pub fn encode(&self, fact: &Fact) -> Result<Vec<u8>, CodecError> {
        serde_json::to_vec(fact).map_err(|error| malformed(fact.event_type(), &error))
    }

    /// Reads a fact of any version ever written.
    ///
    /// # Errors
    /// [`CodecError`] for a type or version of a newer program, and for bytes of another shape.
    pub fn decode(&self, event_type: &str, version: u16, bytes: &[u8]) -> Result<Fact, CodecError> {
        self.knows(event_type, version)?;
        let known = self.upcasting.current_version(event_type);
        let fact = if version == known {
            let mut reader = serde_json::Deserializer::from_slice(bytes);
            let fact = Fact::read(event_type, &mut reader);
            fact.map(|fact| fact.and_then(|fact| reader.end().map(|()| fact)))
        } else {
            let old = serde_json::from_slice(bytes).map_err(|error| malformed(event_type, &error))?;
            Fact::read(event_type, self.upcasting.lift(event_type, version, old))
        };
        fact.ok_or_else(|| CodecError::UnknownType {
            event_type: event_type.into(),
        })?
        .map_err(|error| malformed(event_type, &error))
    }

    /// Tells a type or version of a newer program, before anything of it is opened.
    ///
    /// # Errors
    /// [`CodecError::UnknownType`] and [`CodecError::NewerVersion`].
    pub fn knows(&self, event_type: &str, version: u16) -> Result<(), CodecError> {
        if !EVENT_TYPES.contains(&event_type) {
            return Err(CodecError::UnknownType {
                event_type: event_type.into(),
            });
        }
        let known = self.upcasting.current_version(event_type);
        if version > known {
            return Err(CodecError::NewerVersion {
                event_type: event_type.into(),
                version,
                known,
            });
        }
        Ok(())
    }

    /// The stored bytes of identity details.
    ///
    /// # Errors
    /// As [`Codec::encode`].
    pub fn encode_identity(&self, detail: &IdentityDetail) -> Result<Vec<u8>, CodecError> {
        serde_json::to_vec(detail).map_err(|error| malformed("identity detail", &error))
    }

    /// Reads identity details.
    ///
    /// # Errors
    /// [`CodecError::Malformed`] for bytes of another shape.
    pub fn decode_identity(&self, bytes: &[u8]) -> Result<IdentityDetail, CodecError> {
        serde_json::from_slice(bytes).map_err(|error| malformed("identity detail", &error))
    }
}

/// serde's own message quotes values, so only the place is kept.
fn malformed(event_type: &str, error: &serde_json::Error) -> CodecError {
    CodecError::Malformed {
        event_type: event_type.into(),
        line: error.line(),
        column: error.column(),
    }
}
