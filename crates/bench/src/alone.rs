//! What is measured of this log alone, after the comparison.

use crate::big;
use crate::cluster::Cluster;
use crate::contender::name;
use crate::findings::{Findings, Found, found};
use crate::http::{Commands, County, Pathways, Program, Service};
use crate::plan::{Case, Pace};
use crate::programs::rebuild;
use crate::replay;
use crate::results::Results;
use crate::systems::{Sequenced, ThisLog};
use crate::visibility;
use anyhow::{Context, Result};
use bench_load::{Measured, closed_loop, open_loop};
use sqlx::postgres::PgConnectOptions;
use std::path::{Path, PathBuf};
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
    /// Its database.
    pub connect: PgConnectOptions,
    /// Its files.
    pub folder: PathBuf,
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
            connect,
            folder,
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
    let (half_peak, pathway, rebuilt, big) = match node {
        Err(why) => (Err(why.clone()), Err(why.clone()), Err(why.clone()), Err(why)),
        Ok(node) => {
            let half_peak = found(half_peak(&node, results, pace).await);
            let pathway = found(pathway(&node, pace).await);
            let Node {
                program,
                connect,
                folder,
                service,
                county,
            } = node;
            drop((service, county)); // a rebuild has the machine to itself
            let rebuilt = found(rebuild(&program, &connect, &folder.join("keys.txt")).await);
            let big = match sizes {
                Some(sizes) => found(big::measure(cluster, &program, sizes, pace).await),
                None => Err("ask with --big: it takes some 15 GB of disk and half an hour".into()),
            };
            (half_peak, pathway, rebuilt, big)
        }
    };
    Findings {
        visible,
        visible_sequenced,
        half_peak,
        pathway,
        replay,
        rebuild: rebuilt,
        big,
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
