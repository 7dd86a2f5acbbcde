//! What was not done in time: of a service, and, for partnerships, of everybody they watch over.
//!
//! Nothing is stored when time alone passes: a line is overdue from the day after the one on which it was due, and
//! climbs to the partnership some days later, by the day that is asked about.

use super::WorklistItem;
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use jiff::ToSpan as _;
use jiff::civil::Date;
use throughcare_domain::code::ServiceCode;
use throughcare_domain::event::Role;
use throughcare_domain::fact::ServiceKind;
use throughcare_domain::id::PersonId;
use throughcare_store::projection::OverdueQuery;
use uuid::Uuid;

/// Days after which what a service has not done in time stands on the partnerships' lists too. Own reading: three days
/// leave the service's own team the time to act, and most of the fortnight after a release.
pub const CLIMBS_AFTER_DAYS: i32 = 3;
/// What has been overdue for longer is no list's business any more: it is a matter of putting records in order.
pub const SHOWN_FOR_DAYS: i32 = 183;

/// Which service's, when, and which page.
#[derive(Clone, Debug)]
pub struct OverdueAsked {
    /// Whose.
    pub service: ServiceCode,
    /// On which day; today without one.
    pub on: Option<Date>,
    /// After this line.
    pub after: Option<(Date, Uuid)>,
    /// Lines a page, 1 to 100.
    pub per_page: u32,
}

/// A page of what is overdue.
#[derive(Clone, Debug)]
pub struct OverduePage {
    /// The lines, the longest overdue first.
    pub items: Vec<WorklistItem>,
    /// The line after which the next page begins.
    pub next: Option<(Date, Uuid)>,
    /// The day asked about.
    pub day: Date,
    /// Log position up to which it is true.
    pub position: u64,
}

impl App {
    /// What a service has not done in time; for a partnership, what nobody has done for [`CLIMBS_AFTER_DAYS`] more days
    /// in the areas for which it is responsible, or anywhere when it names none.
    ///
    /// A partnership sees whose list a line is on and whom to call, and no names.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the service is not one of the caller's organisation (auditors see all).
    pub async fn overdue(&self, caller: &Caller, asked: OverdueAsked) -> Result<OverduePage, AppError> {
        let directory = self.directory().await?;
        let service = directory.service(&asked.service).ok_or(AppError::NotFound)?;
        if service.organisation != *caller.organisation() && caller.role() != Role::Auditor {
            return Err(AppError::NotFound);
        }
        let watches = service.kind == ServiceKind::Partnership;
        let day = asked.on.unwrap_or_else(|| self.day_of(super::Times::default()));
        let late = if watches { CLIMBS_AFTER_DAYS } else { 0 };
        let mut query = OverdueQuery {
            service: (!watches).then(|| service.code.clone()),
            on: day,
            due_from: day.saturating_sub(SHOWN_FOR_DAYS.days()),
            due_to: day.saturating_sub((late + 1).days()),
            after: asked.after,
            limit: asked.per_page + 1,
        };
        let mut rows = Vec::new();
        let mut position = u64::MAX;
        loop {
            let page = self.inner.store.overdue(&query).await?;
            position = position.min(page.position);
            let full = page.rows.len() > asked.per_page as usize;
            let last = page
                .rows
                .last()
                .and_then(|last| Some((last.row.due()?.1, last.row.id)));
            let watched = page.rows.into_iter().filter(|one| {
                !watches
                    || service.areas.is_empty()
                    || one
                        .row
                        .area
                        .as_ref()
                        .is_some_and(|area| service.areas.contains(area))
            });
            rows.extend(watched);
            // Lines of other areas are passed over; the day bounds how many there are.
            if !full || rows.len() > asked.per_page as usize {
                break;
            }
            query.after = last;
        }
        let more = rows.len() > asked.per_page as usize;
        rows.truncate(asked.per_page as usize);
        let next = rows
            .last()
            .filter(|_| more)
            .and_then(|last| Some((last.row.due()?.1, last.row.id)));
        let people: Vec<PersonId> = rows.iter().map(|row| row.person).collect();
        let mut names = if watches {
            Default::default()
        } else {
            self.identities(caller, &people).await?
        };
        let items = rows
            .into_iter()
            .map(|listed| WorklistItem {
                identity: names.remove(&listed.person),
                person: listed.person,
                row: listed.row,
            })
            .collect();
        Ok(OverduePage {
            items,
            next,
            day,
            position,
        })
    }
}
