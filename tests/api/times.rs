//! As it is true today, and as it was or will be true on another day.

use super::referral;
use crate::harness::{County, ago, days_from, somebody, today};
use serde_json::json;

/// A system's clock runs ahead, or it tells of a release on the day before. The record keeps it, and today stays as
/// it is.
#[test]
fn given_a_movement_dated_tomorrow_then_it_is_kept_and_is_not_true_yet() {
    let county = County::new();
    let who = somebody();
    let person = county.registered(&county.worker(), &who);
    county.in_community_treatment(&person, ago(30));
    let system = county.prison_system();
    let tomorrow = days_from(today(), 1);
    let told = json!({
        "prisonerNumber": who.prisoner_number, "occurred": tomorrow,
        "movement": { "movementType": "ADM", "reasonCode": "N", "prison": county.prison },
    });
    system.post("/v1/custody-movements", &told).expect(202);

    let setting = |query: &str| {
        county.worker().read(&format!("/v1/people/{person}{query}"))["pathway"]["setting"]["status"].clone()
    };
    assert_eq!(setting(""), "unknown");
    assert_eq!(setting(&format!("?asOf={tomorrow}")), "prison");
}

/// W3: the waiting list on a past date, as known now and as known then. The start was told late, and dated before
/// that day: now nobody waited then, and what was known at the time still says that somebody did.
#[test]
fn w3_given_a_start_told_late_then_the_waiting_list_of_a_past_day_differs_by_when_it_is_known() {
    let county = County::new();
    let worker = county.worker();
    let mut refer = referral(&county, somebody().described());
    refer["occurred"] = json!(ago(30));
    let referred = worker.record("/v1/referrals", &refer);
    let sent = referred.id("referral");
    let path = |noun: &str| format!("/v1/referrals/{sent}/{noun}");
    let accepted = worker.record(&path("acceptance"), &json!({ "occurred": ago(29) }));
    let position = |answer: &crate::harness::Answer| answer.json()["logPosition"].as_u64().unwrap();

    let triage = json!({ "outcome": "treatment_needed", "occurred": ago(25) });
    let episode = worker.record(&path("triage"), &triage).id("episode");
    let start = json!({ "intervention": "94", "setting": "community", "occurred": ago(20) });
    worker.record(&format!("/v1/episodes/{episode}/interventions"), &start);

    let waiting = |day, known: Option<u64>| {
        let known = known
            .map(|position| format!("&knownAt={position}"))
            .unwrap_or_default();
        let list = format!(
            "/v1/services/{}/worklists/waiting-list?asOf={day}{known}",
            county.community
        );
        worker.list(&list).len()
    };
    assert_eq!(waiting(ago(10), Some(position(&accepted))), 1, "as known then");
    assert_eq!(
        waiting(ago(10), Some(position(&referred))),
        0,
        "before it was accepted"
    );
    assert_eq!(waiting(ago(10), None), 0, "as known now");
    assert_eq!(waiting(ago(22), None), 1, "as known now, before the start");
}
