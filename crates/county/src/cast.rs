//! The cast: the first people of every county, whose stories are set so that every state of a pathway can be
//! seen on the plan's last day, however chance falls.
//!
//! All but the last two are adults of Northshire who use opiates; the last two are young people who grow up.
//! Everything about them is recorded promptly.

use crate::dice::later;
use crate::places::Prison;
use crate::rates::Fate;
use crate::script::Slot;
use crate::story::{AfterRelease, Asking, Course, Ending, Life, Stay, WayOut, YOUNG};
use crate::voice::Voice;
use jiff::civil::Date;

const SERVICE: &str = "northshire-community";

/// Days before the plan's last day on which the person lost at the gate was released.
pub(crate) const LOST_DAYS: i32 = 19;

type Part = fn(&mut Life, Date);

/// The parts, in order of the people who play them. The numbers of the first are known to the handful.
const PARTS: &[Part] = &[
    lost_at_the_gate,
    in_treatment,
    open_referral,
    release_made_ready,
    release_not_made_ready,
    picked_up,
    due_and_accepted,
    due_and_unknown,
    picked_up_late,
    not_found,
    returned_to_custody,
    died_after_release,
    lost_at_court,
    caught_at_court,
    absconded,
    deported,
    in_hospital,
    at_court,
    on_temporary_licence,
    moved_between_prisons,
    died_in_prison,
    accepted,
    triaged,
    waiting,
    completed,
    dropped_out,
    declined,
    died_in_treatment,
    transferred,
    declined_by_the_service,
    on_hold,
    prescribed_by_two,
    appointment_missed,
    grown_up,
    about_to_grow_up,
];

/// Who of the cast is worth showing.
pub(crate) const LOST: u32 = 0;
pub(crate) const IN_TREATMENT: u32 = 1;
pub(crate) const OPEN_REFERRAL: u32 = 2;
pub(crate) const PLANNED: u32 = 3;

/// Plays the part of this person; false for everybody who has none.
pub(crate) fn play(life: &mut Life) -> bool {
    let part = usize::try_from(life.script.person)
        .ok()
        .and_then(|number| PARTS.get(number));
    let Some(part) = part else { return false };
    life.who.join_the_cast();
    life.script.punctual = true;
    let until = life.plan.until;
    part(life, until);
    true
}

/// A hundred days in Moorland, ended on a day as planned, with nothing made ready.
fn stay(leaves: Date) -> Stay {
    let began = later(leaves, -100);
    Stay {
        began,
        prison: Prison::MOORLAND,
        reason: "I",
        treated: true,
        moved: None,
        absence: None,
        court: None,
        leaves,
        way_out: WayOut::Released("CR"),
        planned: Some(later(leaves, -42)),
        referred: None,
        accepted: false,
        kit: None,
        exit: "83",
        area_told: true,
        after: AfterRelease {
            fate: Fate::Lost,
            day: 90,
        },
    }
}

fn lost_at_the_gate(life: &mut Life, until: Date) {
    life.custody(stay(later(until, -LOST_DAYS)));
}

fn release_made_ready(life: &mut Life, until: Date) {
    let leaves = later(until, 10);
    life.custody(Stay {
        referred: Some(later(leaves, -28)),
        accepted: true,
        kit: Some(later(until, -2)),
        ..stay(leaves)
    });
}

fn release_not_made_ready(life: &mut Life, until: Date) {
    life.custody(stay(later(until, 4)));
}

fn after(fate: Fate, day: i32) -> AfterRelease {
    AfterRelease { fate, day }
}

fn picked_up(life: &mut Life, until: Date) {
    let leaves = later(until, -15);
    life.custody(Stay {
        referred: Some(later(leaves, -14)),
        accepted: true,
        kit: Some(later(leaves, -3)),
        after: after(Fate::PickedUp, 4),
        ..stay(leaves)
    });
}

fn due_and_accepted(life: &mut Life, until: Date) {
    let leaves = later(until, -2);
    life.custody(Stay {
        referred: Some(later(leaves, -14)),
        accepted: true,
        ..stay(leaves)
    });
}

fn due_and_unknown(life: &mut Life, until: Date) {
    let leaves = later(until, -9);
    life.custody(Stay {
        referred: Some(later(leaves, -7)),
        area_told: false,
        ..stay(leaves)
    });
}

