//! What `doctor` is told, and migrating again.

use sqlx::ConnectOptions as _;
use throughcare_store::OLDEST_SERVER;
use throughcare_testkit::{Builder, TestDatabase};

#[tokio::test]
async fn a_sound_database_is_told_to_be_sound() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    store.append(build.append(person, 0, 4)).await.unwrap();

    let check = store.check().await.unwrap();

    assert!(check.server_version >= OLDEST_SERVER);
    assert!(check.migrations_missing.is_empty());
    assert_eq!(check.migrations_unknown, 0);
    assert_eq!(check.head.position, 4);
    assert_eq!(check.room, 200_000_000 - 4);
    assert!(check.keys_fit);
}

#[tokio::test]
async fn missing_and_unknown_migrations_are_told() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut connection = database.connect_options().connect().await.unwrap();
    sqlx::query("UPDATE _sqlx_migrations SET version = 990003 WHERE version = 3")
        .execute(&mut connection)
        .await
        .unwrap();
    let check = store.check().await.unwrap();
    assert_eq!(check.migrations_missing, ["0003 reference"]);
    assert_eq!(check.migrations_unknown, 1);
    // The same before a store is opened; and where no migration was ever applied, all of them are missing.
    let found = throughcare_store::migrations(&database.settings()).await.unwrap();
    assert_eq!(
        (found.missing, found.unknown),
        (vec!["0003 reference".to_owned()], 1)
    );
    sqlx::query("ALTER TABLE _sqlx_migrations RENAME TO others")
        .execute(&mut connection)
        .await
        .unwrap();
    let found = throughcare_store::migrations(&database.settings()).await.unwrap();
    assert!(found.missing.len() > 20 && found.unknown == 0, "{found:?}");
}

#[tokio::test]
async fn migrating_again_changes_nothing() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    store.append(build.append(person, 0, 1)).await.unwrap();
    throughcare_store::migrate(&database.connect_options())
        .await
        .unwrap();
    assert_eq!(
        store
            .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn no_server_is_told_as_unavailable_without_saying_where() {
    let settings =
        throughcare_store::Settings::from_url("postgres://someone:secret@%2Fnonexistent/nowhere", "k")
            .unwrap();
    let error = throughcare_store::Store::open(settings).await.err().unwrap();
    assert!(
        matches!(error, throughcare_store::StoreError::Unavailable(_)),
        "{error:?}"
    );
    assert!(!error.to_string().contains("secret") && !error.to_string().contains("nonexistent"));
    assert!(throughcare_store::Settings::from_url("not an address", "k").is_err());
}
