//! A projection computed anew beside the live table: equal row by row before it switches, resumable, and never in the
//! way of the live one.

use crate::projecting::{LISTS, Projected, counting, person};
use throughcare_domain::indicators::Period;
use throughcare_domain::rows::RowKind;
use throughcare_store::StoreError;
use throughcare_store::projection::{CountQuery, Lease, ListOrder, ListQuery, Switched};

/// Index definitions and constraints of the live table, and that none is left of the one beside.
const SHAPE: &str = "select coalesce(string_agg(line, E'\\n' order by line), '') from ( \
     select pg_get_indexdef(indexrelid) as line from pg_index where indrelid = 'worklist_rows'::regclass \
     union all select conname || pg_get_constraintdef(oid) from pg_constraint where conrelid = 'worklist_rows'::regclass \
     union all select attname || atttypid::regtype || attnotnull || attidentity::text || attgenerated::text from pg_attribute \
               where attrelid = 'worklist_rows'::regclass and attnum > 0 \
     union all select 'option ' || unnest(reloptions) from pg_class where oid = 'worklist_rows'::regclass \
     union all select 'grant ' || privilege_type || ' ' || grantee::regrole from pg_class, aclexplode(relacl) \
               where oid = 'worklist_rows'::regclass \
     union all select 'policy ' || policyname || roles::text || cmd || coalesce(qual, '') || coalesce(with_check, '') \
               from pg_policies where tablename = 'worklist_rows' \
     union all select 'row security ' || relrowsecurity || relforcerowsecurity from pg_class \
               where oid = 'worklist_rows'::regclass \
     union all select 'left ' || relname from pg_class where relname like '%beside%' and relkind in ('r', 'i')) as shape";

async fn shape(projected: &mut Projected) -> String {
    sqlx::query_scalar(SHAPE)
        .fetch_one(&mut projected.owner)
        .await
        .unwrap()
}

async fn listed(projected: &Projected, known_at: Option<u64>) -> usize {
    let query = ListQuery {
        kind: RowKind::VisibleTo,
        service: None,
        organisation: None,
        prison: None,
        area: None,
        key_worker: None,
        on: None,
        opened_from: None,
        opened_to: None,
        known_at,
        order: ListOrder::default(),
        after: None,
        limit: 100,
        marked: None,
    };
    projected
        .store
        .list(&throughcare_store::Reach::EVERYBODY, &query)
        .await
        .unwrap()
        .rows
        .len()
}

/// Loads every range and the indexes, as a rebuild does.
async fn loaded(projected: &Projected) -> Lease {
    let lease = projected.rebuilding().await;
    let state = projected
        .store
        .begin_rebuild(&lease, LISTS, "this", 5)
        .await
        .unwrap();
    for range in state.left {
        projected.load(&lease, range, state.target).await;
    }
    projected.store.index_beside(&lease, LISTS).await.unwrap();
    lease
}

async fn switch(projected: &Projected, rebuilding: &Lease) -> Switched {
    let store = &projected.store;
    let seized = store.seize_lease(LISTS, "rebuilder").await.unwrap();
    let switched = store.switch(rebuilding, &seized, LISTS).await.unwrap();
    store.give_up_lease(&seized).await.unwrap();
    switched
}

