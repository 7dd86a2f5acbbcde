//! Who records: staff of a service, or a system.

use crate::dice::Dice;
use crate::places::{Place, organisation};
use throughcare_domain::event::{Actor, Origin, Role};

/// Who records a step.
#[derive(Clone, Debug)]
pub(crate) struct Voice {
    pub(crate) actor: Actor,
    /// The name under which its references are unique; none for what is typed.
    pub(crate) system: Option<&'static str>,
}

impl Voice {
    pub(crate) fn origin(&self) -> Origin {
        if self.actor.user.is_some() {
            Origin::Staff
        } else {
            Origin::Machine
        }
    }

    /// How many work in each service.
    pub(crate) const STAFF: i32 = 12;

    /// The user name of a worker, by number from 1.
    pub(crate) fn worker(service: &str, number: i32) -> String {
        format!("{service}-worker-{number:02}")
    }

    /// A member of staff of a treatment service.
    pub(crate) fn staff(service: &str, dice: &mut Dice) -> Self {
        let place = Place::of(service);
        let number = dice.number(1..=Self::STAFF);
        Self {
            actor: Actor {
                client: format!("{}-records", place.organisation),
                user: Some(Self::worker(service, number)),
                organisation: organisation(place.organisation),
                role: Role::Worker,
            },
            system: None,
        }
    }

    fn system(client: &str, of: &str, system: &'static str) -> Self {
        Self {
            actor: Actor {
                client: client.to_owned(),
                user: None,
                organisation: organisation(of),
                role: Role::Liaison,
            },
            system: Some(system),
        }
    }

    /// The feed of movements and release dates from the prisons.
    pub(crate) fn prison_feed() -> Self {
        Self::system("prison-movements", "county-liaison", "prison-feed")
    }

    /// The system of the arrest-referral workers.
    pub(crate) fn arrest_referral() -> Self {
        Self::system("arrest-referral", "county-liaison", "custody-suite")
    }

    /// The system of the court liaison workers.
    pub(crate) fn court() -> Self {
        Self::system("court-liaison", "county-liaison", "court-list")
    }

    /// The probation service's case system.
    pub(crate) fn probation() -> Self {
        Self::system("probation-cases", "northshire-probation", "probation-cases")
    }

    /// Who keeps the directory, for an organisation.
    pub(crate) fn administrator(of: &str) -> Self {
        Self {
            actor: Actor {
                client: "county-directory".to_owned(),
                user: Some("directory-administrator".to_owned()),
                organisation: organisation(of),
                role: Role::Administrator,
            },
            system: None,
        }
    }
}
