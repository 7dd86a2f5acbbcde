//! Messages of other systems, kept sealed from their receipt until their time is over.

mod list;

pub use list::{InboundLine, InboundQuery};

use crate::seal::{open_once, seal_once};
use crate::{Store, StoreError};
use jiff::Timestamp;
use jiff_sqlx::Timestamp as SqlTimestamp;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::identifier::IdentifierKind;
use uuid::Uuid;

/// How often giving a message its effect is tried before somebody has to look.
pub const MOST_TRIES: i16 = 20;
/// Most messages about the same numbers that are judged together; a busy life in prison has some hundred.
pub const MOST_ABOUT: i64 = 1_000;

/// A message to keep.
#[derive(Clone, Debug)]
pub struct Inbound {
    /// Its id: the sender's receipt.
    pub id: Uuid,
    /// Whose system sent it.
    pub organisation: OrganisationCode,
    /// Which.
    pub client: String,
    /// The id that the sender gave the message.
    pub message_id: Option<String>,
    /// What makes it the same event as another; from [`Store::blind_event`].
    pub sameness: [u8; 32],
    /// SHA-256 of the event as it was sent.
    pub content_hash: [u8; 32],
    /// The type of the event.
    pub event_type: String,
    /// It will have an effect.
    pub understood: bool,
    /// What is odd about it, in stable words.
    pub flags: Vec<&'static str>,
    /// Blind indexes of the numbers it is about; at most two.
    pub about: Vec<[u8; 32]>,
    /// When it arrived.
    pub received_at: Timestamp,
    /// In which state it is kept.
    pub state: &'static str,
    /// Why, in a stable word.
    pub reason: Option<&'static str>,
    /// Until when.
    pub until: Timestamp,
    /// What it says. Sealed at rest.
    pub payload: Vec<u8>,
}

/// What the sender of a message, or of the same event in another message, is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundReceipt {
    /// The receipt.
    pub id: Uuid,
    /// The id of the message that was the first.
    pub message_id: Option<String>,
    /// SHA-256 of the event as it was sent first.
    pub content_hash: [u8; 32],
    /// The type of the event.
    pub event_type: String,
    /// It has an effect, or will have.
    pub understood: bool,
    /// When it arrived first.
    pub received_at: Timestamp,
}

/// What came of keeping a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InboundKept {
    /// It is kept, or was before.
    Kept(InboundReceipt),
    /// Its message id was used for something else.
    MessageIdReused,
}

/// A message, opened.
#[derive(Clone, Debug)]
pub struct InboundMessage {
    /// Its id.
    pub id: Uuid,
    /// In which state it is.
    pub state: String,
    /// What makes it the same event as another.
    pub sameness: [u8; 32],
    /// When it arrived.
    pub received_at: Timestamp,
    /// What it says; `None` when it cannot be opened.
    pub payload: Option<Vec<u8>>,
}

/// How many messages are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InboundCounts {
    /// They wait for their effect.
    pub waiting: u64,
    /// Of those, could not be given it, however often it was tried.
    pub stuck: u64,
    /// Somebody has to join or part records.
    pub to_decide: u64,
    /// They wait until a record holds the number that they are about.
    pub held: u64,
    /// Age of the oldest that waits for its effect, in whole seconds; 0 when none does.
    pub oldest_seconds: u64,
}

fn bytes(row: &PgRow, column: &str) -> Result<[u8; 32], StoreError> {
    let bytes: &[u8] = row.try_get(column)?;
    let fixed = bytes
        .try_into()
        .map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    Ok(fixed)
}

fn slices(blinds: &[[u8; 32]]) -> Vec<Vec<u8>> {
    blinds.iter().map(|blind| blind.to_vec()).collect()
}

impl Store {
    /// A keyed hash of what makes an event the same as another: it names a person, and must not be guessed.
    pub fn blind_event(&self, sameness: &str) -> [u8; 32] {
        self.inner.blind.of("event", sameness)
    }

