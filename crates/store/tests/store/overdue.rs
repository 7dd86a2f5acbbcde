//! What is overdue, and lists in other orders than that of age.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use sqlx::{ConnectOptions as _, PgConnection};
use throughcare_domain::code::{AreaCode, Code, ServiceCode};
use throughcare_domain::overdue::Watched;
use throughcare_domain::rows::{MovementRow, RowDetail, RowKind};
use throughcare_store::Store;
use throughcare_store::projection::{ListOrder, ListQuery, OverdueQuery};
use throughcare_testkit::TestDatabase;
use uuid::Uuid;

const TODAY: Date = date(2026, 6, 1);
const NORTH: &str = "E10000001";
const SOUTH: &str = "E10000002";
const FAR: &str = "E10000003";

struct Line {
    kind: RowKind,
    service: Option<&'static str>,
    area: Option<&'static str>,
    opened: Date,
    closed: Option<Date>,
    due: Option<Date>,
    primary: bool,
    known: (i64, Option<i64>),
}

impl Default for Line {
    fn default() -> Self {
        Self {
            kind: RowKind::MovementToClassify,
            service: Some("team"),
            area: Some(NORTH),
            opened: date(2026, 1, 1),
            closed: None,
            due: None,
            primary: true,
            known: (1, None),
        }
    }
}

async fn add(connection: &mut PgConnection, number: u128, line: Line) -> Uuid {
    let id = Uuid::from_u128(number);
    let detail = RowDetail::Movement(MovementRow {
        movement_type: Code::parse("REL").unwrap(),
        reason: Code::parse("XX").unwrap(),
        happened_on: line.opened,
    });
    sqlx::query(
        "INSERT INTO worklist_rows (kind, row_id, person, service, organisation, area, opened_on, closed_on, \
         is_primary, detail, known_from, known_to, due_on) \
         VALUES ($11, $1, $1, $2, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10)",
    )
    .bind(id)
    .bind(line.service)
    .bind(line.area)
    .bind(jiff_sqlx::Date::from(line.opened))
    .bind(line.closed.map(jiff_sqlx::Date::from))
    .bind(line.primary)
    .bind(serde_json::to_string(&detail).unwrap())
    .bind(line.known.0)
    .bind(line.known.1)
    .bind(line.due.map(jiff_sqlx::Date::from))
    .bind(line.kind.as_str())
    .execute(connection)
    .await
    .unwrap();
    id
}

async fn empty() -> (TestDatabase, Store, PgConnection) {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let connection = database.connect_options().connect().await.unwrap();
    (database, store, connection)
}

fn areas(named: &[&str], services: &[&str]) -> Watched {
    Watched::Areas {
        areas: named.iter().map(|area| AreaCode::parse(area).unwrap()).collect(),
        services: services
            .iter()
            .map(|one| ServiceCode::parse(one).unwrap())
            .collect(),
    }
}

fn own(service: &str) -> Watched {
    Watched::Own(ServiceCode::parse(service).unwrap())
}

/// Every line, as the pages come: which, and that each was asked for once.
async fn all(store: &Store, whose: &Watched, on: Date, page: u32) -> Vec<u128> {
    let (due_from, due_to) = whose.due_between(on);
    let mut query = OverdueQuery {
        whose: whose.clone(),
        on,
        due_from,
        due_to,
        after: None,
        limit: page,
    };
    let mut found = Vec::new();
    for _ in 0..500 {
        let read = store
            .overdue(&throughcare_store::Reach::EVERYBODY, &query)
            .await
            .unwrap();
        found.extend(read.rows.iter().map(|one| one.row.id.as_u128()));
        let Some(last) = read.rows.last().filter(|_| read.rows.len() == page as usize) else {
            return found;
        };
        query.after = Some((last.due_on.unwrap(), last.row.id, last.row.kind));
    }
    panic!("the pages have no end");
}

/// It follows from what a drug test found, of which no partnership may know.
#[tokio::test]
async fn given_a_required_assessment_when_it_is_overdue_then_its_service_sees_it_and_no_partnership() {
    let (_database, store, mut connection) = empty().await;
    for (number, closed) in [(1, None), (2, Some(date(2026, 6, 20)))] {
        let line = Line {
            kind: RowKind::AssessmentRequired,
            due: Some(date(2026, 5, 1)),
            closed,
            ..Line::default()
        };
        add(&mut connection, number, line).await;
    }
    assert_eq!(all(&store, &own("team"), TODAY, 50).await, [1, 2]);
    for whose in [Watched::Everywhere, areas(&[NORTH], &["team"])] {
        assert_eq!(all(&store, &whose, TODAY, 50).await, [] as [u128; 0]);
    }
}

