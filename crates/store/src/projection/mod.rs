//! Projections: rows and the checkpoint move in one transaction, so that each event counts exactly once.
//!
//! A step reads a batch of the log ([`Store::read_batch`](crate::Store::read_batch)), opens and computes it without
//! any transaction ([`Store::compute`](crate::Store::compute), pure and blocking), and writes what came of it in a
//! short one ([`Store::write_batch`](crate::Store::write_batch)), which compares the lease's fence and the
//! checkpoint first. Nothing here holds a lock while it reads or computes, so that an idle transaction elsewhere, a
//! sleeping worker or a pooler between cannot make a step wait or be lost.

mod batch;
mod batches;
mod compute;
mod counted;
mod forget;
mod late_recalls;
mod lease;
mod left;
mod linked;
mod list;
mod opened;
mod overdue;
mod park;
mod rebuild;
mod resume;
mod rows;
mod status;
mod tables;
mod whole;
mod write;

pub use batch::Batch;
pub use batches::{BatchTotals, CalledBackQuery, HolderQuery, IssuedKit};
pub(crate) use forget::forget_people;
pub(crate) use lease::holds;

pub use compute::{Computed, Halt, PersonUpdate, Poison, RowsOf};
pub use counted::{CountQuery, MOST_COUNTED_LINES};
pub use late_recalls::{LateRecallQuery, Recalled};
pub use lease::{LEASE, Lease};
pub use left::Left;
pub use list::{ListOrder, ListQuery, ListedRow, Marked, RowPage};
pub use overdue::{DuePlace, OverdueQuery};
pub use rebuild::{
    CanonicalRow, Comparison, ComputedRange, Digest, Digesting, LinesThen, LiveSnapshot, RANGE, Range,
    RangeBatch, RebuildUnderWay, Schema, Scratch, Switched,
};
pub use resume::Resumed;
pub use status::{LeaseStatus, MOST_PARKED_SHOWN, ParkedPerson, ProjectionState, ProjectionStatus};
pub use tables::Projection;
pub use write::Written;
