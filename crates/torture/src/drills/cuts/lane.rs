//! One node behind a proxy, to which cases happen one after the other.

use super::ask::{Answer, EVENTS, Wish, ask};
use super::plan::{Case, Exchange};
use crate::Database;
use crate::proxy::{Fired, Proxy, Script};
use crate::rng::{Dice, RngExt as _, dice};
use anyhow::{Context as _, Result, ensure};
use std::sync::Arc;
use std::time::{Duration, Instant};
use throughcare_domain::id::PersonId;
use throughcare_domain::stream::StreamId;
use throughcare_store::{LogQuery, Reach, Store, StoreError};
use throughcare_testkit::Builder;
use uuid::Uuid;

/// Connections for reading of each node.
pub(super) const READERS: u32 = 2;
/// No read may stay without an answer for longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A node whose connections are cut, and one whose are not.
pub(super) struct Lane {
    script: Arc<Script>,
    proxy: Proxy,
    node: Store,
    other: Store,
    dice: Dice,
}

/// A wish, what happened to it, and what the client was told.
#[derive(Debug)]
pub(super) struct Told {
    /// What was done to it, in words.
    pub story: String,
    /// What was wanted.
    pub wish: Wish,
    /// Every answer.
    pub answers: Vec<Answer>,
}

/// What came of a case.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// What each client was told.
    pub told: Vec<Told>,
    /// The cuts that were reached.
    pub fired: Vec<Fired>,
    /// What must not have happened.
    pub wrong: Vec<String>,
}

impl Lane {
    /// Opens both nodes; lanes of a drill differ by number.
    pub(super) async fn open(database: &Database, other: Store, seed: u64, number: u64) -> Result<Self> {
        let script = Arc::new(Script::default());
        let proxy = Proxy::start(&database.connect_options(), script.clone()).await?;
        let mut settings = database.settings();
        settings.connect = proxy.through(&database.connect_options());
        // The cuts are the log's; while the key store is away nothing is written anyway.
        settings.keys = Some(database.key_connect_options());
        settings.readers = READERS;
        let node = Store::open(settings).await?;
        Ok(Self {
            script,
            proxy,
            node,
            other,
            dice: dice(seed, 1 + number),
        })
    }

    /// Counts the messages of an append, from connecting on and on connections that are there.
    pub(super) async fn count_append(&mut self) -> Result<Exchange> {
        let mut exchange = Exchange::default();
        for cold in [true, false] {
            let wish = self.wish("counting", None);
            self.begin(cold, &[]);
            ask(&[&self.node], &wish, None, &mut self.dice).await?;
            let seen = self.script.seen();
            if cold {
                exchange.cold = seen;
            } else {
                exchange.warm = seen;
            }
        }
        ensure!(
            exchange.warm.0 > 0 && exchange.warm.1 > 0,
            "no message was seen: the node does not speak through the proxy"
        );
        Ok(exchange)
    }

    /// Counts the messages of reading.
    pub(super) async fn count_read(&mut self, stream: StreamId) -> Result<Exchange> {
        let mut exchange = Exchange::default();
        for cold in [true, false] {
            self.begin(cold, &[]);
            // The first try meets the connections that are gone.
            read_on(&self.node, stream).await?;
            let seen = self.script.seen();
            if cold {
                exchange.cold = seen;
            } else {
                exchange.warm = seen;
            }
        }
        Ok(exchange)
    }

    /// An append that is cut; asked for again until it is answered.
    pub(super) async fn append(&mut self, case: &Case) -> Outcome {
        let wish = self.wish("a-client", None);
        let others = self.wish("another-client", Some(wish.key));
        self.begin(case.cold, &case.cuts);
        let (mut racing, mut foreign) = (dice(self.dice.random(), 0), dice(self.dice.random(), 0));
        let nodes = [&self.node, &self.other];
        let (first, raced, other) = tokio::join!(
            ask(&nodes, &wish, case.patience, &mut self.dice),
            async {
                if case.race {
                    ask(&nodes[1..], &wish, None, &mut racing).await
                } else {
                    Ok(Vec::new())
                }
            },
            async {
                if case.other_client {
                    ask(&nodes[1..], &others, None, &mut foreign).await
                } else {
                    Ok(Vec::new())
                }
            }
        );
        let mut outcome = Outcome {
            fired: self.script.disarm(),
            ..Outcome::default()
        };
        let story = story(case);
        let mut answers = Vec::new();
        for told in [first, raced] {
            match told {
                Ok(told) => answers.extend(told),
                Err(error) => outcome.wrong.push(format!("{story}: {error:#}")),
            }
        }
        outcome.told.push(Told {
            story: story.clone(),
            wish,
            answers,
        });
        match other {
            Ok(answers) if case.other_client => outcome.told.push(Told {
                story: format!("{story}; another client with the same key"),
                wish: others,
                answers,
            }),
            Ok(_) => {}
            Err(error) => outcome.wrong.push(format!("{story}, another client: {error:#}")),
        }
        outcome
    }

