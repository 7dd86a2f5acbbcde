//! Figures against true answers: what the domain counts is what the script booked, for every indicator, quarter, area and
//! service.

use std::sync::LazyLock;
use throughcare_county::truth::{Books, Counting, Difference, INDICATORS, NOT_BOOKED, Scope, person};
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::fact::{Fact, ServiceKind};
use throughcare_domain::id::PersonId;
use throughcare_domain::indicators::Indicator;
use throughcare_domain::when::{Occurred, london_date};

/// As many as a test has time for; `cargo run --release -p throughcare-county --example true_answers` takes 20,000.
const PEOPLE: u32 = 1_000;

type Told = Vec<(PersonId, Vec<RecordedEvent>)>;

static TOLD: LazyLock<(Books, Told)> = LazyLock::new(|| {
    let mut books = Books::default();
    let told = (0..PEOPLE).map(|number| person(11, number, &mut books)).collect();
    (books, told)
});

static COUNTED: LazyLock<Counting> = LazyLock::new(|| counting(&TOLD.1));

fn counting(told: &Told) -> Counting {
    let mut counting = Counting::default();
    for (person, events) in told {
        counting.take(*person, events);
    }
    counting
}

fn said(differences: &[Difference]) -> String {
    let lines = differences.iter().take(40).map(|one| format!("{one:?}\n"));
    format!(
        "{} figures differ:\n{}",
        differences.len(),
        lines.collect::<String>()
    )
}

#[test]
fn given_lives_whose_script_knows_the_answers_when_figures_are_counted_then_each_is_the_truth() {
    let differences = COUNTED.differences(&TOLD.0, |_| {});
    assert!(differences.is_empty(), "{}", said(&differences));
}

/// A few people, their books, and what is told of them after a change.
fn changed(change: impl Fn(&mut Vec<RecordedEvent>)) -> Vec<Difference> {
    let mut books = Books::default();
    let mut told: Told = (0..120).map(|number| person(11, number, &mut books)).collect();
    for (_, events) in &mut told {
        change(events);
    }
    counting(&told).differences(&books, |_| {})
}

#[test]
fn given_the_same_events_in_another_order_when_figures_are_counted_then_they_are_the_truth_too() {
    let differences = changed(|events| events.reverse());
    assert!(differences.is_empty(), "{}", said(&differences));
}

/// The negative control: whoever counts by other rules, or loses something, does not come to the books.
#[test]
fn given_something_wrong_when_figures_are_counted_then_they_are_not_the_truth() {
    let about = |differences: &[Difference], indicator: &str| {
        differences.iter().any(|one| one.indicator == indicator)
    };
    // A day later what was within 21 days is not any more: as if the window were a day shorter.
    let later = changed(|events| {
        for event in events {
            if matches!(event.fact(), Some(Fact::EpisodeOpened(told)) if told.kind == ServiceKind::Community)
            {
                let Occurred::On(day) = event.envelope.occurred else {
                    continue;
                };
                event.envelope.occurred = Occurred::On(day.tomorrow().unwrap());
            }
        }
    });
    assert!(
        about(&later, "continuity_national") && about(&later, "new_presentations"),
        "{}",
        said(&later)
    );
    // What was voided counts.
    let unvoided =
        changed(|events| events.retain(|event| !matches!(event.fact(), Some(Fact::EventVoided(_)))));
    assert!(
        about(&unvoided, "overdoses") && about(&unvoided, "naloxone_supplied"),
        "{}",
        said(&unvoided)
    );
    // What is told late is lost.
    let lost = changed(|events| {
        events.retain(|event| london_date(event.envelope.recorded_at) <= event.envelope.occurred.date());
    });
    assert!(
        about(&lost, "in_treatment") && about(&lost, "triaged_in_six_weeks"),
        "{}",
        said(&lost)
    );
    // One line of each kind is lost.
    let mut books = Books::default();
    let told: Told = (0..120).map(|number| person(11, number, &mut books)).collect();
    let mut counting = counting(&told);
    for lines in counting.lines_mut() {
        let last = lines
            .iter()
            .rposition(|(_, row)| row.primary && row.opened_on.year() < 2025);
        lines.remove(last.unwrap());
    }
    let differences = counting.differences(&books, |_| {});
    for indicator in [
        "new_presentations",
        "triaged_in_six_weeks",
        "naloxone_supplied",
        "overdoses",
        "deaths",
    ] {
        assert!(
            about(&differences, indicator),
            "{indicator}: {}",
            said(&differences)
        );
    }
}

#[test]
fn given_the_books_when_they_are_looked_at_then_every_indicator_has_yes_and_no() {
    let (books, _) = &*TOLD;
    for indicator in Indicator::all() {
        assert!(
            INDICATORS.contains(&indicator.id()) != NOT_BOOKED.contains(&indicator.id()),
            "{} has a true answer or is named among those that have none, and not both",
            indicator.id()
        );
    }
    for name in INDICATORS {
        let of_all = books
            .answers()
            .filter(|(of, _, scope, _)| *of == name && *scope == Scope::All);
        let (yes, asked) = of_all.fold((0, 0), |(yes, asked), (.., tally)| {
            (yes + tally.yes, asked + tally.asked)
        });
        let counts_alone = Indicator::find(name).is_some_and(|one| one.definition().denominator.is_none());
        assert!(
            yes > 4 && (counts_alone || asked > yes || name == "lost_transfers"),
            "{name}: {yes} of {asked}"
        );
    }
}
