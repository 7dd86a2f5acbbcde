//! All entries of a log, in order: several threads read and hash, one looks at the order.

use super::chunk::{Chunk, Item, chunk};
use super::{Asked, Fault, Files, Seen, tiles};
use crate::checkpoint::Checkpoint;
use crate::export::{EVENTS_OF_A_FILE, Manifest};
use crate::tree::{Frontier, TILE_HEIGHT};
use std::io;
use std::sync::mpsc::{Receiver, sync_channel};

/// Files that a thread may be ahead of who looks at the order.
const AHEAD: usize = 2;

/// Checks entries, tree and events; tells what it saw.
pub(super) fn check(
    files: &dyn Files,
    manifest: &Manifest,
    checkpoint: &Checkpoint,
    asked: &Asked<'_>,
    good: u64,
    faults: &mut Vec<Fault>,
) -> io::Result<Seen> {
    let size = checkpoint.size;
    let chunks = size.div_ceil(EVENTS_OF_A_FILE);
    let threads = asked.threads.clamp(1, 64) as u64;
    std::thread::scope(|scope| {
        let mut readers: Vec<Receiver<io::Result<Chunk>>> = Vec::new();
        for thread in 0..threads.min(chunks) {
            let (tell, told) = sync_channel(AHEAD);
            readers.push(told);
            scope.spawn(move || {
                let mut number = thread;
                while number < chunks && tell.send(chunk(files, manifest, number, size)).is_ok() {
                    number += threads;
                }
            });
        }
        let mut reading = Reading::default();
        for number in 0..chunks {
            let reader = &readers[usize::try_from(number % threads).unwrap_or_default()];
            let chunk = reader
                .recv()
                .map_err(|_| io::Error::other("a thread that reads entries ended"))??;
            reading.take(chunk);
            if reading.fault.is_some() {
                break;
            }
        }
        drop(readers);
        reading.ended(files, checkpoint, good, faults)
    })
}

/// What was read of the entries so far.
#[derive(Default)]
struct Reading {
    seen: Seen,
    /// The tree over full bundles.
    full: Frontier,
    /// The tree over what is left.
    rest: Frontier,
    upper: tiles::Upper,
    /// What ends the reading.
    fault: Option<Fault>,
    /// What does not: the tree is compared all the same, and says how far back the difference may begin.
    order_fault: Option<Fault>,
    event_fault: Option<Fault>,
}

impl Reading {
    fn take(&mut self, chunk: Chunk) {
        for item in chunk.items {
            let fault = self.seen.item(self.seen.events + 1, &item, next_version);
            self.order_fault = self.order_fault.take().or(fault);
        }
        self.fault = chunk.fault;
        self.event_fault = self.event_fault.take().or(chunk.event_fault).or(chunk.unnamed);
        self.seen.payloads += chunk.payloads;
        for root in chunk.roots {
            let upper = &mut self.upper;
            self.full.push(root, |height, _, hash| {
                if height.is_multiple_of(TILE_HEIGHT) {
                    upper.learn(height / TILE_HEIGHT, hash);
                }
            });
        }
        for leaf in chunk.rest {
            self.rest.push(leaf, |_, _, _| ());
        }
    }

    fn ended(
        self,
        files: &dyn Files,
        checkpoint: &Checkpoint,
        good: u64,
        faults: &mut Vec<Fault>,
    ) -> io::Result<Seen> {
        faults.extend(self.order_fault);
        if let Some(fault) = self.fault {
            faults.push(fault);
        } else if let Some(fault) = self.upper.compare(files, checkpoint.size)? {
            faults.push(fault);
        } else {
            let mut roots = self.full.roots().to_vec();
            roots.extend(self.rest.roots());
            let root = Frontier::of(checkpoint.size, roots).map(|tree| tree.root());
            if root != Some(checkpoint.root) {
                faults.push(if checkpoint.size == 0 {
                    Fault::new("root", "The checkpoint of the empty log has another root.")
                } else {
                    Fault::between(
                        "root",
                        good.min(checkpoint.size - 1) + 1,
                        checkpoint.size,
                        "The entries do not lead to the root of the checkpoint.",
                    )
                });
            }
        }
        faults.extend(self.event_fault);
        Ok(self.seen)
    }
}

impl Seen {
    /// Takes the next entry into account; what is wrong with its place. `goes_on` judges the version of its stream by the
    /// one before.
    pub(super) fn item(
        &mut self,
        position: u64,
        item: &Item,
        goes_on: impl FnOnce(u32, u32) -> bool,
    ) -> Option<Fault> {
        let back = self.recorded.is_some_and(|before| item.recorded < before);
        let version = self.streams.entry(item.stream).or_default();
        let gap = !goes_on(*version, item.version);
        *version = item.version;
        let first = *self.places.entry(item.event).or_insert(position);
        if item.erasure {
            self.erasures.insert(position, item.event);
        }
        self.recorded = Some(item.recorded);
        self.events += 1;
        let what = match (back, gap) {
            (true, _) => "order",
            (_, true) => "stream",
            _ if first != position => "twice",
            _ => return None,
        };
        Some(Fault::at(what, position))
    }
}

/// In all of a log, a stream has every version.
fn next_version(before: u32, now: u32) -> bool {
    now == before + 1
}
