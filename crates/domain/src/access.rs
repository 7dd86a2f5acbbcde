//! Who may see a person, and who may record what about them: the coarse rules, until sharing agreements,
//! purposes and break-glass come.
//!
//! Two questions, asked in this order. [`visibility`]: does this organisation see the person at all, wholly,
//! or only what it sent? [`may_record`]: may this role of this organisation record this? What is out of an
//! organisation's reach is answered as if it did not exist.
//!
//! Sources: `design.md` ("Person", "relationship"); `api.md` 5 (out of scope is 404, not 403).

mod rule;

pub use rule::Rule;

use crate::code::{OrganisationCode, ServiceCode};
use crate::command::{AppointmentCommand, Command};
use crate::continuity::{PlannedRelease, ReleaseFacts};
use crate::directory::Directory;
use crate::event::Role;
use crate::fact::AppointmentFor;
use crate::history::History;
use crate::id::{EpisodeId, EventId, ReferralId};
use crate::rows::{RowKind, rows};
use crate::state::{PersonState, ReferralStatus};
use uuid::Uuid;

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

/// May it be recorded?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Yes.
    Allowed,
    /// Answer as if what the command names did not exist.
    NotFound,
    /// No; the caller knows of it, and the sentence (of a [`Rule`]) says who may.
    WrongRole(&'static str),
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
        .filter(|event| event.envelope.actor.organisation == *organisation);
    History::new(own.cloned().collect())
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
) -> Permission {
    match role {
        Role::Auditor => return Rule::AuditorRecordsNothing.into(),
        Role::Administrator => return Rule::AdministratorKeepsTheDirectory.into(),
        Role::Worker | Role::Liaison => {}
    }
    let worker = role == Role::Worker;
    let state = history.now();
    match command {
        Command::VoidEvents { events, .. } => may_void(events, history, organisation, role),
        Command::ChangeProvider(_) => Rule::ContractsMoveAlone.into(),

        // What it stands for is judged as itself.
        Command::EnterReplacement { .. } => Permission::Allowed,

        // Both roles: who the person is, where they are, what is planned, and who is asked to help.
        Command::Register { .. }
        | Command::RecordIdentifier(_)
        | Command::WithdrawIdentifier { .. }
        | Command::CorrectDemographics(_)
        | Command::RecordResidence(_)
        | Command::RecordMovement(_)
        | Command::CompleteRelease { .. }
        | Command::PlanRelease { .. }
        | Command::ReplanRelease { .. }
        | Command::CancelReleasePlan { .. }
        | Command::Refer(_)
        | Command::HandOverKit(_)
        | Command::LoseKit { .. }
        | Command::ConfiscateKit { .. }
        | Command::ReturnKit(_)
        | Command::ReportOverdose(_)
        | Command::ReportDeath { .. }
        // Needs are seen by whoever meets the person, and so are the schemes that they belong to.
        | Command::RaiseNeed { .. }
        | Command::AddTag { .. }
        | Command::RecordOutreachContact { .. } => Permission::Allowed,

        Command::ClearNeed { need, .. } => {
            let raised = state.need(*need).map(|need| &need.organisation);
            seen_or_own(raised, history, organisation, role)
        }

        Command::RemoveTag(tag) => {
            let added = state.tag(*tag).map(|tag| &tag.organisation);
            seen_or_own(added, history, organisation, role)
        }

        Command::StartPlacement(_) => {
            if worker {
                Permission::Allowed
            } else {
                Rule::CareIsForWorkers.into()
            }
        }

        Command::EndPlacement { placement, .. } => {
            if !worker {
                return Rule::CareIsForWorkers.into();
            }
            match state.placement(*placement) {
                Some(one) if state.responsible(&one.service, &one.organisation) == organisation => {
                    Permission::Allowed
                }
                _ => Permission::NotFound,
            }
        }

        Command::ReviewOverdose { overdose, .. } => {
            if !worker {
                return Rule::CareIsForWorkers.into();
            }
            let about = RowKind::OverdoseToReview;
            follows_up(about, overdose.0, history, directory, organisation, role)
        }

        Command::ConfirmDeath { death, .. }
        | Command::ConcludeDeath { death, .. }
        | Command::RejectDeath { death, .. } => follows_up(
            RowKind::DeathToFollow,
            death.0,
            history,
            directory,
            organisation,
            role,
        ),

        Command::WithdrawReferral { referral, .. } => match side(state, *referral, organisation) {
            Some(Side::Asked | Side::Sender) => Permission::Allowed,
            Some(Side::Before) => Rule::ContractMoved.into(),
            None => Permission::NotFound,
        },

        Command::Appointment(command) => {
            if !worker {
                return Rule::CareIsForWorkers.into();
            }
            let about = match command {
                AppointmentCommand::Offer(told) => Some(told.about),
                other => other
                    .appointment()
                    .and_then(|id| state.appointment(id))
                    .map(|one| one.about),
            };
            match about {
                Some(AppointmentFor::Episode(episode)) if owns(state, episode, organisation) => {
                    Permission::Allowed
                }
                Some(AppointmentFor::Episode(episode)) if owned_before(state, episode, organisation) => {
                    Rule::ContractMoved.into()
                }
                Some(AppointmentFor::Referral(referral)) => match side(state, referral, organisation) {
                    Some(Side::Asked) => Permission::Allowed,
                    Some(Side::Sender) if books_ahead(state, command, referral, organisation) => {
                        Permission::Allowed
                    }
                    Some(Side::Sender) => Rule::AppointmentIsItsServices.into(),
                    Some(Side::Before) => Rule::ContractMoved.into(),
                    None => Permission::NotFound,
                },
                _ => Permission::NotFound,
            }
        }

        Command::AcceptReferral(referral)
        | Command::SendReferralOn { referral, .. }
        | Command::RejectReferral { referral, .. }
        | Command::Triage { referral, .. } => {
            if !worker {
                return Rule::CareIsForWorkers.into();
            }
            match side(state, *referral, organisation) {
                Some(Side::Asked) => Permission::Allowed,
                Some(Side::Sender) => Rule::ServiceAskedDecides.into(),
                Some(Side::Before) => Rule::ContractMoved.into(),
                None => Permission::NotFound,
            }
        }

        Command::Course { episode, .. }
        | Command::PlaceOnWaitingList { episode, .. }
        | Command::TakeOffWaitingList { episode, .. }
        | Command::StartIntervention { episode, .. }
        | Command::RecordContact { episode }
        | Command::EndIntervention { episode, .. }
        | Command::RecordExit { episode, .. }
        | Command::RecordOutcomeProfile { episode, .. }
        | Command::RescindExit { episode, .. }
        | Command::RecordFollowUp { episode, .. } => {
            if !worker {
                Rule::CareIsForWorkers.into()
            } else if owns(state, *episode, organisation) {
                Permission::Allowed
            } else if owned_before(state, *episode, organisation) {
                Rule::ContractMoved.into()
            } else {
                Permission::NotFound
            }
        }

        Command::IssueKits { .. }
        | Command::PlaceKitsInProperty { .. }
        | Command::TellOfRecall { .. }
        | Command::OfferNaloxone { .. }
        | Command::GiveTraining { .. }
        | Command::UseKit { .. } => {
            if worker {
                Permission::Allowed
            } else {
                Rule::NaloxoneIsForWorkers.into()
            }
        }
    }
}

