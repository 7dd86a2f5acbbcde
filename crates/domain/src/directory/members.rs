//! Who may act for an organisation, now and at any time before.
//!
//! What counts is when this system was told, not what day somebody wrote down: a membership opens nothing backwards,
//! and an ending ends at once. So these events are taken in the order of the log.

use crate::code::ServiceCode;
use crate::event::{RecordedEvent, Role};
use crate::fact::{Fact, Sector};
use crate::id::{MemberId, RegistrationId};
use crate::when::london_date;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// When this system was told something, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// When it was recorded.
    pub at: Timestamp,
    /// The user who told it, else the system.
    pub by: String,
}

/// Where a membership or a registration stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InForce {
    /// Its first day is to come.
    Planned,
    /// It counts.
    Yes,
    /// Its last day is over.
    RanOut,
    /// It was ended or revoked.
    Ended,
}

impl InForce {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Yes => "in_force",
            Self::RanOut => "ran_out",
            Self::Ended => "ended",
        }
    }
}

/// A system that may ask for an organisation, or might.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Its id.
    pub id: RegistrationId,
    /// The system.
    pub client: String,
    /// What it is for.
    pub sector: Sector,
    /// In which roles it asks.
    pub roles: Vec<Role>,
    /// For which services of the organisation alone; for all when absent.
    pub services: Option<BTreeSet<ServiceCode>>,
    /// Since when.
    pub registered: Told,
    /// Since when no longer.
    pub revoked: Option<Told>,
}

impl Registration {
    /// Whether it counts by what is known now.
    pub fn in_force(&self) -> InForce {
        match self.revoked {
            Some(_) => InForce::Ended,
            None => InForce::Yes,
        }
    }

    /// Whether it counted at an instant.
    pub fn in_force_at(&self, at: Timestamp) -> Option<InForce> {
        (self.registered.at <= at).then(|| match &self.revoked {
            Some(revoked) if revoked.at <= at => InForce::Ended,
            _ => InForce::Yes,
        })
    }
}

/// Somebody who may act for an organisation in a role, or might.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its id.
    pub id: MemberId,
    /// Who.
    pub user: String,
    /// In which role.
    pub role: Role,
    /// The first day; at once when absent.
    pub from: Option<Date>,
    /// When and by whom it was granted.
    pub granted: Told,
    /// The last day as it was granted and changed, in the order of the log.
    lasts: Vec<(Timestamp, Option<Date>)>,
    /// When and by whom it was ended.
    pub ended: Option<Told>,
}

impl Member {
    /// The last day, by what is known now.
    pub fn until(&self) -> Option<Date> {
        self.lasts.last().and_then(|(_, until)| *until)
    }

    /// The last day, by what was known at an instant.
    pub fn until_at(&self, at: Timestamp) -> Option<Date> {
        let mut lasts = self.lasts.iter().rev();
        lasts.find(|(told, _)| *told <= at).and_then(|(_, until)| *until)
    }

    /// Whether it counts on a day, by what is known now. No clock but the day's: it counts as soon as it is known.
    pub fn in_force(&self, today: Date) -> InForce {
        stands(self.from, self.until(), self.ended.is_some(), today)
    }

    /// Whether it counted at an instant; `None` before it was granted.
    pub fn in_force_at(&self, at: Timestamp) -> Option<InForce> {
        let known = self.lasts.iter().rev().find(|(told, _)| *told <= at)?;
        let ended = self.ended.as_ref().is_some_and(|ended| ended.at <= at);
        Some(stands(self.from, known.1, ended, london_date(at)))
    }
}

fn stands(from: Option<Date>, until: Option<Date>, ended: bool, day: Date) -> InForce {
    if ended {
        InForce::Ended
    } else if until.is_some_and(|last| last < day) {
        InForce::RanOut
    } else if from.is_some_and(|first| day < first) {
        InForce::Planned
    } else {
        InForce::Yes
    }
}

