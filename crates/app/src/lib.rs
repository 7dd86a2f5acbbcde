//! Use cases of Throughcare: authorise, load, decide, append, and the queries.
//!
//! Every write is one unit of work in a task of its own, which a client that hangs up cannot cancel
//! ([`record`]). Every read says up to which log position it is true.

pub mod answer;
pub mod caller;
mod clock;
mod contracts;
mod correct;
mod directory;
mod emergency;
mod erasing;
pub mod error;
mod etag;
mod held;
mod held_lease;
mod histories;
mod imports;
mod inbound;
mod intake;
mod joined;
pub mod live;
mod looks;
mod membership;
mod merge;
mod narrowed;
pub mod national;
mod organisations;
mod projector;
pub mod proving;
pub mod query;
mod reach;
mod record;
mod reference;
mod seals;
mod told_before;
pub mod webhooks;
mod write;

pub use answer::{Answer, Created};
pub use caller::{Caller, Import, Request, RequestKey, Standing};
pub use clock::{Clock, FixedClock, Ids, SeededIds, SystemClock, SystemIds};
pub use contracts::{Looked, Move};
pub use correct::{Correction, Replacement};
pub use directory::{ENDED_WITHIN, SEEN_WITHIN};
pub use emergency::{EmergencyRead, GlassListed, GlassPage, GlassRead, InEmergency};
pub use erasing::ProtectionRead;
pub use error::AppError;
pub use held::{HeldMovement, MovementReceipt};
pub use imports::{EpisodeIntake, ExitIntake, InterventionIntake};
pub use inbound::{
    Arrived, Content, InboundState, KEPT_FOR, MessageLine, MessagePage, MessagesQuery, Suggestion,
};
pub use intake::{IntakePerson, ReferralIntake};
pub use looks::{Extent, Looks};
pub use merge::{MergeAbout, MergeAsked};
pub use narrowed::OnlyServices;
pub use projector::{
    MOST_WORKERS, Projector, Rebuild, RebuildError, RebuildProgress, Rebuilt, ReleasesWanted, ReplayError,
    ReplayedRange, Replaying, Summary, WORKLISTS,
};
pub use record::Address;
pub use reference::{LISTS_SEEN_WITHIN, ListLoaded, administrator_of};
pub use throughcare_store::InboundReceipt;
pub use write::{append_of, entities_of};

use histories::Histories;
use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use throughcare_domain::reference::ReferenceData;
use throughcare_store::Store;
use tokio::sync::RwLock;
use uuid::Uuid;

/// The program's use cases over one database. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    /// The code lists, as of this number of [`Store::reference_uses`].
    reference: RwLock<(u64, Arc<ReferenceData>)>,
    /// When it was last looked whether other lists are in use.
    looked: Mutex<tokio::time::Instant>,
    directory: directory::Kept,
    /// Requests under way on this node, by client and key.
    under_way: Mutex<HashSet<(String, Uuid)>>,
    histories: Histories,
    /// Told when a message was taken in, so that it need not wait for the next look.
    messages: tokio::sync::Notify,
    live: live::Live,
    tally: webhooks::Tally,
    /// By which the log signs.
    keys: proving::LogKeys,
    /// Changes with each checkpoint that this node signed.
    checkpoints: tokio::sync::watch::Sender<u64>,
}

impl App {
    /// Opens the use cases over a migrated database.
    ///
    /// # Errors
    /// When the code lists cannot be read.
    pub async fn open(store: Store, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Result<Self, AppError> {
        let uses = store.reference_uses().await?;
        let reference = Arc::new(store.reference_data().await?);
        let origin = store.log_origin().await?;
        let keys =
            proving::LogKeys::of(&store.cursor_key(), &origin).map_err(|_| AppError::Internal(None))?;
        Ok(Self {
            inner: Arc::new(Inner {
                histories: Histories::new(store.forgotten_keys()),
                store,
                clock,
                ids,
                reference: RwLock::new((uses, reference)),
                looked: Mutex::new(tokio::time::Instant::now()),
                directory: directory::Kept::default(),
                under_way: Mutex::new(HashSet::new()),
                messages: tokio::sync::Notify::new(),
                live: live::Live::default(),
                tally: webhooks::Tally::default(),
                keys,
                checkpoints: tokio::sync::watch::Sender::new(0),
            }),
        })
    }

    /// The store, for the program's own commands (migrate, doctor, simulate).
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        &*self.inner.clock
    }

    /// By which the log signs.
    pub fn log_keys(&self) -> &proving::LogKeys {
        &self.inner.keys
    }

    /// New ids.
    pub fn ids(&self) -> &dyn Ids {
        &*self.inner.ids
    }
}
