//! What was not done in time, across lists.

use super::list::{RowPage, row_page};
use crate::{Reach, Store, StoreError};
use jiff::civil::Date;
use throughcare_domain::code::{AreaCode, ServiceCode};
use throughcare_domain::overdue::Watched;
use throughcare_domain::rows::RowKind;
use uuid::Uuid;

/// Where a line stands: by the day on which it was due, what it is about, and its kind: two things about one episode may
/// be due on one day.
pub type DuePlace = (Date, Uuid, RowKind);

/// What of it is wanted.
#[derive(Clone, Debug)]
pub struct OverdueQuery {
    /// Whose lines. Of whoever watches over others each thing is one line, however many lists it stands on.
    pub whose: Watched,
    /// On the list on this day.
    pub on: Date,
    /// Due on this day at the earliest. Bounds what is looked at.
    pub due_from: Date,
    /// Due on this day at the latest, before the day asked about.
    pub due_to: Date,
    /// After this line.
    pub after: Option<DuePlace>,
    /// How many at most, 1 to 10,000.
    pub limit: u32,
}

/// The lines of some list, as one part of the statement.
macro_rules! late {
    ($whose:literal) => {
        concat!(
            "(select person, kind, row_id, service, organisation, prison, area, opened_on, closed_on, is_primary,
                 detail::text as detail, due_on
               from worklist_rows
               where known_to is null and due_on is not null and ",
            $whose,
            " and due_on between $3 and $4 and opened_on <= $2
                 and (due_on, row_id, kind) > (coalesce($5::date, '-infinity'),
                                               coalesce($6::uuid, '00000000-0000-0000-0000-000000000000'), $8)
               order by due_on, row_id, kind
               limit $7)"
        )
    };
}

macro_rules! overdue {
    ($name:literal, $($found:expr),+) => {
        concat!(
            "/* projection::",
            $name,
            " */ with checkpoint as (select position from checkpoints where name = 'worklists'),
             found as (",
            $($found,)+
            " order by due_on, row_id, kind limit $7)
             select c.position, f.* from checkpoint c left join found f on true order by f.due_on, f.row_id, f.kind"
        )
    };
}

impl Store {
    /// Reads what is overdue, the longest first. Checkpoint and lines come from one snapshot.
    ///
    /// What was closed later than it was due, and after the day asked about, was overdue on that day: an index of its
    /// own holds it, so that a past day is not read line by line.
    ///
    /// A required assessment follows from what a drug test found: who watches over others may not know of it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn overdue(&self, reach: &Reach, query: &OverdueQuery) -> Result<RowPage, StoreError> {
        let day = |date: Date| jiff_sqlx::Date::from(date);
        let statement = match query.whose {
            Watched::Own(_) => overdue!(
                "overdue",
                "select * from ",
                late!(
                    "service = $1 and (closed_on is null or closed_on > due_on + 1)
                     and (closed_on is null or closed_on > $2)"
                ),
                " as own"
            ),
            Watched::Everywhere => overdue!(
                "overdue_everywhere",
                late!("$1::text is null and is_primary and closed_on is null and kind <> 'assessment_required'"),
                " union all ",
                late!(
                    "is_primary and closed_on > due_on + 1 and closed_on > $2 and kind <> 'assessment_required'"
                )
            ),
            Watched::Areas { .. } => overdue!(
                "overdue_of_areas",
                late!(
                    "is_primary and closed_on is null and kind <> 'assessment_required'
                     and (area = any($1) or (area is null and (service is null or service = any($9))))"
                ),
                " union all ",
                late!(
                    "is_primary and closed_on > due_on + 1 and closed_on > $2 and kind <> 'assessment_required'
                     and (area = any($1) or (area is null and (service is null or service = any($9))))"
                )
            ),
        };
        let asked = sqlx::query(statement);
        let asked = match &query.whose {
            Watched::Own(service) => asked.bind(service.as_str()),
            Watched::Everywhere => asked.bind(None::<&str>),
            Watched::Areas { areas, .. } => {
                asked.bind(areas.iter().map(AreaCode::as_str).collect::<Vec<_>>())
            }
        };
        let mut asked = asked
            .bind(day(query.on))
            .bind(day(query.due_from))
            .bind(day(query.due_to))
            .bind(query.after.map(|(date, ..)| day(date)))
            .bind(query.after.map(|(_, id, _)| id))
            .bind(i64::from(query.limit.clamp(1, 10_000)))
            .bind(query.after.map_or("", |(.., kind)| kind.as_str()));
        if let Watched::Areas { services, .. } = &query.whose {
            asked = asked.bind(services.iter().map(ServiceCode::as_str).collect::<Vec<_>>());
        }
        row_page(&asked.fetch_all(self.within(reach)).await?)
    }
}
