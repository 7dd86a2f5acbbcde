//! Loading: many appends in one ordered transaction, for the synthetic county and for imports.
//!
//! The same judgement as in service, under the same locked head, so that it goes on beside normal appends; only
//! the statements that write are others. Sealing is apart from writing: any thread may seal ([`Store::seal`]),
//! and what is sealed can be laid aside as bytes ([`Sealed::write`]) until its turn.

pub(crate) mod columns;
mod known;
mod laid_aside;
mod sealed;
pub(crate) mod tuple;
mod write;

pub use sealed::Sealed;

pub(in crate::log) use known::Known;

use super::check::Begun;
use super::{Append, AppendOutcome, KnownKeys, bounds, group};
use crate::connect::Access;
use crate::error::is_transient;
use crate::keyring::PATIENT_TRIES;
use crate::seal::SealError;
use crate::{Store, StoreError};
use sqlx::{Connection as _, PgConnection};
use std::sync::OnceLock;
use std::time::Duration;

/// Most events in one load. It holds the head, and so every other append, until it is committed: 20,000 events
/// take about a third of a second.
pub const MAX_LOAD_EVENTS: u64 = 50_000;
/// How often a load is tried when the database fails in a way that passes.
const TRIES: u32 = 4;
/// How long to wait before the second try; longer before each further one.
const PAUSE: Duration = Duration::from_millis(100);
/// A load that takes longer has lost its server.
const TIMEOUT: Duration = Duration::from_secs(120);
/// Fewest appends for which a second thread is worth its start.
const SPREAD: usize = 64;

/// Loads what is sealed, over a connection of its own.
pub struct Loader {
    store: Store,
    access: Access,
    connection: Option<PgConnection>,
    /// Streams that this loader began: about 50 bytes each.
    begun: Begun,
    known: Known,
}

impl Store {
    /// Appends many, each judged as [`Store::append`] would, in one transaction of at most
    /// [`MAX_LOAD_EVENTS`] events. For many loads in a row [`Store::loader`] keeps its connection.
    ///
    /// # Errors
    /// As [`Loader::load`].
    pub async fn load(&self, appends: Vec<Append>) -> Result<Vec<AppendOutcome>, StoreError> {
        let sealed = self.seal(appends).await?;
        let mut loader = self.loader();
        let outcomes = loader.load(&sealed).await;
        loader.close().await;
        outcomes
    }

    /// A loader; it connects when it is first used.
    pub fn loader(&self) -> Loader {
        Loader {
            store: self.clone(),
            access: self.inner.loading.clone(),
            connection: None,
            begun: Begun::new(),
            known: Known::default(),
        }
    }

    /// Seals appends on every processor, in order; nothing is written. What was sealed for a stream that does not
    /// exist yet can be loaded by one [`Loader`] only, which knows that it began it.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] for an append out of bounds, or one that goes on from a stream that does not exist;
    /// [`StoreError::KeysDestroyed`] for an erased record.
    pub async fn seal(&self, appends: Vec<Append>) -> Result<Vec<Sealed>, StoreError> {
        let mut known = self.keys_to_seal(&appends).await?;
        let store = self.clone();
        let sealed = tokio::task::spawn_blocking(move || {
            let keyed = sealed::key(appends, &mut known)?;
            spread(keyed, |one| sealed::seal(one, &store.inner.codec))
        });
        sealed.await.map_err(|_| StoreError::Unavailable(None))?
    }

    /// As [`Store::seal`], but on the thread that polls it, for those who share their work out themselves. Work for
    /// the processor; call it where blocking is allowed.
    ///
    /// # Errors
    /// As [`Store::seal`].
    pub async fn seal_here(&self, appends: Vec<Append>) -> Result<Vec<Sealed>, StoreError> {
        let mut known = self.keys_to_seal(&appends).await?;
        let keyed = sealed::key(appends, &mut known)?;
        let seal = |one| sealed::seal(one, &self.inner.codec);
        keyed.into_iter().map(seal).collect()
    }

    /// Checks the bounds, and finds or makes the keys; those that are made are in the key store when this answers.
    async fn keys_to_seal(&self, appends: &[Append]) -> Result<KnownKeys, StoreError> {
        for append in appends {
            bounds::check(append)?;
        }
        let mut tries = 1;
        let known = loop {
            match self.keys_to_append(appends).await {
                Err(StoreError::Unavailable(Some(sqlx::Error::PoolTimedOut))) if tries < PATIENT_TRIES => {
                    tries += 1;
                }
                other => break other?,
            }
        };
        for stream in appends.iter().flat_map(|append| &append.streams) {
            if !known.contains_key(&stream.stream.id) {
                return Err(match self.stream_version(stream.stream).await? {
                    0 => StoreError::Invalid("a load goes on from a stream that does not exist"),
                    _ => SealError::KeysMissing.into(),
                });
            }
        }
        Ok(known)
    }
}

