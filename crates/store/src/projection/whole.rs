//! The rows of people of whom a table holds none yet, in the binary form of `COPY`: person after person, so that the
//! steps of one person are forgotten before those of the next are computed.

use super::compute::PersonUpdate;
use super::rows::{COLUMNS, Closed, Pending, step_through};
use crate::StoreError;
use crate::connect::Session;
use crate::log::columns::{Column, Kind};
use crate::log::tuple::{HEADER, TRAILER, Tuple};
use sqlx::AssertSqlSafe;
use sqlx::postgres::PgRow;

/// How many columns [`COLUMNS`] names.
const COUNT: i16 = 14;
/// Their types.
const KINDS: [Kind; 14] = [
    Kind::Uuid,
    Kind::Text,
    Kind::Uuid,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Date,
    Kind::Date,
    Kind::Boolean,
    Kind::Jsonb,
    Kind::Bigint,
    Kind::Bigint,
    Kind::Date,
];
/// Rows in one statement.
const TOGETHER: usize = 2_048;
/// The version that stands before every `jsonb` in its binary form.
const JSONB: u8 = 1;
/// Bytes sent at a time.
const CHUNK: usize = 256 * 1024;

/// Rows in the binary form of `COPY`.
pub(super) struct Whole {
    /// How many.
    pub rows: u64,
    bytes: Vec<u8>,
}

impl Whole {
    /// None yet; room for about so many.
    pub(super) fn with_room(rows: usize) -> Self {
        let mut bytes = Vec::with_capacity(rows * 400);
        bytes.extend_from_slice(HEADER);
        Self { rows: 0, bytes }
    }

    /// Adds the rows of one person: all that were ever known, each with its end.
    pub(super) fn add(&mut self, update: &PersonUpdate) -> Result<(), StoreError> {
        let mut pending = Pending::default();
        step_through(update, Vec::new(), &mut Closed::default(), &mut pending);
        for at in 0..pending.row.len() {
            write(&pending, at, &mut self.bytes)?;
        }
        self.rows += pending.row.len() as u64;
        Ok(())
    }

    /// Sends them to a table beside, which has no row-level security yet: `COPY` refuses a table that has.
    pub(super) async fn copy(&self, connection: &mut Session<'_>, table: &str) -> Result<(), StoreError> {
        if self.rows == 0 {
            return Ok(());
        }
        let statement = format!("/* rebuild::copy */ COPY {table} ({COLUMNS}) FROM STDIN (FORMAT binary)");
        let mut copying = connection.connection().copy_in_raw(&statement).await?;
        for chunk in self.bytes.chunks(CHUNK).chain([TRAILER]) {
            copying.send(chunk).await?;
        }
        copying.finish().await?;
        Ok(())
    }

    /// Asks the database for something of them, as a table `r`, without storing them.
    pub(super) async fn select(
        &self,
        connection: &mut Session<'_>,
        statement: &str,
    ) -> Result<Vec<PgRow>, StoreError> {
        let places: Vec<String> = (1..)
            .zip(KINDS)
            .map(|(place, kind)| format!("${place}::{}[]", kind.name()))
            .collect();
        let statement = statement.replacen(
            " from r ",
            &format!(" from unnest({}) as r ", places.join(", ")),
            1,
        );
        let rows: Vec<&[u8]> = self.each().collect();
        let mut found = Vec::with_capacity(rows.len());
        for some in rows.chunks(TOGETHER) {
            let mut query = sqlx::query(AssertSqlSafe(statement.clone()));
            for column in Column::all(&KINDS, some.iter().copied())? {
                query = query.bind(column);
            }
            found.extend(query.fetch_all(&mut *connection).await?);
        }
        Ok(found)
    }

    /// Adds them to the live table.
    pub(super) async fn insert(
        &self,
        connection: &mut Session<'_>,
        table: &'static str,
    ) -> Result<(), StoreError> {
        let places: Vec<String> = (1..)
            .zip(KINDS)
            .map(|(place, kind)| format!("${place}::{}[]", kind.name()))
            .collect();
        let statement = format!(
            "/* projection::anew */ insert into {table} ({COLUMNS}) select * from unnest({})",
            places.join(", ")
        );
        let rows: Vec<&[u8]> = self.each().collect();
        for some in rows.chunks(TOGETHER) {
            let mut query = sqlx::query(AssertSqlSafe(statement.clone()));
            for column in Column::all(&KINDS, some.iter().copied())? {
                query = query.bind(column);
            }
            query.execute(&mut *connection).await?;
        }
        Ok(())
    }

    /// Each row without the count of its columns.
    fn each(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = self.bytes.get(HEADER.len()..).unwrap_or_default();
        std::iter::from_fn(move || {
            let row = rest.get(size_of::<i16>()..)?;
            let mut end = 0;
            for _ in 0..COUNT {
                let length = row
                    .get(end..)?
                    .first_chunk()
                    .map(|bytes| i32::from_be_bytes(*bytes))?;
                end += size_of::<i32>() + usize::try_from(length).unwrap_or(0); // -1 is no value
            }
            rest = row.get(end..)?;
            row.get(..end)
        })
    }
}

fn write(pending: &Pending, at: usize, bytes: &mut Vec<u8>) -> Result<(), StoreError> {
    let row = &pending.row[at];
    let mut tuple = Tuple(bytes);
    let code = |code: Option<&str>, tuple: &mut Tuple<'_>| tuple.option(code.map(str::as_bytes));
    tuple.begin(COUNT);
    tuple.uuid(pending.person[at]);
    tuple.text(row.kind.as_str());
    tuple.uuid(row.id);
    code(row.service.as_ref().map(|code| code.as_str()), &mut tuple);
    code(row.organisation.as_ref().map(|code| code.as_str()), &mut tuple);
    code(row.prison.as_ref().map(|code| code.as_str()), &mut tuple);
    code(row.area.as_ref().map(|code| code.as_str()), &mut tuple);
    tuple.date(row.opened_on);
    match row.closed_on {
        Some(day) => tuple.date(day),
        None => tuple.null(),
    }
    tuple.bytes(&[u8::from(row.primary)]);
    let detail = tuple.0.len();
    tuple.bytes(&[JSONB]);
    serde_json::to_writer(&mut *tuple.0, &row.detail)
        .map_err(|_| StoreError::Invalid("a projection's row cannot be written"))?;
    tuple.measure(detail);
    tuple.bigint(pending.known_from[at]);
    match pending.known_to[at] {
        Some(position) => tuple.bigint(position),
        None => tuple.null(),
    }
    match row.due() {
        Some((_, day)) => tuple.date(day),
        None => tuple.null(),
    }
    Ok(())
}
