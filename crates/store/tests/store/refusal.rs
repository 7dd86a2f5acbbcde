//! The database itself refuses to change what was recorded, to its owner too.

use sqlx::ConnectOptions as _;
use throughcare_testkit::{Builder, TestDatabase};

#[tokio::test]
async fn nobody_updates_deletes_or_truncates_events() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    store.append(build.append(person, 0, 3)).await.unwrap();
    let mut owner = database.connect_options().connect().await.unwrap();
    for statement in [
        "UPDATE events SET event_type = 'custody.released' WHERE position = 2",
        "UPDATE events_00 SET recorded_at = now()",
        "UPDATE events SET position = position + 100000000",
        "DELETE FROM events WHERE position = 3",
        "DELETE FROM events_00",
        "TRUNCATE events",
        "TRUNCATE events_00",
        "TRUNCATE events CASCADE",
    ] {
        let error = sqlx::raw_sql(statement).execute(&mut owner).await.unwrap_err();
        let told = error.as_database_error().unwrap().message().to_owned();
        assert!(told.contains("append-only"), "{statement}: {told}");
    }
    assert_eq!(
        store
            .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
            .await
            .unwrap()
            .len(),
        3
    );
}

/// Negative control: it is the trigger that refuses.
#[tokio::test]
async fn without_the_trigger_a_row_could_be_deleted() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    store.append(build.append(person, 0, 1)).await.unwrap();
    let mut owner = database.connect_options().connect().await.unwrap();
    sqlx::raw_sql("DROP TRIGGER events_never_change ON events; DELETE FROM events")
        .execute(&mut owner)
        .await
        .unwrap();
    assert!(
        store
            .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
            .await
            .unwrap()
            .is_empty()
    );
}
