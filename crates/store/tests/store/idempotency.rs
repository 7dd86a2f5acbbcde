//! A retry neither doubles nor drops.

use throughcare_domain::event::SourceReference;
use throughcare_store::{AppendOutcome, Reference};
use throughcare_testkit::{Builder, TestDatabase, fingerprint};

#[tokio::test]
async fn the_same_request_again_is_answered_and_not_recorded_again() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    let mut first = build.append(person, 0, 2);
    first.idempotency = Some(build.key("request", "answer"));
    let key = first.idempotency.clone();
    store.append(first).await.unwrap().appended().unwrap();

    // The retry decided again and made other ids; its answer is the first one's.
    let mut again = build.append(person, 0, 2);
    again.idempotency = key.clone();
    again.idempotency.as_mut().unwrap().answer = b"another".to_vec();
    let expected = AppendOutcome::Replayed {
        answer: b"answer".to_vec(),
        first_position: 1,
        last_position: 2,
    };
    assert_eq!(store.append(again).await.unwrap(), expected);
    assert_eq!(store.head().await.unwrap().position, 2);

    let stored = store
        .find_idempotency("northshire-cms", key.unwrap().key)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (stored.answer, stored.fingerprint),
        (b"answer".to_vec(), fingerprint("request"))
    );
}

/// In one group the retry meets an append that writes: its conflict with that one must not hide the answer.
#[tokio::test]
async fn a_retry_in_a_group_that_overtakes_its_stream_is_answered_and_no_conflict() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    let mut first = build.append(person, 0, 1);
    first.idempotency = Some(build.key("request", "answer"));
    let key = first.idempotency.clone();
    store.append(first).await.unwrap().appended().unwrap();

    let other = build.append(person, 1, 1);
    let mut again = build.append(person, 0, 1);
    again.idempotency = key;
    let outcomes = store.append_bulk(vec![other, again]).await.unwrap();

    assert!(matches!(outcomes[0], AppendOutcome::Appended(_)), "{outcomes:?}");
    let expected = AppendOutcome::Replayed {
        answer: b"answer".to_vec(),
        first_position: 1,
        last_position: 1,
    };
    assert_eq!(outcomes[1], expected);
}

#[tokio::test]
async fn a_key_with_another_request_is_refused_and_another_clients_key_is_another_key() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    let mut first = build.append(person, 0, 1);
    first.idempotency = Some(build.key("request", "answer"));
    let key = first.idempotency.clone().unwrap();
    store.append(first).await.unwrap();

    let mut reused = build.append(person, 1, 1);
    reused.idempotency = Some(key.clone());
    reused.idempotency.as_mut().unwrap().fingerprint = fingerprint("another request");
    assert_eq!(store.append(reused).await.unwrap(), AppendOutcome::KeyReused);

    let mut others = build.append(person, 1, 1);
    others.idempotency = Some(key);
    others.idempotency.as_mut().unwrap().client = "southshire-cms".into();
    assert!(store.append(others).await.unwrap().appended().is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_tasks_with_one_key_record_once() {
    let database = TestDatabase::new().await;
    let nodes = [database.store().await, database.store().await];
    let mut build = Builder::new(1);
    for round in 0..10 {
        let person = build.person();
        let key = build.key("request", "answer");
        let tasks: Vec<_> = (0..8)
            .map(|task| {
                let mut append = build.append(person, 0, 1);
                append.idempotency = Some(key.clone());
                let store = nodes[task % 2].clone();
                tokio::spawn(async move { store.append(append).await.unwrap() })
            })
            .collect();
        let (mut appended, mut replayed) = (0, 0);
        for task in tasks {
            match task.await.unwrap() {
                AppendOutcome::Appended(_) => appended += 1,
                AppendOutcome::Replayed { answer, .. } if answer == b"answer" => replayed += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((appended, replayed), (1, 7), "round {round}");
        assert_eq!(store_version(&nodes[0], person).await, 1);
    }
}

/// Negative control: without the key each of them records, as far as versions let it.
#[tokio::test]
async fn without_a_key_a_retry_doubles() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    for expected in 0..2 {
        assert!(
            store
                .append(build.append(person, expected, 1))
                .await
                .unwrap()
                .appended()
                .is_some()
        );
    }
    assert_eq!(store_version(&store, person).await, 2);
}

async fn store_version(
    store: &throughcare_store::Store,
    person: throughcare_domain::stream::StreamId,
) -> u32 {
    store.stream_version(person).await.unwrap()
}

#[tokio::test]
async fn a_senders_reference_is_taken_once_per_client() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let (person, entity) = (build.person(), build.id());
    let source = SourceReference {
        system: "prison-feed".into(),
        value: "M-1".into(),
    };
    let reference = |client: &str| Reference {
        client: client.into(),
        source: source.clone(),
        entity,
        stream: person,
    };

    let mut first = build.append(person, 0, 1);
    first.references = vec![reference("feed")];
    store.append(first).await.unwrap().appended().unwrap();
    let mut again = build.append(person, 1, 1);
    again.references = vec![reference("feed")];
    assert_eq!(
        store.append(again).await.unwrap(),
        AppendOutcome::DuplicateReference { entity }
    );
    let mut another = build.append(person, 1, 1);
    another.references = vec![reference("another-feed")];
    assert!(store.append(another).await.unwrap().appended().is_some());

    let found = store.find_reference("feed", &source).await.unwrap().unwrap();
    assert_eq!((found.entity, found.stream, found.position), (entity, person, 1));
    let unknown = SourceReference {
        value: "M-2".into(),
        ..source
    };
    assert_eq!(store.find_reference("feed", &unknown).await.unwrap(), None);
}
