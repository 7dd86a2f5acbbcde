//! All SQL of Throughcare: the event log, its codec and keys, and the projections.
//!
//! [`Store`] is the door. Appends go through one writer per process, which commits those that wait together and in
//! order ([`Store::append`]); reading opens what was sealed ([`Store::read_stream`], [`Store::read_log`]).
//!
//! Not here: business rules (they are in the domain's crate), and HTTP.

mod benchmarks;
mod canary;
mod check;
pub mod codec;
mod connect;
mod connections;
mod erasing;
mod error;
mod exporting;
mod held;
mod inbound;
mod keyring;
pub mod keys;
mod log;
mod looks;
mod matching;
mod migrate;
mod national;
mod partition;
pub mod projection;
mod reference;
mod roles;
pub mod seal;
mod settings;
mod store;
mod tree;
mod webhooks;

pub use benchmarks::{BenchmarkQuery, MOST_BENCHMARKS};
pub use check::{Check, KeysStanding, Migrations, OLDEST_SERVER, migrations};
pub use connect::{Pooler, Reach, clean_on_release};
pub use connections::Connections;
pub use erasing::{Erasure, KEY_TABLES, Kept, LedgerError, MAX_ERASED, TABLES, ledger_of};
pub use error::StoreError;
pub use exporting::{BESIDE, BesideError, SealedEvent};
pub use held::{Claimable, Held, Hold};
pub use inbound::{
    Inbound, InboundCounts, InboundKept, InboundLine, InboundMessage, InboundQuery, InboundReceipt,
    MOST_ABOUT, MOST_TRIES,
};
pub use keys::Destroy;
pub use log::{
    Append, AppendOutcome, Appended, CaseOf, Claim, Entity, EntityKind, Head, Idempotency, Link,
    LinkedRecords, Loader, LogEntry, LogQuery, MAX_EVENTS, MAX_LOAD_EVENTS, MAX_PAGE, MAX_STREAMS, NewEvent,
    OpenedCase, Parts, Provenance, ReadCase, Reference, Replay, Sealed, StoredAnswer, StoredReference,
    StreamAppend, WriterStatus,
};
pub use looks::{LookRead, Looker, MOST_LOOKS, Seen, UserLooks};
pub use matching::{Candidates, MOST_CANDIDATES, MOST_PAIRS, Made, Pair, TOO_COMMON};
pub use migrate::{migrate, migrate_for};
pub use national::{MOST_ROWS, ReturnMade, SentBefore};
pub use partition::{PARTITION, Room};
pub use reference::{ReferenceChange, ReferenceVersion, SHIPPED_BY};
pub use roles::ROLES_SQL;
pub use settings::Settings;
pub use store::Store;
pub use tree::{
    CheckpointFile, Difference, Entry, Grown, Growth, KeptCheckpoint, MOST_LEAVES, NewCheckpoint, RECHECKS,
    RecheckStanding, TREES, Tree, TreeFault, TreeStanding, TreeState, TreeWalk, Walked, WitnessStanding,
};
pub use webhooks::{
    Delivery, DeliveryQuery, Due, Filled, Happening, MOST_TROUBLED_SHOWN, NewDelivery, NewWebhook, Outcome,
    TroubledWebhook, WEBHOOKS, Webhook, WebhookMade, WebhookSecret, WebhookStanding,
};
