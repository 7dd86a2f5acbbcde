//! Identifiers can be looked up, and a strong one leads to one record.

use throughcare_domain::identifier::IdentifierKind;
use throughcare_domain::stream::StreamId;
use throughcare_store::{Append, AppendOutcome, Claim, Store};
use throughcare_testkit::{Builder, TestDatabase};

fn claim(store: &Store, kind: IdentifierKind, value: &str, stream: StreamId, release: bool) -> Claim {
    Claim {
        kind,
        blind: store.blind(kind, value),
        stream,
        release,
    }
}

fn with(mut append: Append, claims: Vec<Claim>) -> Append {
    append.claims = claims;
    append
}

#[tokio::test]
async fn a_strong_identifier_belongs_to_one_record_until_it_is_given_up() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let (one, two) = (build.person(), build.person());
    let kind = IdentifierKind::NhsNumber;
    let of = |stream, release| claim(&store, kind, "9990000018", stream, release);

    store
        .append(with(build.append(one, 0, 1), vec![of(one, false)]))
        .await
        .unwrap()
        .appended()
        .unwrap();
    let refused = store
        .append(with(build.append(two, 0, 1), vec![of(two, false)]))
        .await
        .unwrap();
    assert_eq!(refused, AppendOutcome::IdentifierClaimed { kind, by: one });
    assert_eq!(
        store
            .find_claim(
                &throughcare_store::Reach::EVERYBODY,
                kind,
                &store.blind(kind, "9990000018")
            )
            .await
            .unwrap(),
        [one]
    );

    // Its own record may tell it again.
    store
        .append(with(build.append(one, 1, 1), vec![of(one, false)]))
        .await
        .unwrap()
        .appended()
        .unwrap();
    store
        .append(with(build.append(one, 2, 1), vec![of(one, true)]))
        .await
        .unwrap()
        .appended()
        .unwrap();
    assert!(
        store
            .find_claim(
                &throughcare_store::Reach::EVERYBODY,
                kind,
                &store.blind(kind, "9990000018")
            )
            .await
            .unwrap()
            .is_empty()
    );
    store
        .append(with(build.append(two, 0, 1), vec![of(two, false)]))
        .await
        .unwrap()
        .appended()
        .unwrap();
}

#[tokio::test]
async fn an_identifier_can_move_in_one_append() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let (one, two) = (build.person(), build.person());
    let kind = IdentifierKind::PrisonerNumber;
    let of = |stream, release| claim(&store, kind, "A1234AA", stream, release);
    store
        .append(with(build.append(one, 0, 1), vec![of(one, false)]))
        .await
        .unwrap();

    let both = vec![build.stream(two, 0, 1), build.stream(one, 1, 1)];
    let moved = with(
        Append {
            streams: both,
            ..Append::default()
        },
        vec![of(two, false), of(one, true)],
    );
    store.append(moved).await.unwrap().appended().unwrap();

    assert_eq!(
        store
            .find_claim(
                &throughcare_store::Reach::EVERYBODY,
                kind,
                &store.blind(kind, "A1234AA")
            )
            .await
            .unwrap(),
        [two]
    );
}

#[tokio::test]
async fn within_one_group_only_the_first_gets_a_strong_identifier() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let kind = IdentifierKind::Pnc;
    let appends: Vec<_> = (0..4)
        .map(|_| {
            let person = build.person();
            let claims = vec![claim(&store, kind, "2012/52M", person, false)];
            with(build.append(person, 0, 1), claims)
        })
        .collect();
    let first = appends[0].streams[0].stream;
    let outcomes = store.append_bulk(appends).await.unwrap();
    assert!(matches!(outcomes[0], AppendOutcome::Appended(_)));
    for outcome in &outcomes[1..] {
        assert_eq!(*outcome, AppendOutcome::IdentifierClaimed { kind, by: first });
    }
}

#[tokio::test]
async fn a_local_reference_may_belong_to_several() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let kind = IdentifierKind::Local;
    let mut people = Vec::new();
    for _ in 0..2 {
        let person = build.person();
        let claims = vec![claim(&store, kind, "cms:17", person, false)];
        store
            .append(with(build.append(person, 0, 1), claims))
            .await
            .unwrap()
            .appended()
            .unwrap();
        people.push(person);
    }
    people.sort();
    assert_eq!(
        store
            .find_claim(
                &throughcare_store::Reach::EVERYBODY,
                kind,
                &store.blind(kind, "cms:17")
            )
            .await
            .unwrap(),
        people
    );
}
