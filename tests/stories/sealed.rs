//! A nurse of the service becomes its patient: the record is sealed.
//!
//! Source: `trust.md`, "Who may see what" (sealed records).

use crate::harness::{Client, County, ago, new_id, somebody, until};
use serde_json::{Value, json};
use throughcare_http::token::Role;

fn lines<'v>(list: &'v [Value], person: &str) -> Vec<&'v Value> {
    list.iter().filter(|line| line["personId"] == person).collect()
}

fn sealed(list: &[Value]) -> Vec<&Value> {
    list.iter().filter(|line| line["sealed"].is_object()).collect()
}

#[test]
fn given_a_colleague_as_a_patient_when_the_record_is_sealed_then_those_named_see_it_and_the_service_still_acts()
 {
    // Given: somebody whom the service treats, with a referral to another of its lists, sent by the prison.
    let county = County::new();
    let own = county.community_organisation();
    let prison = county.prison_organisation();
    let named = county.named("n.amed", &own, Role::Worker);
    let colleague = county.named("c.olleague", &own, Role::Worker);
    let clinician = county.named("d.octor", &own, Role::Clinician);
    let officer = county.named("o.fficer", &own, Role::PrivacyOfficer);
    let elsewhere = county.named("e.lsewhere", &prison, Role::PrivacyOfficer);
    let who = somebody();
    let sender = county.prison_worker();
    let person = county.registered(&sender, &who);
    let refer = json!({
        "person": { "personId": person }, "source": "prison", "toService": county.community, "occurred": ago(9),
    });
    let sent = sender.record("/v1/referrals", &refer);
    let before: u64 = sent.header("x-log-position").unwrap().parse().unwrap();
    let referral = sent.id("referral");
    let accepted = json!({ "occurred": ago(8) });
    named.record(&format!("/v1/referrals/{referral}/acceptance"), &accepted);
    let record = format!("/v1/people/{person}");
    let due = format!("/v1/services/{}/worklists/triage-due", county.community);
    until("the referral is on the list", || {
        (!lines(&colleague.list(&due), &person).is_empty()).then_some(())
    });
    colleague.get(&record).expect(200);

    // When: an officer seals it, naming one person. Then: whoever is no member, or nobody, is refused by name.
    let seals = format!("{record}/seals");
    let of = |user: &str| json!([{ "organisation": own, "user": user }]);
    let seal = |users: Value| json!({ "reason": "staff_as_patient", "named": users });
    colleague.post(&seals, &seal(of("n.amed"))).problem(403);
    elsewhere
        .post(&format!("/v1/people/{}/seals", new_id()), &seal(of("n.amed")))
        .problem(404);
    let refused = officer.post(&seals, &seal(of("n.aymd"))).expect(422);
    assert_eq!(refused.faults()[0].0, "/named/0");
    let placed = officer.record(&seals, &seal(of("n.amed"))).id("seal");

    // Then: who is named goes on as before.
    named.get(&record).expect(200);
    let shown = named.list(&due);
    assert_eq!((lines(&shown, &person).len(), sealed(&shown).len()), (1, 0));
    // Colleagues who treat are told that there may be something, and whom to ask; nothing tells who it is.
    for colleague in [&colleague, &clinician] {
        let told = colleague.get(&record);
        assert_eq!(told.problem(403), "record_sealed");
        assert!(told.json()["detail"].as_str().unwrap().contains(&own));
        let shown = colleague.list(&due);
        let hidden = sealed(&shown);
        assert_eq!((lines(&shown, &person).len(), hidden.len()), (0, 1));
        let line = hidden[0].as_object().unwrap();
        assert_eq!(line["sealed"]["ask"], own.as_str());
        let told: Vec<&str> = line.keys().map(String::as_str).collect();
        assert_eq!(
            told,
            [
                "ageDays",
                "countedFrom",
                "dueOn",
                "duty",
                "onListSince",
                "overdue",
                "sealed"
            ]
        );
    }
    let answer = colleague.get(&format!("/v1/referrals/{referral}"));
    assert_eq!(answer.problem(403), "record_sealed");
    let triage = json!({ "outcome": "treatment_needed", "substances": ["1011"], "occurred": ago(7) });
    let path = format!("/v1/referrals/{referral}/triage");
    assert_eq!(colleague.post(&path, &triage).problem(403), "record_sealed");
    let found = |by: &Client| -> usize {
        let found = by
            .post("/v1/people/search", &json!({ "identifier": who.nhs() }))
            .expect(200);
        found.json()["data"].as_array().unwrap().len()
    };
    assert_eq!((found(&named), found(&colleague), found(&clinician)), (1, 0, 0));
    // The spreadsheet says no more than the list, and a filter would tell by what it picks.
    let request = colleague.request(reqwest::Method::GET, &due);
    let csv = colleague
        .send(request.header("accept", "text/csv"))
        .expect(200)
        .text;
    assert!(
        !csv.contains(&person) && !csv.contains(&referral) && csv.contains(&own),
        "{csv}"
    );
    let events = |by: &Client| -> usize {
        let page = by.read(&format!("/v1/events?after={}&limit=100", before - 1));
        page["data"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|event| event["type"] == "referral.received")
            .count()
    };
    assert_eq!((events(&named), events(&colleague), events(&sender)), (1, 0, 0));
    // To everybody who only sent something there is nothing.
    sender.get(&record).problem(404);
    sender.get(&format!("/v1/referrals/{referral}")).problem(404);
    elsewhere.get(&format!("{record}/data-protection")).problem(404);
    officer.get(&format!("{record}/data-protection")).expect(200);
    // What a system tells is recorded all the same, and shows nothing.
    let arrived = json!({ "movementType": "ADM", "reasonCode": "I", "prison": county.prison });
    county.moved(&county.case_system(), &person, ago(3), arrived);
    // A look in an emergency shows the smallest useful set.
    let look = json!({ "personId": person, "reason": "overdose", "note": "Found collapsed." });
    clinician.record("/v1/break-glass", &look);
    clinician.get(&format!("{record}/emergency")).expect(200);
    clinician.get(&record).problem(403);
    // A sealed record is joined with no other.
    let other = county.registered(&named, &somebody());
    county.in_community_treatment(&other, ago(20));
    let join = json!({ "otherPersonId": other, "attested": "photo_compared" });
    named.post(&format!("{record}/merges"), &join).problem(403);

    // When: a colleague is named as well. Then: they see it, and the one left out does not.
    let change = format!("/v1/seals/{placed}/named");
    elsewhere
        .post(&change, &json!({ "named": of("c.olleague") }))
        .problem(404);
    officer.record(&change, &json!({ "named": of("c.olleague") }));
    colleague.get(&record).expect(200);
    named.get(&record).problem(403);
    // The officers of the organisation see which records are sealed, and auditors; nobody else.
    let listed = officer.list("/v1/seals");
    assert_eq!(listed[0]["personIds"], json!([person]));
    assert_eq!(listed[0]["named"], of("c.olleague"));
    assert!(elsewhere.list("/v1/seals").is_empty());
    colleague.get("/v1/seals").problem(403);

    // When: it is lifted. Then: everything is as it was.
    let lift = format!("/v1/seals/{placed}/lift");
    officer.record(&lift, &json!({ "reason": "no_longer_needed" }));
    for by in [&named, &colleague, &clinician] {
        by.get(&record).expect(200);
    }
    sender.get(&format!("/v1/referrals/{referral}")).expect(200);
    assert_eq!(lines(&colleague.list(&due), &person).len(), 1);
}
