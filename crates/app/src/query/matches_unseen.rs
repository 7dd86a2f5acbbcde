//! Records that might be one person's and that no organisation sees both of: nobody's to decide, so they are told to
//! auditors, who see everybody's records without names.
//!
//! An auditor tells those who keep the two. One of them gives the other sight by a sharing agreement, as the person and
//! the law allow it; from then on the pair is on that organisation's list and on this one no more. Privacy officers and
//! administrators are of one organisation, and to tell them of a pair would tell them that somebody is known elsewhere
//! (`trust.md`).

use super::matches::scored;
use super::matches_listed::MatchPlace;
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use jiff::civil::Date;
use std::collections::{BTreeSet, HashSet};
use throughcare_domain::access::{self, Ground, Rule, Visibility};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::directory::Directory;
use throughcare_domain::event::Role;
use throughcare_domain::history::History;
use throughcare_domain::id::PersonId;
use throughcare_domain::matching::Score;
use throughcare_store::{Pair, Reach};

/// One of two records, and whom to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnseenRecord {
    /// Under which id the person is read.
    pub person: PersonId,
    /// The organisations that see the record in full; those that recorded something in it, where none does.
    pub kept_by: Vec<OrganisationCode>,
}

/// Two records that might be one person's.
#[derive(Clone, Debug)]
pub struct UnseenPair {
    /// The one.
    pub one: UnseenRecord,
    /// The other.
    pub other: UnseenRecord,
    /// How they compare.
    pub score: Score,
}

/// A page of them.
#[derive(Clone, Debug)]
pub struct UnseenPairs {
    /// The likeliest first, as they compared last.
    pub pairs: Vec<UnseenPair>,
    /// Where the next page begins. A page may hold fewer than were asked for: pairs that an organisation sees both of are
    /// on its own lists.
    pub next: Option<MatchPlace>,
    /// Log position up to which it is true.
    pub position: u64,
}

impl App {
    /// Pairs of records that no organisation sees both of.
    ///
    /// # Errors
    /// [`AppError::WrongRole`] for everybody but auditors.
    pub async fn unseen_matches(
        &self,
        caller: &Caller,
        after: Option<MatchPlace>,
        per_page: u32,
    ) -> Result<UnseenPairs, AppError> {
        if caller.role() != Role::Auditor {
            return Err(AppError::WrongRole(
                Rule::UnseenMatchesAreToldByAuditors.sentence(),
            ));
        }
        let (directory, today) = (self.directory_lately().await?, self.today());
        let everybody = Reach::EVERYBODY;
        let (found, position) = self.inner.store.match_pairs(&everybody, after, per_page).await?;
        let next = found.last().copied().filter(|_| found.len() >= per_page as usize);
        let (mut pairs, mut seen) = (Vec::new(), HashSet::new());
        for Pair { one, other, .. } in found {
            // Compared by what stands in both, names too; the auditor is shown what was found and no name.
            let one = self.history(PersonId(one)).await?;
            let other = self.history(PersonId(other)).await?;
            let Some(score) = scored(&directory, &one, &other) else {
                continue;
            };
            let (sees_one, sees_other) = (
                keepers(&one, &directory, today),
                keepers(&other, &directory, today),
            );
            let persons = (one.person(), other.person());
            if !sees_one.is_disjoint(&sees_other) || !seen.insert(persons) {
                continue;
            }
            caller.looks.lines([persons.0, persons.1], Ground::Audit);
            pairs.push(UnseenPair {
                one: told(&one, sees_one),
                other: told(&other, sees_other),
                score,
            });
        }
        Ok(UnseenPairs {
            pairs,
            next,
            position,
        })
    }
}

/// The organisations whose workers see a record in full.
fn keepers(history: &History, directory: &Directory, today: Date) -> BTreeSet<OrganisationCode> {
    let all = directory.organisations().map(|(code, _)| code);
    all.filter(|code| access::visibility(history, code, Role::Worker, today) == Visibility::Full)
        .cloned()
        .collect()
}

fn told(history: &History, keepers: BTreeSet<OrganisationCode>) -> UnseenRecord {
    let recorders = || {
        let events = history.events().iter();
        events
            .map(|event| event.envelope.actor.organisation.clone())
            .collect::<BTreeSet<_>>()
    };
    let kept_by = match keepers.is_empty() {
        true => recorders(),
        false => keepers,
    };
    UnseenRecord {
        person: history.person(),
        kept_by: kept_by.into_iter().collect(),
    }
}
