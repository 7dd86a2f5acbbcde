//! The key store: apart from the log, before the log, and never taken for an erasure when it is away.

use crate::projecting::Projected;
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection};
use throughcare_domain::event::Body;
use throughcare_domain::id::PersonId;
use throughcare_domain::stream::StreamId;
use throughcare_store::keys::{Destroy, move_keys};
use throughcare_store::seal::SealError;
use throughcare_store::{LogQuery, Store, StoreError};
use throughcare_testkit::{Builder, TestDatabase};
use uuid::Uuid;

async fn keys_of(database: &TestDatabase) -> PgConnection {
    database.key_connect_options().connect().await.unwrap()
}

async fn count(connection: &mut PgConnection, what: &str) -> i64 {
    let statement = format!("SELECT count(*) FROM {what}");
    sqlx::query_scalar(AssertSqlSafe(statement))
        .fetch_one(connection)
        .await
        .unwrap()
}

async fn run(connection: &mut PgConnection, statement: &str) {
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
        .execute(connection)
        .await
        .expect(statement);
}

#[tokio::test]
async fn keys_are_in_the_key_store_and_nowhere_in_the_logs_own_database() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    store.append(build.append(person, 0, 3)).await.unwrap();
    let mut keys = keys_of(&database).await;
    assert_eq!(count(&mut keys, "stream_keys").await, 2, "one for each part");
    let mut main = database.connect_options().connect().await.unwrap();
    let held = count(&mut main, "pg_namespace WHERE nspname = 'keys'").await;
    assert_eq!(held, 0);
}

/// One key store cannot be read by the roles that read the log, and the other way round.
#[tokio::test]
async fn each_role_may_do_in_the_key_store_what_its_work_needs() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    store.append(build.append(person, 0, 1)).await.unwrap();
    let mut keys = keys_of(&database).await;
    let refused: &[(&str, &[&str])] = &[
        (
            "throughcare_keeper",
            &[
                "UPDATE stream_keys SET wrapped = wrapped",
                "DELETE FROM stream_keys",
                "UPDATE key_store SET wrapped_by = 'x'",
                "INSERT INTO destroyed_keys VALUES (gen_random_uuid(), 'case', gen_random_uuid())",
                "DELETE FROM destroyed_keys",
                "CREATE TABLE mine (n integer)",
            ],
        ),
        (
            "throughcare_eraser",
            &[
                "UPDATE stream_keys SET wrapped = wrapped",
                "INSERT INTO stream_keys SELECT * FROM stream_keys",
                "DELETE FROM destroyed_keys",
                "UPDATE destroyed_keys SET erasure = gen_random_uuid()",
                "UPDATE key_store SET canary = ''",
            ],
        ),
        (
            "throughcare_writer",
            &["SELECT FROM stream_keys", "SELECT FROM key_store"],
        ),
        (
            "throughcare_reader",
            &["SELECT FROM stream_keys", "SELECT FROM destroyed_keys"],
        ),
        ("throughcare_projector", &["SELECT FROM stream_keys"]),
    ];
    for (role, statements) in refused {
        run(&mut keys, "RESET SESSION AUTHORIZATION").await;
        run(&mut keys, &format!("SET SESSION AUTHORIZATION {role}")).await;
        for statement in *statements {
            let error = sqlx::raw_sql(AssertSqlSafe((*statement).to_owned()))
                .execute(&mut keys)
                .await
                .expect_err(statement);
            let code = error.as_database_error().unwrap().code().unwrap().into_owned();
            assert_eq!(code, "42501", "{role}: {statement}");
        }
    }
}

#[tokio::test]
async fn an_append_that_failed_leaves_keys_that_the_retry_seals_with() {
    let database = TestDatabase::new().await;
    let mut owner = database.connect_options().connect().await.unwrap();
    run(
        &mut owner,
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END'; \
         CREATE TRIGGER die BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION die()",
    )
    .await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    let append = build.append(person, 0, 2);
    assert!(store.append(append.clone()).await.is_err());
    let mut keys = keys_of(&database).await;
    let wrapped = "SELECT string_agg(wrapped::text, '' ORDER BY part) FROM stream_keys";
    let before: String = sqlx::query_scalar(wrapped).fetch_one(&mut keys).await.unwrap();

    run(&mut owner, "DROP TRIGGER die ON events").await;
    // Another node, which knows nothing of the first try.
    let other = database.store().await;
    other.append(append).await.unwrap().appended().unwrap();

    assert_eq!(
        other
            .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
            .await
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        store
            .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
            .await
            .unwrap()
            .len(),
        2
    );
    let after: String = sqlx::query_scalar(wrapped).fetch_one(&mut keys).await.unwrap();
    assert_eq!(before, after);
}

