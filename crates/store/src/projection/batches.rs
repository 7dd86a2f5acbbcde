//! Naloxone by its batch: who holds kits of it, and how many everybody has. Reads the lines of kits that clients got
//! and of batches that services have.

use super::list::{listed, row_page};
use super::{ListOrder, ListedRow, Recalled, RowPage};
use crate::{Reach, Store, StoreError};
use jiff::civil::Date;
use sqlx::Row as _;
use throughcare_domain::code::{Code, ServiceCode};
use throughcare_domain::id::RecallId;
use throughcare_domain::stock::Issued;
use uuid::Uuid;

/// Most days with issues of one batch that a shelf adds up: more than a service gives out in a hundred years.
const MOST_ISSUES: i64 = 200_000;

/// Which holders are wanted.
#[derive(Clone, Debug)]
pub struct HolderQuery {
    /// Batch on the packs.
    pub batch: Code,
    /// Only kits of this product.
    pub product: Option<Code>,
    /// Only kits that these services gave.
    pub services: Vec<ServiceCode>,
    /// Only those who are still to be told of this recall.
    pub to_tell: Option<RecallId>,
    /// Who holds them on this day.
    pub on: Date,
    /// After this kit, in order of the day on which it left the shelf and of id.
    pub after: Option<(Date, Uuid)>,
    /// How many at most, 1 to 1,000.
    pub limit: u32,
}

/// Which kits of called-back batches a service still has to tell of.
#[derive(Clone, Debug)]
pub struct CalledBackQuery {
    /// The services that gave them.
    pub services: Vec<ServiceCode>,
    /// The recalls that go on.
    pub recalls: Vec<Recalled>,
    /// Days in which a holder is told, from the recall or from when they got the kit.
    pub within_days: i32,
    /// Who holds them on this day.
    pub on: Date,
    /// As known at this log position; now without it.
    pub known_at: Option<u64>,
    /// By the day on which the kit left the shelf, or by that on which its holder is to be told.
    pub order: ListOrder,
    /// After this kit, in that order and of id.
    pub after: Option<(Date, Uuid)>,
    /// How many at most, 1 to 10,000.
    pub limit: u32,
}

/// How many kits of a batch a service had, and where they are now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchTotals {
    /// The service that had them.
    pub service: ServiceCode,
    /// Code of `naloxone-products`.
    pub product: Code,
    /// Kits on its shelf by the log.
    pub on_hand: i64,
    /// Kits that clients hold, in property included.
    pub held: i64,
    /// How many of those whose holders were told of the recall asked about.
    pub held_told: i64,
    /// Kits given to people who are not clients.
    pub supplied: i64,
    /// How many of those whose recipients were told.
    pub supplied_told: i64,
}

/// A kit that a client got, and when the log knew.
#[derive(Clone, Debug, PartialEq)]
pub struct IssuedKit {
    /// Log position from which it was known.
    pub position: u64,
    /// Its line as it is known now.
    pub listed: ListedRow,
}

