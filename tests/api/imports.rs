//! Imports: each row recorded or refused on its own, tried first, sent again without harm.
//!
//! Source: issue 6, "In".

use super::{events_after, log_head};
use crate::harness::{Answer, Client, County, Somebody, ago, new_id, somebody};
use reqwest::Method;
use serde_json::{Value, json};
use throughcare_http::token::Role;

const NDJSON: &str = "application/x-ndjson";

fn send(client: &Client, query: &str, form: &str, body: String) -> Answer {
    let request = client.request(Method::POST, &format!("/v1/imports?system=old&{query}"));
    client.send(request.header("content-type", form).body(body))
}

fn lines(rows: &[Value]) -> String {
    rows.iter().map(|row| format!("{row}\n")).collect()
}

/// A referral to the county's community service.
fn row(county: &County, reference: &str, who: &Somebody) -> Value {
    json!({
        "reference": reference, "person": who.described(), "source": "self", "toService": county.community,
        "occurred": ago(3),
    })
}

/// Whatever was recorded about people of the county.
fn recorded(county: &County, before: u64) -> usize {
    let made = events_after(&county.worker(), before);
    made.iter()
        .filter(|event| event["type"] == "referral.received")
        .count()
}

fn outcomes(report: &Value) -> Vec<(u64, String)> {
    let rows = report["data"].as_array().unwrap().iter();
    rows.map(|row| {
        (
            row["line"].as_u64().unwrap(),
            row["outcome"].as_str().unwrap().to_owned(),
        )
    })
    .collect()
}

fn told(rows: &[(u64, &str)]) -> Vec<(u64, String)> {
    rows.iter()
        .map(|(line, outcome)| (*line, (*outcome).to_owned()))
        .collect()
}

#[test]
fn given_rows_when_tried_then_each_fault_is_named_and_nothing_is_recorded() {
    let county = County::new();
    let (system, reference) = (county.case_system(), new_id());
    let before = log_head(&county);
    let file = format!(
        "reference,given,family,dateOfBirth,nhsNumber,source,toService,occurred\n\
         {reference}-1,Robin,Ashdown,1988-04-17,,self,{service},{day}\n\
         {reference}-2,Robin,Ashdown,1988-04-31,1111111111,self,{service},{day}\n\
         {reference}-3,Robin,Ashdown,,,self,{service},yesterday\n\
         ,Robin,Ashdown,,,self,{service},{day}\n",
        service = county.community,
        day = ago(3),
    );
    let tried = send(
        &system,
        "kind=referrals&dryRun=true",
        "text/csv; charset=utf-8",
        file.clone(),
    );
    let report = tried.expect(200).json();
    assert_eq!(
        outcomes(&report),
        told(&[(2, "accepted"), (3, "refused"), (4, "refused"), (5, "refused")])
    );
    assert_eq!(
        (
            report["dryRun"].as_bool(),
            report["accepted"].as_u64(),
            report["refused"].as_u64()
        ),
        (Some(true), Some(1), Some(3))
    );
    let columns: Vec<Vec<&str>> = report["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let errors = row["errors"].as_array().into_iter().flatten();
            errors
                .map(|error| error["column"].as_str().unwrap_or("?"))
                .collect()
        })
        .collect();
    // What the schema finds comes before what only the rules know.
    assert_eq!(
        columns,
        [vec![], vec!["dateOfBirth"], vec!["occurred"], vec!["?"]]
    );
    assert!(
        report["data"][0].get("created").is_none(),
        "a trial made nothing that has an id"
    );
    assert_eq!(recorded(&county, before), 0, "nothing was recorded");

    // The same file for good: the good row is recorded, the others are not.
    let report = send(&system, "kind=referrals", "text/csv", file)
        .expect(200)
        .json();
    assert_eq!(
        (report["accepted"].as_u64(), report["refused"].as_u64()),
        (Some(1), Some(3))
    );
    let made = events_after(&county.worker(), before);
    let received: Vec<_> = made
        .iter()
        .filter(|event| event["type"] == "referral.received")
        .collect();
    assert_eq!(received.len(), 1);
    assert_eq!(
        received[0]["externalReference"],
        json!({ "system": "old", "value": format!("{reference}-1") })
    );
}

