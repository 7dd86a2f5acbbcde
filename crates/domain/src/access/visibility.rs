//! How much of a person's record an organisation sees.

use super::justice::is_told_elsewhere;
use crate::code::{OrganisationCode, ServiceCode};
use crate::continuity::{PlannedRelease, ReleaseFacts};
use crate::directory::Directory;
use crate::event::Role;
use crate::history::History;
use crate::state::PersonState;

/// How much of a person's record an organisation sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Visibility {
    /// Nothing: the person does not exist for it.
    None,
    /// Only what it recorded itself: views are folded from [`own_events`].
    Sent,
    /// The whole record.
    Full,
}

/// How much of the person's record the organisation sees, judged by the whole history.
///
/// - *Full* once a referral addressed to the organisation was accepted, or it has an episode of its own.
///   It stays so after withdrawal and exit, because what was done has to stay explainable.
/// - *Full* for auditors, who are given no identity keys ([`sees_identity`]).
/// - *Sent* when it recorded something about the person itself.
/// - *None* for everyone else, and for administrators.
pub fn visibility(history: &History, organisation: &OrganisationCode, role: Role) -> Visibility {
    match role {
        Role::Auditor => {
            return if history.events().is_empty() {
                Visibility::None
            } else {
                Visibility::Full
            };
        }
        Role::Administrator => return Visibility::None,
        Role::Worker | Role::Liaison => {}
    }
    if has_relationship(history.now(), organisation) {
        Visibility::Full
    } else if history
        .events()
        .iter()
        .any(|event| event.envelope.actor.organisation == *organisation)
    {
        Visibility::Sent
    } else {
        Visibility::None
    }
}

/// True when care ties the person to the organisation: a referral it accepted, or an episode of its own.
pub fn has_relationship(state: &PersonState, organisation: &OrganisationCode) -> bool {
    state.referrals.iter().any(|one| {
        one.accepted.is_some() && state.was_responsible(organisation, &one.to_service, &one.to_organisation)
    }) || state
        .episodes
        .iter()
        .any(|one| state.was_responsible(organisation, &one.service, &one.organisation))
}

/// True when custody hands the person to the organisation: their present release, or the release planned, stands
/// on the list of one of its services. It may then take the person on by a referral to itself, because somebody
/// else's act (the prison's) is the ground for it. Without such a ground nobody gains sight of a record by
/// referring its person to themselves.
///
/// Source: `trust.md`, "Who may see what": a relationship needs an act of someone other than the one who gains.
pub fn handed_over_to(state: &PersonState, directory: &Directory, organisation: &OrganisationCode) -> bool {
    let owned = |owners: &[ServiceCode]| {
        owners
            .iter()
            .filter_map(|code| directory.service(state.provider(code)))
            .any(|service| service.organisation == *organisation)
    };
    let at_large = state.custody.open_spell().is_none();
    let released = ReleaseFacts::all(state, directory);
    released
        .last()
        .is_some_and(|release| at_large && owned(&release.owners))
        || PlannedRelease::all(state, directory)
            .iter()
            .any(|plan| owned(&plan.owners))
}

/// True when the role may be shown names, identifiers and addresses. Auditors see coded facts only.
pub fn sees_identity(role: Role) -> bool {
    matches!(role, Role::Worker | Role::Liaison)
}

/// What the organisation recorded itself: all it sees when its visibility is [`Visibility::Sent`]. The
/// version of this part is no version of the stream: take that from the whole history.
pub fn own_events(history: &History, organisation: &OrganisationCode) -> History {
    let own = history
        .events()
        .iter()
        .filter(|event| event.envelope.actor.organisation == *organisation)
        .filter(|event| !is_told_elsewhere(event, history, organisation));
    History::new(own.cloned().collect())
}
