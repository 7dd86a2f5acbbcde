//! The continuity track: whether care goes on after release.

use crate::code::ServiceCode;
use crate::continuity::{CareState, Need, Reading, ReleaseFacts, assess};
use crate::directory::Directory;
use crate::id::{EventId, PlanId};
use crate::state::{Dated, PersonState, Release, ReleasePlan};
use crate::when::days_between;
use jiff::{ToSpan, civil::Date};

/// Whether care goes on after release. That somebody moved to another area follows with the facts that say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContinuityStatus {
    /// No pick-up is due.
    NoneDue,
    /// A release is planned.
    ReleasePlanned,
    /// Pick-up is due, and there is time.
    Due,
    /// Picked up within the window.
    PickedUp,
    /// Picked up after it.
    Late,
    /// The window is over and nobody has picked the person up.
    NotFound,
    /// Back in custody before being picked up.
    ReturnedToCustody,
    /// Died before being picked up.
    Died,
}

impl ContinuityStatus {
    /// Every status.
    pub const ALL: [Self; 8] = [
        Self::NoneDue,
        Self::ReleasePlanned,
        Self::Due,
        Self::PickedUp,
        Self::Late,
        Self::NotFound,
        Self::ReturnedToCustody,
        Self::Died,
    ];

    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoneDue => "none_due",
            Self::ReleasePlanned => "release_planned",
            Self::Due => "due",
            Self::PickedUp => "picked_up",
            Self::Late => "late",
            Self::NotFound => "not_found",
            Self::ReturnedToCustody => "returned_to_custody",
            Self::Died => "died",
        }
    }
}

/// Whether care goes on after the latest release, or before the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContinuityTrack {
    /// Where it stands.
    pub status: ContinuityStatus,
    /// Since which day; `None` when nothing was ever due.
    pub since: Option<Date>,
    /// The day counted from release (day 0): of pick-up, return or death, or so far while it is open.
    /// Negative before a planned release.
    pub day: Option<i32>,
    /// The last day of the window after a release.
    pub due_until: Option<Date>,
    /// The release that it is about.
    pub release: Option<EventId>,
    /// The plan that it is about.
    pub plan: Option<PlanId>,
    /// The day planned.
    pub planned_on: Option<Date>,
    /// The service that picked the person up.
    pub service: Option<ServiceCode>,
    /// Why none is due, in words for staff.
    pub why: Option<&'static str>,
    /// The events that say so.
    pub set_by: Vec<EventId>,
    /// The events by which the service came to have the episode in which the person was picked up.
    pub moved_by: Vec<EventId>,
}

impl ContinuityTrack {
    /// The continuity track, with days counted to `as_of`: of the open release plan, else of the latest
    /// release to the community, under a reading of the rules.
    ///
    /// Sources: `design.md` ("Three tracks of a pathway"); `domain.md` section 2; `cases.md` C1 to C12.
    pub fn of(state: &PersonState, as_of: Date, reading: &Reading) -> Self {
        if state.died.is_none()
            && let Some(plan) = state.plans.iter().rfind(|plan| plan.is_open())
        {
            return before(plan, as_of);
        }
        match state.custody.community_releases().last() {
            Some(release) => after(state, release, as_of, reading),
            None => Self {
                why: Some("No release from prison is on the record."),
                ..Self::new(ContinuityStatus::NoneDue, None, Vec::new())
            },
        }
    }

    fn new(status: ContinuityStatus, since: Option<Date>, set_by: Vec<EventId>) -> Self {
        Self {
            status,
            since,
            day: None,
            due_until: None,
            release: None,
            plan: None,
            planned_on: None,
            service: None,
            why: None,
            set_by,
            moved_by: Vec::new(),
        }
    }
}

fn before(plan: &ReleasePlan, as_of: Date) -> ContinuityTrack {
    let mut set_by = vec![plan.made.by];
    if let Some((_, moved)) = plan.days.last().filter(|(_, moved)| moved.by != plan.made.by) {
        set_by.push(moved.by);
    }
    ContinuityTrack {
        day: Some(days_between(plan.planned_on, as_of)),
        plan: Some(plan.id),
        planned_on: Some(plan.planned_on),
        ..ContinuityTrack::new(ContinuityStatus::ReleasePlanned, Some(plan.made.date()), set_by)
    }
}

fn after(state: &PersonState, release: &Release, as_of: Date, reading: &Reading) -> ContinuityTrack {
    // The directory says who owns a release and what is cross-area: neither is shown here.
    let facts = ReleaseFacts::of(state, release, &Directory::default());
    let care = assess(&facts, as_of, reading);
    let day = |n: i32| facts.released_on.saturating_add(n.days());
    let day_after_window = || care.due_until.saturating_add(1.day());
    let mut moved_by = Vec::new();
    let (status, since, cause) = match &care.state {
        CareState::NoneDue { .. } => (
            ContinuityStatus::NoneDue,
            facts.released_on,
            (facts.need() == Need::Completed)
                .then(|| ReleaseFacts::prison_treatment_ended(state, release))
                .flatten(),
        ),
        CareState::Due { .. } => (ContinuityStatus::Due, facts.released_on, None),
        CareState::NotFound { .. } => (ContinuityStatus::NotFound, day_after_window(), None),
        CareState::PickedUp { day: n, service } => {
            let (at, moves) = pick_up(state, day(*n), service);
            moved_by = moves;
            (ContinuityStatus::PickedUp, day(*n), at)
        }
        CareState::Late { day: n, service } => {
            let (at, moves) = pick_up(state, day(*n), service);
            moved_by = moves;
            (ContinuityStatus::Late, day(*n), at)
        }
        CareState::ReturnedToCustody { day: n } => (
            ContinuityStatus::ReturnedToCustody,
            day(*n),
            ReleaseFacts::returned_by(state, release),
        ),
        CareState::Died { day: n } => (ContinuityStatus::Died, day(*n), state.died),
    };
    let set_by = std::iter::once(release.id())
        .chain(cause.map(|at| at.by))
        .collect();
    let why = match care.state {
        CareState::NoneDue { why } => Some(why),
        _ => None,
    };
    ContinuityTrack {
        day: care.state.day(),
        due_until: why.is_none().then_some(care.due_until),
        release: Some(release.id()),
        service: care.state.picked_up_by().cloned(),
        why,
        moved_by,
        ..ContinuityTrack::new(status, Some(since), set_by)
    }
}

/// The event of the pick-up: a structured start in the community, or being seen again in an episode that stayed open; with
/// the moves of contracts by which the service had the episode.
fn pick_up(state: &PersonState, on: Date, service: &ServiceCode) -> (Option<Dated>, Vec<EventId>) {
    let episodes = || {
        let community = state.episodes.iter().filter(|one| one.kind.treats_in_community());
        community.filter(|one| state.provider_on(&one.service, on) == service)
    };
    let starts = episodes().flat_map(|one| {
        let structured = one.interventions.iter().filter(|started| started.structured);
        structured.map(move |started| (one, started.started))
    });
    let contacts = episodes().flat_map(|one| one.contacts.iter().map(move |at| (one, *at)));
    let Some((episode, at)) = starts.chain(contacts).find(|(_, at)| at.date() == on) else {
        return (None, Vec::new());
    };
    let moves = state.moves_from(&episode.service);
    let moves = moves.take_while(|one| one.at.date() <= on);
    (Some(at), moves.map(|one| one.at.by).collect())
}
