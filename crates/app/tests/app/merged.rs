//! Records that are joined and parted: lists kept up event by event are those of a rebuild, and what cannot be read of
//! one record holds up the other from when they are one.

use crate::projecting::{append, catch_up, compared, county, node, record, told};
use sqlx::ConnectOptions as _;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use throughcare_app::{App, Projector};
use throughcare_domain::code::Code;
use throughcare_domain::event::Draft;
use throughcare_domain::fact::{Fact, MergeUndone, RecordsMerged};
use throughcare_domain::id::{EventId, MergeId, PersonId};
use throughcare_domain::stream::{StreamId, StreamKind};
use throughcare_domain::when::Occurred;
use throughcare_store::{Append, Link};
use throughcare_testkit::{TestDatabase, provenance};
use uuid::Uuid;

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

/// An id that nothing else in this test has.
fn new_id() -> Uuid {
    static LAST: AtomicU64 = AtomicU64::new(0);
    Uuid::from_u128(0x1D_0000_0000_0000_0000 + u128::from(LAST.fetch_add(1, Ordering::Relaxed)))
}

fn draft(fact: Fact) -> Draft {
    Draft {
        id: EventId(new_id()),
        occurred: Occurred::On(jiff::civil::date(2026, 6, 1)),
        fact,
        identity: None,
        causation: None,
    }
}

/// One event in each of two records.
fn in_both(
    streams: [StreamId; 2],
    versions: &mut BTreeMap<StreamId, usize>,
    fact: impl Fn() -> Fact,
) -> Append {
    let mut whole = Append::default();
    for stream in streams {
        let version = versions.entry(stream).or_default();
        let part = append(stream, *version, &[(draft(fact()), provenance("test"))]);
        whole.streams.extend(part.streams);
        *version += 1;
    }
    whole
}

fn joined(merge: MergeId, streams: [StreamId; 2], versions: &mut BTreeMap<StreamId, usize>) -> Append {
    let [surviving, absorbed] = streams.map(|stream| PersonId(stream.id));
    let attested = Code::parse("photo_compared").unwrap();
    let fact = || {
        let attested = attested.clone();
        RecordsMerged {
            merge,
            surviving,
            absorbed,
            attested,
        }
        .into()
    };
    let mut append = in_both(streams, versions, fact);
    append.links.push(Link {
        one: streams[0],
        other: streams[1],
    });
    append
}

async fn add(app: &App, append: Append) {
    app.store().append(append).await.unwrap().appended().unwrap();
}

/// The record that survives with this one.
fn root(of: StreamId, holding: &[(MergeId, [StreamId; 2])]) -> StreamId {
    match holding.iter().find(|(_, pair)| pair[1] == of) {
        Some((_, [up, _])) => root(*up, holding),
        None => of,
    }
}

