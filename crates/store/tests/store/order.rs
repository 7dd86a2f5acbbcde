//! Positions are dense and in the order of commit, however many append at once.

use jiff::Timestamp;
use std::collections::HashMap;
use throughcare_domain::stream::StreamId;
use throughcare_store::{AppendOutcome, LogQuery, Parts, Store};
use throughcare_testkit::{Builder, TestDatabase};

/// Every event of the log, checked: no gap, versions in order within each stream, times never back.
async fn checked_log(store: &Store) -> HashMap<StreamId, u32> {
    let head = store.head().await.unwrap();
    let mut versions = HashMap::new();
    let (mut last, mut recorded_at) = (0, Timestamp::UNIX_EPOCH);
    loop {
        let query = LogQuery {
            after: last,
            limit: 500,
            parts: Parts::Both,
            ..LogQuery::default()
        };
        let page = store
            .read_log(&throughcare_store::Reach::EVERYBODY, &query)
            .await
            .unwrap();
        if page.is_empty() {
            break;
        }
        for event in page {
            assert_eq!(event.envelope.position, last + 1, "dense");
            last += 1;
            assert!(event.envelope.recorded_at >= recorded_at, "times never go back");
            recorded_at = event.envelope.recorded_at;
            let version: &mut u32 = versions.entry(event.envelope.stream).or_default();
            *version += 1;
            assert_eq!(
                event.envelope.stream_version, *version,
                "in order within the stream"
            );
            assert!(event.fact().is_some());
        }
    }
    assert_eq!(last, head.position);
    versions
}

/// Appends to a few hot streams, each time on the version it believes; answers how many were taken.
async fn contend(store: Store, seed: u64, streams: Vec<StreamId>, rounds: usize) -> (u64, u64) {
    let mut build = Builder::new(seed);
    let mut known: HashMap<StreamId, u32> = HashMap::new();
    let (mut events, mut conflicts) = (0, 0);
    for round in 0..rounds {
        let stream = streams[(round + seed as usize) % streams.len()];
        let size = 1 + round % 3;
        let expected = known.get(&stream).copied().unwrap_or(0);
        match store.append(build.append(stream, expected, size)).await.unwrap() {
            AppendOutcome::Appended(appended) => {
                events += size as u64;
                assert_eq!(appended.last_position - appended.first_position + 1, size as u64);
                known.insert(stream, appended.versions[0].1);
            }
            AppendOutcome::Conflict { actual, .. } => {
                conflicts += 1;
                known.insert(stream, actual);
            }
            other => panic!("{other:?}"),
        }
    }
    (events, conflicts)
}

async fn run(nodes: Vec<Store>, tasks: u64, rounds: usize) {
    let mut build = Builder::new(1000);
    let streams: Vec<_> = (0..5).map(|_| build.person()).collect();
    let tasks: Vec<_> = (0..tasks)
        .map(|task| {
            let node = nodes[task as usize % nodes.len()].clone();
            tokio::spawn(contend(node, task + 1, streams.clone(), rounds))
        })
        .collect();
    let (mut events, mut conflicts) = (0, 0);
    for task in tasks {
        let (more, clashes) = task.await.unwrap();
        events += more;
        conflicts += clashes;
    }
    let versions = checked_log(&nodes[0]).await;
    assert_eq!(
        versions.values().map(|version| u64::from(*version)).sum::<u64>(),
        events
    );
    for (stream, version) in versions {
        assert_eq!(nodes[0].stream_version(stream).await.unwrap(), version);
    }
    assert!(conflicts > 0, "the streams were not hot");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_appenders_to_hot_streams_leave_a_dense_log() {
    let database = TestDatabase::new().await;
    run(vec![database.store().await], 16, 40).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_nodes_at_once_leave_a_dense_log() {
    let database = TestDatabase::new().await;
    run(vec![database.store().await, database.store().await], 16, 40).await;
}

#[tokio::test]
async fn an_import_tells_when_it_was_recorded_and_no_clock_goes_back() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let mut told = Vec::new();
    for instant in [
        "2024-01-01T00:00:00Z",
        "2024-06-01T00:00:00Z",
        "2023-01-01T00:00:00Z",
        "2190-01-01T00:00:00Z",
    ] {
        let person = build.person();
        let mut append = build.append(person, 0, 1);
        append.recorded_at = Some(instant.parse().unwrap());
        told.push(
            store
                .append(append)
                .await
                .unwrap()
                .appended()
                .unwrap()
                .recorded_at,
        );
    }
    assert_eq!(told[0], "2024-01-01T00:00:00Z".parse::<Timestamp>().unwrap());
    assert_eq!(told[1], "2024-06-01T00:00:00Z".parse::<Timestamp>().unwrap());
    assert_eq!(told[2], told[1], "earlier than the one before it");
    let clock = store.check().await.unwrap().clock;
    assert!(told[3] <= clock, "no event is recorded in the future");

    let person = build.person();
    let now = store
        .append(build.append(person, 0, 1))
        .await
        .unwrap()
        .appended()
        .unwrap()
        .recorded_at;
    assert!(now >= told[3]);
    for (instant, position) in [
        ("2023-12-31T23:59:59Z", 0),
        ("2024-01-01T00:00:00Z", 1),
        ("2024-05-31T23:59:59Z", 1),
        ("2024-06-01T00:00:00Z", 3),
        ("2100-01-01T00:00:00Z", 5),
    ] {
        assert_eq!(
            store.position_at(instant.parse().unwrap()).await.unwrap(),
            position,
            "{instant}"
        );
    }
}

#[tokio::test]
async fn an_empty_log_has_no_position() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    assert_eq!(store.head().await.unwrap().position, 0);
    assert_eq!(
        store
            .position_at("2100-01-01T00:00:00Z".parse().unwrap())
            .await
            .unwrap(),
        0
    );
    assert!(
        store
            .read_log(
                &throughcare_store::Reach::EVERYBODY,
                &LogQuery {
                    limit: 10,
                    ..LogQuery::default()
                }
            )
            .await
            .unwrap()
            .is_empty()
    );
}