    /// A read that is cut: it answers right or not at all, and answers in the end.
    pub(super) async fn read(&mut self, case: &Case, stream: StreamId, right: &[(Uuid, u64)]) -> Outcome {
        self.begin(case.cold, &case.cuts);
        let wrong = match read_on(&self.node, stream).await {
            Ok(found) if found == right => Vec::new(),
            Ok(found) => vec![format!(
                "{}: {} events read for {}",
                story(case),
                found.len(),
                right.len()
            )],
            Err(error) => vec![format!("{}: reading failed: {error}", story(case))],
        };
        Outcome {
            fired: self.script.disarm(),
            wrong,
            ..Outcome::default()
        }
    }

    /// Something to be read.
    pub(super) async fn something(&mut self) -> Result<(StreamId, Vec<(Uuid, u64)>)> {
        let wish = self.wish("reading", None);
        self.begin(false, &[]);
        ask(&[&self.node], &wish, None, &mut self.dice).await?;
        let right = read(&self.other, wish.stream).await?;
        ensure!(right.len() == EVENTS, "what was recorded is not read");
        Ok((wish.stream, right))
    }

    /// Connections that the proxy holds open.
    pub(super) fn connections(&self) -> usize {
        self.proxy.connections()
    }

    /// Closes the node behind the proxy.
    ///
    /// # Errors
    /// When that takes longer than the store promises.
    pub(super) async fn close(self) -> Result<()> {
        tokio::time::timeout(PATIENCE, self.node.close())
            .await
            .context("a store did not close")
    }

    fn begin(&self, cold: bool, cuts: &[crate::proxy::Cut]) {
        if cold {
            self.proxy.drop_connections();
        }
        self.script.arm(cuts.iter().copied());
    }

    fn wish(&mut self, client: &'static str, key: Option<Uuid>) -> Wish {
        let mut build = Builder::new(self.dice.random());
        Wish {
            client,
            key: key.unwrap_or_else(|| build.id()),
            stream: StreamId::person(PersonId(build.id())),
        }
    }
}

fn story(case: &Case) -> String {
    let cuts: Vec<_> = case.cuts.iter().map(ToString::to_string).collect();
    let from = if case.cold { "connecting" } else { "warm" };
    format!("case {} ({from}; {})", case.number, cuts.join(", then "))
}

/// Reads until it is answered, for at most [`PATIENCE`].
async fn read_on(node: &Store, stream: StreamId) -> Result<Vec<(Uuid, u64)>, StoreError> {
    let begun = Instant::now();
    loop {
        match read(node, stream).await {
            Err(StoreError::Unavailable(_)) if begun.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            other => return other,
        }
    }
}

/// One stream, and the same from the log: ids and positions.
async fn read(node: &Store, stream: StreamId) -> Result<Vec<(Uuid, u64)>, StoreError> {
    let of =
        |event: &throughcare_domain::event::RecordedEvent| (event.envelope.id.0, event.envelope.position);
    let found: Vec<_> = node
        .read_stream(&Reach::EVERYBODY, stream, None)
        .await?
        .iter()
        .map(of)
        .collect();
    let (Some(first), Some(last)) = (found.first(), found.last()) else {
        return Ok(found);
    };
    let query = LogQuery {
        after: first.1 - 1,
        upto: Some(last.1),
        limit: 100,
        ..LogQuery::default()
    };
    let logged = node.read_log(&Reach::EVERYBODY, &query).await?;
    let same: Vec<_> = logged
        .iter()
        .filter(|event| event.envelope.stream == stream)
        .map(of)
        .collect();
    Ok(if same == found { found } else { Vec::new() })
}
