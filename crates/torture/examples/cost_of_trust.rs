//! What sealing, the key store and the access log cost, as ratios of the same work without them.
//!
//! `cargo run --release -p torture --example cost_of_trust -- [--seconds 5] [--rounds 5] [--clients 16]`
//!
//! On one database with full durability, in turn, so that whatever else the machine does hits all alike:
//!
//! - **Reading** somebody's record for an organisation without row-level security, with it, and with the look on disk
//!   before the answer leaves as well.
//! - **Appending** an event to somebody's record, and, of the processor time that takes here and in the database, how much is
//!   sealing its two parts: the same appends are sealed once more, by themselves, and written nowhere.
//! - **Beginning** records, whose keys go to the key store first, beside appending to those that there are.
//!
//! Prints the median of the rounds.

use anyhow::{Context as _, Result};
use clap::Parser;
use sqlx::{AssertSqlSafe, PgConnection};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::{Actor, Draft, Origin, Role};
use throughcare_domain::fact::{ContactRecorded, IdentityDetail};
use throughcare_domain::id::{EpisodeId, EventId, PersonId};
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::Occurred;
use throughcare_store::{Append, Looker, NewEvent, Provenance, Reach, Seen, Store, StreamAppend};
use torture::rng::{RngExt as _, dice};
use torture::{Cluster, Scale};
use uuid::Uuid;

/// Events of a record that is read: as many as a year of care has.
const LENGTH: u32 = 40;

#[derive(Parser)]
struct Cli {
    /// Seconds of each round of each kind
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// Rounds
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Clients at once
    #[arg(long, default_value_t = 16)]
    clients: usize,
}

/// People, each written to by one client, so that no append waits for another's version.
struct People {
    store: Store,
    provenance: Arc<Provenance>,
    reach: Reach,
    people: Vec<(StreamId, AtomicU32)>,
    made: AtomicU64,
    told: AtomicU64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    let cluster = Cluster::start(Scale::Long).await?;
    let database = cluster.database().await?;
    let store = database.node().await?;
    let mut superuser = database.connect().await?;
    let people = Arc::new(People::new(store, cli.clients).await?);
    let mut rates: [Vec<f64>; 5] = Default::default();
    let mut sealing = Vec::new();
    for round in 1..=cli.rounds {
        eprintln!("round {round} of {}", cli.rounds);
        row_security(&mut superuser, false).await?;
        let bare = measured(&cli, |client| people.clone().reads(client, false)).await?;
        row_security(&mut superuser, true).await?;
        let reads = measured(&cli, |client| people.clone().reads(client, false)).await?;
        let seen = measured(&cli, |client| people.clone().reads(client, true)).await?;
        let appends = measured(&cli, |client| people.clone().appends(client)).await?;
        let begun = measured(&cli, |_| people.clone().begins()).await?;
        for (rates, rate) in rates.iter_mut().zip([bare, reads, seen, appends, begun]) {
            rates.push(rate);
        }
        sealing.push(people.sealing().await?);
    }
    let [bare, reads, seen, appends, begun] = rates.map(median);
    let sealed = median(sealing);
    let (cores, each) = (available(), 1e6 / appends);
    println!("{} clients, median of {} rounds:", cli.clients, cli.rounds);
    println!("reading {LENGTH} events:        {bare:>8.0}/s");
    println!(
        "  with row-level security: {reads:>8.0}/s, {:.2} of it",
        reads / bare
    );
    println!(
        "  and the look on disk:    {seen:>8.0}/s, {:.2} of it",
        seen / bare
    );
    println!("appending:               {appends:>8.0}/s");
    println!(
        "  sealing an event:      {sealed:>8.1} us of {:.1} us on {cores} processors: without it at most {:.3} times as many",
        each * cores,
        1.0 / (1.0 - (sealed / (each * cores)).min(0.99))
    );
    println!(
        "beginning records:       {begun:>8.0}/s, {:.2} of appending",
        begun / appends
    );
    people.store.close().await;
    Ok(())
}

impl People {
    async fn new(store: Store, clients: usize) -> Result<Self> {
        let provenance = Arc::new(Provenance {
            received_at: jiff::Timestamp::UNIX_EPOCH,
            origin: Origin::Staff,
            actor: actor()?,
            on_behalf_of: None,
            purpose: "direct_care".to_owned(),
            correlation: Uuid::nil(),
            source: None,
        });
        // Those that are read, and those that grow.
        let people = (0..2 * clients).map(|client| (stream(client as u64), AtomicU32::new(0)));
        let all = Self {
            store,
            provenance,
            reach: Reach::of(&actor()?.organisation, [], []),
            people: people.collect(),
            made: AtomicU64::new(2 * clients as u64),
            told: AtomicU64::new(0),
        };
        for client in 0..clients {
            for _ in 0..LENGTH {
                all.append_to(client).await?;
            }
        }
        Ok(all)
    }

