//! Treatment in prison, and the movement messages around it.
//!
//! Source: `domain.md` 1.4 (secure settings: reception to triage and triage to first intervention within a
//! week; a move between prisons ends one episode with 84 and begins another), 5.3 (movements).

use super::referral::Asking;
use super::{Ending, Life};
use crate::dice::later;
use crate::places::{Prison, code};
use crate::script::{Slot, Told, at_hours};
use crate::voice::Voice;
use jiff::civil::Date;
use throughcare_domain::command::{Command, Direction, Movement};
use throughcare_domain::when::Occurred;

/// One movement message.
pub(crate) struct Move {
    pub(crate) kind: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) direction: Direction,
    pub(crate) prison: Prison,
    pub(crate) to: Option<Prison>,
}

impl Move {
    pub(crate) fn into(prison: Prison, kind: &'static str, reason: &'static str) -> Self {
        Self {
            kind,
            reason,
            direction: Direction::In,
            prison,
            to: None,
        }
    }

    pub(crate) fn out_of(prison: Prison, kind: &'static str, reason: &'static str) -> Self {
        Self {
            kind,
            reason,
            direction: Direction::Out,
            prison,
            to: None,
        }
    }

    pub(crate) fn told(&self) -> Movement {
        Movement {
            movement_type: code(self.kind),
            reason: code(self.reason),
            direction: self.direction,
            prison: Some(self.prison.code()),
            to_prison: self.to.map(Prison::code),
            area: None,
            no_fixed_abode: false,
            referral_on_release: None,
        }
    }
}

impl Life {
    /// A movement message about a moment between two hours of a day.
    pub(crate) fn moves(&mut self, day: Date, hours: (i32, i32), creates: &[Slot], movement: Movement) {
        let at = at_hours(&mut self.dice, day, hours.0, hours.1);
        self.script.message(&mut self.dice, at, creates, || {
            let movement = movement.clone();
            Told::when(Occurred::At(at), move |_| {
                Command::RecordMovement(movement.clone())
            })
        });
    }

    /// The first days in a prison: its treatment service is asked, and takes the person on.
    pub(crate) fn screened(&mut self, prison: Prison, day: Date, from: Option<(Prison, Slot)>) -> Slot {
        let by = prison.treatment;
        let sender = from.map_or(by, |(prison, _)| prison.treatment);
        let voice = Voice::staff(sender, &mut self.dice);
        let referral = self.ask(Asking {
            day,
            source: "prison",
            voice,
            from: from.map(|(prison, _)| prison.treatment),
            to: by,
            transfer_of: from.map(|(_, episode)| episode),
        });
        self.accept(referral, by, day);
        self.number_known(by, day, &[referral]);
        referral
    }

    /// An episode in a prison, from triage to the last contact before `until`; its exit is the caller's.
    pub(crate) fn prison_episode(&mut self, prison: Prison, day: Date, referral: Slot, until: Date) -> Slot {
        let by = prison.treatment;
        let triaged = self.dice.after(day, 1..=3);
        let episode = self.triage(referral, by, triaged, "treatment_needed");
        let starts = self.dice.after(triaged, 0..=2);
        let intervention = if self.who.is_opiate_user() { "94" } else { "95" };
        self.start(by, episode, intervention, "prison", starts);
        let mut seen = self.dice.after(starts, 7..=21);
        while seen < until && seen < self.plan.until {
            self.contact(by, episode, seen);
            seen = self.dice.after(seen, 8..=24);
        }
        episode
    }

    pub(crate) fn prison_exit(&mut self, prison: Prison, episode: Slot, on: Date, reason: &'static str) {
        self.exit(prison.treatment, episode, Ending { on, reason }, true);
    }

    /// Ten days of remand in the middle of community treatment: the episode stays open. The day of release.
    ///
    /// Source: `cases.md` C11.
    pub(crate) fn remand_within_treatment(&mut self, service: &str, episode: Slot, day: Date) -> Date {
        let prison = Prison::draw(&mut self.dice);
        self.number_known(service, later(day, 1), &[episode]);
        self.moves(day, (15, 19), &[], Move::into(prison, "ADM", "N").told());
        let free = self.dice.after(day, 8..=12);
        self.moves(free, (8, 10), &[], Move::out_of(prison, "CRT", "CRT").told());
        let mut release = Move::out_of(prison, "REL", "BL").told();
        release.area = self.who.area();
        release.no_fixed_abode = self.who.no_fixed_abode();
        self.moves(free, (12, 17), &[], release);
        free
    }

    /// The prisoner number goes on the record, typed by a service that sees the person. Movement messages
    /// about a number that nobody holds wait until it is recorded.
    fn number_known(&mut self, by: &str, day: Date, touches: &[Slot]) {
        if self.prisoner {
            return;
        }
        let Some(number) = self.who.prisoner_number() else {
            return;
        };
        self.prisoner = true;
        let told = Told::on(day, move |_| Command::RecordIdentifier(number.clone()));
        let voice = Voice::staff(by, &mut self.dice);
        let recorded = self
            .script
            .sent(&mut self.dice, voice, day, touches, &[], vec![told]);
        self.script.registered_at = Some(recorded);
    }
}
