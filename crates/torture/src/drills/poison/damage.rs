//! Damage to events on their way into the log, and its mending: by a superuser, past the triggers that refuse.

use crate::Database;
use anyhow::Result;
use sqlx::{AssertSqlSafe, Executor as _, raw_sql};
use std::collections::BTreeMap;
use uuid::Uuid;

/// From now on, one event of a person in so many has a byte of its sealed part turned over.
pub(super) async fn begin(database: &Database, one_in: u32) -> Result<()> {
    let statement = format!(
        "/* poison_begin */ CREATE TABLE drill_damaged (position bigint PRIMARY KEY, person uuid NOT NULL, whole bytea NOT NULL); \
         GRANT INSERT ON drill_damaged TO PUBLIC; \
         CREATE FUNCTION drill_damage() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF NEW.stream_kind = 1 AND abs(hashtext(NEW.event_id::text)) % {one_in} = 0 THEN \
                 INSERT INTO drill_damaged VALUES (NEW.position, NEW.stream_id, NEW.case_sealed); \
                 NEW.case_sealed := set_byte(NEW.case_sealed, 20, 255 - get_byte(NEW.case_sealed, 20)); \
             END IF; RETURN NEW; END $$; \
         CREATE TRIGGER drill_damage BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION drill_damage()"
    );
    database
        .connect()
        .await?
        .execute(raw_sql(AssertSqlSafe(statement)))
        .await?;
    Ok(())
}

/// The control's guard taken out: whoever is parked vanishes.
pub(super) async fn hide_parked(database: &Database) -> Result<()> {
    database
        .connect()
        .await?
        .execute(raw_sql(
            "/* poison_hide */ \
             CREATE FUNCTION drill_hide() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; \
             CREATE TRIGGER drill_hide BEFORE INSERT ON parked FOR EACH ROW EXECUTE FUNCTION drill_hide()",
        ))
        .await?;
    Ok(())
}

/// How many events were damaged.
pub(super) async fn count(database: &Database) -> Result<i64> {
    Ok(
        sqlx::query_scalar("/* poison_count */ SELECT count(*) FROM drill_damaged")
            .fetch_one(&mut database.connect().await?)
            .await?,
    )
}

/// People with a damaged event, and the position of their first.
pub(super) async fn damaged(database: &Database) -> Result<BTreeMap<Uuid, u64>> {
    let rows: Vec<(Uuid, i64)> = sqlx::query_as(
        "/* poison_damaged */ SELECT person, min(position) FROM drill_damaged GROUP BY person",
    )
    .fetch_all(&mut database.connect().await?)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(person, position)| (person, position.unsigned_abs()))
        .collect())
}

/// Puts every byte back, and damages nothing more.
pub(super) async fn mend(database: &Database) -> Result<()> {
    database
        .connect()
        .await?
        .execute(raw_sql(
            "/* poison_mend */ DROP TRIGGER drill_damage ON events; \
             ALTER TABLE events DISABLE TRIGGER events_never_change; \
             UPDATE events SET case_sealed = drill_damaged.whole FROM drill_damaged \
             WHERE events.position = drill_damaged.position; \
             ALTER TABLE events ENABLE ALWAYS TRIGGER events_never_change",
        ))
        .await?;
    Ok(())
}