/// The members of one organisation and the systems that ask for it, those that are no longer included, in the order
/// of the log.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    registrations: Vec<Registration>,
    members: Vec<Member>,
}

impl Roster {
    /// Every system.
    pub fn registrations(&self) -> &[Registration] {
        &self.registrations
    }

    /// Every membership.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// A system's registration.
    pub fn registration(&self, id: RegistrationId) -> Option<&Registration> {
        self.registrations.iter().find(|one| one.id == id)
    }

    /// A membership.
    pub fn member(&self, id: MemberId) -> Option<&Member> {
        self.members.iter().find(|one| one.id == id)
    }

    /// The registration by which a system asks in a role.
    pub fn asks(&self, client: &str, role: Role) -> Option<&Registration> {
        self.registrations
            .iter()
            .find(|one| one.client == client && one.roles.contains(&role) && one.in_force() == InForce::Yes)
    }

    /// The services for which alone a system asks in a role: those of all its registrations for that role; `None` for
    /// all services, where one of them is not restricted.
    pub fn services_of(&self, client: &str, role: Role) -> Option<BTreeSet<ServiceCode>> {
        let mut services = BTreeSet::new();
        let asks = |one: &&Registration| {
            one.client == client && one.roles.contains(&role) && one.in_force() == InForce::Yes
        };
        for one in self.registrations.iter().filter(asks) {
            services.extend(one.services.clone()?);
        }
        Some(services)
    }

    /// The membership by which somebody acts in a role on a day.
    pub fn acts(&self, user: &str, role: Role, today: Date) -> Option<&Member> {
        self.members
            .iter()
            .find(|one| one.user == user && one.role == role && one.in_force(today) == InForce::Yes)
    }

    /// True for what tells who acts for an organisation.
    pub fn is_told_by(fact: &Fact) -> bool {
        matches!(
            fact,
            Fact::ClientRegistered(_)
                | Fact::ClientRestricted(_)
                | Fact::ClientRevoked(_)
                | Fact::MemberGranted(_)
                | Fact::MembershipChanged(_)
                | Fact::MembershipEnded(_)
        )
    }

    /// Learns the next event of the log.
    pub(super) fn learn(&mut self, event: &RecordedEvent) {
        let actor = &event.envelope.actor;
        let told = Told {
            at: event.envelope.recorded_at,
            by: actor.user.clone().unwrap_or_else(|| actor.client.clone()),
        };
        match event.fact() {
            Some(Fact::ClientRegistered(f)) => self.registrations.push(Registration {
                id: f.registration,
                client: f.client.as_str().to_owned(),
                sector: f.sector,
                roles: f.roles.clone(),
                services: None,
                registered: told,
                revoked: None,
            }),
            Some(Fact::ClientRestricted(f)) => {
                if let Some(one) = self.registrations.iter_mut().find(|one| one.id == f.registration) {
                    one.services = Some(f.services.iter().cloned().collect());
                }
            }
            Some(Fact::ClientRevoked(f)) => {
                if let Some(one) = self.registrations.iter_mut().find(|one| one.id == f.registration) {
                    one.revoked.get_or_insert(told);
                }
            }
            Some(Fact::MemberGranted(f)) => self.members.push(Member {
                id: f.member,
                user: f.user.as_str().to_owned(),
                role: f.role,
                from: f.from,
                lasts: vec![(told.at, f.until)],
                granted: told,
                ended: None,
            }),
            Some(Fact::MembershipChanged(f)) => {
                if let Some(one) = self.members.iter_mut().find(|one| one.id == f.member) {
                    one.lasts.push((told.at, f.until));
                }
            }
            Some(Fact::MembershipEnded(f)) => {
                if let Some(one) = self.members.iter_mut().find(|one| one.id == f.member) {
                    one.ended.get_or_insert(told);
                }
            }
            _ => {}
        }
    }
}
