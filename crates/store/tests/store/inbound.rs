//! Messages of other systems: kept once, found by their numbers, shown to nobody else, and gone when their time is over.

use sqlx::{AssertSqlSafe, ConnectOptions as _};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::identifier::IdentifierKind;
use throughcare_store::{Claim, Inbound, InboundKept, InboundQuery, Reach, Store};
use throughcare_testkit::{Builder, TestDatabase};
use uuid::Uuid;

/// A message about some numbers.
pub(crate) fn inbound(id: Uuid, about: Vec<[u8; 32]>) -> Inbound {
    let mut sameness = [7; 32];
    sameness[..16].copy_from_slice(id.as_bytes());
    Inbound {
        id,
        organisation: OrganisationCode::parse("gatehouse").unwrap(),
        client: "gate".into(),
        message_id: Some(id.to_string()),
        sameness,
        content_hash: [1; 32],
        event_type: "prison-offender-events.prisoner.released".into(),
        understood: true,
        flags: vec!["reason_code_missing"],
        about,
        received_at: "2026-03-01T09:00:00Z".parse().unwrap(),
        state: "received",
        reason: None,
        until: "2030-01-01T00:00:00Z".parse().unwrap(),
        payload: b"A1234BC was released".to_vec(),
    }
}

async fn fresh() -> (TestDatabase, Store, Builder) {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    (database, store, Builder::new(5))
}

async fn listed(store: &Store, reach: &Reach) -> Vec<String> {
    let query = InboundQuery {
        limit: 10,
        ..Default::default()
    };
    let lines = store.list_messages(reach, &query).await.unwrap();
    lines.into_iter().map(|line| line.state).collect()
}

#[tokio::test]
async fn a_message_is_kept_once_and_an_id_is_used_once_in_an_organisation() {
    let (_database, store, mut build) = fresh().await;
    let first = inbound(build.id(), vec![]);
    let kept = store.keep_message(&first).await.unwrap();
    let InboundKept::Kept(receipt) = &kept else {
        panic!("{kept:?}")
    };
    assert_eq!((receipt.id, receipt.received_at), (first.id, first.received_at));
    // The same event in another message, later: what was kept first answers.
    let again = Inbound {
        id: build.id(),
        message_id: Some("another".into()),
        content_hash: [2; 32],
        received_at: "2026-03-02T09:00:00Z".parse().unwrap(),
        ..first.clone()
    };
    assert_eq!(store.keep_message(&again).await.unwrap(), kept);
    // Another event under the id of the first.
    let reused = Inbound {
        id: build.id(),
        sameness: [9; 32],
        ..first.clone()
    };
    assert_eq!(
        store.keep_message(&reused).await.unwrap(),
        InboundKept::MessageIdReused
    );
    // Another organisation is told nothing of it, and keeps its own.
    let elsewhere = Inbound {
        id: build.id(),
        organisation: OrganisationCode::parse("elsewhere").unwrap(),
        ..first.clone()
    };
    let InboundKept::Kept(own) = store.keep_message(&elsewhere).await.unwrap() else {
        panic!("kept")
    };
    assert_eq!(own.id, elsewhere.id);
    for (reach, lines) in [
        (Reach::EVERYBODY, 2),
        (Reach::of(&first.organisation, [], []), 1),
        (Reach::of(&elsewhere.organisation, [], []), 1),
        (
            Reach::of(&OrganisationCode::parse("stranger").unwrap(), [], []),
            0,
        ),
    ] {
        assert_eq!(listed(&store, &reach).await.len(), lines);
    }
}

#[tokio::test]
async fn messages_are_found_by_their_numbers_opened_and_woken_when_one_is_recorded() {
    let (_database, store, mut build) = fresh().await;
    let number = |text: &str| store.blind(IdentifierKind::PrisonerNumber, text);
    let (one, other) = (number("A0001AA"), number("A0002AA"));
    let messages = [vec![one], vec![one, other], vec![other]].map(|about| inbound(build.id(), about));
    for message in &messages {
        store.keep_message(message).await.unwrap();
    }
    let about = store.messages_about(&[one]).await.unwrap();
    assert_eq!(about.len(), 2);
    assert_eq!(about[0].payload.as_deref(), Some(&b"A1234BC was released"[..]));
    assert_eq!(store.messages_to_apply(10).await.unwrap().len(), 3);
    for message in &messages {
        store.note_message(message.id, "held", None).await.unwrap();
    }
    assert!(store.messages_to_apply(10).await.unwrap().is_empty());
    assert_eq!(store.wake_messages(&[other]).await.unwrap(), 2);
    assert_eq!(store.messages_to_apply(10).await.unwrap().len(), 2);

    // Nobody woke the first; a thorough look does, once its number is a record's.
    assert_eq!(store.wake_all_messages().await.unwrap(), 0);
    let person = build.person();
    let mut registered = build.register(person, "Aine", "Moyo");
    registered.claims = vec![Claim {
        kind: IdentifierKind::PrisonerNumber,
        blind: one,
        stream: person,
        release: false,
    }];
    store.append(registered).await.unwrap().appended().unwrap();
    assert_eq!(store.wake_all_messages().await.unwrap(), 1);
    assert_eq!(store.messages_to_apply(10).await.unwrap().len(), 3);

    // One that fails again and again stays, and holds nobody up for ever.
    for _ in 0..throughcare_store::MOST_TRIES {
        store.message_failed(messages[0].id, "record_busy").await.unwrap();
    }
    assert_eq!(store.messages_to_apply(10).await.unwrap().len(), 2);
    let counts = store.message_counts().await.unwrap();
    assert_eq!((counts.waiting, counts.stuck, counts.to_decide), (3, 1, 0));
    store.note_message(messages[1].id, "to_join", None).await.unwrap();
    assert_eq!(store.message_counts().await.unwrap().to_decide, 1);
    assert_eq!(store.messages_to_decide(10).await.unwrap()[0].id, messages[1].id);
    // A thorough look tries it once more.
    store.wake_all_messages().await.unwrap();
    assert_eq!(store.messages_to_apply(10).await.unwrap().len(), 2);
    assert_eq!(listed(&store, &Reach::EVERYBODY).await.len(), 3);

    let before = "2029-12-31T00:00:00Z".parse().unwrap();
    assert_eq!(store.expire_messages(before).await.unwrap(), 0);
    let after = "2030-01-02T00:00:00Z".parse().unwrap();
    assert_eq!(store.expire_messages(after).await.unwrap(), 3);
}

/// What a message says of somebody is sealed, and its key is wrapped: nothing of it stands in the table.
#[tokio::test]
async fn nothing_of_what_a_message_says_is_readable_in_the_table() {
    let (database, store, mut build) = fresh().await;
    let message = inbound(
        build.id(),
        vec![store.blind(IdentifierKind::PrisonerNumber, "A1234BC")],
    );
    store.keep_message(&message).await.unwrap();
    let mut admin = database.connect_options().connect().await.unwrap();
    let dumped =
        "SELECT m::text || encode(sealed, 'escape') || encode(wrapped, 'escape') FROM inbound_messages AS m";
    let row: String = sqlx::query_scalar(AssertSqlSafe(dumped.to_owned()))
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert!(row.contains("gatehouse") && !row.contains("A1234BC"), "{row}");
    assert_ne!(
        store.blind_event("one"),
        store.blind(IdentifierKind::PrisonerNumber, "one")
    );
}
