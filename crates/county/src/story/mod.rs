//! Stories: what happens to a person, chapter after chapter, written down as a script.

mod beside;
mod course;
mod custody;
mod gate;
mod growing_up;
mod harm;
mod justice;
mod naloxone;
mod prison_care;
mod referral;
mod sharing;
mod treatment;

pub(crate) use custody::{Stay, WayOut};
pub(crate) use gate::AfterRelease;
pub(crate) use growing_up::YOUNG;
pub(crate) use referral::Asking;
pub(crate) use treatment::{Course, Ending};

use crate::cast;
use crate::dice::{Dice, other_seed_of, seed_of};
use crate::places::Prison;
use crate::plan::Plan;
use crate::rates;
use crate::script::{Script, Slot};
use crate::who::Who;
use jiff::civil::Date;
use throughcare_domain::when::days_between;

/// Sets the chance of what stands beside treatment apart from that of everything else.
const BESIDE: u64 = 0x6265_7369_6465;

/// Sets the chance of what police and courts do apart from that of everything else.
const JUSTICE: u64 = 0x006a_7573_7469_6365;

/// Sets the chance of what people say about their data apart from that of everything else.
const SHARING: u64 = 0x0073_6861_7269_6e67;

/// Most chapters of one life: a bound, seldom reached in three years.
const MOST_CHAPTERS: usize = 12;

/// What a chapter leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// Life goes on, free for another chapter from this day.
    Free(Date),
    /// The person died.
    Died,
}

/// A person while their story is written.
pub(crate) struct Life {
    pub(crate) plan: Plan,
    pub(crate) dice: Dice,
    /// Chance of what stands beside treatment, so that telling it leaves the rest of a county as it was.
    beside: Dice,
    /// Chance of what police and courts do.
    justice: Dice,
    /// Chance of what people say about the use of their data.
    sharing: Dice,
    /// Chance for what was added to stories later: see [`Life::aside`].
    pub(crate) other_dice: Dice,
    pub(crate) who: Who,
    pub(crate) script: Script,
    /// The episode that was open last: the next triage is recorded after its exit.
    pub(crate) last_episode: Option<Slot>,
    /// Their prisoner number is on the record.
    pub(crate) prisoner: bool,
    /// They are or were in a cohort.
    managed: bool,
    /// They objected to sharing with probation.
    objected: bool,
}

/// Writes the story of one person.
pub(crate) fn write(number: u32, plan: &Plan) -> Script {
    let mut dice = Dice::new(seed_of(plan.seed, number));
    let who = Who::draw(number, plan, &mut dice);
    let mut life = Life {
        plan: *plan,
        dice,
        beside: Dice::new(seed_of(plan.seed ^ BESIDE, number)),
        justice: Dice::new(seed_of(plan.seed ^ JUSTICE, number)),
        sharing: Dice::new(seed_of(plan.seed ^ SHARING, number)),
        other_dice: Dice::new(other_seed_of(plan.seed, number)),
        who,
        script: Script::of(number),
        last_episode: None,
        prisoner: false,
        managed: false,
        objected: false,
    };
    if !cast::play(&mut life) {
        life.live();
    }
    life.script
}

impl Life {
    fn live(&mut self) {
        let length = days_between(self.plan.from, self.plan.until) - 1;
        let known_early = self.dice.percent(35);
        let mut day = self.dice.after(
            self.plan.from,
            0..=if known_early { length.min(120) } else { length },
        );
        let adult = self.who.age_on(day) >= 21;
        let mut prison_next = adult && self.dice.permille(rates::PASSES_THROUGH_PRISON);
        let mut goes_to_prison = prison_next;
        // Some are in treatment before they go to prison.
        if prison_next && self.dice.percent(35) {
            prison_next = false;
        }
        for _ in 0..MOST_CHAPTERS {
            if day >= self.plan.until {
                return;
            }
            let after = if prison_next {
                let prison = Prison::draw(&mut self.dice);
                let stay = Stay::draw(day, prison, &self.who, &mut self.dice);
                self.custody(stay)
            } else {
                self.community(day)
            };
            let After::Free(on) = after else { return };
            if prison_next {
                goes_to_prison = self.dice.percent(rates::BACK_TO_PRISON);
            }
            if !goes_to_prison && !self.dice.percent(rates::COMES_BACK) {
                return;
            }
            prison_next = goes_to_prison && self.dice.percent(75);
            day = self.dice.after(on, 20..=260);
        }
    }
}
