//! The formats against the papers that define them, other people's code and laws.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod formats;
mod records;
mod sample;
mod tree;
mod verify;
