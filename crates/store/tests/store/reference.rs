//! Code lists as versioned rows.

use throughcare_domain::reference::{CodeList, ReferenceData, bundled_lists};
use throughcare_store::{ReferenceChange, SHIPPED_BY, Store};
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

fn things(version: &str, codes: &[&str]) -> CodeList {
    let rows: String = codes
        .iter()
        .map(|code| format!("{code},Of {version},current,local,,\n"))
        .collect();
    let text = format!("code,label,status,origin,valid_from,valid_to\n{rows}");
    CodeList::from_csv("things", version, &text).unwrap()
}

async fn in_use(store: &Store) -> String {
    let data = store.reference_data().await.unwrap();
    data.list("things").unwrap().version().to_owned()
}

#[tokio::test]
async fn the_service_supersedes_a_version_and_says_who_and_when() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    assert!(
        store
            .load_reference(&things("1", &["a"]), SHIPPED_BY)
            .await
            .unwrap()
    );
    let before = store.reference_uses().await.unwrap();
    let second = things("2", &["a", "b"]);
    let change = store
        .supersede_reference(&second, "an administrator", Some("1"))
        .await
        .unwrap();
    assert_eq!(change, ReferenceChange::Taken);
    assert_eq!(in_use(&store).await, "2");
    assert!(store.reference_uses().await.unwrap() > before);

    let again = store
        .supersede_reference(&second, "somebody else", Some("2"))
        .await
        .unwrap();
    assert_eq!(again, ReferenceChange::LoadedBefore);
    let late = store
        .supersede_reference(&things("3", &["a", "b"]), "late", Some("1"))
        .await
        .unwrap();
    assert_eq!(
        late,
        ReferenceChange::Overtaken,
        "it was judged beside another version"
    );
    let versions = store.reference_versions("things").await.unwrap();
    let told: Vec<_> = versions
        .iter()
        .map(|one| {
            (
                one.version.as_str(),
                one.loaded_by.as_str(),
                one.codes,
                one.in_use,
            )
        })
        .collect();
    assert_eq!(
        told,
        [("1", SHIPPED_BY, 1, false), ("2", "an administrator", 2, true)]
    );
    assert!(versions[0].loaded_at <= versions[1].loaded_at);
    assert_eq!(
        store.reference_list("things", "1").await.unwrap(),
        Some(things("1", &["a"]))
    );
    assert_eq!(store.reference_list("things", "9").await.unwrap(), None);
}

/// The last guard, below the program's own: a code that may be on record is never lost.
#[tokio::test]
async fn the_database_refuses_a_version_without_a_code_of_the_one_in_use() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    store
        .load_reference(&things("1", &["a", "b"]), SHIPPED_BY)
        .await
        .unwrap();
    let fewer = things("2", &["a"]);
    assert!(
        store
            .supersede_reference(&fewer, "an administrator", Some("1"))
            .await
            .is_err()
    );
    assert_eq!(in_use(&store).await, "1");
    assert_eq!(
        store.reference_versions("things").await.unwrap().len(),
        1,
        "nothing is half loaded"
    );
    assert!(
        store
            .supersede_reference(&things("2", &[]), "an administrator", Some("1"))
            .await
            .is_err()
    );

    // Nor by taking an earlier one into use.
    let more = things("2", &["a", "b", "c"]);
    store
        .supersede_reference(&more, "an administrator", Some("1"))
        .await
        .unwrap();
    assert!(
        store
            .take_reference("things", "1", "an administrator", Some("2"))
            .await
            .is_err()
    );
    assert_eq!(in_use(&store).await, "2");
}

#[tokio::test]
async fn an_earlier_version_is_taken_into_use_again() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    store
        .load_reference(&things("1", &["a"]), SHIPPED_BY)
        .await
        .unwrap();
    store
        .supersede_reference(&things("2", &["a"]), "an administrator", Some("1"))
        .await
        .unwrap();
    let overtaken = store
        .take_reference("things", "1", "late", Some("1"))
        .await
        .unwrap();
    assert_eq!(overtaken, ReferenceChange::Overtaken);
    let back = store
        .take_reference("things", "1", "an administrator", Some("2"))
        .await
        .unwrap();
    assert_eq!(
        (back, in_use(&store).await.as_str()),
        (ReferenceChange::Taken, "1")
    );
    let same = store
        .take_reference("things", "1", "an administrator", Some("1"))
        .await
        .unwrap();
    assert_eq!(same, ReferenceChange::InUse);
    let versions = store.reference_versions("things").await.unwrap();
    let by: Vec<_> = versions[0].uses.iter().map(|(_, by)| by.as_str()).collect();
    assert_eq!(by, [SHIPPED_BY, "an administrator"]);
}

/// A new program brings its lists along; where an administrator has decided, they wait.
#[tokio::test]
async fn the_programs_own_lists_do_not_undo_what_an_administrator_did() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    store
        .load_reference(&things("1", &["a"]), SHIPPED_BY)
        .await
        .unwrap();
    assert!(
        store
            .load_reference(&things("2", &["a"]), SHIPPED_BY)
            .await
            .unwrap()
    );
    assert_eq!(in_use(&store).await, "2", "nobody else has decided");
    store
        .supersede_reference(&things("own", &["a"]), "an administrator", Some("2"))
        .await
        .unwrap();
    assert!(
        store
            .load_reference(&things("3", &["a"]), SHIPPED_BY)
            .await
            .unwrap()
    );
    assert_eq!(in_use(&store).await, "own");
    let taken = store
        .take_reference("things", "3", "an administrator", Some("own"))
        .await
        .unwrap();
    assert_eq!(
        (taken, in_use(&store).await.as_str()),
        (ReferenceChange::Taken, "3")
    );
}