    /// One more reading of the client's own person, with or without the look.
    async fn reads(self: Arc<Self>, client: usize, noted: bool) -> Result<()> {
        let person = self.people[client].0;
        let events = self.store.read_stream(&self.reach, person, None).await?;
        anyhow::ensure!(events.len() as u32 >= LENGTH, "the record is not whole");
        if noted {
            let seen = Seen {
                person: Some(person.id),
                extent: "record",
                grounds: vec!["episode"],
            };
            self.store.record_looks(looker()?, vec![seen]).await?;
        }
        Ok(())
    }

    async fn appends(self: Arc<Self>, client: usize) -> Result<()> {
        self.append_to(self.people.len() / 2 + client).await
    }

    async fn append_to(&self, client: usize) -> Result<()> {
        let (person, version) = &self.people[client];
        let expected = version.load(Ordering::Relaxed);
        let append = self.append(*person, expected);
        self.store
            .append(append)
            .await?
            .appended()
            .context("somebody else appended")?;
        version.store(expected + 1, Ordering::Relaxed);
        Ok(())
    }

    async fn begins(self: Arc<Self>) -> Result<()> {
        let person = stream(self.made.fetch_add(1, Ordering::Relaxed));
        let append = self.append(person, 0);
        self.store
            .append(append)
            .await?
            .appended()
            .context("it was there")?;
        Ok(())
    }

    /// Microseconds of one processor that sealing an append of one event takes.
    async fn sealing(&self) -> Result<f64> {
        const OF: u32 = 2_000;
        let (person, version) = &self.people[0];
        let expected = version.load(Ordering::Relaxed);
        let appends: Vec<Append> = (0..OF).map(|_| self.append(*person, expected)).collect();
        let started = Instant::now();
        let sealed = self.store.seal_here(appends).await?;
        let took = started.elapsed();
        anyhow::ensure!(sealed.len() == OF as usize, "not all were sealed");
        Ok(took.as_secs_f64() * 1e6 / f64::from(OF))
    }

    fn append(&self, person: StreamId, expected: u32) -> Append {
        let identity = IdentityDetail {
            note: Some("Came with his sister, slept badly, wants to go on. ".repeat(3)),
            ..IdentityDetail::default()
        };
        let draft = Draft {
            id: EventId(stream(1 << 40 | self.told.fetch_add(1, Ordering::Relaxed)).id),
            occurred: Occurred::On(jiff::civil::date(2026, 7, 1)),
            fact: ContactRecorded {
                episode: EpisodeId(person.id),
            }
            .into(),
            identity: Some(identity),
            causation: None,
        };
        Append {
            streams: vec![StreamAppend {
                stream: person,
                expected,
                events: vec![NewEvent {
                    draft,
                    provenance: self.provenance.clone(),
                }],
            }],
            ..Append::default()
        }
    }
}

/// Switches row-level security on or off, on every table that has policies.
async fn row_security(superuser: &mut PgConnection, on: bool) -> Result<()> {
    let tables: Vec<(String,)> =
        sqlx::query_as("SELECT DISTINCT tablename::text FROM pg_policies WHERE schemaname = 'public'")
            .fetch_all(&mut *superuser)
            .await?;
    anyhow::ensure!(!tables.is_empty(), "no table has policies");
    let verb = if on { "ENABLE" } else { "DISABLE" };
    for (table,) in tables {
        let statement = format!("ALTER TABLE {table} {verb} ROW LEVEL SECURITY");
        sqlx::query(AssertSqlSafe(statement))
            .execute(&mut *superuser)
            .await?;
    }
    Ok(())
}

/// Pieces of work a second, by clients that each do one after the other.
async fn measured<F, W>(cli: &Cli, work: F) -> Result<f64>
where
    F: Fn(usize) -> W,
    W: Future<Output = Result<()>> + Send + 'static,
{
    let (started, lasts) = (Instant::now(), Duration::from_secs_f64(cli.seconds));
    let done = Arc::new(AtomicU64::new(0));
    let mut turns: Vec<_> = (0..cli.clients)
        .map(|client| (client, tokio::spawn(work(client))))
        .collect();
    while let Some((client, turn)) = turns.pop() {
        turn.await??;
        done.fetch_add(1, Ordering::Relaxed);
        if started.elapsed() < lasts {
            turns.insert(0, (client, tokio::spawn(work(client))));
        }
    }
    Ok(done.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64())
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

fn available() -> f64 {
    std::thread::available_parallelism().map_or(1.0, |cores| cores.get() as f64)
}

fn actor() -> Result<Actor> {
    Ok(Actor {
        client: "case-system".to_owned(),
        user: Some("a.worker".to_owned()),
        organisation: OrganisationCode::parse("northshire")?,
        role: Role::Worker,
    })
}

fn looker() -> Result<Looker> {
    Ok(Looker {
        actor: actor()?,
        on_behalf_of: None,
        purpose: "direct_care",
        route: "GET /v1/people/{id}".to_owned(),
        correlation: Uuid::nil(),
    })
}

fn stream(number: u64) -> StreamId {
    let mut chance = dice(number, 7);
    StreamId::person(PersonId(Uuid::from_u128(chance.random())))
}