/// A county told in turns, with people joined and parted, and lists brought up to date, wherever chance likes.
async fn interleaved(seed: u64) {
    let database = TestDatabase::new().await;
    let app = node(&database).await;
    let mut dice = Dice(seed);
    let mut left = told(&county(14));
    let people: Vec<StreamId> = left
        .keys()
        .filter(|stream| stream.kind == StreamKind::Person)
        .copied()
        .collect();
    let mut versions: BTreeMap<StreamId, usize> = BTreeMap::new();
    let mut holding: Vec<(MergeId, [StreamId; 2])> = Vec::new();
    let mut merged = 0;
    while !left.is_empty() {
        let stream = *left.keys().nth(dice.below(left.len())).unwrap();
        let facts = left.get_mut(&stream).unwrap();
        let some: Vec<_> = facts.drain(..(1 + dice.below(4)).min(facts.len())).collect();
        if facts.is_empty() {
            left.remove(&stream);
        }
        let version = versions.entry(stream).or_default();
        add(&app, append(stream, *version, &some)).await;
        *version += some.len();
        if dice.below(6) == 0 {
            let begun = |stream: StreamId, versions: &BTreeMap<_, usize>| versions.contains_key(&stream);
            let pair =
                [dice.below(people.len()), dice.below(people.len())].map(|at| root(people[at], &holding));
            if pair[0] != pair[1] && pair.iter().all(|stream| begun(*stream, &versions)) {
                let merge = MergeId(new_id());
                add(&app, joined(merge, pair, &mut versions)).await;
                holding.push((merge, pair));
                merged += 1;
            }
        }
        if dice.below(15) == 0 && !holding.is_empty() {
            let (merge, pair) = holding.remove(dice.below(holding.len()));
            let reason = Code::parse("two_people").unwrap();
            let undone = || {
                let reason = reason.clone();
                MergeUndone { merge, reason }.into()
            };
            add(&app, in_both(pair, &mut versions, undone)).await;
        }
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
    assert!(
        merged > 3 && found.live.rows > 20,
        "seed {seed}: {merged} merges, {found:?}"
    );

    // Negative control: who does not know that records were joined computes other rows.
    let mut owner = database.connect_options().connect().await.unwrap();
    sqlx::raw_sql("delete from record_links")
        .execute(&mut owner)
        .await
        .unwrap();
    assert!(!compared(&app).await.equal(), "seed {seed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_of_joined_and_parted_people_are_those_of_a_rebuild() {
    for seed in 1..=3 {
        interleaved(seed).await;
    }
}

/// Changes a byte of an event past the triggers; done twice it is as before.
async fn turn_over(database: &TestDatabase, stream: StreamId) {
    let mut owner = database.connect_options().connect().await.unwrap();
    let change = "alter table events disable trigger events_never_change; \
         update events set case_sealed = set_byte(case_sealed, 20, 255 - get_byte(case_sealed, 20)) \
         where stream_id = '{}' and stream_version = 2; \
         alter table events enable always trigger events_never_change";
    let change = change.replace("{}", &stream.id.to_string());
    sqlx::raw_sql(sqlx::AssertSqlSafe(change))
        .execute(&mut owner)
        .await
        .unwrap();
}

async fn parked(app: &App) -> Vec<Uuid> {
    let mut people: Vec<Uuid> = app
        .store()
        .parked()
        .await
        .unwrap()
        .iter()
        .map(|one| one.person.0)
        .collect();
    people.sort_unstable();
    people
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_a_record_that_cannot_be_read_when_another_is_joined_with_it_then_both_stand_still_until_it_is_mended()
 {
    let database = TestDatabase::new().await;
    let app = node(&database).await;
    let county = county(8);
    record(&app, &county).await;
    let recorded = told(&county);
    let people: Vec<StreamId> = recorded
        .iter()
        .filter(|(stream, facts)| stream.kind == StreamKind::Person && facts.len() > 2)
        .map(|(stream, _)| *stream)
        .collect();
    let mut versions: BTreeMap<StreamId, usize> = recorded
        .iter()
        .map(|(stream, facts)| (*stream, facts.len()))
        .collect();
    let pair = [people[0], people[1]];

    // Given: the second record is damaged, and its person is parked.
    turn_over(&database, pair[1]).await;
    catch_up(&app).await;
    assert_eq!(parked(&app).await, [pair[1].id]);

    // When: the first is joined with it, then: both stand still, and a rebuild comes to the same.
    add(&app, joined(MergeId(new_id()), pair, &mut versions)).await;
    catch_up(&app).await;
    let mut both = pair.map(|stream| stream.id);
    both.sort_unstable();
    assert_eq!(parked(&app).await, both);
    let found = compared(&app).await;
    assert!(found.equal() && found.parked == 0, "{found:?}");
    assert_eq!(parked(&app).await, both);

    // And: mended and taken up again, both are as a rebuild makes them.
    turn_over(&database, pair[1]).await;
    let projector = Projector::new(app.clone());
    let resumed = projector.resume("worklists", None).await.unwrap();
    assert_eq!((resumed.resumed.len(), resumed.parked.len()), (2, 0));
    catch_up(&app).await;
    let found = compared(&app).await;
    assert!(found.equal() && found.live == found.beside, "{found:?}");
    assert_eq!(parked(&app).await, Vec::<Uuid>::new());
}

/// Whoever decides on one of two joined records rests on both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_append_that_rests_on_another_stream_clashes_when_that_has_moved() {
    let database = TestDatabase::new().await;
    let app = node(&database).await;
    let county = county(4);
    record(&app, &county).await;
    let recorded = told(&county);
    let mut people = recorded
        .iter()
        .filter(|(stream, _)| stream.kind == StreamKind::Person);
    let (one, facts) = people.next().unwrap();
    let (other, others) = people.next().unwrap();
    let note = || (facts[1].0.clone(), Arc::clone(&facts[1].1));
    let resting_on = |version: usize, own: usize| {
        let mut told = note();
        told.0.id = EventId(new_id());
        let mut append = append(*one, own, &[told]);
        let mut rests_on = self::append(*other, version, &[]);
        append.streams.append(&mut rests_on.streams);
        append
    };
    // Negative control: at its version it is written, and the stream it rests on does not move.
    add(&app, resting_on(others.len(), facts.len())).await;
    assert_eq!(
        app.store().stream_version(*other).await.unwrap() as usize,
        others.len()
    );
    let outcome = app
        .store()
        .append(resting_on(others.len() - 1, facts.len() + 1))
        .await
        .unwrap();
    assert!(
        matches!(outcome, throughcare_store::AppendOutcome::Conflict { stream, .. } if stream == *other),
        "{outcome:?}"
    );
    assert_eq!(
        app.store().stream_version(*one).await.unwrap() as usize,
        facts.len() + 1
    );
}
