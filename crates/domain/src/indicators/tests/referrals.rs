//! Referrals and waits.

use super::*;

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
fn w3_the_waiting_list_is_who_was_accepted_and_had_not_started() {
    let accepted_on = |on: &str| {
        Story::new()
            .on(on, referral(1, "northshire-community"))
            .on(on, accepted(1))
    };
    let started_later = accepted_on("2026-01-10")
        .on("2026-02-01", triaged(1, "treatment_needed"))
        .on("2026-02-01", opened(1, "northshire-community"))
        .on("2026-03-05", started(1, 1, "94"));
    let people = [started_later, accepted_on("2026-03-01")];
    let on = |day: &str| {
        let asked = asked("2026-01-01", day, day);
        (
            counts("waiting_list", &people, &asked).0,
            counts("waiting_list_over_six_weeks", &people, &asked),
        )
    };
    assert_eq!(on("2026-01-09").0, 0);
    assert_eq!(on("2026-01-10").0, 1);
    assert_eq!(on("2026-02-21").1, (0, 1, 0), "day 42");
    assert_eq!(on("2026-02-22").1, (1, 1, 0), "day 43");
    assert_eq!(on("2026-03-04"), (2, (1, 2, 0)));
    assert_eq!(on("2026-03-05").0, 1, "the day of the start is no day of waiting");
}

#[test]
fn wales_counts_working_days() {
    // Good Friday and Easter Monday 2026 are 3 and 6 April; twenty working days after 16 March end on 15 April.
    let of = |on: &str, as_of: &str| {
        let story = Story::new()
            .on("2026-03-16", referral(1, "northshire-community"))
            .on("2026-03-16", accepted(1))
            .on("2026-03-17", triaged(1, "treatment_needed"))
            .on("2026-03-17", opened(1, "northshire-community"))
            .on(on, started(1, 1, "94"));
        counts(
            "treated_in_20_working_days",
            &[story],
            &asked("2026-03-01", "2026-03-31", as_of),
        )
    };
    assert_eq!(of("2026-04-15", "2026-12-31"), (1, 1, 0));
    assert_eq!(of("2026-04-16", "2026-12-31"), (0, 1, 0));
    assert_eq!(of("2026-04-16", "2026-04-14"), (0, 1, 1));
}

#[test]
fn dates_that_contradict_each_other_are_listed_and_not_dropped() {
    let before = Story::new()
        .on("2026-03-16", referral(1, "northshire-community"))
        .on("2026-03-16", accepted(1))
        .on("2026-03-10", triaged(1, "treatment_needed"))
        .on("2026-03-10", opened(1, "northshire-community"));
    let march = asked("2026-03-01", "2026-03-31", "2026-12-31");
    assert_eq!(
        counts(
            "referrals_with_invalid_dates",
            std::slice::from_ref(&before),
            &march
        )
        .0,
        1
    );
    let right = begun(Story::new(), 1, "2026-03-16");
    assert_eq!(counts("referrals_with_invalid_dates", &[right], &march).0, 0);
}
