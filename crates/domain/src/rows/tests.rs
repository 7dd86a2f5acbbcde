//! Given what happened, when the lists are computed, then these lines stand on them.

use super::story::*;
use super::*;
use crate::fact::ReleaseEffect;
use crate::waiting::{on_waiting_list, waits_in};
use jiff::ToSpan;

fn all(story: &Story) -> Vec<Row> {
    rows(&story.state(), &directory())
}

fn of(story: &Story, kind: RowKind) -> Vec<Row> {
    all(story).into_iter().filter(|row| row.kind == kind).collect()
}

fn only(story: &Story, kind: RowKind) -> Row {
    let found = of(story, kind);
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

/// The lists on which something stands at the end of a day.
fn on_lists(story: &Story, on: &str) -> Vec<&'static str> {
    let mut kinds: Vec<_> = all(story)
        .iter()
        .filter(|row| row.is_on_list(day(on)) && !row.kind.is_counted_only())
        .map(|row| row.kind.as_str())
        .collect();
    kinds.dedup();
    kinds
}

fn in_treatment() -> Story {
    Story::new()
        .by("gatehouse")
        .on("2026-03-01", referral(1, "northshire-community"))
        .by("northshire")
        .on("2026-03-03", accepted(1))
        .on("2026-03-10", triaged(1, "treatment_needed"))
        .on("2026-03-10", opened(1, "northshire-community"))
        .on("2026-03-12", placed(1, "94"))
        .on("2026-03-20", started(1, 1, "94"))
        .on("2026-06-01", ended(1, 1))
        .on("2026-06-01", exit(1, "80"))
}

#[test]
fn a_referral_walks_from_list_to_list() {
    let story = in_treatment();
    assert!(on_lists(&story, "2026-02-28").is_empty());
    assert_eq!(on_lists(&story, "2026-03-02"), ["referral_to_act_on"]);
    assert_eq!(
        on_lists(&story, "2026-03-03"),
        ["triage_due", "waiting", "visible_to"]
    );
    assert_eq!(
        on_lists(&story, "2026-03-10"),
        ["waiting", "caseload", "visible_to"]
    );
    assert_eq!(
        on_lists(&story, "2026-03-20"),
        ["caseload", "start_profile_due", "visible_to"]
    );
    assert_eq!(on_lists(&story, "2026-06-01"), ["follow_up_due", "visible_to"]);
}

#[test]
fn a_rejected_or_withdrawn_referral_leaves_its_lists() {
    let received = Story::new().on("2026-03-01", referral(1, "northshire-community"));
    assert_eq!(on_lists(&received, "2026-05-01"), ["referral_to_act_on"]);
    assert!(on_lists(&received.clone().on("2026-03-02", rejected(1)), "2026-05-01").is_empty());
    assert!(on_lists(&received.clone().on("2026-03-02", withdrawn(1)), "2026-05-01").is_empty());
    let accepted = received
        .on("2026-03-02", accepted(1))
        .on("2026-03-05", withdrawn(1));
    assert_eq!(
        on_lists(&accepted, "2026-03-04"),
        ["triage_due", "waiting", "visible_to"]
    );
    assert_eq!(on_lists(&accepted, "2026-03-05"), ["visible_to"]);
}

/// W2: six weeks from the referral, the last day included.
#[test]
fn triage_is_due_42_days_after_the_referral() {
    let story = Story::new()
        .on("2026-03-01", referral(1, "northshire-community"))
        .on("2026-03-05", accepted(1));
    let RowDetail::Triage(detail) = only(&story, RowKind::TriageDue).detail else {
        panic!()
    };
    assert_eq!(
        (detail.received_on, detail.due_on),
        (day("2026-03-01"), day("2026-04-12"))
    );
}

