//! What a receiver is told and what not, and what administrators do with webhooks.

use super::receiver::Receiver;
use super::{administrator, started, webhook, worker};
use crate::harness::{Place, ago, somebody, until};
use crate::lifecycle::{ORGANISATION, SERVICE, case_system, set_up};
use serde_json::{Value, json};
use std::thread;
use std::time::Duration;
use throughcare_http::token::Role;

const PRISON: &str = "northshire-prison";

/// Long enough for what must not be told to have been told: many turns of the worker.
const A_WHILE: Duration = Duration::from_secs(2);

fn from_prison(place: &Place, program: &crate::harness::Program) -> (String, String) {
    let prison = program.client(place.token("nomis", None, PRISON, Role::Liaison), true);
    let asked = json!({
        "person": { "demographics": somebody().demographics() }, "source": "prison", "toService": SERVICE,
    });
    let referral = prison.record("/v1/referrals", &asked).id("referral");
    let read = worker(place, program).read(&format!("/v1/referrals/{referral}"));
    (referral, read["personId"].as_str().unwrap().to_owned())
}

#[test]
fn given_a_sender_a_service_and_a_stranger_then_each_is_told_what_it_may_know_and_no_more() {
    let place = Place::new();
    let program = started(&place);
    set_up(&place, &program);
    let (ours, theirs, others) = (Receiver::new(), Receiver::new(), Receiver::new());
    let records = (ORGANISATION, "records", Role::Worker);
    let (our_hook, _) = webhook(&place, &program, records, &ours.url());
    webhook(&place, &program, (PRISON, "nomis", Role::Liaison), &theirs.url());
    webhook(
        &place,
        &program,
        ("elsewhere", "strangers", Role::Worker),
        &others.url(),
    );

    // A prison refers somebody; the service takes them on and raises a need.
    let (referral, person) = from_prison(&place, &program);
    let works = worker(&place, &program);
    works.record(&format!("/v1/referrals/{referral}/acceptance"), &json!({}));
    works.record(
        &format!("/v1/people/{person}/needs"),
        &json!({ "need": "housing", "occurred": ago(0) }),
    );
    let updated = |got: &[super::receiver::Got]| {
        got.iter().any(|one| {
            one.event_type() == "throughcare.person.updated" && one.body.to_string().contains(&person)
        })
    };
    let got = ours.wait("the service is told of its own", updated);
    assert!(
        got.iter().all(|one| !one.body.to_string().contains("housing")),
        "what it is stands elsewhere"
    );
    // The sender is told that its referral has gone a step further, by the referral's id alone.
    let stages = |got: &[super::receiver::Got]| {
        got.iter()
            .filter(|one| one.body.to_string().contains(&referral))
            .count()
            >= 2
    };
    theirs.wait("the sender is told of the stages", stages);
    thread::sleep(A_WHILE);
    for one in theirs.got() {
        assert!(!one.body.to_string().contains(&person), "{one:?}");
        if one.event_type() == "throughcare.referral.updated" {
            let id = json!([{ "type": "THROUGHCARE_REFERRAL", "value": referral }]);
            assert_eq!(one.body["personReference"]["identifiers"], id);
            let url = one.body["detailUrl"].as_str().unwrap();
            assert!(url.ends_with(&format!("/v1/referrals/{referral}")), "{url}");
        }
    }
    assert!(others.got().is_empty(), "{:?}", others.got());
    // That somebody was told of the person is on record.
    let auditor = program.client(
        place.token("audit", Some("auditor"), "county-audit", Role::Auditor),
        false,
    );
    let looks = auditor.list(&format!("/v1/people/{person}/access-log?perPage=100"));
    let notices: Vec<_> = looks.iter().filter(|look| look["shown"] == "notice").collect();
    for client in ["records", "nomis"] {
        assert!(
            notices
                .iter()
                .any(|look| look["client"] == client && look["asked"] == "WEBHOOK"),
            "{notices:?}"
        );
    }
    assert!(notices.iter().all(|look| look["client"] != "strangers"));

    // What waits is judged again when it is sent: the record is sealed meanwhile.
    ours.answers_with(503);
    works.record(
        &format!("/v1/people/{person}/needs"),
        &json!({ "need": "debt", "occurred": ago(0) }),
    );
    let admin = administrator(&place, &program, ORGANISATION);
    let waiting = format!("/v1/webhooks/{our_hook}/deliveries?state=waiting");
    until("it was tried", || {
        let lines = admin.list(&waiting);
        lines.iter().any(|line| line["status"] == 503).then_some(())
    });
    let officer = program.client(
        place.token("privacy", Some("o.fficer"), ORGANISATION, Role::PrivacyOfficer),
        false,
    );
    let named = json!([{ "organisation": ORGANISATION, "user": "w.orker" }]);
    let seal = officer.post(
        &format!("/v1/people/{person}/seals"),
        &json!({ "reason": "witness_protection", "named": named }),
    );
    seal.expect(201);
    until("nothing waits any more", || {
        admin.list(&waiting).is_empty().then_some(())
    });
    ours.answers_with(204);
    let before = ours.got().len();
    works.record(
        &format!("/v1/people/{person}/needs"),
        &json!({ "need": "employment", "occurred": ago(0) }),
    );
    thread::sleep(A_WHILE);
    let told = &ours.got()[before..];
    assert!(
        told.iter().all(|one| !one.body.to_string().contains(&person)),
        "{told:?}"
    );
    // A system that may not ask any more is told nothing, and its administrators see why.
    let path = format!("/v1/organisations/{ORGANISATION}/clients");
    let clients = admin.list(&path);
    let registered = clients.iter().find(|one| one["client"] == "records").unwrap();
    let revoked = format!(
        "{path}/{}/revocation",
        registered["registrationId"].as_str().unwrap()
    );
    admin.post(&revoked, &json!({})).expect(201);
    from_prison(&place, &program);
    let one = until("it is disabled", || {
        let one = admin.read(&format!("/v1/webhooks/{our_hook}"));
        (one["webhook"]["state"] == "disabled").then_some(one)
    });
    assert_eq!(one["webhook"]["disabledReason"], "disabled_not_registered");
    assert_eq!(one["happenings"][0]["what"], "disabled_not_registered");
}

