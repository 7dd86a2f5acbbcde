//! Destroying keys: what was sealed with them is erased, wherever a copy of it lies.

use super::KeyStore;
use crate::StoreError;
use crate::erasing::Entry;
use crate::seal::Part;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use uuid::Uuid;

/// Which keys of a person are destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Destroy {
    /// Names, identifiers, addresses, free text: figures stay reproducible.
    Identity,
    /// Everything.
    Both,
}

impl Destroy {
    /// The parts whose keys go.
    pub(crate) fn parts(self) -> &'static [Part] {
        match self {
            Self::Identity => &[Part::Identity],
            Self::Both => &Part::ALL,
        }
    }

    /// Its name in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Both => "both",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Identity, Self::Both]
            .into_iter()
            .find(|what| what.as_str() == text)
    }
}

/// Streams and parts, as two columns of the same length.
fn columns(streams: &[Uuid], what: Destroy) -> (Vec<Uuid>, Vec<&'static str>) {
    streams
        .iter()
        .flat_map(|stream| what.parts().iter().map(|part| (*stream, part.as_str())))
        .unzip()
}

impl KeyStore {
    /// Destroys keys of some streams, every version of them and for good, also of streams that have none here. Again
    /// it changes nothing. This node forgets what it has of them at once, others within five seconds.
    pub(crate) async fn destroy(
        &self,
        streams: &[Uuid],
        what: Destroy,
        erasure: Uuid,
    ) -> Result<(), StoreError> {
        let (ids, parts) = columns(streams, what);
        let mut session = self.destroying.begin().await?;
        // First of all: whoever adds a version to one of them holds this row, too.
        sqlx::query("/* forget_keys */ UPDATE key_store SET generation = generation + 1")
            .execute(&mut session)
            .await?;
        sqlx::query(
            "/* note_destroyed */ INSERT INTO destroyed_keys (stream_id, part, erasure) \
             SELECT gone.stream_id, gone.part, $3 FROM unnest($1::uuid[], $2::text[]) AS gone (stream_id, part) \
             ON CONFLICT DO NOTHING",
        )
        .bind(&ids)
        .bind(&parts)
        .bind(erasure)
        .execute(&mut session)
        .await?;
        sqlx::query(
            "/* destroy_keys */ DELETE FROM stream_keys USING unnest($1::uuid[], $2::text[]) AS gone (stream_id, part) \
             WHERE stream_keys.stream_id = gone.stream_id AND stream_keys.part = gone.part",
        )
        .bind(&ids)
        .bind(&parts)
        .execute(&mut session)
        .await?;
        session.commit().await?;
        self.watcher.forget();
        Ok(())
    }

    /// Whether the keys of all of the streams are destroyed.
    pub(crate) async fn are_destroyed(&self, streams: &[Uuid], what: Destroy) -> Result<bool, StoreError> {
        let (ids, parts) = columns(streams, what);
        let all: bool = sqlx::query_scalar(
            "/* are_destroyed */ SELECT coalesce(bool_and(gone.stream_id IS NOT NULL), true) \
             FROM unnest($1::uuid[], $2::text[]) AS asked (stream_id, part) \
             LEFT JOIN destroyed_keys AS gone USING (stream_id, part)",
        )
        .bind(&ids)
        .bind(&parts)
        .fetch_one(&self.keeping)
        .await?;
        // A key beside its tombstone: an older copy of one table was put back.
        let left: bool = sqlx::query_scalar(
            "/* are_destroyed */ SELECT EXISTS (SELECT FROM stream_keys \
             JOIN unnest($1::uuid[], $2::text[]) AS asked (stream_id, part) USING (stream_id, part))",
        )
        .bind(&ids)
        .bind(&parts)
        .fetch_one(&self.keeping)
        .await?;
        Ok(all && !left)
    }

    /// Erasures whose ids are not among some, with what they destroyed.
    pub(crate) async fn erasures_but(&self, known: &[Uuid]) -> Result<Vec<Entry>, StoreError> {
        let rows = sqlx::query(
            "/* erasures_but */ SELECT erasure, min(destroyed_at) AS at, bool_or(part = 'case') AS with_case, \
             array_agg(DISTINCT stream_id ORDER BY stream_id) AS streams FROM destroyed_keys \
             WHERE erasure <> ALL($1) GROUP BY erasure ORDER BY min(destroyed_at), erasure",
        )
        .bind(known)
        .fetch_all(&self.keeping)
        .await?;
        let told = |row: &PgRow| {
            let at = row.try_get::<jiff_sqlx::Timestamp, _>("at")?.to_jiff();
            let (streams, with_case) = (row.try_get("streams")?, row.try_get("with_case")?);
            Ok(Entry::told(row.try_get("erasure")?, at, streams, with_case))
        };
        rows.iter().map(told).collect()
    }

    /// Forgets unwrapped keys.
    pub(crate) fn forget(&self) {
        self.watcher.forget();
    }
}
