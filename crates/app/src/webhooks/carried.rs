//! What is carried to a receiver, and what becomes of it. How it is carried, the edge knows.

use jiff::Timestamp;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::id::{PersonId, ReferralId};
use throughcare_domain::notice::Notice;
use throughcare_store::WebhookSecret;
use uuid::Uuid;

/// Where whoever is told may look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// At a person whom they see.
    Person(PersonId),
    /// At a referral that they sent or have.
    Referral(ReferralId),
    /// At an organisation.
    Organisation(OrganisationCode),
    /// At the event itself, in the feed.
    Event,
    /// At the webhook, which is tried.
    Webhook(Uuid),
}

/// What is told to a receiver.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// Where to.
    pub url: String,
    /// The same whenever this is told to this receiver.
    pub id: Uuid,
    /// The secrets that sign it, the newest first.
    pub secrets: Vec<WebhookSecret>,
    /// When it is sent.
    pub sent_at: Timestamp,
    /// What has happened.
    pub notice: Notice,
    /// When this system knew.
    pub occurred_at: Timestamp,
    /// Position of the event in the log.
    pub position: u64,
    /// The person, for those who see the record.
    pub person: Option<PersonId>,
    /// Where to look.
    pub about: About,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carried {
    /// The receiver answered.
    Answered {
        /// With this status.
        status: u16,
        /// And asks not to be told again for so long.
        retry_after: Option<Duration>,
    },
    /// Nothing was sent: the address is one to which nothing is.
    NotAllowed,
    /// There was no answer; why, in words that name no address.
    Failed(&'static str),
}

impl Carried {
    /// The status of the answer, and why there was none.
    pub fn outcome(self) -> (Option<u16>, Option<&'static str>) {
        match self {
            Self::Answered { status, .. } => (Some(status), None),
            Self::NotAllowed => (None, Some("the address is not allowed")),
            Self::Failed(fault) => (None, Some(fault)),
        }
    }
}

/// On its way.
pub type Carrying<'a> = Pin<Box<dyn Future<Output = Carried> + Send + 'a>>;

/// Whoever carries parcels: signs them, and sends them over HTTP.
pub trait Carrier: Send + Sync {
    /// Carries one.
    fn carry(&self, parcel: Parcel) -> Carrying<'_>;
}
