//! Nobody acts for an organisation by what their token says alone.
//!
//! Source: issue 5, "Access"; `trust.md`, "Who may see what".

use super::referral;
use crate::harness::{Answer, Client, County, new_id, role_name, somebody, today, until};
use reqwest::Method;
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};
use throughcare_http::token::Role;

/// Every operation of the OpenAPI file that wants a token, with ids that are nobody's.
fn operations() -> Vec<(Method, String)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/throughcare.json");
    let described: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut operations = Vec::new();
    for (path, methods) in described["paths"].as_object().unwrap() {
        if !path.starts_with("/v1/") {
            continue;
        }
        let filled: Vec<String> = path
            .split('/')
            .map(|part| match part.strip_prefix('{') {
                Some("organisation}" | "service}" | "set}" | "list}" | "batch}" | "version}") => {
                    "nobodys".to_owned()
                }
                Some(_) => new_id().to_string(),
                None => part.to_owned(),
            })
            .collect();
        for method in methods.as_object().unwrap().keys() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            operations.push((method, filled.join("/")));
        }
    }
    operations
}

fn asks(client: &Client, method: &Method, path: &str) -> Answer {
    let request = client.request(method.clone(), path);
    let request = match *method {
        Method::GET => request,
        _ => request
            .json(&json!({}))
            .header("idempotency-key", new_id().to_string()),
    };
    client.send(request)
}

fn members_of(county: &County, organisation: &str, query: &str) -> Vec<Value> {
    let path = format!("/v1/organisations/{organisation}/members{query}");
    county.administrator().list(&path)
}

fn member_id(county: &County, organisation: &str, user: &str) -> String {
    let members = members_of(county, organisation, "");
    let one = members.iter().find(|one| one["user"] == user).unwrap();
    one["memberId"].as_str().unwrap().to_owned()
}

fn ends(county: &County, organisation: &str, user: &str) {
    let member = member_id(county, organisation, user);
    let path = format!("/v1/organisations/{organisation}/members/{member}/end");
    county.administrator().record(&path, &json!({}));
}

#[test]
fn given_a_good_token_without_membership_then_no_route_answers_anything_else() {
    let county = County::new();
    let organisation = county.community_organisation();
    let member = county.worker();
    let system = county.system("case-system");
    let user = Some("community-worker");
    let strangers = [
        county.claims("another-system", user, &organisation, Role::Worker),
        county.claims(&system, Some("somebody-else"), &organisation, Role::Worker),
        county.claims(&system, user, &county.police_organisation(), Role::Worker),
        county.claims(&system, user, "nobody-knows-it", Role::Worker),
        county.claims(&system, user, &organisation, Role::Auditor),
        county.claims(&system, None, &organisation, Role::Administrator),
    ];
    let operations = operations();
    assert!(operations.len() > 140, "{}", operations.len());
    let told = |answer: &Answer| {
        let body = answer.json();
        (
            answer.status,
            body["errorCode"].clone(),
            body["detail"].clone(),
            body["userMessage"].clone(),
        )
    };
    let expected = told(&strangers[0].get("/v1/services"));
    assert_eq!((expected.0, &expected.1), (403, &json!("no_membership")));
    assert!(
        expected.2.as_str().unwrap().contains("administrator"),
        "whom to ask: {}",
        expected.2
    );
    for (number, (method, path)) in operations.iter().enumerate() {
        // Each route with one of them, each of them with many routes: which of them it is, nobody is told.
        let stranger = &strangers[number % strangers.len()];
        assert_eq!(told(&asks(stranger, method, path)), expected, "{method} {path}");
    }
    // The control: a member is answered something else, on every route.
    for (method, path) in &operations {
        let answer = asks(&member, method, path);
        assert!(
            !answer.text.contains("no_membership"),
            "{method} {path}: {}",
            answer.text
        );
    }
}

