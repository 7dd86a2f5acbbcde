//! Where time and new ids come from. Both are injected, so that every test is repeatable.

use jiff::Timestamp;
use std::{fmt, sync::Arc};
use uuid::Uuid;

/// A clock that somebody handed in.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// Wraps a function that tells the present instant.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// A clock that stands still: for tests and for replays.
    pub fn fixed(at: Timestamp) -> Self {
        Self::new(move || at)
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// A source of new ids that somebody handed in.
#[derive(Clone)]
pub struct Ids(Arc<dyn Fn() -> Uuid + Send + Sync>);

impl Ids {
    /// Wraps a function that makes a new id at every call.
    pub fn new(next: impl Fn() -> Uuid + Send + Sync + 'static) -> Self {
        Self(Arc::new(next))
    }

    /// Counts up from 1: for tests.
    pub fn counting() -> Self {
        let next = std::sync::atomic::AtomicU64::new(1);
        Self::new(move || {
            Uuid::from_u128(u128::from(
                next.fetch_add(1, std::sync::atomic::Ordering::Relaxed),
            ))
        })
    }

    /// A new id.
    pub fn next(&self) -> Uuid {
        (self.0)()
    }
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ids")
    }
}
