//! What a superuser does to rows of `events`, at random.

use crate::Database;
use crate::rng::{Dice, RngExt as _};
use anyhow::Result;
use sqlx::{AssertSqlSafe, PgConnection};
use std::fmt;
use throughcare_proof::export::payload_hash;

/// A way of tampering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    EditColumn,
    BackDate,
    EditSealed,
    EditSealedAndHash,
    Swap,
    SwapSealed,
    MoveToAnother,
    Delete,
    Truncate,
    Insert,
    EditAndSign,
    DeleteAndSign,
    InsertAndSign,
    TruncateAndSign,
}

/// What was done.
#[derive(Clone, Debug)]
pub(super) struct Tampered {
    way: Way,
    how: String,
    /// The first position that is not what it was.
    pub position: u64,
}

impl fmt::Display for Tampered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} at position {} ({})",
            self.way.words(),
            self.position,
            self.how
        )
    }
}

/// Columns, and what is put into them: each what the table takes.
const EDITS: [&str; 16] = [
    "user_name = left(coalesce(user_name, ''), 90) || 'x'",
    "organisation = organisation || '0'",
    "client = client || '0'",
    "purpose = purpose || 'x'",
    "correlation = gen_random_uuid()",
    "causation = gen_random_uuid()",
    "event_id = gen_random_uuid()",
    "schema_version = schema_version + 1",
    "key_version = key_version + 1",
    "origin = 3 - origin",
    "role = CASE role WHEN 'auditor' THEN 'worker' ELSE 'auditor' END",
    "source_system = 'another', source_reference = 'reference ' || position",
    "stream_version = stream_version + 10000",
    "stream_kind = 1 + stream_kind % 3",
    "event_type = event_type || 'x'",
    "on_behalf_of = 'nobody'",
];

/// A position of the same partition that no event of a drill has.
const ASIDE: u64 = 40_000_000;

