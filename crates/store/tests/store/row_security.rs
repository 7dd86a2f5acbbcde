//! The second net: no organisation reads rows of people who have nothing to do with it, whatever is asked.
//!
//! No rule of the domain is asked here. This is what holds when one of them is wrong.

use jiff::Timestamp;
use proptest::strategy::{Strategy as _, ValueTree as _};
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection};
use std::collections::{BTreeMap, BTreeSet};
use throughcare_domain::access::brought_in;
use throughcare_domain::code::{Code, OrganisationCode, PrisonCode, ServiceCode};
use throughcare_domain::event::{Actor, Role};
use throughcare_domain::fact::{ReferralReceived, ServiceKind};
use throughcare_domain::id::{PersonId, ReferralId};
use throughcare_domain::identifier::IdentifierKind;
use throughcare_domain::matching::{NameTold, Portrait};
use throughcare_domain::rows::RowKind;
use throughcare_domain::stream::StreamId;
use throughcare_store::projection::{ListOrder, ListQuery};
use throughcare_store::{
    Append, CaseOf, Claim, Entity, EntityKind, Link, LogQuery, Looker, Parts, Reach, Seen, Store,
    StreamAppend,
};
use throughcare_testkit::{Builder, TestDatabase};
use uuid::Uuid;

/// Every table: whether it holds rows of people that a reader may see only as far as they concern it, or why it holds
/// none. A new table needs a line, and policies where it says so.
const TABLES: &[(&str, Result<(), &str>)] = &[
    ("concerned", Ok(())),
    ("entities", Ok(())),
    ("events", Ok(())),
    ("external_references", Ok(())),
    ("held_movements", Ok(())),
    ("idempotency", Ok(())),
    ("inbound_messages", Ok(())),
    ("identifier_claims", Ok(())),
    ("looks", Ok(())),
    ("match_keys", Ok(())),
    ("possible_matches", Ok(())),
    ("record_links", Ok(())),
    ("streams", Ok(())),
    ("webhook_deliveries", Ok(())),
    ("worklist_rows", Ok(())),
    ("_sqlx_migrations", Err("names migrations")),
    ("checkpoints", Err("holds positions")),
    ("concerned_filled", Err("holds positions")),
    ("erasures", Err("holds ids of erasures")),
    ("beside_leaves", Err("numbers of rows, which say nothing of them")),
    ("beside_waiting", Err("as beside_leaves")),
    ("leases", Err("names nodes")),
    ("log_identity", Err("the name of the log")),
    ("tree_checkpoints", Err("holds hashes and counts")),
    ("tree_cosignatures", Err("holds signatures")),
    ("tree_edges", Err("holds hashes")),
    ("tree_rechecks", Err("holds numbers of leaves")),
    ("tree_tiles", Err("holds hashes")),
    ("trees", Err("holds hashes and counts")),
    ("log_head", Err("counts positions")),
    ("match_keys_made", Err("holds positions")),
    (
        "national_return_rows",
        Err("keyed references and fingerprints of organisations, which no reader may read"),
    ),
    ("national_returns", Err("as national_return_rows")),
    (
        "parked",
        Err("ids and reasons, which only the program's own commands read"),
    ),
    ("rebuild_parked", Err("as parked")),
    ("rebuild_ranges", Err("holds ids and counts")),
    ("rebuilds", Err("holds positions")),
    ("benchmarks", Err("published values are nobody's data")),
    ("area_neighbours", Err("published values are nobody's data")),
    ("reference_codes", Err("code lists are nobody's data")),
    ("reference_lists", Err("code lists are nobody's data")),
    ("reference_uses", Err("code lists are nobody's data")),
    ("webhook_happenings", Err("what administrators did with webhooks")),
    (
        "webhook_secrets",
        Err("of organisations, which no reader may read"),
    ),
    (
        "webhooks",
        Err("where organisations are told, nothing of anybody"),
    ),
];

