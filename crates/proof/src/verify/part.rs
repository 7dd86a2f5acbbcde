//! A part of a log: every event has a proof of its own, under the one checkpoint.

use super::chunk::{Item, compare, file_fault};
use super::scan::scan;
use super::{Fault, Files, Seen, text};
use crate::checkpoint::Checkpoint;
use crate::export::{EVENTS_OF_A_FILE, EventLine, Manifest, Scope, events_file, proof_file};
use crate::inclusion::InclusionProof;
use crate::tree::{Hash, leaf_hash, verify_inclusion};
use std::io;

/// Checks the events of a part.
pub(super) fn check(
    files: &dyn Files,
    manifest: &Manifest,
    scope: Scope,
    checkpoint: &Checkpoint,
    faults: &mut Vec<Fault>,
) -> io::Result<Seen> {
    let mut seen = Seen::default();
    let mut before = 0;
    for number in 0..manifest.events.div_ceil(EVENTS_OF_A_FILE) {
        let path = events_file(number);
        let bytes = files.read(&path)?.unwrap_or_default();
        for line in bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
            match event(files, scope, checkpoint, line, before, &mut seen)? {
                Ok(position) => before = position,
                Err(fault) => {
                    faults.push(fault);
                    return Ok(seen);
                }
            }
        }
        if manifest.files.get(&path) != Some(&Hash::of(&bytes).to_hex()) {
            faults.push(file_fault(&path));
            return Ok(seen);
        }
    }
    if seen.events != manifest.events {
        faults.push(Fault::new(
            "manifest",
            "There are more or fewer events than the manifest tells of.",
        ));
    }
    Ok(seen)
}

fn event(
    files: &dyn Files,
    scope: Scope,
    checkpoint: &Checkpoint,
    line: &[u8],
    before: u64,
    seen: &mut Seen,
) -> io::Result<Result<u64, Fault>> {
    let Ok(read) = serde_json::from_slice::<EventLine<'_>>(line) else {
        return Ok(Err(Fault::at("event", before + 1)));
    };
    let position = read.position;
    let entry = read.record.as_bytes();
    // A period is every position of it.
    if position <= before || (scope == Scope::Period && before > 0 && position != before + 1) {
        return Ok(Err(Fault::at("event", before + 1)));
    }
    let proof = text(files, &proof_file(position))?.and_then(|text| InclusionProof::parse(&text).ok());
    let holds = proof.is_some_and(|proof| {
        proof.index.checked_add(1) == Some(position)
            && Checkpoint::parse_text(&proof.checkpoint.text).as_ref() == Ok(checkpoint)
            && verify_inclusion(
                leaf_hash(entry),
                proof.index,
                checkpoint.size,
                &proof.hashes,
                checkpoint.root,
            )
            .is_ok()
    });
    if !holds {
        return Ok(Err(Fault::at("proof", position)));
    }
    let Some(scanned) = scan(entry) else {
        return Ok(Err(Fault::at("record", position)));
    };
    if let Some(what) = compare(line, position, entry, &scanned.payload) {
        return Ok(Err(Fault::at(what, position)));
    }
    let goes_on = |before: u32, now: u32| match scope {
        Scope::Person => now == before + 1,
        // Others hold what somebody recorded, or when: streams may have gone on elsewhere.
        _ => now > before,
    };
    if let Some(fault) = seen.item(position, &Item::of(&scanned), goes_on) {
        return Ok(Err(fault));
    }
    seen.payloads += 1;
    Ok(Ok(position))
}
