//! Moving a projection forward by one batch of events.
//!
//! The checkpoint row is the fence: whoever holds its lock writes rows and the new position in one
//! transaction; others skip. A worker that was paused finds its transaction gone and writes nothing.

use crate::connect::Session;
use crate::{Store, StoreError};
use sqlx::Row as _;
use std::collections::{HashMap, HashSet};
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::id::PersonId;
use throughcare_domain::rows::Row;
use throughcare_domain::stream::{StreamId, StreamKind};
use uuid::Uuid;

/// Events after the checkpoint, with all that is needed to compute rows.
#[derive(Debug)]
pub struct Batch {
    /// The checkpoint before.
    pub from: u64,
    /// The checkpoint after.
    pub to: u64,
    /// Persons touched, each with the positions of their new events in this batch, in order.
    pub touched: Vec<(PersonId, Vec<u64>)>,
    /// The whole history up to `to` of every person touched.
    pub histories: HashMap<PersonId, Vec<RecordedEvent>>,
}

/// What one person's rows are after each of some positions.
#[derive(Clone, Debug)]
pub struct PersonUpdate {
    /// Whose.
    pub person: PersonId,
    /// Rows as known from each position on, in order of position.
    pub steps: Vec<(u64, Vec<Row>)>,
}

/// How far a projection came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advanced {
    /// Another worker holds the checkpoint.
    HeldElsewhere,
    /// There was nothing new.
    UpToDate(u64),
    /// It moved.
    Moved {
        /// The checkpoint now.
        to: u64,
        /// Events behind the head that are still to come.
        behind: u64,
    },
}

impl Store {
    /// Moves a projection over at most `limit` events. `compute` is pure: it is called once, inside the
    /// transaction, and must not block.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing moved.
    pub async fn advance<F>(&self, projection: &str, limit: u32, compute: F) -> Result<Advanced, StoreError>
    where
        F: FnOnce(&Batch) -> Vec<PersonUpdate> + Send,
    {
        let mut transaction = self.projecting().begin().await?;
        let held = sqlx::query("/* projection::advance */ select position from checkpoints where name = $1 for update skip locked")
            .bind(projection)
            .fetch_optional(&mut transaction)
            .await?;
        let Some(held) = held else {
            return Ok(Advanced::HeldElsewhere);
        };
        let from = held.get::<i64, _>(0).unsigned_abs();
        let head = self.head().await?.position;
        if head <= from {
            return Ok(Advanced::UpToDate(from));
        }
        let to = head.min(from + u64::from(limit));
        let mut batch = self.batch(&mut transaction, projection, from, to).await?;
        self.open_histories(&mut transaction, projection, &mut batch)
            .await?;
        let updates = compute(&batch);
        write(&mut transaction, updates).await?;
        sqlx::query("/* projection::advance */ update checkpoints set position = $2, moved_at = clock_timestamp() where name = $1")
            .bind(projection)
            .bind(to.cast_signed())
            .execute(&mut transaction)
            .await?;
        transaction.commit().await?;
        Ok(Advanced::Moved {
            to,
            behind: head - to,
        })
    }

    async fn batch(
        &self,
        connection: &mut Session<'_>,
        projection: &str,
        from: u64,
        to: u64,
    ) -> Result<Batch, StoreError> {
        let parked: HashSet<Uuid> =
            sqlx::query("/* projection::batch */ select person from parked where projection = $1")
                .bind(projection)
                .fetch_all(&mut *connection)
                .await?
                .iter()
                .map(|row| row.get(0))
                .collect();
        let rows = sqlx::query(
            "/* projection::batch */ select position, stream_id from events
             where position > $1 and position <= $2 and stream_kind = $3 order by position",
        )
        .bind(from.cast_signed())
        .bind(to.cast_signed())
        .bind(crate::log::kind_number(StreamKind::Person))
        .fetch_all(&mut *connection)
        .await?;
        let mut touched: Vec<(PersonId, Vec<u64>)> = Vec::new();
        let mut index: HashMap<Uuid, usize> = HashMap::new();
        for row in rows {
            let (position, person): (i64, Uuid) = (row.get(0), row.get(1));
            if parked.contains(&person) {
                continue;
            }
            let at = *index.entry(person).or_insert_with(|| {
                touched.push((PersonId(person), Vec::new()));
                touched.len() - 1
            });
            touched[at].1.push(position.unsigned_abs());
        }
        Ok(Batch {
            from,
            to,
            touched,
            histories: HashMap::new(),
        })
    }

