//! The list of messages, which shows nobody.

use crate::{Reach, Store, StoreError};
use jiff::Timestamp;
use jiff_sqlx::Timestamp as SqlTimestamp;
use sqlx::Row as _;
use throughcare_domain::code::OrganisationCode;
use uuid::Uuid;

/// Which messages.
#[derive(Clone, Debug, Default)]
pub struct InboundQuery {
    /// Of one organisation's systems; everybody's when absent.
    pub organisation: Option<OrganisationCode>,
    /// Of one system.
    pub client: Option<String>,
    /// In one of these states; in any when absent.
    pub states: Option<Vec<String>>,
    /// Those that arrived before this one.
    pub before: Option<(Timestamp, Uuid)>,
    /// At most so many.
    pub limit: u32,
}

/// A message as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundLine {
    /// The receipt.
    pub id: Uuid,
    /// Whose system sent it.
    pub organisation: String,
    /// Which.
    pub client: String,
    /// The type of the event.
    pub event_type: String,
    /// What is odd about it.
    pub flags: Vec<String>,
    /// When it arrived.
    pub received_at: Timestamp,
    /// In which state it is.
    pub state: String,
    /// Why.
    pub reason: Option<String>,
}

impl Store {
    /// Messages, the last first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_messages(
        &self,
        reach: &Reach,
        query: &InboundQuery,
    ) -> Result<Vec<InboundLine>, StoreError> {
        let (at, id) = query.before.unwrap_or((Timestamp::MAX, Uuid::max()));
        let at = query.before.map(|_| SqlTimestamp::from(at));
        let rows = sqlx::query(
            "/* inbound::list */ SELECT id, organisation, client, event_type, flags, received_at, state, reason
             FROM inbound_messages
             WHERE ($1::text IS NULL OR organisation = $1) AND ($2::text IS NULL OR client = $2)
               AND ($3::text[] IS NULL OR state = ANY($3))
               AND ($4::timestamptz IS NULL OR (received_at, id) < ($4, $5))
             ORDER BY received_at DESC, id DESC LIMIT $6",
        )
        .bind(query.organisation.as_ref().map(OrganisationCode::as_str))
        .bind(&query.client)
        .bind(&query.states)
        .bind(at)
        .bind(id)
        .bind(i64::from(query.limit))
        .fetch_all(self.within(reach))
        .await?;
        rows.iter()
            .map(|row| {
                Ok(InboundLine {
                    id: row.try_get("id")?,
                    organisation: row.try_get("organisation")?,
                    client: row.try_get("client")?,
                    event_type: row.try_get("event_type")?,
                    flags: row.try_get("flags")?,
                    received_at: row.try_get::<SqlTimestamp, _>("received_at")?.to_jiff(),
                    state: row.try_get("state")?,
                    reason: row.try_get("reason")?,
                })
            })
            .collect()
    }
}