#[test]
fn given_a_receiver_that_is_gone_then_it_is_told_nothing_until_an_administrator_has_it_replay() {
    let place = Place::new();
    let program = started(&place);
    set_up(&place, &program);
    let receiver = Receiver::new();
    let (id, secret) = webhook(
        &place,
        &program,
        (ORGANISATION, "records", Role::Worker),
        &receiver.url(),
    );
    let admin = administrator(&place, &program, ORGANISATION);
    let at = format!("/v1/webhooks/{id}");
    let made_at = admin.read(&at)["webhook"]["position"].as_u64().unwrap();

    receiver.answers_with(410);
    let (first, _) = from_prison(&place, &program);
    let one = until("it is disabled", || {
        let one = admin.read(&at);
        (one["webhook"]["state"] == "disabled").then_some(one)
    });
    assert_eq!(one["webhook"]["disabledReason"], "disabled_gone");
    assert_eq!(one["happenings"][0]["what"], "disabled_gone");
    let before = receiver.got().len();
    let (second, _) = from_prison(&place, &program);
    receiver.answers_with(204);
    thread::sleep(A_WHILE);
    assert_eq!(receiver.got().len(), before, "nothing more is told");

    // It comes back: nothing is missing, and what it is told again it knows by the id.
    let position = admin.read(&at)["webhook"]["position"].as_u64().unwrap();
    let replay = admin.post(&format!("{at}/replays"), &json!({ "after": position }));
    assert_eq!(replay.expect(202).json()["after"], position);
    let holds = |referral: &str, all: &[super::receiver::Got]| {
        all.iter()
            .any(|one| one.answered == 204 && one.body.to_string().contains(referral))
    };
    receiver.wait("both are told", |all| holds(&first, all) && holds(&second, all));
    let taken = until("all is told", || {
        admin
            .list(&format!("{at}/deliveries?state=waiting"))
            .is_empty()
            .then(|| receiver.taken())
    });
    admin
        .post(&format!("{at}/replays"), &json!({ "after": made_at }))
        .expect(202);
    receiver.wait("everything is told again", |all| {
        all.iter().filter(|one| one.answered == 204).count() >= 2 * taken.len()
    });
    let again = receiver.taken();
    assert_eq!(again.len(), taken.len(), "nothing twice after dedupe by id");

    // An administrator tries it: a message that tells of nothing, and what came back.
    let before = receiver.got().len();
    let test = format!("{at}/test");
    let tried = admin.post(&test, &json!({})).expect(200).json();
    assert_eq!((&tried["taken"], &tried["status"]), (&json!(true), &json!(204)));
    let got = receiver.got()[before..]
        .iter()
        .find(|got| got.event_type() == "throughcare.webhook.tried")
        .cloned()
        .expect("it arrived before it was answered");
    assert_eq!(tried["messageId"], got.id);
    assert!(got.is_signed_with(&secret) && got.body.get("personReference").is_none());
    assert!(got.body["detailUrl"].as_str().unwrap().ends_with(&at));
    assert_eq!(admin.read(&at)["happenings"][0]["what"], "tested");
    // What it answers is told and changes nothing.
    receiver.answers_with(410);
    let tried = admin.post(&test, &json!({})).expect(200).json();
    assert_eq!((&tried["taken"], &tried["status"]), (&json!(false), &json!(410)));
    assert_eq!(admin.read(&at)["webhook"]["state"], "active");
    receiver.answers(|_| (None, Duration::ZERO));
    let tried = admin.post(&test, &json!({})).expect(200).json();
    assert_eq!(tried["fault"], "the connection broke", "{tried}");
    receiver.answers_with(204);
    worker(&place, &program).post(&test, &json!({})).problem(403);
    administrator(&place, &program, PRISON)
        .post(&test, &json!({}))
        .problem(404);
    let system = program.client(place.token("auto", None, ORGANISATION, Role::Administrator), true);
    system.post(&test, &json!({})).problem(403);
    // Six a minute: whoever may send must not hammer somebody else's machine.
    let refused =
        (0..6).find_map(|_| Some(admin.post(&test, &json!({}))).filter(|answer| answer.status != 200));
    assert_eq!(
        refused.expect("there is an end").problem(429),
        "too_many_requests"
    );

    // While the secret changes, either secret fits.
    let rotated = admin
        .post(&format!("{at}/secret-rotation"), &json!({}))
        .expect(200)
        .json();
    let new = rotated["secret"].as_str().unwrap();
    let before = receiver.got().len();
    from_prison(&place, &program);
    let got = receiver.wait("it is told with two signatures", |all| all.len() > before);
    let last = got.last().unwrap();
    assert_eq!(last.signatures(), 2);
    assert!(last.is_signed_with(new) && last.is_signed_with(&secret) && new != secret);

    // It ends, and nothing more is told.
    let request = admin.request(reqwest::Method::DELETE, &at);
    assert_eq!(admin.send(request).status, 204);
    let before = receiver.got().len();
    from_prison(&place, &program);
    thread::sleep(A_WHILE);
    assert_eq!(receiver.got().len(), before);
    assert_eq!(admin.read(&at)["webhook"]["state"], "ended");
    assert!(admin.read("/v1/webhooks")["data"].as_array().unwrap().is_empty());
}

