//! The same programs against the real log: several nodes, real time, cut connections, clients that hang up.

use super::operation::{Answer, Ask, Entry, Key, Operation};
use super::program::Program;
use crate::rng::{Dice, RngExt as _, dice};
use crate::{Database, Progress};
use anyhow::{Result, bail, ensure};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::id::{EventId, PersonId};
use throughcare_domain::stream::StreamId;
use throughcare_store::{
    Append, AppendOutcome, Idempotency, LogQuery, Parts, Store, StoreError, StreamAppend,
};
use throughcare_testkit::{Builder, fingerprint};
use tokio::task::JoinSet;
use uuid::Uuid;

/// Clients that run at the same time.
pub(super) const CLIENTS: u32 = 16;
/// Nodes that they ask, in turn.
pub(super) const NODES: usize = 3;
/// One append in so many is left by its client before the answer.
const HANGS_UP_ONE_IN: u32 = 40;
/// Most connections that are cut in one history, so that a slow machine gets done too.
const MOST_CUTS: u64 = 100;
/// How often the whole log is asked for in vain.
const LAST_READS: u32 = 100;
/// Streams of the drill are numbered after this.
const STREAMS: u128 = 0x415 << 64;
/// Generators of what is not part of a program are numbered from here.
const FIRST_TASK: u64 = 1 << 32;

/// A history of the real log.
pub(super) struct Lived {
    pub operations: Vec<Operation>,
    pub log: Vec<Entry>,
    /// Connections that were cut.
    pub cut: u64,
}

struct Shared {
    clock: Instant,
    asked: AtomicU64,
    operations: u64,
    progress: Progress,
}

