//! What is shown of a figure: parts, ages, intervals, small numbers.

use super::*;
use crate::indicators::breakdown::age_band;
use crate::rows::Whom;
use std::collections::BTreeSet;

#[test]
fn a_provider_has_its_part_and_the_area_counts_once() {
    let story = begun(begun(Story::new(), 1, "2026-01-05"), 2, "2026-01-06");
    let mut question = asked("2026-01-01", "2026-03-31", "2026-12-31");
    let people = [story];
    assert_eq!(counts("in_treatment", &people, &question).0, 1);
    question.provider = Some(Provider::Service(service("northshire-community")));
    assert_eq!(
        counts("in_treatment", &people, &question).0,
        1,
        "two episodes with it are one person"
    );
    question.provider = Some(Provider::Service(service("elsewhere")));
    assert_eq!(counts("in_treatment", &people, &question).0, 0);
}

#[test]
fn parts_add_up_to_the_whole() {
    let people = [
        treated("2026-02-10", "2026-05-20", "80"),
        treated("2026-02-11", "2026-05-21", "85"),
        begun(Story::new(), 1, "2026-03-01"),
    ];
    let question = asked("2026-01-01", "2026-12-31", "2026-12-31");
    for indicator in Indicator::all() {
        let whole = figure(indicator.id(), &people, &question);
        for by in Breakdown::ALL.into_iter().filter(|by| by.adds_up()) {
            let lines: Vec<_> = (1..)
                .zip(&people)
                .flat_map(|(n, story)| {
                    rows(&story.state(), &directory())
                        .into_iter()
                        .map(move |row| (n, row))
                })
                .collect();
            let parts: BTreeSet<_> = lines.iter().map(|(_, row)| by.part(row, &question)).collect();
            let sum: u32 = parts
                .iter()
                .map(|part| {
                    let of_part = lines
                        .iter()
                        .filter(|(_, row)| by.part(row, &question) == *part)
                        .map(|(n, row)| (PersonId(Uuid::from_u128(*n)), row));
                    count(*indicator, of_part, &question).numerator
                })
                .sum();
            assert_eq!(sum, whole.numerator, "{} by {}", indicator.id(), by.as_str());
        }
    }
}

#[test]
fn ages_are_those_of_the_first_day() {
    let whom = |adult: &str| Whom {
        turns_adult_on: Some(day(adult)),
        ..Whom::default()
    };
    let on = day("2026-04-01");
    assert_eq!(age_band(&whom("2026-04-02"), on), Some("under_18"));
    assert_eq!(age_band(&whom("2026-04-01"), on), Some("18_to_25"));
    assert_eq!(
        age_band(&whom("2018-04-02"), on),
        Some("18_to_25"),
        "25 until tomorrow"
    );
    assert_eq!(age_band(&whom("2018-04-01"), on), Some("26_to_34"));
    assert_eq!(age_band(&whom("1979-04-01"), on), Some("65_and_over"));
    assert_eq!(age_band(&Whom::default(), on), None);
}

#[test]
fn wilsons_interval_is_the_published_one() {
    // Newcombe 1998, table I: 81 of 263 and 1 of 29 (without continuity correction).
    let of = |yes, all| wilson(yes, all).map(|it| (it.low, it.high));
    assert_eq!(of(81, 263), Some((25.5, 36.6)));
    assert_eq!(of(0, 20), Some((0.0, 16.1)));
    assert_eq!(of(1, 29), Some((0.6, 17.2)));
    assert_eq!(of(29, 29), Some((88.3, 100.0)));
    assert_eq!(of(0, 0), None);
}

/// Nine people in treatment, three of them with alcohol alone.
fn nine() -> Vec<(PersonId, Row)> {
    (1..=9)
        .flat_map(|n: u128| {
            let mut one = referral(1, "northshire-community");
            if n <= 3 {
                one.substances = vec![code("7000")];
            }
            let mut found = triaged(1, "treatment_needed");
            found.substances.clear();
            let story = Story::new()
                .on("2026-01-05", one)
                .on("2026-01-05", accepted(1))
                .on("2026-01-05", found)
                .on("2026-01-05", opened(1, "northshire-community"))
                .on("2026-01-05", started(1, 1, "94"));
            let lines = rows(&story.state(), &directory());
            lines
                .into_iter()
                .map(move |row| (PersonId(Uuid::from_u128(n)), row))
        })
        .collect()
}

#[test]
fn a_part_of_three_is_withheld_and_so_is_what_it_could_be_worked_out_of() {
    let lines = nine();
    let lines = || lines.iter().map(|(person, row)| (*person, row));
    let question = asked("2026-01-01", "2026-03-31", "2026-12-31");
    let indicator = Indicator::find("in_treatment").unwrap();
    let by = Some(Breakdown::Substances);
    let numbers = |report: &Report, part: &str| (report.whole.numerator, report.parts[part].numerator);
    let open = report(indicator, lines(), &question, by, false);
    assert_eq!(numbers(&open, "alcohol"), (Some(9), Some(3)));
    assert_eq!(numbers(&open, "opiate"), (Some(9), Some(6)));
    let withheld = report(indicator, lines(), &question, by, true);
    assert_eq!(numbers(&withheld, "alcohol"), (Some(9), None));
    assert_eq!(
        numbers(&withheld, "opiate"),
        (Some(9), None),
        "nine less six are three"
    );
    let four = lines().filter(|(person, _)| person.0.as_u128() <= 4);
    let few = report(indicator, four, &question, None, true);
    assert_eq!(few.whole.numerator, None);
}

