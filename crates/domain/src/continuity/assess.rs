//! Where a release stands on a day.

use super::{
    CareState, MARKS, Mark, Missing, Need, Reading, ReleaseCare, ReleaseFacts, Touch, local, national,
};
use crate::fact::ReleaseEffect;
use crate::when::days_between;
use jiff::{ToSpan, civil::Date};

/// Says where the care of somebody released stands at the end of `as_of`, under a reading of the rules.
/// What happened later than `as_of` is not counted.
///
/// Sources: `domain.md` section 2; `cases.md` C1 to C13.
pub fn assess(facts: &ReleaseFacts, as_of: Date, reading: &Reading) -> ReleaseCare {
    let seen = Seen {
        facts,
        as_of,
        reading,
    };
    let state = seen.state();
    let cross_area =
        state.picked_up_by().is_some() && seen.pick_up().is_some_and(|touch| touch.in_area == Some(false));
    ReleaseCare {
        days_since_release: seen.today(),
        due_until: after(facts.released_on, reading.window_days),
        marks: MARKS
            .iter()
            .map(|&day| {
                let on = after(facts.released_on, day);
                Mark {
                    day,
                    on,
                    reached: on <= as_of,
                }
            })
            .collect(),
        missing: seen.missing(&state),
        known_late_days: (facts.known_late_days > 0).then_some(facts.known_late_days),
        cross_area,
        national: national::figure(&seen),
        local: local::figure(&seen),
        state,
    }
}

fn after(day: Date, days: i32) -> Date {
    day.checked_add(days.days()).unwrap_or(Date::MAX)
}

/// The facts as they were true at the end of a day.
pub(super) struct Seen<'a> {
    pub(super) facts: &'a ReleaseFacts,
    pub(super) as_of: Date,
    pub(super) reading: &'a Reading,
}

impl<'a> Seen<'a> {
    /// Days from release to a day.
    pub(super) fn day(&self, on: Date) -> i32 {
        days_between(self.facts.released_on, on)
    }

    /// Days from release to the day asked for.
    pub(super) fn today(&self) -> i32 {
        self.day(self.as_of)
    }

    /// The touch, when it had happened.
    pub(super) fn happened(&self, touch: Option<&'a Touch>) -> Option<&'a Touch> {
        touch.filter(|touch| touch.on <= self.as_of)
    }

    /// The day counted from release, when it had come.
    fn came(&self, on: Option<Date>) -> Option<i32> {
        on.filter(|on| *on <= self.as_of).map(|on| self.day(on))
    }

    pub(super) fn in_window(&self, day: i32) -> bool {
        (0..=self.reading.window_days).contains(&day)
    }

    /// True while the window runs: its last day is not over.
    pub(super) fn window_runs(&self) -> bool {
        self.today() < self.reading.window_days
    }

    /// What counts as pick-up, whenever it was: the first structured start in the community, or being seen
    /// again in an episode that stayed open through custody.
    ///
    /// Source: `cases.md` C1, C10, C11.
    pub(super) fn pick_up(&self) -> Option<&'a Touch> {
        let facts = self.facts;
        let again = facts
            .first_seen_again
            .as_ref()
            .filter(|_| self.reading.local_counts_open_episode);
        [facts.first_structured_start.as_ref(), again]
            .into_iter()
            .filter_map(|touch| self.happened(touch))
            .min_by_key(|touch| touch.on)
    }

    /// The day of return to custody, counted from release.
    pub(super) fn returned(&self) -> Option<i32> {
        self.came(self.facts.returned.map(|back| back.on))
    }

    /// The day of death, counted from release.
    pub(super) fn died(&self) -> Option<i32> {
        self.came(self.facts.died_on)
    }

    /// Why no pick-up is due, when none is.
    pub(super) fn none_due(&self) -> Option<&'static str> {
        if self.today() < 0 {
            return Some("The release is still to come on that day.");
        }
        if let Some(why) = not_to_the_community(self.facts.effect) {
            return Some(why);
        }
        (self.facts.need() == Need::Completed)
            .then_some("Treatment was completed in prison: no need goes on.")
    }

    fn state(&self) -> CareState {
        if let Some(why) = self.none_due() {
            return CareState::NoneDue { why };
        }
        if let Some(touch) = self.pick_up() {
            let (day, service) = (self.day(touch.on), touch.service.clone());
            return if self.in_window(day) {
                CareState::PickedUp { day, service }
            } else {
                CareState::Late { day, service }
            };
        }
        match (self.returned(), self.died()) {
            (Some(returned), died) if died.is_none_or(|died| returned < died) => {
                CareState::ReturnedToCustody { day: returned }
            }
            (_, Some(day)) => CareState::Died { day },
            _ if self.today() <= self.reading.window_days => CareState::Due { day: self.today() },
            _ => CareState::NotFound { days: self.today() },
        }
    }

    fn missing(&self, state: &CareState) -> Vec<Missing> {
        let picked_up = state.picked_up_by().is_some();
        if !picked_up && !state.needs_action() {
            return Vec::new();
        }
        let facts = self.facts;
        // An episode that is open already needs no referral.
        let known_to_a_service =
            facts.open_episode.is_some() || self.happened(facts.first_triage.as_ref()).is_some();
        let referral = facts.referral.as_ref();
        let mut missing = Vec::new();
        if !picked_up && !known_to_a_service {
            if !referral.is_some_and(|made| made.stands_on(self.as_of)) {
                missing.push(Missing::ReferralSent);
            }
            if !referral.is_some_and(|made| made.accepted_by(self.as_of)) {
                missing.push(Missing::ReferralAccepted);
            }
        }
        let seen = self.happened(facts.first_triage.as_ref()).is_some();
        let booked = facts.appointments.iter().any(|one| one.stands_on(self.as_of));
        if !picked_up && !seen && !booked {
            missing.push(Missing::Appointment);
        }
        if self.came(facts.naloxone_on).is_none() {
            missing.push(Missing::Naloxone);
        }
        // When the window is over, a prescription for the days after release helps nobody.
        let bridged = facts
            .bridge
            .as_ref()
            .is_some_and(|bridge| bridge.made_on <= self.as_of);
        if facts.prescribed_by.is_some() && !bridged && matches!(state, CareState::Due { .. }) {
            missing.push(Missing::BridgingPrescription);
        }
        if !picked_up {
            missing.push(Missing::StructuredStart);
        }
        missing
    }
}

/// Why leaving prison was no release to the community; `None` for one, or what may be one.
///
/// Source: `cases.md` C3; `domain.md` section 2.
pub(super) fn not_to_the_community(effect: ReleaseEffect) -> Option<&'static str> {
    match effect {
        ReleaseEffect::Community | ReleaseEffect::Unknown => None,
        ReleaseEffect::Died => Some("The person died in prison: not a release to the community."),
        ReleaseEffect::AtLarge => Some("The person escaped or absconded: not a release to the community."),
        ReleaseEffect::Abroad => Some("The person left the country: not a release to the community."),
        ReleaseEffect::RestrictedHospital | ReleaseEffect::Hospital => {
            Some("The person went to hospital: not a release to the community.")
        }
        ReleaseEffect::NotARelease => Some("A discharge that is not a release."),
    }
}
