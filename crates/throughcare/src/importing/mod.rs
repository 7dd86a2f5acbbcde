//! Sending a file of rows to a server: its parts, the sending, the report.

pub mod parts;
pub mod report;
pub mod send;
