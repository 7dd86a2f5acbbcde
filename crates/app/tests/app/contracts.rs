//! A contract that moves takes over everybody who can go over, whatever is wrong with one record.

use crate::projecting::{append, catch_up, county, node, record, told};
use jiff::civil::date;
use sqlx::{Connection as _, PgConnection};
use throughcare_app::App;
use throughcare_domain::code::{OrganisationCode, ServiceCode};
use throughcare_domain::event::Draft;
use throughcare_domain::fact::{ContractMoved, Fact, ServiceKind};
use throughcare_domain::id::{ContractId, EventId};
use throughcare_domain::stream::{StreamId, StreamKind};
use throughcare_domain::when::Occurred;
use throughcare_testkit::TestDatabase;
use throughcare_testkit::provenance;
use tokio::sync::watch;
use uuid::Uuid;

const LEFT: &str = "northshire-community";

fn service(code: &str) -> ServiceCode {
    ServiceCode::parse(code).unwrap()
}

/// The contract of Northshire's service goes to Southmarsh's, near the end of the county's year.
fn moves() -> Draft {
    let on = date(2026, 6, 20);
    Draft {
        id: EventId(Uuid::from_u128(0xC1)),
        occurred: Occurred::On(on),
        fact: ContractMoved {
            contract: ContractId(Uuid::from_u128(0xC0)),
            from_service: service(LEFT),
            to_service: service("southmarsh-community"),
            to_organisation: OrganisationCode::parse("southmarsh-recovery").unwrap(),
            to_kind: ServiceKind::Community,
            on,
        }
        .into(),
        identity: None,
        causation: None,
    }
}

/// Looks until nobody more goes over: how many did, and how many are still to.
async fn carried_out(app: &App) -> (u64, u64) {
    let (_stopping, stop) = watch::channel(false);
    loop {
        let looked = app.move_contracts_now(&stop).await.unwrap();
        if looked.moved == 0 {
            let state = app.contract_move(&service(LEFT)).await.unwrap();
            assert_eq!(
                looked.stuck.is_some(),
                state.left > 0,
                "{looked:?}: who is stuck is said"
            );
            return (state.gone_over, state.left);
        }
        catch_up(app).await;
    }
}

/// Turns over a byte of the last event of somebody's record, past the triggers; turning it twice mends it.
async fn turn_over(database: &TestDatabase, person: Uuid) {
    let mut connection = PgConnection::connect_with(&database.connect_options())
        .await
        .unwrap();
    let statement = "UPDATE events SET case_sealed = set_byte(case_sealed, 20, 255 - get_byte(case_sealed, 20)) \
                     WHERE stream_id = $1 AND stream_version = 2";
    for trigger in ["DISABLE TRIGGER", "ENABLE ALWAYS TRIGGER"] {
        if trigger.starts_with("ENABLE") {
            let done = sqlx::query(statement).bind(person).execute(&mut connection).await;
            assert_eq!(done.unwrap().rows_affected(), 1);
        }
        let toggled = format!("ALTER TABLE events {trigger} events_never_change");
        sqlx::query(sqlx::AssertSqlSafe(toggled))
            .execute(&mut connection)
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_a_record_that_cannot_be_read_when_a_contract_moves_then_everybody_else_goes_over_and_it_follows_when_mended()
 {
    // Given: a county, and a contract that has moved.
    let database = TestDatabase::new().await;
    let app = node(&database).await;
    let county = county(60);
    record(&app, &county).await;
    let recorded = told(&county);
    let (stream, facts) = recorded
        .iter()
        .find(|(_, facts)| {
            facts
                .iter()
                .any(|(draft, _)| matches!(&draft.fact, Fact::ServiceOpened(opened) if opened.service == service(LEFT)))
        })
        .unwrap();
    let moved = append(*stream, facts.len(), &[(moves(), provenance("test"))]);
    app.store().append(moved).await.unwrap().appended().unwrap();
    catch_up(&app).await;
    let before = app.contract_move(&service(LEFT)).await.unwrap();
    assert_eq!(before.gone_over, 0);
    assert!(before.left > 3, "{} people have something open", before.left);

    // And: of those who are to go over, the first one's record is damaged.
    let first: Uuid = sqlx::query_scalar(
        "select min(person::text)::uuid from worklist_rows where service = $1 and kind = 'caseload' \
         and (closed_on is null or closed_on > '2026-06-20')",
    )
    .bind(LEFT)
    .fetch_one(
        &mut PgConnection::connect_with(&database.connect_options())
            .await
            .unwrap(),
    )
    .await
    .unwrap();
    assert!(recorded.contains_key(&StreamId {
        id: first,
        kind: StreamKind::Person
    }));
    turn_over(&database, first).await;

    // When: it is carried out, then: everybody else goes over, and whoever does not is counted.
    assert_eq!(carried_out(&app).await, (before.left - 1, 1));

    // And: mended, the record follows.
    turn_over(&database, first).await;
    assert_eq!(carried_out(&app).await, (before.left, 0));
}
