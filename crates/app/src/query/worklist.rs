//! A service's lists, at any day and as known at any time.

use super::{Known, Times};
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use jiff::civil::Date;
use throughcare_domain::code::{ServiceCode, UserName};
use throughcare_domain::event::Role;
use throughcare_domain::id::PersonId;
use throughcare_domain::rows::{Row, RowKind};
use throughcare_domain::state::{IdentityState, PersonState};
use throughcare_domain::stream::StreamId;
use throughcare_store::projection::ListQuery;
use uuid::Uuid;

/// Which list, when, and which page.
#[derive(Clone, Debug)]
pub struct WorklistQuery {
    /// Whose.
    pub service: ServiceCode,
    /// Which.
    pub kind: RowKind,
    /// Only what this member of staff is key worker for.
    pub key_worker: Option<UserName>,
    /// As it was true and known.
    pub times: Times,
    /// After this row.
    pub after: Option<(Date, Uuid)>,
    /// Rows a page, 1 to 100.
    pub per_page: u32,
}

/// A line of a list.
#[derive(Clone, Debug)]
pub struct WorklistItem {
    /// The person.
    pub person: PersonId,
    /// Who they are, for staff of the service.
    pub identity: Option<IdentityState>,
    /// The row.
    pub row: Row,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct WorklistPage {
    /// The lines, oldest first.
    pub items: Vec<WorklistItem>,
    /// The row after which the next page begins.
    pub next: Option<(Date, Uuid)>,
    /// The day to which days are counted.
    pub day: Date,
    /// Log position up to which it is true.
    pub position: u64,
}

impl App {
    /// A page of a service's list.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the service is not one of the caller's organisation (auditors see all).
    pub async fn worklist(&self, caller: &Caller, query: WorklistQuery) -> Result<WorklistPage, AppError> {
        let directory = self.directory().await?;
        let service = directory.service(&query.service).ok_or(AppError::NotFound)?;
        if service.organisation != *caller.organisation() && caller.role() != Role::Auditor {
            return Err(AppError::NotFound);
        }
        let day = self.day_of(query.times);
        let known_at = self.position_of(query.times.known_at).await?;
        let page = self
            .inner
            .store
            .list(&ListQuery {
                kind: query.kind,
                service: Some(query.service),
                prison: None,
                area: None,
                key_worker: query.key_worker,
                on: Some(day),
                opened_from: None,
                opened_to: None,
                known_at,
                after: query.after,
                limit: query.per_page + 1,
            })
            .await?;
        let position = known_at.map_or(page.position, |known| known.min(page.position));
        let more = page.rows.len() > query.per_page as usize;
        let rows: Vec<_> = page.rows.into_iter().take(query.per_page as usize).collect();
        let next = rows
            .last()
            .filter(|_| more)
            .map(|last| (last.row.opened_on, last.row.id));
        let people: Vec<PersonId> = rows.iter().map(|row| row.person).collect();
        let mut names = self.identities(caller, &people).await?;
        let items = rows
            .into_iter()
            .map(|listed| WorklistItem {
                identity: names.remove(&listed.person),
                person: listed.person,
                row: listed.row,
            })
            .collect();
        Ok(WorklistPage {
            items,
            next,
            day,
            position,
        })
    }

    /// Who the people of a page are; nothing for auditors, who see coded facts only.
    pub(crate) async fn identities(
        &self,
        caller: &Caller,
        people: &[PersonId],
    ) -> Result<std::collections::HashMap<PersonId, IdentityState>, AppError> {
        if caller.role() == Role::Auditor {
            return Ok(Default::default());
        }
        let streams: Vec<StreamId> = people.iter().copied().map(StreamId::person).collect();
        let histories = self.inner.store.read_identities(&streams).await?;
        Ok(histories
            .into_iter()
            .map(|(stream, events)| (PersonId(stream.id), PersonState::fold(&events).identity))
            .collect())
    }
}

impl Times {
    /// As known at the end of a day, and as true on it.
    pub fn on(day: Date) -> Self {
        Self {
            as_of: Some(throughcare_domain::when::AsOf::EndOf(day)),
            known_at: Some(Known::EndOf(day)),
        }
    }
}
