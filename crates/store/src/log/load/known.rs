//! What a loader knows of the streams that it wrote itself, so that it need not ask again.

use crate::log::check::Ground;
use std::collections::HashMap;
use uuid::Uuid;

/// Most streams whose versions are remembered: about 40 bytes each. Then all are forgotten, and asked for again.
const MOST: usize = 1_000_000;

/// Versions of streams as the log stood at one position.
#[derive(Default)]
pub(in crate::log) struct Known {
    position: u64,
    versions: HashMap<Uuid, u32>,
}

impl Known {
    /// The version of a stream, when the head of the log stands where it stood: whoever appends moves the head, so
    /// nobody has appended since.
    pub(in crate::log) fn version(&self, head: u64, stream: Uuid) -> Option<u32> {
        let version = self.versions.get(&stream)?;
        (self.position == head).then_some(*version)
    }

    /// Remembers what was committed. `head` is where the log stood when it was locked.
    pub(super) fn learn(&mut self, head: u64, ground: &Ground) {
        if self.position != head || self.versions.len() > MOST {
            self.versions.clear();
        }
        self.versions
            .extend(ground.versions.iter().map(|(id, version)| (*id, *version)));
        self.position = ground.position;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn ground(position: u64, stream: Uuid, version: u32) -> Ground {
        Ground {
            position,
            recorded_at: Timestamp::UNIX_EPOCH,
            now: Timestamp::UNIX_EPOCH,
            versions: HashMap::from([(stream, version)]),
            answers: HashMap::new(),
            references: HashMap::new(),
            claims: HashMap::new(),
            begun: HashMap::new(),
        }
    }

    #[test]
    fn what_is_known_holds_until_somebody_else_appends() {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut known = Known::default();
        known.learn(0, &ground(10, one, 3));
        assert_eq!((known.version(10, one), known.version(10, two)), (Some(3), None));
        assert_eq!(known.version(11, one), None, "the head moved");
        known.learn(10, &ground(20, two, 1));
        assert_eq!(
            (known.version(20, one), known.version(20, two)),
            (Some(3), Some(1))
        );
        known.learn(25, &ground(30, two, 2));
        assert_eq!(
            (known.version(30, one), known.version(30, two)),
            (None, Some(2)),
            "what was known before somebody else appended is forgotten"
        );
    }
}
