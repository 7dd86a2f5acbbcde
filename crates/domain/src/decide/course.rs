//! The course of treatment within an episode: interventions referred and reviewed, holds, prescriptions bridged,
//! care plans, key workers.

use super::Making;
use crate::code::{Code, ServiceCode};
use crate::command::CourseStep;
use crate::fact::{
    CarePlanAgreed, CarePlanRevised, FirstAppointmentOffered, InterventionReferred, InterventionReviewed,
    InterventionStarted, KeyWorkerAssigned, MOST_COMPONENTS, MOST_GOALS, PrescriptionBridged, PutOnHold,
    Resumed,
};
use crate::id::{EpisodeId, InterventionId};
use crate::reference::{
    BRIDGING_MEDICINES, INTERVENTION_COMPONENTS, intervention_of, is_opioid_substitution, is_structured,
};
use jiff::civil::Date;

impl Making<'_, '_> {
    pub(super) fn course(&mut self, episode: EpisodeId, step: &CourseStep) {
        match step {
            CourseStep::ReferTo { code, setting } => {
                self.code("interventions", code, "/intervention");
                self.code("intervention-settings", setting, "/setting");
                let intervention: InterventionId = self.created();
                self.record(InterventionReferred {
                    episode,
                    intervention,
                    code: code.clone(),
                    setting: setting.clone(),
                });
            }
            CourseStep::OfferFirstAppointment {
                intervention,
                offered_for,
            } => self.record(FirstAppointmentOffered {
                episode,
                intervention: *intervention,
                offered_for: *offered_for,
            }),
            CourseStep::StartReferred {
                intervention,
                setting,
                within_care_plan,
            } => self.start_referred(episode, *intervention, setting.as_ref(), *within_care_plan),
            CourseStep::Review {
                intervention,
                components,
            } => self.review(episode, *intervention, components),
            CourseStep::Hold { reason } => {
                self.code("hold-reasons", reason, "/reason");
                self.record(PutOnHold {
                    episode,
                    reason: reason.clone(),
                });
            }
            CourseStep::Resume => self.record(Resumed { episode }),
            CourseStep::BridgePrescription {
                to_service,
                medicine,
                from,
                until,
            } => self.bridge(episode, to_service.as_ref(), medicine, (*from, *until)),
            CourseStep::AgreeCarePlan(told) => {
                self.several("care-plan-goals", &told.goals, "/goals", MOST_GOALS);
                self.record(CarePlanAgreed {
                    episode,
                    goals: told.goals.clone(),
                    review_on: told.review_on,
                });
            }
            CourseStep::ReviseCarePlan(told) => {
                self.several("care-plan-goals", &told.goals, "/goals", MOST_GOALS);
                self.record(CarePlanRevised {
                    episode,
                    goals: told.goals.clone(),
                    review_on: told.review_on,
                });
            }
            CourseStep::AssignKeyWorker(key_worker) => self.record(KeyWorkerAssigned {
                episode,
                key_worker: key_worker.clone(),
            }),
        }
    }

    /// The start takes its code, and when nothing else is said its setting, from the referral to the intervention.
    fn start_referred(
        &mut self,
        episode: EpisodeId,
        intervention: InterventionId,
        setting: Option<&Code>,
        within_care_plan: bool,
    ) {
        if let Some(setting) = setting {
            self.code("intervention-settings", setting, "/setting");
        }
        let found = self.state.episode(episode);
        let referred = found.and_then(|found| found.referred.iter().find(|one| one.id == intervention));
        let Some(referred) = referred.cloned() else {
            return self.fault(
                "",
                "unknown_intervention",
                "The person was not referred to this intervention. Start it as a new one.",
            );
        };
        if self.day() < referred.referred.date() {
            let detail = format!(
                "The person was referred to the intervention on {}, after this day.",
                referred.referred.date()
            );
            self.misfit("/occurred", "start_before_referral", detail);
        }
        let structured = is_structured(self.context.reference, referred.code.as_str(), within_care_plan);
        self.record(InterventionStarted {
            episode,
            intervention,
            code: referred.code.clone(),
            structured,
            setting: setting.cloned().unwrap_or(referred.setting),
        });
    }

    fn review(&mut self, episode: EpisodeId, intervention: InterventionId, components: &[Code]) {
        self.several(
            INTERVENTION_COMPONENTS,
            components,
            "/components",
            MOST_COMPONENTS,
        );
        let found = self.state.episode(episode);
        let started = found.and_then(|found| found.interventions.iter().find(|one| one.id == intervention));
        let code = started.map(|one| one.code.clone());
        let reference = self.context.reference;
        for (index, component) in components.iter().enumerate() {
            let of = intervention_of(reference, component.as_str());
            if let (Some(of), Some(code)) = (of, &code)
                && of != code.as_str()
                && structured_code(code)
            {
                let detail = format!("{component} belongs to intervention {of}, and this one is {code}.");
                self.misfit_at(
                    "/components",
                    &format!("/components/{index}"),
                    "component_of_another_intervention",
                    detail,
                );
            }
        }
        self.record(InterventionReviewed {
            episode,
            intervention,
            components: components.to_vec(),
        });
    }

    fn bridge(
        &mut self,
        episode: EpisodeId,
        to_service: Option<&ServiceCode>,
        medicine: &Code,
        (from, until): (Date, Date),
    ) {
        self.code(BRIDGING_MEDICINES, medicine, "/medicine");
        if let Some(to) = to_service {
            let own = self.state.episode(episode).map(|episode| &episode.service);
            if own == Some(to) {
                self.fault(
                    "/toService",
                    "same_service",
                    "The prescription comes from this service. Name the one that is to take over, or none.",
                );
            }
            self.working_service(to, "/toService");
        }
        let opioid = is_opioid_substitution(self.context.reference, medicine.as_str());
        self.record(PrescriptionBridged {
            episode,
            to_service: to_service.cloned(),
            medicine: medicine.clone(),
            opioid,
            from,
            until,
        });
    }

    /// Checks an array of codes: 1 to `most`, known, and none twice.
    fn several(&mut self, list: &str, codes: &[Code], field: &'static str, most: usize) {
        if codes.is_empty() || codes.len() > most {
            let detail = format!("Give 1 to {most} codes of {list}.");
            self.fault(field, "out_of_range", detail);
        }
        for (index, code) in codes.iter().enumerate().take(most) {
            self.code_at(list, code, field, format!("{field}/{index}"));
            if codes[..index].contains(code) {
                self.fault(&format!("{field}/{index}"), "repeated", "Name each code once.");
            }
        }
    }
}

/// True for the interventions whose components the national list names.
fn structured_code(code: &Code) -> bool {
    matches!(code.as_str(), "94" | "95" | "96")
}
