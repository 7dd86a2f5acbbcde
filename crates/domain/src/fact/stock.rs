//! Naloxone of a service: on its shelf, given to people who are not its clients (service stream); batches that are
//! called back, and who is trained to supply (organisation stream).
//!
//! Sources: `design.md`, "Streams" (never an invented person); `domain.md` section 4.

use super::Pack;
use crate::code::Code;
use crate::id::{KitId, RecallId, SupplyId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Kits of a batch on the shelf were counted. The count changes no number: it is compared with what the log says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StockCounted {
    /// Code of `naloxone-products`.
    pub product: Code,
    /// Batch on the packs.
    pub batch: Code,
    /// How many were there, 0 to 10,000.
    pub kits: u16,
}

/// Kits of a batch left the shelf without being given to anybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StockRemoved {
    /// Code of `naloxone-products`.
    pub product: Code,
    /// Batch on the packs.
    pub batch: Code,
    /// How many kits, 1 to 10,000.
    pub kits: u16,
    /// Code of `stock-removal-reasons`: expired, lost, recalled and so on.
    pub reason: Code,
}

/// How many kits of a product the service wants on its shelf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StockMinimumSet {
    /// Code of `naloxone-products`.
    pub product: Code,
    /// At least so many, 0 to 10,000; 0 takes the wish back.
    pub kits: u16,
}

/// Kits of one batch were given to somebody who is not a client: a family member, a worker, another place, somebody
/// unknown. Several batches in one act are several events of one append.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SuppliedToOther {
    /// The supply.
    pub supply: SupplyId,
    /// Code of `naloxone-recipients`.
    pub recipient: Code,
    /// Code of `naloxone-supply-places`, when it was told.
    pub place: Option<Code>,
    /// What it is.
    pub pack: Pack,
    /// How many kits, 1 to 1,000.
    pub kits: u16,
}

/// Whoever got kits of a called-back batch was told, or could not be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SupplyRecallTold {
    /// Which supply.
    pub supply: SupplyId,
    /// Of which recall.
    pub recall: RecallId,
    /// Code of `recall-contacts`.
    pub how: Code,
    /// The list says that this way reaches them; without it they are still to be told.
    pub reached: bool,
}

/// The holder of a kit of a called-back batch was told, or could not be reached (the holder's stream).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KitRecallTold {
    /// Which kit.
    pub kit: KitId,
    /// Of which recall.
    pub recall: RecallId,
    /// Code of `recall-contacts`.
    pub how: Code,
    /// The list says that this way reaches them; without it they are still to be told.
    pub reached: bool,
}

/// A batch is called back: whoever holds a kit of it is to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchRecalled {
    /// The recall.
    pub recall: RecallId,
    /// Code of `naloxone-products`.
    pub product: Code,
    /// Batch on the packs.
    pub batch: Code,
    /// Code of `recall-reasons`.
    pub reason: Code,
}

/// A recall is over, or was a mistake: nobody is to be told any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecallEnded {
    /// Which.
    pub recall: RecallId,
    /// Code of `recall-end-reasons`.
    pub reason: Code,
}

/// A worker was trained, for example in storing and supplying naloxone (organisation stream).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkerTrained {
    /// The worker's user name, as tokens give it; at most 100 characters.
    pub worker: String,
    /// Code of `worker-trainings`.
    pub training: Code,
    /// The last day on which it counts, where it runs out.
    pub expires_on: Option<Date>,
}
