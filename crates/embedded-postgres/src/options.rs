//! What the caller chooses, and what it is told while the server runs.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::installation::{Installation, Version};

/// What a committed transaction survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// A crash of the program, of PostgreSQL, of the machine: every write reaches the disk before its commit
    /// is answered.
    #[default]
    Full,
    /// **Only for tests.** A power cut or a crash of the machine may lose or corrupt the whole database
    /// (`fsync`, `full_page_writes` and `synchronous_commit` are off). Never use it for data that matters.
    TestOnly,
}

/// Is told of each [`Event`], on a thread of this crate. It must not block for long, nor stop the server;
/// when it panics, the server is stopped.
pub type EventSink = Box<dyn Fn(&Event) + Send + Sync>;

/// How to start a server. Make one with [`Options::new`] and set the fields that should differ.
pub struct Options {
    /// The server programs.
    pub installation: Installation,
    /// The data directory; created when it is absent. A relative path counts from the current directory.
    pub data_dir: PathBuf,
    /// The database to connect to; created when it is absent. Lower-case letters, digits and `_`, at most 63,
    /// not starting with a digit.
    pub database: String,
    /// [`Durability::Full`] unless this is a test.
    pub durability: Durability,
    /// Further lines of `postgresql.conf`, name and value. They go before the defaults of this crate, but not
    /// before what it promises (durability, privacy of socket and log).
    pub settings: Vec<(String, String)>,
    /// How long a start may take, crash recovery included: 120 s unless set.
    pub start_timeout: Duration,
    /// Is told what happens, for the program's log.
    pub on_event: Option<EventSink>,
}

impl Options {
    /// The defaults: durable, no further settings, 120 s to start, nobody told.
    pub fn new(
        installation: Installation,
        data_dir: impl AsRef<Path>,
        database: impl Into<String>,
    ) -> Options {
        Options {
            installation,
            data_dir: data_dir.as_ref().to_owned(),
            database: database.into(),
            durability: Durability::Full,
            settings: Vec::new(),
            start_timeout: Duration::from_secs(120),
            on_event: None,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("installation", &self.installation)
            .field("data_dir", &self.data_dir)
            .field("database", &self.database)
            .field("durability", &self.durability)
            .field("settings", &self.settings)
            .field("start_timeout", &self.start_timeout)
            .finish_non_exhaustive()
    }
}

/// What happened to the server. `Display` is one line for the program's log; it holds no personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The data directory was empty and its database files are being created.
    Initialising {
        /// The version that creates them.
        version: Version,
    },
    /// A server of an earlier run was still there and was stopped.
    OrphanStopped {
        /// Its process.
        pid: u32,
    },
    /// The server accepts connections.
    Ready {
        /// Its process.
        pid: u32,
        /// 0 at first, then 1 more with each restart after the server's own death.
        restarts: u32,
    },
    /// The server ended though nobody asked it to. It will be restarted.
    Died {
        /// How it ended, as the system says.
        status: String,
    },
    /// A restart failed. It will be tried again.
    RestartFailed {
        /// Why.
        reason: String,
    },
    /// The server ended too often. It stays down, and the program should end.
    GaveUp {
        /// Why.
        reason: String,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::Initialising { version } => write!(f, "creating a new database with PostgreSQL {version}"),
            Event::OrphanStopped { pid } => {
                write!(f, "stopped PostgreSQL (pid {pid}), left over from an earlier run")
            }
            Event::Ready { pid, restarts: 0 } => write!(f, "PostgreSQL is ready (pid {pid})"),
            Event::Ready { pid, restarts } => {
                write!(f, "PostgreSQL is ready again (pid {pid}, restart {restarts})")
            }
            Event::Died { status } => write!(f, "PostgreSQL ended by itself ({status}); restarting it"),
            Event::RestartFailed { reason } => write!(f, "PostgreSQL could not be restarted: {reason}"),
            Event::GaveUp { reason } => write!(f, "PostgreSQL stays down: {reason}"),
        }
    }
}
