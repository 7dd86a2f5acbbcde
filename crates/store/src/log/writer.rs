//! The writer: one task per node that takes the appends that are waiting and commits them together.
//!
//! The work runs in this task and not in the caller's future, so a client that hangs up cannot cancel it half-way
//! (`trust.md`, trap 1).

use super::check::Begun;
use super::group::{self, Committed, GroupError};
use super::prepare::Prepared;
use super::writer_status::{Tally, WriterStatus};
use super::{AppendOutcome, at_once, resolve};
use crate::StoreError;
use crate::connect::Access;
use crate::error::is_transient;
use sqlx::PgConnection;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// Most jobs in one transaction; a bulk job counts as one.
const GROUP_JOBS: usize = 256;
/// A group takes no further job once it holds this many events.
const GROUP_EVENTS: usize = 4_096;
/// How often a group is tried when the database fails in a way that passes.
const TRIES: u32 = 4;
/// How often the outcome of a broken commit is looked up, about four seconds in all.
const LOOK_UPS: u32 = 8;
/// A connection that takes longer is given up.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// A group that takes longer has lost its server: the server's own limits are shorter.
const GROUP_TIMEOUT: Duration = Duration::from_secs(30);

type Answer = Result<AppendOutcome, StoreError>;

/// Appends that are written in one transaction, and who waits for them.
pub(crate) struct Job {
    pub appends: Vec<Prepared>,
    pub reply: oneshot::Sender<Vec<Answer>>,
}

/// The handle of the writer task.
pub(crate) struct Writer {
    queue: mpsc::Sender<Job>,
    closing: watch::Sender<bool>,
    task: Mutex<Option<JoinHandle<()>>>,
    committed: watch::Receiver<u64>,
    tally: Arc<Tally>,
    announce: watch::Sender<u64>,
}

impl Writer {
    /// Starts the task. `head` is the position of the last event now.
    pub(crate) fn start(access: Access, queue: usize, head: u64) -> Self {
        let (queue, jobs) = mpsc::channel(queue.max(1));
        let (closing, closed) = watch::channel(false);
        let (announce, committed) = watch::channel(head);
        let tally = Arc::new(Tally::default());
        let link = Link {
            access,
            connection: None,
            announce: announce.clone(),
            tally: tally.clone(),
        };
        let task = Mutex::new(Some(tokio::spawn(run(link, jobs, closed))));
        Self {
            queue,
            closing,
            task,
            committed,
            tally,
            announce,
        }
    }

    pub(crate) fn status(&self) -> WriterStatus {
        self.tally.status()
    }

    /// Queues a job and waits for its answer; when the queue is full it says so at once.
    pub(crate) async fn submit(&self, appends: Vec<Prepared>) -> Result<Vec<Answer>, StoreError> {
        let (reply, answer) = oneshot::channel();
        // Room first, so that requests are noted in the order in which they are queued and answered.
        let Ok(room) = self.queue.try_reserve() else {
            Tally::count(&self.tally.unavailable, appends.len() as u64);
            return Err(StoreError::Unavailable(None));
        };
        self.tally.came();
        room.send(Job { appends, reply });
        answer.await.map_err(|_| StoreError::Unknown)
    }

    pub(crate) fn committed(&self) -> watch::Receiver<u64> {
        self.committed.clone()
    }

    /// Tells those who wait for news what was committed beside the writer.
    pub(crate) fn loaded(&self, position: u64) {
        self.announce.send_if_modified(|head| {
            let later = position > *head;
            *head = (*head).max(position);
            later
        });
    }

    /// Takes nothing new, finishes what is queued.
    pub(crate) async fn close(&self) {
        self.closing.send_replace(true);
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the log's writer task ended badly");
        }
    }
}

/// The writer's own connection, made again whenever it breaks.
struct Link {
    access: Access,
    connection: Option<PgConnection>,
    announce: watch::Sender<u64>,
    tally: Arc<Tally>,
}

