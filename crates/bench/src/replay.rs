//! Replaying the log against the fastest way the database has to hand out the same rows.

use crate::systems::ThisLog;
use anyhow::Result;
use bench_load::{System as _, median};
use futures::StreamExt as _;
use std::time::Instant;

const COPY: &str = "COPY (SELECT * FROM events ORDER BY position) TO STDOUT (FORMAT binary)";

/// Events a second, ours and the database's.
#[derive(Clone, Copy, Debug)]
pub struct Replayed {
    /// How many events were in the log.
    pub events: u64,
    /// Opened and decoded, through the store.
    pub ours: f64,
    /// Bare rows, thrown away.
    pub copy: f64,
    /// The median of the rounds' ratios.
    pub ratio: f64,
}

/// Replays and copies in turn.
///
/// # Errors
/// When the database cannot answer.
pub async fn measure(log: &ThisLog, rounds: usize) -> Result<Replayed> {
    let (mut ours, mut copies, mut ratios, mut events) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for _ in 0..rounds {
        let start = Instant::now();
        events = log.replay().await?;
        let own = events as f64 / start.elapsed().as_secs_f64();
        let start = Instant::now();
        copy_out(log).await?;
        let bare = events as f64 / start.elapsed().as_secs_f64();
        ours.push(own);
        copies.push(bare);
        ratios.push(own / bare);
    }
    Ok(Replayed {
        events,
        ours: median(&ours).unwrap_or(0.0),
        copy: median(&copies).unwrap_or(0.0),
        ratio: median(&ratios).unwrap_or(0.0),
    })
}

/// Reads every row and keeps none; how many bytes there were.
async fn copy_out(log: &ThisLog) -> Result<usize> {
    let mut connection = log.beside().acquire().await?;
    let mut rows = connection.copy_out_raw(COPY).await?;
    let mut bytes = 0;
    while let Some(row) = rows.next().await {
        bytes += row?.len();
    }
    Ok(bytes)
}
