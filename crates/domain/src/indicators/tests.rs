//! Given what happened, when a figure is asked for, then it says so much. The numbers are those of `cases.md`.

use super::*;
use crate::fact::{DeathRejected, Fact, KitConfiscated, KitLost, KitReturned, ReleaseEffect};
use crate::id::PersonId;
use crate::rows::rows;
use crate::rows::story::*;
use std::collections::BTreeSet;
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
fn somebody_is_in_treatment_from_the_first_structured_start_to_the_exit() {
    let one = [treated("2026-02-10", "2026-05-20", "80")];
    let on = |from: &str, to: &str| counts("in_treatment", &one, &asked(from, to, "2026-12-31")).0;
    assert_eq!(on("2026-01-01", "2026-02-09"), 0);
    assert_eq!(on("2026-01-01", "2026-02-10"), 1);
    assert_eq!(on("2026-05-20", "2026-06-30"), 1, "the day of the exit included");
    assert_eq!(on("2026-05-21", "2026-06-30"), 0);
    // As it was true in April, nobody had left.
    assert_eq!(
        counts(
            "in_treatment",
            &one,
            &asked("2026-05-21", "2026-06-30", "2026-04-01")
        )
        .0,
        1
    );
}

#[test]
fn e1_a_gap_of_21_days_is_one_journey_and_one_of_22_two() {
    let after = |on: &str| [begun(treated("2025-10-01", "2026-01-01", "85"), 2, on)];
    let new = |on: &str| {
        counts(
            "new_presentations",
            &after(on),
            &asked("2026-01-01", "2026-03-31", "2026-12-31"),
        )
        .0
    };
    assert_eq!(new("2026-01-22"), 0);
    assert_eq!(new("2026-01-23"), 1);
    // Two journeys in one year are one person in treatment.
    assert_eq!(
        counts(
            "in_treatment",
            &after("2026-01-23"),
            &asked("2025-10-01", "2026-12-31", "2026-12-31")
        )
        .0,
        1
    );
}

#[test]
fn e2_to_e4_what_ends_a_journey() {
    let both = |first: &str, second: Option<&str>| {
        let story = begun(begun(Story::new(), 1, "2026-01-05"), 2, "2026-01-05");
        let story = left(story, 1, "2026-02-10", first);
        [match second {
            Some(reason) => left(story, 2, "2026-02-10", reason),
            None => story,
        }]
    };
    let year = asked("2026-01-01", "2026-12-31", "2026-12-31");
    assert_eq!(
        counts("successful_completions", &both("80", None), &year),
        (0, 1, 0),
        "E2: the journey is open"
    );
    assert_eq!(
        counts("successful_completions", &both("80", Some("85")), &year),
        (0, 1, 0),
        "E3: inconsistent"
    );
    assert_eq!(
        counts("contradicting_ends", &both("80", Some("85")), &year).0,
        1,
        "E3: and listed"
    );
    assert_eq!(
        counts("unplanned_exits", &both("80", Some("85")), &year),
        (0, 0, 0),
        "E3: in no outcome"
    );
    assert_eq!(
        counts("successful_completions", &both("80", Some("82")), &year),
        (1, 1, 0),
        "E4"
    );
    assert_eq!(counts("contradicting_ends", &both("80", Some("82")), &year).0, 0);
}

#[test]
fn e5_effective_is_84_days_or_completed() {
    let year = asked("2026-01-01", "2026-12-31", "2026-12-31");
    let effective =
        |to: &str, reason: &str| counts("effective_treatment", &[treated("2026-01-01", to, reason)], &year);
    assert_eq!(effective("2026-03-26", "85"), (1, 1, 0), "84 days");
    assert_eq!(effective("2026-03-25", "85"), (0, 1, 0), "83 days");
    assert_eq!(effective("2026-01-31", "80"), (1, 1, 0), "completed after 30");
    let open = [begun(Story::new(), 1, "2026-01-01")];
    assert_eq!(
        counts(
            "effective_treatment",
            &open,
            &asked("2026-01-01", "2026-03-31", "2026-03-25")
        ),
        (0, 1, 1)
    );
    assert_eq!(
        counts(
            "effective_treatment",
            &open,
            &asked("2026-01-01", "2026-03-31", "2026-03-26")
        ),
        (1, 1, 0)
    );
}