impl Way {
    pub(super) const ALL: [Self; 14] = [
        Self::EditColumn,
        Self::BackDate,
        Self::EditSealed,
        Self::EditSealedAndHash,
        Self::Swap,
        Self::SwapSealed,
        Self::MoveToAnother,
        Self::Delete,
        Self::Truncate,
        Self::Insert,
        Self::EditAndSign,
        Self::DeleteAndSign,
        Self::InsertAndSign,
        Self::TruncateAndSign,
    ];

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::EditColumn => "a column edited",
            Self::BackDate => "a row back-dated",
            Self::EditSealed => "a sealed byte edited",
            Self::EditSealedAndHash => "a sealed byte edited, and its hash",
            Self::Swap => "two rows swapped",
            Self::SwapSealed => "what is sealed in two rows swapped",
            Self::MoveToAnother => "a row moved to another record",
            Self::Delete => "a row deleted",
            Self::Truncate => "the end cut off",
            Self::Insert => "a row inserted",
            Self::EditAndSign => "a column edited, and the log signed anew",
            Self::DeleteAndSign => "a row deleted, the gap closed, and the log signed anew",
            Self::InsertAndSign => "a row inserted, and the log signed anew",
            Self::TruncateAndSign => "the end cut off, and the log signed anew",
        }
    }

    /// Whether the log signs what is there then, as if nothing had been signed before.
    pub(super) fn is_signed(self) -> bool {
        matches!(
            self,
            Self::EditAndSign | Self::DeleteAndSign | Self::InsertAndSign | Self::TruncateAndSign
        )
    }

    /// Tampers with a database, past its triggers.
    pub(super) async fn tamper(self, database: &Database, dice: &mut Dice) -> Result<Tampered> {
        let mut connection = database.connect().await?;
        let head: i64 = sqlx::query_scalar("SELECT position FROM log_head")
            .fetch_one(&mut connection)
            .await?;
        let head = head.unsigned_abs();
        let place = dice.random_range(2..head);
        let other = (place + dice.random_range(1..head - 1)) % head + 1;
        let other = if other == place { place + 1 } else { other };
        let past = match dice.random_range(0..2) {
            0 => "ALTER TABLE events DISABLE TRIGGER ALL; ALTER TABLE events_00 DISABLE TRIGGER ALL",
            _ => "DROP TRIGGER events_never_change ON events",
        };
        let edit = EDITS[dice.random_range(0..EDITS.len())];
        let hours = dice.random_range(1..10_000);
        let (statements, position) = match self {
            Self::EditColumn | Self::EditAndSign => (
                format!("UPDATE events SET {edit} WHERE position = {place}"),
                place,
            ),
            Self::BackDate => {
                let what = match dice.random_range(0..3) {
                    0 => format!("recorded_at = recorded_at - interval '{hours} hours'"),
                    1 => format!("received_at = received_at - interval '{hours} hours'"),
                    _ => "occurred_on = occurred_on - 1, occurred_at = occurred_at - interval '1 day'"
                        .to_owned(),
                };
                (
                    format!("UPDATE events SET {what} WHERE position = {place}"),
                    place,
                )
            }
            Self::EditSealed => (
                format!(
                    "UPDATE events SET case_sealed = set_byte(case_sealed, 20, get_byte(case_sealed, 20) # 1) \
                     WHERE position = {place}"
                ),
                place,
            ),
            Self::EditSealedAndHash => (sealed_and_hash(&mut connection, place).await?, place),
            Self::Swap => (
                format!(
                    "UPDATE events SET position = {ASIDE} WHERE position = {place}; \
                     UPDATE events SET position = {place} WHERE position = {other}; \
                     UPDATE events SET position = {other} WHERE position = {ASIDE}"
                ),
                place.min(other),
            ),
            Self::SwapSealed => (
                format!(
                    "UPDATE events AS one SET case_sealed = other.case_sealed, identity_sealed = other.identity_sealed, \
                     payload_hash = other.payload_hash FROM events AS other \
                     WHERE (one.position, other.position) IN (({place}, {other}), ({other}, {place}))"
                ),
                place.min(other),
            ),
            Self::MoveToAnother => (
                format!(
                    "UPDATE events SET stream_version = 20000, \
                     stream_id = (SELECT stream_id FROM events WHERE position = {other}) WHERE position = {place}"
                ),
                place,
            ),
            Self::Delete => (format!("DELETE FROM events WHERE position = {place}"), place),
            Self::Truncate | Self::TruncateAndSign => (
                format!(
                    "DELETE FROM events WHERE position >= {place}; {}",
                    ends_at(place - 1)
                ),
                place,
            ),
            Self::Insert | Self::InsertAndSign => (
                format!(
                    "UPDATE events SET position = position + {ASIDE} WHERE position >= {place}; \
                     UPDATE events SET position = position - {ASIDE} + 1 WHERE position >= {ASIDE}; \
                     INSERT INTO events SELECT (jsonb_populate_record(made, jsonb_build_object('position', {place}, \
                         'event_id', gen_random_uuid(), 'stream_version', 20000))).* \
                     FROM events AS made WHERE position = {place} + 1; {}",
                    ends_at(head + 1)
                ),
                place,
            ),
            Self::DeleteAndSign => (
                format!(
                    "DELETE FROM events WHERE position = {place}; \
                     UPDATE events SET position = position + {ASIDE} WHERE position > {place}; \
                     UPDATE events SET position = position - {ASIDE} - 1 WHERE position > {ASIDE}; {}",
                    ends_at(head - 1)
                ),
                place,
            ),
        };
        sqlx::raw_sql(AssertSqlSafe(format!("BEGIN; {past}; {statements}; COMMIT")))
            .execute(&mut connection)
            .await?;
        Ok(Tampered {
            way: self,
            how: statements,
            position,
        })
    }
}

/// The head, moved along.
fn ends_at(position: u64) -> String {
    format!("ALTER TABLE log_head DISABLE TRIGGER ALL; UPDATE log_head SET position = {position}")
}

/// A sealed byte and the hash that stands with it: what the row says of itself is right.
async fn sealed_and_hash(connection: &mut PgConnection, place: u64) -> Result<String> {
    let (mut case, identity): (Vec<u8>, Option<Vec<u8>>) =
        sqlx::query_as("SELECT case_sealed, identity_sealed FROM events WHERE position = $1")
            .bind(place.cast_signed())
            .fetch_one(connection)
            .await?;
    case[20] ^= 1;
    let hash = payload_hash(&case, identity.as_deref()).to_hex();
    Ok(format!(
        "UPDATE events SET case_sealed = set_byte(case_sealed, 20, get_byte(case_sealed, 20) # 1), \
         payload_hash = '\\x{hash}' WHERE position = {place}"
    ))
}
