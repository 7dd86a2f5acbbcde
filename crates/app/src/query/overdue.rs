//! What was not done in time: of a service, and, for partnerships, of everybody they watch over.

use super::WorklistItem;
use super::sealed::{Listed, sealed_of};
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use jiff::civil::Date;
use throughcare_domain::access::{self, Ground};
use throughcare_domain::code::ServiceCode;
use throughcare_domain::directory::Directory;
use throughcare_domain::id::PersonId;
use throughcare_domain::overdue::Watched;
use throughcare_domain::rows::{Row, RowKind};
use throughcare_domain::view::duties::TELL_OF_RECALL_WITHIN_DAYS;
use throughcare_store::projection::{DuePlace, LateRecallQuery, OverdueQuery, Recalled};

/// Which service's, when, and which page.
#[derive(Clone, Debug)]
pub struct OverdueAsked {
    /// Whose.
    pub service: ServiceCode,
    /// On which day; today without one.
    pub on: Option<Date>,
    /// After this line.
    pub after: Option<DuePlace>,
    /// Lines a page, 1 to 100.
    pub per_page: u32,
}

/// A page of what is overdue.
#[derive(Clone, Debug)]
pub struct OverduePage {
    /// The lines, the longest overdue first.
    pub items: Vec<Listed<WorklistItem>>,
    /// The line after which the next page begins.
    pub next: Option<DuePlace>,
    /// The day asked about.
    pub day: Date,
    /// Log position up to which it is true.
    pub position: u64,
}

impl App {
    /// What a service has not done in time; for a partnership, what nobody has done for some days more among those
    /// over whom it watches ([`Watched::by`]). A past day shows what was overdue then, by what is known now.
    ///
    /// A partnership sees whose list a line is on and whom to call, and no names.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the service is not one of the caller's organisation (auditors see all).
    pub async fn overdue(&self, caller: &Caller, asked: OverdueAsked) -> Result<OverduePage, AppError> {
        let directory = self.directory().await?;
        let service = directory.service(&asked.service).ok_or(AppError::NotFound)?;
        if !access::lists(caller.role()).includes(caller.organisation(), &service.organisation) {
            return Err(AppError::NotFound);
        }
        let day = asked.on.unwrap_or_else(|| self.day_of(super::Times::default()));
        let whose = Watched::by(service, &directory);
        let own = matches!(whose, Watched::Own(_));
        let (due_from, due_to) = whose.due_between(day);
        let limit = asked.per_page + 1;
        let recalls: Vec<Recalled> = recalls_on(&directory, day).collect();
        let late_recalls = LateRecallQuery {
            whose: whose.clone(),
            tells_for: directory.tells_for(&asked.service, day),
            recalls,
            within_days: TELL_OF_RECALL_WITHIN_DAYS,
            on: day,
            due_from,
            due_to,
            after: asked.after,
            limit,
        };
        let query = OverdueQuery {
            whose,
            on: day,
            due_from,
            due_to,
            after: asked.after,
            limit,
        };
        let reach = match own {
            true => self.reach(caller).await?,
            false => self.reach(caller).await?.with_every_line(),
        };
        let page = self.inner.store.overdue(&reach, &query).await?;
        let (mut rows, mut position) = (page.rows, page.position);
        if !late_recalls.recalls.is_empty() {
            let page = self.inner.store.late_recalls(&reach, &late_recalls).await?;
            position = position.min(page.position);
            rows.extend(page.rows);
            rows.sort_by_key(|listed| (listed.due_on, listed.row.id, listed.row.kind.as_str()));
        }
        let more = rows.len() > asked.per_page as usize;
        rows.truncate(asked.per_page as usize);
        let next = rows
            .last()
            .filter(|_| more)
            .and_then(|last| Some((last.due_on?, last.row.id, last.row.kind)));
        self.leave_out_what_is_withheld(caller, &mut rows).await?;
        let sealed = sealed_of(&directory, rows.iter().map(|row| row.person), caller);
        let people = rows.iter().map(|row| row.person);
        let people: Vec<PersonId> = people.filter(|person| !sealed.contains_key(person)).collect();
        let ground = match own {
            true => Ground::OnOwnList,
            false => Ground::WatchedOver,
        };
        let ground = ground.unless_audit(caller.role());
        caller.looks.lines(people.iter().copied(), ground);
        let names = if own {
            self.identities(caller, &people).await?
        } else {
            Default::default()
        };
        let items = rows.into_iter().map(|listed| {
            let due = listed.row.due_with(&directory, day);
            let row = as_told(listed.row, &directory, day);
            WorklistItem::listed(listed.person, row, due, &sealed, &names)
        });
        let items = items.collect();
        Ok(OverduePage {
            items,
            next,
            day,
            position,
        })
    }
}

/// The recalls of which holders are to be told on a day.
pub(super) fn recalls_on(directory: &Directory, day: Date) -> impl Iterator<Item = Recalled> {
    let recalls = directory.recalls().iter().filter(move |one| one.goes_on(day));
    recalls.map(|one| Recalled {
        recall: one.id,
        product: one.product.clone(),
        batch: one.batch.clone(),
        since: one.since,
    })
}

/// Who holds a kit is told by the service that gave it, or that took its contract over.
fn as_told(row: Row, directory: &Directory, day: Date) -> Row {
    if row.kind != RowKind::NaloxoneKit {
        return row;
    }
    let gave = row.service.as_ref();
    match gave.and_then(|gave| directory.successor(gave, day)) {
        Some(tells) => Row {
            service: Some(tells.code.clone()),
            organisation: Some(tells.organisation.clone()),
            ..row
        },
        None => row,
    }
}
