//! Records that might be one person's: keys by which they find each other, what shares one, and pairs for lists.

mod candidates;
mod making;
mod pairs;

pub use candidates::{Candidates, MOST_CANDIDATES, TOO_COMMON};
pub use making::Made;
pub use pairs::{MOST_PAIRS, Pair};

use crate::Store;
use throughcare_domain::matching::MatchKey;

impl Store {
    /// What stands in the index for a key.
    fn blind_key(&self, key: &MatchKey) -> [u8; 32] {
        // No kind of identifier has a colon in its name, so that the two uses of the index never meet.
        self.blind_as(&format!("match:{}", key.kind.as_str()), &key.value)
    }
}
