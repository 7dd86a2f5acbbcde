//! Planned releases: what is missing while there is still time.
//!
//! Source: `domain.md` section 2 (sub-states before release); `cases.md` N3.

use super::bridge::prescribed_by;
use super::{AppointmentMade, BridgeMade, Missing, ReferralMade};
use crate::code::{AreaCode, PrisonCode, ServiceCode};
use crate::directory::Directory;
use crate::id::PlanId;
use crate::state::{PersonState, ReleasePlan};
use crate::when::days_between;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// All that the worklist needs about one open release plan: coded facts and dates only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedRelease {
    /// Which plan.
    pub plan: PlanId,
    /// The prison from which.
    pub prison: PrisonCode,
    /// The day planned now.
    pub planned_on: Date,
    /// When the plan was made.
    pub made_on: Date,
    /// How often the day was moved.
    pub times_moved: u32,
    /// Authority of residence expected; where the plan did not say, the residence known last.
    pub area: Option<AreaCode>,
    /// No fixed abode expected.
    pub no_fixed_abode: bool,
    /// The referral to the community that serves the release best.
    pub referral: Option<ReferralMade>,
    /// A community service holds an open episode with the person.
    pub open_episode_with: Option<ServiceCode>,
    /// When a naloxone kit was placed in property, or one still in hand was supplied.
    pub naloxone_on: Option<Date>,
    /// Appointments with community services from the planned day on, in order; at most
    /// [`super::MOST_APPOINTMENTS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub appointments: Vec<AppointmentMade>,
    /// The prison's service that prescribes for the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prescribed_by: Option<ServiceCode>,
    /// The prescription that is to carry the person over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bridge: Option<BridgeMade>,
    /// The services on whose worklist it stands, found as for a release.
    pub owners: Vec<ServiceCode>,
}

impl PlannedRelease {
    /// The facts about every open plan of a person, in order of planning.
    pub fn all(state: &PersonState, directory: &Directory) -> Vec<Self> {
        state
            .plans
            .iter()
            .filter(|plan| plan.is_open())
            .map(|plan| Self::of(state, plan, directory))
            .collect()
    }

    /// Gathers the facts about one plan of a person.
    pub fn of(state: &PersonState, plan: &ReleasePlan, directory: &Directory) -> Self {
        let told = plan.area.is_some() || plan.no_fixed_abode;
        let residence = state.identity.residences.last().filter(|_| !told);
        let area = plan
            .area
            .clone()
            .or_else(|| residence.and_then(|known| known.area.clone()));
        let began = state.custody.open_spell().map(|spell| spell.began.date());
        let referral = ReferralMade::serving(state, began, None);
        let open_episode_with = state
            .episodes
            .iter()
            .rfind(|episode| episode.kind.treats_in_community() && episode.exit.is_none())
            .map(|episode| episode.service.clone());
        let accepted = referral
            .as_ref()
            .filter(|made| made.accepted_on.is_some() && made.closed_on.is_none());
        let mut owners: Vec<ServiceCode> = accepted.map(|made| made.service.clone()).into_iter().collect();
        if let Some(service) = &open_episode_with
            && !owners.contains(service)
        {
            owners.push(service.clone());
        }
        if owners.is_empty() {
            let responsible = directory.owners_of_release(area.as_ref(), Some(&plan.prison), plan.planned_on);
            owners.extend(responsible.into_iter().map(|service| service.code.clone()));
        }
        Self {
            plan: plan.id,
            prison: plan.prison.clone(),
            planned_on: plan.planned_on,
            made_on: plan.made.date(),
            times_moved: u32::try_from(plan.days.len().saturating_sub(1)).unwrap_or(u32::MAX),
            no_fixed_abode: plan.no_fixed_abode || residence.is_some_and(|known| known.no_fixed_abode),
            referral,
            open_episode_with,
            naloxone_on: naloxone_on(state, plan.planned_on),
            appointments: AppointmentMade::serving(state, plan.planned_on, None),
            prescribed_by: prescribed_by(state, began, None),
            bridge: BridgeMade::serving(state, began, plan.planned_on),
            owners,
            area,
        }
    }

    /// Days until the planned day; negative when it has passed and no release was recorded.
    pub fn days_until(&self, as_of: Date) -> i32 {
        days_between(as_of, self.planned_on)
    }

    /// What is missing before release.
    pub fn missing(&self, as_of: Date) -> Vec<Missing> {
        let referral = self
            .referral
            .as_ref()
            .filter(|_| self.open_episode_with.is_none());
        let needs_referral = self.open_episode_with.is_none();
        let mut missing = Vec::new();
        if needs_referral && !referral.is_some_and(|made| made.stands_on(as_of)) {
            missing.push(Missing::ReferralSent);
        }
        if needs_referral && !referral.is_some_and(|made| made.accepted_by(as_of)) {
            missing.push(Missing::ReferralAccepted);
        }
        if !self.appointments.iter().any(|one| one.stands_on(as_of)) {
            missing.push(Missing::Appointment);
        }
        if self.naloxone_on.is_none_or(|on| on > as_of) {
            missing.push(Missing::Naloxone);
        }
        let bridged = self.bridge.as_ref().is_some_and(|bridge| bridge.made_on <= as_of);
        if self.prescribed_by.is_some() && !bridged {
            missing.push(Missing::BridgingPrescription);
        }
        missing
    }
}

fn naloxone_on(state: &PersonState, planned_on: Date) -> Option<Date> {
    state
        .kits
        .iter()
        .filter(|kit| kit.used.is_none() && kit.pack.expires_on >= planned_on && !kit.absent_on(planned_on))
        .filter_map(|kit| {
            kit.supplied
                .or(kit.in_property.as_ref().map(|(_, placed)| *placed))
        })
        .map(|at| at.date())
        .max()
}
