//! Appending: what is in the log afterwards, and what a clash leaves behind.

use throughcare_store::{Append, AppendOutcome, Entity, EntityKind, StoreError};
use throughcare_testkit::{Builder, TestDatabase};

#[tokio::test]
async fn what_is_appended_is_read_back() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    let register = build.register(person, "Ada", "Example");
    let asked = register.streams[0].events[0].clone();

    let appended = store.append(register).await.unwrap().appended().unwrap();

    assert_eq!((appended.first_position, appended.last_position), (1, 1));
    assert_eq!(appended.versions, [(person, 1)]);
    let read = store
        .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
        .await
        .unwrap();
    assert_eq!(read.len(), 1);
    let event = &read[0];
    assert_eq!(event.fact(), Some(&asked.draft.fact));
    assert_eq!(event.identity, asked.draft.identity);
    assert_eq!(event.envelope.id, asked.draft.id);
    assert_eq!(event.envelope.occurred, asked.draft.occurred);
    assert_eq!(event.envelope.actor, asked.provenance.actor);
    assert_eq!(event.envelope.received_at, asked.provenance.received_at);
    assert_eq!(event.envelope.recorded_at, appended.recorded_at);
    assert_eq!((event.envelope.position, event.envelope.stream_version), (1, 1));
    assert_eq!(store.head().await.unwrap().position, 1);
    assert_eq!(*store.committed().borrow(), 1);
}

#[tokio::test]
async fn an_append_on_an_old_version_conflicts_and_writes_nothing() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    store.append(build.append(person, 0, 2)).await.unwrap();

    for expected in [0, 1, 3] {
        let outcome = store.append(build.append(person, expected, 1)).await.unwrap();
        assert_eq!(
            outcome,
            AppendOutcome::Conflict {
                stream: person,
                actual: 2
            },
            "expected {expected}"
        );
    }
    let nobody = build.person();
    let outcome = store.append(build.append(nobody, 5, 1)).await.unwrap();
    assert_eq!(
        outcome,
        AppendOutcome::Conflict {
            stream: nobody,
            actual: 0
        }
    );
    assert_eq!(store.head().await.unwrap().position, 2);
    let next = store
        .append(build.append(person, 2, 1))
        .await
        .unwrap()
        .appended()
        .unwrap();
    assert_eq!(next.first_position, 3, "a conflict draws no position");
}

#[tokio::test]
async fn several_streams_are_appended_all_or_nothing() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let (from, to) = (build.person(), build.person());
    store.append(build.append(from, 0, 1)).await.unwrap();

    let stale = Append {
        streams: vec![build.stream(to, 0, 2), build.stream(from, 0, 1)],
        ..Append::default()
    };
    let outcome = store.append(stale).await.unwrap();
    assert_eq!(
        outcome,
        AppendOutcome::Conflict {
            stream: from,
            actual: 1
        }
    );
    assert_eq!(store.stream_version(to).await.unwrap(), 0);
    assert!(
        store
            .read_stream(&throughcare_store::Reach::EVERYBODY, to, None)
            .await
            .unwrap()
            .is_empty()
    );

    let fresh = Append {
        streams: vec![build.stream(to, 0, 2), build.stream(from, 1, 1)],
        ..Append::default()
    };
    let appended = store.append(fresh).await.unwrap().appended().unwrap();
    assert_eq!((appended.first_position, appended.last_position), (2, 4));
    assert_eq!(appended.versions, [(to, 2), (from, 2)]);
}

#[tokio::test]
async fn what_no_append_may_be_is_refused_before_it_is_queued() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    let twice = Append {
        streams: vec![build.stream(person, 0, 1), build.stream(person, 1, 1)],
        ..Append::default()
    };
    for wrong in [
        Append::default(),
        build.append(person, 0, 0),
        build.append(person, 0, 257),
        twice,
    ] {
        assert!(matches!(store.append(wrong).await, Err(StoreError::Invalid(_))));
    }
    assert_eq!(store.head().await.unwrap().position, 0);
}

