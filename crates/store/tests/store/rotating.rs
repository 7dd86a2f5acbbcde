//! Another key-encryption key, and other keys of one person: nothing is lost, and nothing is left to the old one.

use sqlx::ConnectOptions as _;
use throughcare_domain::id::PersonId;
use throughcare_domain::identifier::IdentifierKind;
use throughcare_domain::stream::StreamId;
use throughcare_store::keys::{Destroy, Rotation};
use throughcare_store::seal::{FileKeyWrap, KeyFile, KeyWrap as _, SealError};
use throughcare_store::{Hold, Store, StoreError};
use throughcare_testkit::{Builder, TestDatabase};
use uuid::Uuid;

async fn with_people(count: usize) -> (TestDatabase, Store, Vec<StreamId>, Builder) {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let people: Vec<_> = (0..count).map(|_| build.person()).collect();
    for person in &people {
        let registered = build.register(*person, "Robin", "Ashdown");
        store.append(registered).await.unwrap().appended().unwrap();
    }
    (database, store, people, build)
}

async fn assert_readable(store: &Store, people: &[StreamId]) {
    for person in people {
        let read = store
            .read_stream(&throughcare_store::Reach::EVERYBODY, *person, None)
            .await
            .unwrap();
        assert!(read[0].identity.is_some());
    }
}

#[tokio::test]
async fn every_key_is_wrapped_by_the_new_one_while_nodes_go_on() {
    let (database, store, mut people, mut build) = with_people(40).await;
    let other = database.store().await;
    let prisoner = store.blind(IdentifierKind::PrisonerNumber, "A0001AA");
    let hold = Hold {
        id: build.id(),
        prisoner,
        client: "prison".into(),
        key: None,
        source: None,
        payload: b"a movement".to_vec(),
        until: "2030-01-01T00:00:00Z".parse().unwrap(),
    };
    store.hold(hold).await.unwrap();
    let message = crate::inbound::inbound(build.id(), Vec::new());
    store.keep_message(&message).await.unwrap();
    let webhook = crate::webhooks::new(1);
    store.make_webhook(&webhook, build.id(), 1).await.unwrap();
    let secrets = store.webhook_secrets(webhook.id).await.unwrap();
    assert_eq!(secrets.len(), 1);
    let key_file = database.settings().key_file;
    let old = KeyFile::open_or_create(&key_file, true).unwrap().key_encryption;

    // Stopped after the first keys: both nodes go on reading and appending.
    let stopped = store.rotate(&key_file, &mut |_| false).await.unwrap();
    assert!(!stopped);
    let both = KeyFile::open_or_create(&key_file, true).unwrap();
    assert_eq!(both.key_encryption_before, Some(old));
    for node in [&store, &other] {
        let fresh = build.person();
        let registered = build.register(fresh, "Robin", "Ashdown");
        node.append(registered).await.unwrap().appended().unwrap();
        people.push(fresh);
        node.forget_keys();
        assert_readable(node, &people).await;
    }
    let mut told = Vec::new();
    let done = store
        .rotate(&key_file, &mut |step| {
            told.push(step);
            true
        })
        .await
        .unwrap();

    assert!(
        done && told.contains(&Rotation::Held(3)) && told.last() == Some(&Rotation::Ended),
        "{told:?}"
    );
    let by = store.wrapped_by().await.unwrap();
    assert_eq!(by.len(), 1);
    assert_eq!((by[0].keys, by[0].is_current), (people.len() as u64 * 2, true));
    for node in [&store, &other, &database.store().await] {
        node.forget_keys();
        assert_readable(node, &people).await;
        let kept = node.messages_to_apply(1).await.unwrap();
        assert!(
            kept[0].payload.is_some(),
            "a message that is kept opens as before"
        );
        assert!(node.webhook_secrets(webhook.id).await.unwrap() == secrets);
    }
    assert_eq!(
        KeyFile::open_or_create(&key_file, true)
            .unwrap()
            .key_encryption_before,
        None
    );
    // The old key opens nothing that is stored now.
    let wrap = FileKeyWrap::new(&old).unwrap();
    let mut keys = database.key_connect_options().connect().await.unwrap();
    let wrapped: Vec<(Uuid, String, Vec<u8>)> =
        sqlx::query_as("SELECT stream_id, part, wrapped FROM stream_keys")
            .fetch_all(&mut keys)
            .await
            .unwrap();
    for (stream, part, wrapped) in wrapped {
        let context = [
            b"throughcare stream key 1\0",
            &stream.as_bytes()[..],
            &1u16.to_be_bytes(),
            part.as_bytes(),
        ]
        .concat();
        assert!(wrap.unwrap(&context, &wrapped).is_err());
        let current = FileKeyWrap::new(&both.key_encryption).unwrap();
        assert!(current.unwrap(&context, &wrapped).is_ok(), "the control");
    }
}

