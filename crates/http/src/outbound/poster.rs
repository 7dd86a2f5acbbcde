//! Carries parcels over HTTP: signed, to addresses to which something may be sent, without following anybody elsewhere.

use super::addresses::{Allowed, Guarded, LookUp, NotAllowed, by_system};
use super::envelope::EnvelopeWire;
use super::signature::{WEBHOOK_ID, WEBHOOK_SIGNATURE, WEBHOOK_TIMESTAMP, signature};
use super::target::Target;
use axum::http::header;
use jiff::Timestamp;
use reqwest::{Client, Response, redirect};
use std::sync::Arc;
use std::time::Duration;
use throughcare_app::webhooks::{Carried, Carrier, Carrying, Parcel};

/// A receiver answers within this time, or it did not take what was sent.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(15);
/// A connection is made within this time.
const CONNECTED_WITHIN: Duration = Duration::from_secs(5);
/// Of an answer so much is read and thrown away, so that the connection can be used again; a longer one ends it.
pub const MAX_ANSWER_BYTES: usize = 16 * 1_024;
/// Connections to one receiver that are kept for a while.
const KEPT_EACH: usize = 4;

/// Sends what is told to receivers.
pub struct Poster {
    encrypted: Client,
    plain: Client,
    allowed: Allowed,
    public: String,
}

impl Poster {
    /// One that sends where it is allowed; what is told names this address for details.
    ///
    /// # Errors
    /// When the TLS library cannot be set up.
    pub fn new(allowed: Allowed, public: String) -> Result<Self, reqwest::Error> {
        Self::looking_up(allowed, public, &by_system())
    }

    fn looking_up(allowed: Allowed, public: String, look_up: &LookUp) -> Result<Self, reqwest::Error> {
        let client = |inside_only: bool| {
            Client::builder()
                .redirect(redirect::Policy::none())
                .no_proxy()
                .timeout(ANSWER_WITHIN)
                .connect_timeout(CONNECTED_WITHIN)
                .pool_max_idle_per_host(KEPT_EACH)
                .user_agent(concat!("throughcare/", env!("CARGO_PKG_VERSION")))
                .dns_resolver(Arc::new(Guarded {
                    allowed: allowed.clone(),
                    inside_only,
                    look_up: look_up.clone(),
                }))
                .build()
        };
        Ok(Self {
            encrypted: client(false)?,
            plain: client(true)?,
            allowed: allowed.clone(),
            public,
        })
    }

    async fn post(&self, parcel: Parcel) -> Carried {
        // The configuration may have changed since the webhook was made.
        let Ok(target) = Target::parse(&parcel.url, &self.allowed) else {
            return Carried::NotAllowed;
        };
        let Ok(body) = serde_json::to_vec(&EnvelopeWire::of(&parcel, &self.public)) else {
            return Carried::Failed("it could not be written");
        };
        let id = format!("msg_{}", parcel.id.simple());
        let client = if target.is_plain() {
            &self.plain
        } else {
            &self.encrypted
        };
        let sent = client
            .post(target.url().clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header(
                WEBHOOK_SIGNATURE,
                signature(&parcel.secrets, &id, parcel.sent_at, &body),
            )
            .header(WEBHOOK_TIMESTAMP, parcel.sent_at.as_second().to_string())
            .header(WEBHOOK_ID, id)
            .body(body)
            .send()
            .await;
        match sent {
            Ok(answer) => {
                let carried = Carried::Answered {
                    status: answer.status().as_u16(),
                    retry_after: retry_after(&answer, parcel.sent_at),
                };
                thrown_away(answer).await;
                carried
            }
            Err(error) if is_not_allowed(&error) => Carried::NotAllowed,
            Err(error) => Carried::Failed(fault(&error)),
        }
    }
}

impl Carrier for Poster {
    fn carry(&self, parcel: Parcel) -> Carrying<'_> {
        Box::pin(self.post(parcel))
    }
}

/// For how long the receiver asks to be left alone: seconds, or a date.
fn retry_after(answer: &Response, now: Timestamp) -> Option<Duration> {
    let text = answer.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    let wait = until.as_second() - now.as_second();
    Some(Duration::from_secs(u64::try_from(wait).unwrap_or(0)))
}

/// Reads the rest of an answer, if it is short.
async fn thrown_away(mut answer: Response) {
    let mut left = MAX_ANSWER_BYTES;
    while let Ok(Some(chunk)) = answer.chunk().await {
        match left.checked_sub(chunk.len()) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

/// True when the name led to no address to which something is sent.
fn is_not_allowed(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(one) = cause {
        if one.is::<NotAllowed>() {
            return true;
        }
        cause = one.source();
    }
    false
}

/// Why there was no answer, in words that name no address.
fn fault(error: &reqwest::Error) -> &'static str {
    match error {
        error if error.is_timeout() => "no answer in time",
        error if error.is_connect() => "no connection",
        _ => "the connection broke",
    }
}

#[cfg(test)]
mod tests;
