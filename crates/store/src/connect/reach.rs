//! For whom something is read: what the database's own net (row-level security, migration 0028) lets through.

use super::session::Sessions;
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, TryStreamExt as _};
use sqlx::postgres::{PgArguments, PgQueryResult, PgRow, PgStatement, PgTypeInfo};
use sqlx::{Arguments as _, AssertSqlSafe, Describe, Either, Error, Execute, Executor, Postgres, SqlStr};
use std::fmt::Write as _;
use throughcare_domain::code::{OrganisationCode, PrisonCode, ServiceCode};

/// For whom something is read. The rules of `throughcare-domain` say what of it is shown; this is the net under them:
/// the database gives no row of somebody with whom the reader has nothing to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reach {
    scope: &'static str,
    organisation: String,
    services: String,
    prisons: String,
}

impl Reach {
    /// Everybody's rows: for auditors, and for what the program does by itself. Whoever must judge a record before it is
    /// known whom it concerns (a referral of a stranger lands on a known record) reads so, and the rules alone decide
    /// what of it anybody is told.
    pub const EVERYBODY: Self = Self {
        scope: "everybody",
        organisation: String::new(),
        services: String::new(),
        prisons: String::new(),
    };

    /// The records that concern an organisation, and the lines of its services and of the prisons in which they work.
    pub fn of<'a>(
        organisation: &OrganisationCode,
        services: impl IntoIterator<Item = &'a ServiceCode>,
        prisons: impl IntoIterator<Item = &'a PrisonCode>,
    ) -> Self {
        Self {
            scope: "own",
            organisation: organisation.as_str().to_owned(),
            services: joined(services.into_iter().map(ServiceCode::as_str)),
            prisons: joined(prisons.into_iter().map(PrisonCode::as_str)),
        }
    }

    /// As it is, and the lines of every list: for those who watch over others or add them up, and are shown no names.
    /// The records behind those lines are not reached by it.
    #[must_use]
    pub fn with_every_line(self) -> Self {
        match self.scope {
            "everybody" => self,
            _ => Self {
                scope: "lines",
                ..self
            },
        }
    }

    fn settings(&self) -> [(&'static str, &str); 4] {
        [
            ("throughcare.scope", self.scope),
            ("throughcare.organisation", &self.organisation),
            ("throughcare.services", &self.services),
            ("throughcare.prisons", &self.prisons),
        ]
    }

    /// What says so at the beginning of a transaction. Codes hold no quotes; they are doubled all the same.
    pub(crate) fn said(&self) -> String {
        let said = self.settings().map(|(name, value)| {
            let value = value.replace('\'', "''");
            format!("set_config('{name}', '{value}', true)")
        });
        format!("/* reach */ SELECT {}", said.join(", "))
    }

    /// A statement that says so by itself, so that it needs no round trip more. The condition names no column: the
    /// server judges it once, before it reads the first row. Were it ever judged later, nothing would be there to read.
    pub(super) fn within<'q, E>(&self, mut statement: E) -> Result<Reaching<'q>, Error>
    where
        E: 'q + Execute<'q, Postgres>,
    {
        let arguments = statement
            .take_arguments()
            .map_err(Error::Encode)?
            .unwrap_or_default();
        let (given, persistent) = (arguments.len(), statement.persistent());
        let sql = statement.sql();
        let sql = sql.as_str();
        let name = sql.find("*/").map_or("", |end| &sql[..end + 2]);
        let mut wrapped = String::with_capacity(sql.len() + 300);
        let _ = write!(wrapped, "{name} SELECT * FROM ({sql}) AS reached WHERE (SELECT "); // a String takes anything
        for (at, (setting, _)) in self.settings().iter().enumerate() {
            let or = if at == 0 { "" } else { " || " };
            let _ = write!(wrapped, "{or}set_config('{setting}', ${}, true)", given + at + 1);
        }
        wrapped.push_str(") IS NOT NULL");
        let mut query = sqlx::query_with(AssertSqlSafe(wrapped), arguments);
        for (_, value) in self.settings() {
            query = query.bind(value.to_owned());
        }
        Ok(query.persistent(persistent))
    }
}

/// A statement that says for whom it reads.
type Reaching<'q> = sqlx::query::Query<'q, Postgres, PgArguments>;

fn joined<'a>(codes: impl Iterator<Item = &'a str>) -> String {
    let mut codes: Vec<&str> = codes.collect();
    codes.sort_unstable();
    codes.dedup();
    codes.join(" ")
}

/// A pool on which every statement reads for somebody. A statement is a SELECT with parameters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Within<'p> {
    pub(super) sessions: &'p Sessions,
    pub(super) reach: &'p Reach,
}

impl<'p> Executor<'p> for Within<'p> {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Either<PgQueryResult, PgRow>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let steps = async move {
            let steps = self.sessions.run_within(self.reach, query).await?;
            Ok::<_, Error>(stream::iter(steps.into_iter().map(Ok)))
        };
        Box::pin(stream::once(steps).try_flatten())
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<PgRow>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        Box::pin(async move {
            let steps = self.sessions.run_within(self.reach, query).await?;
            Ok(steps.into_iter().find_map(Either::right))
        })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [PgTypeInfo],
    ) -> BoxFuture<'e, Result<PgStatement, Error>>
    where
        'p: 'e,
    {
        self.sessions.prepare_with(sql, parameters)
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Postgres>, Error>>
    where
        'p: 'e,
    {
        self.sessions.describe(sql)
    }
}
