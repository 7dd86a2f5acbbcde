//! How the keys of streams are kept at rest: wrapped by a key that never enters the database.

use super::SealError;
use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, Nonce, RandomizedNonceKey};

/// Length of every key here, in bytes.
pub const KEY_LENGTH: usize = 32;
/// A key in the clear.
pub type Key = [u8; KEY_LENGTH];

/// Wraps and unwraps the keys of streams. A key management service is another implementation: the store keeps
/// what it unwrapped, so it is asked once per stream and process.
pub trait KeyWrap: Send + Sync {
    /// Wraps a key. What comes out opens only with the same context.
    ///
    /// # Errors
    /// [`SealError`] when the provider cannot.
    fn wrap(&self, context: &[u8], key: &Key) -> Result<Vec<u8>, SealError>;

    /// Unwraps a key.
    ///
    /// # Errors
    /// [`SealError`] when context, key or bytes do not fit.
    fn unwrap(&self, context: &[u8], wrapped: &[u8]) -> Result<Key, SealError>;
}

/// Wraps with the key-encryption key of the key file.
pub struct FileKeyWrap {
    key: RandomizedNonceKey,
}

impl FileKeyWrap {
    /// Wraps with this key-encryption key.
    ///
    /// # Errors
    /// [`SealError::Crypto`] when the library refuses the key.
    pub fn new(key_encryption_key: &Key) -> Result<Self, SealError> {
        let key =
            RandomizedNonceKey::new(&AES_256_GCM_SIV, key_encryption_key).map_err(|_| SealError::Crypto)?;
        Ok(Self { key })
    }
}

impl KeyWrap for FileKeyWrap {
    fn wrap(&self, context: &[u8], key: &Key) -> Result<Vec<u8>, SealError> {
        seal_with(&self.key, context, key)
    }

    fn unwrap(&self, context: &[u8], wrapped: &[u8]) -> Result<Key, SealError> {
        open_with(&self.key, context, wrapped)?
            .try_into()
            .map_err(|_| SealError::DoesNotOpen)
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