/// Two nodes begin the same stream at once: one gets in, and what is read opens whoever it was.
#[tokio::test]
async fn nodes_that_begin_a_stream_together_seal_with_the_same_keys() {
    let database = TestDatabase::new().await;
    let nodes = [
        database.store().await,
        database.store().await,
        database.store().await,
    ];
    let mut build = Builder::new(1);
    for _ in 0..20 {
        let person = build.person();
        let tries = nodes
            .each_ref()
            .map(|node| node.append(build.append(person, 0, 1)));
        let outcomes = futures::future::join_all(tries).await;
        let written = outcomes.into_iter().filter(|outcome| {
            let outcome = outcome.as_ref().unwrap().clone();
            outcome.appended().is_some()
        });
        assert_eq!(written.count(), 1);
        for node in &nodes {
            let read = node
                .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
                .await
                .unwrap();
            assert!(read[0].fact().is_some());
        }
    }
}

#[tokio::test]
async fn a_stream_that_goes_on_costs_nothing_in_the_key_store() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    store.append(build.append(person, 0, 1)).await.unwrap();
    let mut keys = keys_of(&database).await;
    // Whoever asks for a key from now on waits, and is told that the store is away.
    run(
        &mut keys,
        "BEGIN; LOCK TABLE stream_keys, key_store, destroyed_keys",
    )
    .await;
    store
        .append(build.append(person, 1, 5))
        .await
        .unwrap()
        .appended()
        .unwrap();
    assert_eq!(
        store
            .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
            .await
            .unwrap()
            .len(),
        6
    );
}

/// Away is not erased: whoever needs a key that is not in memory is told to come again.
#[tokio::test]
async fn while_the_key_store_is_away_what_needs_it_is_unavailable_and_nothing_is_taken_for_erased() {
    let database = TestDatabase::new().await;
    let mut build = Builder::new(1);
    let (known, unknown) = (build.person(), build.person());
    let store = database.store().await;
    store.append(build.append(known, 0, 1)).await.unwrap();
    store.append(build.append(unknown, 0, 1)).await.unwrap();
    let node = database.store().await;
    node.read_stream(&throughcare_store::Reach::EVERYBODY, known, None)
        .await
        .unwrap();
    away(&database, true).await;

    assert_eq!(
        node.read_stream(&throughcare_store::Reach::EVERYBODY, known, None)
            .await
            .unwrap()
            .len(),
        1,
        "from memory"
    );
    let told = node
        .read_stream(&throughcare_store::Reach::EVERYBODY, unknown, None)
        .await
        .unwrap_err();
    assert!(matches!(told, StoreError::Unavailable(_)), "{told:?}");
    let fresh = build.person();
    let told = node.append(build.append(fresh, 0, 1)).await.unwrap_err();
    assert!(matches!(told, StoreError::Unavailable(_)), "{told:?}");
    assert_eq!(node.stream_version(fresh).await.unwrap(), 0);

    away(&database, false).await;
    assert_eq!(
        node.read_stream(&throughcare_store::Reach::EVERYBODY, unknown, None)
            .await
            .unwrap()
            .len(),
        1
    );
    node.append(build.append(fresh, 0, 1))
        .await
        .unwrap()
        .appended()
        .unwrap();
}

/// Lets nobody into the key store, and ends whoever is in it; or opens it again.
async fn away(database: &TestDatabase, is_away: bool) {
    let mut admin = database.connect_options().connect().await.unwrap();
    let name = database.key_connect_options().get_database().unwrap().to_owned();
    run(
        &mut admin,
        &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {}", !is_away),
    )
    .await;
    let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    if is_away {
        run(&mut admin, &end).await;
    }
}

