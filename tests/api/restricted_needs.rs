//! A need that few may see is nowhere for everybody else: not in a view, a list, a feed, a count, a version or a
//! refusal. Each door is looked through before and after; the same with an ordinary need shows that it is open.
//!
//! Source: `domain.md` section 8; `trust.md`, "Who may see what".

use super::events_after;
use crate::harness::{Client, County, ago, new_id, somebody};
use serde_json::{Value, json};

/// Known to the arrest-referral worker, who sent them on; treated in prison until twenty days ago, and in the community
/// since.
struct Case {
    county: County,
    person: String,
    /// The referral to the prison's service, and the episode there, which has ended.
    sent_to_prison: String,
    in_prison: String,
    /// The community's episode, which is open.
    treated: String,
}

impl Case {
    fn new() -> Self {
        let county = County::new();
        let (desk, prison, community) = (
            county.arrest_referral_worker(),
            county.prison_worker(),
            county.worker(),
        );
        let person = county.registered(&desk, &somebody());
        let taken_on = |by: &Client, service: &str, days: i32| {
            let refer = json!({
                "person": { "personId": person }, "source": "arrest_referral", "toService": service,
                "occurred": ago(days),
            });
            let referral = desk.record("/v1/referrals", &refer).id("referral");
            let on = json!({ "occurred": ago(days) });
            by.record(&format!("/v1/referrals/{referral}/acceptance"), &on);
            let triage = json!({ "outcome": "treatment_needed", "occurred": ago(days) });
            let triaged = by.record(&format!("/v1/referrals/{referral}/triage"), &triage);
            (referral, triaged.id("episode"))
        };
        let (sent_to_prison, in_prison) = taken_on(&prison, &county.prison_treatment, 60);
        let exit = json!({ "reason": "83", "occurred": ago(20) });
        prison.record(&format!("/v1/episodes/{in_prison}/exit"), &exit);
        let (_, treated) = taken_on(&community, &county.community, 15);
        Self {
            county,
            person,
            sent_to_prison,
            in_prison,
            treated,
        }
    }

    /// What a client sees through every door: address, status, entity tag, body.
    fn doors(&self, by: &Client) -> Vec<(String, u16, String, String)> {
        let Self {
            county,
            person,
            sent_to_prison,
            in_prison,
            treated,
        } = self;
        let mut paths: Vec<String> = [
            "",
            "?explain=true",
            "/timeline",
            "/status-history",
            "/duties",
            "/naloxone",
            "/harm",
            "/knowledge-changes?knownFrom=2020-01-01",
        ]
        .iter()
        .map(|view| format!("/v1/people/{person}{view}"))
        .collect();
        paths.push(format!("/v1/people/{person}?asOf={}", ago(1)));
        paths.push(format!("/v1/people/{person}/timeline?asOf={}", ago(1)));
        paths.push(format!("/v1/referrals/{sent_to_prison}"));
        for episode in [in_prison, treated] {
            paths.push(format!("/v1/episodes/{episode}"));
            paths.push(format!("/v1/episodes/{episode}/status-transitions"));
        }
        for service in [
            &county.prison_treatment,
            &county.community,
            &county.arrest_referral,
        ] {
            let lists = format!("/v1/services/{service}/worklists");
            paths.push(lists.clone());
            paths.push(format!("{lists}?asOf={}", ago(1)));
            for list in ["needs", "restricted-needs", "caseload", "to-re-engage"] {
                paths.push(format!("{lists}/{list}"));
                paths.push(format!("{lists}/{list}?asOf={}", ago(1)));
            }
            paths.push(format!("{lists}/caseload?need=housing"));
        }
        let mut seen: Vec<_> = paths
            .into_iter()
            .map(|path| {
                let answer = by.get(&path);
                let tag = answer.header("etag").unwrap_or_default().to_owned();
                let text = match answer.status {
                    200 => answer.text,
                    _ => answer.problem(answer.status),
                };
                (path, answer.status, tag, text)
            })
            .collect();
        for types in ["", "&types=need.raised,need.cleared,correction.event-voided"] {
            let events: Vec<_> = match types {
                "" => events_after(by, 0),
                types => by.read(&format!("/v1/events?after=0{types}"))["data"]
                    .as_array()
                    .unwrap()
                    .clone(),
            };
            let about: Vec<_> = events
                .iter()
                .filter(|event| event["about"] == "person")
                .map(|event| json!([event["id"], event["type"], event["streamVersion"], event["data"]]))
                .collect();
            let text = Value::from(about).to_string();
            seen.push((format!("/v1/events{types}"), 200, String::new(), text));
        }
        seen
    }

