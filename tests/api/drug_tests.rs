//! What a drug test on arrest found may serve bail, sentence, and advice and treatment alone. For everybody else there
//! is no test, no required assessment and nothing that tells of one, at any door; the same with an arrest shows that
//! the doors are open.
//!
//! Source: `domain.md` 5.1; `trust.md`, "Purpose".

use super::events_after;
use crate::harness::{Client, County, ago, new_id, somebody};
use serde_json::{Value, json};

/// Known to the police; treated in prison until twenty days ago. The community service was never asked.
struct Case {
    county: County,
    person: String,
    in_prison: String,
}

type Door = (String, u16, String, String);

impl Case {
    fn new() -> Self {
        let county = County::new();
        let (desk, prison) = (county.arrest_referral_worker(), county.prison_worker());
        let person = county.registered(&desk, &somebody());
        let refer = json!({
            "person": { "personId": person }, "source": "arrest_referral", "toService": county.prison_treatment,
            "occurred": ago(60),
        });
        let referral = desk.record("/v1/referrals", &refer).id("referral");
        let on = json!({ "occurred": ago(60) });
        prison.record(&format!("/v1/referrals/{referral}/acceptance"), &on);
        let triage = json!({ "outcome": "treatment_needed", "occurred": ago(60) });
        let triaged = prison.record(&format!("/v1/referrals/{referral}/triage"), &triage);
        let in_prison = triaged.id("episode");
        let exit = json!({ "reason": "83", "occurred": ago(20) });
        prison.record(&format!("/v1/episodes/{in_prison}/exit"), &exit);
        Self {
            county,
            person,
            in_prison,
        }
    }

    /// What a client sees through every door: address, status, entity tag, body.
    fn doors(&self, by: &Client) -> Vec<Door> {
        let Self {
            county,
            person,
            in_prison,
        } = self;
        let views = [
            "",
            "?explain=true",
            "/timeline",
            "/status-history",
            "/duties",
            "/naloxone",
            "/harm",
            "/knowledge-changes?knownFrom=2020-01-01",
        ];
        let mut paths: Vec<String> = views
            .iter()
            .map(|view| format!("/v1/people/{person}{view}"))
            .collect();
        paths.push(format!("/v1/people/{person}?asOf={}", ago(1)));
        paths.push(format!("/v1/episodes/{in_prison}"));
        for service in [
            &county.prison_treatment,
            &county.community,
            &county.arrest_referral,
        ] {
            paths.push(format!("/v1/services/{service}/worklists"));
            paths.push(format!("/v1/services/{service}/overdue"));
        }
        let mut seen: Vec<Door> = paths
            .into_iter()
            .map(|path| {
                let answer = by.get(&path);
                let tag = answer.header("etag").unwrap_or_default().to_owned();
                let text = match answer.status {
                    200 => without_position(&answer.json()),
                    _ => answer.problem(answer.status),
                };
                (path, answer.status, tag, text)
            })
            .collect();
        let about: Vec<_> = events_after(by, 0)
            .iter()
            .filter(|event| event["about"] == "person")
            .map(|event| json!([event["id"], event["type"], event["streamVersion"], event["data"]]))
            .collect();
        let text = Value::from(about).to_string();
        seen.push(("/v1/events".to_owned(), 200, String::new(), text));
        seen
    }

    fn post(&self, by: &Client, what: &str, body: &Value) -> crate::harness::Answer {
        by.record(&format!("/v1/people/{}/{what}", self.person), body)
    }

    fn test(&self, by: &Client) -> (String, String) {
        let body = json!({
            "trigger": "trigger_offence_arrest", "occurred": ago(5),
            "results": [{ "drug": "cocaine", "result": "positive" }, { "drug": "opiates", "result": "negative" }],
        });
        let answer = self.post(by, "drug-tests", &body);
        let event = answer.json()["eventIds"][0].as_str().unwrap().to_owned();
        (answer.id("drug_test"), event)
    }

    fn require(&self, by: &Client, test: &str) -> String {
        let body = json!({ "service": self.county.community, "testId": test, "occurred": ago(5) });
        self.post(by, "required-assessments", &body).id("assessment")
    }

