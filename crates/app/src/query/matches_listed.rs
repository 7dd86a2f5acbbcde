//! A service's list of records that might be one person's: for whoever sees both to decide.

use super::matches::PossibleMatch;
use super::{PersonRead, Times};
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use crate::looks::Extent;
use std::collections::BTreeSet;
use throughcare_domain::access::{self, Narrowed, Rule, Visibility};
use throughcare_domain::code::ServiceCode;
use throughcare_domain::event::Role;
use throughcare_domain::id::PersonId;
use throughcare_store::Pair;
use uuid::Uuid;

/// Most pairs looked at to say how long the list is: each of them has two records opened and compared.
pub const MOST_COUNTED_MATCHES: u32 = 50;

/// After which pair a page begins.
pub type MatchPlace = Pair;

/// Two records that might be one person's.
#[derive(Clone, Debug)]
pub struct PossiblePair {
    /// The one.
    pub read: PersonRead,
    /// The other, and how they compare.
    pub other: PossibleMatch,
}

/// A page of them.
#[derive(Clone, Debug)]
pub struct PossiblePairs {
    /// The likeliest first, as they compared last.
    pub pairs: Vec<PossiblePair>,
    /// Where the next page begins. A page may hold fewer than were asked for: what the caller does not see is left out.
    pub next: Option<MatchPlace>,
    /// Log position up to which it is true.
    pub position: u64,
}

impl App {
    /// Pairs of records that the caller sees, of which at least one is the service's.
    ///
    /// # Errors
    /// [`AppError::WrongRole`] for who may not join records; [`AppError::NotFound`] for a service of others.
    pub async fn possible_matches_of(
        &self,
        caller: &Caller,
        service: &ServiceCode,
        after: Option<MatchPlace>,
        per_page: u32,
    ) -> Result<PossiblePairs, AppError> {
        let page = self.pairs_seen(caller, service, after, per_page).await?;
        let today = self.today();
        for read in page.pairs.iter().flat_map(|pair| [&pair.read, &pair.other.read]) {
            let grounds = access::grounds(&read.history, caller.organisation(), caller.role(), today);
            caller.looks.note(Some(read.person), Extent::Line, grounds);
        }
        Ok(page)
    }

    /// How many pairs a service's list holds of the likeliest [`MOST_COUNTED_MATCHES`] that the caller's organisation
    /// reaches, and whether there may be more; `None` for who may not join records. It shows nobody.
    pub(super) async fn count_pairs(
        &self,
        caller: &Caller,
        service: &ServiceCode,
    ) -> Result<Option<(u32, bool)>, AppError> {
        if !matches!(caller.role(), Role::Worker | Role::Clinician) {
            return Ok(None);
        }
        let page = self
            .pairs_seen(caller, service, None, MOST_COUNTED_MATCHES)
            .await?;
        let counted = u32::try_from(page.pairs.len()).unwrap_or(u32::MAX);
        Ok(Some((counted, page.next.is_some())))
    }

    /// A page, of which nothing is noted yet.
    async fn pairs_seen(
        &self,
        caller: &Caller,
        service: &ServiceCode,
        after: Option<MatchPlace>,
        per_page: u32,
    ) -> Result<PossiblePairs, AppError> {
        if !matches!(caller.role(), Role::Worker | Role::Clinician) {
            return Err(AppError::WrongRole(Rule::RecordsAreJoinedByWorkers.sentence()));
        }
        let directory = self.directory().await?;
        let own = directory.service(service).ok_or(AppError::NotFound)?;
        if own.organisation != *caller.organisation() {
            return Err(AppError::NotFound);
        }
        let reach = self.reach(caller).await?;
        let (found, position) = self.inner.store.match_pairs(&reach, after, per_page).await?;
        let next = found.last().copied().filter(|_| found.len() >= per_page as usize);
        let services = BTreeSet::from([service.clone()]);
        // Nobody's client: what brought the record to the service is asked, not who opened it.
        let of_service = Narrowed {
            client: "",
            services: &services,
        };
        let (quiet, only) = (caller.unnoticed(), self.admit(caller).await?);
        let (mut pairs, mut seen) = (Vec::<PossiblePair>::new(), BTreeSet::new());
        for Pair { one, other, .. } in found {
            let (Some(read), Some(other)) = (self.seen(&quiet, one).await?, self.seen(&quiet, other).await?)
            else {
                continue;
            };
            let both = [&read, &other];
            let reached = both.iter().all(|one| {
                only.as_ref()
                    .is_none_or(|only| only.of(caller).concerns(&one.history, &directory))
            });
            let listed = both
                .iter()
                .any(|one| of_service.concerns(&one.history, &directory));
            if !reached || !listed || !seen.insert((read.person, other.person)) {
                continue;
            }
            if let Some(other) = super::matches::offered(&directory, &read, other) {
                pairs.push(PossiblePair { read, other });
            }
        }
        Ok(PossiblePairs {
            pairs,
            next,
            position,
        })
    }

    /// The record, when the caller sees it in full.
    pub(super) async fn seen(&self, quiet: &Caller, record: Uuid) -> Result<Option<PersonRead>, AppError> {
        match self.person(quiet, PersonId(record), Times::default()).await {
            Ok(read) if read.visibility == Visibility::Full => Ok(Some(read)),
            Ok(_) | Err(AppError::NotFound | AppError::Sealed { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
