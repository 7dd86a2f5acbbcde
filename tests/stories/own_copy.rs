//! Somebody asks what is held about them, and gets a copy: all of it, without other people.
//!
//! Source: issue 5, "Confidentiality" (subject access); UK GDPR art. 15; the contract of HMPPS services for
//! `GET /subject-access-request`.

use crate::harness::{Client, County, Somebody, ago, somebody, today};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use throughcare_http::token::Role;

/// Somebody whom the prison referred and the community treats; a restricted need, and a note that names somebody else.
struct Known {
    county: County,
    who: Somebody,
    person: String,
    need: String,
}

const NOTE: &str = "Lives with <b>his sister Jordan</b>";

fn known() -> Known {
    let county = County::new();
    let (worker, nurse) = (county.worker(), county.prison_worker());
    let who = somebody();
    let person = county.registered(&nurse, &who);
    let asked = json!({
        "person": { "personId": person }, "source": "prison", "toService": county.community, "occurred": ago(30),
        "note": NOTE,
    });
    let referral = nurse.record("/v1/referrals", &asked).id("referral");
    worker.record(
        &format!("/v1/referrals/{referral}/acceptance"),
        &json!({ "occurred": ago(29) }),
    );
    let triage = json!({ "outcome": "treatment_needed", "substances": ["1011"], "occurred": ago(28) });
    let episode = worker
        .record(&format!("/v1/referrals/{referral}/triage"), &triage)
        .id("episode");
    worker.record(
        &format!("/v1/episodes/{episode}/key-worker"),
        &json!({ "keyWorker": "key.worker.of.theirs", "occurred": ago(27) }),
    );
    let need = json!({ "need": "cuckooing", "service": county.community, "occurred": ago(26) });
    let need = worker.record(&format!("/v1/people/{person}/needs"), &need);
    let need = need.json()["eventIds"][0].as_str().unwrap().to_owned();
    Known {
        county,
        who,
        person,
        need,
    }
}

impl Known {
    fn officer(&self, organisation: &str) -> Client {
        self.county
            .named("the.privacy.officer", organisation, Role::PrivacyOfficer)
    }

    fn path(&self) -> String {
        format!("/v1/people/{}/subject-access", self.person)
    }
}

fn events(copy: &Value) -> BTreeSet<String> {
    let entries = copy["entries"].as_array().unwrap().iter();
    entries
        .map(|entry| entry["eventId"].as_str().unwrap().to_owned())
        .collect()
}