/// Records everything in these tests.
const RECORDS: &str = "northshire-recovery";
/// Is asked to take the person on, and has recorded nothing.
const ASKED: &str = "southshire";
/// Has a line about the person, and no fact names it.
const LISTED: &str = "eastshire";
/// Works in the prison of that line.
const IN_PRISON: &str = "westshire";
const STRANGER: &str = "elsewhere";

fn organisation(code: &str) -> OrganisationCode {
    OrganisationCode::parse(code).unwrap()
}

fn service(code: &str) -> ServiceCode {
    ServiceCode::parse(code).unwrap()
}

fn reach(code: &str) -> Reach {
    Reach::of(&organisation(code), [], [])
}

async fn run(connection: &mut PgConnection, statement: &str) {
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
        .execute(connection)
        .await
        .unwrap();
}

struct Known {
    database: TestDatabase,
    admin: PgConnection,
    store: Store,
    build: Builder,
    person: StreamId,
    referral: Uuid,
}

/// Somebody whom one organisation has referred to another.
async fn known() -> Known {
    let database = TestDatabase::new().await;
    let admin = database.connect_options().connect().await.unwrap();
    let store = database.store().await;
    let mut build = Builder::new(3);
    let (person, referral) = (build.person(), build.id());
    let asked = ReferralReceived {
        referral: ReferralId(referral),
        source: Code::parse("self").unwrap(),
        from_organisation: organisation(RECORDS),
        from_service: None,
        to_service: service("southshire-team"),
        to_organisation: organisation(ASKED),
        to_kind: ServiceKind::Community,
        transfer_of: None,
        substances: Vec::new(),
    };
    let mut registered = build.register(person, "Aine", "Moyo");
    let sent = build.event(asked, None);
    registered.streams[0].events.push(sent);
    registered.entities = vec![Entity {
        id: referral,
        kind: EntityKind::Referral,
        stream: person,
    }];
    registered.claims = vec![Claim {
        kind: IdentifierKind::NhsNumber,
        blind: [7; 32],
        stream: person,
        release: false,
    }];
    registered.idempotency = Some(build.key("r", "a"));
    store.append(registered).await.unwrap().appended().unwrap();
    assert!(store.make_match_keys().await.unwrap().is_all());
    let looker = Looker {
        actor: Actor {
            client: "northshire-cms".into(),
            user: Some("ro".into()),
            organisation: organisation(RECORDS),
            role: Role::Worker,
        },
        on_behalf_of: None,
        purpose: "direct_care",
        route: "GET /v1/people/{id}".into(),
        correlation: Uuid::nil(),
    };
    let seen = Seen {
        person: Some(person.id),
        extent: "record",
        grounds: vec!["recorded_it"],
    };
    store.record_looks(looker, vec![seen]).await.unwrap();
    Known {
        database,
        admin,
        store,
        build,
        person,
        referral,
    }
}

impl Known {
    /// A line about a person, as the projector writes it.
    async fn line(&mut self, person: StreamId, organisation: Option<&str>, prison: Option<&str>) {
        sqlx::query(
            "INSERT INTO worklist_rows (kind, row_id, person, service, organisation, prison, opened_on, is_primary, \
             detail, known_from) VALUES ('movement_to_classify', gen_random_uuid(), $1, $2, $3, $4, '2026-01-01', true, \
             '{\"of\":\"movement\",\"movementType\":\"REL\",\"reason\":\"XX\",\"happenedOn\":\"2026-01-01\"}', 1)",
        )
        .bind(person.id)
        .bind(organisation.map(|code| format!("{code}-team")))
        .bind(organisation)
        .bind(prison)
        .execute(&mut self.admin)
        .await
        .unwrap();
    }

