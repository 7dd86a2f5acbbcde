//! The shelf as it stands at the end of a day: batch by batch and product by product.

use super::{Batch, ServiceStock, Way};
use crate::code::Code;
use crate::directory::Directory;
use crate::id::RecallId;
use jiff::{ToSpan, civil::Date};
use std::collections::BTreeMap;

/// Days before its expiry from which a batch is shown as expiring soon. Own reading: time enough to give it out, or
/// to order.
pub const EXPIRES_SOON_DAYS: i32 = 90;

/// Kits of a batch that clients got on one day, or that were put with their property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// Code of `naloxone-products`.
    pub product: Code,
    /// Batch on the packs.
    pub batch: Code,
    /// Expiry on the packs.
    pub expires_on: Date,
    /// The day.
    pub on: Date,
    /// How many.
    pub kits: u32,
}

/// The last count of a batch, compared with what the log says of the end of that day. Nothing is put right by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastCount {
    /// When.
    pub on: Date,
    /// How many were there.
    pub kits: u16,
    /// How many there should have been, as far as it is known now.
    pub expected: i64,
}

impl LastCount {
    /// Too many (above 0) or missing (below 0).
    pub fn difference(&self) -> i64 {
        i64::from(self.kits) - self.expected
    }
}

/// A batch on the shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelfLine {
    /// Code of `naloxone-products`.
    pub product: Code,
    /// Batch on the packs.
    pub batch: Code,
    /// Expiry on the packs; `None` when nobody told it.
    pub expires_on: Option<Date>,
    /// Kits that came.
    pub received: i64,
    /// Kits that clients got.
    pub issued: i64,
    /// Kits that others got.
    pub supplied: i64,
    /// Kits that were removed.
    pub removed: i64,
    /// What is left by the log. Below 0 when more left than anybody recorded as received.
    pub on_hand: i64,
    /// Past its expiry.
    pub expired: bool,
    /// In date, and within [`EXPIRES_SOON_DAYS`] of its expiry.
    pub expires_soon: bool,
    /// The recall that goes on.
    pub recall: Option<RecallId>,
    /// The last count.
    pub last_count: Option<LastCount>,
}

/// A product on the shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductLine {
    /// Code of `naloxone-products`.
    pub product: Code,
    /// Kits on hand that may be given: in date, and not called back.
    pub usable: i64,
    /// The least that the service wants.
    pub minimum: Option<u16>,
    /// Fewer than that.
    pub below_minimum: bool,
}

/// The shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelf {
    /// In order of product, expiry and batch.
    pub lines: Vec<ShelfLine>,
    /// In order of product.
    pub products: Vec<ProductLine>,
}

/// The shelf at the end of a day.
pub fn shelf(stock: &ServiceStock, issued: &[Issued], directory: &Directory, day: Date) -> Shelf {
    let mut batches: BTreeMap<(Code, Code), (Batch, Vec<&Issued>)> = stock
        .batches
        .iter()
        .map(|(key, batch)| (key.clone(), (batch.clone(), Vec::new())))
        .collect();
    for one in issued.iter().filter(|one| one.on <= day) {
        let key = (one.product.clone(), one.batch.clone());
        let (batch, issues) = batches.entry(key).or_default();
        batch.expires_on.get_or_insert(one.expires_on);
        issues.push(one);
    }
    let mut lines: Vec<ShelfLine> = batches
        .into_iter()
        .filter(|(_, (batch, issues))| !issues.is_empty() || batch.since().is_some_and(|since| since <= day))
        .map(|((product, batch), (found, issues))| line(product, batch, &found, &issues, directory, day))
        .collect();
    lines.sort_by(|a, b| (&a.product, a.expires_on, &a.batch).cmp(&(&b.product, b.expires_on, &b.batch)));
    let mut products: BTreeMap<&Code, i64> = stock.minimums.keys().map(|product| (product, 0)).collect();
    for line in &lines {
        let usable = products.entry(&line.product).or_default();
        if !line.expired && line.recall.is_none() {
            *usable += line.on_hand;
        }
    }
    let products = products
        .into_iter()
        .map(|(product, usable)| {
            let minimum = stock.minimum(product, day);
            ProductLine {
                product: product.clone(),
                usable,
                minimum,
                below_minimum: minimum.is_some_and(|least| usable < i64::from(least)),
            }
        })
        .collect();
    Shelf { lines, products }
}

fn line(
    product: Code,
    batch: Code,
    found: &Batch,
    issues: &[&Issued],
    directory: &Directory,
    day: Date,
) -> ShelfLine {
    let issued_by = |day: Date| -> i64 {
        let until = issues.iter().filter(|one| one.on <= day);
        until.map(|one| i64::from(one.kits)).sum()
    };
    let counted = found.counts.iter().filter(|(at, _)| at.date() <= day);
    let last_count = counted
        .max_by_key(|(at, _)| (at.date(), at.occurred.instant(), at.by))
        .map(|(at, kits)| LastCount {
            on: at.date(),
            kits: *kits,
            expected: found.before_issues(at.date()) - issued_by(at.date()),
        });
    let expired = found.expires_on.is_some_and(|last| last < day);
    let soon = day.saturating_add(EXPIRES_SOON_DAYS.days());
    let recalls = directory.recalls().iter();
    let recall = recalls
        .filter(|one| one.product == product && one.batch == batch && one.goes_on(day))
        .map(|one| one.id)
        .next();
    let issued = issued_by(day);
    ShelfLine {
        expires_on: found.expires_on,
        received: found.went(Way::Received, day),
        issued,
        supplied: found.went(Way::Supplied, day),
        removed: found.went(Way::Removed, day),
        on_hand: found.before_issues(day) - issued,
        expired,
        expires_soon: !expired && found.expires_on.is_some_and(|last| last <= soon),
        recall,
        last_count,
        product,
        batch,
    }
}
