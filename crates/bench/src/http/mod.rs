//! The real program over HTTP: `throughcare serve` in a process of its own, asked by clients with a token.

mod clients;
mod connection;
mod county;
mod service;

pub use clients::{Commands, Pathways, Worklists};
pub use county::County;
pub use service::{Program, Service};

use connection::Connection;