#[test]
fn given_rows_when_sent_again_then_nothing_doubles_and_a_changed_row_is_told() {
    let county = County::new();
    let (system, name) = (county.case_system(), new_id());
    let rows: Vec<_> = (0..40)
        .map(|at| row(&county, &format!("{name}-{at}"), &somebody()))
        .collect();
    let first = send(&system, "kind=referrals", NDJSON, lines(&rows)).expect(200);
    assert_eq!(first.json()["accepted"], 40);
    assert!(first.header("x-log-position").is_some());
    let head = log_head(&county);
    // Again, as a part that begins further down, and four times at once.
    let answers: Vec<_> = std::thread::scope(|scope| {
        let sent: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| send(&system, "kind=referrals&firstLine=101", NDJSON, lines(&rows))))
            .collect();
        sent.into_iter()
            .map(|sent| sent.join().unwrap().expect(200).json())
            .collect()
    });
    for report in answers {
        let done = report["replayed"].as_u64().unwrap() + report["again"].as_u64().unwrap();
        assert_eq!(done, 40, "{report}");
        assert_eq!(report["data"][0]["line"], 101);
        if report["data"][7]["outcome"] == "replayed" {
            assert_eq!(report["data"][7]["created"], first.json()["data"][7]["created"]);
        }
    }
    assert_eq!(recorded(&county, head), 0);
    // Another content under a reference is told, and so is a trial of it.
    let mut changed = rows[3].clone();
    changed["source"] = json!("prison");
    for query in ["kind=referrals", "kind=referrals&dryRun=true"] {
        let report = send(&system, query, NDJSON, lines(&[changed.clone(), rows[4].clone()]))
            .expect(200)
            .json();
        assert_eq!(outcomes(&report), told(&[(1, "refused"), (2, "replayed")]));
        assert_eq!(report["data"][0]["errors"][0]["code"], "row_changed");
    }
    // The same row of another system is another row.
    let request = system.request(Method::POST, "/v1/imports?system=other&kind=referrals");
    let other = system.send(request.header("content-type", NDJSON).body(lines(&rows[..1])));
    assert_eq!(other.expect(200).json()["accepted"], 1);
}

#[test]
fn given_rows_about_one_new_person_then_they_are_one_record() {
    let county = County::new();
    // From another organisation: what a service sends itself lands on no record that it does not see.
    let (system, who, name) = (county.custody_system(), somebody(), new_id());
    let before = log_head(&county);
    let mut rows: Vec<_> = (0..30)
        .map(|at| row(&county, &format!("{name}-{at}"), &somebody()))
        .collect();
    for at in [2, 11, 29] {
        rows[at] = row(&county, &format!("{name}-{at}"), &who);
    }
    assert_eq!(
        send(&system, "kind=referrals", NDJSON, lines(&rows))
            .expect(200)
            .json()["accepted"],
        30
    );
    let made = events_after(&county.auditor(), before);
    let opened = made
        .iter()
        .filter(|event| event["organisation"] == county.police_organisation())
        .filter(|event| event["type"] == "identity.person-registered");
    assert_eq!(opened.count(), 28, "27 others and one");
}

#[test]
fn given_movements_then_they_are_told_by_number_and_known_later_too() {
    let county = County::new();
    let (system, known, later, name) = (county.prison_system(), somebody(), somebody(), new_id());
    let person = county.registered(&county.prison_worker(), &known);
    let file = format!(
        "prisonerNumber,reference,occurred,movementType,reasonCode,prison,area\n\
         {0},{name}-1,{2},ADM,N,{4},\n{0},{name}-2,{3},REL,CR,{4},{5}\n\
         {1},{name}-3,{2},ADM,N,{4},\nA1,{name}-4,{2},ADM,N,{4},\n",
        known.prisoner_number,
        later.prisoner_number,
        ago(9),
        ago(2),
        county.prison,
        county.area
    );
    let tried = send(
        &system,
        "kind=custody-movements&dryRun=true",
        "text/csv",
        file.clone(),
    );
    assert_eq!(tried.expect(200).json()["accepted"], 3);
    let report = send(&system, "kind=custody-movements", "text/csv", file)
        .expect(200)
        .json();
    assert_eq!(
        outcomes(&report),
        told(&[(2, "accepted"), (3, "accepted"), (4, "accepted"), (5, "refused")])
    );
    assert_eq!(report["data"][3]["errors"][0]["column"], "prisonerNumber");
    let setting =
        |person: &str| county.auditor().read(&format!("/v1/people/{person}"))["pathway"]["setting"].clone();
    assert_eq!(setting(&person)["status"], "community");
    // Whoever gains the number later was received as well.
    let person = county.registered(&county.prison_worker(), &later);
    crate::harness::until("what waited was recorded", || {
        (setting(&person)["status"] == "prison").then_some(())
    });
}

