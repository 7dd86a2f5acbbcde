//! The store: one value through which everything in the database is reached.

use crate::Settings;
use crate::StoreError;
use crate::codec::Codec;
use crate::connect::{Access, Role, Session, Sessions};
use crate::log::{Append, AppendOutcome, KnownKeys, Prepared, Writer, WriterStatus, bounds, prepare};
use crate::looks::Scribe;
use crate::seal::{
    BlindIndex, FileKeyWrap, Key, KeyCache, KeyFile, KeyFileError, KeyWrap, SealError, StreamKeys,
};
use sqlx::Row as _;
use std::collections::HashSet;
use std::sync::Arc;
use throughcare_domain::identifier::IdentifierKind;
use throughcare_domain::stream::StreamId;
use tokio::sync::watch;

/// How often the pool's first connection is tried for, a quarter of a second each.
const WARMING_TRIES: u32 = 40;
/// Most connections that keep held movements, and as many that keep projections.
const FEW: u32 = 4;
/// Most connections for the owner's work, which is rare.
const OWNING: u32 = 2;
/// Connections for the access log: one statement at a time.
const SCRIBES: u32 = 1;

/// The event log and what stands beside it. Cheap to clone; every clone is the same store.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    reading: Sessions,
    recording: Sessions,
    projecting: Sessions,
    owning: Sessions,
    pub loading: Access,
    pub writer: Writer,
    pub scribe: Scribe,
    pub codec: Codec,
    pub wrap: Box<dyn KeyWrap>,
    pub cache: KeyCache,
    blind: BlindIndex,
    cursor: Key,
}

