//! Needs, tags, placements and outreach.
//!
//! Source: `domain.md` section 8.

use crate::story::{
    PARTNERSHIP, POLICE, SOUTH_TYNESIDE, SUNDERLAND, Story, code, day, directory, moved_in, on, reception,
    release, service,
};
use throughcare_domain::code::{AreaCode, OrganisationCode};
use throughcare_domain::command::{Command, NewPlacement};
use throughcare_domain::continuity::Reading;
use throughcare_domain::event::Role;
use throughcare_domain::id::{NeedId, PlacementId};
use throughcare_domain::restricted::seen_by;
use throughcare_domain::rows::{Row, RowDetail, RowKind, rows};
use throughcare_domain::state::Setting;
use throughcare_domain::view::Pathway;
use throughcare_domain::view::status_history::StatusHistory;
use throughcare_domain::when::AsOf;

fn raise(need: &str) -> Command {
    Command::RaiseNeed {
        code: code(need),
        service: None,
    }
}

fn clear(need: NeedId) -> Command {
    Command::ClearNeed {
        need,
        reason: code("met"),
    }
}

fn treated() -> Story {
    let mut story = Story::of_an_adult();
    story.recorded_on("2026-12-31");
    let episode = story.episode("2026-03-01", SUNDERLAND);
    story.start("2026-03-02", episode);
    story
}

fn listed(story: &Story, kind: RowKind, on_day: &str) -> Vec<Row> {
    let mut lines = rows(&story.state(), directory());
    lines.retain(|row| row.kind == kind && row.is_on_list(day(on_day)));
    lines
}

fn services(lines: &[Row]) -> Vec<Option<String>> {
    lines
        .iter()
        .map(|row| row.service.as_ref().map(ToString::to_string))
        .collect()
}

#[test]
fn a_need_is_open_until_it_is_cleared() {
    let mut story = treated();
    let need: NeedId = story.staff_of(SUNDERLAND, "2026-03-05", raise("housing")).created[0].into();
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-06", raise("housing")),
        ["need_already_raised"]
    );
    story.staff_of(SUNDERLAND, "2026-03-06", raise("children"));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-01", clear(need)),
        ["before_need"]
    );
    story.staff_of(SUNDERLAND, "2026-04-01", clear(need));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-04-02", clear(need)),
        ["need_already_cleared"]
    );
    let state = story.state();
    let open: Vec<_> = state.open_needs().map(|need| need.code.to_string()).collect();
    assert_eq!(open, ["children"]);
    story.staff_of(SUNDERLAND, "2026-05-01", raise("housing"));
}

#[test]
fn an_unknown_need_is_refused_to_staff_and_kept_for_few_when_a_machine_sends_it() {
    let mut story = treated();
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-05", raise("housng")),
        ["unknown_code"]
    );
    assert_eq!(
        story.machine(on("2026-03-05"), raise("trafficking")),
        ["unknown_code"]
    );
    assert!(
        story.state().needs[0].restricted,
        "it may be one that few may see"
    );
}

#[test]
fn a_need_stands_on_the_lists_of_who_has_the_person_in_care() {
    let mut story = treated();
    story.staff_of(POLICE, "2026-03-05", raise("housing"));
    let lines = listed(&story, RowKind::Need, "2026-03-06");
    assert_eq!(services(&lines), [None, Some(SUNDERLAND.into())]);
    assert_eq!(lines.iter().filter(|row| row.primary).count(), 1);
    let RowDetail::Need(detail) = &lines[1].detail else {
        panic!("{lines:?}")
    };
    assert_eq!(detail.need, Some(code("housing")));
    story.exit("2026-06-01", story.state().episodes[0].id, "80");
    assert_eq!(
        services(&listed(&story, RowKind::Need, "2026-06-02")),
        [None],
        "the service's care is over; who raised it still knows"
    );
}

/// The lines of a restricted need do not say what it is, and stand with those alone who may know of it.
#[test]
fn a_restricted_need_stands_on_another_list_and_says_nothing() {
    let mut story = treated();
    story.staff_of(POLICE, "2026-03-05", raise("cuckooing"));
    let referral = story.refer("2026-03-06", SOUTH_TYNESIDE);
    story.accept("2026-03-06", referral);
    assert!(listed(&story, RowKind::Need, "2026-03-07").is_empty());
    let lines = listed(&story, RowKind::RestrictedNeed, "2026-03-07");
    assert_eq!(
        services(&lines),
        [None, Some(SUNDERLAND.into())],
        "an accepted referral is no open episode"
    );
    let told = format!("{:?}", rows(&story.state(), directory()));
    assert!(!told.contains("cuckooing"), "{told}");
    // Negative control: an ordinary one is told.
    story.staff_of(POLICE, "2026-03-05", raise("housing"));
    assert!(format!("{:?}", rows(&story.state(), directory())).contains("housing"));
}

