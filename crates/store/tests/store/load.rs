//! Loading by COPY: the same outcomes and the same rows as appending, all or nothing, and beside other appends.

use jiff::Timestamp;
use sqlx::{ConnectOptions as _, PgConnection};
use throughcare_domain::event::SourceReference;
use throughcare_domain::identifier::IdentifierKind;
use throughcare_domain::stream::StreamId;
use throughcare_store::{
    Append, AppendOutcome, Claim, Entity, EntityKind, LogQuery, MAX_LOAD_EVENTS, Parts, Reference, Sealed,
    StoreError,
};
use throughcare_testkit::{Builder, TestDatabase};

fn at(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

fn claim(kind: IdentifierKind, blind: u8, stream: StreamId, release: bool) -> Claim {
    Claim {
        kind,
        blind: [blind; 32],
        stream,
        release,
    }
}

fn reference(value: &str, entity: uuid::Uuid, stream: StreamId) -> Reference {
    let source = SourceReference {
        system: "prison-system".into(),
        value: value.into(),
    };
    Reference {
        client: "northshire-cms".into(),
        source,
        entity,
        stream,
    }
}

/// One of everything that an append can be, and each way in which it can clash.
fn everything() -> Vec<Append> {
    let mut build = Builder::new(1);
    let (one, two, three) = (build.person(), build.person(), build.person());
    let nhs = IdentifierKind::NhsNumber;
    let local = IdentifierKind::Local;
    let key = build.key("request", "answer");
    let mut reused = key.clone();
    reused.fingerprint = [9; 32];
    let entity = build.id();
    let named = Entity {
        id: entity,
        kind: EntityKind::Referral,
        stream: one,
    };
    let mut appends = vec![
        Append {
            claims: vec![claim(nhs, 1, one, false), claim(local, 2, one, false)],
            ..build.register(one, "Ada", "Example")
        },
        Append {
            idempotency: Some(key.clone()),
            entities: vec![named],
            ..build.append(one, 1, 3)
        },
        Append {
            idempotency: Some(key),
            ..build.append(one, 4, 1)
        },
        Append {
            idempotency: Some(reused),
            ..build.append(one, 4, 1)
        },
        build.append(one, 3, 1),
        Append {
            references: vec![reference("17", entity, one)],
            ..build.append(two, 0, 2)
        },
        Append {
            references: vec![reference("17", entity, one)],
            ..build.append(two, 2, 1)
        },
        Append {
            claims: vec![claim(nhs, 1, two, false)],
            ..build.append(two, 2, 1)
        },
        Append {
            claims: vec![claim(local, 2, two, false)],
            ..build.append(two, 2, 1)
        },
        // The identifier moves from one record to another in one append of two streams.
        Append {
            streams: vec![build.stream(one, 4, 1), build.stream(three, 0, 2)],
            claims: vec![claim(nhs, 1, one, true), claim(nhs, 1, three, false)],
            ..Append::default()
        },
        build.append(three, 0, 1),
        build.append(three, 2, 250),
    ];
    for (append, told) in appends.iter_mut().zip([
        "2020-01-01T00:00:00Z",
        "2020-01-02T00:00:00.123456789Z",
        "2020-01-03T00:00:00Z",
        "2020-01-03T00:00:00Z",
        "2020-01-03T00:00:00Z",
        "2019-12-31T00:00:00Z", // back: the log does not go there
        "2020-02-01T00:00:00Z",
        "2020-02-01T00:00:00Z",
        "2020-03-01T00:00:00Z",
        "2020-03-01T00:00:00Z",
        "2020-04-01T00:00:00Z",
        "2020-04-01T00:00:00Z",
    ]) {
        append.recorded_at = at(told);
    }
    appends
}

/// Every row of every table of the log, but for what chance seals.
async fn rows(connection: &mut PgConnection) -> Vec<String> {
    let mut all = Vec::new();
    for statement in [
        "SELECT (to_jsonb(e) - 'case_sealed' - 'identity_sealed' - 'payload_hash')::text || length(case_sealed) \
         || coalesce(length(identity_sealed)::text, '-') FROM events e ORDER BY position",
        "SELECT to_jsonb(t)::text FROM log_head t",
        "SELECT to_jsonb(t)::text FROM streams t ORDER BY stream_id",
        "SELECT to_jsonb(t)::text FROM entities t ORDER BY entity_id",
        "SELECT to_jsonb(t)::text FROM idempotency t ORDER BY key",
        "SELECT to_jsonb(t)::text FROM external_references t ORDER BY value",
        "SELECT to_jsonb(t)::text FROM concerned t ORDER BY stream_id, organisation",
        "SELECT to_jsonb(t)::text FROM identifier_claims t ORDER BY kind, blind, stream_id",
    ] {
        let rows: Vec<String> = sqlx::query_scalar(statement)
            .fetch_all(&mut *connection)
            .await
            .unwrap();
        assert!(!rows.is_empty(), "{statement}");
        all.extend(rows);
    }
    all
}

#[tokio::test]
async fn a_load_leaves_the_same_outcomes_and_rows_as_a_bulk_append() {
    let (appended, loaded) = (TestDatabase::new().await, TestDatabase::new().await);
    let (one, two) = (appended.store().await, loaded.store().await);

    let expected = one.append_bulk(everything()).await.unwrap();
    let outcomes = two.load(everything()).await.unwrap();

    assert_eq!(outcomes, expected);
    let clashes = outcomes
        .iter()
        .filter(|outcome| !matches!(outcome, AppendOutcome::Appended(_)))
        .count();
    assert_eq!(clashes, 6, "each way to clash is among them: {outcomes:?}");
    let mut owners = (
        appended.connect_options().connect().await.unwrap(),
        loaded.connect_options().connect().await.unwrap(),
    );
    assert_eq!(rows(&mut owners.1).await, rows(&mut owners.0).await);
    let everything = LogQuery {
        limit: 1_000,
        parts: Parts::Both,
        ..LogQuery::default()
    };
    let read = loaded
        .store()
        .await
        .read_log(&throughcare_store::Reach::EVERYBODY, &everything)
        .await
        .unwrap();
    assert_eq!(
        read,
        one.read_log(&throughcare_store::Reach::EVERYBODY, &everything)
            .await
            .unwrap(),
        "another node opens what was loaded"
    );
    let wrong: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM events WHERE payload_hash IS DISTINCT FROM sha256( \
         int8send(length(case_sealed)) || case_sealed || \
         int8send(coalesce(length(identity_sealed), 0)) || coalesce(identity_sealed, ''))",
    )
    .fetch_one(&mut owners.1)
    .await
    .unwrap();
    assert_eq!(wrong, 0, "every hash is that of its row");
    assert_eq!(*two.committed().borrow(), read.len() as u64);

    // A second load of the same goes into the log no second time.
    let again = two.load(everything_again()).await.unwrap();
    assert!(
        again
            .iter()
            .all(|outcome| !matches!(outcome, AppendOutcome::Appended(_))),
        "{again:?}"
    );
}