/// A journey with episodes of two services of one organisation: two lines of one thing.
#[test]
fn a_thing_with_several_lines_belongs_to_one_part_in_whatever_order_they_are_read() {
    let person = PersonId(Uuid::from_u128(1));
    let line = |name: &str, primary: bool| {
        let state = begun(Story::new(), 1, "2026-01-05").state();
        let mut all = rows(&state, &directory());
        let at = all.iter().position(|row| row.kind == RowKind::Journey).unwrap();
        let mut row = all.swap_remove(at);
        row.service = Some(service(name));
        row.primary = primary;
        (person, row)
    };
    let mut question = asked("2026-01-01", "2026-03-31", "2026-12-31");
    question.provider = Some(Provider::Service(service("northshire-community")));
    let indicator = Indicator::find("in_treatment").unwrap();
    let parts = |lines: &[(PersonId, Row)]| -> Vec<String> {
        let lines = lines.iter().map(|(person, row)| (*person, row));
        let read = report(indicator, lines, &question, Some(Breakdown::Service), false);
        read.parts.into_keys().collect()
    };
    let mut two = vec![line("b-service", false), line("c-service", true)];
    assert_eq!(parts(&two), ["c-service"], "the primary one");
    two.reverse();
    assert_eq!(parts(&two), ["c-service"]);
    let mut two = vec![line("b-service", false), line("a-service", false)];
    assert_eq!(parts(&two), ["a-service"], "none is the primary one here");
    two.reverse();
    assert_eq!(parts(&two), ["a-service"]);
}

fn each(lines: &[(PersonId, Row)]) -> impl Iterator<Item = (PersonId, &Row)> {
    lines.iter().map(|(person, row)| (*person, row))
}

#[test]
fn t1_what_was_recorded_late_is_what_two_knowledge_dates_differ_in() {
    // Left on 3 January, recorded on 9 April.
    let story = begun(Story::new(), 1, "2025-06-02")
        .told("2026-01-03", "2026-04-09", ended(1, 1))
        .told("2026-01-03", "2026-04-09", exit(1, "80"));
    let person = PersonId(Uuid::from_u128(1));
    let known = |position: u64| -> Vec<(PersonId, Row)> {
        let history = story.history().narrowed(None, Some(position));
        let lines = rows(history.now(), &directory());
        lines.into_iter().map(|row| (person, row)).collect()
    };
    let (then, now) = (known(5), known(7));
    let question = asked("2026-01-01", "2026-03-31", "2026-12-31");
    let completed = Indicator::find("successful_completions").unwrap();
    let told = compare(completed, each(&then), each(&now), &question, false);
    assert_eq!((told.before.numerator, told.after.numerator), (Some(0), Some(1)));
    assert_eq!((told.came, told.went, told.changed), (Some(0), Some(0), Some(1)));
    let what = &told.things[0];
    assert_eq!(
        (what.key, what.became),
        (person.0, crate::explain::Became::Changed)
    );
    // The same view, asked of the person's record alone.
    let view = |position: u64| {
        let history = story.history().narrowed(None, Some(position));
        standing(completed, history.now(), &directory(), &question, None, person.0)
    };
    assert_eq!((view(5), view(7)), what.values());
    // What is the same at both times differs in nothing.
    let same = compare(completed, each(&now), each(&now), &question, false);
    assert!(same.things.is_empty());
}

#[test]
fn one_who_came_between_two_known_figures_cannot_be_worked_out() {
    let lines = nine();
    let all = || lines.iter().map(|(person, row)| (*person, row));
    let eight = || all().filter(|(person, _)| person.0.as_u128() <= 8);
    let question = asked("2026-01-01", "2026-03-31", "2026-12-31");
    let treated = Indicator::find("in_treatment").unwrap();
    let told = compare(treated, eight(), all(), &question, true);
    assert_eq!(told.after.numerator, Some(9));
    assert_eq!(told.before.numerator, None, "nine less eight are one");
    assert_eq!(told.came, None);
    let open = compare(treated, eight(), all(), &question, false);
    assert_eq!((open.before.numerator, open.came), (Some(8), Some(1)));
}

#[test]
fn somebody_belongs_to_every_cohort_need_and_tag_that_held_on_a_day_of_it() {
    let story = begun(Story::new(), 1, "2026-01-05")
        .on("2026-02-01", raised(1, "housing"))
        .on("2026-02-02", raised(2, "cuckooing"))
        .on("2026-01-01", tagged(1, "rough_sleeper_grant", Some("2026-01-04")))
        .on("2026-03-01", tagged(2, "rough_sleeper_grant", None));
    let early = left(begun(Story::new(), 1, "2026-01-05"), 1, "2026-01-20", "85")
        .on("2026-01-21", raised(1, "housing"));
    let lines: Vec<_> = (1..)
        .zip([story, early])
        .flat_map(|(n, story)| {
            let lines = rows(&story.state(), &directory());
            lines
                .into_iter()
                .map(move |row| (PersonId(Uuid::from_u128(n)), row))
        })
        .collect();
    let question = asked("2026-01-01", "2026-03-31", "2026-12-31");
    let treated = Indicator::find("in_treatment").unwrap();
    let parts = |by| {
        let told = report(treated, each(&lines), &question, Some(by), false);
        let parts = told.parts.into_iter();
        parts
            .map(|(part, shown)| (part, shown.numerator.unwrap()))
            .collect::<Vec<_>>()
    };
    let of = |part: &str, count: u32| (part.to_owned(), count);
    assert_eq!(
        parts(Breakdown::Need),
        [of("housing", 1), of("none", 1)],
        "few may see the other need, and a need found after the end is none of its"
    );
    assert_eq!(
        parts(Breakdown::Tag),
        [of("none", 1), of("rough_sleeper_grant", 1)]
    );
    assert_eq!(parts(Breakdown::Cohort), [of("none", 2)]);
}
