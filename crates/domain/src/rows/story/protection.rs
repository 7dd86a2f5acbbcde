//! Erasures and legal holds, for stories in tests.

use super::{code, day, organisation};
use crate::code::UserName;
use crate::fact::*;
use crate::id::{ErasureId, HoldId};
use uuid::Uuid;

pub(crate) fn erasure_id(n: u128) -> ErasureId {
    ErasureId(Uuid::from_u128(0x9_4000 + n))
}

pub(crate) fn hold_id(n: u128) -> HoldId {
    HoldId(Uuid::from_u128(0x9_5000 + n))
}

fn user(name: &str) -> UserName {
    UserName::parse(name).unwrap()
}

/// Erasure `n` of everything, asked for by an organisation.
pub(crate) fn erasure_asked(n: u128, by: &str) -> ErasureAsked {
    ErasureAsked {
        erasure: erasure_id(n),
        what: Erased::Everything,
        basis: code("unlawful"),
        organisation: organisation(by),
        user: user("p.officer"),
    }
}

pub(crate) fn erasure_confirmed(n: u128, carried_out_on: &str) -> ErasureConfirmed {
    ErasureConfirmed {
        erasure: erasure_id(n),
        carried_out_on: day(carried_out_on),
        organisation: organisation("northshire"),
        user: user("q.officer"),
    }
}

pub(crate) fn erasure_taken_back(n: u128) -> ErasureTakenBack {
    ErasureTakenBack {
        erasure: erasure_id(n),
        reason: code("person_asked"),
        user: user("p.officer"),
    }
}

/// Legal hold `n`.
pub(crate) fn held(n: u128, by: &str) -> HoldPlaced {
    HoldPlaced {
        hold: hold_id(n),
        ground: code("inquest"),
        organisation: organisation(by),
    }
}

pub(crate) fn hold_lifted(n: u128) -> HoldLifted {
    HoldLifted {
        hold: hold_id(n),
        reason: code("concluded"),
    }
}

/// One fact of each kind, and some that name what is not on the record.
pub(crate) fn of_protection() -> Vec<Fact> {
    vec![
        erasure_asked(1, "northshire").into(),
        ErasureAsked {
            what: Erased::Identity,
            ..erasure_asked(2, "northshire")
        }
        .into(),
        erasure_confirmed(1, "2026-12-20").into(),
        erasure_confirmed(1, "2026-12-20").into(),
        erasure_confirmed(9, "2026-12-20").into(),
        erasure_taken_back(1).into(),
        erasure_taken_back(1).into(),
        erasure_taken_back(9).into(),
        held(1, "gatehouse").into(),
        hold_lifted(1).into(),
        hold_lifted(1).into(),
        hold_lifted(9).into(),
    ]
}