    fn shown(&self, by: &Client) -> (usize, usize) {
        let shown = by.read(&format!("/v1/people/{}", self.person));
        let number = |of: &str| shown["justice"][of].as_array().unwrap().len();
        (number("drugTests"), number("requiredAssessments"))
    }
}

/// Lists say up to which position they are true, which moves whatever is recorded.
fn without_position(body: &Value) -> String {
    let mut body = body.clone();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("logPosition");
    }
    body.to_string()
}

fn changed(before: &[Door], after: &[Door]) -> Vec<String> {
    let pairs = before.iter().zip(after);
    let changed = pairs.filter(|(before, after)| before != after);
    changed.map(|(_, after)| after.0.clone()).collect()
}

#[test]
fn given_a_drug_test_and_what_follows_then_for_others_nothing_changes_at_any_door() {
    let case = Case::new();
    let (desk, worker) = (case.county.arrest_referral_worker(), case.county.worker());
    let others = [
        (
            "the prison's service, whose episode has ended",
            case.county.prison_worker(),
        ),
        (
            "liaison of the service that assesses",
            case.county.community_liaison(),
        ),
        ("a stranger", case.county.stranger()),
    ];
    let before = others.clone().map(|(_, by)| case.doors(&by));
    let unmoved = |what: &str| {
        for ((who, by), before) in others.iter().zip(&before) {
            assert_eq!(changed(before, &case.doors(by)), [""; 0], "{who}: {what}");
        }
    };
    let (test, tested) = case.test(&desk);
    unmoved("tested");
    let assessment = case.require(&desk, &test);
    unmoved("required");
    let path = format!("/v1/required-assessments/{assessment}");
    let missed = worker.record(&format!("{path}/absence"), &json!({ "reason": "did_not_attend" }));
    // The entry that its own organisation made is in its feed, and nothing else.
    let feed = before[1].last().unwrap().0.clone();
    for ((who, by), before) in others.iter().zip(&before) {
        let told = changed(before, &case.doors(by));
        let own: &[String] = if by.token() == others[1].1.token() {
            std::slice::from_ref(&feed)
        } else {
            &[]
        };
        assert_eq!(told, own, "{who}: missed");
    }
    for (who, by) in &others {
        assert_eq!(by.get(&path).status, 404, "{who}");
    }
    // The police are told, and the service sees what it assesses.
    assert_eq!(desk.read(&path)["status"], "missed");
    let read = worker.read(&path);
    assert_eq!(read["drugTest"]["results"][0]["result"], "positive", "{read}");
    // Voiding all of it tells nobody either.
    let missed = missed.json()["eventIds"][0].clone();
    let void = |by: &Client, events: Value| {
        let body = json!({ "events": events, "reason": "entered_in_error" });
        by.record(&format!("/v1/people/{}/corrections", case.person), &body);
    };
    void(&worker, json!([missed]));
    let timeline = desk.list(&format!("/v1/people/{}/timeline", case.person));
    let required: Vec<_> = timeline
        .iter()
        .filter(|line| line["type"] == "justice.assessment-required")
        .map(|line| line["eventId"].clone())
        .collect();
    assert_eq!(required.len(), 2, "{timeline:?}");
    void(&desk, json!([tested, required[0], required[1]]));
    for ((who, by), before) in [(&others[0], &before[0]), (&others[2], &before[2])] {
        assert_eq!(changed(before, &case.doors(by)), [""; 0], "{who}: voided");
    }
}

/// Negative control: through the same doors an arrest is seen.
#[test]
fn given_an_arrest_then_the_doors_are_open() {
    let case = Case::new();
    let prison = case.county.prison_worker();
    let before = case.doors(&prison);
    let told = json!({ "offence": "shoplifting", "occurred": ago(5) });
    case.post(&case.county.arrest_referral_worker(), "arrests", &told);
    let open = changed(&before, &case.doors(&prison));
    let person = &case.person;
    for door in [
        format!("/v1/people/{person}"),
        format!("/v1/people/{person}/timeline"),
        format!("/v1/episodes/{}", case.in_prison),
        "/v1/events".to_owned(),
    ] {
        assert!(open.contains(&door), "{door}: {open:?}");
    }
}

