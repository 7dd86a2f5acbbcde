//! An event of a newer program: the lists stop before it and say so; the program goes on serving.

use super::planted::{self, Planted};
use crate::program::{Process, Program};
use crate::referrals::{self, Answered, Desk};
use crate::{Cluster, Database, Report, lists};
use anyhow::{Result, bail};
use sqlx::PgConnection;
use std::time::{Duration, Instant};
use throughcare_testkit::Builder;

/// The lists must say so within this.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) async fn run(cluster: &Cluster, program: &Program, report: &mut Report) -> Result<()> {
    let database = cluster.database().await?;
    let process = program.start_on(&database, "all").await?;
    referrals::set_up(program, &process, &database, &["case-system".to_owned()]).await?;
    let desk = Desk::new(program, "case-system")?;
    let mut build = Builder::new(1);
    refer(&desk, &process, &mut build).await?;
    lists::caught_up(&database).await?;

    let newer = planted::plant(&database, build.id(), "identity.foreseen").await?;
    let reason = stopped(&database, newer.position).await?;
    match &reason {
        Some(reason) => report.figure(
            "an event of a newer program",
            format!("the lists say \"{reason}\""),
        ),
        None => report.violation("the lists do not say that they stop before an event of a newer program"),
    }
    // The program serves: it records, though the lists stand still.
    for _ in 0..3 {
        refer(&desk, &process, &mut build).await?;
    }
    let mut owner = database.connect().await?;
    if lists::checkpoint(&mut owner).await? >= newer.position {
        report.violation("the lists went past an event of a newer program");
    }
    if parked(&mut owner).await? > 0 {
        report.violation("an event of a newer program parked somebody");
    }

    goes_on(&database, &newer).await?;
    lists::caught_up(&database).await?;
    if parked(&mut owner).await? > 0 {
        report.violation("somebody is parked though the newer program has come");
    }
    Ok(())
}

/// A program that knows the type comes: here, the event becomes one of a known type.
async fn goes_on(database: &Database, newer: &Planted) -> Result<()> {
    planted::replace(database, newer, "identity.residence-recorded").await
}

/// Waits until the lists say that they stand still before a position.
async fn stopped(database: &Database, position: u64) -> Result<Option<String>> {
    let mut connection = database.connect().await?;
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let reason: Option<String> = sqlx::query_scalar(
            "/* poison_stopped */ SELECT stopped_reason FROM checkpoints WHERE name = 'worklists'",
        )
        .fetch_one(&mut connection)
        .await?;
        if reason.is_some() || lists::checkpoint(&mut connection).await? >= position {
            return Ok(reason);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(None)
}

async fn parked(connection: &mut PgConnection) -> Result<i64> {
    Ok(
        sqlx::query_scalar("/* poison_newer_parked */ SELECT count(*) FROM parked")
            .fetch_one(connection)
            .await?,
    )
}

async fn refer(desk: &Desk, process: &Process, build: &mut Builder) -> Result<()> {
    let begun = Instant::now();
    let key = build.id();
    while desk.refer(process.address(), key, None).await? == Answered::NotYet {
        if begun.elapsed() > PATIENCE {
            bail!("the program does not serve");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}
