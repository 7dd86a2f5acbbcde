//! Every index has a query that needs it, and the queries that must stay fast use one.

use sqlx::{ConnectOptions as _, Connection as _, PgConnection, Row as _};
use std::collections::{BTreeMap, BTreeSet};
use throughcare_domain::code::Code;
use throughcare_domain::event::SourceReference;
use throughcare_domain::identifier::IdentifierKind;
use throughcare_domain::overdue::Watched;
use throughcare_domain::rows::RowKind;
use throughcare_domain::stream::StreamId;
use throughcare_store::projection::{LateRecallQuery, ListOrder, ListQuery, OverdueQuery, Recalled};
use throughcare_store::{CaseOf, LogQuery, Parts, Store};
use throughcare_testkit::{Builder, TestDatabase};
use uuid::Uuid;

/// Every index and the query it serves. An index without a line is not needed, or its query is not known.
const SERVES: &[(&str, &str)] = &[
    (
        "checkpoints_pkey",
        "projection::locked_checkpoint, projection::list",
    ),
    ("_sqlx_migrations_pkey", "migrate"),
    ("entities_pkey", "find_entity"),
    ("erasures_pkey", "purge::note"),
    ("erasures_number_key", "tree::erasures"),
    ("looks_of_person", "looks_at"),
    ("looks_by_time", "looks_by_user"),
    ("log_identity_pkey", "one row: keeps it one"),
    ("trees_pkey", "tree::state, tree::reach, tree::standing"),
    ("tree_tiles_pkey", "tree::read_tiles"),
    ("tree_edges_pkey", "tree::state, tree::read_tiles, tree::edges"),
    (
        "tree_checkpoints_pkey",
        "tree::newest_checkpoint, tree::checkpoint_of, tree::standing",
    ),
    (
        "tree_rechecks_pkey",
        "recheck::standing, recheck::note, recheck::differs",
    ),
    (
        "tree_cosignatures_pkey",
        "tree::witnesses, tree::newest_cosigned, tree::cosign",
    ),
    ("beside_waiting_pkey", "tree::waiting, tree::number"),
    ("beside_leaves_pkey", "tree::leaves_beside"),
    (
        "beside_leaves_kind_number_key",
        "holds the rule that a row is one leaf",
    ),
    ("record_links_pkey", "read_linked, concern"),
    ("concerned_pkey", "concern, and the policies of what is read"),
    ("concerned_filled_pkey", "one row: keeps it one"),
    ("events_of_identity", "read_identities"),
    (
        "events_of_organisations",
        "organisation_entries, projection::organisations_position",
    ),
    (
        "events_of_stream",
        "read_stream, read_streams, read_case, open_case, resolve_append",
    ),
    (
        "events_pkey",
        "read_log, projection::batch, position_at, positions_within",
    ),
    ("external_references_by_position", "purge::references"),
    ("external_references_pkey", "find_reference, read_references"),
    ("held_movements_by_end", "held::expire_held"),
    ("held_movements_client_key_key", "held::hold"),
    (
        "held_movements_client_source_system_source_reference_key",
        "held::holds_reference",
    ),
    ("held_movements_of_prisoner", "held::claimable"),
    ("held_movements_pkey", "held::release_held, held::note_held"),
    ("idempotency_by_position", "purge::answers"),
    ("inbound_messages_by_end", "inbound::expire"),
    ("inbound_messages_by_time", "inbound::list"),
    ("inbound_messages_held", "inbound::wake_all"),
    ("inbound_messages_of_other", "inbound::about, purge::inbound"),
    ("inbound_messages_of_subject", "inbound::about, purge::inbound"),
    ("inbound_messages_organisation_message_id_key", "inbound::kept"),
    ("inbound_messages_organisation_sameness_key", "inbound::kept"),
    ("inbound_messages_pkey", "inbound::note, inbound::failed"),
    ("inbound_messages_to_apply", "inbound::to_apply, inbound::counts"),
    (
        "inbound_messages_to_decide",
        "inbound::to_decide, inbound::counts",
    ),
    ("idempotency_pkey", "find_idempotency, read_answers"),
    (
        "identifier_claimed_once",
        "holds the rule that a strong identifier has one holder",
    ),
    (
        "identifier_claims_pkey",
        "find_claim, read_claims, release_claims",
    ),
    ("match_keys_pkey", "match_candidates"),
    ("match_keys_of_record", "match_keys::replace, purge::match_keys"),
    (
        "possible_matches_pkey",
        "match_pairs::replace, purge::possible_matches",
    ),
    (
        "possible_matches_of_other",
        "match_pairs::replace, purge::possible_matches",
    ),
    ("possible_matches_by_points", "match_pairs"),
    ("match_keys_made_pkey", "one row: keeps it one"),
    ("log_head_pkey", "one row: keeps it one"),
    ("leases_pkey", "projection::lease"),
    ("national_return_rows_pkey", "national::sent, national::forget"),
    ("national_returns_pkey", "national::last, national::made"),
    ("parked_pkey", "projection::batch"),
    ("rebuild_parked_pkey", "rebuild::park, rebuild::switch"),
    ("rebuild_ranges_pkey", "rebuild::range, rebuild::write_range"),
    ("rebuilds_pkey", "rebuild::begun, rebuild::switch"),
    ("benchmarks_of", "benchmarks"),
    ("benchmarks_pkey", "benchmarks: which was loaded last"),
    ("area_neighbours_of", "neighbours"),
    ("area_neighbours_pkey", "neighbours: which was loaded last"),
    ("worklist_rows_of_area", "projection::count_area"),
    ("reference_codes_pkey", "reference_data"),
    ("reference_lists_pkey", "load_reference, reference_data"),
    ("reference_uses_of_list", "load_reference, reference_data"),
    ("reference_uses_pkey", "reference_uses"),
    ("streams_pkey", "read_versions, stream_version, move_head"),
    ("webhook_deliveries_done", "webhooks::forget"),
    ("webhook_deliveries_of_stream", "purge::deliveries"),
    ("webhook_deliveries_parked", "webhooks::standing"),
    (
        "webhook_deliveries_pkey",
        "webhooks::deliveries, webhooks::settle, webhooks::write_deliveries",
    ),
    (
        "webhook_deliveries_waiting",
        "webhooks::due, webhooks::active, webhooks::standing",
    ),
    ("webhook_happenings_of_webhook", "webhooks::happenings"),
    ("webhook_happenings_pkey", "names each"),
    ("webhook_secrets_of_webhook", "webhooks::secrets"),
    ("webhook_secrets_pkey", "webhooks::rewrap"),
    (
        "webhooks_of_organisation",
        "webhooks::of_organisation, webhooks::counted",
    ),
    ("webhooks_pkey", "webhooks::one, webhooks::move"),
    (
        "worklist_rows_of_batch",
        "projection::holders, projection::batch_totals, projection::late_recalls of all services",
    ),
    (
        "worklist_rows_by_day",
        "projection::list of an area, a prison or everywhere",
    ),
    (
        "worklist_rows_done_late",
        "projection::overdue_everywhere, projection::overdue_of_areas: what is done by now",
    ),
    ("worklist_rows_due", "projection::overdue"),
    (
        "worklist_rows_due_anywhere",
        "projection::overdue_everywhere, projection::overdue_of_areas: what is open",
    ),
    ("worklist_rows_of_person", "projection::known_now"),
    ("worklist_rows_of_person_then", "purge, projection::remove"),
    ("worklist_rows_of_service_now", "projection::list of a service"),
    (
        "worklist_rows_of_service_then",
        "projection::list of a service as known on a past day",
    ),
    ("worklist_rows_pkey", "projection::close"),
];