#[tokio::test]
async fn given_more_lines_of_other_areas_than_a_page_when_two_areas_are_watched_then_a_page_is_full_of_theirs()
 {
    let (_database, store, mut connection) = empty().await;
    let mut expected = Vec::new();
    for number in 1_u128..=60 {
        let area = match number {
            // What the areas have stands before, between and after the lines of others.
            1 | 30 => NORTH,
            31 | 60 => SOUTH,
            _ => FAR,
        };
        if area != FAR {
            expected.push(number);
        }
        let line = Line {
            area: Some(area),
            // The line would say another day by today's rules: the day that is stored is the order.
            due: Some(date(2026, 4, 1).saturating_add((i64::try_from(number).unwrap() / 10).days())),
            ..Line::default()
        };
        add(&mut connection, number, line).await;
    }
    let both = areas(&[NORTH, SOUTH], &[]);
    for page in [1, 3, 4, 5, 100] {
        assert_eq!(all(&store, &both, TODAY, page).await, expected, "{page} a page");
    }
    // Control: with the other area, or with every area, the others' are there.
    let three = areas(&[NORTH, SOUTH, FAR], &[]);
    assert_eq!(all(&store, &three, TODAY, 7).await.len(), 60);
    assert_eq!(all(&store, &Watched::Everywhere, TODAY, 7).await.len(), 60);
    assert_eq!(all(&store, &areas(&[], &[]), TODAY, 7).await, [0_u128; 0]);
}

#[tokio::test]
async fn given_two_things_about_one_episode_are_due_on_one_day_when_a_page_ends_between_them_then_neither_is_skipped()
 {
    let (_database, store, mut connection) = empty().await;
    for kind in [
        RowKind::OutcomeReviewDue,
        RowKind::StartProfileDue,
        RowKind::Release,
    ] {
        let due = Some(date(2026, 5, 1));
        let line = Line {
            kind,
            due,
            ..Line::default()
        };
        add(&mut connection, 7, line).await;
    }
    for whose in [own("team"), areas(&[NORTH], &[]), Watched::Everywhere] {
        for page in [1, 2, 3] {
            assert_eq!(
                all(&store, &whose, TODAY, page).await,
                [7, 7, 7],
                "{whose:?}, {page}"
            );
        }
    }
}

#[tokio::test]
async fn given_nobody_knows_where_somebody_lives_then_who_watches_their_service_sees_the_line() {
    let (_database, store, mut connection) = empty().await;
    let due = Some(date(2026, 5, 1));
    let of = |service, area| Line {
        service,
        area,
        due,
        ..Line::default()
    };
    add(&mut connection, 1, of(Some("team"), None)).await;
    add(&mut connection, 2, of(Some("other"), None)).await;
    add(&mut connection, 3, of(None, None)).await;
    // Where the person lives is known: the service alone makes nobody see it.
    add(&mut connection, 4, of(Some("team"), Some(FAR))).await;
    assert_eq!(all(&store, &areas(&[NORTH], &["team"]), TODAY, 2).await, [1, 3]);
    assert_eq!(all(&store, &areas(&[NORTH], &[]), TODAY, 2).await, [3]);
}

#[tokio::test]
async fn given_a_line_that_was_closed_late_when_a_past_day_is_asked_about_then_it_is_overdue_then() {
    let (_database, store, mut connection) = empty().await;
    let line = |due, closed| Line {
        due: Some(due),
        closed,
        ..Line::default()
    };
    // Still open; closed ten days late; closed in time; closed the day after, when it was not overdue yet.
    add(&mut connection, 1, line(date(2026, 4, 1), None)).await;
    add(
        &mut connection,
        2,
        line(date(2026, 4, 2), Some(date(2026, 4, 12))),
    )
    .await;
    add(&mut connection, 3, line(date(2026, 4, 3), Some(date(2026, 4, 3)))).await;
    add(&mut connection, 4, line(date(2026, 4, 4), Some(date(2026, 4, 5)))).await;
    // On no list by the log any more, and one of two lists only.
    let gone = Line {
        known: (1, Some(2)),
        ..line(date(2026, 4, 1), None)
    };
    add(&mut connection, 5, gone).await;
    let second = Line {
        service: Some("other"),
        primary: false,
        ..line(date(2026, 4, 1), None)
    };
    add(&mut connection, 6, second).await;
    // What is overdue by two days has not climbed yet.
    add(&mut connection, 7, line(date(2026, 5, 30), None)).await;
    // It comes off the list on a day to come.
    add(&mut connection, 8, line(date(2026, 5, 1), Some(date(2026, 7, 1)))).await;

    let watched = areas(&[NORTH], &[]);
    for whose in [&watched, &Watched::Everywhere] {
        assert_eq!(all(&store, whose, TODAY, 1).await, [1, 8]);
        assert_eq!(all(&store, whose, date(2026, 4, 11), 1).await, [1, 2]);
        assert_eq!(all(&store, whose, date(2026, 4, 12), 1).await, [1]);
        assert_eq!(all(&store, whose, date(2026, 4, 5), 1).await, [1]);
    }
    assert_eq!(all(&store, &own("team"), TODAY, 1).await, [1, 8, 7]);
    assert_eq!(all(&store, &own("team"), date(2026, 4, 5), 1).await, [1, 2]);
    assert_eq!(all(&store, &own("other"), TODAY, 1).await, [6]);
}

