//! Whether the program stays as fast with ten million events as with a hundred thousand.

use crate::cluster::Cluster;
use crate::http::{Commands, County, Pathways, Program, Service, Worklists};
use crate::plan::Pace;
use crate::programs::simulate;
use anyhow::{Result, ensure};
use bench_load::{Client, closed_loop, median};
use std::sync::Arc;

/// Organisation and service of the synthetic county whose staff ask.
const ORGANISATION: &str = "northshire-recovery";
const SERVICE: &str = "northshire-community";
/// People of the caseload that are asked about.
const PEOPLE: usize = 2_000;
const CLIENTS: usize = 8;

/// What is asked.
pub const ASKED: [&str; 3] = ["command", "person", "worklist"];

/// How one size did.
pub struct Size {
    /// About how many events there were.
    pub events: u64,
    /// Events recorded a second while it was made.
    pub simulated: f64,
    /// 99th percentiles in milliseconds of what is [`ASKED`]: medians of the rounds.
    pub p99_ms: [f64; 3],
}

/// Makes both sizes, then asks them in turn.
///
/// # Errors
/// When the county cannot be made or asked.
pub async fn measure(
    cluster: &Cluster,
    program: &Program,
    sizes: [u64; 2],
    pace: &Pace,
) -> Result<[Size; 2]> {
    let mut nodes = Vec::new();
    for (name, events) in [("small", sizes[0]), ("large", sizes[1])] {
        let connect = cluster.database(name).await?;
        let folder = cluster.folder().join(name);
        let simulated = simulate(program, &connect, &folder, events, true).await?;
        cluster.settle(&[name]).await?;
        let service = Arc::new(Service::start(program, &connect, &folder).await?);
        let county = County::found(&service, ORGANISATION, SERVICE, PEOPLE).await?;
        ensure!(
            county.people.len() > CLIENTS,
            "the caseload has {} people",
            county.people.len()
        );
        let mut people = Vec::new();
        for person in county.people.iter() {
            people.push(person.lock().await.person);
        }
        let commands = Commands::new(service.clone(), county.clone());
        nodes.push((
            service,
            county,
            people,
            commands,
            simulated,
            [const { Vec::new() }; 3],
        ));
    }
    for _ in 0..pace.rounds {
        for (service, county, people, commands, _, p99s) in &mut nodes {
            p99s[0].push(p99(commands.clients(CLIENTS).await?, pace).await?);
            p99s[1].push(
                p99(
                    Pathways::clients(service, county, people.clone(), CLIENTS).await?,
                    pace,
                )
                .await?,
            );
            p99s[2].push(p99(Worklists::clients(service, county, CLIENTS).await?, pace).await?);
        }
    }
    let size = |at: usize| {
        let (_, _, _, _, simulated, p99s) = &nodes[at];
        Size {
            events: sizes[at],
            simulated: *simulated,
            p99_ms: [0, 1, 2].map(|asked| median(&p99s[asked]).unwrap_or(f64::NAN)),
        }
    };
    Ok([size(0), size(1)])
}

async fn p99<C: Client>(clients: Vec<C>, pace: &Pace) -> Result<f64> {
    let done = closed_loop(clients, pace.warm_up, pace.seconds).await?;
    Ok(done.measured(1)?.p99_us as f64 / 1e3)
}
