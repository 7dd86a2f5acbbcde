//! Erasing: whoever was erased is gone from every table, stays gone when a backup is put back, and nobody else is.

use crate::inbound::inbound;
use crate::projecting::Projected;
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use throughcare_domain::event::{Body, SourceReference};
use throughcare_domain::id::PersonId;
use throughcare_domain::identifier::IdentifierKind;
use throughcare_domain::stream::StreamId;
use throughcare_store::keys::Destroy;
use throughcare_store::{
    AppendOutcome, Claim, Erasure, Hold, KEY_TABLES, Kept, LedgerError, Link, Reference, Store, StoreError,
    TABLES,
};
use throughcare_testkit::{Builder, TestDatabase};
use uuid::Uuid;

async fn run(connection: &mut PgConnection, statement: &str) {
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
        .execute(connection)
        .await
        .expect(statement);
}

async fn tables(mut connection: PgConnection) -> BTreeSet<String> {
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace \
         AND c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    names.into_iter().collect()
}

/// A new table must be judged: what becomes of it when a person is erased?
#[tokio::test]
async fn every_table_is_judged() {
    let database = TestDatabase::new().await;
    let judged = |list: &[(&str, Kept)]| -> BTreeSet<String> {
        list.iter().map(|(table, _)| (*table).to_owned()).collect()
    };
    let main = database.connect_options().connect().await.unwrap();
    assert_eq!(tables(main).await, judged(TABLES));
    let keys = database.key_connect_options().connect().await.unwrap();
    assert_eq!(tables(keys).await, judged(KEY_TABLES));
}

fn erasure(id: u128, people: &[StreamId], what: Destroy) -> Erasure {
    Erasure {
        id: Uuid::from_u128(id),
        people: people.iter().map(|stream| PersonId(stream.id)).collect(),
        what,
        at: "2026-11-23T09:30:00Z".parse().unwrap(),
    }
}

/// Two people, each with something in every table that may hold something of a person.
struct Known {
    projected: Projected,
    erased: StreamId,
    other: StreamId,
}

impl Known {
    async fn new() -> Self {
        let mut projected = Projected::new().await;
        let people = projected.people(2, 3).await;
        let store = projected.store.clone();
        let mut build = Builder::new(99);
        for (at, person) in people.iter().enumerate() {
            let blind = store.blind(IdentifierKind::PrisonerNumber, &format!("A000{at}AA"));
            let mut append = build.append(*person, 3, 2);
            append.idempotency = Some(build.key(&format!("request {at}"), &format!("answer {at}")));
            append.references = vec![Reference {
                client: "northshire-cms".into(),
                source: SourceReference {
                    system: "cms".into(),
                    value: format!("case {at}"),
                },
                entity: build.id(),
                stream: *person,
            }];
            append.claims = vec![Claim {
                kind: IdentifierKind::PrisonerNumber,
                blind,
                stream: *person,
                release: false,
            }];
            store.append(append).await.unwrap().appended().unwrap();
            let hold = Hold {
                id: build.id(),
                prisoner: blind,
                client: "prison".into(),
                key: None,
                source: None,
                payload: b"a movement".to_vec(),
                until: "2030-01-01T00:00:00Z".parse().unwrap(),
            };
            store.hold(hold).await.unwrap();
            let message = inbound(build.id(), vec![blind]);
            store.keep_message(&message).await.unwrap();
        }
        for (at, person) in people.iter().enumerate() {
            projected
                .sql(&format!(
                    "INSERT INTO webhooks (id, organisation, client, role, url, kinds, position, made_by) \
                         VALUES ('{0}', 'o', 'c', 'worker', 'https://o.example', '{{}}', 0, 'a'); \
                     INSERT INTO webhook_deliveries (webhook, position, organisation, stream_id, event_id, kind) \
                         VALUES ('{0}', {at} + 1, 'o', '{0}', gen_random_uuid(), 'k')",
                    person.id
                ))
                .await;
        }
        projected.catch_up("one", 100).await;
        Self {
            projected,
            erased: people[0],
            other: people[1],
        }
    }

