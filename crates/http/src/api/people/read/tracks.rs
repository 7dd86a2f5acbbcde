//! The three tracks of a pathway on the wire.

use crate::api::wire::when;
use crate::time::WhenWire;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_domain::id::EventId;
use throughcare_domain::view::Pathway;
use utoipa::ToSchema;
use uuid::Uuid;

/// Where a person's care stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PathwayShown {
    /// Where they are.
    pub setting: SettingShown,
    /// How far treatment has come.
    pub treatment: TreatmentShown,
    /// Whether care goes on after release.
    pub continuity: ContinuityShown,
    /// An alarm: two services that prescribe in place of opioids at once.
    #[serde(rename = "prescribedTwice", skip_serializing_if = "Vec::is_empty")]
    pub prescribed_twice: Vec<PrescribedTwiceShown>,
}

/// Two services that prescribe in place of opioids at once.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PrescribedTwiceShown {
    /// The one that prescribed already, and the one that came besides.
    pub services: Vec<String>,
    /// The first day of both.
    pub since: Date,
    /// The events that say so, with `explain=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_by: Option<Vec<Uuid>>,
}

/// Where a person is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SettingShown {
    /// `community`, `police_custody`, `court`, `prison`, `hospital`, `residential`, `unlawfully_at_large`,
    /// `abroad`, `deceased` or `unknown`.
    pub status: String,
    /// Which prison, in prison or at court.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prison: Option<String>,
    /// Out on temporary licence since then; still in prison for every count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temporary_absence_since: Option<WhenWire>,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<WhenWire>,
    /// Whole days since then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<i32>,
    /// The events that say so, with `explain=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_by: Option<Vec<Uuid>>,
}

/// How far treatment has come.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TreatmentShown {
    /// `not_in_treatment`, `referred`, `accepted`, `triaged`, `waiting`, `on_hold`, `in_treatment`,
    /// `transferred_awaiting_pick_up`, `exited_completed`, `exited_unplanned`, `exited_declined` or `exited_died`.
    pub status: String,
    /// Since which day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// Whole days since then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<i32>,
    /// Which service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The referral that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referral_id: Option<Uuid>,
    /// The episode that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub episode_id: Option<Uuid>,
    /// The last day on which a transfer is picked up in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// On hold: how far treatment had come, and where it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub returns_to: Option<String>,
    /// The events that say so, with `explain=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_by: Option<Vec<Uuid>>,
}

/// Whether care goes on after release.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContinuityShown {
    /// `none_due`, `release_planned`, `due`, `picked_up`, `late`, `not_found`, `returned_to_custody` or `died`.
    pub status: String,
    /// Since which day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// Day n, counted from release (day 0): of pick-up, return or death, or so far while it is open. Negative
    /// before a planned release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<i32>,
    /// The last day of the window (day 21).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_until: Option<Date>,
    /// The release that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_id: Option<Uuid>,
    /// The plan that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan_id: Option<Uuid>,
    /// The day planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_on: Option<Date>,
    /// The service that picked the person up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Why none is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The events that say so, with `explain=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_by: Option<Vec<Uuid>>,
}

/// The pathway; with `explain`, each track names the events that set it.
pub fn pathway(pathway: &Pathway, explain: bool) -> PathwayShown {
    let set_by = |events: &[EventId]| explain.then(|| events.iter().map(|event| event.0).collect());
    let (setting, treatment, continuity) = (&pathway.setting, &pathway.treatment, &pathway.continuity);
    PathwayShown {
        setting: SettingShown {
            status: setting.setting.as_str().to_owned(),
            prison: setting.prison.as_ref().map(ToString::to_string),
            temporary_absence_since: setting.temporary_absence_since.map(when),
            since: setting.since.map(when),
            days: setting.days,
            set_by: set_by(&setting.set_by),
        },
        treatment: TreatmentShown {
            status: treatment.status.as_str().to_owned(),
            since: treatment.since,
            days: treatment.days,
            service: treatment.service.as_ref().map(ToString::to_string),
            referral_id: treatment.referral.map(|referral| referral.0),
            episode_id: treatment.episode.map(|episode| episode.0),
            until: treatment.until,
            returns_to: treatment.returns_to.map(|status| status.as_str().to_owned()),
            set_by: set_by(&treatment.set_by),
        },
        continuity: ContinuityShown {
            status: continuity.status.as_str().to_owned(),
            since: continuity.since,
            day: continuity.day,
            due_until: continuity.due_until,
            release_id: continuity.release.map(|release| release.0),
            plan_id: continuity.plan.map(|plan| plan.0),
            planned_on: continuity.planned_on,
            service: continuity.service.as_ref().map(ToString::to_string),
            why: continuity.why.map(str::to_owned),
            set_by: set_by(&continuity.set_by),
        },
        prescribed_twice: pathway
            .prescribed_twice
            .iter()
            .map(|twice| PrescribedTwiceShown {
                services: twice.services.iter().map(ToString::to_string).collect(),
                since: twice.since,
                set_by: set_by(&twice.set_by),
            })
            .collect(),
    }
}
