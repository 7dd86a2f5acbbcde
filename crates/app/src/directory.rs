//! The directory of organisations, as this node knows it, and how old that knowledge may be.

use crate::App;
use crate::error::AppError;
use std::sync::Arc;
use std::time::Duration;
use throughcare_domain::directory::Directory;
use throughcare_domain::event::RecordedEvent;
use tokio::sync::{Mutex, RwLock};
use tokio::time::Instant;

/// Who may act for an organisation is looked up again after this time. With [`ENDED_WITHIN`], and with what a request
/// may take before it is judged again, a membership that ended opens nothing after five seconds (issue 5).
pub const SEEN_WITHIN: Duration = Duration::from_secs(2);
/// When it cannot be looked up for this long, nobody is let in: an old yes is none.
pub const ENDED_WITHIN: Duration = Duration::from_secs(4);

/// The directory as it was last read.
#[derive(Default)]
pub(crate) struct Kept {
    known: RwLock<Known>,
    /// One request at a time looks whether there is news; the others go on with what is known.
    looking: Mutex<()>,
    /// One request at a time reads the news; the others wait for it.
    reading: Mutex<()>,
}

#[derive(Clone, Default)]
struct Known {
    /// Position of the last event of any organisation that is in it.
    position: u64,
    directory: Arc<Directory>,
    /// What it was folded from: the next time only what came after is read.
    events: Arc<Vec<RecordedEvent>>,
    /// When it was last seen to be all that there is: before the question was asked, not after the answer.
    seen: Option<Instant>,
}

impl Known {
    fn is_younger_than(&self, age: Duration) -> bool {
        self.seen.is_some_and(|seen| seen.elapsed() < age)
    }
}

impl App {
    /// Organisations, services and members as they are now: folded again only when an organisation's stream has grown.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn directory(&self) -> Result<Arc<Directory>, AppError> {
        let asked = Instant::now();
        let position = self.inner.store.organisations_position().await?;
        let directory = self.directory_at(position).await?;
        let mut known = self.inner.directory.known.write().await;
        known.seen = known.seen.max(Some(asked));
        Ok(directory)
    }

    /// The directory as it was not longer ago than [`SEEN_WITHIN`]; [`ENDED_WITHIN`] while it cannot be read.
    ///
    /// # Errors
    /// When it is older than that and cannot be read.
    pub(crate) async fn directory_lately(&self) -> Result<Arc<Directory>, AppError> {
        let kept = &self.inner.directory;
        let known = kept.known.read().await.clone();
        if known.is_younger_than(SEEN_WITHIN) {
            return Ok(known.directory);
        }
        let _looking = match kept.looking.try_lock() {
            Ok(looking) => looking,
            Err(_) if known.is_younger_than(ENDED_WITHIN) => return Ok(known.directory),
            Err(_) => kept.looking.lock().await,
        };
        let known = kept.known.read().await.clone();
        if known.is_younger_than(SEEN_WITHIN) {
            return Ok(known.directory);
        }
        match self.directory().await {
            Ok(directory) => Ok(directory),
            Err(error) if known.is_younger_than(ENDED_WITHIN) => {
                tracing::warn!(%error, "it could not be seen who may act for whom; what was known stays for a moment");
                Ok(known.directory)
            }
            Err(error) => Err(error),
        }
    }

    /// [`App::directory`], when the position of the last event of any organisation is known already.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub(crate) async fn directory_at(&self, position: u64) -> Result<Arc<Directory>, AppError> {
        let kept = &self.inner.directory;
        let known = kept.known.read().await.clone();
        if known.position >= position {
            return Ok(known.directory);
        }
        let _reading = kept.reading.lock().await;
        let known = kept.known.read().await.clone();
        if known.position >= position {
            return Ok(known.directory);
        }
        let store = &self.inner.store;
        let news = store.organisation_entries(known.position, position).await?;
        let mut events = Vec::clone(&known.events);
        for entry in news {
            events.push(entry.event?);
        }
        let fresh = Arc::new(Directory::fold(&events));
        let mut known = kept.known.write().await;
        known.position = position;
        known.directory = fresh.clone();
        known.events = Arc::new(events);
        Ok(fresh)
    }

    /// Has the next request look for news: something about an organisation was recorded here.
    pub(crate) async fn organisations_changed(&self) {
        self.inner.directory.known.write().await.seen = None;
    }
}
