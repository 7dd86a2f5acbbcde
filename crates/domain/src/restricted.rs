//! What of a record is withheld: restricted needs (exploitation, domestic abuse), drug tests on arrest with the
//! assessments that follow them ([`drug_tests`]), and everything that would tell that there is one.
//!
//! Until sharing is finer, a restricted need is shown to the organisation that raised it, to workers of
//! organisations with an open episode, and to auditors without its code. For everybody else it is left out of
//! the history before anything is folded, decided or counted, so that no view, list, count, version or refusal
//! can tell of it: what rests on it (its clearing, a correction of either) is left out too.
//!
//! Sources: `domain.md` section 8 (safeguarding alerts with restricted visibility); `trust.md` ("Sealed
//! records": to those who may not see, nothing).

mod drug_tests;

use crate::code::{Code, OrganisationCode};
use crate::decide::provisional;
use crate::event::{Body, Draft, Origin, RecordedEvent, Role};
use crate::fact::{Fact, NeedRaised, Replaced};
use crate::history::History;
use crate::id::{EventId, NeedId};
use crate::state::{Episode, PersonState, REDACTED};
use crate::stream::StreamId;
use std::collections::HashSet;
use uuid::Uuid;

/// What of one record a caller is not shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Withheld {
    /// Events that do not exist for the caller.
    hidden: HashSet<EventId>,
    /// Requests whose replacement is hidden: what they voided was voided, and that is all.
    unreplaced: HashSet<Uuid>,
    /// The codes of restricted needs are left out.
    codes: bool,
}

/// True when workers of the organisation see restricted needs: while an episode of theirs is open.
pub fn treats(state: &PersonState, organisation: &OrganisationCode, role: Role) -> bool {
    role.gives_care()
        && state
            .episodes
            .iter()
            .any(|one| is_open_at(state, one, organisation))
}

/// Open, and the organisation's now: a contract that moved took the sight with it.
fn is_open_at(state: &PersonState, episode: &Episode, organisation: &OrganisationCode) -> bool {
    episode.exit.is_none() && state.responsible(&episode.service, &episode.organisation) == organisation
}

/// As [`treats`], after these facts were added.
pub fn treats_after(
    state: &PersonState,
    drafts: &[Draft],
    organisation: &OrganisationCode,
    role: Role,
) -> bool {
    let mut open: HashSet<_> = state
        .episodes
        .iter()
        .filter(|one| is_open_at(state, one, organisation))
        .map(|one| one.id)
        .collect();
    for draft in drafts {
        match &draft.fact {
            Fact::EpisodeOpened(f) if f.organisation == *organisation => {
                open.insert(f.episode);
            }
            Fact::ExitRecorded(f) => {
                open.remove(&f.episode);
            }
            Fact::ExitRescinded(f) => {
                open.insert(f.episode);
            }
            _ => {}
        }
    }
    role.gives_care() && !open.is_empty()
}

impl Withheld {
    /// What is withheld of a record; `None` when nothing is, as for nearly every record.
    pub fn of(history: &History, organisation: &OrganisationCode, role: Role) -> Option<Self> {
        if !is_sensitive(history) {
            return None;
        }
        if role == Role::Auditor {
            restricted_needs(history).next()?;
            return Some(Self {
                codes: true,
                ..Self::default()
            });
        }
        let (mut hidden, mut needs) = (HashSet::new(), HashSet::new());
        if !treats(history.now(), organisation, role) {
            (hidden, needs) = needs_of_others(history, organisation);
        }
        drug_tests::hide(history, organisation, role, &mut hidden);
        Self::with_what_rests(history, hidden, &needs)
    }

    /// The restricted needs that are withheld of a record from workers of an organisation without an open episode.
    pub fn unless_treating(history: &History, organisation: &OrganisationCode) -> Option<Self> {
        let (hidden, needs) = needs_of_others(history, organisation);
        Self::with_what_rests(history, hidden, &needs)
    }

    fn with_what_rests(
        history: &History,
        mut hidden: HashSet<EventId>,
        needs: &HashSet<NeedId>,
    ) -> Option<Self> {
        if hidden.is_empty() {
            return None;
        }
        let unreplaced = hide_what_rests(history, &mut hidden, needs);
        Some(Self {
            hidden,
            unreplaced,
            codes: false,
        })
    }

