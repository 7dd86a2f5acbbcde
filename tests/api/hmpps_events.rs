//! Events of HMPPS come in: each form of message, repeats, what nobody reads, and what the sender cannot tell.
//!
//! Sources: `api.md`, Adopt 13; `domain.md` 5.3. The messages are in `tests/hmpps/`.

use crate::harness::{
    Client, County, HMPPS_EVENTS, HMPPS_FILES, Somebody, ago, hmpps_message, new_id, send_message, somebody,
    until,
};
use jiff::civil::Date;
use serde_json::{Value, json};
use std::io::Read as _;
use std::net::TcpListener;
use std::time::Duration;
use throughcare_http::token::Role;

/// A movement of somebody as the prison's systems publish it.
fn movement(county: &County, file: &str, who: &Somebody, reason: &str, code: &str, at: &str) -> Value {
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

fn at(day: Date, hour: &str) -> String {
    format!("{day}T{hour}:00:00+00:00")
}

#[track_caller]
fn receipt(by: &Client, message: &Value) -> Value {
    send_message(by, message).expect(202).json()
}

/// Somebody in treatment in prison, whom a message told to have been received there.
fn in_prison(county: &County, by: &Client) -> (Somebody, String) {
    let who = somebody();
    receipt(
        by,
        &movement(county, "received.sns", &who, "ADMISSION", "N", &at(ago(40), "09")),
    );
    let nurse = county.prison_worker();
    let person = county.registered(&nurse, &who);
    county.in_prison_treatment(&person, ago(39));
    is_in(county, &person, "prison");
    (who, person)
}

#[track_caller]
fn is_in(county: &County, person: &str, setting: &str) {
    until(&format!("the record says {setting}"), || {
        let seen = county.prison_worker().read(&format!("/v1/people/{person}"));
        (seen["pathway"]["setting"]["status"] == setting).then_some(())
    });
}

fn releases(county: &County) -> Vec<Value> {
    let path = format!("/v1/continuity/releases?service={}", county.community);
    county.worker().list(&path)
}

/// In which states the messages of this organisation are, as an auditor is told.
fn states(county: &County) -> Vec<String> {
    let organisation = json!(county.police_organisation());
    let mut lines = county.auditor().list("/v1/inbound/messages?perPage=100");
    lines.retain(|line| line["organisation"] == organisation);
    let mut states: Vec<String> = lines
        .iter()
        .map(|line| line["state"].as_str().unwrap().to_owned())
        .collect();
    states.sort();
    states
}

#[test]
fn given_each_reason_then_only_a_release_to_the_community_makes_pick_up_due() {
    let county = County::new();
    let system = county.prison_system();
    for (reason, code, setting, releases_more) in [
        ("SENT_TO_COURT", "CRT", "court", 0),
        ("TEMPORARY_ABSENCE_RELEASE", "RDR", "prison", 0),
        ("RELEASED_TO_HOSPITAL", "HQ", "hospital", 0),
        ("RELEASED", "DEC", "deceased", 0),
        ("RELEASED", "UAL", "unlawfully_at_large", 0),
        ("RELEASED", "DE", "abroad", 0),
        // The code wins.
        ("SENT_TO_COURT", "CR", "community", 1),
        ("RELEASED", "BL", "community", 1),
    ] {
        let (who, person) = in_prison(&county, &system);
        let before = releases(&county).len();
        receipt(
            &system,
            &movement(&county, "released.sns", &who, reason, code, &at(ago(3), "10")),
        );
        is_in(&county, &person, setting);
        let due = until("the list has followed", || {
            let lines = releases(&county).len();
            (lines == before + releases_more).then_some(lines)
        });
        assert_eq!(due, before + releases_more, "{reason} {code}");
    }
    let flagged = county.prison_system().list("/v1/inbound/messages?perPage=100");
    let flagged = flagged
        .iter()
        .filter(|line| line["flags"] == json!(["reason_contradicts_code"]));
    assert_eq!(flagged.count(), 1);
}

#[test]
fn given_the_same_event_again_in_whatever_message_then_it_is_one_fact_and_the_answers_are_equal() {
    let county = County::new();
    let system = county.prison_system();
    let (who, person) = in_prison(&county, &system);
    let moment = at(ago(2), "14");
    let message = movement(&county, "released.sns", &who, "RELEASED", "CR", &moment);
    let first = receipt(&system, &message);
    assert_eq!(
        (&first["outcome"], &first["eventType"], &first["messageId"]),
        (
            &json!("accepted"),
            &json!("prison-offender-events.prisoner.released"),
            &message["MessageId"]
        )
    );
    assert_eq!(first["contentHash"].as_str().unwrap().len(), 64);
    assert!(!first.to_string().contains(&who.prisoner_number));
    // Sent again, in another message, bare, and by another system of the organisation; with a key it is no other.
    let other = movement(&county, "released.sns", &who, "RELEASED", "CR", &moment);
    let bare = movement(&county, "released.bare", &who, "RELEASED", "CR", &moment);
    assert_ne!(other["MessageId"], message["MessageId"]);
    for again in [&message, &other, &bare] {
        assert_eq!(receipt(&system, again), first);
        assert_eq!(receipt(&county.custody_system(), again), first);
        assert_eq!(system.post(HMPPS_EVENTS, again).expect(202).json(), first);
    }
    // The same moment written with another offset is the same moment.
    let shifted = at(ago(2), "15").replace("+00:00", "+01:00");
    let shifted = movement(&county, "released.sns", &who, "RELEASED", "CR", &shifted);
    assert_eq!(receipt(&system, &shifted), first);
    is_in(&county, &person, "community");
    assert_eq!(releases(&county).len(), 1);
    assert_eq!(states(&county), ["applied", "applied"]);

    // A message id that was used for something else is a conflict and no silent success.
    let mut reused = movement(&county, "released.sns", &who, "RELEASED", "BL", &at(ago(1), "10"));
    reused["MessageId"] = message["MessageId"].clone();
    assert_eq!(
        send_message(&system, &reused).expect(422).faults(),
        [("/MessageId".to_owned(), "message_id_reused".to_owned())]
    );
}

/// The source publishes the same movement again with another prison: the copy published later counts, in either order of
/// arrival, and the other is kept and listed as corrected.
#[test]
fn given_a_corrected_copy_then_the_last_published_counts_in_either_order_and_neither_is_dropped() {
    let county = County::new();
    let system = county.prison_system();
    for later_first in [false, true] {
        let (who, person) = in_prison(&county, &system);
        let copy = |code: &str, published: &str| {
            let mut bare = movement(
                &county,
                "released.bare",
                &who,
                "RELEASED",
                code,
                &at(ago(2), "14"),
            );
            bare["publishedAt"] = json!(published);
            bare
        };
        let wrong = copy("DEC", "2026-03-01T14:50:00Z");
        let right = copy("CR", "2026-03-01T15:20:00.5Z");
        let both = match later_first {
            true => [&right, &wrong],
            false => [&wrong, &right],
        };
        let before = releases(&county).len();
        let receipts = both.map(|one| receipt(&system, one));
        assert_ne!(receipts[0]["receiptId"], receipts[1]["receiptId"]);
        for (one, first) in both.into_iter().zip(&receipts) {
            assert_eq!(receipt(&system, one), *first, "told again it is the same");
        }
        is_in(&county, &person, "community");
        until("one release is due", || {
            (releases(&county).len() == before + 1).then_some(())
        });
        let corrected = until("the other is listed", || {
            let mut lines = county.auditor().list("/v1/inbound/messages?perPage=100");
            lines.retain(|line| {
                let ids = [&receipts[0]["receiptId"], &receipts[1]["receiptId"]];
                ids.contains(&&line["receiptId"]) && line["state"] == "undone"
            });
            (lines.len() == 1).then(|| lines.remove(0))
        });
        let wrong_at = usize::from(later_first);
        assert_eq!(corrected["receiptId"], receipts[wrong_at]["receiptId"]);
        assert_eq!(corrected["reason"], "corrected_by_the_source");
    }
}

/// What SNS itself sends: JSON under a type of plain text.
#[test]
fn given_plain_text_in_utf_8_then_it_is_read_and_no_other_type_is() {
    let county = County::new();
    let system = county.prison_system();
    let send = |kind: &str, body: &Value| {
        let request = system.request(reqwest::Method::POST, HMPPS_EVENTS);
        system.send(request.header("content-type", kind).body(body.to_string()))
    };
    let message = movement(
        &county,
        "released.sns",
        &somebody(),
        "RELEASED",
        "CR",
        &at(ago(2), "14"),
    );
    let first = send("text/plain; charset=UTF-8", &message).expect(202).json();
    assert_eq!(receipt(&system, &message), first, "as JSON it is the same");
    assert_eq!(send("text/plain", &message).expect(202).json(), first);
    for other in [
        "text/plain; charset=iso-8859-1",
        "text/html",
        "text/plain; charset=utf-8; x=y",
        "application/octet-stream",
    ] {
        send(other, &message).problem(415);
    }
    // Nowhere else.
    let request = county
        .worker()
        .request(reqwest::Method::POST, "/v1/people/search");
    let request = request.header("content-type", "text/plain").body("{}");
    county.worker().send(request).problem(415);
}

#[test]
fn given_parallel_posts_of_one_event_then_there_is_one_receipt_and_one_fact() {
    let county = County::new();
    let system = county.prison_system();
    let (who, person) = in_prison(&county, &system);
    let message = movement(&county, "released.sns", &who, "RELEASED", "CR", &at(ago(2), "14"));
    let receipts: Vec<Value> = std::thread::scope(|scope| {
        let posts: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| receipt(&system, &message)))
            .collect();
        posts.into_iter().map(|post| post.join().unwrap()).collect()
    });
    assert!(receipts.windows(2).all(|two| two[0] == two[1]), "{receipts:?}");
    is_in(&county, &person, "community");
    assert_eq!(releases(&county).len(), 1);
}