#[test]
fn e6_a_re_presentation_is_before_six_calendar_months() {
    let back = |on: &str| [begun(treated("2025-05-01", "2025-08-31", "80"), 2, on)];
    let asked = asked("2025-06-01", "2025-11-30", "2026-05-31");
    assert_eq!(counts("representations", &back("2026-02-27"), &asked), (1, 1, 0));
    assert_eq!(counts("representations", &back("2026-02-28"), &asked), (0, 1, 0));
    // It trails: until the six months are over, nobody knows.
    let alone = [treated("2025-05-01", "2025-08-31", "80")];
    let as_of = |day: &str| {
        counts(
            "representations",
            &alone,
            &super::tests::asked("2025-06-01", "2025-11-30", day),
        )
    };
    assert_eq!(as_of("2026-02-26"), (0, 1, 1));
    assert_eq!(as_of("2026-02-27"), (0, 1, 0));
}

#[test]
fn e7_a_transfer_is_lost_after_21_days_without_an_episode() {
    let alone = [treated("2026-01-05", "2026-02-01", "83")];
    let as_of = |day: &str| counts("lost_transfers", &alone, &asked("2026-01-01", "2026-03-31", day));
    assert_eq!(as_of("2026-02-22"), (0, 1, 1));
    assert_eq!(as_of("2026-02-23"), (1, 1, 0));
    let picked_up = [begun(treated("2026-01-05", "2026-02-01", "83"), 2, "2026-02-22")];
    let year = asked("2026-01-01", "2026-03-31", "2026-12-31");
    assert_eq!(counts("lost_transfers", &picked_up, &year), (0, 0, 0));
    assert_eq!(
        counts("unplanned_exits", &alone, &year),
        (1, 1, 0),
        "a lost transfer is an unplanned end"
    );
    assert_eq!(counts("early_unplanned_exits", &alone, &year), (1, 1, 0));
    let died = [treated("2026-01-05", "2026-02-01", "89")];
    assert_eq!(counts("unplanned_exits", &died, &year), (0, 1, 0));
}

#[test]
fn leaving_early_counts_for_twelve_weeks() {
    let asked = asked("2026-01-01", "2026-01-31", "2026-12-31");
    let early = |to: &str, reason| {
        counts(
            "early_unplanned_exits",
            &[treated("2026-01-01", to, reason)],
            &asked,
        )
    };
    assert_eq!(early("2026-03-25", "85"), (1, 1, 0));
    assert_eq!(early("2026-03-26", "85"), (0, 1, 0));
    assert_eq!(early("2026-01-20", "80"), (0, 1, 0));
}

#[test]
fn w1_from_the_referral_to_the_day_offered_attended_or_not() {
    let waiting = |offer: Option<&str>| {
        let mut story = Story::new()
            .on("2026-03-20", referral(1, "northshire-community"))
            .on("2026-03-20", accepted(1))
            .on("2026-03-25", triaged(1, "treatment_needed"))
            .on("2026-03-25", opened(1, "northshire-community"))
            .on("2026-04-01", referred_to(1, 1, "94"));
        if let Some(day) = offer {
            story = story.on("2026-04-03", first_offered(1, 1, day));
        }
        [story]
    };
    let asked = |as_of: &str| super::tests::asked("2026-04-01", "2026-04-30", as_of);
    let three = |offer, as_of| counts("offered_in_three_weeks", &waiting(offer), &asked(as_of));
    assert_eq!(three(Some("2026-04-20"), "2026-05-31"), (1, 1, 0), "19 days");
    assert_eq!(three(Some("2026-04-22"), "2026-05-31"), (1, 1, 0), "21 days");
    assert_eq!(three(Some("2026-04-23"), "2026-05-31"), (0, 1, 0), "22 days");
    assert_eq!(three(None, "2026-04-22"), (0, 1, 1), "still possible");
    assert_eq!(three(None, "2026-04-23"), (0, 1, 0));
    let six = |offer, as_of| counts("waited_over_six_weeks", &waiting(offer), &asked(as_of));
    assert_eq!(six(Some("2026-05-13"), "2026-07-31"), (0, 1, 0), "42 days");
    assert_eq!(six(Some("2026-05-14"), "2026-07-31"), (1, 1, 0), "43 days");
    assert_eq!(six(None, "2026-05-13"), (0, 1, 1));
    assert_eq!(six(None, "2026-05-14"), (1, 1, 0), "and nothing offered by then");
    assert_eq!(
        counts(
            "subsequent_offered_in_three_weeks",
            &waiting(None),
            &asked("2026-07-31")
        ),
        (0, 0, 0)
    );
}

