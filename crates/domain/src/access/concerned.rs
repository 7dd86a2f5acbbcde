//! Which organisations a record concerns: whoever recorded something in it, and whoever a fact of it brings in.
//!
//! The database's own net rests on this (row-level security, `ARCHITECTURE.md`). It cannot know what is sealed, so it is
//! told of each fact, when the fact is recorded, whom it brings in. It is coarser than [`super::visibility`] and never
//! narrower: a property test holds that whoever sees anything of a record is concerned by it. Whoever has a line about
//! somebody on a list is let through by that line; which lines those are depends on the directory, and changes with it.

use crate::code::OrganisationCode;
use crate::fact::Fact;

/// The organisations that a fact brings in, beside the one that recorded it.
///
/// Whom the person objects to, and to whom they let the record be shown, is not brought in by that: what gives sight is
/// the agreement.
pub fn brought_in(fact: &Fact) -> Vec<&OrganisationCode> {
    match fact {
        Fact::ReferralReceived(one) => vec![&one.from_organisation, &one.to_organisation],
        Fact::EpisodeOpened(one) => vec![&one.organisation],
        Fact::ProviderChanged(one) => vec![&one.from_organisation, &one.to_organisation],
        Fact::AgreementApplied(one) => vec![&one.with, &one.organisation],
        Fact::AssessmentRequired(one) => vec![&one.organisation],
        Fact::RequirementImposed(one) => vec![&one.organisation],
        Fact::ResolvedOutOfCourt(one) => vec![&one.organisation],
        Fact::CohortJoined(one) => vec![&one.organisation],
        Fact::LiaisonContactRecorded(one) => vec![&one.organisation],
        Fact::NeedRaised(one) => vec![&one.organisation],
        Fact::TagAdded(one) => vec![&one.organisation],
        Fact::OutreachContactRecorded(one) => vec![&one.organisation],
        Fact::PlacementStarted(one) => vec![&one.organisation],
        Fact::PresenceAttested(one) => vec![&one.organisation],
        Fact::GlassBroken(one) => vec![&one.organisation],
        Fact::ErasureAsked(one) => vec![&one.organisation],
        Fact::ErasureConfirmed(one) => vec![&one.organisation],
        Fact::HoldPlaced(one) => vec![&one.organisation],
        Fact::RestrictionPlaced(one) => vec![&one.organisation],
        Fact::ObjectionMade(one) => vec![&one.organisation],
        Fact::ConsentGiven(one) => vec![&one.organisation],
        Fact::ConsentRefused(one) => vec![&one.organisation],
        Fact::ConsentWithdrawn(one) => vec![&one.organisation],
        // All others are their recorder's alone: `store/tests/store/row_security.rs` finds one that names an organisation.
        _ => Vec::new(),
    }
}
