//! Rows of a replay as a table of their own, in a schema of their own, to be looked at with SQL. Nothing of the program reads
//! it; whoever made it drops the schema when they are done.

use super::begin;
use super::digest::{Digest, People};
use super::load::ComputedRange;
use super::plan::Range;
use crate::projection::tables::{Projection, Side};
use crate::{Store, StoreError};
use sqlx::{AssertSqlSafe, Row as _};

/// Longest name of a schema.
const LONGEST: usize = 50;

/// The name of a schema that holds one replay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema(String);

impl Schema {
    /// A name of small letters, digits and underscores that is none of PostgreSQL's and none of the program's.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let good = text.len() <= LONGEST
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.bytes().all(fits)
            && text != "public"
            && text != "information_schema"
            && !text.starts_with("pg_");
        good.then(|| Self(text.to_owned()))
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// As it stands in a statement: it may be a word of SQL.
    fn quoted(&self) -> String {
        format!("\"{}\"", self.0)
    }

    fn table(&self, projection: Projection) -> String {
        format!("{}.{}", self.quoted(), projection.table(Side::Live))
    }
}

/// What of a replay is in its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scratch {
    /// The parts of the log, in order.
    pub ranges: Vec<Range>,
    /// Which of them are done, by the same order.
    pub done: Vec<bool>,
}

const OTHERS: StoreError = StoreError::Invalid(
    "the schema is there already and holds no replay of this; choose another, or drop it",
);

impl Store {
    /// Makes the schema and an empty table in it, or goes on with a replay of the same that was stopped. `asked` says all on
    /// which the rows depend.
    ///
    /// # Errors
    /// [`StoreError`], also when the schema holds something else.
    pub async fn begin_scratch(
        &self,
        projection: Projection,
        schema: &Schema,
        asked: &str,
        planned: &[Range],
    ) -> Result<Scratch, StoreError> {
        let (name, live) = (schema.quoted(), projection.table(Side::Live));
        let table = schema.table(projection);
        let mut transaction = begin(self.owning()).await?;
        let there: bool = sqlx::query_scalar("/* scratch::there */ select to_regnamespace($1) is not null")
            .bind(&name)
            .fetch_one(&mut transaction)
            .await?;
        if there {
            let known: bool = sqlx::query_scalar(
                "/* scratch::known */ select to_regclass($1 || '.replay_parts') is not null",
            )
            .bind(&name)
            .fetch_one(&mut transaction)
            .await?;
            if !known {
                return Err(OTHERS);
            }
        } else {
            let make = format!(
                "/* scratch::make */ create schema {name}; \
                 create table {table} (like public.{live} including defaults including constraints including identity \
                                       including storage including comments including generated); \
                 create table {name}.replay_parts (part integer primary key, low uuid not null, high uuid not null, \
                                                   events bigint not null, asked text not null, \
                                                   done boolean not null default false)"
            );
            sqlx::raw_sql(AssertSqlSafe(make))
                .execute(&mut transaction)
                .await?;
            let insert = format!(
                "/* scratch::plan */ insert into {name}.replay_parts (part, low, high, events, asked) \
                 select ordinality::integer, low, high, events, $4 \
                 from unnest($1::uuid[], $2::uuid[], $3::bigint[]) with ordinality as p (low, high, events, ordinality)"
            );
            sqlx::query(AssertSqlSafe(insert))
                .bind(planned.iter().map(|range| range.low).collect::<Vec<_>>())
                .bind(planned.iter().map(|range| range.high).collect::<Vec<_>>())
                .bind(
                    planned
                        .iter()
                        .map(|range| range.events.cast_signed())
                        .collect::<Vec<_>>(),
                )
                .bind(asked)
                .execute(&mut transaction)
                .await?;
        }
        let parts = format!(
            "/* scratch::parts */ select part, low, high, events, asked, done from {name}.replay_parts order by part"
        );
        let rows = sqlx::query(AssertSqlSafe(parts))
            .fetch_all(&mut transaction)
            .await?;
        let mut scratch = Scratch {
            ranges: Vec::with_capacity(rows.len()),
            done: Vec::with_capacity(rows.len()),
        };
        for row in &rows {
            if row.try_get::<String, _>("asked")? != asked {
                return Err(OTHERS);
            }
            let events = row.try_get::<i64, _>("events")?.unsigned_abs();
            let range = Range::new(
                row.try_get("part")?,
                row.try_get("low")?,
                row.try_get("high")?,
                events,
            );
            scratch.ranges.push(range);
            scratch.done.push(row.try_get("done")?);
        }
        transaction.commit().await?;
        Ok(scratch)
    }

    /// Writes the rows of a part to the schema, once.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was written.
    pub async fn write_scratch(
        &self,
        projection: Projection,
        schema: &Schema,
        computed: &ComputedRange,
    ) -> Result<(), StoreError> {
        let mut transaction = begin(self.owning()).await?;
        let mark = format!(
            "/* scratch::mark */ update {}.replay_parts set done = true where part = $1 and not done",
            schema.quoted()
        );
        let marked = sqlx::query(AssertSqlSafe(mark))
            .bind(computed.range().ordinal)
            .execute(&mut transaction)
            .await?;
        if marked.rows_affected() != 1 {
            return Err(StoreError::Invalid(
                "another replay has written this part of the schema",
            ));
        }
        let table = schema.table(projection);
        computed.rows().copy(&mut transaction, &table).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The digest of what is in a schema.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn scratch_digest(
        &self,
        projection: Projection,
        schema: &Schema,
    ) -> Result<Digest, StoreError> {
        let transaction = begin(self.owning()).await?;
        let mut people = People::open(transaction, &schema.table(projection)).await?;
        while people.next().await?.is_some() {}
        people.close().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_has_a_name_of_its_own() {
        assert_eq!(Schema::parse("then_2026").unwrap().name(), "then_2026");
        for odd in [
            "",
            "public",
            "pg_temp",
            "information_schema",
            "Then",
            "a b",
            "a;b",
            "1st",
            "a\"b",
        ] {
            assert!(Schema::parse(odd).is_none(), "{odd}");
        }
        assert!(Schema::parse(&"a".repeat(LONGEST + 1)).is_none());
    }
}
