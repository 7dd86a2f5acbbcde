//! The contract that moves once in a county's years: who takes over, on which day, and what that means for who speaks.
//!
//! Source: `domain.md` section 8, paper 002 (bulk transfer to a new provider).

use crate::dice::later;
use crate::entry::Entry;
use crate::places::{LEFT, TAKES_OVER, service};
use crate::plan::{Plan, start_of};
use crate::voice::Voice;
use jiff::{SignedDuration, Timestamp, civil::Date};
use throughcare_domain::command::{Asked, Command};
use throughcare_domain::directory::{Contract, Directory};
use throughcare_domain::event::Actor;
use throughcare_domain::fact::ProviderChanged;
use throughcare_domain::history::History;
use throughcare_domain::rows::{GoesOver, rows};
use throughcare_domain::state::PersonState;
use throughcare_domain::when::{Occurred, days_between};

/// How many days before it moves everybody knows, and the service that takes over is there.
pub(crate) const DAYS_AHEAD: i32 = 14;

/// The first of a month, when three fifths of the plan's time are over.
pub(crate) fn day_of(plan: &Plan) -> Date {
    let past = later(plan.from, days_between(plan.from, plan.until) * 3 / 5);
    later(past.last_of_month(), 1)
}

/// The move, as a story meets it.
pub(crate) struct Handover {
    contract: Contract,
    /// Who there is once everybody has been told.
    directory: Directory,
    /// Who there was before: lines are as they were when the person's last event was recorded.
    before: Directory,
    told_at: Timestamp,
    begins: Timestamp,
}

impl Handover {
    /// The one of the directory, which an entry of a service told; nothing when no contract moves.
    pub(crate) fn of(directory: &Directory, before: Directory, services: &[Entry]) -> Option<Self> {
        let contract = directory.contract_of(&service(LEFT))?.clone();
        let told = services
            .iter()
            .find(|entry| entry.drafts.iter().any(|draft| draft.id == contract.by))?;
        Some(Self {
            directory: directory.clone(),
            before,
            told_at: told.recorded_at,
            begins: start_of(contract.told.on),
            contract,
        })
    }

    /// True for what is recorded once the other service has taken over.
    pub(crate) fn has_begun(&self, at: Timestamp) -> bool {
        self.begins <= at
    }

    /// When the program gets to somebody on the day: one after the other, within the first hour.
    pub(crate) fn turn_of(&self, person: u32) -> Timestamp {
        self.begins + SignedDuration::from_secs(60 + i64::from(person.wrapping_mul(7_919) % 3_540))
    }

    /// True when a voice is of the organisation that is left.
    pub(crate) fn is_left(&self, voice: &Voice) -> bool {
        voice.actor.organisation == self.contract.from_organisation
    }

    /// The colleague of the service that took over who says what this voice would have said.
    pub(crate) fn colleague(&self, voice: &Voice) -> Voice {
        let user = voice.actor.user.as_deref();
        let user = user.map(|name| name.replacen(LEFT, TAKES_OVER.code, 1));
        Voice {
            actor: Actor {
                client: format!("{}-records", TAKES_OVER.organisation),
                user,
                organisation: self.contract.told.to_organisation.clone(),
                role: voice.actor.role,
            },
            system: voice.system,
        }
    }

    /// The move itself.
    pub(crate) fn contract(&self) -> &Contract {
        &self.contract
    }

    /// True when the service that is left was asked to help, or treats or treated the person.
    pub(crate) fn knows(&self, state: &PersonState) -> bool {
        let left = &self.contract.told.from_service;
        state.referrals.iter().any(|one| one.to_service == *left)
            || state.episodes.iter().any(|one| one.service == *left)
    }

    /// What is recorded in a person's record: nothing for those with nothing open, and for those who went over.
    pub(crate) fn asked(&self, history: &History) -> Option<Asked> {
        let (state, told) = (history.now(), &self.contract.told);
        let mut changes = state.provider_changes.iter();
        let gone = changes.any(|one| one.contract == told.contract);
        // Lines come of referrals to the service and of its episodes, of releases to its area, and of what does not fit.
        let in_prison = !state.custody.releases.is_empty() || !state.plans.is_empty();
        if gone || !(in_prison || self.knows(state) || !state.conflicts.is_empty()) {
            return None;
        }
        let goes = GoesOver::on(told.on);
        let last = history.events().last()?.envelope.recorded_at;
        let known = if last < self.told_at {
            &self.before
        } else {
            &self.directory
        };
        let lines = rows(state, known);
        let mut lines = lines.iter();
        lines
            .any(|line| goes.takes(line, &told.from_service, told.on))
            .then(|| Asked {
                under: String::new(),
                occurred: Occurred::On(told.on),
                note: None,
                command: Command::ChangeProvider(ProviderChanged {
                    contract: told.contract,
                    from_service: told.from_service.clone(),
                    from_organisation: self.contract.from_organisation.clone(),
                    to_service: told.to_service.clone(),
                    to_organisation: told.to_organisation.clone(),
                    to_kind: told.to_kind,
                }),
            })
    }
}
