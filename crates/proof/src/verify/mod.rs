//! Verifying an export offline: complete, in order, unaltered, signed, and grown from what was seen before; or what is
//! not, and at which position. It reads files through a trait, and asks nobody else anything.
//!
//! What is checked, in this order, each as far as what came before allows:
//! 1. the checkpoint: signed by the policy's log, cosigned by its quorum of witnesses;
//! 2. older checkpoints: the log only grew from each of them;
//! 3. the entries: each is there, is the one whose hash is in the tree, is a record; recorded times never go back, each
//!    stream counts from 1 without gaps, no event is there twice;
//! 4. the tree: all tiles follow from the entries, and the root from the tiles;
//! 5. the events: each line has the record that is in the log, and the sealed bytes that the record names;
//! 6. what was erased stands as an erasure in the log; what a receipt promised is there.
//!
//! Of each of these the first fault is told. `verifier/throughcare_verify.py` does the same in another language and
//! from other libraries; a test holds both to the same answers.

mod chunk;
mod entries;
mod fault;
mod older;
mod part;
mod proof;
mod receipt;
mod scan;
mod tiles;
mod words;

pub use fault::Fault;
pub use older::Older;
pub use proof::{Proved, prove};
pub use receipt::{Receipt, ReceiptKeys};

use crate::checkpoint::Checkpoint;
use crate::export::{CHECKPOINT, ERASED, ErasedLine, FORMAT, MANIFEST, Manifest, Scope};
use crate::note::Note;
use crate::policy::{NotTrusted, Policy};
use serde::Serialize;
use std::collections::HashMap;
use std::io;
use uuid::Uuid;

/// The type of the event that says that a record was erased (`domain/src/fact/mod.rs`).
pub const ERASURE: &str = "organisation.person-erased";

/// Where an export's files are read.
pub trait Files: Sync {
    /// A file by its path within the export; `None` where there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>>;
}

impl Files for std::collections::BTreeMap<String, Vec<u8>> {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(self.get(path).cloned())
    }
}

/// What is to be verified, and by what.
pub struct Asked<'a> {
    /// Whose signatures count.
    pub policy: &'a Policy,
    /// What was seen of the log before.
    pub older: Vec<Older<'a>>,
    /// A stream to tell of.
    pub stream: Option<Uuid>,
    /// Receipts whose promises are looked for.
    pub receipts: Vec<Receipt>,
    /// Threads that read and hash.
    pub threads: usize,
}

