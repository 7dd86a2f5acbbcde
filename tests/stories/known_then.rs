//! What could the worker have known on the day of the release? A message about it arrives three days late.
//!
//! Sources: `cases.md` C9 (late messages); `event-log.md` ("Replay"); `trust.md` P8.

use crate::harness::{Client, County, ago, somebody};
use serde_json::{Value, json};
use throughcare_http::token::Role;

/// How far the log is.
fn now(by: &Client, person: &str) -> u64 {
    let answer = by.get(&format!("/v1/people/{person}"));
    answer.header("x-log-position").unwrap().parse().unwrap()
}

fn change<'a>(changes: &'a Value, name: &str) -> &'a Value {
    let found = changes.as_array().unwrap().iter();
    let mut found = found.filter(|one| one["value"] == name);
    found
        .next()
        .unwrap_or_else(|| panic!("{name} did not change: {changes}"))
}

#[test]
fn given_a_release_told_three_days_late_then_what_could_be_known_on_the_day_has_an_answer() {
    let county = County::new();
    let (prison, community, auditor) = (county.prison_worker(), county.worker(), county.auditor());
    let release_day = ago(3);

    // Given: somebody in prison, referred to the community and accepted there; that is all that anybody knows.
    let person = county.registered(&prison, &somebody());
    let received = json!({ "movementType": "ADM", "reasonCode": "I", "prison": county.prison });
    county.moved(&prison, &person, ago(90), received);
    let refer = json!({
        "person": { "personId": person }, "source": "prison", "toService": county.community, "occurred": ago(20),
    });
    let referral = prison.record("/v1/referrals", &refer).id("referral");
    community.record(
        &format!("/v1/referrals/{referral}/acceptance"),
        &json!({ "occurred": ago(18) }),
    );
    let known = now(&community, &person);

    // When: the release arrives now, three days after it.
    let released = json!({
        "movementType": "REL", "reasonCode": "CR", "prison": county.prison, "area": county.area,
    });
    let released = county.moved(&prison, &person, release_day, released);
    let release = released.json()["eventIds"][0].as_str().unwrap().to_owned();

    // Then: on that day the worker could know that the person was in prison, and nothing else.
    let then = community.read(&format!("/v1/people/{person}?asOf={release_day}&knownAt={known}"));
    assert_eq!(then["pathway"]["setting"]["status"], "prison");

    // And: what has been learnt of that day since names the release, and how late it was told.
    let path = format!("/v1/people/{person}/knowledge-changes?asOf={release_day}&knownFrom={known}");
    for reader in [&community, &prison, &auditor] {
        let learnt = reader.read(&path);
        assert_eq!(learnt["knownBefore"], true);
        let setting = change(&learnt["changes"], "/pathway/setting/status");
        assert_eq!(
            (&setting["before"], &setting["after"]),
            (&json!("prison"), &json!("community"))
        );
        assert_eq!(setting["because"], json!([release]));
        let continuity = change(&learnt["changes"], "/pathway/continuity/status");
        assert_eq!(
            (&continuity["before"], &continuity["after"]),
            (&json!("none_due"), &json!("due"))
        );
        let prison_left = change(&learnt["changes"], "/pathway/setting/prison");
        assert!(prison_left.get("after").is_none(), "{prison_left}");
        let events = learnt["learnt"].as_array().unwrap();
        assert_eq!(events.len(), 1, "{events:?}");
        assert_eq!(events[0]["event"]["eventId"], release);
        assert_eq!(
            (&events[0]["late"], &events[0]["delayDays"]),
            (&json!(true), &json!(3))
        );
        assert!(
            events[0]["event"]["sentence"]
                .as_str()
                .unwrap()
                .starts_with("Released from prison")
        );
    }

    // And: before the release nothing else is known than before; between a time and itself nothing was learnt.
    let day_before = ago(4);
    for path in [
        format!("/v1/people/{person}/knowledge-changes?asOf={day_before}&knownFrom={known}"),
        format!("/v1/people/{person}/knowledge-changes?asOf={release_day}&knownFrom={known}&knownTo={known}"),
    ] {
        let learnt = community.read(&path);
        assert_eq!(
            (&learnt["changes"], &learnt["learnt"]),
            (&json!([]), &json!([])),
            "{path}"
        );
    }

    // And: a day on which nobody knew the person says so, and asks for no more than what came then.
    let never = community.read(&format!(
        "/v1/people/{person}/knowledge-changes?knownFrom={}",
        ago(100)
    ));
    assert_eq!(never["knownBefore"], false);
    assert!(never["changes"].as_array().unwrap().len() > 5);
    let backwards = format!("/v1/people/{person}/knowledge-changes?knownFrom={known}&knownTo=1");
    assert!(matches!(community.get(&backwards).status, 400 | 404 | 422));

    // And: the list of releases says which line came, because of what, and the figure before and after.
    let list = format!(
        "/v1/continuity/knowledge-changes?service={}&asOf={release_day}&knownFrom={known}",
        county.community
    );
    let learnt = community.read(&list);
    assert_eq!(
        (&learnt["before"]["releases"], &learnt["after"]["releases"]),
        (&json!(0), &json!(1))
    );
    let line = &learnt["data"][0];
    assert_eq!(
        (&line["releaseId"], &line["became"]),
        (&json!(release), &json!("came"))
    );
    assert_eq!(change(&line["changes"], "/state")["after"], "due");
    assert_eq!(line["learnt"][0]["event"]["eventId"], release);
    assert_eq!(
        (&line["learnt"][0]["delayDays"], &line["notAllShown"]),
        (&json!(3), &json!(false))
    );
    assert!(line["names"].is_object(), "staff see whom it is about");
    let audited = auditor.read(&list);
    assert!(audited["data"][0].get("names").is_none(), "auditors see no names");
    assert_eq!(audited["data"][0]["changes"], line["changes"]);

    // When: the community service sees the person. Then: the line changed, by the start.
    let known = now(&community, &person);
    let triage = json!({ "outcome": "treatment_needed", "substances": ["1011"], "occurred": ago(2) });
    let episode = community
        .record(&format!("/v1/referrals/{referral}/triage"), &triage)
        .id("episode");
    let start = json!({ "intervention": "94", "setting": "community", "occurred": ago(1) });
    let started = community.record(&format!("/v1/episodes/{episode}/interventions"), &start);
    let list = format!(
        "/v1/continuity/knowledge-changes?service={}&knownFrom={known}",
        county.community
    );
    let line = &community.read(&list)["data"][0];
    assert_eq!(line["became"], "changed");
    let state = change(&line["changes"], "/state");
    assert_eq!(
        (&state["before"], &state["after"]),
        (&json!("due"), &json!("picked_up"))
    );
    assert_eq!(state["because"], json!([started.json()["eventIds"][0]]));

    // And: whoever sees figures only, or somebody else's list, is not told of lines.
    let organisation = county.community_organisation();
    let commissioner = county.named("c.one", &organisation, Role::Commissioner);
    assert_eq!(commissioner.get(&list).status, 404);
    assert_eq!(county.stranger().get(&list).status, 404);
}

