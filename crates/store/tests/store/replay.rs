//! Replaying: the same events as reading pages, in order, and no bad one hides another.

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, TestRunner};
use sqlx::ConnectOptions as _;
use throughcare_domain::event::{Body, RecordedEvent, SourceReference};
use throughcare_domain::id::PersonId;
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::Occurred;
use throughcare_store::keys::Destroy;
use throughcare_store::{Append, LogEntry, LogQuery, Parts, Store};
use throughcare_testkit::{Builder, TestDatabase, provenance};
use uuid::Uuid;

/// An entry, with its error as a text: errors cannot be compared.
type Told = (u64, StreamId, String, Result<RecordedEvent, String>);

fn told(entries: Vec<LogEntry>) -> impl Iterator<Item = Told> {
    entries.into_iter().map(|entry| {
        let event = entry.event.map_err(|error| format!("{error:?}"));
        (entry.position, entry.stream, entry.event_type, event)
    })
}

async fn replayed(store: &Store, after: u64, upto: u64, parts: Parts) -> Vec<Told> {
    let mut replay = store.replay(after, upto, parts);
    let mut all = Vec::new();
    while let Some(batch) = replay.next().await {
        all.extend(told(batch.unwrap()));
    }
    all
}

async fn read(store: &Store, after: u64, upto: u64, parts: Parts) -> Vec<Told> {
    let query = LogQuery {
        after,
        upto: Some(upto),
        limit: 10_000,
        parts,
        ..LogQuery::default()
    };
    told(
        store
            .read_entries(&throughcare_store::Reach::EVERYBODY, &query)
            .await
            .unwrap(),
    )
    .collect()
}

/// A log with names, instants, references, an erased record, a changed and a moved event, and an unknown type.
async fn log(database: &TestDatabase) -> u64 {
    let store = database.store().await;
    let mut build = Builder::new(1);
    let people: Vec<_> = (0..40).map(|_| build.person()).collect();
    let mut appends: Vec<_> = people
        .iter()
        .map(|person| build.register(*person, "Ada", "Example"))
        .collect();
    for turn in 0..5 {
        appends.extend(people.iter().map(|person| {
            let mut append: Append = build.append(*person, 1 + turn * 3, 3);
            let mut given = (*provenance("prison-movements")).clone();
            given.actor.user = None;
            given.on_behalf_of = Some("officer-3".into());
            given.source = Some(SourceReference {
                system: "prison".into(),
                value: format!("é-{turn}"),
            });
            let event = &mut append.streams[0].events[1];
            event.draft.occurred = Occurred::At("2026-07-01T23:30:00.5Z".parse().unwrap());
            event.draft.causation = Some(event.draft.id);
            event.provenance = given.into();
            append
        }));
    }
    store.load(appends).await.unwrap();
    let mut owner = database.connect_options().connect().await.unwrap();
    sqlx::raw_sql(
        "ALTER TABLE events DISABLE TRIGGER USER; \
         UPDATE events SET event_type = 'custody.teleported' WHERE position IN (50, 80); \
         UPDATE events SET case_sealed = set_byte(case_sealed, 20, 255 - get_byte(case_sealed, 20)) WHERE position = 60; \
         UPDATE events SET case_sealed = (SELECT case_sealed FROM events WHERE position = 71) WHERE position = 70",
    )
    .execute(&mut owner)
    .await
    .unwrap();
    for (position, what) in [(80_i64, Destroy::Both), (2, Destroy::Identity)] {
        let person: Uuid = sqlx::query_scalar("SELECT stream_id FROM events WHERE position = $1")
            .bind(position)
            .fetch_one(&mut owner)
            .await
            .unwrap();
        store
            .destroy_keys(&[PersonId(person)], what, build.id())
            .await
            .unwrap();
    }
    store.close().await;
    640
}

#[tokio::test]
async fn a_replay_gives_what_pages_give_also_around_events_that_cannot_be_read() {
    let database = TestDatabase::new().await;
    let events = log(&database).await;
    let store = database.store().await;
    for parts in [Parts::Envelope, Parts::Case, Parts::Both] {
        let replayed = replayed(&store, 0, u64::MAX, parts).await;
        assert_eq!(replayed.len() as u64, events, "none is hidden");
        assert_eq!(replayed, read(&store, 0, u64::MAX, parts).await, "{parts:?}");
    }
    let both = replayed(&store, 0, events, Parts::Both).await;
    let unreadable: Vec<_> = both
        .iter()
        .filter(|told| told.3.is_err())
        .map(|told| told.0)
        .collect();
    assert_eq!(unreadable, [50, 60, 70], "what was erased is no error");
    assert_eq!(both[79].2, "custody.teleported");
    assert_eq!(both[79].3.as_ref().unwrap().body, Body::Erased);
    let name = |at: usize| both[at].3.as_ref().unwrap().identity.clone()?.given_name;
    assert_eq!((name(0).as_deref(), name(1)), (Some("Ada"), None));
}

#[tokio::test]
async fn any_range_of_a_replay_is_that_range_of_the_log() {
    let database = TestDatabase::new().await;
    let events = log(&database).await;
    let store = database.store().await;
    let all = read(&store, 0, events, Parts::Case).await;
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::with_cases(24)
    });
    let mut ranges = vec![
        (0, 0),
        (0, 1),
        (events - 1, events),
        (events, u64::MAX),
        (5, 3),
        (0, u64::MAX),
    ];
    for _ in 0..24 {
        let range = (0..events + 5, 0..events + 5)
            .new_tree(&mut runner)
            .unwrap()
            .current();
        ranges.push(range);
    }
    for (after, upto) in ranges {
        let expected: Vec<_> = (1..=events)
            .zip(&all)
            .filter(|(position, _)| *position > after && *position <= upto)
            .map(|(_, entry)| entry.clone())
            .collect();
        assert_eq!(
            replayed(&store, after, upto, Parts::Case).await,
            expected,
            "{after} to {upto}"
        );
    }
}

/// Longer than what is read ahead; dropped half-way, its connection ends.
#[tokio::test]
async fn a_long_replay_comes_in_order_and_may_be_left_early() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    for _ in 0..2 {
        let appends = (0..200)
            .map(|_| {
                let person = build.person();
                build.append(person, 0, 240)
            })
            .collect();
        store.load(appends).await.unwrap();
    }
    let mut replay = store.replay(10, u64::MAX, Parts::Envelope);
    let mut last = 10;
    while let Some(batch) = replay.next().await {
        for entry in batch.unwrap() {
            last += 1;
            assert_eq!(entry.position, last);
        }
    }
    assert_eq!(last, 96_000);

    let mut left = store.replay(0, u64::MAX, Parts::Case);
    assert!(left.next().await.is_some());
    drop(left);
    let mut owner = database.connect_options().connect().await.unwrap();
    loop {
        let connections: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_stat_activity \
             WHERE application_name = 'throughcare-replay' AND datname = current_database()",
        )
        .fetch_one(&mut owner)
        .await
        .unwrap();
        if connections == 0 {
            return; // it did not read to the end for nobody
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_replay_whose_server_is_gone_says_so_and_ends() {
    let database = TestDatabase::new().await;
    log(&database).await;
    let store = database.store().await;
    drop(database);
    let mut replay = store.replay(0, u64::MAX, Parts::Case);
    assert!(replay.next().await.unwrap().is_err());
    assert!(replay.next().await.is_none());
}
