//! What a system reaches that asks for some services of its organisation alone.
//!
//! Its organisation's membership, role and sight are judged as for any other; this narrows them. It names no other
//! service of its organisation, and reaches nobody whom its own services neither treat nor were asked to take on.
//!
//! Source: issue 5, "Access"; `trust.md`, "Who may see what" (a relationship needs an act of somebody else).

use crate::code::ServiceCode;
use crate::continuity::{PlannedRelease, ReleaseFacts};
use crate::directory::Directory;
use crate::fact::Fact;
use crate::history::History;
use crate::id::{EpisodeId, EventId, ReferralId};
use crate::state::PersonState;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The system, and its services.
#[derive(Clone, Copy, Debug)]
pub struct Narrowed<'a> {
    /// The system that asks.
    pub client: &'a str,
    /// For which services alone.
    pub services: &'a BTreeSet<ServiceCode>,
}

impl Narrowed<'_> {
    /// True when a record concerns one of the services: it treats or treated the person, was asked to take them on, or
    /// custody hands the person over to it; or the system opened the record. What the system asked or opened by itself
    /// on a record of others counts for nothing: nobody gains sight by an act of their own.
    pub fn concerns(self, history: &History, directory: &Directory) -> bool {
        let state = history.now();
        let of_the_system = |event: EventId| {
            let mut events = history.events().iter();
            events.any(|one| one.envelope.id == event && one.envelope.actor.client == self.client)
        };
        let opened = || {
            let mut events = history.events().iter();
            events.any(|one| {
                one.envelope.actor.client == self.client
                    && matches!(one.fact(), Some(Fact::PersonRegistered(_)))
            })
        };
        let asked = || {
            let mut referrals = state.referrals.iter();
            referrals.any(|one| self.has(state, &one.to_service) && !of_the_system(one.received.by))
        };
        let treated = || {
            let mut episodes = state.episodes.iter();
            episodes.any(|one| {
                let by_itself = match one.referral.and_then(|referral| state.referral(referral)) {
                    Some(referral) => of_the_system(referral.received.by),
                    None => of_the_system(one.opened.by),
                };
                self.has(state, &one.service) && !by_itself
            })
        };
        opened() || asked() || treated() || self.is_handed(state, directory)
    }

    /// True when a thing of a record may be addressed: a referral or an episode that is not of another service of the
    /// organisation. Whatever else hangs on the record follows the record.
    pub fn may_address(self, state: &PersonState, directory: &Directory, id: Uuid) -> bool {
        let services = [
            state.referral(ReferralId(id)).map(|one| &one.to_service),
            state.episode(EpisodeId(id)).map(|one| &one.service),
        ];
        services
            .into_iter()
            .flatten()
            .all(|service| self.has(state, service) || !self.is_sibling(state.provider(service), directory))
    }

    fn has(self, state: &PersonState, service: &ServiceCode) -> bool {
        self.services.contains(state.provider(service))
    }

    /// True for a service of the same organisation that is none of the system's.
    fn is_sibling(self, service: &ServiceCode, directory: &Directory) -> bool {
        let organisation = |code| directory.service(code).map(|one| &one.organisation);
        let own = self.services.iter().find_map(organisation);
        own.is_some() && organisation(service) == own && !self.services.contains(service)
    }

    fn is_handed(self, state: &PersonState, directory: &Directory) -> bool {
        let owned = |owners: &[ServiceCode]| owners.iter().any(|owner| self.has(state, owner));
        let at_large = state.custody.open_spell().is_none();
        let released = ReleaseFacts::all(state, directory);
        let planned = PlannedRelease::all(state, directory);
        released
            .last()
            .is_some_and(|release| at_large && owned(&release.owners))
            || planned.iter().any(|plan| owned(&plan.owners))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::{PersonRegistered, ReleaseEffect, ServiceKind, ServiceOpened};
    use crate::rows::story::*;

    const SYSTEM: &str = "southshire-records";

    fn reaches(story: &Story, services: &[&str]) -> bool {
        let services = services.iter().map(|code| service(code)).collect();
        let narrowed = Narrowed {
            client: SYSTEM,
            services: &services,
        };
        narrowed.concerns(&story.history(), &directory())
    }

    #[test]
    fn given_a_system_of_one_service_then_it_reaches_whom_others_send_to_it_and_whom_it_treats() {
        let treated = Story::new().on("2026-03-01", opened(1, "northshire-community"));
        assert!(reaches(&treated, &["northshire-community"]));
        assert!(
            reaches(&treated, &["southshire-community", "northshire-community"]),
            "of two"
        );
        assert!(!reaches(&treated, &["southshire-community"]));
        let asked = treated
            .by("gatehouse")
            .on("2026-03-02", referral(2, "southshire-community"));
        assert!(reaches(&asked, &["southshire-community"]));
    }

    #[test]
    fn given_a_record_of_others_when_a_system_refers_to_its_own_service_then_it_reaches_nobody_by_that() {
        let story = Story::new()
            .on("2026-03-01", opened(1, "northshire-community"))
            .by("southshire")
            .on("2026-03-02", referral(2, "southshire-community"))
            .on("2026-03-03", accepted(2));
        let client = story
            .history()
            .events()
            .last()
            .map(|event| event.envelope.actor.client.clone());
        let client = client.expect("an event");
        let services = BTreeSet::from([service("southshire-community")]);
        let by = |client: &str| {
            let narrowed = Narrowed {
                client,
                services: &services,
            };
            narrowed.concerns(&story.history(), &directory())
        };
        assert!(!by(&client), "its own act");
        assert!(by("another-system"), "the control: somebody else asked");
    }

    /// Whether a system of `southshire-community` reaches the record, of which it told what has these numbers.
    fn reaches_having_told(story: &Story, told: &[usize]) -> bool {
        let mut events = story.history().events().to_vec();
        for number in told {
            events[*number - 1].envelope.actor.client = SYSTEM.into();
        }
        let services = BTreeSet::from([service("southshire-community")]);
        let narrowed = Narrowed {
            client: SYSTEM,
            services: &services,
        };
        narrowed.concerns(&History::new(events), &directory())
    }

    #[test]
    fn given_a_system_that_told_something_else_of_a_record_then_what_others_asked_still_counts() {
        let story = Story::new()
            .on("2026-03-01", opened(1, "northshire-community"))
            .by("gatehouse")
            .on("2026-03-02", referral(2, "southshire-community"))
            .by("southshire")
            .on("2026-03-03", accepted(2));
        assert!(reaches_having_told(&story, &[3]), "others asked; it accepted");
        assert!(!reaches_having_told(&story, &[2]), "it asked by itself");
    }

    #[test]
    fn given_a_record_that_was_opened_then_it_is_reached_by_the_system_that_opened_it_and_by_no_other() {
        let registered = PersonRegistered {
            date_of_birth: None,
            sex: None,
            ethnicity: None,
        };
        let story = Story::new()
            .on("2026-03-01", registered)
            .on("2026-03-01", opened(1, "northshire-community"));
        assert!(reaches_having_told(&story, &[1]));
        assert!(!reaches_having_told(&story, &[2]));
        assert!(!reaches_having_told(&story, &[]));
    }

    #[test]
    fn given_a_release_made_or_planned_then_the_service_that_is_handed_the_person_reaches_them() {
        let inside = Story::new().on("2026-01-01", received("MDI"));
        assert!(!reaches(&inside, &["southshire-community"]));
        let to = Some(SOUTHSHIRE);
        let planned = inside
            .clone()
            .on("2026-02-01", planned(1, "MDI", "2026-03-01", to));
        assert!(reaches(&planned, &["southshire-community"]));
        assert!(!reaches(&planned, &["northshire-community"]));
        let released = inside.on("2026-03-01", released("MDI", ReleaseEffect::Community, to));
        assert!(reaches(&released, &["southshire-community"]));
        assert!(!reaches(&released, &["northshire-community"]));
        // Whoever is back in custody is handed to nobody.
        let back = released.on("2026-03-05", received("MDI"));
        assert!(!reaches(&back, &["southshire-community"]));
    }

    #[test]
    fn given_a_person_of_two_services_then_a_system_of_the_one_addresses_nothing_of_the_other() {
        let both = Story::new()
            .on("2026-03-01", opened(1, "northshire-community"))
            .on("2026-03-02", referral(2, "southshire-community"));
        let state = both.state();
        let may = |of: &str, id: Uuid| {
            let services = BTreeSet::from([service(of)]);
            let narrowed = Narrowed {
                client: SYSTEM,
                services: &services,
            };
            narrowed.may_address(&state, &directory(), id)
        };
        assert!(may("northshire-community", episode_id(1).0));
        assert!(
            may("southshire-community", episode_id(1).0),
            "of another organisation: by its own rules"
        );

        // The same organisation has two.
        let open = |code: &str| ServiceOpened {
            service: service(code),
            name: code.into(),
            kind: ServiceKind::Community,
            areas: Vec::new(),
            prisons: Vec::new(),
        };
        let told = Story::new()
            .by("northshire")
            .on("2020-01-01", open("northshire-community"))
            .on("2020-01-01", open("northshire-young"));
        let directory = Directory::fold(told.history().events());
        let of_the_young = BTreeSet::from([service("northshire-young")]);
        let narrowed = Narrowed {
            client: SYSTEM,
            services: &of_the_young,
        };
        assert!(!narrowed.may_address(&state, &directory, episode_id(1).0));
        assert!(narrowed.may_address(&state, &directory, referral_id(2).0));
    }
}
