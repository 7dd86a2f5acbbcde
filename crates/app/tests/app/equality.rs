//! Rows kept up event by event are the rows of a rebuild, digest for digest, however the facts arrive.

use crate::projecting::{append, catch_up, compared, county, node, record, told};
use sqlx::ConnectOptions as _;
use std::collections::BTreeMap;
use throughcare_domain::stream::{StreamId, StreamKind};
use throughcare_testkit::TestDatabase;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_county_followed_is_a_county_rebuilt() {
    let database = TestDatabase::new().await;
    let app = node(&database).await;
    record(&app, &county(40)).await;
    let position = catch_up(&app).await;
    let found = compared(&app).await;
    assert!(found.equal(), "{found:?}");
    assert_eq!((found.position, &found.live), (position, &found.beside));
    assert!(found.live.rows > 100, "{found:?}");

    // Negative control: a row that is wrong by one position is found.
    let mut owner = database.connect_options().connect().await.unwrap();
    sqlx::raw_sql("update worklist_rows set known_from = known_from - 1 where entry = (select min(entry) from worklist_rows)")
        .execute(&mut owner)
        .await
        .unwrap();
    let found = compared(&app).await;
    assert_eq!((found.people, found.rows), (1, 2));
}

/// Chance that is the same at every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// Facts of a person in any order, several people and the organisations in turns, and lists brought up to date in
/// between, wherever chance likes.
async fn interleaved(seed: u64) {
    let database = TestDatabase::new().await;
    let app = node(&database).await;
    let mut dice = Dice(seed);
    let mut left: BTreeMap<StreamId, Vec<_>> = told(&county(12));
    for (stream, facts) in &mut left {
        // Late and out of order: but organisations are known by their own stream in the order they say.
        if stream.kind == StreamKind::Person {
            for at in (1..facts.len()).rev() {
                facts.swap(at, dice.below(at + 1));
            }
        }
    }
    let mut versions: BTreeMap<StreamId, usize> = BTreeMap::new();
    while !left.is_empty() {
        let stream = *left.keys().nth(dice.below(left.len())).unwrap();
        let facts = left.get_mut(&stream).unwrap();
        let some: Vec<_> = facts.drain(..(1 + dice.below(4)).min(facts.len())).collect();
        if facts.is_empty() {
            left.remove(&stream);
        }
        let version = versions.entry(stream).or_default();
        let outcome = app.store().append(append(stream, *version, &some)).await.unwrap();
        outcome.appended().unwrap();
        *version += some.len();
        if dice.below(20) == 0 {
            catch_up(&app).await;
        }
    }
    catch_up(&app).await;
    let found = compared(&app).await;
    assert!(
        found.equal() && found.live == found.beside,
        "seed {seed}: {found:?}"
    );
    assert!(found.live.rows > 20, "seed {seed}: {found:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn facts_in_any_order_and_lists_in_any_steps_end_in_the_rows_of_a_rebuild() {
    for seed in 1..=4 {
        interleaved(seed).await;
    }
}
