//! Two nodes on one database: one of them tells, the other takes over, and every message arrives once and in order.

use super::crashed::feed;
use super::receiver::Receiver;
use super::{serve, webhook, worker};
use crate::harness::{Place, Program, kill, until};
use crate::lifecycle::{ORGANISATION, case_system, referral, set_up};
use crate::operations::{beside, in_database};
use serde_json::{Value, json};
use std::collections::HashMap;
use throughcare_http::token::Role;
use uuid::Uuid;

/// People of whom something is told in each part, by either node in turn.
const PEOPLE: usize = 6;

/// Which node tells: the owner of the lease.
fn owner(place: &Place) -> Option<String> {
    let mut owner = None;
    in_database(place, async |connection| {
        let asked = "select owner from leases where work = 'webhooks' and until > clock_timestamp()";
        owner = sqlx::query_scalar(asked)
            .fetch_optional(connection)
            .await
            .unwrap()
            .flatten();
    });
    owner
}

/// Some referrals, each sent and accepted, through the nodes in turn.
fn recorded(place: &Place, nodes: &[&Program], part: &str) {
    for one in 0..PEOPLE {
        let (first, second) = (nodes[one % nodes.len()], nodes[(one + 1) % nodes.len()]);
        let sends = case_system(place, first, "sender");
        let referral = sends
            .record("/v1/referrals", &referral(&format!("{part}-{one}")))
            .id("referral");
        worker(place, second).record(&format!("/v1/referrals/{referral}/acceptance"), &json!({}));
    }
}

#[test]
fn given_two_nodes_then_each_message_arrives_once_and_in_order_whoever_tells_and_when_one_falls_asleep() {
    let place = Place::new();
    let first = place.start_and_read(serve(&place), "answers on").0;
    let mut command = beside(&place, "serve");
    let waits = ["1"; 20].join(",");
    command.args(["--listen", "127.0.0.1:0", "--webhook-allow", "127.0.0.0/8"]);
    command.args(["--webhook-retries", &waits, "--issuer", &place.issuer_setting()]);
    let second = place.start_and_read(command, "answers on").0;
    set_up(&place, &first);
    let receiver = Receiver::new();
    let (id, secret) = webhook(
        &place,
        &first,
        (ORGANISATION, "records", Role::Worker),
        &receiver.url(),
    );
    // What is told, by id, with whom it is about, in order of the log.
    let expected = || -> Vec<(String, String)> {
        let webhook: Uuid = id.parse().unwrap();
        let told = |event: &Value| {
            let event_id: Uuid = event["id"].as_str().unwrap().parse().unwrap();
            let told = Uuid::new_v5(&webhook, event_id.as_bytes());
            let person = event["personId"].as_str().unwrap().to_owned();
            (format!("msg_{}", told.simple()), person)
        };
        let events = feed(&case_system(&place, &second, "records"));
        let about = events.iter().filter(|event| event["about"] == "person");
        about.map(told).collect()
    };
    let all_came = |expected: &[(String, String)]| {
        until("everything has arrived", || {
            let taken = receiver.taken();
            let came = |id: &str| taken.iter().any(|got| got.id == id);
            expected.iter().all(|(id, _)| came(id)).then_some(())
        });
    };

    // Both work: nothing comes twice, not even under its id.
    recorded(&place, &[&first, &second], "both");
    let told = expected();
    assert!(told.len() >= PEOPLE * 2, "{}", told.len());
    all_came(&told);
    let got = receiver.got();
    assert_eq!(got.len(), receiver.taken().len(), "something came twice");

    // The one that tells falls asleep; the other tells. When it wakes it tells nothing of what it had in mind.
    let tells = owner(&place).expect("one of them tells");
    let (sleeper, other) = match tells.contains(first.address.trim_start_matches("http://")) {
        true => (&first, &second),
        false => (&second, &first),
    };
    kill(sleeper.pid(), "-STOP");
    recorded(&place, &[other], "asleep");
    until("the other takes over", || {
        owner(&place).filter(|now| *now != tells)
    });
    kill(sleeper.pid(), "-CONT");
    recorded(&place, &[&first, &second], "awake");
    let told = expected();
    all_came(&told);
    let taken = receiver.taken();
    let place_of: HashMap<&str, usize> = taken
        .iter()
        .enumerate()
        .map(|(at, got)| (got.id.as_str(), at))
        .collect();
    let mut last: HashMap<&str, usize> = HashMap::new();
    for (id, person) in &told {
        let at = place_of[id.as_str()];
        let before = last.insert(person, at);
        assert!(
            before.is_none_or(|before| before < at),
            "{person}: {id} came too early"
        );
    }
    assert_eq!(last.len(), 3 * PEOPLE);
    let about_people = taken.iter().filter(|got| place_of.contains_key(got.id.as_str()));
    assert!(about_people.clone().all(|got| got.is_signed_with(&secret)));
    // What was under way when it fell asleep may come again, under its id; nothing else does.
    let again = receiver.got().len() - taken.len();
    assert!(again <= 8, "{again} came again");
    assert_eq!(second.stop().code(), Some(0));
    assert_eq!(first.stop().code(), Some(0));
}
