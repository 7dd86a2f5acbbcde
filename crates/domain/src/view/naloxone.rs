//! The naloxone a person has, had, and should have.
//!
//! Source: `cases.md` N1 to N3; `domain.md` section 4.

use crate::rows::needs_for_kits;
use crate::state::{Kit, PersonState};
use jiff::civil::Date;

/// A person's kits on a day, each in the order of issue. A kit may need replacing and stand in `used` too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NaloxoneHeld {
    /// In hand, unused and in date.
    pub held: Vec<Kit>,
    /// With the property that is given back at release: not yet supplied (N3).
    pub in_property: Vec<Kit>,
    /// Used.
    pub used: Vec<Kit>,
    /// Lost or taken away, and not given back.
    pub gone: Vec<Kit>,
    /// Used, past their expiry or gone, and not replaced.
    pub to_replace: Vec<ToReplace>,
}

/// A kit to replace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToReplace {
    /// The kit.
    pub kit: Kit,
    /// Since which day: the day of use, or the day after its expiry.
    pub since: Date,
}

impl NaloxoneHeld {
    /// The kits of a person whose state was folded from what was true by that day.
    pub fn on(state: &PersonState, day: Date) -> Self {
        let kits = |wanted: &dyn Fn(&Kit) -> bool| -> Vec<Kit> {
            state.kits.iter().filter(|kit| wanted(kit)).cloned().collect()
        };
        let reached = |kit: &Kit| kit.supplied.is_some_and(|at| at.date() <= day);
        let used = |kit: &Kit| kit.used.as_ref().is_some_and(|used| used.at.date() <= day);
        let needs = needs_for_kits(state).into_iter();
        let open = needs.filter(|need| need.from <= day && need.met_on().is_none_or(|met| day < met));
        Self {
            held: kits(&|kit| {
                reached(kit) && !used(kit) && kit.pack.expires_on >= day && !kit.absent_on(day)
            }),
            gone: kits(&|kit| reached(kit) && kit.absent_on(day)),
            in_property: kits(&|kit| {
                kit.in_property
                    .as_ref()
                    .is_some_and(|(_, placed)| placed.date() <= day)
                    && !reached(kit)
                    && !used(kit)
            }),
            used: kits(&used),
            to_replace: open
                .map(|need| ToReplace {
                    kit: need.kit.clone(),
                    since: need.from,
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::ReleaseEffect;
    use crate::rows::story::*;

    fn counts(story: &Story, text: &str) -> (usize, usize, usize, usize) {
        let day = day(text);
        let state = story.history().state(Some(crate::when::AsOf::EndOf(day)), None);
        let held = NaloxoneHeld::on(&state, day);
        (
            held.held.len(),
            held.in_property.len(),
            held.used.len(),
            held.to_replace.len(),
        )
    }

    /// N1: two kits of two batches in one act are two kits.
    #[test]
    fn n1_two_kits_in_one_act_are_two() {
        let mut other = issued(2, "2028-03-31");
        other.pack.batch = code("B2");
        let story = Story::new()
            .on("2026-03-01", issued(1, "2028-01-31"))
            .on("2026-03-01", other);
        let held = NaloxoneHeld::on(&story.state(), day("2026-03-01")).held;
        assert_eq!(
            held.iter().map(|kit| kit.pack.batch.as_str()).collect::<Vec<_>>(),
            ["B1", "B2"]
        );
    }

    /// N2: the holder has one kit fewer, and a replacement is due.
    #[test]
    fn n2_a_used_kit_is_one_fewer_and_one_to_replace() {
        let story = Story::new()
            .on("2026-03-01", issued(1, "2028-01-31"))
            .on("2026-03-01", issued(2, "2028-01-31"))
            .on("2026-04-01", used(1));
        assert_eq!(counts(&story, "2026-03-31"), (2, 0, 0, 0));
        assert_eq!(counts(&story, "2026-04-01"), (1, 0, 1, 1));
        assert_eq!(
            counts(&story.on("2026-04-02", issued(3, "2028-01-31")), "2026-04-02"),
            (2, 0, 1, 0)
        );
    }

    /// N3: supplied on the day of release; never, when the release is cancelled.
    #[test]
    fn n3_a_kit_in_property_is_supplied_at_release() {
        let story = Story::new()
            .on("2026-01-10", received("MDI"))
            .on("2026-02-01", planned(1, "MDI", "2026-03-01", None))
            .on("2026-02-20", in_property(1, "2028-01-31"));
        let cancelled = story.clone().on(
            "2026-02-25",
            crate::fact::ReleasePlanCancelled { plan: plan_id(1) },
        );
        assert_eq!(counts(&cancelled, "2026-03-02"), (0, 1, 0, 0));
        let out = story.on("2026-03-01", released("MDI", ReleaseEffect::Community, None));
        assert_eq!(counts(&out, "2026-02-28"), (0, 1, 0, 0));
        assert_eq!(counts(&out, "2026-03-01"), (1, 0, 0, 0));
    }

    #[test]
    fn an_expired_kit_is_not_held() {
        let story = Story::new().on("2026-03-01", issued(1, "2028-01-31"));
        assert_eq!(counts(&story, "2028-01-31"), (1, 0, 0, 0));
        assert_eq!(counts(&story, "2028-02-01"), (0, 0, 0, 1));
    }
}
