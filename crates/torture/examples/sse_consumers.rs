//! How late are events for a thousand who follow the feed live, and what does that cost?
//!
//! `cargo run --release -p torture --example sse_consumers -- [--consumers 1000] [--seconds 20] [--pause 200]`
//! (Linux: it reads `/proc`)
//!
//! Starts the real program, has that many follow `GET /v1/events` as server-sent events, a hundred each client, and
//! records a referral every so often. Prints how many events arrived, how late by the time at which they were recorded,
//! what processor time the program took, and the memory it holds. Fails when one event is missing at one consumer.

use anyhow::{Context as _, Result, bail, ensure};
use clap::Parser;
use jiff::Timestamp;
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use throughcare_app::{Clock as _, Ids as _, SystemClock, SystemIds};
use throughcare_http::token::Role;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use torture::{Cluster, Desk, Process, Program, Scale, set_up};

const ORGANISATION: &str = "northshire-recovery";
/// Streams of one client: as many as the program allows.
const EACH: usize = 100;
/// After the last event, everybody has had it within this time, or it is missing.
const PATIENCE: Duration = Duration::from_secs(30);
/// Ticks a second of `/proc/PID/stat`.
const TICKS: f64 = 100.0;

#[derive(Parser)]
struct Cli {
    /// Who follow
    #[arg(long, default_value_t = 1_000)]
    consumers: usize,
    /// For how long something is recorded
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Milliseconds between two referrals
    #[arg(long, default_value_t = 200)]
    pause: u64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    let (cluster, program) = (Cluster::start(Scale::Long).await?, Program::build().await?);
    let database = cluster.database().await?;
    let process = program.start_on(&database, "all").await?;
    let clients = cli.consumers.div_ceil(EACH);
    let names: Vec<String> = (0..clients).map(|one| format!("reader-{one}")).collect();
    let mut desks = vec!["desk".to_owned()];
    desks.extend(names.iter().cloned());
    set_up(&program, &process, &database, &desks).await?;

    let (tell, mut told) = mpsc::unbounded_channel();
    let open = Arc::new(AtomicUsize::new(0));
    for consumer in 0..cli.consumers {
        let token = program.token(&names[consumer / EACH], ORGANISATION, Role::Worker);
        let stream = opened(&process, &token).await?;
        tokio::spawn(followed(stream, tell.clone(), open.clone()));
    }
    let begun = Instant::now();
    while open.load(Ordering::Relaxed) < cli.consumers {
        ensure!(
            begun.elapsed() < PATIENCE,
            "only {} could follow",
            open.load(Ordering::Relaxed)
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("{} follow, by {clients} clients", cli.consumers);

    let desk = Desk::new(&program, "desk")?;
    let (before, begun) = (processor(&process)?, Instant::now());
    let mut referrals = 0;
    while begun.elapsed() < Duration::from_secs(cli.seconds) {
        desk.refer(process.address(), SystemIds.one(), None).await?;
        referrals += 1;
        tokio::time::sleep(Duration::from_millis(cli.pause)).await;
    }
    // A referral of somebody new is as many events at each consumer.
    let mut late = Vec::new();
    let ended = Instant::now();
    while late.len() < referrals * cli.consumers {
        match tokio::time::timeout(PATIENCE.saturating_sub(ended.elapsed()), told.recv()).await {
            Ok(Some(one)) => late.push(one),
            _ => bail!("{} of {} arrived", late.len(), referrals * cli.consumers),
        }
    }
    let spent = processor(&process)? - before;
    late.sort_by(f64::total_cmp);
    let at = |percent: usize| late[(late.len() - 1) * percent / 100] * 1e3;
    println!(
        "{referrals} referrals, {} arrivals: p50 {:.0} ms, p99 {:.0} ms, last {:.0} ms after they were recorded",
        late.len(),
        at(50),
        at(99),
        at(100)
    );
    println!(
        "the program took {spent:.1} s of processor time in {:.1} s, and holds {} MB",
        begun.elapsed().as_secs_f64(),
        memory(&process)? / 1_024
    );
    Ok(())
}

async fn opened(process: &Process, token: &str) -> Result<TcpStream> {
    let address: SocketAddr = process.address().trim_start_matches("http://").parse()?;
    let mut stream = TcpStream::connect(address).await?;
    let asked = format!(
        "GET /v1/events?types=referral.received HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Accept: text/event-stream\r\n\r\n"
    );
    stream.write_all(asked.as_bytes()).await?;
    Ok(stream)
}

/// Tells of each event how late it came.
async fn followed(stream: TcpStream, tell: mpsc::UnboundedSender<f64>, open: Arc<AtomicUsize>) -> Result<()> {
    let mut lines = BufReader::new(stream).lines();
    while let Some(line) = lines.next_line().await? {
        if line.starts_with("retry: ") {
            open.fetch_add(1, Ordering::Relaxed);
        }
        let Some(data) = line.strip_prefix("data: ") else {
            continue;
        };
        let now = SystemClock.now();
        let event: Value = serde_json::from_str(data)?;
        let recorded: Timestamp = event["recordedAt"].as_str().context("no time")?.parse()?;
        let _ = tell.send(now.duration_since(recorded).as_secs_f64()); // the end
    }
    Ok(())
}

fn stat(process: &Process, file: &str) -> Result<String> {
    let pid = process.pid().context("the program has ended")?;
    std::fs::read_to_string(format!("/proc/{pid}/{file}")).context("this needs Linux")
}

/// Processor time that the program has taken, in seconds.
fn processor(process: &Process) -> Result<f64> {
    let stat = stat(process, "stat")?;
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok());
    Ok((ticks(11).context("no user time")? + ticks(12).context("no system time")?) / TICKS)
}

/// Memory that the program holds, in kB.
fn memory(process: &Process) -> Result<u64> {
    let status = stat(process, "status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.context("no memory")?.parse().context("no number")
}
