//! Keys that stood in the log's own database move to the key store.
//!
//! Copied, read back and opened first; only then they go, all at once. Stopped anywhere, it begins again: what was
//! copied before is found to be the same.

use super::KeyStore;
use crate::connect::{Access, Role, Sessions};
use crate::log::small;
use crate::seal::{
    FileKeyWrap, KeyFile, KeyFileError, KeyWrap as _, Part, SealError, StreamKeys, WrappedKey,
};
use crate::{Settings, StoreError, canary};
use sqlx::{Connection as _, PgConnection, Row as _};
use uuid::Uuid;

/// Keys in one statement.
const AT_ONCE: i64 = 5_000;

/// A key of the old table.
struct Old {
    stream: Uuid,
    key: WrappedKey,
}

/// Moves the keys that stand in the log's database to the key store; how many there were. Needs the owner's rights in
/// the one, and the key file.
///
/// # Errors
/// [`StoreError`]; then the old ones stand where they stood. Among them [`SealError::DoesNotOpen`] for a key that the
/// key file does not open: nothing is thrown away that cannot be read where it goes.
pub async fn move_keys(settings: &Settings) -> Result<u64, StoreError> {
    let mut main = match Access::new(settings, Role::Owning).connect().await {
        Ok(main) => main,
        // Who may not own may not move; opening the store says what is to be done.
        Err(error) if crate::migrate::roles_missing(&error) => return Ok(0),
        Err(error) => return Err(error.into()),
    };
    if !are_here(&mut main).await? {
        return Ok(0);
    }
    let file = KeyFile::open_or_create(&settings.key_file, true).map_err(SealError::from)?;
    let wrap = FileKeyWrap::of_file(&settings.key_file, &file)?;
    let keeping = KeyStore::sessions(settings);
    if !canary::fits(&keeping, &wrap).await? {
        return Err(SealError::from(KeyFileError::Foreign(settings.key_file.clone())).into());
    }
    let (mut moved, mut after) = (0, None);
    loop {
        let batch = read(&mut main, after.take()).await?;
        let Some(last) = batch.last() else { break };
        after = Some((last.stream, last.key.part, last.key.key_version));
        for old in &batch {
            let mut opened = StreamKeys::default();
            opened.take(&wrap, old.stream, &old.key);
            opened.get(old.key.part, old.key.key_version)?;
        }
        copy(&keeping, &wrap.id(), &batch).await?;
        moved += batch.len() as u64;
    }
    keeping.close().await;
    sqlx::raw_sql("/* drop_moved_keys */ DROP SCHEMA keys CASCADE")
        .execute(&mut main)
        .await?;
    main.close().await?;
    Ok(moved)
}

/// Whether the log's database still has keys of its own.
pub(crate) async fn are_here<'c>(executor: impl sqlx::PgExecutor<'c>) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "/* keys_are_here */ SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname = 'keys' AND c.relname = 'stream_keys')",
    )
    .fetch_one(executor)
    .await
}

async fn read(main: &mut PgConnection, after: Option<(Uuid, Part, u16)>) -> Result<Vec<Old>, StoreError> {
    let (stream, part, version) = after.unwrap_or((Uuid::nil(), Part::Case, 0));
    let rows = sqlx::query(
        "/* keys_to_move */ SELECT stream_id, part, key_version, wrapped FROM keys.stream_keys \
         WHERE (stream_id, part, key_version) > ($1, $2, $3) ORDER BY stream_id, part, key_version LIMIT $4",
    )
    .bind(stream)
    .bind(part.as_str())
    .bind(small(version))
    .bind(AT_ONCE)
    .fetch_all(main)
    .await?;
    let old = |row: &sqlx::postgres::PgRow| {
        Ok(Old {
            stream: row.try_get("stream_id")?,
            key: WrappedKey {
                part: Part::parse(row.try_get("part")?).ok_or(SealError::DoesNotOpen)?,
                key_version: row.try_get::<i16, _>("key_version")?.unsigned_abs(),
                wrapped: row.try_get("wrapped")?,
            },
        })
    };
    rows.iter().map(old).collect()
}

/// Copies keys and looks, in a statement of its own after the commit, that each is there as it was.
async fn copy(keeping: &Sessions, by: &str, batch: &[Old]) -> Result<(), StoreError> {
    let streams: Vec<_> = batch.iter().map(|old| old.stream).collect();
    let parts: Vec<_> = batch.iter().map(|old| old.key.part.as_str()).collect();
    let versions: Vec<_> = batch.iter().map(|old| small(old.key.key_version)).collect();
    let wrapped: Vec<_> = batch.iter().map(|old| old.key.wrapped.as_slice()).collect();
    sqlx::query(
        "/* move_keys */ INSERT INTO stream_keys (stream_id, part, key_version, wrapped_by, wrapped) \
         SELECT stream_id, part, key_version, $5, wrapped \
         FROM unnest($1::uuid[], $2::text[], $3::smallint[], $4::bytea[]) \
              AS old (stream_id, part, key_version, wrapped) ON CONFLICT DO NOTHING",
    )
    .bind(&streams)
    .bind(&parts)
    .bind(&versions)
    .bind(&wrapped)
    .bind(by)
    .execute(keeping)
    .await?;
    let same: i64 = sqlx::query_scalar(
        "/* moved_keys */ SELECT count(*) FROM stream_keys \
         JOIN unnest($1::uuid[], $2::text[], $3::smallint[], $4::bytea[]) \
              AS old (stream_id, part, key_version, wrapped) USING (stream_id, part, key_version, wrapped)",
    )
    .bind(&streams)
    .bind(&parts)
    .bind(&versions)
    .bind(&wrapped)
    .fetch_one(keeping)
    .await?;
    if same.unsigned_abs() == batch.len() as u64 {
        return Ok(());
    }
    Err(StoreError::Invalid(
        "the key store holds other keys of the same records: it belongs to another database",
    ))
}
