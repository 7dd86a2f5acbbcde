//! Writers and readers of the real log, through the store's own door.

use super::tail::{Acknowledged, Faults, Seen, Tail};
use crate::rng::{Dice, RngExt as _, dice};
use crate::{Database, Progress};
use anyhow::{Result, bail};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::id::PersonId;
use throughcare_domain::stream::StreamId;
use throughcare_store::{Append, AppendOutcome, LogQuery, Parts, Store};
use throughcare_testkit::Builder;
use tokio::task::JoinSet;
use uuid::Uuid;

/// Writers, over all nodes.
pub(super) const WRITERS: u64 = 12;
/// Nodes that write to the same log.
const NODES: usize = 2;
/// Streams that all writers share.
const HOT_STREAMS: u128 = 4;
/// Streams that each writer has for itself.
const COLD_STREAMS: usize = 50;
/// How often an append is tried before it is left.
const TRIES: u32 = 400;
/// One try in so many is left before its answer.
const HANGS_UP_ONE_IN: u32 = 20;
/// The pages of the readers: small ones end in the middle of an append.
const PAGES: [u32; 2] = [7, 1_000];

/// What came of it.
pub(super) struct Traffic {
    /// Appends that were acknowledged.
    pub appends: u64,
    /// Events that the log holds.
    pub events: u64,
    /// Answers that a stream was at another version.
    pub conflicts: u64,
    /// Answers from the record of keys.
    pub replays: u64,
    /// Tries without an answer, or with the answer that there is none now.
    pub unanswered: u64,
    /// Appends that were left after many tries.
    pub left: u64,
    /// What each reader found.
    pub faults: Vec<Faults>,
}

/// What the writers have in common.
struct Shared {
    conflicts: AtomicU64,
    replays: AtomicU64,
    unanswered: AtomicU64,
    progress: Progress,
}

/// What one writer did.
#[derive(Default)]
struct Written {
    acknowledged: Vec<Acknowledged>,
    left: Vec<Vec<Uuid>>,
}

/// Runs the writers until each has made its appends, and the readers until they have seen the end.
pub(super) async fn run(
    database: &Database,
    seed: u64,
    appends_each: u64,
    progress: &Progress,
) -> Result<Traffic> {
    let shared = Arc::new(Shared {
        conflicts: AtomicU64::new(0),
        replays: AtomicU64::new(0),
        unanswered: AtomicU64::new(0),
        progress: progress.clone(),
    });
    let mut nodes = Vec::new();
    for _ in 0..NODES {
        nodes.push(database.node().await?);
    }
    let over = Arc::new(AtomicBool::new(false));
    let mut readers = JoinSet::new();
    for page in PAGES {
        let store = database.node().await?;
        readers.spawn(follow(store, page, over.clone()));
    }
    let mut writers = JoinSet::new();
    for (number, store) in (0..WRITERS).zip(nodes.iter().cycle()) {
        writers.spawn(write(store.clone(), seed, number, appends_each, shared.clone()));
    }
    let mut all = Written::default();
    while let Some(written) = writers.join_next().await {
        let written = written??;
        all.acknowledged.extend(written.acknowledged);
        all.left.extend(written.left);
    }
    for node in &nodes {
        node.close().await; // after this nothing that was left can still come
    }
    over.store(true, Ordering::SeqCst);
    let mut faults = Vec::new();
    let mut events = 0;
    while let Some(tail) = readers.join_next().await {
        let tail = tail??;
        events = tail.events();
        faults.push(tail.judge(&all.acknowledged, &all.left));
    }
    Ok(Traffic {
        appends: all.acknowledged.len() as u64,
        events,
        conflicts: shared.conflicts.load(Ordering::Relaxed),
        replays: shared.replays.load(Ordering::Relaxed),
        unanswered: shared.unanswered.load(Ordering::Relaxed),
        left: all.left.len() as u64,
        faults,
    })
}