#[test]
fn given_a_membership_when_it_ends_then_it_opens_nothing_any_more_and_others_are_not_disturbed() {
    let county = County::new();
    let organisation = county.community_organisation();
    let (leaver, stays) = (county.staff_of(&organisation, Role::Worker), county.worker());
    leaver.read("/v1/services");
    ends(&county, &organisation, &format!("staff-of-{organisation}"));
    until("the membership has ended", || {
        (leaver.get("/v1/services").status == 403).then_some(())
    });
    assert_eq!(leaver.get("/v1/services").problem(403), "no_membership");
    let refused = leaver.post("/v1/referrals", &referral(&county, somebody().described()));
    assert_eq!(refused.problem(403), "no_membership");
    stays.read("/v1/services");

    // Granted again, at once.
    let again = json!({ "user": format!("staff-of-{organisation}"), "role": "worker" });
    let path = format!("/v1/organisations/{organisation}/members");
    county.administrator().record(&path, &again);
    leaver.read("/v1/services");
}

/// Whoever waits for news when their membership ends is not told them.
#[test]
fn given_a_read_that_waits_when_the_membership_ends_then_it_is_refused_though_it_began_before() {
    let county = County::new();
    let organisation = county.community_organisation();
    let user = format!("staff-of-{organisation}");
    let administrator = county.administrator();
    let path = format!("/v1/services/{}/worklists/caseload", county.community);
    let waits = |client: &Client| {
        // No such position comes: the list is waited for as long as it ever is.
        let request = client.request(Method::GET, &path);
        client.send(request.header("x-log-position", "999999999"))
    };
    // The control: who stays a member is answered, late.
    waits(&county.worker()).expect(200);
    for _ in 0..5 {
        let leaver = county.staff_of(&organisation, Role::Worker);
        leaver.read("/v1/services");
        let members = members_of(&county, &organisation, "");
        let in_force = |one: &&Value| one["user"] == user.as_str() && one["state"] == "in_force";
        let member = members.iter().find(in_force).unwrap()["memberId"].clone();
        let end = format!(
            "/v1/organisations/{organisation}/members/{}/end",
            member.as_str().unwrap()
        );
        let (answer, answered, ended) = std::thread::scope(|scope| {
            let read = scope.spawn(|| (waits(&leaver), Instant::now()));
            std::thread::sleep(Duration::from_millis(300));
            administrator.record(&end, &json!({}));
            let ended = Instant::now();
            let (answer, answered) = read.join().unwrap();
            (answer, answered, ended)
        });
        if ended < answered {
            assert_eq!(answer.problem(403), "no_membership");
            return;
        }
        // The machine was too busy: the read was over before the membership was. Once more.
        let again = json!({ "user": user, "role": "worker" });
        administrator.record(&format!("/v1/organisations/{organisation}/members"), &again);
    }
    panic!("no membership ended while a read waited");
}

#[test]
fn given_an_answer_kept_for_a_key_when_the_system_is_revoked_then_it_is_not_told_again() {
    let county = County::new();
    let organisation = county.community_organisation();
    let (system, administrator) = (county.case_system(), county.administrator());
    let key = new_id().to_string();
    let body = referral(&county, somebody().described());
    system.post_keyed("/v1/referrals", &key, &body).expect(201);
    let replayed = system.post_keyed("/v1/referrals", &key, &body).expect(201);
    assert_eq!(replayed.header("idempotency-replayed"), Some("true"));

    let of = format!("/v1/organisations/{organisation}/clients");
    let name = county.system("case-system");
    for one in administrator.list(&of) {
        if one["client"] == name {
            let id = one["registrationId"].as_str().unwrap();
            administrator.record(&format!("{of}/{id}/revocation"), &json!({}));
        }
    }
    // Commands are judged by the log as it stands, so this one needs no waiting.
    let refused = system.post_keyed("/v1/referrals", &key, &body);
    assert_eq!(refused.problem(403), "no_membership");
    let revoked = administrator.list(&of);
    let revoked = revoked.iter().find(|one| one["client"] == name).unwrap();
    assert_eq!(revoked["state"], "ended");
    assert_eq!(revoked["revoked"]["by"], "administrator");
}

