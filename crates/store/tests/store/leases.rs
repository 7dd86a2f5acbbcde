//! One node at a time writes a projection, and one that slept through its lease writes nothing.

use crate::projecting::{LISTS, Projected, counting};
use throughcare_store::projection::{Lease, Written};

async fn run_out(projected: &mut Projected) {
    projected
        .sql("update leases set until = clock_timestamp() - interval '1 second' where until is not null")
        .await;
}

#[tokio::test]
async fn a_lease_is_taken_once_and_again_when_it_has_run_out() {
    let mut projected = Projected::new().await;
    let store = projected.store.clone();
    let first = projected.take("one").await;
    assert!(
        store
            .take_lease(LISTS.name(), "two", true)
            .await
            .unwrap()
            .is_none()
    );
    assert!(store.renew_lease(&first).await.unwrap());
    assert!(
        store
            .take_lease(LISTS.name(), "two", true)
            .await
            .unwrap()
            .is_none()
    );
    let lease = projected.status().await.lease;
    assert_eq!((lease.owner.as_deref(), lease.lasts), (Some("one"), true));

    run_out(&mut projected).await;
    let second = projected.take("two").await;
    assert!(second.fence > first.fence, "the fence grows");
    assert!(!store.renew_lease(&first).await.unwrap(), "the first finds out");
    store.give_up_lease(&first).await.unwrap();
    assert_eq!(projected.status().await.lease.owner.as_deref(), Some("two"));
}

#[tokio::test]
async fn a_lease_that_is_given_up_is_free_at_once_and_its_fence_never_comes_again() {
    let projected = Projected::new().await;
    let first = projected.take("one").await;
    projected.store.give_up_lease(&first).await.unwrap();
    assert_eq!(projected.status().await.lease.owner, None);
    assert!(!projected.store.renew_lease(&first).await.unwrap());
    assert!(projected.take("two").await.fence > first.fence);
}

#[tokio::test]
async fn a_node_that_starts_again_takes_its_own_lease_back() {
    let projected = Projected::new().await;
    let before = projected.take("one").await;
    let store = &projected.store;
    assert!(
        store
            .take_lease(LISTS.name(), "one", false)
            .await
            .unwrap()
            .is_none()
    );
    let after = store
        .take_lease(LISTS.name(), "one", true)
        .await
        .unwrap()
        .unwrap();
    assert!(
        after.fence > before.fence,
        "what it did before its end is fenced off"
    );
}

#[tokio::test]
async fn nodes_share_the_work_by_projection() {
    let mut projected = Projected::new().await;
    projected
        .sql("insert into leases (work) values ('another')")
        .await;
    let store = &projected.store;
    assert!(
        store
            .take_lease(LISTS.name(), "one", true)
            .await
            .unwrap()
            .is_some()
    );
    assert!(store.take_lease("another", "one", true).await.unwrap().is_some());
    // A second node finds neither; when one is given up, it has that one.
    assert!(store.take_lease("another", "two", true).await.unwrap().is_none());
    let again = store.take_lease("another", "one", true).await.unwrap().unwrap();
    store.give_up_lease(&again).await.unwrap();
    assert!(store.take_lease("another", "two", true).await.unwrap().is_some());
    assert!(
        store
            .take_lease(LISTS.name(), "two", true)
            .await
            .unwrap()
            .is_none()
    );
}

/// Computes a batch, sleeps while another node takes the lease, and wakes up with the batch in its hands.
async fn slept() -> (Projected, Lease, throughcare_store::projection::Computed, Lease) {
    let mut projected = Projected::new().await;
    projected.people(3, 3).await;
    let stale = projected.take("an old program").await;
    let newer = std::mem::replace(&mut projected.rows, counting(1990));
    let computed = projected.compute(5).await;
    projected.rows = newer;
    run_out(&mut projected).await;
    let taken = projected.take("a new program").await;
    (projected, stale, computed, taken)
}

#[tokio::test]
async fn a_worker_that_slept_through_its_lease_writes_nothing_and_finds_out() {
    let (projected, stale, computed, taken) = slept().await;
    let written = projected.store.write_batch(&stale, &computed).await.unwrap();
    assert_eq!(written, Written::LeaseLost);
    assert_eq!(projected.store.checkpoint(LISTS.name()).await.unwrap(), 0);
    while projected.step(&taken, 4).await != Written::Moved(9) {}
    projected.assert_equal_to_a_rebuild().await;
}

/// Negative control: without the fence (here, with the new holder's) the stale write goes through and rows are wrong.
#[tokio::test]
async fn without_the_fence_the_stale_rows_would_stand() {
    let (projected, stale, computed, taken) = slept().await;
    let unfenced = Lease {
        fence: taken.fence,
        ..stale
    };
    let written = projected.store.write_batch(&unfenced, &computed).await.unwrap();
    assert_eq!(written, Written::Moved(5));
    while projected.step(&taken, 4).await != Written::Moved(9) {}
    assert!(!projected.compared().await.equal());
}

#[tokio::test]
async fn a_batch_that_was_overtaken_is_not_written() {
    let mut projected = Projected::new().await;
    projected.people(3, 3).await;
    let lease = projected.take("one").await;
    let computed = projected.compute(5).await;
    assert_eq!(projected.step(&lease, 2).await, Written::Moved(2));
    let written = projected.store.write_batch(&lease, &computed).await.unwrap();
    assert_eq!(written, Written::Elsewhere(2));
    while projected.step(&lease, 4).await != Written::Moved(9) {}
    projected.assert_equal_to_a_rebuild().await;
}

/// Negative control: with its beginning set to where the checkpoint is now, what was done would be done twice; only
/// the table's own rule, that nothing is known no longer before it is known, stands in the way.
#[tokio::test]
async fn without_the_checkpoint_an_overtaken_batch_would_be_written() {
    let mut projected = Projected::new().await;
    projected.people(3, 3).await;
    let lease = projected.take("one").await;
    let mut computed = projected.compute(5).await;
    assert_eq!(projected.step(&lease, 4).await, Written::Moved(4));
    computed.from = 4;
    assert!(projected.store.write_batch(&lease, &computed).await.is_err());
    projected
        .sql("alter table worklist_rows drop constraint worklist_rows_check")
        .await;
    let written = projected.store.write_batch(&lease, &computed).await.unwrap();
    assert_eq!(written, Written::Moved(5));
    while projected.step(&lease, 4).await != Written::Moved(9) {}
    assert!(!projected.compared().await.equal());
}
