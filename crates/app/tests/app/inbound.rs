//! Messages on several nodes: whatever the order, whoever is interrupted, what is on the record is what was told.

use crate::projecting::node;
use std::collections::BTreeMap;
use std::time::Duration;
use throughcare_app::{
    Address, App, Arrived, Caller, Content, InboundState, MessagesQuery, Request, Standing,
};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::command::{Asked, Command, Demographics};
use throughcare_domain::event::{Actor, Role};
use throughcare_domain::fact::Fact;
use throughcare_domain::history::History;
use throughcare_domain::hmpps::Event;
use throughcare_domain::id::PersonId;
use throughcare_domain::identifier::{Identifier, IdentifierKind};
use throughcare_domain::state::Setting;
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::Occurred;
use throughcare_store::Reach;
use throughcare_testkit::TestDatabase;
use uuid::Uuid;

fn request(client: &str, role: Role) -> Request {
    Request {
        caller: Caller {
            actor: Actor {
                client: client.into(),
                user: None,
                organisation: OrganisationCode::parse("gatehouse").unwrap(),
                role,
            },
            on_behalf_of: None,
            purpose: None,
            looks: Default::default(),
            standing: Standing::Trusted,
        },
        correlation: Uuid::nil(),
        received_at: "2026-11-20T09:00:00Z".parse().unwrap(),
        key: None,
        if_match: None,
        source: None,
        import: None,
    }
}

/// A message about somebody: which way, reason, code and hour.
fn message(number: &str, (way, reason, code, hour): (&str, &str, &str, u8)) -> Arrived {
    let facts = [
        ("nomsNumber", number),
        ("prisonId", "MDI"),
        ("reason", reason),
        ("nomisMovementReasonCode", code),
    ];
    Arrived {
        message_id: None,
        content: Content::Event(Event {
            event_type: format!("prison-offender-events.prisoner.{way}"),
            version: 1,
            published_at: None,
            occurred_at: format!("2026-11-03T{hour:02}:00:00Z").parse().unwrap(),
            facts: facts
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect::<BTreeMap<_, _>>(),
            identifiers: Vec::new(),
        }),
        content_hash: [hour; 32],
        text: format!("{number} {way} {hour}"),
    }
}

async fn registered(app: &App, number: &str) -> PersonId {
    let register = Asked {
        under: String::new(),
        occurred: Occurred::On(jiff::civil::date(2026, 1, 1)),
        note: None,
        command: Command::Register {
            demographics: Demographics::default(),
            identifiers: vec![Identifier::parse(IdentifierKind::PrisonerNumber, number, 2026).unwrap()],
            residence: None,
        },
    };
    let answer = app.record(Address::New, vec![register], request("desk", Role::Worker));
    answer.await.unwrap().person.unwrap()
}

async fn history(app: &App, person: PersonId) -> History {
    let (store, reach) = (app.store(), Reach::EVERYBODY);
    let events = store.read_stream(&reach, StreamId::person(person), None).await;
    History::new(events.unwrap())
}

async fn waiting(app: &App) -> usize {
    let query = MessagesQuery {
        state: Some(InboundState::Received),
        limit: 100,
        ..Default::default()
    };
    let auditor = request("audit", Role::Auditor).caller;
    app.messages(&auditor, query).await.unwrap().len()
}

const CAME: (&str, &str, &str, u8) = ("received", "ADMISSION", "N", 6);
const LEFT: (&str, &str, &str, u8) = ("released", "RELEASED", "CR", 9);
const BACK: (&str, &str, &str, u8) = ("received", "READMISSION", "N", 11);

/// Two nodes take the messages in and work on them at once, are interrupted again and again, and each message comes on
/// both: the release that was taken back is not there, and nothing is there twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_that_are_interrupted_come_to_what_was_told() {
    let database = TestDatabase::new().await;
    let nodes = [node(&database).await, node(&database).await];
    let orders = [
        [CAME, LEFT, BACK],
        [BACK, LEFT, CAME],
        [LEFT, BACK, CAME],
        [BACK, CAME, LEFT],
        [LEFT, CAME, BACK],
        [CAME, BACK, LEFT],
    ];
    let mut people = Vec::new();
    for (at, order) in orders.into_iter().enumerate() {
        let number = format!("A100{at}AA");
        // Half of them are known before their messages, half only afterwards.
        let person = match at % 2 {
            0 => Some(registered(&nodes[0], &number).await),
            _ => None,
        };
        people.push((number, person, order));
    }
    for turn in 0..3 {
        for (number, _, order) in &people {
            let told = nodes.iter().map(|app| {
                let arrived = message(number, order[turn]);
                let (app, request) = (app.clone(), request("gate", Role::Liaison));
                tokio::spawn(async move { app.receive_message(arrived, request).await.unwrap() })
            });
            let told: Vec<_> = told.collect();
            let mut receipts = Vec::new();
            for one in told {
                receipts.push(one.await.unwrap());
            }
            assert_eq!(receipts[0], receipts[1]);
        }
        let working = nodes.iter().enumerate().map(|(at, app)| {
            let app = app.clone();
            let patience = Duration::from_millis(3 + 7 * at as u64);
            tokio::spawn(async move {
                for _ in 0..4 {
                    let _ = tokio::time::timeout(patience, app.apply_messages_now(true)).await;
                }
            })
        });
        for one in working.collect::<Vec<_>>() {
            one.await.unwrap();
        }
    }
    for (number, person, _) in &mut people {
        if person.is_none() {
            *person = Some(registered(&nodes[1], number).await);
        }
    }
    for _ in 0..20 {
        let both = nodes.each_ref().map(|app| app.apply_messages_now(true));
        let [one, other] = both;
        let (one, other) = tokio::join!(one, other);
        let _ = (one.unwrap(), other.unwrap());
        if waiting(&nodes[0]).await == 0 {
            break;
        }
    }
    assert_eq!(waiting(&nodes[0]).await, 0);
    for (number, person, order) in people {
        let history = history(&nodes[0], person.unwrap()).await;
        let custody = &history.now().custody;
        assert_eq!(custody.setting, Setting::Prison, "{number} {order:?}");
        assert!(custody.releases.is_empty(), "{number} {order:?}");
        assert_eq!(custody.spells.len(), 1, "{number} {order:?}");
        assert!(history.now().conflicts.is_empty(), "{number} {order:?}");
        let counts = |fact: &Fact| matches!(fact, Fact::Received(_));
        let counted = history.events().iter().filter(|event| {
            event.fact().is_some_and(counts) && history.now().voided(event.envelope.id).is_none()
        });
        assert_eq!(counted.count(), 1, "{number} {order:?}");
    }
}
