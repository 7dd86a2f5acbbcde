//! Looking things up beside the log: ids, keys, references, identifiers.

use super::EntityKind;
use super::row::kind_of;
use crate::codec::CodecError;
use crate::{Reach, Store, StoreError};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use throughcare_domain::event::SourceReference;
use throughcare_domain::identifier::IdentifierKind;
use throughcare_domain::stream::StreamId;
use uuid::Uuid;

/// What a client was answered for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAnswer {
    /// Of the request that was answered.
    pub fingerprint: [u8; 32],
    /// The answer.
    pub answer: Vec<u8>,
    /// Position of the first event it recorded.
    pub first_position: u64,
    /// Position of the last.
    pub last_position: u64,
}

impl StoredAnswer {
    pub(super) fn read(row: &PgRow) -> Result<Self, sqlx::Error> {
        let fingerprint: &[u8] = row.try_get("fingerprint")?;
        Ok(Self {
            fingerprint: fingerprint
                .try_into()
                .map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            answer: row.try_get("answer")?,
            first_position: row.try_get::<i64, _>("first_position")?.unsigned_abs(),
            last_position: row.try_get::<i64, _>("last_position")?.unsigned_abs(),
        })
    }
}

/// What became of a sender's reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReference {
    /// What it became.
    pub entity: Uuid,
    /// In which stream.
    pub stream: StreamId,
    /// Position of the first event recorded for it.
    pub position: u64,
}

/// The stream named by the columns `stream_id` and `stream_kind`.
pub(super) fn stream_of(row: &PgRow) -> Result<StreamId, StoreError> {
    let kind =
        kind_of(row.try_get("stream_kind")?).map_err(|source| StoreError::Codec { position: 0, source })?;
    Ok(StreamId {
        kind,
        id: row.try_get("stream_id")?,
    })
}

impl Store {
    /// What an id names, and in which stream.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn find_entity(
        &self,
        reach: &Reach,
        id: Uuid,
    ) -> Result<Option<(EntityKind, StreamId)>, StoreError> {
        let row = sqlx::query(
            "/* find_entity */ SELECT kind, stream_id, stream_kind FROM entities WHERE entity_id = $1",
        )
        .bind(id)
        .fetch_optional(self.within(reach))
        .await?;
        row.map(|row| {
            let kind = EntityKind::parse(row.try_get("kind")?).ok_or(StoreError::Codec {
                position: 0,
                source: CodecError::Envelope { column: "kind" },
            })?;
            Ok((kind, stream_of(&row)?))
        })
        .transpose()
    }

    /// What a client was answered for a key.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn find_idempotency(
        &self,
        client: &str,
        key: Uuid,
    ) -> Result<Option<StoredAnswer>, StoreError> {
        let row = sqlx::query(
            "/* find_idempotency */ SELECT fingerprint, answer, first_position, last_position \
             FROM idempotency WHERE client = $1 AND key = $2",
        )
        .bind(client)
        .bind(key)
        .fetch_optional(self.program())
        .await?;
        Ok(row.map(|row| StoredAnswer::read(&row)).transpose()?)
    }

    /// What became of a client's reference.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn find_reference(
        &self,
        client: &str,
        source: &SourceReference,
    ) -> Result<Option<StoredReference>, StoreError> {
        let row = sqlx::query(
            "/* find_reference */ SELECT entity_id, stream_id, stream_kind, position \
             FROM external_references WHERE client = $1 AND system = $2 AND value = $3",
        )
        .bind(client)
        .bind(&source.system)
        .bind(&source.value)
        .fetch_optional(self.program())
        .await?;
        row.map(|row| {
            Ok(StoredReference {
                entity: row.try_get("entity_id")?,
                stream: stream_of(&row)?,
                position: row.try_get::<i64, _>("position")?.unsigned_abs(),
            })
        })
        .transpose()
    }

    /// Whose record holds an identifier: at most one for every kind but `Local`.
    ///
    /// `blind` comes from [`Store::blind`].
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn find_claim(
        &self,
        reach: &Reach,
        kind: IdentifierKind,
        blind: &[u8; 32],
    ) -> Result<Vec<StreamId>, StoreError> {
        let rows = sqlx::query(
            "/* find_claim */ SELECT stream_id, stream_kind FROM identifier_claims \
             WHERE kind = $1 AND blind = $2 ORDER BY stream_id LIMIT 100",
        )
        .bind(kind.as_str())
        .bind(blind.as_slice())
        .fetch_all(self.within(reach))
        .await?;
        rows.iter().map(stream_of).collect()
    }
}