/// Who sees the record, who reported it, and on whose list it stands follow up a death or an overdose: the
/// partnership, which treats nobody, must be able to tell that somebody lives.
fn follows_up(
    kind: RowKind,
    id: Uuid,
    history: &History,
    directory: &Directory,
    organisation: &OrganisationCode,
    role: Role,
) -> Permission {
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
            if visibility(history, organisation, role) == Visibility::Full || recorded(event) || listed() =>
        {
            Permission::Allowed
        }
        _ => Permission::NotFound,
    }
}

/// Something that its own organisation changes, and everybody who sees the record; `by` is nobody when the caller
/// is shown no such thing.
fn seen_or_own(
    by: Option<&OrganisationCode>,
    history: &History,
    organisation: &OrganisationCode,
    role: Role,
) -> Permission {
    match by {
        Some(by) if by == organisation => Permission::Allowed,
        Some(_) if visibility(history, organisation, role) == Visibility::Full => Permission::Allowed,
        _ => Permission::NotFound,
    }
}

/// What an organisation recorded it may void. That others recorded something, it learns only where it sees the
/// record; an entry that nobody made is a matter of the decision there.
fn may_void(
    events: &[EventId],
    history: &History,
    organisation: &OrganisationCode,
    role: Role,
) -> Permission {
    let recorded_by = |id: &EventId| {
        let mut recorded = history.events().iter();
        recorded
            .find(|one| one.envelope.id == *id)
            .map(|one| &one.envelope.actor.organisation)
    };
    let mut recorders = events.iter().map(recorded_by);
    if visibility(history, organisation, role) == Visibility::Full {
        if recorders.flatten().any(|recorder| recorder != organisation) {
            return Rule::RecorderCorrects.into();
        }
    } else if recorders.any(|recorder| recorder != Some(organisation)) {
        return Permission::NotFound;
    }
    Permission::Allowed
}

