//! Whether a caller has what a command needs.

use super::needs::Needs;
use super::side::{Side, books_ahead, owned_before, owns, side};
use super::{Permission, Rule, Visibility, handed_over_to, justice, protection, sharing, sight, visibility};
use crate::code::OrganisationCode;
use crate::command::{AppointmentCommand, Command, NewReferral, SightCommand};
use crate::directory::Directory;
use crate::event::Role;
use crate::fact::AppointmentFor;
use crate::history::History;
use crate::id::{EpisodeId, EventId, PlacementId, ReferralId};
use crate::rows::{RowKind, rows};
use crate::state::PersonState;
use jiff::civil::Date;
use uuid::Uuid;

/// Who asks, and what they are shown of the record.
#[derive(Clone, Copy)]
pub(super) struct Caller<'a> {
    pub(super) history: &'a History,
    pub(super) organisation: &'a OrganisationCode,
    pub(super) role: Role,
    /// The day on which they ask: sharing agreements end by themselves.
    pub(super) today: Date,
}

/// The rule that keeps a role from a command whatever it is about: asked before anything is looked up, so that the
/// refusal is the same for a record that there is and for one that there is not.
pub fn kept_out_by_role(command: &Command, role: Role) -> Option<Rule> {
    let (work, needs) = Needs::of(command);
    match (needs, role) {
        (Needs::Sight(SightCommand::BreakGlass { .. }), Role::Clinician) => None,
        (Needs::Sight(SightCommand::BreakGlass { .. }), _) => Some(Rule::CliniciansBreakGlass),
        (Needs::Sight(SightCommand::ReviewGlass { .. }) | Needs::Protection(_), Role::PrivacyOfficer) => None,
        (Needs::Sight(SightCommand::ReviewGlass { .. }), _) => Some(Rule::PrivacyOfficersReview),
        (Needs::Protection(_), _) => Some(Rule::ErasureIsForPrivacyOfficers),
        (_, Role::Auditor) => Some(Rule::AuditorRecordsNothing),
        (_, Role::Administrator) => Some(Rule::AdministratorKeepsTheDirectory),
        (_, Role::Commissioner) => Some(Rule::CommissionerSeesFigures),
        (_, Role::PrivacyOfficer) => Some(Rule::PrivacyOfficerRecordsNoCare),
        (_, Role::Liaison) => work.map(|work| work.rule()),
        (_, Role::Worker | Role::Clinician) => None,
    }
}

/// True for a command that asks for no more than to see the person: whoever names a thing of somebody they do not see is
/// told that there is none.
pub fn needs_sight_alone(command: &Command) -> bool {
    matches!(Needs::of(command).1, Needs::Nothing)
}

/// May this role of this organisation record this about a person whom it may see?
///
/// The role is judged first and without a look at the record, so that a refusal tells nothing about it. The
/// history is what the caller is shown of it ([`crate::restricted::seen_by`]): what is withheld does not exist.
/// Whether the named kit, plan, release or identifier exists is left to [`crate::decide`].
pub fn may_record(
    command: &Command,
    history: &History,
    directory: &Directory,
    organisation: &OrganisationCode,
    role: Role,
    today: Date,
) -> Permission {
    if let Some(rule) = kept_out_by_role(command, role) {
        return rule.into();
    }
    let (_, needs) = Needs::of(command);
    let caller = Caller {
        history,
        organisation,
        role,
        today,
    };
    let state = history.now();
    match needs {
        Needs::Program => Rule::ContractsMoveAlone.into(),
        Needs::Nothing => Permission::Allowed,
        Needs::Whole => sharing::by_care(caller, Rule::AgreementTiesNobody),
        Needs::Recorded(events) => may_void(events, caller),
        Needs::Need(need) => seen_or_own(state.need(need).map(|one| &one.organisation), caller),
        Needs::Tag(tag) => seen_or_own(state.tag(tag).map(|one| &one.organisation), caller),
        Needs::Placement(placement) => arranged(state, placement, organisation),
        Needs::FollowUp(kind, id) => follows_up(kind, id, caller, directory),
        Needs::EitherSide(referral) => of_referral(state, referral, organisation, |_| Permission::Allowed),
        Needs::ServiceAsked(referral) => of_referral(state, referral, organisation, |sender| {
            if sender {
                Rule::ServiceAskedDecides.into()
            } else {
                Permission::Allowed
            }
        }),
        Needs::Episode(episode) => of_episode(state, episode, organisation),
        Needs::Appointment(command) => of_appointment(state, command, organisation),
        Needs::Justice(command) => justice::may_record(command, caller),
        Needs::Sharing(command) => sharing::may_record(command, caller),
        Needs::Protection(command) => protection::may_record(command, caller),
        Needs::Sight(command) => sight::may_record(command, caller),
        Needs::Referral(referral) => may_refer(referral, caller, directory),
    }
}

