//! The key file belongs to the database that was sealed with it.

use std::error::Error as _;
use throughcare_store::seal::{KeyFileError, SealError};
use throughcare_store::{Store, StoreError};
use throughcare_testkit::{Builder, TestDatabase};

fn reason(error: StoreError) -> KeyFileError {
    match error {
        StoreError::Seal(SealError::KeyFile(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_lost_key_file_stops_the_start_and_is_not_replaced() {
    let database = TestDatabase::new().await;
    database.store().await.close().await;
    let path = database.settings().key_file;
    std::fs::remove_file(&path).unwrap();

    let error = Store::open(database.settings()).await.err().unwrap();

    assert!(error.source().is_none() || !error.to_string().is_empty());
    assert!(matches!(reason(error), KeyFileError::Lost(told) if told == path));
    assert!(!path.exists());
}

#[tokio::test]
async fn another_databases_key_file_is_refused() {
    let (one, two) = (TestDatabase::new().await, TestDatabase::new().await);
    one.store().await.close().await;
    two.store().await.close().await;
    let mut settings = one.settings();
    settings.key_file = two.settings().key_file;
    let error = Store::open(settings).await.err().unwrap();
    assert!(matches!(reason(error), KeyFileError::Foreign(_)));
}

#[tokio::test]
async fn an_identifiers_index_value_depends_on_the_key_file() {
    let (one, two) = (TestDatabase::new().await, TestDatabase::new().await);
    let kind = throughcare_domain::identifier::IdentifierKind::NhsNumber;
    let (a, b) = (one.store().await, two.store().await);
    assert_ne!(a.blind(kind, "9990000018"), b.blind(kind, "9990000018"));
    assert_eq!(
        a.blind(kind, "9990000018"),
        one.store().await.blind(kind, "9990000018")
    );
    assert_ne!(a.cursor_key(), b.cursor_key());
    let mut build = Builder::new(1);
    let person = build.person();
    assert!(
        a.append(build.append(person, 0, 1))
            .await
            .unwrap()
            .appended()
            .is_some()
    );
}