    /// How much each reading of the store finds of the person for somebody.
    async fn found(&self, reach: &Reach) -> BTreeMap<&'static str, usize> {
        let (store, person) = (&self.store, self.person);
        let everything = LogQuery {
            limit: 100,
            ..LogQuery::default()
        };
        let of_person = CaseOf::Stream(person);
        let read_on = store.read_case(reach, of_person, 1, Parts::Known).await.unwrap();
        let streams = store.read_streams(reach, &[person], None).await.unwrap();
        let identities = store.read_identities(reach, &[person]).await.unwrap();
        let claims = store.find_claim(reach, IdentifierKind::NhsNumber, &[7; 32]).await;
        let alike = Portrait {
            names: [NameTold {
                given: Some("Aine".to_owned()),
                family: Some("Moyo".to_owned()),
            }]
            .into(),
            ..Portrait::default()
        };
        let candidates = store.match_candidates(reach, &alike, &[]).await.unwrap();
        BTreeMap::from([
            (
                "read_stream",
                store.read_stream(reach, person, None).await.unwrap().len(),
            ),
            ("read_streams", streams.values().map(Vec::len).sum()),
            ("read_identities", identities.len()),
            (
                "read_log",
                store.read_log(reach, &everything).await.unwrap().len(),
            ),
            (
                "read_entries",
                store.read_entries(reach, &everything).await.unwrap().len(),
            ),
            (
                "read_case",
                store
                    .read_case(reach, of_person, 0, Parts::Both)
                    .await
                    .unwrap()
                    .events
                    .len(),
            ),
            (
                "read_case by a referral",
                store
                    .read_case(reach, CaseOf::Entity(self.referral), 0, Parts::Case)
                    .await
                    .unwrap()
                    .events
                    .len(),
            ),
            ("read_case after a version", usize::from(read_on.follows)),
            (
                "read_linked",
                store
                    .read_linked(reach, person, Parts::Known)
                    .await
                    .unwrap()
                    .events
                    .len(),
            ),
            (
                "find_entity",
                usize::from(store.find_entity(reach, self.referral).await.unwrap().is_some()),
            ),
            ("find_claim", claims.unwrap().len()),
            ("match_candidates", candidates.records.len()),
            (
                "looks_at",
                store
                    .looks_at(reach, &[PersonId(person.id)], None, None, 10)
                    .await
                    .unwrap()
                    .len(),
            ),
            (
                "looks_by_user",
                store
                    .looks_by_user(reach, Timestamp::UNIX_EPOCH, Timestamp::MAX, 10)
                    .await
                    .unwrap()
                    .len(),
            ),
        ])
    }

    /// What the lists hold for somebody.
    async fn listed(&self, reach: &Reach) -> usize {
        let query = ListQuery {
            kind: RowKind::MovementToClassify,
            service: None,
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
            limit: 100,
            marked: None,
        };
        self.store.list(reach, &query).await.unwrap().rows.len()
    }
}

#[tokio::test]
async fn a_stranger_reads_nothing_by_any_reading_and_those_concerned_read_it() {
    let mut known = known().await;
    for concerned in [reach(RECORDS), reach(ASKED), Reach::EVERYBODY] {
        let found = known.found(&concerned).await;
        assert!(found.values().all(|count| *count > 0), "{concerned:?}: {found:?}");
    }
    let of_stranger = known.found(&reach(STRANGER)).await;
    assert!(of_stranger.values().all(|count| *count == 0), "{of_stranger:?}");
    // Negative control: it is the net that holds the stranger out, and nothing else.
    for (table, _) in TABLES.iter().filter(|(_, holds)| holds.is_ok()) {
        run(
            &mut known.admin,
            &format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"),
        )
        .await;
    }
    let unheld = known.found(&reach(STRANGER)).await;
    assert!(unheld.values().all(|count| *count > 0), "{unheld:?}");
}

#[tokio::test]
async fn whoever_has_a_line_about_somebody_reads_the_record_behind_it_and_whoever_watches_the_line_alone() {
    let mut known = known().await;
    let person = known.person;
    known.line(person, Some(LISTED), Some("MDI")).await;
    let in_prison = Reach::of(&organisation(IN_PRISON), [], [&PrisonCode::parse("MDI").unwrap()]);
    let by_service = Reach::of(&organisation(STRANGER), [&service("eastshire-team")], []);
    for concerned in [&reach(LISTED), &in_prison, &by_service] {
        assert_eq!(known.listed(concerned).await, 1, "{concerned:?}");
        let found = known.found(concerned).await;
        assert!(
            found["read_identities"] > 0 && found["read_case"] > 0,
            "{found:?}"
        );
        assert_eq!(
            found["looks_at"], 0,
            "who looked is for those whom the record concerns"
        );
    }
    assert_eq!(known.listed(&reach(STRANGER)).await, 0);
    let watching = reach(STRANGER).with_every_line();
    assert_eq!(known.listed(&watching).await, 1);
    let found = known.found(&watching).await;
    assert!(found.values().all(|count| *count == 0), "{found:?}");
}

