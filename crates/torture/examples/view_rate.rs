//! How fast is a view replayed from the log, beside just reading the same rows?
//!
//! `cargo run --release -p torture --example view_rate -- [--events 200000] [--at-once 3] [--rounds 3]`
//!
//! Makes a synthetic county with the real program, without lists, then replays it through the use cases, as
//! `throughcare replay` does: every list's rows with their digest, the releases behind a figure, and the log itself in order,
//! opened. Prints events a second, the ratio to a bare `COPY` of the same rows, and how long ten million events would take.

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use futures::StreamExt as _;
use std::collections::VecDeque;
use std::future::Future;
use std::sync::Arc;
use std::time::Instant;
use throughcare_app::{App, ReleasesWanted, Replaying, SystemClock, SystemIds};
use throughcare_store::projection::{Projection, Range};
use throughcare_store::{Parts, Store};
use torture::{Cluster, Database, Program, Scale};

#[derive(Parser)]
struct Cli {
    /// About how many events
    #[arg(long, default_value_t = 200_000)]
    events: u64,
    /// Parts of the log read and computed at the same time
    #[arg(long, default_value_t = 3)]
    at_once: usize,
    /// Rounds, of which the best counts: other programs only ever slow one down
    #[arg(long, default_value_t = 3)]
    rounds: usize,
}

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    let program = Program::build().await?;
    let cluster = Cluster::start(Scale::Long).await?;
    let database = cluster.empty_database().await?;
    let events = cli.events.to_string();
    let aside = tempfile::tempdir()?;
    let aside = aside.path().to_string_lossy().into_owned();
    let words = [
        "simulate",
        "--events",
        &events,
        "--no-lists",
        "--data-dir",
        &aside,
    ];
    let (made, said) = program.run(&words, &database).await?;
    ensure!(made, "no county was made: {said}");
    let store = database.node().await?;
    let head = store.head().await?.position;
    let app = App::open(store.clone(), Arc::new(SystemClock), Arc::new(SystemIds)).await?;
    let replaying = app.replaying(None).await?;
    let ranges = replaying.ranges().await?;
    let mut best = [f64::MAX; 4];
    for _ in 0..cli.rounds {
        let started = Instant::now();
        copied(&database).await?;
        best[0] = best[0].min(started.elapsed().as_secs_f64());
        let started = Instant::now();
        ensure!(in_order(&store).await? == head, "each event once");
        best[1] = best[1].min(started.elapsed().as_secs_f64());
        let started = Instant::now();
        parts(&ranges, cli.at_once, |range| figure(replaying.clone(), range)).await?;
        best[2] = best[2].min(started.elapsed().as_secs_f64());
        let started = Instant::now();
        parts(&ranges, cli.at_once, |range| rows(replaying.clone(), range)).await?;
        best[3] = best[3].min(started.elapsed().as_secs_f64());
    }
    let names = [
        "bare COPY",
        "the log, opened",
        "a figure's releases",
        "every list's rows",
    ];
    for (name, took) in names.into_iter().zip(best) {
        let rate = head as f64 / took;
        println!(
            "{name:>20}: {rate:>9.0} events/s, {:.2} of the bare COPY, 10 million in {:.1} min",
            best[0] / took,
            1e7 / rate / 60.0
        );
    }
    store.close().await;
    Ok(())
}

async fn copied(database: &Database) -> Result<u64> {
    let mut connection = database.connect().await?;
    let statement = "COPY (SELECT * FROM events) TO STDOUT (FORMAT binary)";
    let mut copy = connection.copy_out_raw(statement).await?;
    let mut bytes = 0;
    while let Some(message) = copy.next().await {
        bytes += message?.len() as u64;
    }
    Ok(bytes)
}

async fn in_order(store: &Store) -> Result<u64> {
    let (mut replay, mut read) = (store.replay(0, u64::MAX, Parts::Case), 0);
    while let Some(batch) = replay.next().await {
        read += batch?.len() as u64;
    }
    Ok(read)
}

async fn rows(replaying: Replaying, range: Range) -> Result<u64> {
    Ok(replaying.rows(Projection::WORKLISTS, range).await?.events)
}

async fn figure(replaying: Replaying, range: Range) -> Result<u64> {
    let wanted = Arc::new(ReleasesWanted::default());
    let today = "2026-01-01".parse()?;
    Ok(replaying.releases(range, wanted, today).await?.events)
}

/// Each part, so many at a time; answers how many events they had.
async fn parts<F: Future<Output = Result<u64>> + Send + 'static>(
    ranges: &[Range],
    at_once: usize,
    work: impl Fn(Range) -> F,
) -> Result<u64> {
    let (mut left, mut under_way, mut events) = (ranges.iter(), VecDeque::new(), 0);
    loop {
        while under_way.len() < at_once.max(1) {
            let Some(range) = left.next() else { break };
            under_way.push_back(tokio::spawn(work(*range)));
        }
        let Some(next) = under_way.pop_front() else {
            return Ok(events);
        };
        events += next.await.context("a part ended by a fault")??;
    }
}
