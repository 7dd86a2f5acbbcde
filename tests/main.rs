//! Throughcare as others meet it: the real program, over HTTP.
//!
//! `stories` tell the pathway from arrest to pick-up and read as documentation. `api` holds what every client
//! may rely on. `events` records every event there is and writes the page about them. The others start and stop
//! programs of their own.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod admin;
mod api;
mod canary;
mod crash;
mod crash_reading;
mod demo;
mod events;
mod exports;
mod harness;
mod importing;
mod keys;
mod lifecycle;
mod operations;
mod outbound;
mod proving;
mod published_values;
mod reference_lists;
mod replaying;
mod reporting;
mod restoring;
mod returning;
mod simulate;
mod stories;
mod true_answers;
mod witnessing;