#[test]
fn only_a_referral_that_hands_an_episode_over_is_a_transfer() {
    let mut handed_over = referral(2, "southshire-community");
    handed_over.transfer_of = Some(episode_id(1));
    let story = in_treatment().on("2026-06-01", handed_over);
    let row = only(&story, RowKind::TransferToAccept);
    assert_eq!(
        (row.id, row.organisation),
        (referral_id(2).0, Some(organisation("southshire")))
    );
    assert_eq!(of(&story, RowKind::ReferralToActOn).len(), 2);
    assert!(of(&in_treatment(), RowKind::TransferToAccept).is_empty());
}

/// W3.
#[test]
fn who_waits_is_shown_with_what_is_waited_for() {
    let row = only(&in_treatment(), RowKind::Waiting);
    assert_eq!(
        (row.opened_on, row.closed_on),
        (day("2026-03-03"), Some(day("2026-03-20")))
    );
    let RowDetail::Waiting(detail) = row.detail else {
        panic!()
    };
    assert_eq!(detail.intervention, Some(code("94")));
    assert_eq!(detail.placed_on, Some(day("2026-03-12")));
}

#[test]
fn a_triage_without_need_ends_the_wait() {
    let story = Story::new()
        .on("2026-03-01", referral(1, "northshire-community"))
        .on("2026-03-02", accepted(1))
        .on("2026-03-09", triaged(1, "no_treatment_needed"));
    assert_eq!(only(&story, RowKind::Waiting).closed_on, Some(day("2026-03-09")));
}

#[test]
fn an_unstructured_start_does_not_end_the_wait() {
    let story = Story::new()
        .on("2026-03-01", referral(1, "northshire-community"))
        .on("2026-03-02", accepted(1))
        .on("2026-03-09", triaged(1, "treatment_needed"))
        .on("2026-03-09", opened(1, "northshire-community"))
        .on("2026-03-12", started(1, 1, "76"));
    assert_eq!(only(&story, RowKind::Waiting).closed_on, None);
    assert_eq!(
        only(&story.on("2026-03-13", exit(1, "88")), RowKind::Waiting).closed_on,
        Some(day("2026-03-13"))
    );
}

fn waits_again() -> Story {
    Story::new()
        .on("2026-03-01", referral(1, "northshire-community"))
        .on("2026-03-02", accepted(1))
        .on("2026-03-09", triaged(1, "treatment_needed"))
        .on("2026-03-09", opened(1, "northshire-community"))
        .on("2026-03-10", placed(1, "94"))
        .on("2026-03-15", taken_off(1))
        .on("2026-03-20", placed(1, "95"))
        .on("2026-03-25", started(1, 1, "95"))
        .on("2026-04-01", placed(1, "94"))
        .on("2026-04-05", taken_off(1))
}

#[test]
fn placed_again_after_a_wait_has_ended_is_a_wait_of_its_own() {
    let spans: Vec<_> = of(&waits_again(), RowKind::Waiting)
        .iter()
        .map(|row| (row.opened_on.to_string(), row.closed_on.unwrap().to_string()))
        .collect();
    let expected = [
        ("2026-03-02", "2026-03-15"),
        ("2026-03-20", "2026-03-25"),
        ("2026-04-01", "2026-04-05"),
    ];
    assert_eq!(spans, expected.map(|(from, to)| (from.to_owned(), to.to_owned())));
}

/// The intervals say of every day what the rule of W3 says of it.
#[test]
fn w3_the_intervals_agree_with_the_rule_on_every_day() {
    for story in [in_treatment(), waits_again()] {
        let (state, rows) = (story.state(), of(&story, RowKind::Waiting));
        for n in 0..150 {
            let on = day("2026-02-20").checked_add(n.days()).unwrap();
            let rule = on_waiting_list(&state.referrals[0], state.episodes.first(), on)
                || state.episodes.iter().any(|episode| waits_in(episode, on));
            assert_eq!(rows.iter().any(|row| row.is_on_list(on)), rule, "{on}");
        }
    }
}