#[tokio::test]
async fn every_index_is_named_with_the_query_it_serves() {
    let database = TestDatabase::new().await;
    let mut connection = database.connect_options().connect().await.unwrap();
    let found: BTreeSet<String> = sqlx::query_scalar(
        "SELECT CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname FROM pg_class c \
         JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.relkind IN ('i', 'I') AND NOT c.relispartition AND n.nspname IN ('public', 'keys')",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap()
    .into_iter()
    .collect();
    let named: BTreeSet<String> = SERVES.iter().map(|(index, _)| (*index).to_owned()).collect();
    assert_eq!(found, named);
}

const EVENTS: i64 = 120_000;
/// Going through a table reads more rows than this; asking whether it holds any, as a start does, reads one.
const FEW_ROWS: i64 = 1_000;

/// A log of 120,000 small events of 6,000 people, made by SQL: nothing in them can be opened, and no query here
/// opens anything.
async fn large_log(connection: &mut PgConnection) {
    sqlx::raw_sql(
        "INSERT INTO events (position, event_id, correlation, stream_id, recorded_at, received_at, occurred_on, \
             stream_version, stream_kind, schema_version, key_version, origin, event_type, client, organisation, \
             role, purpose, case_sealed, payload_hash) \
         SELECT n, gen_random_uuid(), gen_random_uuid(), md5((n % 6000)::text)::uuid, \
             timestamptz '2026-01-01' + n * interval '1 second', now(), '2026-01-01', 1 + n / 6000, \
             CASE WHEN n % 6000 = 7 THEN 3 ELSE 1 END, 1, 1, 1, \
             CASE WHEN n % 10 = 0 THEN 'identity.residence-recorded' ELSE 'custody.received' END, 'c', 'org', 'worker', 'direct_care', \
             decode(repeat('00', 40), 'hex'), decode(repeat('00', 32), 'hex') \
         FROM generate_series(1, 120000) AS n; \
         INSERT INTO streams SELECT md5(n::text)::uuid, 1, 20 FROM generate_series(0, 5999) AS n; \
         INSERT INTO entities SELECT gen_random_uuid(), md5(n::text)::uuid, 1, 'referral' FROM generate_series(0, 20000) AS n; \
         INSERT INTO record_links SELECT md5(n::text)::uuid, md5((n + 30000)::text)::uuid FROM generate_series(1000, 21000) AS n; \
         INSERT INTO idempotency SELECT 'c', gen_random_uuid(), decode(repeat('00', 32), 'hex'), '', 1, 1, now() FROM generate_series(0, 20000); \
         INSERT INTO external_references SELECT 'c', 's', n::text, gen_random_uuid(), md5(n::text)::uuid, 1, 1 FROM generate_series(0, 20000) AS n; \
         INSERT INTO identifier_claims SELECT 'prisoner_number', decode(md5(n::text) || md5(n::text), 'hex'), md5(n::text)::uuid, 1 FROM generate_series(0, 20000) AS n; \
         INSERT INTO worklist_rows (kind, row_id, person, service, opened_on, is_primary, detail, known_from, known_to, due_on, closed_on) \
         SELECT 'referral_to_act_on', gen_random_uuid(), md5((n + 1000000)::text)::uuid, 'service-' || n % 50, date '2026-01-01' + n % 200, true, '{}', n, \
             CASE WHEN n % 4 > 0 THEN n + 1 END, date '2026-01-06' + n % 200, \
             CASE WHEN n % 40 > 0 THEN date '2026-01-04' + n % 200 + n % 7 END FROM generate_series(1, 40000) AS n; \
         INSERT INTO worklist_rows (kind, row_id, person, service, opened_on, is_primary, detail, known_from, known_to) \
         SELECT 'naloxone_kit', gen_random_uuid(), md5((n + 2000000)::text)::uuid, 'service-' || n % 50, date '2026-01-01' + n % 200, true, \
             jsonb_build_object('product', 'nyxoid', 'batch', 'B' || n % 400, 'expiresOn', '2028-01-01'), n, \
             CASE WHEN n % 4 = 0 THEN n + 1 END FROM generate_series(1, 20000) AS n; \
         INSERT INTO worklist_rows (kind, row_id, person, area, opened_on, is_primary, detail, known_from, known_to) \
         SELECT 'journey', gen_random_uuid(), md5((n + 3000000)::text)::uuid, 'E' || 10000000 + n % 150, date '2024-01-01' + n % 900, true, \
             '{}', n, CASE WHEN n % 4 = 0 THEN n + 1 END FROM generate_series(1, 40000) AS n; \
         UPDATE log_head SET position = 120000, recorded_at = timestamptz '2026-01-01' + 120000 * interval '1 second'; \
         ANALYZE",
    )
    .execute(connection)
    .await
    .unwrap();
}

/// The keys of all these people are destroyed: what is read of them is erased.
async fn nobody_opens_any(database: &TestDatabase) {
    let mut keys = database.key_connect_options().connect().await.unwrap();
    sqlx::raw_sql(
        "INSERT INTO destroyed_keys (stream_id, part, erasure) \
         SELECT md5(n::text)::uuid, part, '00000000-0000-0000-0000-000000000001' \
         FROM generate_series(0, 5999) AS n, unnest(ARRAY['identity', 'case']) AS part",
    )
    .execute(&mut keys)
    .await
    .unwrap();
}

/// How many rows were read by going through a table, and how often each index was used.
async fn uses(connection: &mut PgConnection) -> (BTreeMap<String, i64>, BTreeMap<String, i64>) {
    let read = async |connection: &mut PgConnection, statement: &'static str| {
        sqlx::query(statement)
            .fetch_all(connection)
            .await
            .unwrap()
            .iter()
            .map(|row| (row.get(0), row.get(1)))
            .collect()
    };
    (
        read(
            connection,
            "SELECT relname::text, seq_tup_read FROM pg_stat_user_tables WHERE pg_relation_size(relid) > 100000",
        )
        .await,
        read(
            connection,
            "SELECT indexrelname::text, idx_scan FROM pg_stat_user_indexes WHERE idx_scan > 0",
        )
        .await,
    )
}

