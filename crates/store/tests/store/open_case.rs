//! Opening a case: one statement, one moment.

use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::fact::{ContactRecorded, IdentityDetail, OrganisationRegistered};
use throughcare_domain::id::EpisodeId;
use throughcare_domain::stream::StreamId;
use throughcare_store::{
    Append, AppendOutcome, CaseOf, Entity, EntityKind, Idempotency, Parts, Store, StreamAppend,
};
use throughcare_testkit::{Builder, TestDatabase};
use uuid::Uuid;

const KEY: Uuid = Uuid::from_u128(7);
const REFERRAL: Uuid = Uuid::from_u128(8);

async fn position_of(store: &Store, append: Append) -> u64 {
    match store.append(append).await.unwrap() {
        AppendOutcome::Appended(appended) => appended.last_position,
        other => panic!("{other:?}"),
    }
}

fn organisation(build: &mut Builder, name: &str) -> Append {
    let code = OrganisationCode::parse(name).unwrap();
    let registered = OrganisationRegistered {
        organisation: code.clone(),
        name: name.into(),
    };
    Append {
        streams: vec![StreamAppend {
            stream: StreamId::organisation(&code),
            expected: 0,
            events: vec![build.event(registered, None)],
        }],
        ..Append::default()
    }
}

#[tokio::test]
async fn given_a_person_then_the_case_is_their_stream_by_its_id_and_by_what_belongs_to_it() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let (one, two) = (build.person(), build.person());
    let referral = Entity {
        id: REFERRAL,
        kind: EntityKind::Referral,
        stream: one,
    };
    let begin = build.append(one, 0, 2);
    store
        .append(Append {
            entities: vec![referral],
            ..begin
        })
        .await
        .unwrap();
    store.append(build.append(two, 0, 1)).await.unwrap();
    store.append(build.append(one, 2, 1)).await.unwrap();

    let whole = store
        .read_stream(&throughcare_store::Reach::EVERYBODY, one, None)
        .await
        .unwrap();
    for of in [CaseOf::Stream(one), CaseOf::Entity(REFERRAL)] {
        let case = store.open_case(of, 0, None).await.unwrap();
        assert_eq!(case.events, whole, "{of:?}");
        assert_eq!((case.head, case.answered), (4, None), "{of:?}");
        let case = store
            .read_case(&throughcare_store::Reach::EVERYBODY, of, 0, Parts::Both)
            .await
            .unwrap();
        assert_eq!((case.events, case.head), (whole.clone(), 4), "{of:?}");
    }
    let nobody = build.person();
    for of in [CaseOf::Nobody, CaseOf::Stream(nobody), CaseOf::Entity(KEY)] {
        let case = store.open_case(of, 0, None).await.unwrap();
        assert!(case.events.is_empty(), "{of:?}");
        assert_eq!(case.head, 4, "{of:?}");
        let case = store
            .read_case(&throughcare_store::Reach::EVERYBODY, of, 0, Parts::Both)
            .await
            .unwrap();
        assert!(case.events.is_empty(), "{of:?}");
    }
}

#[tokio::test]
async fn given_a_note_then_a_case_tells_who_it_is_about_and_leaves_the_note_sealed() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    store
        .append(build.register(person, "Robin", "Ashdown"))
        .await
        .unwrap();
    let seen = ContactRecorded {
        episode: EpisodeId(REFERRAL),
    };
    let note = IdentityDetail {
        note: Some("Seen.".into()),
        ..IdentityDetail::default()
    };
    let contact = StreamAppend {
        stream: person,
        expected: 1,
        events: vec![build.event(seen, Some(note))],
    };
    store
        .append(Append {
            streams: vec![contact],
            ..Append::default()
        })
        .await
        .unwrap();

    let told = |events: &[RecordedEvent]| [events[0].identity.is_some(), events[1].identity.is_some()];
    let of = CaseOf::Stream(person);
    let opened = store.open_case(of, 0, None).await.unwrap();
    assert_eq!(told(&opened.events), [true, false]);
    for (parts, expected) in [
        (Parts::Case, [false, false]),
        (Parts::Known, [true, false]),
        (Parts::Both, [true, true]),
    ] {
        let read = store
            .read_case(&throughcare_store::Reach::EVERYBODY, of, 0, parts)
            .await
            .unwrap();
        assert_eq!(told(&read.events), expected, "{parts:?}");
        assert!(
            read.events.iter().all(|event| event.fact().is_some()),
            "{parts:?}"
        );
    }
}

#[tokio::test]
async fn given_a_key_that_was_answered_then_the_answer_comes_with_the_case_for_its_client_alone() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    let told = Idempotency {
        client: "records".into(),
        key: KEY,
        fingerprint: [3; 32],
        answer: b"{}".to_vec(),
    };
    let begin = build.append(person, 0, 2);
    store
        .append(Append {
            idempotency: Some(told),
            ..begin
        })
        .await
        .unwrap();

    for of in [CaseOf::Nobody, CaseOf::Stream(person)] {
        let case = store.open_case(of, 0, Some(("records", KEY))).await.unwrap();
        let answered = case.answered.unwrap();
        assert_eq!(
            Some(answered.clone()),
            store.find_idempotency("records", KEY).await.unwrap()
        );
        assert_eq!((answered.first_position, answered.last_position), (1, 2));
        for other in [("others", KEY), ("records", REFERRAL)] {
            assert_eq!(
                store.open_case(of, 0, Some(other)).await.unwrap().answered,
                None,
                "{other:?}"
            );
        }
    }
}

#[tokio::test]
async fn the_case_tells_how_new_the_directory_is() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    store.append(build.append(person, 0, 1)).await.unwrap();
    let organisations = async || {
        store
            .open_case(CaseOf::Stream(person), 0, None)
            .await
            .unwrap()
            .organisations
    };
    assert_eq!(organisations().await, 0);
    let first = position_of(&store, organisation(&mut build, "northshire-recovery")).await;
    assert_eq!(organisations().await, first);
    store.append(build.append(person, 1, 1)).await.unwrap();
    assert_eq!(organisations().await, first, "events of people do not count");
    let second = position_of(&store, organisation(&mut build, "southshire-recovery")).await;
    assert_eq!(organisations().await, second);
    assert_eq!(store.organisations_position().await.unwrap(), second);
}
