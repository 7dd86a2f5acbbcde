//! Processor time: what an event costs, and whom. On two cores it bounds every rate, however little is waited for.

use std::fs;
use std::path::{Path, PathBuf};

/// Microseconds of processor time: of a process or, divided by a count, of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spent {
    /// In this program: the clients, and what of a system runs inside them.
    pub here: f64,
    /// In programs that it started: the service, and peers that are servers.
    pub programs: f64,
    /// In PostgreSQL: its backends, the log writer, the checkpointer.
    pub postgres: f64,
}

impl Spent {
    /// What was spent between two looks, for each of so many events; `None` without any.
    pub fn since(self, before: Self, events: f64) -> Option<Self> {
        let each = |now: f64, then: f64| (now - then).max(0.0) / events;
        (events > 0.0).then(|| Self {
            here: each(self.here, before.here),
            programs: each(self.programs, before.programs),
            postgres: each(self.postgres, before.postgres),
        })
    }
}

/// Where to look.
#[derive(Clone, Debug)]
pub struct Processes {
    postmaster: PathBuf,
}

impl Processes {
    /// The processes of this program and of the server whose process id this file begins with.
    pub fn of(postmaster: PathBuf) -> Self {
        Self { postmaster }
    }

    /// Processor time until now of those that live; `None` where there is no `/proc`.
    pub fn spent(&self) -> Option<Spent> {
        let text = fs::read_to_string(&self.postmaster).ok()?;
        let postmaster: u32 = text.lines().next()?.trim().parse().ok()?;
        let this = std::process::id();
        let mut spent = Spent::default();
        for entry in fs::read_dir("/proc").ok()?.flatten() {
            let Some(told) = told(&entry.path().join("stat")) else {
                continue; // no process, or one that has just ended
            };
            if told.process == this {
                spent.here += told.micros;
            } else if told.process == postmaster || told.parent == postmaster {
                spent.postgres += told.micros;
            } else if told.parent == this {
                spent.programs += told.micros;
            }
        }
        Some(spent)
    }
}

/// What the kernel tells of a process.
#[derive(Debug, PartialEq)]
struct Told {
    process: u32,
    parent: u32,
    micros: f64,
}

fn told(stat: &Path) -> Option<Told> {
    parse(&fs::read_to_string(stat).ok()?)
}

/// Its name may hold spaces and brackets: fields are counted from the last bracket on. Times are hundredths of a
/// second on every Linux.
fn parse(stat: &str) -> Option<Told> {
    let (process, rest) = stat.split_once(' ')?;
    let (_, fields) = rest.rsplit_once(')')?;
    let fields: Vec<_> = fields.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some(Told {
        process: process.parse().ok()?,
        parent: fields.get(1)?.parse().ok()?,
        micros: (ticks(11)? + ticks(12)?) * 1e4,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_with_brackets_in_its_name_is_read() {
        let stat = "71 (a (b) c) S 7 71 71 0 -1 4194560 1 2 3 4 250 50 0 0 20 0 1 0 9 9 9";
        let expected = Told {
            process: 71,
            parent: 7,
            micros: 3e6,
        };
        assert_eq!(parse(stat), Some(expected));
        assert_eq!(parse("71 (cut off"), None);
    }

    #[test]
    fn the_difference_of_two_looks_is_shared_among_the_events() {
        let (before, after) = (
            Spent {
                here: 100.0,
                programs: 0.0,
                postgres: 50.0,
            },
            Spent {
                here: 300.0,
                programs: 0.0,
                postgres: 40.0,
            },
        );
        // A backend that ended took its time along.
        let each = Spent {
            here: 2.0,
            programs: 0.0,
            postgres: 0.0,
        };
        assert_eq!(after.since(before, 100.0), Some(each));
        assert_eq!(after.since(before, 0.0), None);
    }
}
