//! The task that writes looks: those that wait at the same time in one statement, so that many readers share a commit.

use super::{Looker, Seen};
use crate::StoreError;
use crate::connect::Sessions;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Most answers whose looks wait; one more is turned away.
const WAITING: usize = 1_024;
/// Most answers whose looks are written in one statement.
const TOGETHER: usize = 256;
/// How often a connection is waited for, a quarter of a second each: on a busy machine making one may take longer.
const TRIES: u32 = 8;
/// A statement that takes longer has lost its server.
const PATIENCE: Duration = Duration::from_secs(5);

struct Job {
    looker: Looker,
    seen: Vec<Seen>,
    reply: oneshot::Sender<bool>,
}

/// The handle of the task.
pub(crate) struct Scribe {
    queue: Mutex<Option<mpsc::Sender<Job>>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Scribe {
    pub(crate) fn start(sessions: Sessions) -> Self {
        let (queue, jobs) = mpsc::channel(WAITING);
        Self {
            queue: Mutex::new(Some(queue)),
            task: Mutex::new(Some(tokio::spawn(run(sessions, jobs)))),
        }
    }

    /// Waits until the looks are on disk.
    pub(super) async fn write(&self, looker: Looker, seen: Vec<Seen>) -> Result<(), StoreError> {
        let (reply, written) = oneshot::channel();
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let job = Job { looker, seen, reply };
        queue
            .and_then(|queue| queue.try_send(job).ok())
            .ok_or(StoreError::Unavailable(None))?;
        match written.await {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(StoreError::Unavailable(None)),
        }
    }

    /// Takes nothing new, finishes what waits.
    pub(crate) async fn close(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the access log's writer ended badly");
        }
    }
}

async fn run(sessions: Sessions, mut jobs: mpsc::Receiver<Job>) {
    let mut together = Vec::with_capacity(TOGETHER);
    while jobs.recv_many(&mut together, TOGETHER).await > 0 {
        let written = tokio::time::timeout(PATIENCE, insert_patiently(&sessions, &together)).await;
        let written = match written {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::error!(error = %crate::error::named(&error), "looks could not be recorded; nothing is shown");
                false
            }
            Err(_) => {
                tracing::error!("looks could not be recorded in time; nothing is shown");
                false
            }
        };
        for job in together.drain(..) {
            let _ = job.reply.send(written); // who asked may be gone
        }
    }
}

async fn insert_patiently(sessions: &Sessions, jobs: &[Job]) -> Result<(), sqlx::Error> {
    for _ in 1..TRIES {
        match insert(sessions, jobs).await {
            Err(sqlx::Error::PoolTimedOut) => {}
            other => return other,
        }
    }
    insert(sessions, jobs).await
}

async fn insert(sessions: &Sessions, jobs: &[Job]) -> Result<(), sqlx::Error> {
    let rows: Vec<(&Looker, &Seen)> = jobs
        .iter()
        .flat_map(|job| job.seen.iter().map(|seen| (&job.looker, seen)))
        .collect();
    macro_rules! column {
        (|$looker:ident, $seen:ident| $value:expr) => {
            rows.iter()
                .map(|&($looker, $seen)| $value)
                .collect::<Vec<_>>()
        };
    }
    sqlx::query(
        "/* looks::insert */ INSERT INTO looks (person, client, user_name, on_behalf_of, organisation, role, purpose, \
         route, extent, grounds, correlation) \
         SELECT person, client, user_name, on_behalf_of, organisation, role, purpose, route, extent, \
         string_to_array(grounds, ' '), correlation \
         FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], \
         $9::text[], $10::text[], $11::uuid[]) AS seen (person, client, user_name, on_behalf_of, organisation, role, \
         purpose, route, extent, grounds, correlation)",
    )
    .bind(column!(|_looker, seen| seen.person))
    .bind(column!(|looker, _seen| looker.actor.client.as_str()))
    .bind(column!(|looker, _seen| looker.actor.user.as_deref()))
    .bind(column!(|looker, _seen| looker.on_behalf_of.as_deref()))
    .bind(column!(|looker, _seen| looker.actor.organisation.as_str()))
    .bind(column!(|looker, _seen| looker.actor.role.as_str()))
    .bind(column!(|looker, _seen| looker.purpose))
    .bind(column!(|looker, _seen| looker.route.as_str()))
    .bind(column!(|_looker, seen| seen.extent))
    .bind(column!(|_looker, seen| seen.grounds.join(" ")))
    .bind(column!(|looker, _seen| looker.correlation))
    .execute(sessions)
    .await
    .map(drop)
}