#[test]
fn given_a_number_that_nobody_holds_then_the_sender_cannot_tell_and_the_message_waits_for_a_record() {
    let county = County::new();
    let system = county.prison_system();
    let (known, _) = in_prison(&county, &system);
    let unknown = somebody();
    let tell = |who: &Somebody| {
        let message = movement(
            &county,
            "released.sns",
            who,
            "SENT_TO_COURT",
            "CRT",
            &at(ago(2), "08"),
        );
        send_message(&system, &message).expect(202)
    };
    let (one, other) = (tell(&known), tell(&unknown));
    let shape = |answer: &crate::harness::Answer| {
        let mut headers: Vec<_> = answer
            .headers
            .keys()
            .map(|name| name.as_str().to_owned())
            .collect();
        headers.sort();
        let body = answer.json();
        let fields: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
        (headers, fields, body["outcome"].clone())
    };
    assert_eq!(shape(&one), shape(&other));
    until("one of them waits", || {
        (states(&county) == ["applied", "applied", "held"]).then_some(())
    });
    // Neither does the list tell, to who sent it or to who administers for them.
    let administrator = county.named("m.admin", &county.police_organisation(), Role::Administrator);
    for by in [&system, &administrator] {
        let listed = by.list("/v1/inbound/messages");
        assert_eq!(listed.len(), 3);
        assert!(
            listed.iter().all(|line| line["state"] == "accepted"),
            "{listed:?}"
        );
        assert_eq!(by.list("/v1/inbound/messages?state=accepted").len(), 3);
        for state in ["held", "applied", "in_conflict", "to_join"] {
            by.get(&format!("/v1/inbound/messages?state={state}"))
                .problem(403);
        }
    }
    // A record gains the number: the message is on it at once.
    let person = county.registered(&county.prison_worker(), &unknown);
    county.in_prison_treatment(&person, ago(1));
    is_in(&county, &person, "court");
    assert_eq!(states(&county), ["applied"; 3]);
}

