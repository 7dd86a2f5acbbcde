//! Movements that wait for a record to gain their prisoner number.

use crate::seal::{open_once, seal_once};
use crate::{Store, StoreError};
use jiff::Timestamp;
use sqlx::Row as _;
use throughcare_domain::event::SourceReference;
use throughcare_domain::id::PersonId;
use throughcare_domain::identifier::IdentifierKind;
use uuid::Uuid;

/// How often recording a held movement is tried.
pub const MAX_ATTEMPTS: i16 = 5;

/// A movement to hold.
#[derive(Clone, Debug)]
pub struct Hold {
    /// Its id: the sender's receipt.
    pub id: Uuid,
    /// Blind index of the prisoner number.
    pub prisoner: [u8; 32],
    /// The client that sent it.
    pub client: String,
    /// The idempotency key and fingerprint, when there was a key.
    pub key: Option<(Uuid, [u8; 32])>,
    /// The sender's own reference.
    pub source: Option<SourceReference>,
    /// What to record; at most 60 KiB. Sealed at rest.
    pub payload: Vec<u8>,
    /// Until when it waits.
    pub until: Timestamp,
}

/// What came of holding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// It waits; also when the same request came before.
    Waits,
    /// The key was used for another request.
    KeyReused,
    /// The reference was used for another movement that waits.
    DuplicateReference,
}

/// A held movement whose prisoner number a record has gained.
#[derive(Clone, Debug)]
pub struct Claimable {
    /// Its id.
    pub id: Uuid,
    /// Whose record.
    pub person: PersonId,
    /// What to record.
    pub payload: Vec<u8>,
}

impl Store {
    /// Holds a movement. The same key and request again change nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn hold(&self, hold: Hold) -> Result<Held, StoreError> {
        let (wrapped, sealed) = seal_once(&*self.inner.wrap, hold.id.as_bytes(), &hold.payload)?;
        sqlx::query(
            "/* held::hold */ insert into held_movements
               (id, prisoner, client, key, fingerprint, wrapped, sealed, held_until, source_system, source_reference)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing",
        )
        .bind(hold.id)
        .bind(&hold.prisoner[..])
        .bind(&hold.client)
        .bind(hold.key.map(|(key, _)| key))
        .bind(hold.key.map(|(_, fingerprint)| fingerprint.to_vec()))
        .bind(wrapped)
        .bind(sealed)
        .bind(jiff_sqlx::Timestamp::from(hold.until))
        .bind(hold.source.as_ref().map(|source| source.system.clone()))
        .bind(hold.source.as_ref().map(|source| source.value.clone()))
        .execute(self.recording())
        .await?;
        // What stands there now decides: ours, or what an earlier request left.
        if let Some((key, fingerprint)) = hold.key {
            let stands = sqlx::query(
                "/* held::hold */ select fingerprint from held_movements where client = $1 and key = $2",
            )
            .bind(&hold.client)
            .bind(key)
            .fetch_optional(self.recording())
            .await?;
            if let Some(row) = stands {
                let same = row.get::<Option<Vec<u8>>, _>(0).as_deref() == Some(&fingerprint[..]);
                return Ok(if same { Held::Waits } else { Held::KeyReused });
            }
        }
        match hold.source {
            Some(source) if self.holds_reference(&hold.client, &source, hold.id).await? => {
                Ok(Held::DuplicateReference)
            }
            _ => Ok(Held::Waits),
        }
    }

    /// Whether another movement that waits has this reference.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn holds_reference(
        &self,
        client: &str,
        source: &SourceReference,
        but: Uuid,
    ) -> Result<bool, StoreError> {
        let row = sqlx::query(
            "/* held::holds_reference */ select exists (select from held_movements
             where client = $1 and source_system = $2 and source_reference = $3 and id <> $4)",
        )
        .bind(client)
        .bind(&source.system)
        .bind(&source.value)
        .bind(but)
        .fetch_one(self.recording())
        .await?;
        Ok(row.get(0))
    }

    /// Held movements whose number a record has gained, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claimable(&self, limit: u32) -> Result<Vec<Claimable>, StoreError> {
        let rows = sqlx::query(
            "/* held::claimable */ select h.id, c.stream_id, h.wrapped, h.sealed
             from held_movements h join identifier_claims c on c.kind = $1 and c.blind = h.prisoner
             where h.attempts < $2 order by h.held_at, h.id limit $3",
        )
        .bind(IdentifierKind::PrisonerNumber.as_str())
        .bind(MAX_ATTEMPTS)
        .bind(i64::from(limit))
        .fetch_all(self.recording())
        .await?;
        rows.iter()
            .map(|row| {
                let id: Uuid = row.get("id");
                let (wrapped, sealed): (Vec<u8>, Vec<u8>) = (row.get("wrapped"), row.get("sealed"));
                let payload = open_once(&*self.inner.wrap, id.as_bytes(), &wrapped, &sealed)?;
                Ok(Claimable {
                    id,
                    person: PersonId(row.get("stream_id")),
                    payload,
                })
            })
            .collect()
    }

    /// Forgets a held movement that is recorded now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn release_held(&self, id: Uuid) -> Result<(), StoreError> {
        sqlx::query("/* held::release_held */ delete from held_movements where id = $1")
            .bind(id)
            .execute(self.recording())
            .await?;
        Ok(())
    }

    /// Notes that a held movement could not be recorded, and why; no personal data.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_held(&self, id: Uuid, error: &str) -> Result<(), StoreError> {
        sqlx::query("/* held::note_held */ update held_movements set attempts = attempts + 1, last_error = left($2, 200) where id = $1")
            .bind(id)
            .bind(error)
            .execute(self.recording())
            .await?;
        Ok(())
    }

    /// Forgets movements whose time is over; answers how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn expire_held(&self, now: Timestamp) -> Result<u64, StoreError> {
        let done = sqlx::query("/* held::expire_held */ delete from held_movements where held_until < $1")
            .bind(jiff_sqlx::Timestamp::from(now))
            .execute(self.recording())
            .await?;
        Ok(done.rows_affected())
    }

    /// How many movements wait, and how many could not be recorded.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn held_counts(&self) -> Result<(u64, u64), StoreError> {
        let row = sqlx::query("/* held::held_counts */ select count(*), count(*) filter (where attempts >= $1) from held_movements")
            .bind(MAX_ATTEMPTS)
            .fetch_one(self.recording())
            .await?;
        Ok((
            row.get::<i64, _>(0).unsigned_abs(),
            row.get::<i64, _>(1).unsigned_abs(),
        ))
    }
}
