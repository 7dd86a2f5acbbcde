//! Systems that ask for some services of their organisation alone.

use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use crate::reach::EVERYBODY;
use std::collections::BTreeSet;
use throughcare_domain::access::Narrowed;
use throughcare_domain::code::{OrganisationCode, ServiceCode};
use throughcare_domain::directory::Directory;
use throughcare_domain::history::History;
use throughcare_domain::stream::{StreamId, StreamKind};
use throughcare_store::{CaseOf, Parts};
use uuid::Uuid;

/// The services for which alone a system asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnlyServices {
    /// Its own.
    pub services: BTreeSet<ServiceCode>,
    /// The others of its organisation, which it does not name.
    pub siblings: BTreeSet<ServiceCode>,
}

impl OnlyServices {
    pub(crate) fn new(
        services: BTreeSet<ServiceCode>,
        organisation: &OrganisationCode,
        directory: &Directory,
    ) -> Self {
        let all = directory.services();
        let of_it = all.filter(|one| one.organisation == *organisation);
        let siblings = of_it.filter(|one| !services.contains(&one.code));
        Self {
            siblings: siblings.map(|one| one.code.clone()).collect(),
            services,
        }
    }

    /// Judges what this system reaches of a record.
    pub(crate) fn of<'a>(&'a self, caller: &'a Caller) -> Narrowed<'a> {
        Narrowed {
            client: &caller.actor.client,
            services: &self.services,
        }
    }
}

impl App {
    /// Whether a system reaches the person, or the thing of a record or of a service, with this id; `None` where there
    /// is no such thing.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn reaches(
        &self,
        caller: &Caller,
        only: &OnlyServices,
        id: Uuid,
    ) -> Result<Option<bool>, AppError> {
        let store = &self.inner.store;
        let person = CaseOf::Stream(StreamId::person(throughcare_domain::id::PersonId(id)));
        let mut found = store.read_case(&EVERYBODY, person, 0, Parts::Case).await?;
        if found.events.is_empty() {
            found = store
                .read_case(&EVERYBODY, CaseOf::Entity(id), 0, Parts::Case)
                .await?;
        }
        if found.events.is_empty() {
            return Ok(None);
        }
        let directory = self.directory_lately().await?;
        let own = History::new(found.events);
        match own.stream().kind {
            StreamKind::Organisation => return Ok(Some(false)),
            StreamKind::Service => {
                let service = directory.service_of(own.stream().id);
                return Ok(Some(service.is_some_and(|one| only.services.contains(&one.code))));
            }
            StreamKind::Person => {}
        }
        let whole = self
            .whole_record(&EVERYBODY, own.into(), Parts::Case, None)
            .await?;
        let narrowed = only.of(caller);
        Ok(Some(
            narrowed.concerns(&whole, &directory) && narrowed.may_address(whole.now(), &directory, id),
        ))
    }
}