    /// How many events do not exist for the caller, of those up to a version of the stream.
    pub fn count_up_to(&self, history: &History, stream: StreamId, version: u32) -> u32 {
        let before = history.events().iter().filter(|event| {
            let envelope = &event.envelope;
            envelope.stream == stream && envelope.stream_version <= version && self.hides(envelope.id)
        });
        u32::try_from(before.count()).unwrap_or(u32::MAX)
    }

    /// How many events do not exist for the caller.
    pub fn count(&self) -> u32 {
        u32::try_from(self.hidden.len()).unwrap_or(u32::MAX)
    }

    /// True when the event does not exist for the caller.
    pub fn hides(&self, event: EventId) -> bool {
        self.hidden.contains(&event)
    }

    /// The event as the caller is shown it; `None` when it does not exist for the caller.
    pub fn shown(&self, event: &RecordedEvent) -> Option<RecordedEvent> {
        if self.hides(event.envelope.id) {
            return None;
        }
        if self.codes {
            return Some(without_code(event));
        }
        let mut shown = event.clone();
        match &mut shown.body {
            Body::Fact(Fact::ReplacementEntered(f)) => f.replaces.retain(|replaced| !self.hides(*replaced)),
            Body::Fact(Fact::EventVoided(f))
                if f.replaced == Replaced::Here && self.unreplaced.contains(&event.envelope.correlation) =>
            {
                f.replaced = Replaced::No;
            }
            _ => {}
        }
        Some(shown)
    }
}

/// True when something in the record is not for everybody who sees the record.
pub fn is_sensitive(history: &History) -> bool {
    history
        .events()
        .iter()
        .filter_map(RecordedEvent::fact)
        .any(|fact| matches!(fact, Fact::NeedRaised(f) if f.restricted) || drug_tests::is_limited(fact))
}

/// True for a fact of which not everybody may know who sees the record, as far as it says itself: a clearing does not
/// say of which need.
pub fn is_for_few(fact: &Fact) -> bool {
    match fact {
        Fact::NeedRaised(f) => f.restricted,
        Fact::NeedCleared(_) => true,
        _ => drug_tests::is_limited(fact),
    }
}

/// The restricted needs that others raised, and the ids by which what rests on them names them.
fn needs_of_others(
    history: &History,
    organisation: &OrganisationCode,
) -> (HashSet<EventId>, HashSet<NeedId>) {
    let state = history.now();
    let others = restricted_needs(history).filter(|(event, f)| {
        f.organisation != *organisation && event.envelope.actor.organisation != *organisation
    });
    let (hidden, mut needs): (HashSet<_>, HashSet<_>) =
        others.map(|(event, f)| (event.envelope.id, f.need)).unzip();
    // A need that was entered again, unrestricted or by the caller, keeps its id.
    needs.retain(|need| {
        state
            .need(*need)
            .is_none_or(|now| now.restricted && now.organisation != *organisation)
    });
    (hidden, needs)
}

/// Of what a caller is shown: how many events of drug tests and required assessments. Together with the number of
/// events it tells one view of a record from another, for sight comes and goes.
pub fn shown_of_drug_tests(history: &History, withheld: Option<&Withheld>) -> u32 {
    let shown = drug_tests::limited(history)
        .filter(|event| withheld.is_none_or(|withheld| !withheld.hides(event.envelope.id)));
    u32::try_from(shown.count()).unwrap_or(u32::MAX)
}

/// The history with facts that are about to be recorded, when it or they hold drug tests or required assessments:
/// then what a caller sees afterwards is judged by the whole.
pub fn after_drug_tests(
    history: &History,
    drafts: &[Draft],
    origin: Origin,
    organisation: &OrganisationCode,
) -> Option<History> {
    let told = drafts.iter().any(|draft| drug_tests::is_limited(&draft.fact));
    if !told && drug_tests::limited(history).next().is_none() {
        return None;
    }
    let now = history.events().last().map(|last| last.envelope.recorded_at);
    let mut after = history.clone();
    let stream = history.stream();
    let new = drafts
        .iter()
        .zip(history.version() + 1..)
        .map(|(draft, version)| {
            provisional(
                draft,
                (stream, version),
                origin,
                organisation,
                now.unwrap_or_default(),
            )
        });
    after.learn(new.collect::<Vec<_>>());
    Some(after)
}

