//! What lines about kits and stock show.

use crate::code::Code;
use crate::id::{KitId, RecallId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A kit to replace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KitRow {
    /// Code of `naloxone-products`.
    pub product: Code,
    /// Batch on the pack.
    pub batch: Code,
    /// Expiry on the pack.
    pub expires_on: Date,
    /// When the person got it.
    pub supplied_on: Date,
    /// When it was used; `None` when it is replaced for another reason.
    pub used_on: Option<Date>,
    /// Since when it is lost or taken away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone_on: Option<Date>,
    /// The kit that replaced it.
    pub replaced_by: Option<KitId>,
}

/// A kit in property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HandOverRow {
    /// Code of `naloxone-products`.
    pub product: Code,
    /// Batch on the pack.
    pub batch: Code,
    /// Expiry on the pack.
    pub expires_on: Date,
    /// The day for which the release is planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_planned_on: Option<Date>,
}

/// A kit that a client got, to be found by its batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TracedKitRow {
    /// Code of `naloxone-products`.
    pub product: Code,
    /// Batch on the pack.
    pub batch: Code,
    /// Expiry on the pack.
    pub expires_on: Date,
    /// In property: it did not reach the person yet.
    pub in_property: bool,
    /// The first day on which the person had it no longer: used, lost, taken away, or died.
    pub left_on: Option<Date>,
    /// Recalls of which the holder was told.
    pub told: Vec<RecallId>,
}

/// A batch that a service has or had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StockRow {
    /// Code of `naloxone-products`.
    pub product: Code,
    /// Batch on the packs.
    pub batch: Code,
    /// Expiry on the packs.
    pub expires_on: Option<Date>,
    /// Kits on the shelf, but for those that clients got.
    pub before_issues: i64,
    /// Kits given to people who are not clients.
    pub supplied: i64,
    /// How many of those whose recipients were told, by recall.
    pub told: BTreeMap<RecallId, u32>,
}
