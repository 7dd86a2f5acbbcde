//! Ids worth showing, for the first requests that somebody new to the program makes.

use crate::cast;
use crate::entry::Entry;
use throughcare_domain::event::Draft;
use throughcare_domain::fact::Fact;
use throughcare_domain::id::{EventId, PersonId, PlanId, ReferralId};

/// Ids worth showing. Each is there when the county has enough people for the cast.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handful {
    /// Released to Northshire 19 days before the plan's last day; nobody has picked them up.
    pub lost_at_the_gate: Option<PersonId>,
    /// That release.
    pub lost_release: Option<EventId>,
    /// In treatment with Northshire's community service.
    pub in_treatment: Option<PersonId>,
    /// A referral to Northshire's community service that nobody has decided on.
    pub open_referral: Option<ReferralId>,
    /// Whom it is about.
    pub referred: Option<PersonId>,
    /// In Moorland, with a release planned ten days after the plan's last day, and made ready.
    pub planned: Option<PersonId>,
    /// That plan.
    pub planned_release: Option<PlanId>,
}

impl Handful {
    /// Looks at the entries of one person.
    pub(crate) fn see(&mut self, number: u32, entries: &[Entry]) {
        let person = entries.first().map(|entry| PersonId(entry.stream.id));
        let mut drafts = entries.iter().flat_map(|entry| &entry.drafts);
        match number {
            cast::LOST => {
                self.lost_at_the_gate = person;
                self.lost_release = drafts.find_map(released);
            }
            cast::IN_TREATMENT => self.in_treatment = person,
            cast::OPEN_REFERRAL => {
                self.referred = person;
                self.open_referral = drafts.find_map(referral);
            }
            cast::PLANNED => {
                self.planned = person;
                self.planned_release = drafts.find_map(plan);
            }
            _ => {}
        }
    }
}

fn released(draft: &Draft) -> Option<EventId> {
    matches!(draft.fact, Fact::Released(_)).then_some(draft.id)
}

fn referral(draft: &Draft) -> Option<ReferralId> {
    match &draft.fact {
        Fact::ReferralReceived(fact) => Some(fact.referral),
        _ => None,
    }
}

fn plan(draft: &Draft) -> Option<PlanId> {
    match &draft.fact {
        Fact::ReleasePlanned(fact) => Some(fact.plan),
        _ => None,
    }
}
