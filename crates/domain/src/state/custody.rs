//! Where the person is: the setting track, prison spells and releases.
//!
//! Source: `domain.md` 5.3, `cases.md` C2 to C6. Going out is not a release: court, temporary absence,
//! transfer and restricted hospital keep the spell open.

use super::{Dated, PersonState};
use crate::code::{AreaCode, Code, PrisonCode};
use crate::fact::{Fact, Received, ReleaseEffect, Released};
use crate::id::{EventId, PlanId};

/// Where a person is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Setting {
    /// Nobody told.
    #[default]
    Unknown,
    /// At liberty.
    Community,
    /// Held by the police.
    PoliceCustody,
    /// At court, from custody.
    Court,
    /// In prison.
    Prison,
    /// In hospital.
    Hospital,
    /// In residential treatment.
    Residential,
    /// Escaped or absconded.
    UnlawfullyAtLarge,
    /// Deported, repatriated or extradited.
    Abroad,
    /// Died.
    Deceased,
}

impl Setting {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Community => "community",
            Self::PoliceCustody => "police_custody",
            Self::Court => "court",
            Self::Prison => "prison",
            Self::Hospital => "hospital",
            Self::Residential => "residential",
            Self::UnlawfullyAtLarge => "unlawfully_at_large",
            Self::Abroad => "abroad",
            Self::Deceased => "deceased",
        }
    }
}

/// A change of setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingChange {
    /// The new setting.
    pub setting: Setting,
    /// Which prison, in prison or at court.
    pub prison: Option<PrisonCode>,
    /// Since when.
    pub since: Dated,
}

/// A stay in custody, from reception to release, over however many prisons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spell {
    /// When it began, as far as it was told.
    pub began: Dated,
    /// True when it began with a recall.
    pub recall: bool,
    /// The prisons, in order, with the day of arrival.
    pub prisons: Vec<(PrisonCode, Dated)>,
    /// When it ended.
    pub ended: Option<Dated>,
}

/// The person left prison. The unit of the continuity figures (`cases.md` C7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// When, and the event whose id is the release's.
    pub at: Dated,
    /// The prison left.
    pub prison: Option<PrisonCode>,
    /// Reason code.
    pub reason: Code,
    /// What the reason means.
    pub effect: ReleaseEffect,
    /// Authority of residence on release.
    pub area: Option<AreaCode>,
    /// Known to have no fixed abode.
    pub no_fixed_abode: bool,
    /// Code of `referral-on-release`.
    pub referral_on_release: Option<Code>,
    /// When the last of what had been unknown of the residence or the referral was told afterwards.
    pub completed: Option<Dated>,
    /// The plan that foresaw it; `None` is an unplanned release.
    pub plan: Option<PlanId>,
    /// Released by a court, without coming back to prison.
    pub from_court: bool,
    /// The spell it ended, as an index into [`CustodyTrack::spells`].
    pub spell: Option<usize>,
    /// It does not fit what was known (no reception since the last release): shown, and a work item.
    pub doubtful: bool,
}

impl Release {
    /// The release's id: that of its event.
    pub fn id(&self) -> EventId {
        self.at.by
    }

    /// True when pick-up becomes due, or may be due.
    pub fn to_community(&self) -> bool {
        matches!(self.effect, ReleaseEffect::Community | ReleaseEffect::Unknown)
    }
}

/// A movement that no list explains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnclassifiedMovement {
    /// When.
    pub at: Dated,
    /// Movement type as sent.
    pub movement_type: Code,
    /// Reason as sent.
    pub reason: Code,
}

/// The setting track.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustodyTrack {
    /// Where the person is now.
    pub setting: Setting,
    /// Which prison, in prison or at court; `None` on the way between two.
    pub prison: Option<PrisonCode>,
    /// Out on temporary licence since.
    pub temporary_absence: Option<Dated>,
    /// Every change of setting.
    pub changes: Vec<SettingChange>,
    /// Every stay in custody.
    pub spells: Vec<Spell>,
    /// Every way out of custody.
    pub releases: Vec<Release>,
    /// Movements for a person to classify.
    pub unclassified: Vec<UnclassifiedMovement>,
    /// Died in custody.
    pub died: Option<Dated>,
}

/// True for facts that move the person.
pub(super) fn is_movement(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Received(_)
            | Fact::Transferred(_)
            | Fact::SentToCourt(_)
            | Fact::ReturnedFromCourt(_)
            | Fact::TemporaryAbsenceStarted(_)
            | Fact::TemporaryAbsenceEnded(_)
            | Fact::Released(_)
    )
}

