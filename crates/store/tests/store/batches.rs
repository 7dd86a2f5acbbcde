//! Naloxone by its batch: who holds it, and how many everybody has.

use jiff::civil::{Date, date};
use sqlx::{ConnectOptions as _, PgConnection};
use std::collections::BTreeMap;
use throughcare_domain::code::{Code, ServiceCode};
use throughcare_domain::id::RecallId;
use throughcare_domain::rows::{RowDetail, StockRow, TracedKitRow};
use throughcare_store::Store;
use throughcare_store::projection::{BatchTotals, HolderQuery};
use throughcare_testkit::TestDatabase;
use uuid::Uuid;

const TODAY: Date = date(2026, 6, 1);
const NORTH: &str = "north";
const SOUTH: &str = "south";

fn code(text: &str) -> Code {
    Code::parse(text).unwrap()
}

fn service(text: &str) -> ServiceCode {
    ServiceCode::parse(text).unwrap()
}

fn recall() -> RecallId {
    RecallId(Uuid::from_u128(0xCA11))
}

struct Lines {
    connection: PgConnection,
    number: i64,
}

impl Lines {
    /// A line that is known from its number on, and to another position.
    async fn add(
        &mut self,
        of: &str,
        kind: &str,
        opened: Date,
        detail: &RowDetail,
        known_to: Option<i64>,
    ) -> Uuid {
        self.number += 1;
        let id = Uuid::from_u128(self.number.unsigned_abs().into());
        sqlx::query(
            "INSERT INTO worklist_rows (kind, row_id, person, service, organisation, opened_on, is_primary, detail, \
             known_from, known_to) VALUES ($1, $2, $2, $3, $3, $4, true, $5::jsonb, $6, $7)",
        )
        .bind(kind)
        .bind(id)
        .bind(of)
        .bind(jiff_sqlx::Date::from(opened))
        .bind(serde_json::to_string(detail).unwrap())
        .bind(self.number)
        .bind(known_to)
        .execute(&mut self.connection)
        .await
        .unwrap();
        id
    }

    async fn kit(&mut self, of: &str, batch: &str, opened: Date, left_on: Option<Date>, told: bool) -> Uuid {
        let detail = RowDetail::Traced(TracedKitRow {
            product: code("nyxoid"),
            batch: code(batch),
            expires_on: date(2028, 1, 31),
            in_property: false,
            left_on,
            told: told.then(recall).into_iter().collect(),
        });
        self.add(of, "naloxone_kit", opened, &detail, None).await
    }

    async fn stock(&mut self, of: &str, batch: &str, before_issues: i64, supplied: i64, told: u32) {
        let detail = RowDetail::Stock(StockRow {
            product: code("nyxoid"),
            batch: code(batch),
            expires_on: None,
            before_issues,
            supplied,
            told: BTreeMap::from([(recall(), told)]),
        });
        self.add(of, "naloxone_stock", date(2026, 1, 1), &detail, None)
            .await;
    }
}

async fn county() -> (TestDatabase, Store, Lines) {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let connection = database.connect_options().connect().await.unwrap();
    let mut lines = Lines {
        connection,
        number: 0,
    };
    lines.kit(NORTH, "A1", date(2026, 2, 1), None, false).await;
    lines.kit(NORTH, "A1", date(2026, 3, 1), None, true).await;
    lines
        .kit(NORTH, "A1", date(2026, 3, 2), Some(date(2026, 5, 1)), false)
        .await;
    lines.kit(NORTH, "B2", date(2026, 3, 3), None, false).await;
    lines.kit(SOUTH, "A1", date(2026, 4, 1), None, false).await;
    lines.kit(NORTH, "A1", date(2026, 6, 2), None, false).await;
    lines.stock(NORTH, "A1", 20, 6, 4).await;
    lines.stock(SOUTH, "A1", 1, 0, 0).await;
    // What is known no longer counts no more.
    let gone = RowDetail::Traced(TracedKitRow {
        product: code("nyxoid"),
        batch: code("A1"),
        expires_on: date(2028, 1, 31),
        in_property: false,
        left_on: None,
        told: Vec::new(),
    });
    lines
        .add(NORTH, "naloxone_kit", date(2026, 1, 1), &gone, Some(99))
        .await;
    (database, store, lines)
}

fn wanted(services: &[&str]) -> HolderQuery {
    HolderQuery {
        batch: code("A1"),
        product: None,
        services: services.iter().map(|one| service(one)).collect(),
        to_tell: None,
        on: TODAY,
        after: None,
        limit: 50,
    }
}

async fn days(store: &Store, query: &HolderQuery) -> Vec<String> {
    let page = store
        .holders(&throughcare_store::Reach::EVERYBODY, query)
        .await
        .unwrap();
    page.rows
        .iter()
        .map(|one| one.row.opened_on.to_string())
        .collect()
}

