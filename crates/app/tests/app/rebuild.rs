//! A rebuild while the log grows and lists are read: stopped and taken up again, refused when rows differ.

use crate::projecting::{append, catch_up, county, node, rebuilding, record, run, told};
use sqlx::ConnectOptions as _;
use std::sync::Arc;
use throughcare_app::{Projector, Rebuild, RebuildError, Rebuilt};
use throughcare_store::projection::Projection;
use throughcare_testkit::TestDatabase;
use tokio::sync::watch;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_goes_on_while_others_write_and_follow() {
    let database = TestDatabase::new().await;
    let app = node(&database).await;
    record(&app, &county(25)).await;
    catch_up(&app).await;
    let (stop, stopped) = watch::channel(false);
    let projector = Projector::new(app.clone()).on_node("one");
    let following = tokio::spawn(async move { projector.run(stopped).await });
    let writing = {
        let (app, more) = (app.clone(), county(27));
        tokio::spawn(async move {
            // The two people more than before, a fact at a time.
            for (stream, facts) in told(&more) {
                let known = app.store().stream_version(stream).await.unwrap() as usize;
                for at in known..facts.len() {
                    app.store()
                        .append(append(stream, at, &facts[at..=at]))
                        .await
                        .unwrap();
                }
            }
        })
    };
    let other = node(&database).await;
    let Rebuilt::Switched(summary) = run(&rebuilding(&other), false).await else {
        panic!("it differs")
    };
    assert!(summary.comparison.unwrap().equal());
    assert!(summary.events > 0);
    writing.await.unwrap();
    stop.send_replace(true);
    following.await.unwrap();
    catch_up(&app).await;
    let Rebuilt::Switched(again) = run(&rebuilding(&app), false).await else {
        panic!("after the switch the live table went wrong")
    };
    let (position, _) = again.digest.unwrap();
    assert_eq!(position, app.store().head().await.unwrap().position);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_differ_change_nothing_until_they_are_accepted() {
    let database = TestDatabase::new().await;
    let app = node(&database).await;
    record(&app, &county(10)).await;
    catch_up(&app).await;
    let mut owner = database.connect_options().connect().await.unwrap();
    sqlx::raw_sql("delete from worklist_rows where entry = (select max(entry) from worklist_rows)")
        .execute(&mut owner)
        .await
        .unwrap();
    let before = app.store().digest(Projection::WORKLISTS).await.unwrap();
    let Rebuilt::Differs(found) = run(&rebuilding(&app), false).await else {
        panic!("a row is missing")
    };
    assert_eq!((found.people, found.rows, found.first.len()), (1, 1, 1));
    assert_eq!(app.store().digest(Projection::WORKLISTS).await.unwrap(), before);

    let accepting = Rebuild {
        accept_changes: true,
        ..rebuilding(&app)
    };
    let Rebuilt::Switched(summary) = run(&accepting, false).await else {
        panic!("it was accepted")
    };
    assert_eq!(summary.events, 0, "what was computed is not computed again");
    assert_eq!(
        app.store().digest(Projection::WORKLISTS).await.unwrap().1,
        found.beside
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_is_stopped_and_goes_on_and_there_is_only_one() {
    let database = TestDatabase::new().await;
    let app = node(&database).await;
    record(&app, &county(10)).await;
    catch_up(&app).await;
    let Rebuilt::Stopped { left, ranges } = run(&rebuilding(&app), true).await else {
        panic!("it was told to stop")
    };
    assert_eq!(left, ranges);

    let held = app
        .store()
        .take_lease(Projection::WORKLISTS.rebuilding(), "another", false)
        .await
        .unwrap()
        .expect("a rebuild that stopped gives its lease up");
    let (_stopping, stop) = watch::channel(false);
    let refused = rebuilding(&app)
        .run(Projection::WORKLISTS, stop, Arc::new(|_| {}))
        .await;
    assert!(matches!(refused, Err(RebuildError::UnderWay(_))), "{refused:?}");
    app.store().give_up_lease(&held).await.unwrap();
    assert!(matches!(
        run(&rebuilding(&app), false).await,
        Rebuilt::Switched(_)
    ));
}

/// Nothing was followed yet: a log filled in bulk gets its lists by ranges, which is faster.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_that_were_never_made_are_made_by_a_rebuild() {
    let database = TestDatabase::new().await;
    let app = node(&database).await;
    record(&app, &county(10)).await;
    let Rebuilt::Switched(summary) = run(&rebuilding(&app), false).await else {
        panic!("there was nothing to differ from")
    };
    assert_eq!(summary.comparison, None);
    assert!(summary.digest.is_some_and(|(_, digest)| digest.rows > 0));
    let head = app.store().head().await.unwrap().position;
    assert_eq!(app.store().checkpoint("worklists").await.unwrap(), head);
    assert!(crate::projecting::compared(&app).await.equal());
}