#[test]
fn given_a_referral_then_the_workers_of_the_service_asked_see_the_test_until_their_care_has_ended() {
    let case = Case::new();
    let (desk, worker) = (case.county.arrest_referral_worker(), case.county.worker());
    case.test(&desk);
    let refer = json!({
        "person": { "personId": case.person }, "source": "drug_test_on_arrest", "toService": case.county.community,
        "occurred": ago(4),
    });
    let referral = desk.record("/v1/referrals", &refer).id("referral");
    let on = json!({ "occurred": ago(3) });
    worker.record(&format!("/v1/referrals/{referral}/acceptance"), &on);
    assert_eq!(case.shown(&worker), (1, 0), "asked");
    assert_eq!(case.shown(&case.county.community_liaison()), (0, 0), "no worker");
    let triage = json!({ "outcome": "treatment_needed", "occurred": ago(3) });
    let triaged = worker.record(&format!("/v1/referrals/{referral}/triage"), &triage);
    assert_eq!(case.shown(&worker), (1, 0), "treats");
    let person = format!("/v1/people/{}", case.person);
    let tag = |answer: &crate::harness::Answer| answer.header("etag").unwrap().to_owned();
    let with_it = tag(&worker.get(&person));
    let exit = json!({ "reason": "80", "occurred": ago(1) });
    let left = worker.record(&format!("/v1/episodes/{}/exit", triaged.id("episode")), &exit);
    assert_eq!(case.shown(&worker), (0, 0), "has ended");
    let without = tag(&worker.get(&person));
    assert_ne!(with_it, without, "another tag for another view");
    assert_eq!(
        tag(&left).trim_matches('"'),
        version(&without),
        "the answer names the tag of what is seen after it"
    );
    assert_eq!(case.shown(&desk).0, 1, "who recorded it");
    let auditor = case.county.auditor().get(&format!("{person}/timeline")).text;
    assert!(
        auditor.contains("Cocaine, crack included: positive"),
        "auditors see coded facts"
    );
}

/// The version in a tag of a day.
fn version(tag: &str) -> &str {
    let tag = tag.trim_matches('"');
    tag.split_once('.').map_or(tag, |(version, _)| version)
}

#[test]
fn given_a_test_of_others_then_no_refusal_tells_of_it() {
    let case = Case::new();
    let (desk, prison) = (case.county.arrest_referral_worker(), case.county.prison_worker());
    let (test, tested) = case.test(&desk);
    let assessment = case.require(&desk, &test);
    let told = |answer: crate::harness::Answer| {
        let mut body = answer.json();
        for field in ["instance", "requestId"] {
            body.as_object_mut().unwrap().remove(field);
        }
        (answer.status, body)
    };
    let come = json!({});
    for by in [&prison, &case.county.community_liaison(), &case.county.stranger()] {
        let at = |id: &str| told(by.post(&format!("/v1/required-assessments/{id}/attendance"), &come));
        assert_eq!(at(&assessment), at(&new_id().to_string()));
    }
    let require = |test: &str| {
        let body = json!({ "service": case.county.community, "testId": test, "occurred": ago(4) });
        told(prison.post(&format!("/v1/people/{}/required-assessments", case.person), &body))
    };
    assert_eq!(require(&test), require(&new_id().to_string()));
    assert_eq!(require(&test).0, 422);
    let void = |event: &str| {
        let body = json!({ "events": [event], "reason": "entered_in_error" });
        told(prison.post(&format!("/v1/people/{}/corrections", case.person), &body))
    };
    assert_eq!(void(&tested), void(&new_id().to_string()));
    assert_eq!(
        told(prison.get(&format!("/v1/references/{test}"))),
        told(prison.get(&format!("/v1/references/{}", new_id()))),
    );
    // Whoever imposed it knows, and is told who records it.
    let answer = desk.post(
        &format!("/v1/required-assessments/{assessment}/attendance"),
        &come,
    );
    assert_eq!(answer.status, 403, "{}", answer.text);
    // What rests on it is voided with it.
    let body = json!({ "events": [tested], "reason": "entered_in_error" });
    let refused = desk
        .post(&format!("/v1/people/{}/corrections", case.person), &body)
        .expect(422);
    assert_eq!(refused.faults()[0].1, "others_rest_on_it");
}
