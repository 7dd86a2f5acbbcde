//! Figures that the program tells of its own long work: `simulate` and `rebuild`.

use crate::http::Program;
use anyhow::{Context, Result, bail};
use sqlx::postgres::PgConnectOptions;
use std::path::Path;

/// Fills an empty database with about so many events, and brings its lists up to date when asked to: events recorded
/// a second, without the lists.
///
/// # Errors
/// When the program has no such command, or it fails.
pub async fn simulate(
    program: &Program,
    connect: &PgConnectOptions,
    folder: &Path,
    events: u64,
    lists: bool,
) -> Result<f64> {
    std::fs::create_dir_all(folder)?;
    let mut command = program.command("simulate", connect, &folder.join("keys.txt"));
    command
        .arg("--events")
        .arg(events.to_string())
        .arg("--data-dir")
        .arg(folder);
    if !lists {
        command.arg("--no-lists");
    }
    let said = said_by(&mut command).await?;
    said.lines()
        .find_map(|line| number_before(line, " events a second"))
        .with_context(|| format!("simulate told no rate: {said}"))
}

/// Rebuilds every projection: events a second, all projections together.
///
/// # Errors
/// When the program has no such command, or it fails.
pub async fn rebuild(program: &Program, connect: &PgConnectOptions, key_file: &Path) -> Result<f64> {
    let said = said_by(&mut program.command("rebuild", connect, key_file)).await?;
    let rates: Vec<_> = said
        .lines()
        .filter_map(|line| number_before(line, " a second)"))
        .collect();
    // Each projection reads every event: together they take as long as one after the other.
    let seconds_an_event: f64 = rates.iter().map(|rate| 1.0 / rate).sum();
    if rates.is_empty() {
        bail!("rebuild told no rate: {said}");
    }
    Ok(1.0 / seconds_an_event)
}

async fn said_by(command: &mut tokio::process::Command) -> Result<String> {
    let output = command.output().await?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let first = said
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("it said nothing");
    bail!("{}: {first}", output.status)
}

/// The number that stands before some words, as in `recorded in 3.1 s: 52000 events a second.`
fn number_before(line: &str, words: &str) -> Option<f64> {
    let (before, _) = line.split_once(words)?;
    before.rsplit([' ', '(']).next()?.replace(',', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_from_what_the_program_says() {
        let line = "9 people, 99 events. 99 of them recorded in 2.0 s: 50 events a second.";
        assert_eq!(number_before(line, " events a second"), Some(50.0));
        let line = "worklists: switched. 1000 events in 0.5 s (2000 a second), 0.9 s in all";
        assert_eq!(number_before(line, " a second)"), Some(2_000.0));
        assert_eq!(number_before("nothing", " a second)"), None);
    }
}
