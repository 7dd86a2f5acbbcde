//! Sentences for what stands beside treatment: profiles, follow-up, needs, tags, placements, outreach.

use super::sentences::Teller;
use super::words::day;
use crate::fact::{Fact, NeedRaised, PlacementStarted, ProfileStage};
use crate::id::{NeedId, TagId};
use crate::state::REDACTED;

impl Teller<'_> {
    pub(super) fn beside_treatment(&self, fact: &Fact) -> String {
        let words = self.words;
        match fact {
            Fact::OutcomeProfileRecorded(f) => {
                let stage = match f.stage {
                    ProfileStage::Start => "for the start of treatment",
                    ProfileStage::Review => "for a review",
                    ProfileStage::Exit => "for the exit",
                    ProfileStage::PostExit => "after the exit",
                };
                format!("An outcome profile was taken {stage}{}.", self.at(f.episode))
            }
            Fact::ExitRescinded(f) => {
                let why = words.label("exit-rescission-reasons", &f.reason);
                format!(
                    "The episode{} goes on: its exit was taken back. {why}.",
                    self.at(f.episode)
                )
            }
            Fact::FollowUpRecorded(f) => {
                let outcome = words.label("follow-up-outcomes", &f.outcome);
                format!(
                    "The person was followed up after leaving{}: {outcome}.",
                    self.at(f.episode)
                )
            }
            Fact::NeedRaised(f) => self.need_raised(f),
            Fact::NeedCleared(f) => {
                let why = words.label("need-clearing-reasons", &f.reason);
                format!("{} was cleared: {why}.", self.the_need(f.need))
            }
            Fact::TagAdded(f) => {
                let until = f.until.map(|last| format!(" until {}", day(last)));
                let tag = words.label("tags", &f.code);
                format!("Care was counted to: {tag}{}.", until.unwrap_or_default())
            }
            Fact::TagRemoved(f) => format!("Care is no longer counted to: {}.", self.the_tag(f.tag)),
            Fact::PlacementStarted(f) => self.placement_started(f),
            Fact::PlacementEnded(f) => {
                let why = words.label("placement-end-reasons", &f.reason);
                format!("The placement ended: {why}.")
            }
            Fact::OutreachContactRecorded(f) => format!(
                "Met by outreach of {}. Place: {}. Outcome: {}.",
                words.service(&f.service),
                words.label("outreach-places", &f.place),
                words.label("outreach-outcomes", &f.outcome)
            ),
            _ => String::new(),
        }
    }

    fn need_raised(&self, f: &NeedRaised) -> String {
        if f.code.as_str() == REDACTED {
            return "A need or risk was raised that few may see.".to_owned();
        }
        let need = self.words.label("needs-and-risks", &f.code);
        let restricted = if f.restricted { " Few may see this." } else { "" };
        format!("A need or risk was raised: {need}.{restricted}")
    }

    fn the_need(&self, id: NeedId) -> String {
        match self.state.need(id) {
            Some(need) if need.code.as_str() == REDACTED => "A need or risk that few may see".to_owned(),
            Some(need) => format!(
                "The need or risk {}",
                self.words.label("needs-and-risks", &need.code)
            ),
            None => "A need that is not on this record".to_owned(),
        }
    }

    fn the_tag(&self, id: TagId) -> String {
        let tag = self.state.tag(id);
        tag.map_or_else(
            || "a tag that is not on this record".to_owned(),
            |tag| self.words.label("tags", &tag.code),
        )
    }

    fn placement_started(&self, f: &PlacementStarted) -> String {
        let words = self.words;
        let kind = words.label("placement-kinds", &f.kind);
        let provider = match (&f.provider_service, &f.provider) {
            (Some(service), _) => words.service(service),
            (None, Some(provider)) => words.label("placement-providers", provider),
            (None, None) => "not named".to_owned(),
        };
        let payer = match (&f.commissioner_area, &f.commissioner) {
            (Some(area), _) => format!(" Paid by {}.", words.area(area)),
            (None, Some(organisation)) => {
                let name = words.directory.organisation(organisation);
                format!(" Paid by {}.", name.unwrap_or(organisation.as_str()))
            }
            (None, None) => String::new(),
        };
        let until = f
            .planned_until
            .map(|last| format!(", planned until {}", day(last)));
        format!(
            "A placement started: {kind}{}. Provider: {provider}.{payer}",
            until.unwrap_or_default()
        )
    }
}
