//! Ids as a server of the simulated time would have made them, from a person's own generator.

use jiff::Timestamp;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use throughcare_domain::id::IdSource;
use uuid::Uuid;

/// UUIDv7s that carry the simulated time; each later than the one before.
pub(crate) struct CountyIds {
    millis: u64,
    random: ChaCha8Rng,
}

impl CountyIds {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        let mut random = ChaCha8Rng::from_seed(seed);
        random.set_stream(1);
        Self { millis: 0, random }
    }

    /// Ids from here on carry this time, unless a later one was given out.
    pub(crate) fn set(&mut self, now: Timestamp) {
        self.millis = self.millis.max(u64::try_from(now.as_millisecond()).unwrap_or(0));
    }

    /// An id that nothing compares by age, such as a correlation.
    pub(crate) fn any(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(self.random.random()).into_uuid()
    }
}

impl IdSource for CountyIds {
    fn next_id(&mut self) -> Uuid {
        let mut bytes = [0; 10];
        self.random.fill_bytes(&mut bytes);
        let id = uuid::Builder::from_unix_timestamp_millis(self.millis, &bytes).into_uuid();
        self.millis += 1;
        id
    }
}
