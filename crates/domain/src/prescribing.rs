//! What a person is prescribed, by whom, and where two services prescribe in place of opioids at once.
//!
//! Sources: `design.md` ("Continuity": two services starting opioid treatment for one person at once is shown and
//! alarmed; at reception, what was the person prescribed).

use crate::code::{Code, ServiceCode};
use crate::fact::ServiceKind;
use crate::id::EventId;
use crate::reference::{is_opiate, is_pharmacological};
use crate::state::{Bridge, Episode, Intervention, PersonState};
use jiff::civil::Date;
use uuid::Uuid;

/// Where a prescription comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<'a> {
    /// A pharmacological intervention.
    Intervention(&'a Intervention),
    /// A prescription made out until the next service takes over.
    Bridge(&'a Bridge),
}

/// What a person is prescribed, from day to day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prescription<'a> {
    /// The intervention; the event, of a bridge and of an intervention that goes on after a hold.
    pub id: Uuid,
    /// In which episode.
    pub episode: &'a Episode,
    /// Where it comes from.
    pub source: Source<'a>,
    /// The first day.
    pub from: Date,
    /// The first day on which it is over; `None` while nothing ended it.
    pub over: Option<Date>,
    /// The event with which it begins.
    pub begun_by: EventId,
}

impl Prescription<'_> {
    /// Code of `bridging-medicines` for a bridge, of `interventions` for an intervention.
    pub fn code(&self) -> &Code {
        match self.source {
            Source::Intervention(one) => &one.code,
            Source::Bridge(one) => &one.medicine,
        }
    }

    /// True on its days.
    pub fn runs_on(&self, day: Date) -> bool {
        self.from <= day && self.over.is_none_or(|over| day < over)
    }
}

/// Every prescription of a person, in order of its first day.
///
/// An intervention rests while its episode is on hold, and in prison it ends with the release, whatever the prison's
/// service still has to record: nobody is treated in a prison that they have left.
pub fn prescriptions(state: &PersonState) -> Vec<Prescription<'_>> {
    let mut found = Vec::new();
    for episode in &state.episodes {
        for one in episode
            .interventions
            .iter()
            .filter(|one| is_pharmacological(&one.code))
        {
            without_holds(state, episode, one, &mut found);
        }
        for bridge in episode
            .bridges
            .iter()
            .filter(|bridge| bridge.from <= bridge.until)
        {
            found.push(Prescription {
                id: bridge.id().0,
                episode,
                source: Source::Bridge(bridge),
                from: bridge.from,
                over: earlier(bridge.until.tomorrow().ok(), state.died.map(|at| at.date())),
                begun_by: bridge.at.by,
            });
        }
    }
    found.retain(|one| one.over.is_none_or(|over| one.from < over));
    found.sort_by_key(|one| (one.from, one.id));
    found
}

/// The days of an intervention outside of the holds.
fn without_holds<'a>(
    state: &PersonState,
    episode: &'a Episode,
    one: &'a Intervention,
    found: &mut Vec<Prescription<'a>>,
) {
    let started = one.started.date();
    let left = state
        .custody
        .releases
        .iter()
        .map(|release| release.at.date())
        .find(|day| *day >= started)
        .filter(|_| episode.kind == ServiceKind::Prison);
    let ends = [
        one.ended.as_ref().map(|(at, _)| at.date()),
        episode.exit.as_ref().map(|exit| exit.at.date()),
        state.died.map(|at| at.date()),
        left,
    ];
    let over = ends.into_iter().flatten().min();
    let mut part = Prescription {
        id: one.id.0,
        episode,
        source: Source::Intervention(one),
        from: started,
        over,
        begun_by: one.started.by,
    };
    for hold in &episode.holds {
        let matters = hold.resumed.is_none_or(|at| at.date() > part.from);
        if !matters || over.is_some_and(|over| over <= hold.since.date()) {
            continue;
        }
        found.push(Prescription {
            over: Some(hold.since.date()),
            ..part.clone()
        });
        let Some(resumed) = hold.resumed else { return };
        part = Prescription {
            id: resumed.by.0,
            from: resumed.date(),
            begun_by: resumed.by,
            ..part
        };
    }
    found.push(part);
}