fn picked_up_late(life: &mut Life, until: Date) {
    life.custody(Stay {
        after: after(Fate::Late, 26),
        ..stay(later(until, -45))
    });
}

fn not_found(life: &mut Life, until: Date) {
    life.custody(stay(later(until, -30)));
}

fn returned_to_custody(life: &mut Life, until: Date) {
    life.custody(Stay {
        after: after(Fate::Returned, 6),
        ..stay(later(until, -14))
    });
}

fn died_after_release(life: &mut Life, until: Date) {
    life.custody(Stay {
        after: after(Fate::Died, 5),
        ..stay(later(until, -12))
    });
}

fn from_court(leaves: Date, caught: bool) -> Stay {
    Stay {
        began: later(leaves, -30),
        reason: "N",
        planned: None,
        accepted: caught,
        way_out: WayOut::AtCourt { caught },
        ..stay(leaves)
    }
}

fn lost_at_court(life: &mut Life, until: Date) {
    life.custody(from_court(later(until, -6), false));
}

fn caught_at_court(life: &mut Life, until: Date) {
    life.custody(from_court(later(until, -8), true));
}

fn elsewhere(life: &mut Life, leaves: Date, reason: &'static str) {
    life.custody(Stay {
        planned: None,
        way_out: WayOut::Elsewhere(reason),
        ..stay(leaves)
    });
}

fn absconded(life: &mut Life, until: Date) {
    elsewhere(life, later(until, -30), "UAL");
}

fn deported(life: &mut Life, until: Date) {
    elsewhere(life, later(until, -25), "DE");
}

fn in_hospital(life: &mut Life, until: Date) {
    elsewhere(life, later(until, -20), "HO");
}

fn died_in_prison(life: &mut Life, until: Date) {
    elsewhere(life, later(until, -35), "DEC");
}

fn at_court(life: &mut Life, until: Date) {
    life.custody(Stay {
        planned: None,
        way_out: WayOut::ToCourt,
        ..stay(later(until, -1))
    });
}

fn on_temporary_licence(life: &mut Life, until: Date) {
    life.custody(Stay {
        absence: Some(later(until, -1)),
        ..stay(later(until, 30))
    });
}

fn moved_between_prisons(life: &mut Life, until: Date) {
    life.custody(Stay {
        moved: Some((later(until, -9), Prison::LEEDS)),
        planned: None,
        ..stay(later(until, 40))
    });
}

fn referred(life: &mut Life, day: Date) -> Slot {
    let voice = Voice::staff(SERVICE, &mut life.dice);
    life.ask(Asking {
        day,
        source: "gp",
        voice,
        from: None,
        to: SERVICE,
        transfer_of: None,
    })
}

fn open_referral(life: &mut Life, until: Date) {
    life.ask(Asking {
        day: later(until, -2),
        source: "arrest_referral",
        voice: Voice::arrest_referral(),
        from: Some("northshire-arrest-referral"),
        to: SERVICE,
        transfer_of: None,
    });
}

fn accepted(life: &mut Life, until: Date) {
    let referral = referred(life, later(until, -8));
    life.accept(referral, SERVICE, later(until, -5));
}

fn declined_by_the_service(life: &mut Life, until: Date) {
    let referral = referred(life, later(until, -12));
    life.reject(referral, SERVICE, later(until, -6), "out_of_area");
}

/// Triaged five days after referral, and what follows.
fn treated(life: &mut Life, opened: Date, course: Course) -> Slot {
    let referral = referred(life, later(opened, -5));
    life.accept(referral, SERVICE, later(opened, -4));
    let episode = life.triage(referral, SERVICE, opened, "treatment_needed");
    life.course(course, episode);
    episode
}

/// In treatment for two months, and to go on.
fn two_months(life: &mut Life, until: Date) -> Slot {
    let opened = later(until, -60);
    treated(
        life,
        opened,
        course(opened, Some(later(opened, 4)), later(until, 200), "80"),
    )
}

/// In hospital since last week.
fn on_hold(life: &mut Life, until: Date) {
    let episode = two_months(life, until);
    life.rests(SERVICE, episode, later(until, -7), "in_hospital");
}

