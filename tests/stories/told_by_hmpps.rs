//! What the prison's own systems tell, as they tell it: within a second, twice, late, taken back, and about two numbers.
//!
//! Sources: issue 6, "Proof"; `api.md`, Adopt 13; `cases.md` C4, C9; `design.md`, "Streams" (merge).

use crate::harness::{
    Client, County, Place, Somebody, ago, hmpps_message, new_id, send_message, somebody, until,
};
use crate::lifecycle::{case_system, log, set_up};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use throughcare_app::{Clock as _, SystemClock};

fn message(county: &County, file: &str, who: &Somebody, (reason, code): (&str, &str), at: &str) -> Value {
    hmpps_message(
        file,
        &[
            ("prisonerNumber", &who.prisoner_number),
            ("reason", reason),
            ("code", code),
            ("prison", &county.prison),
            ("occurredAt", at),
        ],
    )
}

fn hour(day: Date, hour: &str) -> String {
    format!("{day}T{hour}:00:00.526762+00:00")
}

#[track_caller]
fn tell(by: &Client, message: &Value) -> Value {
    send_message(by, message).expect(202).json()
}

fn releases(county: &County, more: &str) -> Vec<Value> {
    let path = format!("/v1/continuity/releases?service={}{more}", county.community);
    county.worker().list(&path)
}

/// Somebody on remand, whom the treatment service in prison knows and the community service does not.
fn on_remand(county: &County) -> (Somebody, String) {
    let (movements, prison) = (county.prison_system(), county.prison_worker());
    let who = somebody();
    tell(
        &movements,
        &message(
            county,
            "received.sns",
            &who,
            ("ADMISSION", "N"),
            &hour(ago(20), "16"),
        ),
    );
    let person = county.registered(&prison, &who);
    county.in_prison_treatment(&person, ago(18));
    until("the reception is on the record", || {
        let seen = prison.read(&format!("/v1/people/{person}"));
        (seen["pathway"]["setting"]["status"] == "prison").then_some(())
    });
    (who, person)
}

#[test]
fn given_a_remand_prisoner_released_at_court_then_they_are_on_the_community_worklist_within_a_second() {
    let county = County::new();
    let movements = county.prison_system();
    // Other tests share this machine: the quickest of three says what the program needs.
    let mut quickest = Duration::MAX;
    for _ in 0..3 {
        let (who, person) = on_remand(&county);
        let now = SystemClock.now();
        let moments = [now - 3.hours(), now - 1.minutes()].map(|at| at.to_string());
        let to_court = message(
            &county,
            "released.sns",
            &who,
            ("SENT_TO_COURT", "CRT"),
            &moments[0],
        );
        tell(&movements, &to_court);
        // When: the court bails them, and the prison's system says so.
        let bailed = message(&county, "released.sns", &who, ("RELEASED", "BL"), &moments[1]);
        tell(&movements, &bailed);
        let told = Instant::now();
        let line = until("the release is on the list", || {
            let mut lines = releases(&county, "&state=due").into_iter();
            lines.find(|line| line["personId"] == json!(person))
        });
        quickest = quickest.min(told.elapsed());
        // Then: unplanned, from court, with 21 days to run.
        assert_eq!(
            (&line["fromCourt"], &line["plannedFor"]),
            (&json!(true), &Value::Null)
        );
        assert!(line["day"].as_i64().unwrap() <= 1);
    }
    assert!(quickest < Duration::from_secs(1), "{quickest:?}");
}

