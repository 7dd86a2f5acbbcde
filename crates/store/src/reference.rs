//! Code lists as versioned rows. One version of each is in use, by somebody's decision; the others stay, so that it
//! can be shown what a code meant when it was recorded.

use crate::codec::CodecError;
use crate::{Store, StoreError};
use jiff::Timestamp;
use jiff_sqlx::{Date as SqlDate, Timestamp as SqlTimestamp, ToSqlx as _};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use std::collections::BTreeMap;
use throughcare_domain::code::Code;
use throughcare_domain::reference::{CodeList, CodeOrigin, CodeStatus, Entry, ReferenceData};

/// Who loads the lists that come with the program.
pub const SHIPPED_BY: &str = "throughcare";

/// What came of loading a version, or of taking one into use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceChange {
    /// It is in use now.
    Taken,
    /// It was loaded before; nothing changed. Whether with the same codes, is the caller's to see.
    LoadedBefore,
    /// It was in use already; nothing changed.
    InUse,
    /// Another version than the expected one is in use; nothing changed.
    Overtaken,
}

impl ReferenceChange {
    fn read(text: &str) -> Self {
        match text {
            "taken" => Self::Taken,
            "loaded_before" => Self::LoadedBefore,
            "in_use" => Self::InUse,
            _ => Self::Overtaken,
        }
    }
}

/// A version of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceVersion {
    /// Its name.
    pub version: String,
    /// When it was loaded.
    pub loaded_at: Timestamp,
    /// By whom.
    pub loaded_by: String,
    /// How many codes it has.
    pub codes: u64,
    /// It is the one in use.
    pub in_use: bool,
    /// When it was taken into use, and by whom; more than once when it was superseded in between.
    pub uses: Vec<(Timestamp, String)>,
}

/// The codes of a list, column by column.
struct Rows<'a> {
    codes: Vec<&'a str>,
    labels: Vec<&'a str>,
    statuses: Vec<&'a str>,
    origins: Vec<&'a str>,
    valid_froms: Vec<Option<SqlDate>>,
    valid_tos: Vec<Option<SqlDate>>,
    attributes: Vec<String>,
}

impl<'a> Rows<'a> {
    fn of(list: &'a CodeList) -> Result<Self, StoreError> {
        let entries = list.entries();
        macro_rules! column {
            (|$entry:ident| $value:expr) => {
                entries.iter().map(|$entry| $value).collect::<Vec<_>>()
            };
        }
        let attributes = entries
            .iter()
            .map(|entry| serde_json::to_string(&entry.attributes))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| StoreError::Invalid("an attribute of a code list cannot be written"))?;
        Ok(Self {
            codes: column!(|entry| entry.code.as_str()),
            labels: column!(|entry| entry.label.as_str()),
            statuses: column!(|entry| entry.status.as_str()),
            origins: column!(|entry| entry.origin.as_str()),
            valid_froms: column!(|entry| entry.valid_from.map(|date| date.to_sqlx())),
            valid_tos: column!(|entry| entry.valid_to.map(|date| date.to_sqlx())),
            attributes,
        })
    }
}

