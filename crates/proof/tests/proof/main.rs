//! The formats against the papers that define them, other people's code and laws.

mod formats;
mod records;
mod tree;
