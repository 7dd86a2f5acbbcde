//! What becomes of services in the county's years: a contract moves, young people grow up, naloxone comes and goes.

use crate::support::{COUNTY, HISTORIES, PEOPLE, REFERENCE, UNTIL, directory, make};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use throughcare_county::{Entry, Maker, Plan};
use throughcare_domain::code::ServiceCode;
use throughcare_domain::directory::{Contract, Directory};
use throughcare_domain::event::{Origin, RecordedEvent};
use throughcare_domain::fact::{Fact, ServiceKind};
use throughcare_domain::rows::{GoesOver, RowKind, rows};
use throughcare_domain::stock::ServiceStock;
use throughcare_domain::stream::StreamKind;
use throughcare_domain::when::{days_between, london_date};

fn contract(directory: &Directory) -> &Contract {
    let mut contracts = directory.contracts();
    let contract = contracts.next().expect("a contract moves");
    assert!(contracts.next().is_none(), "one contract moves");
    contract
}

#[test]
fn one_contract_moves_well_within_the_years_of_every_plan() {
    let maker = |plan: Plan| {
        let maker = Maker::new(plan, &REFERENCE).unwrap();
        contract(maker.directory()).told.on
    };
    let three_years = Plan::three_years(7, 10, UNTIL);
    let half_a_year = Plan {
        from: jiff::civil::date(2026, 5, 26),
        ..three_years
    };
    for plan in [three_years, half_a_year] {
        let on = maker(plan);
        assert!(
            days_between(plan.from, on) > 90 && days_between(on, plan.until) > 30,
            "{on}"
        );
    }
}

/// Who there was, as whoever recorded something at an instant knew it: the lists' lines are of that.
fn known_at(instants: &BTreeSet<Timestamp>) -> BTreeMap<Timestamp, Directory> {
    let maker = Maker::new(COUNTY.plan, &REFERENCE).expect("a county");
    let entries = || maker.opening().iter().chain(maker.services());
    let of = |entry: &&Entry| entry.stream.kind == StreamKind::Organisation;
    let mut times: Vec<Timestamp> = entries().filter(of).map(|entry| entry.recorded_at).collect();
    times.dedup();
    let folded: BTreeMap<Timestamp, Directory> = times[times.len() - 20..]
        .iter()
        .map(|at| {
            let told = entries().filter(of).filter(|entry| entry.recorded_at <= *at);
            let events: Vec<_> = told.flat_map(|entry| entry.recorded()).collect();
            (*at, Directory::fold(&events))
        })
        .collect();
    let known = |at: &Timestamp| folded.range(..=at).next_back().map(|(_, one)| (*at, one.clone()));
    instants.iter().filter_map(known).collect()
}

#[test]
fn everybody_with_something_open_goes_over_and_nobody_is_left_behind() {
    let directory = directory();
    let contract = contract(&directory);
    let (told, goes) = (&contract.told, GoesOver::on(contract.told.on));
    let last = |stream| HISTORIES[stream].events().last().unwrap().envelope.recorded_at;
    let known = known_at(&PEOPLE.keys().map(last).collect());
    let (mut gone, mut stayed) = (0, 0);
    for (stream, person) in PEOPLE.iter() {
        let lines = rows(person, known.get(&last(stream)).unwrap_or(&directory));
        let left = lines
            .iter()
            .find(|line| goes.takes(line, &told.from_service, told.on));
        assert!(left.is_none(), "{}: {left:?}", stream.id);
        match person.provider_changes.as_slice() {
            [change] => {
                assert_eq!(
                    (change.contract, &change.to_service),
                    (told.contract, &told.to_service)
                );
                gone += 1;
            }
            [] => stayed += usize::from(person.episodes.iter().any(|one| one.service == told.from_service)),
            several => panic!("{several:?}"),
        }
    }
    let mut kits = BTreeMap::<_, usize>::new();
    for kit in PEOPLE.values().flat_map(|person| &person.kits) {
        *kits.entry(kit.service.clone()).or_default() += 1;
    }
    println!("{kits:?}");
    println!("{gone} went over, {stayed} had left before");
    assert!(gone > 40 && stayed > 40, "{gone} {stayed}");
}

