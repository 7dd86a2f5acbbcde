//! Do slow clients hold the door for honest ones?
//!
//! `cargo run --release -p torture --example slow_clients -- [--connections 500]` (Linux: it reads `/proc/net/tcp`)
//!
//! Starts the real program, measures what honest requests take by themselves, opens slow connections of six kinds, and
//! measures again while they last. Prints for each kind until when the program held its connections, and the honest p99
//! with them and without as a ratio. Fails when one is held longer than 15 s, or an honest request fails. The ratio is
//! printed and not judged: a machine that does other work has a p99 of its own.

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use reqwest::Client;
use serde_json::json;
use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use throughcare_http::token::Role;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpSocket;
use torture::{Cluster, Process, Program, Scale};

/// By when a slow connection must be gone (`trust.md`, P14).
const CLOSED_WITHIN: Duration = Duration::from_secs(15);
/// How long connections are watched: a connection that is kept is seen to be kept.
const WATCHED: Duration = Duration::from_secs(20);
/// Between two looks at who is still connected.
const LOOK: Duration = Duration::from_millis(250);
/// Between two bytes of a trickle: shorter than any pause that ends a connection.
const BYTE: Duration = Duration::from_millis(500);
/// Honest clients, one request at a time each.
const HONEST: usize = 4;
/// Pause of an honest client between two requests.
const PAUSE: Duration = Duration::from_millis(20);
/// Files of more than 1 MB asked for by a client that reads none: more than the system's buffers hold.
const UNREAD: usize = 10;
/// Buffer of that client, in bytes.
const DEAF_BUFFER: u32 = 4_096;

#[derive(Parser)]
struct Cli {
    /// Slow connections in all
    #[arg(long, default_value_t = 500)]
    connections: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Slow {
    Silent,
    HalfHead,
    HeadByBytes,
    HalfBody,
    BodyByBytes,
    Deaf,
}

impl Slow {
    const ALL: [Self; 6] = [
        Self::Silent,
        Self::HalfHead,
        Self::HeadByBytes,
        Self::HalfBody,
        Self::BodyByBytes,
        Self::Deaf,
    ];

    /// What is sent at once.
    fn begins(self, token: &str) -> String {
        let post = format!(
            "POST /v1/people/search HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n"
        );
        match self {
            Self::Silent => String::new(),
            Self::HalfHead | Self::HeadByBytes => {
                "GET /v1/services HTTP/1.1\r\nHost: localhost\r\nX-Long: ".to_owned()
            }
            Self::HalfBody | Self::BodyByBytes => format!("{post}{{ "),
            Self::Deaf => {
                "GET /swagger-ui/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(UNREAD)
            }
        }
    }