#[test]
fn given_what_nobody_here_reads_then_it_is_kept_and_listed_and_nothing_is_fetched() {
    let county = County::new();
    let system = county.prison_system();
    let who = somebody();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/confirm", listener.local_addr().unwrap());
    let number = ("prisonerNumber", who.prisoner_number.as_str());
    let occurred = ("occurredAt", "2026-03-01T09:00:00Z");
    let unknown = hmpps_message("cell-move.sns", &[number, occurred]);
    let confirmation = hmpps_message("subscription-confirmation", &[("subscribeUrl", &url)]);
    let mut later = movement(
        &county,
        "released.bare",
        &who,
        "RELEASED",
        "CR",
        "2026-03-01T09:00:00Z",
    );
    later["version"] = json!(2);
    let mut nobody = movement(
        &county,
        "released.bare",
        &who,
        "RELEASED",
        "CR",
        "2026-03-01T09:00:00Z",
    );
    nobody["additionalInformation"]["nomsNumber"] = json!("not a number");
    nobody["personReference"] = json!({ "identifiers": [] });
    let mut told = Vec::new();
    for message in [&unknown, &confirmation, &later, &nobody] {
        let one = receipt(&system, message);
        assert_eq!(one["outcome"], "kept");
        assert_eq!(receipt(&system, message), one, "once");
        told.push(one["receiptId"].clone());
    }
    let listed = system.list("/v1/inbound/messages?perPage=1");
    let shown: Vec<_> = listed
        .iter()
        .rev()
        .map(|line| {
            (
                &line["receiptId"],
                line["state"].as_str().unwrap(),
                &line["reason"],
            )
        })
        .collect();
    let none = Value::Null;
    assert_eq!(
        shown,
        [
            (&told[0], "unknown_type", &none),
            (&told[1], "subscription", &none),
            (&told[2], "unknown_version", &none),
            (&told[3], "not_understood", &json!("no_prisoner_number")),
        ]
    );
    let text = listed.iter().map(Value::to_string).collect::<String>();
    assert!(
        !text.contains(&who.prisoner_number) && !text.contains("confirm"),
        "{text}"
    );
    let one = system.list("/v1/inbound/messages?state=unknown_type");
    assert_eq!(one.len(), 1);

    // Whoever listens there was never called.
    listener.set_nonblocking(true).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    if let Ok((mut called, _)) = listener.accept() {
        let mut text = String::new();
        let _ = called.read_to_string(&mut text);
        panic!("it was fetched: {text}");
    }

    // Another system, another organisation and other roles see none of it.
    assert!(county.custody_system().list("/v1/inbound/messages").is_empty());
    county.worker().get("/v1/inbound/messages").problem(403);
    county
        .arrest_referral_worker()
        .get("/v1/inbound/messages")
        .problem(403);
    let elsewhere = county.named("m.admin", &county.stranger_organisation(), Role::Administrator);
    assert!(elsewhere.list("/v1/inbound/messages").is_empty());
}

