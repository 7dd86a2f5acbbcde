//! What an episode shows of the course of treatment: interventions referred to, holds, prescriptions made out for
//! the next service, care plans.

use super::when;
use crate::time::WhenWire;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_domain::state::{Bridge, CarePlan, Episode, Hold, ReferredIntervention, Review};
use throughcare_domain::waiting::{WaitingBand, days_waited};
use throughcare_domain::when::days_between;
use utoipa::ToSchema;
use uuid::Uuid;

/// An intervention to which the person was referred.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReferredInterventionShown {
    /// The intervention; its start has the same id.
    pub intervention_id: Uuid,
    /// A code of `interventions`.
    pub intervention: String,
    /// A code of `intervention-settings`.
    pub setting: String,
    /// From when the wait counts.
    pub referred: WhenWire,
    /// The day of the first appointment that was offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_appointment_for: Option<Date>,
    /// When it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<WhenWire>,
    /// Whole days from the referral to the first appointment offered, whether the person came or not; absent while
    /// none was offered, and for one that lies before the referral.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_waited: Option<i32>,
    /// `up_to_3_weeks`, `3_to_6_weeks` or `over_6_weeks`, of `daysWaited`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting_band: Option<String>,
    /// While nothing was offered or started: whole days since the referral.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_so_far: Option<i32>,
}

/// A time in which treatment rested.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HoldShown {
    /// Since when.
    pub since: WhenWire,
    /// A code of `hold-reasons`.
    pub reason: String,
    /// Since when it went on; absent while it rests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resumed: Option<WhenWire>,
}

/// A prescription made out until the next service takes over.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BridgeShown {
    /// When it was made out.
    pub occurred: WhenWire,
    /// The service that is to take over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_service: Option<String>,
    /// A code of `bridging-medicines`.
    pub medicine: String,
    /// The first day that it covers.
    pub from: Date,
    /// The last day that it covers.
    pub until: Date,
}

/// A care plan.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CarePlanShown {
    /// When it was agreed.
    pub agreed: WhenWire,
    /// Codes of `care-plan-goals`.
    pub goals: Vec<String>,
    /// When it is to be reviewed.
    pub review_on: Date,
}

/// A review of an intervention.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReviewShown {
    /// When.
    pub occurred: WhenWire,
    /// Codes of `intervention-components`.
    pub components: Vec<String>,
}

/// The band of a wait on the wire.
fn band(days: i32) -> &'static str {
    match WaitingBand::of(days) {
        WaitingBand::UpToThreeWeeks => "up_to_3_weeks",
        WaitingBand::ThreeToSixWeeks => "3_to_6_weeks",
        WaitingBand::OverSixWeeks => "over_6_weeks",
    }
}

pub(super) fn referred(one: &ReferredIntervention, day: Date) -> ReferredInterventionShown {
    let offered = one.first_offered.map(|(_, on)| on);
    let waited = offered.and_then(|on| days_waited(one.referred.date(), on));
    let waits = offered.is_none() && one.started.is_none();
    ReferredInterventionShown {
        intervention_id: one.id.0,
        intervention: one.code.to_string(),
        setting: one.setting.to_string(),
        referred: when(one.referred.occurred),
        first_appointment_for: offered,
        started: one.started.map(|at| when(at.occurred)),
        days_waited: waited,
        waiting_band: waited.map(|days| band(days).to_owned()),
        days_so_far: waits.then(|| days_between(one.referred.date(), day).max(0)),
    }
}

pub(super) fn hold(hold: &Hold) -> HoldShown {
    HoldShown {
        since: when(hold.since.occurred),
        reason: hold.reason.to_string(),
        resumed: hold.resumed.map(|at| when(at.occurred)),
    }
}

pub(super) fn bridge(bridge: &Bridge) -> BridgeShown {
    BridgeShown {
        occurred: when(bridge.at.occurred),
        to_service: bridge.to_service.as_ref().map(ToString::to_string),
        medicine: bridge.medicine.to_string(),
        from: bridge.from,
        until: bridge.until,
    }
}

pub(super) fn care_plan(plan: &CarePlan) -> CarePlanShown {
    CarePlanShown {
        agreed: when(plan.at.occurred),
        goals: plan.goals.iter().map(ToString::to_string).collect(),
        review_on: plan.review_on,
    }
}

pub(super) fn review(review: &Review) -> ReviewShown {
    ReviewShown {
        occurred: when(review.at.occurred),
        components: review.components.iter().map(ToString::to_string).collect(),
    }
}

/// Who is responsible for the person's care.
pub(super) fn key_worker(episode: &Episode) -> Option<String> {
    episode.key_worker().map(ToString::to_string)
}
