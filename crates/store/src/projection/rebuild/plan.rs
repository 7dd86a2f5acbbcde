//! Which streams make which range, and what is done already.

use super::{begin, must_hold, table};
use crate::connect::Session;
use crate::log::kind_number;
use crate::projection::Lease;
use crate::projection::batch::FOLLOWED;
use crate::projection::tables::Projection;
use crate::{Store, StoreError};
use sqlx::Row as _;
use uuid::Uuid;

/// Events of one range, unless a single stream has more, where nothing else is asked for. Bounds the memory of a
/// worker, and what is done again after a rebuild was killed.
pub const RANGE: u32 = 10_000;

/// Some streams, by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub(super) ordinal: i32,
    /// After this one.
    pub low: Uuid,
    /// Up to and with this one.
    pub high: Uuid,
    /// About how many events they have.
    pub events: u64,
}

/// A rebuild, as far as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RebuildUnderWay {
    /// The position up to which ranges are loaded.
    pub target: u64,
    /// How far the new table is, once every range is loaded and its indexes are built.
    pub position: Option<u64>,
    /// The ranges that are still to be loaded.
    pub left: Vec<Range>,
    /// How many ranges there are.
    pub ranges: usize,
    /// Events of all ranges.
    pub events: u64,
    /// True when the live table holds nothing yet: then the target is the log's head, and there is nothing to compare.
    pub first: bool,
}

impl Range {
    /// A part of the streams that was planned before.
    pub fn new(ordinal: i32, low: Uuid, high: Uuid, events: u64) -> Self {
        Self {
            ordinal,
            low,
            high,
            events,
        }
    }
}

impl Store {
    /// Goes on with the rebuild that this program began, or begins a new one: an empty table beside, and ranges of
    /// about `range` events ([`RANGE`]) over every person and every service's stock.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_rebuild(
        &self,
        lease: &Lease,
        projection: Projection,
        program: &str,
        range: u32,
    ) -> Result<RebuildUnderWay, StoreError> {
        let mut transaction = begin(self.owning()).await?;
        must_hold(&mut transaction, lease).await?;
        let begun = sqlx::query_scalar::<_, String>(
            "/* rebuild::begun */ select program from rebuilds where projection = $1",
        )
        .bind(projection.name())
        .fetch_optional(&mut transaction)
        .await?;
        let goes_on = begun.is_some_and(|begun| begun == program)
            && table::exists(&mut transaction, projection).await?;
        if !goes_on {
            table::make(&mut transaction, projection).await?;
            plan(&mut transaction, projection, program, range).await?;
        }
        let state = under_way(&mut transaction, projection).await?;
        transaction.commit().await?;
        Ok(state)
    }

    /// Forgets a rebuild and its table.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_rebuild(&self, lease: &Lease, projection: Projection) -> Result<(), StoreError> {
        let mut transaction = begin(self.owning()).await?;
        must_hold(&mut transaction, lease).await?;
        table::forget(&mut transaction, projection).await?;
        sqlx::query("/* rebuild::forget */ delete from rebuilds where projection = $1")
            .bind(projection.name())
            .execute(&mut transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }
}

async fn plan(
    connection: &mut Session<'_>,
    projection: Projection,
    program: &str,
    range: u32,
) -> Result<(), StoreError> {
    sqlx::query("/* rebuild::plan */ delete from rebuilds where projection = $1")
        .bind(projection.name())
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "/* rebuild::plan */ insert into rebuilds (projection, program, target)
         select c.name, $2, case when c.position = 0 then h.position else c.position end
         from checkpoints c cross join log_head h where c.name = $1",
    )
    .bind(projection.name())
    .bind(program)
    .execute(&mut *connection)
    .await?;
    let ranges = planned(connection, range).await?;
    let lows: Vec<Uuid> = ranges.iter().map(|range| range.low).collect();
    let highs: Vec<Uuid> = ranges.iter().map(|range| range.high).collect();
    let events: Vec<i64> = ranges.iter().map(|range| range.events.cast_signed()).collect();
    sqlx::query(
        "/* rebuild::plan */ insert into rebuild_ranges (projection, ordinal, low, high, events)
         select $1, ordinality::integer, low, high, events
         from unnest($2::uuid[], $3::uuid[], $4::bigint[]) with ordinality as r (low, high, events, ordinality)",
    )
    .bind(projection.name())
    .bind(lows)
    .bind(highs)
    .bind(events)
    .execute(connection)
    .await?;
    Ok(())
}

/// Ranges of about so many events over every stream that projections follow, in order of id.
pub(super) async fn planned(connection: &mut Session<'_>, range: u32) -> Result<Vec<Range>, StoreError> {
    let lasts = sqlx::query(
        "/* rebuild::ranges */ with counted as (
           select stream_id, version, sum(version) over (order by stream_id) as upto from streams
           where stream_kind = any($1)),
         parted as (select stream_id, version, ((upto - version) / $2)::bigint as part from counted)
         select distinct on (part) stream_id, sum(version) over (partition by part) as events
         from parted order by part, stream_id desc",
    )
    .bind(&FOLLOWED.map(kind_number)[..])
    .bind(i64::from(range.max(1)))
    .fetch_all(&mut *connection)
    .await?;
    let mut ranges: Vec<Range> = Vec::with_capacity(lasts.len());
    for (ordinal, row) in (1..).zip(&lasts) {
        ranges.push(Range {
            ordinal,
            low: ranges.last().map_or(Uuid::nil(), |before| before.high),
            high: row.try_get("stream_id")?,
            events: row.try_get::<i64, _>("events")?.unsigned_abs(),
        });
    }
    // The last range is open: streams that began meanwhile have no event up to the target.
    match ranges.last_mut() {
        Some(last) => last.high = Uuid::max(),
        None => ranges.push(Range::new(1, Uuid::nil(), Uuid::max(), 0)),
    }
    Ok(ranges)
}

async fn under_way(
    connection: &mut Session<'_>,
    projection: Projection,
) -> Result<RebuildUnderWay, StoreError> {
    let state = sqlx::query(
        "/* rebuild::under_way */ select r.target, r.position, c.position = 0 as first
         from rebuilds r join checkpoints c on c.name = r.projection where r.projection = $1",
    )
    .bind(projection.name())
    .fetch_one(&mut *connection)
    .await?;
    let rows = sqlx::query(
        "/* rebuild::under_way */ select ordinal, low, high, events, finished_at is null as unfinished
         from rebuild_ranges where projection = $1 order by ordinal",
    )
    .bind(projection.name())
    .fetch_all(connection)
    .await?;
    let (mut left, mut events) = (Vec::new(), 0);
    for row in &rows {
        let range = Range {
            ordinal: row.try_get("ordinal")?,
            low: row.try_get("low")?,
            high: row.try_get("high")?,
            events: row.try_get::<i64, _>("events")?.unsigned_abs(),
        };
        events += range.events;
        if row.try_get("unfinished")? {
            left.push(range);
        }
    }
    Ok(RebuildUnderWay {
        target: state.try_get::<i64, _>("target")?.unsigned_abs(),
        position: state
            .try_get::<Option<i64>, _>("position")?
            .map(i64::unsigned_abs),
        left,
        ranges: rows.len(),
        events,
        first: state.try_get("first")?,
    })
}
