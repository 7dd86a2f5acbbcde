//! Needs and risks that stand beside treatment, such as housing, children or exploitation.
//!
//! Source: `domain.md` section 8 (need and risk flags; safeguarding with restricted visibility).

use crate::code::{Code, OrganisationCode, ServiceCode};
use crate::id::NeedId;
use serde::{Deserialize, Serialize};

/// Somebody saw a need or a risk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NeedRaised {
    /// The need.
    pub need: NeedId,
    /// Code of `needs-and-risks`.
    pub code: Code,
    /// Shown to few, as the list said then: see [`crate::restricted::seen_by`].
    pub restricted: bool,
    /// The organisation that raised it.
    pub organisation: OrganisationCode,
    /// Its service, when it named one.
    pub service: Option<ServiceCode>,
}

/// A need was met, or a risk is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NeedCleared {
    /// Which need.
    pub need: NeedId,
    /// Code of `need-clearing-reasons`.
    pub reason: Code,
}
