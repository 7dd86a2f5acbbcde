//! Who might be one person: two descriptions are compared field by field, and each finding speaks for or against with
//! points and a sentence.
//!
//! The points follow Fellegi and Sunter: how much likelier a finding is for one person than for two, in doublings, so
//! that what is rare says more than what is common. They are one table ([`WEIGHTS`]) with the reason of each; the
//! thresholds are checked against worked pairs and a synthetic population (`tests/domain/matching.rs`).
//!
//! Certain is nobody by name: only a strong identifier that both have, and nothing that contradicts it. Everything by
//! name is at most possible, and for a person to decide. A twin is not a match, nor father and son of one name, nor two
//! who share initials, date of birth and sex.
//!
//! Source: `design.md`, "Streams" (person stream); `cases.md` I2 and I3; `domain.md` 1.5, 5.4 and section 6 (duplicate
//! persons, anonymous clients).

mod birth;
mod contradiction;
mod forename;
mod identifiers;
mod keys;
mod name;
mod place;
mod portrait;
mod score;
mod weights;

pub use contradiction::contradictions;
pub use keys::{KeyKind, MOST_KEYS, MatchKey, keys};
pub use name::same as same_name;
pub use portrait::{MOST_NAMES, NameTold, Portrait};
pub use score::{Compared, POSSIBLE_FROM, Score, Verdict, compare};
pub use weights::{Field, Finding, WEIGHTS, Weight};