fn is_missing(error: &StoreError) -> bool {
    matches!(error, StoreError::Seal(SealError::KeysMissing))
}

/// Negative control of an erasure: a row that is gone without a tombstone is a fault, told as one.
#[tokio::test]
async fn keys_that_are_gone_without_a_word_are_missing_and_not_erased() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let (lost, kept) = (build.person(), build.person());
    for person in [lost, kept] {
        store.append(build.append(person, 0, 2)).await.unwrap();
    }
    assert_eq!(store.records_without_keys().await.unwrap(), 0);
    let mut keys = keys_of(&database).await;
    run(
        &mut keys,
        &format!("DELETE FROM stream_keys WHERE stream_id = '{}'", lost.id),
    )
    .await;
    store.forget_keys();

    let error = store
        .read_stream(&throughcare_store::Reach::EVERYBODY, lost, None)
        .await
        .unwrap_err();
    assert!(is_missing(&error) && error.is_of_one_record(), "{error:?}");
    let error = store.append(build.append(lost, 2, 1)).await.unwrap_err();
    assert!(is_missing(&error), "{error:?}");
    assert_eq!(
        store
            .read_stream(&throughcare_store::Reach::EVERYBODY, kept, None)
            .await
            .unwrap()
            .len(),
        2
    );
    let query = LogQuery {
        limit: 10,
        ..LogQuery::default()
    };
    let entries = store
        .read_entries(&throughcare_store::Reach::EVERYBODY, &query)
        .await
        .unwrap();
    let readable: Vec<_> = entries.iter().map(|entry| entry.event.is_ok()).collect();
    assert_eq!(readable, [false, false, true, true]);
    assert_eq!(store.records_without_keys().await.unwrap(), 1, "doctor tells it");

    store
        .destroy_keys(&[PersonId(lost.id)], Destroy::Both, Uuid::from_u128(1))
        .await
        .unwrap();
    let read = store
        .read_stream(&throughcare_store::Reach::EVERYBODY, lost, None)
        .await
        .unwrap();
    assert!(read.iter().all(|event| event.body == Body::Erased));
    assert_eq!(store.records_without_keys().await.unwrap(), 0);
}

#[tokio::test]
async fn a_person_whose_keys_are_missing_is_parked_and_not_computed_as_erased() {
    let projected = {
        let mut projected = Projected::new().await;
        let people = projected.people(2, 2).await;
        let mut keys = keys_of(&projected.database).await;
        run(
            &mut keys,
            &format!("DELETE FROM stream_keys WHERE stream_id = '{}'", people[0].id),
        )
        .await;
        projected
    };
    projected.catch_up("one", 9).await;
    let parked = projected.store.parked().await.unwrap();
    assert_eq!(parked.len(), 1);
    assert!(parked[0].reason.contains("missing"), "{}", parked[0].reason);
}

/// A store on an empty key store would make new keys and find every record's missing.
#[tokio::test]
async fn a_log_whose_key_store_is_empty_is_not_opened() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    store.append(build.append(person, 0, 1)).await.unwrap();
    store.close().await;
    let mut keys = keys_of(&database).await;
    run(&mut keys, "DELETE FROM stream_keys; DELETE FROM key_store").await;
    let error = Store::open(database.settings()).await.err().unwrap();
    assert!(matches!(error, StoreError::KeyStoreLost), "{error:?}");
}

