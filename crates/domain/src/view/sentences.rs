//! What happened, in plain English for a clerk: a sentence for each fact, without names or identifiers.

mod course;
mod harm;
mod justice;
mod naloxone;
mod protection;
mod sharing;
mod sight;

use super::words::{Words, day};
use crate::fact::{Fact, ReleaseEffect, Released, Replaced};
use crate::id::{EpisodeId, PlanId, ReferralId};
use crate::state::PersonState;

/// Tells facts in the light of the record to which they belong.
pub(super) struct Teller<'a> {
    pub state: &'a PersonState,
    pub words: Words<'a>,
}

impl Teller<'_> {
    /// The sentence for a fact.
    pub fn sentence(&self, fact: &Fact) -> String {
        match fact {
            Fact::EventVoided(_) | Fact::ReplacementEntered(_) => self.correction(fact),
            Fact::OverdoseReported(_)
            | Fact::OverdoseReviewed(_)
            | Fact::DeathReported(_)
            | Fact::DeathConfirmed(_)
            | Fact::DeathConcluded(_)
            | Fact::DeathRejected(_) => self.harm(fact),
            Fact::RecordsMerged(_) | Fact::MergeUndone(_) | Fact::MarkedNeverToMatch(_) => self.merge(fact),
            Fact::PersonRegistered(_)
            | Fact::IdentifierRecorded(_)
            | Fact::IdentifierWithdrawn(_)
            | Fact::DemographicsCorrected(_)
            | Fact::ResidenceRecorded(_) => self.identity(fact),
            Fact::Received(_)
            | Fact::Transferred(_)
            | Fact::SentToCourt(_)
            | Fact::ReturnedFromCourt(_)
            | Fact::TemporaryAbsenceStarted(_)
            | Fact::TemporaryAbsenceEnded(_)
            | Fact::MovementUnclassified(_)
            | Fact::Released(_)
            | Fact::ReleaseDetailsCompleted(_)
            | Fact::ReleasePlanned(_)
            | Fact::ReleaseReplanned(_)
            | Fact::ReleasePlanCancelled(_) => self.custody(fact),
            Fact::ReferralReceived(_)
            | Fact::ReferralAccepted(_)
            | Fact::ReferralRejected(_)
            | Fact::ReferralWithdrawn(_)
            | Fact::ReferralSentOn(_)
            | Fact::Triaged(_) => self.referral(fact),
            Fact::InterventionReferred(_)
            | Fact::FirstAppointmentOffered(_)
            | Fact::InterventionReviewed(_)
            | Fact::PutOnHold(_)
            | Fact::Resumed(_)
            | Fact::PrescriptionBridged(_)
            | Fact::CarePlanAgreed(_)
            | Fact::CarePlanRevised(_)
            | Fact::KeyWorkerAssigned(_) => self.course(fact),
            Fact::AppointmentOffered(_)
            | Fact::AppointmentMoved(_)
            | Fact::AppointmentAttended(_)
            | Fact::AppointmentMissed(_)
            | Fact::AppointmentCancelled(_) => self.appointment(fact),
            Fact::EpisodeOpened(_)
            | Fact::PlacedOnWaitingList(_)
            | Fact::TakenOffWaitingList(_)
            | Fact::InterventionStarted(_)
            | Fact::ContactRecorded(_)
            | Fact::InterventionEnded(_)
            | Fact::ExitRecorded(_)
            | Fact::ProviderChanged(_) => self.treatment(fact),
            Fact::OutcomeProfileRecorded(_)
            | Fact::ExitRescinded(_)
            | Fact::FollowUpRecorded(_)
            | Fact::NeedRaised(_)
            | Fact::NeedCleared(_)
            | Fact::TagAdded(_)
            | Fact::TagRemoved(_)
            | Fact::PlacementStarted(_)
            | Fact::PlacementEnded(_)
            | Fact::OutreachContactRecorded(_) => self.beside_treatment(fact),
            Fact::Arrested(_)
            | Fact::DrugTested(_)
            | Fact::AssessmentRequired(_)
            | Fact::AssessmentAttended(_)
            | Fact::AssessmentMissed(_)
            | Fact::AssessmentLapsed(_)
            | Fact::LiaisonContactRecorded(_)
            | Fact::Bailed(_)
            | Fact::CourtOutcomeRecorded(_)
            | Fact::RequirementImposed(_)
            | Fact::RequirementEnded(_)
            | Fact::ResolvedOutOfCourt(_)
            | Fact::ResolutionConcluded(_)
            | Fact::CohortJoined(_)
            | Fact::CohortLeft(_) => self.justice(fact),
            Fact::ConsentGiven(_)
            | Fact::ConsentRefused(_)
            | Fact::ConsentWithdrawn(_)
            | Fact::ObjectionMade(_)
            | Fact::ObjectionWithdrawn(_)
            | Fact::ObjectionAnswered(_)
            | Fact::RestrictionPlaced(_)
            | Fact::RestrictionLifted(_)
            | Fact::AgreementApplied(_)
            | Fact::AgreementEnded(_) => self.sharing(fact),
            Fact::ErasureAsked(_)
            | Fact::ErasureConfirmed(_)
            | Fact::ErasureTakenBack(_)
            | Fact::HoldPlaced(_)
            | Fact::HoldLifted(_) => self.protection(fact),
            Fact::SightWithheld(_)
            | Fact::PresenceAttested(_)
            | Fact::GlassBroken(_)
            | Fact::GlassReviewed(_) => self.sight(fact),
            Fact::KitIssued(_)
            | Fact::KitPlacedInProperty(_)
            | Fact::KitHandedOver(_)
            | Fact::KitUsed(_)
            | Fact::KitLost(_)
            | Fact::KitConfiscated(_)
            | Fact::KitReturned(_)
            | Fact::KitRecallTold(_)
            | Fact::NaloxoneOffered(_)
            | Fact::TrainingGiven(_) => self.naloxone(fact),
            Fact::OrganisationRegistered(_)
            | Fact::ServiceOpened(_)
            | Fact::ServiceClosed(_)
            | Fact::ContractMoved(_)
            | Fact::ContractMoveUndone(_)
            | Fact::PersonErased(_)
            | Fact::RecordSealed(_)
            | Fact::SealChanged(_)
            | Fact::SealLifted(_)
            | Fact::ClientRegistered(_)
            | Fact::ClientRestricted(_)
            | Fact::ClientRevoked(_)
            | Fact::MemberGranted(_)
            | Fact::MembershipChanged(_)
            | Fact::MembershipEnded(_)
            | Fact::StockReceived(_)
            | Fact::StockCounted(_)
            | Fact::StockRemoved(_)
            | Fact::StockMinimumSet(_)
            | Fact::SuppliedToOther(_)
            | Fact::SupplyRecallTold(_)
            | Fact::BatchRecalled(_)
            | Fact::RecallEnded(_)
            | Fact::WorkerTrained(_) => "This concerns an organisation, not a person.".to_owned(),
        }
    }

    fn correction(&self, fact: &Fact) -> String {
        match fact {
            Fact::EventVoided(f) => {
                let reason = self.words.label("correction-reasons", &f.reason);
                let replaced = match f.replaced {
                    Replaced::No => "",
                    Replaced::Here => " What should have been entered follows.",
                    Replaced::Elsewhere => " It was entered in the record of the person it was about.",
                };
                format!("An entry was voided and no longer counts: {reason}.{replaced}")
            }
            Fact::ReplacementEntered(f) if f.from_elsewhere => {
                "What follows was entered first, by mistake, in another record.".to_owned()
            }
            Fact::ReplacementEntered(_) => "What follows replaces an entry that was voided.".to_owned(),
            _ => String::new(),
        }
    }

    fn merge(&self, fact: &Fact) -> String {
        match fact {
            Fact::RecordsMerged(f) => {
                let how = self.words.label("identity-attestations", &f.attested);
                format!("Two records were joined: they are one person's. Attested: {how}.")
            }
            Fact::MergeUndone(f) => {
                let why = self.words.label("merge-undoing-reasons", &f.reason);
                format!("The joining of two records was undone: {why}.")
            }
            Fact::MarkedNeverToMatch(f) => {
                let why = self.words.label("mismatch-reasons", &f.reason);
                format!("Another record that looks alike is somebody else's: {why}.")
            }
            _ => String::new(),
        }
    }

    fn identity(&self, fact: &Fact) -> String {
        match fact {
            Fact::PersonRegistered(_) => "The record was opened.".to_owned(),
            Fact::IdentifierRecorded(f) => format!("An identifier was recorded: {}.", f.kind.label()),
            Fact::IdentifierWithdrawn(_) => {
                "An identifier was withdrawn: it is not this person's.".to_owned()
            }
            Fact::DemographicsCorrected(f) if !f.contradicts.is_empty() => {
                let what: Vec<_> = f.contradicts.iter().map(|what| what.words()).collect();
                format!(
                    "What was told with a referral contradicts the record: {}.",
                    what.join(", ")
                )
            }
            Fact::DemographicsCorrected(f) if f.alias => {
                "Another name, date of birth, sex or ethnicity was told with a referral.".to_owned()
            }
            Fact::DemographicsCorrected(_) => {
                "Name, date of birth, sex or ethnicity was corrected.".to_owned()
            }
            Fact::ResidenceRecorded(f) => match (&f.area, f.no_fixed_abode) {
                (Some(area), true) => format!("The person has no fixed abode, in {}.", self.words.area(area)),
                (Some(area), false) => format!("The person lives in {}.", self.words.area(area)),
                (None, true) => "The person has no fixed abode.".to_owned(),
                (None, false) => "It is not known where the person lives.".to_owned(),
            },
            _ => String::new(),
        }
    }

    fn custody(&self, fact: &Fact) -> String {
        let words = self.words;
        match fact {
            Fact::Received(f) => {
                let recall = if f.recall { " on recall" } else { "" };
                format!(
                    "Received into {}{recall}.",
                    words.prison_or(f.prison.as_ref(), "a prison not named")
                )
            }
            Fact::Transferred(f) => match (&f.from, &f.to) {
                (Some(from), Some(to)) => {
                    format!("Moved from {} to {}.", words.prison(from), words.prison(to))
                }
                (Some(from), None) => format!("Left {} for another prison.", words.prison(from)),
                (None, Some(to)) => format!("Arrived at {} from another prison.", words.prison(to)),
                (None, None) => "Moved between two prisons.".to_owned(),
            },
            Fact::SentToCourt(f) => {
                format!(
                    "Taken to court from {}.",
                    words.prison_or(f.prison.as_ref(), "prison")
                )
            }
            Fact::ReturnedFromCourt(f) => {
                format!(
                    "Came back from court to {}.",
                    words.prison_or(f.prison.as_ref(), "prison")
                )
            }
            Fact::TemporaryAbsenceStarted(f) => {
                let prison = words.prison_or(f.prison.as_ref(), "prison");
                format!("Left {prison} on temporary licence; this is not a release.")
            }
            Fact::TemporaryAbsenceEnded(f) => {
                let prison = words.prison_or(f.prison.as_ref(), "prison");
                format!("Came back to {prison} from temporary licence.")
            }
            Fact::MovementUnclassified(f) => format!(
                "A custody movement that no list explains: type {}, reason {}.",
                f.movement_type, f.reason
            ),
            Fact::Released(f) => self.released(f),
            Fact::ReleaseDetailsCompleted(f) => {
                let release = self
                    .state
                    .custody
                    .releases
                    .iter()
                    .find(|one| one.id() == f.release);
                let of = release
                    .map(|one| format!(" of {}", day(one.at.date())))
                    .unwrap_or_default();
                let mut told = Vec::new();
                told.extend(f.area.as_ref().map(|area| words.area(area)));
                told.extend(
                    f.no_fixed_abode
                        .filter(|none| *none)
                        .map(|_| "no fixed abode".to_owned()),
                );
                told.extend(
                    f.referral_on_release
                        .as_ref()
                        .map(|c| words.label("referral-on-release", c)),
                );
                format!("The release{of} was completed: {}.", told.join("; "))
            }
            Fact::ReleasePlanned(f) => {
                let to = f
                    .area
                    .as_ref()
                    .map(|area| format!(" to {}", words.area(area)))
                    .unwrap_or_default();
                format!(
                    "Release from {} was planned for {}{to}.",
                    words.prison(&f.prison),
                    day(f.planned_on)
                )
            }
            Fact::ReleaseReplanned(f) => {
                let before = self.day_before(f.plan, f.planned_on);
                format!("The planned release was moved{before} to {}.", day(f.planned_on))
            }
            Fact::ReleasePlanCancelled(f) => {
                let plan = self.state.plans.iter().find(|plan| plan.id == f.plan);
                let on = plan
                    .map(|plan| format!(" for {}", day(plan.planned_on)))
                    .unwrap_or_default();
                format!("The release planned{on} was cancelled.")
            }
            _ => String::new(),
        }
    }

    fn day_before(&self, plan: PlanId, moved_to: jiff::civil::Date) -> String {
        let plan = self.state.plans.iter().find(|one| one.id == plan);
        let days = plan.map(|plan| plan.days.as_slice()).unwrap_or_default();
        let index = days
            .iter()
            .position(|(planned, _)| *planned == moved_to)
            .unwrap_or(0);
        let before = index.checked_sub(1).and_then(|index| days.get(index));
        before
            .map(|(planned, _)| format!(" from {}", day(*planned)))
            .unwrap_or_default()
    }

    fn released(&self, f: &Released) -> String {
        let words = self.words;
        let prison = words.prison_or(f.prison.as_ref(), "custody");
        let why = crate::code::Code::parse(&format!("REL/{}", f.reason)).ok();
        let why = why.and_then(|code| words.reference.label("custody-movements", code.as_str()));
        let why = why.map_or_else(|| format!("reason {}", f.reason), str::to_owned);
        let place = match (&f.area, f.no_fixed_abode) {
            (Some(area), true) => format!(" to {}, no fixed abode", words.area(area)),
            (Some(area), false) => format!(" to {}", words.area(area)),
            (None, true) => ", no fixed abode".to_owned(),
            (None, false) => String::new(),
        };
        match f.effect {
            ReleaseEffect::Community => format!("Released from {prison}{place}: {why}."),
            ReleaseEffect::Died => format!("Died in {prison}."),
            ReleaseEffect::AtLarge => format!("Escaped or absconded from {prison}."),
            ReleaseEffect::Abroad => format!("Left {prison} for another country: {why}."),
            ReleaseEffect::RestrictedHospital => {
                format!("Moved from {prison} to hospital as a restricted patient; this is not a release.")
            }
            ReleaseEffect::Hospital => format!("Left {prison} for hospital."),
            ReleaseEffect::NotARelease => format!("Discharged from {prison}: {why}; this is not a release."),
            ReleaseEffect::Unknown => {
                format!(
                    "Possibly released from {prison}{place}: no list explains reason {}.",
                    f.reason
                )
            }
        }
    }

    fn referral(&self, fact: &Fact) -> String {
        let words = self.words;
        match fact {
            Fact::ReferralReceived(f) => {
                let what = if f.transfer_of.is_some() {
                    "Care was offered for transfer"
                } else {
                    "Referred"
                };
                let substances = match f.substances.as_slice() {
                    [] => String::new(),
                    some => format!(" for {}", words.labels("substances", some)),
                };
                let source = words.label("referral-sources", &f.source);
                format!(
                    "{what} to {}{substances}. Source: {source}.",
                    words.service(&f.to_service)
                )
            }
            Fact::ReferralAccepted(f) => format!("{} was accepted.", self.the_referral(f.referral)),
            Fact::ReferralRejected(f) => {
                let why = words.label("rejection-reasons", &f.reason);
                format!("{} was rejected: {why}.", self.the_referral(f.referral))
            }
            Fact::ReferralWithdrawn(f) => {
                let why = words.label("withdrawal-reasons", &f.reason);
                format!("{} was withdrawn: {why}.", self.the_referral(f.referral))
            }
            Fact::ReferralSentOn(f) => {
                let onward = self.state.referral(f.onward);
                let to = onward.map(|onward| format!(" to {}", words.service(&onward.to_service)));
                format!(
                    "{} was sent on{}.",
                    self.the_referral(f.referral),
                    to.unwrap_or_default()
                )
            }
            Fact::Triaged(f) => {
                let outcome = words.label("triage-outcomes", &f.outcome);
                format!("{} was triaged: {outcome}.", self.the_referral(f.referral))
            }
            _ => String::new(),
        }
    }

    /// Names a referral by its service and date.
    fn the_referral(&self, id: ReferralId) -> String {
        match self.state.referral(id) {
            Some(referral) => format!(
                "The referral of {} to {}",
                day(referral.received.date()),
                self.words.service(&referral.to_service)
            ),
            None => "A referral that is not on this record".to_owned(),
        }
    }

    fn treatment(&self, fact: &Fact) -> String {
        let words = self.words;
        match fact {
            Fact::ProviderChanged(f) => format!(
                "The contract moved: what {} had open is with {} from this day.",
                self.words.service(&f.from_service),
                self.words.service(&f.to_service)
            ),
            Fact::EpisodeOpened(f) => format!("An episode of care began at {}.", words.service(&f.service)),
            Fact::PlacedOnWaitingList(f) => format!(
                "Placed on the waiting list for {}{}.",
                words.label("interventions", &f.intervention),
                self.at(f.episode)
            ),
            Fact::TakenOffWaitingList(f) => format!(
                "Taken off the waiting list{}: {}.",
                self.at(f.episode),
                words.label("waiting-list-removal-reasons", &f.reason)
            ),
            Fact::InterventionStarted(f) => {
                let kind = if f.structured {
                    "Structured treatment"
                } else {
                    "An intervention"
                };
                let code = words.label("interventions", &f.code);
                let setting = words.label("intervention-settings", &f.setting);
                format!(
                    "{kind} started{}: {code}. Setting: {setting}.",
                    self.at(f.episode)
                )
            }
            Fact::ContactRecorded(f) => format!("The person was seen{}.", self.at(f.episode)),
            Fact::InterventionEnded(f) => {
                let episode = self.state.episode(f.episode);
                let found = episode.and_then(|e| e.interventions.iter().find(|one| one.id == f.intervention));
                let what = found.map(|one| words.label("interventions", &one.code));
                let what = what.unwrap_or_else(|| "an intervention".to_owned());
                let exit = words.label("intervention-exits", &f.exit);
                format!("Treatment ended{}: {what}. {exit}.", self.at(f.episode))
            }
            Fact::ExitRecorded(f) => {
                let why = words.label("discharge-reasons", &f.reason);
                format!("The episode{} ended: {why}.", self.at(f.episode))
            }
            _ => String::new(),
        }
    }

    pub(super) fn at(&self, id: EpisodeId) -> String {
        let episode = self.state.episode(id);
        episode
            .map(|episode| format!(" at {}", self.words.service(&episode.service)))
            .unwrap_or_default()
    }
}
