//! Wild histories: facts that need not fit each other, over a number of days.

mod justice;
mod protection;
mod sharing;
mod sight;

use crate::story::{POLICE, PRISON_CARE, SUNDERLAND, code, day, event, noon, service};
use jiff::{ToSpan, tz::TimeZone};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use throughcare_domain::code::{OrganisationCode, PrisonCode, UserName};
use throughcare_domain::event::{Origin, RecordedEvent};
use throughcare_domain::fact::*;
use throughcare_domain::id::{
    AppointmentId, ContractId, DeathId, EpisodeId, EventId, InterventionId, KitId, NeedId, OverdoseId,
    PlacementId, PlanId, ReferralId, TagId,
};
use throughcare_domain::when::Occurred;
use uuid::Uuid;

/// One of two ids, so that facts of one history meet.
fn few<T: From<Uuid> + std::fmt::Debug>() -> impl Strategy<Value = T> {
    (1u128..=2).prop_map(|id| T::from(Uuid::from_u128(id)))
}

fn prison() -> impl Strategy<Value = Option<PrisonCode>> {
    select(vec![None, Some("MDI"), Some("LEI")])
        .prop_map(|code| code.map(|code| PrisonCode::parse(code).unwrap()))
}

fn movement_fact() -> impl Strategy<Value = Fact> {
    let effect = select(vec![
        ReleaseEffect::Community,
        ReleaseEffect::Community,
        ReleaseEffect::Died,
        ReleaseEffect::AtLarge,
        ReleaseEffect::RestrictedHospital,
        ReleaseEffect::Unknown,
    ]);
    prop_oneof![
        (prison(), any::<bool>()).prop_map(|(prison, recall)| Received {
            prison,
            reason: code("N"),
            recall
        }
        .into()),
        (prison(), prison()).prop_map(|(from, to)| Transferred { from, to }.into()),
        prison().prop_map(|prison| SentToCourt { prison }.into()),
        prison().prop_map(|prison| ReturnedFromCourt { prison }.into()),
        prison().prop_map(|prison| TemporaryAbsenceStarted {
            prison,
            reason: code("C3")
        }
        .into()),
        prison().prop_map(|prison| TemporaryAbsenceEnded { prison }.into()),
        (prison(), effect).prop_map(|(prison, effect)| {
            Released {
                prison,
                reason: code("CR"),
                effect,
                area: None,
                no_fixed_abode: false,
                referral_on_release: None,
            }
            .into()
        }),
        (few::<EventId>(), any::<Option<bool>>()).prop_map(|(release, no_fixed_abode)| {
            ReleaseDetailsCompleted {
                release,
                area: None,
                no_fixed_abode,
                referral_on_release: None,
            }
            .into()
        }),
    ]
}

fn plan_fact() -> impl Strategy<Value = Fact> {
    prop_oneof![
        few::<PlanId>().prop_map(|plan| {
            let prison = PrisonCode::parse("MDI").unwrap();
            ReleasePlanned {
                plan,
                prison,
                planned_on: day("2026-02-01"),
                area: None,
                no_fixed_abode: false,
            }
            .into()
        }),
        few::<PlanId>().prop_map(|plan| ReleaseReplanned {
            plan,
            planned_on: day("2026-02-09")
        }
        .into()),
        few::<PlanId>().prop_map(|plan| ReleasePlanCancelled { plan }.into()),
    ]
}

fn referral_fact() -> impl Strategy<Value = Fact> {
    let organisation = || OrganisationCode::parse(SUNDERLAND).unwrap();
    prop_oneof![
        few::<ReferralId>().prop_map(move |referral| {
            ReferralReceived {
                referral,
                source: code("arrest_referral"),
                from_organisation: organisation(),
                from_service: None,
                to_service: service(SUNDERLAND),
                to_organisation: organisation(),
                to_kind: ServiceKind::Community,
                transfer_of: None,
                substances: vec![code("1011")],
            }
            .into()
        }),
        few::<ReferralId>().prop_map(|referral| ReferralAccepted { referral }.into()),
        few::<ReferralId>().prop_map(|referral| ReferralRejected {
            referral,
            reason: code("other")
        }
        .into()),
        few::<ReferralId>().prop_map(|referral| ReferralWithdrawn {
            referral,
            reason: code("other")
        }
        .into()),
        (few::<ReferralId>(), few::<ReferralId>()).prop_map(|(referral, onward)| ReferralSentOn {
            referral,
            onward
        }
        .into()),
        (few::<ReferralId>(), any::<bool>()).prop_map(|(referral, treatment_needed)| {
            Triaged {
                referral,
                outcome: code("treatment_needed"),
                treatment_needed,
                substances: Vec::new(),
            }
            .into()
        }),
    ]
}

