//! What the National Drug Treatment Monitoring System is sent: rows of the community set and of the set of secure
//! settings, from the record alone.
//!
//! What is sent is data: `mapping.csv` (which field comes from what), `versions.csv` (which version holds for which
//! month), `rules.csv` (what a submission must pass). Here is how a record is read ([`told`]), how rows are made of it
//! ([`rows`]), which rules they break ([`check`]) and what changed since they were sent last ([`changes`]). The
//! attributor (initials, date of birth, sex) is computed with the rows and kept nowhere.
//!
//! Own readings: an episode has a row of its own, and one for each structured intervention, each review of one and each
//! outcome profile, so that each thing that was sent can be taken back by its reference alone; everything that is true
//! at the end of the month is sent each time, whenever it was recorded.
//!
//! Source: `domain.md` section 1.

pub mod attributor;
pub mod changes;
mod check;
mod field;
mod month;
mod rows;
mod rule;
#[cfg(test)]
mod tests;
mod told;
mod version;

pub use check::{RowFault, check};
pub use field::{Confidence, Field, From, Level, Set};
pub use month::Month;
pub use rows::{Asked, Left, Lines, Part, ReturnRow, TellsOf, lines_of};
pub use rule::{Effect, Rule};
pub use told::Value;
pub use version::{Unconsented, Version};
