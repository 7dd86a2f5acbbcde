//! Measures the log beside other event stores, beside the raw limit of its database, and against its aims.
//!
//! `cargo run --release -p bench [-- --quick]`. What the figures mean stands in `BENCHMARKS.md` beside this
//! package's manifest.

mod aims;
mod alone;
mod big;
mod cluster;
mod comparison;
mod contender;
mod findings;
mod http;
mod machine;
mod peers;
mod plan;
mod programs;
mod replay;
mod report;
mod results;
mod spent;
mod systems;
mod visibility;

use alone::Node;
use anyhow::{Context, Result};
use bench_load::Runner;
use clap::Parser;
use cluster::Cluster;
use contender::{Contender, Here, name};
use http::Commands;
use plan::{Case, Pace};
use results::Results;
use spent::Processes;
use std::path::{Path, PathBuf};
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
    /// Measure this `throughcare` instead of building it.
    #[arg(long)]
    program: Option<PathBuf>,
    /// Also measure commands, people and worklists on a hundred thousand and on ten million events. Takes some
    /// 15 GB of disk and half an hour.
    #[arg(long)]
    big: bool,
    /// How many events the large database has, with --big.
    #[arg(long, default_value_t = 10_000_000)]
    big_events: u64,
    /// Write the tables to BENCHMARKS.md.
    #[arg(long)]
    record: bool,
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    let cluster = Cluster::start(&cli.directory)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(&cli, &cluster))
}

async fn run(cli: &Cli, cluster: &Cluster) -> Result<()> {
    let pace = if cli.quick { Pace::QUICK } else { Pace::FULL };
    let before = machine::load();
    let mut results = Results::default();
    let raw = Raw::new(cluster.database("raw").await?)
        .await
        .context("raw INSERT")?;
    let key_file = cluster.folder().join("keys.txt");
    let log = ThisLog::new(cluster.database("this_log").await?, key_file).await;
    let log = Arc::new(log.context("this log")?);
    let sequenced = Sequenced::new(cluster.database("sequenced").await?).await;
    let sequenced = Arc::new(sequenced.context("append, then sequence")?);
    let mut contenders: Vec<Box<dyn Contender>> = vec![
        Box::new(Here::new(name::RAW, Runner::new(Arc::new(raw)).await?)),
        Box::new(Here::new(name::THIS, Runner::new(log.clone()).await?)),
        Box::new(Here::new(name::SEQUENCED, Runner::new(sequenced.clone()).await?)),
    ];
    let node = findings::found(Node::start(cluster, cli.program.as_deref(), pace.people).await);
    match &node {
        Ok(node) => contenders.push(Box::new(Commands::new(node.service.clone(), node.county.clone()))),
        Err(why) => results.fail(name::COMMAND, why.clone()),
    }
    let fits = |name: &str| cli.peers.is_empty() || cli.peers.iter().any(|word| name.contains(word.as_str()));
    let peers = peers::start(cluster, fits).await;
    let versions: Vec<_> = peers.running.iter().map(|peer| peer.version.clone()).collect();
    for peer in peers.running {
        contenders.push(Box::new(peer));
    }
    for (name, why) in peers.absent {
        results.fail(name, why);
    }
    cluster.settle(&["raw", "this_log", "sequenced"]).await?;

    let wanted =
        |case: &Case| cli.cases.is_empty() || cli.cases.iter().any(|word| case.to_string().contains(word));
    let processes = Processes::of(cluster.process_file());
    comparison::run(&mut contenders, &pace, &mut results, &processes, wanted).await;
    let names: Vec<_> = contenders.iter().map(|contender| contender.name()).collect();
    drop(contenders); // the peers' programs end here
    let sizes = cli.big.then_some([100_000, cli.big_events]);
    let findings = alone::measure(cluster, &log, &sequenced, node, &results, &pace, sizes).await;

    let setting = report::Setting {
        command: report::portable(std::env::args().skip(1)),
        when: machine::today(),
        machine: machine::described(),
        server: cluster.described().await?,
        versions,
        load: [before, machine::load()],
        pace,
    };
    let text = report::whole(&setting, &results, &findings, &names);
    println!("{text}");
    if cli.record {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("BENCHMARKS.md");
        std::fs::write(&file, text).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    Ok(())
}
