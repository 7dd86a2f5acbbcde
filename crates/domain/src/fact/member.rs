//! Who may act for an organisation: the systems through which it is asked, and the people who are its members.

use crate::code::{ClientName, ServiceCode, UserName};
use crate::event::Role;
use crate::id::{MemberId, RegistrationId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a system is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sector {
    /// Treatment, and health beside it.
    Treatment,
    /// A prison.
    Prison,
    /// Police custody.
    PoliceCustody,
    /// A court.
    Court,
    /// Probation.
    Probation,
    /// Commissioning, administration, audit, data protection.
    Oversight,
}

impl Sector {
    /// Every sector.
    pub const ALL: [Self; 6] = [
        Self::Treatment,
        Self::Prison,
        Self::PoliceCustody,
        Self::Court,
        Self::Probation,
        Self::Oversight,
    ];

    /// Its name in the log and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Treatment => "treatment",
            Self::Prison => "prison",
            Self::PoliceCustody => "police_custody",
            Self::Court => "court",
            Self::Probation => "probation",
            Self::Oversight => "oversight",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sector| sector.as_str() == text)
    }
}

/// A system may ask for the organisation from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientRegistered {
    /// The registration.
    pub registration: RegistrationId,
    /// The system, by the `client_id` of its tokens.
    pub client: ClientName,
    /// What it is for.
    pub sector: Sector,
    /// In which roles it may ask; one at least.
    pub roles: Vec<Role>,
}

/// A system asks for some services of the organisation alone, as far as this registration goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientRestricted {
    /// Which registration.
    pub registration: RegistrationId,
    /// For which services; one at least.
    pub services: Vec<ServiceCode>,
}

/// A system may not ask for the organisation any more, as far as this registration goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientRevoked {
    /// Which registration.
    pub registration: RegistrationId,
}

/// Somebody may act for the organisation in a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MemberGranted {
    /// The membership.
    pub member: MemberId,
    /// Who, by the user name of their tokens.
    pub user: UserName,
    /// In which role.
    pub role: Role,
    /// The first day in London; at once when absent.
    pub from: Option<Date>,
    /// The last day in London; until it is ended when absent.
    pub until: Option<Date>,
}

/// A membership has another last day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MembershipChanged {
    /// Which.
    pub member: MemberId,
    /// The last day in London; until it is ended when absent.
    pub until: Option<Date>,
}

/// A membership ended, at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MembershipEnded {
    /// Which.
    pub member: MemberId,
}
