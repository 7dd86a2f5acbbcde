//! Rotation: all keys are wrapped by a new key-encryption key, and the old one goes. Events are not touched.
//!
//! Both keys stand in the key file while it goes on, and the key store says which wraps. Stopped anywhere, it goes on
//! at the next call. And, apart from that, new versions of a stream's own keys.

use super::KeyStore;
use crate::connect::Session;
use crate::log::small;
use crate::seal::{KeyFile, Part, SealError, StreamKeys, context, key_id};
use crate::{Store, StoreError, canary};
use sqlx::Row as _;
use std::path::Path;
use std::time::Duration;
use throughcare_domain::id::PersonId;
use uuid::Uuid;

/// Keys wrapped in one transaction.
const AT_ONCE: i64 = 2_000;
/// Held movements wrapped in one transaction.
const HELD_AT_ONCE: i64 = 500;

/// A table whose rows have a key each: what reads some of them, and what writes their keys wrapped anew.
struct Once {
    read: &'static str,
    write: &'static str,
}

const HELD_MOVEMENTS: Once = Once {
    read: "/* held_to_rewrap */ SELECT id, wrapped FROM held_movements WHERE id > $1 ORDER BY id LIMIT $2 FOR UPDATE",
    write: "/* rewrap_held */ UPDATE held_movements SET wrapped = new.wrapped \
            FROM unnest($1::uuid[], $2::bytea[]) AS new (id, wrapped) WHERE held_movements.id = new.id",
};
const INBOUND_MESSAGES: Once = Once {
    read: "/* inbound_to_rewrap */ SELECT id, wrapped FROM inbound_messages WHERE id > $1 ORDER BY id LIMIT $2 FOR UPDATE",
    write: "/* rewrap_inbound */ UPDATE inbound_messages SET wrapped = new.wrapped \
            FROM unnest($1::uuid[], $2::bytea[]) AS new (id, wrapped) WHERE inbound_messages.id = new.id",
};
/// Until every node has heard that another key wraps, and every statement that began before is over: nodes ask every
/// two seconds, and a statement has ten.
const SETTLED: Duration = Duration::from_secs(15);

/// How far a rotation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Keys of streams that are wrapped by the new key, and how many there are.
    Keys {
        /// Wrapped anew since this call.
        done: u64,
        /// To be wrapped when it began.
        of: u64,
    },
    /// Waiting until no node wraps with the old key any more.
    Settling,
    /// Held movements and secrets of webhooks that were wrapped anew.
    Held(u64),
    /// The old key is gone.
    Ended,
}

/// How many keys are wrapped by which key-encryption key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedBy {
    /// Its name.
    pub id: String,
    /// How many keys of streams.
    pub keys: u64,
    /// Whether it wraps new ones.
    pub is_current: bool,
}

impl Store {
    /// Wraps every key by a new key-encryption key and removes the old one from the key file. `told` hears how far it
    /// is, and stops it by answering `false`: then it goes on from there at the next call. Needs the owner's rights.
    ///
    /// # Errors
    /// [`StoreError`]; both keys stay in the file.
    pub async fn rotate(
        &self,
        key_file: &Path,
        told: &mut (dyn FnMut(Rotation) -> bool + Send),
    ) -> Result<bool, StoreError> {
        let file = KeyFile::begin_rotation(key_file).map_err(SealError::from)?;
        let new = key_id(&file.key_encryption);
        self.inner.keys.switch(&new).await?;
        let of = self.inner.keys.wrapped_by_others(&new).await?;
        let mut done = 0;
        // Twice: a node that had not heard may have added some while it settled.
        for settled in [false, true] {
            let mut after = None;
            while let Some(rewrapped) = self.inner.keys.rewrap(&new, &mut after).await? {
                done += rewrapped;
                if !told(Rotation::Keys { done, of }) {
                    return Ok(false);
                }
            }
            if !settled {
                if !told(Rotation::Settling) {
                    return Ok(false);
                }
                tokio::time::sleep(SETTLED).await;
            }
        }
        let held = self.rewrap_held(&HELD_MOVEMENTS).await?
            + self.rewrap_held(&INBOUND_MESSAGES).await?
            + crate::webhooks::rewrap(self).await?;
        if !told(Rotation::Held(held)) {
            return Ok(false);
        }
        if self.inner.keys.wrapped_by_others(&new).await? > 0 {
            return Err(StoreError::Invalid(
                "some keys are still wrapped by the old key-encryption key: run `throughcare keys rotate` again",
            ));
        }
        KeyFile::end_rotation(key_file).map_err(SealError::from)?;
        self.inner.wrap.follow(&new)?;
        told(Rotation::Ended);
        Ok(true)
    }

