//! What people see of one person: folds and readings of the record, computed when asked and never stored.
//!
//! Every view takes the part of the history that was true and known at the time asked about
//! ([`crate::history::History::cut`]) and the day to which days are counted. What time alone changes (day n,
//! late, overdue) comes from that day. Views hold coded facts and dates, no names and no identifiers.
//!
//! Source: `design.md` ("Three tracks of a pathway", "Views").

pub mod continuity;
pub mod duties;
pub mod emergency;
pub mod naloxone;
pub mod pathway;
pub mod prescriptions;
mod sentences;
mod sentences_beside;
pub mod setting;
pub mod stages;
pub mod status_history;
pub mod subject_access;
pub mod timeline;
pub mod transitions;
pub mod treatment;
mod words;

pub use pathway::Pathway;
