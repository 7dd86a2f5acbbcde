//! How long it takes until a reader that follows the log in order has an event, counted from the moment at which
//! its append was asked for.

use crate::systems::{Sequenced, ThisLog};
use anyhow::{Context, Result, ensure};
use bench_load::{Done, Measured, Round, Runner, System, stream_id};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How long the reader rests when there was nothing new. It polls, as a reader on another node would.
const REST: Duration = Duration::from_millis(1);

/// An event as a reader meets it.
pub struct Seen {
    /// Its place in the log.
    pub position: i64,
    /// Its stream.
    pub stream: Uuid,
    /// Its version in the stream.
    pub version: i64,
}

/// A log that can be followed in order.
pub trait Followed: System {
    /// The end of the log.
    fn end(&self) -> impl Future<Output = Result<i64>> + Send;
    /// Events after a position, in order; a page of them.
    fn after(&self, position: i64) -> impl Future<Output = Result<Vec<Seen>>> + Send;
}

impl Followed for ThisLog {
    async fn end(&self) -> Result<i64> {
        Self::end(self).await
    }

    async fn after(&self, position: i64) -> Result<Vec<Seen>> {
        Self::after(self, position).await
    }
}

impl Followed for Sequenced {
    async fn end(&self) -> Result<i64> {
        Self::end(self).await
    }

    async fn after(&self, position: i64) -> Result<Vec<Seen>> {
        Self::after(self, position).await
    }
}

/// Notes when each append was asked for.
struct Noted<S> {
    system: Arc<S>,
    asked: Mutex<HashMap<(Uuid, i64), Instant>>,
}

impl<S> Noted<S> {
    /// When the appends of these events were asked for; each is told once.
    fn begun(&self, page: &[Seen]) -> impl Iterator<Item = Instant> + use<S> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let begun: Vec<_> = page
            .iter()
            .filter_map(|event| asked.remove(&(event.stream, event.version)))
            .collect();
        begun.into_iter()
    }
}

impl<S: System> System for Noted<S> {
    async fn tokens(&self) -> Result<Vec<i64>> {
        self.system.tokens().await
    }

    async fn append(&self, client: usize, stream: usize, expected: i64, events: usize) -> Result<i64> {
        let first = (stream_id(stream), expected + 1);
        let now = Instant::now();
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(first, now);
        self.system.append(client, stream, expected, events).await
    }

    async fn read(&self, client: usize, stream: usize) -> Result<usize> {
        self.system.read(client, stream).await
    }

    async fn replay(&self) -> Result<u64> {
        self.system.replay().await
    }
}

/// Appends as a round says while one reader follows: the reader's times, and the rate at which it was fed.
///
/// # Errors
/// When the log fails, or shows the reader a gap.
pub async fn measure<S: Followed>(system: Arc<S>, round: &Round) -> Result<Measured> {
    let noted = Arc::new(Noted {
        system: system.clone(),
        asked: Mutex::default(),
    });
    let runner = Runner::new(noted.clone()).await?;
    let over = Arc::new(AtomicBool::new(false));
    let from = system.end().await?;
    let counts = Instant::now() + Duration::from_secs_f64(round.warm_up);
    let reader = tokio::spawn(follow(noted, from, counts, over.clone()));
    let appended = runner.round(round).await;
    over.store(true, Ordering::Relaxed);
    let times = reader.await.context("the reader ended badly")??;
    appended?;
    Done::of(times, round.seconds).measured(round.events)
}

async fn follow<S: Followed>(
    noted: Arc<Noted<S>>,
    mut last: i64,
    counts: Instant,
    over: Arc<AtomicBool>,
) -> Result<Vec<u64>> {
    let mut times = Vec::new();
    loop {
        // Asked before the page is read: what was appended until then is in it.
        let done = over.load(Ordering::Relaxed);
        let page = noted.system.after(last).await?;
        let now = Instant::now();
        for event in &page {
            ensure!(event.position == last + 1, "a gap after position {last}");
            last = event.position;
        }
        let begun = noted.begun(&page);
        times.extend(
            begun
                .filter(|begun| *begun >= counts)
                .map(|begun| (now - begun).as_micros() as u64),
        );
        if page.is_empty() {
            if done {
                return Ok(times);
            }
            tokio::time::sleep(REST).await;
        }
    }
}
