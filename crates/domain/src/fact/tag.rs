//! Tags: the grants, schemes and campaigns to which somebody's care belongs.
//!
//! Source: `domain.md` section 8 (funding tag, cohort flag, campaign; outcome per tag).

use crate::code::{Code, OrganisationCode};
use crate::id::TagId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The person's care belongs to a grant, scheme or campaign. When it happened is the first day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TagAdded {
    /// The tag.
    pub tag: TagId,
    /// Code of `tags`.
    pub code: Code,
    /// The organisation that added it.
    pub organisation: OrganisationCode,
    /// The last day, when it is known.
    pub until: Option<Date>,
}

/// It no longer does. When it happened is the first day without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TagRemoved {
    /// Which tag.
    pub tag: TagId,
}
