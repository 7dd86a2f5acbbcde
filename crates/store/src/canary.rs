//! One value wrapped at first start: a key file that cannot open it belongs to another key store.

use crate::StoreError;
use crate::connect::Sessions;
use crate::seal::{KEY_LENGTH, KeyWrap, SealError};

const CONTEXT: &[u8] = b"throughcare canary 1";
const VALUE: [u8; KEY_LENGTH] = *b"a canary of the key-encryption-k";

/// Whether the key file fits the key store; plants the canary where there is none.
pub(crate) async fn fits(keeping: &Sessions, wrap: &dyn KeyWrap) -> Result<bool, StoreError> {
    // Of two nodes that start at once the first plants it, and both are measured by it.
    sqlx::query("/* plant_canary */ INSERT INTO key_store (wrapped_by, canary) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(wrap.id())
        .bind(wrapped(wrap)?)
        .execute(keeping)
        .await?;
    let planted: Vec<u8> = sqlx::query_scalar("/* read_canary */ SELECT canary FROM key_store")
        .fetch_one(keeping)
        .await?;
    Ok(opens(wrap, &planted))
}

/// The canary as it is planted.
pub(crate) fn wrapped(wrap: &dyn KeyWrap) -> Result<Vec<u8>, SealError> {
    wrap.wrap(CONTEXT, &VALUE)
}

/// Whether a wrapped canary opens.
pub(crate) fn opens(wrap: &dyn KeyWrap, wrapped: &[u8]) -> bool {
    wrap.unwrap(CONTEXT, wrapped).is_ok_and(|value| value == VALUE)
}
