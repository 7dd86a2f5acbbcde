//! A young person in treatment turns eighteen, and adult care goes on.
//!
//! Source: `domain.md` sections 3 and 8 (young people and adults as one system; transition without losing the person).

use super::referral::Asking;
use super::{After, Course, Ending, Life};
use crate::dice::later;
use crate::rates;
use crate::script::Slot;
use crate::voice::Voice;
use jiff::ToSpan;
use jiff::civil::Date;

/// The service that young people leave.
pub(crate) const YOUNG: &str = "northshire-young-people";
/// The service that goes on with them.
const ADULTS: &str = "northshire-community";

/// Fewest days of treatment before and after the birthday: shorter, and nobody hands over.
const FEWEST_DAYS: i32 = 14;

impl Life {
    /// The eighteenth birthday on which a course is handed over to adults.
    pub(super) fn handed_over_at_eighteen(&mut self, course: &Course) -> Option<Date> {
        let first = course.starts.filter(|_| course.service == YOUNG)?;
        let birthday = self.who.born.saturating_add(18.years());
        let whole = later(first, FEWEST_DAYS) < birthday && later(birthday, FEWEST_DAYS) < course.ending.on;
        let share = rates::HANDED_OVER_AT_EIGHTEEN;
        (whole && (self.script.punctual || self.aside(|life| life.dice.percent(share)))).then_some(birthday)
    }

    /// Asked weeks before the birthday; seen by the adults' service within three weeks of leaving the young people's.
    pub(super) fn grows_up(&mut self, course: Course, episode: Slot, birthday: Date) -> After {
        let first = course.starts.unwrap_or(course.opened);
        let asked = self.dice.after(birthday, -56..=-14).max(later(first, 1));
        let voice = Voice::staff(YOUNG, &mut self.dice);
        let referral = self.ask(Asking {
            day: asked,
            source: "young_people_service",
            voice,
            from: Some(YOUNG),
            to: ADULTS,
            transfer_of: Some(episode),
        });
        let accepted = self.dice.after(asked, 1..=9);
        self.accept(referral, ADULTS, accepted);
        let leaves = self.dice.after(birthday, -2..=6).max(accepted);
        let Ending { on, reason } = course.ending;
        let remanded = course.remanded;
        let young = Course {
            ending: Ending {
                on: leaves,
                reason: "97",
            },
            remanded: None,
            ..course
        };
        if self.treatment(young, episode) == After::Died {
            return After::Died;
        }
        let opened = self.dice.after(leaves, 1..=12);
        let adult = self.triage(referral, ADULTS, opened, "treatment_needed");
        let starts = self.dice.after(opened, 0..=6);
        let going_on = Course {
            service: ADULTS,
            opened,
            waits: false,
            starts: Some(starts),
            ending: Ending {
                on: on.max(later(starts, FEWEST_DAYS)),
                reason,
            },
            naloxone: false,
            remanded: remanded.filter(|day| *day > later(starts, 14)),
        };
        self.treatment(going_on, adult)
    }
}
