//! Published values are added to, never changed, and known from where they were loaded.

use jiff::civil::{Date, date};
use sqlx::{ConnectOptions as _, Connection as _};
use throughcare_domain::benchmark::{Benchmark, Neighbours, Whose};
use throughcare_domain::code::AreaCode;
use throughcare_domain::indicators::Period;
use throughcare_store::{BenchmarkQuery, Store};
use throughcare_testkit::TestDatabase;

fn value(value: f64, published_on: Date) -> Benchmark {
    Benchmark {
        indicator: "representations".into(),
        whose: Whose::England,
        period: Period {
            from: date(2026, 1, 1),
            to: date(2026, 3, 31),
        },
        value,
        numerator: None,
        denominator: Some(100),
        source: "NDTMS".into(),
        published_on,
    }
}

async fn read(store: &Store, known_at: Option<u64>) -> Vec<f64> {
    let query = BenchmarkQuery {
        whose: vec![Whose::England],
        ended: Period {
            from: date(2025, 1, 1),
            to: date(2026, 12, 31),
        },
        known_at,
    };
    let all = store.benchmarks(&query).await.unwrap();
    all.iter().map(|it| it.value).collect()
}

#[tokio::test]
async fn a_newer_value_stands_beside_the_older_one() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let first = value(7.9, date(2026, 5, 20));
    assert_eq!(
        store
            .add_benchmarks(std::slice::from_ref(&first), "a")
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        store.add_benchmarks(&[first], "a").await.unwrap(),
        0,
        "it is there"
    );
    assert_eq!(read(&store, None).await, [7.9]);
    assert!(
        read(&store, Some(0)).await.is_empty(),
        "at no position that was there before"
    );
    assert_eq!(read(&store, Some(1)).await, [7.9]);

    let mut owner = database.connect_options().connect().await.unwrap();
    sqlx::query("UPDATE log_head SET position = 5")
        .execute(&mut owner)
        .await
        .unwrap();
    assert_eq!(
        store
            .add_benchmarks(&[value(8.1, date(2026, 8, 20))], "a")
            .await
            .unwrap(),
        1
    );
    assert_eq!(read(&store, None).await, [8.1]);
    assert_eq!(read(&store, Some(5)).await, [7.9], "as it was known");
    assert_eq!(read(&store, Some(6)).await, [8.1]);

    for change in [
        "UPDATE benchmarks SET value = 1",
        "DELETE FROM benchmarks",
        "TRUNCATE benchmarks",
    ] {
        assert!(sqlx::query(change).execute(&mut owner).await.is_err(), "{change}");
    }
    owner.close().await.unwrap();
}

#[tokio::test]
async fn the_last_neighbours_known_count() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let area = AreaCode::parse("E06000035").unwrap();
    let of = |codes: &[&str], year: i16| Neighbours {
        area: area.clone(),
        neighbours: codes.iter().map(|code| AreaCode::parse(code).unwrap()).collect(),
        source: "CIPFA".into(),
        published_on: date(year, 4, 1),
    };
    let (old, new) = (of(&["E06000033", "E06000034"], 2024), of(&["E06000034"], 2025));
    assert_eq!(store.neighbours(&area, None).await.unwrap(), None);
    assert_eq!(
        store
            .add_neighbours(std::slice::from_ref(&old), "a")
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        store
            .add_neighbours(std::slice::from_ref(&old), "a")
            .await
            .unwrap(),
        0
    );
    let mut owner = database.connect_options().connect().await.unwrap();
    sqlx::query("UPDATE log_head SET position = 5")
        .execute(&mut owner)
        .await
        .unwrap();
    assert_eq!(
        store
            .add_neighbours(std::slice::from_ref(&new), "a")
            .await
            .unwrap(),
        1
    );
    assert_eq!(store.neighbours(&area, None).await.unwrap(), Some(new));
    assert_eq!(store.neighbours(&area, Some(5)).await.unwrap(), Some(old));
    owner.close().await.unwrap();
}
