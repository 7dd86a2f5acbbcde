//! Holders of called-back kits who were not told in time.

use jiff::civil::{Date, date};
use sqlx::{ConnectOptions as _, PgConnection};
use throughcare_domain::code::{AreaCode, Code, ServiceCode};
use throughcare_domain::id::RecallId;
use throughcare_domain::overdue::Watched;
use throughcare_domain::rows::{RowDetail, RowKind, TracedKitRow};
use throughcare_store::Store;
use throughcare_store::projection::{CalledBackQuery, LateRecallQuery, ListOrder, Recalled};
use throughcare_testkit::TestDatabase;
use uuid::Uuid;

const TODAY: Date = date(2026, 6, 20);
const CALLED_BACK: Date = date(2026, 6, 10);
const NORTH: &str = "E10000001";
const SOUTH: &str = "E10000002";

#[derive(Clone)]
struct Kit {
    service: &'static str,
    area: Option<&'static str>,
    batch: &'static str,
    opened: Date,
    left: Option<Date>,
    told: Vec<RecallId>,
}

const fn recall() -> RecallId {
    RecallId(Uuid::from_u128(0xCA11))
}

/// A kit of the batch that is called back, in the hands of somebody since spring.
fn kit() -> Kit {
    Kit {
        service: "team",
        area: Some(NORTH),
        batch: "BAD",
        opened: date(2026, 3, 1),
        left: None,
        told: Vec::new(),
    }
}

fn code(text: &str) -> Code {
    Code::parse(text).unwrap()
}

async fn add(connection: &mut PgConnection, number: u128, kit: Kit) {
    let detail = RowDetail::Traced(TracedKitRow {
        product: code("nyxoid"),
        batch: code(kit.batch),
        expires_on: date(2027, 1, 1),
        in_property: false,
        left_on: kit.left,
        told: kit.told,
    });
    sqlx::query(
        "INSERT INTO worklist_rows (kind, row_id, person, service, organisation, area, opened_on, is_primary, detail, \
         known_from) VALUES ($1, $2, $2, $3, $3, $4, $5, true, $6::jsonb, 1)",
    )
    .bind(RowKind::NaloxoneKit.as_str())
    .bind(Uuid::from_u128(number))
    .bind(kit.service)
    .bind(kit.area)
    .bind(jiff_sqlx::Date::from(kit.opened))
    .bind(serde_json::to_string(&detail).unwrap())
    .execute(connection)
    .await
    .unwrap();
}

fn services(named: &[&str]) -> Vec<ServiceCode> {
    named.iter().map(|one| ServiceCode::parse(one).unwrap()).collect()
}

fn own(named: &[&str]) -> (Watched, Vec<ServiceCode>) {
    let all = services(named);
    (Watched::Own(all[0].clone()), all)
}

fn areas(named: &[&str], near: &[&str]) -> (Watched, Vec<ServiceCode>) {
    let areas = named.iter().map(|area| AreaCode::parse(area).unwrap()).collect();
    let services = services(near);
    (Watched::Areas { areas, services }, Vec::new())
}

/// Every line, as the pages come, with the day on which it was due.
async fn all(
    store: &Store,
    (whose, tells_for): (Watched, Vec<ServiceCode>),
    on: Date,
    page: u32,
) -> Vec<(u128, Date)> {
    let (due_from, due_to) = whose.due_between(on);
    let mut query = LateRecallQuery {
        whose,
        tells_for,
        recalls: vec![Recalled {
            recall: recall(),
            product: code("nyxoid"),
            batch: code("BAD"),
            since: CALLED_BACK,
        }],
        within_days: 3,
        on,
        due_from,
        due_to,
        after: None,
        limit: page,
    };
    let mut found = Vec::new();
    for _ in 0..100 {
        let read = store
            .late_recalls(&throughcare_store::Reach::EVERYBODY, &query)
            .await
            .unwrap();
        found.extend(
            read.rows
                .iter()
                .map(|one| (one.row.id.as_u128(), one.due_on.unwrap())),
        );
        let Some(last) = read.rows.last().filter(|_| read.rows.len() == page as usize) else {
            return found;
        };
        query.after = Some((last.due_on.unwrap(), last.row.id, last.row.kind));
    }
    panic!("the pages have no end");
}

