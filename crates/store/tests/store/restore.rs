//! A dump, restored into a cluster where transaction ids begin again: the same log goes on.

use crate::cluster::{Cluster, program};
use crate::projecting::one_batch;
use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use std::process::{Command, Stdio};
use throughcare_store::{AppendOutcome, LogQuery, ROLES_SQL, Settings, Store};
use throughcare_testkit::{Builder, TestDatabase};

const PEOPLE: u32 = 20;

/// `pg_dump` of one database into `psql` of another, on unix sockets; what `psql` says when it fails.
async fn dump_and_restore(source: &PgConnectOptions, to: &Cluster, database: &str) -> Result<(), String> {
    let target = to.connect_options(database);
    let address = |connect: &PgConnectOptions| {
        vec![
            "--host".to_owned(),
            connect.get_socket().unwrap().display().to_string(),
            "--port".to_owned(),
            connect.get_port().to_string(),
            "--username".to_owned(),
            connect.get_username().to_owned(),
            "--dbname".to_owned(),
            connect.get_database().unwrap().to_owned(),
        ]
    };
    let (dump_from, restore_to) = (address(source), address(&target));
    tokio::task::spawn_blocking(move || {
        let mut dump = Command::new(program("pg_dump"))
            .args(dump_from)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let restore = Command::new(program("psql"))
            .args([
                "--no-psqlrc",
                "--quiet",
                "--set",
                "ON_ERROR_STOP=1",
                "--single-transaction",
            ])
            .args(restore_to)
            .stdin(dump.stdout.take().unwrap())
            .stdout(Stdio::null())
            .output()
            .unwrap();
        let dumped = dump.wait().unwrap().success();
        if dumped && restore.status.success() {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&restore.stderr).into_owned())
    })
    .await
    .unwrap()
}

async fn xid(connect: PgConnectOptions) -> i64 {
    let mut connection = connect.connect().await.unwrap();
    sqlx::query_scalar("SELECT pg_current_xact_id()::text::bigint")
        .fetch_one(&mut connection)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_restored_log_goes_on_where_it_was() {
    let database = TestDatabase::new().await;
    if database.connect_options().get_socket().is_none() {
        eprintln!("not shown: this test dumps from a test server on a unix socket");
        return;
    }
    let store = database.store().await;
    let mut build = Builder::new(1);
    let people: Vec<_> = (0..PEOPLE).map(|_| build.person()).collect();
    for person in &people {
        store
            .append(build.register(*person, "Robin", "Ashdown"))
            .await
            .unwrap();
        store.append(build.append(*person, 1, 3)).await.unwrap();
    }
    let key = build.key("request", "answer");
    let mut with_key = build.append(people[0], 4, 1);
    with_key.idempotency = Some(key.clone());
    store.append(with_key.clone()).await.unwrap();
    // The projection has come half-way.
    assert_eq!(one_batch(&store, "before", 40).await, Some(40));
    let events = u64::from(PEOPLE) * 4 + 1;
    let query = LogQuery {
        limit: 100,
        ..LogQuery::default()
    };
    let before = store
        .read_log(&throughcare_store::Reach::EVERYBODY, &query)
        .await
        .unwrap();
    assert_eq!(before.len() as u64, events);

    let cluster = Cluster::start().await;
    cluster.run("postgres", ROLES_SQL).await;
    cluster.run("postgres", "CREATE DATABASE restored").await;
    cluster.run("postgres", "CREATE DATABASE restored_keys").await;
    dump_and_restore(&database.connect_options(), &cluster, "restored")
        .await
        .unwrap();
    dump_and_restore(&database.key_connect_options(), &cluster, "restored_keys")
        .await
        .unwrap();

    let connect = cluster.connect_options("restored");
    let settings = Settings {
        connect: connect.clone(),
        ..database.settings() // with the same key file
    };
    throughcare_store::migrate(&connect).await.unwrap();
    let restored = Store::open(settings).await.unwrap();
    assert_eq!(
        restored
            .read_log(&throughcare_store::Reach::EVERYBODY, &query)
            .await
            .unwrap(),
        before,
        "every event, opened, at its position"
    );
    assert_eq!(restored.head().await.unwrap(), store.head().await.unwrap());
    assert!(restored.check().await.unwrap().keys_fit);
    assert_eq!(restored.checkpoint("worklists").await.unwrap(), 40);

    // A retry of what was recorded before is answered, and what is new follows densely.
    let replayed = restored.append(with_key).await.unwrap();
    assert!(
        matches!(&replayed, AppendOutcome::Replayed { .. }),
        "{replayed:?}"
    );
    let appended = restored
        .append(build.append(people[1], 4, 2))
        .await
        .unwrap()
        .appended()
        .unwrap();
    assert_eq!(
        (appended.first_position, appended.last_position),
        (events + 1, events + 2)
    );
    assert_eq!(
        restored.checkpoint("worklists").await.unwrap(),
        40,
        "it goes on from there"
    );
    assert_eq!(one_batch(&restored, "after", 1_000).await, Some(events + 2));

    // The guards came along.
    let mut owner = connect.clone().connect().await.unwrap();
    for statement in ["DELETE FROM events", "TRUNCATE events_00"] {
        let error = sqlx::raw_sql(statement).execute(&mut owner).await.unwrap_err();
        assert!(error.to_string().contains("append-only"), "{statement}: {error}");
    }
    // What makes this a test: ids of transactions in the new cluster are smaller than those in the dump's.
    let burnt = "DO $$ BEGIN FOR n IN 1..5000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$";
    let mut source = database.connect_options().connect().await.unwrap();
    sqlx::raw_sql(burnt).execute(&mut source).await.unwrap();
    assert!(xid(connect).await < xid(database.connect_options()).await);
}

/// Negative control: without the roles nothing is restored, and it is said; the README's order matters.
#[tokio::test]
async fn without_the_roles_a_restore_stops() {
    let database = TestDatabase::new().await;
    if database.connect_options().get_socket().is_none() {
        return;
    }
    let cluster = Cluster::start().await;
    cluster.run("postgres", "CREATE DATABASE restored").await;
    let told = dump_and_restore(&database.connect_options(), &cluster, "restored")
        .await
        .unwrap_err();
    assert!(
        told.contains("role \"throughcare_owner\" does not exist"),
        "{told}"
    );
}

#[test]
fn the_readme_shows_how_the_roles_are_made() {
    let readme = include_str!("../../../../README.md");
    for line in ROLES_SQL.lines() {
        assert!(readme.contains(line), "the README does not show: {line}");
    }
}