    /// Reads and opens the histories; a person whose events cannot be read is parked.
    async fn open_histories(
        &self,
        connection: &mut Session<'_>,
        projection: &str,
        batch: &mut Batch,
    ) -> Result<(), StoreError> {
        let streams: Vec<StreamId> = batch
            .touched
            .iter()
            .map(|(person, _)| StreamId::person(*person))
            .collect();
        for some in streams.chunks(500) {
            match self.read_streams(some, Some(batch.to)).await {
                Ok(read) => {
                    batch.histories.extend(
                        read.into_iter()
                            .map(|(stream, events)| (PersonId(stream.id), events)),
                    );
                }
                Err(error @ (StoreError::Unavailable(_) | StoreError::Unknown)) => return Err(error),
                Err(_) => {
                    for stream in some {
                        match self.read_stream(*stream, Some(batch.to)).await {
                            Ok(events) => {
                                batch.histories.insert(PersonId(stream.id), events);
                            }
                            Err(error @ (StoreError::Unavailable(_) | StoreError::Unknown)) => {
                                return Err(error);
                            }
                            Err(error) => park(connection, projection, stream.id, batch.from, &error).await?,
                        }
                    }
                }
            }
        }
        let histories = &batch.histories;
        batch.touched.retain(|(person, _)| histories.contains_key(person));
        Ok(())
    }
}

