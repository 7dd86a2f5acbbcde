//! Erasures and legal holds that need not fit each other.

use super::few;
use crate::story::{SUNDERLAND, code, day};
use proptest::prelude::*;
use throughcare_domain::code::{OrganisationCode, UserName};
use throughcare_domain::fact::*;
use throughcare_domain::id::{ErasureId, HoldId};

pub(super) fn protection_fact() -> impl Strategy<Value = Fact> {
    let organisation = || OrganisationCode::parse(SUNDERLAND).unwrap();
    let user = || UserName::parse("p.officer").unwrap();
    prop_oneof![
        (few::<ErasureId>(), any::<bool>()).prop_map(move |(erasure, all)| {
            let what = if all { Erased::Everything } else { Erased::Identity };
            let basis = code("unlawful");
            ErasureAsked {
                erasure,
                what,
                basis,
                organisation: organisation(),
                user: user(),
            }
            .into()
        }),
        few::<ErasureId>().prop_map(move |erasure| {
            let carried_out_on = day("2026-01-20");
            ErasureConfirmed {
                erasure,
                carried_out_on,
                organisation: organisation(),
                user: user(),
            }
            .into()
        }),
        few::<ErasureId>().prop_map(move |erasure| {
            ErasureTakenBack {
                erasure,
                reason: code("person_asked"),
                user: user(),
            }
            .into()
        }),
        few::<HoldId>().prop_map(move |hold| {
            HoldPlaced {
                hold,
                ground: code("inquest"),
                organisation: organisation(),
            }
            .into()
        }),
        few::<HoldId>().prop_map(|hold| HoldLifted {
            hold,
            reason: code("concluded")
        }
        .into()),
    ]
}