fn earlier(one: Option<Date>, other: Option<Date>) -> Option<Date> {
    one.into_iter().chain(other).min()
}

/// Two services prescribe in place of opioids on the same days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twice<'a> {
    /// The prescription that ran already.
    pub first: Prescription<'a>,
    /// The one that came besides.
    pub second: Prescription<'a>,
    /// The first day of both.
    pub from: Date,
    /// The first day on which it is over; `None` while both go on.
    pub over: Option<Date>,
}

impl Twice<'_> {
    /// Its id: that of the prescription that came besides.
    pub fn id(&self) -> Uuid {
        self.second.id
    }

    /// Both services.
    pub fn services(&self) -> [&ServiceCode; 2] {
        [&self.first.episode.service, &self.second.episode.service]
    }

    /// True on its days.
    pub fn is_on(&self, day: Date) -> bool {
        self.from <= day && self.over.is_none_or(|over| day < over)
    }
}

/// Where two services prescribe in place of opioids at once: pharmacological interventions of two services where an
/// opiate stands among the substances of any referral or triage, or two bridges with opioid substitution. A bridge
/// beside the next service's intervention is how care is handed over, and no alarm.
///
/// Each prescription that came besides another is named once, with the one that ran longest.
pub fn prescribed_twice(state: &PersonState) -> Vec<Twice<'_>> {
    let mut all = prescriptions(state);
    let uses_opiates = uses_opiates(state);
    all.retain(|one| match one.source {
        Source::Intervention(_) => uses_opiates,
        Source::Bridge(bridge) => bridge.opioid,
    });
    let mut twice = Vec::new();
    for (index, second) in all.iter().enumerate() {
        let besides = |first: &&Prescription<'_>| {
            let same_kind = std::mem::discriminant(&first.source) == std::mem::discriminant(&second.source);
            same_kind && first.episode.service != second.episode.service && first.runs_on(second.from)
        };
        if let Some(first) = all[..index].iter().find(besides) {
            twice.push(Twice {
                from: second.from,
                over: earlier(first.over, second.over),
                first: first.clone(),
                second: second.clone(),
            });
        }
    }
    twice
}

