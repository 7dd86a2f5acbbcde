//! The systems that run in this program. Those of others are programs of their own (`crate::peers`).

mod raw;
mod sequenced;
mod this_log;

pub use raw::Raw;
pub use sequenced::Sequenced;
pub use this_log::ThisLog;
