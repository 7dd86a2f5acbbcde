//! How long a service's lists are.

use super::Times;
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use throughcare_domain::access;
use throughcare_domain::code::ServiceCode;
use throughcare_domain::event::Role;
use throughcare_domain::rows::RowKind;
use throughcare_store::projection::{ListOrder, ListQuery};

/// Lines up to which a list is counted.
pub const MAX_COUNTED: u32 = 1_000;

/// How long some lists are.
#[derive(Clone, Debug)]
pub struct WorklistCounts {
    /// Lines of each list, in the order asked for; [`MAX_COUNTED`] + 1 stands for that many or more; `None` for a
    /// list that the caller may not know of.
    pub lines: Vec<Option<u32>>,
    /// Pairs of records that might be one person's, and whether there may be more; `None` for who may not join records,
    /// and for another day than today.
    pub possible_matches: Option<(u32, bool)>,
    /// People erased of whom nothing is left, in all: they are missing from every list.
    pub erased_people: u32,
    /// Log position up to which it is true.
    pub position: u64,
}

impl App {
    /// How long some lists of a service are.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the service is not one of the caller's organisation (auditors see all).
    pub async fn worklist_counts(
        &self,
        caller: &Caller,
        service: &ServiceCode,
        kinds: &[RowKind],
        times: Times,
    ) -> Result<WorklistCounts, AppError> {
        let directory = self.directory().await?;
        let found = directory.service(service).ok_or(AppError::NotFound)?;
        if !access::lists(caller.role()).includes(caller.organisation(), &found.organisation) {
            return Err(AppError::NotFound);
        }
        let reach = self.reach(caller).await?;
        let day = self.day_of(times);
        let known_at = self.position_of(times.known_at).await?;
        let mut lines = Vec::with_capacity(kinds.len());
        let mut position = u64::MAX;
        for kind in kinds {
            // How many there were on another day would tell those who may see them no longer.
            if kind.is_judged_by_the_record() && (caller.role() == Role::Liaison || times != Times::default())
            {
                lines.push(None);
                continue;
            }
            let asked = ListQuery {
                kind: *kind,
                service: Some(service.clone()),
                organisation: None,
                prison: None,
                area: None,
                key_worker: None,
                on: Some(day),
                opened_from: None,
                opened_to: None,
                known_at,
                order: ListOrder::default(),
                after: None,
                limit: MAX_COUNTED + 1,
                marked: None,
            };
            let page = self.lines(&reach, &directory, &asked, day).await?;
            lines.push(Some(u32::try_from(page.rows.len()).unwrap_or(u32::MAX)));
            position = position.min(page.position);
        }
        let own = found.organisation == *caller.organisation() && times == Times::default();
        let possible_matches = match own {
            true => self.count_pairs(caller, service).await?,
            false => None,
        };
        Ok(WorklistCounts {
            lines,
            possible_matches,
            erased_people: directory.people_gone(),
            position: known_at.map_or(position, |known| known.min(position)),
        })
    }
}
