//! Workers in processes of their own, killed and held still.

use crate::program::{Process, Program};
use crate::rng::{Dice, RngExt as _, dice};
use crate::{Database, Paused, lists};
use anyhow::Result;
use sqlx::PgConnection;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// How many workers share the lists.
const WORKERS: usize = 3;
/// Longer than a lease lasts (10 s), so that another worker takes over before this one goes on.
const LONG_PAUSE: Duration = Duration::from_secs(13);
/// Shorter pauses: within a step.
const SHORT_PAUSE_MS: u64 = 400;
/// When the lists have not moved for so long, something is done to a worker all the same: perhaps the others wait
/// for it.
const STALL: Duration = Duration::from_secs(2);

/// What happens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Storm {
    /// Chance begins here.
    pub seed: u64,
    /// Kills, at least.
    pub kills: u64,
    /// Pauses longer than a lease, at least.
    pub long_pauses: u64,
    /// Events in the lists from one kill to the next.
    pub between: u64,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Done {
    pub kills: u64,
    pub pauses: u64,
    pub long_pauses: u64,
}

/// Workers on one database.
pub(super) struct Fleet<'a> {
    program: &'a Program,
    database: &'a Database,
    workers: Vec<Worker>,
    connection: PgConnection,
}

struct Worker {
    listen: String,
    process: Process,
    held: Option<(Paused, Instant)>,
}

impl<'a> Fleet<'a> {
    pub(super) async fn start(program: &'a Program, database: &'a Database) -> Result<Self> {
        let mut workers = Vec::new();
        for _ in 0..WORKERS {
            // Its address names a node: one that starts again is the same as before.
            let listen = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.to_string();
            workers.push(Worker {
                process: start(program, database, &listen).await?,
                listen,
                held: None,
            });
        }
        Ok(Self {
            program,
            database,
            workers,
            connection: database.connect().await?,
        })
    }

    /// Kills and holds workers as the lists get on, until there were enough kills and nothing more is fed.
    pub(super) async fn storm(&mut self, storm: Storm, feeding: &JoinHandle<Result<u64>>) -> Result<Done> {
        let (mut dice, mut done, mut due) = (dice(storm.seed, 7), Done::default(), storm.between);
        while done.kills < storm.kills || !feeding.is_finished() {
            self.wait_for(due).await?;
            self.release();
            due = due.max(lists::checkpoint(&mut self.connection).await?) + storm.between;
            let chosen = dice.random_range(0..WORKERS);
            self.pause(chosen, &storm, &mut dice, &mut done)?;
            tokio::time::sleep(Duration::from_millis(dice.random_range(0..50))).await;
            let killed = dice.random_range(0..WORKERS);
            // Another one than was just held, so that both happen.
            let killed = if killed == chosen {
                (killed + 1) % WORKERS
            } else {
                killed
            };
            let worker = &mut self.workers[killed];
            worker.process.kill().await?;
            worker.held = None;
            worker.process = start(self.program, self.database, &worker.listen).await?;
            done.kills += 1;
        }
        // Whoever is still held sleeps out.
        while self.release() > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(done)
    }

    /// Kills every worker, for the last time.
    pub(super) async fn end(self) -> Result<()> {
        for mut worker in self.workers {
            worker.held = None;
            worker.process.kill().await?;
        }
        Ok(())
    }

    fn pause(&mut self, chosen: usize, storm: &Storm, dice: &mut Dice, done: &mut Done) -> Result<()> {
        let worker = &mut self.workers[chosen];
        if worker.held.is_some() {
            return Ok(());
        }
        // Spread over the storm.
        let long = done.long_pauses * storm.kills < storm.long_pauses * (done.kills + 1);
        let pause = if long {
            LONG_PAUSE
        } else {
            Duration::from_millis(dice.random_range(1..SHORT_PAUSE_MS))
        };
        worker.held = Some((worker.process.pause()?, Instant::now() + pause));
        done.pauses += 1;
        done.long_pauses += u64::from(long);
        Ok(())
    }

    /// Lets go on whose pause is over; answers how many are still held.
    fn release(&mut self) -> usize {
        for worker in &mut self.workers {
            if worker
                .held
                .as_ref()
                .is_some_and(|(_, until)| *until <= Instant::now())
            {
                worker.held = None;
            }
        }
        self.workers.iter().filter(|worker| worker.held.is_some()).count()
    }

    /// Until the lists are so far, or do not get on.
    async fn wait_for(&mut self, position: u64) -> Result<()> {
        let (mut since, mut before) = (Instant::now(), 0);
        loop {
            let reached = lists::checkpoint(&mut self.connection).await?;
            if reached >= position || since.elapsed() > STALL {
                return Ok(());
            }
            if reached > before {
                (since, before) = (Instant::now(), reached);
            }
            self.release();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn start(program: &Program, database: &Database, listen: &str) -> Result<Process> {
    program
        .start_at(listen, &database.url(), database.key_file(), "worker")
        .await
}
