//! One round: some clients, one workload, a few seconds.

use crate::clients::{Client, closed_loop};
use crate::{LONG_LENGTH, LONG_STREAMS, Random, SHORT_STREAMS, System};
use anyhow::{Result, bail, ensure};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Mutex;

/// How often an append that a store refused without need is tried again; its latency holds all tries.
const TRIES: u32 = 50;

/// What the clients do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Workload {
    /// Append to one of the short streams, the expected version given.
    Append,
    /// Read one of the long streams.
    Read,
    /// Read the whole log in order, once; one client, no warm-up.
    Replay,
}

/// What is to be measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Round {
    /// What the clients do.
    pub workload: Workload,
    /// How many at once; each waits for its answer before it asks again.
    pub clients: usize,
    /// Events in one commit.
    pub events: usize,
    /// Seconds that count.
    pub seconds: f64,
    /// Seconds before them that do not.
    pub warm_up: f64,
}

/// What was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Events a second when appending and replaying, streams a second when reading.
    pub rate: f64,
    /// Median time of one operation in microseconds; 0 for a replay.
    pub p50_us: u64,
    /// Time in microseconds that 99 of 100 operations did not exceed; 0 for a replay.
    pub p99_us: u64,
    /// Operations that ended in the counted time.
    pub operations: u64,
    /// Appends that the store refused although nobody else wrote to the stream.
    pub refused: u64,
    /// Operations that failed for good; they are in neither rate nor times.
    pub failed: u64,
}

/// Runs rounds on a store and keeps its tokens in between.
pub struct Runner<S> {
    system: Arc<S>,
    tokens: Arc<Vec<Mutex<i64>>>,
}

impl<S: System> Runner<S> {
    /// Asks the store for its tokens, and sees that it refuses an append that expects an old one.
    ///
    /// # Errors
    /// When the store fails, or keeps no expected versions.
    pub async fn new(system: Arc<S>) -> Result<Self> {
        let mut tokens = system.tokens().await?;
        ensure!(tokens.len() == SHORT_STREAMS, "{} tokens", tokens.len());
        let old = tokens[0];
        tokens[0] = system.append(0, 0, old, 1).await?;
        ensure!(
            system.append(0, 0, old, 1).await.is_err(),
            "an append with an old expected version was accepted"
        );
        let tokens = Arc::new(tokens.into_iter().map(Mutex::new).collect());
        Ok(Self { system, tokens })
    }

    /// Runs a round.
    ///
    /// # Errors
    /// When every operation fails.
    pub async fn round(&self, round: &Round) -> Result<Measured> {
        if round.workload == Workload::Replay {
            let start = Instant::now();
            let events = self.system.replay().await?;
            return Ok(Measured {
                rate: events as f64 / start.elapsed().as_secs_f64(),
                p50_us: 0,
                p99_us: 0,
                operations: events,
                refused: 0,
                failed: 0,
            });
        }
        let clients = (0..round.clients)
            .map(|number| StreamClient {
                system: self.system.clone(),
                tokens: self.tokens.clone(),
                random: Random::new(number as u64 + 1),
                number,
                round: *round,
            })
            .collect();
        let done = closed_loop(clients, round.warm_up, round.seconds).await?;
        let weight = if round.workload == Workload::Append {
            round.events
        } else {
            1
        };
        done.measured(weight)
    }
}

/// A client of a system's streams.
struct StreamClient<S> {
    system: Arc<S>,
    tokens: Arc<Vec<Mutex<i64>>>,
    random: Random,
    number: usize,
    round: Round,
}

impl<S: System> Client for StreamClient<S> {
    async fn operate(&mut self) -> Result<u64> {
        if self.round.workload == Workload::Append {
            // One client at a time works on a stream, so that nothing is refused with reason.
            let (stream, mut token) = loop {
                let stream = self.random.below(SHORT_STREAMS);
                if let Ok(token) = self.tokens[stream].try_lock() {
                    break (stream, token);
                }
            };
            return append(&*self.system, self.number, stream, self.round.events, &mut token).await;
        }
        let stream = SHORT_STREAMS + self.random.below(LONG_STREAMS);
        let events = self.system.read(self.number, stream).await?;
        ensure!(events == LONG_LENGTH, "{events} events in stream {stream}");
        Ok(0)
    }
}

/// Appends, and tells how often the store refused.
async fn append<S: System>(
    system: &S,
    client: usize,
    stream: usize,
    events: usize,
    token: &mut i64,
) -> Result<u64> {
    for refused in 0..TRIES {
        match system.append(client, stream, *token, events).await {
            Ok(reached) => {
                *token = reached;
                return Ok(u64::from(refused));
            }
            Err(error) if refused + 1 == TRIES => return Err(error),
            Err(_) => {}
        }
    }
    bail!("no try is left")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// Counts versions, and compares them when told to.
    struct Memory {
        versions: std::sync::Mutex<Vec<i64>>,
        checks: bool,
    }

    impl System for Memory {
        async fn tokens(&self) -> Result<Vec<i64>> {
            Ok(vec![1; SHORT_STREAMS])
        }

        async fn append(&self, _client: usize, stream: usize, expected: i64, events: usize) -> Result<i64> {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let mut versions = self.versions.lock().unwrap();
            ensure!(!self.checks || versions[stream] == expected, "conflict");
            versions[stream] += events as i64;
            Ok(versions[stream])
        }

        async fn read(&self, _client: usize, _stream: usize) -> Result<usize> {
            Ok(LONG_LENGTH)
        }

        async fn replay(&self) -> Result<u64> {
            Ok(60_000)
        }
    }

    fn memory(checks: bool) -> Arc<Memory> {
        Arc::new(Memory {
            versions: std::sync::Mutex::new(vec![1; SHORT_STREAMS]),
            checks,
        })
    }

    #[tokio::test]
    async fn a_store_that_keeps_no_expected_versions_is_not_measured() {
        assert!(Runner::new(memory(false)).await.is_err());
        assert!(Runner::new(memory(true)).await.is_ok());
    }

    #[tokio::test]
    async fn events_are_counted_and_not_commits() {
        let runner = Runner::new(memory(true)).await.unwrap();
        let round = Round {
            workload: Workload::Append,
            clients: 4,
            events: 10,
            seconds: 0.2,
            warm_up: 0.05,
        };
        let measured = runner.round(&round).await.unwrap();
        assert!(measured.operations > 0 && measured.refused == 0);
        assert!((measured.rate - measured.operations as f64 * 10.0 / 0.2).abs() < 1e-6);
        assert!(measured.p50_us >= 1_000 && measured.p50_us <= measured.p99_us);
    }
}
