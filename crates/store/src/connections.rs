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
        let (open, idle, most) = self.pool().sizes();
        Connections {
            in_use: open.saturating_sub(idle),
            idle,
            most,
        }
    }
}