/// Negative control of the test above: without the facts that the program records, people are left behind.
#[test]
fn without_the_programs_facts_people_would_be_left_behind() {
    let directory = directory();
    let contract = contract(&directory);
    let (told, goes) = (&contract.told, GoesOver::on(contract.told.on));
    let behind = HISTORIES.values().filter(|history| {
        let told_by = |event: &&RecordedEvent| !matches!(event.fact(), Some(Fact::ProviderChanged(_)));
        let state = throughcare_domain::state::PersonState::fold(history.events().iter().filter(told_by));
        rows(&state, &directory)
            .iter()
            .any(|line| goes.takes(line, &told.from_service, told.on))
    });
    assert!(behind.count() > 40);
}

/// As the program does it: in its own name, caused by the contract, once its day has come.
#[test]
fn the_program_tells_of_the_move_and_staff_of_the_service_that_took_over_go_on() {
    let directory = directory();
    let contract = contract(&directory);
    let told = &contract.told;
    let mut worked_on = 0;
    for history in HISTORIES.values() {
        let mut gone = false;
        for event in history.events() {
            let actor = &event.envelope.actor;
            if matches!(event.fact(), Some(Fact::ProviderChanged(_))) {
                assert_eq!(event.envelope.occurred.date(), told.on);
                assert!(london_date(event.envelope.recorded_at) >= told.on);
                assert_eq!(event.envelope.causation, Some(contract.by));
                assert_eq!(
                    (event.envelope.origin, actor.client.as_str()),
                    (Origin::Machine, "throughcare")
                );
                assert_eq!(actor.organisation, told.to_organisation);
                gone = true;
            } else if gone && actor.organisation == contract.from_organisation {
                // What it recorded itself it may put right.
                assert!(
                    matches!(
                        event.fact(),
                        Some(Fact::EventVoided(_) | Fact::ReplacementEntered(_) | Fact::ContactRecorded(_))
                    ),
                    "{:?}",
                    event.fact()
                );
            } else if gone && actor.organisation == told.to_organisation {
                worked_on += 1;
            }
        }
    }
    assert!(worked_on > 300, "{worked_on}");
}

#[test]
fn no_figure_takes_the_move_for_exits_and_new_presentations() {
    let directory = directory();
    let on = contract(&directory).told.on;
    let near = |day| days_between(on, day).abs() <= 1;
    let moved = |person: &&throughcare_domain::state::PersonState| !person.provider_changes.is_empty();
    let episodes: Vec<_> = PEOPLE
        .values()
        .filter(moved)
        .flat_map(|person| &person.episodes)
        .collect();
    let exits = episodes
        .iter()
        .filter(|one| one.exit.as_ref().is_some_and(|exit| near(exit.at.date())));
    let opened = episodes.iter().filter(|one| near(one.opened.date()));
    assert!(exits.count() * 20 < episodes.len() && opened.count() * 20 < episodes.len());
}

#[test]
fn whoever_comes_after_the_move_comes_to_the_service_that_took_over() {
    let directory = directory();
    let told = &contract(&directory).told;
    let mut came = 0;
    for referral in PEOPLE.values().flat_map(|person| &person.referrals) {
        came += usize::from(referral.to_service == told.to_service);
        assert!(referral.to_service != told.from_service || referral.received.date() <= told.on);
    }
    assert!(came > 30, "{came}");
}

#[test]
fn young_people_grow_up_in_treatment_and_some_are_about_to() {
    let young = |one: &&throughcare_domain::state::Episode| one.kind == ServiceKind::YoungPeople;
    let mut handed_over = 0;
    for person in PEOPLE.values() {
        let left = person
            .episodes
            .iter()
            .filter(young)
            .filter_map(|one| one.exit.as_ref());
        for exit in left.filter(|exit| exit.reason.as_str() == "97") {
            let mut adult = person
                .episodes
                .iter()
                .filter(|one| one.kind == ServiceKind::Community);
            let picked_up =
                adult.any(|one| (0..=21).contains(&days_between(exit.at.date(), one.opened.date())));
            assert!(picked_up || days_between(exit.at.date(), UNTIL) <= 30);
            handed_over += usize::from(picked_up);
        }
    }
    println!("{handed_over} handed over at eighteen");
    assert!(handed_over >= 2, "{handed_over}");
    let directory = directory();
    let due = PEOPLE.values().flat_map(|person| rows(person, &directory));
    let due = due.filter(|row| row.kind == RowKind::TransitionDue && row.is_on_list(UNTIL));
    assert!(due.count() >= 1);
}