/// Another service has begun to prescribe, which did not know.
fn prescribed_by_two(life: &mut Life, until: Date) {
    two_months(life, until);
    life.last_episode = None;
    let other = "southmarsh-community";
    let voice = Voice::staff(other, &mut life.dice);
    let asked = later(until, -8);
    let referral = life.ask(Asking {
        day: asked,
        source: "self",
        voice,
        from: None,
        to: other,
        transfer_of: None,
    });
    life.accept(referral, other, asked);
    let episode = life.triage(referral, other, later(until, -6), "treatment_needed");
    life.start(other, episode, "94", "community", later(until, -5));
}

/// Accepted, and not seen: nobody has offered another time yet.
fn appointment_missed(life: &mut Life, until: Date) {
    let referral = referred(life, later(until, -14));
    life.accept(referral, SERVICE, later(until, -12));
    life.misses(SERVICE, referral, (later(until, -11), later(until, -4)));
}

fn course(opened: Date, starts: Option<Date>, on: Date, reason: &'static str) -> Course {
    Course {
        service: SERVICE,
        opened,
        waits: false,
        starts,
        ending: Ending { on, reason },
        naloxone: starts.is_some(),
        remanded: None,
    }
}

/// Eighteen last month, and with the adults' service since.
fn grown_up(life: &mut Life, until: Date) {
    young(life, until, later(until, -30));
}

/// Eighteen in two months: the adults' service is to be asked.
fn about_to_grow_up(life: &mut Life, until: Date) {
    young(life, until, later(until, 62));
}

/// Treated by the young people's service for half a year.
fn young(life: &mut Life, until: Date, birthday: Date) {
    life.who.turns_eighteen(birthday);
    let opened = later(until, -160);
    let voice = Voice::staff(YOUNG, &mut life.dice);
    let referral = life.ask(Asking {
        day: later(opened, -5),
        source: "relative",
        voice,
        from: None,
        to: YOUNG,
        transfer_of: None,
    });
    life.accept(referral, YOUNG, later(opened, -4));
    let episode = life.triage(referral, YOUNG, opened, "treatment_needed");
    let going_on = course(opened, Some(later(opened, 4)), later(until, 200), "80");
    life.course(
        Course {
            service: YOUNG,
            naloxone: false,
            ..going_on
        },
        episode,
    );
}

fn in_treatment(life: &mut Life, until: Date) {
    let opened = later(until, -130);
    treated(
        life,
        opened,
        course(opened, Some(later(opened, 4)), later(until, 200), "80"),
    );
}

fn triaged(life: &mut Life, until: Date) {
    let opened = later(until, -3);
    treated(
        life,
        opened,
        course(opened, Some(later(until, 9)), later(until, 200), "80"),
    );
}

fn waiting(life: &mut Life, until: Date) {
    let opened = later(until, -24);
    treated(
        life,
        opened,
        Course {
            waits: true,
            ..course(opened, Some(later(until, 12)), later(until, 200), "80")
        },
    );
}

fn ended(life: &mut Life, on: Date, reason: &'static str) {
    let opened = later(on, -110);
    treated(life, opened, course(opened, Some(later(opened, 6)), on, reason));
}

fn completed(life: &mut Life, until: Date) {
    ended(life, later(until, -40), "80");
}

fn dropped_out(life: &mut Life, until: Date) {
    ended(life, later(until, -33), "85");
}

fn died_in_treatment(life: &mut Life, until: Date) {
    ended(life, later(until, -50), "89");
}

fn transferred(life: &mut Life, until: Date) {
    ended(life, later(until, -5), "83");
}

fn declined(life: &mut Life, until: Date) {
    let opened = later(until, -30);
    treated(life, opened, course(opened, None, later(until, -20), "88"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_handful_knows_its_parts() {
        let expected: [(u32, Part); 4] = [
            (LOST, lost_at_the_gate),
            (IN_TREATMENT, in_treatment),
            (OPEN_REFERRAL, open_referral),
            (PLANNED, release_made_ready),
        ];
        for (number, part) in expected {
            assert!(std::ptr::fn_addr_eq(PARTS[number as usize], part), "{number}");
        }
    }
}