#[tokio::test]
async fn one_append_that_the_database_refuses_fails_alone() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let appends: Vec<_> = (0..8)
        .map(|at| {
            let person = build.person();
            let mut append = build.append(person, 0, 1);
            if at == 3 {
                // A date that the edge would never let through: a CHECK refuses it.
                let event = &mut append.streams[0].events[0];
                event.draft.occurred =
                    throughcare_domain::when::Occurred::On(jiff::civil::date(1066, 10, 14));
            }
            append
        })
        .collect();
    let tasks: Vec<_> = appends
        .into_iter()
        .map(|append| {
            let store = store.clone();
            tokio::spawn(async move { store.append(append).await })
        })
        .collect();
    for (at, task) in tasks.into_iter().enumerate() {
        match task.await.unwrap() {
            Ok(AppendOutcome::Appended(_)) => assert_ne!(at, 3),
            Err(StoreError::Database(_)) => assert_eq!(at, 3),
            other => panic!("append {at}: {other:?}"),
        }
    }
    assert_eq!(store.head().await.unwrap().position, 7);
}

#[tokio::test]
async fn a_bulk_append_may_begin_a_stream_and_go_on_with_it() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let (one, two) = (build.person(), build.person());
    let bulk = vec![
        build.append(one, 0, 3),
        build.append(two, 0, 1),
        build.append(one, 3, 2),
        build.append(one, 3, 1),
        build.append(one, 5, 1),
    ];

    let outcomes = store.append_bulk(bulk).await.unwrap();

    assert_eq!(
        outcomes[3],
        AppendOutcome::Conflict {
            stream: one,
            actual: 5
        }
    );
    assert_eq!(
        outcomes.into_iter().filter_map(AppendOutcome::appended).count(),
        4
    );
    assert_eq!(
        store
            .read_stream(&throughcare_store::Reach::EVERYBODY, one, None)
            .await
            .unwrap()
            .len(),
        6
    );
    // Another node opens them with the keys that were stored.
    assert_eq!(
        database
            .store()
            .await
            .read_stream(&throughcare_store::Reach::EVERYBODY, one, None)
            .await
            .unwrap()
            .len(),
        6
    );
}

/// Two appends begin one stream with different keys; what was sealed under the loser's must not get in.
#[tokio::test]
async fn a_bulk_append_that_lost_the_race_for_a_stream_adds_nothing_to_it() {
    let database = TestDatabase::new().await;
    let (store, other) = (database.store().await, database.store().await);
    let mut build = Builder::new(1);
    for _ in 0..20 {
        let person = build.person();
        let rival = build.append(person, 0, 1);
        let bulk = vec![build.append(person, 0, 1), build.append(person, 1, 1)];
        let (won, lost) = tokio::join!(other.append(rival), store.append_bulk(bulk));
        let rival_won = won.unwrap().appended().is_some();
        let added = lost
            .unwrap_or_default()
            .into_iter()
            .filter_map(AppendOutcome::appended)
            .count();
        let read = database
            .store()
            .await
            .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
            .await
            .unwrap();
        if rival_won {
            assert!(
                added <= 1 && read.len() == 1 + added,
                "rival won, {added} added, {} read",
                read.len()
            );
        } else {
            assert_eq!((added, read.len()), (2, 2));
        }
    }
}

#[tokio::test]
async fn entities_lead_to_their_stream() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let (person, referral) = (build.person(), build.id());
    let mut append = build.append(person, 0, 1);
    append.entities = vec![Entity {
        id: referral,
        kind: EntityKind::Referral,
        stream: person,
    }];
    store.append(append).await.unwrap();

    assert_eq!(
        store
            .find_entity(&throughcare_store::Reach::EVERYBODY, referral)
            .await
            .unwrap(),
        Some((EntityKind::Referral, person))
    );
    assert_eq!(
        store
            .find_entity(&throughcare_store::Reach::EVERYBODY, build.id())
            .await
            .unwrap(),
        None
    );
}