#[test]
fn w2_triaged_on_day_42_is_within_six_weeks() {
    let referred = |on: Option<&str>| {
        let mut story = Story::new().on("2026-03-01", {
            let mut one = referral(1, "northshire-community");
            one.source = code("arrest_referral");
            one
        });
        if let Some(on) = on {
            story = story.on(on, accepted(1)).on(on, triaged(1, "treatment_needed"));
        }
        [story]
    };
    let asked = |as_of: &str| super::tests::asked("2026-03-01", "2026-03-31", as_of);
    for id in ["triaged_in_six_weeks", "arrest_referrals_triaged_in_six_weeks"] {
        let triaged = |on, as_of| counts(id, &referred(on), &asked(as_of));
        assert_eq!(triaged(Some("2026-04-12"), "2026-12-31"), (1, 1, 0), "day 42");
        assert_eq!(triaged(Some("2026-04-13"), "2026-12-31"), (0, 1, 0), "day 43");
        assert_eq!(triaged(None, "2026-04-11"), (0, 1, 1));
        assert_eq!(triaged(None, "2026-04-12"), (0, 1, 0), "the last day is over");
    }
    let by_a_prison = [Story::new().on("2026-03-01", {
        let mut one = referral(1, "northshire-community");
        one.source = code("gp");
        one
    })];
    let year = asked("2026-12-31");
    assert_eq!(counts("triaged_in_six_weeks", &by_a_prison, &year), (0, 1, 0));
    assert_eq!(
        counts("arrest_referrals_triaged_in_six_weeks", &by_a_prison, &year),
        (0, 0, 0)
    );
}

#[test]
fn who_is_in_treatment_at_referral_is_no_new_treatment() {
    let mut again = referral(2, "northshire-community");
    again.source = code("arrest_referral");
    let people = [begun(Story::new(), 1, "2026-01-05").on("2026-03-01", again)];
    let asked = asked("2026-03-01", "2026-03-31", "2026-12-31");
    assert_eq!(
        counts("already_in_treatment_at_referral", &people, &asked),
        (1, 1, 0)
    );
    assert_eq!(
        counts("treatment_after_arrest_referral", &people, &asked),
        (0, 0, 0)
    );
}