#[test]
fn an_episode_is_on_the_caseload_until_its_exit() {
    let row = only(&in_treatment(), RowKind::Caseload);
    assert_eq!(
        (row.opened_on, row.closed_on),
        (day("2026-03-10"), Some(day("2026-06-01")))
    );
    let RowDetail::Episode(detail) = row.detail else {
        panic!()
    };
    assert_eq!(detail.first_structured_start, Some(day("2026-03-20")));
    assert!(detail.interventions.is_empty());
}

/// N2.
#[test]
fn n2_a_used_kit_is_to_be_replaced_until_it_is() {
    let story = Story::new()
        .on("2026-03-01", issued(1, "2028-01-31"))
        .on("2026-04-01", used(1));
    let row = only(&story, RowKind::NaloxoneToReplace);
    assert_eq!((row.opened_on, row.closed_on), (day("2026-04-01"), None));
    assert_eq!(row.organisation, Some(organisation("northshire")));
    let story = story.on("2026-04-09", issued(2, "2028-06-30"));
    let replaced = of(&story, RowKind::NaloxoneToReplace)
        .into_iter()
        .find(|row| row.id == kit_id(1).0)
        .unwrap();
    assert_eq!(replaced.closed_on, Some(day("2026-04-09")));
}

#[test]
fn a_kit_in_date_is_to_be_replaced_from_the_day_after_its_expiry() {
    let row = only(
        &Story::new().on("2026-03-01", issued(1, "2028-01-31")),
        RowKind::NaloxoneToReplace,
    );
    assert!(!row.is_on_list(day("2028-01-31")));
    assert!(row.is_on_list(day("2028-02-01")));
}

/// N1 and N2: of two kits given in one act, the second is no replacement of the first.
#[test]
fn a_kit_given_with_the_used_one_does_not_replace_it() {
    let two = Story::new()
        .on("2026-03-01", issued(1, "2028-01-31"))
        .on("2026-03-01", issued(2, "2028-01-31"));
    let used = two.on("2026-03-01", used(1));
    assert!(on_lists(&used, "2026-03-02").contains(&"naloxone_to_replace"));
    let mut named = issued(3, "2028-01-31");
    named.replaces = Some(kit_id(1));
    assert!(!on_lists(&used.on("2026-03-01", named), "2026-03-02").contains(&"naloxone_to_replace"));
}

#[test]
fn one_new_kit_replaces_one() {
    let story = Story::new()
        .on("2026-03-01", issued(1, "2028-01-31"))
        .on("2026-03-01", issued(2, "2028-01-31"))
        .on("2026-04-01", used(1))
        .on("2026-04-02", used(2))
        .on("2026-04-05", issued(3, "2028-01-31"));
    let open: Vec<_> = of(&story, RowKind::NaloxoneToReplace)
        .into_iter()
        .filter(|row| row.is_on_list(day("2026-05-01")))
        .map(|row| row.id)
        .collect();
    assert_eq!(open, [kit_id(2).0]);
}

/// N3: what lies in property was not supplied, and cannot need replacing.
#[test]
fn n3_a_kit_in_property_is_on_no_list() {
    let inside = Story::new()
        .on("2026-02-01", received("MDI"))
        .on("2026-02-20", in_property(1, "2026-02-25"));
    assert!(of(&inside, RowKind::NaloxoneToReplace).is_empty());
    let out = inside.on(
        "2026-02-24",
        released("MDI", ReleaseEffect::Community, Some(NORTHSHIRE)),
    );
    assert_eq!(
        only(&out, RowKind::NaloxoneToReplace).opened_on,
        day("2026-02-26")
    );
}

fn inside() -> Story {
    Story::new().on("2026-01-10", received("MDI"))
}

fn owners(story: &Story, kind: RowKind) -> Vec<(String, bool)> {
    of(story, kind)
        .into_iter()
        .map(|row| {
            (
                row.service.map_or("nobody".to_owned(), |code| code.to_string()),
                row.primary,
            )
        })
        .collect()
}

fn named(owners: &[(&str, bool)]) -> Vec<(String, bool)> {
    owners
        .iter()
        .map(|(code, primary)| ((*code).to_owned(), *primary))
        .collect()
}

