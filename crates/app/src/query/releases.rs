//! Releases and what became of them, across people.

use super::Times;
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use jiff::civil::Date;
use std::collections::HashMap;
use throughcare_domain::code::{AreaCode, PrisonCode, ServiceCode};
use throughcare_domain::directory::Directory;
use throughcare_domain::event::Role;
use throughcare_domain::id::PersonId;
use throughcare_domain::rows::RowKind;
use throughcare_domain::state::IdentityState;
use throughcare_store::projection::{ListOrder, ListQuery, ListedRow};
use uuid::Uuid;

/// Most releases a summary counts at once; a longer period is asked for in parts.
pub const MOST: u32 = 10_000;

/// Which releases.
#[derive(Clone, Debug)]
pub struct ReleaseQuery {
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
    /// Who they are, for those who may see them.
    pub identities: HashMap<PersonId, IdentityState>,
    /// True when they were asked for by a service, not by a prison alone.
    pub of_own_service: bool,
    /// True when there are more.
    pub more: bool,
    /// The day to which days are counted.
    pub day: Date,
    /// Log position up to which it is true.
    pub position: u64,
}

impl App {
    /// Releases that the caller may see: a service's own for its organisation, a prison's for the organisation
    /// that works in it, everything for auditors.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when neither a service nor a prison of the caller's organisation is named.
    pub async fn releases(
        &self,
        caller: &Caller,
        query: ReleaseQuery,
        names: bool,
    ) -> Result<ReleasesRead, AppError> {
        let directory = self.directory().await?;
        may_list(caller, &directory, &query)?;
        let day = self.day_of(query.times);
        let known_at = self.position_of(query.times.known_at).await?;
        let of_own_service = query.service.is_some();
        let limit = query.limit.clamp(1, MOST);
        let to = query.to.map_or(day, |to| to.min(day));
        let page = self
            .inner
            .store
            .list(&ListQuery {
                kind: query.kind,
                service: query.service,
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
            })
            .await?;
        let more = page.rows.len() > limit as usize;
        let rows: Vec<_> = page.rows.into_iter().take(limit as usize).collect();
        let people: Vec<PersonId> = rows.iter().map(|row| row.person).collect();
        let identities = if names {
            self.identities(caller, &people).await?
        } else {
            HashMap::new()
        };
        let position = known_at.map_or(page.position, |known| known.min(page.position));
        Ok(ReleasesRead {
            rows,
            identities,
            of_own_service,
            more,
            day,
            position,
        })
    }
}

fn may_list(caller: &Caller, directory: &Directory, query: &ReleaseQuery) -> Result<(), AppError> {
    if caller.role() == Role::Auditor {
        return Ok(());
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
