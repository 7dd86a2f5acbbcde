//! Starting and stopping: what was accepted is finished, what was recorded stays, and two never share one directory.

use crate::harness::{Client, Place, Program, new_id, somebody, until};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use throughcare_http::token::Role;

pub const ORGANISATION: &str = "northshire-recovery";
pub const SERVICE: &str = "northshire-community";
/// Source: issue text "SIGTERM: stop accepting, finish what was accepted, close the database, exit within 20 seconds".
const STOP_WITHIN: Duration = Duration::from_secs(20);

/// Registers one organisation with one service.
pub fn set_up(place: &Place, program: &Program) {
    let token = place.token(
        "administration",
        Some("administrator"),
        "partnership",
        Role::Administrator,
    );
    let administrator = program.client(token, false);
    administrator.record(
        "/v1/organisations",
        &json!({ "organisation": ORGANISATION, "name": "Northshire Recovery" }),
    );
    let service = json!({ "service": SERVICE, "name": "Northshire Community", "kind": "community", "areas": ["X10000001"] });
    administrator.record(&format!("/v1/organisations/{ORGANISATION}/services"), &service);
}

/// A case system of the organisation.
pub fn case_system(place: &Place, program: &Program, name: &str) -> Client {
    program.client(place.token(name, None, ORGANISATION, Role::Worker), true)
}

/// A referral to the service, with the sender's own reference.
pub fn referral(reference: &str) -> Value {
    json!({
        "person": { "demographics": somebody().demographics() }, "source": "self", "toService": SERVICE,
        "externalReference": { "system": "case-system", "value": reference },
    })
}

/// Every event of the log, as an auditor reads it.
pub fn log(place: &Place, program: &Program) -> Vec<Value> {
    let auditor = program.client(
        place.token("audit-desk", Some("auditor"), "county-audit", Role::Auditor),
        false,
    );
    let (mut events, mut after) = (Vec::new(), 0);
    loop {
        let page = auditor.read(&format!("/v1/events?after={after}"));
        events.extend(page["data"].as_array().unwrap().iter().cloned());
        after = page["nextAfter"].as_u64().unwrap();
        if page["hasMore"] == false {
            return events;
        }
    }
}

#[test]
fn given_load_when_told_to_stop_then_what_was_accepted_is_finished_and_a_restart_keeps_everything() {
    let place = Place::new();
    let mut program = place.start();
    set_up(&place, &program);

    // Given: eight writers that go on until nobody answers.
    let stopped = AtomicBool::new(false);
    let (acknowledged, broken) = thread::scope(|scope| {
        let writers: Vec<_> = (0..8)
            .map(|writer| {
                let client = case_system(&place, &program, &format!("writer-{writer}"));
                let stopped = &stopped;
                scope.spawn(move || {
                    let (mut acknowledged, mut broken) = (Vec::new(), 0);
                    for turn in 0.. {
                        let reference = format!("{writer}-{turn}");
                        let request = client.request(reqwest::Method::POST, "/v1/referrals");
                        let request = request
                            .header("idempotency-key", new_id().to_string())
                            .json(&referral(&reference));
                        match client.try_send(request) {
                            Ok(answer) if answer.status == 201 => acknowledged.push(answer.id("referral")),
                            Ok(answer) => assert_eq!(answer.status, 503, "{}", answer.text),
                            // Nobody listens any more, or an idle connection was closed under the request.
                            Err(error) => broken += i32::from(!error.is_connect()),
                        }
                        if stopped.load(Ordering::Relaxed) {
                            break;
                        }
                    }
                    (acknowledged, broken)
                })
            })
            .collect();
        thread::sleep(Duration::from_millis(1_500));

        // When: told to stop. Then: it ends by itself, in order and in time.
        let asked = Instant::now();
        program.terminate();
        let status = program.wait();
        stopped.store(true, Ordering::Relaxed);
        assert_eq!(status.code(), Some(0), "{}", place.log());
        assert!(asked.elapsed() < STOP_WITHIN, "took {:?}", asked.elapsed());
        let results: Vec<_> = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
        let broken: i32 = results.iter().map(|(_, broken)| broken).sum();
        (
            results.into_iter().flat_map(|(done, _)| done).collect::<Vec<_>>(),
            broken,
        )
    });
    assert!(acknowledged.len() > 8, "the writers wrote");
    assert!(
        broken <= 8,
        "at most the last request of each writer met a closing connection, not {broken}"
    );

    // And: PostgreSQL ended with it, in order.
    assert!(!place.data_dir().join("postgres/postmaster.pid").exists());

    // Then: after a restart everything is there, once.
    let program = place.start();
    let events = log(&place, &program);
    let mut received: Vec<_> = events
        .iter()
        .filter(|event| event["type"] == "referral.received")
        .map(|event| event["data"]["referral"].as_str().unwrap())
        .collect();
    received.sort_unstable();
    let count = received.len();
    received.dedup();
    assert_eq!(received.len(), count, "nothing doubled");
    assert!(
        acknowledged
            .iter()
            .all(|id| received.binary_search(&id.as_str()).is_ok()),
        "nothing acknowledged lost"
    );
    // And: the lists are as they were.
    let client = case_system(&place, &program, "reader");
    let lines = client.list(&format!("/v1/services/{SERVICE}/worklists/referrals?perPage=100"));
    assert_eq!(lines.len(), count);
    assert_eq!(program.stop().code(), Some(0));
}

