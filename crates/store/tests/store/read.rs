//! Reading streams and pages.

use throughcare_domain::code::OrganisationCode;
use throughcare_domain::fact::{ContactRecorded, OrganisationRegistered};
use throughcare_domain::id::EpisodeId;
use throughcare_domain::stream::{StreamId, StreamKind};
use throughcare_store::{Append, LogQuery, Parts, StreamAppend};
use throughcare_testkit::{Builder, TestDatabase};

#[tokio::test]
async fn a_stream_is_read_as_it_was_known() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let (one, two) = (build.person(), build.person());
    store.append(build.append(one, 0, 2)).await.unwrap();
    store.append(build.append(two, 0, 1)).await.unwrap();
    store.append(build.append(one, 2, 1)).await.unwrap();

    for (upto, length) in [(Some(0), 0), (Some(1), 1), (Some(3), 2), (Some(4), 3), (None, 3)] {
        assert_eq!(
            store
                .read_stream(&throughcare_store::Reach::EVERYBODY, one, upto)
                .await
                .unwrap()
                .len(),
            length,
            "{upto:?}"
        );
    }
    let nobody = build.person();
    let read = store
        .read_streams(&throughcare_store::Reach::EVERYBODY, &[one, two, nobody], Some(3))
        .await
        .unwrap();
    assert_eq!(
        [read[&one].len(), read[&two].len(), read[&nobody].len()],
        [2, 1, 0]
    );
}

#[tokio::test]
async fn who_people_are_is_read_without_the_rest_of_their_records() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let (one, two, nobody) = (build.person(), build.person(), build.person());
    store
        .append(build.register(one, "Robin", "Ashdown"))
        .await
        .unwrap();
    store.append(build.register(two, "Kim", "Vale")).await.unwrap();
    let seen = ContactRecorded {
        episode: EpisodeId(uuid::Uuid::from_u128(9)),
    };
    let (contact, moved) = (build.event(seen, None), build.event(Builder::fact(), None));
    let later = StreamAppend {
        stream: one,
        expected: 1,
        events: vec![contact, moved],
    };
    store
        .append(Append {
            streams: vec![later],
            ..Append::default()
        })
        .await
        .unwrap();

    let read = store
        .read_identities(&throughcare_store::Reach::EVERYBODY, &[one, two, nobody])
        .await
        .unwrap();
    let versions = |stream| {
        let events = read.get(&stream).map(Vec::as_slice).unwrap_or_default();
        events
            .iter()
            .map(|event| event.envelope.stream_version)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (versions(one), versions(two), versions(nobody)),
        (vec![1, 3], vec![1], vec![])
    );
    assert_eq!(
        read[&two],
        store
            .read_stream(&throughcare_store::Reach::EVERYBODY, two, None)
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn pages_of_the_log_follow_one_another_and_can_be_narrowed() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let code = OrganisationCode::parse("northshire-recovery").unwrap();
    let organisation = StreamId::organisation(&code);
    let registered = OrganisationRegistered {
        organisation: code,
        name: "Northshire Recovery".into(),
    };
    let events = vec![build.event(registered, None)];
    let register = Append {
        streams: vec![StreamAppend {
            stream: organisation,
            expected: 0,
            events,
        }],
        ..Append::default()
    };
    for _ in 0..3 {
        let person = build.person();
        store.append(build.register(person, "A", "B")).await.unwrap();
        store.append(build.append(person, 1, 2)).await.unwrap();
    }
    store.append(register).await.unwrap();

    let positions = async |query: LogQuery| {
        let read = store
            .read_log(&throughcare_store::Reach::EVERYBODY, &query)
            .await
            .unwrap();
        read.into_iter()
            .map(|event| event.envelope.position)
            .collect::<Vec<_>>()
    };
    let all = LogQuery {
        limit: 100,
        parts: Parts::Envelope,
        ..LogQuery::default()
    };
    assert_eq!(positions(all.clone()).await, (1..=10).collect::<Vec<_>>());
    assert_eq!(
        positions(LogQuery {
            after: 4,
            limit: 3,
            ..all.clone()
        })
        .await,
        [5, 6, 7]
    );
    assert_eq!(
        positions(LogQuery {
            after: 10,
            ..all.clone()
        })
        .await,
        [0u64; 0]
    );
    assert_eq!(
        positions(LogQuery {
            upto: Some(2),
            ..all.clone()
        })
        .await,
        [1, 2]
    );
    let types = vec!["identity.person-registered".to_owned()];
    assert_eq!(positions(LogQuery { types, ..all.clone() }).await, [1, 4, 7]);
    assert_eq!(
        positions(LogQuery {
            kind: Some(StreamKind::Organisation),
            ..all.clone()
        })
        .await,
        [10]
    );
    assert_eq!(positions(LogQuery { limit: 0, ..all }).await, [0u64; 0]);

    let organisations = store.organisation_entries(0, 10).await.unwrap();
    assert_eq!(organisations.len(), 1);
    let told = organisations[0].event.as_ref().unwrap();
    assert_eq!(told.fact().unwrap().event_type(), "organisation.registered");
}

#[tokio::test]
async fn an_event_of_a_newer_program_is_an_error_of_its_own() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    store.append(build.append(person, 0, 2)).await.unwrap();
    let mut owner = sqlx::ConnectOptions::connect(&database.connect_options())
        .await
        .unwrap();
    // Copied as a newer program would have written it, but for the seal: the envelope alone can be read.
    sqlx::raw_sql("ALTER TABLE events DISABLE TRIGGER USER; UPDATE events SET event_type = 'custody.teleported' WHERE position = 1")
        .execute(&mut owner)
        .await
        .unwrap();
    let query = LogQuery {
        limit: 10,
        parts: Parts::Both,
        ..LogQuery::default()
    };
    let entries = store
        .read_entries(&throughcare_store::Reach::EVERYBODY, &query)
        .await
        .unwrap();
    assert_eq!(entries[0].event_type, "custody.teleported");
    assert!(entries[0].event.is_err() && entries[1].event.is_ok());
}
