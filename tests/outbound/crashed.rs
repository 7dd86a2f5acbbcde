//! kill -9 while receivers are told, by a receiver that fails, hangs up and is slow: nothing is lost, and of each record
//! everything arrives in order.

use super::receiver::Receiver;
use super::{started, webhook, worker};
use crate::harness::{Place, until};
use crate::lifecycle::{ORGANISATION, SERVICE, case_system, referral, set_up};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::thread;
use std::time::Duration;
use throughcare_http::token::Role;
use uuid::Uuid;

/// People of whom something is told, and how often the program is killed meanwhile.
const PEOPLE: usize = 12;
const KILLS: usize = 3;

#[test]
fn given_a_receiver_that_fails_and_a_program_that_is_killed_then_every_notice_arrives_in_order_for_each_record()
 {
    let place = Place::new();
    let mut program = started(&place);
    set_up(&place, &program);
    let receiver = Receiver::new();
    // Of seven one is refused, one is hung up on, and one takes a while.
    receiver.answers(|before| match before % 7 {
        2 => (Some(500), Duration::ZERO),
        4 => (None, Duration::ZERO),
        5 => (Some(204), Duration::from_millis(300)),
        _ => (Some(204), Duration::ZERO),
    });
    let (id, secret) = webhook(
        &place,
        &program,
        (ORGANISATION, "records", Role::Worker),
        &receiver.url(),
    );

    let mut people = Vec::new();
    for turn in 0..=KILLS {
        let (sends, works) = (case_system(&place, &program, "sender"), worker(&place, &program));
        for one in 0..PEOPLE / (KILLS + 1) {
            let asked = sends.record("/v1/referrals", &referral(&format!("{turn}-{one}")));
            let referral = asked.id("referral");
            works.record(&format!("/v1/referrals/{referral}/acceptance"), &json!({}));
            people.push(referral);
        }
        for referral in people.iter().rev().take(2) {
            let triage = json!({ "outcome": "treatment_needed", "substances": ["1011"] });
            works.record(&format!("/v1/referrals/{referral}/triage"), &triage);
        }
        if turn < KILLS {
            let before = receiver.got().len();
            until("something is told", || {
                (receiver.got().len() > before).then_some(())
            });
            thread::sleep(Duration::from_millis(60 * turn as u64));
            program.kill_hard();
            program = started(&place);
        }
    }

    // What the system is shown by the feed is what it is told of.
    let reader = case_system(&place, &program, "records");
    let told = |events: &[Value]| -> Vec<(String, String)> {
        let webhook: Uuid = id.parse().unwrap();
        let one = |event: &Value| {
            let event_id: Uuid = event["id"].as_str().unwrap().parse().unwrap();
            let told = Uuid::new_v5(&webhook, event_id.as_bytes());
            (
                format!("msg_{}", told.simple()),
                event["personId"].as_str().unwrap_or("").to_owned(),
            )
        };
        events.iter().map(one).collect()
    };
    let events = feed(&reader);
    let about: Vec<Value> = events
        .into_iter()
        .filter(|event| event["about"] == "person")
        .collect();
    let expected = told(&about);
    assert!(expected.len() >= PEOPLE * 3, "{}", expected.len());
    until("everything has arrived", || {
        let taken = receiver.taken();
        expected
            .iter()
            .all(|(id, _)| taken.iter().any(|got| got.id == *id))
            .then_some(())
    });
    let got = receiver.got();
    assert!(got.iter().any(|one| one.answered == 500) && got.iter().any(|one| one.answered == 0));
    assert!(got.iter().all(|one| one.is_signed_with(&secret)), "{got:?}");
    // Nothing arrives that is not shown, and what arrives again has the same id.
    let taken = receiver.taken();
    for one in &taken {
        assert!(expected.iter().any(|(id, _)| *id == one.id), "{one:?}");
    }
    let place_of: HashMap<&str, usize> = taken
        .iter()
        .enumerate()
        .map(|(at, one)| (one.id.as_str(), at))
        .collect();
    let mut last: HashMap<&str, usize> = HashMap::new();
    for (id, person) in &expected {
        let at = place_of[id.as_str()];
        let before = last.insert(person, at);
        assert!(
            before.is_none_or(|before| before < at),
            "{person}: {id} came too early"
        );
    }
    assert_eq!(last.len(), PEOPLE);
    assert_eq!(program.stop().code(), Some(0));
    assert!(!place.log().contains(SERVICE), "{}", place.log());
}

/// Every event that somebody is shown.
pub fn feed(reader: &crate::harness::Client) -> Vec<Value> {
    let (mut events, mut after) = (Vec::new(), 0);
    loop {
        let page = reader.read(&format!("/v1/events?after={after}"));
        events.extend(page["data"].as_array().unwrap().iter().cloned());
        after = page["nextAfter"].as_u64().unwrap();
        if page["hasMore"] == false {
            return events;
        }
    }
}
