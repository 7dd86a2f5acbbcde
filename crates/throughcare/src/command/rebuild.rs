//! `rebuild`: computes projections anew beside the live ones, proves them equal, and switches.

use super::projections::projection;
use crate::cli;
use crate::database::Database;
use crate::node;
use crate::rebuilding::{Shown, program};
use anyhow::{Context, Result};
use std::process::ExitCode;
use throughcare_app::{App, Rebuild, Rebuilt, Summary};
use throughcare_store::projection::{Comparison, Projection};
use tokio::sync::watch;

/// Rebuilds one projection, or all of them one after another. Exit status 1 when one differs, or was stopped.
///
/// # Errors
/// With a sentence that says what to do.
pub async fn run(rebuild: cli::Rebuild) -> Result<ExitCode> {
    let projections = match &rebuild.name {
        Some(name) => vec![projection(name)?],
        None => Projection::ALL.to_vec(),
    };
    let program = program()?;
    let database = Database::open(&rebuild.place, "serve").await?;
    let app = node::app(database.store().await?).await?;
    let (stopping, stop) = watch::channel(false);
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stopping.send_replace(true);
            // Held until the run has ended: a closed channel would say nothing.
            std::future::pending::<()>().await;
        }
    });
    let work = Rebuild {
        owner: format!("{} (rebuild)", node::machine()),
        app: app.clone(),
        program,
        workers: usize::from(rebuild.workers),
        accept_changes: rebuild.accept_changes,
        afresh: rebuild.afresh,
        digest: true,
    };
    let outcome = all(&work, &app, projections, stop).await;
    app.store().close().await;
    database.close().await?;
    outcome
}

async fn all(
    work: &Rebuild,
    app: &App,
    projections: Vec<Projection>,
    stop: watch::Receiver<bool>,
) -> Result<ExitCode> {
    let mut good = true;
    for projection in projections {
        let shown = Shown::begin();
        let outcome = work.run(projection, stop.clone(), shown.told()).await;
        shown.end();
        let name = projection.name();
        match outcome
            .with_context(|| format!("{name} was not rebuilt; the table that is read did not change"))?
        {
            Rebuilt::Switched(summary) => switched(name, &summary),
            Rebuilt::Differs(found) => {
                good = false;
                differs(name, &found);
                println!(
                    "Nothing was changed. If this version of the program computes other rows on purpose, run \
                     `throughcare rebuild {name} --accept-changes`; it does not compute them again."
                );
            }
            Rebuilt::Stopped { left, ranges } => {
                println!(
                    "{name}: stopped with {} of {ranges} ranges done; run the same command to go on from there.",
                    ranges - left
                );
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    for one in app.store().projections().await? {
        println!("{}: true up to {} of {}.", one.name, one.position, one.head);
    }
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn switched(name: &str, summary: &Summary) {
    match &summary.comparison {
        Some(found) if found.equal() => println!(
            "{name}: compared row by row with the live table at position {}: equal.",
            found.position
        ),
        Some(found) => differs(name, found),
        None => println!("{name}: the live table held nothing yet, so there was nothing to compare."),
    }
    if let Some(found) = summary.comparison.as_ref().filter(|found| found.parked > 0) {
        println!(
            "{name}: {} people who were parked have other rows now.",
            found.parked
        );
    }
    let seconds = summary.loading.as_secs_f64();
    println!(
        "{name}: switched. {} events in {seconds:.1} s ({:.0} a second), {:.1} s in all.",
        summary.events,
        summary.events as f64 / seconds.max(0.001),
        summary.whole.as_secs_f64(),
    );
    if let Some((position, digest)) = &summary.digest {
        println!(
            "{name}: {} rows, SHA-256 {} at position {position}.",
            digest.rows, digest.sha256
        );
    }
}

fn differs(name: &str, found: &Comparison) {
    println!(
        "{name}: {} rows of {} people differ at position {}.",
        found.rows, found.people, found.position
    );
    println!(
        "  live:    {} rows, SHA-256 {}",
        found.live.rows, found.live.sha256
    );
    println!(
        "  rebuilt: {} rows, SHA-256 {}",
        found.beside.rows, found.beside.sha256
    );
    let people: Vec<String> = found.first.iter().map(|person| person.0.to_string()).collect();
    println!(
        "  people:  {}{}",
        people.join(", "),
        if found.people > people.len() as u64 {
            ", …"
        } else {
            ""
        }
    );
}