/// The restricted needs that were ever raised.
fn restricted_needs(history: &History) -> impl Iterator<Item = (&RecordedEvent, &NeedRaised)> {
    history.events().iter().filter_map(|event| match event.fact() {
        Some(Fact::NeedRaised(f)) if f.restricted => Some((event, f)),
        _ => None,
    })
}

/// The clearings of these needs, and the corrections that are about nothing but what is hidden. Gives the requests
/// whose replacement is among them.
fn hide_what_rests(
    history: &History,
    hidden: &mut HashSet<EventId>,
    needs: &HashSet<NeedId>,
) -> HashSet<Uuid> {
    let events = history.events();
    let cleared = events.iter().filter(|event| match event.fact() {
        Some(Fact::NeedCleared(f)) => needs.contains(&f.need),
        _ => false,
    });
    hidden.extend(cleared.map(|event| event.envelope.id));
    // In order of the stream: a void of a void comes after it.
    for event in events {
        if let Some(Fact::EventVoided(f)) = event.fact()
            && hidden.contains(&f.event)
        {
            hidden.insert(event.envelope.id);
        }
    }
    let mut unreplaced = HashSet::new();
    for event in events {
        if !matches!(event.fact(), Some(Fact::ReplacementEntered(_))) {
            continue;
        }
        let request = event.envelope.correlation;
        let mut entered = events
            .iter()
            .filter(|one| {
                one.envelope.correlation == request && one.fact().is_none_or(|fact| !fact.is_correction())
            })
            .peekable();
        if entered.peek().is_some() && entered.all(|one| hidden.contains(&one.envelope.id)) {
            hidden.insert(event.envelope.id);
            unreplaced.insert(request);
        }
    }
    unreplaced
}

/// The event without the code of a restricted need, and without its note: for auditors.
pub fn without_code(event: &RecordedEvent) -> RecordedEvent {
    let mut shown = event.clone();
    if let Body::Fact(Fact::NeedRaised(f)) = &mut shown.body
        && f.restricted
        && let Ok(code) = Code::parse(REDACTED)
    {
        f.code = code;
        shown.identity = None;
    }
    shown
}

