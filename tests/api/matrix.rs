//! Every route that shows people, by role and by what ties the organisation to the person.
//!
//! Source: `trust.md`, P10. Routes that record are tried by `tests/events/`. A route that is not in [`SHOWS`] fails in
//! `access_log.rs`.

use super::access_log::{Known, SHOWS};
use crate::harness::{County, ago, new_id};
use reqwest::Method;
use serde_json::json;
use throughcare_http::token::Role;

const ROLES: [Role; 7] = [
    Role::Worker,
    Role::Clinician,
    Role::Liaison,
    Role::Auditor,
    Role::Administrator,
    Role::Commissioner,
    Role::PrivacyOfficer,
];

/// What each role of the organisation that treats the person is answered, in the order of [`ROLES`]: `+` shown, `-` as if
/// there were nothing, `0` that nothing is held, `!` told that it is not for them.
const TREATS: &[(&str, &str)] = &[
    ("/v1/services/{service}/possible-matches", "++!!!!!"),
    ("/v1/people/{id}", "++++---"),
    ("/v1/people/{id}/appointments", "++++---"),
    ("/v1/people/{id}/duties", "++++---"),
    ("/v1/people/{id}/data-protection", "------+"),
    ("/v1/people/{id}/subject-access", "------+"),
    ("/subject-access-request", "!!!!!!+"),
    ("/v1/people/{id}/emergency", "+++----"),
    ("/v1/people/{id}/harm", "++++---"),
    ("/v1/people/{id}/knowledge-changes", "++++---"),
    ("/v1/people/{id}/naloxone", "++++---"),
    ("/v1/people/{id}/prescriptions", "++++---"),
    ("/v1/people/{id}/possible-matches", "++!!!!!"),
    ("/v1/people/{id}/sharing", "++++---"),
    ("/v1/people/{id}/status-history", "++++---"),
    ("/v1/people/{id}/pathway-chart", "++++---"),
    ("/v1/people/{id}/timeline", "++++---"),
    ("/v1/people/{id}/access-log", "++++--+"),
    ("/v1/referrals/{id}", "++++---"),
    ("/v1/referrals/{id}/status-transitions", "++++---"),
    ("/v1/episodes/{id}", "++++---"),
    ("/v1/episodes/{id}/status-transitions", "++++---"),
    ("/v1/required-assessments/{id}", "++-+---"),
    ("/v1/references/{id}", "++++---"),
    ("/v1/continuity/releases", "++++---"),
    ("/v1/continuity/planned-releases", "++++---"),
    ("/v1/continuity/knowledge-changes", "++++---"),
    ("/v1/indicators/{indicator}/people", "++++---"),
    ("/v1/indicators/{indicator}/knowledge-changes", "++++-+-"),
    ("/v1/naloxone-batches/{batch}", "++++---"),
    ("/v1/services/{service}/naloxone-stock-ledger", "++++---"),
    ("/v1/services/{service}/overdue", "++++---"),
    ("/v1/services/{service}/worklists/{list}", "++++---"),
    ("/v1/break-glass/{id}", "---+--+"),
    ("/v1/possible-matches", "!!!+!!!"),
    ("/v1/suggested-merges", "++!+!!!"),
    ("/v1/events", "+++++++"),
    ("/v1/events/{id}/proof", "++++---"),
];