impl Store {
    /// The kits of a batch that clients hold.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn holders(&self, reach: &Reach, query: &HolderQuery) -> Result<RowPage, StoreError> {
        let day = |date: Date| jiff_sqlx::Date::from(date);
        let services: Vec<&str> = query.services.iter().map(ServiceCode::as_str).collect();
        let rows = sqlx::query(
            "/* projection::holders */ with checkpoint as (select position from checkpoints where name = 'worklists'),
             found as (
               select person, kind, row_id, service, organisation, prison, area, opened_on, closed_on, is_primary,
                 detail::text as detail, due_on
               from worklist_rows
               where batch = $1 and kind = 'naloxone_kit' and known_to is null
                 and ($2::text is null or detail ->> 'product' = $2)
                 and service = any($3)
                 and ($4::text is null or not coalesce(detail -> 'told', '[]'::jsonb) ? $4)
                 and opened_on <= $5
                 and coalesce((detail ->> 'leftOn')::date, 'infinity') > $5
                 and (opened_on, row_id) > (coalesce($6::date, '-infinity'),
                                            coalesce($7::uuid, '00000000-0000-0000-0000-000000000000'))
               order by opened_on, row_id limit $8)
             select c.position, f.* from checkpoint c left join found f on true order by f.opened_on, f.row_id",
        )
        .bind(query.batch.as_str())
        .bind(query.product.as_ref().map(Code::as_str))
        .bind(services)
        .bind(query.to_tell.map(|recall| recall.0.to_string()))
        .bind(day(query.on))
        .bind(query.after.map(|(date, _)| day(date)))
        .bind(query.after.map(|(_, id)| id))
        .bind(i64::from(query.limit.clamp(1, 1_000)))
        .fetch_all(self.within(reach))
        .await?;
        row_page(&rows)
    }

    /// Kits of called-back batches whose holders a service has to tell.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn called_back(&self, reach: &Reach, query: &CalledBackQuery) -> Result<RowPage, StoreError> {
        macro_rules! called_back {
            ($name:literal, $suffix:literal, $known:literal, $beyond:literal, $order:literal) => {
                concat!(
                    "/* projection::",
                    $name,
                    $suffix,
                    " */ with checkpoint as (select position from checkpoints where name = 'worklists'),
                     recalls as (select * from unnest($2::text[], $3::text[], $4::text[], $10::date[])
                                 as r (recall, product, batch, since)),
                     found as (
                       select person, kind, row_id, service, organisation, prison, area, opened_on, closed_on,
                         is_primary, detail::text as detail, due.due_on
                       from worklist_rows w cross join lateral (
                         select min(greatest(r.since, w.opened_on)) + $11::int as due_on from recalls r
                         where r.product = w.detail ->> 'product' and r.batch = w.detail ->> 'batch'
                           and not coalesce(w.detail -> 'told', '[]'::jsonb) ? r.recall) due
                       where service = any($1) and kind = 'naloxone_kit' and opened_on <= $5
                         and coalesce((detail ->> 'leftOn')::date, 'infinity') > $5
                         and due.due_on is not null
                         and ",
                    $beyond,
                    " and ",
                    $known,
                    " order by ",
                    $order,
                    " limit $9)
                     select c.position, f.* from checkpoint c left join found f on true order by ",
                    $order,
                )
            };
            ($name:literal, $known:literal) => {
                match query.order {
                    ListOrder::Oldest => called_back!(
                        $name,
                        "",
                        $known,
                        "(opened_on, row_id) > (coalesce($6::date, '-infinity'),
                                                coalesce($7::uuid, '00000000-0000-0000-0000-000000000000'))",
                        "opened_on, row_id"
                    ),
                    ListOrder::Newest => called_back!(
                        $name,
                        "_newest",
                        $known,
                        "(opened_on, row_id) < (coalesce($6::date, 'infinity'),
                                                coalesce($7::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))",
                        "opened_on desc, row_id desc"
                    ),
                    ListOrder::DueSoonest => called_back!(
                        $name,
                        "_due_soonest",
                        $known,
                        "(due.due_on, row_id) > (coalesce($6::date, '-infinity'),
                                                coalesce($7::uuid, '00000000-0000-0000-0000-000000000000'))",
                        "due_on, row_id"
                    ),
                    ListOrder::DueLatest => called_back!(
                        $name,
                        "_due_latest",
                        $known,
                        "(due.due_on, row_id) < (coalesce($6::date, 'infinity'),
                                                coalesce($7::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))",
                        "due_on desc, row_id desc"
                    ),
                }
            };
        }
        let day = |date: Date| jiff_sqlx::Date::from(date);
        let column = |of: fn(&Recalled) -> String| -> Vec<String> { query.recalls.iter().map(of).collect() };
        let since: Vec<_> = query.recalls.iter().map(|one| day(one.since)).collect();
        let statement = match query.known_at {
            None => called_back!("called_back", "known_to is null and $8::bigint is null"),
            Some(_) => called_back!(
                "called_back_then",
                "known_from <= $8 and (known_to is null or known_to > $8)"
            ),
        };
        let rows = sqlx::query(statement)
            .bind(query.services.iter().map(ServiceCode::as_str).collect::<Vec<_>>())
            .bind(column(|one| one.recall.0.to_string()))
            .bind(column(|one| one.product.to_string()))
            .bind(column(|one| one.batch.to_string()))
            .bind(day(query.on))
            .bind(query.after.map(|(date, _)| day(date)))
            .bind(query.after.map(|(_, id)| id))
            .bind(query.known_at.map(u64::cast_signed))
            .bind(i64::from(query.limit.clamp(1, 10_000)))
            .bind(since)
            .bind(query.within_days)
            .fetch_all(self.within(reach))
            .await?;
        row_page(&rows)
    }

    /// How many kits of a batch each service had, and where they are on a day; with the log position up to which it
    /// is true.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn batch_totals(
        &self,
        reach: &Reach,
        product: Option<&Code>,
        batch: &Code,
        recall: Option<RecallId>,
        on: Date,
    ) -> Result<(Vec<BatchTotals>, u64), StoreError> {
        let position = self.checkpoint("worklists").await?;
        let rows = sqlx::query(
            "/* projection::batch_totals */ with lines as (
               select service, detail ->> 'product' as product, kind = 'naloxone_kit' as kit,
                 coalesce((detail ->> 'leftOn')::date, 'infinity') > $4 as held,
                 coalesce(detail -> 'told', '[]'::jsonb) ? coalesce($3, '') as told,
                 (detail -> 'told' ->> coalesce($3, ''))::bigint as told_kits,
                 (detail ->> 'beforeIssues')::bigint as shelf, (detail ->> 'supplied')::bigint as supplied
               from worklist_rows
               where batch = $1 and kind in ('naloxone_kit', 'naloxone_stock') and known_to is null
                 and ($2::text is null or detail ->> 'product' = $2) and opened_on <= $4 and service is not null)
             select service, product,
               (coalesce(sum(shelf), 0) - count(*) filter (where kit))::bigint as on_hand,
               count(*) filter (where kit and held) as held,
               count(*) filter (where kit and held and told) as held_told,
               coalesce(sum(supplied), 0)::bigint as supplied,
               coalesce(sum(told_kits) filter (where not kit), 0)::bigint as supplied_told
             from lines group by service, product order by service, product",
        )
        .bind(batch.as_str())
        .bind(product.map(Code::as_str))
        .bind(recall.map(|recall| recall.0.to_string()))
        .bind(jiff_sqlx::Date::from(on))
        .fetch_all(self.within(reach))
        .await?;
        let totals = rows
            .iter()
            .map(|row| {
                Ok(BatchTotals {
                    service: ServiceCode::parse(row.try_get("service")?).map_err(unreadable)?,
                    product: Code::parse(row.try_get("product")?).map_err(unreadable)?,
                    on_hand: row.try_get("on_hand")?,
                    held: row.try_get("held")?,
                    held_told: row.try_get("held_told")?,
                    supplied: row.try_get("supplied")?,
                    supplied_told: row.try_get("supplied_told")?,
                })
            })
            .collect::<Result<_, StoreError>>()?;
        Ok((totals, position))
    }

    /// Kits that clients got from a service, added up by batch and day, as known now or at a log position; with the
    /// position up to which it is true.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn issued_by(
        &self,
        reach: &Reach,
        service: &ServiceCode,
        known_at: Option<u64>,
    ) -> Result<(Vec<Issued>, u64), StoreError> {
        let position = self.checkpoint("worklists").await?;
        let rows = sqlx::query(match known_at {
            None => {
                "/* projection::issued_by */ select detail ->> 'product' as product, detail ->> 'batch' as batch,
                   min((detail ->> 'expiresOn')::date) as expires_on, opened_on, count(*) as kits
                 from worklist_rows where service = $1 and kind = 'naloxone_kit' and known_to is null
                   and $2::bigint is null
                 group by 1, 2, 4 limit $3"
            }
            Some(_) => {
                "/* projection::issued_by_then */ select detail ->> 'product' as product, detail ->> 'batch' as batch,
                   min((detail ->> 'expiresOn')::date) as expires_on, opened_on, count(*) as kits
                 from worklist_rows where service = $1 and kind = 'naloxone_kit'
                   and known_from <= $2 and (known_to is null or known_to > $2)
                 group by 1, 2, 4 limit $3"
            }
        })
        .bind(service.as_str())
        .bind(known_at.map(u64::cast_signed))
        .bind(MOST_ISSUES)
        .fetch_all(self.within(reach))
        .await?;
        let issued = rows
            .iter()
            .map(|row| {
                Ok(Issued {
                    product: Code::parse(row.try_get("product")?).map_err(unreadable)?,
                    batch: Code::parse(row.try_get("batch")?).map_err(unreadable)?,
                    expires_on: row.try_get::<jiff_sqlx::Date, _>("expires_on")?.to_jiff(),
                    on: row.try_get::<jiff_sqlx::Date, _>("opened_on")?.to_jiff(),
                    kits: u32::try_from(row.try_get::<i64, _>("kits")?).unwrap_or(u32::MAX),
                })
            })
            .collect::<Result<_, StoreError>>()?;
        Ok((issued, position))
    }

    /// Kits that clients got from a service, in the order in which the log knew of them, after a position and kit.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn issues_after(
        &self,
        reach: &Reach,
        service: &ServiceCode,
        after: (u64, Uuid),
        limit: u32,
    ) -> Result<Vec<IssuedKit>, StoreError> {
        let rows = sqlx::query(
            "/* projection::issues_after */ with lines as (
               select row_id, known_from, true as now from worklist_rows
               where service = $1 and kind = 'naloxone_kit' and known_to is null
               union all
               select row_id, known_from, false from worklist_rows
               where service = $1 and kind = 'naloxone_kit' and known_to is not null),
             kits as (
               select row_id, min(known_from) as since from lines group by row_id
               having bool_or(now) and (min(known_from), row_id) > ($2, $3) order by 2, 1 limit $4)
             select since, person, kind, kits.row_id, service, organisation, prison, area, opened_on, closed_on,
               is_primary, detail::text as detail, due_on
             from kits join worklist_rows w on w.row_id = kits.row_id and w.kind = 'naloxone_kit' and w.service = $1
               and w.known_to is null
             order by since, kits.row_id",
        )
        .bind(service.as_str())
        .bind(after.0.cast_signed())
        .bind(after.1)
        .bind(i64::from(limit))
        .fetch_all(self.within(reach))
        .await?;
        rows.iter()
            .map(|row| {
                Ok(IssuedKit {
                    position: row.try_get::<i64, _>("since")?.unsigned_abs(),
                    listed: listed(row)?,
                })
            })
            .collect()
    }
}

fn unreadable<E>(_: E) -> StoreError {
    StoreError::Invalid("a stored worklist row cannot be read; rebuild the projection")
}
