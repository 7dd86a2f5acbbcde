//! `replay`: a view as it was at any position of the log, from the log alone, with its digest.

use crate::cli::Place;
use crate::cli::replay::{How, Replay, ReplayView};
use crate::database::Database;
use crate::node::{self, stop_on_signal};
use crate::rebuilding::program;
use crate::replaying::statement::{Statement, key};
use crate::replaying::view::{View, wanted};
use crate::replaying::{Ended, Job, Outcome};
use anyhow::{Context as _, Result, bail};
use jiff::Timestamp;
use jiff::civil::Date;
use std::path::Path;
use std::process::ExitCode;
use throughcare_app::query::Known;
use throughcare_app::{App, Clock as _, SystemClock};
use throughcare_domain::id::PersonId;
use throughcare_domain::when::london_date;
use throughcare_proof::VerifierKey;
use throughcare_store::projection::Schema;

/// Replays a view, or what a statement says of one. Exit status 1 when it was stopped, or differs.
///
/// # Errors
/// With a sentence that says what to do.
pub async fn run(asked: Replay) -> Result<ExitCode> {
    let today = || london_date(SystemClock.now());
    let mut schema = None;
    let (view, how) = match asked.view {
        ReplayView::Worklists { schema: named, how } => {
            schema = named;
            (View::Worklists, how)
        }
        ReplayView::Person { person, as_of, how } => {
            let person = PersonId(person);
            let as_of = as_of.unwrap_or_else(today);
            (View::Person { person, as_of }, how)
        }
        ReplayView::Continuity {
            service,
            prison,
            residence,
            from,
            to,
            as_of,
            how,
        } => {
            let wanted = wanted(
                service.as_deref(),
                prison.as_deref(),
                residence.as_deref(),
                (from, to),
            )?;
            let as_of = as_of.unwrap_or_else(today);
            (View::Continuity { wanted, as_of }, how)
        }
        ReplayView::Check {
            statement,
            key,
            place,
        } => return check(&place, &statement, key.as_deref()).await,
    };
    let known = how.at.as_deref().map(known).transpose()?;
    let schema = match &schema {
        None => None,
        Some(name) => Some(Schema::parse(name).with_context(|| {
            format!("{name} is no name for a schema: small letters, digits and underscores, at most 50")
        })?),
    };
    within(&how.place, async |app| {
        replay(app, view, known, schema.as_ref(), &how).await
    })
    .await
}

/// Opens the database, and closes it whatever comes of it.
async fn within(place: &Place, work: impl AsyncFnOnce(&App) -> Result<ExitCode>) -> Result<ExitCode> {
    let database = Database::open(place, "serve").await?;
    let app = node::app(database.store().await?).await?;
    let done = work(&app).await;
    app.store().close().await;
    database.close().await?;
    done
}

async fn replay(
    app: &App,
    view: View,
    known: Option<Known>,
    schema: Option<&Schema>,
    how: &How,
) -> Result<ExitCode> {
    let replaying = app.replaying(known).await?;
    let position = replaying.position;
    let job = Job {
        replaying,
        view: view.clone(),
        out: how.out.as_deref(),
        afresh: how.afresh,
        program: program()?,
        workers: usize::from(how.workers),
        stop: stop_on_signal()?,
    };
    let ended = match schema {
        Some(schema) => job.run_into(schema).await?,
        None => job.run().await?,
    };
    let done = match ended {
        Ended::Done(done) => done,
        Ended::Stopped { done, of } => {
            println!("Stopped with {done} of {of} parts done.");
            if how.out.is_some() || schema.is_some() {
                println!("Run the same command with --at {position} to go on from there.");
            }
            return Ok(ExitCode::FAILURE);
        }
    };
    told(&view, position, &done);
    if let Some(path) = &how.statement {
        let statement = said(view, position, &done)?;
        let key = key(&app.store().cursor_key())?;
        std::fs::write(path, statement.signed(&key)?)
            .with_context(|| format!("{} cannot be written", path.display()))?;
        println!("signed by {}", key.verifier());
    }
    Ok(ExitCode::SUCCESS)
}

fn said(view: View, position: u64, done: &Outcome) -> Result<Statement> {
    Ok(Statement {
        view,
        position,
        program: program()?,
        rows: done.rows,
        sha256: done.sha256.clone(),
    })
}

fn told(view: &View, position: u64, done: &Outcome) {
    println!(
        "{view}: {} rows, SHA-256 {} at position {position}.",
        done.rows, done.sha256
    );
    if let Some(figure) = &done.figure {
        println!("{figure}");
    }
    if done.parked > 0 {
        println!(
            "{} people stand still at an event that cannot be read.",
            done.parked
        );
    }
    let seconds = done.took.as_secs_f64();
    if done.events > 0 {
        println!(
            "{} events in {seconds:.1} s: {:.0} a second.",
            done.events,
            done.events as f64 / seconds.max(0.001)
        );
    }
}

/// Replays what a statement says, and compares.
async fn check(place: &Place, path: &Path, by: Option<&str>) -> Result<ExitCode> {
    let note = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    within(place, async |app| {
        let by = match by {
            Some(text) => VerifierKey::parse(text)?,
            None => key(&app.store().cursor_key())?.verifier().clone(),
        };
        let statement = Statement::verified(&note, &by)?;
        let job = Job {
            replaying: app.replaying(Some(Known::Position(statement.position))).await?,
            view: statement.view.clone(),
            out: None,
            afresh: false,
            program: program()?,
            workers: 3,
            stop: stop_on_signal()?,
        };
        let Ended::Done(done) = job.run().await? else {
            bail!("stopped before its end; nothing can be said");
        };
        told(&statement.view, statement.position, &done);
        let same = (done.rows, &done.sha256) == (statement.rows, &statement.sha256);
        println!("The statement is signed by {by}.");
        if statement.program != program()? {
            println!(
                "It was made by another build of the program: {}.",
                statement.program
            );
        }
        if same {
            println!("Replayed from the log it comes to the same.");
            return Ok(ExitCode::SUCCESS);
        }
        println!(
            "It DIFFERS: the statement says {} rows, SHA-256 {}.",
            statement.rows, statement.sha256
        );
        Ok(ExitCode::FAILURE)
    })
    .await
}

/// A position, an instant or a day.
fn known(text: &str) -> Result<Known> {
    if let Ok(position) = text.parse::<u64>() {
        return Ok(Known::Position(position));
    }
    if let Ok(day) = text.parse::<Date>()
        && text.len() == "2026-03-01".len()
    {
        return Ok(Known::EndOf(day));
    }
    let at = text.parse::<Timestamp>();
    at.map(Known::At)
        .context("--at takes a log position, an instant such as 2026-03-01T09:00:00Z, or a date")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_position_a_day_or_an_instant() {
        assert_eq!(known("42").unwrap(), Known::Position(42));
        assert_eq!(
            known("2026-03-01").unwrap(),
            Known::EndOf("2026-03-01".parse().unwrap())
        );
        let at = "2026-03-01T09:00:00Z";
        assert_eq!(known(at).unwrap(), Known::At(at.parse().unwrap()));
        assert!(known("yesterday").is_err());
    }
}