fn care_fact() -> impl Strategy<Value = Fact> {
    let kind = select(vec![ServiceKind::Community, ServiceKind::Prison]);
    let exits = select(vec![
        ("80", ExitOutcome::SuccessfulCompletion),
        ("83", ExitOutcome::Transfer),
        ("85", ExitOutcome::Unplanned),
        ("89", ExitOutcome::Death),
    ]);
    prop_oneof![
        (few::<EpisodeId>(), few::<ReferralId>(), kind).prop_map(|(episode, referral, kind)| {
            let organisation = OrganisationCode::parse(SUNDERLAND).unwrap();
            let treats = match kind {
                ServiceKind::Prison => PRISON_CARE,
                _ => SUNDERLAND,
            };
            EpisodeOpened {
                episode,
                service: service(treats),
                organisation,
                kind,
                referral: Some(referral),
            }
            .into()
        }),
        few::<EpisodeId>().prop_map(|episode| PlacedOnWaitingList {
            episode,
            intervention: code("94")
        }
        .into()),
        few::<EpisodeId>().prop_map(|episode| TakenOffWaitingList {
            episode,
            reason: code("other")
        }
        .into()),
        (few::<EpisodeId>(), few::<InterventionId>(), any::<bool>()).prop_map(
            |(episode, intervention, structured)| {
                InterventionStarted {
                    episode,
                    intervention,
                    code: code("94"),
                    structured,
                    setting: code("community"),
                }
                .into()
            }
        ),
        few::<EpisodeId>().prop_map(|episode| ContactRecorded { episode }.into()),
        (few::<EpisodeId>(), few::<InterventionId>()).prop_map(|(episode, intervention)| InterventionEnded {
            episode,
            intervention,
            exit: code("A")
        }
        .into()),
        (few::<EpisodeId>(), exits).prop_map(|(episode, (reason, outcome))| {
            ExitRecorded {
                episode,
                reason: code(reason),
                outcome,
                profile: None,
            }
            .into()
        }),
    ]
}

fn course_fact() -> impl Strategy<Value = Fact> {
    let when = || select(vec!["2026-01-05", "2026-01-20", "2026-02-10"]).prop_map(day);
    prop_oneof![
        (few::<EpisodeId>(), few::<InterventionId>()).prop_map(|(episode, intervention)| {
            InterventionReferred {
                episode,
                intervention,
                code: code("94"),
                setting: code("community"),
            }
            .into()
        }),
        (few::<EpisodeId>(), few::<InterventionId>(), when()).prop_map(
            |(episode, intervention, offered_for)| {
                FirstAppointmentOffered {
                    episode,
                    intervention,
                    offered_for,
                }
                .into()
            }
        ),
        (few::<EpisodeId>(), few::<InterventionId>()).prop_map(|(episode, intervention)| {
            InterventionReviewed {
                episode,
                intervention,
                components: vec![code("PHMAIN")],
            }
            .into()
        }),
        few::<EpisodeId>().prop_map(|episode| PutOnHold {
            episode,
            reason: code("away")
        }
        .into()),
        few::<EpisodeId>().prop_map(|episode| Resumed { episode }.into()),
        (few::<EpisodeId>(), any::<bool>(), when(), when()).prop_map(|(episode, named, from, until)| {
            PrescriptionBridged {
                episode,
                to_service: named.then(|| service(SUNDERLAND)),
                medicine: code("methadone"),
                opioid: true,
                from,
                until,
            }
            .into()
        }),
        (few::<EpisodeId>(), when()).prop_map(|(episode, review_on)| CarePlanAgreed {
            episode,
            goals: vec![code("housing")],
            review_on
        }
        .into()),
        (few::<EpisodeId>(), when()).prop_map(|(episode, review_on)| CarePlanRevised {
            episode,
            goals: vec![code("family")],
            review_on
        }
        .into()),
        (few::<EpisodeId>(), select(vec!["j.smith", "a.jones"])).prop_map(|(episode, name)| {
            KeyWorkerAssigned {
                episode,
                key_worker: UserName::parse(name).unwrap(),
            }
            .into()
        }),
    ]
}