fn listed(order: ListOrder, limit: u32) -> ListQuery {
    ListQuery {
        kind: RowKind::MovementToClassify,
        service: ServiceCode::parse("team").ok(),
        organisation: None,
        prison: None,
        area: None,
        key_worker: None,
        on: Some(TODAY),
        opened_from: None,
        opened_to: None,
        known_at: None,
        order,
        after: None,
        limit,
        marked: None,
    }
}

async fn pages(store: &Store, mut query: ListQuery) -> Vec<u128> {
    let mut found = Vec::new();
    for _ in 0..100 {
        let read = store
            .list(&throughcare_store::Reach::EVERYBODY, &query)
            .await
            .unwrap();
        found.extend(read.rows.iter().map(|one| one.row.id.as_u128()));
        let Some(last) = read
            .rows
            .last()
            .filter(|_| read.rows.len() == query.limit as usize)
        else {
            return found;
        };
        query.after = Some(last.place(query.order));
    }
    panic!("the pages have no end");
}

/// Lines in an order of age that is not the order of due days; two on one day; two without a day.
async fn mixed(connection: &mut PgConnection) {
    let lines = [
        (1, date(2026, 1, 1), Some(date(2026, 5, 9))),
        (2, date(2026, 1, 2), None),
        (3, date(2026, 1, 3), Some(date(2026, 5, 1))),
        (4, date(2026, 1, 3), Some(date(2026, 5, 9))),
        (5, date(2026, 1, 4), None),
        (6, date(2026, 1, 5), Some(date(2026, 4, 1))),
    ];
    for (number, opened, due) in lines {
        let line = Line {
            opened,
            due,
            ..Line::default()
        };
        add(connection, number, line).await;
    }
}

#[tokio::test]
async fn given_a_list_when_it_is_sorted_then_every_order_pages_through_each_line_once() {
    let (_database, store, mut connection) = empty().await;
    mixed(&mut connection).await;
    let orders = [
        (ListOrder::Oldest, [1, 2, 3, 4, 5, 6]),
        (ListOrder::Newest, [6, 5, 4, 3, 2, 1]),
        (ListOrder::DueSoonest, [6, 3, 1, 4, 2, 5]),
        (ListOrder::DueLatest, [4, 1, 3, 6, 5, 2]),
    ];
    for (order, expected) in orders {
        for page in [1, 2, 3, 100] {
            assert_eq!(
                pages(&store, listed(order, page)).await,
                expected,
                "{order:?}, {page}"
            );
            let everywhere = ListQuery {
                service: None,
                ..listed(order, page)
            };
            assert_eq!(
                pages(&store, everywhere).await,
                expected,
                "{order:?}, {page}, anybody's"
            );
        }
    }
}

#[tokio::test]
async fn given_a_list_when_it_is_sorted_then_days_known_days_and_filters_hold() {
    let (_database, store, mut connection) = empty().await;
    mixed(&mut connection).await;
    let other = Line {
        known: (1, Some(5)),
        due: Some(date(2026, 5, 2)),
        ..Line::default()
    };
    add(&mut connection, 7, other).await;
    let closed = Line {
        closed: Some(date(2026, 5, 20)),
        due: Some(date(2026, 5, 3)),
        area: Some(SOUTH),
        ..Line::default()
    };
    add(&mut connection, 8, closed).await;
    for order in [ListOrder::DueSoonest, ListOrder::DueLatest, ListOrder::Newest] {
        let now = pages(&store, listed(order, 2)).await;
        assert!(!now.contains(&7) && !now.contains(&8), "{order:?}: {now:?}");
        let known = ListQuery {
            known_at: Some(4),
            on: Some(date(2026, 5, 1)),
            ..listed(order, 2)
        };
        let then = pages(&store, known).await;
        assert!(then.contains(&7) && then.contains(&8), "{order:?}: {then:?}");
        let of_area = ListQuery {
            area: AreaCode::parse(SOUTH).ok(),
            on: Some(date(2026, 5, 1)),
            ..listed(order, 2)
        };
        assert_eq!(pages(&store, of_area).await, [8]);
    }
}