#[tokio::test]
async fn given_a_recall_when_holders_are_not_told_in_time_then_who_tells_and_who_watches_sees_them() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut connection = database.connect_options().connect().await.unwrap();
    let kits = [
        kit(),
        // Given out after the recall: three days from then.
        Kit {
            opened: date(2026, 6, 14),
            ..kit()
        },
        Kit {
            service: "other",
            area: Some(SOUTH),
            ..kit()
        },
        // Nobody knows where they live.
        Kit {
            service: "other",
            area: None,
            ..kit()
        },
        // None of these: told; used before; of another batch; given out yesterday.
        Kit {
            told: vec![recall()],
            ..kit()
        },
        Kit {
            left: Some(date(2026, 6, 12)),
            ..kit()
        },
        Kit {
            batch: "GOOD",
            ..kit()
        },
        Kit {
            opened: date(2026, 6, 19),
            ..kit()
        },
    ];
    for (number, one) in (1u128..).zip(kits) {
        add(&mut connection, number, one).await;
    }
    let (due, later) = (date(2026, 6, 13), date(2026, 6, 17));
    for page in [1, 2, 50] {
        assert_eq!(
            all(&store, own(&["team"]), TODAY, page).await,
            [(1, due), (2, later)]
        );
        assert_eq!(
            all(&store, own(&["team", "other"]), TODAY, page).await,
            [(1, due), (3, due), (4, due), (2, later)]
        );
        // What is overdue by three days has not climbed yet.
        let everywhere = (Watched::Everywhere, Vec::new());
        assert_eq!(
            all(&store, everywhere, TODAY, page).await,
            [(1, due), (3, due), (4, due)]
        );
        assert_eq!(
            all(&store, areas(&[NORTH], &["team"]), TODAY, page).await,
            [(1, due)]
        );
        assert_eq!(
            all(&store, areas(&[NORTH], &["other"]), TODAY, page).await,
            [(1, due), (4, due)]
        );
    }
    // In time until the third day.
    assert_eq!(all(&store, own(&["team"]), date(2026, 6, 13), 50).await, []);
    assert_eq!(
        all(&store, own(&["team"]), date(2026, 6, 14), 50).await,
        [(1, due)]
    );
}

#[tokio::test]
async fn given_two_recalls_when_holders_to_tell_are_listed_then_every_order_holds_from_page_to_page() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut connection = database.connect_options().connect().await.unwrap();
    // The older kit is of the batch that was called back later.
    add(&mut connection, 1, kit()).await;
    let older = Kit {
        batch: "WORSE",
        opened: date(2026, 2, 1),
        ..kit()
    };
    add(&mut connection, 2, older).await;
    let recalled = |batch: &str, since| Recalled {
        recall: recall(),
        product: code("nyxoid"),
        batch: code(batch),
        since,
    };
    for (order, expected) in [
        (ListOrder::Oldest, [2, 1]),
        (ListOrder::Newest, [1, 2]),
        (ListOrder::DueSoonest, [1, 2]),
        (ListOrder::DueLatest, [2, 1]),
    ] {
        for known_at in [None, Some(1)] {
            let mut query = CalledBackQuery {
                services: services(&["team"]),
                recalls: vec![recalled("BAD", CALLED_BACK), recalled("WORSE", date(2026, 6, 12))],
                within_days: 3,
                on: TODAY,
                known_at,
                order,
                after: None,
                limit: 1,
            };
            let mut found = Vec::new();
            while let [listed] = &store
                .called_back(&throughcare_store::Reach::EVERYBODY, &query)
                .await
                .unwrap()
                .rows[..]
            {
                found.push(listed.row.id.as_u128());
                query.after = Some(listed.place(order));
                assert!(found.len() <= 2, "the pages have no end");
            }
            assert_eq!(found, expected, "{order:?}");
        }
    }
}
