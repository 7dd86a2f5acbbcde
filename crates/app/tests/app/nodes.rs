//! Several nodes keep the lists: one works, and when it ends the next goes on.

use crate::projecting::{catch_up, compared, county, node, record};
use std::time::Duration;
use throughcare_app::{App, Projector};
use throughcare_domain::reference::CodeList;
use throughcare_store::SHIPPED_BY;
use throughcare_testkit::TestDatabase;
use tokio::sync::watch;
use tokio::task::JoinHandle;

fn start(app: &App, name: &str) -> (watch::Sender<bool>, JoinHandle<()>) {
    let (stop, stopped) = watch::channel(false);
    let projector = Projector::new(app.clone()).on_node(name);
    (stop, tokio::spawn(async move { projector.run(stopped).await }))
}

/// Waits for what must come; only a failure waits to the end.
async fn until(app: &App, what: impl Fn(&throughcare_store::projection::ProjectionStatus) -> bool) {
    for _ in 0..1_200 {
        if what(&app.store().projections().await.unwrap()[0]) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it did not come: {:?}", app.store().projections().await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_stops_gives_its_lease_up_and_another_goes_on() {
    let database = TestDatabase::new().await;
    let (one, two) = (node(&database).await, node(&database).await);
    let (stop_one, first) = start(&one, "one");
    until(&one, |status| status.lease.owner.as_deref() == Some("one")).await;
    let (stop_two, second) = start(&two, "two");
    record(&one, &county(5)).await;
    until(&one, |status| status.lag_events == 0 && status.position > 0).await;
    assert_eq!(
        one.store().projections().await.unwrap()[0].lease.owner.as_deref(),
        Some("one")
    );

    stop_one.send_replace(true);
    first.await.unwrap();
    until(&two, |status| status.lease.owner.as_deref() == Some("two")).await;
    stop_two.send_replace(true);
    second.await.unwrap();
    assert_eq!(two.store().projections().await.unwrap()[0].lease.owner, None);
    assert!(compared(&two).await.equal());
}

/// A node that is torn down in the middle of its work, again and again: what the others make is still right.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_that_are_torn_down_leave_nothing_half_done() {
    let database = TestDatabase::new().await;
    let app = node(&database).await;
    record(&app, &county(30)).await;
    for round in 0..6 {
        let other = node(&database).await;
        // Of one name: each takes the lease of the one before, as a node does that starts again.
        let (_stop, work) = start(&other, "one");
        tokio::time::sleep(Duration::from_millis(40 * round)).await;
        work.abort();
        let _ = work.await;
    }
    let (stop, work) = start(&app, "one");
    until(&app, |status| status.lag_events == 0).await;
    stop.send_replace(true);
    work.await.unwrap();
    catch_up(&app).await;
    let found = compared(&app).await;
    assert!(found.equal() && found.live == found.beside, "{found:?}");
}

/// A list that one node takes into use is soon seen by every other, without being asked to look.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_that_one_node_loads_is_seen_by_the_others() {
    let database = TestDatabase::new().await;
    let (one, two) = (node(&database).await, node(&database).await);
    let things = |version: &str, codes: &str| {
        let text = format!("code,label,status,origin,valid_from,valid_to\n{codes}");
        CodeList::from_csv("things", version, &text).unwrap()
    };
    let shipped = things("1", "a,A,current,local,,\n");
    one.store().load_reference(&shipped, SHIPPED_BY).await.unwrap();
    let loaded = one
        .load_list(&things("2", "a,A,current,local,,\nb,B,current,local,,\n"), "test")
        .await
        .unwrap();
    assert_eq!((loaded.new, loaded.superseded.as_deref()), (true, Some("1")));
    assert!(
        one.reference().await.label("things", "b").is_some(),
        "at once where it was loaded"
    );
    for _ in 0..1_200 {
        if two.reference().await.label("things", "b").is_some() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the other node did not see it");
}
