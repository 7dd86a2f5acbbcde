//! Pools of connections under one role, and open transactions.

use super::access::Access;
use super::kept::Kept;
use super::reach::{Reach, Within};
use super::statement::Sent;
use crate::Settings;
use crate::connect::Role;
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, TryStreamExt as _};
use sqlx::postgres::{PgPool, PgQueryResult, PgRow, PgStatement, PgTypeInfo};
use sqlx::{Describe, Either, Error, Execute, Executor, PgConnection, Postgres, SqlStr, Transaction};
use tokio::sync::OwnedSemaphorePermit;

/// What a statement answers: how many rows it touched, or a row.
type Step = Either<PgQueryResult, PgRow>;

/// A pool of connections under one role. A single statement runs on it as on sqlx's own pool; behind a pooler that
/// is a transaction of its own. Answers are bounded by their queries, so they are taken whole and the connection is
/// given back before the first row is looked at.
#[derive(Clone, Debug)]
pub(crate) struct Sessions {
    pool: PgPool,
    pub(super) kept: Kept,
    access: Access,
}

impl Sessions {
    /// At most `most` connections, made when they are needed.
    pub(crate) fn new(settings: &Settings, role: Role, most: u32) -> Self {
        let access = Access::new(settings, role);
        let pool = access.pool(most);
        Self {
            kept: Kept::new(pool.clone(), access.wait()),
            pool,
            access,
        }
    }

    /// Begins a transaction. Dropped without [`Session::commit`] it is rolled back.
    pub(crate) async fn begin(&self) -> Result<Session<'static>, Error> {
        self.begun(self.access.begin.clone()).await
    }

    /// As [`Sessions::begin`], for a transaction that a crash of the server may undo after its commit was answered,
    /// as a whole and only together with all later ones: what it writes must be made again from the log whenever it
    /// is missing, and nothing may be told or fenced by it. It spares the appends a second writer that forces the
    /// write-ahead log to disk.
    pub(crate) async fn begin_repeatable(&self) -> Result<Session<'static>, Error> {
        self.begun(self.access.begin_repeatable.clone()).await
    }

    async fn begun(&self, begin: SqlStr) -> Result<Session<'static>, Error> {
        let (connection, room) = self.kept.take().await?.into_parts();
        Ok(Session {
            transaction: Transaction::begin(connection, Some(begin)).await?,
            may_name: self.access.may_name(),
            _room: Some(room),
        })
    }

    /// Runs a statement and takes all that it answers.
    async fn run<'q, E>(&self, query: E) -> Result<Vec<Step>, Error>
    where
        E: 'q + Execute<'q, Postgres>,
    {
        if self.access.may_name() {
            let mut line = self.kept.take().await?;
            let steps = line.fetch_many(query).try_collect().await?;
            line.rest();
            return Ok(steps);
        }
        let mut session = self.begin().await?;
        let steps = session.fetch_many(query).try_collect().await?;
        session.commit().await?;
        Ok(steps)
    }

    /// The same pool, to read for somebody.
    pub(crate) fn within<'p>(&'p self, reach: &'p Reach) -> Within<'p> {
        Within {
            sessions: self,
            reach,
        }
    }

    /// Runs a reading statement for somebody: in one round trip, or behind a pooler in a transaction that begins by
    /// saying for whom.
    pub(super) async fn run_within<'q, E>(&self, reach: &Reach, query: E) -> Result<Vec<Step>, Error>
    where
        E: 'q + Execute<'q, Postgres>,
    {
        if self.access.may_name() {
            return self.run(reach.within(query)?).await;
        }
        let mut session = self.begun(self.access.begin_for(reach)).await?;
        let steps = session.fetch_many(query).try_collect().await?;
        session.commit().await?;
        Ok(steps)
    }

    /// Whether the database can be reached under the role, with the time an ordinary connection may take.
    pub(crate) async fn try_connection(&self) -> Result<(), Error> {
        self.access.try_out().await
    }

    /// Waits for the pool's first connection, a quarter of a second, and keeps it for the next statement: on its way
    /// back through the pool's hook it would be missing, and another would have to be made in the same time.
    pub(crate) async fn warm(&self) -> Result<(), Error> {
        let mut line = self.kept.take().await?;
        // A session at rest, whether it is new or not: nothing was asked of it.
        sqlx::Connection::ping(&mut *line).await?;
        line.rest();
        Ok(())
    }

    /// How to make a connection apart from the pool, for long work.
    pub(crate) fn access(&self) -> &Access {
        &self.access
    }

    /// Connections that are open, those of them at rest, and how many there may be.
    pub(crate) fn sizes(&self) -> (u32, u32, u32) {
        let idle = u32::try_from(self.pool.num_idle() + self.kept.resting()).unwrap_or(u32::MAX);
        (self.pool.size(), idle, self.pool.options().get_max_connections())
    }

    /// Closes every connection.
    pub(crate) async fn close(&self) {
        self.kept.close();
        self.pool.close().await;
    }
}

/// An open transaction.
#[derive(Debug)]
pub(crate) struct Session<'c> {
    transaction: Transaction<'c, Postgres>,
    may_name: bool,
    // After the transaction: whoever gets the room finds the connection on its way back.
    _room: Option<OwnedSemaphorePermit>,
}

impl<'c> Session<'c> {
    pub(super) fn new(transaction: Transaction<'c, Postgres>, may_name: bool) -> Self {
        Self {
            transaction,
            may_name,
            _room: None,
        }
    }

    /// A transaction that was begun without a pooler.
    pub(crate) fn on(transaction: Transaction<'c, Postgres>) -> Self {
        Self::new(transaction, true)
    }

    /// The connection itself, for `COPY`, which is never prepared.
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }

    /// Commits.
    pub(crate) async fn commit(self) -> Result<(), Error> {
        self.transaction.commit().await
    }

    /// Rolls back, and waits for it.
    pub(crate) async fn rollback(self) -> Result<(), Error> {
        self.transaction.rollback().await
    }
}

impl<'s> Executor<'s> for &'s mut Session<'_> {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Step, Error>>
    where
        's: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let sent = Sent {
            statement: query,
            may_be_named: self.may_name,
        };
        (&mut *self.transaction).fetch_many(sent)
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<PgRow>, Error>>
    where
        's: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let sent = Sent {
            statement: query,
            may_be_named: self.may_name,
        };
        (&mut *self.transaction).fetch_optional(sent)
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [PgTypeInfo],
    ) -> BoxFuture<'e, Result<PgStatement, Error>>
    where
        's: 'e,
    {
        (&mut *self.transaction).prepare_with(sql, parameters)
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Postgres>, Error>>
    where
        's: 'e,
    {
        (&mut *self.transaction).describe(sql)
    }
}

impl<'p> Executor<'p> for &'p Sessions {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Step, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let steps = async move {
            let steps = self.run(query).await?;
            Ok::<_, Error>(stream::iter(steps.into_iter().map(Ok)))
        };
        Box::pin(stream::once(steps).try_flatten())
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<PgRow>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        Box::pin(async move { Ok(self.run(query).await?.into_iter().find_map(Either::right)) })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [PgTypeInfo],
    ) -> BoxFuture<'e, Result<PgStatement, Error>>
    where
        'p: 'e,
    {
        (&self.pool).prepare_with(sql, parameters)
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Postgres>, Error>>
    where
        'p: 'e,
    {
        (&self.pool).describe(sql)
    }
}
