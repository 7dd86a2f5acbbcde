//! Who holds kits of a batch: line by line for the caller's own services, added up for others.

use super::sealed::{Listed, SealedLine, sealed_of};
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use jiff::civil::Date;
use throughcare_domain::access::{self, Ground, Whose};
use throughcare_domain::code::{Code, ServiceCode};
use throughcare_domain::directory::Directory;
use throughcare_domain::id::{PersonId, RecallId};
use throughcare_domain::rows::Row;
use throughcare_domain::state::IdentityState;
use throughcare_domain::when::london_date;
use throughcare_store::projection::{BatchTotals, HolderQuery};
use uuid::Uuid;

/// Which batch, and which page of its holders.
#[derive(Clone, Debug)]
pub struct BatchQuery {
    /// Batch on the packs.
    pub batch: Code,
    /// Only kits of this product.
    pub product: Option<Code>,
    /// Only kits that this service gave; all the caller sees without one.
    pub service: Option<ServiceCode>,
    /// Only holders who are still to be told of this recall.
    pub to_tell: Option<RecallId>,
    /// After this kit.
    pub after: Option<(Date, Uuid)>,
    /// Lines a page, 1 to 100.
    pub per_page: u32,
}

/// A client who holds a kit.
#[derive(Clone, Debug)]
pub struct BatchHolder {
    /// The person.
    pub person: PersonId,
    /// Who they are, for staff of the service.
    pub identity: Option<IdentityState>,
    /// The kit.
    pub row: Row,
}

/// A batch, as far as the caller may see it.
#[derive(Clone, Debug)]
pub struct BatchRead {
    /// Holders of kits that the caller's services gave, oldest first.
    pub holders: Vec<Listed<BatchHolder>>,
    /// The kit after which the next page begins.
    pub next: Option<(Date, Uuid)>,
    /// Totals of the caller's services.
    pub own: Vec<BatchTotals>,
    /// Totals of all others, added up by product.
    pub others: Vec<BatchTotals>,
    /// People erased of whom nothing is left, in all: kits that they held are missing from the totals.
    pub erased_people: u32,
    /// The day to which it is true.
    pub day: Date,
    /// Log position up to which it is true.
    pub position: u64,
}

impl App {
    /// Who holds kits of a batch today. Auditors see every line, and no names.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a service that the caller may not see, and for administrators, who see nobody.
    pub async fn batch(&self, caller: &Caller, query: BatchQuery) -> Result<BatchRead, AppError> {
        let directory = self.directory().await?;
        let day = london_date(self.inner.clock.now());
        let seen = services_seen(caller, &directory, day)?;
        let services = match &query.service {
            None => seen.clone(),
            Some(one) if seen.contains(one) => vec![one.clone()],
            Some(_) => return Err(AppError::NotFound),
        };
        let reach = self.reach(caller).await?;
        let (totals, position) = self
            .inner
            .store
            .batch_totals(
                &reach.clone().with_every_line(),
                query.product.as_ref(),
                &query.batch,
                query.to_tell,
                day,
            )
            .await?;
        let (own, others) = totals.into_iter().partition(|one| seen.contains(&one.service));
        let page = self
            .inner
            .store
            .holders(
                &reach,
                &HolderQuery {
                    batch: query.batch,
                    product: query.product,
                    services,
                    to_tell: query.to_tell,
                    on: day,
                    after: query.after,
                    limit: query.per_page + 1,
                },
            )
            .await?;
        let more = page.rows.len() > query.per_page as usize;
        let rows: Vec<_> = page.rows.into_iter().take(query.per_page as usize).collect();
        let next = rows
            .last()
            .filter(|_| more)
            .map(|last| (last.row.opened_on, last.row.id));
        let sealed = sealed_of(&directory, rows.iter().map(|row| row.person), caller);
        let people = rows.iter().map(|row| row.person);
        let people: Vec<PersonId> = people.filter(|person| !sealed.contains_key(person)).collect();
        let ground = Ground::SuppliedKit.unless_audit(caller.role());
        caller.looks.lines(people.iter().copied(), ground);
        let names = self.identities(caller, &people).await?;
        let holders = rows
            .into_iter()
            .map(|listed| match sealed.get(&listed.person) {
                Some(ask) => Listed::Sealed(SealedLine::of(&listed.row, ask.clone(), None)),
                None => Listed::Shown(BatchHolder {
                    // Somebody may hold two kits.
                    identity: names.get(&listed.person).cloned(),
                    person: listed.person,
                    row: listed.row,
                }),
            })
            .collect();
        Ok(BatchRead {
            holders,
            next,
            own,
            others: added_up(others),
            erased_people: directory.people_gone(),
            day,
            position: position.min(page.position),
        })
    }
}

/// The services whose lines a caller sees: its organisation's own and those whose contracts these took over; what its
/// own services left is another's to tell.
pub(super) fn services_seen(
    caller: &Caller,
    directory: &Directory,
    day: Date,
) -> Result<Vec<ServiceCode>, AppError> {
    let all = directory.services();
    match access::lists(caller.role()) {
        Whose::Nobodys => return Err(AppError::NotFound),
        Whose::Everybodys => return Ok(all.map(|one| one.code.clone()).collect()),
        Whose::Own => {}
    }
    let own = all.filter(|one| one.organisation == *caller.organisation());
    Ok(own.flat_map(|one| directory.tells_for(&one.code, day)).collect())
}

/// One line for each product, under the code of its first service.
fn added_up(totals: Vec<BatchTotals>) -> Vec<BatchTotals> {
    let mut sums: Vec<BatchTotals> = Vec::new();
    for one in totals {
        match sums.iter_mut().find(|sum| sum.product == one.product) {
            None => sums.push(one),
            Some(sum) => {
                sum.on_hand += one.on_hand;
                sum.held += one.held;
                sum.held_told += one.held_told;
                sum.supplied += one.supplied;
                sum.supplied_told += one.supplied_told;
            }
        }
    }
    sums
}
