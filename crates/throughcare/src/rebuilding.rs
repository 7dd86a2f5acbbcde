//! What the program shows while it computes projections anew, and doing so where a projection holds nothing yet.

use crate::county::say;
use crate::node;
use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use std::sync::Arc;
use throughcare_app::{App, Rebuild, RebuildProgress, Rebuilt};
use throughcare_store::projection::Projection;
use tokio::sync::watch;

/// Ranges computed at the same time: three keep two processors busy.
const WORKERS: usize = 3;

/// Computes every projection that holds nothing yet from the whole log, person by person instead of
/// event by event. False when told to stop; the next call goes on from there.
///
/// # Errors
/// When the store cannot be read or written, and when somebody else computes the same.
pub async fn first_time(app: &App, stop: &watch::Receiver<bool>) -> Result<bool> {
    let work = Rebuild {
        owner: format!("{} (first time)", node::machine()),
        app: app.clone(),
        program: program()?,
        workers: WORKERS,
        accept_changes: false,
        afresh: false,
        // Sorting all the rows would take longer than making them.
        digest: false,
    };
    for projection in Projection::ALL {
        let name = projection.name();
        if app.store().checkpoint(name).await? > 0 {
            continue;
        }
        let shown = Shown::begin();
        let outcome = work.run(projection, stop.clone(), shown.told()).await;
        shown.end();
        match outcome.with_context(|| format!("{name} was not computed"))? {
            Rebuilt::Switched(_) => {}
            Rebuilt::Stopped { .. } => return Ok(false),
            Rebuilt::Differs(_) => {
                bail!("somebody else began to fill {name} meanwhile; run the same command again")
            }
        }
    }
    Ok(true)
}

/// A bar that follows a rebuild.
pub struct Shown(Arc<ProgressBar>);

impl Shown {
    /// Shows an empty bar.
    pub fn begin() -> Self {
        Self(Arc::new(bar()))
    }

    /// What the rebuild is to call with its progress.
    pub fn told(&self) -> Arc<dyn Fn(RebuildProgress) + Send + Sync> {
        let bar = self.0.clone();
        Arc::new(move |progress| show(&bar, progress))
    }

    /// Takes the bar away.
    pub fn end(self) {
        self.0.finish_and_clear();
    }
}

/// Names this very build: another may compute other rows, and must not go on from this one's.
///
/// # Errors
/// When the program's own file cannot be read.
pub fn program() -> Result<String> {
    let file = std::env::current_exe().context("the program cannot find itself")?;
    let bytes = std::fs::read(file).context("the program cannot read itself")?;
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
    let short: String = digest
        .as_ref()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(format!("{} {short}", env!("CARGO_PKG_VERSION")))
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template(
        "{bar:30} {human_pos:>11} of {human_len} {msg} ({per_sec}, {elapsed}, {eta} to go)",
    );
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}

fn show(bar: &ProgressBar, progress: RebuildProgress) {
    match progress {
        RebuildProgress::Loading { done, total } => {
            bar.set_message("events computed");
            bar.set_length(total);
            bar.set_position(done);
        }
        RebuildProgress::Indexing => bar.set_message("events computed; building indexes"),
        RebuildProgress::CatchingUp { behind } => {
            bar.set_message(format!("events computed; {behind} to follow"));
        }
        RebuildProgress::Comparing { position } => {
            bar.set_message(format!("events computed; comparing at position {position}"));
        }
        RebuildProgress::Switching => bar.set_message("events computed; switching"),
    }
    say(bar);
}