impl CustodyTrack {
    /// The open stay in custody.
    pub fn open_spell(&self) -> Option<&Spell> {
        self.spells.last().filter(|spell| spell.ended.is_none())
    }

    /// Releases after which pick-up becomes due.
    pub fn community_releases(&self) -> impl Iterator<Item = &Release> {
        self.releases.iter().filter(|release| release.to_community())
    }

    fn in_custody(&self) -> bool {
        self.open_spell().is_some()
    }

    /// True when a movement can follow from here.
    pub(super) fn fits(&self, fact: &Fact) -> bool {
        match fact {
            Fact::Received(_) => !self.in_custody(),
            Fact::Transferred(_) | Fact::Released(_) => self.in_custody(),
            Fact::SentToCourt(_) => self.setting == Setting::Prison && self.temporary_absence.is_none(),
            Fact::ReturnedFromCourt(_) => self.setting == Setting::Court,
            Fact::TemporaryAbsenceStarted(_) => {
                self.setting == Setting::Prison && self.temporary_absence.is_none()
            }
            Fact::TemporaryAbsenceEnded(_) => self.temporary_absence.is_some(),
            _ => true,
        }
    }

    fn move_to(&mut self, setting: Setting, prison: Option<PrisonCode>, at: Dated) {
        self.temporary_absence = None;
        if let (Some(prison), Some(spell)) = (&prison, self.spells.last_mut())
            && spell.ended.is_none()
            && spell.prisons.last().map(|(last, _)| last) != Some(prison)
        {
            spell.prisons.push((prison.clone(), at));
        }
        if (self.setting, &self.prison) != (setting, &prison) || self.changes.is_empty() {
            self.changes.push(SettingChange {
                setting,
                prison: prison.clone(),
                since: at,
            });
        }
        self.setting = setting;
        self.prison = prison;
    }

    fn begin_spell(&mut self, at: Dated, recall: bool) {
        self.spells.push(Spell {
            began: at,
            recall,
            prisons: Vec::new(),
            ended: None,
        });
    }
}

impl PersonState {
    pub(super) fn evolve_custody(&mut self, at: Dated, fact: &Fact) {
        match fact {
            Fact::Received(f) => self.received(at, f),
            Fact::Transferred(f) => {
                self.expect_custody(at);
                if let (Some(from), Some(known)) = (&f.from, self.custody.prison.clone())
                    && *from != known
                    && f.to.as_ref() != Some(&known)
                {
                    self.conflict(at, "different_prison", "/movement/prison", format!("The record says prison {known} on that day, not {from}. Record the missing move first."));
                }
                // The message about the way out may be sorted behind the one about the arrival.
                if f.to.is_some() || f.from.is_none() || f.from == self.custody.prison {
                    self.custody.move_to(Setting::Prison, f.to.clone(), at);
                }
            }
            Fact::SentToCourt(f) => {
                self.expect_custody(at);
                let prison = f.prison.clone().or(self.custody.prison.clone());
                self.custody.move_to(Setting::Court, prison, at);
            }
            Fact::ReturnedFromCourt(f) => {
                if self.custody.setting != Setting::Court && self.custody.setting != Setting::Unknown {
                    self.conflict(
                        at,
                        "not_at_court",
                        "/movement/movementType",
                        "The record does not say that the person was at court. Record the way there first.",
                    );
                }
                if !self.custody.in_custody() {
                    self.custody.begin_spell(at, false);
                }
                let prison = f.prison.clone().or(self.custody.prison.clone());
                self.custody.move_to(Setting::Prison, prison, at);
            }
            Fact::TemporaryAbsenceStarted(f) => {
                self.expect_custody(at);
                let prison = f.prison.clone().or(self.custody.prison.clone());
                self.custody.move_to(Setting::Prison, prison, at);
                self.custody.temporary_absence = Some(at);
            }
            Fact::TemporaryAbsenceEnded(f) => {
                if self.custody.temporary_absence.is_none() && self.custody.setting != Setting::Unknown {
                    self.conflict(at, "not_absent", "/movement/movementType", "The record does not say that the person was on temporary absence. Record its start first.");
                }
                if !self.custody.in_custody() {
                    self.custody.begin_spell(at, false);
                }
                let prison = f.prison.clone().or(self.custody.prison.clone());
                self.custody.move_to(Setting::Prison, prison, at);
            }
            Fact::MovementUnclassified(f) => {
                self.custody.unclassified.push(UnclassifiedMovement {
                    at,
                    movement_type: f.movement_type.clone(),
                    reason: f.reason.clone(),
                });
                self.conflict(
                    at,
                    "movement_not_understood",
                    "/movement/reasonCode",
                    "No list explains this movement. Find out what it was and record it.",
                );
            }
            Fact::Released(f) => self.released(at, f),
            Fact::ReleaseDetailsCompleted(f) => {
                match self
                    .custody
                    .releases
                    .iter_mut()
                    .find(|release| release.id() == f.release)
                {
                    Some(release) => {
                        let lived = release.area.is_some() || release.no_fixed_abode;
                        let told = f.area.is_some() || f.no_fixed_abode == Some(true);
                        let referred = release.referral_on_release.is_some();
                        if (told && !lived) || (f.referral_on_release.is_some() && !referred) {
                            release.completed = Some(at);
                        }
                        release.area = f.area.clone().or(release.area.take());
                        release.no_fixed_abode = f.no_fixed_abode.unwrap_or(release.no_fixed_abode);
                        release.referral_on_release = f
                            .referral_on_release
                            .clone()
                            .or(release.referral_on_release.take());
                    }
                    None => self.conflict(
                        at,
                        "unknown_release",
                        "/occurred",
                        "No such release is on the record at that date.",
                    ),
                }
            }
            _ => {}
        }
    }

