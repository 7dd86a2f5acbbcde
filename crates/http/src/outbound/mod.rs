//! What leaves this program by itself: webhooks, how they are signed, and to which addresses they may go.
//!
//! Source: `api.md`, Adopt 14; Standard Webhooks 1.0 (`webhook-id`, `webhook-timestamp`, `webhook-signature`); the
//! envelope of HMPPS domain events.

mod addresses;
pub mod asyncapi;
mod envelope;
mod poster;
mod signature;
mod target;
mod witnesses;

pub use addresses::{Allowed, NotAllowed};
pub use envelope::{EnvelopeWire, IdentifierType, PersonReferenceWire, ReferenceIdentifier};
pub use poster::{ANSWER_WITHIN, MAX_ANSWER_BYTES, Poster};
pub use signature::{
    SecretMalformed, TOLERANCE, Unverified, WEBHOOK_ID, WEBHOOK_SIGNATURE, WEBHOOK_TIMESTAMP, read_secret,
    signature, verify, written_secret,
};
pub use target::{MAX_URL_CHARACTERS, Target, TargetRefused};
pub use witnesses::{MAX_WITNESS_ANSWER_BYTES, WITNESS_WITHIN, WitnessClient};