/// Everything that the service asks while it works.
async fn ask(store: &Store) {
    let person = |n: u32| StreamId {
        kind: throughcare_domain::stream::StreamKind::Person,
        id: md5_of(n),
    };
    // None of these events can be opened, so only that the statement ran is looked at.
    let _ = store
        .read_stream(&throughcare_store::Reach::EVERYBODY, person(1), None)
        .await;
    let _ = store
        .read_stream(&throughcare_store::Reach::EVERYBODY, person(1), Some(60_000))
        .await;
    let _ = store
        .read_streams(
            &throughcare_store::Reach::EVERYBODY,
            &[person(2), person(3)],
            None,
        )
        .await;
    let _ = store
        .read_identities(&throughcare_store::Reach::EVERYBODY, &[person(2), person(3)])
        .await;
    let _ = store
        .read_case(
            &throughcare_store::Reach::EVERYBODY,
            CaseOf::Stream(person(1)),
            0,
            Parts::Known,
        )
        .await;
    let _ = store.open_case(CaseOf::Stream(person(1)), 0, None).await;
    let _ = store
        .read_linked(&throughcare_store::Reach::EVERYBODY, person(1), Parts::Known)
        .await;
    let _ = store
        .read_entries(
            &throughcare_store::Reach::EVERYBODY,
            &LogQuery {
                after: 60_000,
                limit: 100,
                ..LogQuery::default()
            },
        )
        .await
        .unwrap();
    let _ = store.organisation_entries(0, 60_000).await;
    store.organisations_position().await.unwrap();
    store
        .position_at("2026-01-01T10:00:00Z".parse().unwrap())
        .await
        .unwrap();
    store.stream_version(person(4)).await.unwrap();
    // The lines of an area for a quarter: those of others are not gone through. What they hold cannot be read.
    for (known_at, looks_back) in [
        (None, true),
        (None, false),
        (Some(60_000), true),
        (Some(60_000), false),
    ] {
        let asked = throughcare_store::projection::CountQuery {
            kind: RowKind::Journey,
            looks_back,
            area: Some(throughcare_domain::code::AreaCode::parse("E10000007").unwrap()),
            provider: None,
            period: throughcare_domain::indicators::Period {
                from: "2026-04-01".parse().unwrap(),
                to: "2026-06-30".parse().unwrap(),
            },
            known_at,
            limit: 1_000,
        };
        let _ = store
            .lines_to_count(&throughcare_store::Reach::EVERYBODY, &asked)
            .await;
    }
    store
        .find_entity(&throughcare_store::Reach::EVERYBODY, Uuid::from_u128(1))
        .await
        .unwrap();
    store.find_idempotency("c", Uuid::from_u128(1)).await.unwrap();
    let source = SourceReference {
        system: "s".into(),
        value: "77".into(),
    };
    store.find_reference("c", &source).await.unwrap().unwrap();
    store
        .find_claim(
            &throughcare_store::Reach::EVERYBODY,
            IdentifierKind::PrisonerNumber,
            &[1; 32],
        )
        .await
        .unwrap();
    assert_eq!(crate::projecting::one_batch(store, "one", 200).await, Some(200));
    let mut build = Builder::new(1);
    let someone = build.person();
    let mut append = build.append(someone, 0, 2);
    append.idempotency = Some(build.key("r", "a"));
    store.append(append).await.unwrap();
    let list = ListQuery {
        kind: RowKind::ReferralToActOn,
        service: throughcare_domain::code::ServiceCode::parse("service-1").ok(),
        organisation: None,
        prison: None,
        area: None,
        key_worker: None,
        on: None,
        opened_from: None,
        opened_to: None,
        known_at: None,
        order: ListOrder::default(),
        after: None,
        limit: 50,
        marked: None,
    };
    let batch = throughcare_domain::code::Code::parse("B77").unwrap();
    let holders = throughcare_store::projection::HolderQuery {
        batch: batch.clone(),
        product: None,
        services: list.service.iter().cloned().collect(),
        to_tell: None,
        on: jiff::civil::date(2026, 7, 1),
        after: None,
        limit: 50,
    };
    let _ = store
        .holders(&throughcare_store::Reach::EVERYBODY, &holders)
        .await;
    let _ = store
        .batch_totals(
            &throughcare_store::Reach::EVERYBODY,
            None,
            &batch,
            None,
            holders.on,
        )
        .await;
    let of = &holders.services[0];
    let _ = store
        .issued_by(&throughcare_store::Reach::EVERYBODY, of, None)
        .await;
    let _ = store
        .issued_by(&throughcare_store::Reach::EVERYBODY, of, Some(1_000))
        .await;
    let _ = store
        .issues_after(&throughcare_store::Reach::EVERYBODY, of, (0, Uuid::nil()), 50)
        .await;
    for order in [
        ListOrder::Oldest,
        ListOrder::Newest,
        ListOrder::DueSoonest,
        ListOrder::DueLatest,
    ] {
        let _ = store
            .list(
                &throughcare_store::Reach::EVERYBODY,
                &ListQuery {
                    order,
                    ..list.clone()
                },
            )
            .await;
    }
    let areas = Watched::Areas {
        areas: vec![throughcare_domain::code::AreaCode::parse("E10000001").unwrap()],
        services: holders.services.clone(),
    };
    for whose in [
        Watched::Own(holders.services[0].clone()),
        Watched::Everywhere,
        areas,
    ] {
        let (due_from, due_to) = whose.due_between(holders.on);
        let overdue = OverdueQuery {
            whose,
            on: holders.on,
            due_from,
            due_to,
            after: None,
            limit: 50,
        };
        let _ = store
            .overdue(&throughcare_store::Reach::EVERYBODY, &overdue)
            .await;
        let late = LateRecallQuery {
            whose: overdue.whose,
            tells_for: holders.services.clone(),
            recalls: vec![Recalled {
                recall: throughcare_domain::id::RecallId(Uuid::from_u128(1)),
                product: Code::parse("nyxoid").unwrap(),
                batch: holders.batch.clone(),
                since: holders.on,
            }],
            within_days: 3,
            on: holders.on,
            due_from,
            due_to,
            after: None,
            limit: 50,
        };
        let _ = store
            .late_recalls(&throughcare_store::Reach::EVERYBODY, &late)
            .await;
    }
    let _ = store
        .list(
            &throughcare_store::Reach::EVERYBODY,
            &ListQuery {
                service: None,
                opened_from: Some(jiff::civil::date(2026, 7, 1)),
                ..list
            },
        )
        .await;
}

