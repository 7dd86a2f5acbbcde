//! What was seen of the log before: it must only have grown.

use super::tiles::{NoRoot, leaves, root_at};
use super::{Asked, Fault, Files, Outcome, text};
use crate::checkpoint::Checkpoint;
use crate::export::CHECKPOINT;
use crate::note::Note;
use crate::policy::{NotTrusted, Policy};
use crate::tree::TILE_WIDTH;
use std::io;

/// A checkpoint that somebody kept, or an export.
pub enum Older<'a> {
    /// The text of a checkpoint.
    Checkpoint(String),
    /// An export of all of the log: its tiles say which position differs.
    Export(&'a dyn Files),
}

const UNFIT: &str = "An older checkpoint is not one that this log signed.";

/// Checks that the log grew from each; tells up to which size that is known.
pub(super) fn check(
    files: &dyn Files,
    now: &Checkpoint,
    asked: &Asked<'_>,
    whole: bool,
    outcome: &mut Outcome,
    faults: &mut Vec<Fault>,
) -> io::Result<u64> {
    let mut olders = Vec::new();
    for older in &asked.older {
        let (note, export) = match older {
            Older::Checkpoint(text) => (Some(text.clone()), None),
            Older::Export(files) => (text(*files, CHECKPOINT)?, Some(*files)),
        };
        let checkpoint = note
            .and_then(|text| Note::parse(&text).ok())
            .and_then(|note| opened(asked.policy, &note));
        match checkpoint {
            Some(checkpoint) if checkpoint.origin == now.origin => olders.push((checkpoint, export)),
            _ => {
                faults.push(Fault::new("older", UNFIT));
                return Ok(0);
            }
        }
    }
    olders.sort_by_key(|(checkpoint, _)| checkpoint.size);
    let mut good = 0;
    for (older, export) in olders {
        let fault = if older.size > now.size {
            let mut fault = Fault::at("shorter", now.size + 1);
            fault.words = format!(
                "The log has {} entries and had {} before: from position {} on they are missing.",
                now.size,
                older.size,
                now.size + 1
            );
            Some(fault)
        } else if older.size == now.size && older.root == now.root {
            None
        } else if !whole {
            Some(Fault::new(
                "older",
                "An older checkpoint can only be compared with an export of all of the log.",
            ))
        } else {
            grown(files, now, &older, export, good)?
        };
        if let Some(fault) = fault {
            faults.push(fault);
            return Ok(good);
        }
        good = older.size;
        outcome.older += 1;
    }
    Ok(good)
}

/// A checkpoint that the log signed; who cosigned it then is not asked, because whoever verifies kept it.
fn opened(policy: &Policy, note: &Note) -> Option<Checkpoint> {
    match policy.judge(note) {
        Ok(trusted) => Some(trusted.checkpoint),
        Err(NotTrusted::Quorum(_)) => Checkpoint::parse_text(&note.text).ok(),
        Err(NotTrusted::Log(_)) => None,
    }
}

fn grown(
    files: &dyn Files,
    now: &Checkpoint,
    older: &Checkpoint,
    export: Option<&dyn Files>,
    good: u64,
) -> io::Result<Option<Fault>> {
    match root_at(files, now.size, older.size) {
        Ok(root) if root == older.root && older.size < now.size => return Ok(None),
        Ok(_) => {}
        Err(NoRoot::Io(error)) => return Err(error),
        Err(NoRoot::Tile(position)) => return Ok(Some(Fault::at("tile", position))),
    }
    let words = "The log does not go on from an older checkpoint.";
    let mut first = 0;
    while let Some(export) = export.filter(|_| first < older.size) {
        let (then, today) = (
            leaves(export, older.size, first)?,
            leaves(files, now.size, first)?,
        );
        let other = |(place, hash): (usize, _)| today.get(place) != Some(hash);
        if let Some(place) = then.iter().enumerate().position(other) {
            let position = first + place as u64 + 1;
            let mut fault = Fault::at("history", position);
            fault.words = format!("{words} The entry at position {position} was another one then.");
            return Ok(Some(fault));
        }
        first += TILE_WIDTH;
    }
    Ok(Some(Fault::between(
        "history",
        good.min(older.size.saturating_sub(1)) + 1,
        older.size,
        words,
    )))
}
