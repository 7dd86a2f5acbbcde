//! A statement, and whether the server may keep it under a name.

use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArguments, PgStatement};
use sqlx::{Execute, Postgres, SqlStr};

/// Passes a statement on, unnamed where names must not be left behind: behind a pooler the next transaction may
/// run on a server connection that does not know the name, or knows another statement by it.
pub(super) struct Sent<E> {
    pub statement: E,
    pub may_be_named: bool,
}

impl<'q, E: Execute<'q, Postgres>> Execute<'q, Postgres> for Sent<E> {
    fn sql(self) -> SqlStr {
        self.statement.sql()
    }

    fn statement(&self) -> Option<&PgStatement> {
        self.statement.statement()
    }

    fn take_arguments(&mut self) -> Result<Option<PgArguments>, BoxDynError> {
        self.statement.take_arguments()
    }

    fn persistent(&self) -> bool {
        self.may_be_named && self.statement.persistent()
    }
}
