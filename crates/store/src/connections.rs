//! How many connections this node has open for reading.

use crate::Store;

/// Connections of the pool for reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// At work at this moment.
    pub in_use: u32,
    /// Open and at rest.
    pub idle: u32,
    /// Most that may be open.
    pub most: u32,
}

impl Store {
    /// Connections for reading, as they are now; asks nobody.
    pub fn connections(&self) -> Connections {
        let pool = self.pool();
        let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
        Connections {
            in_use: pool.size().saturating_sub(idle),
            idle,
            most: pool.options().get_max_connections(),
        }
    }
}
