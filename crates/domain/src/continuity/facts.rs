//! What the rules need to know of one release: coded facts and dates, no names and no identifiers.

use super::ReferralMade;
use crate::code::{AreaCode, Code, PrisonCode, ServiceCode};
use crate::directory::Directory;
use crate::fact::{ExitOutcome, ReleaseEffect, ServiceKind};
use crate::id::{EpisodeId, EventId};
use crate::state::{Episode, PersonState, Release};
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

/// One release among the person's other facts: the stay before it and the time until the next stay.
struct Gate<'a> {
    state: &'a PersonState,
    released_on: Date,
    custody_began: Option<Date>,
    returned: Option<ReturnToCustody>,
    next_release_on: Option<Date>,
}

impl<'a> Gate<'a> {
    fn of(state: &'a PersonState, release: &Release) -> Self {
        let released_on = release.at.date();
        let custody = &state.custody;
        let next_spell = match release.spell {
            Some(index) => custody.spells.get(index + 1),
            None => custody
                .spells
                .iter()
                .find(|spell| spell.began.date() > released_on),
        };
        let later = custody
            .releases
            .iter()
            .skip_while(|other| other.id() != release.id())
            .skip(1);
        Self {
            state,
            released_on,
            custody_began: release
                .spell
                .and_then(|index| custody.spells.get(index))
                .map(|spell| spell.began.date()),
            returned: next_spell.map(|spell| ReturnToCustody {
                on: spell.began.date(),
                recall: spell.recall,
            }),
            next_release_on: later.map(|next| next.at.date()).next(),
        }
    }

    /// The last day that can count for this release: that of the return to custody or of death, but never one
    /// from the next release on.
    fn last_day(&self) -> Option<Date> {
        let before_next = self.next_release_on.map(|next| next.yesterday().unwrap_or(next));
        [self.returned.map(|back| back.on), self.died_on(), before_next]
            .into_iter()
            .flatten()
            .min()
    }

    fn died_on(&self) -> Option<Date> {
        let died = self.state.died.map(|at| at.date());
        died.filter(|day| *day >= self.released_on)
    }

    fn counts(&self, day: Date) -> bool {
        self.released_on <= day && self.last_day().is_none_or(|last| day <= last)
    }

    fn community(&self) -> impl Iterator<Item = &'a Episode> {
        self.state
            .episodes
            .iter()
            .filter(|episode| episode.kind.treats_in_community())
    }

    /// The prison episode that speaks for this stay: of those that overlap it, one opened within it before
    /// an older one, then the one that ends last, an open one last of all.
    ///
    /// Source: `domain.md` section 2, denominator; 1.4 (the reason of the episode that ends last).
    fn prison_treatment(&self) -> PrisonTreatment {
        let during = |episode: &&Episode| {
            let ended_before = episode
                .exit
                .as_ref()
                .is_some_and(|exit| self.custody_began.is_some_and(|began| exit.at.date() < began));
            episode.kind == ServiceKind::Prison && episode.opened.date() <= self.released_on && !ended_before
        };
        let last = self.state.episodes.iter().filter(during).max_by_key(|episode| {
            let within = self
                .custody_began
                .is_none_or(|began| episode.opened.date() >= began);
            let ended = episode.exit.as_ref().map_or(Date::MAX, |exit| exit.at.date());
            let need_goes_on = episode
                .exit
                .as_ref()
                .is_none_or(|exit| exit.outcome != ExitOutcome::SuccessfulCompletion);
            (within, ended, need_goes_on)
        });
        match last {
            None => PrisonTreatment::None,
            Some(episode) => match &episode.exit {
                None => PrisonTreatment::Open,
                Some(exit) => PrisonTreatment::Ended {
                    on: exit.at.date(),
                    reason: exit.reason.clone(),
                    outcome: exit.outcome,
                },
            },
        }
    }

    fn open_at_release(&self) -> impl Iterator<Item = &'a Episode> {
        let released_on = self.released_on;
        self.community().filter(move |episode| {
            episode.opened.date() < released_on
                && episode
                    .exit
                    .as_ref()
                    .is_none_or(|exit| exit.at.date() > released_on)
        })
    }

    fn through_custody(&self, episode: &Episode) -> bool {
        self.custody_began
            .is_none_or(|began| episode.opened.date() < began)
    }

    fn open_episode(&self) -> Option<OpenEpisode> {
        let chosen = self
            .open_at_release()
            .max_by_key(|episode| (self.through_custody(episode), episode.opened.date()))?;
        Some(OpenEpisode {
            episode: chosen.id,
            service: chosen.service.clone(),
            opened_on: chosen.opened.date(),
            through_custody: self.through_custody(chosen),
        })
    }

    fn first_triage(&self) -> Option<(&'a ServiceCode, Date)> {
        self.first(
            self.community()
                .map(|episode| (&episode.service, episode.opened.date())),
        )
    }

    fn first_structured_start(&self) -> Option<(&'a ServiceCode, Date)> {
        self.first(self.community().flat_map(|episode| {
            let structured = episode.interventions.iter().filter(|one| one.structured);
            structured.map(move |one| (&episode.service, one.started.date()))
        }))
    }

    fn first_seen_again(&self) -> Option<(&'a ServiceCode, Date)> {
        let open = self
            .open_at_release()
            .filter(|episode| self.through_custody(episode));
        self.first(open.flat_map(|episode| {
            episode
                .contacts
                .iter()
                .map(move |at| (&episode.service, at.date()))
        }))
    }

    fn first(
        &self,
        touches: impl Iterator<Item = (&'a ServiceCode, Date)>,
    ) -> Option<(&'a ServiceCode, Date)> {
        touches
            .filter(|(_, day)| self.counts(*day))
            .min_by_key(|(_, day)| *day)
    }

    fn naloxone_on(&self) -> Option<Date> {
        let supplied = |at_release: bool| {
            self.state
                .kits
                .iter()
                .filter_map(|kit| kit.supplied.map(|at| (kit, at.date())))
                .filter(move |(kit, day)| {
                    let used_before = kit
                        .used
                        .as_ref()
                        .is_some_and(|used| used.at.date() < self.released_on);
                    let in_date = kit.pack.expires_on >= self.released_on;
                    if at_release {
                        *day <= self.released_on && !used_before && in_date
                    } else {
                        self.counts(*day)
                    }
                })
                .map(|(_, day)| day)
        };
        supplied(true).max().or_else(|| supplied(false).min())
    }
}