#[test]
fn a_release_stands_with_the_service_for_the_residence() {
    let story = inside().on(
        "2026-03-01",
        released("MDI", ReleaseEffect::Community, Some(NORTHSHIRE)),
    );
    let row = only(&story, RowKind::Release);
    assert_eq!(row.service, Some(service("northshire-community")));
    assert_eq!(
        (row.opened_on, row.closed_on, row.primary),
        (day("2026-03-01"), None, true)
    );
    assert_eq!(
        (row.prison, row.area),
        (Some(prison("MDI")), Some(area(NORTHSHIRE)))
    );
}

#[test]
fn a_release_to_nowhere_known_stands_with_prison_and_partnership() {
    let story = inside().on("2026-03-01", released("MDI", ReleaseEffect::Community, None));
    assert_eq!(
        owners(&story, RowKind::Release),
        named(&[("county-partnership", false), ("moorland-health", true)])
    );
    let nobody = rows(&story.state(), &Directory::default());
    let nobody: Vec<_> = nobody.iter().filter(|row| row.kind == RowKind::Release).collect();
    assert_eq!(
        (nobody.len(), &nobody[0].service, nobody[0].primary),
        (1, &None, true)
    );
}

/// C13: residence in one area, picked up in another.
#[test]
fn c13_the_service_that_picked_up_and_the_one_for_the_residence_both_see_it() {
    let out = inside().on(
        "2026-03-01",
        released("MDI", ReleaseEffect::Community, Some(NORTHSHIRE)),
    );
    let mut walked_in = opened(1, "southshire-community");
    walked_in.referral = None;
    let story = out
        .clone()
        .on("2026-03-10", walked_in)
        .on("2026-03-12", started(1, 1, "94"));
    assert_eq!(
        owners(&story, RowKind::Release),
        named(&[("northshire-community", false), ("southshire-community", true)])
    );
    assert!(
        of(&story, RowKind::Release)
            .iter()
            .all(|row| row.area == Some(area(NORTHSHIRE)))
    );
}

#[test]
fn a_release_stands_with_the_service_that_accepted_the_referral_for_it() {
    let out = inside().on(
        "2026-03-01",
        released("MDI", ReleaseEffect::Community, Some(NORTHSHIRE)),
    );
    let asked = out.on("2026-03-02", referral(1, "southshire-community"));
    assert_eq!(
        owners(&asked, RowKind::Release),
        named(&[("northshire-community", true)])
    );
    let taken_on = asked.on("2026-03-03", accepted(1));
    assert_eq!(
        owners(&taken_on, RowKind::Release),
        named(&[("southshire-community", true)])
    );
}

/// C3: a death and an escape are no releases to the community. C2: a transfer is none either.
#[test]
fn what_is_no_release_to_the_community_is_on_no_list() {
    for effect in [ReleaseEffect::Died, ReleaseEffect::AtLarge, ReleaseEffect::Abroad] {
        assert!(
            of(
                &inside().on("2026-03-01", released("MDI", effect, None)),
                RowKind::Release
            )
            .is_empty()
        );
    }
    let moved = crate::fact::Transferred {
        from: Some(prison("MDI")),
        to: Some(prison("LEI")),
    };
    assert!(of(&inside().on("2026-03-01", moved), RowKind::Release).is_empty());
}

#[test]
fn a_plan_stands_on_the_list_until_release_or_cancellation() {
    let story = inside().on("2026-02-01", planned(1, "MDI", "2026-03-01", Some(NORTHSHIRE)));
    let row = only(&story, RowKind::ReleasePlanned);
    assert_eq!((row.opened_on, row.closed_on), (day("2026-02-01"), None));
    assert_eq!(row.service, Some(service("northshire-community")));
    let out = story.clone().on(
        "2026-02-27",
        released("MDI", ReleaseEffect::Community, Some(NORTHSHIRE)),
    );
    assert_eq!(
        only(&out, RowKind::ReleasePlanned).closed_on,
        Some(day("2026-02-27"))
    );
    let off = story.on(
        "2026-02-20",
        crate::fact::ReleasePlanCancelled { plan: plan_id(1) },
    );
    assert_eq!(
        only(&off, RowKind::ReleasePlanned).closed_on,
        Some(day("2026-02-20"))
    );
}

