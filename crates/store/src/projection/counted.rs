//! Reading the lines of which figures are made: all that touch a period, in no order that matters.

use super::list::{RowPage, row_page};
use crate::{Reach, Store, StoreError};
use jiff::civil::Date;
use sqlx::Row as _;
use throughcare_domain::code::AreaCode;
use throughcare_domain::indicators::{Period, Provider};
use throughcare_domain::rows::{LINES_OF, RowKind};

/// Most lines that one figure is made of.
pub const MOST_COUNTED_LINES: u32 = 100_000;

/// Which lines are to be counted.
#[derive(Clone, Debug)]
pub struct CountQuery {
    /// Their kind.
    pub kind: RowKind,
    /// Only of residents of this area.
    pub area: Option<AreaCode>,
    /// Only of this service, or of all services of this organisation; else the primary lines of all.
    pub provider: Option<Provider>,
    /// Those that touch it: opened by its last day, and not closed before its first. Lines that never close count by the
    /// day on which they opened; of kits supplied before it is asked, too, whether they were used in it.
    pub period: Period,
    /// As known at this log position; now without it.
    pub known_at: Option<u64>,
    /// At most this many, up to [`MOST_COUNTED_LINES`] and one more.
    pub limit: u32,
}

/// The statement: a provider's lines or the primary ones, as known now or then, each planned once.
macro_rules! statement {
    ($name:literal, $whose:literal, $known:literal) => {
        concat!(
            "/* projection::",
            $name,
            " */ with checkpoint as (select position, lines_of from checkpoints where name = 'worklists'),
             found as (
               select person, kind, row_id, service, organisation, prison, area, opened_on, closed_on, is_primary,
                 detail::text as detail, due_on
               from worklist_rows
               where kind = $1 and ",
            $whose,
            " and ($3::text is null or area = $3)
                 and opened_on <= $5 and opened_on >= coalesce($4::date, '-infinity')
                 and (closed_on is null or closed_on > $6) and ",
            $known,
            " limit $8)
             select c.position, c.lines_of, f.* from checkpoint c left join found f on true"
        )
    };
}

/// As known now, which has indexes of its own, or then.
macro_rules! statements {
    ($name:literal, $whose:literal, $now:expr) => {
        if $now {
            statement!($name, $whose, "known_to is null and $7::bigint is null")
        } else {
            statement!(
                $name,
                $whose,
                "known_from <= $7 and (known_to is null or known_to > $7)"
            )
        }
    };
}

impl Store {
    /// Reads the lines. Checkpoint and lines come from one snapshot.
    ///
    /// None where lines of before are there that were made without some kinds: a rebuild makes them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn lines_to_count(
        &self,
        reach: &Reach,
        query: &CountQuery,
    ) -> Result<Option<RowPage>, StoreError> {
        let day = |date: Date| jiff_sqlx::Date::from(date);
        let now = query.known_at.is_none();
        let (statement, whose) = match &query.provider {
            None => (
                statements!("count_all", "is_primary and $2::text is null", now),
                None,
            ),
            Some(Provider::Service(code)) => (
                statements!("count_service", "service = $2", now),
                Some(code.as_str()),
            ),
            Some(Provider::Organisation(code)) => (
                statements!("count_organisation", "organisation = $2", now),
                Some(code.as_str()),
            ),
        };
        // Only journeys close, and kits are used long after they were supplied; of the others the period holds the day on
        // which they opened.
        let later = matches!(query.kind, RowKind::Journey | RowKind::KitSupplied);
        let from = (!later).then_some(query.period.from);
        let asked = sqlx::query(statement)
            .bind(query.kind.as_str())
            .bind(whose)
            .bind(query.area.as_ref().map(|code| code.as_str().to_owned()))
            .bind(from.map(day))
            .bind(day(query.period.to))
            .bind(day(query.period.from))
            .bind(query.known_at.map(u64::cast_signed))
            .bind(i64::from(query.limit.min(MOST_COUNTED_LINES + 1)));
        let rows = asked.fetch_all(self.within(reach)).await?;
        // A log that nothing was projected of yet has no lines of before.
        let complete = rows.first().is_none_or(|row| {
            row.get::<i64, _>("position") == 0 || row.get::<i32, _>("lines_of") >= LINES_OF
        });
        complete.then(|| row_page(&rows)).transpose()
    }
}
