//! Naloxone. Issue and use are two facts; a kit in property is supplied at release, not before (N3).

use crate::code::{Code, PrisonCode, ServiceCode};
use crate::id::KitId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What stands on the pack. Expiry is read from it, never computed (`domain.md`, section 4).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pack {
    /// Code of `naloxone-products`.
    pub product: Code,
    /// Batch number on the pack: capital letters, digits, `-` and `/`; at most 40.
    pub batch: Code,
    /// Expiry date on the pack.
    pub expires_on: Date,
    /// Doses in the pack.
    pub doses: u8,
}

/// A kit was given out. Several kits in one act are several events of one append (N1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KitIssued {
    /// The kit.
    pub kit: KitId,
    /// What it is.
    pub pack: Pack,
    /// Who gave it.
    pub service: ServiceCode,
    /// The kit it replaces.
    pub replaces: Option<KitId>,
}

/// A kit was put with the property that is given back at release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KitPlacedInProperty {
    /// The kit.
    pub kit: KitId,
    /// What it is.
    pub pack: Pack,
    /// Who gave it.
    pub service: ServiceCode,
    /// Where the property is kept.
    pub prison: PrisonCode,
}

/// A kit from property reached the person's hands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KitHandedOver {
    /// Which kit.
    pub kit: KitId,
}

/// On whom a kit was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsedOn {
    /// On its holder.
    Holder,
    /// On somebody else; an unknown person gets no record (N2).
    SomebodyElse,
    /// Not told.
    NotKnown,
}

/// A kit was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KitUsed {
    /// Which kit.
    pub kit: KitId,
    /// Doses given, when known.
    pub doses: Option<u8>,
    /// On whom.
    pub used_on: UsedOn,
    /// Code of `naloxone-use-outcomes`.
    pub outcome: Code,
    /// Code of `naloxone-use-places`.
    pub place: Option<Code>,
}

/// The person no longer has the kit, and nobody took it away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KitLost {
    /// Which kit.
    pub kit: KitId,
    /// Code of `kit-loss-reasons`.
    pub reason: Code,
}

/// Somebody took the kit away: it must be given back or replaced (`domain.md`, section 4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KitConfiscated {
    /// Which kit.
    pub kit: KitId,
    /// Code of `kit-confiscators`.
    pub by: Code,
}

/// A kit that was lost or taken away is in the person's hands again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KitReturned {
    /// Which kit.
    pub kit: KitId,
}

/// Naloxone was offered. Offered and declined is another fact than not offered (`domain.md`, section 4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NaloxoneOffered {
    /// By which service.
    pub service: ServiceCode,
    /// Code of `naloxone-decline-reasons`, when it was declined.
    pub declined: Option<Code>,
}

/// The person was shown how to recognise an overdose and use a kit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrainingGiven {
    /// By which service.
    pub service: ServiceCode,
    /// The last day on which the training counts, where it runs out.
    pub expires_on: Option<Date>,
}

/// Naloxone came into a service's stock (service stream).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StockReceived {
    /// What it is.
    pub pack: Pack,
    /// How many kits, 1 to 10,000.
    pub kits: u16,
}
