//! Overdoses, and what is said about the person's death.
//!
//! Sources: `domain.md` section 7 (a mistaken death must be reversible); `cases.md` D1.

use super::{Dated, PersonState};
use crate::code::Code;
use crate::fact::Fact;
use crate::id::{DeathId, OverdoseId};

/// An overdose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overdose {
    /// Its id.
    pub id: OverdoseId,
    /// When.
    pub at: Dated,
    /// Code of `overdose-outcomes`.
    pub outcome: Code,
    /// Codes of `substances` suspected.
    pub substances: Vec<Code>,
    /// Code of `overdose-places`.
    pub place: Option<Code>,
    /// Whether naloxone was given, as far as anybody knows.
    pub naloxone_given: Option<bool>,
    /// Whether an ambulance came, as far as anybody knows.
    pub ambulance_called: Option<bool>,
    /// When it was gone through, with code of `overdose-review-outcomes`.
    pub reviewed: Option<(Dated, Code)>,
}

/// What an inquest or certificate said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conclusion {
    /// When.
    pub at: Dated,
    /// Code of `death-conclusions`.
    pub code: Code,
    /// Drug-related by the coroner's definition.
    pub drug_related: bool,
    /// Alcohol-related.
    pub alcohol_related: bool,
}

/// How far the knowledge of a death has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeathStatus {
    /// Somebody says so.
    Suspected,
    /// It is certain.
    Confirmed,
    /// Its cause is known.
    Concluded,
    /// The person lives.
    Rejected,
}

impl DeathStatus {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Suspected => "suspected",
            Self::Confirmed => "confirmed",
            Self::Concluded => "concluded",
            Self::Rejected => "rejected",
        }
    }
}

/// A report of the person's death.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Death {
    /// Its id.
    pub id: DeathId,
    /// The day of death, as far as it is known.
    pub at: Dated,
    /// Code of `death-report-sources`.
    pub source: Code,
    /// Code of `death-suspicions`.
    pub suspected: Code,
    /// When it became certain, and by whom.
    pub confirmed: Option<(Dated, Code)>,
    /// What the person died of.
    pub concluded: Option<Conclusion>,
    /// When and why it turned out to be mistaken.
    pub rejected: Option<(Dated, Code)>,
}

impl Death {
    /// How far its knowledge has come.
    pub fn status(&self) -> DeathStatus {
        if self.rejected.is_some() {
            DeathStatus::Rejected
        } else if self.concluded.is_some() {
            DeathStatus::Concluded
        } else if self.confirmed.is_some() {
            DeathStatus::Confirmed
        } else {
            DeathStatus::Suspected
        }
    }
}

impl PersonState {
    /// An overdose by its id.
    pub fn overdose(&self, id: OverdoseId) -> Option<&Overdose> {
        self.overdoses.iter().find(|overdose| overdose.id == id)
    }

    /// A report of death by its id.
    pub fn death(&self, id: DeathId) -> Option<&Death> {
        self.deaths.iter().find(|death| death.id == id)
    }

    pub(super) fn evolve_harm(&mut self, at: Dated, fact: &Fact) {
        match fact {
            Fact::OverdoseReported(f) => self.overdoses.push(Overdose {
                id: f.overdose,
                at,
                outcome: f.outcome.clone(),
                substances: f.substances.clone(),
                place: f.place.clone(),
                naloxone_given: f.naloxone_given,
                ambulance_called: f.ambulance_called,
                reviewed: None,
            }),
            Fact::OverdoseReviewed(f) => match self.overdoses.iter_mut().find(|one| one.id == f.overdose) {
                Some(one) if one.reviewed.is_none() => one.reviewed = Some((at, f.outcome.clone())),
                Some(_) => self.conflict(
                    at,
                    "overdose_already_reviewed",
                    "/occurred",
                    "The review of this overdose is already on the record.",
                ),
                None => self.conflict(
                    at,
                    "before_overdose",
                    "/occurred",
                    "This is dated before the overdose.",
                ),
            },
            Fact::DeathReported(f) => self.deaths.push(Death {
                id: f.death,
                at,
                source: f.source.clone(),
                suspected: f.suspected.clone(),
                confirmed: None,
                concluded: None,
                rejected: None,
            }),
            Fact::DeathConfirmed(f) => self.evolve_death(at, f.death, fact),
            Fact::DeathConcluded(f) => self.evolve_death(at, f.death, fact),
            Fact::DeathRejected(f) => self.evolve_death(at, f.death, fact),
            _ => {}
        }
    }

    fn evolve_death(&mut self, at: Dated, id: DeathId, fact: &Fact) {
        let Some(death) = self.deaths.iter_mut().find(|death| death.id == id) else {
            self.conflict(
                at,
                "before_death",
                "/occurred",
                "This is dated before the day of death.",
            );
            return;
        };
        if let Some((rejected, _)) = &death.rejected {
            let detail = format!(
                "The report of this death turned out on {} to be mistaken.",
                rejected.date()
            );
            self.conflict(at, "death_rejected", "/occurred", detail);
            return;
        }
        match fact {
            Fact::DeathConfirmed(f) if death.confirmed.is_none() => {
                death.confirmed = Some((at, f.source.clone()));
            }
            Fact::DeathConfirmed(_) => {
                self.conflict(
                    at,
                    "death_already_confirmed",
                    "/occurred",
                    "The death was confirmed before.",
                );
            }
            // An inquest may be reopened: the last conclusion counts.
            Fact::DeathConcluded(f) => {
                death.concluded = Some(Conclusion {
                    at,
                    code: f.conclusion.clone(),
                    drug_related: f.drug_related,
                    alcohol_related: f.alcohol_related,
                });
            }
            Fact::DeathRejected(f) => death.rejected = Some((at, f.reason.clone())),
            _ => {}
        }
    }
}
