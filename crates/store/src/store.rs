//! The store: one value through which everything in the database is reached.

use crate::StoreError;
use crate::codec::Codec;
use crate::log::{Append, AppendOutcome, KnownKeys, Prepared, Writer, WriterStatus, bounds, prepare};
use crate::seal::{
    BlindIndex, FileKeyWrap, Key, KeyCache, KeyFile, KeyFileError, KeyWrap, SealError, StreamKeys,
};
use crate::settings::{Settings, limited, reading_pool};
use sqlx::{PgPool, Row as _};
use std::collections::HashSet;
use std::sync::Arc;
use throughcare_domain::identifier::IdentifierKind;
use throughcare_domain::stream::StreamId;
use tokio::sync::watch;

/// How often the pool's first connection is tried for, a quarter of a second each.
const WARMING_TRIES: u32 = 40;

/// The event log and what stands beside it. Cheap to clone; every clone is the same store.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub pool: PgPool,
    pub writer: Writer,
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
        let pool = reading_pool(&settings);
        // The first connection may take longer than a request would wait.
        let mut first = sqlx::ConnectOptions::connect(&limited(&settings.connect, "throughcare")).await?;
        let row = sqlx::query(
            "/* open_store */ SELECT (SELECT wrapped FROM keys.canary) AS canary, \
             EXISTS (SELECT FROM keys.stream_keys) AS holds_keys, (SELECT position FROM log_head) AS head",
        )
        .fetch_one(&mut first)
        .await?;
        let canary: Option<Vec<u8>> = row.try_get("canary")?;
        let holds_keys = canary.is_some() || row.try_get::<bool, _>("holds_keys")?;
        let keys = KeyFile::open_or_create(&settings.key_file, holds_keys).map_err(SealError::from)?;
        let wrap: Box<dyn KeyWrap> = Box::new(FileKeyWrap::new(&keys.key_encryption)?);
        if !crate::canary::fits(&mut first, wrap.as_ref(), canary).await? {
            return Err(SealError::from(KeyFileError::Foreign(settings.key_file)).into());
        }
        sqlx::Connection::close(first).await?;
        warm(&pool).await?;
        let head = row.try_get::<i64, _>("head")?.unsigned_abs();
        let writer = Writer::start(
            limited(&settings.connect, "throughcare-writer"),
            settings.queue,
            head,
        );
        let inner = Inner {
            pool,
            writer,
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
            if let Some(clash) = self.missing_stream(&append, &keys).await? {
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

    /// A stream that should go on but has no keys does not exist (a conflict), or was erased (an error).
    async fn missing_stream(
        &self,
        append: &Append,
        keys: &KnownKeys,
    ) -> Result<Option<AppendOutcome>, StoreError> {
        for stream in &append.streams {
            if stream.expected > 0 && !keys.contains_key(&stream.stream.id) {
                let actual = self.stream_version(stream.stream).await?;
                if actual > 0 {
                    return Err(StoreError::KeysDestroyed);
                }
                return Ok(Some(AppendOutcome::Conflict {
                    stream: stream.stream,
                    actual,
                }));
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
        self.inner.pool.close().await;
    }

    pub(crate) fn pool(&self) -> &PgPool {
        &self.inner.pool
    }

    /// For reading the log on behalf of projections, and for writing their tables.
    pub(crate) fn projecting(&self) -> &PgPool {
        self.pool()
    }

    /// For making, dropping and renaming the tables of projections: as their owner.
    pub(crate) fn owning(&self) -> &PgPool {
        self.pool()
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
async fn warm(pool: &PgPool) -> Result<(), StoreError> {
    for _ in 1..WARMING_TRIES {
        match pool.acquire().await {
            Err(sqlx::Error::PoolTimedOut) => {}
            other => return Ok(other.map(drop)?),
        }
    }
    Ok(pool.acquire().await.map(drop)?)
}
