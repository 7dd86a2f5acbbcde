//! What those who run it see of webhooks: metrics and the doctor.

use super::receiver::Receiver;
use super::{administrator, serve, webhook};
use crate::harness::{Place, until};
use crate::lifecycle::{ORGANISATION, case_system, referral, set_up};
use crate::operations::{Watched, doctor};
use serde_json::json;
use throughcare_http::token::Role;

fn webhooks(state: &str) -> String {
    format!("throughcare_webhooks{{state=\"{state}\"}}")
}

fn deliveries(state: &str) -> String {
    format!("throughcare_webhook_deliveries{{state=\"{state}\"}}")
}

fn attempts(outcome: &str) -> String {
    format!("throughcare_webhook_attempts_total{{outcome=\"{outcome}\"}}")
}

#[test]
fn given_a_receiver_that_takes_fails_and_is_gone_then_metrics_count_it_and_the_doctor_says_since_when() {
    let place = Place::new();
    let watched = Watched::start(&place, serve(&place));
    let program = &watched.program;
    set_up(&place, program);
    let receiver = Receiver::new();
    let (id, _) = webhook(
        &place,
        program,
        (ORGANISATION, "records", Role::Worker),
        &receiver.url(),
    );
    let sends = case_system(&place, program, "sender");
    sends.record("/v1/referrals", &referral("1"));
    let page = until("something was taken", || {
        let page = watched.page();
        (page.value(&attempts("delivered")) >= 1.0 && page.value(&deliveries("waiting")) == 0.0)
            .then_some(page)
    });
    assert_eq!(page.value(&webhooks("active")), 1.0);
    assert_eq!(page.value(&webhooks("failing")), 0.0);
    assert_eq!(page.value(&attempts("faulty")), 0.0);
    assert_eq!(page.value("throughcare_webhook_healthy"), 1.0);
    let (_, told) = doctor(&place);
    assert!(told.contains("ok    webhooks: 1 active, 0 disabled"), "{told}");
    assert!(!told.contains(&id), "the control: {told}");

    receiver.answers_with(503);
    sends.record("/v1/referrals", &referral("2"));
    let page = until("it fails", || {
        let page = watched.page();
        (page.value(&webhooks("failing")) == 1.0).then_some(page)
    });
    assert!(page.value(&attempts("faulty")) >= 1.0 && page.value(&deliveries("waiting")) >= 1.0);
    assert!(page.value("throughcare_webhook_oldest_due_seconds") < 300.0);
    for name in [id.as_str(), ORGANISATION, "records", "127.0.0.1"] {
        let labelled = page.text_of("webhook");
        assert!(!labelled.contains(name), "{name} in {labelled}");
    }
    let (_, told) = doctor(&place);
    let line = format!("note  webhook {id} of {ORGANISATION}: fails since 20");
    assert!(told.contains(&line), "{told}");

    receiver.answers_with(410);
    let page = until("it is disabled", || {
        let page = watched.page();
        (page.value(&webhooks("disabled")) == 1.0).then_some(page)
    });
    assert_eq!(page.value(&webhooks("active")), 0.0);
    assert!(page.value(&attempts("gone")) >= 1.0);
    let (_, told) = doctor(&place);
    let line = format!("note  webhook {id} of {ORGANISATION}: disabled since 20");
    assert!(told.contains(&line) && told.contains("disabled_gone"), "{told}");

    receiver.answers_with(204);
    let replay = format!("/v1/webhooks/{id}/replays");
    administrator(&place, program, ORGANISATION)
        .post(&replay, &json!({ "after": 0 }))
        .expect(202);
    until("it is told again", || {
        let page = watched.page();
        let well = page.value(&webhooks("failing")) == 0.0 && page.value(&webhooks("active")) == 1.0;
        (well && page.value(&deliveries("waiting")) == 0.0).then_some(())
    });
    assert!(!doctor(&place).1.contains(&id));
}
