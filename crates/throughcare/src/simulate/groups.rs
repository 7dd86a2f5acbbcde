//! From windows to groups that each are one transaction: read while the group before is loaded, so that the database
//! never waits for it.

use super::OTHER_RECORDS;
use super::windows::Ready;
use anyhow::{Result, bail};
use throughcare_store::Sealed;
use tokio::sync::mpsc;

/// What is recorded in one transaction.
pub struct Group {
    /// In order.
    pub appends: Vec<Sealed>,
    /// How many events they hold.
    pub events: u64,
}

/// Puts appends into groups, and passes over what the log holds already.
pub struct Groups {
    /// Most events of a group.
    pub most: u64,
    /// Events that the log held when the run began.
    pub head: u64,
    /// Events passed over or handed on.
    pub done: u64,
    /// Where groups go.
    pub tell: mpsc::Sender<Group>,
    waiting: Group,
}

impl Groups {
    /// None yet.
    pub fn new(most: u64, head: u64, tell: mpsc::Sender<Group>) -> Self {
        let waiting = Group::empty();
        Self {
            most,
            head,
            done: 0,
            tell,
            waiting,
        }
    }

    /// Reads every window. Blocking; ends early when nobody loads any more. Answers how many events there are.
    ///
    /// # Errors
    /// When the log holds other records.
    pub fn read(mut self, mut windows: mpsc::Receiver<Ready>) -> Result<u64> {
        while let Some(window) = windows.blocking_recv() {
            if !self.window(&window)? {
                return Ok(self.done);
            }
        }
        self.hand_on();
        Ok(self.done)
    }

    /// False when nobody loads any more.
    fn window(&mut self, window: &Ready) -> Result<bool> {
        for record in window.records() {
            let events = u64::from(record.events);
            if self.done + self.waiting.events + events <= self.head {
                self.done += events;
                continue;
            }
            let Some(mut sealed) = record.sealed else {
                bail!(OTHER_RECORDS)
            };
            if self.done < self.head {
                bail!(OTHER_RECORDS);
            }
            if self.waiting.events + events > self.most && !self.hand_on() {
                return Ok(false);
            }
            self.waiting.appends.push(Sealed::read(&mut sealed)?);
            self.waiting.events += events;
        }
        Ok(true)
    }

    fn hand_on(&mut self) -> bool {
        let group = std::mem::replace(&mut self.waiting, Group::empty());
        self.done += group.events;
        group.events == 0 || self.tell.blocking_send(group).is_ok()
    }
}

impl Group {
    fn empty() -> Self {
        Self {
            appends: Vec::new(),
            events: 0,
        }
    }
}
