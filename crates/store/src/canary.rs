//! One value wrapped at first start: a key file that cannot open it belongs to another database.

use crate::StoreError;
use crate::connect::Sessions;
use crate::seal::{KEY_LENGTH, KeyWrap};

const CONTEXT: &[u8] = b"throughcare canary 1";
const VALUE: [u8; KEY_LENGTH] = *b"a canary of the key-encryption-k";

/// Whether the key file fits the database; plants the canary where there is none.
pub(crate) async fn fits(
    recording: &Sessions,
    wrap: &dyn KeyWrap,
    planted: Option<Vec<u8>>,
) -> Result<bool, StoreError> {
    let wrapped = match planted {
        Some(wrapped) => wrapped,
        None => plant(recording, wrap).await?,
    };
    Ok(opens(wrap, &wrapped))
}

/// Whether a wrapped canary opens.
pub(crate) fn opens(wrap: &dyn KeyWrap, wrapped: &[u8]) -> bool {
    wrap.unwrap(CONTEXT, wrapped).is_ok_and(|value| value == VALUE)
}

/// Of two nodes that start at once the first plants it, and both are measured by it.
async fn plant(recording: &Sessions, wrap: &dyn KeyWrap) -> Result<Vec<u8>, StoreError> {
    sqlx::query("/* plant_canary */ INSERT INTO keys.canary (wrapped) VALUES ($1) ON CONFLICT DO NOTHING")
        .bind(wrap.wrap(CONTEXT, &VALUE)?)
        .execute(recording)
        .await?;
    Ok(
        sqlx::query_scalar("/* read_canary */ SELECT wrapped FROM keys.canary")
            .fetch_one(recording)
            .await?,
    )
}
