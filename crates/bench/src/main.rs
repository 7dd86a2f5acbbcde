//! Measures the log beside other event stores, beside the raw limit of its database, and against its aims.
//!
//! `cargo run --release -p bench [-- --quick]`. What the figures mean stands in `BENCHMARKS.md` beside this
//! package's manifest.

mod cluster;
mod contender;
mod machine;
mod peers;
mod plan;
mod report;
mod results;
mod systems;

use anyhow::{Context, Result};
use bench_load::Runner;
use clap::Parser;
use cluster::Cluster;
use contender::{Contender, Here, name};
use plan::{Case, Pace};
use results::Results;
use std::path::PathBuf;
use std::sync::Arc;
use systems::{Raw, Sequenced, ThisLog};

/// Measures Throughcare's event log beside others, on one private PostgreSQL, in one run.
#[derive(Debug, Parser)]
#[command(name = "bench", max_term_width = 100)]
struct Cli {
    /// Short rounds: a look of about three minutes, once everything is built.
    #[arg(long)]
    quick: bool,
    /// Where the database's directory is made. A disk like the one in service; not shared memory.
    #[arg(long, default_value_os_t = std::env::temp_dir())]
    directory: PathBuf,
    /// Measure only these peers: words of their names; `none` for no peer at all.
    #[arg(long)]
    peers: Vec<String>,
    /// Measure only these lines of the comparison: words such as `append` or `32 clients`.
    #[arg(long)]
    cases: Vec<String>,
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    let cluster = Cluster::start(&cli.directory)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(&cli, &cluster))
}

async fn run(cli: &Cli, cluster: &Cluster) -> Result<()> {
    let pace = if cli.quick { Pace::QUICK } else { Pace::FULL };
    println!(
        "{}\n{}\nload before: {}",
        machine::described(),
        cluster.described().await?,
        machine::load()
    );
    let fits = |name: &str| cli.peers.is_empty() || cli.peers.iter().any(|word| name.contains(word.as_str()));
    let mut contenders = contenders(cluster).await?;
    let peers = peers::start(cluster, fits).await;
    for peer in peers.running {
        eprintln!("{} is ready: {}", peer.name(), peer.version);
        contenders.push(Box::new(peer));
    }
    let names: Vec<_> = contenders.iter().map(|contender| contender.name()).collect();
    let mut results = Results::default();
    for (name, why) in peers.absent {
        results.fail(name, why);
    }
    let wanted =
        |case: &Case| cli.cases.is_empty() || cli.cases.iter().any(|word| case.to_string().contains(word));
    for case in plan::cases().into_iter().filter(wanted) {
        for (round, system) in plan::interleaved(contenders.len(), pace.rounds) {
            let contender = &mut contenders[system];
            if case.clients > contender.most_clients() || results.gave_up(contender.name()) {
                continue;
            }
            match contender.round(&case.round(&pace)).await {
                Ok(measured) => results.add(case, contender.name(), round, measured),
                Err(error) => results.fail(contender.name(), format!("{case}: {error:#}")),
            }
        }
        eprintln!("measured: {case}; load {}", machine::load());
    }
    println!("{}", report::comparison(&results, &names));
    for (system, why) in results.failures() {
        println!("{system}: not measured: {why}");
    }
    println!("load after: {}", machine::load());
    Ok(())
}

async fn contenders(cluster: &Cluster) -> Result<Vec<Box<dyn Contender>>> {
    let raw = Raw::new(cluster.database("raw").await?)
        .await
        .context("raw INSERT")?;
    let log = ThisLog::new(
        cluster.database("this_log").await?,
        cluster.folder().join("keys.txt"),
    )
    .await
    .context("this log")?;
    let other = Sequenced::new(cluster.database("sequenced").await?)
        .await
        .context("append, then sequence")?;
    cluster.settle(&["raw", "this_log", "sequenced"]).await?;
    Ok(vec![
        Box::new(Here::new(name::RAW, Runner::new(Arc::new(raw)).await?)),
        Box::new(Here::new(name::THIS, Runner::new(Arc::new(log)).await?)),
        Box::new(Here::new(name::SEQUENCED, Runner::new(Arc::new(other)).await?)),
    ])
}