impl Store {
    /// Loads a version of a list as the tables' owner, without comparing it with the one in use: for the lists that
    /// come with the program, and for tests. Loading the same version again changes nothing and answers `false`.
    ///
    /// The version is taken into use, unless it is the program's own ([`SHIPPED_BY`]) and somebody else has decided
    /// which one is: a new program does not undo what an administrator did.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer or refuses a row; nothing is half loaded.
    /// [`StoreError::NotOwner`] when there is something to load and the login is not the owner's.
    pub async fn load_reference(&self, list: &CodeList, by: &str) -> Result<bool, StoreError> {
        if self.has_reference(list).await? {
            return Ok(false);
        }
        let mut transaction = self.own().await?;
        let new = sqlx::query(
            "/* load_reference */ INSERT INTO reference_lists (list, list_version, loaded_by) \
             VALUES ($1, $2, $3) ON CONFLICT (list, list_version) DO NOTHING",
        )
        .bind(list.name())
        .bind(list.version())
        .bind(by)
        .execute(&mut transaction)
        .await?
        .rows_affected()
            == 1;
        if new {
            let rows = Rows::of(list)?;
            sqlx::query(
                "/* load_reference_codes */ INSERT INTO reference_codes \
                 (list, list_version, ordinal, code, label, status, origin, valid_from, valid_to, attributes) \
                 SELECT $1, $2, ordinal - 1, code, label, status, origin, valid_from, valid_to, \
                 attributes::jsonb FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::date[], \
                 $8::date[], $9::text[]) WITH ORDINALITY \
                 AS given (code, label, status, origin, valid_from, valid_to, attributes, ordinal)",
            )
            .bind(list.name())
            .bind(list.version())
            .bind(rows.codes)
            .bind(rows.labels)
            .bind(rows.statuses)
            .bind(rows.origins)
            .bind(rows.valid_froms)
            .bind(rows.valid_tos)
            .bind(rows.attributes)
            .execute(&mut transaction)
            .await?;
            sqlx::query(
                "/* use_loaded_reference */ INSERT INTO reference_uses (list, list_version, taken_by) \
                 SELECT $1, $2, $3 WHERE $3 <> $4 OR NOT EXISTS ( \
                     SELECT FROM (SELECT taken_by FROM reference_uses WHERE list = $1 ORDER BY use DESC LIMIT 1) \
                         AS last WHERE last.taken_by <> $4)",
            )
            .bind(list.name())
            .bind(list.version())
            .bind(by)
            .bind(SHIPPED_BY)
            .execute(&mut transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(new)
    }

    /// Loads a version of a list and takes it into use, if the version in use is still `expected`. The database
    /// refuses a version that lacks a code of the one in use. Nobody but the tables' owner could do more.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is half loaded.
    pub async fn supersede_reference(
        &self,
        list: &CodeList,
        by: &str,
        expected: Option<&str>,
    ) -> Result<ReferenceChange, StoreError> {
        let rows = Rows::of(list)?;
        let became: String = sqlx::query_scalar(
            "/* supersede_reference */ SELECT load_reference($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(list.name())
        .bind(list.version())
        .bind(by)
        .bind(expected)
        .bind(rows.codes)
        .bind(rows.labels)
        .bind(rows.statuses)
        .bind(rows.origins)
        .bind(rows.valid_froms)
        .bind(rows.valid_tos)
        .bind(rows.attributes)
        .fetch_one(self.recording())
        .await?;
        Ok(ReferenceChange::read(&became))
    }

    /// Takes a version that was loaded before into use, if the one in use is still `expected`.
    ///
    /// # Errors
    /// [`StoreError`], also when the version lacks a code of the one in use.
    pub async fn take_reference(
        &self,
        list: &str,
        version: &str,
        by: &str,
        expected: Option<&str>,
    ) -> Result<ReferenceChange, StoreError> {
        let became: String = sqlx::query_scalar("/* take_reference */ SELECT take_reference($1, $2, $3, $4)")
            .bind(list)
            .bind(version)
            .bind(by)
            .bind(expected)
            .fetch_one(self.recording())
            .await?;
        Ok(ReferenceChange::read(&became))
    }

    /// Every version of a list that was loaded, the first one first, with who loaded it and who took it into use.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn reference_versions(&self, list: &str) -> Result<Vec<ReferenceVersion>, StoreError> {
        let rows = sqlx::query(
            "/* reference_versions */ SELECT l.list_version, l.loaded_at, l.loaded_by, \
                 (SELECT count(*) FROM reference_codes c WHERE c.list = l.list AND c.list_version = l.list_version) \
                     AS codes, u.since, u.taken_by, \
                 u.use = (SELECT max(use) FROM reference_uses WHERE list = $1) AS in_use \
             FROM reference_lists l LEFT JOIN reference_uses u USING (list, list_version) \
             WHERE l.list = $1 ORDER BY l.loaded_at, l.list_version, u.use",
        )
        .bind(list)
        .fetch_all(self.pool())
        .await?;
        let mut versions: Vec<ReferenceVersion> = Vec::new();
        for row in &rows {
            let version: String = row.try_get("list_version")?;
            if versions.last().is_none_or(|last| last.version != version) {
                versions.push(ReferenceVersion {
                    version,
                    loaded_at: row.try_get::<SqlTimestamp, _>("loaded_at")?.to_jiff(),
                    loaded_by: row.try_get("loaded_by")?,
                    codes: row.try_get::<i64, _>("codes")?.unsigned_abs(),
                    in_use: false,
                    uses: Vec::new(),
                });
            }
            let (Some(last), Some(since)) = (
                versions.last_mut(),
                row.try_get::<Option<SqlTimestamp>, _>("since")?,
            ) else {
                continue;
            };
            last.in_use |= row.try_get::<Option<bool>, _>("in_use")?.unwrap_or(false);
            last.uses.push((since.to_jiff(), row.try_get("taken_by")?));
        }
        Ok(versions)
    }

    /// One version of a list, in use or not.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer or holds what is no list.
    pub async fn reference_list(&self, list: &str, version: &str) -> Result<Option<CodeList>, StoreError> {
        let rows = sqlx::query(
            "/* reference_list */ SELECT code, label, status, origin, valid_from, valid_to, \
                 attributes::text AS attributes \
             FROM reference_codes WHERE list = $1 AND list_version = $2 ORDER BY ordinal",
        )
        .bind(list)
        .bind(version)
        .fetch_all(self.pool())
        .await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let entries = rows.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        let read = CodeList::new(list, version, entries).map_err(|_| unreadable("list"))?;
        Ok(Some(read))
    }

    /// A number that grows whenever another version of any list is taken into use; 0 before the first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn reference_uses(&self) -> Result<u64, StoreError> {
        let last: Option<i64> =
            sqlx::query_scalar("/* reference_uses */ SELECT max(use) FROM reference_uses")
                .fetch_one(self.pool())
                .await?;
        Ok(last.unwrap_or(0).unsigned_abs())
    }

    async fn has_reference(&self, list: &CodeList) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar(
            "/* has_reference */ SELECT EXISTS (SELECT FROM reference_lists WHERE list = $1 AND list_version = $2)",
        )
        .bind(list.name())
        .bind(list.version())
        .fetch_one(self.pool())
        .await?)
    }

    /// Every list in the version that is in use.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer or holds what is no list.
    pub async fn reference_data(&self) -> Result<ReferenceData, StoreError> {
        let rows = sqlx::query(
            "/* reference_data */ WITH used AS ( \
                 SELECT DISTINCT ON (list) list, list_version FROM reference_uses ORDER BY list, use DESC) \
             SELECT list, list_version, code, label, status, origin, valid_from, valid_to, \
                    attributes::text AS attributes \
             FROM used LEFT JOIN reference_codes USING (list, list_version) ORDER BY list, ordinal",
        )
        .fetch_all(self.pool())
        .await?;
        let mut lists: BTreeMap<(String, String), Vec<Entry>> = BTreeMap::new();
        for row in &rows {
            let name = (row.try_get("list")?, row.try_get("list_version")?);
            let entries = lists.entry(name).or_default();
            // A list that comes without codes is one all the same, to which codes can be loaded.
            if row.try_get::<Option<&str>, _>("code")?.is_some() {
                entries.push(entry(row)?);
            }
        }
        let lists = lists
            .into_iter()
            .map(|((name, version), entries)| CodeList::new(name, version, entries))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| unreadable("list"))?;
        Ok(ReferenceData::new(lists))
    }
}

fn entry(row: &PgRow) -> Result<Entry, StoreError> {
    let date = |column| {
        row.try_get::<Option<SqlDate>, _>(column)
            .map(|date| date.map(SqlDate::to_jiff))
    };
    Ok(Entry {
        code: Code::parse(row.try_get("code")?).map_err(|_| unreadable("code"))?,
        label: row.try_get("label")?,
        status: CodeStatus::parse(row.try_get("status")?).ok_or_else(|| unreadable("status"))?,
        origin: CodeOrigin::parse(row.try_get("origin")?).ok_or_else(|| unreadable("origin"))?,
        valid_from: date("valid_from")?,
        valid_to: date("valid_to")?,
        attributes: serde_json::from_str(row.try_get("attributes")?).map_err(|_| unreadable("attributes"))?,
    })
}

fn unreadable(column: &'static str) -> StoreError {
    StoreError::Codec {
        position: 0,
        source: CodecError::Envelope { column },
    }
}