/// The same for an organisation that has nothing to do with the person. A batch shows it totals without people, and the
/// feed events of its own.
const STRANGER: &[(&str, &str)] = &[
    ("/v1/services/{service}/possible-matches", "--!!!!!"),
    ("/v1/people/{id}", "---+---"),
    ("/v1/people/{id}/appointments", "---+---"),
    ("/v1/people/{id}/duties", "---+---"),
    ("/v1/people/{id}/data-protection", "-------"),
    ("/v1/people/{id}/subject-access", "-------"),
    ("/subject-access-request", "!!!!!!0"),
    ("/v1/people/{id}/emergency", "-------"),
    ("/v1/people/{id}/harm", "---+---"),
    ("/v1/people/{id}/knowledge-changes", "---+---"),
    ("/v1/people/{id}/naloxone", "---+---"),
    ("/v1/people/{id}/prescriptions", "---+---"),
    ("/v1/people/{id}/possible-matches", "--!!!!!"),
    ("/v1/people/{id}/sharing", "---+---"),
    ("/v1/people/{id}/status-history", "---+---"),
    ("/v1/people/{id}/pathway-chart", "---+---"),
    ("/v1/people/{id}/timeline", "---+---"),
    ("/v1/people/{id}/access-log", "---+---"),
    ("/v1/referrals/{id}", "---+---"),
    ("/v1/referrals/{id}/status-transitions", "---+---"),
    ("/v1/episodes/{id}", "---+---"),
    ("/v1/episodes/{id}/status-transitions", "---+---"),
    ("/v1/required-assessments/{id}", "---+---"),
    ("/v1/references/{id}", "---+---"),
    ("/v1/continuity/releases", "---+---"),
    ("/v1/continuity/planned-releases", "---+---"),
    ("/v1/continuity/knowledge-changes", "---+---"),
    ("/v1/indicators/{indicator}/people", "---+---"),
    ("/v1/indicators/{indicator}/knowledge-changes", "---+-+-"),
    ("/v1/naloxone-batches/{batch}", "++++---"),
    ("/v1/services/{service}/naloxone-stock-ledger", "---+---"),
    ("/v1/services/{service}/overdue", "---+---"),
    ("/v1/services/{service}/worklists/{list}", "---+---"),
    ("/v1/break-glass/{id}", "---+---"),
    ("/v1/possible-matches", "!!!+!!!"),
    ("/v1/suggested-merges", "++!+!!!"),
    ("/v1/events", "+++++++"),
    ("/v1/events/{id}/proof", "---+---"),
];

/// The same where the organisation sealed the record, for people who are not named: those who give
/// care are told that there may be something, and lists show their lines without the person.
const SEALED: &[(&str, &str)] = &[
    ("/v1/services/{service}/possible-matches", "++!!!!!"),
    ("/v1/people/{id}", "!!-+---"),
    ("/v1/people/{id}/appointments", "!!-+---"),
    ("/v1/people/{id}/duties", "!!-+---"),
    ("/v1/people/{id}/data-protection", "------+"),
    ("/v1/people/{id}/subject-access", "------+"),
    ("/subject-access-request", "!!!!!!+"),
    ("/v1/people/{id}/emergency", "!!-----"),
    ("/v1/people/{id}/harm", "!!-+---"),
    ("/v1/people/{id}/knowledge-changes", "!!-+---"),
    ("/v1/people/{id}/naloxone", "!!-+---"),
    ("/v1/people/{id}/prescriptions", "!!-+---"),
    ("/v1/people/{id}/possible-matches", "!!!!!!!"),
    ("/v1/people/{id}/sharing", "!!-+---"),
    ("/v1/people/{id}/status-history", "!!-+---"),
    ("/v1/people/{id}/pathway-chart", "!!-+---"),
    ("/v1/people/{id}/timeline", "!!-+---"),
    ("/v1/people/{id}/access-log", "!!-+--+"),
    ("/v1/referrals/{id}", "!!-+---"),
    ("/v1/referrals/{id}/status-transitions", "!!-+---"),
    ("/v1/episodes/{id}", "!!-+---"),
    ("/v1/episodes/{id}/status-transitions", "!!-+---"),
    ("/v1/required-assessments/{id}", "++-+---"),
    ("/v1/references/{id}", "!!-+---"),
    ("/v1/continuity/releases", "++++---"),
    ("/v1/continuity/planned-releases", "++++---"),
    ("/v1/continuity/knowledge-changes", "++++---"),
    ("/v1/indicators/{indicator}/people", "++++---"),
    ("/v1/indicators/{indicator}/knowledge-changes", "++++-+-"),
    ("/v1/naloxone-batches/{batch}", "++++---"),
    ("/v1/services/{service}/naloxone-stock-ledger", "++++---"),
    ("/v1/services/{service}/overdue", "++++---"),
    ("/v1/services/{service}/worklists/{list}", "++++---"),
    ("/v1/break-glass/{id}", "---+--+"),
    ("/v1/possible-matches", "!!!+!!!"),
    ("/v1/suggested-merges", "++!+!!!"),
    ("/v1/events", "+++++++"),
    ("/v1/events/{id}/proof", "---+---"),
];

