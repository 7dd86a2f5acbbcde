//! What the rules need to know of one release: coded facts and dates, no names and no identifiers.

use super::bridge::prescribed_by;
use super::gate::Gate;
use super::{AppointmentMade, BridgeMade, ReferralMade};
use crate::code::{AreaCode, Code, PrisonCode, ServiceCode};
use crate::directory::Directory;
use crate::fact::{ExitOutcome, ReleaseEffect};
use crate::id::{EpisodeId, EventId};
use crate::reference::SubstanceGroup;
use crate::rows::{Whom, whom_on};
use crate::state::{Dated, PersonState, Release};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// All that the rules need about one release.
///
/// Everything is dated, so that [`super::assess`] can look at any day: what happened later is not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseFacts {
    /// The release's id: that of its event.
    pub release: EventId,
    /// The day of release: day 0.
    pub released_on: Date,
    /// Whole days between the release and its recording; 0 when it was known on its day (`cases.md` C9).
    pub known_late_days: i32,
    /// The prison left.
    pub prison: Option<PrisonCode>,
    /// Reason as sent.
    pub reason: Code,
    /// What the reason means.
    pub effect: ReleaseEffect,
    /// Authority of residence on release; where the release did not say, the residence known on that day.
    pub area: Option<AreaCode>,
    /// No fixed abode on that day.
    pub no_fixed_abode: bool,
    /// Code of `referral-on-release`.
    pub referral_on_release: Option<Code>,
    /// The day for which it was planned; `None` is an unplanned release.
    pub planned_for: Option<Date>,
    /// Released by a court, without coming back to prison.
    pub from_court: bool,
    /// It does not fit what was known: a work item for a person.
    pub doubtful: bool,
    /// Date of birth, as last told.
    pub date_of_birth: Option<Date>,
    /// When this stay in custody began, as far as it was told.
    pub custody_began: Option<Date>,
    /// Treatment in prison during this stay.
    pub prison_treatment: PrisonTreatment,
    /// The referral to the community that serves this release best.
    pub referral: Option<ReferralMade>,
    /// A community episode that was open on the day of release.
    pub open_episode: Option<OpenEpisode>,
    /// The first community triage on or after release.
    pub first_triage: Option<Touch>,
    /// The first structured start in the community on or after release.
    pub first_structured_start: Option<Touch>,
    /// The first contact on or after release within an episode that stayed open through custody.
    pub first_seen_again: Option<Touch>,
    /// The next reception after this release.
    pub returned: Option<ReturnToCustody>,
    /// When the person died.
    pub died_on: Option<Date>,
    /// When a naloxone kit was supplied that was in hand at release, or else the first one after it.
    pub naloxone_on: Option<Date>,
    /// In treatment for opiates, in prison or open in the community, on the day of release.
    #[serde(default)]
    pub opioid_need: bool,
    /// Appointments with community services from the day of release on, in order; at most
    /// [`super::MOST_APPOINTMENTS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub appointments: Vec<AppointmentMade>,
    /// The prison's service that prescribed for the person until the release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prescribed_by: Option<ServiceCode>,
    /// The prescription that carries the person over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bridge: Option<BridgeMade>,
    /// Whose it is, as figures are broken down.
    #[serde(default)]
    pub whom: Whom,
    /// The next release, if any: what happens from then on belongs to that one (`cases.md` C7).
    pub next_release_on: Option<Date>,
    /// The services on whose worklist it stands: the one that accepted the referral or holds the open
    /// episode, otherwise those responsible for the residence, otherwise the prison's and the partnerships.
    pub owners: Vec<ServiceCode>,
}

/// Treatment in prison during the stay that a release ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PrisonTreatment {
    /// None is on record.
    None,
    /// Its end has not been recorded.
    Open,
    /// It ended.
    #[serde(rename_all = "camelCase")]
    Ended {
        /// When.
        on: Date,
        /// Code of `discharge-reasons`.
        reason: Code,
        /// What the reason means.
        outcome: ExitOutcome,
    },
}

/// Whether a treatment need goes on at release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// Treatment in prison ended without being completed, or goes on.
    Ongoing,
    /// Treatment was completed in prison (`cases.md` C8).
    Completed,
    /// No treatment in prison is on record.
    Unknown,
}

/// Something a community service did with the person after release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Touch {
    /// Which service.
    pub service: ServiceCode,
    /// When.
    pub on: Date,
    /// Whether the service is responsible for the area of residence on release (`cases.md` C13); `None`
    /// where the area or the service's areas are unknown.
    pub in_area: Option<bool>,
}

/// A community episode that was open on the day of release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenEpisode {
    /// Which episode.
    pub episode: EpisodeId,
    /// Whose.
    pub service: ServiceCode,
    /// Its triage date.
    pub opened_on: Date,
    /// True when it was open before custody began and stayed open (`cases.md` C11); false when the triage
    /// took place in custody.
    pub through_custody: bool,
}

/// The next reception after a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReturnToCustody {
    /// When.
    pub on: Date,
    /// By recall.
    pub recall: bool,
}