    /// What stands in each purged table of each of the two: the erased one's, and the other's.
    async fn left(&self) -> Vec<(&'static str, i64, i64)> {
        let mut connection = self.projected.database.connect_options().connect().await.unwrap();
        let mut left = Vec::new();
        for (table, of) in [
            ("identifier_claims", "stream_id = $1"),
            ("external_references", "stream_id = $1"),
            ("worklist_rows", "person = $1"),
            ("webhook_deliveries", "stream_id = $1"),
            (
                "idempotency",
                "length(answer) > 0 AND first_position IN (SELECT position FROM events WHERE stream_id = $1)",
            ),
        ] {
            let statement = format!("SELECT count(*) FROM {table} WHERE {of}");
            let mut counts = [0; 2];
            for (count, person) in counts.iter_mut().zip([self.erased, self.other]) {
                *count = sqlx::query_scalar(AssertSqlSafe(statement.clone()))
                    .bind(person.id)
                    .fetch_one(&mut connection)
                    .await
                    .unwrap();
            }
            left.push((table, counts[0], counts[1]));
        }
        let held: i64 = sqlx::query_scalar("SELECT count(*) FROM held_movements")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        left.push(("held_movements", held - 1, 1));
        let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM inbound_messages")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        left.push(("inbound_messages", kept - 1, 1));
        left
    }
}

async fn is_erased(store: &Store, stream: StreamId) -> bool {
    let events = store
        .read_stream(&throughcare_store::Reach::EVERYBODY, stream, None)
        .await
        .unwrap();
    assert!(!events.is_empty());
    events
        .iter()
        .all(|event| event.body == Body::Erased && event.identity.is_none())
}

#[tokio::test]
async fn an_erased_person_is_gone_from_every_table_and_nobody_else() {
    let known = Known::new().await;
    let store = &known.projected.store;
    for (table, erased, other) in known.left().await {
        assert!(
            erased > 0 && other > 0,
            "the control: something stands in {table}"
        );
    }
    let erasure = erasure(1, &[known.erased], Destroy::Both);

    store.erase(&erasure).await.unwrap();

    assert!(is_erased(store, known.erased).await && !is_erased(store, known.other).await);
    for (table, erased, other) in known.left().await {
        assert_eq!(erased, 0, "{table}");
        assert!(other > 0, "the other's in {table}");
    }
    store.erase(&erasure).await.unwrap();
    assert!(!is_erased(store, known.other).await);
    known.projected.assert_equal_to_a_rebuild().await;
    // What comes later of the erased person brings nothing back, and does not stop the lists.
    known.projected.catch_up("two", 100).await;
    assert_eq!(known.projected.status().await.parked, 0);
    let told = store.append(Builder::new(5).append(known.erased, 5, 1)).await;
    assert!(matches!(told, Err(StoreError::KeysDestroyed)), "{told:?}");
}

#[tokio::test]
async fn without_names_the_figures_stay() {
    let known = Known::new().await;
    let store = &known.projected.store;
    store
        .erase(&erasure(1, &[known.erased], Destroy::Identity))
        .await
        .unwrap();
    let events = store
        .read_stream(&throughcare_store::Reach::EVERYBODY, known.erased, None)
        .await
        .unwrap();
    assert!(
        events
            .iter()
            .all(|event| event.fact().is_some() && event.identity.is_none())
    );
    for (table, erased, _) in known.left().await {
        assert_eq!(erased > 0, table == "worklist_rows", "{table}");
    }
    known.projected.assert_equal_to_a_rebuild().await;
}

/// A retry of what was asked about an erased person must not make the record again.
#[tokio::test]
async fn a_late_retry_is_not_recorded_and_not_answered() {
    let known = Known::new().await;
    let store = &known.projected.store;
    store
        .erase(&erasure(1, &[known.erased], Destroy::Both))
        .await
        .unwrap();
    let mut build = Builder::new(99);
    let mut retry = build.append(known.erased, 3, 2);
    retry.idempotency = Some(build.key("request 0", "answer 0"));
    let fresh = build.person();
    retry.streams = vec![build.stream(fresh, 0, 1)];
    let outcome = store.append(retry).await.unwrap();
    assert_eq!(outcome, AppendOutcome::KeyReused);
}

