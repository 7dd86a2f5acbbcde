//! What is measured of this log alone, after the comparison.

use crate::big;
use crate::cluster::Cluster;
use crate::contender::name;
use crate::findings::{Findings, Found, found};
use crate::http::{Commands, County, Pathways, Program, Service};
use crate::plan::{Case, Pace};
use crate::programs::{rebuild, simulate};
use crate::replay;
use crate::results::Results;
use crate::systems::{Sequenced, ThisLog};
use crate::visibility;
use anyhow::{Context, Result};
use bench_load::{Measured, closed_loop, open_loop};
use std::path::Path;
use std::sync::Arc;

/// Connections that an open loop shares: more than half the peak can keep busy.
const OPEN_CONNECTIONS: usize = 64;
/// People whose pathways are read, and their events.
const PATHWAYS: usize = 40;
const PATHWAY_EVENTS: usize = 100;
const PATHWAY_CLIENTS: usize = 8;

/// The program over HTTP, with the people about whom it is asked.
pub struct Node {
    /// The release program.
    pub program: Program,
    /// The running node.
    pub service: Arc<Service>,
    /// The caseload.
    pub county: County,
}

impl Node {
    /// Builds the program, starts it on a database of its own, and makes people in treatment.
    ///
    /// # Errors
    /// When the program does not build or start, or refuses a command.
    pub async fn start(cluster: &Cluster, program: Option<&Path>, people: usize) -> Result<Self> {
        let program = Program::find(program).await?;
        let connect = cluster.database("service").await?;
        let folder = cluster.folder().join("service");
        let service = Arc::new(Service::start(&program, &connect, &folder).await?);
        let county = County::make(&service, people).await.context("making people")?;
        cluster.settle(&["service"]).await?;
        Ok(Self {
            program,
            service,
            county,
        })
    }
}

/// Measures everything that stands beside the comparison.
pub async fn measure(
    cluster: &Cluster,
    log: &Arc<ThisLog>,
    sequenced: &Arc<Sequenced>,
    node: Found<Node>,
    results: &Results,
    pace: &Pace,
    sizes: Option<[u64; 2]>,
) -> Findings {
    let mut round = Case::append(32, 1).round(pace);
    round.seconds *= 2.0;
    let visible = found(visibility::measure(log.clone(), &round).await);
    let visible_sequenced = found(visibility::measure(sequenced.clone(), &round).await);
    let replay = found(replay::measure(log, pace.rounds).await);
    let (half_peak, pathway, simulated, rebuild, big) = match node {
        Err(why) => {
            let none = || why.clone();
            (Err(none()), Err(none()), Err(none()), Err(none()), Err(none()))
        }
        Ok(node) => {
            let half_peak = found(half_peak(&node, results, pace).await);
            let pathway = found(pathway(&node, pace).await);
            let Node {
                program,
                service,
                county,
                ..
            } = node;
            drop((service, county)); // long work has the machine to itself
            let (simulated, rebuild) = long_work(cluster, &program, pace).await;
            let big = match sizes {
                Some(sizes) => found(big::measure(cluster, &program, sizes, pace).await),
                None => Err("ask with --big: it takes some 15 GB of disk and half an hour".into()),
            };
            (half_peak, pathway, simulated, rebuild, big)
        }
    };
    Findings {
        visible,
        visible_sequenced,
        half_peak,
        pathway,
        replay,
        simulated,
        rebuild,
        big,
    }
}

/// Makes a county, and rebuilds its projections.
async fn long_work(cluster: &Cluster, program: &Program, pace: &Pace) -> (Found<f64>, Found<f64>) {
    let folder = cluster.folder().join("county");
    let made = async {
        let connect = cluster.database("county").await?;
        let rate = simulate(program, &connect, &folder, pace.county, false).await?;
        cluster.settle(&["county"]).await?;
        anyhow::Ok((connect, rate))
    };
    match found(made.await) {
        Ok((connect, rate)) => {
            let rebuilt = rebuild(program, &connect, &folder.join("keys.txt")).await;
            (Ok(rate), found(rebuilt))
        }
        Err(why) => (Err(why.clone()), Err(why)),
    }
}

/// Commands that arrive by the clock, at half the best rate of the comparison.
async fn half_peak(node: &Node, results: &Results, pace: &Pace) -> Result<(f64, Measured)> {
    let rates = [1, 8, 32].map(|clients| results.figures(Case::append(clients, 1), name::COMMAND));
    let peak = rates
        .into_iter()
        .flatten()
        .map(|figures| figures.rate)
        .fold(0.0, f64::max);
    anyhow::ensure!(peak > 0.0, "the peak was not measured");
    let mut commands = Commands::new(node.service.clone(), node.county.clone());
    let clients = commands.clients(OPEN_CONNECTIONS).await?;
    let done = open_loop(clients, peak / 2.0, pace.warm_up, pace.seconds * 3.0).await?;
    Ok((peak / 2.0, done.measured(1)?))
}

async fn pathway(node: &Node, pace: &Pace) -> Result<Measured> {
    let mut people = Vec::new();
    for person in 0..PATHWAYS.min(node.county.people.len()) {
        people.push(
            node.county
                .lengthen(&node.service, person, PATHWAY_EVENTS)
                .await?,
        );
    }
    let clients = Pathways::clients(&node.service, &node.county, people, PATHWAY_CLIENTS).await?;
    closed_loop(clients, pace.warm_up, pace.seconds * 2.0)
        .await?
        .measured(1)
}
