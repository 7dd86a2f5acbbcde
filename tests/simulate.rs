//! `simulate`, as somebody meets it who wants much data: stopped half-way it goes on, and ends as if it had not been.

use crate::harness::{HARNESS, Place, until};
use crate::lifecycle::log;
use serde_json::Value;
use std::process::{Command, Output};
use throughcare_http::token::Role;

fn simulate(place: &Place, people: &str) -> Command {
    let mut command = place.command("simulate");
    command.args([
        "--people",
        people,
        "--years",
        "1",
        "--seed",
        "7",
        "--until",
        "2026-01-01",
        "--no-lists",
    ]);
    command
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Where each event stands, by its id which one it is, and what is told of it.
fn digest(place: &Place) -> Vec<Vec<Value>> {
    // A copy: whoever asks has to be granted a membership, and then the county would go on with another log.
    let place = place.copied();
    // One that keeps no lists: it would go on where the county is half told, and move people whose contract has moved.
    let mut command = place.serve();
    command.args(["--role", "api"]);
    let (program, _) = place.start_and_read(command, "answers on");
    let mut events = log(&place, &program);
    events.retain(|event| event["organisation"] != HARNESS.0 && event["client"] != HARNESS.1);
    program.stop();
    let told = [
        "position",
        "id",
        "type",
        "about",
        "streamVersion",
        "occurred",
        "recordedAt",
        "data",
    ];
    events
        .iter()
        .map(|event| told.iter().map(|name| event[*name].clone()).collect())
        .collect()
}

/// One that was told to stop half-way. On a busy machine it may have ended before it was told: then another is.
fn half_way(people: &str) -> Place {
    for _ in 0..5 {
        let place = Place::new();
        let (program, _) = place.start_and_read(simulate(&place, people), "events recorded");
        match program.stop().code() {
            Some(1) => return place,
            Some(0) => {}
            other => panic!("stopped before its end with {other:?}: {}", place.log()),
        }
    }
    panic!("it always ended before it was told to stop");
}

#[test]
fn given_a_simulate_stopped_half_way_when_it_runs_again_then_it_ends_as_one_that_ran_through() {
    // Given: one that runs through.
    let through = Place::new();
    let output = simulate(&through, "200").output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("events a second"), "{}", said(&output));

    // And one that is told to stop as soon as it has recorded something.
    let stopped = half_way("200");
    let half = digest(&stopped);

    // When: the same command again, and once more when all is done; another county is refused.
    let output = simulate(&stopped, "200").output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("are here already"), "{}", said(&output));
    let output = simulate(&stopped, "200").output().unwrap();
    assert!(
        output.status.success(),
        "nothing is left to do: {}",
        said(&output)
    );
    let output = simulate(&stopped, "201").output().unwrap();
    assert!(
        !output.status.success() && said(&output).contains("--people 200"),
        "{}",
        said(&output)
    );

    // Then: both logs are one.
    let (expected, resumed) = (digest(&through), digest(&stopped));
    assert!(
        expected.len() > 2_000 && expected[0].iter().all(|value| !value.is_null()),
        "{:?}",
        expected[0]
    );
    assert!(half.len() < expected.len(), "it had been stopped half-way");
    assert_eq!(half, expected[..half.len()]);
    assert_eq!(resumed.len(), expected.len());
    assert_eq!(resumed, expected);
}

#[test]
fn given_a_county_whose_contract_moved_when_it_is_served_then_the_program_finds_nobody_left_behind() {
    let place = Place::new();
    let output = simulate(&place, "200").output().unwrap();
    assert!(output.status.success(), "{}", said(&output));

    let program = place.start();
    let token = place.token("audit-desk", Some("auditor"), "county-audit", Role::Auditor);
    let auditor = program.client(token, false);
    let changes = |events: Vec<Value>| -> Vec<Value> {
        let mut events = events;
        events.retain(|event| event["type"] == "treatment.provider-changed");
        events
    };
    let told = changes(log(&place, &program)).len();
    assert!(told > 3, "{told} people went over");
    let state = until("the lists have everybody who went over", || {
        let state = auditor.read("/v1/services/southmarsh-community/contract-move");
        (state["peopleMoved"] == told).then_some(state)
    });
    assert_eq!(
        (&state["state"], &state["peopleLeft"]),
        (&"complete".into(), &0.into()),
        "{state}"
    );
    // Nobody went over after the county was told: its maker and the program judge alike.
    let late = changes(log(&place, &program));
    assert!(
        late.iter()
            .all(|event| event["recordedAt"].as_str().unwrap() < "2026-01-01"),
        "{late:?}"
    );
    program.stop();
}

#[test]
fn given_a_log_with_other_records_then_simulate_leaves_it_alone() {
    let place = Place::new();
    let program = place.start();
    crate::lifecycle::set_up(&place, &program);
    let before = log(&place, &program).len();
    program.stop();

    let output = simulate(&place, "10").output().unwrap();

    assert!(
        !output.status.success() && said(&output).contains("holds records already"),
        "{}",
        said(&output)
    );
    let program = place.start();
    assert_eq!(log(&place, &program).len(), before);
}
