//! A synthetic county of any size, made and recorded as a stream.
//!
//! People are made in order of their first recorded day, on every processor, and sealed at once. What is recorded
//! of them later than that day waits in windows of time, partly in files. Once everybody who could still
//! add to a window has been made, it is put in order and loaded. So the log stands in the order of recording,
//! people in between one another as in service, and `recorded_at` is the time that the story tells; memory does
//! not grow with the county, but for 16 bytes a person.
//!
//! The same plan gives the same order. So the log itself says where a run that was stopped goes on: what is
//! recorded earlier than its head is made again and passed over.

mod making;
mod record;
mod windows;

pub use making::{Resume, sample};

use self::windows::Ready;
use crate::county;
use anyhow::{Context, Result, bail};
use indicatif::ProgressBar;
use std::path::PathBuf;
use throughcare_app::App;
use throughcare_county::Plan;
use throughcare_store::{AppendOutcome, Loader, LogQuery, Parts, Sealed};
use tokio_util::sync::CancellationToken;

/// Most events in one transaction.
const MOST_EVENTS: u64 = 20_000;
/// Fewest, so that a small county too is recorded in several.
const FEWEST_EVENTS: u64 = 500;

/// What to make, and how.
pub struct Job {
    /// The county.
    pub plan: Plan,
    /// About how many events there will be.
    pub expected: u64,
    /// Where what waits is laid aside; emptied before and after.
    pub aside: PathBuf,
    /// Cancelled when somebody wants the program to stop.
    pub stop: CancellationToken,
}

/// How a run ended.
pub enum Ended {
    /// Everything is recorded: how many events there are.
    Complete(u64),
    /// Told to stop after so many events.
    Stopped(u64),
}

/// Makes the county and records what the log does not hold yet.
///
/// # Errors
/// When the log holds something else, when a story and the rules disagree, and when the log cannot be written.
pub async fn run(app: &App, job: Job, bar: &ProgressBar) -> Result<Ended> {
    let head = app.store().head().await?;
    let page = LogQuery {
        limit: 1,
        parts: Parts::Envelope,
        ..LogQuery::default()
    };
    let first = app.store().read_log(&page).await?.pop();
    let resume = Resume {
        first: first.map(|event| event.envelope.id),
        recorded_before: head.recorded_at,
    };
    let group = (job.expected / 50).clamp(FEWEST_EVENTS, MOST_EVENTS);
    let stop = job.stop.clone();
    // One window is loaded while the next is on its way.
    let (tell, mut windows) = tokio::sync::mpsc::channel::<Ready>(1);
    let making = {
        let (app, reference) = (app.clone(), app.reference().await);
        tokio::task::spawn_blocking(move || making::make(&app, &reference, &job, &resume, &tell))
    };
    let mut recording = Recording {
        loader: app.store().loader(),
        group,
        head: head.position,
        done: 0,
        waiting: Vec::new(),
        waiting_events: 0,
    };
    let mut failed = None;
    while let Some(window) = windows.recv().await {
        if let Err(error) = recording.window(&window, bar, &stop).await {
            failed = Some(error);
            stop.cancel(); // so that nobody makes what will not be recorded
            break;
        }
    }
    windows.close();
    drop(windows);
    let made = making.await.context("the county could not be made")?;
    if let Some(error) = failed {
        recording.loader.close().await;
        return Err(error);
    }
    made?;
    let ended = if stop.is_cancelled() {
        Ended::Stopped(recording.done.max(recording.head))
    } else {
        recording.flush(bar).await?;
        if recording.done < recording.head {
            bail!(OTHER_RECORDS);
        }
        Ended::Complete(recording.done)
    };
    recording.loader.close().await;
    Ok(ended)
}

const OTHER_RECORDS: &str =
    "this database holds other records than the county; give simulate a --data-dir or database of its own";

/// Loads windows, in groups that each are one transaction.
struct Recording {
    loader: Loader,
    group: u64,
    /// Events that the log held when the run began.
    head: u64,
    /// Events recorded or passed over.
    done: u64,
    waiting: Vec<Sealed>,
    waiting_events: u64,
}

impl Recording {
    async fn window(&mut self, window: &Ready, bar: &ProgressBar, stop: &CancellationToken) -> Result<()> {
        for record in window.records() {
            let events = u64::from(record.events);
            if self.done + self.waiting_events + events <= self.head {
                self.done += events;
                continue;
            }
            let Some(mut sealed) = record.sealed else {
                bail!(OTHER_RECORDS)
            };
            if self.done < self.head {
                bail!(OTHER_RECORDS);
            }
            if self.waiting_events + events > self.group {
                self.flush(bar).await?;
                if stop.is_cancelled() {
                    return Ok(());
                }
            }
            self.waiting.push(Sealed::read(&mut sealed)?);
            self.waiting_events += events;
        }
        bar.set_position(self.done);
        Ok(())
    }

    async fn flush(&mut self, bar: &ProgressBar) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let mut next = self.done + 1;
        for outcome in self.loader.load(&self.waiting).await? {
            let AppendOutcome::Appended(appended) = outcome else {
                bail!(OTHER_RECORDS)
            };
            if appended.first_position != next {
                bail!("somebody else writes to this database; simulate needs it to itself");
            }
            next = appended.last_position + 1;
        }
        self.waiting.clear();
        self.done += self.waiting_events;
        self.waiting_events = 0;
        bar.set_position(self.done);
        county::say(bar);
        Ok(())
    }
}
