//! What was not done in time, across lists.

use super::list::{ListedRow, RowPage, read_row};
use crate::{Store, StoreError};
use jiff::civil::Date;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use throughcare_domain::code::ServiceCode;
use throughcare_domain::id::PersonId;
use uuid::Uuid;

/// What of it is wanted.
#[derive(Clone, Debug)]
pub struct OverdueQuery {
    /// Lines of this service; without one, each thing once, whoever has not done it, that is open today.
    pub service: Option<ServiceCode>,
    /// On the list on this day.
    pub on: Date,
    /// Due on this day at the earliest. Bounds what is looked at.
    pub due_from: Date,
    /// Due on this day at the latest.
    pub due_to: Date,
    /// After this line, in order of the day on which it was due, and id.
    pub after: Option<(Date, Uuid)>,
    /// How many at most, 1 to 10,000.
    pub limit: u32,
}

macro_rules! overdue {
    ($name:literal, $whose:literal) => {
        concat!(
            "/* projection::",
            $name,
            " */ with checkpoint as (select position from checkpoints where name = 'worklists'),
             found as (
               select person, kind, row_id, service, organisation, prison, area, opened_on, closed_on, is_primary,
                 detail::text as detail, due_on
               from worklist_rows
               where known_to is null and due_on is not null and ",
            $whose,
            " and due_on between $3 and $4 and opened_on <= $2 and (closed_on is null or closed_on > $2)
                 and (due_on, row_id) > (coalesce($5::date, '-infinity'),
                                         coalesce($6::uuid, '00000000-0000-0000-0000-000000000000'))
               order by due_on, row_id
               limit $7)
             select c.position, f.* from checkpoint c left join found f on true order by f.due_on, f.row_id"
        )
    };
}

impl Store {
    /// Reads what is overdue, the longest first. Checkpoint and lines come from one snapshot.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn overdue(&self, query: &OverdueQuery) -> Result<RowPage, StoreError> {
        let day = |date: Date| jiff_sqlx::Date::from(date);
        let statement = match query.service {
            Some(_) => overdue!("overdue", "service = $1"),
            None => overdue!(
                "overdue_anywhere",
                "is_primary and closed_on is null and $1::text is null"
            ),
        };
        let rows = sqlx::query(statement)
            .bind(query.service.as_ref().map(|code| code.as_str().to_owned()))
            .bind(day(query.on))
            .bind(day(query.due_from))
            .bind(day(query.due_to))
            .bind(query.after.map(|(date, _)| day(date)))
            .bind(query.after.map(|(_, id)| id))
            .bind(i64::from(query.limit.clamp(1, 10_000)))
            .fetch_all(self.pool())
            .await?;
        let position = rows
            .first()
            .map_or(0, |row| row.get::<i64, _>("position").unsigned_abs());
        let listed = |row: &PgRow| {
            let person: Option<Uuid> = row.get("person");
            person.map(|person| {
                Ok(ListedRow {
                    person: PersonId(person),
                    row: read_row(row)?,
                })
            })
        };
        let rows = rows
            .iter()
            .filter_map(listed)
            .collect::<Result<_, StoreError>>()?;
        Ok(RowPage { rows, position })
    }
}