/// Everybody refers the person to others; to a service of its own an organisation does not, where that would keep a
/// sight of the record that others gave or took.
fn may_refer(referral: &NewReferral, caller: Caller<'_>, directory: &Directory) -> Permission {
    let asked = directory.service(&referral.to_service);
    let to_itself = asked.is_some_and(|service| service.organisation == *caller.organisation);
    let handed_over = || handed_over_to(caller.history.now(), directory, caller.organisation);
    match to_itself && !handed_over() {
        true => sharing::may_refer_to_itself(caller),
        false => Permission::Allowed,
    }
}

/// What either side of a referral may, told whether it is the sender; whoever was asked before a contract moved is
/// told so, and for everybody else there is no such referral.
fn of_referral(
    state: &PersonState,
    referral: ReferralId,
    organisation: &OrganisationCode,
    may: impl FnOnce(bool) -> Permission,
) -> Permission {
    match side(state, referral, organisation) {
        Some(Side::Asked) => may(false),
        Some(Side::Sender) => may(true),
        Some(Side::Before) => Rule::ContractMoved.into(),
        None => Permission::NotFound,
    }
}

fn of_episode(state: &PersonState, episode: EpisodeId, organisation: &OrganisationCode) -> Permission {
    if owns(state, episode, organisation) {
        Permission::Allowed
    } else if owned_before(state, episode, organisation) {
        Rule::ContractMoved.into()
    } else {
        Permission::NotFound
    }
}

fn of_appointment(
    state: &PersonState,
    command: &AppointmentCommand,
    organisation: &OrganisationCode,
) -> Permission {
    let about = match command {
        AppointmentCommand::Offer(told) => Some(told.about),
        other => other
            .appointment()
            .and_then(|id| state.appointment(id))
            .map(|one| one.about),
    };
    match about {
        Some(AppointmentFor::Episode(episode)) => of_episode(state, episode, organisation),
        Some(AppointmentFor::Referral(referral)) => of_referral(state, referral, organisation, |sender| {
            if sender && !books_ahead(state, command, referral, organisation) {
                Rule::AppointmentIsItsServices.into()
            } else {
                Permission::Allowed
            }
        }),
        None => Permission::NotFound,
    }
}

fn arranged(state: &PersonState, placement: PlacementId, organisation: &OrganisationCode) -> Permission {
    match state.placement(placement) {
        Some(one) if state.responsible(&one.service, &one.organisation) == organisation => {
            Permission::Allowed
        }
        _ => Permission::NotFound,
    }
}

/// Who sees the record, who reported it, and on whose list it stands follow up a death or an overdose: the
/// partnership, which treats nobody, must be able to tell that somebody lives.
fn follows_up(kind: RowKind, id: Uuid, caller: Caller<'_>, directory: &Directory) -> Permission {
    let Caller {
        history,
        organisation,
        role,
        today,
    } = caller;
    let state = history.now();
    let reported = state
        .overdoses
        .iter()
        .map(|one| (one.id.0, one.at.by))
        .chain(state.deaths.iter().map(|one| (one.id.0, one.at.by)))
        .find(|(one, _)| *one == id)
        .map(|(_, event)| event);
    let recorded = |event: EventId| {
        let mut events = history.events().iter();
        events.any(|one| one.envelope.id == event && one.envelope.actor.organisation == *organisation)
    };
    let listed = || {
        let mut lines = rows(state, directory).into_iter();
        lines.any(|line| {
            line.kind == kind && line.id == id && line.organisation.as_ref() == Some(organisation)
        })
    };
    match reported {
        Some(event)
            if visibility(history, organisation, role, today) == Visibility::Full
                || recorded(event)
                || listed() =>
        {
            Permission::Allowed
        }
        _ => Permission::NotFound,
    }
}

/// Something that its own organisation changes, and everybody who sees the record; `by` is nobody when the caller
/// is shown no such thing.
pub(super) fn seen_or_own(by: Option<&OrganisationCode>, caller: Caller<'_>) -> Permission {
    let Caller {
        history,
        organisation,
        role,
        today,
    } = caller;
    match by {
        Some(by) if by == organisation => Permission::Allowed,
        Some(_) if visibility(history, organisation, role, today) == Visibility::Full => Permission::Allowed,
        _ => Permission::NotFound,
    }
}

/// What an organisation recorded it may void. That others recorded something, it learns only where it sees the
/// record; an entry that nobody made is a matter of the decision there.
fn may_void(events: &[EventId], caller: Caller<'_>) -> Permission {
    let Caller {
        history,
        organisation,
        role,
        today,
    } = caller;
    let recorded_by = |id: &EventId| {
        let mut recorded = history.events().iter();
        recorded
            .find(|one| one.envelope.id == *id)
            .map(|one| &one.envelope.actor.organisation)
    };
    let mut recorders = events.iter().map(recorded_by);
    if visibility(history, organisation, role, today) == Visibility::Full {
        if recorders.flatten().any(|recorder| recorder != organisation) {
            return Rule::RecorderCorrects.into();
        }
    } else if recorders.any(|recorder| recorder != Some(organisation)) {
        return Permission::NotFound;
    }
    Permission::Allowed
}
