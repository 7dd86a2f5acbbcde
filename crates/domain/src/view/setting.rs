//! The setting track: where the person is.

use crate::code::PrisonCode;
use crate::id::EventId;
use crate::state::{Dated, PersonState, Setting};
use crate::when::{Occurred, days_between};
use jiff::civil::Date;

/// Where the person is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingTrack {
    /// Where.
    pub setting: Setting,
    /// Which prison, in prison or at court; `None` elsewhere and on the way between two.
    pub prison: Option<PrisonCode>,
    /// Out on temporary licence since then; still in prison for every count (`cases.md` C5).
    pub temporary_absence_since: Option<Occurred>,
    /// Since when the person is there; `None` while nobody told.
    pub since: Option<Occurred>,
    /// Whole days there.
    pub days: Option<i32>,
    /// The events that say so.
    pub set_by: Vec<EventId>,
}

impl SettingTrack {
    /// The setting, with days counted to `as_of`.
    pub fn of(state: &PersonState, as_of: Date) -> Self {
        let custody = &state.custody;
        let last = custody.changes.last().map(|change| change.since);
        // A death outside custody is known from the exit of an episode.
        let (setting, prison, since) = match state.died {
            Some(died) if custody.setting != Setting::Deceased => (Setting::Deceased, None, Some(died)),
            _ => match placed(state, as_of) {
                Some((setting, since)) => (setting, None, Some(since)),
                None => (custody.setting, custody.prison.clone(), last),
            },
        };
        let absent = custody.temporary_absence.filter(|_| setting == Setting::Prison);
        Self {
            setting,
            prison,
            temporary_absence_since: absent.map(|at| at.occurred),
            since: since.map(|at| at.occurred),
            days: since.map(|at| days_between(at.date(), as_of).max(0)),
            set_by: since.into_iter().chain(absent).map(|at| at.by).collect(),
        }
    }
}

/// Where somebody at liberty is by their last placement: in it, or in the community since they left it. Custody and
/// hospital that came after it began say more.
fn placed(state: &PersonState, as_of: Date) -> Option<(Setting, Dated)> {
    let last = state.placements.iter().rfind(|one| one.started.date() <= as_of)?;
    let at_liberty = matches!(state.custody.setting, Setting::Community | Setting::Unknown);
    let moved = state.custody.changes.last().map(|change| change.since.date());
    if !at_liberty || moved.is_some_and(|moved| moved > last.started.date()) {
        return None;
    }
    match &last.ended {
        Some((left, _)) if left.date() <= as_of => Some((Setting::Community, *left)),
        _ => Some((Setting::Residential, last.started)),
    }
}