impl Link {
    async fn connection(&mut self) -> Result<(&Access, &mut PgConnection), StoreError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => tokio::time::timeout(CONNECT_TIMEOUT, self.access.connect())
                .await
                .map_err(|_| StoreError::Unavailable(None))?
                .map_err(|error| StoreError::Unavailable(Some(error)))?,
        };
        Ok((&self.access, self.connection.insert(connection)))
    }

    /// One try. A connection on which anything went wrong is not used again.
    async fn commit(&mut self, appends: &[&Prepared], begun: &Begun) -> Result<Committed, GroupError> {
        let tally = self.tally.clone();
        let (access, connection) = self.connection().await?;
        let result = tokio::time::timeout(GROUP_TIMEOUT, written(access, connection, appends, begun, &tally))
            .await
            .unwrap_or_else(|_| Err(GroupError::AtCommit(sqlx::Error::WorkerCrashed)));
        if result.is_err() {
            self.connection = None;
        }
        result
    }

    async fn look_up(&mut self, appends: &[&Prepared]) -> Result<Vec<Option<AppendOutcome>>, StoreError> {
        let (access, connection) = self.connection().await?;
        let found = tokio::time::timeout(GROUP_TIMEOUT, resolve::look_up(access, connection, appends)).await;
        match found {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(error)) => {
                self.connection = None;
                Err(error.into())
            }
            Err(_) => {
                self.connection = None;
                Err(StoreError::Unavailable(None))
            }
        }
    }
}

/// At once if all stands as expected, else append by append.
async fn written(
    access: &Access,
    connection: &mut PgConnection,
    appends: &[&Prepared],
    begun: &Begun,
    tally: &Tally,
) -> Result<Committed, GroupError> {
    match at_once::commit(access, connection, appends, begun).await? {
        Some(committed) => Ok(committed),
        None => {
            Tally::count(&tally.one_by_one, 1);
            group::commit(access, connection, appends, begun).await
        }
    }
}

async fn run(mut link: Link, mut jobs: mpsc::Receiver<Job>, mut closing: watch::Receiver<bool>) {
    let mut open = true;
    loop {
        let first = tokio::select! {
            job = jobs.recv() => job,
            _ = closing.changed(), if open => {
                open = false;
                jobs.close();
                continue;
            }
        };
        let Some(first) = first else { break };
        let mut events = event_count(&first);
        let mut group = vec![first];
        while group.len() < GROUP_JOBS && events < GROUP_EVENTS {
            let Ok(job) = jobs.try_recv() else { break };
            events += event_count(&job);
            group.push(job);
        }
        answer(&mut link, group).await;
    }
}

fn event_count(job: &Job) -> usize {
    job.appends.iter().map(|append| append.rows.len()).sum()
}

async fn answer(link: &mut Link, group: Vec<Job>) {
    let appends: Vec<_> = group.iter().flat_map(|job| &job.appends).collect();
    let mut begun = Begun::new();
    let answers = settle(link, &appends, &mut begun).await;
    note(&link.tally, &appends, &answers);
    link.tally.answered(group.len());
    let mut answers = answers.into_iter();
    for job in group {
        let own = answers.by_ref().take(job.appends.len()).collect();
        let _ = job.reply.send(own); // who asked may be gone; what was written stays written
    }
}

fn note(tally: &Tally, appends: &[&Prepared], answers: &[Answer]) {
    for (append, answer) in appends.iter().zip(answers) {
        let counter = match answer {
            Ok(AppendOutcome::Appended(_)) => {
                Tally::count(&tally.events, append.rows.len() as u64);
                &tally.appended
            }
            Ok(AppendOutcome::Replayed { .. }) => &tally.replayed,
            Ok(_) => &tally.clashed,
            Err(StoreError::Unknown) => &tally.unknown,
            Err(_) => &tally.unavailable,
        };
        Tally::count(counter, 1);
    }
}

