//! Needs, tags, placements, outreach, profiles and what follows an exit, for stories in tests.

use super::{NORTHSHIRE, area, code, day, directory, episode_id, organisation, service};
use crate::fact::*;
use crate::id::{NeedId, PlacementId, TagId};
use uuid::Uuid;

pub(crate) fn need_id(n: u128) -> NeedId {
    NeedId(Uuid::from_u128(0x3_0000 + n))
}

/// A need raised by the prison's organisation; exploitation and domestic abuse are restricted.
pub(crate) fn raised(n: u128, kind: &str) -> NeedRaised {
    NeedRaised {
        need: need_id(n),
        code: code(kind),
        restricted: matches!(kind, "cuckooing" | "county_lines" | "domestic_abuse"),
        organisation: organisation("county"),
        service: None,
    }
}

pub(crate) fn tagged(n: u128, tag: &str, until: Option<&str>) -> TagAdded {
    TagAdded {
        tag: TagId(Uuid::from_u128(0x4_0000 + n)),
        code: code(tag),
        organisation: organisation("northshire"),
        until: until.map(day),
    }
}

pub(crate) fn placement_id(n: u128) -> PlacementId {
    PlacementId(Uuid::from_u128(0x5_0000 + n))
}

/// Residential rehabilitation that Northshire arranged.
pub(crate) fn moved_in(n: u128, until: Option<&str>) -> PlacementStarted {
    PlacementStarted {
        placement: placement_id(n),
        kind: code("residential"),
        service: service("northshire-community"),
        organisation: organisation("northshire"),
        provider_service: None,
        provider: Some(code("voluntary_rehabilitation")),
        commissioner: None,
        commissioner_area: Some(area(NORTHSHIRE)),
        planned_until: until.map(day),
    }
}

pub(crate) fn moved_out(n: u128) -> PlacementEnded {
    PlacementEnded {
        placement: placement_id(n),
        reason: code("completed"),
    }
}

pub(crate) fn rescinded(n: u128) -> ExitRescinded {
    ExitRescinded {
        episode: episode_id(n),
        reason: code("person_returned"),
    }
}

pub(crate) fn followed_up(n: u128, outcome: &str) -> FollowUpRecorded {
    FollowUpRecorded {
        episode: episode_id(n),
        outcome: code(outcome),
        ends: matches!(outcome, "reached_rereferred" | "declined"),
    }
}

/// A profile of episode `n` taken by its co-ordinator.
pub(crate) fn profile(n: u128, stage: ProfileStage) -> OutcomeProfileRecorded {
    OutcomeProfileRecorded {
        episode: episode_id(n),
        stage,
        co_ordinates: true,
        items: ProfileItems {
            opiate_days: Some(0),
            ..ProfileItems::default()
        },
    }
}

/// An outreach contact by a service.
pub(crate) fn met(by: &str) -> OutreachContactRecorded {
    let directory = directory();
    let found = directory.service(&service(by)).unwrap();
    OutreachContactRecorded {
        service: found.code.clone(),
        organisation: found.organisation.clone(),
        place: code("street"),
        outcome: code("talked"),
    }
}
