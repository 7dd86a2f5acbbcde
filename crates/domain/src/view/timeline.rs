//! Everything that was recorded about a person, a line for each event, in words for a clerk.

use super::sentences::Teller;
use super::words::Words;
use crate::code::OrganisationCode;
use crate::directory::Directory;
use crate::event::{Origin, RecordedEvent, Role};
use crate::fact::Fact;
use crate::history::History;
use crate::id::EventId;
use crate::reference::ReferenceData;
use crate::state::{Dated, Voided, order};
use crate::when::Occurred;
use jiff::Timestamp;

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineEntry {
    /// The event.
    pub event: EventId,
    /// Its type; `None` when the fact was erased.
    pub event_type: Option<&'static str>,
    /// When it was true, with the precision in which it was told.
    pub occurred: Occurred,
    /// When this system knew.
    pub recorded_at: Timestamp,
    /// Whole days between the two; 0 when it was recorded on its day.
    pub days_late: i32,
    /// What happened, in plain English, without names or identifiers.
    pub sentence: String,
    /// Who recorded it.
    pub organisation: OrganisationCode,
    /// In which role.
    pub role: Role,
    /// Typed by a person or sent by a system.
    pub origin: Origin,
    /// Why it does not fit the rest of the record; empty when it fits.
    pub conflicts: Vec<TimelineConflict>,
    /// The correction by which it no longer counts.
    pub voided: Option<Voided>,
}

/// Why an event does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineConflict {
    /// Stable code, such as `overlapping_prison_spell`.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub detail: String,
}

/// The lines of a history that holds what was true and known, in the order in which things happened. Codes
/// are put into words by the lists, services by the directory.
pub fn timeline(history: &History, reference: &ReferenceData, directory: &Directory) -> Vec<TimelineEntry> {
    let teller = Teller {
        state: history.now(),
        words: Words { reference, directory },
    };
    order::in_order(history.events())
        .into_iter()
        .map(|event| entry(event, &teller))
        .collect()
}

