//! The store: one value through which everything in the database is reached.

use crate::Settings;
use crate::StoreError;
use crate::codec::Codec;
use crate::connect::{Access, Reach, Role, Session, Sessions, Within};
use crate::erasing::Ledger;
use crate::keys::{self, KeyStore};
use crate::log::{Append, AppendOutcome, KnownKeys, Writer, WriterStatus, bounds, prepare};
use crate::looks::Scribe;
use crate::seal::{BlindIndex, FileKeyWrap, Key, KeyFile, KeyFileError, KeyWrap, SealError};
use sqlx::Row as _;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use throughcare_domain::identifier::IdentifierKind;
use tokio::sync::watch;

/// What the program reads by itself.
static EVERYBODY: Reach = Reach::EVERYBODY;

/// How often the pool's first connection is tried for, a quarter of a second each.
const WARMING_TRIES: u32 = 40;
/// Most connections that keep held movements, and as many that keep projections.
const FEW: u32 = 4;
/// Most connections for the owner's work, which is rare.
const OWNING: u32 = 2;
/// Connections for purging, which is rare.
const PURGING: u32 = 1;
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
    purging: Sessions,
    pub ledger: Arc<Ledger>,
    pub loading: Access,
    pub writer: Writer,
    pub scribe: Scribe,
    pub codec: Codec,
    pub wrap: Arc<dyn KeyWrap>,
    pub keys: KeyStore,
    pub(crate) blind: BlindIndex,
    cursor: Key,
    /// Beside it stand the last checkpoints.
    pub key_file: PathBuf,
    /// What this log is called, where the settings say so.
    pub origin: Option<String>,
    /// How many erasures the ledger told of that the databases did not show.
    erased_again: OnceLock<usize>,
}

