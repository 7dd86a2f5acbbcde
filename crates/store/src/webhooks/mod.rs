//! Webhooks: who is told over HTTP of what is new, how far each has been told, and what came of it.
//!
//! The log is the outbox: what is to be told is written in the transaction that moves the webhook's position
//! ([`Store::write_deliveries`]), so that nothing is lost wherever a node dies.

mod carry;
mod keep;
mod read;
mod secret;
mod standing;

pub use carry::{Due, Filled, NewDelivery, Outcome};
pub use keep::{NewWebhook, WebhookMade};
pub use read::{Delivery, DeliveryQuery, Happening};
pub use secret::WebhookSecret;
pub(crate) use secret::rewrap;
pub use standing::{MOST_TROUBLED_SHOWN, TroubledWebhook, WebhookStanding};

use crate::StoreError;
use jiff::Timestamp;
use jiff_sqlx::Timestamp as SqlTimestamp;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::Role;
use uuid::Uuid;

/// The work of a node that holds the lease of all webhooks.
pub const WEBHOOKS: &str = "webhooks";

/// A webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub organisation: OrganisationCode,
    /// As which system it is judged what may be told.
    pub client: String,
    /// In which role.
    pub role: Role,
    /// Where what is told is sent.
    pub url: String,
    /// Names of notices; all when empty.
    pub kinds: Vec<String>,
    /// Up to where in the log it is known what is to be told.
    pub position: u64,
    /// Since when it is there.
    pub made_at: Timestamp,
    /// Who made it.
    pub made_by: String,
    /// `active`, `disabled` or `ended`.
    pub state: String,
    /// Why it is disabled.
    pub disabled_reason: Option<String>,
    /// Since when it is disabled.
    pub disabled_at: Option<Timestamp>,
}

/// The columns that [`webhook_of`] reads.
macro_rules! webhook_columns {
    () => {
        "id, organisation, client, role, url, kinds, position, made_at, made_by, state, disabled_reason, disabled_at"
    };
}
use webhook_columns;

fn webhook_of(row: &PgRow) -> Result<Webhook, StoreError> {
    let organisation: String = row.try_get("organisation")?;
    let role: String = row.try_get("role")?;
    let odd = || StoreError::Invalid("a webhook names no organisation or role of this program");
    Ok(Webhook {
        id: row.try_get("id")?,
        organisation: OrganisationCode::parse(&organisation).map_err(|_| odd())?,
        client: row.try_get("client")?,
        role: Role::parse(&role).ok_or_else(odd)?,
        url: row.try_get("url")?,
        kinds: row.try_get("kinds")?,
        position: row.try_get::<i64, _>("position")?.unsigned_abs(),
        made_at: row.try_get::<SqlTimestamp, _>("made_at")?.to_jiff(),
        made_by: row.try_get("made_by")?,
        state: row.try_get("state")?,
        disabled_reason: row.try_get("disabled_reason")?,
        disabled_at: row
            .try_get::<Option<SqlTimestamp>, _>("disabled_at")?
            .map(SqlTimestamp::to_jiff),
    })
}
