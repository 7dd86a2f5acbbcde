//! How the keys of streams are kept at rest: wrapped by a key that never enters the database.

use super::{KeyFile, SealError};
use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::digest;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

/// Length of every key here, in bytes.
pub const KEY_LENGTH: usize = 32;
/// A key in the clear.
pub type Key = [u8; KEY_LENGTH];

/// Wraps and unwraps the keys of streams. A key management service is another implementation: the store keeps
/// what it unwrapped, so it is asked once per stream and process.
pub trait KeyWrap: Send + Sync {
    /// Which key-encryption key wraps now: a name that tells nothing of the key, at most 200 characters. It stands
    /// beside every wrapped key, so that a rotation knows which it has to wrap anew.
    fn id(&self) -> String;

    /// Wraps a key. What comes out opens only with the same context.
    ///
    /// # Errors
    /// [`SealError`] when the provider cannot.
    fn wrap(&self, context: &[u8], key: &Key) -> Result<Vec<u8>, SealError>;

    /// Unwraps a key, whether it was wrapped by the key-encryption key of now or, while a rotation goes on, by the one
    /// before.
    ///
    /// # Errors
    /// [`SealError`] when context, key or bytes do not fit.
    fn unwrap(&self, context: &[u8], wrapped: &[u8]) -> Result<Key, SealError>;

    /// Looks anew which key-encryption keys there are, and wraps with the one of this name from now on: the key store
    /// names it, and it is not [`KeyWrap::id`] or something did not open.
    ///
    /// # Errors
    /// [`SealError::KeyRetired`] when there is none of this name here; then all stays as it is.
    fn follow(&self, id: &str) -> Result<(), SealError>;
}

/// Wraps with the key-encryption key of the key file.
pub struct FileKeyWrap {
    held: RwLock<Ring>,
    /// Where the keys came from; none for a key that is in no file.
    file: Option<PathBuf>,
}

/// The keys of a key file: one, or two while a rotation goes on.
struct Ring {
    current: Wrapping,
    other: Option<Wrapping>,
}

struct Wrapping {
    id: String,
    key: RandomizedNonceKey,
}

impl Wrapping {
    fn new(key: &Key) -> Result<Self, SealError> {
        Ok(Self {
            id: key_id(key),
            key: RandomizedNonceKey::new(&AES_256_GCM_SIV, key).map_err(|_| SealError::Crypto)?,
        })
    }

    fn unwrap(&self, context: &[u8], wrapped: &[u8]) -> Result<Key, SealError> {
        open_with(&self.key, context, wrapped)?
            .try_into()
            .map_err(|_| SealError::DoesNotOpen)
    }
}

impl Ring {
    fn of(file: &KeyFile) -> Result<Self, SealError> {
        Ok(Self {
            current: Wrapping::new(&file.key_encryption)?,
            other: file
                .key_encryption_before
                .as_ref()
                .map(Wrapping::new)
                .transpose()?,
        })
    }

    /// Wraps with the key of this name from now on.
    fn following(mut self, id: &str) -> Result<Self, SealError> {
        if self.current.id == id {
            return Ok(self);
        }
        match self.other.take() {
            Some(other) if other.id == id => Ok(Self {
                other: Some(self.current),
                current: other,
            }),
            _ => Err(SealError::KeyRetired),
        }
    }

    fn unwrap(&self, context: &[u8], wrapped: &[u8]) -> Result<Key, SealError> {
        let opened = self.current.unwrap(context, wrapped);
        match (&opened, &self.other) {
            (Err(SealError::DoesNotOpen), Some(other)) => other.unwrap(context, wrapped),
            _ => opened,
        }
    }
}

/// The name of a key-encryption key: 64 bits of a hash, which lead to no key.
pub(crate) fn key_id(key: &Key) -> String {
    let mut hash = digest::Context::new(&digest::SHA256);
    hash.update(b"throughcare key-encryption key\0");
    hash.update(key);
    hash.finish().as_ref()[..8]
        .iter()
        .fold(String::new(), |id, byte| id + &format!("{byte:02x}"))
}

impl FileKeyWrap {
    /// Wraps with this key-encryption key.
    ///
    /// # Errors
    /// [`SealError::Crypto`] when the library refuses the key.
    pub fn new(key_encryption_key: &Key) -> Result<Self, SealError> {
        let current = Wrapping::new(key_encryption_key)?;
        Ok(Self {
            held: RwLock::new(Ring { current, other: None }),
            file: None,
        })
    }

    /// Wraps with what stands in a key file, and follows it when a rotation changes it.
    ///
    /// # Errors
    /// [`SealError::Crypto`] when the library refuses a key.
    pub fn of_file(path: &Path, file: &KeyFile) -> Result<Self, SealError> {
        Ok(Self {
            held: RwLock::new(Ring::of(file)?),
            file: Some(path.into()),
        })
    }
}

impl KeyWrap for FileKeyWrap {
    fn id(&self) -> String {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.current.id.clone()
    }

    fn wrap(&self, context: &[u8], key: &Key) -> Result<Vec<u8>, SealError> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        seal_with(&held.current.key, context, key)
    }

    fn unwrap(&self, context: &[u8], wrapped: &[u8]) -> Result<Key, SealError> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.unwrap(context, wrapped)
    }

    fn follow(&self, id: &str) -> Result<(), SealError> {
        match &self.file {
            Some(path) => {
                let ring = Ring::of(&KeyFile::open_or_create(path, true)?)?.following(id)?;
                *self.held.write().unwrap_or_else(PoisonError::into_inner) = ring;
                Ok(())
            }
            None if self.id() == id => Ok(()),
            None => Err(SealError::KeyRetired),
        }
    }
}

/// Nonce, ciphertext, tag: in this order.
pub(super) fn seal_with(
    key: &RandomizedNonceKey,
    associated: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, SealError> {
    let mut sealed = plain.to_vec();
    let nonce = key
        .seal_in_place_append_tag(Aad::from(associated), &mut sealed)
        .map_err(|_| SealError::Crypto)?;
    sealed.splice(0..0, nonce.as_ref().iter().copied());
    Ok(sealed)
}

/// Opens what [`seal_with`] sealed.
pub(super) fn open_with(
    key: &RandomizedNonceKey,
    associated: &[u8],
    sealed: &[u8],
) -> Result<Vec<u8>, SealError> {
    let mut sealed = sealed.to_vec();
    open_in_place(key, associated, &mut sealed).map(<[u8]>::to_vec)
}

/// [`open_with`] without a copy: what was sealed is found where it stood.
pub(super) fn open_in_place<'s>(
    key: &RandomizedNonceKey,
    associated: &[u8],
    sealed: &'s mut [u8],
) -> Result<&'s [u8], SealError> {
    let (nonce, body) = sealed
        .split_at_mut_checked(AES_256_GCM_SIV.nonce_len())
        .ok_or(SealError::DoesNotOpen)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::DoesNotOpen)?;
    match key.open_in_place(nonce, Aad::from(associated), body) {
        Ok(plain) => Ok(plain),
        Err(_) => Err(SealError::DoesNotOpen),
    }
}
