//! Reading lists across people, as known now or at a log position.

use crate::{Reach, Store, StoreError};
use jiff::civil::{Date, date};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use throughcare_domain::code::{AreaCode, Code, OrganisationCode, PrisonCode, ServiceCode, UserName};
use throughcare_domain::id::PersonId;
use throughcare_domain::rows::{Row, RowDetail, RowKind};
use uuid::Uuid;

/// Which rows are wanted.
#[derive(Clone, Debug)]
pub struct ListQuery {
    /// The kind of list.
    pub kind: RowKind,
    /// Only rows of this service. Without one, each thing is listed once (its primary row).
    pub service: Option<ServiceCode>,
    /// Only rows of this organisation, in a list of every service's.
    pub organisation: Option<OrganisationCode>,
    /// Only rows of this prison.
    pub prison: Option<PrisonCode>,
    /// Only rows of this area.
    pub area: Option<AreaCode>,
    /// Only rows of episodes of which this member of staff is key worker.
    pub key_worker: Option<UserName>,
    /// Only rows on the list on this day.
    pub on: Option<Date>,
    /// Only rows opened on or after this day.
    pub opened_from: Option<Date>,
    /// Only rows opened on or before this day.
    pub opened_to: Option<Date>,
    /// As known at this log position; now without it.
    pub known_at: Option<u64>,
    /// In which order.
    pub order: ListOrder,
    /// After this row: its [place](ListedRow::place) in that order.
    pub after: Option<(Date, Uuid)>,
    /// How many at most, 1 to 10,000.
    pub limit: u32,
    /// Only rows of people who are marked so on the day; only of a service's list.
    pub marked: Option<Marked>,
}

/// The order of a list. Rows of one day stand in order of their ids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListOrder {
    /// By the day on which they came on the list, the oldest first.
    #[default]
    Oldest,
    /// By that day, the newest first.
    Newest,
    /// By the day on which they are due, the soonest first; what is due on no day comes last.
    DueSoonest,
    /// By that day, the latest first; what is due on no day comes last.
    DueLatest,
}

/// What stands for "no day" where the soonest comes first. The statements say the same.
const AFTER_EVERY_DAY: Date = date(9999, 12, 31);
/// What stands for "no day" where the latest comes first. The statements say the same.
const BEFORE_EVERY_DAY: Date = date(1, 1, 1);

/// The needs and tags of people, as an organisation may know of them: only rows of its own count.
#[derive(Clone, Debug)]
pub struct Marked {
    /// Code of `needs-and-risks`.
    pub need: Option<Code>,
    /// Code of `tags`.
    pub tag: Option<Code>,
    /// Whose rows say so; anybody's without one.
    pub organisation: Option<OrganisationCode>,
}

/// A row of a list, and whose it is.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedRow {
    /// The person.
    pub person: PersonId,
    /// The row.
    pub row: Row,
    /// The last day on which what it asks for is done in time, as it is stored; the order of lists by that day.
    pub due_on: Option<Date>,
}

impl ListedRow {
    /// Where it stands in an order, for the page that begins after it.
    pub fn place(&self, order: ListOrder) -> (Date, Uuid) {
        let day = match order {
            ListOrder::Oldest | ListOrder::Newest => self.row.opened_on,
            ListOrder::DueSoonest => self.due_on.unwrap_or(AFTER_EVERY_DAY),
            ListOrder::DueLatest => self.due_on.unwrap_or(BEFORE_EVERY_DAY),
        };
        (day, self.row.id)
    }
}

/// Some rows, and the log position up to which they are true.
#[derive(Clone, Debug)]
pub struct RowPage {
    /// The rows, in the order asked for.
    pub rows: Vec<ListedRow>,
    /// The projection's checkpoint when they were read.
    pub position: u64,
}

