//! What is killed, and when.

use super::writers::Writers;
use crate::program::{Process, Program};
use crate::rng::{Dice, RngExt as _};
use crate::{Cluster, Database};
use anyhow::{Result, ensure};
use std::time::{Duration, Instant};

/// The writers must get on within this, recovery included.
const PATIENCE: Duration = Duration::from_secs(180);
/// Kills fall at most so long after the writers got on: at any statement.
const LONGEST_MS: u64 = 300;

/// What may be killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kinds {
    /// PostgreSQL, the program, and both.
    All,
    /// PostgreSQL only.
    Postgres,
}

/// How often what was killed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Done {
    pub postgres: u64,
    pub program: u64,
}

/// Kills so often, each time after so many acknowledgements more.
pub(super) async fn storm(
    cluster: &Cluster,
    database: &Database,
    program: &Program,
    process: &mut Process,
    writers: &Writers,
    (kills, between, kinds): (u64, u64, Kinds),
    dice: &mut Dice,
) -> Result<Done> {
    let mut done = Done::default();
    for _ in 0..kills {
        let (begun, before) = (Instant::now(), writers.acknowledged());
        while writers.acknowledged() < before + between {
            ensure!(begun.elapsed() < PATIENCE, "the writers do not get on");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(dice.random_range(0..LONGEST_MS))).await;
        let (postgres, own) = match (kinds, dice.random_range(0..3)) {
            (Kinds::Postgres, _) | (_, 0) => (true, false),
            (_, 1) => (false, true),
            _ => (true, true),
        };
        if postgres {
            cluster.kill().await?;
            done.postgres += 1;
        }
        if own {
            process.kill().await?;
            done.program += 1;
        }
        if postgres {
            cluster.recover().await?;
        }
        if own {
            *process = program.start_on(database, "api").await?;
            writers.moved(process.address());
        }
    }
    Ok(done)
}
