//! The order of facts: by when they were true, never by when they arrived.

use crate::story::{SUNDERLAND, Story, at, on, reception, release, transfer};
use throughcare_domain::command::Command;
use throughcare_domain::state::Setting;

#[test]
fn undated_movements_of_a_day_alternate_from_where_the_day_began() {
    // In prison at the day's start: the release comes first, then the reception.
    let mut inside = Story::of_an_adult();
    inside.moves("2026-01-05", reception("MDI"));
    inside.machine(on("2026-03-01"), Command::RecordMovement(reception("LEI")));
    inside.machine(on("2026-03-01"), Command::RecordMovement(release("BL", "MDI")));
    let state = inside.state();
    assert!(state.conflicts.is_empty(), "{:?}", state.conflicts);
    assert_eq!(
        (state.custody.setting, state.custody.spells.len()),
        (Setting::Prison, 2)
    );

    // At liberty at the day's start: the same two the other way round.
    let mut outside = Story::of_an_adult();
    outside
        .moves("2026-01-05", reception("MDI"))
        .moves("2026-02-01", release("CR", "MDI"));
    outside.machine(on("2026-03-01"), Command::RecordMovement(release("BL", "LEI")));
    outside.machine(on("2026-03-01"), Command::RecordMovement(reception("LEI")));
    let state = outside.state();
    let open: Vec<_> = state
        .conflicts
        .iter()
        .filter(|conflict| conflict.code != "release_without_reception")
        .collect();
    assert!(open.is_empty(), "{open:?}");
    assert_eq!(
        (state.custody.setting, state.custody.spells.len()),
        (Setting::Community, 2)
    );
}

#[test]
fn a_day_of_reception_release_and_reception_alternates() {
    let mut story = Story::of_an_adult();
    story
        .moves("2026-01-05", reception("MDI"))
        .moves("2026-02-01", release("CR", "MDI"));
    story.machine(on("2026-03-01"), Command::RecordMovement(reception("MDI")));
    story.machine(on("2026-03-01"), Command::RecordMovement(reception("LEI")));
    story.machine(on("2026-03-01"), Command::RecordMovement(release("BL", "MDI")));
    let state = story.state();
    assert_eq!(state.custody.setting, Setting::Prison);
    assert_eq!(state.custody.spells.len(), 3);
    assert_eq!(state.custody.releases.len(), 2);
}

#[test]
fn undated_comes_before_timed() {
    let mut story = Story::of_an_adult();
    story.moves("2026-01-05", reception("MDI"));
    // By its moment, the transfer lies in the night; by its date alone, the other comes first all the same.
    story.machine(
        at("2026-03-01T00:30:00Z"),
        Command::RecordMovement(transfer("LEI", "HLI")),
    );
    story.machine(on("2026-03-01"), Command::RecordMovement(transfer("MDI", "LEI")));
    let state = story.state();
    assert!(state.conflicts.is_empty(), "{:?}", state.conflicts);
    assert_eq!(
        state.custody.prison.map(|prison| prison.to_string()),
        Some("HLI".into())
    );
}

#[test]
fn a_referral_its_acceptance_and_triage_of_one_day_need_no_times() {
    let mut story = Story::of_an_adult();
    story.episode("2026-03-01", SUNDERLAND);
    let mut events = story.history.events().to_vec();
    events.reverse();
    let state = throughcare_domain::state::PersonState::fold(&events);
    assert!(state.conflicts.is_empty(), "{:?}", state.conflicts);
    assert_eq!(state.episodes.len(), 1);
}