fn uses_opiates(state: &PersonState) -> bool {
    let told = state
        .referrals
        .iter()
        .flat_map(|one| one.substances.iter().chain(&one.found));
    told.into_iter().any(is_opiate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::story::*;

    /// Opened in March by Northshire, in April by Southshire too, both with opiates.
    fn two_services(second: &str) -> Story {
        Story::new()
            .on("2026-03-01", referral(1, "northshire-community"))
            .on("2026-03-02", opened(1, "northshire-community"))
            .on("2026-03-10", started(1, 1, second))
            .on("2026-04-01", opened(2, "southshire-community"))
            .on("2026-04-05", started(2, 2, second))
    }

    fn spans(story: &Story) -> Vec<(String, Option<String>)> {
        let state = story.state();
        let all = prescriptions(&state);
        all.iter()
            .map(|one| (one.from.to_string(), one.over.map(|day| day.to_string())))
            .collect()
    }

    fn alarms(story: &Story) -> Vec<(String, Option<String>)> {
        let state = story.state();
        let all = prescribed_twice(&state);
        all.iter()
            .map(|one| (one.from.to_string(), one.over.map(|day| day.to_string())))
            .collect()
    }

    fn span(from: &str, over: Option<&str>) -> (String, Option<String>) {
        (from.to_owned(), over.map(str::to_owned))
    }

    #[test]
    fn two_services_that_prescribe_at_once_are_an_alarm_until_one_ends() {
        let story = two_services("94");
        assert_eq!(alarms(&story), [span("2026-04-05", None)]);
        let state = story.state();
        let found = prescribed_twice(&state);
        assert_eq!(found[0].id(), intervention_id(2).0);
        assert_eq!(
            found[0].services(),
            [&service("northshire-community"), &service("southshire-community")]
        );
        let ended = story.on("2026-04-09", ended(1, 1));
        assert_eq!(alarms(&ended), [span("2026-04-05", Some("2026-04-09"))]);
    }

    /// Negative controls: each condition taken away is no alarm.
    #[test]
    fn talk_one_service_no_opiate_and_a_change_on_one_day_are_no_alarm() {
        assert!(alarms(&two_services("95")).is_empty(), "psychosocial");
        let one = Story::new()
            .on("2026-03-01", referral(1, "northshire-community"))
            .on("2026-03-02", opened(1, "northshire-community"))
            .on("2026-03-10", started(1, 1, "94"))
            .on("2026-04-05", started(1, 2, "94"));
        assert!(alarms(&one).is_empty(), "one service");
        let mut alcohol = referral(1, "northshire-community");
        alcohol.substances = vec![code("7000")];
        let alcohol = Story::new()
            .on("2026-03-01", alcohol)
            .on("2026-03-02", opened(1, "northshire-community"))
            .on("2026-03-10", started(1, 1, "94"))
            .on("2026-04-01", opened(2, "southshire-community"))
            .on("2026-04-05", started(2, 2, "94"));
        assert!(alarms(&alcohol).is_empty(), "no opiate");
        let handed_over = two_services("94").on("2026-04-05", ended(1, 1));
        assert!(alarms(&handed_over).is_empty(), "one ends as the other begins");
    }

    #[test]
    fn an_opiate_found_at_triage_counts_as_one_told_with_the_referral() {
        let mut referral = referral(1, "northshire-community");
        referral.substances = Vec::new();
        let mut triage = triaged(1, "treatment_needed");
        let told = |triage| {
            Story::new()
                .on("2026-03-01", referral.clone())
                .on("2026-03-01", accepted(1))
                .on("2026-03-02", triage)
                .on("2026-03-02", opened(1, "northshire-community"))
                .on("2026-03-10", started(1, 1, "94"))
                .on("2026-04-01", opened(2, "southshire-community"))
                .on("2026-04-05", started(2, 2, "94"))
        };
        assert!(alarms(&told(triage.clone())).is_empty());
        triage.substances = vec![code("1011")];
        assert_eq!(alarms(&told(triage)).len(), 1);
    }

    #[test]
    fn treatment_on_hold_prescribes_nothing() {
        let story = two_services("94")
            .on("2026-04-02", put_on_hold(1))
            .on("2026-04-20", resumed(1));
        assert_eq!(
            spans(&story),
            [
                span("2026-03-10", Some("2026-04-02")),
                span("2026-04-05", None),
                span("2026-04-20", None)
            ]
        );
        assert_eq!(alarms(&story), [span("2026-04-20", None)]);
    }

    #[test]
    fn what_a_prison_prescribes_ends_with_the_release() {
        let story = Story::new()
            .on("2026-01-10", received("MDI"))
            .on("2026-01-11", referral(1, "moorland-health"))
            .on("2026-01-12", opened(1, "moorland-health"))
            .on("2026-01-12", started(1, 1, "94"))
            .on("2026-02-20", opened(2, "northshire-community"))
            .on(
                "2026-03-01",
                released("MDI", crate::fact::ReleaseEffect::Community, None),
            )
            .on("2026-03-02", started(2, 2, "94"));
        assert!(story.state().episodes[0].exit.is_none(), "nobody recorded it");
        assert!(alarms(&story).is_empty());
        assert_eq!(spans(&story)[0], span("2026-01-12", Some("2026-03-01")));
    }

    #[test]
    fn two_bridges_of_opioids_are_an_alarm_and_a_bridge_to_the_next_service_is_none() {
        let handed_over = two_services("95")
            .on("2026-04-06", bridged(1, None, "2026-04-06", "2026-04-20"))
            .on("2026-04-08", started(2, 3, "94"));
        assert!(alarms(&handed_over).is_empty());
        let twice = handed_over.on("2026-04-10", bridged(2, None, "2026-04-20", "2026-04-30"));
        assert_eq!(alarms(&twice), [span("2026-04-20", Some("2026-04-21"))]);
    }

    #[test]
    fn a_death_ends_prescriptions() {
        let story = two_services("94").on("2026-04-07", reported_dead(1));
        assert_eq!(alarms(&story), [span("2026-04-05", Some("2026-04-07"))]);
    }
}