/// How many processors there are: asking takes several system calls.
static THREADS: OnceLock<usize> = OnceLock::new();

/// Does something with each, on every processor, and keeps the order.
fn spread<T: Send, R: Send>(
    items: Vec<T>,
    each: impl Fn(T) -> Result<R, StoreError> + Sync,
) -> Result<Vec<R>, StoreError> {
    let threads = *THREADS.get_or_init(|| {
        std::thread::available_parallelism()
            .map_or(1, usize::from)
            .min(16)
    });
    let share = items.len().div_ceil(threads).max(SPREAD);
    if items.len() <= share {
        return items.into_iter().map(each).collect();
    }
    let mut items = items.into_iter();
    let each = &each;
    std::thread::scope(|scope| {
        let mut parts = Vec::with_capacity(threads);
        loop {
            let part: Vec<_> = items.by_ref().take(share).collect();
            if part.is_empty() {
                break;
            }
            parts.push(scope.spawn(move || part.into_iter().map(each).collect::<Result<Vec<_>, _>>()));
        }
        let mut all = Vec::new();
        for part in parts {
            all.extend(part.join().map_err(|_| StoreError::Unavailable(None))??);
        }
        Ok(all)
    })
}

impl Loader {
    /// Writes what is sealed, in order and in one transaction. Each append is judged by itself, so that a clash
    /// fails only its own.
    ///
    /// # Errors
    /// All or nothing: [`StoreError::Unavailable`] and [`StoreError::Database`] when nothing was written (one row
    /// that the database refuses takes its load with it); [`StoreError::Unknown`] when the commit broke, and the
    /// head of the log tells whether it was written; [`StoreError::Invalid`] for more than [`MAX_LOAD_EVENTS`].
    pub async fn load(&mut self, sealed: &[Sealed]) -> Result<Vec<AppendOutcome>, StoreError> {
        if sealed.iter().map(Sealed::events).sum::<u64>() > MAX_LOAD_EVENTS {
            return Err(StoreError::Invalid("a load has at most 50,000 events"));
        }
        let mut attempt = 1;
        loop {
            let tried = tokio::time::timeout(TIMEOUT, self.attempt(sealed)).await;
            match tried.unwrap_or(Err(group::GroupError::AtCommit(sqlx::Error::WorkerCrashed))) {
                Ok(outcomes) => return Ok(outcomes),
                Err(group::GroupError::AtCommit(error)) => {
                    tracing::warn!(error = %crate::error::named(&error), "the commit of a load broke");
                    self.connection = None;
                    return Err(StoreError::Unknown);
                }
                Err(group::GroupError::Before(error)) => {
                    self.connection = None;
                    let passes = match &error {
                        StoreError::Unavailable(_) => true,
                        StoreError::Database(error) => is_transient(error),
                        _ => false,
                    };
                    if !passes || attempt == TRIES {
                        return Err(error);
                    }
                    tracing::info!(%error, attempt, "a load is tried again");
                    tokio::time::sleep(PAUSE * (1 << attempt)).await;
                    attempt += 1;
                }
            }
        }
    }

    async fn attempt(&mut self, sealed: &[Sealed]) -> Result<Vec<AppendOutcome>, group::GroupError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                self.known = Known::default(); // a server that went away may come back as it was before
                let connected = self.access.connect().await;
                connected.map_err(|error| StoreError::Unavailable(Some(error)))?
            }
        };
        let mut transaction = self.access.begin(self.connection.insert(connection)).await?;
        let prepared: Vec<_> = sealed.iter().map(|sealed| &sealed.prepared).collect();
        let mut ground = group::read_ground(&mut transaction, &prepared, &self.begun, &self.known).await?;
        let head = ground.position;
        let outcomes: Vec<_> = prepared.iter().map(|append| ground.judge(append)).collect();
        let accepted: Vec<_> = sealed
            .iter()
            .zip(&outcomes)
            .filter_map(|(sealed, outcome)| match outcome {
                AppendOutcome::Appended(appended) => Some((sealed, appended)),
                _ => None,
            })
            .collect();
        if accepted.is_empty() {
            transaction.rollback().await?;
            return Ok(outcomes);
        }
        write::write(&mut transaction, &accepted, &ground).await?;
        transaction.commit().await.map_err(group::GroupError::AtCommit)?;
        self.known.learn(head, &ground);
        self.begun = ground.begun;
        self.store.inner.writer.loaded(ground.position);
        Ok(outcomes)
    }

    /// Closes its connection.
    pub async fn close(self) {
        if let Some(connection) = self.connection {
            let _ = connection.close().await; // nothing is open on it
        }
    }
}
