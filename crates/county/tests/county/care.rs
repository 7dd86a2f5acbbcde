//! What people see in a county: every state of a pathway, no mistakes of staff, rates near their sources.

use crate::support::{self, COUNTY, HISTORIES, PEOPLE, UNTIL, directory, share};
use std::collections::{BTreeMap, BTreeSet};
use throughcare_county::Plan;
use throughcare_domain::access::{Visibility, visibility};
use throughcare_domain::code::ServiceCode;
use throughcare_domain::continuity::{Answer, CareState, PrisonTreatment, Reading, ReleaseFacts, assess};
use throughcare_domain::event::Origin;
use throughcare_domain::fact::{ExitOutcome, Fact, ReleaseEffect, ServiceKind};
use throughcare_domain::history::History;
use throughcare_domain::rows::{RowKind, rows};
use throughcare_domain::state::{PersonState, ReferralStatus};
use throughcare_domain::stream::StreamId;
use throughcare_domain::view::Pathway;
use throughcare_domain::waiting::days_waited;
use throughcare_domain::when::{days_between, london_date};

/// What does not fit was sent by a machine; and some of it was, so that there is work to do.
#[test]
fn staff_make_no_conflicts_and_machines_make_some() {
    let mut codes = BTreeMap::new();
    for (stream, person) in PEOPLE.iter() {
        let machines: BTreeSet<_> = HISTORIES[stream]
            .events()
            .iter()
            .filter(|event| event.envelope.origin == Origin::Machine)
            .map(|event| event.envelope.id)
            .collect();
        for conflict in &person.conflicts {
            assert!(machines.contains(&conflict.event), "{}", conflict.code);
            *codes.entry(conflict.code).or_insert(0) += 1;
        }
    }
    println!("{codes:?}");
    assert!(
        codes.contains_key("already_recorded") && codes.contains_key("release_not_understood"),
        "{codes:?}"
    );
}

/// What staff add under a person's own address is about somebody whom their organisation sees, as over the
/// API. (A referral, an episode or a kit is addressed by its own id, and the access rules judge the sides.)
#[test]
fn staff_add_to_records_that_they_see() {
    let mut judged = 0;
    for history in HISTORIES.values() {
        for (index, event) in history.events().iter().enumerate() {
            let addressed = matches!(
                event.fact(),
                Some(
                    Fact::IdentifierRecorded(_)
                        | Fact::DemographicsCorrected(_)
                        | Fact::ResidenceRecorded(_)
                        | Fact::KitIssued(_)
                        | Fact::KitPlacedInProperty(_)
                )
            );
            let registers = event.envelope.correlation == history.events()[0].envelope.correlation;
            if !addressed || registers || event.envelope.origin == Origin::Machine {
                continue;
            }
            let before = History::new(history.events()[..index].to_vec());
            let actor = &event.envelope.actor;
            let seen = visibility(
                &before,
                &actor.organisation,
                actor.role,
                london_date(event.envelope.recorded_at),
            );
            assert_ne!(seen, Visibility::None, "{:?}", event.fact());
            judged += 1;
        }
    }
    assert!(judged > 500, "{judged}");
}

#[test]
fn every_state_of_a_pathway_is_there_on_the_last_day() {
    assert_every_state(PEOPLE.values());
}

#[test]
fn the_cast_alone_shows_every_state() {
    let few = support::people(&support::make(Plan::three_years(5, 33, UNTIL)));
    assert_every_state(few.values());
}

