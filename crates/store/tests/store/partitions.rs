//! Room in the log is made before it is needed, and appends go on across the border of two partitions.

use sqlx::{ConnectOptions as _, PgConnection};
use throughcare_store::{LogQuery, PARTITION, StoreError};
use throughcare_testkit::{Builder, TestDatabase};

/// The last position of the partitions that the migrations make.
const END: u64 = 200_000_000;

/// Moves the head of an empty log, as if so many events had been recorded.
async fn move_head(admin: &mut PgConnection, position: u64) {
    sqlx::query("UPDATE log_head SET position = $1")
        .bind(i64::try_from(position).unwrap())
        .execute(admin)
        .await
        .unwrap();
}

#[tokio::test]
async fn appends_go_on_across_the_end_of_a_partition() {
    let database = TestDatabase::new().await;
    let mut admin = database.connect_options().connect().await.unwrap();
    move_head(&mut admin, END - 25).await;
    let store = database.store().await;
    assert_eq!(store.room().await.unwrap().left(), 25);
    let room = store.ensure_room().await.unwrap();
    assert_eq!(room.upto, END + 2 * PARTITION, "two partitions ahead");

    let mut build = Builder::new(1);
    let mut last = END - 25;
    for _ in 0..10 {
        let person = build.person();
        let appended = store
            .append(build.append(person, 0, 5))
            .await
            .unwrap()
            .appended()
            .unwrap();
        assert_eq!(appended.first_position, last + 1, "dense");
        last = appended.last_position;
    }
    assert_eq!(last, END + 25);
    let query = LogQuery {
        after: END - 25,
        limit: 100,
        ..LogQuery::default()
    };
    let positions: Vec<_> = store
        .read_log(&throughcare_store::Reach::EVERYBODY, &query)
        .await
        .unwrap()
        .iter()
        .map(|event| event.envelope.position)
        .collect();
    assert_eq!(positions, (END - 24..=END + 25).collect::<Vec<_>>());
    assert_eq!(store.check().await.unwrap().room, 2 * PARTITION - 25);
}

/// Negative control: without the new partitions the log is full. Nothing is half written.
#[tokio::test]
async fn without_room_an_append_is_refused_whole() {
    let database = TestDatabase::new().await;
    let mut admin = database.connect_options().connect().await.unwrap();
    move_head(&mut admin, END - 2).await;
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();
    let error = store.append(build.append(person, 0, 5)).await.unwrap_err();
    assert!(matches!(error, StoreError::Database(_)), "{error:?}");
    assert_eq!(store.head().await.unwrap().position, END - 2);
    store.ensure_room().await.unwrap();
    assert!(
        store
            .append(build.append(person, 0, 5))
            .await
            .unwrap()
            .appended()
            .is_some()
    );
}

#[tokio::test]
async fn several_nodes_may_see_to_it_at_once_while_others_append() {
    let database = TestDatabase::new().await;
    let mut admin = database.connect_options().connect().await.unwrap();
    move_head(&mut admin, END - PARTITION + 1).await;
    let (one, two, writing) = (
        database.store().await,
        database.store().await,
        database.store().await,
    );
    let mut build = Builder::new(1);
    let person = build.person();
    let (one, two, written) = tokio::join!(
        one.ensure_room(),
        two.ensure_room(),
        writing.append(build.append(person, 0, 1))
    );
    assert_eq!(one.unwrap().upto, END + 2 * PARTITION);
    assert_eq!(two.unwrap().upto, END + 2 * PARTITION);
    assert!(written.unwrap().appended().is_some());
}

#[tokio::test]
async fn migrating_makes_room_too_and_room_that_is_there_is_left_alone() {
    let database = TestDatabase::new().await;
    let mut admin = database.connect_options().connect().await.unwrap();
    let store = database.store().await;
    assert_eq!(store.ensure_room().await.unwrap().upto, END);
    move_head(&mut admin, END - 1).await;
    throughcare_store::migrate(&database.connect_options())
        .await
        .unwrap();
    assert_eq!(store.room().await.unwrap().upto, END + 2 * PARTITION);
}

/// A partition that was added is like those that the migrations made: settings, storage, triggers, indexes, checks,
/// owner and grants.
#[tokio::test]
async fn an_added_partition_is_like_the_first() {
    let database = TestDatabase::new().await;
    let mut admin = database.connect_options().connect().await.unwrap();
    move_head(&mut admin, END).await;
    database.store().await.ensure_room().await.unwrap();
    let mut looks = Vec::new();
    for partition in ["events_00", "events_04", "events_05"] {
        let look: String = sqlx::query_scalar(
            "SELECT concat_ws(E'\n', \
                 (SELECT array_to_string(ARRAY(SELECT unnest(reloptions) ORDER BY 1), ' ') FROM pg_class WHERE oid = $1::regclass), \
                 (SELECT concat(pg_get_userbyid(relowner), array_to_string(relacl, ' ')) FROM pg_class WHERE oid = $1::regclass), \
                 (SELECT string_agg(concat(tgname, tgenabled, tgtype), ' ' ORDER BY tgname) FROM pg_trigger WHERE tgrelid = $1::regclass), \
                 (SELECT string_agg(concat(attname, attstorage, attnotnull), ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0), \
                 (SELECT string_agg(pg_get_constraintdef(oid), E'\n' ORDER BY pg_get_constraintdef(oid)) FROM pg_constraint WHERE conrelid = $1::regclass), \
                 (SELECT string_agg(substring(pg_get_indexdef(indexrelid) FROM 'USING .*'), E'\n' ORDER BY substring(pg_get_indexdef(indexrelid) FROM 'USING .*')) \
                  FROM pg_index WHERE indrelid = $1::regclass))",
        )
        .bind(partition)
        .fetch_one(&mut admin)
        .await
        .unwrap();
        looks.push(look);
    }
    assert!(looks[0].contains("events_never_goA"), "{}", looks[0]);
    assert!(
        looks[0].contains("case_sealede"),
        "stored uncompressed: {}",
        looks[0]
    );
    assert_eq!(looks[1], looks[0]);
    assert_eq!(looks[2], looks[0]);
}