#[test]
fn a_movement_nobody_understands_is_to_be_classified_until_somebody_finds_out() {
    let story = inside().told("2026-02-01", "2026-02-01", unclassified("MDI"));
    assert_eq!(
        owners(&story, RowKind::MovementToClassify),
        named(&[("county-partnership", false), ("moorland-health", true)])
    );
    let out = released("MDI", ReleaseEffect::Community, Some(NORTHSHIRE));
    let found_out = story.clone().told("2026-02-01", "2026-02-04", out.clone());
    assert_eq!(
        of(&found_out, RowKind::MovementToClassify)[0].closed_on,
        Some(day("2026-02-04"))
    );
    let another_day = story.told("2026-02-02", "2026-02-04", out);
    assert_eq!(of(&another_day, RowKind::MovementToClassify)[0].closed_on, None);
}

#[test]
fn a_release_nobody_understands_is_shown_and_to_be_classified() {
    let story = inside().on(
        "2026-02-01",
        released("MDI", ReleaseEffect::Unknown, Some(NORTHSHIRE)),
    );
    assert_eq!(of(&story, RowKind::Release).len(), 1);
    assert_eq!(of(&story, RowKind::MovementToClassify).len(), 2);
}

#[test]
fn an_organisation_may_see_the_person_from_acceptance() {
    let sent = Story::new().on("2026-03-01", referral(1, "northshire-community"));
    assert!(of(&sent, RowKind::VisibleTo).is_empty());
    let row = only(&sent.on("2026-03-04", accepted(1)), RowKind::VisibleTo);
    assert_eq!(
        (row.organisation, row.opened_on),
        (Some(organisation("northshire")), day("2026-03-04"))
    );
}

/// Listing and reading follow one rule.
#[test]
fn who_may_see_the_person_by_the_lists_may_see_them_by_the_rule() {
    let sent = Story::new().on("2026-03-01", referral(1, "southshire-community"));
    let walked_in = Story::new().on("2026-03-01", opened(3, "moorland-health"));
    for story in [in_treatment(), waits_again(), sent, walked_in] {
        let listed: Vec<_> = of(&story, RowKind::VisibleTo)
            .into_iter()
            .filter_map(|row| row.organisation)
            .collect();
        for name in ["northshire", "southshire", "gatehouse", "county"] {
            let who = organisation(name);
            assert_eq!(
                listed.contains(&who),
                crate::access::sees_all_by_care(&story.state(), &who),
                "{name}"
            );
        }
    }
}

#[test]
fn a_death_ends_what_was_to_be_done_but_not_the_caseload() {
    let story = Story::new()
        .on("2026-02-01", issued(1, "2026-02-10"))
        .on("2026-03-01", referral(2, "southshire-community"))
        .on("2026-03-05", received("MDI"))
        .on("2026-03-06", opened(3, "moorland-health"));
    let lists = [
        "referral_to_act_on",
        "waiting",
        "caseload",
        "naloxone_to_replace",
        "visible_to",
        "naloxone_kit",
    ];
    assert_eq!(on_lists(&story, "2026-03-20"), lists);
    let died = story.on("2026-03-10", released("MDI", ReleaseEffect::Died, None));
    // The kit is traced for good; that nobody holds it any more stands in its line.
    assert_eq!(
        on_lists(&died, "2026-03-20"),
        ["caseload", "visible_to", "naloxone_kit"]
    );
}

/// Needs, a tag, a placement and an outreach contact.
fn beside(story: Story) -> Story {
    story
        .on("2026-02-24", raised(1, "housing"))
        .on("2026-02-24", raised(2, "cuckooing"))
        .on("2026-02-25", tagged(1, "rough_sleeper_grant", None))
        .on("2026-02-26", moved_in(1, Some("2026-03-26")))
        .on("2026-02-27", met("northshire-community"))
}

