//! The records that are the leaves of the trees: small texts over what the database holds, the sealed payload only by
//! its hash. Every value has one way of being written, so that equal records are equal bytes.
//!
//! A record is lines of a name, a space and a value. Lines come in a fixed order; those of values that are not there are
//! left out. In texts that people or systems chose, control characters and the per cent sign stand as `%` and two
//! hexadecimal digits.

mod act;
mod event;
mod lines;
mod look;

pub use act::ActRecord;
pub use event::{EventRecord, When};
pub use lines::RecordError;
pub use look::LookRecord;
