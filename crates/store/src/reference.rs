//! Code lists as versioned rows. The newest version loaded is in use; older ones stay, so that it can be shown
//! what a code meant when it was recorded.

use crate::codec::CodecError;
use crate::{Store, StoreError};
use jiff_sqlx::{Date as SqlDate, ToSqlx as _};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use std::collections::BTreeMap;
use throughcare_domain::code::Code;
use throughcare_domain::reference::{CodeList, CodeOrigin, CodeStatus, Entry, ReferenceData};

impl Store {
    /// Loads a version of a list. Loading the same version again changes nothing and answers `false`.
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
            .bind(column!(|entry| entry.code.as_str()))
            .bind(column!(|entry| entry.label.as_str()))
            .bind(column!(|entry| entry.status.as_str()))
            .bind(column!(|entry| entry.origin.as_str()))
            .bind(column!(|entry| entry.valid_from.map(|date| date.to_sqlx())))
            .bind(column!(|entry| entry.valid_to.map(|date| date.to_sqlx())))
            .bind(attributes)
            .execute(&mut transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(new)
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

    /// The newest version of every list.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer or holds what is no list.
    pub async fn reference_data(&self) -> Result<ReferenceData, StoreError> {
        let rows = sqlx::query(
            "/* reference_data */ WITH newest AS ( \
                 SELECT DISTINCT ON (list) list, list_version FROM reference_lists \
                 ORDER BY list, loaded_at DESC, list_version DESC) \
             SELECT list, list_version, code, label, status, origin, valid_from, valid_to, \
                    attributes::text AS attributes \
             FROM newest JOIN reference_codes USING (list, list_version) ORDER BY list, ordinal",
        )
        .fetch_all(self.pool())
        .await?;
        let mut lists: BTreeMap<(String, String), Vec<Entry>> = BTreeMap::new();
        for row in &rows {
            let name = (row.try_get("list")?, row.try_get("list_version")?);
            lists.entry(name).or_default().push(entry(row)?);
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
