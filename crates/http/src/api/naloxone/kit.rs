//! A kit on the wire.

use crate::api::wire::{DateWire, Reading};
use serde::Deserialize;
use throughcare_domain::command::KitRead;
use throughcare_domain::fact::UsedOn;
use utoipa::ToSchema;

/// A kit, as read from its pack.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KitWire {
    /// A code of `naloxone-products`.
    #[schema(min_length = 1, max_length = 40, example = "nyxoid")]
    pub product: String,
    /// Batch number on the pack: letters, digits, `-`, `_` and `/`.
    #[schema(min_length = 1, max_length = 40, example = "NX-2401")]
    pub batch: String,
    /// Expiry date on the pack.
    pub expires_on: DateWire,
}

/// The kits of a body.
pub fn kits(wires: &[KitWire], reading: &mut Reading) -> Vec<KitRead> {
    wires
        .iter()
        .enumerate()
        .filter_map(|(index, wire)| {
            let product = reading.code(&wire.product, &format!("/kits/{index}/product"));
            let batch = reading.code(&wire.batch, &format!("/kits/{index}/batch"));
            Some(KitRead {
                product: product?,
                batch: batch?,
                expires_on: wire.expires_on.0,
            })
        })
        .collect()
}

/// On whom a kit was used.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UsedOnWire {
    /// On its holder.
    Holder,
    /// On somebody else.
    SomebodyElse,
    /// Not told.
    NotKnown,
}

impl From<UsedOnWire> for UsedOn {
    fn from(wire: UsedOnWire) -> Self {
        match wire {
            UsedOnWire::Holder => Self::Holder,
            UsedOnWire::SomebodyElse => Self::SomebodyElse,
            UsedOnWire::NotKnown => Self::NotKnown,
        }
    }
}