/// Whoever sees a record sees those that are joined with it, whenever they were brought in.
#[tokio::test]
async fn whom_a_record_concerns_those_joined_with_it_do() {
    let mut known = known().await;
    let other = known.build.person();
    let mut joined = known.build.register(other, "Anya", "Moyo");
    joined.streams.push(known.build.stream(known.person, 2, 1));
    joined.links = vec![Link {
        one: known.person,
        other,
    }];
    known.store.append(joined).await.unwrap().appended().unwrap();
    let reads = async |code: &str, stream| {
        let read = known.store.read_linked(&reach(code), stream, Parts::Case).await;
        read.unwrap().events.len()
    };
    assert_eq!(reads(ASKED, other).await, 4);
    assert_eq!(reads(ASKED, known.person).await, 4);
    assert_eq!(reads(STRANGER, other).await, 0);
    // Brought in after they were joined, by a plain append to one of them.
    let mut build = Builder::new(9);
    let asked = ReferralReceived {
        referral: ReferralId(build.id()),
        source: Code::parse("self").unwrap(),
        from_organisation: organisation(RECORDS),
        from_service: None,
        to_service: service("elsewhere-team"),
        to_organisation: organisation(STRANGER),
        to_kind: ServiceKind::Community,
        transfer_of: None,
        substances: Vec::new(),
    };
    let events = vec![build.event(asked, None)];
    let append = Append {
        streams: vec![StreamAppend {
            stream: other,
            expected: 1,
            events,
        }],
        ..Append::default()
    };
    known.store.append(append).await.unwrap().appended().unwrap();
    assert_eq!(reads(STRANGER, known.person).await, 5);
}

/// Default deny, for the reader and for the owner of the tables; the control is the same count by a superuser.
#[tokio::test]
async fn who_does_not_say_for_whom_they_read_reads_nothing() {
    let mut known = known().await;
    let (person, other) = (known.person, known.build.person());
    known.line(person, Some(LISTED), None).await;
    run(
        &mut known.admin,
        &format!(
            "INSERT INTO record_links VALUES ('{}', '{}'); \
             INSERT INTO external_references VALUES ('c', 's', 'v', gen_random_uuid(), '{}', 1, 1); \
             INSERT INTO possible_matches VALUES ('{}', '{}', 20); \
             INSERT INTO webhooks (id, organisation, client, role, url, kinds, position, made_by) \
                 VALUES ('{}', 'o', 'c', 'worker', 'https://o.example', '{{}}', 0, 'a'); \
             INSERT INTO webhook_deliveries (webhook, position, organisation, stream_id, event_id, kind) \
                 VALUES ('{}', 1, 'o', '{}', gen_random_uuid(), 'k')",
            person.id,
            other.id,
            person.id,
            person.id.min(other.id),
            person.id.max(other.id),
            other.id,
            other.id,
            person.id
        ),
    )
    .await;
    let readable = TABLES
        .iter()
        .filter(|(table, holds)| holds.is_ok() && !matches!(*table, "held_movements" | "inbound_messages"));
    for (table, _) in readable {
        let count = format!("SELECT count(*) FROM {table}");
        let mut counted = async |before: &str| -> i64 {
            run(&mut known.admin, before).await;
            let count = sqlx::query_scalar(AssertSqlSafe(count.clone())).fetch_one(&mut known.admin);
            let count = count.await.unwrap();
            run(&mut known.admin, "RESET ROLE").await;
            count
        };
        assert!(counted("RESET ROLE").await > 0, "{table} holds something");
        assert_eq!(counted("SET ROLE throughcare_reader").await, 0, "{table}");
        assert_eq!(counted("SET ROLE throughcare_owner").await, 0, "{table}: FORCE");
        let unforced = format!("ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; SET ROLE throughcare_owner");
        assert!(
            counted(&unforced).await > 0,
            "{table}: without FORCE the owner sees all"
        );
    }
}