/// What is withheld does not come out by a refusal: judged by what the caller is shown, the same entry fits.
#[test]
fn a_refusal_does_not_tell_of_what_is_withheld() {
    let mut story = treated();
    story.staff_of(POLICE, "2026-03-05", raise("cuckooing"));
    let elsewhere = OrganisationCode::parse(SOUTH_TYNESIDE).unwrap();
    let shown = seen_by(&story.history, &elsewhere, Role::Worker).unwrap();
    assert_eq!(
        story
            .clone()
            .refused(SOUTH_TYNESIDE, "2026-03-06", raise("cuckooing")),
        ["need_already_raised"],
        "negative control: the whole record would tell"
    );
    let mut as_shown = story.clone();
    as_shown.history = shown;
    as_shown.staff_of(SOUTH_TYNESIDE, "2026-03-06", raise("cuckooing"));
}

fn tag(tag: &str, until: Option<&str>) -> Command {
    Command::AddTag {
        code: code(tag),
        until: until.map(day),
    }
}

#[test]
fn a_tag_counts_from_its_first_to_its_last_day() {
    let mut story = treated();
    let tagged =
        |story: &Story, on_day: &str| story.state().tags.iter().any(|tag| tag.counts_on(day(on_day)));
    story.staff_of(
        SUNDERLAND,
        "2026-03-05",
        tag("rough_sleeper_grant", Some("2026-03-31")),
    );
    assert_eq!(
        ["2026-03-04", "2026-03-05", "2026-03-31", "2026-04-01"].map(|day| tagged(&story, day)),
        [false, true, true, false]
    );
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-20", tag("rough_sleeper_grant", None)),
        ["tag_already_added"]
    );
    assert_eq!(
        story.refused(
            SUNDERLAND,
            "2026-04-20",
            tag("street_drinkers", Some("2026-04-19"))
        ),
        ["ends_before_start"]
    );
    let added = story.staff_of(SUNDERLAND, "2026-04-01", tag("rough_sleeper_grant", None));
    let remove = Command::RemoveTag(added.created[0].into());
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-30", remove.clone()),
        ["before_tag"]
    );
    story.staff_of(SUNDERLAND, "2026-04-10", remove.clone());
    assert_eq!(
        ["2026-04-09", "2026-04-10"].map(|day| tagged(&story, day)),
        [true, false]
    );
    assert_eq!(
        story.refused(SUNDERLAND, "2026-04-11", remove),
        ["tag_already_ended"]
    );
    assert_eq!(
        services(&listed(&story, RowKind::Tag, "2026-03-31")),
        [Some(SUNDERLAND.into())]
    );
    assert!(listed(&story, RowKind::Tag, "2026-04-10").is_empty());
}

fn move_out(placement: PlacementId) -> Command {
    Command::EndPlacement {
        placement,
        reason: code("completed"),
    }
}

#[test]
fn somebody_placed_is_in_a_residential_setting_until_they_leave() {
    let mut story = treated();
    let placement: PlacementId = story.staff_of(SUNDERLAND, "2026-04-01", moved_in()).created[0].into();
    assert_eq!(
        story.refused(SUNDERLAND, "2026-04-02", moved_in()),
        ["placement_open"]
    );
    story.staff_of(SUNDERLAND, "2026-04-29", move_out(placement));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-04-30", move_out(placement)),
        ["placement_ended"]
    );
    let setting = |on_day: &str| {
        let then = story.history.state(Some(AsOf::EndOf(day(on_day))), None);
        Pathway::of(&then, day(on_day)).setting.setting
    };
    assert_eq!(
        ["2026-03-31", "2026-04-01", "2026-04-28", "2026-04-29"].map(setting),
        [
            Setting::Unknown,
            Setting::Residential,
            Setting::Residential,
            Setting::Community
        ]
    );
    let history = StatusHistory::of(&story.history, day("2026-05-01"), &Reading::default());
    let told: Vec<_> = history
        .setting
        .iter()
        .map(|span| (span.status, span.days))
        .collect();
    assert_eq!(told, [("residential", 28), ("community", 2)]);
    assert_eq!(listed(&story, RowKind::Placement, "2026-04-28").len(), 1);
    assert!(listed(&story, RowKind::Placement, "2026-04-29").is_empty());
}

