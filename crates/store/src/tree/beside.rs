//! What stands beside the log: rows that wait for their leaf, and the records of those that have one.

use super::{Entry, TreeFault};
use crate::connect::Sessions;
use crate::{Store, StoreError};
use jiff_sqlx::Timestamp as SqlTimestamp;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use std::collections::HashMap;
use throughcare_proof::record::{ActRecord, LookRecord};

/// A row: its kind and its number.
pub(super) type Beside = (i16, i64);

const LOOK: i16 = 1;
const WEBHOOK: i16 = 2;
const CODE_LIST: i16 = 3;
const ERASURE: i16 = 4;

/// Rows that wait, in the order in which they become leaves.
pub(super) async fn waiting(sessions: &Sessions, most: u64) -> Result<Vec<Beside>, StoreError> {
    let rows = sqlx::query(
        "/* tree::waiting */ SELECT kind, number FROM beside_waiting ORDER BY kind, number LIMIT $1",
    )
    .bind(most.cast_signed())
    .fetch_all(sessions)
    .await?;
    Ok(rows
        .iter()
        .map(|row| Ok((row.try_get("kind")?, row.try_get("number")?)))
        .collect::<Result<_, sqlx::Error>>()?)
}

/// The records of some rows, in their order. One that is not there is a fault.
pub(super) async fn entries(
    sessions: &Sessions,
    from: u64,
    rows: &[Beside],
) -> Result<Vec<Entry>, StoreError> {
    let numbers = |kind: i16| -> Vec<i64> {
        let of_kind = rows.iter().filter(|(of, _)| *of == kind);
        of_kind.map(|(_, number)| *number).collect()
    };
    let mut found = HashMap::with_capacity(rows.len());
    for (kind, statement, read) in [
        (LOOK, LOOKS, look as fn(&PgRow) -> _),
        (WEBHOOK, HAPPENINGS, |row: &PgRow| act(row, "webhook")),
        (CODE_LIST, USES, |row: &PgRow| act(row, "code-list")),
        (ERASURE, ERASURES, |row: &PgRow| act(row, "erasure")),
    ] {
        let numbers = numbers(kind);
        if numbers.is_empty() {
            continue;
        }
        for row in sqlx::query(statement).bind(numbers).fetch_all(sessions).await? {
            let number: i64 = row.try_get("number")?;
            found.insert((kind, number), read(&row)?);
        }
    }
    rows.iter()
        .zip(from..)
        .map(|(row, index)| {
            let (record, person) = found.remove(row).ok_or(TreeFault::RowGone)?;
            Ok(Entry {
                index,
                record,
                person,
            })
        })
        .collect()
}

type Record = (Vec<u8>, Option<uuid::Uuid>);

const LOOKS: &str = "/* tree::looks */ SELECT look AS number, looked_at, person, client, user_name, on_behalf_of, \
    organisation, role, purpose, route, extent, array_to_string(grounds, ' ') AS grounds, correlation \
    FROM looks WHERE look = ANY($1)";
const HAPPENINGS: &str = "/* tree::happenings */ SELECT happening AS number, at, webhook::text AS of, what, by \
    FROM webhook_happenings WHERE happening = ANY($1)";
const USES: &str = "/* tree::uses */ SELECT use AS number, since AS at, list AS of, list_version AS what, \
    taken_by AS by FROM reference_uses WHERE use = ANY($1)";

const ERASURES: &str = "/* tree::erasures */ SELECT number, purged_at AS at, erasure::text AS of, \
    'carried out' AS what, NULL::text AS by FROM erasures WHERE number = ANY($1)";

fn look(row: &PgRow) -> Result<Record, sqlx::Error> {
    let person = row.try_get("person")?;
    let record = LookRecord {
        look: row.try_get::<i64, _>("number")?.unsigned_abs(),
        at: row.try_get::<SqlTimestamp, _>("looked_at")?.to_jiff(),
        person,
        client: row.try_get("client")?,
        user: row.try_get("user_name")?,
        on_behalf_of: row.try_get("on_behalf_of")?,
        organisation: row.try_get("organisation")?,
        role: row.try_get("role")?,
        purpose: row.try_get("purpose")?,
        route: row.try_get("route")?,
        extent: row.try_get("extent")?,
        grounds: row.try_get("grounds")?,
        correlation: row.try_get("correlation")?,
    };
    Ok((record.to_bytes(), person))
}

fn act(row: &PgRow, kind: &str) -> Result<Record, sqlx::Error> {
    let record = ActRecord {
        kind: kind.to_owned(),
        number: row.try_get::<i64, _>("number")?.unsigned_abs(),
        at: row.try_get::<SqlTimestamp, _>("at")?.to_jiff(),
        of: row.try_get("of")?,
        what: row.try_get("what")?,
        by: row.try_get("by")?,
    };
    Ok((record.to_bytes(), None))
}

impl Store {
    /// The entries of the tree of what stands beside the log, from a place on.
    pub(super) async fn entries_beside(&self, from: u64, most: u64) -> Result<Vec<Entry>, StoreError> {
        let rows = sqlx::query(
            "/* tree::leaves_beside */ SELECT leaf, kind, number FROM beside_leaves \
             WHERE leaf >= $1 AND leaf < $2 ORDER BY leaf",
        )
        .bind(from.cast_signed())
        .bind(from.saturating_add(most).cast_signed())
        .fetch_all(self.projecting())
        .await?;
        let mut beside = Vec::with_capacity(rows.len());
        for (row, index) in rows.iter().zip(from..) {
            if row.try_get::<i64, _>("leaf")?.unsigned_abs() != index {
                return Err(TreeFault::Leaf { index }.into());
            }
            beside.push((row.try_get("kind")?, row.try_get("number")?));
        }
        entries(self.projecting(), from, &beside).await
    }
}