#[test]
fn given_who_may_not_or_what_cannot_be_then_no_webhook_is_made() {
    let place = Place::new();
    // No network is allowed, and what fails is tried once more.
    let mut command = place.serve();
    command.args(["--webhook-retries", "1"]);
    let program = place.start_and_read(command, "answers on").0;
    set_up(&place, &program);
    place.token("records", None, ORGANISATION, Role::Worker);
    let admin = administrator(&place, &program, ORGANISATION);
    let asked = |url: &str| json!({ "client": "records", "role": "worker", "url": url });
    let good = asked("https://records.example.org/notices");
    for inside in [
        "https://127.0.0.1/",
        "https://10.0.0.8/x",
        "https://[::1]/",
        "https://169.254.169.254/",
    ] {
        let refused = admin.post("/v1/webhooks", &asked(inside));
        refused.problem(422);
        assert_eq!(
            refused.faults(),
            [("/url".to_owned(), "bad_url".to_owned())],
            "{inside}"
        );
    }
    admin
        .post("/v1/webhooks", &asked("http://records.example.org/"))
        .problem(422);
    let mut odd = good.clone();
    odd["events"] = json!(["throughcare.person.updated", "throughcare.person.overdosed"]);
    assert_eq!(
        admin.post("/v1/webhooks", &odd).faults(),
        [("/events/1".to_owned(), "unknown_code".to_owned())]
    );
    let mut odd = good.clone();
    odd["role"] = json!("liaison");
    assert_eq!(admin.post("/v1/webhooks", &odd).faults()[0].1, "not_registered");
    let mut odd = good.clone();
    odd["role"] = json!("administrator");
    assert_eq!(admin.post("/v1/webhooks", &odd).faults()[0].1, "sees_nobody");
    worker(&place, &program).post("/v1/webhooks", &good).problem(403);
    case_system(&place, &program, "records")
        .post("/v1/webhooks", &good)
        .problem(403);
    let system = program.client(place.token("auto", None, ORGANISATION, Role::Administrator), true);
    system.post("/v1/webhooks", &good).problem(403);

    // A name that leads inside is refused when something is sent, not when it is resolved for the first time.
    let by_name = admin
        .post("/v1/webhooks", &asked("https://localhost:1/"))
        .expect(201)
        .json();
    let id = by_name["webhook"]["webhookId"].as_str().unwrap().to_owned();
    from_prison(&place, &program);
    let line = until("it was tried, and given up", || {
        let lines = admin.list(&format!("/v1/webhooks/{id}/deliveries?state=parked"));
        lines.into_iter().next()
    });
    assert_eq!(line["attempts"], 2);
    assert_eq!(line["fault"], "the address is not allowed", "{line}");
    let tried = admin.post(&format!("/v1/webhooks/{id}/test"), &json!({}));
    let tried = tried.expect(200).json();
    assert_eq!(tried["fault"], "the address is not allowed", "{tried}");
    // Everything was recorded today.
    let replays = format!("/v1/webhooks/{id}/replays");
    let since = admin
        .post(&replays, &json!({ "since": ago(1) }))
        .expect(202)
        .json();
    assert_eq!(since["after"], 0);
    let both = admin.post(&replays, &json!({ "since": ago(1), "after": 0 }));
    assert_eq!(both.faults(), [(String::new(), "one_of".to_owned())]);

    // The same key is answered the same; another organisation's webhook is nobody's.
    let key = crate::harness::new_id().to_string();
    let made = |body: &Value| admin.post_keyed("/v1/webhooks", &key, body);
    let (one, two) = (made(&good).expect(201).json(), made(&good).expect(201).json());
    assert_eq!(one, two);
    made(&asked("https://other.example.org/")).problem(422);
    let foreign = administrator(&place, &program, PRISON);
    foreign.get(&format!("/v1/webhooks/{id}")).problem(404);
    foreign.get(&format!("/v1/webhooks/{id}/deliveries")).problem(404);
    foreign
        .post(&format!("/v1/webhooks/{id}/replays"), &json!({ "after": 0 }))
        .problem(404);
    foreign
        .post(&format!("/v1/webhooks/{id}/secret-rotation"), &json!({}))
        .problem(404);
    assert!(
        foreign.read("/v1/webhooks")["data"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    // Twenty are enough.
    for one in 2..20 {
        admin
            .post(
                "/v1/webhooks",
                &asked(&format!("https://records.example.org/{one}")),
            )
            .expect(201);
    }
    let many = admin.post("/v1/webhooks", &asked("https://records.example.org/20"));
    many.problem(422);
    assert_eq!(many.faults()[0].1, "too_many_webhooks");
}
