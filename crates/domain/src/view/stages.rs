//! How far somebody has come since a referral, as its sender is told: whether an appointment was offered and kept, and
//! whether treatment began. Nothing clinical: neither what was found nor what is given.
//!
//! A sender who hears nothing rings round, or sends again; a police officer or a prison nurse who hears that the
//! person never came can still do something about it.
//!
//! Source: issue 6, "Status of what a client sent".

use crate::access::kept_out;
use crate::code::OrganisationCode;
use crate::fact::AppointmentFor;
use crate::state::{Appointment, Dated, PersonState, Referral};
use jiff::civil::Date;

/// A stage that a sender is told of, beyond those of the referral itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StageKind {
    /// An appointment was offered.
    AppointmentOffered,
    /// The person came to one.
    AppointmentAttended,
    /// The person did not come to the last one, and has come to none.
    AppointmentMissed,
    /// A structured intervention began in the episode that the referral opened.
    PickedUp,
}

impl StageKind {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AppointmentOffered => "appointment_offered",
            Self::AppointmentAttended => "appointment_attended",
            Self::AppointmentMissed => "appointment_missed",
            Self::PickedUp => "picked_up",
        }
    }
}

/// A stage, and when it was reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stage {
    /// Which.
    pub kind: StageKind,
    /// When.
    pub at: Dated,
}

/// The stages that were reached after a referral, or after the one by which it was sent on, in the order of
/// [`StageKind`]. None where the person objects to sharing with the sender, or the record is restricted: then the
/// sender sees what it recorded itself.
pub fn stages(
    state: &PersonState,
    referral: &Referral,
    sender: &OrganisationCode,
    today: Date,
) -> Vec<Stage> {
    if kept_out(state, sender, today).is_some() {
        return Vec::new();
    }
    let last = state.sent_on_to(referral).unwrap_or(referral);
    let about = |one: &&Appointment| one.about == AppointmentFor::Referral(last.id);
    let mut appointments: Vec<&Appointment> = state.appointments.iter().filter(about).collect();
    appointments.sort_by_key(|one| (one.starts_at, one.id));
    let offered = appointments
        .iter()
        .map(|one| one.offered)
        .min_by_key(|at| at.date());
    let attended = appointments.iter().find_map(|one| one.attended);
    let missed = appointments
        .last()
        .and_then(|one| one.missed.as_ref().map(|(at, _)| *at));
    let mut episodes = state.episodes.iter().filter(|one| one.referral == Some(last.id));
    let picked_up = episodes.find_map(|episode| episode.first_structured_start());
    [
        (StageKind::AppointmentOffered, offered),
        (StageKind::AppointmentAttended, attended),
        (
            StageKind::AppointmentMissed,
            missed.filter(|_| attended.is_none()),
        ),
        (StageKind::PickedUp, picked_up),
    ]
    .into_iter()
    .filter_map(|(kind, at)| at.map(|at| Stage { kind, at }))
    .collect()
}
