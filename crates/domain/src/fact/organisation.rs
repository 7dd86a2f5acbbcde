//! Organisations and the services they open and close.

use crate::code::{AreaCode, OrganisationCode, PrisonCode, ServiceCode};
use crate::id::ContractId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a service is to the pathway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceKind {
    /// Structured treatment in the community.
    Community,
    /// Treatment in prison.
    Prison,
    /// Liaison in police custody.
    PoliceCustody,
    /// Liaison at court.
    Court,
    /// Probation.
    Probation,
    /// Young people's treatment in the community.
    YoungPeople,
    /// Residential rehabilitation.
    Residential,
    /// Hospital.
    Hospital,
    /// A partnership that owns what no service owns.
    Partnership,
}

impl ServiceKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Community,
        Self::Prison,
        Self::PoliceCustody,
        Self::Court,
        Self::Probation,
        Self::YoungPeople,
        Self::Residential,
        Self::Hospital,
        Self::Partnership,
    ];

    /// Its name in the log and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Community => "community",
            Self::Prison => "prison",
            Self::PoliceCustody => "police_custody",
            Self::Court => "court",
            Self::Probation => "probation",
            Self::YoungPeople => "young_people",
            Self::Residential => "residential",
            Self::Hospital => "hospital",
            Self::Partnership => "partnership",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// True where structured treatment counts as picked up in the community.
    pub fn treats_in_community(self) -> bool {
        matches!(self, Self::Community | Self::YoungPeople | Self::Residential)
    }
}

/// An organisation joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrganisationRegistered {
    /// Its code.
    pub organisation: OrganisationCode,
    /// Its name; at most 100 characters.
    pub name: String,
}

/// A service was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceOpened {
    /// Its code.
    pub service: ServiceCode,
    /// Its name; at most 100 characters.
    pub name: String,
    /// What it is.
    pub kind: ServiceKind,
    /// Authorities for whose residents it is responsible; at most 50.
    pub areas: Vec<AreaCode>,
    /// Prisons in which it works; at most 50.
    pub prisons: Vec<PrisonCode>,
}

/// A service was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceClosed {
    /// Its code.
    pub service: ServiceCode,
}

/// A contract moves from one service to another: from a day on, everything that the one has open is the other's.
///
/// Stands in the stream of the organisation that is left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractMoved {
    /// The move.
    pub contract: ContractId,
    /// The service that is left; it takes nothing on from that day.
    pub from_service: ServiceCode,
    /// The service that takes over.
    pub to_service: ServiceCode,
    /// Its organisation.
    pub to_organisation: OrganisationCode,
    /// Its kind, as it was then.
    pub to_kind: ServiceKind,
    /// The first day on which it is the other service's.
    pub on: Date,
}

/// A contract did not move after all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractMoveUndone {
    /// Which move.
    pub contract: ContractId,
}
