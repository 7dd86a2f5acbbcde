//! Sealing something that belongs to no stream, under a key made for it alone.

use super::SealError;
use super::wrap::{KEY_LENGTH, Key, KeyWrap, open_with, seal_with};
use aws_lc_rs::aead::{AES_256_GCM_SIV, RandomizedNonceKey};

/// The wrapped key and the sealed bytes. Both open only with the same context.
pub(crate) fn seal_once(
    wrap: &dyn KeyWrap,
    context: &[u8],
    plain: &[u8],
) -> Result<(Vec<u8>, Vec<u8>), SealError> {
    let mut key: Key = [0; KEY_LENGTH];
    aws_lc_rs::rand::fill(&mut key).map_err(|_| SealError::Crypto)?;
    let sealing = RandomizedNonceKey::new(&AES_256_GCM_SIV, &key).map_err(|_| SealError::Crypto)?;
    Ok((wrap.wrap(context, &key)?, seal_with(&sealing, context, plain)?))
}

/// Opens what [`seal_once`] sealed.
pub(crate) fn open_once(
    wrap: &dyn KeyWrap,
    context: &[u8],
    wrapped: &[u8],
    sealed: &[u8],
) -> Result<Vec<u8>, SealError> {
    let key = wrap.unwrap(context, wrapped)?;
    let opening = RandomizedNonceKey::new(&AES_256_GCM_SIV, &key).map_err(|_| SealError::Crypto)?;
    open_with(&opening, context, sealed)
}
