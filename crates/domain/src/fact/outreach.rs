//! Outreach: contacts with people who are in nobody's care.
//!
//! Source: `domain.md` section 8 (outreach contact without an episode).

use crate::code::{Code, OrganisationCode, ServiceCode};
use serde::{Deserialize, Serialize};

/// An outreach worker met the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutreachContactRecorded {
    /// The outreach worker's service.
    pub service: ServiceCode,
    /// The service's organisation.
    pub organisation: OrganisationCode,
    /// Code of `outreach-places`.
    pub place: Code,
    /// Code of `outreach-outcomes`.
    pub outcome: Code,
}
