//! Putting the synthetic county into the log: through the same decisions and the same append as the API.

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use throughcare_app::{App, Caller, Projector, Request, append_of};
use throughcare_county::{County, Entry, Plan};
use throughcare_domain::history::History;
use throughcare_store::{Append, AppendOutcome, Loader};

/// Appends taken into one transaction.
const GROUP: usize = 2_000;
/// How often progress is told in words where no bar can be drawn.
const SAID_EVERY: Duration = Duration::from_secs(5);

/// Makes the county, in memory.
///
/// # Errors
/// When a decision is refused: a fault of the generator.
pub async fn make(app: &App, plan: Plan) -> Result<County> {
    let reference = app.reference().await;
    let bar = bar(u64::from(plan.people), "people");
    let shown = bar.clone();
    let county = tokio::task::spawn_blocking(move || {
        County::make(plan, &reference, |done, _| shown.set_position(u64::from(done)))
    });
    let county = county.await.context("the county could not be made")??;
    bar.finish_and_clear();
    Ok(county)
}

/// Appends what the log does not hold yet, then brings the lists up to date. Stopped half-way, it goes on from
/// there at the next call with the same county.
///
/// # Errors
/// When the log holds something else, or cannot be written.
pub async fn load(app: &App, county: &County) -> Result<()> {
    let head = app.store().head().await?.position;
    let bar = bar(county.events() as u64, "events recorded");
    let mut done = 0;
    let mut loader = app.store().loader();
    let mut waiting: Vec<Append> = Vec::with_capacity(GROUP);
    for entry in &county.entries {
        done += entry.drafts.len() as u64;
        if done <= head {
            continue;
        }
        waiting.push(append(app, entry.clone()));
        if waiting.len() == GROUP {
            flush(app, &mut loader, &mut waiting).await?;
            bar.set_position(done);
        }
    }
    flush(app, &mut loader, &mut waiting).await?;
    loader.close().await;
    bar.finish_and_clear();
    catch_up(app, done).await
}

/// Brings the lists up to date, with progress.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn catch_up(app: &App, events: u64) -> Result<()> {
    let bar = bar(events, "events in the lists");
    Projector::new(app.clone())
        .catch_up(|position, _| bar.set_position(position))
        .await?;
    bar.finish_and_clear();
    Ok(())
}

async fn flush(app: &App, loader: &mut Loader, waiting: &mut Vec<Append>) -> Result<()> {
    if waiting.is_empty() {
        return Ok(());
    }
    let sealed = app.store().seal(std::mem::take(waiting)).await?;
    for outcome in loader.load(&sealed).await? {
        if !matches!(outcome, AppendOutcome::Appended(_)) {
            bail!("this database holds other records than the county; give the demo a --data-dir of its own");
        }
    }
    Ok(())
}

/// The append of an entry, as the API would make it.
pub fn append(app: &App, entry: Entry) -> Append {
    let request = Request {
        caller: Caller {
            actor: entry.actor,
            on_behalf_of: None,
            purpose: None,
            looks: Default::default(),
            standing: throughcare_app::Standing::Trusted,
        },
        correlation: entry.correlation,
        received_at: entry.received_at,
        key: None,
        if_match: None,
        source: entry.source,
        import: None,
    };
    // No entry withdraws an identifier, so nothing of the state before is needed.
    let before = History::default();
    let mut append = append_of(
        app.store(),
        entry.stream,
        entry.expected_version,
        entry.drafts,
        &request,
        &before,
    );
    append
        .entities
        .retain(|entity| !entry.made_before.contains(&entity.id));
    Append {
        recorded_at: Some(entry.recorded_at),
        ..append
    }
}

/// A bar with rate and time left; where there is no terminal nothing is drawn, see [`say`].
pub fn bar(length: u64, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(length);
    let style = ProgressStyle::with_template(
        "{bar:30} {human_pos:>9} of {human_len} {msg} ({per_sec:.0}, {elapsed}, {eta} to go)",
    );
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(what);
    bar
}

/// Tells progress in words every few seconds, and at once at first, where no bar can be drawn.
pub fn say(bar: &ProgressBar) {
    static SAID: Mutex<Option<Instant>> = Mutex::new(None);
    if !bar.is_hidden() {
        return;
    }
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    if said.is_none_or(|at| at.elapsed() >= SAID_EVERY) {
        *said = Some(Instant::now());
        println!(
            "{} of about {} {}",
            bar.position(),
            bar.length().unwrap_or(0),
            bar.message()
        );
    }
}
