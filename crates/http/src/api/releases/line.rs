//! A release and where it stands.

use crate::api::shown::SealedWire;
use crate::api::wire::{DateWire, InstantWire, NamesWire};
use jiff::civil::Date;
use serde::Serialize;
use throughcare_domain::continuity::{
    AppointmentMade, BridgeMade, Figure, ReferralMade, ReleaseCare, ReleaseFacts,
};
use utoipa::ToSchema;
use uuid::Uuid;

/// A release and where it stands on the day asked for.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseLine {
    /// The release.
    pub release_id: Uuid,
    /// The person.
    pub person_id: Uuid,
    /// Names, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<NamesWire>,
    /// Date of birth, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<DateWire>,
    /// The prison left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prison: Option<String>,
    /// The day of release: day 0.
    pub released_on: Date,
    /// Days by which the release became known late; absent when it was known on its day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_late_days: Option<i32>,
    /// Authority of residence on release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub residence: Option<String>,
    /// No fixed abode.
    pub no_fixed_abode: bool,
    /// Released by a court, without coming back to prison.
    pub from_court: bool,
    /// The day for which it was planned; absent for an unplanned release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_for: Option<Date>,
    /// True when the release does not fit what was known and somebody should check it.
    pub doubtful: bool,
    /// The services on whose list it stands.
    pub owners: Vec<String>,
    /// `due`, `picked_up`, `late`, `not_found`, `returned_to_custody`, `died` or `none_due`.
    pub state: String,
    /// Day n of 21: of pick-up, return or death, or so far while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<i32>,
    /// Why no pick-up is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The service that picked the person up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picked_up_by: Option<String>,
    /// The last day of the window (day 21).
    pub due_until: Date,
    /// Days 3, 7, 14 and 21.
    pub marks: Vec<MarkWire>,
    /// What is missing: `referral_sent`, `referral_accepted`, `appointment`, `naloxone`, `bridging_prescription`,
    /// `structured_start`.
    pub missing: Vec<String>,
    /// The appointment that stands on that day, or was attended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appointment: Option<ReleaseAppointment>,
    /// The prison's service that prescribed for the person until the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prescribed_by: Option<String>,
    /// The prescription that carries the person over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bridging_prescription: Option<ReleaseBridge>,
    /// The referral that serves the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referral: Option<ReleaseReferral>,
    /// When naloxone was supplied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub naloxone_on: Option<Date>,
    /// Picked up by a service that is not responsible for the area of residence.
    pub cross_area: bool,
    /// How it counts nationally.
    pub national: FigureWire,
    /// How it counts locally.
    pub local: FigureWire,
}

/// A release about somebody whose record is sealed from you: that there is one, where it stands, and whom to ask.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SealedRelease {
    /// Whom to ask.
    pub sealed: SealedWire,
    /// The day of release: day 0.
    pub released_on: Date,
    /// As of any release.
    pub state: String,
    /// The last day of the window (day 21).
    pub due_until: Date,
}

/// A release of a list.
#[derive(Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ReleaseListed {
    /// With all that you may see.
    Line(Box<ReleaseLine>),
    /// Of somebody whose record is sealed from you.
    Sealed(SealedRelease),
}

/// A day at which the release is looked at again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MarkWire {
    /// Days after release.
    pub day: i32,
    /// The day on which it falls.
    pub on: Date,
    /// True from that day on.
    pub reached: bool,
}

/// How a release counts.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FigureWire {
    /// `yes`, `no` or `uncertain`.
    pub in_denominator: String,
    /// `yes`, `no` or `uncertain`.
    pub in_numerator: String,
    /// Why.
    pub why: String,
}

impl From<&Figure> for FigureWire {
    fn from(figure: &Figure) -> Self {
        Self {
            in_denominator: figure.in_denominator.as_str().to_owned(),
            in_numerator: figure.in_numerator.as_str().to_owned(),
            why: figure.why.to_owned(),
        }
    }
}

/// The referral that carries a person through the gate.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseReferral {
    /// The referral.
    pub referral_id: Uuid,
    /// The service asked.
    pub service: String,
    /// The referral date.
    pub sent_on: Date,
    /// When the service took it on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_on: Option<Date>,
    /// When it was rejected or withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_on: Option<Date>,
}