#[tokio::test]
async fn a_rebuild_goes_on_beside_the_live_table_and_takes_its_place() {
    let mut projected = Projected::new().await;
    projected.sql("grant select on worklist_rows to pg_monitor").await;
    let people = projected.people(8, 3).await;
    projected.catch_up("one", 6).await;
    let before = shape(&mut projected).await;

    let rebuilding = loaded(&projected).await;
    projected.append(people[2], 3, 2).await;
    let ninth = projected.people(1, 2).await;
    projected.catch_up("one", 6).await;
    assert_eq!(
        listed(&projected, None).await,
        9,
        "the live table is read and moves on"
    );
    let apart = switch(&projected, &rebuilding).await;
    assert_eq!(
        apart,
        Switched::Apart { live: 28, beside: 24 },
        "not before they meet"
    );

    let snapshot = projected.store.live_snapshot(LISTS).await.unwrap();
    projected.append(people[3], 3, 1).await;
    projected.catch_up("one", 6).await;
    projected.follow_beside(&rebuilding, snapshot.position).await;
    let found = projected.store.compare(snapshot).await.unwrap();
    assert!(found.equal() && found.live == found.beside, "{found:?}");
    assert_eq!(
        found.position, 28,
        "compared where the snapshot stands, though the live one went on"
    );

    projected.follow_beside(&rebuilding, 29).await;
    let live = projected.store.digest(LISTS).await.unwrap();
    assert_eq!(switch(&projected, &rebuilding).await, Switched::Done);
    assert_eq!(projected.store.digest(LISTS).await.unwrap(), live);
    assert_eq!(
        shape(&mut projected).await,
        before,
        "indexes, rules, grants and names are those of before"
    );
    assert_eq!(
        (listed(&projected, None).await, listed(&projected, Some(6)).await),
        (9, 6)
    );

    projected.append(ninth[0], 2, 1).await;
    projected.catch_up("one", 6).await;
    projected.store.give_up_lease(&rebuilding).await.unwrap();
    projected.assert_equal_to_a_rebuild().await;
}

/// What `digest` says is what anybody can compute with psql, sort and sha256sum.
#[tokio::test]
async fn the_digest_is_that_of_the_sorted_canonical_rows() {
    let mut projected = Projected::new().await;
    projected.people(5, 3).await;
    projected.catch_up("one", 6).await;
    let sql: String = sqlx::query_scalar(
        "select encode(sha256(convert_to(string_agg(line || E'\\n', '' order by line collate \"C\"), 'UTF8')), 'hex') from \
         (select row(person, kind, row_id, service, organisation, prison, area, opened_on, closed_on, is_primary, \
                     detail, known_from, known_to, due_on)::text as line from worklist_rows) as canonical",
    )
    .fetch_one(&mut projected.owner)
    .await
    .unwrap();
    let (position, digest) = projected.store.digest(LISTS).await.unwrap();
    assert_eq!((position, digest.sha256), (15, sql));
}

