//! One person told to two services, once with a typo and once with an alias; and a twin, who stays apart.
//!
//! Source: `design.md`, "Streams" (person stream); `cases.md` I2 and I3; `domain.md` section 6 (duplicate persons).

use crate::harness::{Client, County, ago, new_id, somebody, until};
use serde_json::{Value, json};
use throughcare_http::token::Role;

fn person(given: &str, family: &str, born: &str) -> Value {
    json!({ "names": { "given": given, "family": family }, "dateOfBirth": born, "sex": "male" })
}

fn registered(by: &Client, demographics: &Value, identifiers: &Value) -> String {
    let body = json!({ "demographics": demographics, "identifiers": identifiers, "occurred": ago(60) });
    by.record("/v1/people", &body).person()
}

fn offered(by: &Client, person: &str) -> Vec<String> {
    let read = by.read(&format!("/v1/people/{person}/possible-matches"));
    let found = read["data"].as_array().unwrap().iter();
    found
        .map(|one| one["personId"].as_str().unwrap().to_owned())
        .collect()
}

/// The pairs on the community service's list, each with the record that was opened first before the other.
fn listed(by: &Client, county: &County) -> Vec<[String; 2]> {
    let lines = by.list(&format!("/v1/services/{}/possible-matches", county.community));
    let id = |value: &Value| value["personId"].as_str().unwrap().to_owned();
    let pairs = lines.iter().map(|line| {
        let mut pair = [id(line), id(&line["other"])];
        pair.sort();
        pair
    });
    pairs.collect()
}