impl Store {
    /// Reads rows of a list. Checkpoint and rows come from one snapshot.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list(&self, reach: &Reach, query: &ListQuery) -> Result<RowPage, StoreError> {
        let day = |date: Date| jiff_sqlx::Date::from(date);
        let mut asked = sqlx::query(select(query))
            .bind(query.kind.as_str())
            .bind(match (&query.service, &query.organisation) {
                (Some(service), _) => Some(service.as_str().to_owned()),
                (None, organisation) => organisation.as_ref().map(|code| code.as_str().to_owned()),
            })
            .bind(query.prison.as_ref().map(|code| code.as_str().to_owned()))
            .bind(query.area.as_ref().map(|code| code.as_str().to_owned()))
            .bind(query.on.map(day))
            .bind(query.opened_from.map(day))
            .bind(query.opened_to.map(day))
            .bind(query.known_at.map(u64::cast_signed))
            .bind(query.after.map(|(date, _)| day(date)))
            .bind(query.after.map(|(_, id)| id))
            .bind(i64::from(query.limit.clamp(1, 10_000)))
            .bind(query.key_worker.as_ref().map(|name| name.as_str().to_owned()));
        if let Some(marked) = query.marked.as_ref().filter(|_| query.service.is_some()) {
            asked = asked
                .bind(marked.need.as_ref().map(|code| code.as_str().to_owned()))
                .bind(marked.tag.as_ref().map(|code| code.as_str().to_owned()))
                .bind(marked.organisation.as_ref().map(|code| code.as_str().to_owned()));
        }
        row_page(&asked.fetch_all(self.within(reach)).await?)
    }
}

/// The statement for a query. A list of a service or everywhere, as known now or then, each has an index of its own, and
/// each order reads it in another way; they are told apart here and not by a parameter, so that PostgreSQL can plan each
/// statement once and for all parameters: planning takes longer than reading a page.
fn select(query: &ListQuery) -> &'static str {
    macro_rules! list {
        ($name:literal, $whose:literal, $known:literal) => {
            orders!($name, $whose, $known, "")
        };
        ($name:literal, $whose:literal, $known:literal marked) => {
            orders!(
                $name,
                $whose,
                $known,
                concat!(
                    " and ($13::text is null or exists (select from worklist_rows as need
                         where need.person = worklist_rows.person and need.kind = 'need' and need.detail->>'need' = $13
                           and ($15::text is null or need.organisation = $15)
                           and need.opened_on <= $5 and (need.closed_on is null or need.closed_on > $5) and ",
                    $known,
                    "))
                     and ($14::text is null or exists (select from worklist_rows as tag
                         where tag.person = worklist_rows.person and tag.kind = 'tag' and tag.detail->>'tag' = $14
                           and ($15::text is null or tag.organisation = $15)
                           and tag.opened_on <= $5 and (tag.closed_on is null or tag.closed_on > $5) and ",
                    $known,
                    "))"
                )
            )
        };
    }
    macro_rules! orders {
        ($name:literal, $whose:literal, $known:literal, $marked:expr) => {
            match query.order {
                ListOrder::Oldest => statement!(
                    $name,
                    "",
                    $whose,
                    $known,
                    $marked,
                    "(opened_on, row_id) > (coalesce($9::date, '-infinity'),
                                            coalesce($10::uuid, '00000000-0000-0000-0000-000000000000'))",
                    "opened_on, row_id"
                ),
                ListOrder::Newest => statement!(
                    $name,
                    "_newest",
                    $whose,
                    $known,
                    $marked,
                    "(opened_on, row_id) < (coalesce($9::date, 'infinity'),
                                            coalesce($10::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))",
                    "opened_on desc, row_id desc"
                ),
                ListOrder::DueSoonest => statement!(
                    $name,
                    "_due_soonest",
                    $whose,
                    $known,
                    $marked,
                    "($10::uuid is null or (coalesce(due_on, date '9999-12-31'), row_id) > ($9::date, $10))",
                    "coalesce(due_on, date '9999-12-31'), row_id"
                ),
                ListOrder::DueLatest => statement!(
                    $name,
                    "_due_latest",
                    $whose,
                    $known,
                    $marked,
                    "($10::uuid is null or (coalesce(due_on, date '0001-01-01'), row_id) < ($9::date, $10))",
                    "coalesce(due_on, date '0001-01-01') desc, row_id desc"
                ),
            }
        };
    }
    macro_rules! statement {
        ($name:literal, $suffix:literal, $whose:literal, $known:literal, $marked:expr, $beyond:literal, $order:literal) => {
            concat!(
                "/* projection::",
                $name,
                $suffix,
                " */ with checkpoint as (select position from checkpoints where name = 'worklists'),
                 found as (
                   select person, kind, row_id, service, organisation, prison, area, opened_on, closed_on, is_primary,
                     detail::text as detail, due_on
                   from worklist_rows
                   where kind = $1 and ",
                $whose,
                " and ($3::text is null or prison = $3)
                     and ($4::text is null or area = $4)
                     and ($12::text is null or detail ->> 'keyWorker' = $12)
                     and ($5::date is null or closed_on is null or closed_on > $5)
                     and opened_on >= coalesce($6::date, '-infinity')
                     and opened_on <= coalesce(least($5, $7::date), 'infinity')
                     and ",
                $beyond,
                " and ",
                $known,
                $marked,
                " order by ",
                $order,
                " limit $11)
                 select c.position, f.* from checkpoint c left join found f on true order by ",
                $order,
            )
        };
    }
    let whose = (query.service.is_some(), query.known_at.is_some());
    if query.marked.is_some() {
        match whose {
            (true, false) => return list!("list_marked", "service = $2", "known_to is null" marked),
            (true, true) => {
                return list!(
                    "list_marked_then",
                    "service = $2",
                    "known_from <= $8 and (known_to is null or known_to > $8)" marked
                );
            }
            (false, _) => {}
        }
    }
    match whose {
        (true, false) => list!("list", "service = $2", "known_to is null"),
        (false, false) => list!(
            "list_everywhere",
            "is_primary and ($2::text is null or organisation = $2)",
            "known_to is null"
        ),
        (true, true) => list!(
            "list_then",
            "service = $2",
            "known_from <= $8 and (known_to is null or known_to > $8)"
        ),
        (false, true) => list!(
            "list_everywhere_then",
            "is_primary and ($2::text is null or organisation = $2)",
            "known_from <= $8 and (known_to is null or known_to > $8)"
        ),
    }
}