#[test]
fn given_a_program_on_a_directory_when_a_second_starts_then_it_says_so_and_stops() {
    let place = Place::new();
    let program = place.start();
    let second = place.serve().output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(
        said.contains("throughcare:") && said.contains(&place.data_dir().display().to_string()),
        "{said}"
    );
    assert!(said.contains("another") || said.contains("already"), "{said}");
    // The first is not disturbed.
    program.anonymous().get("/health").expect(200);
    assert_eq!(program.stop().code(), Some(0));
}

#[test]
fn given_each_state_of_the_set_up_then_doctor_says_what_to_do() {
    let place = Place::new();
    let doctor = |place: &Place| {
        let output = place.command("doctor").output().unwrap();
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    };
    // Before the first start: tables are missing, and the advice says how to get them.
    let (code, said) = doctor(&place);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("throughcare migrate"), "{said}");

    let migrated = place.command("migrate").output().unwrap();
    assert!(
        migrated.status.success(),
        "{}",
        String::from_utf8_lossy(&migrated.stderr)
    );
    let (code, said) = doctor(&place);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("Everything is in order"), "{said}");

    // With the keys of another database: nothing can be read, and doctor says so.
    let keys = place.data_dir().join("keys.txt");
    let ours = std::fs::read(&keys).unwrap();
    let other = Place::new();
    assert!(other.command("migrate").output().unwrap().status.success());
    std::fs::copy(other.data_dir().join("keys.txt"), &keys).unwrap();
    let (code, said) = doctor(&place);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("key file"), "{said}");
    assert!(
        place.try_start().is_none(),
        "the program does not start with the wrong keys"
    );
    std::fs::write(&keys, ours).unwrap();
    let (code, said) = doctor(&place);
    assert_eq!(code, Some(0), "{said}");

    // A database that cannot be reached.
    let mut away = crate::harness::throughcare();
    let away = away
        .args(["doctor", "--database-url", "postgres://nobody@127.0.0.1:1/none"])
        .current_dir(place.root())
        .arg("--key-file")
        .arg(place.root().join("k.txt"));
    assert_eq!(away.output().unwrap().status.code(), Some(1));
}

#[test]
fn given_settings_that_cannot_be_then_the_program_says_which_and_stops() {
    let place = Place::new();
    for (arguments, word) in [
        (vec!["serve"], "--issuer"),
        (
            vec!["serve", "--issuer", "issuer=a audience=b algorithm=none keys=/k"],
            "algorithm",
        ),
        (vec!["serve", "--listen", "nowhere"], "--listen"),
        (vec!["serve", "--no-such-flag"], "--no-such-flag"),
        (vec!["demo", "--people", "0"], "--people"),
        (vec!["doctor", "--pg-bin", "/nonexistent"], "/nonexistent"),
    ] {
        let output = crate::harness::throughcare()
            .args(&arguments)
            .arg("--data-dir")
            .arg(place.data_dir())
            .output()
            .unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stderr),
            String::from_utf8_lossy(&output.stdout)
        );
        assert!(said.contains(word), "{arguments:?}: {said}");
    }
}

#[test]
fn given_postgresql_dies_when_the_program_lives_then_it_comes_back_by_itself() {
    let place = Place::new();
    let program = place.start();
    set_up(&place, &program);
    let client = case_system(&place, &program, "case-system");
    client.record("/v1/referrals", &referral("before"));

    crate::crash::kill_postgres(&place);

    until("the program records again", || {
        let request = client
            .request(reqwest::Method::POST, "/v1/referrals")
            .header("idempotency-key", new_id().to_string());
        let answer = client.send(request.json(&referral("after")));
        assert!(matches!(answer.status, 201 | 409 | 503), "{}", answer.text);
        (answer.status != 503).then_some(())
    });
    // Reading has connections of its own: each that died with PostgreSQL says so once.
    let auditor = program.client(
        place.token("audit-desk", Some("auditor"), "county-audit", Role::Auditor),
        false,
    );
    let page = until("the program reads again", || {
        let answer = auditor.get("/v1/events");
        assert!(matches!(answer.status, 200 | 503), "{}", answer.text);
        (answer.status == 200).then(|| answer.json())
    });
    assert_eq!(page["hasMore"], false);
    let received = page["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["type"] == "referral.received")
        .count();
    assert_eq!(received, 2);
    assert_eq!(program.stop().code(), Some(0));
}
