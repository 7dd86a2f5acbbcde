//! A clock that stands until it is moved.

use jiff::{SignedDuration, Timestamp};
use std::sync::{Arc, Mutex, PoisonError};

/// Tells the same time until the test moves it; clones are one clock.
#[derive(Clone, Debug)]
pub struct FixedClock(Arc<Mutex<Timestamp>>);

impl FixedClock {
    /// Stands at an instant, such as `2026-07-01T09:00:00Z`.
    ///
    /// # Panics
    /// When the text is no instant.
    pub fn at(instant: &str) -> Self {
        Self(Arc::new(Mutex::new(
            instant.parse().expect("an instant such as 2026-07-01T09:00:00Z"),
        )))
    }

    /// The time it tells.
    pub fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves it, forwards or back.
    pub fn advance(&self, by: SignedDuration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}