/// [`everything`], without what a changed history would let in.
fn everything_again() -> Vec<Append> {
    everything().into_iter().take(6).collect()
}

#[tokio::test]
async fn a_recorded_time_is_never_later_than_the_databases_clock() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    let ahead = Append {
        recorded_at: at("2150-01-01T00:00:00Z"),
        ..build.append(person, 0, 1)
    };
    store.load(vec![ahead]).await.unwrap();
    let mut owner = database.connect_options().connect().await.unwrap();
    let fits: bool = sqlx::query_scalar("SELECT bool_and(recorded_at <= clock_timestamp()) FROM events")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    assert!(fits);
}

#[tokio::test]
async fn a_load_whose_connection_breaks_half_way_leaves_nothing() {
    let database = TestDatabase::new().await;
    let mut owner = database.connect_options().connect().await.unwrap();
    // The server of the load dies while it takes in the rows.
    sqlx::raw_sql(
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN \
             PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$; \
         CREATE TRIGGER die BEFORE INSERT ON events FOR EACH ROW WHEN (NEW.position = 700) EXECUTE FUNCTION die()",
    )
    .execute(&mut owner)
    .await
    .unwrap();
    let store = database.store().await;
    let mut build = Builder::new(1);
    let appends: Vec<_> = (0..20)
        .map(|_| {
            let person = build.person();
            build.append(person, 0, 50)
        })
        .collect();

    let broken = store.load(appends.clone()).await;

    assert!(matches!(broken, Err(StoreError::Unavailable(_))), "{broken:?}");
    for table in ["events", "streams", "entities"] {
        let statement = format!("SELECT count(*) FROM {table}");
        let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(statement))
            .fetch_one(&mut owner)
            .await
            .unwrap();
        assert_eq!(count, 0, "{table}");
    }
    sqlx::raw_sql("DROP TRIGGER die ON events")
        .execute(&mut owner)
        .await
        .unwrap();
    let outcomes = store.load(appends).await.unwrap();
    let last = outcomes
        .into_iter()
        .filter_map(AppendOutcome::appended)
        .next_back()
        .unwrap();
    assert_eq!(last.last_position, 1_000, "no position was lost with it");
}

