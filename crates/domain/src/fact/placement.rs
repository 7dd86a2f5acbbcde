//! Placements in detoxification and residential rehabilitation.
//!
//! Source: `domain.md` section 8 (placement: commissioner, provider, dates).

use crate::code::{AreaCode, Code, OrganisationCode, ServiceCode};
use crate::id::PlacementId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The person moved into a placement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlacementStarted {
    /// The placement.
    pub placement: PlacementId,
    /// Code of `placement-kinds`.
    pub kind: Code,
    /// The service that arranged it, on whose list it stands.
    pub service: ServiceCode,
    /// That service's organisation.
    pub organisation: OrganisationCode,
    /// Where the person stays, when a service of this system provides it.
    pub provider_service: Option<ServiceCode>,
    /// Code of `placement-providers`, for one that is none.
    pub provider: Option<Code>,
    /// The organisation that pays.
    pub commissioner: Option<OrganisationCode>,
    /// The authority that pays.
    pub commissioner_area: Option<AreaCode>,
    /// The last day planned.
    pub planned_until: Option<Date>,
}

/// The person left a placement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlacementEnded {
    /// Which placement.
    pub placement: PlacementId,
    /// Code of `placement-end-reasons`.
    pub reason: Code,
}
