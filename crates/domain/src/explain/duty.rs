//! Open duties, and what makes them.

use super::Value;
use super::naloxone::no_longer_good;
use crate::directory::Directory;
use crate::id::{AppointmentId, AssessmentId, DeathId, EpisodeId, EventId, KitId, OverdoseId, ReferralId};
use crate::prescribing::prescribed_twice;
use crate::state::{Dated, PersonState};
use crate::view::duties::{Deadlines, Duty, DutyKind, duties_of};
use jiff::civil::Date;
use uuid::Uuid;

pub(super) fn values(
    state: &PersonState,
    directory: &Directory,
    as_of: Date,
    deadlines: &Deadlines,
    values: &mut Vec<Value>,
) {
    for duty in duties_of(state, directory, as_of, deadlines) {
        let whose = duty.service.as_ref().map(|service| service.as_str());
        let whose = whose.or(duty.organisation.as_ref().map(|one| one.as_str()));
        let name = format!(
            "/duties/{}/{}/{}",
            duty.kind.as_str(),
            duty.about,
            whose.unwrap_or("nobody")
        );
        values.push(Value::new(name, duty.due_on, set_by(state, &duty, as_of)));
    }
}

/// The events that make a duty: of what it is about, those by which it is to be done.
fn set_by(state: &PersonState, duty: &Duty, as_of: Date) -> Vec<EventId> {
    let about = duty.about;
    let of = |at: &[Option<Dated>]| -> Vec<EventId> { at.iter().flatten().map(|at| at.by).collect() };
    match duty.kind {
        DutyKind::DecideOnReferral => of(&[state.referral(ReferralId(about)).map(|one| one.received)]),
        DutyKind::Triage | DutyKind::OfferAppointment => {
            let referral = state.referral(ReferralId(about));
            of(&[
                referral.map(|one| one.received),
                referral.and_then(|one| one.accepted),
            ])
        }
        DutyKind::OfferAnotherAppointment => {
            let missed = state
                .appointment(AppointmentId(about))
                .and_then(|one| one.missed.as_ref());
            of(&[missed.map(|(at, _)| *at)])
        }
        DutyKind::RecordAppointment => {
            let offered = state.appointment(AppointmentId(about));
            let moved = offered.and_then(|one| one.moves.last()).map(|(at, _)| *at);
            of(&[offered.map(|one| one.offered), moved])
        }
        DutyKind::EndDoublePrescribing => {
            let twice = prescribed_twice(state);
            let found = twice.iter().find(|one| one.id() == about && one.is_on(as_of));
            found.map_or_else(Vec::new, |one| vec![one.first.begun_by, one.second.begun_by])
        }
        DutyKind::ReviewCarePlan => {
            let plan = state.episode(EpisodeId(about)).and_then(|one| one.care_plan());
            of(&[plan.map(|plan| plan.at)])
        }
        DutyKind::HandOverNaloxone => {
            let kit = state.kit(KitId(about)).and_then(|kit| kit.in_property.as_ref());
            let plan = state.plans.iter().rfind(|plan| plan.is_open());
            let day = plan.map(|plan| plan.days.last().map_or(plan.made, |(_, at)| *at));
            of(&[kit.map(|(_, at)| *at), day])
        }
        DutyKind::ReplaceNaloxone => {
            let kit = state.kit(KitId(about));
            kit.map_or_else(Vec::new, |kit| no_longer_good(kit, as_of))
        }
        DutyKind::TellOfRecall => of(&[state.kit(KitId(about)).and_then(|kit| kit.left_the_shelf())]),
        DutyKind::CarryOutAssessment => {
            let required = state.assessment(AssessmentId(about));
            let missed = required.and_then(|one| one.missed.last()).map(|(at, _)| *at);
            of(&[required.map(|one| one.imposed), missed])
        }
        DutyKind::ReviewOverdose => of(&[state.overdose(OverdoseId(about)).map(|one| one.at)]),
        DutyKind::ConfirmDeath => of(&[state.death(DeathId(about)).map(|one| one.at)]),
        DutyKind::TakeStartProfile => {
            let episode = state.episode(EpisodeId(about));
            of(&[episode.and_then(|one| one.first_structured_start())])
        }
        DutyKind::FollowUp => {
            // After the first attempt it is about that.
            let exit = state.episode(EpisodeId(about)).and_then(|one| one.exit.as_ref());
            exit.map_or_else(|| itself(about), |exit| vec![exit.at.by])
        }
        DutyKind::HandOverToAdults => of(&[state.episode(EpisodeId(about)).map(|one| one.opened)]),
        DutyKind::TakeOverPrescription
        | DutyKind::ContactAfterRelease
        | DutyKind::CompleteRelease
        | DutyKind::ClassifyMovement
        | DutyKind::ReviewOutcome
        | DutyKind::ResolveConflict => itself(about),
    }
}

/// Releases, movements, prescriptions, reviews and what does not fit have the id of their event.
fn itself(about: Uuid) -> Vec<EventId> {
    vec![EventId(about)]
}