    /// The byte that is sent again and again.
    const fn trickles(self) -> Option<u8> {
        match self {
            Self::HeadByBytes => Some(b'x'),
            Self::BodyByBytes => Some(b' '),
            _ => None,
        }
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    let (cluster, program) = (Cluster::start(Scale::Long).await?, Program::build().await?);
    let database = cluster.database().await?;
    let process = program.start_on(&database, "all").await?;
    let first = [
        "admin",
        "begin",
        "--organisation",
        "partnership",
        "--name",
        "Partnership",
    ];
    let whom = ["--client", "administration", "--user", "administrator"];
    let (begun, said) = program.run(&[&first[..], &whom[..]].concat(), &database).await?;
    ensure!(begun, "nobody administers: {said}");
    let token: Arc<str> = Arc::from(program.token("administration", "partnership", Role::Administrator));
    opened(&process, &token).await?;

    let alone = honest(&process, &token, WATCHED).await?;
    println!("honest alone:             {alone}");
    let slow = connected(&process, &token, cli.connections).await?;
    println!("{} slow connections", slow.len());
    let watching = tokio::spawn(watched(port(&process)?, slow));
    let beside = honest(&process, &token, WATCHED).await?;
    println!("honest beside slow ones:  {beside}");
    let held = watching.await??;
    let mut worst = Duration::ZERO;
    for kind in Slow::ALL {
        let mut times: Vec<Duration> = held
            .iter()
            .filter(|(one, _)| *one == kind)
            .map(|(_, held)| *held)
            .collect();
        times.sort_unstable();
        let (Some(first), Some(last)) = (times.first(), times.last()) else {
            continue;
        };
        println!(
            "{:<12} {:>4} connections, held for {:.1} s to {:.1} s",
            format!("{kind:?}"),
            times.len(),
            first.as_secs_f64(),
            last.as_secs_f64()
        );
        worst = worst.max(*last);
    }
    println!(
        "honest p99 beside slow ones is {:.2} times that without",
        beside.p99 / alone.p99
    );
    ensure!(
        worst <= CLOSED_WITHIN,
        "a slow connection was held for {:.1} s",
        worst.as_secs_f64()
    );
    Ok(())
}

/// An organisation and a service, so that there is something to read.
async fn opened(process: &Process, token: &str) -> Result<()> {
    let http = Client::builder().no_proxy().build()?;
    let organisation = json!({ "organisation": "northshire-recovery", "name": "Northshire Recovery" });
    let request = http.post(format!("{}/v1/organisations", process.address()));
    let status = request
        .bearer_auth(token)
        .json(&organisation)
        .send()
        .await?
        .status();
    ensure!(status == 201, "an organisation was answered {status}");
    Ok(())
}

/// How long honest requests took.
struct Took {
    requests: usize,
    p50: f64,
    p99: f64,
}

impl std::fmt::Display for Took {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { requests, p50, p99 } = self;
        write!(
            f,
            "{requests} requests, p50 {:.2} ms, p99 {:.2} ms",
            p50 * 1e3,
            p99 * 1e3
        )
    }
}

async fn honest(process: &Process, token: &Arc<str>, lasts: Duration) -> Result<Took> {
    let until = Instant::now() + lasts;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..HONEST {
        let address = format!("{}/v1/organisations/northshire-recovery", process.address());
        let token = Arc::clone(token);
        tasks.spawn(async move {
            let http = Client::builder()
                .no_proxy()
                .timeout(Duration::from_secs(30))
                .build()?;
            let mut times = Vec::new();
            while Instant::now() < until {
                let begun = Instant::now();
                let response = http.get(&address).bearer_auth(&token).send().await?;
                let status = response.status();
                response.bytes().await?;
                times.push(begun.elapsed().as_secs_f64());
                ensure!(status == 200, "an honest request was answered {status}");
                tokio::time::sleep(PAUSE).await;
            }
            Ok(times)
        });
    }
    let mut all = Vec::new();
    while let Some(done) = tasks.join_next().await {
        all.extend(done??);
    }
    all.sort_by(f64::total_cmp);
    let at = |percent: usize| all.get(all.len().saturating_sub(1) * percent / 100).copied();
    let none = "no honest request was answered";
    Ok(Took {
        requests: all.len(),
        p50: at(50).context(none)?,
        p99: at(99).context(none)?,
    })
}

/// A slow connection: its port, its kind, when it was opened.
type Opened = (u16, Slow, Instant);

/// Opens them, as many of each kind, and leaves each to a task that is as slow as its kind.
async fn connected(process: &Process, token: &Arc<str>, connections: usize) -> Result<Vec<Opened>> {
    let address: SocketAddr = process.address().trim_start_matches("http://").parse()?;
    let mut slow = Vec::with_capacity(connections);
    for kind in Slow::ALL.into_iter().cycle().take(connections) {
        let socket = TcpSocket::new_v4()?;
        if kind == Slow::Deaf {
            socket.set_recv_buffer_size(DEAF_BUFFER)?;
        }
        let mut stream = socket.connect(address).await?;
        slow.push((stream.local_addr()?.port(), kind, Instant::now()));
        let begins = kind.begins(token);
        tokio::spawn(async move {
            // What a client that does not read asks for may itself be more than is taken.
            let asked = tokio::time::timeout(WATCHED * 2, stream.write_all(begins.as_bytes())).await;
            let mut open = matches!(asked, Ok(Ok(())));
            while let (Some(byte), true) = (kind.trickles(), open) {
                tokio::time::sleep(BYTE).await;
                open = stream.write_all(&[byte]).await.is_ok();
            }
            // Held open from this side, so that it is the program that closes.
            tokio::time::sleep(WATCHED * 2).await;
            drop(stream);
        });
    }
    Ok(slow)
}

/// For how long the program held each of them.
async fn watched(port: u16, slow: Vec<Opened>) -> Result<Vec<(Slow, Duration)>> {
    let begun = Instant::now();
    let mut open: HashMap<u16, (Slow, Instant)> = slow
        .into_iter()
        .map(|(port, kind, at)| (port, (kind, at)))
        .collect();
    let mut held = Vec::new();
    while !open.is_empty() && begun.elapsed() < WATCHED {
        tokio::time::sleep(LOOK).await;
        let still = tokio::task::spawn_blocking(move || holds(port)).await??;
        open.retain(|client, (kind, at)| {
            let keeps = still.contains(client);
            if !keeps {
                held.push((*kind, at.elapsed()));
            }
            keeps
        });
    }
    held.extend(open.into_values().map(|(kind, at)| (kind, at.elapsed())));
    Ok(held)
}

/// The ports of clients whose connections a process has open on this port: sockets of the kernel alone have no inode.
fn holds(port: u16) -> Result<HashSet<u16>> {
    let table = std::fs::read_to_string("/proc/net/tcp").context("this needs Linux")?;
    let port_of =
        |address: &str| u16::from_str_radix(address.rsplit(':').next().unwrap_or_default(), 16).ok();
    Ok(table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let (local, remote, inode) = (fields.get(1)?, fields.get(2)?, fields.get(9)?);
            (port_of(local)? == port && *inode != "0").then(|| port_of(remote))?
        })
        .collect())
}

fn port(process: &Process) -> Result<u16> {
    let port = process.address().rsplit(':').next().unwrap_or_default();
    port.parse().context("the program's address has no port")
}
