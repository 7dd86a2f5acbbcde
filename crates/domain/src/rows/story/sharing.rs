//! Consent, objections, restrictions and agreements, for stories in tests.

use super::{code, day, organisation};
use crate::code::Code;
use crate::fact::*;
use crate::id::{AgreementId, ObjectionId, RestrictionId};
use uuid::Uuid;

pub(crate) fn objection_id(n: u128) -> ObjectionId {
    ObjectionId(Uuid::from_u128(0x9_0000 + n))
}

pub(crate) fn restriction_id(n: u128) -> RestrictionId {
    RestrictionId(Uuid::from_u128(0x9_1000 + n))
}

pub(crate) fn agreement_id(n: u128) -> AgreementId {
    AgreementId(Uuid::from_u128(0x9_2000 + n))
}

/// Sharing with an organisation.
pub(crate) fn sharing_with(who: &str) -> Scope {
    Scope::with_organisation(&organisation(who)).unwrap()
}

pub(crate) fn consented(scope: Scope) -> ConsentGiven {
    ConsentGiven {
        scope,
        wording: Some(Wording {
            form: code("national_leaflet"),
            version: Some(code("2025-04")),
        }),
        organisation: organisation("northshire"),
    }
}

pub(crate) fn refused_consent(scope: Scope) -> ConsentRefused {
    ConsentRefused {
        scope,
        wording: None,
        organisation: organisation("northshire"),
    }
}

pub(crate) fn withdrew_consent(scope: Scope) -> ConsentWithdrawn {
    ConsentWithdrawn {
        scope,
        organisation: organisation("northshire"),
    }
}

/// Objection `n` to sharing with an organisation, told to Northshire.
pub(crate) fn objected(n: u128, against: &str) -> ObjectionMade {
    ObjectionMade {
        objection: objection_id(n),
        purpose: None,
        against: Some(organisation(against)),
        organisation: organisation("northshire"),
    }
}

pub(crate) fn objection_withdrawn(n: u128) -> ObjectionWithdrawn {
    ObjectionWithdrawn {
        objection: objection_id(n),
    }
}

pub(crate) fn answered(n: u128, stands: bool) -> ObjectionAnswered {
    let outcome: Code = code(if stands { UPHELD } else { "compelling_grounds" });
    ObjectionAnswered {
        objection: objection_id(n),
        outcome,
        stands,
    }
}

/// Restriction `n`, placed by Northshire.
pub(crate) fn restricted(n: u128) -> RestrictionPlaced {
    RestrictionPlaced {
        restriction: restriction_id(n),
        ground: code("accuracy_contested"),
        organisation: organisation("northshire"),
    }
}

pub(crate) fn lifted(n: u128) -> RestrictionLifted {
    RestrictionLifted {
        restriction: restriction_id(n),
        reason: code("accuracy_settled"),
    }
}

/// Agreement `n` by which Northshire gives another organisation sight of the record.
pub(crate) fn agreed(n: u128, with: &str, basis: &str, until: Option<&str>) -> AgreementApplied {
    AgreementApplied {
        agreement: agreement_id(n),
        with: organisation(with),
        basis: code(basis),
        until: until.map(day),
        organisation: organisation("northshire"),
    }
}

pub(crate) fn agreement_ended(n: u128) -> AgreementEnded {
    AgreementEnded {
        agreement: agreement_id(n),
        reason: code("no_longer_needed"),
    }
}

/// One fact of each kind about the use of data, and some that name what is not on the record.
pub(crate) fn of_sharing() -> Vec<Fact> {
    let national = || Scope::national_statistics().unwrap();
    vec![
        consented(national()).into(),
        consented(sharing_with("county")).into(),
        refused_consent(national()).into(),
        withdrew_consent(national()).into(),
        objected(1, "southshire").into(),
        ObjectionMade {
            purpose: Some(code("research")),
            against: None,
            ..objected(2, "southshire")
        }
        .into(),
        objection_withdrawn(1).into(),
        objection_withdrawn(9).into(),
        answered(2, true).into(),
        answered(9, false).into(),
        restricted(1).into(),
        lifted(1).into(),
        lifted(9).into(),
        agreed(1, "county", "consent", None).into(),
        agreed(2, "southshire", "sharing_protocol", Some("2026-12-31")).into(),
        agreement_ended(1).into(),
        agreement_ended(9).into(),
    ]
}