/// The history as a caller is shown it; `None` when nothing of it is withheld.
pub fn seen_by(history: &History, organisation: &OrganisationCode, role: Role) -> Option<History> {
    let withheld = Withheld::of(history, organisation, role)?;
    let shown = history.events().iter().filter_map(|event| withheld.shown(event));
    Some(history.with(shown.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::{EventVoided, NeedCleared};
    use crate::rows::story::*;

    /// Northshire treats the person; the prison's organisation did until February and knows of nothing else.
    fn treated() -> Story {
        Story::new()
            .by("gatehouse")
            .on("2026-01-01", opened(1, "moorland-health"))
            .on("2026-02-01", exit(1, "83"))
            .by("northshire")
            .on("2026-02-05", opened(2, "northshire-community"))
    }

    fn cleared(n: u128) -> NeedCleared {
        NeedCleared {
            need: need_id(n),
            reason: code("risk_over"),
        }
    }

    fn void(of: u128) -> EventVoided {
        EventVoided {
            event: event(of),
            reason: code("entered_in_error"),
            replaced: Replaced::No,
        }
    }

    fn sees(story: &Story, who: &str, role: Role) -> usize {
        let history = story.history();
        seen_by(&history, &organisation(who), role).map_or(history.events().len(), |seen| seen.events().len())
    }

    #[test]
    fn nothing_is_withheld_of_a_record_without_restricted_needs() {
        let story = treated().on("2026-02-06", raised(1, "housing"));
        for who in ["northshire", "gatehouse", "county"] {
            for role in [Role::Worker, Role::Liaison, Role::Auditor] {
                assert_eq!(Withheld::of(&story.history(), &organisation(who), role), None);
            }
        }
    }

    #[test]
    fn a_restricted_need_does_not_exist_but_for_who_raised_it_and_workers_who_treat_the_person() {
        let story = treated().by("county").on("2026-02-06", raised(1, "cuckooing"));
        let all = story.history().events().len();
        assert_eq!(sees(&story, "county", Role::Liaison), all, "who raised it");
        assert_eq!(sees(&story, "northshire", Role::Worker), all, "an open episode");
        assert_eq!(
            sees(&story, "northshire", Role::Clinician),
            all,
            "an open episode"
        );
        assert_eq!(
            sees(&story, "northshire", Role::Liaison),
            all - 1,
            "no worker, though of the same organisation"
        );
        assert_eq!(
            sees(&story, "gatehouse", Role::Worker),
            all - 1,
            "its episode has ended"
        );
        assert_eq!(sees(&story, "southshire", Role::Worker), all - 1);
    }

    #[test]
    fn the_end_of_the_episode_ends_the_sight_and_its_rescission_opens_it_again() {
        let story = treated()
            .by("county")
            .on("2026-02-06", raised(1, "cuckooing"))
            .by("northshire")
            .on("2026-03-01", exit(2, "85"));
        let all = story.history().events().len();
        assert_eq!(sees(&story, "northshire", Role::Worker), all - 1);
        let story = story.on("2026-03-04", rescinded(2));
        assert_eq!(sees(&story, "northshire", Role::Worker), all + 1);
    }

    #[test]
    fn a_contract_that_moves_takes_the_sight_with_it() {
        let moved = crate::fact::ProviderChanged {
            contract: crate::id::ContractId(Uuid::from_u128(7)),
            from_service: service("northshire-community"),
            from_organisation: organisation("northshire"),
            to_service: service("southshire-community"),
            to_organisation: organisation("southshire"),
            to_kind: crate::fact::ServiceKind::Community,
        };
        let story = treated().by("county").on("2026-02-06", raised(1, "cuckooing"));
        let all = story.history().events().len();
        let story = story.on("2026-03-01", moved);
        assert_eq!(sees(&story, "southshire", Role::Worker), all + 1);
        assert_eq!(sees(&story, "northshire", Role::Worker), all);
    }

    #[test]
    fn what_rests_on_it_does_not_exist_either() {
        let story = treated()
            .by("county")
            .on("2026-02-06", raised(1, "cuckooing"))
            .by("northshire")
            .on("2026-02-10", cleared(1))
            .on("2026-02-11", void(5))
            .on("2026-02-12", void(6));
        assert_eq!(sees(&story, "gatehouse", Role::Worker), 3);
        assert_eq!(sees(&story, "northshire", Role::Worker), 7);
    }

    /// Negative control: what rests on an ordinary need is shown to everybody who sees the record.
    #[test]
    fn what_rests_on_an_ordinary_need_is_shown() {
        let story = treated()
            .by("county")
            .on("2026-02-06", raised(1, "housing"))
            .by("northshire")
            .on("2026-02-10", cleared(1))
            .on("2026-02-11", void(5));
        assert_eq!(sees(&story, "gatehouse", Role::Worker), 6);
    }

    #[test]
    fn auditors_see_that_there_is_one_and_not_what() {
        let story = treated()
            .by("county")
            .on("2026-02-06", raised(1, "cuckooing"))
            .on("2026-02-07", raised(2, "county_lines"));
        let seen = seen_by(&story.history(), &organisation("county"), Role::Auditor).unwrap();
        let codes: Vec<_> = seen
            .now()
            .needs
            .iter()
            .map(|need| need.code.to_string())
            .collect();
        assert_eq!(codes, [REDACTED, REDACTED]);
        assert!(seen.now().conflicts.is_empty(), "two of them are not one twice");
    }

    #[test]
    fn the_same_version_is_shown_before_and_after() {
        let before = treated();
        let after = before
            .clone()
            .by("county")
            .on("2026-02-06", raised(1, "cuckooing"));
        let who = organisation("gatehouse");
        let version = |story: &Story| {
            let history = story.history();
            let withheld = Withheld::of(&history, &who, Role::Worker);
            history.version() - withheld.map_or(0, |withheld| withheld.count())
        };
        assert_eq!(version(&before), version(&after));
        assert_ne!(before.history().version(), after.history().version());
    }
}