/// A new table must be judged: it holds nobody's rows, or it has its policies.
#[tokio::test]
async fn every_table_with_rows_of_people_is_under_forced_row_security() {
    let known = known().await;
    let mut admin = known.admin;
    let found: Vec<(String, bool, i64)> = sqlx::query_as(
        "SELECT relname::text, relrowsecurity AND relforcerowsecurity, \
         (SELECT count(*) FROM pg_policy WHERE polrelid = c.oid) FROM pg_class c \
         WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition",
    )
    .fetch_all(&mut admin)
    .await
    .unwrap();
    let names: BTreeSet<&str> = found.iter().map(|(name, ..)| name.as_str()).collect();
    let judged: BTreeSet<&str> = TABLES.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, judged, "judge the new table in TABLES");
    for (name, forced, policies) in &found {
        let holds = TABLES.iter().any(|(table, holds)| table == name && holds.is_ok());
        assert_eq!(*forced, holds, "{name}");
        assert_eq!(*policies, if holds { 3 } else { 0 }, "{name}");
    }
}

/// What was recorded before there was a net: who recorded it stands in the clear, whom it brings in only the program
/// can tell, and does when it next starts.
#[tokio::test]
async fn a_log_of_before_is_gone_through_when_the_store_opens() {
    let mut known = known().await;
    run(
        &mut known.admin,
        "DELETE FROM concerned; UPDATE concerned_filled SET target = (SELECT position FROM log_head)",
    )
    .await;
    let before = known.found(&reach(ASKED)).await;
    assert_eq!(before["read_stream"], 0, "nobody told the database");
    known.store = known.database.store().await;
    for concerned in [RECORDS, ASKED] {
        let found = known.found(&reach(concerned)).await;
        assert!(found.values().all(|count| *count > 0), "{concerned}: {found:?}");
    }
    let of_stranger = known.found(&reach(STRANGER)).await;
    assert!(of_stranger.values().all(|count| *count == 0), "{of_stranger:?}");
}

/// What a stored fact names as an organisation is brought in by it, so that whoever adds a fact that names one cannot
/// forget it. Whom the person objects to or lets see the record is not brought in by that.
#[test]
fn every_organisation_that_a_fact_names_is_brought_in() {
    fn named(value: &serde_json::Value, found: &mut BTreeSet<String>) {
        match value {
            serde_json::Value::Object(fields) => {
                for (field, value) in fields.iter().filter(|(field, _)| *field != "scope") {
                    match value.as_str() {
                        Some(code) if field.to_lowercase().ends_with("organisation") || field == "with" => {
                            found.insert(code.to_owned());
                        }
                        _ => named(value, found),
                    }
                }
            }
            serde_json::Value::Array(values) => values.iter().for_each(|value| named(value, found)),
            _ => {}
        }
    }
    let codec = throughcare_store::codec::Codec::default();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut brought = BTreeSet::new();
    for strategy in crate::facts::each_type() {
        for _ in 0..16 {
            let fact = strategy.new_tree(&mut runner).unwrap().current();
            // Streams of organisations are nobody's record.
            if fact.event_type().starts_with("organisation.") {
                continue;
            }
            let mut found = BTreeSet::new();
            named(
                &serde_json::from_slice(&codec.encode(&fact).unwrap()).unwrap(),
                &mut found,
            );
            let told: BTreeSet<_> = brought_in(&fact).into_iter().map(ToString::to_string).collect();
            assert_eq!(found, told, "{}", fact.event_type());
            if !told.is_empty() {
                brought.insert(fact.event_type());
            }
        }
    }
    assert!(brought.len() >= 20, "{brought:?}");
}
