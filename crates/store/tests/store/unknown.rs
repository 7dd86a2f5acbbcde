//! The connection breaks while appends are written and committed: what was acknowledged is there, once.

use sqlx::ConnectOptions as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use throughcare_store::{AppendOutcome, StoreError};
use throughcare_testkit::{Builder, TestDatabase};

/// Appends of each of eight writers that must have come through.
const ENOUGH: usize = 8;
/// How often the writer's connection must have been ended.
const KILLS: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_writers_lose_nothing_and_double_nothing() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let done = Arc::new(AtomicBool::new(false));
    let killed = Arc::new(AtomicUsize::new(0));

    let killer = {
        let (options, done, killed) = (database.connect_options(), done.clone(), killed.clone());
        tokio::spawn(async move {
            let mut connection = options.connect().await.unwrap();
            let mut pause = 0;
            while !done.load(Ordering::Relaxed) {
                // Often enough to meet every step of a commit, seldom enough that some come through.
                pause += 7;
                tokio::time::sleep(Duration::from_millis(20 + pause % 40)).await;
                let ended: i64 = sqlx::query_scalar(
                    "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity \
                     WHERE application_name = 'throughcare-writer' AND datname = current_database()",
                )
                .fetch_one(&mut connection)
                .await
                .unwrap();
                killed.fetch_add(ended as usize, Ordering::Relaxed);
            }
        })
    };
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let (store, killed) = (store.clone(), killed.clone());
            tokio::spawn(async move {
                let mut build = Builder::new(task + 1);
                let (mut acknowledged, mut undecided) = (Vec::new(), 0);
                // Until enough came through, however slow the machine; never without end.
                for tried in 0..2_000 {
                    let killed = killed.load(Ordering::Relaxed) >= KILLS;
                    if tried >= 30 && killed && acknowledged.len() >= ENOUGH {
                        break;
                    }
                    let person = build.person();
                    let mut append = build.append(person, 0, 2);
                    append.idempotency = Some(build.key("request", "answer"));
                    match store.append(append).await {
                        Ok(AppendOutcome::Appended(appended)) => acknowledged.push((person, appended)),
                        Err(StoreError::Unavailable(_) | StoreError::Unknown) => undecided += 1,
                        other => panic!("{other:?}"),
                    }
                }
                (acknowledged, undecided)
            })
        })
        .collect();
    let mut acknowledged = Vec::new();
    let mut undecided = 0;
    for task in tasks {
        let (more, unknown) = task.await.unwrap();
        acknowledged.extend(more);
        undecided += unknown;
    }
    done.store(true, Ordering::Relaxed);
    killer.await.unwrap();

    assert!(
        killed.load(Ordering::Relaxed) >= KILLS,
        "the writer was not killed often enough to show anything"
    );
    let fresh = database.store().await;
    for (person, appended) in &acknowledged {
        let read = fresh
            .read_stream(&throughcare_store::Reach::EVERYBODY, *person, None)
            .await
            .unwrap();
        assert_eq!(read.len(), 2, "acknowledged once, there once");
        assert_eq!(read[0].envelope.position, appended.first_position);
        assert_eq!(read[1].envelope.position, appended.last_position);
        assert_eq!(read[0].envelope.recorded_at, appended.recorded_at);
    }
    let head = fresh.head().await.unwrap().position as usize;
    assert!(head >= acknowledged.len() * 2 && head <= (acknowledged.len() + undecided) * 2);
    assert!(
        acknowledged.len() >= 8 * ENOUGH,
        "{} acknowledged, {undecided} not",
        acknowledged.len()
    );
}

#[tokio::test]
async fn a_full_queue_is_answered_at_once() {
    let database = TestDatabase::new().await;
    let mut settings = database.settings();
    settings.queue = 1;
    let store = throughcare_store::Store::open(settings).await.unwrap();
    let mut blocker = database.connect_options().connect().await.unwrap();
    let mut held = sqlx::Connection::begin(&mut blocker).await.unwrap();
    sqlx::query("SELECT position FROM log_head FOR UPDATE")
        .fetch_one(&mut *held)
        .await
        .unwrap();

    let mut build = Builder::new(1);
    let waiting: Vec<_> = (0..4)
        .map(|_| {
            let person = build.person();
            let append = build.append(person, 0, 1);
            let store = store.clone();
            tokio::spawn(async move { store.append(append).await })
        })
        .collect();
    // Two wait (one being written, one queued); the others are turned away while the head is still held.
    let mut turned_away = 0;
    for _ in 0..100 {
        turned_away = waiting.iter().filter(|task| task.is_finished()).count();
        if turned_away == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(turned_away >= 2, "{turned_away}");
    held.rollback().await.unwrap();
    let mut recorded = 0;
    for task in waiting {
        match task.await.unwrap() {
            Ok(AppendOutcome::Appended(_)) => recorded += 1,
            Err(StoreError::Unavailable(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(store.head().await.unwrap().position, recorded);
}

/// What metrics and readiness look at: an append that waits behind somebody else's lock is seen to wait.
#[tokio::test]
async fn the_writers_status_shows_what_waits_and_what_was_done() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    assert_eq!(store.writer_status().since_commit, None);
    store.append(build.append(person, 0, 3)).await.unwrap();
    store.append(build.append(person, 0, 1)).await.unwrap();
    let status = store.writer_status();
    assert_eq!((status.waiting, status.oldest_wait), (0, Duration::ZERO));
    assert_eq!((status.appended, status.events, status.clashed), (1, 3, 1));
    assert_eq!(
        (status.commits, status.one_by_one),
        (1, 1),
        "the clash was looked up"
    );
    assert!(status.since_commit.is_some());

    let mut blocker = database.connect_options().connect().await.unwrap();
    let mut held = sqlx::Connection::begin(&mut blocker).await.unwrap();
    sqlx::query("SELECT position FROM log_head FOR UPDATE")
        .fetch_one(&mut *held)
        .await
        .unwrap();
    let waiting = tokio::spawn({
        let (store, append) = (store.clone(), build.append(person, 3, 1));
        async move { store.append(append).await }
    });
    let mut seen = Duration::ZERO;
    for _ in 0..500 {
        seen = store.writer_status().oldest_wait;
        if seen > Duration::from_millis(50) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(seen > Duration::from_millis(50));
    assert_eq!(store.writer_status().waiting, 1);
    held.rollback().await.unwrap();
    waiting.await.unwrap().unwrap();
    assert_eq!(store.writer_status().waiting, 0);
}