/// A machine without the new key must not go on with the old one, unseen.
#[tokio::test]
async fn a_node_that_does_not_have_the_new_key_adds_nothing_and_does_not_start() {
    let (database, store, _, mut build) = with_people(2).await;
    let mut elsewhere = database.settings();
    let here = elsewhere.key_file.clone();
    elsewhere.key_file = here.with_file_name("of another machine");
    std::fs::copy(&here, &elsewhere.key_file).unwrap();
    let node = Store::open(elsewhere.clone()).await.unwrap();
    assert!(!store.rotate(&here, &mut |_| false).await.unwrap());

    let fresh = build.person();
    let told = node.append(build.append(fresh, 0, 1)).await.unwrap_err();
    assert!(
        matches!(told, StoreError::Seal(SealError::KeyRetired)),
        "{told:?}"
    );
    assert!(Store::open(elsewhere.clone()).await.is_err());

    std::fs::copy(&here, &elsewhere.key_file).unwrap();
    node.append(build.append(fresh, 0, 1))
        .await
        .unwrap()
        .appended()
        .unwrap();
}

#[tokio::test]
async fn new_keys_of_a_person_seal_what_is_new_and_the_old_ones_open_what_was() {
    let (database, store, people, mut build) = with_people(2).await;
    let other = database.store().await;
    assert_readable(&other, &people).await; // with the old version in memory
    let person = PersonId(people[0].id);
    assert_eq!(store.renew_keys(person).await.unwrap(), 2);
    store
        .append(build.append(people[0], 1, 1))
        .await
        .unwrap()
        .appended()
        .unwrap();

    let mut main = database.connect_options().connect().await.unwrap();
    let versions: Vec<i16> =
        sqlx::query_scalar("SELECT key_version FROM events WHERE stream_id = $1 ORDER BY stream_version")
            .bind(people[0].id)
            .fetch_all(&mut main)
            .await
            .unwrap();
    assert_eq!(versions, [1, 2]);
    for node in [&store, &other] {
        let read = node
            .read_stream(&throughcare_store::Reach::EVERYBODY, people[0], None)
            .await
            .unwrap();
        assert!(read.iter().all(|event| event.fact().is_some()));
    }
    assert_eq!(store.renew_keys(person).await.unwrap(), 3);

    store
        .destroy_keys(&[person], Destroy::Both, Uuid::from_u128(1))
        .await
        .unwrap();
    let read = store
        .read_stream(&throughcare_store::Reach::EVERYBODY, people[0], None)
        .await
        .unwrap();
    assert!(
        read.iter().all(|event| event.fact().is_none()),
        "every version went"
    );
    let told = store.renew_keys(person).await;
    assert!(matches!(told, Err(StoreError::KeysDestroyed)), "{told:?}");
    let nobody = store.renew_keys(PersonId(build.id())).await;
    assert!(
        matches!(nobody, Err(StoreError::Seal(SealError::KeysMissing))),
        "{nobody:?}"
    );
}
