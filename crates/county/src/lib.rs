//! A synthetic county: people whose care is made through the same decisions as the API's.
//!
//! Nothing here is about anybody: names are drawn from short lists, NHS numbers from the range 999. Each
//! person has a random generator of their own, drawn from the seed and their number, so that people can be
//! made in any order, or at the same time, and the same plan always gives the same county: events, ids and
//! times.
//!
//! How it works: a story ([`story`]) chooses what happens to a person and writes it down as a script of
//! steps, each with the time at which it is recorded. The script is then told in order of recording
//! ([`tell`]), each step through [`throughcare_domain::decide::decide_in_turn`] and under the access rules
//! of the API, and cut off where the plan ends. Whoever waits, is held or has just been released on that day
//! is simply in the middle of a story.
//!
//! Beside it stand lives whose script knows the true answer to every indicator ([`truth`]).

mod books;
mod cast;
mod dice;
mod entry;
mod error;
mod handful;
mod handover;
mod ids;
mod made;
#[cfg(test)]
mod matching;
mod names;
mod opening;
mod places;
mod plan;
mod rates;
mod script;
mod story;
mod tell;
pub mod truth;
mod voice;
mod who;
mod years;

pub use entry::Entry;
pub use error::CountyError;
pub use handful::Handful;
pub use made::{County, Maker};
pub use places::{NORTHSHIRE, SOUTHMARSH};
pub use plan::Plan;
