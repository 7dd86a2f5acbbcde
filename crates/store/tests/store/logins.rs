//! With what login the program works: one that owns the tables, one that does not, and one that may nothing.

use crate::cluster::Cluster;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection};
use throughcare_domain::reference::CodeList;
use throughcare_store::{Settings, Store, StoreError, migrate, migrate_for};
use throughcare_testkit::{Builder, TestDatabase};

async fn run(connection: &mut PgConnection, statement: &str) {
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
        .execute(connection)
        .await
        .expect(statement);
}

/// A login with these roles, gone with the cluster.
async fn login(database: &TestDatabase, name: &str, roles: &[&str]) -> PgConnectOptions {
    let name = format!("throughcare_test_{name}_{}", std::process::id());
    let mut admin = database.connect_options().connect().await.unwrap();
    run(
        &mut admin,
        &format!("DROP ROLE IF EXISTS {name}; CREATE ROLE {name} LOGIN PASSWORD 'invented'"),
    )
    .await;
    for role in roles {
        run(&mut admin, &format!("GRANT {role} TO {name}")).await;
    }
    database.connect_options().username(&name).password("invented")
}

const WORKING: [&str; 5] = [
    "throughcare_writer",
    "throughcare_projector",
    "throughcare_reader",
    "throughcare_keeper",
    "throughcare_eraser",
];

#[tokio::test]
async fn a_login_that_does_not_own_the_tables_does_the_daily_work() {
    let database = TestDatabase::new().await;
    let owner = database.connect_options();
    let mut settings = database.settings();
    settings.connect = login(&database, "daily", &WORKING).await;
    migrate(&settings.connect).await.expect("nothing is to be done");
    let store = Store::open(settings.clone()).await.unwrap();
    let mut build = Builder::new(1);
    let person = build.person();
    store.append(build.append(person, 0, 2)).await.unwrap();
    assert_eq!(
        store
            .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
            .await
            .unwrap()
            .len(),
        2
    );
    assert_eq!(crate::projecting::one_batch(&store, "daily", 10).await, Some(2));
    assert_eq!(store.held_counts().await.unwrap(), (0, 0));
    assert!(!store.ensure_room().await.unwrap().is_short());
    assert!(store.check().await.unwrap().migrations_missing.is_empty());

    // What only the owner may is refused, in words that say what to do.
    let list = CodeList::from_csv(
        "things",
        "1",
        "code,label,status,origin,valid_from,valid_to,colour\na,A,current,local,2020-01-01,,red\n",
    )
    .unwrap();
    let error = store.load_reference(&list, "test").await.unwrap_err();
    assert!(matches!(error, StoreError::NotOwner), "{error:?}");
    let mut admin = owner.connect().await.unwrap();
    run(&mut admin, "UPDATE log_head SET position = 180000000").await;
    let error = store.ensure_room().await.unwrap_err();
    assert!(matches!(error, StoreError::NotOwner), "{error:?}");
    run(&mut admin, "DELETE FROM _sqlx_migrations WHERE version = 15").await;
    let error = migrate(&settings.connect).await.unwrap_err();
    assert!(
        matches!(error, StoreError::NotOwner) && error.to_string().contains("--migrate-url"),
        "{error:?}"
    );

    // With another login for the owner's work, the same store does both.
    settings.own = Some(owner);
    let store = Store::open(settings).await.unwrap();
    assert!(store.load_reference(&list, "test").await.unwrap());
    assert!(!store.ensure_room().await.unwrap().is_short());
}

#[tokio::test]
async fn a_login_without_roles_is_told_who_can_help() {
    let database = TestDatabase::new().await;
    let mut settings = database.settings();
    settings.connect = login(&database, "nobody", &[]).await;
    let migrating = migrate(&settings.connect).await.unwrap_err();
    let opening = Store::open(settings).await.err().unwrap();
    for error in [migrating, opening] {
        assert!(matches!(error, StoreError::Roles), "{error:?}");
        assert!(error.to_string().contains("an administrator"), "{error}");
    }
}

/// Roles are the cluster's and databases are many: the first migrations of a cluster run side by side.
#[tokio::test]
async fn databases_of_a_new_cluster_are_migrated_side_by_side() {
    let cluster = Cluster::start().await;
    for number in 0..6 {
        cluster
            .run("postgres", &format!("CREATE DATABASE side_{number}"))
            .await;
    }
    let migrations = (0..6).map(|number| {
        let connect = cluster.connect_options(&format!("side_{number}"));
        async move { migrate(&connect).await }
    });
    for migrated in futures::future::join_all(migrations).await {
        migrated.expect("it migrates");
    }
}

/// As a hosting provider hands a database out: its owner may create roles, but is no superuser.
#[tokio::test]
async fn an_owner_who_is_no_superuser_migrates_and_lets_the_service_work() {
    let cluster = Cluster::start().await;
    cluster
        .run(
            "postgres",
            "CREATE ROLE landlord LOGIN CREATEROLE; CREATE ROLE service LOGIN",
        )
        .await;
    cluster
        .run("postgres", "CREATE DATABASE hosted OWNER landlord")
        .await;
    let hosted = cluster.connect_options("hosted");
    let (landlord, keys) = (
        hosted.clone().username("landlord"),
        cluster.connect_options("hosted_keys").username("landlord"),
    );
    let error = migrate_for(&landlord, &keys, Some("service")).await.unwrap_err();
    assert!(matches!(error, StoreError::NoKeyDatabase), "{error:?}");
    cluster
        .run("postgres", "CREATE DATABASE hosted_keys OWNER landlord")
        .await;
    migrate_for(&landlord, &keys, Some("service")).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::new(hosted.username("service"), folder.path().join("keys"));
    let store = Store::open(settings).await.unwrap();
    let mut build = Builder::new(1);
    let person = build.person();
    store.append(build.append(person, 0, 1)).await.unwrap();
    assert!(matches!(
        store
            .load_reference(
                &CodeList::from_csv("t", "1", "code,label,status,origin,valid_from,valid_to\n").unwrap(),
                "test"
            )
            .await,
        Err(StoreError::NotOwner)
    ));
}

/// A database made before there were roles belongs to its login; its tables are handed over.
#[tokio::test]
async fn tables_made_before_there_were_roles_are_handed_over() {
    let database = TestDatabase::new().await;
    let mut admin = database.connect_options().connect().await.unwrap();
    run(
        &mut admin,
        "ALTER TABLE events OWNER TO CURRENT_USER; ALTER TABLE events_01 OWNER TO CURRENT_USER; \
         CREATE SCHEMA keys; CREATE TABLE keys.stream_keys (); \
         ALTER FUNCTION refuse_change() OWNER TO CURRENT_USER; ALTER TABLE _sqlx_migrations OWNER TO CURRENT_USER",
    )
    .await;
    migrate(&database.connect_options()).await.unwrap();
    let strangers: i64 = sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname IN ('public', 'keys') AND pg_get_userbyid(relowner) <> 'throughcare_owner') \
         + (SELECT count(*) FROM pg_proc WHERE proname = 'refuse_change' AND pg_get_userbyid(proowner) <> 'throughcare_owner') \
         + (SELECT count(*) FROM pg_namespace WHERE nspname = 'keys' AND pg_get_userbyid(nspowner) <> 'throughcare_owner')",
    )
    .fetch_one(&mut admin)
    .await
    .unwrap();
    assert_eq!(strangers, 0);
}