#[test]
fn rows_do_not_depend_on_the_order_of_arrival() {
    let story = waits_again()
        .on("2026-01-10", received("MDI"))
        .on("2026-02-01", planned(1, "MDI", "2026-02-20", Some(SOUTHSHIRE)))
        .on("2026-02-10", in_property(1, "2026-02-25"))
        .on(
            "2026-02-20",
            released("MDI", ReleaseEffect::Community, Some(NORTHSHIRE)),
        )
        .on("2026-02-21", unclassified("MDI"))
        .on("2026-02-22", issued(2, "2027-02-25"))
        .on("2026-02-23", used(2));
    let story = beside(story);
    let expected = all(&story);
    let kinds: std::collections::BTreeSet<_> = expected.iter().map(|row| row.kind).collect();
    assert_eq!(kinds.len(), 24, "{kinds:?}");
    for events in story.other_orders() {
        assert_eq!(rows(&PersonState::fold(&events), &directory()), expected);
    }
}

#[test]
fn rows_are_stored_and_read_back() {
    let story = in_treatment()
        .on("2026-07-10", received("MDI"))
        .on("2026-08-01", planned(1, "MDI", "2026-08-20", None))
        .on(
            "2026-08-20",
            released("MDI", ReleaseEffect::Unknown, Some(NORTHSHIRE)),
        )
        .on("2026-08-22", issued(2, "2027-02-25"));
    for row in all(&beside(story)) {
        let text = serde_json::to_string(&row).unwrap();
        assert_eq!(serde_json::from_str::<Row>(&text).unwrap(), row);
    }
    assert!(
        RowKind::ALL
            .into_iter()
            .all(|kind| RowKind::parse(kind.as_str()) == Some(kind))
    );
}

fn traced(story: &Story) -> Vec<TracedKitRow> {
    let rows = of(story, RowKind::NaloxoneKit).into_iter();
    rows.map(|row| match row.detail {
        RowDetail::Traced(kit) => kit,
        other => panic!("{other:?}"),
    })
    .collect()
}

/// N1: each kit is found by its batch, wherever it is, from the day on which it left the shelf.
#[test]
fn a_kit_is_traced_from_the_shelf_until_it_leaves_the_persons_hands() {
    let story = Story::new()
        .on("2026-01-10", received("MDI"))
        .on("2026-02-10", in_property(1, "2027-02-25"));
    let row = only(&story, RowKind::NaloxoneKit);
    assert_eq!((row.opened_on, row.closed_on), (day("2026-02-10"), None));
    assert_eq!(row.service, Some(service("moorland-health")));
    let left = |story: &Story| {
        let kit = traced(story).remove(0);
        (kit.in_property, kit.left_on)
    };
    assert_eq!(left(&story), (true, None));
    let free = story.on(
        "2026-02-20",
        released("MDI", ReleaseEffect::Community, Some(NORTHSHIRE)),
    );
    assert_eq!(left(&free), (false, None));
    assert_eq!(
        left(&free.clone().on("2026-03-01", used(1))),
        (false, Some(day("2026-03-01")))
    );
    let lost = free.clone().on(
        "2026-03-02",
        crate::fact::KitLost {
            kit: kit_id(1),
            reason: code("lost"),
        },
    );
    assert_eq!(left(&lost), (false, Some(day("2026-03-02"))));
    let back = lost.on("2026-03-05", crate::fact::KitReturned { kit: kit_id(1) });
    assert_eq!(left(&back), (false, None), "it is in their hands again");
    // A kit that is used on the very day is traced all the same.
    let at_once = Story::new()
        .on("2026-02-22", issued(2, "2027-02-25"))
        .on("2026-02-22", used(2));
    assert_eq!(left(&at_once), (false, Some(day("2026-02-22"))));
    let dead = free.on("2026-03-10", reported_dead(1));
    assert_eq!(left(&dead), (false, Some(day("2026-03-10"))));
}