/// Negative controls of every equality asserted here: what is wrong in one row is found, with its person.
#[tokio::test]
async fn one_wrong_row_is_found_with_its_person() {
    for wrong in [
        "update worklist_rows set known_to = known_to + 1 where known_to is not null and person = $",
        "update worklist_rows set known_from = 0 where person = $ and known_from = (select min(known_from) from worklist_rows where person = $)",
        "update worklist_rows set is_primary = false where person = $",
        "update worklist_rows set due_on = '1999-01-01' where person = $ and known_to is null",
        "update worklist_rows set detail = detail || '{\"of\": \"other\"}' where person = $",
        "delete from worklist_rows where person = $ and known_to is null",
        "insert into worklist_rows (person, kind, row_id, opened_on, is_primary, detail, known_from) \
         select person, kind, row_id, opened_on, is_primary, detail, known_from from worklist_rows where person = $ limit 1",
    ] {
        let mut projected = Projected::new().await;
        let people = projected.people(4, 3).await;
        projected.catch_up("one", 6).await;
        projected
            .sql(&wrong.replace('$', &format!("'{}'", people[2].id)))
            .await;
        let found = projected.compared().await;
        assert_eq!(
            (found.people, found.first),
            (1, vec![person(people[2])]),
            "{wrong}"
        );
        assert!(
            found.rows > 0 && found.live.sha256 != found.beside.sha256,
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn everybody_differs_under_another_program_and_ten_are_named() {
    let mut projected = Projected::new().await;
    projected.people(12, 2).await;
    projected.catch_up("one", 6).await;
    let before = projected.store.digest(LISTS).await.unwrap();
    projected.rows = counting(1990);
    let found = projected.compared().await;
    assert_eq!((found.people, found.first.len()), (12, 10));
    assert!(found.first.is_sorted());
    assert_eq!(
        projected.store.digest(LISTS).await.unwrap(),
        before,
        "the live table did not change"
    );

    // Accepting the changes is switching all the same.
    let rebuilding = projected.rebuilding().await;
    assert_eq!(switch(&projected, &rebuilding).await, Switched::Done);
    projected.store.give_up_lease(&rebuilding).await.unwrap();
    projected.assert_equal_to_a_rebuild().await;
}

#[tokio::test]
async fn a_rebuild_that_was_stopped_goes_on_and_doubles_nothing() {
    let mut projected = Projected::new().await;
    projected.people(8, 3).await;
    projected.catch_up("one", 6).await;
    let lease = projected.rebuilding().await;
    let store = projected.store.clone();
    let begun = store.begin_rebuild(&lease, LISTS, "this", 5).await.unwrap();
    assert!(begun.left.len() >= 4, "{begun:?}");
    assert_eq!(begun.left.iter().map(|range| range.events).sum::<u64>(), 24);
    projected.load(&lease, begun.left[1], begun.target).await;

    // Killed while it wrote another range: nothing of that is there. Then it is done twice, and written once.
    let batch = store
        .read_range(LISTS, begun.left[0], begun.target)
        .await
        .unwrap();
    let computed = store.compute_range(batch, &*projected.rows).unwrap();
    projected.sql("create function die() returns trigger language plpgsql as $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$; create trigger die after update on rebuild_ranges execute function die()").await;
    assert!(store.write_range(&lease, &computed).await.is_err());
    projected.sql("drop trigger die on rebuild_ranges").await;
    store.write_range(&lease, &computed).await.unwrap();
    assert!(
        store.write_range(&lease, &computed).await.is_err(),
        "a range is written once"
    );

    let on = store.begin_rebuild(&lease, LISTS, "this", 5).await.unwrap();
    assert_eq!(on.left, begun.left[2..], "finished ranges are remembered");
    store.give_up_lease(&lease).await.unwrap();
    let rebuilding = loaded(&projected).await;
    let snapshot = store.live_snapshot(LISTS).await.unwrap();
    let found = store.compare(snapshot).await.unwrap();
    assert!(found.equal(), "{found:?}");
    assert_eq!(switch(&projected, &rebuilding).await, Switched::Done);
}

#[tokio::test]
async fn another_program_begins_from_the_start() {
    let mut projected = Projected::new().await;
    projected.people(4, 2).await;
    projected.catch_up("one", 6).await;
    let lease = projected.rebuilding().await;
    let begun = projected
        .store
        .begin_rebuild(&lease, LISTS, "this", 3)
        .await
        .unwrap();
    projected.load(&lease, begun.left[0], begun.target).await;
    let other = projected
        .store
        .begin_rebuild(&lease, LISTS, "that", 3)
        .await
        .unwrap();
    assert_eq!(other, begun, "every range is left again");
    let rows: i64 = sqlx::query_scalar("select count(*) from worklist_rows_beside")
        .fetch_one(&mut projected.owner)
        .await
        .unwrap();
    assert_eq!(rows, 0);
}

#[tokio::test]
async fn a_rebuild_whose_lease_was_taken_writes_nothing_more() {
    let mut projected = Projected::new().await;
    let people = projected.people(4, 2).await;
    projected.catch_up("one", 6).await;
    let stale = projected.rebuilding().await;
    let store = projected.store.clone();
    let begun = store.begin_rebuild(&stale, LISTS, "this", 3).await.unwrap();
    let batch = store
        .read_range(LISTS, begun.left[0], begun.target)
        .await
        .unwrap();
    let computed = store.compute_range(batch, &*projected.rows).unwrap();
    projected
        .sql("update leases set until = clock_timestamp() - interval '1 second' where until is not null")
        .await;
    let rebuilding = store
        .take_lease(LISTS.rebuilding(), "another", false)
        .await
        .unwrap()
        .unwrap();

    let lost = |outcome: Result<u64, StoreError>| matches!(outcome, Err(StoreError::Invalid(_)));
    assert!(lost(store.write_range(&stale, &computed).await));
    assert!(lost(store.index_beside(&stale, LISTS).await.map(|()| 0)));
    assert!(lost(
        store.begin_rebuild(&stale, LISTS, "this", 3).await.map(|_| 0)
    ));
    let seized = store.seize_lease(LISTS, "rebuilder").await.unwrap();
    assert!(lost(store.switch(&stale, &seized, LISTS).await.map(|_| 0)));

    // And with the lease of the live table taken back, it cannot switch either.
    projected
        .sql("update leases set fence = fence + 1 where work = 'worklists'")
        .await;
    assert_eq!(
        store.switch(&rebuilding, &seized, LISTS).await.unwrap(),
        Switched::LeaseLost
    );
    projected.append(people[0], 2, 1).await;
    projected
        .sql("update leases set until = clock_timestamp() - interval '1 second' where until is not null")
        .await;
    projected.catch_up("one", 6).await;
}

/// The switch waits for readers for a second, then gives way and changes nothing.
#[tokio::test]
async fn a_switch_gives_way_to_readers() {
    let mut projected = Projected::new().await;
    projected.people(4, 2).await;
    projected.catch_up("one", 6).await;
    let rebuilding = loaded(&projected).await;
    projected.sql("begin; select count(*) from worklist_rows").await;
    assert_eq!(switch(&projected, &rebuilding).await, Switched::Busy);
    assert_eq!(listed(&projected, None).await, 4);
    projected.sql("rollback").await;
    assert_eq!(switch(&projected, &rebuilding).await, Switched::Done);
}

/// A log that was filled in bulk, before any list was made of it.
#[tokio::test]
async fn an_empty_table_is_filled_up_to_the_head() {
    let mut projected = Projected::new().await;
    projected.people(6, 2).await;
    let rebuilding = loaded(&projected).await;
    assert_eq!(switch(&projected, &rebuilding).await, Switched::Done);
    projected.store.give_up_lease(&rebuilding).await.unwrap();
    assert_eq!(projected.store.checkpoint(LISTS.name()).await.unwrap(), 12);
    projected.people(1, 1).await;
    projected.catch_up("one", 6).await;
    projected.assert_equal_to_a_rebuild().await;
}

#[tokio::test]
async fn people_the_rebuild_cannot_compute_are_parked_with_the_switch() {
    let mut projected = Projected::new().await;
    let people = projected.people(4, 2).await;
    projected.catch_up("one", 6).await;
    projected.damage(6).await;
    let rebuilding = loaded(&projected).await;
    assert_eq!(switch(&projected, &rebuilding).await, Switched::Done);
    let parked = projected.store.parked().await.unwrap();
    assert_eq!(parked.len(), 1);
    assert_eq!((parked[0].person, parked[0].position), (person(people[1]), 6));
    projected.store.give_up_lease(&rebuilding).await.unwrap();

    // Mended, another rebuild takes them up again.
    projected.damage(6).await;
    let rebuilding = loaded(&projected).await;
    assert_eq!(switch(&projected, &rebuilding).await, Switched::Done);
    assert!(projected.store.parked().await.unwrap().is_empty());
}

/// What an older program made lacks kinds of lines: nothing is counted over it, until a rebuild has made all of them.
#[tokio::test]
async fn lines_of_an_older_program_are_not_counted_until_they_are_rebuilt() {
    let mut projected = Projected::new().await;
    projected.people(4, 3).await;
    projected.catch_up("one", 6).await;
    let day = jiff::civil::date(2026, 1, 1);
    let query = CountQuery {
        kind: RowKind::ReferralMade,
        area: None,
        provider: None,
        period: Period { from: day, to: day },
        looks_back: false,
        known_at: None,
        limit: 10,
    };
    let everybody = throughcare_store::Reach::EVERYBODY;
    let counts = async |projected: &Projected| {
        let read = projected.store.lines_to_count(&everybody, &query).await;
        read.unwrap().is_some()
    };
    assert!(counts(&projected).await, "made from the first event on");
    projected.sql("update checkpoints set lines_of = 0").await;
    assert!(!counts(&projected).await);
    projected.people(1, 1).await;
    projected.catch_up("one", 6).await;
    assert!(
        !counts(&projected).await,
        "going on does not make those of before"
    );
    let rebuilding = loaded(&projected).await;
    assert_eq!(switch(&projected, &rebuilding).await, Switched::Done);
    assert!(counts(&projected).await);
}
