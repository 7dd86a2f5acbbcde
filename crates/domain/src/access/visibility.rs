//! How much of a person's record an organisation sees.

use super::justice::is_told_elsewhere;
use super::sharing::rests_on_others;
use crate::code::{OrganisationCode, ServiceCode};
use crate::continuity::{PlannedRelease, ReleaseFacts};
use crate::directory::Directory;
use crate::event::Role;
use crate::fact::{Fact, ServiceKind};
use crate::history::History;
use crate::state::{PersonState, ReferralStatus};
use jiff::civil::Date;

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

/// The rule by which an organisation sees as much of a record as it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sight {
    /// Auditors, who are given no identity keys ([`sees_identity`]).
    Audits,
    /// Administrators.
    Administers,
    /// Commissioners.
    Commissions,
    /// Privacy officers.
    AnswersForData,
    /// It treats the person, has taken them on, or has them in its prisons.
    Treats,
    /// It treated the person, or took them on once.
    Treated,
    /// Another organisation applied a sharing agreement for it.
    Agreement,
    /// It would see the record, and the person objected to sharing with it.
    Objected,
    /// It would see the record, and its use is restricted to the person's care.
    Restricted,
    /// It recorded something about the person itself.
    Recorded,
    /// Nothing ties it to the person.
    Unrelated,
    /// The record was erased.
    Erased,
}

impl Sight {
    /// Every rule.
    pub const ALL: [Self; 12] = [
        Self::Audits,
        Self::Administers,
        Self::Commissions,
        Self::AnswersForData,
        Self::Treats,
        Self::Treated,
        Self::Agreement,
        Self::Objected,
        Self::Restricted,
        Self::Recorded,
        Self::Unrelated,
        Self::Erased,
    ];

    /// Its stable id.
    pub fn id(self) -> &'static str {
        match self {
            Self::Audits => "audits",
            Self::Administers => "administers",
            Self::Commissions => "commissions",
            Self::AnswersForData => "answers_for_data",
            Self::Treats => "treats",
            Self::Treated => "treated",
            Self::Agreement => "sharing_agreement",
            Self::Objected => "person_objected",
            Self::Restricted => "restricted",
            Self::Recorded => "own_entries",
            Self::Unrelated => "unrelated",
            Self::Erased => "erased",
        }
    }

    /// What it says.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Audits => "Auditors see every record without names and identifiers.",
            Self::Administers => "Administrators see no records.",
            Self::Commissions => "Commissioners see figures and no records.",
            Self::AnswersForData => "Privacy officers see no clinical records.",
            Self::Treats => "Your organisation treats the person.",
            Self::Treated => "Your organisation treated the person.",
            Self::Agreement => "Another organisation gave yours sight of this record by a sharing agreement.",
            Self::Objected => {
                "The person objected to sharing with your organisation. It sees what it recorded itself."
            }
            Self::Restricted => {
                "This record is used for the person's care alone. Your organisation sees what it recorded itself."
            }
            Self::Recorded => "Your organisation sees what it recorded itself.",
            Self::Unrelated => "Nothing ties your organisation to the person.",
            Self::Erased => "This record was erased.",
        }
    }
}

/// What ties an organisation to a person, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tie {
    /// Direct care: an open episode; a referral that it accepted and has not triaged; or, while the person is in
    /// custody, an episode or an accepted referral of any time at a prison's service. Which prison that service works
    /// in is in the directory and not in the record, so this errs for care (own reading).
    Treats,
    /// An episode or an accepted referral that has ended, or that went over to another with its contract.
    Treated,
    /// A sharing agreement that lasts.
    Agreement,
}

pub(super) fn tie(state: &PersonState, organisation: &OrganisationCode, today: Date) -> Option<Tie> {
    if treats(state, organisation) {
        Some(Tie::Treats)
    } else if treated(state, organisation) {
        Some(Tie::Treated)
    } else {
        let mut agreements = state.sharing.agreements_with(organisation, today);
        agreements.next().map(|_| Tie::Agreement)
    }
}

/// How much of the person's record the organisation sees on a day, judged by the whole history.
///
/// - *Full* while it treats the person, whatever the person says of sharing: direct care does not rest on consent
///   (`domain.md` 6), and not knowing can kill (`trust.md`, H7 and H11). An open episode, a referral that it accepted
///   and has not triaged, and custody where a prison's service is concerned.
/// - *Full* once a referral addressed to the organisation was accepted, or it has an episode of its own.
///   It stays so after withdrawal and exit, because what was done has to stay explainable.
/// - *Full* by a sharing agreement that another organisation applied, while it lasts.
/// - *Full* for auditors, who are given no identity keys ([`sees_identity`]).
/// - *Sent* when it recorded something about the person itself.
/// - *None* for everyone else, and for administrators, commissioners and privacy officers.
///
/// An objection to sharing with the organisation, and a restriction, end what rests on an agreement or on care that
/// is over: then it sees what it recorded itself, which keeps explainable what it did. They work at the next request
/// and take nothing that [`handed_over_to`] gives, nor the sight of a referral that it was sent.
///
/// Who sees a restricted record is our own reading. UK GDPR art. 18(2) leaves storage, consent, legal claims, and the
/// protection of the rights of others: those who do not treat the person are left with storage; care goes on for those
/// who do, because a restriction that hides a prescription or an allergy from them protects nobody; everybody goes on
/// seeing their own entries, which they must be able to correct where the person contests them; and auditors see it,
/// who prove what was done with it.
///
/// Sources: `trust.md`, "Who may see what"; UK GDPR art. 18 and 21.
pub fn visibility(history: &History, organisation: &OrganisationCode, role: Role, today: Date) -> Visibility {
    sight(history, organisation, role, today).0
}

