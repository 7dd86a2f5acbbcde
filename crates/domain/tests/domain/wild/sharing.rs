//! Consent, objections, restrictions and agreements that need not fit each other.

use super::few;
use crate::story::{POLICE, SUNDERLAND, code, day};
use proptest::prelude::*;
use proptest::sample::select;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::fact::*;
use throughcare_domain::id::{AgreementId, ObjectionId, RestrictionId};

fn who() -> impl Strategy<Value = OrganisationCode> {
    select(vec![SUNDERLAND, POLICE]).prop_map(|code| OrganisationCode::parse(code).unwrap())
}

fn scope() -> impl Strategy<Value = Scope> {
    let with = who().prop_map(|with| Scope::with_organisation(&with).unwrap());
    prop_oneof![Just(Scope::national_statistics().unwrap()), with]
}

pub(super) fn sharing_fact() -> impl Strategy<Value = Fact> {
    let objected = (few::<ObjectionId>(), proptest::option::of(who()), who());
    let agreed = (
        few::<AgreementId>(),
        who(),
        who(),
        select(vec!["consent", "sharing_protocol"]),
        proptest::option::of(Just(day("2026-01-20"))),
    );
    prop_oneof![
        2 => (scope(), who()).prop_map(|(scope, organisation)| {
            ConsentGiven { scope, wording: None, organisation }.into()
        }),
        1 => (scope(), who()).prop_map(|(scope, organisation)| {
            ConsentRefused { scope, wording: None, organisation }.into()
        }),
        2 => (scope(), who()).prop_map(|(scope, organisation)| ConsentWithdrawn { scope, organisation }.into()),
        2 => objected.prop_map(|(objection, against, organisation)| {
            let purpose = against.is_none().then(|| code(NATIONAL_STATISTICS));
            ObjectionMade { objection, purpose, against, organisation }.into()
        }),
        1 => few::<ObjectionId>().prop_map(|objection| ObjectionWithdrawn { objection }.into()),
        1 => (few::<ObjectionId>(), any::<bool>()).prop_map(|(objection, stands)| {
            ObjectionAnswered { objection, outcome: code("upheld"), stands }.into()
        }),
        1 => (few::<RestrictionId>(), who()).prop_map(|(restriction, organisation)| {
            RestrictionPlaced { restriction, ground: code("unlawful"), organisation }.into()
        }),
        1 => few::<RestrictionId>().prop_map(|restriction| {
            RestrictionLifted { restriction, reason: code("person_agreed") }.into()
        }),
        3 => agreed.prop_map(|(agreement, with, organisation, basis, until)| {
            AgreementApplied { agreement, with, basis: code(basis), until, organisation }.into()
        }),
        1 => few::<AgreementId>().prop_map(|agreement| {
            AgreementEnded { agreement, reason: code("person_asked") }.into()
        }),
    ]
}
