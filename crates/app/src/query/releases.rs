//! Releases and what became of them, across people.

use super::Times;
use super::sealed::sealed_of;
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use jiff::civil::Date;
use std::collections::HashMap;
use throughcare_domain::access::{self, Whose};
use throughcare_domain::code::{AreaCode, OrganisationCode, PrisonCode, ServiceCode};
use throughcare_domain::directory::Directory;
use throughcare_domain::event::Role;
use throughcare_domain::id::PersonId;
use throughcare_domain::rows::RowKind;
use throughcare_store::projection::{ListOrder, ListQuery, ListedRow};
use uuid::Uuid;

/// Most releases a summary counts at once; a longer period is asked for in parts.
pub const MOST: u32 = 10_000;

/// What releases are read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReleasesFor {
    /// To show them, one by one.
    Lines,
    /// To count them.
    Figures,
}

impl ReleasesFor {
    /// Whose releases somebody in this role reads.
    pub fn whose(self, role: Role) -> Whose {
        match self {
            Self::Lines => access::lists(role),
            Self::Figures => access::figures(role),
        }
    }
}

/// Which releases.
#[derive(Clone, Debug)]
pub struct ReleaseQuery {
    /// What for.
    pub read_for: ReleasesFor,
    /// [`RowKind::Release`] or [`RowKind::ReleasePlanned`].
    pub kind: RowKind,
    /// From which prison.
    pub prison: Option<PrisonCode>,
    /// To which authority of residence.
    pub area: Option<AreaCode>,
    /// Owned by which service.
    pub service: Option<ServiceCode>,
    /// From this day.
    pub from: Option<Date>,
    /// To this day.
    pub to: Option<Date>,
    /// As it was true and known.
    pub times: Times,
    /// In which order.
    pub order: ListOrder,
    /// After this row, in that order.
    pub after: Option<(Date, Uuid)>,
    /// How many, at most [`MOST`].
    pub limit: u32,
}

/// Releases found.
#[derive(Clone, Debug)]
pub struct ReleasesRead {
    /// Rows, in the order asked for.
    pub rows: Vec<ListedRow>,
    /// Of these, the people whose records are sealed from the caller, with whose privacy officer to ask.
    pub sealed: HashMap<PersonId, OrganisationCode>,
    /// True when they were asked for by a service, not by a prison alone.
    pub of_own_service: bool,
    /// True when there are more.
    pub more: bool,
    /// People erased of whom nothing is left, in all: they are missing from any figure made of these.
    pub erased_people: u32,
    /// The day to which days are counted.
    pub day: Date,
    /// Log position up to which it is true.
    pub position: u64,
}

impl App {
    /// Releases that the caller may see: a service's own for its organisation, a prison's for the organisation
    /// that works in it, everything for auditors, and figures of everything for commissioners.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when neither a service nor a prison of the caller's organisation is named.
    pub async fn releases(&self, caller: &Caller, query: ReleaseQuery) -> Result<ReleasesRead, AppError> {
        let directory = self.directory().await?;
        may_read(caller, &directory, &query)?;
        let day = self.day_of(query.times);
        let known_at = self.position_of(query.times.known_at).await?;
        let by_area = query.area.is_some();
        let of_own_service = query.service.is_some();
        let limit = query.limit.clamp(1, MOST);
        let to = query.to.map_or(day, |to| to.min(day));
        let reach = self.reach_of(caller, query.read_for.whose(caller.role())).await?;
        let page = self
            .inner
            .store
            .list(
                &reach,
                &ListQuery {
                    kind: query.kind,
                    service: query.service,
                    organisation: None,
                    prison: query.prison,
                    area: query.area,
                    key_worker: None,
                    on: Some(day),
                    opened_from: query.from,
                    opened_to: Some(to),
                    known_at,
                    order: query.order,
                    after: query.after,
                    limit: limit + 1,
                    marked: None,
                },
            )
            .await?;
        let more = page.rows.len() > limit as usize;
        let mut rows: Vec<_> = page.rows.into_iter().take(limit as usize).collect();
        let mut sealed = HashMap::new();
        if query.read_for == ReleasesFor::Lines {
            sealed = sealed_of(&directory, rows.iter().map(|row| row.person), caller);
            if by_area {
                // By where somebody lives a line would tell what it does not show.
                rows.retain(|row| !sealed.contains_key(&row.person));
            }
        }
        let position = known_at.map_or(page.position, |known| known.min(page.position));
        Ok(ReleasesRead {
            rows,
            sealed,
            of_own_service,
            more,
            erased_people: directory.people_gone(),
            day,
            position,
        })
    }
}

fn may_read(caller: &Caller, directory: &Directory, query: &ReleaseQuery) -> Result<(), AppError> {
    match query.read_for.whose(caller.role()) {
        Whose::Everybodys => return Ok(()),
        Whose::Nobodys => return Err(AppError::NotFound),
        Whose::Own => {}
    }
    let own_service = query
        .service
        .as_ref()
        .and_then(|code| directory.service(code))
        .is_some_and(|service| service.organisation == *caller.organisation());
    let works_in_prison = query.prison.as_ref().is_some_and(|prison| {
        directory
            .services()
            .any(|service| service.organisation == *caller.organisation() && service.prisons.contains(prison))
    });
    if own_service || works_in_prison {
        Ok(())
    } else {
        Err(AppError::NotFound)
    }
}
