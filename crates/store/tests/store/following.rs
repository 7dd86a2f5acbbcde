//! A projection follows the log: batches of any size, events of nobody in between, transactions that others keep open.

use crate::projecting::{LISTS, Projected};
use sqlx::{ConnectOptions as _, Connection as _};
use throughcare_domain::stream::{StreamId, StreamKind};
use throughcare_store::projection::Written;

/// Events of no person stand first, at the end of a page, and fill whole batches: the checkpoint neither stalls nor
/// jumps.
#[tokio::test]
async fn batches_of_every_size_give_the_same_rows_also_around_events_of_nobody() {
    let mut digests = Vec::new();
    for most in [1, 2, 3, 7, 100] {
        let mut projected = Projected::new().await;
        let organisation = StreamId {
            kind: StreamKind::Organisation,
            id: projected.build.id(),
        };
        projected.append(organisation, 0, 5).await;
        let people = projected.people(2, 2).await;
        projected.append(organisation, 5, 7).await;
        projected.append(people[0], 2, 1).await;
        projected.append(organisation, 12, 1).await;
        projected.catch_up("one", most).await;
        let status = projected.status().await;
        assert_eq!(
            (status.position, status.lag_events, status.lag_seconds),
            (18, 0, 0)
        );
        projected.assert_equal_to_a_rebuild().await;
        digests.push(projected.store.digest(LISTS).await.unwrap());
    }
    digests.dedup();
    assert_eq!(digests.len(), 1, "{digests:?}");
}

#[tokio::test]
async fn nothing_new_moves_nothing() {
    let mut projected = Projected::new().await;
    let lease = projected.take("one").await;
    assert_eq!(projected.step(&lease, 5).await, Written::Moved(0), "an empty log");
    projected.people(1, 1).await;
    assert_eq!(projected.step(&lease, 5).await, Written::Moved(1));
    let before = projected.status().await.moved_at;
    assert_eq!(projected.step(&lease, 5).await, Written::Moved(1));
    assert_eq!(projected.status().await.moved_at, before);
}

/// Others may keep transactions open, here and in the tables of projections: delivery goes on.
#[tokio::test]
async fn a_long_transaction_elsewhere_does_not_freeze_delivery() {
    let mut projected = Projected::new().await;
    let mut idle = projected.database.connect_options().connect().await.unwrap();
    let mut open = idle.begin().await.unwrap();
    sqlx::raw_sql("set transaction isolation level repeatable read; create table held (n int); select count(*) from events; select count(*) from worklist_rows")
        .execute(&mut *open)
        .await
        .unwrap();
    projected.people(3, 2).await;
    projected.catch_up("one", 4).await;
    assert_eq!(projected.status().await.lag_events, 0);
    projected.assert_equal_to_a_rebuild().await;
    open.rollback().await.unwrap();
}

/// Telemetry neither waits for the checkpoint's lock nor holds one.
#[tokio::test]
async fn status_is_told_while_a_batch_is_being_written() {
    let mut projected = Projected::new().await;
    projected.people(1, 1).await;
    let mut writing = projected.owner.begin().await.unwrap();
    sqlx::raw_sql("select from checkpoints for update; select from leases for update; lock table worklist_rows in row exclusive mode")
        .execute(&mut *writing)
        .await
        .unwrap();
    let statuses = projected.store.projections().await.unwrap();
    assert_eq!(statuses[0].lag_events, 1);
    assert!(projected.store.parked().await.unwrap().is_empty());
    writing.rollback().await.unwrap();
}

/// A worker that died holds a lease that has run out, and the lag grows: both are told.
#[tokio::test]
async fn a_dead_worker_is_seen() {
    let mut projected = Projected::new().await;
    projected.take("the dead").await;
    projected.people(2, 2).await;
    projected
        .sql(
            "update leases set until = clock_timestamp() - interval '1 second' where work = 'worklists'; \
             alter table events disable trigger user; \
             update events set recorded_at = recorded_at - interval '90 seconds'",
        )
        .await;
    let status = projected.status().await;
    assert_eq!(status.lag_events, 4);
    assert!(status.lag_seconds >= 90, "{}", status.lag_seconds);
    assert_eq!(status.lease.owner.as_deref(), Some("the dead"));
    assert!(!status.lease.lasts);
    projected.catch_up("another", 10).await;
    let status = projected.status().await;
    assert_eq!((status.lag_events, status.lag_seconds), (0, 0));
}