fn md5_of(n: u32) -> Uuid {
    // As md5(text)::uuid of the log above, for the few that are asked for.
    Uuid::parse_str(match n {
        1 => "c4ca4238-a0b9-2382-0dcc-509a6f75849b",
        2 => "c81e728d-9d4c-2f63-6f06-7f89cc14862c",
        3 => "eccbc87e-4b5c-e2fe-2830-8fd9f2a7baf3",
        _ => "a87ff679-a2f3-e71d-9181-a67b7542122c",
    })
    .unwrap()
}

#[tokio::test]
async fn the_main_queries_use_an_index_on_a_large_log() {
    let database = TestDatabase::new().await;
    let mut connection = database.connect_options().connect().await.unwrap();
    database.store().await.close().await; // the key file is made while nothing is sealed
    large_log(&mut connection).await;
    nobody_opens_any(&database).await;
    assert_eq!(
        sqlx::query_scalar::<_, i64>("SELECT count(*) FROM events")
            .fetch_one(&mut connection)
            .await
            .unwrap(),
        EVENTS
    );
    // Use is counted when a connection ends; what was counted until now is not asked about.
    connection.close_hard().await.unwrap();
    let mut connection = database.connect_options().connect().await.unwrap();
    let (read_before, _) = uses(&mut connection).await;
    let store = database.store().await;
    ask(&store).await;
    store.close().await;
    let mut used = BTreeMap::new();
    let expected = [
        "events_00_pkey",
        "events_00_stream_id_stream_version_position_idx",
        "events_00_position_idx",
        "events_00_stream_id_idx",
        "streams_pkey",
        "entities_pkey",
        "record_links_pkey",
        "idempotency_pkey",
        "external_references_pkey",
        "identifier_claims_pkey",
        "worklist_rows_of_service_now",
        "worklist_rows_by_day",
        "worklist_rows_of_area",
        "worklist_rows_of_batch",
        "worklist_rows_due",
        "worklist_rows_due_anywhere",
        "worklist_rows_done_late",
    ];
    for _ in 0..600 {
        connection = database.connect_options().connect().await.unwrap();
        used = uses(&mut connection).await.1;
        if expected.iter().all(|index| used.contains_key(*index)) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    for index in expected {
        assert!(used.contains_key(index), "{index} was not used: {used:?}");
    }
    let (read_after, _) = uses(&mut connection).await;
    for (table, rows) in read_after {
        let rows = rows - read_before.get(&table).copied().unwrap_or(0);
        assert!(rows < FEW_ROWS, "{table}: {rows} rows were gone through");
    }
}

/// Negative control: a query without its index is seen.
#[tokio::test]
async fn a_query_without_its_index_is_seen() {
    let database = TestDatabase::new().await;
    let mut connection = database.connect_options().connect().await.unwrap();
    database.store().await.close().await; // the key file is made while nothing is sealed
    large_log(&mut connection).await;
    nobody_opens_any(&database).await;
    sqlx::raw_sql("DROP INDEX events_of_stream")
        .execute(&mut connection)
        .await
        .unwrap();
    let (read_before, _) = uses(&mut connection).await;
    let store = database.store().await;
    ask(&store).await;
    store.close().await;
    for _ in 0..600 {
        let mut fresh = database.connect_options().connect().await.unwrap();
        let (read_after, _) = uses(&mut fresh).await;
        if read_after["events_00"] - read_before["events_00"] >= FEW_ROWS {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("reading every event of a partition was not seen");
}