#[test]
fn given_a_wrong_envelope_then_every_fault_is_told_with_its_place_and_nothing_is_kept() {
    let county = County::new();
    let system = county.prison_system();
    let before = system.list("/v1/inbound/messages").len();
    let good = movement(
        &county,
        "released.bare",
        &somebody(),
        "RELEASED",
        "CR",
        "2026-03-01T09:00:00Z",
    );
    let without = |field: &str| {
        let mut event = good.clone();
        event.as_object_mut().unwrap().remove(field);
        event
    };
    let with = |field: &str, value: Value| {
        let mut event = good.clone();
        event[field] = value;
        event
    };
    let wrapped = |event: &Value| json!({ "Type": "Notification", "MessageId": new_id(), "Message": event.to_string() });
    for (event, pointer) in [
        (without("eventType"), "/eventType"),
        (without("version"), "/version"),
        (without("occurredAt"), "/occurredAt"),
        (with("occurredAt", json!("2026-03-01")), "/occurredAt"),
        (with("occurredAt", json!("2026-03-01T09:00:00")), "/occurredAt"),
        (with("version", json!("1")), "/version"),
        (with("eventType", json!("Robin Ashdown's release")), "/eventType"),
        (
            with("additionalInformation", json!([1])),
            "/additionalInformation",
        ),
    ] {
        for (message, pointer) in [
            (event.clone(), pointer.to_owned()),
            (wrapped(&event), format!("/Message{pointer}")),
        ] {
            let refused = send_message(&system, &message);
            assert_eq!(refused.problem(400), "validation_failed", "{message}");
            let found = refused.faults();
            assert!(found.iter().any(|(at, _)| *at == pointer), "{pointer}: {found:?}");
        }
    }
    for message in [
        json!({}),
        json!([]),
        json!("text"),
        json!({ "Type": "Notification" }),
    ] {
        send_message(&system, &message).problem(400);
    }
    let mut deep = json!(1);
    for _ in 0..40 {
        deep = json!([deep]);
    }
    send_message(&system, &with("more", deep)).problem(400);
    let long = with("description", json!("x".repeat(300_000)));
    send_message(&system, &long).problem(413);
    assert_eq!(system.list("/v1/inbound/messages").len(), before);

    // People enter movements where they see the record, and some roles tell none.
    let message = wrapped(&good);
    for by in [
        county.arrest_referral_worker(),
        county.worker(),
        county.auditor(),
        county.administrator(),
    ] {
        assert_eq!(send_message(&by, &message).problem(403), "forbidden_scope");
    }
}

