//! Appointments, referrals sent on, and the course of treatment, in a test's story.

use super::{code, day, episode_id, intervention_id, referral_id, service};
use crate::code::UserName;
use crate::fact::*;
use crate::id::AppointmentId;
use uuid::Uuid;

pub(crate) fn appointment_id(n: u128) -> AppointmentId {
    AppointmentId(Uuid::from_u128(0x3_0000 + n))
}

/// Appointment `n` about a referral, at ten in the morning of a day.
pub(crate) fn offered(n: u128, about: AppointmentFor, at: &str, on: &str) -> AppointmentOffered {
    AppointmentOffered {
        appointment: appointment_id(n),
        about,
        intervention: None,
        service: service(at),
        starts_at: format!("{on}T10:00:00Z").parse().unwrap(),
        kind: code("triage"),
    }
}

pub(crate) fn attended(n: u128) -> AppointmentAttended {
    AppointmentAttended {
        appointment: appointment_id(n),
    }
}

pub(crate) fn missed(n: u128) -> AppointmentMissed {
    AppointmentMissed {
        appointment: appointment_id(n),
        reason: code("forgot"),
    }
}

pub(crate) fn sent_on(n: u128, onward: u128) -> ReferralSentOn {
    ReferralSentOn {
        referral: referral_id(n),
        onward: referral_id(onward),
    }
}

/// Intervention `one` of episode `n`, to which the person is referred.
pub(crate) fn referred_to(n: u128, one: u128, intervention: &str) -> InterventionReferred {
    InterventionReferred {
        episode: episode_id(n),
        intervention: intervention_id(one),
        code: code(intervention),
        setting: code("community"),
    }
}

pub(crate) fn first_offered(n: u128, one: u128, on: &str) -> FirstAppointmentOffered {
    FirstAppointmentOffered {
        episode: episode_id(n),
        intervention: intervention_id(one),
        offered_for: day(on),
    }
}

pub(crate) fn put_on_hold(n: u128) -> PutOnHold {
    PutOnHold {
        episode: episode_id(n),
        reason: code("in_hospital"),
    }
}

pub(crate) fn resumed(n: u128) -> Resumed {
    Resumed {
        episode: episode_id(n),
    }
}

/// Methadone from episode `n`, to be taken over by a service.
pub(crate) fn bridged(n: u128, to: Option<&str>, from: &str, until: &str) -> PrescriptionBridged {
    PrescriptionBridged {
        episode: episode_id(n),
        to_service: to.map(service),
        medicine: code("methadone"),
        opioid: true,
        from: day(from),
        until: day(until),
    }
}

pub(crate) fn plan_agreed(n: u128, review_on: &str) -> CarePlanAgreed {
    CarePlanAgreed {
        episode: episode_id(n),
        goals: vec![code("housing"), code("stabilisation")],
        review_on: day(review_on),
    }
}

pub(crate) fn key_worker(n: u128, name: &str) -> KeyWorkerAssigned {
    KeyWorkerAssigned {
        episode: episode_id(n),
        key_worker: UserName::parse(name).unwrap(),
    }
}