#[tokio::test]
async fn one_row_that_the_database_refuses_takes_its_load_with_it() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let (one, two) = (build.person(), build.person());
    let mut wrong = build.append(two, 0, 1);
    wrong.streams[0].events[0].draft.occurred =
        throughcare_domain::when::Occurred::On(jiff::civil::date(1066, 10, 14));
    let refused = store.load(vec![build.append(one, 0, 1), wrong]).await;
    assert!(
        matches!(refused, Err(StoreError::Database(_))),
        "the table's CHECKs stay on: {refused:?}"
    );
    assert_eq!(store.head().await.unwrap().position, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn loads_and_appends_of_another_node_share_one_dense_order() {
    let database = TestDatabase::new().await;
    let (loading, serving) = (database.store().await, database.store().await);
    let appends = tokio::spawn(async move {
        let mut build = Builder::new(2);
        for _ in 0..150 {
            let person = build.person();
            serving
                .append(build.append(person, 0, 1))
                .await
                .unwrap()
                .appended()
                .unwrap();
        }
    });
    let mut build = Builder::new(1);
    let people: Vec<_> = (0..50).map(|_| build.person()).collect();
    let mut loader = loading.loader();
    for turn in 0..8 {
        let appends = people
            .iter()
            .map(|person| build.append(*person, turn * 5, 5))
            .collect();
        let sealed = loading.seal(appends).await.unwrap();
        for outcome in loader.load(&sealed).await.unwrap() {
            outcome.appended().unwrap();
        }
    }
    loader.close().await;
    appends.await.unwrap();

    let mut owner = database.connect_options().connect().await.unwrap();
    let (events, last, back): (i64, i64, i64) = sqlx::query_as(
        "SELECT count(*), max(position), count(*) FILTER (WHERE recorded_at < before) \
         FROM (SELECT position, recorded_at, lag(recorded_at) OVER (ORDER BY position) AS before FROM events) AS log",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    assert_eq!(
        (events, last, back),
        (2_150, 2_150, 0),
        "dense, and no recorded time goes back"
    );
    let torn: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM streams s WHERE version <> (SELECT count(*) FROM events e WHERE e.stream_id = s.stream_id)",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    assert_eq!(torn, 0);
    assert_eq!(
        loading
            .read_stream(&throughcare_store::Reach::EVERYBODY, people[7], None)
            .await
            .unwrap()
            .len(),
        40
    );
}

/// What is sealed for a stream that somebody else begins meanwhile must not get in: it rests on what is not there.
#[tokio::test]
async fn what_was_sealed_ahead_for_a_stream_that_another_began_stays_out() {
    let database = TestDatabase::new().await;
    let (store, other) = (database.store().await, database.store().await);
    let mut build = Builder::new(1);
    let (mine, taken) = (build.person(), build.person());
    let sealed = store
        .seal(vec![
            build.append(mine, 0, 1),
            build.append(taken, 0, 1),
            build.append(mine, 1, 1),
            build.append(taken, 1, 1),
        ])
        .await
        .unwrap();
    other
        .append(build.append(taken, 0, 1))
        .await
        .unwrap()
        .appended()
        .unwrap();

    let mut loader = store.loader();
    let mut outcomes = loader.load(&sealed[..2]).await.unwrap();
    outcomes.extend(loader.load(&sealed[2..]).await.unwrap());

    let in_log: Vec<_> = outcomes
        .iter()
        .map(|outcome| matches!(outcome, AppendOutcome::Appended(_)))
        .collect();
    assert_eq!(in_log, [true, false, true, false], "{outcomes:?}");
    let node = database.store().await;
    assert_eq!(
        node.read_stream(&throughcare_store::Reach::EVERYBODY, mine, None)
            .await
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        node.read_stream(&throughcare_store::Reach::EVERYBODY, taken, None)
            .await
            .unwrap()
            .len(),
        1
    );
}

/// A loader remembers the versions of the streams that it wrote. When another node has appended since it asks again;
/// without that this load would write a version twice.
#[tokio::test]
async fn a_stream_that_another_node_went_on_with_is_a_conflict_for_its_loader() {
    let database = TestDatabase::new().await;
    let (store, other) = (database.store().await, database.store().await);
    let mut build = Builder::new(1);
    let (mine, shared) = (build.person(), build.person());
    let mut loader = store.loader();
    let begin = vec![build.append(mine, 0, 2), build.append(shared, 0, 2)];
    let begun = loader.load(&store.seal(begin).await.unwrap()).await.unwrap();
    assert!(
        begun
            .iter()
            .all(|outcome| matches!(outcome, AppendOutcome::Appended(_)))
    );

    let appended = other.append(build.append(shared, 2, 1)).await.unwrap();
    appended.appended().unwrap();
    let go_on = vec![build.append(mine, 2, 1), build.append(shared, 2, 1)];
    let outcomes = loader.load(&store.seal(go_on).await.unwrap()).await.unwrap();

    assert!(matches!(outcomes[0], AppendOutcome::Appended(_)), "{outcomes:?}");
    let conflict = AppendOutcome::Conflict {
        stream: shared,
        actual: 3,
    };
    assert_eq!(outcomes[1], conflict);
    let go_on = vec![build.append(mine, 3, 1), build.append(shared, 3, 1)];
    for outcome in loader.load(&store.seal(go_on).await.unwrap()).await.unwrap() {
        outcome.appended().unwrap();
    }
    assert_eq!(
        database
            .store()
            .await
            .read_stream(&throughcare_store::Reach::EVERYBODY, shared, None)
            .await
            .unwrap()
            .len(),
        4
    );
}

#[tokio::test]
async fn what_is_laid_aside_loads_as_if_it_had_not_been() {
    let (straight, aside) = (TestDatabase::new().await, TestDatabase::new().await);
    let expected = straight.store().await.load(everything()).await.unwrap();
    let store = aside.store().await;
    let mut bytes = Vec::new();
    for sealed in store.seal(everything()).await.unwrap() {
        sealed.write(&mut bytes);
    }
    assert!(
        !bytes.windows(7).any(|window| window == b"Example"),
        "names are sealed before they are laid aside"
    );
    let mut from = bytes.as_slice();
    let mut sealed = Vec::new();
    while !from.is_empty() {
        sealed.push(Sealed::read(&mut from).unwrap());
    }
    assert_eq!(store.loader().load(&sealed).await.unwrap(), expected);
    let mut owners = (
        straight.connect_options().connect().await.unwrap(),
        aside.connect_options().connect().await.unwrap(),
    );
    assert_eq!(rows(&mut owners.1).await, rows(&mut owners.0).await);

    let first = bytes.len() - from.len();
    for length in [0, 1, 40, first / 2] {
        let mut cut = &bytes[..length.min(200)];
        assert!(
            matches!(Sealed::read(&mut cut), Err(StoreError::Invalid(_))),
            "{length}"
        );
    }
}

#[tokio::test]
async fn a_load_has_bounds_and_goes_on_only_from_what_exists() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let nobody = build.person();
    let refused = store.load(vec![build.append(nobody, 3, 1)]).await;
    assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
    let many: Vec<_> = (0..=MAX_LOAD_EVENTS / 250)
        .map(|_| {
            let person = build.person();
            build.append(person, 0, 250)
        })
        .collect();
    assert!(matches!(store.load(many).await, Err(StoreError::Invalid(_))));
    assert_eq!(store.head().await.unwrap().position, 0);
    assert!(store.load(Vec::new()).await.unwrap().is_empty());
}