/// Whatever HMPPS adds is no fault, and every file is in the outer form that this program reads.
#[test]
fn given_every_message_of_the_contract_then_it_is_read() {
    let county = County::new();
    let system = county.prison_system();
    for (name, _) in HMPPS_FILES {
        let (who, other) = (somebody(), somebody());
        let mut message = hmpps_message(
            name,
            &[
                ("prisonerNumber", &who.prisoner_number),
                ("removedNumber", &other.prisoner_number),
                ("sourceCrn", "X700001"),
                ("targetCrn", "X700002"),
                (
                    "reason",
                    if name.starts_with("received") {
                        "ADMISSION"
                    } else {
                        "RELEASED"
                    },
                ),
                ("code", if name.starts_with("received") { "N" } else { "CR" }),
                ("prison", &county.prison),
                ("occurredAt", "2026-03-01T09:00:00.526762+00:00"),
                ("subscribeUrl", "https://sns.invalid/"),
            ],
        );
        message["addedByHmppsTomorrow"] = json!({ "anything": [1, 2, { "at": "all" }] });
        let outcome = receipt(&system, &message)["outcome"].clone();
        let kept = ["cell-move.sns", "subscription-confirmation"].contains(name);
        assert_eq!(outcome, if kept { "kept" } else { "accepted" }, "{name}");
    }
}

#[test]
fn given_two_numbers_of_one_prisoner_then_what_comes_under_either_is_on_the_record() {
    let county = County::new();
    let system = county.prison_system();
    let (who, person) = in_prison(&county, &system);
    let renamed = somebody();
    // What comes under the new number waits until it is known whose it is.
    receipt(
        &system,
        &movement(
            &county,
            "released.sns",
            &renamed,
            "RELEASED",
            "CR",
            &at(ago(2), "10"),
        ),
    );
    let merged = hmpps_message(
        "merged.sns",
        &[
            ("prisonerNumber", &renamed.prisoner_number),
            ("removedNumber", &who.prisoner_number),
            ("occurredAt", &at(ago(1), "10")),
        ],
    );
    receipt(&system, &merged);
    is_in(&county, &person, "community");
    let search = json!({ "identifier": renamed.prisoner() });
    let found = county
        .prison_worker()
        .post("/v1/people/search", &search)
        .expect(200)
        .json();
    assert_eq!(found["data"][0]["personId"], person, "{found}");
    assert_eq!(states(&county), ["applied"; 3]);
}