/// Refers somebody whom the prison describes to the community service, which accepts: both see the record.
fn referred(county: &County, described: &Value) -> String {
    let nurse = county.prison_worker();
    let refer = json!({
        "person": described, "source": "prison", "toService": county.community, "occurred": ago(10),
    });
    let referral = nurse.record("/v1/referrals", &refer).id("referral");
    let accepted = json!({ "occurred": ago(9) });
    let worker = county.worker();
    worker.record(&format!("/v1/referrals/{referral}/acceptance"), &accepted);
    worker.read(&format!("/v1/referrals/{referral}"))["personId"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// Letters by which people of this test are told from those of others.
fn rare(name: &str) -> String {
    let letters = new_id().simple().to_string();
    let letters = letters
        .bytes()
        .filter(u8::is_ascii_digit)
        .map(|digit| char::from(digit - b'0' + b'k'));
    format!("{name}{}", letters.take(9).collect::<String>())
}

#[test]
fn given_one_person_told_twice_with_a_typo_when_a_worker_sees_both_then_they_decide_and_it_is_asked_once() {
    let county = County::new();
    let (worker, stranger) = (county.worker(), county.stranger());
    let family = rare("Thornhill");
    let mistyped = format!("{}z", &family[..family.len() - 1]);
    let walk_in = registered(&worker, &person("Tomasz", &family, "1984-03-07"), &json!([]));
    county.in_community_treatment(&walk_in, ago(40));
    let twin = registered(&worker, &person("Andrzej", &family, "1984-03-07"), &json!([]));
    county.in_community_treatment(&twin, ago(40));
    assert_eq!(
        offered(&worker, &walk_in),
        Vec::<String>::new(),
        "a twin is not a match"
    );

    // When: the prison refers him, day and month swapped, a letter wrong, without a number.
    let described = json!({ "demographics": person("Tomasz", &mistyped, "1984-07-03") });
    let told = referred(&county, &described);
    assert_ne!(told, walk_in, "a name is never certain");

    // Then: whoever sees both is offered the two, with why, and nobody else is.
    until("the records are offered", || {
        (offered(&worker, &walk_in) == [told.clone()]).then_some(())
    });
    assert_eq!(offered(&worker, &told), std::slice::from_ref(&walk_in));
    until("the pair is on the service's list", || {
        (listed(&worker, &county) == [[walk_in.clone(), told.clone()]]).then_some(())
    });
    let list = format!("/v1/services/{}/possible-matches", county.community);
    stranger.get(&list).problem(404);
    county.community_liaison().get(&list).problem(403);
    let looks = worker.list(&format!("/v1/people/{told}/access-log"));
    assert!(
        looks.iter().any(|look| look["asked"]
            .as_str()
            .unwrap()
            .ends_with("{service}/possible-matches")),
        "{looks:?}"
    );
    let read = worker.read(&format!("/v1/people/{walk_in}/possible-matches"));
    let found = &read["data"][0];
    assert_eq!(found["verdict"], "possible");
    assert!(
        found["points"].as_i64() >= read["offeredFrom"].as_i64(),
        "{found}"
    );
    let why: Vec<(&str, &str)> = found["compared"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["field"].as_str().unwrap(), one["finding"].as_str().unwrap()))
        .collect();
    assert!(
        why.contains(&("date_of_birth", "day_and_month_swapped")),
        "{why:?}"
    );
    assert!(why.contains(&("family_name", "near")), "{why:?}");
    let sum: i64 = found["compared"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["points"].as_i64().unwrap())
        .sum();
    assert_eq!(found["points"].as_i64(), Some(sum));
    let path = format!("/v1/people/{walk_in}/possible-matches");
    stranger.get(&path).problem(404);
    county.community_liaison().get(&path).problem(403);
    // The prison sees what it sent, and is not told that there is more.
    county
        .prison_worker()
        .get(&format!("/v1/people/{told}/possible-matches"))
        .problem(404);

    // When: they are said to be one, then parted. Then: they are not offered again, neither way.
    let join = json!({ "otherPersonId": told, "attested": "photo_compared" });
    let merge = worker
        .record(&format!("/v1/people/{walk_in}/merges"), &join)
        .id("merge");
    assert_eq!(offered(&worker, &walk_in), Vec::<String>::new());
    let undo = json!({ "reason": "two_people" });
    worker.record(&format!("/v1/merges/{merge}/undoing"), &undo);
    assert_eq!(offered(&worker, &walk_in), Vec::<String>::new());
    assert_eq!(offered(&worker, &told), Vec::<String>::new());
    assert!(listed(&worker, &county).is_empty());
}

#[test]
fn given_two_records_alike_when_they_are_said_to_be_two_people_then_they_are_offered_no_more() {
    let county = County::new();
    let worker = county.worker();
    let family = rare("Wetherell");
    let one = registered(&worker, &person("Tomasz", &family, "1984-03-07"), &json!([]));
    county.in_community_treatment(&one, ago(40));
    let other = registered(&worker, &person("Tomasz", &family, "1984-03-07"), &json!([]));
    county.in_community_treatment(&other, ago(40));
    until("the records are offered", || {
        (offered(&worker, &one) == [other.clone()]).then_some(())
    });
    let said = json!({ "otherPersonId": other, "reason": "same_details" });
    worker.record(&format!("/v1/people/{one}/mismatches"), &said);
    assert_eq!(offered(&worker, &one), Vec::<String>::new());
    assert_eq!(offered(&worker, &other), Vec::<String>::new());
}

#[test]
fn given_a_number_that_is_known_when_somebody_refers_under_an_alias_then_the_alias_is_added_and_the_name_stays()
 {
    let county = County::new();
    let (worker, who) = (county.worker(), somebody());
    let family = rare("Garside");
    let known = registered(
        &worker,
        &person("Tomasz", &family, "1984-03-07"),
        &json!([who.nhs()]),
    );
    county.in_community_treatment(&known, ago(40));
    let alias = rare("Marsden");
    let described = json!({
        "demographics": person("Dean", &alias, "1984-03-07"),
        "identifiers": [who.nhs(), who.prisoner()],
        "residence": { "noFixedAbode": true },
    });

    // When: the prison refers him under another name. Then: the answer is that of any referral.
    let nurse = county.prison_worker();
    let refer = json!({
        "person": described, "source": "prison", "toService": county.community, "occurred": ago(10),
    });
    let answer = nurse.record("/v1/referrals", &refer);
    assert_eq!(answer.json()["eventIds"].as_array().unwrap().len(), 1);
    assert_eq!(answer.json()["flags"], json!([]));
    let unknown = somebody();
    let new = nurse.record("/v1/referrals", &json!({
        "person": unknown.described(), "source": "prison", "toService": county.community, "occurred": ago(10),
    }));
    let fields = |answer: &Value| -> Vec<String> { answer.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(fields(&answer.json()), fields(&new.json()));

    // Then: the record has both names, and the first stays current; the prisoner number is found now.
    let read = worker.read(&format!("/v1/people/{known}"));
    let identity = &read["identity"];
    assert_eq!(identity["names"]["family"], json!(family), "{identity}");
    assert_eq!(
        identity["otherNames"],
        json!([{ "given": "Dean", "family": alias }]),
        "{identity}"
    );
    let search = json!({ "identifier": who.prisoner() });
    let found = worker.post("/v1/people/search", &search).expect(200).json();
    assert_eq!(found["data"][0]["personId"], json!(known));
    // Then: whoever comes under the alias without a number is offered as possibly this person.
    let again = registered(&worker, &person("Dean", &alias, "1984-03-07"), &json!([]));
    county.in_community_treatment(&again, ago(5));
    until("the alias is recognised", || {
        (offered(&worker, &again) == [known.clone()]).then_some(())
    });
}

/// A prison names somebody whom the community treats by their NHS number, and tells another sex and another given name.
/// The record keeps what it says, the sender is answered as about anybody, and whoever treats the person finds out.
#[test]
fn given_a_sender_that_contradicts_a_known_record_then_who_has_the_person_is_told_and_the_sender_is_not() {
    let county = County::new();
    let (worker, nurse) = (county.worker(), county.prison_worker());
    let family = rare("Thornhill");
    let (known, unknown) = (somebody(), somebody());
    let treated = registered(
        &worker,
        &person("Tomasz", &family, "1984-03-07"),
        &json!([known.nhs()]),
    );
    county.in_community_treatment(&treated, ago(40));
    let list = format!("/v1/services/{}/worklists/conflicts-to-settle", county.community);
    assert!(worker.list(&list).is_empty());
    let refer = |given: &str, number: &Value| {
        let described = json!({
            "demographics": { "names": { "given": given, "family": family }, "dateOfBirth": "1984-03-07", "sex": "female" },
            "identifiers": [number],
        });
        let body = json!({
            "person": described, "source": "prison", "toService": county.community, "occurred": ago(2),
        });
        nurse.post("/v1/referrals", &body).expect(201)
    };
    let (told, control) = (
        refer("Elizabeth", &known.nhs()),
        refer("Elizabeth", &unknown.nhs()),
    );
    let line = until("it is somebody's work", || worker.list(&list).into_iter().next());
    assert_eq!(line["personId"], treated, "{line}");
    let shown = line.to_string();
    assert!(
        shown.contains("other_given_name_told") && shown.contains("other_sex_told"),
        "{shown}"
    );
    let read = worker.read(&format!("/v1/people/{treated}"));
    assert_eq!(read["identity"]["sex"], "male", "{read}");
    // The sender is answered as about anybody, and is on no list by it.
    let shape = |answer: &crate::harness::Answer| -> Vec<String> {
        let body = answer.json();
        let mut fields: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
        fields.sort();
        fields
    };
    assert_eq!(shape(&told), shape(&control));
    let theirs = format!(
        "/v1/services/{}/worklists/conflicts-to-settle",
        county.prison_treatment
    );
    assert!(nurse.list(&theirs).is_empty());

    // Who treats the person says again who they are; the line is gone.
    let says = json!({ "sex": "male", "occurred": ago(0) });
    worker.record(&format!("/v1/people/{treated}/demographics"), &says);
    until("it is settled", || worker.list(&list).is_empty().then_some(()));
}

/// Two organisations know one person each by a record of their own: neither is told of the other, and the pair is not
/// nobody's. An auditor tells both; a sharing agreement puts it on a list, where it is decided.
#[test]
fn given_two_records_that_nobody_sees_both_of_then_auditors_are_told_until_an_agreement_makes_it_somebodys() {
    let county = County::new();
    let (worker, nurse, auditor) = (county.worker(), county.prison_worker(), county.auditor());
    let family = rare("Thornhill");
    let ours = registered(&worker, &person("Tomasz", &family, "1984-03-07"), &json!([]));
    county.in_community_treatment(&ours, ago(40));
    let theirs = registered(&nurse, &person("Tomasz", &family, "1984-03-17"), &json!([]));
    county.in_prison_treatment(&theirs, ago(30));
    let list = format!("/v1/services/{}/possible-matches", county.community);
    let unseen = || {
        let mut pairs = auditor.list("/v1/possible-matches?perPage=100");
        pairs.retain(|pair| {
            let ids = [&pair["one"]["personId"], &pair["other"]["personId"]];
            ids.contains(&&json!(ours)) && ids.contains(&&json!(theirs))
        });
        pairs
    };
    let pair = until("an auditor is told", || unseen().into_iter().next());
    let text = pair.to_string();
    assert!(
        !text.contains(&family) && !text.contains("1984"),
        "no names: {text}"
    );
    for of in [county.community_organisation(), county.prison_organisation()] {
        assert!(text.contains(&of), "whom to tell: {text}");
    }
    assert!(pair["compared"].to_string().contains("one_digit"), "{pair}");
    let count = |by: &Client| {
        let path = format!("/v1/services/{}/worklists", county.community);
        let lists = by.read(&path)["data"].as_array().unwrap().clone();
        let found = lists.into_iter().find(|one| one["list"] == "possible-matches");
        found.map(|one| one["lines"].clone())
    };
    assert!(worker.list(&list).is_empty());
    assert_eq!(count(&worker), Some(json!(0)));
    for other in [&worker, &nurse, &county.administrator()] {
        other.get("/v1/possible-matches").problem(403);
    }
    let officer = county.named(
        "p.officer",
        &county.community_organisation(),
        Role::PrivacyOfficer,
    );
    officer.get("/v1/possible-matches").problem(403);

    // The other organisation, told by the auditor, gives sight of its record.
    let agreement = json!({
        "organisation": county.community_organisation(), "basis": "sharing_protocol", "occurred": ago(0),
    });
    nurse.record(&format!("/v1/people/{theirs}/sharing-agreements"), &agreement);
    until("it is on the service's list", || {
        (listed(&worker, &county).len() == 1).then_some(())
    });
    assert!(unseen().is_empty(), "and on the auditor's no more");
    assert_eq!(count(&worker), Some(json!(1)));
    assert_eq!(
        count(&county.community_liaison()),
        None,
        "for who may join records"
    );
    let request = worker.request(reqwest::Method::GET, &list);
    let csv = worker.send(request.header("accept", "text/csv")).expect(200);
    assert!(csv.header("content-type").unwrap().starts_with("text/csv"));
    let mut lines = csv.text.lines();
    assert!(
        lines
            .next()
            .unwrap()
            .starts_with("person_id,given_names,family_name")
    );
    let line = lines.next().unwrap();
    assert!(
        line.contains(&ours) && line.contains(&theirs) && line.contains("date_of_birth:one_digit"),
        "{line}"
    );
    assert_eq!(lines.next(), None);
}