/// As [`visibility`], with the rule.
pub fn sight(
    history: &History,
    organisation: &OrganisationCode,
    role: Role,
    today: Date,
) -> (Visibility, Sight) {
    match role {
        Role::Auditor if history.events().is_empty() => return (Visibility::None, Sight::Unrelated),
        Role::Auditor => return (Visibility::Full, Sight::Audits),
        Role::Administrator => return (Visibility::None, Sight::Administers),
        Role::Commissioner => return (Visibility::None, Sight::Commissions),
        Role::PrivacyOfficer => return (Visibility::None, Sight::AnswersForData),
        Role::Worker | Role::Clinician | Role::Liaison => {}
    }
    let state = history.now();
    if state.erased == history.events().len() {
        return (Visibility::None, Sight::Erased);
    }
    let tie = tie(state, organisation, today);
    let kept_out = match tie {
        None | Some(Tie::Treats) => None,
        Some(Tie::Treated | Tie::Agreement) => kept_out(state, organisation, today),
    };
    match (tie, kept_out) {
        (Some(Tie::Treats), _) => return (Visibility::Full, Sight::Treats),
        (Some(Tie::Treated), None) => return (Visibility::Full, Sight::Treated),
        (Some(Tie::Agreement), None) => return (Visibility::Full, Sight::Agreement),
        (None, _) | (_, Some(_)) => {}
    }
    let mut events = history.events().iter();
    match events.any(|event| event.envelope.actor.organisation == *organisation) {
        true => (Visibility::Sent, kept_out.unwrap_or(Sight::Recorded)),
        false => (Visibility::None, kept_out.unwrap_or(Sight::Unrelated)),
    }
}

/// What keeps those out who do not treat the person: a restriction, or an objection to sharing with them.
pub fn kept_out(state: &PersonState, organisation: &OrganisationCode, today: Date) -> Option<Sight> {
    let sharing = &state.sharing;
    if sharing.restrictions_on(today).next().is_some() {
        Some(Sight::Restricted)
    } else {
        let mut objections = sharing.objections_against(organisation, today);
        objections.next().map(|_| Sight::Objected)
    }
}

/// See [`Tie::Treats`].
pub(super) fn treats(state: &PersonState, organisation: &OrganisationCode) -> bool {
    let in_custody = state.custody.open_spell().is_some();
    let gives = |referral| state.sight.is_given_by(referral);
    state.referrals.iter().filter(|one| gives(one.id)).any(|one| {
        let open = one.status() == ReferralStatus::Accepted;
        let its_prisons = in_custody && one.accepted.is_some() && one.to_kind == ServiceKind::Prison;
        (open || its_prisons) && state.responsible(&one.to_service, &one.to_organisation) == organisation
    }) || state
        .episodes
        .iter()
        .filter(|one| one.referral.is_none_or(gives))
        .any(|one| {
            let its_prisons = in_custody && one.kind == ServiceKind::Prison;
            (one.exit.is_none() || its_prisons)
                && state.responsible(&one.service, &one.organisation) == organisation
        })
}

/// See [`Tie::Treated`].
fn treated(state: &PersonState, organisation: &OrganisationCode) -> bool {
    took_on(state, organisation) || had_episode(state, organisation)
}

/// True when the organisation, or one whose contract it took over, accepted a referral of the person.
pub(super) fn took_on(state: &PersonState, organisation: &OrganisationCode) -> bool {
    state.referrals.iter().any(|one| {
        one.accepted.is_some()
            && state.sight.is_given_by(one.id)
            && state.was_responsible(organisation, &one.to_service, &one.to_organisation)
    })
}

/// True when the organisation, or one whose contract it took over, has or had an episode with the person.
pub(super) fn had_episode(state: &PersonState, organisation: &OrganisationCode) -> bool {
    state
        .episodes
        .iter()
        .filter(|one| {
            one.referral
                .is_none_or(|referral| state.sight.is_given_by(referral))
        })
        .any(|one| state.was_responsible(organisation, &one.service, &one.organisation))
}

/// True when the organisation sees the record on a day because of care, and not by a sharing agreement alone: it may
/// then take the person on by a referral to itself.
pub fn sees_by_care(history: &History, organisation: &OrganisationCode, role: Role, today: Date) -> bool {
    let (_, rule) = sight(history, organisation, role, today);
    matches!(rule, Sight::Treats | Sight::Treated)
}

/// True when the organisation sees all of the record because of care, by the last of what is known: for lists, which
/// know no day. Agreements do not count here.
pub fn sees_all_by_care(state: &PersonState, organisation: &OrganisationCode) -> bool {
    treats(state, organisation)
        || (treated(state, organisation) && kept_out(state, organisation, Date::MAX).is_none())
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
    match role {
        Role::Worker | Role::Clinician | Role::Liaison => true,
        Role::Auditor | Role::Administrator | Role::Commissioner | Role::PrivacyOfficer => false,
    }
}

/// What the organisation recorded itself: all it sees when its visibility is [`Visibility::Sent`]. The
/// version of this part is no version of the stream: take that from the whole history.
pub fn own_events(history: &History, organisation: &OrganisationCode) -> History {
    let own = history
        .events()
        .iter()
        .filter(|event| event.envelope.actor.organisation == *organisation)
        .filter(|event| !is_told_elsewhere(event, history, organisation))
        .filter(|event| !rests_on_others(event, history, organisation))
        .filter(|event| !event.fact().is_some_and(Fact::tells_of_others));
    History::new(own.cloned().collect())
}
