//! A week of a community service, and what its lists say every morning.
//!
//! Source: `design.md`, "Views" (worklists for each service); issue on the full record.

use super::worklist_on;
use crate::harness::{Client, County, days_from, somebody, today};
use jiff::civil::Date;
use serde_json::{Value, json};

/// The lists that the team looks at in the morning.
const MORNING: [&str; 8] = [
    "referrals",
    "triage-due",
    "appointments",
    "appointments-missed",
    "waiting-list",
    "caseload",
    "naloxone-to-replace",
    "overdoses-to-review",
];

/// Who stands on which list on a morning, before anything happens that day: lists without anybody are left out.
fn morning(
    by: &Client,
    county: &County,
    day: Date,
    names: &[(&str, &str)],
) -> Vec<(&'static str, Vec<String>)> {
    let yesterday = days_from(day, -1);
    let called = |line: &Value| {
        let person = line["personId"].as_str().unwrap();
        let named = names.iter().find(|(id, _)| *id == person);
        named.map_or(person, |(_, name)| *name).to_owned()
    };
    let lists = MORNING.map(|list| {
        let mut people: Vec<_> = worklist_on(by, county, list, yesterday)
            .iter()
            .map(called)
            .collect();
        people.sort();
        (list, people)
    });
    lists
        .into_iter()
        .filter(|(_, people)| !people.is_empty())
        .collect()
}

#[test]
fn given_a_week_of_a_community_service_then_every_morning_the_lists_say_what_is_to_be_done() {
    let county = County::new();
    let worker = county.worker();
    let day = |nth: i32| days_from(today(), nth - 7);
    let at = |nth: i32, time: &str| format!("{}T{time}:00Z", day(nth));
    let cal = county.registered(&worker, &somebody());
    let of_cal = county.in_community_treatment(&cal, days_from(today(), -90));
    let profile =
        json!({ "stage": "start", "items": { "opiateDays": 24 }, "occurred": days_from(today(), -89) });
    worker.record(&format!("/v1/episodes/{of_cal}/outcome-profiles"), &profile);
    let ann = county.registered(&worker, &somebody());
    let ben = county.registered(&worker, &somebody());
    let names = [
        (ann.as_str(), "Ann"),
        (ben.as_str(), "Ben"),
        (cal.as_str(), "Cal"),
    ];
    let lists = |nth: i32| morning(&worker, &county, day(nth), &names);
    let told = |path: &str, body: Value| worker.record(path, &body);
    let only = |list: &'static str, name: &str| (list, vec![name.to_owned()]);

    // Monday: only Cal is in treatment. Police custody refers Ann, a doctor Ben.
    assert_eq!(lists(0), [only("caseload", "Cal")]);
    let refer = |person: &str, source: &str| {
        let body = json!({
            "person": { "personId": person }, "source": source, "toService": county.community,
            "substances": ["1011"], "occurred": day(0),
        });
        worker.record("/v1/referrals", &body).id("referral")
    };
    let (of_ann, of_ben) = (refer(&ann, "arrest_referral"), refer(&ben, "gp"));

    // Tuesday: both are to be decided on. Ann is taken on and offered Wednesday; Ben lives elsewhere.
    assert_eq!(
        lists(1),
        [
            ("referrals", vec!["Ann".to_owned(), "Ben".to_owned()]),
            only("caseload", "Cal")
        ]
    );
    told(
        &format!("/v1/referrals/{of_ann}/acceptance"),
        json!({ "occurred": at(1, "09:00") }),
    );
    let offer = |nth: i32, offered: String| {
        let body = json!({ "kind": "triage", "startsAt": at(nth, "09:30"), "occurred": offered });
        told(&format!("/v1/referrals/{of_ann}/appointments"), body).id("appointment")
    };
    let first = offer(2, at(1, "09:10"));
    told(
        &format!("/v1/referrals/{of_ben}/rejection"),
        json!({ "reason": "out_of_area", "occurred": day(1) }),
    );

    // Wednesday: Ann is to be triaged, has an appointment, and waits. She does not come.
    let in_hand = |more: &[(&'static str, &str)]| {
        let mut lists = vec![only("triage-due", "Ann")];
        lists.extend(more.iter().map(|(list, name)| only(list, name)));
        lists.push(only("waiting-list", "Ann"));
        lists.push(only("caseload", "Cal"));
        lists
    };
    assert_eq!(lists(2), in_hand(&[("appointments", "Ann")]));
    told(
        &format!("/v1/appointments/{first}/absence"),
        json!({ "reason": "no_transport", "occurred": at(2, "10:30") }),
    );

    // Thursday: she is on the list of those who missed one. Another is offered for Friday.
    assert_eq!(lists(3), in_hand(&[("appointments-missed", "Ann")]));
    let second = offer(4, at(3, "09:00"));

    // Friday: it stands on the list. She comes, is triaged, and her treatment starts at once, with a kit to take home.
    assert_eq!(lists(4), in_hand(&[("appointments", "Ann")]));
    told(
        &format!("/v1/appointments/{second}/attendance"),
        json!({ "occurred": at(4, "09:30") }),
    );
    let triage = json!({ "outcome": "treatment_needed", "substances": ["1011"], "occurred": at(4, "10:00") });
    let episode = told(&format!("/v1/referrals/{of_ann}/triage"), triage).id("episode");
    told(
        &format!("/v1/episodes/{episode}/interventions"),
        json!({ "intervention": "94", "setting": "community", "occurred": at(4, "10:30") }),
    );
    let kit = json!({ "product": "nyxoid", "batch": "LOT-W", "expiresOn": days_from(today(), 500) });
    let issue = json!({ "service": county.community, "kits": [kit], "occurred": at(4, "10:40") });
    let held = told(&format!("/v1/people/{ann}/naloxone-issues"), issue).id("kit");

    // Saturday: two in treatment and nothing else to do. Cal overdoses; Ann gives naloxone.
    let both = ("caseload", vec!["Ann".to_owned(), "Cal".to_owned()]);
    assert_eq!(lists(5), std::slice::from_ref(&both));
    let used =
        json!({ "usedOn": "somebody_else", "outcome": "survived", "doses": 1, "occurred": at(5, "22:00") });
    told(&format!("/v1/naloxone-kits/{held}/use"), used);
    let overdose = json!({ "outcome": "hospital", "substances": ["1011"], "occurred": at(5, "22:00") });
    let overdose = told(&format!("/v1/people/{cal}/overdoses"), overdose).id("overdose");

    // Sunday: Ann's kit is to be replaced and Cal's care to be gone through. Both is done.
    assert_eq!(
        lists(6),
        [
            both.clone(),
            only("naloxone-to-replace", "Ann"),
            only("overdoses-to-review", "Cal")
        ]
    );
    let kit = json!({ "product": "nyxoid", "batch": "LOT-W", "expiresOn": days_from(today(), 500) });
    let issue = json!({
        "service": county.community, "kits": [kit], "replaces": held, "occurred": at(6, "11:00"),
    });
    told(&format!("/v1/people/{ann}/naloxone-issues"), issue);
    let reviewed = json!({ "outcome": "seen", "occurred": at(6, "12:00") });
    told(&format!("/v1/overdoses/{overdose}/review"), reviewed);

    // Monday: nobody is left over.
    assert_eq!(lists(7), [both]);
    let nothing: Vec<Value> = Vec::new();
    assert_eq!(
        worker.list(&format!("/v1/services/{}/overdue", county.community)),
        nothing
    );
}