#[test]
fn given_a_pathway_then_every_value_names_the_events_that_set_it_in_words_and_ids() {
    let county = County::new();
    let (prison, community) = (county.prison_worker(), county.worker());
    let person = county.registered(&prison, &somebody());
    let received = json!({ "movementType": "ADM", "reasonCode": "I", "prison": county.prison });
    let received = county.moved(&prison, &person, ago(9), received);
    let received = received.json()["eventIds"][0].clone();
    let refer = json!({
        "person": { "personId": person }, "source": "prison", "toService": county.community, "occurred": ago(5),
    });
    let referral = prison.record("/v1/referrals", &refer).id("referral");
    community.record(
        &format!("/v1/referrals/{referral}/acceptance"),
        &json!({ "occurred": ago(4) }),
    );

    let shown = community.read(&format!("/v1/people/{person}?explain=true"));
    let explained = &shown["explained"];
    let value = |name: &str| {
        let mut values = explained["values"].as_array().unwrap().iter();
        values
            .find(|one| one["value"] == name)
            .unwrap_or_else(|| panic!("{name}: {explained}"))
    };
    // The names are pointers into the answer itself.
    for one in explained["values"].as_array().unwrap() {
        let name = one["value"].as_str().unwrap();
        if name.starts_with("/pathway/setting") || name.starts_with("/pathway/treatment") {
            let there = shown.pointer(name).unwrap_or_else(|| panic!("{name}: {shown}"));
            assert_eq!(there, &one["is"], "{name}");
        }
    }
    assert_eq!(value("/pathway/setting/status")["setBy"], json!([received]));
    assert_eq!(value("/pathway/treatment/status")["is"], "accepted");
    // Each event that a value names stands below, in words, with both of its times and who recorded it.
    let events = explained["events"].as_array().unwrap();
    for one in explained["values"].as_array().unwrap() {
        for by in one["setBy"].as_array().unwrap() {
            let event = events.iter().find(|event| event["eventId"] == *by).unwrap();
            for field in ["type", "occurred", "recordedAt", "sentence", "organisation"] {
                assert!(event[field].is_string(), "{field}: {event}");
            }
        }
    }
    let duty = format!("/duties/triage/{referral}/{}", county.community);
    assert_eq!(
        value(&duty)["setBy"].as_array().unwrap().len(),
        2,
        "received and accepted"
    );
    // What is read beside the person explains its own part, in the same words.
    let consent = json!({ "scope": "national_statistics", "wording": "spoken", "occurred": ago(1) });
    community.record(&format!("/v1/people/{person}/consents"), &consent);
    let explained = community.read(&format!("/v1/people/{person}?explain=true"))["explained"].clone();
    for (view, some) in [("duties", true), ("naloxone", false), ("sharing", true)] {
        let beside = community.read(&format!("/v1/people/{person}/{view}?explain=true"))["explained"].clone();
        let begins = |one: &&Value| one["value"].as_str().unwrap().starts_with(&format!("/{view}/"));
        let of_view: Vec<&Value> = explained["values"]
            .as_array()
            .unwrap()
            .iter()
            .filter(begins)
            .collect();
        let told: Vec<&Value> = beside["values"].as_array().unwrap().iter().collect();
        assert_eq!((told.is_empty(), &told), (!some, &of_view), "{view}");
        let named = |event: &Value| {
            told.iter()
                .any(|one| one["setBy"].as_array().unwrap().contains(&event["eventId"]))
        };
        assert!(beside["events"].as_array().unwrap().iter().all(named), "{beside}");
        let plain = community.read(&format!("/v1/people/{person}/{view}"));
        assert!(plain.get("explained").is_none(), "{plain}");
    }
    // Nobody who did not ask is told.
    assert!(
        community
            .read(&format!("/v1/people/{person}"))
            .get("explained")
            .is_none()
    );
}
