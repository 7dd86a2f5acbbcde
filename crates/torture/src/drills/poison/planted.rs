//! An event that no program of this version writes, properly sealed, put into the log by a superuser.

use crate::Database;
use anyhow::{Context as _, Result};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, Row as _, raw_sql};
use throughcare_store::seal::{FileKeyWrap, KeyFile, KeyWrap as _};
use uuid::Uuid;

/// What the event says: as long as a key, so that the wrapping of keys seals it.
const BODY: &[u8; 32] = b"{\"noFixedAbode\":true}           ";

/// Where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Planted {
    /// Its position.
    pub position: u64,
    person: Uuid,
    version: i32,
    event: Uuid,
}

/// Adds an event of that type to the record of the person who was registered last.
pub(super) async fn plant(database: &Database, event: Uuid, event_type: &str) -> Result<Planted> {
    let mut connection = database.connect().await?;
    let mut transaction = connection.begin().await?;
    let head: i64 = sqlx::query_scalar("/* planted_head */ SELECT position FROM log_head FOR UPDATE")
        .fetch_one(&mut *transaction)
        .await?;
    let row = sqlx::query(
        "/* planted_person */ SELECT stream_id, version FROM streams WHERE stream_kind = 1 \
         ORDER BY (SELECT max(position) FROM events WHERE events.stream_id = streams.stream_id) DESC LIMIT 1",
    )
    .fetch_one(&mut *transaction)
    .await?;
    let planted = Planted {
        position: head.unsigned_abs() + 1,
        person: row.try_get("stream_id")?,
        version: row.try_get::<i32, _>("version")? + 1,
        event,
    };
    let sealed = sealed(database, &planted, event_type).await?;
    sqlx::query(
        "/* planted_event */ INSERT INTO events (position, recorded_at, event_id, correlation, stream_id, \
         received_at, occurred_on, stream_version, stream_kind, schema_version, key_version, origin, event_type, \
         client, organisation, role, purpose, case_sealed, payload_hash) \
         SELECT $1, recorded_at, $2, correlation, stream_id, received_at, occurred_on, $3, stream_kind, 1, 1, \
         origin, $4, client, organisation, role, purpose, $5, payload_hash \
         FROM events WHERE stream_id = $6 ORDER BY position DESC LIMIT 1",
    )
    .bind(planted.position.cast_signed())
    .bind(event)
    .bind(planted.version)
    .bind(event_type)
    .bind(sealed)
    .bind(planted.person)
    .execute(&mut *transaction)
    .await?;
    sqlx::query("/* planted_version */ UPDATE streams SET version = $2 WHERE stream_id = $1")
        .bind(planted.person)
        .bind(planted.version)
        .execute(&mut *transaction)
        .await?;
    sqlx::query("/* planted_move */ UPDATE log_head SET position = $1")
        .bind(planted.position.cast_signed())
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(planted)
}

/// Gives it another type, past the triggers that refuse.
pub(super) async fn replace(database: &Database, planted: &Planted, event_type: &str) -> Result<()> {
    let mut connection = database.connect().await?;
    let sealed = sealed(database, planted, event_type).await?;
    connection
        .execute(raw_sql(
            "/* planted_replace */ ALTER TABLE events DISABLE TRIGGER events_never_change",
        ))
        .await?;
    sqlx::query(
        "/* planted_replace */ UPDATE events SET event_type = $2, case_sealed = $3 WHERE position = $1",
    )
    .bind(planted.position.cast_signed())
    .bind(event_type)
    .bind(sealed)
    .execute(&mut connection)
    .await?;
    connection
        .execute(raw_sql(
            "/* planted_replace */ ALTER TABLE events ENABLE ALWAYS TRIGGER events_never_change",
        ))
        .await?;
    Ok(())
}

/// The body under the stream's own key, bound to its place, as the store does it.
async fn sealed(database: &Database, planted: &Planted, event_type: &str) -> Result<Vec<u8>> {
    let mut key_store = database.key_connect_options().connect().await?;
    let wrapped: Vec<u8> = sqlx::query_scalar(
        "/* planted_key */ SELECT wrapped FROM stream_keys \
         WHERE stream_id = $1 AND part = 'case' AND key_version = 1",
    )
    .bind(planted.person)
    .fetch_one(&mut key_store)
    .await?;
    let keys = KeyFile::open_or_create(database.key_file(), true)?;
    let context = [
        b"throughcare stream key 1\0",
        planted.person.as_bytes().as_slice(),
        &1u16.to_be_bytes(),
        b"case",
    ]
    .concat();
    let key = FileKeyWrap::new(&keys.key_encryption)?
        .unwrap(&context, &wrapped)
        .context("the stream's key")?;
    let place = [
        b"throughcare event 1\0case\0person\0",
        planted.person.as_bytes().as_slice(),
        &planted.version.to_be_bytes(),
        planted.event.as_bytes(),
        &1u16.to_be_bytes(),
        &1u16.to_be_bytes(),
        event_type.as_bytes(),
    ]
    .concat();
    Ok(FileKeyWrap::new(&key)?.wrap(&place, BODY)?)
}