/// The entries of each service's naloxone, in order.
fn shelves(entries: &[Entry]) -> BTreeMap<ServiceCode, Vec<RecordedEvent>> {
    let directory = directory();
    let mut shelves = BTreeMap::<_, Vec<_>>::new();
    for entry in entries
        .iter()
        .filter(|entry| entry.stream.kind == StreamKind::Service)
    {
        let service = directory.service_of(entry.stream.id).expect("a service");
        shelves
            .entry(service.code.clone())
            .or_default()
            .extend(entry.recorded());
    }
    shelves
}

#[test]
fn naloxone_is_delivered_given_to_others_removed_and_counted_all_the_years() {
    let maker = Maker::new(COUNTY.plan, &REFERENCE).unwrap();
    let moved = contract(maker.directory()).told.clone();
    let shelves = shelves(maker.services());
    assert_eq!(shelves.len(), 7);
    for (service, events) in &shelves {
        let of: BTreeMap<&str, usize> = events.iter().fold(BTreeMap::new(), |mut of, event| {
            *of.entry(event.fact().map_or("", Fact::event_type)).or_default() += 1;
            of
        });
        println!("{service}: {of:?}");
        for name in [
            "naloxone.stock-received",
            "naloxone.stock-counted",
            "naloxone.stock-removed",
            "naloxone.supplied-to-other",
        ] {
            assert!(of.contains_key(name), "{service}: {name}");
        }
        let days = || events.iter().map(|event| event.envelope.occurred.date());
        if *service == moved.from_service {
            assert!(
                days().max() < Some(moved.on),
                "a service that is left keeps no shelf"
            );
        } else {
            assert!(
                days().max().is_some_and(|last| days_between(last, UNTIL) < 70),
                "{service}"
            );
        }
    }
}

/// More is never given to others than came, and a count misses a kit at most.
#[test]
fn shelves_for_others_are_kept_well() {
    for (service, events) in shelves(&COUNTY.entries) {
        let stock = ServiceStock::fold(&events);
        let mut missing = 0;
        for ((_, code), batch) in &stock.batches {
            assert!(batch.before_issues(UNTIL) >= 0, "{service}: {code}");
            missing += batch
                .counts
                .iter()
                .filter(|(at, counted)| {
                    let due = batch.before_issues(at.date()) - i64::from(*counted);
                    assert!((-1..=1).contains(&due), "{service}: {code}: {due}");
                    due != 0
                })
                .count();
        }
        println!("{service}: {missing} missing");
    }
}

#[test]
fn large_counties_order_for_their_clients_month_by_month() {
    let clients = |people| {
        let maker = Maker::new(Plan::three_years(7, people, UNTIL), &REFERENCE).unwrap();
        let mut batches = BTreeSet::new();
        for draft in maker.services().iter().flat_map(|entry| &entry.drafts) {
            if let Fact::StockReceived(fact) = &draft.fact
                && fact.pack.batch.as_str() < "NX100040"
            {
                batches.insert((draft.id, fact.kits));
            }
        }
        batches.len()
    };
    let (large, small) = (clients(200_000), clients(100));
    println!("{large} deliveries, {small} in a small county");
    assert!(large > 4 * small, "{large} {small}");
}

#[test]
fn a_plan_of_half_a_year_has_all_of_it_too() {
    let county = make(Plan {
        seed: 3,
        people: 40,
        from: jiff::civil::date(2026, 5, 26),
        until: UNTIL,
    });
    let told: BTreeSet<&str> = county
        .entries
        .iter()
        .flat_map(|entry| &entry.drafts)
        .map(|draft| draft.fact.event_type())
        .collect();
    assert!(told.contains("organisation.contract-moved") && told.contains("naloxone.stock-counted"));
}
