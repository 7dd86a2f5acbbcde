//! One event's proof file: that it is in the log, and who watched.

use super::scan::scan;
use super::trusted;
use crate::checkpoint::Checkpoint;
use crate::inclusion::InclusionProof;
use crate::policy::Policy;
use crate::record::EventRecord;
use crate::tree::{leaf_hash, verify_inclusion};
use serde::Serialize;

/// What a proof file shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proved {
    /// The log.
    pub origin: String,
    /// Where the event is.
    pub position: u64,
    /// Events of the log then.
    pub size: u64,
    /// The event.
    pub event: String,
    /// Its stream.
    pub stream: String,
    /// Its version in it.
    pub version: u32,
    /// Its type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// When it was recorded.
    pub recorded: String,
    /// By which organisation.
    pub organisation: String,
    /// The policy's witnesses that cosigned.
    pub witnesses: Vec<String>,
}

/// Checks a proof file that has the event's record with it.
///
/// # Errors
/// What is wrong with it, in a fault.
pub fn prove(file: &str, policy: &Policy) -> Result<Proved, super::Fault> {
    let none = |words: &str| super::Fault::new("proof", words);
    let proof = InclusionProof::parse(file).map_err(|_| none("This is no proof file."))?;
    let witnesses = trusted(policy, &proof.checkpoint)?;
    let checkpoint = Checkpoint::parse_text(&proof.checkpoint.text)
        .map_err(|_| none("The checkpoint of the proof cannot be read."))?;
    let entry = proof
        .extra
        .ok_or_else(|| none("The proof has no record with it."))?;
    verify_inclusion(
        leaf_hash(&entry),
        proof.index,
        checkpoint.size,
        &proof.hashes,
        checkpoint.root,
    )
    .map_err(|_| none("The proof does not lead from the record to the root of the checkpoint."))?;
    let record = scan(&entry).and_then(|_| EventRecord::parse(&entry).ok());
    let record = record.ok_or_else(|| none("What is proved is no record of an event."))?;
    Ok(Proved {
        origin: checkpoint.origin,
        position: proof.index + 1,
        size: checkpoint.size,
        event: record.event.to_string(),
        stream: record.stream.to_string(),
        version: record.version,
        event_type: record.event_type,
        recorded: format!("{:.6}", record.recorded),
        organisation: record.organisation,
        witnesses,
    })
}
