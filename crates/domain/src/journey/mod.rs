//! Journeys: episodes chained by short gaps. Always derived, never recorded.
//!
//! Source: `domain.md` 1.2, 1.4 and section 3; `cases.md` E1 to E7.

mod chain;
mod completion;
mod effective;
mod lost_transfer;
mod reason;
mod representation;

pub use chain::{CHAIN_DAYS, Journey, journeys};
pub use effective::{EFFECTIVE_DAYS, Effective};
pub use lost_transfer::TransferState;
pub use reason::{JourneyReason, reason_of};
pub use representation::{REPRESENTATION_MONTHS, is_representation, representation_to};
