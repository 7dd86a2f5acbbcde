//! Clients at work: a closed loop, in which each waits for its answer, and an open one, in which work arrives by the
//! clock whether or not earlier work is done.

use crate::{Measured, percentile};
use anyhow::{Context, Result, bail};
use std::future::Future;
use std::time::{Duration, Instant};

/// One client: it does one thing at a time.
pub trait Client: Send + 'static {
    /// Does one thing; how often it was refused without reason before it was done. An error is counted as failed.
    fn operate(&mut self) -> impl Future<Output = Result<u64>> + Send;
}

/// What clients did in the seconds that count.
#[derive(Clone, Debug, Default)]
pub struct Done {
    times_us: Vec<u64>,
    refused: u64,
    failed: u64,
    why: Option<String>,
    seconds: f64,
}

impl Done {
    /// Its figures; each operation did `weight` of what is counted.
    ///
    /// # Errors
    /// When every operation failed: there is nothing to measure.
    pub fn measured(mut self, weight: usize) -> Result<Measured> {
        if let (Some(why), true) = (self.why, self.times_us.is_empty()) {
            bail!("{why}");
        }
        self.times_us.sort_unstable();
        Ok(Measured {
            rate: (self.times_us.len() * weight) as f64 / self.seconds,
            p50_us: percentile(&self.times_us, 0.50).unwrap_or(0),
            p99_us: percentile(&self.times_us, 0.99).unwrap_or(0),
            operations: self.times_us.len() as u64,
            refused: self.refused,
            failed: self.failed,
        })
    }

    /// From times that were taken otherwise.
    pub fn of(times_us: Vec<u64>, seconds: f64) -> Self {
        Self {
            times_us,
            seconds,
            ..Self::default()
        }
    }

    fn note(&mut self, outcome: Result<u64>, micros: u64) {
        match outcome {
            Ok(refused) => {
                self.times_us.push(micros);
                self.refused += refused;
            }
            Err(error) => {
                self.failed += 1;
                self.why = Some(format!("{error:#}"));
            }
        }
    }

    fn add(&mut self, other: Self) {
        self.times_us.extend(other.times_us);
        self.refused += other.refused;
        self.failed += other.failed;
        self.why = other.why.or(self.why.take());
    }
}

/// The window that counts.
#[derive(Clone, Copy)]
struct Window {
    from: Instant,
    until: Instant,
}

impl Window {
    fn new(warm_up: f64, seconds: f64) -> Self {
        let from = Instant::now() + Duration::from_secs_f64(warm_up);
        Self {
            from,
            until: from + Duration::from_secs_f64(seconds),
        }
    }

    /// An operation counts when it begins and ends inside.
    fn holds(&self, begun: Instant, ended: Instant) -> bool {
        begun >= self.from && ended <= self.until
    }
}

/// Each client asks again as soon as it is answered.
///
/// # Errors
/// When a client panicked. Operations that fail are counted.
pub async fn closed_loop<C: Client>(clients: Vec<C>, warm_up: f64, seconds: f64) -> Result<Done> {
    let window = Window::new(warm_up, seconds);
    let clients = clients.into_iter().map(|mut client| {
        tokio::spawn(async move {
            let mut done = Done::default();
            loop {
                let begun = Instant::now();
                if begun >= window.until {
                    return done;
                }
                let outcome = client.operate().await;
                let ended = Instant::now();
                if window.holds(begun, ended) {
                    done.note(outcome, micros(begun, ended));
                }
            }
        })
    });
    together(clients.collect(), seconds).await
}

/// Work arrives at a fixed rate and goes to the clients in turn. Times count from the arrival, so that work that had
/// to wait for a slow answer before it is as slow as its sender found it.
///
/// # Errors
/// When a client panicked. Operations that fail are counted.
pub async fn open_loop<C: Client>(
    clients: Vec<C>,
    per_second: f64,
    warm_up: f64,
    seconds: f64,
) -> Result<Done> {
    let window = Window::new(warm_up, seconds);
    let (start, count) = (Instant::now(), clients.len());
    let clients = clients.into_iter().enumerate().map(|(number, mut client)| {
        tokio::spawn(async move {
            let mut done = Done::default();
            for turn in (number..).step_by(count) {
                let arrives = start + Duration::from_secs_f64(turn as f64 / per_second);
                if arrives >= window.until {
                    break;
                }
                tokio::time::sleep_until(arrives.into()).await;
                let outcome = client.operate().await;
                // What arrived in the window counts, however late its answer was.
                if arrives >= window.from {
                    done.note(outcome, micros(arrives, Instant::now()));
                }
            }
            done
        })
    });
    together(clients.collect(), seconds).await
}

async fn together(clients: Vec<tokio::task::JoinHandle<Done>>, seconds: f64) -> Result<Done> {
    let mut all = Done::of(Vec::new(), seconds);
    for client in clients {
        all.add(client.await.context("a client ended badly")?);
    }
    Ok(all)
}

fn micros(from: Instant, until: Instant) -> u64 {
    u64::try_from((until - from).as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Its first operation takes long, the others no time.
    struct SlowAtFirst(bool);

    impl Client for SlowAtFirst {
        async fn operate(&mut self) -> Result<u64> {
            if std::mem::take(&mut self.0) {
                tokio::time::sleep(Duration::from_millis(300)).await;
            }
            Ok(0)
        }
    }

    #[tokio::test]
    async fn work_that_waited_behind_slow_work_is_slow_too() {
        let done = open_loop(vec![SlowAtFirst(true)], 100.0, 0.0, 0.5)
            .await
            .unwrap()
            .measured(1)
            .unwrap();
        // Fifty arrivals; the thirty of the first 300 ms waited for the slow one.
        assert_eq!(done.operations, 50);
        assert!(done.p50_us >= 50_000, "{done:?}");
        assert!(done.p99_us >= 290_000, "{done:?}");
    }

    /// Does nothing right, or every other thing.
    struct Failing(bool, bool);

    impl Client for Failing {
        async fn operate(&mut self) -> Result<u64> {
            tokio::time::sleep(Duration::from_millis(1)).await;
            self.1 = !self.1;
            if self.0 || self.1 { bail!("no") } else { Ok(0) }
        }
    }

    #[tokio::test]
    async fn what_failed_is_counted_and_no_rate_is_made_of_failures() {
        let half = closed_loop(vec![Failing(false, false)], 0.0, 0.2)
            .await
            .unwrap()
            .measured(1)
            .unwrap();
        assert!(half.operations > 0 && half.failed > 0, "{half:?}");
        let none = closed_loop(vec![Failing(true, false)], 0.0, 0.1).await.unwrap();
        assert_eq!(none.measured(1).unwrap_err().to_string(), "no");
    }

    #[tokio::test]
    async fn what_does_not_end_in_the_window_does_not_count() {
        let done = closed_loop(vec![SlowAtFirst(true)], 0.0, 0.1)
            .await
            .unwrap()
            .measured(1)
            .unwrap();
        assert_eq!(done.operations, 0);
    }
}