#[tokio::test]
async fn a_batch_that_was_read_before_the_erasure_is_not_written_after_it() {
    let mut known = Known::new().await;
    known.projected.append(known.erased, 5, 2).await;
    let lease = known.projected.take("sleeper").await;
    let computed = known.projected.compute(100).await;
    let store = known.projected.store.clone();
    store
        .erase(&erasure(1, &[known.erased], Destroy::Both))
        .await
        .unwrap();
    let _ = store.write_batch(&lease, &computed).await;
    let rows = known.left().await;
    assert_eq!(rows[2].1, 0, "{rows:?}");
    known.projected.catch_up("two", 100).await;
    known.projected.assert_equal_to_a_rebuild().await;
}

/// Both databases from a dump of before the erasure: the next start loses the erased again, and nobody else.
#[tokio::test]
async fn a_backup_that_is_put_back_loses_the_erased_again() {
    for (keys, main) in [(true, false), (false, true), (true, true)] {
        let known = Known::new().await;
        let database = &known.projected.database;
        let saved = Saved::of(database).await;
        let store = &known.projected.store;
        store
            .erase(&erasure(1, &[known.erased], Destroy::Both))
            .await
            .unwrap();
        saved.put_back(database, keys, main).await;
        // The control: without the ledger they are back.
        let mut without = database.settings();
        without.ledger = Some(database.settings().key_file.with_file_name("another ledger"));
        if keys && main {
            let forgetful = Store::open(without).await.unwrap();
            assert!(!is_erased(&forgetful, known.erased).await);
            forgetful.close().await;
        }

        let restored = database.store().await;
        assert!(
            is_erased(&restored, known.erased).await,
            "keys {keys}, main {main}"
        );
        assert!(!is_erased(&restored, known.other).await);
        for (table, erased, other) in known.left().await {
            assert_eq!(erased, 0, "{table}, keys {keys}, main {main}");
            assert!(other > 0);
        }
    }
}

