//! Rounds over standard input and output: a line of JSON each way.

use crate::{Measured, Round, Runner, System};
use anyhow::Result;
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::sync::Arc;

/// What a store's program says; the first line, `ready`, comes once its streams are there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// It takes rounds. The text says what it is: names and versions.
    Ready(String),
    /// A round is over.
    Measured(Measured),
    /// A round, or the start, failed.
    Failed(String),
}

/// Serves rounds until the input ends. Waits for the next one by blocking: call it from the main task only.
///
/// # Errors
/// When the store does not start, or input or output breaks.
pub async fn serve<S: System>(what: &str, system: Result<S>) -> Result<()> {
    let runner = match system {
        Ok(system) => Runner::new(Arc::new(system)).await,
        Err(error) => Err(error),
    };
    let runner = match runner {
        Ok(runner) => runner,
        Err(error) => return say(&Reply::Failed(format!("{error:#}"))),
    };
    say(&Reply::Ready(what.to_owned()))?;
    for line in std::io::stdin().lines() {
        let round: Round = serde_json::from_str(&line?)?;
        let reply = match runner.round(&round).await {
            Ok(measured) => Reply::Measured(measured),
            Err(error) => Reply::Failed(format!("{error:#}")),
        };
        say(&reply)?;
    }
    Ok(())
}

fn say(reply: &Reply) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", serde_json::to_string(reply)?)?;
    Ok(out.flush()?)
}
