//! What can go wrong, each said in one line: what, where, what to do.

use std::io;
use std::path::{Path, PathBuf};

use crate::installation::Version;

/// Why PostgreSQL could not be found, started or stopped. `Display` is one line for the person who started
/// the program.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No server programs, or only ones that are too old.
    #[error(
        "no PostgreSQL server programs of version 14 or newer were found{}: install them \
         (Debian/Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server; \
         macOS: brew install postgresql@17), or name their directory with --pg-bin, \
         or use a server of your own with --database-url",
        too_old.map(|version| format!(" (only {version})")).unwrap_or_default()
    )]
    NotInstalled {
        /// The newest of those that are too old.
        too_old: Option<Version>,
    },

    /// The directory named with `--pg-bin` cannot be used.
    #[error("--pg-bin {}: {problem}", path.display())]
    PgBin {
        /// What was named.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        problem: String,
    },

    /// The database files were made by another major version.
    #[error(
        "the database in {} was made by PostgreSQL {made_by}, but the server programs in {} are version \
         {found}: install PostgreSQL {made_by}, or name its directory with --pg-bin",
        data_dir.display(), bin.display()
    )]
    OtherVersion {
        /// The data directory.
        data_dir: PathBuf,
        /// The major version that made it.
        made_by: u32,
        /// The version at hand.
        found: Version,
        /// Where that version is.
        bin: PathBuf,
    },

    /// Another program holds the data directory.
    #[error(
        "another program{} is using the data directory {}: stop it, or pick another --data-dir",
        pid.map(|pid| format!(" (pid {pid})")).unwrap_or_default(), data_dir.display()
    )]
    InUse {
        /// The data directory.
        data_dir: PathBuf,
        /// The other program, when its lock file says.
        pid: Option<u32>,
    },

    /// The unprivileged user cannot reach a directory.
    #[error(
        "PostgreSQL does not run as root, and user {user} cannot reach {}: {remedy}", directory.display()
    )]
    Unreachable {
        /// The unprivileged user.
        user: String,
        /// The first directory on the way that refuses.
        directory: PathBuf,
        /// What to do.
        remedy: String,
    },

    /// Neither `postgres` nor `nobody` exists.
    #[error(
        "PostgreSQL does not run as root, and this machine has neither a user postgres nor a user nobody: \
         start the program as an ordinary user"
    )]
    NoUnprivilegedUser,

    /// The database files belong to another user.
    #[error(
        "the database in {} belongs to another user (uid {owner}): start the program as that user or as \
         root, or pick another --data-dir", data_dir.display()
    )]
    NotOwner {
        /// The data directory.
        data_dir: PathBuf,
        /// The user id of the owner.
        owner: u32,
    },

    /// Something else stands where the database files or the socket should.
    #[error("{} cannot be used: {problem}", path.display())]
    Occupied {
        /// The path.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        problem: String,
    },

    /// A name or value that PostgreSQL's settings cannot take.
    #[error("{0}")]
    Setting(String),

    /// `initdb` failed.
    #[error("PostgreSQL's initdb could not create a database in {}: {reason}", data_dir.display())]
    Initdb {
        /// The data directory.
        data_dir: PathBuf,
        /// What it printed last.
        reason: String,
    },

    /// The server ended before it was ready, or was not ready in time.
    #[error("PostgreSQL did not start: {reason} (more in {} and in {})", startup_log.display(), log_dir.display())]
    Start {
        /// What it printed last.
        reason: String,
        /// What it printed before its log was open.
        startup_log: PathBuf,
        /// Its log.
        log_dir: PathBuf,
    },

    /// A process of an earlier run does not end, even when killed.
    #[error("PostgreSQL process {pid} of an earlier run uses {} and does not end: end it by hand", data_dir.display())]
    Orphan {
        /// The process.
        pid: u32,
        /// Its directory.
        data_dir: PathBuf,
    },

    /// The server does not end, even when killed.
    #[error("PostgreSQL did not end, even when killed: look for a disk that does not answer")]
    StillRunning,

    /// The server refused or broke off a connection of this crate.
    #[error("PostgreSQL could not be asked: {0}")]
    Probe(#[from] crate::probe::ProbeError),

    /// The operating system refused a file, directory or process.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, as "create" or "run".
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
}

impl Error {
    /// Wraps a system error with what was tried on what.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error + use<> {
        let path = path.to_owned();
        move |source| Error::Io { action, path, source }
    }
}
