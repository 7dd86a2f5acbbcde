//! What can go wrong in the store. Messages hold no SQL, no values and nothing personal; the cause stands behind
//! `source()` for the operator's log.

use crate::codec::CodecError;
use crate::seal::SealError;

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Too busy, or the database cannot be reached. Nothing was written; trying again is safe.
    #[error("the event log cannot be reached at the moment")]
    Unavailable(#[source] Option<sqlx::Error>),
    /// The connection broke while committing and it could not be found out whether the append is there. Trying
    /// again with the same idempotency key is safe.
    #[error("it is not known whether this was recorded")]
    Unknown,
    /// The database refused or answered something unexpected. Nothing was written.
    #[error("the database refused a statement{}", sqlstate(.0))]
    Database(#[source] sqlx::Error),
    /// An append that breaks a documented bound, such as one without events.
    #[error("this cannot be appended: {0}")]
    Invalid(&'static str),
    /// The stream's keys were destroyed: nothing can be added to an erased record.
    #[error("the keys of this record were destroyed; nothing can be added to it")]
    KeysDestroyed,
    /// A stored event cannot be read.
    #[error("the event at position {position} cannot be read")]
    Codec {
        /// Which event.
        position: u64,
        /// Why.
        #[source]
        source: CodecError,
    },
    /// A sealed value does not open, or the keys do not fit.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The erasure ledger cannot be used: nothing was destroyed.
    #[error(transparent)]
    Ledger(#[from] crate::erasing::LedgerError),
    /// What proves that nothing was altered does not fit: the trees do not grow over it.
    #[error(transparent)]
    Tree(#[from] crate::tree::TreeFault),
    /// The migrations could not be applied.
    #[error("the database's tables could not be brought up to date")]
    Migrate(#[source] Box<sqlx::migrate::MigrateError>),
    /// The database roles are missing, or the login is not a member of them and may not make itself one.
    #[error(
        "the database roles throughcare_owner, _writer, _projector, _reader, _keeper and _eraser are \
         missing or not granted to this login: run `throughcare migrate`; where its login may not make roles, an \
         administrator of the server makes them once, with the SQL in the README under \"Logins and roles\""
    )]
    Roles,
    /// There is no database for the key store, and the login may not make one.
    #[error(
        "the database of the key store does not exist and this login may not make it: an administrator of the server \
         makes it once, with the SQL in the README under \"The key store\"; or name another with --key-database-url"
    )]
    NoKeyDatabase,
    /// Keys still stand in the log's own database.
    #[error(
        "the keys of this database are still in it, and not in the key store: run `throughcare migrate` with a login \
         that owns the tables and with the key file"
    )]
    KeysNotMoved,
    /// The key store has nothing, and the log holds events.
    #[error(
        "the key store is empty, but the log holds events sealed with its keys: restore the key store that belongs to \
         this database, or name it with --key-database-url; a new one could not open them"
    )]
    KeyStoreLost,
    /// Tables, partitions or code lists are not up to date, and the login is not their owner's.
    #[error(
        "tables, partitions or code lists are to be changed, and this login does not own them: run `throughcare \
         migrate` with a login that is a member of throughcare_owner (--migrate-url)"
    )]
    NotOwner,
    /// The settings cannot be used.
    #[error("the database address cannot be read")]
    Settings(#[source] sqlx::Error),
}

impl StoreError {
    /// True when it is one record that cannot be read or added to, and others can.
    pub fn is_of_one_record(&self) -> bool {
        matches!(
            self,
            Self::Codec { .. } | Self::Seal(_) | Self::KeysDestroyed | Self::Invalid(_)
        )
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if is_unreachable(&error) {
            Self::Unavailable(Some(error))
        } else {
            Self::Database(error)
        }
    }
}

/// The connection is gone or was never there, or a time limit of ours was met: the transaction is rolled back.
pub(crate) fn is_unreachable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        // 08 connection, 53 resources, 57 shut down or cancelled by a limit, 55P03 lock not available
        sqlx::Error::Database(cause) => cause.code().is_some_and(|code| {
            code.starts_with("08") || code.starts_with("53") || code.starts_with("57") || code == "55P03"
        }),
        _ => false,
    }
}

/// Why the key store did not answer. A database that is not there or lets nobody in is as good as one that is away:
/// whoever needs a key comes again.
pub(crate) fn keys_away(error: sqlx::Error) -> StoreError {
    match code(&error).as_deref() {
        // not accepting connections, no such database, nobody may log in
        Some("55000" | "3D000" | "28000" | "28P01") => StoreError::Unavailable(Some(error)),
        _ => error.into(),
    }
}

/// A serialisation failure or a deadlock: the same statements may work a moment later.
pub(crate) fn is_transient(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .is_some_and(|code| matches!(code.as_ref(), "40001" | "40P01"))
}

/// The server's code for the kind of failure, when it was the server's.
pub(crate) fn code(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}

/// The five characters that name the kind of failure; they hold no values.
fn sqlstate(error: &sqlx::Error) -> String {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .map_or_else(String::new, |code| format!(" (SQLSTATE {code})"))
}

/// What may be said of a database error in a log: its kind, never its message, which quotes values.
pub(crate) fn named(error: &sqlx::Error) -> String {
    match error.as_database_error() {
        Some(cause) => {
            let constraint = cause
                .constraint()
                .map_or_else(String::new, |name| format!(", constraint {name}"));
            format!("database error{}{constraint}", sqlstate(error))
        }
        None => match error {
            sqlx::Error::Io(cause) => format!("connection: {}", cause.kind()),
            sqlx::Error::PoolTimedOut => "no free connection".into(),
            _ => "connection or protocol".into(),
        },
    }
}
