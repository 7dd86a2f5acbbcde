//! Messages of other systems: kept before they are answered, and given their effect by the worker.
//!
//! The answer depends on the message alone. Whether anybody holds the number is found out afterwards, so that neither
//! what is answered nor how long that takes tells it.

mod apply;
mod list;
mod numbers;
mod suggest;

pub(crate) use apply::THOROUGH_EVERY;
pub use list::{InboundState, MessageLine, MessagePage, MessagesQuery};
pub use suggest::Suggestion;

use crate::App;
use crate::caller::{Caller, Request, Standing};
use crate::error::AppError;
use crate::write::blind;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use throughcare_domain::access::Beside;
use throughcare_domain::event::{Actor, SourceReference};
use throughcare_domain::fault::Fault;
use throughcare_domain::hmpps::{Event, Kept, Meaning, listed_type, understand};
use throughcare_store::{Inbound, InboundKept, InboundMessage, InboundReceipt};
use uuid::Uuid;

/// How long a message is kept: as long as movements told by number wait for a record. What it says is on the record by
/// then, or concerns nobody who is a client here.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24 * 365);

const RECEIPTS: Uuid = Uuid::from_u128(0x2f1c_07d4_5b9e_5a60_9c43_7d10_e6b8_51f2);

/// A message as it arrived.
#[derive(Clone)]
pub struct Arrived {
    /// The id that the sender gave the message; none for a bare event.
    pub message_id: Option<String>,
    /// What it is.
    pub content: Content,
    /// SHA-256 of the event as it was sent.
    pub content_hash: [u8; 32],
    /// The event as it was sent.
    pub text: String,
}

/// What a message is.
#[derive(Clone, Debug)]
pub enum Content {
    /// An event.
    Event(Event),
    /// About the subscription itself: kept, and nothing that it names is fetched.
    Subscription(&'static str),
}

/// What is sealed of a message.
#[derive(Serialize, Deserialize)]
struct Payload {
    actor: Actor,
    on_behalf_of: Option<String>,
    correlation: Uuid,
    event: Option<Event>,
    text: String,
}

/// A message that was understood, opened.
struct Sent {
    id: Uuid,
    /// The reference under which it is on record: the same for the same event, whoever sent it.
    key: String,
    meaning: Meaning,
    payload: Payload,
}

impl App {
    /// Takes a message in. It is on disk when this answers; the same event again is answered the same.
    ///
    /// # Errors
    /// [`AppError`]; a message id that was used for something else is [`AppError::Refused`].
    pub async fn receive_message(
        &self,
        arrived: Arrived,
        request: Request,
    ) -> Result<InboundReceipt, AppError> {
        let app = self.clone();
        let work = tokio::spawn(async move { app.receive_message_now(arrived, &request).await });
        work.await.map_err(|_| AppError::Internal(None))?
    }

    async fn receive_message_now(
        &self,
        arrived: Arrived,
        request: &Request,
    ) -> Result<InboundReceipt, AppError> {
        let _ = self.admitted_now(&request.caller).await?;
        request.caller.may_work(Beside::TellEvents)?;
        let reference = self.reference().await;
        let (event, event_type, meaning) = match arrived.content {
            Content::Event(event) => {
                let meaning = understand(&event, &reference);
                let listed = listed_type(&event.event_type).to_owned();
                (Some(event), listed, Some(meaning))
            }
            Content::Subscription(what) => (None, what.to_owned(), None),
        };
        let told = event.as_ref().zip(meaning.as_ref());
        let sameness = told.and_then(|(event, meaning)| meaning.sameness(event));
        let sameness = sameness.unwrap_or_else(|| format!("as it was sent\n{}", hex(&arrived.content_hash)));
        let sameness = self.inner.store.blind_event(&sameness);
        let (state, reason) = match &meaning {
            None => ("subscription", None),
            Some(Meaning::Kept(Kept::UnknownType)) => ("unknown_type", None),
            Some(Meaning::Kept(Kept::UnknownVersion)) => ("unknown_version", None),
            Some(Meaning::Kept(Kept::NotUnderstood(what))) => ("not_understood", Some(*what)),
            Some(Meaning::Movement(_) | Meaning::Numbers(_)) => ("received", None),
        };
        let about = meaning.iter().flat_map(Meaning::about);
        let organisation = request.caller.organisation().clone();
        let mut name = organisation.as_str().as_bytes().to_vec();
        name.extend_from_slice(&sameness);
        let payload = Payload {
            actor: request.caller.actor.clone(),
            on_behalf_of: request.caller.on_behalf_of.clone(),
            correlation: request.correlation,
            event,
            text: arrived.text,
        };
        let message = Inbound {
            id: Uuid::new_v5(&RECEIPTS, &name),
            client: request.caller.actor.client.clone(),
            organisation,
            message_id: arrived.message_id,
            sameness,
            content_hash: arrived.content_hash,
            event_type,
            understood: state == "received",
            flags: meaning
                .iter()
                .flat_map(|meaning| meaning.flags().to_vec())
                .collect(),
            about: about.map(|number| blind(&self.inner.store, number)).collect(),
            received_at: request.received_at,
            state,
            reason,
            until: request.received_at + KEPT_FOR,
            payload: serde_json::to_vec(&payload).map_err(|_| AppError::Internal(None))?,
        };
        let kept = self.inner.store.keep_message(&message).await?;
        self.inner.messages.notify_one();
        match kept {
            InboundKept::Kept(receipt) => Ok(receipt),
            InboundKept::MessageIdReused => {
                let detail =
                    "A message with this id said something else. An id is used for one message alone.";
                Err(AppError::Refused(
                    Fault::new("/MessageId", "message_id_reused", detail).into(),
                ))
            }
        }
    }

    /// A message as it can be given its effect; `None` for one that cannot be opened or is not understood any more.
    async fn sent(&self, message: &InboundMessage) -> Option<Sent> {
        let payload: Payload = serde_json::from_slice(message.payload.as_deref()?).ok()?;
        let reference = self.reference().await;
        let meaning = understand(payload.event.as_ref()?, &reference);
        Some(Sent {
            id: message.id,
            key: hex(&message.sameness),
            meaning,
            payload,
        })
    }
}

impl Sent {
    /// What is recorded for it: by whoever sent it, accepted when it was taken in.
    fn request(&self, now: Timestamp, source: Option<SourceReference>) -> Request {
        Request {
            caller: Caller {
                actor: self.payload.actor.clone(),
                purpose: None,
                on_behalf_of: self.payload.on_behalf_of.clone(),
                looks: Default::default(),
                standing: Standing::Trusted,
            },
            correlation: self.payload.correlation,
            received_at: now,
            key: None,
            if_match: None,
            source,
            import: None,
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
