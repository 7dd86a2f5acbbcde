//! Adding the keys of streams that begin: those of all appends that wait go into the key store in one statement, and
//! are on disk there before anything is sealed with them.
//!
//! Whoever comes first decides: an append that failed leaves its keys, and the next try seals with what stands there.

use crate::StoreError;
use crate::connect::Sessions;
use crate::error::keys_away;
use crate::log::small;
use crate::seal::{FIRST_KEY_VERSION, KeyWrap, SealError, StreamKeys, WrappedKey};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Most requests answered by one statement.
const AT_ONCE: usize = 256;
/// Most streams in one statement: about two megabytes.
pub(super) const MOST_STREAMS: usize = 5_000;
/// How often keys are wrapped anew because a rotation began meanwhile.
const TRIES: usize = 3;

type Added = HashMap<Uuid, Arc<StreamKeys>>;

struct Job {
    streams: Vec<Uuid>,
    reply: oneshot::Sender<Result<Added, StoreError>>,
}

/// The handle of the task that adds keys.
pub(super) struct Adder {
    queue: Mutex<Option<mpsc::Sender<Job>>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Adder {
    pub(super) fn start(keeping: Sessions, wrap: Arc<dyn KeyWrap>, queue: usize) -> Self {
        let (queue, jobs) = mpsc::channel(queue.max(1));
        Self {
            queue: Mutex::new(Some(queue)),
            task: Mutex::new(Some(tokio::spawn(run(keeping, wrap, jobs)))),
        }
    }

    /// Adds keys for those of the streams that have none; answers those that were added. The others have keys, or had
    /// some that were destroyed.
    pub(super) async fn add(&self, streams: Vec<Uuid>) -> Result<Added, StoreError> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (reply, answer) = oneshot::channel();
        queue
            .ok_or(StoreError::Unavailable(None))?
            .try_send(Job { streams, reply })
            .map_err(|_| StoreError::Unavailable(None))?;
        answer.await.map_err(|_| StoreError::Unavailable(None))?
    }

    pub(super) async fn close(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            let _ = task.await; // it ends with its queue
        }
    }
}

async fn run(keeping: Sessions, wrap: Arc<dyn KeyWrap>, mut jobs: mpsc::Receiver<Job>) {
    while let Some(first) = jobs.recv().await {
        let mut streams = first.streams.len();
        let mut group = vec![first];
        while group.len() < AT_ONCE && streams < MOST_STREAMS {
            let Ok(job) = jobs.try_recv() else { break };
            streams += job.streams.len();
            group.push(job);
        }
        answer(&keeping, wrap.as_ref(), group).await;
    }
}

async fn answer(keeping: &Sessions, wrap: &dyn KeyWrap, group: Vec<Job>) {
    let streams: HashSet<Uuid> = group.iter().flat_map(|job| job.streams.iter().copied()).collect();
    let added = match add(keeping, wrap, &streams).await {
        Ok(added) => added,
        Err(error) => {
            // The first one carries the cause.
            let mut cause = Some(error);
            for job in group {
                let error = cause.take().unwrap_or(StoreError::Unavailable(None));
                let _ = job.reply.send(Err(error)); // who asked may be gone
            }
            return;
        }
    };
    for job in group {
        let own = job
            .streams
            .iter()
            .filter_map(|id| Some((*id, added.get(id)?.clone())));
        let _ = job.reply.send(Ok(own.collect())); // keys of who is gone stay for the next try
    }
}

/// Makes keys and adds them, where the stream has none.
async fn add(keeping: &Sessions, wrap: &dyn KeyWrap, streams: &HashSet<Uuid>) -> Result<Added, StoreError> {
    for _ in 0..TRIES {
        let by = wrap.id();
        let (mut clear, mut rows) = (Added::with_capacity(streams.len()), BTreeMap::new());
        for id in streams {
            let made = StreamKeys::make(wrap, *id, FIRST_KEY_VERSION)?;
            clear.insert(*id, Arc::new(made.clear));
            rows.insert(*id, made.wrapped);
        }
        if wrap.id() != by {
            continue; // a rotation began between two keys
        }
        let (current, added) = insert(keeping, &by, &rows).await?;
        if current == by {
            clear.retain(|id, _| added.contains(id));
            return Ok(clear);
        }
        wrap.follow(&current)?;
    }
    Err(SealError::KeyRetired.into())
}

/// In order of stream, so that nodes that add the same ones wait for each other and not in a circle. Answers which key
/// wraps now; when it is another one nothing was added.
async fn insert(
    keeping: &Sessions,
    by: &str,
    rows: &BTreeMap<Uuid, Vec<WrappedKey>>,
) -> Result<(String, HashSet<Uuid>), StoreError> {
    let flat: Vec<_> = rows
        .iter()
        .flat_map(|(id, keys)| keys.iter().map(move |key| (*id, key)))
        .collect();
    let answered: Vec<(String, Option<Uuid>)> = sqlx::query_as(
        "/* add_keys */ WITH added AS ( \
             INSERT INTO stream_keys (stream_id, part, key_version, wrapped_by, wrapped) \
             SELECT new.stream_id, new.part, new.key_version, $5, new.wrapped \
             FROM unnest($1::uuid[], $2::text[], $3::smallint[], $4::bytea[]) \
                  AS new (stream_id, part, key_version, wrapped) \
             WHERE (SELECT wrapped_by FROM key_store) = $5 \
               AND NOT EXISTS (SELECT FROM destroyed_keys AS gone WHERE gone.stream_id = new.stream_id) \
             ON CONFLICT DO NOTHING RETURNING stream_id) \
         SELECT wrapped_by, stream_id FROM key_store LEFT JOIN added ON true",
    )
    .bind(flat.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind(flat.iter().map(|(_, key)| key.part.as_str()).collect::<Vec<_>>())
    .bind(
        flat.iter()
            .map(|(_, key)| small(key.key_version))
            .collect::<Vec<_>>(),
    )
    .bind(
        flat.iter()
            .map(|(_, key)| key.wrapped.as_slice())
            .collect::<Vec<_>>(),
    )
    .bind(by)
    .fetch_all(keeping)
    .await
    .map_err(keys_away)?;
    let (current, _) = answered.first().ok_or(sqlx::Error::RowNotFound)?;
    let current = current.clone();
    Ok((current, answered.into_iter().filter_map(|(_, id)| id).collect()))
}
