//! How projections are doing: for readiness, the doctor and answers' freshness.

use crate::{Store, StoreError};
use jiff::Timestamp;
use sqlx::Row as _;
use throughcare_domain::id::PersonId;

/// How far a projection is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectionStatus {
    /// Its name.
    pub name: String,
    /// The log position up to which its rows are true.
    pub position: u64,
    /// The log's head.
    pub head: u64,
    /// When it last moved.
    pub moved_at: Timestamp,
    /// How many people are parked.
    pub parked: u64,
}

/// A person whose events a projection cannot read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParkedPerson {
    /// In which projection.
    pub projection: String,
    /// Who.
    pub person: PersonId,
    /// Why, without personal data.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
}

impl Store {
    /// Every projection with its lag.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn projections(&self) -> Result<Vec<ProjectionStatus>, StoreError> {
        let rows = sqlx::query(
            "/* projection::projections */ select c.name, c.position, h.position as head, c.moved_at,
               (select count(*) from parked p where p.projection = c.name) as parked
             from checkpoints c cross join log_head h order by c.name",
        )
        .fetch_all(self.pool())
        .await?;
        Ok(rows
            .iter()
            .map(|row| ProjectionStatus {
                name: row.get("name"),
                position: row.get::<i64, _>("position").unsigned_abs(),
                head: row.get::<i64, _>("head").unsigned_abs(),
                moved_at: row.get::<jiff_sqlx::Timestamp, _>("moved_at").to_jiff(),
                parked: row.get::<i64, _>("parked").unsigned_abs(),
            })
            .collect())
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
        Ok(row.get::<i64, _>(0).unsigned_abs())
    }

    /// At most 100 parked people, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn parked(&self) -> Result<Vec<ParkedPerson>, StoreError> {
        let rows = sqlx::query("/* projection::parked */ select projection, person, reason, since from parked order by since limit 100")
            .fetch_all(self.pool())
            .await?;
        Ok(rows
            .iter()
            .map(|row| ParkedPerson {
                projection: row.get("projection"),
                person: PersonId(row.get("person")),
                reason: row.get("reason"),
                since: row.get::<jiff_sqlx::Timestamp, _>("since").to_jiff(),
            })
            .collect())
    }

    /// The position of the last organisation event: tells whether a directory in memory is still true.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn organisations_position(&self) -> Result<u64, StoreError> {
        let row = sqlx::query("/* projection::organisations_position */ select coalesce(max(position), 0) from events where stream_kind = $1")
            .bind(crate::log::kind_number(throughcare_domain::stream::StreamKind::Organisation))
            .fetch_one(self.pool())
            .await?;
        Ok(row.get::<i64, _>(0).unsigned_abs())
    }
}