    fn raise(&self, by: &Client, need: &str) -> (String, String) {
        let body = json!({ "need": need, "occurred": ago(5) });
        let answer = by.record(&format!("/v1/people/{}/needs", self.person), &body);
        let event = answer.json()["eventIds"][0].as_str().unwrap().to_owned();
        (answer.id("need"), event)
    }

    fn clear(&self, by: &Client, need: &str) -> String {
        let body = json!({ "reason": "risk_over", "occurred": ago(2) });
        let answer = by.record(&format!("/v1/needs/{need}/clearing"), &body);
        answer.json()["eventIds"][0].as_str().unwrap().to_owned()
    }

    fn void(&self, by: &Client, events: &[&str]) {
        let body = json!({ "events": events, "reason": "entered_in_error" });
        by.record(&format!("/v1/people/{}/corrections", self.person), &body);
    }
}

/// The doors through which something else is seen than before.
fn changed(before: &[(String, u16, String, String)], after: &[(String, u16, String, String)]) -> Vec<String> {
    before
        .iter()
        .zip(after)
        .filter(|(before, after)| before != after)
        .map(|(_, after)| after.0.clone())
        .collect()
}

#[test]
fn given_a_restricted_need_then_for_others_nothing_changes_at_any_door() {
    let case = Case::new();
    let desk = case.county.arrest_referral_worker();
    let others = [
        (
            "the prison's service, whose episode has ended",
            case.county.prison_worker(),
        ),
        (
            "liaison of the organisation that treats",
            case.county.community_liaison(),
        ),
        ("a stranger", case.county.stranger()),
    ];
    let before = others.clone().map(|(_, by)| case.doors(&by));

    let (need, raised) = case.raise(&desk, "cuckooing");
    let worker = case.county.worker();
    assert!(
        worker
            .get(&format!("/v1/people/{}", case.person))
            .text
            .contains("cuckooing")
    );
    for ((who, by), before) in others.iter().zip(&before) {
        assert_eq!(changed(before, &case.doors(by)), [""; 0], "{who}: raised");
    }
    let cleared = case.clear(&worker, &need);
    for ((who, by), before) in others.iter().zip(&before) {
        assert_eq!(changed(before, &case.doors(by)), [""; 0], "{who}: cleared");
    }
    case.void(&worker, &[&cleared]);
    case.void(&desk, &[&raised]);
    for ((who, by), before) in others.iter().zip(&before) {
        assert_eq!(changed(before, &case.doors(by)), [""; 0], "{who}: voided");
    }
}

/// Negative control: through the same doors an ordinary need is seen.
#[test]
fn given_an_ordinary_need_then_the_doors_are_open() {
    let case = Case::new();
    let (desk, prison) = (case.county.arrest_referral_worker(), case.county.prison_worker());
    let before = case.doors(&prison);
    let (need, _) = case.raise(&desk, "housing");
    let open = changed(&before, &case.doors(&prison));
    let person = &case.person;
    for door in [
        format!("/v1/people/{person}"),
        format!("/v1/people/{person}/timeline"),
        format!("/v1/people/{person}/status-history"),
        format!("/v1/referrals/{}", case.sent_to_prison),
        format!("/v1/episodes/{}", case.in_prison),
        "/v1/events".to_owned(),
        "/v1/events&types=need.raised,need.cleared,correction.event-voided".to_owned(),
    ] {
        assert!(open.contains(&door), "{door}: {open:?}");
    }
    case.clear(&prison, &need);
    // And the community's lists show it to the same organisation's liaison worker.
    let (_, _) = case.raise(&desk, "debt");
    let lines = case
        .county
        .community_liaison()
        .list(&format!("/v1/services/{}/worklists/needs", case.county.community));
    assert_eq!(lines[0]["need"], "debt");
}

