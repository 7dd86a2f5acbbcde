//! Time and ids, injected: the only place where the machine's clock and randomness are read.

use jiff::Timestamp;
use std::sync::Mutex;
use throughcare_domain::id::IdSource;
use uuid::Uuid;

/// What time it is. Never orders events: that is the log's work.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where the clock comes in")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands still, for tests.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// Where new ids come from.
pub trait Ids: Send + Sync {
    /// A source for one unit of work.
    fn source(&self) -> Box<dyn IdSource + Send>;

    /// One id.
    fn one(&self) -> Uuid {
        self.source().next_id()
    }
}

/// UUIDv7 of the machine's clock and random source.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemIds;

struct SystemSource;

impl IdSource for SystemSource {
    #[expect(clippy::disallowed_methods, reason = "this is where ids come in")]
    fn next_id(&mut self) -> Uuid {
        Uuid::now_v7()
    }
}

impl Ids for SystemIds {
    fn source(&self) -> Box<dyn IdSource + Send> {
        Box::new(SystemSource)
    }
}

/// Ids that count up from a seed, for tests.
#[derive(Debug)]
pub struct SeededIds(Mutex<u64>);

impl SeededIds {
    /// Every source it gives has a seed of its own.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }
}

impl Ids for SeededIds {
    fn source(&self) -> Box<dyn IdSource + Send> {
        let mut seed = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *seed += 1;
        Box::new(throughcare_domain::id::CountingIds::new(*seed))
    }
}
