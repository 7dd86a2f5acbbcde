//! A client that hangs up: what it asked for is done whole, and nothing of it stays in a connection.

use sqlx::postgres::PgPoolOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgPool};
use std::time::Duration;
use throughcare_testkit::{Builder, TestDatabase};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_caller_that_goes_away_does_not_take_the_append_with_it() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    // The head is held, so that the append is under way when its caller goes away.
    let mut blocker = database.connect_options().connect().await.unwrap();
    let mut held = blocker.begin().await.unwrap();
    sqlx::query("SELECT position FROM log_head FOR UPDATE")
        .fetch_one(&mut *held)
        .await
        .unwrap();

    let mut build = Builder::new(1);
    let person = build.person();
    let append = build.append(person, 0, 3);
    let waited = tokio::time::timeout(Duration::from_millis(200), store.append(append)).await;
    assert!(waited.is_err(), "the caller gave up while the head was held");
    held.rollback().await.unwrap();

    let mut committed = store.committed();
    tokio::time::timeout(
        Duration::from_secs(5),
        committed.wait_for(|position| *position == 3),
    )
    .await
    .expect("the append is committed though nobody waits")
    .unwrap();
    assert_eq!(
        store
            .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
            .await
            .unwrap()
            .len(),
        3
    );
    assert!(
        store
            .append(build.append(person, 3, 1))
            .await
            .unwrap()
            .appended()
            .is_some()
    );
}

#[tokio::test]
async fn closing_finishes_what_is_queued() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let appends: Vec<_> = (0..50)
        .map(|_| {
            let person = build.person();
            build.append(person, 0, 1)
        })
        .collect();
    let waiting: Vec<_> = appends
        .into_iter()
        .map(|append| {
            let store = store.clone();
            tokio::spawn(async move { store.append(append).await })
        })
        .collect();
    tokio::task::yield_now().await;
    store.close().await;
    let mut recorded = 0;
    for task in waiting {
        if task.await.unwrap().is_ok() {
            recorded += 1;
        }
    }
    let reopened = database.store().await;
    assert_eq!(reopened.head().await.unwrap().position, recorded);
    let person = build.person();
    assert!(
        store.append(build.append(person, 0, 1)).await.is_err(),
        "closed stays closed"
    );
}

/// Leaves a connection inside an open transaction, as a dropped `begin` does, and then writes through the pool.
async fn write_after_an_abandoned_begin(pool: &PgPool) {
    let mut connection = pool.acquire().await.unwrap();
    // What is left when the future is dropped after the server has begun and before sqlx has noted it.
    sqlx::raw_sql("BEGIN").execute(&mut *connection).await.unwrap();
    drop(connection);
    let written = sqlx::query("INSERT INTO probe VALUES (1)")
        .execute(pool)
        .await
        .unwrap();
    assert_eq!(written.rows_affected(), 1, "the write is acknowledged either way");
    pool.close().await;
}

/// `trust.md`, trap 1, with its negative control: without the hook an acknowledged write is lost.
#[tokio::test]
async fn a_connection_comes_back_outside_any_transaction() {
    let database = TestDatabase::new().await;
    let mut observer = database.connect_options().connect().await.unwrap();
    for hook in [false, true] {
        sqlx::raw_sql("DROP TABLE IF EXISTS probe; CREATE TABLE probe (n integer)")
            .execute(&mut observer)
            .await
            .unwrap();
        let mut options = PgPoolOptions::new().max_connections(1);
        if hook {
            options = throughcare_store::clean_on_release(options);
        }
        let pool = options.connect_with(database.connect_options()).await.unwrap();
        write_after_an_abandoned_begin(&pool).await;
        let found: i64 = sqlx::query_scalar("SELECT count(*) FROM probe")
            .fetch_one(&mut observer)
            .await
            .unwrap();
        assert_eq!(found, i64::from(hook), "with the hook: {hook}");
    }
}