fn appointment_fact() -> impl Strategy<Value = Fact> {
    let starts = || (0i64..70 * 24).prop_map(|hours| noon(day("2026-01-01")) + hours.hours());
    let about = prop_oneof![
        few().prop_map(AppointmentFor::Referral),
        few().prop_map(AppointmentFor::Episode),
    ];
    prop_oneof![
        2 => (few::<AppointmentId>(), about, proptest::option::of(few::<InterventionId>()), starts()).prop_map(
            |(appointment, about, intervention, starts_at)| {
                AppointmentOffered {
                    appointment,
                    about,
                    intervention,
                    service: service(SUNDERLAND),
                    starts_at,
                    kind: code("triage"),
                }
                .into()
            }
        ),
        1 => (few::<AppointmentId>(), starts()).prop_map(|(appointment, starts_at)| AppointmentMoved {
            appointment,
            starts_at
        }
        .into()),
        1 => few::<AppointmentId>().prop_map(|appointment| AppointmentAttended { appointment }.into()),
        1 => few::<AppointmentId>().prop_map(|appointment| AppointmentMissed {
            appointment,
            reason: code("forgot")
        }
        .into()),
        1 => few::<AppointmentId>().prop_map(|appointment| AppointmentCancelled {
            appointment,
            by: code("person")
        }
        .into()),
    ]
}

fn kit_fact() -> impl Strategy<Value = Fact> {
    let pack = || Pack {
        product: code("nyxoid"),
        batch: code("LOT-A1"),
        expires_on: day("2026-02-10"),
        doses: 2,
    };
    prop_oneof![
        few::<KitId>().prop_map(move |kit| {
            KitIssued {
                kit,
                pack: pack(),
                service: service(SUNDERLAND),
                replaces: None,
            }
            .into()
        }),
        few::<KitId>().prop_map(move |kit| {
            let prison = PrisonCode::parse("MDI").unwrap();
            KitPlacedInProperty {
                kit,
                pack: pack(),
                service: service(SUNDERLAND),
                prison,
            }
            .into()
        }),
        few::<KitId>().prop_map(|kit| KitHandedOver { kit }.into()),
        few::<KitId>().prop_map(|kit| KitLost {
            kit,
            reason: code("lost")
        }
        .into()),
        few::<KitId>().prop_map(|kit| KitConfiscated {
            kit,
            by: code("police")
        }
        .into()),
        few::<KitId>().prop_map(|kit| KitReturned { kit }.into()),
        (few::<KitId>(), any::<bool>()).prop_map(|(kit, reached)| {
            KitRecallTold {
                kit,
                recall: throughcare_domain::id::RecallId(Uuid::from_u128(1)),
                how: code("telephone"),
                reached,
            }
            .into()
        }),
        few::<KitId>().prop_map(|kit| {
            KitUsed {
                kit,
                doses: None,
                used_on: UsedOn::Holder,
                outcome: code("survived"),
                place: None,
            }
            .into()
        }),
    ]
}

fn harm_fact() -> impl Strategy<Value = Fact> {
    prop_oneof![
        few::<OverdoseId>().prop_map(|overdose| {
            OverdoseReported {
                overdose,
                outcome: code("hospital"),
                substances: Vec::new(),
                place: None,
                naloxone_given: None,
                ambulance_called: None,
            }
            .into()
        }),
        few::<OverdoseId>().prop_map(|overdose| OverdoseReviewed {
            overdose,
            outcome: code("seen")
        }
        .into()),
        few::<DeathId>().prop_map(|death| {
            DeathReported {
                death,
                source: code("family"),
                suspected: code("drugs"),
            }
            .into()
        }),
        few::<DeathId>().prop_map(|death| DeathConfirmed {
            death,
            source: code("coroner")
        }
        .into()),
        few::<DeathId>().prop_map(|death| DeathRejected {
            death,
            reason: code("seen_alive")
        }
        .into()),
    ]
}

fn outcome_fact() -> impl Strategy<Value = Fact> {
    let stages = select(ProfileStage::ALL.to_vec());
    prop_oneof![
        (few::<EpisodeId>(), stages, any::<bool>(), 0u8..3).prop_map(
            |(episode, stage, co_ordinates, opiate_days)| {
                OutcomeProfileRecorded {
                    episode,
                    stage,
                    co_ordinates,
                    items: ProfileItems {
                        opiate_days: Some(opiate_days),
                        ..ProfileItems::default()
                    },
                }
                .into()
            }
        ),
        few::<EpisodeId>().prop_map(|episode| ExitRescinded {
            episode,
            reason: code("other")
        }
        .into()),
        (few::<EpisodeId>(), any::<bool>()).prop_map(|(episode, ends)| FollowUpRecorded {
            episode,
            outcome: code("not_reached"),
            ends
        }
        .into()),
    ]
}