/// The rows of a page. Its statement joins them to the checkpoint, which is hence there without any row too.
pub(super) fn row_page(rows: &[PgRow]) -> Result<RowPage, StoreError> {
    let position = rows
        .first()
        .map_or(0, |row| row.get::<i64, _>("position").unsigned_abs());
    let rows = rows
        .iter()
        .filter(|row| row.get::<Option<Uuid>, _>("person").is_some())
        .map(listed)
        .collect::<Result<_, StoreError>>()?;
    Ok(RowPage { rows, position })
}

/// One stored row, and whose it is.
pub(super) fn listed(row: &PgRow) -> Result<ListedRow, StoreError> {
    Ok(ListedRow {
        person: PersonId(row.get("person")),
        row: read_row(row)?,
        due_on: row
            .get::<Option<jiff_sqlx::Date>, _>("due_on")
            .map(jiff_sqlx::Date::to_jiff),
    })
}

/// Reads one stored row.
pub(super) fn read_row(row: &PgRow) -> Result<Row, StoreError> {
    fn unreadable<E>(_: E) -> StoreError {
        StoreError::Invalid("a stored worklist row cannot be read; rebuild the projection")
    }
    let text = |name: &str| row.get::<Option<String>, _>(name);
    let kind: String = row.get("kind");
    let detail: String = row.get("detail");
    Ok(Row {
        kind: RowKind::parse(&kind).ok_or(StoreError::Invalid(
            "a stored worklist row has an unknown kind; rebuild the projection",
        ))?,
        id: row.get("row_id"),
        service: text("service")
            .map(|code| ServiceCode::parse(&code))
            .transpose()
            .map_err(unreadable)?,
        organisation: text("organisation")
            .map(|code| OrganisationCode::parse(&code))
            .transpose()
            .map_err(unreadable)?,
        prison: text("prison")
            .map(|code| PrisonCode::parse(&code))
            .transpose()
            .map_err(unreadable)?,
        area: text("area")
            .map(|code| AreaCode::parse(&code))
            .transpose()
            .map_err(unreadable)?,
        opened_on: row.get::<jiff_sqlx::Date, _>("opened_on").to_jiff(),
        closed_on: row
            .get::<Option<jiff_sqlx::Date>, _>("closed_on")
            .map(|date| date.to_jiff()),
        primary: row.get("is_primary"),
        detail: serde_json::from_str::<RowDetail>(&detail).map_err(unreadable)?,
    })
}