async fn park(
    connection: &mut Session<'_>,
    projection: &str,
    person: Uuid,
    position: u64,
    error: &StoreError,
) -> Result<(), StoreError> {
    tracing::error!(projection, %person, %error, "parked: this person's events cannot be read");
    sqlx::query("/* projection::park */ insert into parked (projection, person, position, reason) values ($1, $2, $3, $4) on conflict do nothing")
        .bind(projection)
        .bind(person)
        .bind(position.cast_signed())
        .bind(error.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// A row that is known now.
struct Known {
    /// Its entry in the table; `None` when it is made by this batch (then an index into what to insert).
    entry: Option<i64>,
    pending: usize,
    row: Row,
}

#[derive(Default)]
struct Pending {
    person: Vec<Uuid>,
    row: Vec<Row>,
    known_from: Vec<i64>,
    known_to: Vec<Option<i64>>,
}

async fn write(connection: &mut Session<'_>, updates: Vec<PersonUpdate>) -> Result<(), StoreError> {
    for some in updates.chunks(500) {
        let persons: Vec<Uuid> = some.iter().map(|update| update.person.0).collect();
        let mut known = known_now(connection, &persons).await?;
        let (mut closed, mut pending) = ((Vec::new(), Vec::new()), Pending::default());
        for update in some {
            let now = known.remove(&update.person.0).unwrap_or_default();
            step_through(update, now, &mut closed, &mut pending);
        }
        close(connection, closed).await?;
        insert(connection, pending).await?;
    }
    Ok(())
}

fn step_through(
    update: &PersonUpdate,
    mut now: Vec<Known>,
    closed: &mut (Vec<i64>, Vec<i64>),
    pending: &mut Pending,
) {
    for (position, rows) in &update.steps {
        let position = position.cast_signed();
        let mut wanted: Vec<&Row> = rows.iter().collect();
        now.retain(|known| {
            if let Some(same) = wanted.iter().position(|row| **row == known.row) {
                wanted.swap_remove(same);
                return true;
            }
            match known.entry {
                Some(entry) => {
                    closed.0.push(entry);
                    closed.1.push(position);
                }
                None => pending.known_to[known.pending] = Some(position),
            }
            false
        });
        for row in rows
            .iter()
            .filter(|row| wanted.iter().any(|one| std::ptr::eq(*one, *row)))
        {
            now.push(Known {
                entry: None,
                pending: pending.row.len(),
                row: row.clone(),
            });
            pending.person.push(update.person.0);
            pending.row.push(row.clone());
            pending.known_from.push(position);
            pending.known_to.push(None);
        }
    }
}

async fn known_now(
    connection: &mut Session<'_>,
    persons: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Known>>, StoreError> {
    let rows = sqlx::query(
        "/* projection::known_now */ select entry, person, kind, row_id, service, organisation, prison, area,
                opened_on, closed_on, is_primary, detail::text as detail
         from worklist_rows where person = any($1) and known_to is null order by entry",
    )
    .bind(persons)
    .fetch_all(connection)
    .await?;
    let mut known: HashMap<Uuid, Vec<Known>> = HashMap::new();
    for row in rows {
        let one = Known {
            entry: Some(row.get("entry")),
            pending: 0,
            row: super::list::read_row(&row)?,
        };
        known.entry(row.get("person")).or_default().push(one);
    }
    Ok(known)
}

async fn close(
    connection: &mut Session<'_>,
    (entries, positions): (Vec<i64>, Vec<i64>),
) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "/* projection::close */ update worklist_rows as w set known_to = c.position
         from unnest($1::bigint[], $2::bigint[]) as c (entry, position) where w.entry = c.entry",
    )
    .bind(entries)
    .bind(positions)
    .execute(connection)
    .await?;
    Ok(())
}

async fn insert(connection: &mut Session<'_>, pending: Pending) -> Result<(), StoreError> {
    if pending.row.is_empty() {
        return Ok(());
    }
    fn column<T>(pending: &Pending, of: impl Fn(&Row) -> T) -> Vec<T> {
        pending.row.iter().map(of).collect()
    }
    let text = |code: Option<&str>| code.map(str::to_owned);
    let details: Vec<String> = pending
        .row
        .iter()
        .map(|row| serde_json::to_string(&row.detail))
        .collect::<Result<_, _>>()
        .map_err(|_| StoreError::Invalid("a worklist row cannot be written"))?;
    let day = |date: jiff::civil::Date| jiff_sqlx::Date::from(date);
    sqlx::query(
        "/* projection::insert */ insert into worklist_rows
           (person, kind, row_id, service, organisation, prison, area, opened_on, closed_on, is_primary, detail, known_from, known_to)
         select person, kind, row_id, service, organisation, prison, area, opened_on, closed_on, is_primary, detail::jsonb, known_from, known_to
         from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::date[], $9::date[],
                     $10::boolean[], $11::text[], $12::bigint[], $13::bigint[])
           as r (person, kind, row_id, service, organisation, prison, area, opened_on, closed_on, is_primary, detail, known_from, known_to)",
    )
    .bind(&pending.person)
    .bind(column(&pending, |row| row.kind.as_str().to_owned()))
    .bind(column(&pending, |row| row.id))
    .bind(column(&pending, |row| text(row.service.as_ref().map(|code| code.as_str()))))
    .bind(column(&pending, |row| text(row.organisation.as_ref().map(|code| code.as_str()))))
    .bind(column(&pending, |row| text(row.prison.as_ref().map(|code| code.as_str()))))
    .bind(column(&pending, |row| text(row.area.as_ref().map(|code| code.as_str()))))
    .bind(column(&pending, |row| day(row.opened_on)))
    .bind(column(&pending, |row| row.closed_on.map(day)))
    .bind(column(&pending, |row| row.primary))
    .bind(details)
    .bind(&pending.known_from)
    .bind(&pending.known_to)
    .execute(connection)
    .await?;
    Ok(())
}
