//! Reading one's own writes from lists: waiting for a log position, for a bounded time.

use crate::App;
use crate::error::AppError;
use crate::projector::WORKLISTS;
use std::time::Duration;

/// The longest wait.
pub const WAIT: Duration = Duration::from_secs(2);
const STEP: Duration = Duration::from_millis(10);

/// What came of waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waited {
    /// Where the lists are.
    pub position: u64,
    /// True when they have reached the position asked for.
    pub reached: bool,
}

impl App {
    /// Waits until the lists are true up to a log position, for at most [`WAIT`].
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn wait_for(&self, position: u64) -> Result<Waited, AppError> {
        let started = tokio::time::Instant::now();
        loop {
            let now = self.inner.store.checkpoint(WORKLISTS).await?;
            if now >= position || started.elapsed() >= WAIT {
                return Ok(Waited {
                    position: now,
                    reached: now >= position,
                });
            }
            tokio::time::sleep(STEP).await;
        }
    }
}