impl<'a> Asked<'a> {
    /// By this policy and nothing else.
    #[must_use]
    pub fn by(policy: &'a Policy) -> Self {
        Self {
            policy,
            older: Vec::new(),
            stream: None,
            receipts: Vec::new(),
            threads: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// `unaltered` or `altered`.
    pub verdict: &'static str,
    /// What is wrong; empty when nothing is.
    pub faults: Vec<Fault>,
    /// What the export says it is.
    pub scope: String,
    /// The log.
    pub origin: String,
    /// Events of the log.
    pub size: u64,
    /// The root over them.
    pub root: String,
    /// The policy's witnesses that cosigned the checkpoint.
    pub witnesses: Vec<String>,
    /// Older checkpoints from which the log only grew.
    pub older: u64,
    /// Events whose record was verified.
    pub events: u64,
    /// Events whose sealed bytes were compared.
    pub payloads: u64,
    /// Streams.
    pub streams: u64,
    /// What was erased.
    pub erased: Vec<ErasedLine>,
    /// The stream that was asked for.
    pub stream: Option<StreamSeen>,
    /// Receipts whose promise was kept.
    pub receipts: u64,
    /// Receipts of after the checkpoint, which nothing here can judge.
    pub receipts_later: u64,
}

/// A stream that is complete from its first event on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StreamSeen {
    /// The stream.
    pub id: Uuid,
    /// Its last version.
    pub versions: u32,
}

/// An export cannot be judged: a file cannot be read, or is none of an export.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// A file cannot be read.
    #[error("a file of the export cannot be read: {0}")]
    Io(#[from] io::Error),
    /// There is no manifest, or it is one of another format.
    #[error("this is no export that can be verified here: {0}")]
    Form(&'static str),
}

/// Verifies an export.
///
/// # Errors
/// [`Unreadable`]: nothing can be said. Whatever is wrong with what can be read is in the outcome.
pub fn verify(files: &dyn Files, asked: &Asked<'_>) -> Result<Outcome, Unreadable> {
    let manifest = files
        .read(MANIFEST)?
        .ok_or(Unreadable::Form("it has no manifest.json"))?;
    let manifest: Manifest = serde_json::from_slice(&manifest)
        .map_err(|_| Unreadable::Form("its manifest.json has another form"))?;
    let scope = manifest.scope().filter(|_| manifest.format == FORMAT);
    let scope = scope.ok_or(Unreadable::Form("its manifest.json is of another version"))?;
    let mut outcome = Outcome {
        scope: manifest.scope.clone(),
        ..Outcome::default()
    };
    let mut faults = Vec::new();
    // Without any signature it still says what it is about: then all but that is looked at.
    let note = text(files, CHECKPOINT)?.and_then(|text| Note::parse(&text).or_else(|_| Note::new(text)).ok());
    let read = note.and_then(|note| Some((Checkpoint::parse_text(&note.text).ok()?, note)));
    let Some((checkpoint, note)) = read else {
        faults.push(Fault::new(
            "checkpoint",
            "There is no checkpoint that can be read.",
        ));
        return Ok(outcome.ended(faults));
    };
    outcome.origin.clone_from(&checkpoint.origin);
    outcome.size = checkpoint.size;
    outcome.root = checkpoint.root.to_base64();
    match trusted(asked.policy, &note) {
        Ok(witnesses) => outcome.witnesses = witnesses,
        Err(fault) => faults.push(fault),
    }
    if (&*manifest.origin, manifest.size, &*manifest.root)
        != (&*checkpoint.origin, checkpoint.size, &*outcome.root)
    {
        faults.push(Fault::new(
            "manifest",
            "The manifest tells of another log, size or root than the checkpoint.",
        ));
    }
    let whole = scope == Scope::All;
    let good = older::check(files, &checkpoint, asked, whole, &mut outcome, &mut faults)?;
    // What nobody signed is vouched for only as far as something older reaches.
    if good < checkpoint.size {
        for fault in faults
            .iter_mut()
            .filter(|fault| ["signature", "quorum"].contains(&fault.what))
        {
            fault.position = Some(good + 1);
            fault.upto = Some(checkpoint.size);
            let rest = format!(
                " Nothing vouches for the positions {} to {}.",
                good + 1,
                checkpoint.size
            );
            fault.words.push_str(&rest);
        }
    }
    let mut seen = if whole {
        entries::check(files, &manifest, &checkpoint, asked, good, &mut faults)?
    } else {
        part::check(files, &manifest, scope, &checkpoint, &mut faults)?
    };
    outcome.events = seen.events;
    outcome.payloads = seen.payloads;
    outcome.streams = seen.streams.len() as u64;
    erased(files, &seen, whole, &mut outcome, &mut faults)?;
    if let Some(id) = asked.stream {
        match seen.streams.remove(&id.as_u128()) {
            Some(versions) => outcome.stream = Some(StreamSeen { id, versions }),
            None => faults.push(Fault::new(
                "no-stream",
                format!("No event of the stream {id} is here."),
            )),
        }
    }
    receipt::check(asked, &seen, &mut outcome, &mut faults);
    Ok(outcome.ended(faults))
}

/// What was seen of the events.
#[derive(Default)]
struct Seen {
    events: u64,
    payloads: u64,
    /// The version that each stream has reached.
    streams: HashMap<u128, u32>,
    /// Where each event is.
    places: HashMap<u128, u64>,
    /// Where erasures are.
    erasures: HashMap<u64, u128>,
    /// When the last event was recorded.
    recorded: Option<[u8; 27]>,
}

impl Outcome {
    fn ended(self, faults: Vec<Fault>) -> Self {
        if faults.is_empty() {
            return Self {
                verdict: "unaltered",
                ..self
            };
        }
        // What was counted before a fault says nothing.
        Self {
            verdict: "altered",
            faults,
            scope: self.scope,
            origin: self.origin,
            size: self.size,
            root: self.root,
            ..Self::default()
        }
    }

    /// True when nothing is wrong.
    #[must_use]
    pub fn unaltered(&self) -> bool {
        self.faults.is_empty()
    }
}

fn text(files: &dyn Files, path: &str) -> io::Result<Option<String>> {
    Ok(files.read(path)?.and_then(|bytes| String::from_utf8(bytes).ok()))
}

/// The names of the policy's witnesses that cosigned.
fn trusted(policy: &Policy, note: &Note) -> Result<Vec<String>, Fault> {
    match policy.judge(note) {
        Ok(trusted) => Ok(trusted.witnesses.into_iter().map(|(name, _)| name).collect()),
        Err(NotTrusted::Log(_)) => Err(Fault::new(
            "signature",
            "No log of the policy signed the checkpoint as it is.",
        )),
        Err(NotTrusted::Quorum(names)) => Err(Fault::new(
            "quorum",
            format!(
                "Too few witnesses of the policy cosigned the checkpoint: {}.",
                if names.is_empty() {
                    "none".to_owned()
                } else {
                    names.join(", ")
                }
            ),
        )),
    }
}

/// What is said of erasures must stand in the log.
fn erased(
    files: &dyn Files,
    seen: &Seen,
    whole: bool,
    outcome: &mut Outcome,
    faults: &mut Vec<Fault>,
) -> io::Result<()> {
    let Some(lines) = files.read(ERASED)? else {
        return Ok(());
    };
    for line in lines.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        let Ok(line) = serde_json::from_slice::<ErasedLine>(line) else {
            faults.push(Fault::new("erased", "A line of erased.ndjson cannot be read."));
            return Ok(());
        };
        // A part of a log need not have the organisation's event.
        let there = seen.erasures.get(&line.position) == Some(&line.tombstone.as_u128());
        if !there && whole {
            faults.push(Fault::at("erased", line.position));
            return Ok(());
        }
        if there {
            outcome.erased.push(line);
        }
    }
    Ok(())
}