#[test]
fn given_a_restricted_need_then_no_refusal_tells_of_it() {
    let case = Case::new();
    let (desk, prison, worker) = (
        case.county.arrest_referral_worker(),
        case.county.prison_worker(),
        case.county.worker(),
    );
    let person = &case.person;
    let before = prison.get(&format!("/v1/people/{person}/timeline"));
    let tag = before.header("etag").unwrap().to_owned();
    let (need, raised) = case.raise(&desk, "cuckooing");

    // Clearing it is clearing what does not exist.
    let clear = json!({ "reason": "met" });
    let told = |answer: crate::harness::Answer| {
        let mut body = answer.json();
        for field in ["instance", "requestId"] {
            body.as_object_mut().unwrap().remove(field);
        }
        (answer.status, body)
    };
    for by in [&prison, &case.county.community_liaison(), &case.county.stranger()] {
        assert_eq!(
            told(by.post(&format!("/v1/needs/{need}/clearing"), &clear)),
            told(by.post(&format!("/v1/needs/{}/clearing", new_id()), &clear)),
        );
    }
    // Where it is found, nobody finds.
    worker.get(&format!("/v1/references/{need}")).expect(200);
    assert_eq!(
        told(prison.get(&format!("/v1/references/{need}"))),
        told(prison.get(&format!("/v1/references/{}", new_id()))),
    );
    // Voiding it is voiding an entry that nobody made.
    let void = |event: &str| {
        let body = json!({ "events": [event], "reason": "entered_in_error" });
        told(prison.post(&format!("/v1/people/{person}/corrections"), &body))
    };
    assert_eq!(void(&raised), void(&new_id().to_string()));
    // The same again is not the same.
    let raise = json!({ "need": "cuckooing", "occurred": ago(4) });
    let path = format!("/v1/people/{person}/needs");
    assert_eq!(
        worker.post(&path, &raise).expect(422).faults()[0].1,
        "need_already_raised",
        "negative control: who sees it is told"
    );
    // What the prison read before is still the newest that it can know.
    let request = prison
        .request(reqwest::Method::POST, &path)
        .json(&raise)
        .header("if-match", format!("\"{}\"", tag.trim_matches('"')));
    let accepted = prison.send(request).expect(201);
    assert_eq!(accepted.json()["flags"], json!([]));
    // Of its own it sees its own, and no other.
    let shown = prison.read(&format!("/v1/people/{person}"));
    assert_eq!(shown["needs"].as_array().unwrap().len(), 1);
    assert_eq!(shown["conflicts"], 0);
    assert_eq!(
        worker.read(&format!("/v1/people/{person}"))["needs"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    // No list is filtered by it, for anybody.
    let list = format!(
        "/v1/services/{}/worklists/caseload?need=cuckooing",
        case.county.community
    );
    worker.get(&list).problem(400);
}

#[test]
fn given_an_open_episode_then_its_workers_see_the_need_until_it_ends_and_again_when_the_exit_is_taken_back() {
    let case = Case::new();
    let (desk, worker) = (case.county.arrest_referral_worker(), case.county.worker());
    case.raise(&desk, "cuckooing");
    let person = format!("/v1/people/{}", case.person);
    let list = format!(
        "/v1/services/{}/worklists/restricted-needs",
        case.county.community
    );
    let sees = || {
        (
            worker.get(&person).text.contains("cuckooing"),
            worker
                .get(&format!("{person}/timeline"))
                .text
                .contains("Cuckooing"),
            events_after(&worker, 0)
                .iter()
                .any(|event| event["type"] == "need.raised"),
            worker.list(&list).len(),
        )
    };
    assert_eq!(sees(), (true, true, true, 1));
    assert_eq!(
        worker.list(&list)[0]["need"],
        "restricted",
        "the list does not say which"
    );
    let with_it = worker.get(&person).header("etag").unwrap().to_owned();

    let exit = json!({ "reason": "85", "occurred": ago(1) });
    worker.record(&format!("/v1/episodes/{}/exit", case.treated), &exit);
    assert_eq!(sees(), (false, false, false, 0));
    assert!(
        worker.list(&format!("{list}?asOf={}", ago(2))).is_empty(),
        "nor for a past day"
    );
    assert_ne!(
        worker.get(&person).header("etag").unwrap(),
        with_it,
        "another tag for another view"
    );
    // Who raised it sees it all the time.
    assert!(desk.get(&person).text.contains("cuckooing"));

    let back = json!({ "reason": "person_returned" });
    worker.record(&format!("/v1/episodes/{}/exit-rescission", case.treated), &back);
    assert_eq!(sees(), (true, true, true, 1));
}

#[test]
fn given_an_auditor_then_there_is_a_restricted_need_and_nothing_says_which() {
    let case = Case::new();
    let (desk, auditor) = (case.county.arrest_referral_worker(), case.county.auditor());
    let note = "a note that tells too much";
    let body = json!({ "need": "cuckooing", "note": note, "occurred": ago(5) });
    desk.record(&format!("/v1/people/{}/needs", case.person), &body);
    let seen: String = case
        .doors(&auditor)
        .into_iter()
        .map(|(_, _, _, text)| text)
        .collect();
    assert!(!seen.contains("uckooing") && !seen.contains(note), "{seen}");
    let shown = auditor.read(&format!("/v1/people/{}", case.person));
    assert_eq!(
        (&shown["needs"][0]["need"], &shown["needs"][0]["restricted"]),
        (&json!("restricted"), &json!(true))
    );
    let timeline = auditor.get(&format!("/v1/people/{}/timeline", case.person)).text;
    assert!(timeline.contains("A need or risk was raised that few may see."));
}