#[tokio::test]
async fn holders_of_a_batch_are_those_who_have_a_kit_of_it_on_the_day() {
    let (_database, store, _) = county().await;
    assert_eq!(
        days(&store, &wanted(&[NORTH])).await,
        ["2026-02-01", "2026-03-01"]
    );
    assert_eq!(
        days(&store, &wanted(&[NORTH, SOUTH])).await,
        ["2026-02-01", "2026-03-01", "2026-04-01"]
    );
    assert_eq!(days(&store, &wanted(&[])).await, Vec::<String>::new());
    let earlier = HolderQuery {
        on: date(2026, 4, 30),
        ..wanted(&[NORTH])
    };
    assert_eq!(
        days(&store, &earlier).await.len(),
        3,
        "the third kit was used in May"
    );
    let other = HolderQuery {
        product: Some(code("prenoxad")),
        ..wanted(&[NORTH])
    };
    assert_eq!(days(&store, &other).await, Vec::<String>::new());
}

#[tokio::test]
async fn who_is_to_be_told_is_whom_nobody_told_of_that_recall() {
    let (_database, store, _) = county().await;
    let to_tell = HolderQuery {
        to_tell: Some(recall()),
        ..wanted(&[NORTH])
    };
    assert_eq!(days(&store, &to_tell).await, ["2026-02-01"]);
    let another = HolderQuery {
        to_tell: Some(RecallId(Uuid::from_u128(1))),
        ..wanted(&[NORTH])
    };
    assert_eq!(days(&store, &another).await.len(), 2);
}

#[tokio::test]
async fn pages_of_holders_follow_each_other() {
    let (_database, store, _) = county().await;
    let mut query = HolderQuery {
        limit: 1,
        ..wanted(&[NORTH, SOUTH])
    };
    let mut seen = Vec::new();
    while let Some(one) = store
        .holders(&throughcare_store::Reach::EVERYBODY, &query)
        .await
        .unwrap()
        .rows
        .pop()
    {
        query.after = Some((one.row.opened_on, one.row.id));
        seen.push(one.row.opened_on.to_string());
    }
    assert_eq!(seen, ["2026-02-01", "2026-03-01", "2026-04-01"]);
}

#[tokio::test]
async fn totals_say_for_each_service_where_its_kits_are() {
    let (_database, store, _) = county().await;
    let (totals, _) = store
        .batch_totals(
            &throughcare_store::Reach::EVERYBODY,
            None,
            &code("A1"),
            Some(recall()),
            TODAY,
        )
        .await
        .unwrap();
    let of = |name: &str, on_hand, held, held_told, supplied, supplied_told| BatchTotals {
        service: service(name),
        product: code("nyxoid"),
        on_hand,
        held,
        held_told,
        supplied,
        supplied_told,
    };
    assert_eq!(totals, [of(NORTH, 17, 2, 1, 6, 4), of(SOUTH, 0, 1, 0, 0, 0)]);
    let (none, _) = store
        .batch_totals(
            &throughcare_store::Reach::EVERYBODY,
            None,
            &code("Z9"),
            None,
            TODAY,
        )
        .await
        .unwrap();
    assert_eq!(none, []);
}

#[tokio::test]
async fn what_clients_got_is_added_up_by_batch_and_day_as_it_is_and_as_it_was_known() {
    let (_database, store, _) = county().await;
    let kits = async |known_at| {
        let (issued, _) = store
            .issued_by(&throughcare_store::Reach::EVERYBODY, &service(NORTH), known_at)
            .await
            .unwrap();
        issued.iter().map(|one| one.kits).sum::<u32>()
    };
    assert_eq!(kits(None).await, 5);
    assert_eq!(kits(Some(1)).await, 1);
    assert_eq!(kits(Some(50)).await, 6, "a line that was still known then");
}

#[tokio::test]
async fn the_ledger_has_each_kit_once_from_where_it_was_first_known() {
    let (_database, store, mut lines) = county().await;
    // The second kit's line was another before: known from 2 now, and from 1 before that.
    sqlx::query("INSERT INTO worklist_rows (kind, row_id, person, service, organisation, opened_on, is_primary, detail, \
                 known_from, known_to) SELECT kind, row_id, person, service, organisation, opened_on, is_primary, \
                 detail, 1, 2 FROM worklist_rows WHERE known_from = 2")
        .execute(&mut lines.connection)
        .await
        .unwrap();
    let all = store
        .issues_after(
            &throughcare_store::Reach::EVERYBODY,
            &service(NORTH),
            (0, Uuid::nil()),
            50,
        )
        .await
        .unwrap();
    let positions: Vec<u64> = all.iter().map(|kit| kit.position).collect();
    assert_eq!(positions, [1, 1, 3, 4, 6]);
    let last = &all[1];
    let rest = store
        .issues_after(
            &throughcare_store::Reach::EVERYBODY,
            &service(NORTH),
            (last.position, last.listed.row.id),
            50,
        )
        .await
        .unwrap();
    assert_eq!(rest.len(), 3);
}