    /// How many keys are wrapped by which key-encryption key, the one of now first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn wrapped_by(&self) -> Result<Vec<WrappedBy>, StoreError> {
        let rows = sqlx::query(
            "/* wrapped_by_each */ SELECT of.id, count(k.stream_id) AS keys, bool_or(of.is_current) AS is_current FROM \
             (SELECT wrapped_by AS id, true AS is_current FROM key_store \
              UNION ALL SELECT DISTINCT wrapped_by, false FROM stream_keys \
              WHERE wrapped_by NOT IN (SELECT wrapped_by FROM key_store)) AS of \
             LEFT JOIN stream_keys AS k ON k.wrapped_by = of.id GROUP BY of.id ORDER BY is_current DESC, of.id",
        )
        .fetch_all(&self.inner.keys.keeping)
        .await?;
        let one = |row: &sqlx::postgres::PgRow| {
            Ok(WrappedBy {
                id: row.try_get("id")?,
                keys: row.try_get::<i64, _>("keys")?.unsigned_abs(),
                is_current: row.try_get("is_current")?,
            })
        };
        rows.iter().map(one).collect()
    }

    /// Gives a person keys of a new version, under which new events are sealed; what was sealed before keeps its own.
    /// Every node uses them within five seconds. The version.
    ///
    /// # Errors
    /// [`StoreError::KeysDestroyed`] for an erased person, [`SealError::KeysMissing`] where there are none.
    pub async fn renew_keys(&self, person: PersonId) -> Result<u16, StoreError> {
        self.inner.keys.renew(person.0).await
    }

    /// Held movements and messages have a key each, wrapped without a name beside it: each is opened, and wrapped anew.
    async fn rewrap_held(&self, of: &Once) -> Result<u64, StoreError> {
        let (mut done, mut after) = (0, Uuid::nil());
        loop {
            let mut session = self.own().await?;
            let rows: Vec<(Uuid, Vec<u8>)> = sqlx::query_as(of.read)
                .bind(after)
                .bind(HELD_AT_ONCE)
                .fetch_all(&mut session)
                .await?;
            let Some((last, _)) = rows.last() else {
                return Ok(done);
            };
            after = *last;
            let (mut ids, mut wrapped) = (Vec::new(), Vec::new());
            for (id, old) in &rows {
                let key = self.inner.wrap.unwrap(id.as_bytes(), old)?;
                ids.push(*id);
                wrapped.push(self.inner.wrap.wrap(id.as_bytes(), &key)?);
            }
            sqlx::query(of.write)
                .bind(ids)
                .bind(wrapped)
                .execute(&mut session)
                .await?;
            session.commit().await?;
            done += rows.len() as u64;
        }
    }
}

/// Where a pass has come to.
type After = Option<(Uuid, Part, u16)>;

impl KeyStore {
    /// From now on keys are wrapped by this key.
    async fn switch(&self, new: &str) -> Result<(), StoreError> {
        self.wrap.follow(new)?;
        sqlx::query(
            "/* switch_key */ UPDATE key_store SET wrapped_by = $1, canary = $2 WHERE wrapped_by <> $1",
        )
        .bind(new)
        .bind(canary::wrapped(self.wrap.as_ref())?)
        .execute(&self.rewrapping)
        .await?;
        Ok(())
    }

    async fn wrapped_by_others(&self, new: &str) -> Result<u64, StoreError> {
        let count: i64 = sqlx::query_scalar(
            "/* wrapped_by_others */ SELECT count(*) FROM stream_keys WHERE wrapped_by <> $1",
        )
        .bind(new)
        .fetch_one(&self.keeping)
        .await?;
        Ok(count.unsigned_abs())
    }

