//! What lines about outcomes, follow-up, needs, tags and placements show.

use crate::code::{AreaCode, Code, OrganisationCode, ServiceCode};
use crate::id::EpisodeId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// An outcome profile that is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileRow {
    /// In which episode.
    pub episode: EpisodeId,
    /// The first structured start.
    pub started_on: Date,
    /// The last review that counts.
    pub last_profile_on: Option<Date>,
    /// The last day in time.
    pub due_on: Date,
}

/// Somebody to be followed up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FollowUpRow {
    /// The episode that ended.
    pub episode: EpisodeId,
    /// When.
    pub left_on: Date,
    /// Code of `discharge-reasons`.
    pub reason: Code,
    /// The last day in time.
    pub due_on: Date,
    /// How often it was tried before.
    pub attempts: u32,
}

/// Somebody to re-engage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReEngageRow {
    /// The episode that ended.
    pub episode: EpisodeId,
    /// When.
    pub left_on: Date,
    /// Code of `discharge-reasons`.
    pub reason: Code,
    /// When it was last tried.
    pub last_attempt_on: Option<Date>,
    /// Code of `follow-up-outcomes`.
    pub last_outcome: Option<Code>,
}

/// A young person to hand over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransitionRow {
    /// The episode.
    pub episode: EpisodeId,
    /// The eighteenth birthday.
    pub turns_adult_on: Date,
    /// The service to which the transfer was offered.
    pub offered_to: Option<ServiceCode>,
}

/// A need or a risk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NeedRow {
    /// Code of `needs-and-risks`; `None` for one that few may see.
    pub need: Option<Code>,
    /// Since when.
    pub raised_on: Date,
    /// By whom.
    pub raised_by: OrganisationCode,
}

/// A grant, scheme or campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TagRow {
    /// Code of `tags`.
    pub tag: Code,
    /// By whom.
    pub added_by: OrganisationCode,
    /// The last day, when it is known.
    pub until: Option<Date>,
}

/// A placement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlacementRow {
    /// Code of `placement-kinds`.
    pub kind: Code,
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

/// Two records that were joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JoinedRow {
    /// The organisation whose worker attested that it is one person.
    pub by: OrganisationCode,
    /// Code of `identity-attestations`.
    pub attested: Code,
}

/// An outreach contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutreachRow {
    /// Code of `outreach-places`.
    pub place: Code,
    /// Code of `outreach-outcomes`.
    pub outcome: Code,
    /// How often this service had met the person by then.
    pub contacts: u32,
    /// No structured treatment had ever started; told to those alone who see the whole record.
    pub treatment_naive: Option<bool>,
}