impl From<&ReferralMade> for ReleaseReferral {
    fn from(made: &ReferralMade) -> Self {
        Self {
            referral_id: made.referral.0,
            service: made.service.to_string(),
            sent_on: made.sent_on,
            accepted_on: made.accepted_on,
            closed_on: made.closed_on,
        }
    }
}

/// The appointment that waits on the other side of the gate.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseAppointment {
    /// The appointment.
    pub appointment_id: Uuid,
    /// With which service.
    pub service: String,
    /// A code of `appointment-kinds`.
    pub kind: String,
    /// When it begins.
    pub starts_at: InstantWire,
    /// On which day in London.
    pub starts_on: Date,
    /// When the person came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attended_on: Option<Date>,
}

/// A prescription made out for the days after release.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseBridge {
    /// A code of `bridging-medicines`.
    pub medicine: String,
    /// The service that is to take over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_service: Option<String>,
    /// The first day that it covers.
    pub from: Date,
    /// The last day that it covers.
    pub until: Date,
}

/// The first appointment that stands on a day.
pub fn appointment_on(appointments: &[AppointmentMade], day: Date) -> Option<ReleaseAppointment> {
    let made = appointments.iter().find(|one| one.stands_on(day))?;
    Some(ReleaseAppointment {
        appointment_id: made.appointment.0,
        service: made.service.to_string(),
        kind: made.kind.to_string(),
        starts_at: InstantWire(made.starts_at),
        starts_on: made.starts_on,
        attended_on: made.attended_on.filter(|on| *on <= day),
    })
}

/// The prescription, when it had been made out by a day.
pub fn bridge_on(bridge: Option<&BridgeMade>, day: Date) -> Option<ReleaseBridge> {
    let made = bridge.filter(|made| made.made_on <= day)?;
    Some(ReleaseBridge {
        medicine: made.medicine.to_string(),
        to_service: made.to_service.as_ref().map(ToString::to_string),
        from: made.from,
        until: made.until,
    })
}

/// The line of a release, without names. What happened after `as_of` is not shown.
pub fn line(person: Uuid, facts: &ReleaseFacts, care: &ReleaseCare, as_of: Date) -> ReleaseLine {
    let why = match &care.state {
        throughcare_domain::continuity::CareState::NoneDue { why } => Some((*why).to_owned()),
        _ => None,
    };
    let reached = |day: &Date| *day <= as_of;
    let referral = facts
        .referral
        .as_ref()
        .filter(|made| reached(&made.sent_on))
        .map(|made| {
            let shown = ReleaseReferral::from(made);
            ReleaseReferral {
                accepted_on: shown.accepted_on.filter(reached),
                closed_on: shown.closed_on.filter(reached),
                ..shown
            }
        });
    ReleaseLine {
        release_id: facts.release.0,
        person_id: person,
        names: None,
        date_of_birth: None,
        prison: facts.prison.as_ref().map(ToString::to_string),
        released_on: facts.released_on,
        known_late_days: care.known_late_days,
        residence: facts.area.as_ref().map(ToString::to_string),
        no_fixed_abode: facts.no_fixed_abode,
        from_court: facts.from_court,
        planned_for: facts.planned_for,
        doubtful: facts.doubtful,
        owners: facts.owners.iter().map(ToString::to_string).collect(),
        state: care.state.as_str().to_owned(),
        day: care.state.day(),
        why,
        picked_up_by: care.state.picked_up_by().map(ToString::to_string),
        due_until: care.due_until,
        marks: care
            .marks
            .iter()
            .map(|mark| MarkWire {
                day: mark.day,
                on: mark.on,
                reached: mark.reached,
            })
            .collect(),
        missing: care
            .missing
            .iter()
            .map(|missing| missing.as_str().to_owned())
            .collect(),
        appointment: appointment_on(&facts.appointments, as_of),
        prescribed_by: facts.prescribed_by.as_ref().map(ToString::to_string),
        bridging_prescription: bridge_on(facts.bridge.as_ref(), as_of),
        referral,
        naloxone_on: facts.naloxone_on.filter(reached),
        cross_area: care.cross_area,
        national: (&care.national).into(),
        local: (&care.local).into(),
    }
}