/// Writes appends until each has an answer.
async fn settle(link: &mut Link, appends: &[&Prepared], begun: &mut Begun) -> Vec<Answer> {
    let mut answers: Vec<Option<Answer>> = appends.iter().map(|_| None).collect();
    for attempt in 1..=TRIES {
        let pending: Vec<_> = (0..appends.len()).filter(|at| answers[*at].is_none()).collect();
        if pending.is_empty() {
            break;
        }
        let asked: Vec<_> = pending.iter().map(|at| appends[*at]).collect();
        match link.commit(&asked, begun).await {
            Ok(committed) => {
                link.announce.send_replace(committed.position);
                if committed
                    .outcomes
                    .iter()
                    .any(|outcome| matches!(outcome, AppendOutcome::Appended(_)))
                {
                    link.tally.committed();
                }
                *begun = committed.begun;
                for (at, outcome) in pending.into_iter().zip(committed.outcomes) {
                    answers[at] = Some(Ok(outcome));
                }
            }
            Err(GroupError::AtCommit(error)) => {
                tracing::warn!(error = %crate::error::named(&error), "a commit broke; looking up what became of it");
                let found = find_out(link, &asked).await;
                for (at, outcome) in pending.into_iter().zip(found) {
                    if let Ok(Some(AppendOutcome::Appended(appended))) = &outcome {
                        link.announce.send_if_modified(|head| {
                            let later = appended.last_position > *head;
                            *head = (*head).max(appended.last_position);
                            later
                        });
                    }
                    answers[at] = outcome.transpose();
                }
            }
            Err(GroupError::Before(error)) if attempt < TRIES && passes(&error) => {
                tracing::info!(%error, attempt, "a group of appends is tried again");
                pause(attempt).await;
            }
            Err(GroupError::Before(StoreError::Database(error))) if asked.len() > 1 => {
                tracing::warn!(error = %crate::error::named(&error), "a group was refused; its appends are written one by one");
                for at in pending {
                    let alone = Box::pin(settle(link, &appends[at..=at], begun)).await;
                    answers[at] = alone.into_iter().next();
                }
            }
            Err(GroupError::Before(error)) => return give_up(answers, error),
        }
    }
    give_up(answers, StoreError::Unavailable(None))
}

/// True for failures after which the same statements may work a moment later.
fn passes(error: &StoreError) -> bool {
    match error {
        StoreError::Unavailable(_) => true,
        StoreError::Database(error) => is_transient(error),
        _ => false,
    }
}

/// Nothing of what has no answer yet was written. The first one carries the cause.
fn give_up(answers: Vec<Option<Answer>>, error: StoreError) -> Vec<Answer> {
    let mut cause = Some(error);
    answers
        .into_iter()
        .map(|answer| answer.unwrap_or_else(|| Err(cause.take().unwrap_or(StoreError::Unavailable(None)))))
        .collect()
}

/// For each append: in the log, certainly not (`Ok(None)`), or not to be found out.
async fn find_out(link: &mut Link, appends: &[&Prepared]) -> Vec<Result<Option<AppendOutcome>, StoreError>> {
    for attempt in 1..=LOOK_UPS {
        match link.look_up(appends).await {
            Ok(found) => return found.into_iter().map(Ok).collect(),
            Err(error) => {
                tracing::warn!(%error, attempt, "cannot look up yet what became of a commit");
                pause(attempt).await;
            }
        }
    }
    appends.iter().map(|_| Err(StoreError::Unknown)).collect()
}

/// A little longer each time, and never in step with other nodes.
async fn pause(attempt: u32) {
    let mut random = [0u8];
    let _ = aws_lc_rs::rand::fill(&mut random); // without it the pause is only less random
    let base = 20u64 << attempt.min(5);
    tokio::time::sleep(Duration::from_millis(base + base * u64::from(random[0]) / 256)).await;
}
