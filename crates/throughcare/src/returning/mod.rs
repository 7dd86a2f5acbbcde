//! The files of a return to the national statistics.

mod counts;
mod files;

pub use counts::{About, Counts};
pub use files::Files;