#[test]
fn given_a_release_message_that_arrives_twice_and_late_when_it_is_undone_then_there_was_no_release() {
    let county = County::new();
    let (movements, prison) = (county.prison_system(), county.prison_worker());
    let (who, person) = on_remand(&county);

    // Given: released three days ago, told now, and told again in another message.
    let release = |who: &Somebody| {
        message(
            &county,
            "released.sns",
            who,
            ("RELEASED", "CR"),
            &hour(ago(3), "09"),
        )
    };
    let first = tell(&movements, &release(&who));
    assert_eq!(tell(&movements, &release(&who)), first, "equal answers");
    let lines = until("the release is on the list", || {
        Some(releases(&county, "")).filter(|lines| !lines.is_empty())
    });
    assert_eq!(lines.len(), 1);
    assert_eq!(
        (&lines[0]["releasedOn"], &lines[0]["knownLateDays"]),
        (&json!(ago(3).to_string()), &json!(3))
    );
    let known_then = movements_head(&county);

    // When: they were received again on the same day, under the booking that the release had ended.
    let back = |who: &Somebody| {
        message(
            &county,
            "received.sns",
            who,
            ("READMISSION", "N"),
            &hour(ago(3), "11"),
        )
    };
    tell(&movements, &back(&who));

    // Then: nobody was released; what was shown until then can be asked for.
    until("the release is off the list", || {
        releases(&county, "").is_empty().then_some(())
    });
    let seen = prison.read(&format!("/v1/people/{person}"));
    let setting = &seen["pathway"]["setting"];
    assert_eq!(
        (&setting["status"], &setting["since"]),
        (&json!("prison"), &json!(hour_of_reception())),
        "the stay went on"
    );
    assert_eq!(releases(&county, &format!("&knownAt={known_then}")).len(), 1);

    // And: for somebody of whom it is told the other way round, it comes to the same.
    let (other, elsewhere) = on_remand(&county);
    for one in [back(&other), release(&other), back(&other), release(&other)] {
        tell(&movements, &one);
    }
    all_have_their_effect(&county);
    assert!(releases(&county, "").is_empty());
    let of_other = prison.read(&format!("/v1/people/{elsewhere}"));
    assert_eq!(of_other["pathway"]["setting"], *setting);
}

/// Waits until the program has looked at every message.
fn all_have_their_effect(county: &County) {
    until("every message was given its effect", || {
        let waiting = county.auditor().list("/v1/inbound/messages?state=received");
        waiting.is_empty().then_some(())
    });
}

fn hour_of_reception() -> String {
    hour(ago(20), "16").replace("+00:00", "Z")
}

fn movements_head(county: &County) -> u64 {
    county.auditor().read("/v1/events?limit=1")["headPosition"]
        .as_u64()
        .unwrap()
}

#[test]
fn given_two_records_with_the_numbers_of_one_prisoner_then_a_worker_who_sees_both_decides() {
    let county = County::new();
    let (movements, worker) = (county.prison_system(), county.worker());
    let people: Vec<(Somebody, String)> = (0..2)
        .map(|_| {
            let who = somebody();
            let person = county.registered(&worker, &who);
            county.in_community_treatment(&person, ago(30));
            (who, person)
        })
        .collect();
    let [(kept, one), (removed, other)] = [&people[0], &people[1]];
    let merged = hmpps_message(
        "merged.sns",
        &[
            ("prisonerNumber", &kept.prisoner_number),
            ("removedNumber", &removed.prisoner_number),
            ("occurredAt", &hour(ago(1), "10")),
        ],
    );
    tell(&movements, &merged);

    // Then: nothing was joined, and it is on the list of who sees both.
    let asked = until("it is on the list", || {
        worker.list("/v1/suggested-merges").into_iter().next()
    });
    assert_eq!(
        (
            &asked["suggests"],
            &asked["personId"],
            &asked["otherPersonId"],
            &asked["of"]
        ),
        (
            &json!("join"),
            &json!(one),
            &json!(other),
            &json!("prisoner_number")
        )
    );
    assert_ne!(
        worker.read(&format!("/v1/people/{one}")),
        worker.read(&format!("/v1/people/{other}"))
    );
    // Who sees neither is told nothing, and no liaison is asked.
    assert!(county.stranger().list("/v1/suggested-merges").is_empty());
    county
        .community_liaison()
        .get("/v1/suggested-merges")
        .problem(403);
    let looks = county.auditor().list(&format!("/v1/people/{other}/access-log"));
    assert!(
        looks
            .iter()
            .any(|look| look["asked"] == "GET /v1/suggested-merges" && look["user"] == "community-worker"),
        "{looks:?}"
    );

    // When: the worker joins them, it is off the list; and both numbers find the one person.
    let join = json!({ "otherPersonId": other, "attested": "photo_compared" });
    worker.record(&format!("/v1/people/{one}/merges"), &join);
    assert!(worker.list("/v1/suggested-merges").is_empty());
    for who in [kept, removed] {
        let found = worker.post("/v1/people/search", &json!({ "identifier": who.prisoner() }));
        assert_eq!(found.expect(200).json()["data"][0]["personId"], json!(one));
    }
}

