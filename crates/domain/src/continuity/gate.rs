//! What a person's record says around one release: the stay before it and the time until the next stay.

use super::facts::{OpenEpisode, PrisonTreatment, ReturnToCustody};
use crate::code::ServiceCode;
use crate::fact::{ExitOutcome, ServiceKind};
use crate::state::{Dated, Episode, PersonState, Release};
use jiff::civil::Date;

/// One release among the person's other facts: the stay before it and the time until the next stay.
pub(super) struct Gate<'a> {
    state: &'a PersonState,
    released_on: Date,
    pub(super) custody_began: Option<Date>,
    pub(super) returned: Option<ReturnToCustody>,
    /// The reception that says so.
    pub(super) returned_by: Option<Dated>,
    pub(super) next_release_on: Option<Date>,
}

impl<'a> Gate<'a> {
    pub(super) fn of(state: &'a PersonState, release: &Release) -> Self {
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
            returned_by: next_spell.map(|spell| spell.began),
            next_release_on: later.map(|next| next.at.date()).next(),
        }
    }

    /// The last day that can count for this release: that of the return to custody or of death, but never one
    /// from the next release on.
    pub(super) fn last_day(&self) -> Option<Date> {
        let before_next = self.next_release_on.map(|next| next.yesterday().unwrap_or(next));
        [self.returned.map(|back| back.on), self.died_on(), before_next]
            .into_iter()
            .flatten()
            .min()
    }

    pub(super) fn died_on(&self) -> Option<Date> {
        let died = self.state.died.map(|at| at.date());
        // From the next release on it belongs to that one (`cases.md` C7).
        let next = |day: &Date| self.next_release_on.is_some_and(|next| next <= *day);
        died.filter(|day| *day >= self.released_on && !next(day))
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
    pub(super) fn prison_episode(&self) -> Option<&'a Episode> {
        let during = |episode: &&Episode| {
            let ended_before = episode
                .exit
                .as_ref()
                .is_some_and(|exit| self.custody_began.is_some_and(|began| exit.at.date() < began));
            episode.kind == ServiceKind::Prison && episode.opened.date() <= self.released_on && !ended_before
        };
        self.state.episodes.iter().filter(during).max_by_key(|episode| {
            let within = self
                .custody_began
                .is_none_or(|began| episode.opened.date() >= began);
            let ended = episode.exit.as_ref().map_or(Date::MAX, |exit| exit.at.date());
            let need_goes_on = episode
                .exit
                .as_ref()
                .is_none_or(|exit| exit.outcome != ExitOutcome::SuccessfulCompletion);
            (within, ended, need_goes_on)
        })
    }

    /// What the prison episode that speaks for this stay says of the need.
    pub(super) fn prison_treatment(&self) -> PrisonTreatment {
        match self.prison_episode() {
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

    pub(super) fn open_episode(&self) -> Option<OpenEpisode> {
        let chosen = self
            .open_at_release()
            .max_by_key(|episode| (self.through_custody(episode), episode.opened.date()))?;
        Some(OpenEpisode {
            episode: chosen.id,
            service: self.state.provider_on(&chosen.service, self.released_on).clone(),
            opened_on: chosen.opened.date(),
            through_custody: self.through_custody(chosen),
        })
    }

    pub(super) fn first_triage(&self) -> Option<(&'a ServiceCode, Date)> {
        self.first(
            self.community()
                .map(|episode| (&episode.service, episode.opened.date())),
        )
    }

    pub(super) fn first_structured_start(&self) -> Option<(&'a ServiceCode, Date)> {
        self.first(self.community().flat_map(|episode| {
            let structured = episode.interventions.iter().filter(|one| one.structured);
            structured.map(move |one| {
                let day = one.started.date();
                (self.state.provider_on(&episode.service, day), day)
            })
        }))
    }

    pub(super) fn first_seen_again(&self) -> Option<(&'a ServiceCode, Date)> {
        let open = self
            .open_at_release()
            .filter(|episode| self.through_custody(episode));
        self.first(open.flat_map(|episode| {
            episode
                .contacts
                .iter()
                .map(move |at| (self.state.provider_on(&episode.service, at.date()), at.date()))
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

    pub(super) fn naloxone_on(&self) -> Option<Date> {
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
                    // Lost or taken away before, and not given back (`domain.md` section 4: kits taken on arrest).
                    let absent = kit.absent_on(self.released_on);
                    if at_release {
                        *day <= self.released_on && !used_before && in_date && !absent
                    } else {
                        self.counts(*day)
                    }
                })
                .map(|(_, day)| day)
        };
        supplied(true).max().or_else(|| supplied(false).min())
    }
}