/// Follows the log with one integer, `position > last`, until the writers are done and nothing more comes.
async fn follow(store: Store, limit: u32, over: Arc<AtomicBool>) -> Result<Tail> {
    let mut tail = Tail::default();
    let mut failures = 0;
    loop {
        let last_look = over.load(Ordering::SeqCst);
        let query = LogQuery {
            after: tail.last(),
            limit,
            parts: Parts::Envelope,
            ..LogQuery::default()
        };
        match store.read_log(&throughcare_store::Reach::EVERYBODY, &query).await {
            Ok(page) if page.is_empty() && last_look => break,
            Ok(page) if page.is_empty() => tokio::time::sleep(Duration::from_millis(5)).await,
            Ok(page) => {
                failures = 0;
                page.iter().map(seen).for_each(|event| tail.take(event));
            }
            Err(error) if failures == TRIES => return Err(error.into()),
            Err(_) => {
                failures += 1;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
    Ok(tail)
}

fn seen(event: &RecordedEvent) -> Seen {
    let envelope = &event.envelope;
    Seen {
        position: envelope.position,
        id: envelope.id.0,
        stream: envelope.stream.id,
        version: envelope.stream_version,
        recorded_at: envelope.recorded_at.as_microsecond(),
    }
}

/// One client: makes its appends one after the other, and asks again with the same key until it is answered.
async fn write(store: Store, seed: u64, number: u64, appends: u64, shared: Arc<Shared>) -> Result<Written> {
    let mut dice = dice(seed, number);
    let mut builder = Builder::new(seed.wrapping_mul(1_000).wrapping_add(number));
    let cold: Vec<_> = (0..COLD_STREAMS).map(|_| builder.person()).collect();
    let mut known: HashMap<StreamId, u32> = HashMap::new();
    let mut written = Written::default();
    for _ in 0..appends {
        let streams = choose(&mut dice, &cold);
        let key = builder.key("an append of the drill", "{}");
        let mut tries: Vec<Vec<Uuid>> = Vec::new();
        let answer = loop {
            if tries.len() as u32 == TRIES {
                break None;
            }
            let append = Append {
                streams: streams
                    .iter()
                    .map(|(stream, events)| {
                        builder.stream(*stream, known.get(stream).copied().unwrap_or(0), *events)
                    })
                    .collect(),
                idempotency: Some(key.clone()),
                ..Append::default()
            };
            let events = append.streams.iter().flat_map(|stream| &stream.events);
            tries.push(events.map(|event| event.draft.id.0).collect());
            // Some clients hang up before they are answered, and ask again.
            let patience = match dice.random_range(0..HANGS_UP_ONE_IN) {
                0 => Duration::from_millis(dice.random_range(0..8)),
                _ => Duration::MAX,
            };
            let Ok(answer) = tokio::time::timeout(patience, store.append(append)).await else {
                shared.unanswered.fetch_add(1, Ordering::Relaxed);
                continue;
            };
            match answer {
                Ok(AppendOutcome::Appended(appended)) => {
                    known.extend(appended.versions);
                    break Some((appended.first_position, appended.last_position));
                }
                Ok(AppendOutcome::Replayed {
                    first_position,
                    last_position,
                    ..
                }) => {
                    shared.replays.fetch_add(1, Ordering::Relaxed);
                    break Some((first_position, last_position));
                }
                Ok(AppendOutcome::Conflict { stream, actual }) => {
                    shared.conflicts.fetch_add(1, Ordering::Relaxed);
                    known.insert(stream, actual);
                }
                Ok(other) => bail!("an append of the drill was answered {other:?}"),
                Err(_) => {
                    shared.unanswered.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(Duration::from_millis(dice.random_range(1..50))).await;
                }
            }
        };
        match answer {
            Some((first, last)) => written.acknowledged.push(Acknowledged { tries, first, last }),
            None => written.left.extend(tries),
        }
        shared.progress.add(1);
    }
    Ok(written)
}

/// Mostly one hot stream, sometimes two streams at once, sometimes a cold one; and how many events for each.
fn choose(dice: &mut Dice, cold: &[StreamId]) -> Vec<(StreamId, usize)> {
    let hot = |dice: &mut Dice| {
        let number = dice.random_range(0..HOT_STREAMS);
        StreamId::person(PersonId(Uuid::from_u128(0xb07 << 64 | number)))
    };
    let own = |dice: &mut Dice| cold[dice.random_range(0..cold.len())];
    let streams = match dice.random_range(0..10) {
        0..4 => vec![hot(dice)],
        4..8 => vec![own(dice)],
        _ => vec![hot(dice), own(dice)],
    };
    streams
        .into_iter()
        .map(|stream| (stream, dice.random_range(1..4)))
        .collect()
}