#[test]
fn given_probation_cases_that_are_merged_and_unmerged_then_a_record_gains_a_number_and_loses_it_again() {
    let county = County::new();
    let (movements, worker) = (county.prison_system(), county.worker());
    let person = county.registered(&worker, &somebody());
    let number = |last: u32| format!("Y{:06}", (new_id().as_u128() % 100_000) as u32 * 10 + last);
    let (target, source) = (number(1), number(2));
    let crn = |value: &str| json!({ "kind": "crn", "value": value });
    county.in_community_treatment(&person, ago(30));
    worker.record(&format!("/v1/people/{person}/identifiers"), &crn(&source));
    let told = |file: &str, at: &str| {
        let places = [
            ("sourceCrn", source.as_str()),
            ("targetCrn", &target),
            ("occurredAt", at),
        ];
        tell(&movements, &hmpps_message(file, &places));
    };
    let on_record = |value: &str| {
        worker
            .get(&format!("/v1/people/{person}"))
            .expect(200)
            .text
            .contains(value)
    };
    told("case-merged.sns", &hour(ago(2), "10"));
    until("the number that goes on finds the person", || {
        on_record(&target).then_some(())
    });
    let found = worker.post("/v1/people/search", &json!({ "identifier": crn(&target) }));
    assert_eq!(found.expect(200).json()["data"][0]["personId"], json!(person));
    assert!(on_record(&source), "and the old one stays");
    // Told late, of an hour before: it was merged again since.
    told("case-unmerged.sns", &hour(ago(2), "09"));
    told("case-merged.sns", &hour(ago(2), "10"));
    all_have_their_effect(&county);
    assert!(on_record(&source) && on_record(&target));
    told("case-unmerged.sns", &hour(ago(1), "10"));
    until("what the message had added is taken back", || {
        (!on_record(&target)).then_some(())
    });
    assert!(on_record(&source), "what was known here stays");
}

#[test]
fn given_a_crash_right_after_the_answer_then_the_message_is_given_its_effect_once_afterwards() {
    let place = Place::new();
    let program = place.start();
    set_up(&place, &program);
    let who = somebody();
    let registered = case_system(&place, &program, "case-system").record(
        "/v1/people",
        &json!({ "demographics": who.demographics(), "identifiers": [who.prisoner()] }),
    );
    assert_eq!(program.stop().code(), Some(0));

    // Given: a node that only answers, killed as soon as it has.
    let mut command = place.serve();
    command.args(["--role", "api"]);
    let (mut program, _) = place.start_and_read(command, "answers on");
    let system = case_system(&place, &program, "gate");
    let released = hmpps_message(
        "released.sns",
        &[
            ("prisonerNumber", &who.prisoner_number),
            ("reason", "RELEASED"),
            ("code", "CR"),
            ("prison", "MDI"),
            ("occurredAt", &hour(ago(1), "10")),
        ],
    );
    let receipt = tell(&system, &released);
    program.kill_hard();

    // Then: the next node does what is left, and a repeat changes nothing.
    let program = place.start();
    let releases = |events: &[Value]| {
        events
            .iter()
            .filter(|event| event["type"] == "custody.released")
            .count()
    };
    until("the release is in the log", || {
        (releases(&log(&place, &program)) > 0).then_some(())
    });
    let system = case_system(&place, &program, "gate");
    assert_eq!(tell(&system, &released), receipt);
    // The worker has looked again when a message that came later has its effect.
    let mut later = released.clone();
    later["MessageId"] = json!(new_id());
    let inner = later["Message"].as_str().unwrap();
    let inner = inner
        .replace("prisoner.released", "prisoner.received")
        .replace("RELEASED", "ADMISSION");
    later["Message"] = json!(inner.replace("\"CR\"", "\"N\"").replace("T10:", "T12:"));
    tell(&system, &later);
    let events = until("the later one is in the log", || {
        let events = log(&place, &program);
        let received = events.iter().any(|event| event["type"] == "custody.received");
        received.then_some(events)
    });
    assert_eq!(releases(&events), 1);
    let person = registered.json()["personId"].clone();
    assert!(
        events
            .iter()
            .filter(|event| event["type"].as_str().unwrap().starts_with("custody."))
            .all(|event| event["personId"] == person)
    );
    assert_eq!(program.stop().code(), Some(0));
}