fn marks(copy: &Value) -> BTreeSet<String> {
    let entries = copy["entries"].as_array().unwrap().iter();
    let marks = entries.flat_map(|entry| entry["review"].as_array().unwrap().clone());
    marks
        .map(|mark| mark["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn given_somebody_in_care_when_they_ask_what_is_held_then_the_officer_gives_all_of_it_and_nobody_else() {
    let known = known();
    let county = &known.county;
    let own = county.community_organisation();
    let officer = known.officer(&own);
    county
        .worker()
        .get(&format!("/v1/people/{}", known.person))
        .expect(200);

    // Everything that was recorded is there, in words and as it is stored, with who they are.
    let answer = officer.get(&known.path()).expect(200);
    let copy = answer.json();
    let timeline = county
        .auditor()
        .list(&format!("/v1/people/{}/timeline", known.person));
    let recorded: BTreeSet<String> = timeline
        .iter()
        .map(|line| line["eventId"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(events(&copy), recorded);
    assert_eq!(
        (&copy["holds"]["id"], &copy["moreLooks"]),
        (&json!("whole"), &json!(false))
    );
    for held in [
        &known.who.given,
        &known.who.family,
        &known.who.nhs_number,
        &known.who.prisoner_number,
        "cuckooing",
        "1011",
        "his sister Jordan",
    ] {
        assert!(answer.text.contains(held), "{held}");
    }
    // Members of staff are numbers, wherever they stand.
    for staff in [
        "key.worker.of.theirs",
        "community-worker",
        "prison-nurse",
        "the.privacy.officer",
    ] {
        assert!(!answer.text.contains(staff), "{staff}");
    }
    assert!(answer.text.contains("staff-1 became key worker"));
    // Who looked: the worker a moment ago.
    let looks = copy["looks"].as_array().unwrap();
    assert!(
        looks
            .iter()
            .any(|look| look["asked"] == "GET /v1/people/{id}" && look["organisation"] == own.as_str())
    );
    // What could harm somebody is marked, and stands until the officer leaves it out.
    let both = BTreeSet::from(["free_text".to_owned(), "restricted_need".to_owned()]);
    assert_eq!(marks(&copy), both);
    let withheld = officer
        .get(&format!("{}?withhold={}", known.path(), known.need))
        .expect(200);
    assert!(!withheld.text.contains("cuckooing") && !events(&withheld.json()).contains(&known.need));
    assert_eq!(withheld.json()["entriesLeftOut"], 1);
    let marked = officer
        .get(&format!("{}?marked=withhold&notes=withhold", known.path()))
        .expect(200);
    assert!(!marked.text.contains("cuckooing") && !marked.text.contains("Jordan"));
    assert!(marks(&marked.json()).is_empty());

    // The look is in the access log, with its ground.
    let log = county
        .auditor()
        .list(&format!("/v1/people/{}/access-log", known.person));
    let mine = log
        .iter()
        .filter(|look| look["asked"] == "GET /v1/people/{id}/subject-access");
    assert_eq!(mine.clone().count(), 3);
    assert!(mine.clone().all(|look| {
        look["shown"] == "subject_access"
            && look["purpose"] == "data_protection"
            && look["grounds"][0]["id"] == "data_protection"
    }));
}

#[test]
fn given_the_same_copy_when_it_is_asked_for_as_a_page_then_it_can_be_read_by_anybody_and_runs_nothing() {
    let known = known();
    let officer = known.officer(&known.county.community_organisation());
    let by_query = officer.get(&format!("{}?format=html", known.path())).expect(200);
    let request = officer
        .request(Method::GET, &known.path())
        .header("accept", "text/html,*/*;q=0.8");
    let by_header = officer.send(request).expect(200);
    for page in [by_query, by_header] {
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(
            page.header("content-security-policy")
                .unwrap()
                .starts_with("default-src 'none'")
        );
        let text = &page.text;
        assert!(text.starts_with("<!DOCTYPE html><html lang=\"en-GB\">") && text.ends_with("</html>"));
        assert!(text.contains("&lt;b&gt;his sister Jordan&lt;/b&gt;"), "escaped");
        for never in [
            "<script",
            "<b>",
            "http://",
            "src=",
            "key.worker.of.theirs",
            "Before you give it",
        ] {
            assert!(!text.contains(never), "{never}");
        }
        for heading in [
            "<h2>What is recorded</h2>",
            "<h3>Referrals</h3>",
            "<h2>Who looked at your data</h2>",
        ] {
            assert!(text.contains(heading), "{heading}");
        }
        assert!(text.contains(&known.who.family) && text.contains("Information Commissioner"));
        assert!(
            text.contains(&ago(26).strftime("%-d %B %Y").to_string()),
            "dates in words"
        );
    }
}

/// Posting a referral lets nobody read a stranger's record, by this door as little as by others.
#[test]
fn given_an_organisation_that_only_sent_a_referral_then_its_officer_gives_what_it_recorded_itself() {
    let known = known();
    let county = &known.county;
    let sender = known.officer(&county.prison_organisation());
    let answer = sender.get(&known.path()).expect(200);
    let copy = answer.json();
    assert_eq!(copy["holds"]["id"], "own");
    let by: BTreeSet<&str> = copy["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["organisation"].as_str().unwrap())
        .collect();
    assert_eq!(by, BTreeSet::from([county.prison_organisation().as_str()]));
    for others in [
        "cuckooing",
        "staff-1",
        "treatment.episode-opened",
        "referral.accepted",
    ] {
        assert!(!answer.text.contains(others), "{others}");
    }
    assert!(copy["recipients"].as_array().unwrap().is_empty());

    // Nobody else: strangers are told what they are told of nobody.
    let stranger = known.officer(&county.stranger_organisation());
    stranger.get(&known.path()).problem(404);
    for role in [
        Role::Worker,
        Role::Clinician,
        Role::Liaison,
        Role::Auditor,
        Role::Administrator,
    ] {
        let other = county.named("somebody.else", &county.community_organisation(), role);
        other.get(&known.path()).problem(404);
    }
}

#[test]
fn given_hmpps_collects_what_its_services_hold_then_it_is_answered_as_its_contract_has_it() {
    let known = known();
    let county = &known.county;
    let officer = known.officer(&county.community_organisation());
    let (prn, crn) = (&known.who.prisoner_number, "X123456");
    let ask = |by: &Client, query: &str| by.get(&format!("/subject-access-request?{query}"));

    // 200 with the content; without free text and what could harm somebody.
    let answer = ask(&officer, &format!("prn={prn}")).expect(200);
    let body = answer.json();
    let people = body["content"]["people"].as_array().unwrap();
    assert_eq!((people.len(), &body["attachments"]), (1, &json!([])));
    assert_eq!(people[0]["personId"], known.person.as_str());
    assert!(answer.text.contains("referral.accepted"));
    for never in [
        "cuckooing",
        "Jordan",
        "entriesLeftOut",
        "beforeYouGiveIt",
        "key.worker.of.theirs",
    ] {
        assert!(!answer.text.contains(never), "{never}");
    }
    // Between days, both included.
    let count = |query: &str| {
        let body = ask(&officer, &format!("prn={prn}&{query}")).expect(200).json();
        events(&body["content"]["people"][0]).len()
    };
    let day = ago(28);
    let all = count(&format!("toDate={}", today()));
    let of_the_day = count(&format!("fromDate={day}&toDate={day}"));
    assert!(of_the_day >= 1 && of_the_day < all, "{of_the_day} of {all}");

    // Nothing held, and nothing that the organisation answers for, are one answer: 204.
    let stranger = known.officer(&county.stranger_organisation());
    for (by, query) in [
        (&officer, "prn=A9876ZX".to_owned()),
        (&officer, format!("crn={crn}")),
        (&stranger, format!("prn={prn}")),
        (&stranger, "prn=A9876ZX".to_owned()),
    ] {
        let answer = ask(by, &query);
        assert_eq!((answer.status, answer.text.as_str()), (204, ""), "{query}");
    }
    // A number that nobody can have is none of this service's: 209. Neither is 400, in the fields of HMPPS.
    assert_eq!(ask(&officer, "prn=not+a+number").status, 209);
    let none = ask(&officer, "fromDate=2026-01-01");
    none.problem(400);
    assert_eq!(none.json()["status"], 400);
    ask(&officer, "prn=").problem(400);
    ask(&officer, "prn=A9876ZX&fromDate=yesterday").problem(400);
    // Both: whoever holds the one and no other of the same kind as the other.
    ask(&officer, &format!("prn={prn}&crn={crn}")).expect(200);
    let other = json!({ "kind": "crn", "value": "X654321", "occurred": ago(20) });
    county
        .worker()
        .record(&format!("/v1/people/{}/identifiers", known.person), &other);
    assert_eq!(ask(&officer, &format!("prn={prn}&crn={crn}")).status, 204);
    ask(&officer, &format!("prn={prn}&crn=X654321")).expect(200);

    // Other roles are told that it is not for them.
    ask(&county.worker(), &format!("prn={prn}")).problem(403);
    ask(&county.auditor(), &format!("prn={prn}")).problem(403);
}

/// What the report of HMPPS is made with: the template, for who collects copies and nobody else.
#[test]
fn given_who_collects_copies_then_they_fetch_how_the_content_is_made_readable() {
    let known = known();
    let path = "/subject-access-request/template";
    let officer = known.officer(&known.county.community_organisation());
    let template = officer.get(path).expect(200);
    assert_eq!(template.header("content-type"), Some("text/plain; charset=utf-8"));
    assert!(template.text.contains("{{#people}}") && !template.text.contains(&known.who.family));
    known.county.worker().get(path).problem(403);
    known.county.auditor().get(path).problem(403);
}
