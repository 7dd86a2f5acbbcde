//! A hundred lives whose script knows the answers, in the real database, counted by the real program and asked for over
//! HTTP. The thousands are counted without it (`crates/county/tests/county/truth.rs`).

use crate::harness::{Place, Program, until};
use serde_json::json;
use std::collections::BTreeSet;
use throughcare_app::{Caller, Request, Standing, append_of};
use throughcare_county::truth::{
    AREAS, Books, INDICATORS, QUARTERS, SERVICES, Scope, Tally, person, quarter,
};
use throughcare_domain::event::{Body, Draft, RecordedEvent};
use throughcare_domain::history::History;
use throughcare_domain::indicators::Indicator;
use throughcare_http::token::Role;
use throughcare_store::{Append, AppendOutcome, Settings, Store};
use uuid::Uuid;

const PEOPLE: u32 = 100;
const SEED: u64 = 5;

fn register(place: &Place, program: &Program) {
    let token = place.token(
        "administration",
        Some("administrator"),
        "partnership",
        Role::Administrator,
    );
    let administrator = program.client(token, false);
    let owner = |place: usize| format!("{}-trust", SERVICES[if place == 3 { 0 } else { place }]);
    for (place, service) in SERVICES.iter().enumerate() {
        let (kind, areas, prisons) = match place {
            4 => ("prison", json!([]), json!(["MDI"])),
            3 => ("residential", json!([]), json!([])),
            _ => ("community", json!([AREAS[place]]), json!([])),
        };
        let organisation = owner(place);
        if place != 3 {
            let body =
                json!({ "organisation": organisation, "name": organisation, "occurred": "2015-01-01" });
            administrator.record("/v1/organisations", &body);
        }
        let body = json!({
            "service": service, "name": service, "kind": kind, "areas": areas, "prisons": prisons, "occurred": "2015-01-01",
        });
        administrator.record(&format!("/v1/organisations/{organisation}/services"), &body);
    }
}

/// The events of one person as one append, without another judgement than the log's own.
fn append(store: &Store, events: Vec<RecordedEvent>) -> Append {
    let stream = events[0].envelope.stream;
    let request = Request {
        caller: Caller {
            actor: events[0].envelope.actor.clone(),
            on_behalf_of: None,
            purpose: None,
            looks: Default::default(),
            standing: Standing::Trusted,
        },
        correlation: Uuid::from_u128(1),
        received_at: events[0].envelope.received_at,
        key: None,
        if_match: None,
        source: None,
        import: None,
    };
    let drafts = events.into_iter().filter_map(|event| match event.body {
        Body::Fact(fact) => Some(Draft {
            id: event.envelope.id,
            occurred: event.envelope.occurred,
            fact,
            identity: None,
            causation: None,
        }),
        Body::Erased => None,
    });
    let mut append = append_of(store, stream, 0, drafts.collect(), &request, &History::default());
    // What is asked for and then begins is one thing.
    let mut known = BTreeSet::new();
    append.entities.retain(|entity| known.insert(entity.id));
    append
}

fn load(place: &Place, books: &mut Books) -> u64 {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let settings = Settings::from_url(&place.database_url(), place.data_dir().join("keys.txt")).unwrap();
        let store = Store::open(settings).await.unwrap();
        let appends = (0..PEOPLE).map(|number| append(&store, person(SEED, number, books).1));
        for outcome in store.load(appends.collect()).await.unwrap() {
            assert!(matches!(outcome, AppendOutcome::Appended(_)), "{outcome:?}");
        }
        let position = store.head().await.unwrap().position;
        store.close().await;
        position
    })
}

fn path(indicator: &str, of: u8, scope: Scope) -> String {
    let (from, to) = quarter(of);
    let whose = match scope {
        Scope::All => String::new(),
        Scope::Area(place) => format!("&area={}", AREAS[place]),
        Scope::Service(place) => format!("&service={}", SERVICES[place]),
    };
    format!("/v1/indicators/{indicator}?from={from}&to={to}{whose}")
}

#[test]
fn given_lives_in_the_log_when_figures_are_asked_for_over_http_then_each_is_the_truth() {
    let place = Place::new();
    let program = place.start();
    register(&place, &program);
    let mut books = Books::default();
    let position = load(&place, &mut books);
    let token = place.token("audit-desk", Some("auditor"), "county-audit", Role::Auditor);
    let auditor = program.client(token, false);
    until("the lists are up to date", || {
        let answer = auditor.get(&path(INDICATORS[0], 0, Scope::All)).expect(200);
        let upto: u64 = answer.header("x-log-position").unwrap().parse().unwrap();
        (upto >= position).then_some(())
    });
    let (mut wrong, mut something) = (Vec::new(), 0);
    for (at, name) in INDICATORS.into_iter().enumerate() {
        let counts_alone = Indicator::find(name).unwrap().definition().denominator.is_none();
        let of_releases = name.starts_with("continuity") || name == "naloxone_in_hand_at_release";
        for quarter in 0..QUARTERS {
            // Everybody's each time, and one area's and one service's in turn.
            let turn = at + usize::from(quarter);
            let mut scopes = vec![Scope::All, Scope::Area(turn % AREAS.len())];
            if !of_releases {
                scopes.push(Scope::Service(turn % SERVICES.len()));
            }
            for scope in scopes {
                let read = auditor.read(&path(name, quarter, scope));
                let number = |name: &str| {
                    read["figure"][name]
                        .as_u64()
                        .and_then(|number| u32::try_from(number).ok())
                };
                let yes = number("numerator").unwrap();
                // A plain count has no denominator.
                let of = number("denominator").or(counts_alone.then_some(yes));
                let told = Tally {
                    yes,
                    asked: of.unwrap(),
                };
                let booked = books.answer(name, quarter, scope);
                something += u32::from(booked.asked > 0);
                if told.yes != booked.yes || (!counts_alone && told.asked != booked.asked) {
                    wrong.push(format!(
                        "{name} {quarter} {scope:?}: {told:?}, and it is {booked:?}"
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ: {wrong:#?}", wrong.len());
    assert!(something > 300, "{something} answers are not nothing");
}
