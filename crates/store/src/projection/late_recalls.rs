//! Kits of called-back batches whose holders were not told in time. A recall is an event of an organisation and changes
//! no line of a person's, so that the day by which somebody is to be told stands in no line either.

use super::list::{RowPage, row_page};
use super::overdue::DuePlace;
use crate::{Reach, Store, StoreError};
use jiff::civil::Date;
use throughcare_domain::code::{AreaCode, Code, ServiceCode};
use throughcare_domain::id::RecallId;
use throughcare_domain::overdue::Watched;
use throughcare_domain::rows::RowKind;

/// A recall of which holders are to be told.
#[derive(Clone, Debug)]
pub struct Recalled {
    /// Which.
    pub recall: RecallId,
    /// Code of `naloxone-products`.
    pub product: Code,
    /// Batch on the packs.
    pub batch: Code,
    /// Since when.
    pub since: Date,
}

/// What of it is wanted.
#[derive(Clone, Debug)]
pub struct LateRecallQuery {
    /// Whose lines.
    pub whose: Watched,
    /// Of a service's own: the services that gave the kits of which it tells.
    pub tells_for: Vec<ServiceCode>,
    /// The recalls that go on.
    pub recalls: Vec<Recalled>,
    /// Days in which a holder is told, from the recall or from when they got the kit.
    pub within_days: i32,
    /// Who holds them on this day.
    pub on: Date,
    /// Due on this day at the earliest.
    pub due_from: Date,
    /// Due on this day at the latest.
    pub due_to: Date,
    /// After this line.
    pub after: Option<DuePlace>,
    /// How many at most, 1 to 10,000.
    pub limit: u32,
}

macro_rules! late_recalls {
    ($name:literal, $whose:literal) => {
        concat!(
            "/* projection::",
            $name,
            " */ with checkpoint as (select position from checkpoints where name = 'worklists'),
             recalls as (select * from unnest($2::text[], $3::text[], $4::text[], $5::date[])
                         as r (recall, product, batch, since)),
             found as (
               select person, kind, row_id, service, organisation, prison, area, opened_on, closed_on, is_primary,
                 detail::text as detail, due.due_on
               from worklist_rows w cross join lateral (
                 select min(greatest(r.since, w.opened_on)) + $6::int as due_on from recalls r
                 where r.product = w.detail ->> 'product' and r.batch = w.detail ->> 'batch'
                   and not coalesce(w.detail -> 'told', '[]'::jsonb) ? r.recall) due
               where w.batch = any($4) and w.kind = 'naloxone_kit' and w.known_to is null and ",
            $whose,
            " and w.opened_on <= $7 and coalesce((w.detail ->> 'leftOn')::date, 'infinity') > $7
                 and due.due_on between $8 and $9
                 and (due.due_on, w.row_id, w.kind) > (coalesce($10::date, '-infinity'),
                                                       coalesce($11::uuid, '00000000-0000-0000-0000-000000000000'), $12)
               order by due.due_on, w.row_id limit $13)
             select c.position, f.* from checkpoint c left join found f on true order by f.due_on, f.row_id"
        )
    };
}

impl Store {
    /// Reads the kits whose holders were to be told by a day, the longest overdue first, each with the day by which its
    /// holder was to be told. Whoever was told since is not among them, whatever day is asked about.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn late_recalls(&self, reach: &Reach, query: &LateRecallQuery) -> Result<RowPage, StoreError> {
        let day = |date: Date| jiff_sqlx::Date::from(date);
        let statement = match query.whose {
            Watched::Own(_) => late_recalls!("late_recalls", "w.service = any($1)"),
            Watched::Everywhere => late_recalls!("late_recalls_everywhere", "$1::text[] is not null"),
            Watched::Areas { .. } => late_recalls!(
                "late_recalls_of_areas",
                "(w.area = any($1) or (w.area is null and (w.service is null or w.service = any($14))))"
            ),
        };
        let codes = |services: &[ServiceCode]| -> Vec<String> {
            services.iter().map(|code| code.as_str().to_owned()).collect()
        };
        let whose = match &query.whose {
            Watched::Own(_) => codes(&query.tells_for),
            Watched::Everywhere => Vec::new(),
            Watched::Areas { areas, .. } => areas.iter().map(AreaCode::to_string).collect(),
        };
        let column = |of: fn(&Recalled) -> String| -> Vec<String> { query.recalls.iter().map(of).collect() };
        let since: Vec<_> = query.recalls.iter().map(|one| day(one.since)).collect();
        let mut asked = sqlx::query(statement)
            .bind(whose)
            .bind(column(|one| one.recall.0.to_string()))
            .bind(column(|one| one.product.to_string()))
            .bind(column(|one| one.batch.to_string()))
            .bind(since)
            .bind(query.within_days)
            .bind(day(query.on))
            .bind(day(query.due_from))
            .bind(day(query.due_to))
            .bind(query.after.map(|(date, ..)| day(date)))
            .bind(query.after.map(|(_, id, _)| id))
            .bind(query.after.map_or("", |(.., kind)| RowKind::as_str(kind)))
            .bind(i64::from(query.limit.clamp(1, 10_000)));
        if let Watched::Areas { services, .. } = &query.whose {
            asked = asked.bind(codes(services));
        }
        row_page(&asked.fetch_all(self.within(reach)).await?)
    }
}
