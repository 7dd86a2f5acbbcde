//! What a node keeps of a person is what the log says of them, whoever wrote it.

use crate::projecting::{append, county, node, told};
use jiff::civil::date;
use sqlx::ConnectOptions as _;
use std::collections::BTreeSet;
use throughcare_app::query::{PersonRead, Times};
use throughcare_app::{App, AppError, Caller};
use throughcare_domain::access::{Visibility, visibility};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::{Actor, RecordedEvent, Role};
use throughcare_domain::history::History;
use throughcare_domain::id::PersonId;
use throughcare_domain::stream::{StreamId, StreamKind};
use throughcare_domain::when::AsOf;
use throughcare_store::{CaseOf, Parts};
use throughcare_testkit::TestDatabase;

fn worker(organisation: &OrganisationCode) -> Caller {
    Caller {
        actor: Actor {
            client: "test".into(),
            user: Some("somebody".into()),
            organisation: organisation.clone(),
            role: Role::Worker,
        },
        on_behalf_of: None,
        purpose: None,
        looks: Default::default(),
        standing: throughcare_app::Standing::Trusted,
    }
}

async fn looks(app: &App, organisation: &OrganisationCode, person: StreamId) -> Option<PersonRead> {
    let ever = Times {
        as_of: Some(AsOf::EndOf(date(2099, 12, 31))),
        known_at: None,
    };
    match app.person(&worker(organisation), PersonId(person.id), ever).await {
        Ok(read) => Some(read),
        Err(AppError::NotFound) => None,
        Err(other) => panic!("{other}"),
    }
}

/// What the log says, read anew.
async fn truth(app: &App, person: StreamId) -> Vec<RecordedEvent> {
    let read = app
        .store()
        .read_case(
            &throughcare_store::Reach::EVERYBODY,
            CaseOf::Stream(person),
            0,
            Parts::Known,
        )
        .await;
    read.unwrap().events
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_others_record_when_a_node_looks_again_and_again_then_it_sees_what_the_log_says() {
    let database = TestDatabase::new().await;
    let (looking, recording) = (node(&database).await, node(&database).await);
    let people = told(&county(24))
        .into_iter()
        .filter(|(stream, _)| stream.kind == StreamKind::Person);
    let (mut looks_in_full, mut looks_in_part, mut older) = (0, 0, 0);
    for (person, facts) in people {
        let mut last_look = None;
        for (at, some) in (0..).step_by(7).zip(facts.chunks(7)) {
            recording.store().append(append(person, at, some)).await.unwrap();
            let events = truth(&recording, person).await;
            let whole = History::new(events.clone());
            let recorded = facts.iter().take(at + some.len());
            let organisations: BTreeSet<_> = recorded
                .map(|(_, provenance)| &provenance.actor.organisation)
                .collect();
            for organisation in organisations {
                // Twice: what is kept after the first look answers the second.
                for _ in 0..2 {
                    let seen = looks(&looking, organisation, person).await;
                    match visibility(&whole, organisation, Role::Worker, date(2030, 1, 1)) {
                        Visibility::None => assert!(seen.is_none()),
                        Visibility::Sent => looks_in_part += 1,
                        Visibility::Full => {
                            let seen = seen.unwrap();
                            assert_eq!(seen.history.events(), events);
                            assert_eq!(seen.state(), whole.now());
                            looks_in_full += 1;
                            // Negative control: what the look before saw would be wrong now.
                            let before = last_look.replace(events.len());
                            older += usize::from(before.is_some_and(|before| before < events.len()));
                        }
                    }
                }
            }
        }
    }
    assert!(
        looks_in_full > 50 && looks_in_part > 10 && older > 10,
        "{looks_in_full} {looks_in_part} {older}"
    );
}

/// A database put back to an earlier time has fewer events than the node has read; what it kept is let go.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_the_log_is_another_one_then_nothing_of_the_old_one_is_told() {
    let (before, after) = (TestDatabase::new().await, TestDatabase::new().await);
    let (before, after) = (node(&before).await, node(&after).await);
    let told = told(&county(6));
    let (person, facts) = told
        .iter()
        .find(|(stream, facts)| stream.kind == StreamKind::Person && facts.len() > 20)
        .unwrap();
    before
        .store()
        .append(append(*person, 0, &facts[..20]))
        .await
        .unwrap();
    after
        .store()
        .append(append(*person, 0, &facts[..12]))
        .await
        .unwrap();
    for (asked, events, follows) in [(20, 0, false), (12, 0, true), (11, 1, true), (0, 12, true)] {
        let of = CaseOf::Stream(*person);
        let read = after
            .store()
            .read_case(&throughcare_store::Reach::EVERYBODY, of, asked, Parts::Known)
            .await
            .unwrap();
        assert_eq!(
            (read.events.len(), read.follows),
            (events, follows),
            "after {asked}"
        );
        let opened = after.store().open_case(of, asked, None).await.unwrap();
        assert_eq!(
            (opened.events.len(), opened.follows),
            (events, follows),
            "after {asked}"
        );
    }
    // Nobody there at all.
    let nobody = CaseOf::Stream(StreamId::person(PersonId(uuid::Uuid::from_u128(9))));
    assert!(
        !after
            .store()
            .read_case(&throughcare_store::Reach::EVERYBODY, nobody, 3, Parts::Known)
            .await
            .unwrap()
            .follows
    );
    assert!(!after.store().open_case(nobody, 3, None).await.unwrap().follows);
}

/// Each net holds alone: without the database's the rules let a stranger see nothing either. That the database's holds
/// without the rules, `throughcare-store` tests (`row_security`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_no_row_security_when_others_ask_then_the_rules_alone_show_them_nothing() {
    let database = TestDatabase::new().await;
    let app = node(&database).await;
    let people: Vec<_> = told(&county(12))
        .into_iter()
        .filter(|(stream, _)| stream.kind == StreamKind::Person)
        .collect();
    for (person, facts) in &people {
        app.store().append(append(*person, 0, facts)).await.unwrap();
    }
    let mut admin = database.connect_options().connect().await.unwrap();
    sqlx::raw_sql(
        "DO $$ DECLARE one regclass; BEGIN \
           FOR one IN SELECT oid::regclass FROM pg_class WHERE relrowsecurity LOOP \
             EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', one); \
           END LOOP; END $$",
    )
    .execute(&mut admin)
    .await
    .unwrap();
    let stranger = OrganisationCode::parse("nobody-here").unwrap();
    let (mut seen, mut unseen) = (0, 0);
    for (person, facts) in &people {
        assert!(looks(&app, &stranger, *person).await.is_none());
        let whole = History::new(truth(&app, *person).await);
        let organisations: BTreeSet<_> = people
            .iter()
            .flat_map(|(_, facts)| facts.iter().map(|(_, provenance)| &provenance.actor.organisation))
            .collect();
        for organisation in organisations {
            let shown = looks(&app, organisation, *person).await.is_some();
            let rules = visibility(&whole, organisation, Role::Worker, date(2030, 1, 1)) != Visibility::None;
            assert!(rules || !shown, "{organisation}");
            seen += usize::from(shown);
            unseen += usize::from(!shown);
        }
        assert!(!facts.is_empty());
    }
    assert!(seen > 5 && unseen > 5, "{seen} {unseen}");
}
