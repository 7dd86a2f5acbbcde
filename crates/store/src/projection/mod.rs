//! Projections: rows and the checkpoint move in one transaction, so that each event counts exactly once.

mod advance;
mod list;
mod status;

pub use advance::{Advanced, Batch, PersonUpdate};
pub use list::{ListQuery, ListedRow, RowPage};
pub use status::{LeaseStatus, MOST_PARKED_SHOWN, ParkedPerson, ProjectionState, ProjectionStatus};