fn beside_fact() -> impl Strategy<Value = Fact> {
    let organisation = || OrganisationCode::parse(SUNDERLAND).unwrap();
    let needs = select(vec![("housing", false), ("cuckooing", true)]);
    prop_oneof![
        (few::<NeedId>(), needs).prop_map(move |(need, (kind, restricted))| {
            NeedRaised {
                need,
                code: code(kind),
                restricted,
                organisation: organisation(),
                service: None,
            }
            .into()
        }),
        few::<NeedId>().prop_map(|need| NeedCleared {
            need,
            reason: code("met")
        }
        .into()),
        few::<TagId>().prop_map(move |tag| {
            TagAdded {
                tag,
                code: code("rough_sleeper_grant"),
                organisation: organisation(),
                until: Some(day("2026-01-20")),
            }
            .into()
        }),
        few::<TagId>().prop_map(|tag| TagRemoved { tag }.into()),
        few::<PlacementId>().prop_map(move |placement| {
            PlacementStarted {
                placement,
                kind: code("detox"),
                service: service(SUNDERLAND),
                organisation: organisation(),
                provider_service: None,
                provider: None,
                commissioner: None,
                commissioner_area: None,
                planned_until: None,
            }
            .into()
        }),
        few::<PlacementId>().prop_map(|placement| PlacementEnded {
            placement,
            reason: code("completed")
        }
        .into()),
        Just(
            OutreachContactRecorded {
                service: service(SUNDERLAND),
                organisation: organisation(),
                place: code("street"),
                outcome: code("talked"),
            }
            .into()
        ),
    ]
}

fn any_fact() -> impl Strategy<Value = Fact> {
    let born = select(vec![None, Some(day("1990-05-17")), Some(day("2026-01-20"))]);
    prop_oneof![
        1 => born.prop_map(|date_of_birth| PersonRegistered { date_of_birth, sex: None, ethnicity: None }.into()),
        6 => movement_fact(),
        1 => plan_fact(),
        3 => referral_fact(),
        6 => care_fact(),
        3 => course_fact(),
        2 => appointment_fact(),
        2 => kit_fact(),
        2 => harm_fact(),
        1 => few::<ContractId>().prop_map(|contract| {
            let organisation = || OrganisationCode::parse(SUNDERLAND).unwrap();
            ProviderChanged {
                contract,
                from_service: service(SUNDERLAND),
                from_organisation: organisation(),
                to_service: service("gateshead"),
                to_organisation: organisation(),
                to_kind: ServiceKind::Community,
            }.into()
        }),
        2 => outcome_fact(),
        2 => beside_fact(),
        3 => justice::justice_fact(),
        3 => sharing::sharing_fact(),
        1 => sight::sight_fact(),
        1 => protection::protection_fact(),
        1 => few::<EventId>().prop_map(|event| {
            EventVoided { event, reason: code("entered_in_error"), replaced: Replaced::No }.into()
        }),
    ]
}

/// Facts over so many days, by date or by moment, recorded in the order given; ids 1, 2, 3, … so that details of
/// a release can meet it.
pub fn any_history(days: i32, most: usize) -> impl Strategy<Value = Vec<RecordedEvent>> {
    history_of(days, most, any_fact())
}

/// Holds and resumptions of two episodes, which may not be opened, and start profiles.
pub fn any_rests(days: i32, most: usize) -> impl Strategy<Value = Vec<RecordedEvent>> {
    let hold = few::<EpisodeId>().prop_map(|episode| {
        PutOnHold {
            episode,
            reason: code("away"),
        }
        .into()
    });
    let fact = prop_oneof![
        1 => few::<EpisodeId>().prop_map(|episode| {
            EpisodeOpened {
                episode,
                service: service(SUNDERLAND),
                organisation: OrganisationCode::parse(SUNDERLAND).unwrap(),
                kind: ServiceKind::Community,
                referral: None,
            }
            .into()
        }),
        3 => hold,
        3 => few::<EpisodeId>().prop_map(|episode| Resumed { episode }.into()),
        1 => few::<EpisodeId>().prop_map(|episode| {
            OutcomeProfileRecorded {
                episode,
                stage: ProfileStage::Start,
                co_ordinates: true,
                items: ProfileItems::default(),
            }
            .into()
        }),
    ];
    history_of(days, most, fact)
}

fn history_of(
    days: i32,
    most: usize,
    fact: impl Strategy<Value = Fact>,
) -> impl Strategy<Value = Vec<RecordedEvent>> {
    vec((0..days, proptest::option::of(0i64..1440), fact), 0..most).prop_map(|told| {
        let organisation = OrganisationCode::parse(POLICE).unwrap();
        told.into_iter()
            .zip(1u64..)
            .map(|((days, minute, fact), position)| {
                let on = day("2026-01-01").checked_add(days.days()).unwrap();
                let occurred = minute.map_or(Occurred::On(on), |minute| {
                    let midnight = on.to_zoned(TimeZone::UTC).unwrap().timestamp();
                    Occurred::At(midnight + minute.minutes())
                });
                let recorded = noon(day("2026-03-01"));
                let id = Uuid::from_u128(u128::from(position)).into();
                event(
                    id,
                    occurred,
                    recorded,
                    position,
                    Origin::Machine,
                    organisation.clone(),
                    fact,
                )
            })
            .collect()
    })
}