#[test]
fn given_episodes_then_each_comes_whole_or_not_at_all() {
    let county = County::new();
    let (system, worker, name) = (county.case_system(), county.worker(), new_id());
    let before = log_head(&county);
    let (open, ended, bad) = (somebody(), somebody(), somebody());
    let episode = |at: u32, who: &Somebody| {
        let mut row = row(&county, &format!("{name}-{at}"), who);
        row["occurred"] = json!(ago(200));
        row["triaged"] = json!(ago(190));
        row["substances"] = json!(["1011"]);
        row["interventions"] = json!([{ "intervention": "94", "setting": "community", "started": ago(185) }]);
        row
    };
    let mut second = episode(2, &ended);
    second["interventions"] = json!([
        { "intervention": "94", "setting": "community", "started": ago(185), "ended": ago(100), "exit": "A" },
        { "intervention": "95", "setting": "community", "started": ago(99) },
    ]);
    second["exit"] = json!({ "on": ago(50), "reason": "80", "interventionExit": "A" });
    let mut third = episode(3, &bad);
    third["exit"] = json!({ "on": "2024-02-30", "reason": "80" });
    let mut fourth = episode(4, &bad);
    fourth["interventions"][0]["ended"] = json!(ago(3));
    let rows = [episode(1, &open), second, third, fourth];
    let tried = send(&system, "kind=episodes&dryRun=true", NDJSON, lines(&rows))
        .expect(200)
        .json();
    let expected = told(&[(1, "accepted"), (2, "accepted"), (3, "refused"), (4, "refused")]);
    assert_eq!(outcomes(&tried), expected, "{tried}");
    assert_eq!(recorded(&county, before), 0);
    let report = send(&system, "kind=episodes", NDJSON, lines(&rows))
        .expect(200)
        .json();
    assert_eq!(outcomes(&report), expected);
    assert_eq!(report["data"][2]["errors"][0]["pointer"], "/exit/on");
    assert_eq!(report["data"][3]["errors"][0]["pointer"], "/interventions/0/exit");
    let made = events_after(&worker, before);
    let count = |kind: &str| made.iter().filter(|event| event["type"] == kind).count();
    assert_eq!(
        (
            count("referral.received"),
            count("treatment.episode-opened"),
            count("treatment.intervention-started"),
            count("treatment.exit-recorded")
        ),
        (2, 2, 3, 1),
        "of the rows that were refused nothing is there"
    );
    let id = |row: usize| {
        let created = report["data"][row]["created"].as_array().unwrap();
        let episode = created.iter().find(|one| one["kind"] == "episode");
        episode.unwrap()["id"].as_str().unwrap().to_owned()
    };
    let shown = worker.read(&format!("/v1/episodes/{}", id(1)));
    assert_eq!(shown["exit"]["reason"], "80", "{shown}");
    let caseload = worker.list(&format!("/v1/services/{}/worklists/caseload", county.community));
    assert!(
        caseload.iter().any(|line| line["episodeId"] == id(0)),
        "{caseload:?}"
    );
    assert!(!caseload.iter().any(|line| line["episodeId"] == id(1)));
    let again = send(&system, "kind=episodes", NDJSON, lines(&rows[..2]))
        .expect(200)
        .json();
    assert_eq!(again["replayed"], 2);
}

#[test]
fn given_somebody_elses_service_then_no_episode_of_it_is_imported_and_nobodys_record_is_opened_by_it() {
    let (county, elsewhere) = County::two();
    let (who, name) = (somebody(), new_id());
    let person = county.registered(&county.worker(), &who);
    county.in_community_treatment(&person, ago(100));
    let mut theirs = row(&county, &format!("{name}-1"), &who);
    theirs["triaged"] = json!(ago(2));
    let system = elsewhere.case_system();
    let report = send(&system, "kind=episodes", NDJSON, lines(&[theirs]))
        .expect(200)
        .json();
    assert_eq!(report["data"][0]["outcome"], "refused");
    assert_eq!(report["data"][0]["errors"][0]["code"], "forbidden_scope");
    // An episode at a service of one's own, with somebody whom others treat, opens a record of its own.
    let mut own = row(&elsewhere, &format!("{name}-2"), &who);
    own["triaged"] = json!(ago(2));
    let before = log_head(&county);
    assert_eq!(
        send(&system, "kind=episodes", NDJSON, lines(&[own]))
            .expect(200)
            .json()["accepted"],
        1
    );
    let landed = events_after(&county.worker(), before);
    assert!(landed.is_empty(), "{landed:?}");
    assert_eq!(
        elsewhere
            .worker()
            .get(&format!("/v1/people/{person}"))
            .problem(404),
        "not_found"
    );
}

#[test]
fn given_who_may_not_then_no_row_is_recorded() {
    let county = County::new();
    let before = log_head(&county);
    let rows = lines(&[row(&county, &new_id().to_string(), &somebody())]);
    let reads = county.worker_with(&["read"]);
    assert_eq!(
        send(&reads, "kind=referrals", NDJSON, rows.clone()).problem(403),
        "forbidden_scope"
    );
    for role in [
        Role::Auditor,
        Role::Administrator,
        Role::Commissioner,
        Role::PrivacyOfficer,
    ] {
        let client = county.named("i.mporter", &county.community_organisation(), role);
        for query in ["kind=referrals", "kind=referrals&dryRun=true"] {
            let report = send(&client, query, NDJSON, rows.clone()).expect(200).json();
            assert_eq!(report["refused"], 1, "{role:?}: {report}");
        }
    }
    let system = county.case_system();
    for (query, form, body, status) in [
        ("kind=referrals", "application/json", rows.as_str(), 415),
        ("kind=nonsense", NDJSON, rows.as_str(), 400),
        ("kind=referrals", NDJSON, "", 400),
        ("kind=referrals", "text/csv", "reference,nonsense\n1,2\n", 400),
    ] {
        assert_eq!(
            send(&system, query, form, body.to_owned()).status,
            status,
            "{query} {form}"
        );
    }
    let many = "{}\n".repeat(1_001);
    assert_eq!(
        send(&system, "kind=referrals", NDJSON, many).problem(413),
        "payload_too_large"
    );
    assert_eq!(recorded(&county, before), 0);
}
