//! Reading what a projection has not seen yet: without a transaction, because the log up to its head never changes.

use super::linked::Links;
use super::opened::{SealedEvent, SealedHistories, SealedHistory};
use super::tables::{Projection, Side};
use crate::keys::Keys;
use crate::log::{EventRow, kind_number, select_events};
use crate::{Store, StoreError};
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{PgExecutor, Postgres, Row as _};
use throughcare_domain::id::PersonId;
use throughcare_domain::stream::StreamKind;
use uuid::Uuid;

/// Events after a checkpoint, each with the whole history of its person. Still sealed.
pub struct Batch {
    pub(super) projection: Projection,
    pub(super) side: Side,
    /// The checkpoint before.
    pub from: u64,
    /// The checkpoint after, unless an event of a newer program stands before it.
    pub to: u64,
    pub(super) people: SealedHistories,
}

/// Whose streams are followed: people's, and services' for their stock.
pub(super) const FOLLOWED: [StreamKind; 2] = [StreamKind::Person, StreamKind::Service];

/// Who has new events, and everybody who was ever joined with one of them: what happens on one record changes the lines
/// of the other. Whoever is parked is left out.
///
/// `OFFSET 0` and `LIMIT 1`: nearly nobody is joined, which the planner cannot know of a recursion, and it would go
/// through all of the table.
macro_rules! touched {
    ($name:literal, $parked:literal) => {
        concat!(
            "/* ",
            $name,
            " */ with recursive touched (id) as (
               select distinct stream_id from events where position > $1 and position <= $2 and stream_kind = any($3)
                 and stream_id not in (select person from ",
            $parked,
            " where projection = $4)
               union select joined.other from touched cross join lateral
                 (select other from record_links where stream_id = touched.id offset 0) as joined)
             select id, (select true from record_links where stream_id = id limit 1) is not null as linked from touched
             where id not in (select person from ",
            $parked,
            " where projection = $4)"
        )
    };
}

impl Batch {
    /// How many people have new events in it.
    pub fn people(&self) -> usize {
        self.people.own.len()
    }

    /// The same, not going further than a position: an event after it cannot be used yet.
    #[must_use]
    pub fn up_to(self, position: u64) -> Self {
        Self {
            to: self.to.min(position).max(self.from),
            ..self
        }
    }
}

impl Store {
    /// Reads the events after `from`, up to and with `to`, which must not be after the head. People who are parked
    /// are left out.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer; an event that cannot be read is no error here.
    pub async fn read_batch(&self, projection: Projection, from: u64, to: u64) -> Result<Batch, StoreError> {
        self.batch(projection, Side::Live, from, to).await
    }

    pub(super) async fn batch(
        &self,
        projection: Projection,
        side: Side,
        from: u64,
        to: u64,
    ) -> Result<Batch, StoreError> {
        let touched = sqlx::query(match side {
            Side::Live => touched!("projection::touched", "parked"),
            Side::Beside => touched!("projection::touched_beside", "rebuild_parked"),
        })
        .bind(from.cast_signed())
        .bind(to.cast_signed())
        .bind(&FOLLOWED.map(kind_number)[..])
        .bind(projection.name())
        .fetch_all(self.projecting())
        .await?;
        let (mut people, mut linked) = (Vec::with_capacity(touched.len()), false);
        for row in &touched {
            people.push(row.try_get("id")?);
            linked |= row.try_get::<bool, _>("linked")?;
        }
        let people = match linked {
            true => self.histories(&people, to).await?,
            false => SealedHistories {
                own: self.own_histories(&people, to).await?,
                others: Vec::new(),
                links: Links::new(),
            },
        };
        Ok(Batch {
            projection,
            side,
            from,
            to,
            people,
        })
    }

    /// The histories of some people up to a position, each alone.
    pub(super) async fn own_histories(
        &self,
        people: &[Uuid],
        upto: u64,
    ) -> Result<Vec<SealedHistory>, StoreError> {
        let events = sqlx::query(select_events!(
            "projection::histories",
            "WHERE stream_id = ANY($1) AND position <= $2 ORDER BY stream_id, stream_version"
        ))
        .bind(people)
        .bind(upto.cast_signed());
        let events = read_events(events, self.projecting()).await?;
        // Never from memory: keys that another node destroyed a moment ago must bring no row back.
        let keys = self.inner.keys.read_for_rows(people).await?;
        Ok(gather(events, &keys))
    }
}

/// An event with its stream.
type Found = (Uuid, SealedEvent);

async fn read_events(
    query: Query<'_, Postgres, PgArguments>,
    executor: impl PgExecutor<'_>,
) -> Result<Vec<Found>, StoreError> {
    query.fetch_all(executor).await?.iter().map(found).collect()
}

fn found(row: &PgRow) -> Result<Found, StoreError> {
    let position = row.try_get::<i64, _>("position")?.unsigned_abs();
    let row_read = match EventRow::read(row) {
        // A column that is missing or of another type is a fault of the statement, not of one event.
        Err(error @ (StoreError::Database(_) | StoreError::Unavailable(_))) => return Err(error),
        read => read,
    };
    Ok((
        row.try_get("stream_id")?,
        SealedEvent {
            position,
            row: row_read,
        },
    ))
}

/// One history for each person; the events come in order of stream and version.
fn gather(events: Vec<Found>, keys: &Keys) -> Vec<SealedHistory> {
    let mut people: Vec<SealedHistory> = Vec::new();
    for (stream, event) in events {
        match people.last_mut() {
            Some(last) if last.person.0 == stream => last.events.push(event),
            _ => people.push(SealedHistory {
                person: PersonId(stream),
                events: vec![event],
                keys: keys.get(&stream).cloned(),
            }),
        }
    }
    people
}