/// On which side of a referral an organisation stands.
enum Side {
    Asked,
    Sender,
    /// It was asked, and its contract moved since.
    Before,
}

fn side(state: &PersonState, referral: ReferralId, organisation: &OrganisationCode) -> Option<Side> {
    let referral = state.referral(referral)?;
    let asked = state.responsible(&referral.to_service, &referral.to_organisation);
    if asked == organisation {
        Some(Side::Asked)
    } else if state.was_responsible(organisation, &referral.to_service, &referral.to_organisation) {
        Some(Side::Before)
    } else if referral.from_organisation == *organisation {
        Some(Side::Sender)
    } else {
        None
    }
}

/// True for what the sender of a referral does about an appointment before triage: it books one, as a prison does for
/// somebody who is to be released, and moves or calls off what it booked itself. Who came says the service.
///
/// Source: `domain.md` section 2 (appointment booked before release).
fn books_ahead(
    state: &PersonState,
    command: &AppointmentCommand,
    referral: ReferralId,
    organisation: &OrganisationCode,
) -> bool {
    let waits = state
        .referral(referral)
        .is_some_and(|one| matches!(one.status(), ReferralStatus::Received | ReferralStatus::Accepted));
    let its_own = |appointment| {
        let booked = state.appointment(appointment);
        booked.is_some_and(|one| one.offered_by == *organisation)
    };
    waits
        && match command {
            AppointmentCommand::Offer(_) => true,
            AppointmentCommand::Move { appointment, .. } | AppointmentCommand::Cancel { appointment, .. } => {
                its_own(*appointment)
            }
            AppointmentCommand::Attend(_) | AppointmentCommand::Miss { .. } => false,
        }
}

fn owns(state: &PersonState, episode: EpisodeId, organisation: &OrganisationCode) -> bool {
    state
        .episode(episode)
        .is_some_and(|episode| state.responsible(&episode.service, &episode.organisation) == organisation)
}

