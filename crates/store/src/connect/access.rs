//! How one role connects.

use super::kept::RESTED;
use super::{Reach, Role, Session};
use crate::Settings;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgRow};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Execute, Executor as _, PgConnection, Postgres,
};
use sqlx::{SqlSafeStr as _, SqlStr};
use std::fmt;
use std::time::Duration;

/// What stands between the program and PostgreSQL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pooler {
    /// Nothing, or a pooler in session mode.
    #[default]
    None,
    /// A pooler that hands every transaction another server connection, such as PgBouncer with
    /// `pool_mode = transaction`. Each transaction then brings its role and limits along, a single statement
    /// becomes a transaction, and no statement is prepared under a name (PgBouncer before 1.21 cannot have it).
    Transaction,
}

/// How connections of one role are made, and how transactions begin on them.
#[derive(Clone)]
pub(crate) struct Access {
    options: PgConnectOptions,
    role: Role,
    pooler: Pooler,
    wait: Duration,
    pub(super) begin: SqlStr,
    /// As `begin`, for a transaction whose commit need not be on disk when it is answered.
    pub(super) begin_repeatable: SqlStr,
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access")
            .field("role", &self.role)
            .field("pooler", &self.pooler)
            .finish_non_exhaustive()
    }
}

/// Ends with the transaction.
const UNFORCED: &str = "SET LOCAL synchronous_commit = off";

/// Where a statement that is a transaction of its own failed.
#[derive(Debug)]
pub(crate) enum Once {
    /// Nothing was written.
    Before(sqlx::Error),
    /// It may be written or not.
    AtCommit(sqlx::Error),
}

impl Access {
    pub(crate) fn new(settings: &Settings, role: Role) -> Self {
        // The owner's work is not for a pooler when there is a way around it.
        let own = if role.is_owners() { &settings.own } else { &None };
        let (connect, pooler) = match (own, role.is_of_keys()) {
            (Some(own), false) => (own.clone(), Pooler::None),
            (Some(_), true) => (settings.own_key_connect(), Pooler::None),
            (None, false) => (settings.connect.clone(), settings.pooler),
            (None, true) => (settings.key_connect(), settings.pooler),
        };
        let options = quiet(&connect).application_name(role.application_name());
        let wait = role.longest_wait(settings.wait);
        match pooler {
            Pooler::None => Self {
                options: options.options(role.start_up()),
                role,
                pooler,
                wait,
                begin: "BEGIN".into_sql_str(),
                begin_repeatable: AssertSqlSafe(format!("BEGIN; {UNFORCED}")).into_sql_str(),
            },
            // A pooler refuses start-up settings it does not know.
            Pooler::Transaction => Self {
                options: options.extra_float_digits(None).statement_cache_capacity(0),
                role,
                pooler,
                wait,
                begin: AssertSqlSafe(role.begin()).into_sql_str(),
                begin_repeatable: AssertSqlSafe(format!("{}; {UNFORCED}", role.begin())).into_sql_str(),
            },
        }
    }

    /// The statements that begin a transaction which reads for somebody.
    pub(crate) fn begin_for(&self, reach: &Reach) -> SqlStr {
        AssertSqlSafe(format!("{}; {}", self.begin.as_str(), reach.said())).into_sql_str()
    }