/// What the tables of both databases held.
struct Saved(Vec<(bool, &'static str, String)>);

impl Saved {
    const OF_KEYS: [&str; 2] = ["stream_keys", "destroyed_keys"];
    const OF_MAIN: [&str; 8] = [
        "erasures",
        "identifier_claims",
        "external_references",
        "worklist_rows",
        "idempotency",
        "held_movements",
        "inbound_messages",
        "webhook_deliveries",
    ];

    async fn of(database: &TestDatabase) -> Self {
        let mut saved = Vec::new();
        for (of_keys, tables) in [(true, &Self::OF_KEYS[..]), (false, &Self::OF_MAIN[..])] {
            let mut connection = connect(database, of_keys).await;
            for table in tables {
                let statement =
                    format!("SELECT coalesce(json_agg(t), '[]')::text FROM (SELECT * FROM {table}) AS t");
                let rows: String = sqlx::query_scalar(AssertSqlSafe(statement))
                    .fetch_one(&mut connection)
                    .await
                    .unwrap();
                saved.push((of_keys, *table, rows));
            }
        }
        Self(saved)
    }

    async fn put_back(&self, database: &TestDatabase, keys: bool, main: bool) {
        for (of_keys, table, rows) in &self.0 {
            if !(if *of_keys { keys } else { main }) {
                continue;
            }
            let mut connection = connect(database, *of_keys).await;
            run(&mut connection, &format!("DELETE FROM {table}")).await;
            let columns: String = sqlx::query_scalar(
                "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute \
                 WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
            )
            .bind(table)
            .fetch_one(&mut connection)
            .await
            .unwrap();
            let statement = format!(
                "INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE \
                 SELECT {columns} FROM json_populate_recordset(NULL::{table}, $1::json)"
            );
            sqlx::query(AssertSqlSafe(statement))
                .bind(rows)
                .execute(&mut connection)
                .await
                .unwrap();
        }
    }
}

async fn connect(database: &TestDatabase, keys: bool) -> PgConnection {
    let options = if keys {
        database.key_connect_options()
    } else {
        database.connect_options()
    };
    options.connect().await.unwrap()
}

/// Stopped after each step, an erasure goes on at the next start.
#[tokio::test]
async fn an_erasure_that_was_stopped_goes_on_at_the_next_start() {
    for failing in ["destroyed_keys", "erasures"] {
        let known = Known::new().await;
        let database = &known.projected.database;
        let mut connection = connect(database, failing == "destroyed_keys").await;
        run(
            &mut connection,
            &format!(
                "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END'; \
                 CREATE TRIGGER die BEFORE INSERT ON {failing} FOR EACH ROW EXECUTE FUNCTION die()"
            ),
        )
        .await;
        let store = &known.projected.store;
        let erasure = erasure(1, &[known.erased], Destroy::Both);
        assert!(store.erase(&erasure).await.is_err());
        assert!(
            Store::open(database.settings()).await.is_err(),
            "it does not serve before it is done"
        );
        run(&mut connection, &format!("DROP TRIGGER die ON {failing}")).await;

        let next = database.store().await;
        assert!(is_erased(&next, known.erased).await, "{failing}");
        assert_eq!(known.left().await.iter().map(|left| left.1).sum::<i64>(), 0);
    }
}

#[tokio::test]
async fn a_ledger_that_cannot_be_written_destroys_nothing() {
    let known = Known::new().await;
    let store = &known.projected.store;
    let ledger = known.projected.database.settings().ledger_file();
    std::fs::write(&ledger, "not a ledger\n").unwrap();
    let told = store.erase(&erasure(1, &[known.erased], Destroy::Both)).await;
    assert!(
        matches!(told, Err(StoreError::Ledger(LedgerError::Damaged { .. }))),
        "{told:?}"
    );
    assert!(!is_erased(store, known.erased).await);
    let told = Store::open(known.projected.database.settings())
        .await
        .err()
        .unwrap();
    assert!(matches!(told, StoreError::Ledger(_)), "{told:?}");
}

#[tokio::test]
async fn an_id_is_one_erasure() {
    let known = Known::new().await;
    let store = &known.projected.store;
    store
        .erase(&erasure(1, &[known.erased], Destroy::Both))
        .await
        .unwrap();
    let told = store.erase(&erasure(1, &[known.other], Destroy::Both)).await;
    assert!(
        matches!(told, Err(StoreError::Ledger(LedgerError::Another))),
        "{told:?}"
    );
    assert!(!is_erased(store, known.other).await);
}

/// A node with a ledger of its own hears of what others erased, so that its ledger is as good.
#[tokio::test]
async fn each_nodes_ledger_tells_of_every_erasure() {
    let known = Known::new().await;
    let database = &known.projected.database;
    known
        .projected
        .store
        .erase(&erasure(1, &[known.erased], Destroy::Both))
        .await
        .unwrap();
    let mut elsewhere = database.settings();
    elsewhere.ledger = Some(database.settings().key_file.with_file_name("elsewhere.log"));
    Store::open(elsewhere.clone()).await.unwrap().close().await;
    let text = std::fs::read_to_string(elsewhere.ledger.unwrap()).unwrap();
    assert!(text.contains(&known.erased.id.to_string()) && !text.contains(&known.other.id.to_string()));
    assert_eq!(text.lines().count(), 1);
}

#[tokio::test]
async fn joined_records_are_erased_together() {
    let known = Known::new().await;
    let store = &known.projected.store;
    let mut build = Builder::new(7);
    let mut joined = build.append(known.erased, 5, 1);
    joined.streams.push(build.stream(known.other, 5, 1));
    joined.links = vec![Link {
        one: known.erased,
        other: known.other,
    }];
    store.append(joined).await.unwrap().appended().unwrap();
    store
        .erase(&erasure(1, &[known.erased, known.other], Destroy::Both))
        .await
        .unwrap();
    for stream in [known.erased, known.other] {
        assert!(is_erased(store, stream).await);
    }
}

/// Another node has the keys in memory; how long it goes on reading is printed. Five seconds are promised.
#[tokio::test]
async fn other_nodes_forget_destroyed_keys_by_themselves() {
    let known = Known::new().await;
    let other = known.projected.database.store().await;
    assert!(!is_erased(&other, known.erased).await);
    let person = PersonId(known.erased.id);
    known
        .projected
        .store
        .destroy_keys(&[person], Destroy::Both, Uuid::from_u128(1))
        .await
        .unwrap();
    let since = Instant::now();
    assert!(
        is_erased(&known.projected.store, known.erased).await,
        "this node at once"
    );
    while !is_erased(&other, known.erased).await {
        assert!(since.elapsed() < Duration::from_secs(120), "never");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("the other node forgot after {:?}", since.elapsed());
}