#[test]
fn custody_says_more_than_a_placement() {
    let mut story = treated();
    story.staff_of(SUNDERLAND, "2026-04-01", moved_in());
    story.moves("2026-04-10", reception("MDI"));
    let setting = |story: &Story| Pathway::of(&story.state(), day("2026-05-20")).setting.setting;
    assert_eq!(setting(&story), Setting::Prison);
    story.moves("2026-05-10", release("CR", "MDI"));
    assert_eq!(
        setting(&story),
        Setting::Community,
        "nobody said that they went back"
    );
}

#[test]
fn a_placement_names_one_provider_and_who_pays() {
    let mut story = treated();
    let Command::StartPlacement(whole) = moved_in() else {
        panic!("a placement")
    };
    let asks = |told: NewPlacement| Command::StartPlacement(Box::new(told));
    let nobody = NewPlacement {
        provider: None,
        ..(*whole).clone()
    };
    assert_eq!(
        story.refused(SUNDERLAND, "2026-04-01", asks(nobody)),
        ["one_of_two"]
    );
    let both = NewPlacement {
        provider_service: Some(service(PARTNERSHIP)),
        ..(*whole).clone()
    };
    assert_eq!(
        story.refused(SUNDERLAND, "2026-04-01", asks(both)),
        ["one_of_two"]
    );
    let unpaid = NewPlacement {
        commissioner_area: None,
        ..(*whole).clone()
    };
    assert_eq!(story.refused(SUNDERLAND, "2026-04-01", asks(unpaid)), ["missing"]);
    let strange = NewPlacement {
        commissioner: OrganisationCode::parse("nobody-at-all").ok(),
        ..(*whole).clone()
    };
    assert_eq!(
        story.refused(SUNDERLAND, "2026-04-01", asks(strange)),
        ["unknown_organisation"]
    );
    let not_ours = NewPlacement {
        service: service(SOUTH_TYNESIDE),
        ..(*whole).clone()
    };
    assert_eq!(
        story.refused(SUNDERLAND, "2026-04-01", asks(not_ours)),
        ["not_your_service"]
    );
    let here = NewPlacement {
        provider: None,
        provider_service: Some(service(PARTNERSHIP)),
        commissioner: OrganisationCode::parse(PARTNERSHIP).ok(),
        commissioner_area: AreaCode::parse("E08000023").ok(),
        planned_until: Some(day("2026-06-30")),
        ..*whole
    };
    story.staff_of(SUNDERLAND, "2026-04-01", asks(here));
}

fn meet(by: &str) -> Command {
    Command::RecordOutreachContact {
        service: service(by),
        place: code("street"),
        outcome: code("talked"),
    }
}

fn outreach(story: &Story, on_day: &str) -> Option<(u32, Option<bool>)> {
    let lines = listed(story, RowKind::OutreachContact, on_day);
    assert!(lines.len() < 2, "{lines:?}");
    lines.into_iter().next().map(|row| match row.detail {
        RowDetail::Outreach(detail) => (detail.contacts, detail.treatment_naive),
        other => panic!("{other:?}"),
    })
}

#[test]
fn whom_outreach_met_is_on_its_list_for_a_quarter_of_a_year() {
    let mut story = Story::of_an_adult();
    story.recorded_on("2026-12-31");
    story.staff_of(PARTNERSHIP, "2026-03-01", meet(PARTNERSHIP));
    assert_eq!(
        outreach(&story, "2026-03-01").map(|(contacts, _)| contacts),
        Some(1)
    );
    story.staff_of(PARTNERSHIP, "2026-03-20", meet(PARTNERSHIP));
    assert_eq!(
        outreach(&story, "2026-03-20").map(|(contacts, _)| contacts),
        Some(2)
    );
    assert!(outreach(&story, "2026-06-17").is_some());
    assert_eq!(outreach(&story, "2026-06-18"), None);
    assert_eq!(
        story.refused(PARTNERSHIP, "2026-03-21", meet(SUNDERLAND)),
        ["not_your_service"]
    );
}

/// Whether somebody was ever treated is told to those alone who see the whole record.
#[test]
fn a_contact_gives_no_sight_of_treatment_elsewhere() {
    let mut story = treated();
    story.staff_of(PARTNERSHIP, "2026-04-01", meet(PARTNERSHIP));
    assert_eq!(outreach(&story, "2026-04-01"), Some((1, None)));
    // Negative control: the service that treats the person is told.
    let mut own = treated();
    own.staff_of(SUNDERLAND, "2026-03-01", meet(SUNDERLAND));
    assert_eq!(
        outreach(&own, "2026-03-01"),
        Some((1, Some(true))),
        "nothing had started by then"
    );
    own.staff_of(SUNDERLAND, "2026-04-01", meet(SUNDERLAND));
    assert_eq!(outreach(&own, "2026-04-01"), Some((2, Some(false))));
}
