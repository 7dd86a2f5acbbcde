//! Sight withheld, presence attested and looks in an emergency that need not fit each other.

use super::few;
use crate::story::{SUNDERLAND, code};
use proptest::prelude::*;
use throughcare_domain::code::{OrganisationCode, UserName};
use throughcare_domain::fact::*;
use throughcare_domain::id::{GlassId, ReferralId};

pub(super) fn sight_fact() -> impl Strategy<Value = Fact> {
    let organisation = || OrganisationCode::parse(SUNDERLAND).unwrap();
    let user = || UserName::parse("r.okafor").unwrap();
    prop_oneof![
        1 => few::<ReferralId>().prop_map(|referral| SightWithheld { referral }.into()),
        1 => few::<ReferralId>().prop_map(move |referral| {
            let attested = code("document_seen");
            PresenceAttested { referral, attested, organisation: organisation(), user: user() }.into()
        }),
        1 => few::<GlassId>().prop_map(move |glass| {
            let until = "2026-01-10T17:00:00Z".parse().unwrap();
            GlassBroken { glass, reason: code("overdose"), until, organisation: organisation(), user: user() }.into()
        }),
        1 => few::<GlassId>().prop_map(move |glass| {
            GlassReviewed { glass, outcome: code("justified"), user: user() }.into()
        }),
    ]
}