impl Store {
    /// Opens the store on a migrated database; makes the key file when neither it nor sealed records exist.
    ///
    /// Does what the erasure ledger tells and the databases do not show, before anything can be read.
    ///
    /// # Errors
    /// [`StoreError`] when the database or its key store cannot be reached or is not migrated, and when the key file
    /// is missing, damaged, readable by others, or another database's.
    pub async fn open(settings: Settings) -> Result<Self, StoreError> {
        let reading = Sessions::new(&settings, Role::Reading, settings.readers);
        let recording = Sessions::new(&settings, Role::Recording, FEW);
        // The first connection may take longer than a request would wait.
        reading.try_connection().await.map_err(not_opened)?;
        warm(&reading).await?;
        warm(&recording).await?;
        let row = sqlx::query(
            "/* open_store */ SELECT position AS head, EXISTS (SELECT FROM events) AS holds_events FROM log_head",
        )
        .fetch_one(reading.within(&EVERYBODY))
        .await?;
        if keys::are_here(&reading).await? {
            return Err(StoreError::KeysNotMoved);
        }
        let head = row.try_get::<i64, _>("head")?.unsigned_abs();
        let keeping = KeyStore::sessions(&settings);
        warm(&keeping).await?;
        let standing = keys::Standing::of(&keeping).await?;
        if row.try_get("holds_events")? && !standing.holds_keys {
            return Err(StoreError::KeyStoreLost);
        }
        let holds_keys = standing.canary.is_some() || standing.holds_keys;
        let key_file = KeyFile::open_or_create(&settings.key_file, holds_keys).map_err(SealError::from)?;
        let wrap: Arc<dyn KeyWrap> = Arc::new(FileKeyWrap::of_file(&settings.key_file, &key_file)?);
        if let Some(by) = standing.wrapped_by.as_ref().filter(|by| **by != wrap.id()) {
            // Another key than the one of now: the key store is another's, unless a rotation goes on.
            let foreign = |_| SealError::from(KeyFileError::Foreign(settings.key_file.clone()));
            wrap.follow(by).map_err(foreign)?;
        }
        if !crate::canary::fits(&keeping, wrap.as_ref()).await? {
            return Err(SealError::from(KeyFileError::Foreign(settings.key_file)).into());
        }
        let writer = Writer::start(Access::new(&settings, Role::Writing), settings.queue, head);
        let inner = Inner {
            reading,
            recording,
            projecting: Sessions::new(&settings, Role::Projecting, FEW),
            owning: Sessions::new(&settings, Role::Owning, OWNING),
            purging: Sessions::new(&settings, Role::Purging, PURGING),
            ledger: Arc::new(Ledger::at(settings.ledger_file())),
            loading: Access::new(&settings, Role::Loading),
            writer,
            scribe: Scribe::start(Sessions::new(&settings, Role::Recording, SCRIBES)),
            codec: Codec::default(),
            keys: KeyStore::open(&settings, keeping, &standing, wrap.clone())?,
            wrap,
            blind: BlindIndex::new(&key_file.blind_index),
            cursor: key_file.cursor,
            key_file: settings.key_file,
            origin: settings.origin,
            erased_again: OnceLock::new(),
        };
        let store = Self {
            inner: Arc::new(inner),
        };
        let erased_again = store.apply_ledger().await?;
        store.inner.erased_again.get_or_init(|| erased_again);
        store.fill_concerned().await?;
        Ok(store)
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
        let mut keys = self.keys_to_append(&appends).await?;
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
            prepared.push(prepare(append, &self.inner.codec, &mut keys)?);
        }
        self.inner.writer.submit(prepared).await
    }

    /// A stream that should go on but has no keys does not exist (a conflict), or has lost them (an error). Another
    /// node may begin it between the two looks: then its keys are there at the second.
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
                    return Err(SealError::KeysMissing.into());
                }
                keys.extend(now);
            }
        }
        Ok(None)
    }

    /// What stands in the blind index for an identifier in canonical form.
    pub fn blind(&self, kind: IdentifierKind, canonical: &str) -> [u8; 32] {
        self.inner.blind.of(kind.as_str(), canonical)
    }

    /// The same for something that is no identifier, named by what it is.
    pub(crate) fn blind_as(&self, kind: &str, canonical: &str) -> [u8; 32] {
        self.inner.blind.of(kind, canonical)
    }

    /// How many erasures of the ledger the databases did not show when this store was opened: they were done before
    /// anything could be read.
    pub fn erased_again(&self) -> usize {
        self.inner.erased_again.get().copied().unwrap_or_default()
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

    /// Forgets unwrapped keys, so that the next use of one asks the key store.
    pub fn forget_keys(&self) {
        self.inner.keys.forget();
    }

    /// Changes whenever this node has forgotten all keys because some were destroyed, on whichever node: within five
    /// seconds. Whoever keeps what was opened forgets it, too.
    pub fn forgotten_keys(&self) -> watch::Receiver<u64> {
        self.inner.keys.forgotten()
    }

    /// Takes no further appends, finishes those that are queued, and closes every connection.
    pub async fn close(&self) {
        self.inner.writer.close().await;
        self.inner.scribe.close().await;
        for sessions in [
            self.pool(),
            self.recording(),
            self.projecting(),
            self.owning(),
            self.purging(),
        ] {
            sessions.close().await;
        }
        self.inner.keys.close().await;
    }

    /// For reading: the log and lists.
    pub(crate) fn pool(&self) -> &Sessions {
        &self.inner.reading
    }

    /// For reading for somebody.
    pub(crate) fn within<'a>(&'a self, reach: &'a Reach) -> Within<'a> {
        self.inner.reading.within(reach)
    }

    /// For what the program reads by itself: to decide about what is recorded, to keep its own memory, to be looked
    /// after. Nothing that is read so is shown to anybody before the rules have judged it.
    pub(crate) fn program(&self) -> Within<'_> {
        self.inner.reading.within(&EVERYBODY)
    }

    /// For keeping held movements.
    pub(crate) fn recording(&self) -> &Sessions {
        &self.inner.recording
    }

    /// For keeping projections: reads the log, writes their tables.
    pub(crate) fn projecting(&self) -> &Sessions {
        &self.inner.projecting
    }

    /// For what is removed with an erased person.
    pub(crate) fn purging(&self) -> &Sessions {
        &self.inner.purging
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

/// Opens the pool's first connection. Requests wait a quarter of a second for one; on a busy machine the first
/// connections to a server that has just started take longer, and a start must not fail for that.
pub(crate) async fn warm(sessions: &Sessions) -> Result<(), StoreError> {
    for _ in 1..WARMING_TRIES {
        match sessions.warm().await {
            Err(sqlx::Error::PoolTimedOut) => {}
            other => return other.map_err(not_opened),
        }
    }
    sessions.warm().await.map_err(not_opened)
}

/// A login without its roles is refused as the connection starts.
pub(crate) fn not_opened(error: sqlx::Error) -> StoreError {
    match crate::migrate::roles_missing(&error) {
        true => StoreError::Roles,
        false => error.into(),
    }
}
