//! What proving that nothing was altered costs those who record: appends with the trees kept beside them, as a ratio of
//! the same appends without.
//!
//! `cargo run --release -p torture --example cost_of_tree -- [--seconds 5] [--rounds 5] [--clients 16]`
//!
//! On one database with full durability, in turn, so that whatever else the machine does hits both alike. What was
//! recorded without the trees is brought into them before the next turn. While they are kept, how old the oldest event is
//! that is not in the tree is looked at every 50 ms. The same for looks.
//!
//! Prints the median of the rounds, the greatest age, and how fast a tree catches up by itself.

use anyhow::{Context as _, Result};
use clap::Parser;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use throughcare_app::proving::TreeKeeper;
use throughcare_app::{App, SystemClock, SystemIds};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::{Actor, Draft, Origin, Role};
use throughcare_domain::fact::{ContactRecorded, IdentityDetail};
use throughcare_domain::id::{EpisodeId, EventId, PersonId};
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::Occurred;
use throughcare_store::{Append, Looker, NewEvent, Provenance, Seen, Store, StreamAppend, Tree};
use torture::rng::{RngExt as _, dice};
use torture::{Cluster, Scale};
use uuid::Uuid;

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
    people: Vec<(StreamId, AtomicU32)>,
    told: AtomicU64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    let cluster = Cluster::start(Scale::Long).await?;
    let database = cluster.database().await?;
    let store = database.node().await?;
    let app = App::open(store.clone(), Arc::new(SystemClock), Arc::new(SystemIds)).await?;
    let people = Arc::new(People::new(store.clone(), cli.clients)?);
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    let (mut looks_alone, mut looks_beside) = (Vec::new(), Vec::new());
    let (mut oldest, mut catches) = (Duration::ZERO, Vec::new());
    for round in 1..=cli.rounds {
        eprintln!("round {round} of {}", cli.rounds);
        let behind = store.head().await?.position;
        alone.push(
            measured(&cli, {
                let people = people.clone();
                move |client| people.clone().appends(client)
            })
            .await?,
        );
        looks_alone.push(
            measured(&cli, {
                let people = people.clone();
                move |_| people.clone().looks()
            })
            .await?,
        );
        let events = store.head().await?.position - behind;
        let started = Instant::now();
        TreeKeeper::new(app.clone(), "before").catch_up().await?;
        catches.push(events as f64 / started.elapsed().as_secs_f64());
        give_up(&store).await?;

        let (stop, stopped) = tokio::sync::watch::channel(false);
        let keeping = tokio::spawn(TreeKeeper::new(app.clone(), "beside").run(stopped.clone()));
        let watching = tokio::spawn(oldest_of(store.clone(), stopped));
        beside.push(
            measured(&cli, {
                let people = people.clone();
                move |client| people.clone().appends(client)
            })
            .await?,
        );
        looks_beside.push(
            measured(&cli, {
                let people = people.clone();
                move |_| people.clone().looks()
            })
            .await?,
        );
        stop.send_replace(true);
        keeping.await?;
        oldest = oldest.max(watching.await??);
    }
    let (alone, beside) = (median(alone), median(beside));
    let (looks_alone, looks_beside) = (median(looks_alone), median(looks_beside));
    println!("{} clients, median of {} rounds:", cli.clients, cli.rounds);
    println!("appending alone:      {alone:>8.0}/s");
    println!(
        "  with the trees:     {beside:>8.0}/s, {:.3} of it",
        beside / alone
    );
    println!("looks alone:          {looks_alone:>8.0}/s");
    println!(
        "  with the trees:     {looks_beside:>8.0}/s, {:.3} of it",
        looks_beside / looks_alone
    );
    println!(
        "the oldest event that was not in the tree: {:.2} s; a tree catches up with {:.0} events/s",
        oldest.as_secs_f64(),
        median(catches)
    );
    store.close().await;
    Ok(())
}

/// Lets the next keeper begin at once.
async fn give_up(store: &Store) -> Result<()> {
    let lease = store.take_lease(throughcare_store::TREES, "before", true).await?;
    store.give_up_lease(&lease.context("the lease is held")?).await?;
    Ok(())
}

/// How long at most an event waited for its leaf, looked at every 50 ms.
async fn oldest_of(store: Store, stop: tokio::sync::watch::Receiver<bool>) -> Result<Duration> {
    let mut waits: Option<(u64, Instant)> = None;
    let mut oldest = Duration::ZERO;
    while !*stop.borrow() {
        let trees = store.trees().await?;
        let log = trees
            .iter()
            .find(|one| one.tree == Tree::Log)
            .context("there is no tree")?;
        match waits {
            // The event that stood at the head then is in the tree now.
            Some((head, since)) if log.size >= head => {
                oldest = oldest.max(since.elapsed());
                waits = None;
            }
            None if log.behind() > 0 => waits = Some((log.head, Instant::now())),
            _ => {}
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(oldest)
}

impl People {
    fn new(store: Store, clients: usize) -> Result<Self> {
        let provenance = Arc::new(Provenance {
            received_at: jiff::Timestamp::UNIX_EPOCH,
            origin: Origin::Staff,
            actor: actor()?,
            on_behalf_of: None,
            purpose: "direct_care".to_owned(),
            correlation: Uuid::nil(),
            source: None,
        });
        let people = (0..clients).map(|client| (stream(client as u64), AtomicU32::new(0)));
        Ok(Self {
            store,
            provenance,
            people: people.collect(),
            told: AtomicU64::new(0),
        })
    }

    async fn looks(self: Arc<Self>) -> Result<()> {
        let seen = Seen {
            person: Some(self.people[0].0.id),
            extent: "record",
            grounds: vec!["episode"],
        };
        let looker = Looker {
            actor: actor()?,
            on_behalf_of: None,
            purpose: "direct_care",
            route: "GET /v1/people/{id}".to_owned(),
            correlation: Uuid::nil(),
        };
        Ok(self.store.record_looks(looker, vec![seen]).await?)
    }

    async fn appends(self: Arc<Self>, client: usize) -> Result<()> {
        let (person, version) = &self.people[client];
        let expected = version.load(Ordering::Relaxed);
        let append = self.append(*person, expected);
        let outcome = self.store.append(append).await?;
        outcome.appended().context("somebody else appended")?;
        version.store(expected + 1, Ordering::Relaxed);
        Ok(())
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

/// Pieces of work a second, by clients that each do one after the other.
async fn measured<F, W>(cli: &Cli, work: F) -> Result<f64>
where
    F: Fn(usize) -> W + Clone + Send + Sync + 'static,
    W: Future<Output = Result<()>> + Send + 'static,
{
    let (started, lasts) = (Instant::now(), Duration::from_secs_f64(cli.seconds));
    let clients: Vec<_> = (0..cli.clients)
        .map(|client| {
            let work = work.clone();
            tokio::spawn(async move {
                let mut done = 0_u64;
                while started.elapsed() < lasts {
                    work(client).await?;
                    done += 1;
                }
                anyhow::Ok(done)
            })
        })
        .collect();
    let mut done = 0;
    for client in clients {
        done += client.await??;
    }
    Ok(done as f64 / started.elapsed().as_secs_f64())
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

fn actor() -> Result<Actor> {
    Ok(Actor {
        client: "case-system".to_owned(),
        user: Some("a.worker".to_owned()),
        organisation: OrganisationCode::parse("northshire")?,
        role: Role::Worker,
    })
}

fn stream(number: u64) -> StreamId {
    let mut chance = dice(number, 7);
    StreamId::person(PersonId(Uuid::from_u128(chance.random())))
}
