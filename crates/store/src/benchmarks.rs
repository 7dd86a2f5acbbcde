//! Published values and neighbours: added to, never changed.

use crate::{Store, StoreError};
use jiff_sqlx::{Date as SqlDate, ToSqlx as _};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use throughcare_domain::benchmark::{Benchmark, Neighbours, Whose};
use throughcare_domain::code::AreaCode;
use throughcare_domain::indicators::Period;

/// Most published values that one answer is compared with.
pub const MOST_BENCHMARKS: i64 = 50_000;

/// Which published values.
#[derive(Clone, Debug)]
pub struct BenchmarkQuery {
    /// Whose.
    pub whose: Vec<Whose>,
    /// Of periods that ended on these days.
    pub ended: Period,
    /// As known at this log position; now without it.
    pub known_at: Option<u64>,
}

impl Store {
    /// Adds published values, as the tables' owner. A value that stands there in the same words already is not added
    /// again. Answers how many were added.
    ///
    /// They are known from the log's next position on: the head is locked, so that no position already there changes
    /// what it was compared with.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer or refuses a row; nothing is half loaded.
    /// [`StoreError::NotOwner`] when the login is not the owner's.
    pub async fn add_benchmarks(&self, all: &[Benchmark], by: &str) -> Result<u64, StoreError> {
        macro_rules! column {
            (|$it:ident| $value:expr) => {
                all.iter().map(|$it| $value).collect::<Vec<_>>()
            };
        }
        let count = |it: Option<u32>| it.and_then(|it| i32::try_from(it).ok());
        let mut transaction = self.own().await?;
        let added = sqlx::query(
            "/* add_benchmarks */ WITH head AS (SELECT position FROM log_head FOR UPDATE), given AS ( \
                 SELECT * FROM unnest($1::text[], $2::text[], $3::date[], $4::date[], $5::float8[], $6::int4[], \
                     $7::int4[], $8::text[], $9::date[]) \
                 AS given (indicator, whose, period_from, period_to, value, numerator, denominator, source, published_on)) \
             INSERT INTO benchmarks (indicator, whose, period_from, period_to, value, numerator, denominator, source, \
                 published_on, known_from, loaded_by) \
             SELECT given.*, head.position + 1, $10 FROM given, head WHERE NOT EXISTS ( \
                 SELECT FROM (SELECT DISTINCT ON (indicator, whose, period_from, period_to) * FROM benchmarks AS one \
                     WHERE one.whose = given.whose AND one.period_to = given.period_to \
                         AND one.indicator = given.indicator AND one.period_from = given.period_from \
                     ORDER BY indicator, whose, period_from, period_to, entry DESC) AS last \
                 WHERE (last.value, last.source, last.published_on) = (given.value, given.source, given.published_on) \
                     AND last.numerator IS NOT DISTINCT FROM given.numerator \
                     AND last.denominator IS NOT DISTINCT FROM given.denominator)",
        )
        .bind(column!(|it| it.indicator.as_str()))
        .bind(column!(|it| it.whose.to_string()))
        .bind(column!(|it| it.period.from.to_sqlx()))
        .bind(column!(|it| it.period.to.to_sqlx()))
        .bind(column!(|it| it.value))
        .bind(column!(|it| count(it.numerator)))
        .bind(column!(|it| count(it.denominator)))
        .bind(column!(|it| it.source.as_str()))
        .bind(column!(|it| it.published_on.to_sqlx()))
        .bind(by)
        .execute(&mut transaction)
        .await?
        .rows_affected();
        transaction.commit().await?;
        Ok(added)
    }

