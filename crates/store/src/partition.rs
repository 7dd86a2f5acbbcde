//! Room in the log: partitions of the events table, added before they are needed.

use crate::connect::Session;
use crate::{Store, StoreError};
use sqlx::{AssertSqlSafe, Executor, Postgres, Row as _};

/// Positions in one partition: small enough to back up, vacuum and move one by one.
pub const PARTITION: u64 = 50_000_000;

/// How many partitions' worth of room there is after some were added.
const AHEAD: u64 = 2;

/// Where the log's partitions end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Position of the last event now.
    pub head: u64,
    /// The last position that has a partition.
    pub upto: u64,
}

impl Room {
    /// How many more events fit.
    pub fn left(self) -> u64 {
        self.upto.saturating_sub(self.head)
    }

    /// Less than one partition is left: time to add some.
    pub fn is_short(self) -> bool {
        self.left() < PARTITION
    }
}

impl Store {
    /// How much room the log has.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn room(&self) -> Result<Room, StoreError> {
        look(self.pool()).await
    }

    /// Adds partitions when less than one is left, and answers what room there is then. Readers and appends go on
    /// meanwhile; several nodes may call it at once.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer, [`StoreError::NotOwner`] when partitions are needed and the
    /// login is not the owner's.
    pub async fn ensure_room(&self) -> Result<Room, StoreError> {
        let room = self.room().await?;
        if !room.is_short() {
            return Ok(room);
        }
        let mut session = self.own().await?;
        let room = add_where_short(&mut session).await?;
        session.commit().await?;
        Ok(room)
    }
}

/// Adds partitions, as the owner of the table, when less than one is left.
pub(crate) async fn add_where_short(session: &mut Session<'_>) -> Result<Room, StoreError> {
    let mut room = look(&mut *session).await?;
    if !room.is_short() {
        return Ok(room);
    }
    // One node at a time; it stands in the way of neither reading nor appending.
    sqlx::raw_sql("/* add_partition */ LOCK TABLE events IN SHARE UPDATE EXCLUSIVE MODE")
        .execute(&mut *session)
        .await?;
    room = look(&mut *session).await?;
    while room.left() < AHEAD * PARTITION {
        sqlx::raw_sql(AssertSqlSafe(partition_after(room.upto)))
            .execute(&mut *session)
            .await?;
        room.upto += PARTITION;
    }
    Ok(room)
}

async fn look<'c, E>(executor: E) -> Result<Room, StoreError>
where
    E: Executor<'c, Database = Postgres>,
{
    let row = sqlx::query(
        "/* room */ SELECT (SELECT position FROM log_head) AS head, coalesce( \
             (SELECT max(substring(pg_get_expr(relpartbound, oid) FROM 'TO \\(''(\\d+)''\\)')::bigint) \
              FROM pg_class WHERE relispartition AND relkind = 'r' \
              AND oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'events'::regclass)), 1) AS bound",
    )
    .fetch_one(executor)
    .await?;
    Ok(Room {
        head: row.try_get::<i64, _>("head")?.unsigned_abs(),
        upto: row.try_get::<i64, _>("bound")?.unsigned_abs().saturating_sub(1),
    })
}

/// Made beside the table and then attached: making it as a partition at once would lock out readers and writers.
/// It gets the settings of 0015, the trigger that is not passed on to partitions, and no grants: nobody but the
/// owner reaches a partition except through the table.
fn partition_after(upto: u64) -> String {
    let (from, to) = (upto + 1, upto + 1 + PARTITION);
    let name = format!("events_{:02}", upto / PARTITION);
    format!(
        "/* add_partition */ \
         CREATE TABLE {name} (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE) \
             WITH (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 500000, \
                   autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 500000, \
                   autovacuum_freeze_min_age = 0); \
         CREATE TRIGGER events_never_go BEFORE TRUNCATE ON {name} \
             FOR EACH STATEMENT EXECUTE FUNCTION refuse_change(); \
         ALTER TABLE {name} ENABLE ALWAYS TRIGGER events_never_go; \
         ALTER TABLE events ATTACH PARTITION {name} FOR VALUES FROM ({from}) TO ({to}); \
         ALTER TABLE {name} ENABLE ALWAYS TRIGGER events_never_change"
    )
}
