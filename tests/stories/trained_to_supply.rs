//! Who may give naloxone out: the training register, and the list that asks for it.
//!
//! Source: `domain.md` section 4 (regulation 237A).

use crate::harness::{County, ago, days_from, somebody, today};
use serde_json::json;

#[test]
fn given_a_custody_suite_when_its_staff_are_trained_then_they_may_give_naloxone_out() {
    let county = County::new();
    let officer = county.custody_officer();
    let supplies = format!("/v1/services/{}/naloxone-supplies", county.arrest_referral);
    let kit = json!({ "product": "nyxoid", "batch": "C1", "expiresOn": days_from(today(), 400), "kits": 1 });
    let give = |on| json!({ "recipient": "person_at_risk", "place": "custody_suite", "kits": [kit], "occurred": on });

    // Given: nobody is trained.
    let refused = officer.post(&supplies, &give(today()));
    assert_eq!(refused.problem(422), "refused");
    assert_eq!(
        refused.faults(),
        [("/service".to_owned(), "supplier_not_trained".to_owned())]
    );
    assert!(
        refused.text.contains("Storage and supply of naloxone"),
        "{}",
        refused.text
    );
    // A system is not refused what was done; it is flagged.
    let kept = county.custody_system().record(&supplies, &give(today())).json();
    assert_eq!(kept["flags"], json!(["supplier_not_trained"]));

    // When: the officer is put on the register, by nobody from elsewhere.
    let register = format!(
        "/v1/organisations/{}/worker-trainings",
        county.police_organisation()
    );
    let training = json!({
        "worker": "custody-officer", "training": "naloxone_supply",
        "occurred": ago(10), "expiresOn": days_from(today(), 30),
    });
    county.stranger().post(&register, &training).problem(403);
    officer.record(&register, &training);

    // Then: they may, from the day of the training on.
    officer.record(&supplies, &give(today()));
    assert_eq!(
        officer.post(&supplies, &give(ago(11))).faults()[0].1,
        "supplier_not_trained"
    );
    let listed = |query: &str| officer.list(&format!("{register}{query}"));
    assert_eq!(listed("").len(), 1);
    assert_eq!(
        listed(&format!("?expiringBy={}", days_from(today(), 29))).len(),
        0
    );
    assert_eq!(
        listed(&format!("?expiringBy={}", days_from(today(), 30)))[0]["worker"],
        "custody-officer"
    );
    assert_eq!(county.stranger().get(&register).problem(404), "not_found");

    // A treatment service needs no training by the regulation.
    let worker = county.worker();
    let person = county.registered(&worker, &somebody());
    county.in_community_treatment(&person, ago(20));
    let kits = json!([{ "product": "nyxoid", "batch": "C1", "expiresOn": days_from(today(), 400) }]);
    let issue = json!({ "service": county.community, "kits": kits });
    worker.record(&format!("/v1/people/{person}/naloxone-issues"), &issue);
}
