//! What was sent to the national statistics: of each row a reference and a fingerprint, both keyed.

use crate::{Reach, Store, StoreError};
use futures::TryStreamExt as _;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::Row as _;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::id::PersonId;
use throughcare_domain::national_return::changes::Sent;
use throughcare_domain::national_return::{Level, Set};
use uuid::Uuid;

/// Rows written by one statement.
const AT_ONCE: usize = 5_000;

/// Most rows of one organisation that are remembered: about 100 bytes each in memory while a return is made.
pub const MOST_ROWS: usize = 5_000_000;

/// What an organisation sent so far.
#[derive(Clone, Debug, Default)]
pub struct SentBefore {
    /// The number of its last return; 0 without one.
    pub number: u32,
    /// Its rows, by their references.
    pub rows: BTreeMap<String, Sent>,
}

/// A return that was made.
#[derive(Clone, Debug)]
pub struct ReturnMade {
    /// Whose.
    pub organisation: OrganisationCode,
    /// The return after which it was made; 0 for the first.
    pub after: u32,
    /// The first day of its month.
    pub month: Date,
    /// By which version of the data set.
    pub version: String,
    /// Up to where the log was known.
    pub position: u64,
    /// Who made it.
    pub by: String,
    /// Rows that are new or were corrected.
    pub changed: BTreeMap<String, Sent>,
    /// References of rows that are taken back.
    pub deleted: Vec<String>,
}

impl Store {
    /// The reference under which a thing is sent: without the key nobody comes from it to the id, or back.
    pub fn return_reference(&self, kind: &str, id: &Uuid) -> String {
        let blind = self.blind_as(&format!("national-return/{kind}"), &id.simple().to_string());
        let mut text = String::with_capacity(32);
        for byte in &blind[..16] {
            let _ = write!(text, "{byte:02x}"); // a String takes anything
        }
        text
    }

    /// A fingerprint of what a row says.
    pub fn return_fingerprint(&self, row: &str) -> [u8; 16] {
        let blind = self.blind_as("national-return-row", row);
        let mut fingerprint = [0; 16];
        fingerprint.copy_from_slice(&blind[..16]);
        fingerprint
    }

    /// Records that concern an organisation, in order of id, after one of them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn people_of(
        &self,
        reach: &Reach,
        organisation: &OrganisationCode,
        after: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<PersonId>, StoreError> {
        let rows: Vec<Uuid> = sqlx::query_scalar(
            "/* national::people */ SELECT stream_id FROM concerned WHERE organisation = $1 AND stream_id > $2 \
             ORDER BY stream_id LIMIT $3",
        )
        .bind(organisation.as_str())
        .bind(after.map_or(Uuid::nil(), |person| person.0))
        .bind(i64::from(limit))
        .fetch_all(self.within(reach))
        .await?;
        Ok(rows.into_iter().map(PersonId).collect())
    }

    /// What an organisation sent so far.
    ///
    /// # Errors
    /// [`StoreError`], also when it is more than [`MOST_ROWS`].
    pub async fn sent_nationally(&self, organisation: &OrganisationCode) -> Result<SentBefore, StoreError> {
        let mut session = self.recording().begin().await?;
        let number: Option<i32> = sqlx::query_scalar(
            "/* national::last */ SELECT number FROM national_returns WHERE organisation = $1 \
             ORDER BY number DESC LIMIT 1",
        )
        .bind(organisation.as_str())
        .fetch_optional(&mut session)
        .await?;
        let mut rows = BTreeMap::new();
        {
            let mut found = sqlx::query(
                "/* national::sent */ SELECT reference, dataset, level, fingerprint FROM national_return_rows \
                 WHERE organisation = $1",
            )
            .bind(organisation.as_str())
            .fetch(&mut session);
            while let Some(row) = found.try_next().await? {
                if rows.len() >= MOST_ROWS {
                    return Err(StoreError::Invalid(
                        "at most 5,000,000 rows of one organisation are remembered",
                    ));
                }
                let odd =
                    || StoreError::Invalid("a row of a return is of no set, level or length of this program");
                let set = Set::parse(row.try_get("dataset")?).ok_or_else(odd)?;
                let level = Level::parse(row.try_get("level")?).ok_or_else(odd)?;
                let bytes: &[u8] = row.try_get("fingerprint")?;
                let fingerprint = bytes.try_into().map_err(|_| odd())?;
                let sent = Sent {
                    set,
                    level,
                    fingerprint,
                };
                rows.insert(row.try_get("reference")?, sent);
            }
        }
        session.commit().await?;
        Ok(SentBefore {
            number: number.unwrap_or(0).unsigned_abs(),
            rows,
        })
    }

    /// Remembers what a return sent and took back, all or nothing. False when another one was made meanwhile.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remember_return(&self, made: &ReturnMade) -> Result<bool, StoreError> {
        let number = made.after.cast_signed() + 1;
        let count = |rows: usize| i32::try_from(rows).unwrap_or(i32::MAX);
        let mut session = self.recording().begin().await?;
        // Of two at once the key lets one through: the other waits for it here, and then writes nothing.
        let begun = sqlx::query(
            "/* national::made */ INSERT INTO national_returns (organisation, number, month, version, position, \
             made_by, changed, deleted) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        )
        .bind(made.organisation.as_str())
        .bind(number)
        .bind(made.month.to_sqlx())
        .bind(&made.version)
        .bind(made.position.cast_signed())
        .bind(&made.by)
        .bind(count(made.changed.len()))
        .bind(count(made.deleted.len()))
        .execute(&mut session)
        .await?;
        if begun.rows_affected() == 0 {
            return Ok(false);
        }
        let changed: Vec<_> = made.changed.iter().collect();
        for rows in changed.chunks(AT_ONCE) {
            sqlx::query(
                "/* national::remember */ INSERT INTO national_return_rows AS row \
                 (organisation, reference, dataset, level, fingerprint, number) \
                 SELECT $1, told.reference, told.dataset, told.level, told.fingerprint, $2 \
                 FROM unnest($3::text[], $4::text[], $5::text[], $6::bytea[]) \
                 AS told (reference, dataset, level, fingerprint) \
                 ON CONFLICT (organisation, reference) DO UPDATE SET dataset = EXCLUDED.dataset, \
                 level = EXCLUDED.level, fingerprint = EXCLUDED.fingerprint, number = EXCLUDED.number",
            )
            .bind(made.organisation.as_str())
            .bind(number)
            .bind(
                rows.iter()
                    .map(|(reference, _)| reference.as_str())
                    .collect::<Vec<_>>(),
            )
            .bind(rows.iter().map(|(_, sent)| sent.set.as_str()).collect::<Vec<_>>())
            .bind(
                rows.iter()
                    .map(|(_, sent)| sent.level.as_str())
                    .collect::<Vec<_>>(),
            )
            .bind(
                rows.iter()
                    .map(|(_, sent)| sent.fingerprint.as_slice())
                    .collect::<Vec<_>>(),
            )
            .execute(&mut session)
            .await?;
        }
        for references in made.deleted.chunks(AT_ONCE) {
            sqlx::query(
                "/* national::forget */ DELETE FROM national_return_rows \
                 WHERE organisation = $1 AND reference = ANY($2)",
            )
            .bind(made.organisation.as_str())
            .bind(references)
            .execute(&mut session)
            .await?;
        }
        session.commit().await?;
        Ok(true)
    }
}