/// In treatment during the stay, or on the day of release, after a referral or a triage that named an opiate.
///
/// Source: `domain.md` section 4 (supply at release is counted among those with opioid need); that treatment tells of it
/// is our reading.
fn opioid_need(state: &PersonState, custody_began: Option<Date>, released_on: Date) -> bool {
    let since = custody_began.unwrap_or(released_on);
    let treated = state.episodes.iter().filter(|episode| {
        episode.opened.date() <= released_on
            && episode.exit.as_ref().is_none_or(|exit| exit.at.date() >= since)
    });
    let mut referrals = treated.filter_map(|episode| state.referral(episode.referral?));
    referrals.any(|referral| {
        let named = referral.substances.iter().chain(&referral.found);
        SubstanceGroup::of(named) == SubstanceGroup::Opiate
    })
}

impl ReleaseFacts {
    /// Gathers the facts about one release of a person.
    pub fn of(state: &PersonState, release: &Release, directory: &Directory) -> Self {
        let released_on = release.at.date();
        let gate = Gate::of(state, release);
        let residence = state.identity.residence_on(released_on);
        let told = release.area.is_some() || release.no_fixed_abode;
        let area = release
            .area
            .clone()
            .or_else(|| residence.filter(|_| !told).and_then(|known| known.area.clone()));
        let no_fixed_abode =
            release.no_fixed_abode || (!told && residence.is_some_and(|known| known.no_fixed_abode));
        let touch = |(service, on): (&ServiceCode, Date)| Touch {
            service: service.clone(),
            on,
            in_area: area
                .as_ref()
                .and_then(|area| directory.service(service).map(|found| found.areas.contains(area))),
        };
        let referral = ReferralMade::serving(state, gate.custody_began, gate.last_day());
        let open_episode = gate.open_episode();
        let accepted = referral
            .as_ref()
            .filter(|made| made.accepted_on.is_some() && made.closed_on.is_none());
        let mut owners: Vec<ServiceCode> = accepted.map(|made| made.service.clone()).into_iter().collect();
        if let Some(open) = &open_episode
            && !owners.contains(&open.service)
        {
            owners.push(open.service.clone());
        }
        if owners.is_empty() {
            let responsible =
                directory.owners_of_release(area.as_ref(), release.prison.as_ref(), released_on);
            owners.extend(responsible.into_iter().map(|service| service.code.clone()));
        }
        Self {
            release: release.id(),
            whom: whom_on(state, released_on),
            released_on,
            known_late_days: release.at.days_late(),
            prison: release.prison.clone(),
            reason: release.reason.clone(),
            effect: release.effect,
            no_fixed_abode,
            referral_on_release: release.referral_on_release.clone(),
            planned_for: release
                .plan
                .and_then(|id| state.plans.iter().find(|plan| plan.id == id))
                .map(|plan| plan.planned_on),
            from_court: release.from_court,
            doubtful: release.doubtful,
            date_of_birth: state.identity.date_of_birth,
            custody_began: gate.custody_began,
            prison_treatment: gate.prison_treatment(),
            referral,
            open_episode,
            first_triage: gate.first_triage().map(touch),
            first_structured_start: gate.first_structured_start().map(touch),
            first_seen_again: gate.first_seen_again().map(touch),
            returned: gate.returned,
            died_on: gate.died_on(),
            naloxone_on: gate.naloxone_on(),
            opioid_need: opioid_need(state, gate.custody_began, released_on),
            appointments: AppointmentMade::serving(state, released_on, gate.last_day()),
            prescribed_by: prescribed_by(state, gate.custody_began, Some(released_on)),
            bridge: BridgeMade::serving(state, gate.custody_began, released_on),
            next_release_on: gate.next_release_on,
            owners,
            area,
        }
    }

    /// The facts about every release of a person, in order of time. Releases that are none to the community
    /// (died, at large, abroad) are among them; [`super::assess`] says that none is due.
    pub fn all(state: &PersonState, directory: &Directory) -> Vec<Self> {
        state
            .custody
            .releases
            .iter()
            .map(|release| Self::of(state, release, directory))
            .collect()
    }

    /// The end of the treatment in prison that speaks for the stay before a release.
    pub fn prison_treatment_ended(state: &PersonState, release: &Release) -> Option<Dated> {
        let episode = Gate::of(state, release).prison_episode()?;
        episode.exit.as_ref().map(|exit| exit.at)
    }

    /// The reception by which somebody was back in custody after a release.
    pub fn returned_by(state: &PersonState, release: &Release) -> Option<Dated> {
        Gate::of(state, release).returned_by
    }

    /// Whether a treatment need goes on, as far as it is known.
    pub fn need(&self) -> Need {
        match &self.prison_treatment {
            PrisonTreatment::None => Need::Unknown,
            PrisonTreatment::Ended {
                outcome: ExitOutcome::SuccessfulCompletion,
                ..
            } => Need::Completed,
            PrisonTreatment::Open | PrisonTreatment::Ended { .. } => Need::Ongoing,
        }
    }

    /// Age in whole years on the day of release; `None` while the date of birth is unknown.
    pub fn age(&self) -> Option<i32> {
        let born = self.date_of_birth?;
        let span = born.until((jiff::Unit::Year, self.released_on)).ok()?;
        Some(i32::from(span.get_years()))
    }
}
