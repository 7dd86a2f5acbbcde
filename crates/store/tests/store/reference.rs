//! Code lists as versioned rows.

use throughcare_domain::reference::{CodeList, ReferenceData, bundled_lists};
use throughcare_testkit::TestDatabase;

#[tokio::test]
async fn the_bundled_lists_come_back_as_they_were_loaded() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    for list in bundled_lists().unwrap() {
        assert!(store.load_reference(&list, "migration").await.unwrap());
    }
    assert_eq!(store.reference_data().await.unwrap(), ReferenceData::bundled());
}

#[tokio::test]
async fn loading_a_version_again_changes_nothing_and_a_newer_one_takes_over() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let list = |version: &str, label: &str| {
        let text = format!(
            "code,label,status,origin,valid_from,valid_to,colour\na,{label},current,local,2020-01-01,,red\n"
        );
        CodeList::from_csv("things", version, &text).unwrap()
    };
    assert!(store.load_reference(&list("2", "First"), "admin").await.unwrap());
    assert!(
        !store
            .load_reference(&list("2", "Changed"), "admin")
            .await
            .unwrap()
    );
    let label = async || {
        store
            .reference_data()
            .await
            .unwrap()
            .label("things", "a")
            .map(str::to_owned)
    };
    assert_eq!(label().await.as_deref(), Some("First"));

    assert!(
        store
            .load_reference(&list("10", "Second"), "admin")
            .await
            .unwrap()
    );
    assert_eq!(
        label().await.as_deref(),
        Some("Second"),
        "the newest loaded, whatever its name"
    );
    let mut owner = sqlx::ConnectOptions::connect(&database.connect_options())
        .await
        .unwrap();
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM reference_codes")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    assert_eq!(kept, 2, "the older version stays");
}
