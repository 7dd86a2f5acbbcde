//! Columns of many rows as arrays, from values that are in PostgreSQL's binary form already.

use crate::log::replay::Columns;
use crate::log::values::Values as _;
use sqlx::encode::{Encode, IsNull};
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo, Postgres};
use sqlx::{Error, Type};

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Uuid,
    Timestamptz,
    Date,
    Integer,
    Bigint,
    Smallint,
    Boolean,
    Jsonb,
    Text,
    Bytea,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::Timestamptz => "timestamptz",
            Self::Date => "date",
            Self::Integer => "integer",
            Self::Bigint => "bigint",
            Self::Smallint => "smallint",
            Self::Boolean => "boolean",
            Self::Jsonb => "jsonb",
            Self::Text => "text",
            Self::Bytea => "bytea",
        }
    }

    /// The ids of the type and of its array, the same in every server (`pg_type.dat`).
    fn ids(self) -> (u32, u32) {
        match self {
            Self::Uuid => (2950, 2951),
            Self::Timestamptz => (1184, 1185),
            Self::Date => (1082, 1182),
            Self::Integer => (23, 1007),
            Self::Bigint => (20, 1016),
            Self::Smallint => (21, 1005),
            Self::Boolean => (16, 1000),
            Self::Jsonb => (3802, 3807),
            Self::Text => (25, 1009),
            Self::Bytea => (17, 1001),
        }
    }
}

/// One column of some rows.
pub(crate) struct Column<'a> {
    kind: Kind,
    values: Vec<Option<&'a [u8]>>,
}

impl<'a> Column<'a> {
    /// The columns of rows, each of which holds one value after another.
    pub(crate) fn all(kinds: &[Kind], rows: impl Iterator<Item = &'a [u8]>) -> Result<Vec<Self>, Error> {
        let begun = |kind: &Kind| Self {
            kind: *kind,
            values: Vec::new(),
        };
        let mut columns: Vec<Self> = kinds.iter().map(begun).collect();
        for row in rows {
            let mut row = Columns(row);
            for column in &mut columns {
                let damaged = || Error::Encode("a sealed row is cut short".into());
                column.values.push(row.value().ok_or_else(damaged)?);
            }
        }
        Ok(columns)
    }
}

impl Type<Postgres> for Column<'_> {
    /// Of a column without a kind; each says its own.
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(Kind::Bytea.ids().1))
    }
}

impl Encode<'_, Postgres> for Column<'_> {
    fn produces(&self) -> Option<PgTypeInfo> {
        Some(PgTypeInfo::with_oid(Oid(self.kind.ids().1)))
    }

    /// Dimensions, whether there are nulls, the elements' type, how many, counted from 1; then each with its length.
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let nulls = i32::from(self.values.contains(&None));
        let count = i32::try_from(self.values.len())?;
        for number in [1, nulls, self.kind.ids().0.cast_signed(), count, 1] {
            buffer.extend_from_slice(&number.to_be_bytes());
        }
        for value in &self.values {
            match value {
                None => buffer.extend_from_slice(&(-1_i32).to_be_bytes()),
                Some(bytes) => {
                    buffer.extend_from_slice(&i32::try_from(bytes.len())?.to_be_bytes());
                    buffer.extend_from_slice(bytes);
                }
            }
        }
        Ok(IsNull::No)
    }
}