impl Shared {
    fn now(&self) -> u64 {
        u64::try_from(self.clock.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

/// Runs the programs until so many operations were asked, then reads the log.
pub(super) async fn live(
    database: &Database,
    seed: u64,
    operations: u64,
    progress: &Progress,
) -> Result<Lived> {
    let shared = Arc::new(Shared {
        clock: Instant::now(),
        asked: AtomicU64::new(0),
        operations,
        progress: progress.clone(),
    });
    let mut nodes = Vec::new();
    for _ in 0..NODES {
        nodes.push(database.node().await?);
    }
    let over = Arc::new(AtomicBool::new(false));
    let cutter = tokio::spawn(cut(database.clone(), dice(seed, FIRST_TASK), over.clone()));
    let mut clients = JoinSet::new();
    for (client, store) in (0..CLIENTS).zip(nodes.iter().cycle()) {
        let one = Client {
            store: store.clone(),
            program: Program::new(seed, client),
            dice: dice(seed, FIRST_TASK + 1 + u64::from(client)),
            builder: Builder::new(seed.wrapping_mul(1_000).wrapping_add(u64::from(client))),
        };
        clients.spawn(one.run(shared.clone()));
    }
    let mut history = Vec::new();
    while let Some(done) = clients.join_next().await {
        history.extend(done??);
    }
    for node in &nodes {
        node.close().await; // what was left without an answer has happened now, or never will
    }
    over.store(true, Ordering::SeqCst);
    let cut = cutter.await??;
    Ok(Lived {
        operations: history,
        log: whole_log(&database.node().await?).await?,
        cut,
    })
}

struct Client {
    store: Store,
    program: Program,
    dice: Dice,
    builder: Builder,
}

impl Client {
    async fn run(mut self, shared: Arc<Shared>) -> Result<Vec<Operation>> {
        let mut done = Vec::new();
        loop {
            let before = shared.asked.fetch_add(1, Ordering::Relaxed);
            if before >= shared.operations {
                return Ok(done);
            }
            let ask = self.program.next(before);
            let patience = match (&ask, self.dice.random_range(0..HANGS_UP_ONE_IN)) {
                (Ask::Append { .. }, 0) => Duration::from_micros(self.dice.random_range(0..8_000)),
                _ => Duration::MAX,
            };
            let prepared = self.prepare(&ask);
            let invoked = shared.now();
            let answered = tokio::time::timeout(patience, self.ask(&ask, prepared)).await;
            let returned = shared.now();
            let answer = match answered {
                Ok(answer) => answer?,
                Err(_) => Some(Answer::Unknown),
            };
            shared.progress.add(1);
            let Some(answer) = answer else { continue };
            self.program.learn(&ask, &answer);
            done.push(Operation {
                invoked,
                returned,
                ask,
                answer,
            });
        }
    }

    fn prepare(&mut self, ask: &Ask) -> Append {
        let Ask::Append { parts, key, token } = ask else {
            return Append::default();
        };
        let mut streams = Vec::new();
        for part in parts {
            let mut events = Vec::new();
            for id in &part.events {
                let mut event = self.builder.event(Builder::fact(), None);
                event.draft.id = EventId(Uuid::from_u128(*id));
                events.push(event);
            }
            streams.push(StreamAppend {
                stream: stream_id(part.stream),
                expected: part.expected,
                events,
            });
        }
        Append {
            streams,
            idempotency: key.map(|key| idempotency(key, *token)),
            ..Append::default()
        }
    }

    /// `None` for a read that failed: it tells nothing.
    async fn ask(&self, ask: &Ask, append: Append) -> Result<Option<Answer>> {
        match ask {
            Ask::Append { .. } => self.append(append).await.map(Some),
            Ask::ReadStream { stream } => match self
                .store
                .read_stream(&throughcare_store::Reach::EVERYBODY, stream_id(*stream), None)
                .await
            {
                Ok(events) => Ok(Some(Answer::Read(entries(&events)?))),
                Err(error) => unreachable(error),
            },
            Ask::ReadLog { after, limit } => match self
                .store
                .read_log(&throughcare_store::Reach::EVERYBODY, &page(*after, *limit))
                .await
            {
                Ok(events) => Ok(Some(Answer::Read(entries(&events)?))),
                Err(error) => unreachable(error),
            },
        }
    }

    async fn append(&self, append: Append) -> Result<Answer> {
        Ok(match self.store.append(append).await {
            Ok(AppendOutcome::Appended(appended)) => Answer::Appended {
                first: appended.first_position,
                last: appended.last_position,
                versions: appended
                    .versions
                    .iter()
                    .map(|(stream, version)| Ok((number(*stream)?, *version)))
                    .collect::<Result<_>>()?,
            },
            Ok(AppendOutcome::Replayed {
                answer,
                first_position,
                last_position,
            }) => Answer::Replayed {
                token: u64::from_be_bytes(answer.as_slice().try_into()?),
                first: first_position,
                last: last_position,
            },
            Ok(AppendOutcome::Conflict { stream, actual }) => Answer::Conflict {
                stream: number(stream)?,
                actual,
            },
            Ok(AppendOutcome::KeyReused) => Answer::KeyReused,
            Ok(other) => bail!("an append of the drill was answered {other:?}"),
            Err(StoreError::Unknown) => Answer::Unknown,
            // Every other error promises that nothing was written.
            Err(StoreError::Unavailable(_)) => Answer::Refused,
            Err(_) => Answer::Forbidden,
        })
    }
}

/// Reads may find no connection; anything else means that they could not read what is there.
fn unreachable(error: StoreError) -> Result<Option<Answer>> {
    match error {
        StoreError::Unavailable(_) => Ok(None),
        other => Err(other.into()),
    }
}

fn stream_id(number: u32) -> StreamId {
    StreamId::person(PersonId(Uuid::from_u128(STREAMS | u128::from(number))))
}

fn number(stream: StreamId) -> Result<u32> {
    Ok(u32::try_from(stream.id.as_u128() & !STREAMS)?)
}

fn idempotency(key: Key, token: u64) -> Idempotency {
    Idempotency {
        client: format!("client-{}", key.client),
        key: Uuid::from_u128(u128::from(key.number)),
        fingerprint: fingerprint(&key.request.to_string()),
        answer: token.to_be_bytes().to_vec(),
    }
}

fn page(after: u64, limit: u32) -> LogQuery {
    LogQuery {
        after,
        limit,
        parts: Parts::Envelope,
        ..LogQuery::default()
    }
}

fn entries(events: &[RecordedEvent]) -> Result<Vec<Entry>> {
    let entry = |event: &RecordedEvent| {
        Ok(Entry {
            position: event.envelope.position,
            stream: number(event.envelope.stream)?,
            version: event.envelope.stream_version,
            event: event.envelope.id.0.as_u128(),
        })
    };
    events.iter().map(entry).collect()
}

async fn whole_log(store: &Store) -> Result<Vec<Entry>> {
    let mut log: Vec<Entry> = Vec::new();
    let mut failures = 0;
    loop {
        let after = log.last().map_or(0, |last| last.position);
        match store
            .read_log(
                &throughcare_store::Reach::EVERYBODY,
                &page(after, throughcare_store::MAX_PAGE),
            )
            .await
        {
            Ok(events) if events.is_empty() => break,
            Ok(events) => log.extend(entries(&events)?),
            // A busy machine may have no connection at once.
            Err(StoreError::Unavailable(_)) if failures < LAST_READS => {
                failures += 1;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
    let head = store.head().await?.position;
    ensure!(
        log.last().map_or(0, |last| last.position) == head,
        "the log ends elsewhere than its head says, at {head}"
    );
    Ok(log)
}

/// Cuts connections of the nodes, those that write and those that read.
async fn cut(database: Database, mut dice: Dice, over: Arc<AtomicBool>) -> Result<u64> {
    let mut connection = database.connect().await?;
    let mut cut = 0;
    while cut < MOST_CUTS && !over.load(Ordering::SeqCst) {
        tokio::time::sleep(Duration::from_millis(dice.random_range(100..600))).await;
        let one: Option<bool> = sqlx::query_scalar(
            "/* cut_any */ SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity \
             WHERE datname = current_database() AND application_name LIKE 'throughcare%' \
             ORDER BY (application_name <> 'throughcare-writer'), (state = 'idle'), random() \
             LIMIT 1 OFFSET $1) AS chosen",
        )
        .bind(i64::from(dice.random_range(0..6u8).saturating_sub(2)))
        .fetch_optional(&mut connection)
        .await?;
        cut += u64::from(one == Some(true));
    }
    Ok(cut)
}