    /// Begins a transaction that reads for somebody, on a connection of one's own.
    pub(crate) async fn begin_within<'c>(
        &self,
        connection: &'c mut PgConnection,
        reach: &Reach,
    ) -> Result<Session<'c>, sqlx::Error> {
        let transaction = connection.begin_with(self.begin_for(reach)).await?;
        Ok(Session::new(transaction, self.may_name()))
    }

    pub(super) fn may_name(&self) -> bool {
        self.pooler == Pooler::None
    }

    /// How long to wait for a connection of a pool.
    pub(super) fn wait(&self) -> Duration {
        self.wait
    }

    /// Whether the database can be reached under the role.
    pub(crate) async fn try_out(&self) -> Result<(), sqlx::Error> {
        let mut connection = self.connect().await?;
        self.begin(&mut connection).await?.rollback().await?;
        connection.close().await
    }

    /// A connection of its own.
    pub(crate) async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        let mut connection = self.options.connect().await?;
        self.limit_transactions(&mut connection).await?;
        Ok(connection)
    }

    /// Begins a transaction on a connection of one's own.
    pub(crate) async fn begin<'c>(
        &self,
        connection: &'c mut PgConnection,
    ) -> Result<Session<'c>, sqlx::Error> {
        let transaction = connection.begin_with(self.begin.clone()).await?;
        Ok(Session::new(transaction, self.may_name()))
    }

    /// Runs one statement as a transaction of its own, on a connection of one's own: directly in one round trip,
    /// behind a pooler between BEGIN and COMMIT.
    ///
    /// Directly the statement and its commit are one, so that a connection lost on the way is [`Once::AtCommit`];
    /// an error that the server told is not, because it told of the rollback.
    pub(crate) async fn once<'q, E>(
        &self,
        connection: &mut PgConnection,
        statement: E,
    ) -> Result<Vec<PgRow>, Once>
    where
        E: 'q + Execute<'q, Postgres>,
    {
        if self.may_name() {
            return connection.fetch_all(statement).await.map_err(|error| {
                if told_of_rollback(&error) {
                    Once::Before(error)
                } else {
                    Once::AtCommit(error)
                }
            });
        }
        let mut session = self.begin(connection).await.map_err(Once::Before)?;
        let rows = session.fetch_all(statement).await.map_err(Once::Before)?;
        session.commit().await.map_err(Once::AtCommit)?;
        Ok(rows)
    }

    /// PostgreSQL 17 bounds a whole transaction; it does so for a session that is ours.
    async fn limit_transactions(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let limit = self.role.transaction_limit();
        let can = connection
            .server_version_num()
            .is_some_and(|version| version >= 170_000);
        if can && limit > 0 && self.pooler == Pooler::None {
            let statement = format!("SET transaction_timeout = {limit}");
            sqlx::raw_sql(AssertSqlSafe(statement))
                .execute(connection)
                .await?;
        }
        Ok(())
    }

    pub(super) fn pool(&self, most: u32) -> PgPool {
        let access = self.clone();
        clean_on_release(PgPoolOptions::new())
            .max_connections(most.max(1))
            .acquire_timeout(self.wait)
            .test_before_acquire(false)
            .before_acquire(|connection, meta| {
                // A connection that rested may have lost its server; asking every time would cost a seventh.
                Box::pin(async move {
                    if meta.idle_for > RESTED {
                        sqlx::Connection::ping(connection).await?;
                    }
                    Ok(true)
                })
            })
            .after_connect(move |connection, _| {
                let access = access.clone();
                Box::pin(async move { access.limit_transactions(connection).await })
            })
            .connect_lazy_with(self.options.clone())
    }
}

/// Statements are not logged by this side.
fn quiet(connect: &PgConnectOptions) -> PgConnectOptions {
    connect.clone().log_statements(tracing::log::LevelFilter::Off)
}

/// A connection as the login itself, before any role is there to be taken on; with the search path of every other.
pub(crate) fn limited_start(connect: &PgConnectOptions) -> PgConnectOptions {
    quiet(connect).application_name("throughcare-migrate").options([
        ("search_path", "public,pg_temp"),
        ("client_min_messages", "error"),
    ])
}

/// True when the server itself refused the statement, so that nothing of it is there. What it says when it shuts
/// down or loses the connection (classes 08 and 57P) may come after the commit.
fn told_of_rollback(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Encode(_) => true,
        sqlx::Error::Database(cause) => cause
            .code()
            .is_none_or(|code| !code.starts_with("08") && !code.starts_with("57P")),
        _ => false,
    }
}

/// Ends whatever transaction is open whenever a connection comes back.
///
/// sqlx 0.9.0 can return a connection inside an open transaction when a future is dropped while it begins one; the
/// next borrower's writes would be acknowledged and lost (`trust.md`, trap 1). The BEGIN before the ROLLBACK keeps
/// a server from logging a warning for every connection that comes back as it should; in a transaction that has
/// failed it is refused, and the connection is thrown away.
pub fn clean_on_release(options: PgPoolOptions) -> PgPoolOptions {
    options.after_release(|connection, _| {
        Box::pin(async move {
            sqlx::raw_sql("BEGIN; ROLLBACK").execute(connection).await?;
            Ok(true)
        })
    })
}