#[test]
fn given_an_administrator_then_they_grant_others_a_role_and_never_themselves() {
    let county = County::new();
    let organisation = county.community_organisation();
    let administrator = county.administrator();
    let path = format!("/v1/organisations/{organisation}/members");
    for oneself in ["administrator", "Administrator"] {
        let refused = administrator.post(&path, &json!({ "user": oneself, "role": "worker" }));
        assert_eq!(refused.problem(403), "forbidden_scope");
        assert!(refused.text.contains("another administrator"), "{}", refused.text);
    }
    let granted = json!({ "user": "a.locum", "role": "clinician", "until": today() });
    let member = administrator.record(&path, &granted).id("member");
    assert_eq!(
        administrator.post(&path, &granted).expect(422).faults()[0].1,
        "already_member"
    );
    // Nobody else says who acts for an organisation, nor is shown it.
    for role in [
        Role::Worker,
        Role::Clinician,
        Role::Liaison,
        Role::Commissioner,
        Role::Auditor,
        Role::PrivacyOfficer,
    ] {
        let staff = county.staff_of(&organisation, role);
        let refused = staff.post(&path, &json!({ "user": "another", "role": "worker" }));
        assert_eq!(refused.problem(403), "forbidden_scope", "{role:?}");
        let shown = staff.get(&path).status;
        let expected = match role {
            Role::Auditor | Role::PrivacyOfficer => 200,
            _ => 404,
        };
        assert_eq!(shown, expected, "{}", role_name(role));
    }
    let elsewhere = county.staff_of(&county.police_organisation(), Role::PrivacyOfficer);
    assert_eq!(elsewhere.get(&path).problem(404), "not_found");

    // Who was granted a role acts in it, through a system that is registered for it.
    let system = county.system("every-event");
    let locum = county.claims(&system, Some("a.locum"), &organisation, Role::Clinician);
    locum.read("/v1/services");
    let other_role = county.claims(&system, Some("a.locum"), &organisation, Role::Worker);
    assert_eq!(other_role.get("/v1/services").problem(403), "no_membership");
    let at = format!("{path}/{member}");
    administrator.record(&format!("{at}/revision"), &json!({}));
    assert!(
        member_of(&county, &organisation, "a.locum")
            .get("until")
            .is_none()
    );
    administrator.record(&format!("{at}/end"), &json!({}));
    assert_eq!(
        administrator
            .post(&format!("{at}/end"), &json!({}))
            .expect(422)
            .faults()[0]
            .1,
        "membership_ended"
    );
}

fn member_of(county: &County, organisation: &str, user: &str) -> Value {
    let members = members_of(county, organisation, "");
    members.into_iter().find(|one| one["user"] == user).unwrap()
}

#[test]
fn given_memberships_when_they_are_asked_about_later_then_they_stood_as_they_were_in_force() {
    let county = County::new();
    let organisation = county.community_organisation();
    let administrator = county.administrator();
    let path = format!("/v1/organisations/{organisation}/members");
    let granted = json!({ "user": "a.locum", "role": "worker" });
    let member = administrator.record(&path, &granted).id("member");
    let of = |query: &str| {
        let members = members_of(&county, &organisation, query);
        members.into_iter().find(|one| one["memberId"] == member.as_str())
    };
    let in_force = of("").unwrap();
    assert_eq!(in_force["state"], "in_force");
    assert_eq!(in_force["granted"]["by"], "administrator");
    let since = in_force["granted"]["at"].as_str().unwrap().to_owned();
    administrator.record(&format!("{path}/{member}/end"), &json!({}));
    let ended = of("").unwrap();
    assert_eq!(
        (&ended["state"], &ended["ended"]["by"]),
        (&json!("ended"), &json!("administrator"))
    );
    // As it was when it was granted; before that there was none.
    let then = of(&format!("?asOf={since}")).unwrap();
    assert_eq!(then["state"], "in_force");
    assert!(then.get("ended").is_none());
    assert!(of("?asOf=2020-01-01").is_none());
    assert_eq!(of(&format!("?asOf={}", today())).unwrap()["state"], "ended");
    assert_eq!(
        administrator.get(&format!("{path}?asOf=yesterday")).problem(400),
        "validation_failed"
    );
}

#[test]
fn given_a_person_behind_a_system_then_both_must_act_for_the_organisation() {
    let county = County::new();
    let organisation = county.community_organisation();
    let system = county.case_system();
    let name = county.system("case-system");
    county.worker();
    let behind = |user: &str| {
        let person = county.claims(&name, Some(user), &organisation, Role::Worker);
        let request = system.request(Method::GET, "/v1/services");
        system.send(request.header("x-on-behalf-of", person.token()))
    };
    behind("community-worker").expect(200);
    assert_eq!(behind("somebody-else").problem(403), "no_membership");
}
