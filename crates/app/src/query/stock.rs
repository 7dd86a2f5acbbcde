//! A service's naloxone: the shelf at any day, its ledger, and who got kits who is no client.
//!
//! The service's own stream is folded in the request and always current. What its clients got comes from the lists,
//! so an answer is true up to their position.

use super::Times;
use super::sealed::sealed_of;
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use jiff::civil::Date;
use throughcare_domain::access::{self, Ground};
use throughcare_domain::code::{Code, ServiceCode};
use throughcare_domain::directory::{Directory, Service};
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::history::History;
use throughcare_domain::id::{PersonId, RecallId};
use throughcare_domain::rows::Row;
use throughcare_domain::stock::{ServiceStock, Shelf, Supply, shelf};
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::AsOf;
use throughcare_store::Reach;
use uuid::Uuid;

/// A service's shelf.
#[derive(Clone, Debug)]
pub struct StockRead {
    /// The shelf.
    pub shelf: Shelf,
    /// The day at whose end it stood so.
    pub day: Date,
    /// Log position up to which it is true.
    pub position: u64,
}

/// Which supplies.
#[derive(Clone, Debug)]
pub struct SuppliesQuery {
    /// Whose.
    pub service: ServiceCode,
    /// Only of this batch.
    pub batch: Option<Code>,
    /// Only those whose recipient is still to be told of this recall.
    pub to_tell: Option<RecallId>,
    /// After this supply.
    pub after: Option<(Date, Uuid)>,
    /// Lines at most.
    pub limit: usize,
}

/// One thing that happened to a service's naloxone.
#[derive(Clone, Debug)]
pub enum LedgerEntry {
    /// An event of the service's stream, and whether it was voided since.
    Told(Box<RecordedEvent>, bool),
    /// A kit that a client got, as it is known now.
    Issued(Option<PersonId>, Box<Row>),
}

/// A line of the ledger.
#[derive(Clone, Debug)]
pub struct LedgerLine {
    /// Log position of the event, or from which the kit was known.
    pub position: u64,
    /// Tells lines of one position apart.
    pub id: Uuid,
    /// What happened.
    pub entry: LedgerEntry,
}

impl App {
    /// The service in whose stream something stands; `None` for what is a person's or nobody's.
    ///
    /// # Errors
    /// [`AppError`] when the store cannot be read.
    pub async fn service_of<'a>(
        &self,
        entity: Uuid,
        directory: &'a Directory,
    ) -> Result<Option<&'a Service>, AppError> {
        let found = self.inner.store.find_entity(&Reach::EVERYBODY, entity).await?;
        Ok(found.and_then(|(_, stream)| directory.service_of(stream.id)))
    }

    /// The shelf of a service.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the service is not one of the caller's organisation (auditors see all).
    pub async fn stock(
        &self,
        caller: &Caller,
        service: &ServiceCode,
        times: Times,
    ) -> Result<StockRead, AppError> {
        let directory = self.directory().await?;
        seen(caller, service, &directory)?;
        let day = self.day_of(times);
        let known_at = self.position_of(times.known_at).await?;
        let reach = self.reach(caller).await?;
        let (issued, reached) = self.inner.store.issued_by(&reach, service, known_at).await?;
        let events = self
            .inner
            .store
            .read_stream(&reach, StreamId::service(service), None)
            .await?;
        let history = History::new(events);
        let cut = history.cut(Some(AsOf::EndOf(day)), known_at);
        let stock = ServiceStock::fold(cut.collect::<Vec<_>>());
        Ok(StockRead {
            shelf: shelf(&stock, &issued, &directory, day),
            day,
            position: known_at.map_or(reached, |known| known.min(reached)),
        })
    }

    /// What a service gave to people who are not clients, oldest first.
    ///
    /// # Errors
    /// As [`App::stock`].
    pub async fn supplies(&self, caller: &Caller, query: &SuppliesQuery) -> Result<Vec<Supply>, AppError> {
        let directory = self.directory().await?;
        seen(caller, &query.service, &directory)?;
        let recall = match query.to_tell {
            None => None,
            Some(id) => Some(directory.recall(id).ok_or(AppError::NotFound)?),
        };
        let stream = StreamId::service(&query.service);
        let events = self
            .inner
            .store
            .read_stream(&self.reach(caller).await?, stream, None)
            .await?;
        let mut supplies: Vec<Supply> = ServiceStock::fold(&events).supplies.into_values().collect();
        supplies.retain(|one| {
            let of_batch = query.batch.as_ref().is_none_or(|batch| one.batch == *batch);
            let to_tell = recall.is_none_or(|recall| {
                one.product == recall.product
                    && one.batch == recall.batch
                    && !one.told.contains_key(&recall.id)
            });
            of_batch && to_tell && query.after.is_none_or(|after| (one.at.date(), one.id.0) > after)
        });
        supplies.sort_by_key(|one| (one.at.date(), one.id));
        supplies.truncate(query.limit);
        Ok(supplies)
    }

    /// What happened to a service's naloxone, in the order in which the log knew of it.
    ///
    /// # Errors
    /// As [`App::stock`].
    pub async fn stock_ledger(
        &self,
        caller: &Caller,
        service: &ServiceCode,
        after: (u64, Uuid),
        limit: u32,
    ) -> Result<(Vec<LedgerLine>, u64), AppError> {
        let directory = self.directory().await?;
        seen(caller, service, &directory)?;
        let reach = self.reach(caller).await?;
        let position = self.inner.store.checkpoint(crate::projector::WORKLISTS).await?;
        let events = self
            .inner
            .store
            .read_stream(&reach, StreamId::service(service), None)
            .await?;
        let voided = ServiceStock::fold(&events).voided;
        let told = events.into_iter().map(|event| LedgerLine {
            position: event.envelope.position,
            id: event.envelope.id.0,
            entry: LedgerEntry::Told(Box::new(event.clone()), voided.contains(&event.envelope.id)),
        });
        let issued = self
            .inner
            .store
            .issues_after(&reach, service, after, limit)
            .await?;
        let sealed = sealed_of(&directory, issued.iter().map(|kit| kit.listed.person), caller);
        let issued = issued.into_iter().map(|kit| LedgerLine {
            position: kit.position,
            id: kit.listed.row.id,
            entry: LedgerEntry::Issued(
                Some(kit.listed.person).filter(|person| !sealed.contains_key(person)),
                Box::new(kit.listed.row),
            ),
        });
        // Both are true up to the position of the lists: beyond it an issue may be missing.
        let mut lines: Vec<LedgerLine> = told
            .chain(issued)
            .filter(|line| (line.position, line.id) > after && line.position <= position)
            .collect();
        lines.sort_by_key(|line| (line.position, line.id));
        lines.truncate(limit as usize);
        let ground = Ground::SuppliedKit.unless_audit(caller.role());
        let issued = lines.iter().filter_map(|line| match &line.entry {
            LedgerEntry::Issued(person, _) => *person,
            LedgerEntry::Told(..) => None,
        });
        caller.looks.lines(issued, ground);
        Ok((lines, position))
    }
}

fn seen(caller: &Caller, service: &ServiceCode, directory: &Directory) -> Result<(), AppError> {
    match directory.service(service) {
        Some(found) if access::lists(caller.role()).includes(caller.organisation(), &found.organisation) => {
            Ok(())
        }
        _ => Err(AppError::NotFound),
    }
}
