//! `projections`: how the lists are doing, who is parked, and taking them up again.

use crate::cli::{Place, Projections, ProjectionsAction};
use crate::database::Database;
use crate::node;
use anyhow::{Context, Result, bail};
use std::process::ExitCode;
use throughcare_app::{AppError, Projector};
use throughcare_domain::id::PersonId;
use throughcare_store::Store;
use throughcare_store::projection::{MOST_PARKED_SHOWN, Projection, ProjectionState, ProjectionStatus};
use uuid::Uuid;

/// Lists projections, or resumes parked people. Exit status 1 when somebody is still parked after resuming.
///
/// # Errors
/// With a sentence that says what to do.
pub async fn run(projections: Projections) -> Result<ExitCode> {
    match projections.action {
        None => {
            let (database, store) = open(&projections.place).await?;
            let shown = show(&store).await;
            store.close().await;
            database.close().await?;
            shown?;
            Ok(ExitCode::SUCCESS)
        }
        Some(ProjectionsAction::Resume { name, person, place }) => resume(&place, &name, person).await,
    }
}

async fn open(place: &Place) -> Result<(Database, Store)> {
    let database = Database::open(place, "serve").await?;
    let store = database.store().await?;
    Ok((database, store))
}

async fn show(store: &Store) -> Result<()> {
    for one in store.projections().await? {
        println!("{}", described(&one));
    }
    let parked = store.parked().await?;
    for one in &parked {
        println!(
            "parked in {}: person {} at {}, since {}, tried {} time(s), last at {}",
            one.projection, one.person.0, one.reason, one.since, one.tries, one.tried_at
        );
    }
    if parked.len() as i64 == MOST_PARKED_SHOWN {
        println!("(the first {MOST_PARKED_SHOWN} are shown)");
    }
    Ok(())
}

fn described(one: &ProjectionStatus) -> String {
    let lease = match (&one.lease.owner, one.lease.until) {
        (Some(owner), Some(until)) if one.lease.lasts => {
            format!(
                "{owner} works on it (fence {}, lease until {until})",
                one.lease.fence
            )
        }
        (Some(owner), Some(until)) => {
            format!(
                "{owner} had the lease until {until} and does not renew it (fence {})",
                one.lease.fence
            )
        }
        _ => "nobody works on it".to_owned(),
    };
    let state = match &one.state {
        ProjectionState::Running => String::new(),
        ProjectionState::Stopped { reason, since } => {
            format!("\n  STOPPED since {since}: {reason}. A newer version of the program goes on from here")
        }
    };
    format!(
        "{}: true up to {} of {}, {} events and {} s behind, {} people parked; {lease}{state}",
        one.name, one.position, one.head, one.lag_events, one.lag_seconds, one.parked
    )
}

async fn resume(place: &Place, name: &str, person: Option<Uuid>) -> Result<ExitCode> {
    projection(name)?;
    let (database, store) = open(place).await?;
    let app = node::app(store).await?;
    let person = person.map(PersonId);
    let resumed = Projector::new(app.clone()).resume(name, person).await;
    app.store().close().await;
    database.close().await?;
    let resumed = resumed
        .map_err(told)
        .context("the projection could not be resumed")?;
    if resumed.resumed.is_empty() && resumed.parked.is_empty() {
        match person {
            Some(person) => bail!("person {} is not parked in {name}", person.0),
            None => println!("Nobody is parked in {name}."),
        }
    }
    for person in &resumed.resumed {
        println!("person {}: resumed", person.0);
    }
    for (person, reason) in &resumed.parked {
        println!("person {}: still parked at {reason}", person.0);
    }
    Ok(if resumed.parked.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Finds a projection by its name.
///
/// # Errors
/// With the names there are.
pub fn projection(name: &str) -> Result<Projection> {
    let names: Vec<&str> = Projection::ALL.into_iter().map(Projection::name).collect();
    Projection::find(name)
        .with_context(|| format!("there is no projection {name}; there is: {}", names.join(", ")))
}

/// The store's own sentence, where there is one.
fn told(error: AppError) -> anyhow::Error {
    match error {
        AppError::Unavailable(Some(error)) | AppError::Internal(Some(error)) => error.into(),
        other => other.into(),
    }
}