impl Store {
    /// Opens the store on a migrated database; makes the key file when neither it nor sealed records exist.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be reached or is not migrated, and when the key file is missing,
    /// damaged, readable by others, or another database's.
    pub async fn open(settings: Settings) -> Result<Self, StoreError> {
        let reading = Sessions::new(&settings, Role::Reading, settings.readers);
        let recording = Sessions::new(&settings, Role::Recording, FEW);
        // The first connection may take longer than a request would wait.
        reading.try_connection().await.map_err(not_opened)?;
        warm(&reading).await?;
        warm(&recording).await?;
        let row = sqlx::query(
            "/* open_store */ SELECT (SELECT wrapped FROM keys.canary) AS canary, \
             EXISTS (SELECT FROM keys.stream_keys) AS holds_keys, (SELECT position FROM log_head) AS head",
        )
        .fetch_one(&reading)
        .await?;
        let canary: Option<Vec<u8>> = row.try_get("canary")?;
        let holds_keys = canary.is_some() || row.try_get::<bool, _>("holds_keys")?;
        let keys = KeyFile::open_or_create(&settings.key_file, holds_keys).map_err(SealError::from)?;
        let wrap: Box<dyn KeyWrap> = Box::new(FileKeyWrap::new(&keys.key_encryption)?);
        if !crate::canary::fits(&recording, wrap.as_ref(), canary).await? {
            return Err(SealError::from(KeyFileError::Foreign(settings.key_file)).into());
        }
        let head = row.try_get::<i64, _>("head")?.unsigned_abs();
        let writer = Writer::start(Access::new(&settings, Role::Writing), settings.queue, head);
        let inner = Inner {
            reading,
            recording,
            projecting: Sessions::new(&settings, Role::Projecting, FEW),
            owning: Sessions::new(&settings, Role::Owning, OWNING),
            loading: Access::new(&settings, Role::Loading),
            writer,
            scribe: Scribe::start(Sessions::new(&settings, Role::Recording, SCRIBES)),
            codec: Codec::default(),
            wrap,
            cache: KeyCache::new(settings.key_cache),
            blind: BlindIndex::new(&keys.blind_index),
            cursor: keys.cursor,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Appends events, all or nothing. Dropping the future does not take back what was queued.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when nothing was written and trying again is safe; [`StoreError::Unknown`] when
    /// only trying again with the same idempotency key is.
    pub async fn append(&self, append: Append) -> Result<AppendOutcome, StoreError> {
        let mut outcomes = self.submit(vec![append]).await?;
        outcomes.pop().unwrap_or(Err(StoreError::Unknown))
    }

    /// Appends many in one transaction, each judged as [`Store::append`] would: for the synthetic county and for
    /// imports. Some thousand events at a time go fastest.
    ///
    /// # Errors
    /// The first error of any; those before and after it may be written.
    pub async fn append_bulk(&self, appends: Vec<Append>) -> Result<Vec<AppendOutcome>, StoreError> {
        if appends.is_empty() {
            return Ok(Vec::new());
        }
        self.submit(appends).await?.into_iter().collect()
    }

    async fn submit(
        &self,
        appends: Vec<Append>,
    ) -> Result<Vec<Result<AppendOutcome, StoreError>>, StoreError> {
        for append in &appends {
            bounds::check(append)?;
        }
        let bulk = appends.len() > 1;
        // Keys of a stream that should not exist yet are looked up only where a later append may need them.
        let needed: HashSet<_> = appends
            .iter()
            .flat_map(|append| &append.streams)
            .filter(|stream| bulk || stream.expected > 0)
            .map(|stream| stream.stream)
            .collect();
        let mut keys = self.keys_of(&needed).await?;
        let mut prepared = Vec::with_capacity(appends.len());
        for append in appends {
            if let Some(clash) = self.missing_stream(&append, &mut keys).await? {
                if bulk {
                    return Err(StoreError::Invalid(
                        "a bulk append goes on from a stream that does not exist",
                    ));
                }
                return Ok(vec![Ok(clash)]);
            }
            let make = |stream| StreamKeys::make(self.inner.wrap.as_ref(), stream);
            prepared.push(prepare(append, &self.inner.codec, &mut keys, make)?);
        }
        let begun = begun(&prepared);
        let answers = self.inner.writer.submit(prepared).await?;
        self.remember(&begun, &answers, &keys);
        Ok(answers)
    }

    /// A stream that should go on but has no keys does not exist (a conflict), or was erased (an error). Another node
    /// may begin it between the two looks: then its keys are there at the second.
    async fn missing_stream(
        &self,
        append: &Append,
        keys: &mut KnownKeys,
    ) -> Result<Option<AppendOutcome>, StoreError> {
        for stream in &append.streams {
            if stream.expected > 0 && !keys.contains_key(&stream.stream.id) {
                let actual = self.stream_version(stream.stream).await?;
                if actual == 0 {
                    return Ok(Some(AppendOutcome::Conflict {
                        stream: stream.stream,
                        actual,
                    }));
                }
                let now = self.keys_of(&HashSet::from([stream.stream])).await?;
                if now.is_empty() {
                    return Err(StoreError::KeysDestroyed);
                }
                keys.extend(now);
            }
        }
        Ok(None)
    }

    /// Keys that were made for a new stream are its keys only once it is in the log.
    fn remember(
        &self,
        begun: &[(usize, StreamId)],
        answers: &[Result<AppendOutcome, StoreError>],
        keys: &KnownKeys,
    ) {
        for (at, stream) in begun {
            if let (Some(Ok(AppendOutcome::Appended(_))), Some((key, Some(_)))) =
                (answers.get(*at), keys.get(&stream.id))
            {
                self.inner.cache.insert(stream.id, key.clone());
            }
        }
    }

    /// What stands in the blind index for an identifier in canonical form.
    pub fn blind(&self, kind: IdentifierKind, canonical: &str) -> [u8; 32] {
        self.inner.blind.of(kind.as_str(), canonical)
    }

    /// The key with which cursors handed to clients are signed.
    pub fn cursor_key(&self) -> [u8; 32] {
        self.inner.cursor
    }

    /// Position of the last event committed by this process: a signal to look, not a promise of what is there.
    pub fn committed(&self) -> watch::Receiver<u64> {
        self.inner.writer.committed()
    }

    /// How this node's writer is doing.
    pub fn writer_status(&self) -> WriterStatus {
        self.inner.writer.status()
    }

    /// Forgets unwrapped keys, so that keys destroyed in the database open nothing here any more.
    pub fn forget_keys(&self) {
        self.inner.cache.clear();
    }

    /// Takes no further appends, finishes those that are queued, and closes every connection.
    pub async fn close(&self) {
        self.inner.writer.close().await;
        self.inner.scribe.close().await;
        for sessions in [self.pool(), self.recording(), self.projecting(), self.owning()] {
            sessions.close().await;
        }
    }

    /// For reading: the log, keys and lists.
    pub(crate) fn pool(&self) -> &Sessions {
        &self.inner.reading
    }

    /// For keeping held movements.
    pub(crate) fn recording(&self) -> &Sessions {
        &self.inner.recording
    }

    /// For keeping projections: reads the log, writes their tables.
    pub(crate) fn projecting(&self) -> &Sessions {
        &self.inner.projecting
    }

    /// Begins a transaction of the owner.
    pub(crate) async fn own(&self) -> Result<Session<'static>, StoreError> {
        self.owning().begin().await.map_err(|error| {
            if crate::migrate::roles_missing(&error) {
                StoreError::NotOwner
            } else {
                error.into()
            }
        })
    }

    /// For what only the owner of the tables may: partitions, code lists, the tables of a rebuild. The login may
    /// lack that right; then using it is refused.
    pub(crate) fn owning(&self) -> &Sessions {
        &self.inner.owning
    }
}

/// Which append begins which stream, with the keys that later appends of the batch were sealed with.
fn begun(prepared: &[Prepared]) -> Vec<(usize, StreamId)> {
    let mut seen = HashSet::new();
    let mut begun = Vec::new();
    for (at, append) in prepared.iter().enumerate() {
        for stream in append.streams.iter().filter(|stream| stream.expected == 0) {
            if seen.insert(stream.stream.id) {
                begun.push((at, stream.stream));
            }
        }
    }
    begun
}

/// Opens the pool's first connection. Requests wait a quarter of a second for one; on a busy machine the first
/// connections to a server that has just started take longer, and a start must not fail for that.
async fn warm(sessions: &Sessions) -> Result<(), StoreError> {
    for _ in 1..WARMING_TRIES {
        match sessions.warm().await {
            Err(sqlx::Error::PoolTimedOut) => {}
            other => return other.map_err(not_opened),
        }
    }
    sessions.warm().await.map_err(not_opened)
}

/// A login without its roles is refused as the connection starts.
fn not_opened(error: sqlx::Error) -> StoreError {
    match crate::migrate::roles_missing(&error) {
        true => StoreError::Roles,
        false => error.into(),
    }
}