    /// Keeps a message, unless it is kept already. It is on disk when this answers.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_message(&self, message: &Inbound) -> Result<InboundKept, StoreError> {
        let (wrapped, sealed) = seal_once(&*self.inner.wrap, message.id.as_bytes(), &message.payload)?;
        let mut about = message.about.iter().map(|blind| &blind[..]);
        sqlx::query(
            "/* inbound::keep */ INSERT INTO inbound_messages
               (id, organisation, client, message_id, sameness, content_hash, event_type, understood, flags, subject, other,
                received_at, state, reason, kept_until, wrapped, sealed)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) ON CONFLICT DO NOTHING",
        )
        .bind(message.id)
        .bind(message.organisation.as_str())
        .bind(&message.client)
        .bind(&message.message_id)
        .bind(&message.sameness[..])
        .bind(&message.content_hash[..])
        .bind(&message.event_type)
        .bind(message.understood)
        .bind(&message.flags)
        .bind(about.next())
        .bind(about.next())
        .bind(SqlTimestamp::from(message.received_at))
        .bind(message.state)
        .bind(message.reason)
        .bind(SqlTimestamp::from(message.until))
        .bind(wrapped)
        .bind(sealed)
        .execute(self.recording())
        .await?;
        // What stands there now decides: this one, or what came before.
        let rows = sqlx::query(
            "/* inbound::kept */ SELECT id, message_id, sameness, content_hash, event_type, understood, received_at
             FROM inbound_messages WHERE organisation = $1 AND sameness = $2
             UNION ALL
             SELECT id, message_id, sameness, content_hash, event_type, understood, received_at
             FROM inbound_messages WHERE organisation = $1 AND message_id = $3 AND sameness <> $2",
        )
        .bind(message.organisation.as_str())
        .bind(&message.sameness[..])
        .bind(&message.message_id)
        .fetch_all(self.recording())
        .await?;
        for row in &rows {
            if bytes(row, "sameness")? == message.sameness {
                return Ok(InboundKept::Kept(InboundReceipt {
                    id: row.try_get("id")?,
                    message_id: row.try_get("message_id")?,
                    content_hash: bytes(row, "content_hash")?,
                    event_type: row.try_get("event_type")?,
                    understood: row.try_get("understood")?,
                    received_at: row.try_get::<SqlTimestamp, _>("received_at")?.to_jiff(),
                }));
            }
        }
        match rows.is_empty() {
            // It went between the two statements: with an erased person, or because its time was over.
            true => Err(StoreError::Unknown),
            false => Ok(InboundKept::MessageIdReused),
        }
    }

    /// Messages that have no effect yet, the first first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn messages_to_apply(&self, limit: u32) -> Result<Vec<InboundMessage>, StoreError> {
        let rows = sqlx::query(
            "/* inbound::to_apply */ SELECT id, state, sameness, received_at, wrapped, sealed FROM inbound_messages
             WHERE state = 'received' AND attempts < $1 ORDER BY received_at, id LIMIT $2",
        )
        .bind(MOST_TRIES)
        .bind(i64::from(limit))
        .fetch_all(self.recording())
        .await?;
        self.opened(&rows)
    }

    /// Messages that somebody has to decide on, the first first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn messages_to_decide(&self, limit: u32) -> Result<Vec<InboundMessage>, StoreError> {
        let rows = sqlx::query(
            "/* inbound::to_decide */ SELECT id, state, sameness, received_at, wrapped, sealed FROM inbound_messages
             WHERE state IN ('to_join', 'to_part') ORDER BY received_at, id LIMIT $1",
        )
        .bind(i64::from(limit))
        .fetch_all(self.recording())
        .await?;
        self.opened(&rows)
    }

    /// Every message that was understood about one of these numbers: the last of them, when there are very many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn messages_about(&self, numbers: &[[u8; 32]]) -> Result<Vec<InboundMessage>, StoreError> {
        let rows = sqlx::query(
            "/* inbound::about */ SELECT id, state, sameness, received_at, wrapped, sealed FROM inbound_messages
             WHERE understood AND (subject = ANY($1) OR other = ANY($1)) ORDER BY received_at DESC, id LIMIT $2",
        )
        .bind(slices(numbers))
        .bind(MOST_ABOUT)
        .fetch_all(self.recording())
        .await?;
        self.opened(&rows)
    }

    fn opened(&self, rows: &[PgRow]) -> Result<Vec<InboundMessage>, StoreError> {
        let one = |row: &PgRow| {
            let id: Uuid = row.try_get("id")?;
            let (wrapped, sealed): (&[u8], &[u8]) = (row.try_get("wrapped")?, row.try_get("sealed")?);
            Ok(InboundMessage {
                id,
                state: row.try_get("state")?,
                sameness: bytes(row, "sameness")?,
                received_at: row.try_get::<SqlTimestamp, _>("received_at")?.to_jiff(),
                payload: open_once(&*self.inner.wrap, id.as_bytes(), wrapped, sealed).ok(),
            })
        };
        rows.iter().map(one).collect()
    }

    /// Notes what became of a message, and why; no personal data.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_message(&self, id: Uuid, state: &str, reason: Option<&str>) -> Result<(), StoreError> {
        sqlx::query(
            "/* inbound::note */ UPDATE inbound_messages SET state = $2, reason = left($3, 100)
             WHERE id = $1 AND (state, reason) IS DISTINCT FROM ($2, left($3, 100))",
        )
        .bind(id)
        .bind(state)
        .bind(reason)
        .execute(self.recording())
        .await?;
        Ok(())
    }

    /// Notes that a message could not be given its effect this time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn message_failed(&self, id: Uuid, reason: &str) -> Result<(), StoreError> {
        sqlx::query(
            "/* inbound::failed */ UPDATE inbound_messages SET attempts = attempts + 1, reason = left($2, 100)
             WHERE id = $1",
        )
        .bind(id)
        .bind(reason)
        .execute(self.recording())
        .await?;
        Ok(())
    }

    /// Has messages looked at again that waited for one of these numbers to be recorded.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn wake_messages(&self, numbers: &[[u8; 32]]) -> Result<u64, StoreError> {
        let done = sqlx::query(
            "/* inbound::wake */ UPDATE inbound_messages SET state = 'received'
             WHERE state = 'held' AND (subject = ANY($1) OR other = ANY($1))",
        )
        .bind(slices(numbers))
        .execute(self.recording())
        .await?;
        Ok(done.rows_affected())
    }

    /// As [`Store::wake_messages`], for whatever number has been recorded since: what a crash left asleep. What failed too
    /// often is tried once more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn wake_all_messages(&self) -> Result<u64, StoreError> {
        sqlx::query(
            "/* inbound::try_again */ UPDATE inbound_messages SET attempts = attempts - 1
             WHERE state = 'received' AND attempts >= $1",
        )
        .bind(MOST_TRIES)
        .execute(self.recording())
        .await?;
        let kinds = [IdentifierKind::PrisonerNumber, IdentifierKind::Crn].map(IdentifierKind::as_str);
        let done = sqlx::query(
            "/* inbound::wake_all */ UPDATE inbound_messages AS held SET state = 'received' WHERE state = 'held'
             AND EXISTS (SELECT FROM identifier_claims AS claim
                         WHERE claim.kind = ANY($1) AND claim.blind IN (held.subject, held.other))",
        )
        .bind(&kinds[..])
        .execute(self.recording())
        .await?;
        Ok(done.rows_affected())
    }

    /// How many messages wait for their effect, how many of those failed too often, and how many somebody has to decide on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn message_counts(&self) -> Result<InboundCounts, StoreError> {
        let row = sqlx::query(
            "/* inbound::counts */ SELECT
               (SELECT count(*) FROM inbound_messages WHERE state = 'received') AS waiting,
               (SELECT count(*) FROM inbound_messages WHERE state = 'received' AND attempts >= $1 - 1) AS stuck,
               (SELECT count(*) FROM inbound_messages WHERE state IN ('to_join', 'to_part')) AS to_decide,
               (SELECT count(*) FROM inbound_messages WHERE state = 'held') AS held,
               (SELECT coalesce(floor(greatest(extract(epoch FROM clock_timestamp() - min(received_at)), 0))::bigint, 0)
                FROM inbound_messages WHERE state = 'received') AS oldest",
        )
        .bind(MOST_TRIES)
        .fetch_one(self.recording())
        .await?;
        let count = |column| Ok::<_, StoreError>(row.try_get::<i64, _>(column)?.unsigned_abs());
        Ok(InboundCounts {
            waiting: count("waiting")?,
            stuck: count("stuck")?,
            to_decide: count("to_decide")?,
            held: count("held")?,
            oldest_seconds: count("oldest")?,
        })
    }

    /// Forgets messages whose time is over; answers how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn expire_messages(&self, now: Timestamp) -> Result<u64, StoreError> {
        let done = sqlx::query("/* inbound::expire */ DELETE FROM inbound_messages WHERE kept_until < $1")
            .bind(SqlTimestamp::from(now))
            .execute(self.recording())
            .await?;
        Ok(done.rows_affected())
    }
}
