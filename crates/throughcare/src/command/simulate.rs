//! `simulate`: a synthetic county of any size, for trying out how the program does with much data.

use crate::cli::Simulate;
use crate::county;
use crate::database::{Database, data_dir};
use crate::node::{self, stop_on_signal};
use crate::rebuilding;
use crate::simulate::{Ended, Job, run as simulate, sample};
use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use throughcare_app::{App, Clock as _, SystemClock};
use throughcare_county::Plan;
use throughcare_domain::when::london_date;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Which county this directory holds, so that a run that was stopped goes on with the same.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Marker {
    seed: u64,
    people: u32,
    years: u8,
    until: Date,
}

/// Makes and records the county, or what is missing of it; then brings the lists up to date.
///
/// # Errors
/// With a sentence that says what to do.
pub async fn run(asked: Simulate) -> Result<ExitCode> {
    let directory = data_dir(&asked.place, "simulate");
    let database = Database::open(&asked.place, "simulate").await?;
    let store = database.migrated_store().await?;
    let app = node::app(store).await?;
    std::fs::create_dir_all(&directory).with_context(|| format!("{} cannot be made", directory.display()))?;
    let stop = stop_on_signal()?;
    let ended = record(&app, &asked, &directory, &stop).await;
    app.store().close().await;
    database.close().await?;
    ended
}

async fn record(app: &App, asked: &Simulate, directory: &Path, stop: &CancellationToken) -> Result<ExitCode> {
    let reference = app.reference().await;
    let marker = marker(app, asked, &directory.join("simulate.json")).await?;
    let plan = marker.plan();
    let looked = tokio::task::spawn_blocking(move || sample(&reference, plan)).await?;
    let (people, events) = looked?;
    let expected = (u64::from(plan.people) * events).div_ceil(people.max(1));
    println!(
        "Making {} people over {} years up to {}, about {expected} events (all invented) …",
        plan.people, marker.years, plan.until
    );
    let before = app.store().head().await?.position;
    if before > 0 {
        println!("{before} events are here already.");
    }
    let job = Job {
        plan,
        expected,
        aside: directory.join("simulate-aside"),
        stop: stop.clone(),
    };
    let bar = county::bar(expected, "events recorded");
    bar.reset_eta();
    let started = Instant::now();
    let ended = simulate(app, job, &bar).await?;
    bar.finish_and_clear();
    let seconds = started.elapsed().as_secs_f64();
    let events = match ended {
        Ended::Stopped(events) => {
            println!("Stopped after {events} events. Run the same command again to go on.");
            return Ok(ExitCode::FAILURE);
        }
        Ended::Complete(events) => events,
    };
    let new = events.saturating_sub(before);
    println!(
        "{} people, {events} events, all decided by the same rules as the API's. {new} of them recorded in {seconds:.1} s: \
         {:.0} events a second.",
        plan.people,
        new as f64 / seconds.max(0.001)
    );
    if asked.no_lists {
        println!("The lists are not up to date; `throughcare serve` brings them there.");
        return Ok(ExitCode::SUCCESS);
    }
    if lists(app, events, stop).await? {
        println!("The lists are up to date.");
        return Ok(ExitCode::SUCCESS);
    }
    println!("Stopped. Run the same command again to bring the lists up to date, or `throughcare serve`.");
    Ok(ExitCode::FAILURE)
}

/// Brings the lists up to date: those that hold nothing yet from the whole log, the others event by event. False when
/// told to stop.
async fn lists(app: &App, events: u64, stop: &CancellationToken) -> Result<bool> {
    let (told, stopping) = watch::channel(false);
    let computing = async {
        if !rebuilding::first_time(app, &stopping).await? {
            return Ok(false);
        }
        tokio::select! {
            done = county::catch_up(app, events) => done.map(|()| true),
            () = stop.cancelled() => Ok(false),
        }
    };
    // A rebuild ends at the next range by itself; cutting it off would leave its lease behind.
    let telling = async {
        stop.cancelled().await;
        told.send_replace(true);
        std::future::pending().await
    };
    tokio::select! {
        done = computing => done,
        never = telling => never,
    }
}

/// The county of this directory, or a new one's.
async fn marker(app: &App, asked: &Simulate, file: &Path) -> Result<Marker> {
    if let Ok(bytes) = std::fs::read(file) {
        let marker: Marker = serde_json::from_slice(&bytes)
            .with_context(|| format!("{} cannot be read; use an empty --data-dir", file.display()))?;
        let same = asked.seed == marker.seed
            && asked.years == marker.years
            && asked.people.is_none_or(|people| people == marker.people)
            && asked.until.is_none_or(|until| until == marker.until);
        if !same {
            bail!(
                "this directory holds the county of --people {} --years {} --seed {} --until {}: ask for the same to go \
                 on with it, or give another --data-dir",
                marker.people,
                marker.years,
                marker.seed,
                marker.until
            );
        }
        return Ok(marker);
    }
    if app.store().head().await?.position > 0 {
        bail!("this database holds records already; give simulate a --data-dir or database of its own");
    }
    let today = london_date(SystemClock.now());
    let until = asked.until.unwrap_or(today);
    if until > today {
        bail!("--until {until} is in the future; nothing can be recorded later than today, {today}");
    }
    let mut marker = Marker {
        seed: asked.seed,
        people: asked.people.unwrap_or(Plan::MOST_PEOPLE),
        years: asked.years,
        until,
    };
    if let (None, Some(events)) = (asked.people, asked.events) {
        let (reference, plan) = (app.reference().await, marker.plan());
        let (people, sampled) = tokio::task::spawn_blocking(move || sample(&reference, plan)).await??;
        let wanted = (events * people).div_ceil(sampled.max(1)).max(1);
        marker.people = u32::try_from(wanted)
            .ok()
            .filter(|people| *people <= Plan::MOST_PEOPLE)
            .with_context(|| {
                format!(
                    "{events} events need {wanted} people, more than {}; ask for more --years",
                    Plan::MOST_PEOPLE
                )
            })?;
    }
    let part = PathBuf::from(format!("{}.part", file.display()));
    std::fs::write(&part, serde_json::to_vec_pretty(&marker)?)?;
    std::fs::rename(part, file)?;
    Ok(marker)
}

impl Marker {
    fn plan(&self) -> Plan {
        let years = jiff::Span::new().years(i64::from(self.years));
        Plan {
            seed: self.seed,
            people: self.people,
            from: self.until.saturating_sub(years),
            until: self.until,
        }
    }
}
