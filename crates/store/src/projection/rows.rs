//! A person's rows in a projection's table: what is known now is compared with what is wanted, and the difference
//! written. Nothing is overwritten but the end of what is known no longer.

use super::compute::PersonUpdate;
use crate::StoreError;
use crate::connect::Session;
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::HashMap;
use throughcare_domain::rows::Row;
use uuid::Uuid;

/// What a row says, without its surrogate number: what is compared, copied and digested, in this order.
pub(super) const COLUMNS: &str = "person, kind, row_id, service, organisation, prison, area, opened_on, closed_on, \
                                  is_primary, detail, known_from, known_to, due_on";
/// People written with one statement. Bounds its arrays.
const PEOPLE: usize = 500;

/// A row that is known now.
pub(super) struct Known {
    place: Place,
    row: Row,
}

/// Where a known row stands.
#[derive(Clone, Copy)]
enum Place {
    /// In the table, under this number.
    Stored(i64),
    /// Among the rows to be inserted.
    Pending(usize),
}

/// Rows to be inserted.
#[derive(Default)]
pub(super) struct Pending {
    pub person: Vec<Uuid>,
    pub row: Vec<Row>,
    pub known_from: Vec<i64>,
    pub known_to: Vec<Option<i64>>,
}

/// Rows whose end is now known.
#[derive(Default)]
pub(super) struct Closed {
    entry: Vec<i64>,
    known_to: Vec<i64>,
}

/// Writes the difference to what the table holds.
pub(super) async fn write(
    connection: &mut Session<'_>,
    table: &'static str,
    updates: &[PersonUpdate],
) -> Result<(), StoreError> {
    for some in updates.chunks(PEOPLE) {
        let persons: Vec<Uuid> = some.iter().map(|update| update.person.0).collect();
        let mut known = known_now(connection, table, &persons).await?;
        let (mut closed, mut pending) = (Closed::default(), Pending::default());
        for update in some {
            let now = known.remove(&update.person.0).unwrap_or_default();
            step_through(update, now, &mut closed, &mut pending);
        }
        close(connection, table, closed).await?;
        insert(connection, table, pending).await?;
    }
    Ok(())
}

/// Removes every row of some people.
pub(super) async fn remove(
    connection: &mut Session<'_>,
    table: &'static str,
    people: &[Uuid],
) -> Result<(), StoreError> {
    let statement = format!("/* projection::remove */ delete from {table} where person = any($1)");
    sqlx::query(AssertSqlSafe(statement))
        .bind(people)
        .execute(connection)
        .await?;
    Ok(())
}

const UNWRITABLE: StoreError = StoreError::Invalid("a projection's row cannot be written");

/// Goes through a person's steps from the rows that are known `now`: which of them end, and which rows are to be
/// inserted.
pub(super) fn step_through(
    update: &PersonUpdate,
    mut now: Vec<Known>,
    closed: &mut Closed,
    pending: &mut Pending,
) {
    let mut taken = Vec::new();
    for (position, rows) in &update.steps {
        let position = position.cast_signed();
        taken.clear();
        taken.resize(rows.len(), false);
        // Rows come in one order step after step: what follows the last row found is mostly the next.
        let mut next = 0;
        now.retain(|known| {
            let from_next = (next..rows.len()).chain(0..next);
            let same = from_next
                .into_iter()
                .find(|at| !taken[*at] && rows[*at] == known.row);
            if let Some(same) = same {
                taken[same] = true;
                next = same + 1;
                return true;
            }
            match known.place {
                Place::Stored(entry) => {
                    closed.entry.push(entry);
                    closed.known_to.push(position);
                }
                Place::Pending(at) => pending.known_to[at] = Some(position),
            }
            false
        });
        for (row, _) in rows.iter().zip(&taken).filter(|(_, taken)| !**taken) {
            now.push(Known {
                place: Place::Pending(pending.row.len()),
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
    table: &'static str,
    persons: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Known>>, StoreError> {
    let statement = format!(
        "/* projection::known_now */ select entry, person, kind, row_id, service, organisation, prison, area,
                opened_on, closed_on, is_primary, detail::text as detail
         from {table} where person = any($1) and known_to is null order by entry"
    );
    let rows = sqlx::query(AssertSqlSafe(statement))
        .bind(persons)
        .fetch_all(connection)
        .await?;
    let mut known: HashMap<Uuid, Vec<Known>> = HashMap::new();
    for row in rows {
        let one = Known {
            place: Place::Stored(row.try_get("entry")?),
            row: super::list::read_row(&row)?,
        };
        known.entry(row.try_get("person")?).or_default().push(one);
    }
    Ok(known)
}

async fn close(connection: &mut Session<'_>, table: &'static str, closed: Closed) -> Result<(), StoreError> {
    if closed.entry.is_empty() {
        return Ok(());
    }
    let statement = format!(
        "/* projection::close */ update {table} as w set known_to = c.position
         from unnest($1::bigint[], $2::bigint[]) as c (entry, position) where w.entry = c.entry"
    );
    sqlx::query(AssertSqlSafe(statement))
        .bind(closed.entry)
        .bind(closed.known_to)
        .execute(connection)
        .await?;
    Ok(())
}

async fn insert(
    connection: &mut Session<'_>,
    table: &'static str,
    pending: Pending,
) -> Result<(), StoreError> {
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
        .map_err(|_| UNWRITABLE)?;
    let day = |date: jiff::civil::Date| jiff_sqlx::Date::from(date);
    let statement = format!(
        "/* projection::insert */ insert into {table}
           (person, kind, row_id, service, organisation, prison, area, opened_on, closed_on, is_primary, detail, known_from, known_to, due_on)
         select person, kind, row_id, service, organisation, prison, area, opened_on, closed_on, is_primary, detail::jsonb, known_from, known_to, due_on
         from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::date[], $9::date[],
                     $10::boolean[], $11::text[], $12::bigint[], $13::bigint[], $14::date[])
           as r (person, kind, row_id, service, organisation, prison, area, opened_on, closed_on, is_primary, detail, known_from, known_to, due_on)"
    );
    sqlx::query(AssertSqlSafe(statement))
        .bind(&pending.person)
        .bind(column(&pending, |row| row.kind.as_str().to_owned()))
        .bind(column(&pending, |row| row.id))
        .bind(column(&pending, |row| {
            text(row.service.as_ref().map(|code| code.as_str()))
        }))
        .bind(column(&pending, |row| {
            text(row.organisation.as_ref().map(|code| code.as_str()))
        }))
        .bind(column(&pending, |row| {
            text(row.prison.as_ref().map(|code| code.as_str()))
        }))
        .bind(column(&pending, |row| {
            text(row.area.as_ref().map(|code| code.as_str()))
        }))
        .bind(column(&pending, |row| day(row.opened_on)))
        .bind(column(&pending, |row| row.closed_on.map(day)))
        .bind(column(&pending, |row| row.primary))
        .bind(details)
        .bind(&pending.known_from)
        .bind(&pending.known_to)
        .bind(column(&pending, |row| row.due().map(|(_, due)| day(due))))
        .execute(connection)
        .await?;
    Ok(())
}
