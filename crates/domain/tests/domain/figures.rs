//! Laws of figures: they hold for every indicator and for histories however wild.
//!
//! Source: issue 8, "Shown by".

use crate::story::{day, directory};
use crate::wild::any_history;
use jiff::ToSpan as _;
use proptest::prelude::*;
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::history::History;
use throughcare_domain::id::PersonId;
use throughcare_domain::indicators::{
    Breakdown, Figure, Indicator, Period, Provider, Question, Shown, compare, count, report,
};
use throughcare_domain::rows::{Row, rows};
use throughcare_domain::state::{PersonState, Running};
use uuid::Uuid;

/// A period of the days on which wild histories happen, and a day to look from.
fn any_question() -> impl Strategy<Value = Question> {
    (-5i32..60, 0i32..90, 0i32..200).prop_map(|(from, length, after)| {
        let from = day("2026-01-01").saturating_add(from.days());
        Question {
            period: Period {
                from,
                to: from.saturating_add(length.days()),
            },
            as_of: from.saturating_add(after.days()),
            provider: None,
        }
    })
}

fn lines_of(people: &[Vec<RecordedEvent>]) -> Vec<(PersonId, Row)> {
    let each = (1..).zip(people).flat_map(|(n, events)| {
        let lines = rows(&PersonState::fold(events), directory());
        lines
            .into_iter()
            .map(move |row| (PersonId(Uuid::from_u128(n)), row))
    });
    each.collect()
}

fn each(lines: &[(PersonId, Row)]) -> impl Iterator<Item = (PersonId, &Row)> {
    lines.iter().map(|(person, row)| (*person, row))
}

/// Every figure of some lines: what was counted, in order, and the numbers.
fn all(lines: &[(PersonId, Row)], question: &Question) -> Vec<(&'static str, Figure)> {
    let figures = Indicator::all().iter();
    figures
        .map(|one| (one.id(), count(*one, each(lines), question)))
        .collect()
}

fn numbers(shown: &Shown) -> [u32; 3] {
    [shown.numerator, shown.denominator, shown.provisional].map(Option::unwrap_or_default)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn parts_add_up_to_the_whole(
        people in prop::collection::vec(any_history(90, 25), 1..4), question in any_question(), whose in any::<bool>()
    ) {
        let lines = lines_of(&people);
        let mut question = question;
        if whose {
            let mut services = lines.iter().filter_map(|(_, row)| row.organisation.clone());
            question.provider = services.next().map(Provider::Organisation);
        }
        for indicator in Indicator::all() {
            for by in Breakdown::ALL.into_iter().filter(|by| by.adds_up()) {
                let told = report(*indicator, each(&lines), &question, Some(by), false);
                let sum = told.parts.values().map(numbers).fold([0; 3], |sum, part| {
                    [sum[0] + part[0], sum[1] + part[1], sum[2] + part[2]]
                });
                prop_assert_eq!(sum, numbers(&told.whole), "{} by {}", indicator.id(), by.as_str());
            }
        }
    }

    #[test]
    fn a_numerator_is_within_its_denominator_and_what_is_settled_stays(
        people in prop::collection::vec(any_history(90, 25), 1..3), question in any_question()
    ) {
        for (id, figure) in all(&lines_of(&people), &question) {
            prop_assert!(figure.denominator.is_none_or(|all| figure.numerator <= all), "{id}");
            prop_assert!(figure.provisional as usize <= figure.entries.len(), "{id}");
            prop_assert!(figure.percentage.is_none_or(|it| (0.0..=100.0).contains(&it)), "{id}");
        }
    }

    #[test]
    fn the_order_of_recording_changes_no_figure(
        (events, shuffled) in any_history(60, 25)
            .prop_flat_map(|events| (Just(events.clone()), Just(events).prop_shuffle())),
        question in any_question()
    ) {
        prop_assert_eq!(
            all(&lines_of(&[events]), &question),
            all(&lines_of(&[shuffled]), &question)
        );
    }

    #[test]
    fn the_order_in_which_lines_are_read_changes_no_figure_and_no_part(
        (lines, shuffled) in prop::collection::vec(any_history(60, 25), 1..3).prop_flat_map(|people| {
            let lines = lines_of(&people);
            (Just(lines.clone()), Just(lines).prop_shuffle())
        }),
        question in any_question()
    ) {
        for indicator in Indicator::all() {
            for by in Breakdown::ALL {
                prop_assert_eq!(
                    report(*indicator, each(&lines), &question, Some(by), false),
                    report(*indicator, each(&shuffled), &question, Some(by), false)
                );
            }
        }
    }

    /// A projection that ran after every event has the figures of one that ran at the end, and of the log.
    #[test]
    fn incremental_equals_recomputed_from_the_log(
        events in any_history(60, 20), question in any_question(), at_once in 1usize..4
    ) {
        let mut running = Running::default();
        let mut seen = 0;
        for new in events.chunks(at_once) {
            running.learn(&events[..seen], new);
            seen += new.len();
            let person = PersonId(Uuid::from_u128(1));
            let mut lines = rows(running.state(), directory());
            let incremental: Vec<_> = lines.drain(..).map(|row| (person, row)).collect();
            prop_assert_eq!(
                all(&incremental, &question),
                all(&lines_of(&[events[..seen].to_vec()]), &question)
            );
        }
    }

    /// What was known at a position does not change by what is recorded after it (`cases.md` T1), and what two positions
    /// differ in is what came, went and changed.
    #[test]
    fn a_comparison_accounts_for_the_difference(events in any_history(60, 20), question in any_question()) {
        let history = History::new(events.clone());
        let half = (events.len() / 2) as u64;
        let known = |position: u64| {
            let then = history.narrowed(None, Some(position));
            let lines = rows(then.now(), directory());
            let lines = lines.into_iter().map(|row| (PersonId(Uuid::from_u128(1)), row));
            lines.collect::<Vec<_>>()
        };
        let (before, after) = (known(half), known(events.len() as u64));
        for indicator in Indicator::all() {
            let told = compare(*indicator, each(&before), each(&after), &question, false);
            prop_assert_eq!(
                numbers(&told.before)[1] + told.came.unwrap(),
                numbers(&told.after)[1] + told.went.unwrap(),
                "{}", indicator.id()
            );
            let same = compare(*indicator, each(&after), each(&after), &question, false);
            prop_assert!(same.things.is_empty());
        }
    }
}