fn letter(status: u16) -> char {
    match status {
        200 => '+',
        204 => '0',
        404 => '-',
        403 => '!',
        _ => '?',
    }
}

/// What the roles of an organisation are answered, route by route.
fn answered(known: &Known, organisation: &str) -> Vec<(&'static str, String)> {
    let clients: Vec<_> = ROLES
        .into_iter()
        .map(|role| {
            known.county.named(
                &format!("m.{}", role.authority().to_lowercase()),
                organisation,
                role,
            )
        })
        .collect();
    let answers = SHOWS.iter().map(|(route, path)| {
        let statuses = clients
            .iter()
            .map(|client| letter(client.get(&known.at(path)).status));
        (*route, statuses.collect())
    });
    answers.collect()
}

fn compared(is: &[(&'static str, String)], should: &[(&str, &str)]) {
    let differ: Vec<_> = is
        .iter()
        .filter(|(route, letters)| {
            let expected = should.iter().find(|(expected, _)| expected == route);
            expected.is_none_or(|(_, expected)| expected != letters)
        })
        .map(|(route, letters)| format!("    (\"{route}\", \"{letters}\"),"))
        .collect();
    assert!(differ.is_empty(), "not as the table says:\n{}", differ.join("\n"));
}

#[test]
fn given_an_organisation_that_treats_the_person_then_each_role_sees_what_is_its_own() {
    let known = Known::new();
    compared(&answered(&known, &known.county.community_organisation()), TREATS);
}

#[test]
fn given_an_organisation_that_is_a_stranger_then_nobody_there_learns_that_there_is_somebody() {
    let known = Known::new();
    let elsewhere = known.county.stranger_organisation();
    compared(&answered(&known, &elsewhere), STRANGER);
    hidden_as_missing(&known, &elsewhere);
}

/// Each net holds when the other is gone. The other way round: crates/store/tests/store/row_security.rs.
#[test]
fn given_a_database_without_row_security_then_the_rules_alone_keep_strangers_out() {
    let known = Known::within(County::without_row_security());
    let elsewhere = known.county.stranger_organisation();
    compared(&answered(&known, &elsewhere), STRANGER);
    hidden_as_missing(&known, &elsewhere);
    compared(&answered(&known, &known.county.community_organisation()), TREATS);
}

/// What is there and may not be seen is answered as what is not there.
fn hidden_as_missing(known: &Known, elsewhere: &str) {
    for role in ROLES.into_iter().filter(|role| *role != Role::Auditor) {
        let client = known.county.named("m.one", elsewhere, role);
        for (_, path) in SHOWS.iter().filter(|(route, _)| route.contains("{id}")) {
            let (hidden, miss) = (client.get(&known.at(path)), client.get(&known.at(&nowhere(path))));
            assert_eq!(hidden.status, miss.status, "{path} as {role:?}");
            assert_eq!(
                without_ids(&hidden.text),
                without_ids(&miss.text),
                "{path} as {role:?}"
            );
        }
    }
}

#[test]
fn given_a_sealed_record_then_those_who_are_not_named_see_nothing_on_any_route() {
    let known = Known::new();
    let own = known.county.community_organisation();
    let officer = known.county.named("o.fficer", &own, Role::PrivacyOfficer);
    let named = [own.clone(), known.county.prison_organisation()].map(|of| {
        let worker = known.county.named("n.amed", &of, Role::Worker);
        worker.get("/v1/reference-data").expect(200);
        json!({ "organisation": of, "user": "n.amed" })
    });
    let told = json!({ "reason": "witness_protection", "named": named });
    officer.record(&known.at("/v1/people/{person}/seals"), &told);
    compared(&answered(&known, &own), SEALED);
    // What is shown names nobody and nothing of theirs.
    let colleague = known.county.named("m.one", &own, Role::Worker);
    // Whoever collects copies is no colleague.
    let lists = SHOWS
        .iter()
        .filter(|(route, _)| !route.contains("{id}"))
        // Nor are auditors.
        .filter(|(route, _)| !["/subject-access-request", "/v1/possible-matches"].contains(route));
    for (route, path) in lists {
        let text = colleague.get(&known.at(path)).expect(200).text;
        for id in ["{person}", "{referral}", "{episode}"].map(|place| known.at(place)) {
            assert!(!text.contains(&id), "{route} shows {id}: {text}");
        }
    }
}

#[test]
fn given_a_purpose_then_it_narrows_what_a_role_sees_and_what_is_none_of_theirs_is_refused() {
    let known = Known::new();
    let own = known.county.community_organisation();
    let purposes = [
        (Role::Worker, "direct_care"),
        (Role::Liaison, "liaison"),
        (Role::Auditor, "audit"),
        (Role::Administrator, "administration"),
        (Role::Commissioner, "commissioning"),
        (Role::PrivacyOfficer, "data_protection"),
        // Of nobody.
        (Role::Worker, "curiosity"),
    ];
    let mut differ = Vec::new();
    for role in ROLES {
        let client = known.county.named("m.purpose", &own, role);
        for (as_role, purpose) in purposes {
            // Whatever a worker may, a clinician may.
            let own_purpose = role == as_role || (role, as_role) == (Role::Clinician, Role::Worker);
            let narrows = match role {
                Role::Worker | Role::Clinician => as_role == Role::Liaison,
                Role::Auditor => as_role == Role::Commissioner,
                _ => false,
            };
            let judged_as = match purpose {
                "curiosity" => None,
                _ if own_purpose => Some(role),
                _ => narrows.then_some(as_role),
            };
            for (route, path) in SHOWS {
                let request = client.request(Method::GET, &known.at(path));
                let answer = client.send(request.header("x-purpose", purpose));
                let row = TREATS.iter().find(|(treats, _)| treats == route).unwrap().1;
                let expected = judged_as.map_or('!', |judged_as| {
                    let at = ROLES.iter().position(|one| *one == judged_as).unwrap();
                    row.chars().nth(at).unwrap()
                });
                if letter(answer.status) != expected {
                    differ.push(format!("{route} as {role:?} for {purpose}: {}", answer.status));
                }
            }
        }
    }
    assert!(differ.is_empty(), "{differ:#?}");
    // The person is told the purpose for which somebody looked; and what is recorded must be allowed in both roles.
    let worker = known.county.named("m.purpose", &own, Role::Worker);
    let looks = known.looks_at(&known.at("{person}"));
    let told = |purpose: &str| {
        let mut theirs = looks.iter().filter(|look| look["role"] == "worker");
        theirs.any(|look| look["purpose"] == purpose)
    };
    assert!(told("direct_care") && told("liaison"), "{looks:?}");
    let path = known.at("/v1/episodes/{episode}/contacts");
    let contact = json!({ "occurred": ago(1) });
    let record = |purpose: &str| {
        let request = worker.request(Method::POST, &path).json(&contact);
        let request = request.header("idempotency-key", new_id().to_string());
        worker.send(request.header("x-purpose", purpose)).status
    };
    assert_eq!((record("liaison"), record("direct_care")), (403, 201));
}

/// The path with an id that nothing has.
fn nowhere(path: &str) -> String {
    let (start, rest) = path.split_once('{').unwrap_or((path, ""));
    let (_, end) = rest.split_once('}').unwrap_or(("", ""));
    format!("{start}{}{end}", new_id())
}

/// A problem but for what names the request.
fn without_ids(text: &str) -> serde_json::Value {
    let mut body: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|field, _| !matches!(field.as_str(), "requestId" | "instance"));
    }
    body
}
