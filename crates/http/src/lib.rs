//! The HTTP interface of Throughcare: routes, wire types, problems, OpenAPI.
//!
//! Read in this order: [`problem`] (what a client sees when something is wrong), [`json`], [`query`]
//! and [`path`] (how a request becomes a checked value), [`token`] (who is asking), [`assemble`] (the
//! layers around every route) and [`serve`] (the accept loop).
//!
//! This crate translates. It decides nothing about people, and it knows neither the database nor a
//! clock: time and ids come through [`sources`].

pub mod api;
pub mod assemble;
mod discreet;
pub mod docs;
pub mod health;
pub mod idempotency;
pub mod json;
pub mod lists;
pub mod looks;
pub mod membership;
pub mod metrics;
mod narrowed;
pub mod outbound;
pub mod path;
pub mod preconditions;
pub mod problem;
pub mod query;
pub mod receipt;
pub mod request_id;
pub mod serve;
pub mod sources;
pub mod strictness;
pub mod sweeping;
pub mod time;
pub mod token;
