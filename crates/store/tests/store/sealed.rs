//! What is personal is not readable at rest, opens only where it belongs, and can be made unreadable for good.

use sqlx::{ConnectOptions as _, PgConnection};
use throughcare_domain::event::Body;
use throughcare_domain::id::PersonId;
use throughcare_domain::stream::StreamId;
use throughcare_store::keys::Destroy;
use throughcare_store::{LogQuery, Parts, Store, StoreError};
use throughcare_testkit::{Builder, TestDatabase};
use uuid::Uuid;

const GIVEN_NAME: &str = "Zebulon-Canary";
const FAMILY_NAME: &str = "Quillfeather-Canary";

async fn with_one_person() -> (TestDatabase, Store, StreamId, Builder) {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    store
        .append(build.register(person, GIVEN_NAME, FAMILY_NAME))
        .await
        .unwrap();
    store.append(build.append(person, 1, 1)).await.unwrap();
    (database, store, person, build)
}

/// Every row of every table of ours, as text, with bytes as they are.
async fn everything(connection: &mut PgConnection) -> String {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables \
         WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
    )
    .fetch_all(&mut *connection)
    .await
    .unwrap();
    let mut all = String::new();
    for table in tables {
        let statement = format!(
            "SET bytea_output = 'escape'; SELECT coalesce(string_agg(t::text, '|'), '') FROM {table} t"
        );
        let rows = sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
            .fetch_all(&mut *connection)
            .await
            .unwrap();
        for row in rows {
            all.push_str(sqlx::Row::get::<&str, _>(&row, 0));
        }
    }
    all
}

#[tokio::test]
async fn no_name_is_readable_in_any_table() {
    let (database, store, person, _) = with_one_person().await;
    let mut connection = database.connect_options().connect().await.unwrap();
    let all = everything(&mut connection).await;
    assert!(
        all.contains("identity.person-registered"),
        "the search sees what is in clear"
    );
    for canary in [GIVEN_NAME, FAMILY_NAME, "Canary", "noFixedAbode", "givenName"] {
        assert!(!all.contains(canary), "{canary} is readable");
    }
    let read = store
        .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
        .await
        .unwrap();
    assert_eq!(
        read[0].identity.as_ref().unwrap().given_name.as_deref(),
        Some(GIVEN_NAME)
    );
}

/// Negative control of the search above: what is written in clear is found.
#[tokio::test]
async fn the_search_would_find_a_name_in_clear() {
    let (database, ..) = with_one_person().await;
    let mut connection = database.connect_options().connect().await.unwrap();
    sqlx::query("INSERT INTO idempotency VALUES ('c', gen_random_uuid(), $1, $2, 1, 1, now())")
        .bind(vec![0u8; 32])
        .bind(GIVEN_NAME.as_bytes())
        .execute(&mut connection)
        .await
        .unwrap();
    assert!(everything(&mut connection).await.contains(GIVEN_NAME));
}

#[tokio::test]
async fn a_ciphertext_that_was_moved_does_not_open() {
    let (database, store, person, mut build) = with_one_person().await;
    let other = build.person();
    store
        .append(build.register(other, "Somebody", "Else"))
        .await
        .unwrap();
    let mut owner = database.connect_options().connect().await.unwrap();
    sqlx::raw_sql("ALTER TABLE events DISABLE TRIGGER USER")
        .execute(&mut owner)
        .await
        .unwrap();
    // A superuser gives one person the sealed facts of another, or of another version of their own.
    for (to, from) in [(3, 1), (2, 1)] {
        sqlx::query(
            "UPDATE events SET case_sealed = (SELECT case_sealed FROM events WHERE position = $2) WHERE position = $1",
        )
        .bind(to)
        .bind(from)
        .execute(&mut owner)
        .await
        .unwrap();
    }
    for stream in [person, other] {
        assert!(matches!(
            store
                .read_stream(&throughcare_store::Reach::EVERYBODY, stream, None)
                .await,
            Err(StoreError::Seal(_))
        ));
    }
    // One event that does not open does not hide the others from whoever reads entry by entry.
    let query = LogQuery {
        limit: 10,
        ..LogQuery::default()
    };
    let entries = store
        .read_entries(&throughcare_store::Reach::EVERYBODY, &query)
        .await
        .unwrap();
    assert_eq!(
        entries
            .iter()
            .map(|entry| entry.event.is_ok())
            .collect::<Vec<_>>(),
        [true, false, false]
    );
}

#[tokio::test]
async fn one_key_does_not_open_the_other_part() {
    let (database, _, person, _) = with_one_person().await;
    let mut owner = database.key_connect_options().connect().await.unwrap();
    sqlx::query(
        "UPDATE stream_keys AS case_key SET wrapped = identity_key.wrapped \
         FROM stream_keys AS identity_key \
         WHERE case_key.part = 'case' AND identity_key.part = 'identity' AND case_key.stream_id = identity_key.stream_id",
    )
    .execute(&mut owner)
    .await
    .unwrap();
    assert!(matches!(
        database
            .store()
            .await
            .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
            .await,
        Err(StoreError::Seal(_))
    ));
}

#[tokio::test]
async fn a_destroyed_key_makes_erased_and_not_an_error() {
    let (_database, store, person, mut build) = with_one_person().await;
    let destroy = async |what| {
        store
            .destroy_keys(&[PersonId(person.id)], what, Uuid::from_u128(7))
            .await
            .unwrap();
    };

    destroy(Destroy::Identity).await;
    let read = store
        .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
        .await
        .unwrap();
    assert!(
        read[0].fact().is_some() && read[0].identity.is_none(),
        "coded facts without a name"
    );

    destroy(Destroy::Both).await;
    let read = store
        .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
        .await
        .unwrap();
    assert_eq!(read.len(), 2);
    assert!(
        read.iter()
            .all(|event| event.body == Body::Erased && event.identity.is_none())
    );
    let entries = store
        .read_entries(
            &throughcare_store::Reach::EVERYBODY,
            &LogQuery {
                limit: 10,
                ..LogQuery::default()
            },
        )
        .await
        .unwrap();
    assert_eq!(
        entries[0].event_type, "identity.person-registered",
        "the envelope stays"
    );

    let error = store.append(build.append(person, 2, 1)).await.unwrap_err();
    assert!(matches!(error, StoreError::KeysDestroyed), "{error:?}");
}

#[tokio::test]
async fn a_reader_opens_only_the_parts_it_asks_for() {
    let (_database, store, ..) = with_one_person().await;
    for (parts, fact, identity) in [
        (Parts::Envelope, false, false),
        (Parts::Case, true, false),
        (Parts::Both, true, true),
    ] {
        let query = LogQuery {
            limit: 1,
            parts,
            ..LogQuery::default()
        };
        let read = store
            .read_log(&throughcare_store::Reach::EVERYBODY, &query)
            .await
            .unwrap();
        assert_eq!(
            (read[0].fact().is_some(), read[0].identity.is_some()),
            (fact, identity),
            "{parts:?}"
        );
    }
}
