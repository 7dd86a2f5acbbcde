//! Secrets of webhooks: sealed, each under a key of its own.

use crate::connect::Session;
use crate::seal::{KeyWrap, SealError, open_once, seal_once};
use crate::{Store, StoreError};
use sqlx::Row as _;
use uuid::Uuid;

/// Length of a secret, in bytes: within the 24 to 64 that Standard Webhooks asks for.
const SECRET_LENGTH: usize = 32;
/// Secrets wrapped anew in one transaction.
const AT_ONCE: i64 = 500;

/// A secret in the clear.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(pub Vec<u8>);

impl std::fmt::Debug for WebhookSecret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("WebhookSecret")
    }
}

impl WebhookSecret {
    /// A new one.
    pub(super) fn made() -> Result<Self, SealError> {
        let mut secret = vec![0; SECRET_LENGTH];
        aws_lc_rs::rand::fill(&mut secret).map_err(|_| SealError::Crypto)?;
        Ok(Self(secret))
    }
}

/// Puts a secret beside those that a webhook has.
pub(super) async fn add(
    session: &mut Session<'_>,
    wrap: &dyn KeyWrap,
    webhook: Uuid,
    id: Uuid,
    secret: &WebhookSecret,
) -> Result<(), StoreError> {
    let (wrapped, sealed) = seal_once(wrap, id.as_bytes(), &secret.0)?;
    sqlx::query(
        "/* webhooks::add_secret */ INSERT INTO webhook_secrets (id, webhook, wrapped, sealed) VALUES ($1, $2, $3, $4)",
    )
    .bind(id)
    .bind(webhook)
    .bind(wrapped)
    .bind(sealed)
    .execute(session)
    .await?;
    Ok(())
}

impl Store {
    /// The secrets of a webhook that count now, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn webhook_secrets(&self, webhook: Uuid) -> Result<Vec<WebhookSecret>, StoreError> {
        let rows = sqlx::query(
            "/* webhooks::secrets */ SELECT id, wrapped, sealed FROM webhook_secrets \
             WHERE webhook = $1 AND (until IS NULL OR until > clock_timestamp()) ORDER BY made_at DESC, id",
        )
        .bind(webhook)
        .fetch_all(self.projecting())
        .await?;
        rows.iter()
            .map(|row| {
                let id: Uuid = row.try_get("id")?;
                let (wrapped, sealed): (Vec<u8>, Vec<u8>) = (row.try_get("wrapped")?, row.try_get("sealed")?);
                let plain = open_once(&*self.inner.wrap, id.as_bytes(), &wrapped, &sealed)?;
                Ok(WebhookSecret(plain))
            })
            .collect()
    }
}

/// Secrets have a key each, wrapped without a name beside it: each is opened, and wrapped anew. How many.
pub(crate) async fn rewrap(store: &Store) -> Result<u64, StoreError> {
    let (mut done, mut after) = (0, Uuid::nil());
    loop {
        let mut session = store.own().await?;
        let rows: Vec<(Uuid, Vec<u8>)> = sqlx::query_as(
            "/* webhooks::to_rewrap */ SELECT id, wrapped FROM webhook_secrets WHERE id > $1 ORDER BY id LIMIT $2 \
             FOR UPDATE",
        )
        .bind(after)
        .bind(AT_ONCE)
        .fetch_all(&mut session)
        .await?;
        let Some((last, _)) = rows.last() else {
            return Ok(done);
        };
        after = *last;
        done += rows.len() as u64;
        let wrap = &*store.inner.wrap;
        let anew = rows.iter().map(|(id, wrapped)| {
            let key = wrap.unwrap(id.as_bytes(), wrapped)?;
            wrap.wrap(id.as_bytes(), &key)
        });
        let anew: Vec<Vec<u8>> = anew.collect::<Result<_, SealError>>()?;
        sqlx::query(
            "/* webhooks::rewrap */ UPDATE webhook_secrets SET wrapped = new.wrapped \
             FROM unnest($1::uuid[], $2::bytea[]) AS new (id, wrapped) WHERE webhook_secrets.id = new.id",
        )
        .bind(rows.iter().map(|(id, _)| *id).collect::<Vec<_>>())
        .bind(anew)
        .execute(&mut session)
        .await?;
        session.commit().await?;
    }
}
