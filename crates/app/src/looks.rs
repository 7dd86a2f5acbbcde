//! Who looked at whom: each query notes whom it shows, and the edge records it before the answer leaves.

use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use std::sync::{Arc, Mutex, PoisonError};
use throughcare_domain::access::{Ground, Purpose};
use throughcare_domain::id::PersonId;
use throughcare_store::{Looker, Seen};
use uuid::Uuid;

/// How much of a person is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// The whole record, as far as nothing is withheld.
    Record,
    /// What the caller's organisation recorded itself.
    Sent,
    /// One referral, with who it is about.
    Referral,
    /// A required assessment.
    Assessment,
    /// A line of a list.
    Line,
    /// Events of the feed.
    Events,
    /// That something is new, told over a webhook.
    Notice,
    /// That somebody searched.
    Search,
    /// Who looked at the person.
    AccessLog,
    /// The smallest useful set, in an emergency.
    Emergency,
    /// That a clinician looked in an emergency, and why.
    EmergencyLook,
    /// Whether the record is to be erased or held.
    Protection,
    /// Everything that is held, for the person's own copy.
    SubjectAccess,
    /// Rows of a return to the national statistics.
    NationalReturn,
}

impl Extent {
    /// Its name in the access log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Sent => "sent",
            Self::Referral => "referral",
            Self::Assessment => "assessment",
            Self::Line => "line",
            Self::Events => "events",
            Self::Notice => "notice",
            Self::Search => "search",
            Self::AccessLog => "access_log",
            Self::Emergency => "emergency",
            Self::EmergencyLook => "emergency_look",
            Self::Protection => "data_protection",
            Self::SubjectAccess => "subject_access",
            Self::NationalReturn => "national_return",
        }
    }
}

/// Whom the answer to one request shows. Clones share what is noted.
#[derive(Clone, Debug, Default)]
pub struct Looks(Arc<Mutex<Vec<Look>>>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Look {
    person: Option<PersonId>,
    extent: Extent,
    grounds: Vec<Ground>,
}

impl Looks {
    /// Notes that the answer shows somebody; nobody, for a search that found nobody.
    pub(crate) fn note(&self, person: Option<PersonId>, extent: Extent, grounds: Vec<Ground>) {
        let mut looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        looks.push(Look {
            person,
            extent,
            grounds,
        });
    }

    /// Notes that the answer shows lines about some people.
    pub(crate) fn lines(&self, people: impl IntoIterator<Item = PersonId>, ground: Ground) {
        for person in people {
            self.note(Some(person), Extent::Line, vec![ground]);
        }
    }

    /// What was noted, each once; nothing is left. Who is shown somebody's record is shown the line, too: that is one look.
    fn take(&self) -> Vec<Seen> {
        let mut looks = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        looks.sort_unstable();
        looks.dedup();
        let records = looks.iter().filter(|look| look.extent == Extent::Record);
        let records: Vec<_> = records.map(|look| look.person).collect();
        looks.retain(|look| look.extent != Extent::Line || !records.contains(&look.person));
        looks
            .into_iter()
            .map(|look| Seen {
                person: look.person.map(|person| person.0),
                extent: look.extent.as_str(),
                grounds: look.grounds.into_iter().map(Ground::id).collect(),
            })
            .collect()
    }
}

impl App {
    /// Records whom the answer to a request shows. It must not leave before this has succeeded.
    ///
    /// # Errors
    /// [`AppError::Unavailable`]: then nothing may be shown.
    pub async fn record_looks(
        &self,
        caller: &Caller,
        route: String,
        correlation: Uuid,
    ) -> Result<(), AppError> {
        let seen = caller.looks.take();
        if seen.is_empty() {
            return Ok(());
        }
        let looker = Looker {
            actor: caller.actor.clone(),
            on_behalf_of: caller.on_behalf_of.clone(),
            purpose: Purpose::of(caller.role()).id(),
            route,
            correlation,
        };
        Ok(self.inner.store.record_looks(looker, seen).await?)
    }
}
