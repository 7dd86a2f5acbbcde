//! Ed25519 keys as signed notes name them (`c2sp.org/signed-note`).

use crate::tree::Hash;
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::fmt;
use std::sync::Arc;

/// What a key signs: it is part of the key's id, so that a key of one use cannot pass for one of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyUse {
    /// Notes: checkpoints of a log, statements.
    Note,
    /// Cosignatures of a witness, with a time (`c2sp.org/tlog-cosignature`).
    Cosignature,
}

impl KeyUse {
    fn byte(self) -> u8 {
        match self {
            Self::Note => 0x01,
            Self::Cosignature => 0x04,
        }
    }
}

/// Why a key is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A name is empty, or has a space or a plus.
    #[error("a key's name must not be empty and must have no space, no plus and no control character")]
    Name,
    /// It is not name, id and key joined by plus signs, or the id is not that of the key.
    #[error("a verifier key is written NAME+8 HEXADECIMAL DIGITS+BASE64 and its digits must fit the rest")]
    Form,
    /// The algorithm is another one.
    #[error("this kind of key is not understood here: Ed25519 signatures (01) and cosignatures (04) are")]
    Algorithm,
    /// No key pair can be made from the seed.
    #[error("no key can be made from this seed")]
    Seed,
}

/// A public key with its name: what signatures are checked by. Written as a "vkey".
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct VerifierKey {
    name: String,
    usage: KeyUse,
    id: u32,
    public: [u8; 32],
}

impl VerifierKey {
    /// A key of this name for this use.
    ///
    /// # Errors
    /// [`KeyError::Name`].
    pub fn new(name: &str, usage: KeyUse, public: [u8; 32]) -> Result<Self, KeyError> {
        let forbidden = |it: char| it.is_whitespace() || it.is_control() || it == '+';
        if name.is_empty() || name.contains(forbidden) {
            return Err(KeyError::Name);
        }
        let mut bytes = name.as_bytes().to_vec();
        bytes.extend([b'\n', usage.byte()]);
        bytes.extend(public);
        let [a, b, c, d, ..] = Hash::of(&bytes).0;
        Ok(Self {
            name: name.to_owned(),
            usage,
            id: u32::from_be_bytes([a, b, c, d]),
            public,
        })
    }

    /// Reads `NAME+ID+KEY`.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        // The base64 at the end may hold plus signs itself.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Form);
        };
        let bytes = STANDARD.decode(key).map_err(|_| KeyError::Form)?;
        let (first, public) = bytes.split_first().ok_or(KeyError::Form)?;
        let usage = match first {
            0x01 => KeyUse::Note,
            0x04 => KeyUse::Cosignature,
            _ => return Err(KeyError::Algorithm),
        };
        let key = Self::new(name, usage, public.try_into().map_err(|_| KeyError::Form)?)?;
        if format!("{:08x}", key.id) == id {
            Ok(key)
        } else {
            Err(KeyError::Form)
        }
    }

    /// Its name: for a log its origin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs.
    #[must_use]
    pub fn usage(&self) -> KeyUse {
        self.usage
    }

    /// The id that stands before each of its signatures.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// The 32 bytes of the key itself.
    #[must_use]
    pub fn public(&self) -> &[u8; 32] {
        &self.public
    }

    /// Whether it signed this message.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.public)
            .verify(message, signature)
            .is_ok()
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![self.usage.byte()];
        bytes.extend(self.public);
        write!(f, "{}+{:08x}+{}", self.name, self.id, STANDARD.encode(bytes))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A key that signs.
#[derive(Clone)]
pub struct SigningKey {
    pair: Arc<Ed25519KeyPair>,
    verifier: VerifierKey,
}

impl SigningKey {
    /// The key of this name from a seed of 32 secret bytes.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn from_seed(name: &str, usage: KeyUse, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| KeyError::Seed)?;
        let public = pair
            .public_key()
            .as_ref()
            .try_into()
            .map_err(|_| KeyError::Seed)?;
        Ok(Self {
            verifier: VerifierKey::new(name, usage, public)?,
            pair: Arc::new(pair),
        })
    }

    /// The key of this name from a secret that serves other uses too: `label` keeps them apart.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn derived(name: &str, usage: KeyUse, secret: &[u8; 32], label: &str) -> Result<Self, KeyError> {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), label.as_bytes());
        let seed = tag.as_ref().try_into().map_err(|_| KeyError::Seed)?;
        Self::from_seed(name, usage, &seed)
    }

    /// What its signatures are checked by.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The 64 bytes of a signature.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.verifier)
    }
}
