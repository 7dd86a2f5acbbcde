//! An episode that another system holds, as a row.

use crate::api::recording::{CommandBody as _, Told};
use crate::api::referrals::{ReferralRequest, ReferredPerson, intake};
use crate::api::wire::{Reading, occurred};
use crate::problem::Problem;
use crate::time::WhenWire;
use jiff::Timestamp;
use serde::Deserialize;
use throughcare_app::{EpisodeIntake, ExitIntake, InterventionIntake, ReferralIntake};
use throughcare_domain::fact::ExitProfile;
use utoipa::ToSchema;

/// An episode: the referral with which it began, and what came of it.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EpisodeRow {
    /// Whom it is about.
    pub person: ReferredPerson,
    /// A code of `referral-sources`.
    #[schema(min_length = 1, max_length = 40, example = "self")]
    pub source: String,
    /// The service, which is one of yours.
    #[schema(min_length = 2, max_length = 64)]
    pub to_service: String,
    /// The service that asked, when it is one of yours.
    #[schema(min_length = 2, max_length = 64)]
    pub from_service: Option<String>,
    /// When it was referred.
    pub occurred: WhenWire,
    /// Free text about the referral.
    #[schema(min_length = 1, max_length = 2000)]
    pub note: Option<String>,
    /// When it was accepted; when it was triaged, if that is not said.
    pub accepted: Option<WhenWire>,
    /// When the person was triaged, which opens the episode.
    pub triaged: WhenWire,
    /// A code of `triage-outcomes`; `treatment_needed` when absent.
    #[schema(min_length = 1, max_length = 40)]
    pub outcome: Option<String>,
    /// Codes of `substances`, most important first.
    #[serde(default)]
    #[schema(max_items = 3)]
    pub substances: Vec<String>,
    /// The interventions, in order.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub interventions: Vec<InterventionRow>,
    /// How it ended, when it has.
    pub exit: Option<ExitRow>,
}

/// An intervention of an imported episode.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InterventionRow {
    /// A code of `interventions`.
    #[schema(min_length = 1, max_length = 40)]
    pub intervention: String,
    /// A code of `intervention-settings`.
    #[schema(min_length = 1, max_length = 40)]
    pub setting: String,
    /// Given within a care plan: makes recovery support (96) structured.
    #[serde(default)]
    pub within_care_plan: bool,
    /// When it started.
    pub started: WhenWire,
    /// When it ended; with `exit`.
    pub ended: Option<WhenWire>,
    /// A code of `intervention-exits`; with `ended`.
    #[schema(min_length = 1, max_length = 40)]
    pub exit: Option<String>,
}

/// The exit of an imported episode.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExitRow {
    /// When.
    pub on: WhenWire,
    /// A code of `discharge-reasons`.
    #[schema(min_length = 1, max_length = 40)]
    pub reason: String,
    /// How interventions end that are still open: a code of `intervention-exits`.
    #[schema(min_length = 1, max_length = 40)]
    pub intervention_exit: Option<String>,
    /// The exit's own outcome profile.
    pub profile: Option<ExitProfileRow>,
}

/// What was used in the 28 days before an exit.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExitProfileRow {
    /// Days on which heroin or other illicit opiates were used.
    #[schema(maximum = 28)]
    pub opiate_days: u8,
    /// Days on which crack was used.
    #[schema(maximum = 28)]
    pub crack_days: u8,
}

impl EpisodeRow {
    /// The episode as the use case takes it.
    ///
    /// # Errors
    /// Every fault at once.
    pub fn read(self, now: Timestamp) -> Result<EpisodeIntake, Problem> {
        let mut reading = Reading::default();
        let (triaged, accepted) = (self.triaged, self.accepted.unwrap_or(self.triaged));
        let outcome = self.outcome.as_deref().unwrap_or("treatment_needed");
        let outcome = reading.code(outcome, "/outcome");
        let interventions: Vec<_> = self
            .interventions
            .into_iter()
            .enumerate()
            .filter_map(|(at, one)| one.read(&mut reading, &format!("/interventions/{at}"), now))
            .collect();
        let exit = self.exit.map(|exit| exit.read(&mut reading, now));
        let mut referral = ReferralRequest {
            person: self.person,
            source: self.source,
            to_service: self.to_service,
            from_service: self.from_service,
            transfer_of: None,
            substances: self.substances.clone(),
            occurred: Some(self.occurred),
            note: self.note,
            external_reference: None,
        };
        let Told {
            occurred: when, note, ..
        } = referral.told();
        let substances = reading.codes(&self.substances, "/substances");
        let read = intake(referral, &mut reading, now).zip(outcome);
        let ((person, referral), outcome) = reading.whole(read)?;
        Ok(EpisodeIntake {
            referral: ReferralIntake {
                person,
                occurred: occurred(when, now),
                note,
                referral,
            },
            accepted: occurred(Some(accepted), now),
            triaged: occurred(Some(triaged), now),
            outcome,
            substances,
            interventions,
            exit: exit.flatten(),
        })
    }
}

impl InterventionRow {
    fn read(self, reading: &mut Reading, under: &str, now: Timestamp) -> Option<InterventionIntake> {
        let code = reading.code(&self.intervention, &format!("{under}/intervention"));
        let setting = reading.code(&self.setting, &format!("{under}/setting"));
        let exit = self
            .exit
            .map(|exit| reading.code(&exit, &format!("{under}/exit")));
        let ended = match (self.ended, exit) {
            (Some(on), Some(exit)) => exit.map(|exit| (occurred(Some(on), now), exit)),
            (None, None) => None,
            (Some(_), None) => {
                let detail = "Say how it ended, with a code of intervention-exits.";
                reading.faults.add(format!("{under}/exit"), "missing", detail);
                None
            }
            (None, Some(_)) => {
                reading
                    .faults
                    .add(format!("{under}/ended"), "missing", "Say when it ended.");
                None
            }
        };
        Some(InterventionIntake {
            code: code?,
            setting: setting?,
            within_care_plan: self.within_care_plan,
            started: occurred(Some(self.started), now),
            ended,
        })
    }
}

impl ExitRow {
    fn read(self, reading: &mut Reading, now: Timestamp) -> Option<ExitIntake> {
        let reason = reading.code(&self.reason, "/exit/reason");
        let intervention_exit = self
            .intervention_exit
            .and_then(|code| reading.code(&code, "/exit/interventionExit"));
        Some(ExitIntake {
            on: occurred(Some(self.on), now),
            reason: reason?,
            intervention_exit,
            profile: self.profile.map(|profile| ExitProfile {
                opiate_days: profile.opiate_days,
                crack_days: profile.crack_days,
            }),
        })
    }
}
