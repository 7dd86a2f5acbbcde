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
    /// Used or past their expiry, and not replaced.
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
            held: kits(&|kit| reached(kit) && !used(kit) && kit.pack.expires_on >= day),
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
