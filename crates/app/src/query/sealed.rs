//! What is hidden from a caller because the record is sealed, and what stands in its place.
//!
//! Judged by seals as they are now, whatever time a question is about. Source: `throughcare_domain::access` (`seal.rs`).

use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use jiff::civil::Date;
use std::collections::HashMap;
use throughcare_domain::access::{self, Viewer};
use throughcare_domain::code::{OrganisationCode, ServiceCode};
use throughcare_domain::directory::{Directory, Seal};
use throughcare_domain::history::History;
use throughcare_domain::id::PersonId;
use throughcare_domain::rows::Row;
use throughcare_domain::view::duties::DutyKind;

/// A line of a list, or that there is one.
#[derive(Clone, Debug)]
pub enum Listed<T> {
    /// The line.
    Shown(T),
    /// It is about somebody whose record is sealed from the caller.
    Sealed(SealedLine),
}

/// What is shown of a line about somebody whose record is sealed: that something is to be done, and whom to ask. A
/// service that has to act must not lose it, and it must not tell who it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedLine {
    /// Whose privacy officer to ask.
    pub ask: OrganisationCode,
    /// On whose list it stands.
    pub service: Option<ServiceCode>,
    /// The first day on the list.
    pub opened_on: Date,
    /// What it asks for first, and the last day on which that is done in time.
    pub due: Option<(DutyKind, Date)>,
}

impl SealedLine {
    /// What is shown of a row.
    pub(crate) fn of(row: &Row, ask: OrganisationCode, due: Option<(DutyKind, Date)>) -> Self {
        Self {
            ask,
            service: row.service.clone(),
            opened_on: row.opened_on,
            due,
        }
    }
}

impl Caller {
    /// Who asks to see something.
    pub(crate) fn viewer(&self) -> Viewer<'_> {
        Viewer {
            organisation: self.organisation(),
            role: self.role(),
            user: self.actor.user.as_deref(),
        }
    }
}

/// The seal that hides a record from somebody.
pub(crate) fn seal_on<'d>(directory: &'d Directory, history: &History, caller: &Caller) -> Option<&'d Seal> {
    let records = history.streams().into_iter();
    let records = records.map(|(stream, _)| PersonId(stream.id));
    access::sealed_from(directory, records, caller.viewer())
}

/// Of some people those whose records are sealed from the caller, with whom to ask.
pub(crate) fn sealed_of(
    directory: &Directory,
    people: impl IntoIterator<Item = PersonId>,
    caller: &Caller,
) -> HashMap<PersonId, OrganisationCode> {
    let people = people.into_iter();
    let sealed = people.filter_map(|person| {
        let seal = access::sealed_from(directory, [person], caller.viewer())?;
        Some((person, seal.organisation.clone()))
    });
    sealed.collect()
}

impl App {
    /// Nothing, unless the record is sealed from the caller.
    ///
    /// # Errors
    /// [`AppError::Sealed`] for staff who might harm by not knowing that there is something; [`AppError::NotFound`] for
    /// everybody else, as if there were nobody.
    pub(crate) async fn expect_unsealed(&self, caller: &Caller, history: &History) -> Result<(), AppError> {
        let directory = self.directory_lately().await?;
        match seal_on(&directory, history, caller) {
            None => Ok(()),
            Some(seal) if access::is_warned(history, caller.viewer(), self.today()) => {
                Err(AppError::Sealed {
                    ask: seal.organisation.clone(),
                })
            }
            Some(_) => Err(AppError::NotFound),
        }
    }
}
