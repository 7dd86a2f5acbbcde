//! A service's naloxone: what came to its shelf, what left it, who got it who is no client. A fold of the service's
//! stream; what its clients got is in their streams, and added when the shelf is looked at ([`shelf`]).
//!
//! The fold is total, and does not depend on the order of arrival: it adds up.

mod rows;
mod shelf;

pub use rows::steps;
pub use shelf::{EXPIRES_SOON_DAYS, Issued, LastCount, ProductLine, Shelf, ShelfLine, shelf};

use crate::code::Code;
use crate::event::RecordedEvent;
use crate::fact::Fact;
use crate::id::{EventId, RecallId, SupplyId};
use crate::state::Dated;
use jiff::civil::Date;
use std::collections::{BTreeMap, HashSet};

/// What moves kits of a batch onto or off the shelf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// They came.
    Received,
    /// They expired, were lost, called back and so on.
    Removed,
    /// They were given to somebody who is not a client.
    Supplied,
}

/// Kits of a batch that came or left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Dated,
    /// How.
    pub way: Way,
    /// How many.
    pub kits: u16,
}

/// One batch of one product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Expiry on the packs, the earliest that was told; `None` when it was only counted.
    pub expires_on: Option<Date>,
    /// What came and left, in the order told.
    pub changes: Vec<Change>,
    /// What was counted, in the order told.
    pub counts: Vec<(Dated, u16)>,
}

impl Batch {
    /// Kits that went one way by the end of a day.
    pub fn went(&self, way: Way, day: Date) -> i64 {
        let of = |one: &&Change| one.way == way && one.at.date() <= day;
        self.changes
            .iter()
            .filter(of)
            .map(|one| i64::from(one.kits))
            .sum()
    }

    /// Kits on the shelf at the end of a day, but for those that clients got.
    pub fn before_issues(&self, day: Date) -> i64 {
        self.went(Way::Received, day) - self.went(Way::Removed, day) - self.went(Way::Supplied, day)
    }

    /// The first day on which anything was told of it.
    pub fn since(&self) -> Option<Date> {
        let changed = self.changes.iter().map(|one| one.at.date());
        changed.chain(self.counts.iter().map(|(at, _)| at.date())).min()
    }
}

/// Kits given to somebody who is not a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supply {
    /// Its id.
    pub id: SupplyId,
    /// When.
    pub at: Dated,
    /// Code of `naloxone-recipients`.
    pub recipient: Code,
    /// Code of `naloxone-supply-places`.
    pub place: Option<Code>,
    /// Code of `naloxone-products`.
    pub product: Code,
    /// Batch on the packs.
    pub batch: Code,
    /// Expiry on the packs.
    pub expires_on: Date,
    /// How many kits.
    pub kits: u16,
    /// Recalls of which the recipient was told, and on which day.
    pub told: BTreeMap<RecallId, Date>,
}

/// A service's naloxone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceStock {
    /// By product and batch.
    pub batches: BTreeMap<(Code, Code), Batch>,
    /// By id.
    pub supplies: BTreeMap<SupplyId, Supply>,
    /// Wishes for the least on the shelf, by product: since when, and how many.
    pub minimums: BTreeMap<Code, Vec<(Dated, u16)>>,
    /// What was entered in error.
    pub voided: HashSet<EventId>,
}

impl ServiceStock {
    /// Folds events of one service's stream, in whatever order they come.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a RecordedEvent> + Clone) -> Self {
        let mut stock = Self {
            voided: voided(events.clone()),
            ..Self::default()
        };
        let mut later: Vec<&RecordedEvent> = Vec::new();
        for event in events {
            match event.fact() {
                // Whom it was told, is known once every supply is.
                Some(Fact::SupplyRecallTold(_)) => later.push(event),
                _ => stock.learn(event),
            }
        }
        later.into_iter().for_each(|event| stock.learn(event));
        stock
    }

    /// The wish for the least on the shelf on a day.
    pub fn minimum(&self, product: &Code, day: Date) -> Option<u16> {
        let wishes = self.minimums.get(product)?.iter();
        let last = wishes
            .filter(|(at, _)| at.date() <= day)
            .max_by_key(|(at, _)| (at.date(), at.occurred.instant(), at.by))?;
        (last.1 > 0).then_some(last.1)
    }

    fn learn(&mut self, event: &RecordedEvent) {
        let envelope = &event.envelope;
        if self.voided.contains(&envelope.id) {
            return;
        }
        let at = Dated::from(envelope);
        match event.fact() {
            Some(Fact::StockReceived(f)) => {
                let batch = self.batch(&f.pack.product, &f.pack.batch);
                batch.expires(f.pack.expires_on);
                batch.changed(at, Way::Received, f.kits);
            }
            Some(Fact::StockRemoved(f)) => {
                self.batch(&f.product, &f.batch).changed(at, Way::Removed, f.kits);
            }
            Some(Fact::StockCounted(f)) => self.batch(&f.product, &f.batch).counts.push((at, f.kits)),
            Some(Fact::StockMinimumSet(f)) => {
                let wishes = self.minimums.entry(f.product.clone()).or_default();
                wishes.push((at, f.kits));
            }
            Some(Fact::SuppliedToOther(f)) => {
                let batch = self.batch(&f.pack.product, &f.pack.batch);
                batch.expires(f.pack.expires_on);
                batch.changed(at, Way::Supplied, f.kits);
                let supply = Supply {
                    id: f.supply,
                    at,
                    recipient: f.recipient.clone(),
                    place: f.place.clone(),
                    product: f.pack.product.clone(),
                    batch: f.pack.batch.clone(),
                    expires_on: f.pack.expires_on,
                    kits: f.kits,
                    told: BTreeMap::new(),
                };
                self.supplies.insert(f.supply, supply);
            }
            Some(Fact::SupplyRecallTold(f)) if f.reached => {
                if let Some(supply) = self.supplies.get_mut(&f.supply) {
                    let told = supply.told.entry(f.recall).or_insert(at.date());
                    *told = at.date().min(*told);
                }
            }
            _ => {}
        }
    }

    fn batch(&mut self, product: &Code, batch: &Code) -> &mut Batch {
        self.batches.entry((product.clone(), batch.clone())).or_default()
    }
}

impl Batch {
    /// Of several dates that were told the earliest counts.
    fn expires(&mut self, on: Date) {
        self.expires_on = Some(self.expires_on.map_or(on, |known| known.min(on)));
    }

    fn changed(&mut self, at: Dated, way: Way, kits: u16) {
        self.changes.push(Change { at, way, kits });
    }
}

/// The events that later ones of the stream took back; a correction that was taken back itself does not count.
fn voided<'a>(events: impl IntoIterator<Item = &'a RecordedEvent>) -> HashSet<EventId> {
    let mut corrections: Vec<(u32, EventId, EventId)> = events
        .into_iter()
        .filter_map(|event| match event.fact() {
            Some(Fact::EventVoided(f)) => Some((event.envelope.stream_version, event.envelope.id, f.event)),
            _ => None,
        })
        .collect();
    corrections.sort_unstable_by_key(|(version, _, _)| std::cmp::Reverse(*version));
    let mut out = HashSet::new();
    for (_, correction, of) in corrections {
        if !out.contains(&correction) {
            out.insert(of);
        }
    }
    out
}

#[cfg(test)]
mod tests;
