//! The demo, as a newcomer meets it: one command, tokens, and lines worth trying that work.

use crate::harness::{Place, Program, until};
use reqwest::blocking::Client;
use std::collections::BTreeMap;

/// What the demo printed.
struct Said {
    tokens: BTreeMap<String, String>,
    lines: Vec<String>,
}

fn start(place: &Place) -> (Program, Said) {
    let mut command = place.command("demo");
    command.args(["--listen", "127.0.0.1:0", "--people", "60", "--years", "1"]);
    let (program, said) = place.start_and_read(command, "Stop with Ctrl-C");
    let exports = said
        .iter()
        .filter_map(|line| line.strip_prefix("export ")?.split_once('='));
    let tokens = exports
        .map(|(name, token)| (name.to_owned(), token.to_owned()))
        .collect();
    let lines = said
        .iter()
        .filter(|line| line.starts_with("curl "))
        .cloned()
        .collect();
    (program, Said { tokens, lines })
}

/// Does what a printed `curl` line does; answers status and body.
fn tried(said: &Said, line: &str) -> (u16, serde_json::Value) {
    let between = |from: &str, to: &str| {
        line.split_once(from)
            .and_then(|(_, rest)| Some(rest.split_once(to)?.0))
    };
    let url = line.rsplit('"').nth(1).unwrap();
    let http = Client::new();
    let request = if line.contains(" -X POST ") {
        http.post(url)
    } else {
        http.get(url)
    };
    let name = between("Bearer $", "\"").expect("a token");
    let mut request = request.bearer_auth(&said.tokens[name]);
    if let Some(key) = between("Idempotency-Key: ", "\"") {
        request = request.header("idempotency-key", key);
    }
    if let Some(body) = between(" -d '", "' ") {
        request = request
            .header("content-type", "application/json")
            .body(body.to_owned());
    }
    let answer = request.send().unwrap();
    (answer.status().as_u16(), answer.json().unwrap_or_default())
}

fn read(said: &Said, path: &str) -> serde_json::Value {
    let line = said.lines.iter().find(|line| line.contains("$AUDITOR")).unwrap();
    let base = line.rsplit('"').nth(1).unwrap().split("/v1/").next().unwrap();
    let request = Client::new()
        .get(format!("{base}{path}"))
        .bearer_auth(&said.tokens["AUDITOR"]);
    let answer = request.send().unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    answer.json().unwrap()
}

/// The county's contract has moved, and nobody is to go over any more.
fn contract_has_moved(said: &Said) {
    let state = until("everybody has gone over", || {
        let state = read(said, "/v1/services/southmarsh-community/contract-move");
        (state["state"] == "complete" && state["peopleLeft"] == 0).then_some(state)
    });
    assert_eq!(state["toService"], "southmarsh-estuary");
}

#[test]
fn given_the_demo_then_every_line_worth_trying_works_and_a_restart_goes_on() {
    let place = Place::new();
    let (program, said) = start(&place);
    for name in ["WORKER", "PRISON", "AUDITOR", "CLINICIAN", "OFFICER"] {
        assert!(said.tokens.contains_key(name), "{name}");
    }
    assert_eq!(said.lines.len(), 6, "{:?}", said.lines);
    for line in &said.lines {
        let (status, body) = tried(&said, line);
        assert!((200..300).contains(&status), "{status} {body}: {line}");
    }
    // The county is one in which care goes on and breaks.
    let summary = said
        .lines
        .iter()
        .find(|line| line.contains("/continuity/summary"))
        .unwrap();
    let summary = tried(&said, summary).1;
    assert!(summary["releases"].as_u64().unwrap() > 0, "{summary}");
    contract_has_moved(&said);
    assert_eq!(program.stop().code(), Some(0));

    // A second start takes up the same county, and yesterday's tokens are still good.
    let (program, again) = start(&place);
    let person = again
        .lines
        .iter()
        .find(|line| line.contains("/v1/people/"))
        .unwrap();
    let said = Said {
        lines: Vec::new(),
        ..said
    };
    assert_eq!(tried(&said, person).0, 200);
    assert_eq!(program.stop().code(), Some(0));
}