    /// Adds who areas are compared with. What stands there already is not added again. Answers how many were added.
    ///
    /// # Errors
    /// As [`Store::add_benchmarks`].
    pub async fn add_neighbours(&self, all: &[Neighbours], by: &str) -> Result<u64, StoreError> {
        let mut transaction = self.own().await?;
        let mut added = 0;
        for one in all {
            let codes: Vec<&str> = one.neighbours.iter().map(AreaCode::as_str).collect();
            added += sqlx::query(
                "/* add_neighbours */ WITH head AS (SELECT position FROM log_head FOR UPDATE) \
                 INSERT INTO area_neighbours (area, neighbours, source, published_on, known_from, loaded_by) \
                 SELECT $1, $2, $3, $4, head.position + 1, $5 FROM head WHERE NOT EXISTS ( \
                     SELECT FROM (SELECT * FROM area_neighbours WHERE area = $1 ORDER BY entry DESC LIMIT 1) AS last \
                     WHERE (last.neighbours, last.source, last.published_on) = ($2, $3, $4))",
            )
            .bind(one.area.as_str())
            .bind(codes)
            .bind(&one.source)
            .bind(one.published_on.to_sqlx())
            .bind(by)
            .execute(&mut transaction)
            .await?
            .rows_affected();
        }
        transaction.commit().await?;
        Ok(added)
    }

    /// The published values, of each the one that was loaded last as far as was known.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn benchmarks(&self, query: &BenchmarkQuery) -> Result<Vec<Benchmark>, StoreError> {
        let rows = sqlx::query(
            "/* benchmarks */ SELECT DISTINCT ON (whose, indicator, period_from, period_to) \
                 indicator, whose, period_from, period_to, value, numerator, denominator, source, published_on \
             FROM benchmarks WHERE whose = ANY($1) AND period_to BETWEEN $2 AND $3 \
                 AND ($4::bigint IS NULL OR known_from <= $4) \
             ORDER BY whose, indicator, period_from, period_to, entry DESC LIMIT $5",
        )
        .bind(query.whose.iter().map(ToString::to_string).collect::<Vec<_>>())
        .bind(query.ended.from.to_sqlx())
        .bind(query.ended.to.to_sqlx())
        .bind(query.known_at.map(u64::cast_signed))
        .bind(MOST_BENCHMARKS)
        .fetch_all(self.pool())
        .await?;
        rows.iter().map(benchmark).collect()
    }

    /// The neighbours of an area, as far as was known; nothing where none were loaded.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn neighbours(
        &self,
        area: &AreaCode,
        known_at: Option<u64>,
    ) -> Result<Option<Neighbours>, StoreError> {
        let row = sqlx::query(
            "/* neighbours */ SELECT neighbours, source, published_on FROM area_neighbours \
             WHERE area = $1 AND ($2::bigint IS NULL OR known_from <= $2) ORDER BY entry DESC LIMIT 1",
        )
        .bind(area.as_str())
        .bind(known_at.map(u64::cast_signed))
        .fetch_optional(self.pool())
        .await?;
        row.map(|row| {
            let codes: Vec<String> = row.try_get("neighbours")?;
            Ok(Neighbours {
                area: area.clone(),
                neighbours: codes
                    .iter()
                    .filter_map(|code| AreaCode::parse(code).ok())
                    .collect(),
                source: row.try_get("source")?,
                published_on: row.try_get::<SqlDate, _>("published_on")?.to_jiff(),
            })
        })
        .transpose()
    }
}

fn benchmark(row: &PgRow) -> Result<Benchmark, StoreError> {
    let day = |name: &str| row.try_get::<SqlDate, _>(name).map(SqlDate::to_jiff);
    let count = |name: &str| -> Result<Option<u32>, StoreError> {
        let count: Option<i32> = row.try_get(name)?;
        Ok(count.and_then(|it| u32::try_from(it).ok()))
    };
    Ok(Benchmark {
        indicator: row.try_get("indicator")?,
        whose: Whose::parse(row.try_get("whose")?)
            .ok_or(StoreError::Invalid("whose a published value is"))?,
        period: Period {
            from: day("period_from")?,
            to: day("period_to")?,
        },
        value: row.try_get("value")?,
        numerator: count("numerator")?,
        denominator: count("denominator")?,
        source: row.try_get("source")?,
        published_on: day("published_on")?,
    })
}