fn assert_every_state<'a>(people: impl Iterator<Item = &'a PersonState>) {
    let (mut settings, mut treatments, mut continuities) =
        (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for person in people {
        let pathway = Pathway::of(person, UNTIL);
        *settings.entry(pathway.setting.setting.as_str()).or_insert(0) += 1;
        *treatments.entry(pathway.treatment.status.as_str()).or_insert(0) += 1;
        *continuities
            .entry(pathway.continuity.status.as_str())
            .or_insert(0) += 1;
    }
    println!("{settings:?}\n{treatments:?}\n{continuities:?}");
    // No fact of this version puts anybody into police custody or residential treatment.
    for name in [
        "unknown",
        "community",
        "court",
        "prison",
        "hospital",
        "unlawfully_at_large",
        "abroad",
        "deceased",
    ] {
        assert!(settings.contains_key(name), "{name}: {settings:?}");
    }
    for name in [
        "not_in_treatment",
        "referred",
        "accepted",
        "triaged",
        "waiting",
        "on_hold",
        "in_treatment",
        "transferred_awaiting_pick_up",
        "exited_completed",
        "exited_unplanned",
        "exited_declined",
        "exited_died",
    ] {
        assert!(treatments.contains_key(name), "{name}: {treatments:?}");
    }
    for name in [
        "none_due",
        "release_planned",
        "due",
        "picked_up",
        "late",
        "not_found",
        "returned_to_custody",
        "died",
    ] {
        assert!(continuities.contains_key(name), "{name}: {continuities:?}");
    }
}

/// Appointments, prescriptions and holds are on somebody's list; two services that prescribe at once are an exception.
#[test]
fn the_lists_around_treatment_are_filled() {
    let directory = directory();
    let mut kinds = BTreeMap::new();
    for person in PEOPLE.values() {
        for row in rows(person, &directory) {
            if row.primary && row.is_on_list(UNTIL) {
                *kinds.entry(row.kind.as_str()).or_insert(0) += 1;
            }
        }
    }
    println!("{kinds:?}");
    for kind in [
        RowKind::AppointmentToCome,
        RowKind::AppointmentMissed,
        RowKind::PrescriptionToTakeOver,
        RowKind::PrescribedTwice,
    ] {
        assert!(kinds.contains_key(kind.as_str()), "{}: {kinds:?}", kind.as_str());
    }
    let treated = kinds[RowKind::Caseload.as_str()];
    assert!(
        50 * kinds[RowKind::PrescribedTwice.as_str()] < treated,
        "{kinds:?}"
    );
    let episodes = || PEOPLE.values().flat_map(|person| &person.episodes);
    assert!(episodes().any(|one| one.on_hold().is_some()));
    let named = episodes().filter(|one| one.key_worker().is_some()).count();
    assert!(
        named * 2
            > episodes()
                .filter(|one| one.kind == ServiceKind::Community)
                .count()
    );
    let waits: Vec<_> = episodes()
        .flat_map(|one| &one.referred)
        .filter_map(|one| Some((one.referred, one.first_offered?.1)))
        .filter_map(|(referred, offered)| days_waited(referred.date(), offered))
        .collect();
    assert!(
        waits.len() > 100 && waits.iter().any(|days| *days > 21),
        "{}",
        waits.len()
    );
}

fn releases() -> Vec<(StreamId, ReleaseFacts)> {
    let directory = directory();
    let all = PEOPLE.iter();
    all.flat_map(|(stream, person)| {
        ReleaseFacts::all(person, &directory)
            .into_iter()
            .map(|facts| (*stream, facts))
    })
    .collect()
}

/// 53 % in 2023-24 (`domain.md` 2).
#[test]
fn about_half_of_those_released_with_a_need_are_picked_up() {
    let reading = Reading::default();
    let counted: Vec<_> = releases()
        .into_iter()
        .filter(|(_, facts)| days_between(facts.released_on, UNTIL) > 21)
        .map(|(_, facts)| assess(&facts, UNTIL, &reading).national)
        .filter(|figure| figure.in_denominator == Answer::Yes)
        .collect();
    let picked_up = counted
        .iter()
        .filter(|figure| figure.in_numerator == Answer::Yes)
        .count();
    let percent = share("continuity", picked_up, counted.len());
    assert!((43.0..=63.0).contains(&percent), "{percent}");
}

#[test]
fn recent_releases_stand_in_every_state() {
    let reading = Reading::default();
    let recent: BTreeSet<&str> = releases()
        .iter()
        .filter(|(_, facts)| (0..=30).contains(&days_between(facts.released_on, UNTIL)))
        .map(|(_, facts)| assess(facts, UNTIL, &reading).state.as_str())
        .collect();
    for name in [
        "due",
        "picked_up",
        "not_found",
        "returned_to_custody",
        "died",
        "none_due",
    ] {
        assert!(recent.contains(name), "{name}: {recent:?}");
    }
}

/// 44 % opiate, 30 % alcohol only (`domain.md` 1.1).
#[test]
fn substances_are_those_of_the_adult_statistics() {
    let first = |person: &PersonState| {
        let referral = person.referrals.first()?;
        Some(
            referral
                .substances
                .iter()
                .map(|code| code.as_str().to_owned())
                .collect::<Vec<_>>(),
        )
    };
    let told: Vec<_> = PEOPLE.values().filter_map(first).collect();
    let opiate = told
        .iter()
        .filter(|codes| codes.iter().any(|code| matches!(code.as_str(), "1011" | "1000")))
        .count();
    let alcohol = told.iter().filter(|codes| **codes == ["7000"]).count();
    assert!((40.0..=49.0).contains(&share("opiate", opiate, told.len())));
    assert!((26.0..=34.0).contains(&share("alcohol only", alcohol, told.len())));
}

/// 17 % of opiate users who leave prison (`domain.md` 4).
#[test]
fn few_leave_prison_with_naloxone() {
    let (mut with, mut all) = (0, 0);
    for person in PEOPLE.values() {
        let opiates = person
            .referrals
            .iter()
            .any(|one| one.substances.iter().any(|code| code.as_str() == "1011"));
        for release in person
            .custody
            .releases
            .iter()
            .filter(|one| one.effect == ReleaseEffect::Community)
        {
            if opiates && !release.from_court {
                all += 1;
                let day = release.at.date();
                let kit = person.kits.iter().any(|kit| {
                    kit.in_property.is_some() && kit.supplied.is_some_and(|supplied| supplied.date() == day)
                });
                with += usize::from(kit);
            }
        }
    }
    assert!((10.0..=25.0).contains(&share("naloxone at the gate", with, all)));
}

/// 40 % within six weeks (`domain.md` 8, paper 001).
#[test]
fn two_in_five_arrest_referrals_are_triaged_within_six_weeks() {
    let old: Vec<_> = PEOPLE
        .values()
        .flat_map(|person| &person.referrals)
        .filter(|one| one.source.as_str() == "arrest_referral")
        .filter(|one| days_between(one.received.date(), UNTIL) > 100)
        .collect();
    let in_time = old.iter().filter(|one| {
        let treated = one
            .triaged
            .as_ref()
            .filter(|(_, outcome)| outcome.as_str() != "did_not_engage");
        treated.is_some_and(|(at, _)| days_between(one.received.date(), at.date()) <= 42)
    });
    assert!((28.0..=50.0).contains(&share(
        "arrest referrals in six weeks",
        in_time.count(),
        old.len()
    )));
}

/// About 60,000 of 330,000 (`design.md`, "Scale").
#[test]
fn about_one_in_five_passes_through_prison() {
    let inside = PEOPLE
        .values()
        .filter(|person| !person.custody.spells.is_empty())
        .count();
    assert!((13.0..=23.0).contains(&share("passed through prison", inside, PEOPLE.len())));
}

#[test]
fn worklists_of_the_community_service_have_work() {
    let service = ServiceCode::parse("northshire-community").unwrap();
    let open = |status| {
        let referrals = PEOPLE.values().flat_map(|person| &person.referrals);
        referrals
            .filter(|one| one.to_service == service && one.status() == status)
            .count()
    };
    let (received, accepted) = (open(ReferralStatus::Received), open(ReferralStatus::Accepted));
    let episodes = || {
        PEOPLE
            .values()
            .flat_map(|person| &person.episodes)
            .filter(|one| one.service == service)
    };
    let waiting = episodes().filter(|one| one.open_wait().is_some()).count();
    let caseload = episodes().filter(|one| one.exit.is_none()).count();
    let planned = PEOPLE
        .values()
        .flat_map(|person| &person.plans)
        .filter(|plan| plan.is_open())
        .count();
    println!(
        "received {received}, accepted {accepted}, waiting {waiting}, caseload {caseload}, planned {planned}"
    );
    assert!(received >= 5 && accepted >= 10 && waiting >= 5 && caseload >= 200 && planned >= 5);
}

/// A stay open for treatment in prison may end in no exit only while it goes on.
#[test]
fn nobody_is_treated_in_prison_long_after_release() {
    for person in PEOPLE.values() {
        let free = person.custody.open_spell().is_none();
        let last = person.custody.releases.last();
        for episode in person
            .episodes
            .iter()
            .filter(|one| one.kind == ServiceKind::Prison && one.exit.is_none())
        {
            let recent = last.is_some_and(|release| days_between(release.at.date(), UNTIL) < 40);
            assert!(!free || recent, "{:?}", episode.opened);
        }
    }
}

#[test]
fn naloxone_is_issued_used_and_replaced() {
    let kits: Vec<_> = PEOPLE.values().flat_map(|person| &person.kits).collect();
    let used = kits.iter().filter(|kit| kit.used.is_some()).count();
    let replaced = kits.iter().filter(|kit| kit.replaces.is_some()).count();
    println!("{} kits, {used} used, {replaced} replaced", kits.len());
    assert!(used >= 20 && replaced >= 10 && kits.len() > 300);
}

#[test]
fn exits_of_every_meaning_are_recorded() {
    let outcomes: BTreeSet<String> = PEOPLE
        .values()
        .flat_map(|person| &person.episodes)
        .filter_map(|episode| episode.exit.as_ref())
        .map(|exit| format!("{:?}", exit.outcome))
        .collect();
    for outcome in [
        ExitOutcome::SuccessfulCompletion,
        ExitOutcome::Transfer,
        ExitOutcome::Unplanned,
        ExitOutcome::Declined,
        ExitOutcome::Death,
    ] {
        assert!(outcomes.contains(&format!("{outcome:?}")), "{outcome:?}");
    }
}

#[test]
fn messages_come_late_and_twice_and_wait_for_their_person() {
    let movements = || {
        let told = COUNTY
            .entries
            .iter()
            .filter(|entry| entry.actor.client == "prison-movements");
        told.filter(|entry| entry.drafts[0].fact.event_type().starts_with("custody."))
    };
    let late = movements().filter(|entry| {
        days_between(
            entry.drafts[0].occurred.date(),
            throughcare_domain::when::london_date(entry.received_at),
        ) >= 1
    });
    assert!(late.count() >= 20);
    assert!(movements().any(|entry| entry.received_at < entry.recorded_at));
}

#[test]
fn the_handful_is_what_it_says() {
    let shown = &COUNTY.shown;
    let state =
        |person: Option<throughcare_domain::id::PersonId>| &PEOPLE[&StreamId::person(person.unwrap())];
    let lost = state(shown.lost_at_the_gate);
    let pathway = Pathway::of(lost, UNTIL);
    assert_eq!(
        (pathway.continuity.status.as_str(), pathway.continuity.day),
        ("due", Some(19))
    );
    assert_eq!(
        lost.custody.releases.last().map(|release| release.id()),
        shown.lost_release
    );
    let facts = ReleaseFacts::all(lost, &directory());
    assert!(matches!(facts[0].prison_treatment, PrisonTreatment::Ended { .. }));
    assert!(matches!(
        assess(&facts[0], UNTIL, &Reading::default()).state,
        CareState::Due { day: 19 }
    ));
    assert_eq!(
        facts[0]
            .owners
            .iter()
            .map(ServiceCode::as_str)
            .collect::<Vec<_>>(),
        ["northshire-community", "northshire-young-people"]
    );

    let treated = Pathway::of(state(shown.in_treatment), UNTIL).treatment;
    assert_eq!(treated.status.as_str(), "in_treatment");

    let referral = state(shown.referred)
        .referral(shown.open_referral.unwrap())
        .unwrap();
    assert_eq!(referral.status(), ReferralStatus::Received);
    assert_eq!(referral.to_service.as_str(), "northshire-community");

    let plan = state(shown.planned).plans.last().unwrap();
    assert!(Some(plan.id) == shown.planned_release && plan.is_open());
    assert_eq!(days_between(UNTIL, plan.planned_on), 10);
}

#[test]
fn facts_of_every_kind_that_people_have_are_there() {
    let seen: BTreeSet<&str> = COUNTY
        .entries
        .iter()
        .flat_map(|entry| &entry.drafts)
        .map(|draft| draft.fact.event_type())
        .collect();
    let missing: Vec<_> = throughcare_domain::fact::EVENT_TYPES
        .iter()
        .filter(|name| !seen.contains(**name))
        .collect();
    println!("not in this county: {missing:?}");
    // Withdrawn identifiers would need claims taken back; services stay open, and the contract that moved stays moved.
    // Nobody looks in an emergency and nobody is erased; who may act for whom is granted by the program that serves it.
    // A county's maker tells of one person at a time; records are joined by whoever sees that two are one person's.
    let expected = [
        "identity.records-merged",
        "identity.merge-undone",
        "identity.marked-never-to-match",
        "protection.erasure-asked",
        "protection.erasure-confirmed",
        "protection.erasure-taken-back",
        "protection.hold-placed",
        "protection.hold-lifted",
        "organisation.person-erased",
        "organisation.record-sealed",
        "organisation.seal-changed",
        "organisation.seal-lifted",
        "organisation.client-registered",
        "organisation.client-restricted",
        "organisation.client-revoked",
        "organisation.member-granted",
        "organisation.membership-changed",
        "organisation.membership-ended",
        "sharing.glass-broken",
        "sharing.glass-reviewed",
        "organisation.service-closed",
        "organisation.contract-move-undone",
        "identity.identifier-withdrawn",
    ];
    assert!(missing.iter().all(|name| expected.contains(name)), "{missing:?}");
}