    /// Wraps the next keys of a pass anew; `None` at its end.
    async fn rewrap(&self, new: &str, after: &mut After) -> Result<Option<u64>, StoreError> {
        let (stream, part, version) = after.unwrap_or((Uuid::nil(), Part::Case, 0));
        let mut session = self.rewrapping.begin().await?;
        let rows: Vec<(Uuid, String, i16, Vec<u8>)> = sqlx::query_as(
            "/* keys_to_rewrap */ SELECT stream_id, part, key_version, wrapped FROM stream_keys \
             WHERE (stream_id, part, key_version) > ($1, $2, $3) AND wrapped_by <> $4 \
             ORDER BY stream_id, part, key_version LIMIT $5 FOR UPDATE",
        )
        .bind(stream)
        .bind(part.as_str())
        .bind(small(version))
        .bind(new)
        .bind(AT_ONCE)
        .fetch_all(&mut session)
        .await?;
        let (mut streams, mut parts, mut versions, mut wrapped) = (vec![], vec![], vec![], vec![]);
        for (stream, part, version, old) in &rows {
            let part = Part::parse(part).ok_or(SealError::DoesNotOpen)?;
            let of = context(*stream, part, version.unsigned_abs());
            let key = self.wrap.unwrap(&of, old)?;
            *after = Some((*stream, part, version.unsigned_abs()));
            streams.push(*stream);
            parts.push(part.as_str());
            versions.push(*version);
            wrapped.push(self.wrap.wrap(&of, &key)?);
        }
        if rows.is_empty() {
            return Ok(None);
        }
        sqlx::query(
            "/* rewrap_keys */ UPDATE stream_keys SET wrapped = new.wrapped, wrapped_by = $5 \
             FROM unnest($1::uuid[], $2::text[], $3::smallint[], $4::bytea[]) \
                  AS new (stream_id, part, key_version, wrapped) \
             WHERE stream_keys.stream_id = new.stream_id AND stream_keys.part = new.part \
               AND stream_keys.key_version = new.key_version",
        )
        .bind(streams)
        .bind(parts)
        .bind(versions)
        .bind(wrapped)
        .bind(new)
        .execute(&mut session)
        .await?;
        session.commit().await?;
        Ok(Some(rows.len() as u64))
    }

    async fn renew(&self, stream: Uuid) -> Result<u16, StoreError> {
        let mut session = self.keeping.begin().await?;
        // First of all, as whoever destroys keys does: neither goes past the other.
        let by = self.forgotten_by_all(&mut session).await?;
        let rows = sqlx::query(
            "/* newest_version */ SELECT coalesce(max(key_version), 0)::smallint AS newest, \
             EXISTS (SELECT FROM destroyed_keys WHERE stream_id = $1) AS is_destroyed \
             FROM stream_keys WHERE stream_id = $1",
        )
        .bind(stream)
        .fetch_one(&mut session)
        .await?;
        if rows.try_get("is_destroyed")? {
            return Err(StoreError::KeysDestroyed);
        }
        let version = match rows.try_get::<i16, _>("newest")?.unsigned_abs() {
            0 => return Err(SealError::KeysMissing.into()),
            newest => newest + 1,
        };
        if by != self.wrap.id() {
            self.wrap.follow(&by)?;
        }
        for key in StreamKeys::make(self.wrap.as_ref(), stream, version)?.wrapped {
            sqlx::query(
                "/* renew_keys */ INSERT INTO stream_keys (stream_id, part, key_version, wrapped_by, wrapped) \
                 VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(stream)
            .bind(key.part.as_str())
            .bind(small(version))
            .bind(&by)
            .bind(key.wrapped)
            .execute(&mut session)
            .await?;
        }
        session.commit().await?;
        self.forget();
        Ok(version)
    }

    /// Lets every node read keys anew; answers which key wraps now.
    async fn forgotten_by_all(&self, session: &mut Session<'_>) -> Result<String, StoreError> {
        Ok(sqlx::query_scalar(
            "/* forget_keys */ UPDATE key_store SET generation = generation + 1 RETURNING wrapped_by",
        )
        .fetch_one(session)
        .await?)
    }
}