#[test]
fn c1_and_c7_the_unit_is_the_release() {
    let story = Story::new()
        .on("2026-01-02", received("MDI"))
        .on(
            "2026-03-01",
            released("MDI", ReleaseEffect::Community, Some("A12B")),
        )
        .on("2026-03-22", referral(1, "northshire-community"))
        .on("2026-03-22", accepted(1))
        .on("2026-03-22", triaged(1, "treatment_needed"))
        .on("2026-03-22", opened(1, "northshire-community"))
        .on("2026-03-22", started(1, 1, "94"));
    let local = |as_of: &str| {
        counts(
            "continuity_local",
            std::slice::from_ref(&story),
            &asked("2026-03-01", "2026-03-31", as_of),
        )
    };
    assert_eq!(local("2026-03-21"), (0, 1, 1), "day 20: one day is left");
    assert_eq!(local("2026-03-22"), (1, 1, 0), "picked up on day 21");
}

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
        for by in Breakdown::ALL {
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
        sex: None,
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

#[test]
fn n2_and_n3_a_kit_counts_when_it_reached_the_person_and_when_it_was_used() {
    let out_of_prison = Story::new()
        .on("2026-01-02", received("MDI"))
        .on("2026-02-01", in_property(1, "2028-01-01"))
        .on(
            "2026-03-01",
            released("MDI", ReleaseEffect::Community, Some("A12B")),
        );
    let in_the_community = Story::new()
        .on("2026-03-02", issued(1, "2028-01-01"))
        .on("2026-03-20", used(1));
    let people = [out_of_prison, in_the_community];
    let in_days = |id, from: &str, to: &str| counts(id, &people, &asked(from, to, "2026-12-31"));
    assert_eq!(
        in_days("naloxone_supplied", "2026-02-01", "2026-02-28").0,
        0,
        "N3: not while it lies in property"
    );
    assert_eq!(in_days("naloxone_supplied", "2026-03-01", "2026-03-31").0, 2);
    assert_eq!(
        in_days("naloxone_supplied_at_release", "2026-03-01", "2026-03-31"),
        (1, 2, 0)
    );
    assert_eq!(in_days("naloxone_used", "2026-03-01", "2026-03-19").0, 0);
    assert_eq!(in_days("naloxone_used", "2026-03-20", "2026-03-20").0, 1);
    assert_eq!(in_days("naloxone_uses_survived", "2026-03-01", "2026-03-31").1, 1);
    let cancelled = [Story::new()
        .on("2026-01-02", received("MDI"))
        .on("2026-02-01", in_property(1, "2028-01-01"))];
    assert_eq!(
        counts(
            "naloxone_supplied",
            &cancelled,
            &asked("2026-01-01", "2026-12-31", "2026-12-31")
        )
        .0,
        0
    );
}

#[test]
fn naloxone_at_release_is_asked_of_those_treated_for_opiates() {
    let leaving = |substance: &str, kit: bool| {
        let mut one = referral(1, "moorland-health");
        one.substances = vec![code(substance)];
        let mut found = triaged(1, "treatment_needed");
        found.substances.clear();
        let mut story = Story::new()
            .on("2026-01-02", received("MDI"))
            .on("2026-01-03", one)
            .on("2026-01-03", accepted(1))
            .on("2026-01-03", found)
            .on("2026-01-03", opened(1, "moorland-health"));
        if kit {
            story = story.on("2026-02-01", in_property(1, "2028-01-01"));
        }
        story.on(
            "2026-03-01",
            released("MDI", ReleaseEffect::Community, Some("A12B")),
        )
    };
    let asked = asked("2026-03-01", "2026-03-31", "2026-12-31");
    let of = |people: &[Story]| counts("naloxone_in_hand_at_release", people, &asked);
    assert_eq!(of(&[leaving("1011", true), leaving("1011", false)]), (1, 2, 0));
    assert_eq!(of(&[leaving("5000", true)]), (0, 0, 0));
}

/// `cases.md` C7: the unit is the release; what happens from the next one on belongs to that one.
#[test]
fn a_death_after_the_next_release_does_not_take_the_one_before_out_of_the_local_figure() {
    let story = Story::new()
        .on("2026-01-02", received("MDI"))
        .on(
            "2026-03-01",
            released("MDI", ReleaseEffect::Community, Some("A12B")),
        )
        .on("2026-03-02", referral(1, "northshire-community"))
        .on("2026-03-03", triaged(1, "treatment_needed"))
        .on("2026-03-03", opened(1, "northshire-community"))
        .on("2026-03-05", received("MDI"))
        .on(
            "2026-03-10",
            released("MDI", ReleaseEffect::Community, Some("A12B")),
        )
        .on("2026-03-15", reported_dead(1));
    let asked = asked("2026-03-01", "2026-03-09", "2026-12-31");
    assert_eq!(counts("continuity_local", &[story], &asked), (0, 1, 0));
}

/// Kits taken on arrest must be returned or replaced (`domain.md` section 4): until then nobody has them in hand.
#[test]
fn naloxone_that_was_lost_or_taken_away_before_release_is_not_in_hand() {
    let leaving = |gone: Option<Fact>, back: Option<&str>| {
        let mut story = begun(Story::new(), 1, "2025-11-03").on("2025-12-01", issued(1, "2028-01-01"));
        if let Some(gone) = gone {
            story = story.on("2026-01-02", gone);
        }
        story = story.on("2026-01-02", received("MDI"));
        if let Some(back) = back {
            story = story.on(back, KitReturned { kit: kit_id(1) });
        }
        story.on(
            "2026-03-01",
            released("MDI", ReleaseEffect::Community, Some("A12B")),
        )
    };
    let taken = || {
        let (kit, by) = (kit_id(1), code("police"));
        Some(Fact::from(KitConfiscated { kit, by }))
    };
    let lost = || {
        let (kit, reason) = (kit_id(1), code("lost"));
        Some(Fact::from(KitLost { kit, reason }))
    };
    let asked = asked("2026-03-01", "2026-03-31", "2026-12-31");
    let of = |story: Story| counts("naloxone_in_hand_at_release", &[story], &asked);
    assert_eq!(of(leaving(None, None)), (1, 1, 0));
    assert_eq!(of(leaving(taken(), None)), (0, 1, 0));
    assert_eq!(of(leaving(lost(), None)), (0, 1, 0));
    assert_eq!(of(leaving(taken(), Some("2026-03-01"))), (1, 1, 0));
    assert_eq!(of(leaving(taken(), Some("2026-03-02"))), (0, 1, 0));
}

#[test]
fn d1_a_death_that_was_no_death_is_in_no_figure() {
    let known = begun(Story::new(), 1, "2026-01-05").on("2026-02-01", reported_dead(1));
    let unknown = Story::new().on("2026-02-10", reported_dead(1));
    let mistaken = Story::new().on("2026-02-11", reported_dead(1)).on(
        "2026-02-20",
        DeathRejected {
            death: death_id(1),
            reason: code("alive"),
        },
    );
    let people = [known, unknown, mistaken];
    let of = |id, as_of: &str| counts(id, &people, &asked("2026-02-01", "2026-02-28", as_of));
    assert_eq!(of("deaths", "2026-12-31").0, 2);
    assert_eq!(
        of("deaths", "2026-02-19").0,
        3,
        "as it stood before it turned out"
    );
    assert_eq!(of("deaths_not_known", "2026-12-31"), (1, 2, 0));
    assert_eq!(
        of("deaths_related", "2026-12-31"),
        (0, 2, 2),
        "nothing is concluded"
    );
    assert_eq!(of("deaths_after_release", "2026-12-31").0, 0);
}

#[test]
fn deaths_are_counted_after_release_and_after_treatment() {
    let released_before = Story::new()
        .on("2026-01-02", received("MDI"))
        .on(
            "2026-03-01",
            released("MDI", ReleaseEffect::Community, Some("A12B")),
        )
        .on("2026-03-29", reported_dead(1));
    let left = treated("2026-01-05", "2026-02-01", "85").on("2026-03-30", reported_dead(1));
    let people = [released_before, left];
    let of = |id| counts(id, &people, &asked("2026-03-01", "2026-03-31", "2026-12-31")).0;
    assert_eq!(of("deaths_after_release"), 1, "day 28");
    assert_eq!(of("deaths_after_treatment"), 1);
    let overdosed = [begun(Story::new(), 1, "2026-01-05").on("2026-03-02", overdosed(1))];
    let asked = asked("2026-03-01", "2026-03-31", "2026-12-31");
    assert_eq!(counts("overdoses", &overdosed, &asked).0, 1);
    assert_eq!(counts("overdoses_known", &overdosed, &asked), (1, 1, 0));
    let mut own = asked;
    own.provider = Some(Provider::Service(service("northshire-community")));
    assert_eq!(
        counts("overdoses", &overdosed, &own).0,
        1,
        "its service learns of its own people"
    );
}