/// A database of before: its keys stand in the schema `keys`, as migration 0002 made it.
async fn with_keys_of_before() -> (TestDatabase, StreamId, Builder) {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    for _ in 0..30 {
        let other = build.person();
        store.append(build.append(other, 0, 1)).await.unwrap();
    }
    store
        .append(build.register(person, "Robin", "Ashdown"))
        .await
        .unwrap();
    store.close().await;
    let mut keys = keys_of(&database).await;
    let rows: Vec<(Uuid, String, i16, Vec<u8>)> =
        sqlx::query_as("SELECT stream_id, part, key_version, wrapped FROM stream_keys")
            .fetch_all(&mut keys)
            .await
            .unwrap();
    run(&mut keys, "DELETE FROM stream_keys").await;
    let mut main = database.connect_options().connect().await.unwrap();
    run(&mut main, include_str!("../../../../migrations/0002_keys.sql")).await;
    run(
        &mut main,
        "ALTER SCHEMA keys OWNER TO throughcare_owner; ALTER TABLE keys.stream_keys OWNER TO throughcare_owner; \
         ALTER TABLE keys.canary OWNER TO throughcare_owner",
    )
    .await;
    for (stream, part, version, wrapped) in rows {
        sqlx::query("INSERT INTO keys.stream_keys VALUES ($1, $2, $3, $4)")
            .bind(stream)
            .bind(part)
            .bind(version)
            .bind(wrapped)
            .execute(&mut main)
            .await
            .unwrap();
    }
    (database, person, build)
}

#[tokio::test]
async fn keys_of_before_move_to_the_key_store() {
    let (database, person, mut build) = with_keys_of_before().await;
    let error = Store::open(database.settings()).await.err().unwrap();
    assert!(matches!(error, StoreError::KeysNotMoved), "{error:?}");

    assert_eq!(move_keys(&database.settings()).await.unwrap(), 62);

    let mut main = database.connect_options().connect().await.unwrap();
    assert_eq!(count(&mut main, "pg_namespace WHERE nspname = 'keys'").await, 0);
    let store = database.store().await;
    assert!(
        store
            .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
            .await
            .unwrap()[0]
            .identity
            .is_some()
    );
    store
        .append(build.append(person, 1, 1))
        .await
        .unwrap()
        .appended()
        .unwrap();
    assert_eq!(
        move_keys(&database.settings()).await.unwrap(),
        0,
        "again it does nothing"
    );
}

#[tokio::test]
async fn a_move_that_stopped_half_way_goes_on_and_loses_nothing() {
    let (database, person, _) = with_keys_of_before().await;
    let mut keys = keys_of(&database).await;
    // What an earlier run copied before it was killed, and a fault that stops this one.
    run(
        &mut keys,
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END'; \
         CREATE TRIGGER die BEFORE INSERT ON stream_keys FOR EACH ROW EXECUTE FUNCTION die()",
    )
    .await;
    assert!(move_keys(&database.settings()).await.is_err());
    let mut main = database.connect_options().connect().await.unwrap();
    assert_eq!(count(&mut main, "keys.stream_keys").await, 62, "nothing went");
    run(&mut keys, "DROP TRIGGER die ON stream_keys").await;
    let some: Vec<(Uuid, String, i16, Vec<u8>)> =
        sqlx::query_as("SELECT stream_id, part, key_version, wrapped FROM keys.stream_keys LIMIT 9")
            .fetch_all(&mut main)
            .await
            .unwrap();
    for (stream, part, version, wrapped) in some {
        sqlx::query("INSERT INTO stream_keys VALUES ($1, $2, $3, 'an earlier run', $4)")
            .bind(stream)
            .bind(part)
            .bind(version)
            .bind(wrapped)
            .execute(&mut keys)
            .await
            .unwrap();
    }
    assert_eq!(move_keys(&database.settings()).await.unwrap(), 62);
    let store = database.store().await;
    assert!(
        store
            .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
            .await
            .unwrap()[0]
            .identity
            .is_some()
    );
}

/// Negative control: what the key file does not open is not moved, and stays where it is.
#[tokio::test]
async fn a_key_that_does_not_open_is_not_moved() {
    let (database, ..) = with_keys_of_before().await;
    let mut main = database.connect_options().connect().await.unwrap();
    run(
        &mut main,
        "UPDATE keys.stream_keys SET wrapped = set_byte(wrapped, 20, 255 - get_byte(wrapped, 20)) \
         WHERE (stream_id, part) = (SELECT stream_id, part FROM keys.stream_keys ORDER BY 1, 2 DESC LIMIT 1)",
    )
    .await;
    let error = move_keys(&database.settings()).await.unwrap_err();
    assert!(
        matches!(error, StoreError::Seal(SealError::DoesNotOpen)),
        "{error:?}"
    );
    assert_eq!(count(&mut main, "keys.stream_keys").await, 62);
}
