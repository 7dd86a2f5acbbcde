//! Reading keys: of some streams, or of all in a range of ids.

use super::KeyStore;
use super::adding::MOST_STREAMS;
use crate::StoreError;
use crate::error::keys_away;
use crate::seal::{Part, SealError, StreamKeys, WrappedKey};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

/// Keys and tombstones of some streams; a tombstone has version 0 and no key.
macro_rules! keys_where {
    ($name:literal, $which:literal) => {
        concat!(
            "/* ",
            $name,
            " */ SELECT stream_id, part, key_version, wrapped FROM stream_keys WHERE ",
            $which,
            " UNION ALL SELECT stream_id, part, 0::smallint, NULL::bytea FROM destroyed_keys WHERE ",
            $which
        )
    };
}

/// The keys of streams, each with what became of them. A stream that is not in it has none and lost none.
pub(crate) type Keys = HashMap<Uuid, Arc<StreamKeys>>;

impl KeyStore {
    /// What is known of the keys of some streams; asks the key store.
    pub(crate) async fn read(&self, streams: &[Uuid]) -> Result<Keys, StoreError> {
        let rows = sqlx::query(keys_where!("keys_of", "stream_id = ANY($1)"))
            .bind(streams)
            .fetch_all(&self.keeping)
            .await
            .map_err(keys_away)?;
        self.opened(&rows).await
    }

    /// What is known of the keys for coded facts of some streams.
    pub(crate) async fn read_for_rows(&self, streams: &[Uuid]) -> Result<Keys, StoreError> {
        let rows = sqlx::query(keys_where!(
            "keys_for_rows",
            "stream_id = ANY($1) AND part = 'case'"
        ))
        .bind(streams)
        .fetch_all(&self.keeping)
        .await
        .map_err(keys_away)?;
        self.opened(&rows).await
    }

    /// The keys of streams that begin. Those that have none get some; those that have some, because an earlier try
    /// came to nothing or another one is under way, are sealed with what stands there.
    pub(crate) async fn begin(&self, streams: HashSet<Uuid>) -> Result<Keys, StoreError> {
        let epoch = self.cache.epoch();
        let streams: Vec<Uuid> = streams.into_iter().collect();
        let mut keys = Keys::with_capacity(streams.len());
        for some in streams.chunks(MOST_STREAMS) {
            keys.extend(self.adder.add(some.to_vec()).await?);
        }
        let others: Vec<Uuid> = streams.into_iter().filter(|id| !keys.contains_key(id)).collect();
        if !others.is_empty() {
            keys.extend(self.read(&others).await?);
        }
        for (id, keys) in keys.iter().filter(|(_, keys)| keys.is_sound()) {
            self.cache.insert(epoch, *id, keys.clone());
        }
        Ok(keys)
    }

    /// What is known of the keys for coded facts of all streams after `low`, up to and with `high`.
    pub(crate) async fn read_range(&self, low: Uuid, high: Uuid) -> Result<Keys, StoreError> {
        let rows = sqlx::query(keys_where!(
            "keys_between",
            "stream_id > $1 AND stream_id <= $2 AND part = 'case'"
        ))
        .bind(low)
        .bind(high)
        .fetch_all(&self.keeping)
        .await
        .map_err(keys_away)?;
        self.opened(&rows).await
    }

    /// How many of some streams have, for either part, neither a key nor a tombstone.
    pub(crate) async fn lost(&self, streams: &[Uuid]) -> Result<u64, StoreError> {
        let lost: i64 = sqlx::query_scalar(
            "/* keys_lost */ SELECT count(DISTINCT asked.id) FROM unnest($1::uuid[]) AS asked (id), \
             unnest(ARRAY['identity', 'case']) AS of (part) \
             WHERE NOT EXISTS (SELECT FROM stream_keys AS k WHERE k.stream_id = asked.id AND k.part = of.part) \
               AND NOT EXISTS (SELECT FROM destroyed_keys AS d WHERE d.stream_id = asked.id AND d.part = of.part)",
        )
        .bind(streams)
        .fetch_one(&self.keeping)
        .await?;
        Ok(lost.unsigned_abs())
    }

    /// Unwraps; where something does not open, a rotation may have begun that this node has not heard of.
    async fn opened(&self, rows: &[PgRow]) -> Result<Keys, StoreError> {
        let keys = self.unwrapped(rows)?;
        if keys.values().all(|keys| keys.is_sound()) {
            return Ok(keys);
        }
        let by: String = sqlx::query_scalar("/* wrapped_by */ SELECT wrapped_by FROM key_store")
            .fetch_one(&self.keeping)
            .await
            .map_err(keys_away)?;
        self.wrap.follow(&by)?;
        self.unwrapped(rows)
    }

    fn unwrapped(&self, rows: &[PgRow]) -> Result<Keys, StoreError> {
        let mut found: HashMap<Uuid, StreamKeys> = HashMap::with_capacity(rows.len() / 2);
        for row in rows {
            let stream = row.try_get("stream_id")?;
            let part = Part::parse(row.try_get("part")?).ok_or(SealError::DoesNotOpen)?;
            let keys = found.entry(stream).or_default();
            match row.try_get::<Option<Vec<u8>>, _>("wrapped")? {
                None => keys.destroyed(part),
                Some(wrapped) => {
                    let key_version = row.try_get::<i16, _>("key_version")?.unsigned_abs();
                    let row = WrappedKey {
                        part,
                        key_version,
                        wrapped,
                    };
                    keys.take(self.wrap.as_ref(), stream, &row);
                }
            }
        }
        Ok(found.into_iter().map(|(id, keys)| (id, Arc::new(keys))).collect())
    }
}