fn entry(event: &RecordedEvent, teller: &Teller<'_>) -> TimelineEntry {
    let envelope = &event.envelope;
    let conflicts = teller
        .state
        .conflicts
        .iter()
        .filter(|conflict| conflict.event == envelope.id);
    TimelineEntry {
        voided: teller.state.voided(envelope.id).cloned(),
        event: envelope.id,
        event_type: event.fact().map(Fact::event_type),
        occurred: envelope.occurred,
        recorded_at: envelope.recorded_at,
        days_late: Dated::from(envelope).days_late(),
        sentence: event.fact().map_or_else(
            || "What was recorded here has been erased.".to_owned(),
            |fact| teller.sentence(fact),
        ),
        organisation: envelope.actor.organisation.clone(),
        role: envelope.actor.role,
        origin: envelope.origin,
        conflicts: conflicts
            .map(|conflict| TimelineConflict {
                code: conflict.code,
                detail: conflict.detail.clone(),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::*;
    use crate::identifier::IdentifierKind;
    use crate::rows::story::*;

    fn told(story: &Story) -> Vec<TimelineEntry> {
        timeline(&story.history(), &ReferenceData::bundled(), &directory())
    }

    fn sentences(story: &Story) -> Vec<String> {
        told(story).into_iter().map(|entry| entry.sentence).collect()
    }

    #[test]
    fn a_history_in_the_words_of_a_clerk() {
        let story = Story::new()
            .on("2026-01-10", received("MDI"))
            .on("2026-02-01", planned(1, "MDI", "2026-03-02", None))
            .on(
                "2026-02-03",
                ReleaseReplanned {
                    plan: plan_id(1),
                    planned_on: day("2026-03-01"),
                },
            )
            .on("2026-02-05", referral(1, "northshire-community"))
            .on("2026-02-07", accepted(1))
            .on("2026-02-20", in_property(1, "2028-01-31"))
            .on(
                "2026-03-01",
                released("MDI", ReleaseEffect::Community, Some("A12B")),
            )
            .on("2026-03-08", triaged(1, "treatment_needed"))
            .on("2026-03-08", opened(1, "northshire-community"))
            .on("2026-03-10", started(1, 1, "94"))
            .on("2026-05-01", used(1))
            .on("2026-08-01", ended(1, 1))
            .on("2026-08-01", exit(1, "80"));
        assert_eq!(
            sentences(&story),
            [
                "Received into prison Moorland.",
                "Release from prison Moorland was planned for 2 March 2026.",
                "The planned release was moved from 2 March 2026 to 1 March 2026.",
                "Referred to northshire-community for Heroin. Source: Prison treatment service.",
                "The referral of 5 February 2026 to northshire-community was accepted.",
                "A naloxone kit was placed in property at prison Moorland, for the day of release: \
                 Nyxoid 1.8 mg nasal spray, batch B1, expires 31 January 2028.",
                "Released from prison Moorland to area A12B: Conditional release.",
                "The referral of 5 February 2026 to northshire-community was triaged: \
                 Structured treatment needed.",
                "An episode of care began at northshire-community.",
                "Structured treatment started at northshire-community: Pharmacological. Setting: Community.",
                "A naloxone kit was used on somebody else (batch B1). Outcome: Survived.",
                "Treatment ended at northshire-community: Pharmacological. Mutually agreed planned exit.",
                "The episode at northshire-community ended: Treatment completed - drug-free.",
            ]
        );
    }

    #[test]
    fn lateness_and_precision_are_kept() {
        let story = Story::new()
            .told("2026-01-03", "2026-04-09", received("MDI"))
            .at("2026-04-10T09:30:00Z", unclassified("MDI"));
        let told = told(&story);
        assert_eq!(
            (told[0].days_late, told[0].occurred),
            (96, Occurred::On(day("2026-01-03")))
        );
        assert!(told[1].occurred.instant().is_some());
        assert_eq!(
            (told[1].days_late, told[1].event_type),
            (0, Some("custody.movement-unclassified"))
        );
    }

    #[test]
    fn what_does_not_fit_says_why() {
        let story = Story::new()
            .on("2026-01-10", received("MDI"))
            .on("2026-02-01", received("LEI"));
        let told = told(&story);
        assert!(told[0].conflicts.is_empty());
        assert_eq!(told[1].conflicts[0].code, "overlapping_prison_spell");
    }

    #[test]
    fn lines_stand_in_the_order_of_what_happened() {
        let story = Story::new().on("2026-02-01", released("MDI", ReleaseEffect::Community, None));
        let story = story.told("2026-01-10", "2026-02-02", received("MDI"));
        assert_eq!(told(&story)[0].event, event(2));
    }

    #[test]
    fn an_erased_fact_says_so() {
        let told = Story::new().on("2026-01-10", received("MDI")).history();
        let mut event = told.events()[0].clone();
        event.body = crate::event::Body::Erased;
        let history = History::new(vec![event]);
        let told = timeline(&history, &ReferenceData::bundled(), &directory());
        assert_eq!(
            (told[0].event_type, told[0].sentence.as_str()),
            (None, "What was recorded here has been erased.")
        );
    }

    /// Every fact about a person has a sentence, also where no list and no directory explains its codes.
    #[test]
    fn what_was_voided_is_shown_with_its_correction() {
        let story = Story::new().on("2026-03-01", issued(1, "2028-01-31")).on(
            "2026-03-04",
            EventVoided {
                event: event(1),
                reason: code("wrong_person"),
                replaced: Replaced::Elsewhere,
            },
        );
        let told = told(&story);
        assert_eq!(told[0].voided.as_ref().map(|voided| voided.by.by), Some(event(2)));
        assert_eq!(
            told[1].sentence,
            "An entry was voided and no longer counts: Entered on the wrong person. It was entered in the record \
             of the person it was about."
        );
        assert!(told[1].voided.is_none());
    }

    #[test]
    fn every_fact_has_a_sentence() {
        let mut facts: Vec<Fact> = vec![
            PersonRegistered {
                date_of_birth: None,
                sex: None,
                ethnicity: None,
            }
            .into(),
            IdentifierRecorded {
                kind: IdentifierKind::NhsNumber,
            }
            .into(),
            IdentifierWithdrawn {
                recorded_by: event(2),
            }
            .into(),
            DemographicsCorrected {
                date_of_birth: None,
                sex: None,
                ethnicity: None,
                alias: false,
                contradicts: Vec::new(),
            }
            .into(),
            DemographicsCorrected {
                date_of_birth: None,
                sex: None,
                ethnicity: None,
                alias: true,
                contradicts: Contradicted::ALL.to_vec(),
            }
            .into(),
            ResidenceRecorded {
                area: Some(area(NORTHSHIRE)),
                no_fixed_abode: true,
            }
            .into(),
            ResidenceRecorded {
                area: None,
                no_fixed_abode: false,
            }
            .into(),
            received("MDI").into(),
            Transferred {
                from: Some(prison("MDI")),
                to: None,
            }
            .into(),
            Transferred { from: None, to: None }.into(),
            SentToCourt { prison: None }.into(),
            ReturnedFromCourt { prison: None }.into(),
            TemporaryAbsenceStarted {
                prison: None,
                reason: code("R2"),
            }
            .into(),
            TemporaryAbsenceEnded { prison: None }.into(),
            unclassified("MDI").into(),
            released("MDI", ReleaseEffect::Community, None).into(),
            released("MDI", ReleaseEffect::Died, None).into(),
            released("MDI", ReleaseEffect::AtLarge, None).into(),
            released("MDI", ReleaseEffect::Abroad, None).into(),
            released("MDI", ReleaseEffect::RestrictedHospital, None).into(),
            released("MDI", ReleaseEffect::Hospital, None).into(),
            released("MDI", ReleaseEffect::NotARelease, None).into(),
            released("MDI", ReleaseEffect::Unknown, None).into(),
            ReleaseDetailsCompleted {
                release: event(1),
                area: Some(area(NORTHSHIRE)),
                no_fixed_abode: Some(true),
                referral_on_release: Some(code("declined")),
            }
            .into(),
            planned(1, "MDI", "2026-03-01", Some(NORTHSHIRE)).into(),
            ReleaseReplanned {
                plan: plan_id(9),
                planned_on: day("2026-03-01"),
            }
            .into(),
            ReleasePlanCancelled { plan: plan_id(9) }.into(),
            referral(1, "northshire-community").into(),
            accepted(9).into(),
            rejected(1).into(),
            withdrawn(1).into(),
            sent_on(1, 2).into(),
            triaged(1, "signposted").into(),
            opened(1, "northshire-community").into(),
            placed(1, "94").into(),
            taken_off(1).into(),
            started(1, 1, "76").into(),
            ContactRecorded {
                episode: episode_id(1),
            }
            .into(),
            referred_to(1, 3, "95").into(),
            first_offered(1, 3, "2026-03-05").into(),
            InterventionReviewed {
                episode: episode_id(1),
                intervention: intervention_id(1),
                components: vec![code("PSYMOTI")],
            }
            .into(),
            put_on_hold(1).into(),
            resumed(1).into(),
            bridged(1, Some("southshire-community"), "2026-03-01", "2026-03-14").into(),
            plan_agreed(1, "2026-06-01").into(),
            CarePlanRevised {
                episode: episode_id(1),
                goals: vec![code("housing")],
                review_on: day("2026-09-01"),
            }
            .into(),
            key_worker(1, "j.smith").into(),
            offered(
                1,
                AppointmentFor::Episode(episode_id(1)),
                "northshire-community",
                "2026-03-05",
            )
            .into(),
            AppointmentMoved {
                appointment: appointment_id(1),
                starts_at: "2026-03-06T10:00:00Z".parse().unwrap(),
            }
            .into(),
            attended(1).into(),
            missed(9).into(),
            AppointmentCancelled {
                appointment: appointment_id(1),
                by: code("service"),
            }
            .into(),
            ended(1, 9).into(),
            exit(1, "80").into(),
            issued(1, "2028-01-31").into(),
            in_property(2, "2028-01-31").into(),
            KitHandedOver { kit: kit_id(2) }.into(),
            used(1).into(),
            KitLost {
                kit: kit_id(1),
                reason: code("stolen"),
            }
            .into(),
            KitConfiscated {
                kit: kit_id(2),
                by: code("police"),
            }
            .into(),
            KitReturned { kit: kit_id(2) }.into(),
            NaloxoneOffered {
                service: service("northshire-community"),
                declined: Some(code("has_kit")),
            }
            .into(),
            KitRecallTold {
                kit: kit_id(1),
                recall: recall_id(1),
                how: code("telephone"),
                reached: true,
            }
            .into(),
            TrainingGiven {
                service: service("northshire-community"),
                expires_on: Some(day("2028-03-01")),
            }
            .into(),
            overdosed(1).into(),
            OverdoseReviewed {
                overdose: overdose_id(1),
                outcome: code("seen"),
            }
            .into(),
            reported_dead(1).into(),
            DeathConfirmed {
                death: death_id(1),
                source: code("coroner"),
            }
            .into(),
            DeathConcluded {
                death: death_id(1),
                conclusion: code("drug_related"),
                drug_related: true,
                alcohol_related: false,
            }
            .into(),
            DeathRejected {
                death: death_id(1),
                reason: code("seen_alive"),
            }
            .into(),
            ProviderChanged {
                contract: crate::id::ContractId(uuid::Uuid::from_u128(9)),
                from_service: service("northshire-community"),
                from_organisation: organisation("northshire"),
                to_service: service("southshire-community"),
                to_organisation: organisation("southshire"),
                to_kind: crate::fact::ServiceKind::Community,
            }
            .into(),
            profile(1, ProfileStage::Start).into(),
            rescinded(1).into(),
            followed_up(1, "not_reached").into(),
            raised(1, "housing").into(),
            raised(2, "cuckooing").into(),
            NeedCleared {
                need: need_id(1),
                reason: code("met"),
            }
            .into(),
            NeedCleared {
                need: need_id(9),
                reason: code("met"),
            }
            .into(),
            tagged(1, "rough_sleeper_grant", Some("2026-12-31")).into(),
            TagRemoved {
                tag: crate::id::TagId(uuid::Uuid::nil()),
            }
            .into(),
            moved_in(1, Some("2026-04-30")).into(),
            moved_out(1).into(),
            met("northshire-community").into(),
            RecordsMerged {
                merge: crate::id::MergeId(uuid::Uuid::nil()),
                surviving: crate::id::PersonId(uuid::Uuid::nil()),
                absorbed: crate::id::PersonId(uuid::Uuid::max()),
                attested: code("photo_compared"),
            }
            .into(),
            MergeUndone {
                merge: crate::id::MergeId(uuid::Uuid::nil()),
                reason: code("two_people"),
            }
            .into(),
            MarkedNeverToMatch {
                other: crate::id::PersonId(uuid::Uuid::max()),
                reason: code("twins"),
            }
            .into(),
            EventVoided {
                event: event(1),
                reason: code("wrong_person"),
                replaced: Replaced::Elsewhere,
            }
            .into(),
            ReplacementEntered {
                replaces: vec![event(9)],
                from_elsewhere: true,
            }
            .into(),
        ];
        facts.extend(of_police_and_courts());
        facts.extend(of_sharing());
        facts.extend(of_sight());
        facts.extend(of_protection());
        let types: std::collections::BTreeSet<_> = facts.iter().map(Fact::event_type).collect();
        assert_eq!(
            types.len(),
            EVENT_TYPES.len() - 24,
            "all but those of organisations, their members and stock"
        );
        let story = facts
            .into_iter()
            .fold(Story::new(), |story, fact| story.on("2026-03-01", fact));
        for reference in [ReferenceData::bundled(), ReferenceData::default()] {
            for entry in timeline(&story.history(), &reference, &Directory::default()) {
                let sentence = entry.sentence;
                assert!(
                    sentence.len() > 10 && sentence.ends_with('.') && !sentence.contains(".."),
                    "{sentence}"
                );
            }
        }
    }
}