/// What the figures of one history come to, as text; written by the test that this one starts in other time zones.
fn as_text() -> String {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let people = prop::collection::vec(any_history(120, 60), 60);
    let people = people.new_tree(&mut runner).unwrap().current();
    let question = Question {
        period: Period {
            from: day("2026-01-01"),
            to: day("2026-12-31"),
        },
        as_of: day("2026-12-31"),
        provider: None,
    };
    let figures = all(&lines_of(&people), &question);
    let told = figures.iter().map(|(id, figure)| {
        let days = figure.entries.iter().map(|one| format!("{:?}", one.counted));
        format!(
            "{id} {} {:?} {:?}",
            figure.numerator,
            figure.denominator,
            days.collect::<Vec<_>>()
        )
    });
    told.collect::<Vec<_>>().join("\n")
}

/// Where the child writes.
const INTO: &str = "THROUGHCARE_FIGURES_INTO";

#[test]
fn the_time_zone_of_the_machine_changes_no_figure() {
    if let Some(into) = std::env::var_os(INTO) {
        std::fs::write(into, as_text()).unwrap();
        return;
    }
    let here = as_text();
    // Wild histories tell of most of what is counted, or these laws would hold of nothing.
    let counted = here.lines().filter(|line| !line.ends_with("[]")).count();
    assert!(counted > 25, "{counted} {here}");
    let directory = std::env::temp_dir();
    for zone in ["UTC", "Pacific/Kiritimati", "America/Los_Angeles"] {
        let name = format!("figures-{}-{}", std::process::id(), zone.replace('/', "-"));
        let into = directory.join(name);
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "figures::the_time_zone_of_the_machine_changes_no_figure",
            ])
            .env(INTO, &into)
            .env("TZ", zone)
            .output()
            .unwrap();
        assert!(child.status.success(), "{zone}");
        let there = std::fs::read_to_string(&into).unwrap();
        std::fs::remove_file(&into).unwrap();
        assert_eq!(there, here, "{zone}");
    }
}