/// True when the episode was the organisation's until a contract moved.
fn owned_before(state: &PersonState, episode: EpisodeId, organisation: &OrganisationCode) -> bool {
    state
        .episode(episode)
        .is_some_and(|episode| state.was_responsible(organisation, &episode.service, &episode.organisation))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;
    use crate::command::{CourseStep, Direction, Movement, NewAppointment, NewReferral, ResidenceTold};
    use crate::fact::UsedOn;
    use crate::id::AppointmentId;
    use crate::rows::story::*;

    const EVERYONE: [&str; 4] = ["northshire", "southshire", "gatehouse", "county"];

    /// Sent by the prison's organisation to Northshire's, which has not decided.
    fn sent() -> Story {
        Story::new()
            .by("gatehouse")
            .on("2026-03-01", referral(1, "northshire-community"))
    }

    fn in_treatment() -> Story {
        sent()
            .by("northshire")
            .on("2026-03-02", accepted(1))
            .on("2026-03-05", triaged(1, "treatment_needed"))
            .on("2026-03-05", opened(1, "northshire-community"))
    }

    fn sees(story: &Story, who: &str, role: Role) -> Visibility {
        visibility(&story.history(), &organisation(who), role)
    }

    fn may(command: &Command, who: &str, role: Role) -> Permission {
        may_record(
            command,
            &in_treatment().history(),
            &directory(),
            &organisation(who),
            role,
        )
    }

    fn reject() -> Command {
        Command::RejectReferral {
            referral: referral_id(1),
            reason: code("other"),
        }
    }

    fn triage() -> Command {
        Command::Triage {
            referral: referral_id(1),
            outcome: code("treatment_needed"),
            substances: Vec::new(),
        }
    }

    fn withdraw() -> Command {
        Command::WithdrawReferral {
            referral: referral_id(1),
            reason: code("other"),
        }
    }

    fn on_the_episode() -> [Command; 6] {
        let episode = episode_id(1);
        let some: fn(&str) -> Code = code;
        [
            Command::PlaceOnWaitingList {
                episode,
                intervention: some("94"),
            },
            Command::TakeOffWaitingList {
                episode,
                reason: some("other"),
            },
            Command::RecordContact { episode },
            Command::RecordExit {
                episode,
                reason: some("80"),
                intervention_exit: None,
                profile: None,
            },
            Command::RescindExit {
                episode,
                reason: code("other"),
            },
            Command::RecordFollowUp {
                episode,
                outcome: code("not_reached"),
            },
        ]
    }

    fn movement() -> Command {
        Command::RecordMovement(Movement {
            movement_type: code("REL"),
            reason: code("CR"),
            direction: Direction::Out,
            prison: None,
            to_prison: None,
            area: None,
            no_fixed_abode: false,
            referral_on_release: None,
        })
    }

    #[test]
    fn before_acceptance_the_service_asked_does_not_see_the_person() {
        assert_eq!(sees(&sent(), "northshire", Role::Worker), Visibility::None);
        assert_eq!(
            sees(&sent().on("2026-03-02", rejected(1)), "northshire", Role::Worker),
            Visibility::None
        );
    }

    #[test]
    fn acceptance_opens_the_record_and_withdrawal_does_not_close_it() {
        let accepted = sent().by("northshire").on("2026-03-02", accepted(1));
        assert_eq!(sees(&accepted, "northshire", Role::Worker), Visibility::Full);
        let withdrawn = accepted.on("2026-03-03", withdrawn(1));
        assert_eq!(sees(&withdrawn, "northshire", Role::Worker), Visibility::Full);
    }

    #[test]
    fn an_episode_of_its_own_opens_the_record() {
        let mut walked_in = opened(1, "southshire-community");
        walked_in.referral = None;
        let story = Story::new().by("southshire").on("2026-03-05", walked_in);
        assert_eq!(sees(&story, "southshire", Role::Worker), Visibility::Full);
        assert_eq!(sees(&story, "northshire", Role::Worker), Visibility::None);
    }

    #[test]
    fn who_sent_something_sees_that_and_nothing_else() {
        let story = in_treatment();
        assert_eq!(sees(&story, "gatehouse", Role::Liaison), Visibility::Sent);
        assert_eq!(sees(&story, "county", Role::Liaison), Visibility::None);
        let own = own_events(&story.history(), &organisation("gatehouse"));
        assert_eq!(own.events().len(), 1);
        assert!(own.state(None, None).episodes.is_empty());
        assert!(
            own_events(&story.history(), &organisation("county"))
                .events()
                .is_empty()
        );
    }

    #[test]
    fn auditors_see_everyone_and_no_identity() {
        assert_eq!(sees(&in_treatment(), "county", Role::Auditor), Visibility::Full);
        assert_eq!(sees(&Story::new(), "county", Role::Auditor), Visibility::None);
        assert!(!sees_identity(Role::Auditor));
        assert!(sees_identity(Role::Worker));
    }

    #[test]
    fn administrators_see_and_record_nothing_about_people() {
        assert_eq!(
            sees(&in_treatment(), "northshire", Role::Administrator),
            Visibility::None
        );
        let rule = Permission::from(Rule::AdministratorKeepsTheDirectory);
        for command in [movement(), triage(), withdraw()] {
            assert_eq!(may(&command, "northshire", Role::Administrator), rule);
            assert_ne!(may(&command, "northshire", Role::Worker), rule);
        }
    }

    #[test]
    fn auditors_record_nothing() {
        let rule = Permission::from(Rule::AuditorRecordsNothing);
        for command in [movement(), triage(), withdraw(), Command::HandOverKit(kit_id(1))] {
            assert_eq!(may(&command, "northshire", Role::Auditor), rule);
            assert_eq!(may(&command, "northshire", Role::Worker), Permission::Allowed);
        }
    }

    #[test]
    fn only_the_service_asked_decides_on_a_referral() {
        for command in [Command::AcceptReferral(referral_id(1)), reject(), triage()] {
            assert_eq!(may(&command, "northshire", Role::Worker), Permission::Allowed);
            assert_eq!(
                may(&command, "gatehouse", Role::Worker),
                Rule::ServiceAskedDecides.into()
            );
            assert_eq!(may(&command, "southshire", Role::Worker), Permission::NotFound);
            assert_eq!(
                may(&command, "northshire", Role::Liaison),
                Rule::CareIsForWorkers.into()
            );
        }
        let nobody_made_it = Command::AcceptReferral(referral_id(9));
        assert_eq!(
            may(&nobody_made_it, "northshire", Role::Worker),
            Permission::NotFound
        );
    }

    #[test]
    fn either_side_withdraws_a_referral() {
        for (who, role) in [("northshire", Role::Worker), ("gatehouse", Role::Liaison)] {
            assert_eq!(may(&withdraw(), who, role), Permission::Allowed);
        }
        assert_eq!(may(&withdraw(), "southshire", Role::Worker), Permission::NotFound);
    }

    #[test]
    fn an_episode_is_recorded_by_its_organisation() {
        for command in on_the_episode() {
            assert_eq!(may(&command, "northshire", Role::Worker), Permission::Allowed);
            for other in ["southshire", "gatehouse"] {
                assert_eq!(may(&command, other, Role::Worker), Permission::NotFound);
            }
        }
    }

    #[test]
    fn liaison_records_no_care() {
        for command in on_the_episode() {
            assert_eq!(
                may(&command, "northshire", Role::Liaison),
                Rule::CareIsForWorkers.into()
            );
        }
    }

    /// The role is judged first: the refusal is the same for what exists and for what does not.
    #[test]
    fn a_refused_role_learns_nothing_about_the_record() {
        let missing = Command::RecordContact {
            episode: episode_id(9),
        };
        for who in EVERYONE {
            assert_eq!(
                may(&missing, who, Role::Liaison),
                may(&on_the_episode()[2], who, Role::Liaison)
            );
        }
    }

    #[test]
    fn workers_and_liaison_record_movements_plans_referrals_and_identity() {
        let refer = Command::Refer(NewReferral {
            source: code("prison"),
            to_service: service("northshire-community"),
            from_service: None,
            transfer_of: None,
            substances: Vec::new(),
        });
        let residence = ResidenceTold {
            area: None,
            no_fixed_abode: true,
            postcode: None,
            address: None,
        };
        let plan = Command::CancelReleasePlan { plan: plan_id(1) };
        for command in [movement(), plan, refer, Command::RecordResidence(residence)] {
            for who in EVERYONE {
                for role in [Role::Worker, Role::Liaison] {
                    assert_eq!(may(&command, who, role), Permission::Allowed);
                }
                assert_ne!(may(&command, who, Role::Auditor), Permission::Allowed);
            }
        }
    }

    #[test]
    fn liaison_hands_kits_over_and_does_nothing_else_with_them() {
        assert_eq!(
            may(&Command::HandOverKit(kit_id(1)), "gatehouse", Role::Liaison),
            Permission::Allowed
        );
        let issue = Command::IssueKits {
            service: service("moorland-health"),
            kits: Vec::new(),
            replaces: None,
        };
        let place = Command::PlaceKitsInProperty {
            service: service("moorland-health"),
            prison: prison("MDI"),
            kits: Vec::new(),
        };
        let kit = kit_id(1);
        let used_on = UsedOn::Holder;
        let used = Command::UseKit {
            kit,
            doses: None,
            used_on,
            outcome: code("survived"),
            place: None,
        };
        for command in [issue, place, used] {
            assert_eq!(
                may(&command, "gatehouse", Role::Liaison),
                Rule::NaloxoneIsForWorkers.into()
            );
            assert_eq!(may(&command, "gatehouse", Role::Worker), Permission::Allowed);
        }
    }

    /// A need that the county raised and a tag that Northshire added.
    fn with_a_need(kind: &str) -> History {
        in_treatment()
            .by("county")
            .on("2026-03-06", raised(1, kind))
            .by("northshire")
            .on("2026-03-06", tagged(1, "street_drinkers", None))
            .history()
    }

    fn clear() -> Command {
        Command::ClearNeed {
            need: need_id(1),
            reason: code("met"),
        }
    }

    #[test]
    fn a_need_is_cleared_by_who_raised_it_and_by_who_sees_the_record_and_the_need() {
        let history = with_a_need("housing");
        let ask = |history: &History, who: &str, role| {
            may_record(&clear(), history, &directory(), &organisation(who), role)
        };
        for (who, role) in [("county", Role::Liaison), ("northshire", Role::Liaison)] {
            assert_eq!(ask(&history, who, role), Permission::Allowed, "{who}");
        }
        for who in ["southshire", "gatehouse"] {
            assert_eq!(ask(&history, who, Role::Worker), Permission::NotFound, "{who}");
        }
        let history = with_a_need("cuckooing");
        let shown = |who: &str, role| {
            let seen = crate::restricted::seen_by(&history, &organisation(who), role);
            ask(seen.as_ref().unwrap_or(&history), who, role)
        };
        assert_eq!(shown("county", Role::Liaison), Permission::Allowed);
        assert_eq!(shown("northshire", Role::Worker), Permission::Allowed);
        assert_eq!(shown("northshire", Role::Liaison), Permission::NotFound);
    }

    #[test]
    fn a_tag_is_removed_by_who_added_it_and_by_who_sees_the_record() {
        let history = with_a_need("housing");
        let tag = history.now().tags[0].id;
        let ask = |who: &str| {
            let command = Command::RemoveTag(tag);
            may_record(&command, &history, &directory(), &organisation(who), Role::Worker)
        };
        assert_eq!(ask("northshire"), Permission::Allowed);
        assert_eq!(ask("county"), Permission::NotFound);
    }

    #[test]
    fn a_placement_is_ended_by_who_arranged_it_and_by_no_system() {
        let history = in_treatment().on("2026-03-06", moved_in(1, None)).history();
        let ask = |who: &str, role| {
            let command = Command::EndPlacement {
                placement: placement_id(1),
                reason: code("completed"),
            };
            may_record(&command, &history, &directory(), &organisation(who), role)
        };
        assert_eq!(ask("northshire", Role::Worker), Permission::Allowed);
        assert_eq!(ask("gatehouse", Role::Worker), Permission::NotFound);
        assert_eq!(ask("northshire", Role::Liaison), Rule::CareIsForWorkers.into());
    }

    #[test]
    fn an_appointment_is_the_services_that_offers_it_and_the_sender_is_told_so() {
        let offer = |about| {
            Command::Appointment(AppointmentCommand::Offer(NewAppointment {
                about,
                intervention: None,
                starts_at: "2026-03-20T10:00:00Z".parse().unwrap(),
                kind: code("triage"),
            }))
        };
        let about_referral = offer(AppointmentFor::Referral(referral_id(1)));
        let about_episode = offer(AppointmentFor::Episode(episode_id(1)));
        for command in [&about_referral, &about_episode] {
            assert_eq!(may(command, "northshire", Role::Worker), Permission::Allowed);
            assert_eq!(may(command, "southshire", Role::Worker), Permission::NotFound);
            assert_eq!(
                may(command, "gatehouse", Role::Liaison),
                Rule::CareIsForWorkers.into()
            );
        }
        assert_eq!(
            may(&about_referral, "gatehouse", Role::Worker),
            Rule::AppointmentIsItsServices.into()
        );
        assert_eq!(
            may(&about_episode, "gatehouse", Role::Worker),
            Permission::NotFound
        );
        let unknown = Command::Appointment(AppointmentCommand::Attend(appointment_id(9)));
        assert_eq!(may(&unknown, "northshire", Role::Worker), Permission::NotFound);
    }

    fn book(about: u128) -> Command {
        Command::Appointment(AppointmentCommand::Offer(NewAppointment {
            about: AppointmentFor::Referral(referral_id(about)),
            intervention: None,
            starts_at: "2026-03-20T10:00:00Z".parse().unwrap(),
            kind: code("release_day"),
        }))
    }

    #[test]
    fn until_triage_the_sender_books_ahead_and_changes_what_it_booked() {
        let ask = |story: &Story, command: &Command, who: &str, role| {
            may_record(command, &story.history(), &directory(), &organisation(who), role)
        };
        let refused = Permission::from(Rule::AppointmentIsItsServices);
        let accepted_by = |story: Story| story.by("northshire").on("2026-03-02", accepted(1));
        for waits in [sent(), accepted_by(sent())] {
            assert_eq!(
                ask(&waits, &book(1), "gatehouse", Role::Worker),
                Permission::Allowed
            );
            assert_eq!(
                ask(&waits, &book(1), "southshire", Role::Worker),
                Permission::NotFound
            );
            let liaison = ask(&waits, &book(1), "gatehouse", Role::Liaison);
            assert_eq!(liaison, Rule::CareIsForWorkers.into());
        }
        let over = sent().by("northshire").on("2026-03-02", rejected(1));
        assert_eq!(ask(&over, &book(1), "gatehouse", Role::Worker), refused);
        assert_eq!(may(&book(1), "gatehouse", Role::Worker), refused, "triaged");

        let about = AppointmentFor::Referral(referral_id(1));
        let offer = || offered(1, about, "northshire-community", "2026-03-20");
        let booked = |by: &str| sent().by(by).on("2026-03-02", offer());
        let change =
            |of: fn(AppointmentId) -> AppointmentCommand| Command::Appointment(of(appointment_id(1)));
        let moves = change(|appointment| AppointmentCommand::Move {
            appointment,
            starts_at: "2026-03-21T10:00:00Z".parse().unwrap(),
        });
        let cancels = change(|appointment| AppointmentCommand::Cancel {
            appointment,
            by: code("service"),
        });
        for command in [&moves, &cancels] {
            assert_eq!(
                ask(&booked("gatehouse"), command, "gatehouse", Role::Worker),
                Permission::Allowed
            );
            assert_eq!(
                ask(&booked("gatehouse"), command, "northshire", Role::Worker),
                Permission::Allowed
            );
            assert_eq!(
                ask(&booked("northshire"), command, "gatehouse", Role::Worker),
                refused
            );
        }
        let attends = change(AppointmentCommand::Attend);
        assert_eq!(
            ask(&booked("gatehouse"), &attends, "gatehouse", Role::Worker),
            refused
        );
        assert_eq!(
            ask(&booked("gatehouse"), &attends, "northshire", Role::Worker),
            Permission::Allowed
        );
    }

    #[test]
    fn the_course_of_treatment_is_recorded_by_its_organisation_and_a_referral_is_sent_on_by_the_service_asked()
     {
        let hold = Command::Course {
            episode: episode_id(1),
            step: CourseStep::Hold { reason: code("away") },
        };
        let send_on = Command::SendReferralOn {
            referral: referral_id(1),
            to_service: service("southshire-community"),
            source: None,
        };
        for command in [&hold, &send_on] {
            assert_eq!(may(command, "northshire", Role::Worker), Permission::Allowed);
            assert_eq!(may(command, "southshire", Role::Worker), Permission::NotFound);
        }
        assert_eq!(may(&hold, "gatehouse", Role::Worker), Permission::NotFound);
        assert_eq!(
            may(&send_on, "gatehouse", Role::Worker),
            Rule::ServiceAskedDecides.into()
        );
    }

    #[test]
    fn every_rule_has_an_id_of_its_own_and_a_sentence() {
        let ids: std::collections::BTreeSet<_> = Rule::ALL.into_iter().map(Rule::id).collect();
        assert_eq!(ids.len(), Rule::ALL.len());
        assert!(Rule::ALL.into_iter().all(|rule| rule.sentence().ends_with('.')));
    }
}
