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

mod groups;
mod making;
mod record;
mod windows;

pub use making::{Resume, sample};

use self::groups::{Group, Groups};
use self::windows::Ready;
use crate::county;
use anyhow::{Context, Result, bail};
use indicatif::ProgressBar;
use std::path::PathBuf;
use throughcare_app::App;
use throughcare_county::Plan;
use throughcare_store::{AppendOutcome, Loader, LogQuery, Parts};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Most events in one transaction.
const MOST_EVENTS: u64 = 40_000;
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
    let first = app
        .store()
        .read_log(&throughcare_store::Reach::EVERYBODY, &page)
        .await?
        .pop();
    let resume = Resume {
        first: first.map(|event| event.envelope.id),
        recorded_before: head.recorded_at,
    };
    let most = (job.expected / 20).clamp(FEWEST_EVENTS, MOST_EVENTS);
    let stop = job.stop.clone();
    // While one group is loaded the next is read, and the window after it made.
    let (tell, windows) = mpsc::channel::<Ready>(1);
    let (hand_on, mut groups) = mpsc::channel::<Group>(1);
    let making = {
        let (app, reference) = (app.clone(), app.reference().await);
        tokio::task::spawn_blocking(move || making::make(&app, &reference, &job, &resume, &tell))
    };
    let grouping = Groups::new(most, head.position, hand_on);
    let reading = tokio::task::spawn_blocking(move || grouping.read(windows));
    let mut recording = Recording {
        loader: app.store().loader(),
        done: head.position,
    };
    let mut recorded = Ok(());
    while recorded.is_ok() && !stop.is_cancelled() {
        let Some(group) = groups.recv().await else { break };
        recorded = recording.record(&group, bar).await;
    }
    let stopped = stop.is_cancelled();
    if recorded.is_err() {
        stop.cancel(); // so that nobody makes what will not be recorded
    }
    drop(groups);
    let made = making.await.context("the county could not be made")?;
    let read = reading.await.context("what was made could not be read")?;
    recording.loader.close().await;
    recorded?;
    let read = read?;
    made?;
    if stopped {
        return Ok(Ended::Stopped(recording.done));
    }
    if read < head.position {
        bail!(OTHER_RECORDS);
    }
    Ok(Ended::Complete(recording.done))
}

const OTHER_RECORDS: &str =
    "this database holds other records than the county; give simulate a --data-dir or database of its own";

/// Loads groups.
struct Recording {
    loader: Loader,
    /// Events that the log holds.
    done: u64,
}

impl Recording {
    async fn record(&mut self, group: &Group, bar: &ProgressBar) -> Result<()> {
        let mut next = self.done + 1;
        for outcome in self.loader.load(&group.appends).await? {
            let AppendOutcome::Appended(appended) = outcome else {
                bail!(OTHER_RECORDS)
            };
            if appended.first_position != next {
                bail!("somebody else writes to this database; simulate needs it to itself");
            }
            next = appended.last_position + 1;
        }
        self.done += group.events;
        bar.set_position(self.done);
        county::say(bar);
        Ok(())
    }
}
