//! The use cases over a real PostgreSQL. Each module is one promise.

#![expect(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod contracts;
mod equality;
mod erased;
mod inbound;
mod kept;
mod membership;
mod merged;
mod nodes;
mod projecting;
mod proving;
mod rebuild;
