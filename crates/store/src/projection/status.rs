//! How projections are doing: for readiness, the doctor, metrics and answers' freshness. Nothing here takes a lock
//! that a worker would wait for.

use super::tables::Projection;
use crate::{Store, StoreError};
use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use throughcare_domain::id::PersonId;

/// Most parked people told of at once.
pub const MOST_PARKED_SHOWN: i64 = 100;

/// How far a projection is, and who works on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectionStatus {
    /// Its name.
    pub name: String,
    /// The log position up to which its rows are true.
    pub position: u64,
    /// By which version of the rules its lines were made ([`LINES_OF`] is this program's).
    ///
    /// [`LINES_OF`]: throughcare_domain::rows::LINES_OF
    pub lines_of: i32,
    /// The log's head.
    pub head: u64,
    /// When it last moved.
    pub moved_at: Timestamp,
    /// Events recorded and not yet in its rows.
    pub lag_events: u64,
    /// Age of the oldest event that is not yet in its rows, in whole seconds; 0 when there is none.
    pub lag_seconds: u64,
    /// Whether it moves on.
    pub state: ProjectionState,
    /// Who may write its rows, and until when.
    pub lease: LeaseStatus,
    /// How many people are parked.
    pub parked: u64,
}

/// Whether a projection moves on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProjectionState {
    /// It follows the log.
    Running,
    /// It stands still before an event that only a newer program can read.
    Stopped {
        /// Which event and why; no personal data.
        reason: String,
        /// Since when.
        since: Timestamp,
    },
}

/// Who may write a projection's rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeaseStatus {
    /// The node; `None` when nobody has taken it, or it was given up in order.
    pub owner: Option<String>,
    /// Grows whenever the lease changes hands.
    pub fence: u64,
    /// Until when, by the database's clock.
    pub until: Option<Timestamp>,
    /// True while it lasts. An owner whose lease is over is dead, or asleep.
    pub lasts: bool,
}

/// A person at whose event a projection stands still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParkedPerson {
    /// In which projection.
    pub projection: String,
    /// Who.
    pub person: PersonId,
    /// The log position of the event that could not be read or computed.
    pub position: u64,
    /// Why, without personal data.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
    /// How often it was tried, the first time included.
    pub tries: u32,
    /// When it was last tried.
    pub tried_at: Timestamp,
}

impl Store {
    /// Every projection with its lag, in order of name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn projections(&self) -> Result<Vec<ProjectionStatus>, StoreError> {
        let rows = sqlx::query(
            "/* projection::projections */ select c.name, c.lines_of, c.position, h.position as head, c.moved_at,
               c.stopped_reason, c.stopped_at, l.owner, coalesce(l.fence, 0) as fence, l.until,
               coalesce(l.until > clock_timestamp(), false) as lasts,
               coalesce((select floor(greatest(extract(epoch from clock_timestamp() - e.recorded_at), 0))::bigint
                         from events e where e.position = c.position + 1), 0) as lag_seconds,
               (select count(*) from parked p where p.projection = c.name) as parked
             from checkpoints c cross join log_head h left join leases l on l.work = c.name order by c.name",
        )
        .fetch_all(self.program())
        .await?;
        rows.iter().map(status).collect()
    }

    /// The checkpoint of one projection.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn checkpoint(&self, projection: &str) -> Result<u64, StoreError> {
        let row =
            sqlx::query("/* projection::checkpoint */ select position from checkpoints where name = $1")
                .bind(projection)
                .fetch_one(self.pool())
                .await?;
        Ok(row.try_get::<i64, _>(0)?.unsigned_abs())
    }

    /// The checkpoint of one projection and the position of the last event, of one moment.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn checkpoint_and_head(&self, projection: Projection) -> Result<(u64, u64), StoreError> {
        let row = sqlx::query(
            "/* projection::checkpoint_and_head */ select c.position, h.position as head
             from checkpoints c cross join log_head h where c.name = $1",
        )
        .bind(projection.name())
        .fetch_one(self.pool())
        .await?;
        let position = |name| Ok::<_, StoreError>(row.try_get::<i64, _>(name)?.unsigned_abs());
        Ok((position("position")?, position("head")?))
    }

    /// At most [`MOST_PARKED_SHOWN`] parked people, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn parked(&self) -> Result<Vec<ParkedPerson>, StoreError> {
        let rows = sqlx::query(
            "/* projection::parked */ select projection, person, position, reason, since, tries, tried_at
             from parked order by since, person limit $1",
        )
        .bind(MOST_PARKED_SHOWN)
        .fetch_all(self.pool())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(ParkedPerson {
                    projection: row.try_get("projection")?,
                    person: PersonId(row.try_get("person")?),
                    position: row.try_get::<i64, _>("position")?.unsigned_abs(),
                    reason: row.try_get("reason")?,
                    since: instant(row, "since")?,
                    tries: row.try_get::<i32, _>("tries")?.unsigned_abs(),
                    tried_at: instant(row, "tried_at")?,
                })
            })
            .collect()
    }

    /// The position of the last organisation event: tells whether a directory in memory is still true.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn organisations_position(&self) -> Result<u64, StoreError> {
        // The kind is written out: behind a parameter the planner cannot use the index of organisations' events, and
        // the whole log is read backwards.
        let row = sqlx::query("/* projection::organisations_position */ select coalesce(max(position), 0) from events where stream_kind = 3")
            .fetch_one(self.program())
            .await?;
        Ok(row.try_get::<i64, _>(0)?.unsigned_abs())
    }
}

fn status(row: &PgRow) -> Result<ProjectionStatus, StoreError> {
    let position = row.try_get::<i64, _>("position")?.unsigned_abs();
    let head = row.try_get::<i64, _>("head")?.unsigned_abs();
    let stopped = row.try_get::<Option<String>, _>("stopped_reason")?;
    let state = match stopped {
        None => ProjectionState::Running,
        Some(reason) => ProjectionState::Stopped {
            reason,
            since: instant(row, "stopped_at")?,
        },
    };
    let until = row.try_get::<Option<jiff_sqlx::Timestamp>, _>("until")?;
    Ok(ProjectionStatus {
        name: row.try_get("name")?,
        position,
        lines_of: row.try_get("lines_of")?,
        head,
        moved_at: instant(row, "moved_at")?,
        lag_events: head.saturating_sub(position),
        lag_seconds: row.try_get::<i64, _>("lag_seconds")?.unsigned_abs(),
        state,
        lease: LeaseStatus {
            owner: row.try_get("owner")?,
            fence: row.try_get::<i64, _>("fence")?.unsigned_abs(),
            until: until.map(jiff_sqlx::Timestamp::to_jiff),
            lasts: row.try_get("lasts")?,
        },
        parked: row.try_get::<i64, _>("parked")?.unsigned_abs(),
    })
}

fn instant(row: &PgRow, column: &str) -> Result<Timestamp, sqlx::Error> {
    row.try_get::<jiff_sqlx::Timestamp, _>(column)
        .map(jiff_sqlx::Timestamp::to_jiff)
}