    fn expect_custody(&mut self, at: Dated) {
        if self.custody.in_custody() {
            return;
        }
        if self.custody.setting != Setting::Unknown {
            self.conflict(at, "not_in_prison", "/movement/movementType", "The record does not say that the person was in prison on that day. Record the reception first.");
        }
        self.custody.begin_spell(at, false);
    }

    fn received(&mut self, at: Dated, f: &Received) {
        if self.custody.in_custody() {
            let same = self.custody.open_spell().is_some_and(|spell| {
                spell.began.date() == at.date() && f.prison.is_some() && f.prison == self.custody.prison
            });
            if same {
                self.conflict(
                    at,
                    "already_recorded",
                    "/occurred",
                    "This reception is already on the record.",
                );
                return;
            }
            let since = self.custody.open_spell().map(|spell| spell.began.date());
            let since = since.map(|day| format!(" since {day}")).unwrap_or_default();
            self.conflict(at, "overlapping_prison_spell", "/movement/movementType", format!("The record says that the person was already in prison{since}. Record the release first, or a transfer if they moved between prisons."));
        } else {
            self.custody.begin_spell(at, f.recall);
        }
        self.custody.move_to(Setting::Prison, f.prison.clone(), at);
    }

    fn released(&mut self, at: Dated, f: &Released) {
        let from_court = self.custody.setting == Setting::Court;
        let spell = self.custody.in_custody().then(|| self.custody.spells.len() - 1);
        let mut doubtful = f.effect == ReleaseEffect::Unknown;
        if spell.is_none() {
            let repeated = self.custody.releases.last().is_some_and(|last| {
                last.at.date() == at.date() && last.effect == f.effect && last.reason == f.reason
            });
            if repeated {
                self.conflict(
                    at,
                    "already_recorded",
                    "/occurred",
                    "This release is already on the record.",
                );
                return;
            }
            if self.custody.setting != Setting::Unknown {
                doubtful = true;
                self.conflict(at, "release_without_reception", "/movement/movementType", "The record does not say that the person was in prison on that day. Record the reception first.");
            }
        }
        if f.effect == ReleaseEffect::Unknown {
            self.conflict(at, "release_not_understood", "/movement/reasonCode", "No list explains this reason for release. It is shown as a possible release until somebody finds out.");
        }
        let prison = f.prison.clone().or(self.custody.prison.clone());
        if f.effect == ReleaseEffect::RestrictedHospital {
            self.custody.move_to(Setting::Hospital, None, at);
            return;
        }
        if let Some(spell) = self.custody.spells.last_mut() {
            spell.ended.get_or_insert(at);
        }
        let plan = self.fulfil_plan(at);
        self.custody.releases.push(Release {
            at,
            prison,
            reason: f.reason.clone(),
            effect: f.effect,
            area: f.area.clone(),
            no_fixed_abode: f.no_fixed_abode,
            referral_on_release: f.referral_on_release.clone(),
            plan,
            from_court,
            spell,
            doubtful,
            completed: None,
        });
        let setting = match f.effect {
            ReleaseEffect::Community => Setting::Community,
            ReleaseEffect::Died => Setting::Deceased,
            ReleaseEffect::AtLarge => Setting::UnlawfullyAtLarge,
            ReleaseEffect::Abroad => Setting::Abroad,
            ReleaseEffect::Hospital | ReleaseEffect::RestrictedHospital => Setting::Hospital,
            ReleaseEffect::NotARelease | ReleaseEffect::Unknown => Setting::Unknown,
        };
        if setting == Setting::Deceased {
            self.custody.died = Some(at);
        }
        self.custody.move_to(setting, None, at);
    }
}
