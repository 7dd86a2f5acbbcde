//! Rows of imports: what another system has recorded, taken over as it stands.
//!
//! Referrals and movements come in as they always do. An episode is a referral with what came of it, in one append, so
//! that no row is half there. Whoever imports one is the organisation of its service; everything else is judged as if it
//! had been told step by step.

use crate::App;
use crate::answer::Answer;
use crate::caller::{Import, Request};
use crate::error::AppError;
use crate::intake::ReferralIntake;
use throughcare_domain::access::Rule;
use throughcare_domain::code::Code;
use throughcare_domain::command::{Asked, Command};
use throughcare_domain::decide::Planned;
use throughcare_domain::fact::ExitProfile;
use throughcare_domain::id::{EpisodeId, InterventionId, ReferralId};
use throughcare_domain::when::Occurred;

/// An episode as another system holds it.
#[derive(Clone, Debug)]
pub struct EpisodeIntake {
    /// The referral with which it began.
    pub referral: ReferralIntake,
    /// When it was accepted.
    pub accepted: Occurred,
    /// When the person was triaged, which opens the episode.
    pub triaged: Occurred,
    /// Code of `triage-outcomes`.
    pub outcome: Code,
    /// Codes of `substances`; at most 3.
    pub substances: Vec<Code>,
    /// The interventions, in order; at most 20.
    pub interventions: Vec<InterventionIntake>,
    /// How it ended, when it has.
    pub exit: Option<ExitIntake>,
}

/// An intervention of such an episode.
#[derive(Clone, Debug)]
pub struct InterventionIntake {
    /// Code of `interventions`.
    pub code: Code,
    /// Code of `intervention-settings`.
    pub setting: Code,
    /// Given within a care plan: makes recovery support structured.
    pub within_care_plan: bool,
    /// When it started.
    pub started: Occurred,
    /// When and how it ended (code of `intervention-exits`), when it has.
    pub ended: Option<(Occurred, Code)>,
}

/// The exit of such an episode.
#[derive(Clone, Debug)]
pub struct ExitIntake {
    /// When.
    pub on: Occurred,
    /// Code of `discharge-reasons`.
    pub reason: Code,
    /// How interventions end that are still open (code of `intervention-exits`).
    pub intervention_exit: Option<Code>,
    /// The exit's own outcome profile.
    pub profile: Option<ExitProfile>,
}

impl App {
    /// Records an episode that another system holds: the referral, its acceptance, triage, interventions and exit.
    ///
    /// # Errors
    /// [`AppError`]; nothing of the row is recorded then.
    pub async fn import_episode(&self, told: EpisodeIntake, request: Request) -> Result<Answer, AppError> {
        let directory = self.directory().await?;
        let service = directory.service(&told.referral.referral.to_service);
        // A service that there is not is a fault of the row, named by the decision.
        if service.is_some_and(|service| service.organisation != *request.caller.organisation()) {
            return Err(AppError::WrongRole(Rule::EpisodeIsItsOrganisations.sentence()));
        }
        let ids: Vec<_> = (0..told.interventions.len() + 2)
            .map(|_| self.inner.ids.one())
            .collect();
        let planned = Planned {
            referral: Some(ReferralId(ids[0])),
            episode: Some(EpisodeId(ids[1])),
            interventions: ids[2..].iter().copied().map(InterventionId).collect(),
        };
        let EpisodeIntake {
            referral,
            accepted,
            triaged,
            outcome,
            substances,
            interventions,
            exit,
        } = told;
        let asked = |under: &str, occurred, command| Asked {
            under: under.to_owned(),
            occurred,
            note: None,
            command,
        };
        let (of, episode) = (ReferralId(ids[0]), EpisodeId(ids[1]));
        let triage = Command::Triage {
            referral: of,
            outcome,
            substances,
        };
        let mut follow = vec![
            asked("/acceptance", accepted, Command::AcceptReferral(of)),
            asked("/triage", triaged, triage),
        ];
        for (at, (one, intervention)) in interventions.into_iter().zip(&planned.interventions).enumerate() {
            let start = Command::StartIntervention {
                episode,
                code: one.code,
                setting: one.setting,
                within_care_plan: one.within_care_plan,
            };
            follow.push(asked(&format!("/interventions/{at}"), one.started, start));
            if let Some((on, exit)) = one.ended {
                let end = Command::EndIntervention {
                    episode,
                    intervention: *intervention,
                    exit,
                };
                follow.push(asked(&format!("/interventions/{at}/end"), on, end));
            }
        }
        if let Some(exit) = exit {
            let command = Command::RecordExit {
                episode,
                reason: exit.reason,
                intervention_exit: exit.intervention_exit,
                profile: exit.profile,
            };
            follow.push(asked("/exit", exit.on, command));
        }
        self.keep_out(&follow, &request)?;
        let request = Request {
            import: Some(Import {
                trial: request.is_trial(),
                planned,
                follow: follow.len(),
            }),
            ..request
        };
        self.receive(referral, follow, request).await
    }
}
