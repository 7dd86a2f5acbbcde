//! Needs, tags and placement, as a person's view shows them.

use crate::api::wire::when;
use crate::time::WhenWire;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_app::query::PersonRead;
use throughcare_domain::state::{Need, Placement, Tag};
use utoipa::ToSchema;
use uuid::Uuid;

/// An open need or risk.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NeedShown {
    /// The need.
    pub need_id: Uuid,
    /// A code of `needs-and-risks`; `restricted` for those who may know of it and not what it is.
    pub need: String,
    /// True for one that few may see.
    pub restricted: bool,
    /// Since when.
    pub raised: WhenWire,
    /// The organisation that raised it.
    pub raised_by: String,
    /// Its service, when it named one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
}

impl From<&Need> for NeedShown {
    fn from(need: &Need) -> Self {
        Self {
            need_id: need.id.0,
            need: need.code.to_string(),
            restricted: need.restricted,
            raised: when(need.raised.occurred),
            raised_by: need.organisation.to_string(),
            service: need.service.as_ref().map(ToString::to_string),
        }
    }
}

/// A grant, scheme or campaign to which care belongs.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TagShown {
    /// The tag.
    pub tag_id: Uuid,
    /// A code of `tags`.
    pub tag: String,
    /// Since when.
    pub added: WhenWire,
    /// The organisation that added it.
    pub added_by: String,
    /// The last day, when it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl From<&Tag> for TagShown {
    fn from(tag: &Tag) -> Self {
        Self {
            tag_id: tag.id.0,
            tag: tag.code.to_string(),
            added: when(tag.added.occurred),
            added_by: tag.organisation.to_string(),
            until: tag.until,
        }
    }
}

/// A placement that goes on.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlacementShown {
    /// The placement.
    pub placement_id: Uuid,
    /// A code of `placement-kinds`.
    pub kind: String,
    /// Since when.
    pub started: WhenWire,
    /// The service that arranged it.
    pub service: String,
    /// The service that provides it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_service: Option<String>,
    /// A code of `placement-providers`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The organisation that pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commissioner: Option<String>,
    /// The authority that pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commissioner_area: Option<String>,
    /// The last day planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_until: Option<Date>,
}

impl From<&Placement> for PlacementShown {
    fn from(one: &Placement) -> Self {
        Self {
            placement_id: one.id.0,
            kind: one.kind.to_string(),
            started: when(one.started.occurred),
            service: one.service.to_string(),
            provider_service: one.provider_service.as_ref().map(ToString::to_string),
            provider: one.provider.as_ref().map(ToString::to_string),
            commissioner: one.commissioner.as_ref().map(ToString::to_string),
            commissioner_area: one.commissioner_area.as_ref().map(ToString::to_string),
            planned_until: one.planned_until,
        }
    }
}

/// The needs that are open.
pub fn needs(read: &PersonRead) -> Vec<NeedShown> {
    read.state().open_needs().map(Into::into).collect()
}

/// The tags that count on the day.
pub fn tags(read: &PersonRead) -> Vec<TagShown> {
    let counting = read.state().tags.iter().filter(|tag| tag.counts_on(read.day));
    counting.map(Into::into).collect()
}

/// The placement in which the person is on the day.
pub fn placement(read: &PersonRead) -> Option<PlacementShown> {
    let mut placements = read.state().placements.iter();
    placements.rfind(|one| one.goes_on(read.day)).map(Into::into)
}
