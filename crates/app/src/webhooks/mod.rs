//! Webhooks: what an organisation's administrators do with them, and the worker that carries what is told.
//!
//! Source: `api.md`, Adopt 14, and complaints 4 and 8.

mod carried;
mod courier;
mod keep;
mod notices;
mod schedule;
mod tally;
mod trying;

pub use carried::{About, Carried, Carrier, Carrying, Parcel};
pub use courier::Courier;
pub use keep::{MOST_HAPPENINGS, MOST_WEBHOOKS, OVERLAP, ReplayFrom, WebhookAsked, WebhookRead};
pub use schedule::{RETRIES, Retries};
pub use tally::{Tally, Tried};
pub use throughcare_store::{Delivery, DeliveryQuery, Happening, Webhook, WebhookSecret};
pub use trying::WebhookTried;
