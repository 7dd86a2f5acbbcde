//! Given what happened, when a figure is asked for, then it says so much. The numbers are those of `cases.md`.

mod bullseye;
mod gates;
mod harm;
mod journeys;
mod justice;
mod naloxone;
mod profiles;
mod rates;
mod referrals;
mod releases;
mod shown;
mod young;

use super::*;
use crate::id::PersonId;
use crate::rows::rows;
use crate::rows::story::*;
use uuid::Uuid;

fn asked(from: &str, to: &str, as_of: &str) -> Question {
    Question {
        period: Period {
            from: day(from),
            to: day(to),
        },
        as_of: day(as_of),
        provider: None,
    }
}

/// The figure over some people, each with a story.
fn figure(id: &str, people: &[Story], question: &Question) -> Figure {
    let lines: Vec<_> = (1..)
        .zip(people)
        .flat_map(|(n, story)| {
            let person = PersonId(Uuid::from_u128(n));
            let lines = rows(&story.state(), &directory());
            lines.into_iter().map(move |row| (person, row))
        })
        .collect();
    let indicator = Indicator::find(id).unwrap();
    count(
        indicator,
        lines.iter().map(|(person, row)| (*person, row)),
        question,
    )
}

/// Numerator, denominator and how many are provisional.
fn counts(id: &str, people: &[Story], question: &Question) -> (u32, u32, u32) {
    let figure = figure(id, people, question);
    (
        figure.numerator,
        figure.denominator.unwrap_or(0),
        figure.provisional,
    )
}

/// Referred, accepted, triaged and started on one day.
fn begun(story: Story, n: u128, on: &str) -> Story {
    story
        .on(on, referral(n, "northshire-community"))
        .on(on, accepted(n))
        .on(on, triaged(n, "treatment_needed"))
        .on(on, opened(n, "northshire-community"))
        .on(on, started(n, n, "94"))
}

fn left(story: Story, n: u128, on: &str, reason: &str) -> Story {
    story.on(on, ended(n, n)).on(on, exit(n, reason))
}

fn treated(from: &str, to: &str, reason: &str) -> Story {
    left(begun(Story::new(), 1, from), 1, to, reason)
}

#[test]
fn every_indicator_has_its_definition_and_every_definition_its_indicator() {
    let defined: Vec<_> = Definition::all().iter().map(|one| one.id.as_str()).collect();
    let ruled: Vec<_> = Indicator::all().iter().map(|one| one.id()).collect();
    assert_eq!(defined, ruled);
    for one in Indicator::all() {
        let definition = one.definition();
        assert_eq!(
            definition.denominator.is_some(),
            definition.measure == Measure::Percentage,
            "{}",
            one.id()
        );
    }
}

#[test]
fn the_order_of_recording_changes_no_figure() {
    let story = left(
        begun(treated("2025-05-01", "2025-08-31", "80"), 2, "2026-02-27"),
        2,
        "2026-05-01",
        "83",
    );
    let question = asked("2025-01-01", "2026-12-31", "2026-12-31");
    let of = |lines: &[Row]| -> Vec<(&str, u32, Option<u32>)> {
        let person = PersonId(Uuid::from_u128(1));
        Indicator::all()
            .iter()
            .map(|one| {
                let figure = count(*one, lines.iter().map(|row| (person, row)), &question);
                (one.id(), figure.numerator, figure.denominator)
            })
            .collect()
    };
    let expected = of(&rows(&story.state(), &directory()));
    assert_ne!(expected.iter().map(|(_, yes, _)| yes).sum::<u32>(), 0);
    for order in story.other_orders() {
        let state = crate::state::PersonState::fold(&order);
        assert_eq!(of(&rows(&state, &directory())), expected);
    }
}
