//! Sight that no care explains yet, for stories in tests.

use super::{code, organisation, referral_id};
use crate::code::UserName;
use crate::fact::*;
use crate::id::GlassId;
use uuid::Uuid;

pub(crate) fn glass_id(n: u128) -> GlassId {
    GlassId(Uuid::from_u128(0x9_3000 + n))
}

fn user(name: &str) -> UserName {
    UserName::parse(name).unwrap()
}

/// Referral `n` gives no sight.
pub(crate) fn withheld(n: u128) -> SightWithheld {
    SightWithheld {
        referral: referral_id(n),
    }
}

/// Somebody of Southshire attested that the person of referral `n` is there.
pub(crate) fn attested(n: u128) -> PresenceAttested {
    PresenceAttested {
        referral: referral_id(n),
        attested: code("document_seen"),
        organisation: organisation("southshire"),
        user: user("c.walker"),
    }
}

/// A clinician of Southshire looked until a moment.
pub(crate) fn glass_broken(n: u128, until: &str) -> GlassBroken {
    GlassBroken {
        glass: glass_id(n),
        reason: code("overdose"),
        until: until.parse().unwrap(),
        organisation: organisation("southshire"),
        user: user("dr.lee"),
    }
}

pub(crate) fn glass_reviewed(n: u128) -> GlassReviewed {
    GlassReviewed {
        glass: glass_id(n),
        outcome: code("justified"),
        user: user("p.officer"),
    }
}

/// One fact of each kind, and some that name what is not on the record.
pub(crate) fn of_sight() -> Vec<Fact> {
    vec![
        withheld(1).into(),
        withheld(9).into(),
        attested(1).into(),
        attested(9).into(),
        glass_broken(1, "2026-03-01T17:00:00Z").into(),
        glass_reviewed(1).into(),
        glass_reviewed(1).into(),
        glass_reviewed(9).into(),
    ]
}
