//! Nobody gains sight of a record by an act of their own.
//!
//! Source: `trust.md`, "Who may see what": a relationship needs an act of someone other than the one who gains by
//! it; posting a referral must not let the sender read a stranger's record.

use super::referral;
use crate::harness::{County, ago, somebody};
use serde_json::json;

#[test]
fn given_somebody_elses_client_when_a_service_refers_them_to_itself_then_it_gets_a_record_of_its_own() {
    let (theirs, ours) = County::two();
    let who = somebody();
    let person = theirs.registered(&theirs.worker(), &who);
    theirs.in_community_treatment(&person, ago(30));

    let worker = ours.worker();
    let sent = worker
        .record("/v1/referrals", &referral(&ours, who.described()))
        .id("referral");
    let accepted = worker.record(&format!("/v1/referrals/{sent}/acceptance"), &json!({}));

    // The same number and birth, and yet a record apart, until somebody who knows both joins them.
    assert_ne!(accepted.person(), person);
    assert_eq!(
        worker.get(&format!("/v1/people/{person}")).problem(404),
        "not_found"
    );
    let own = worker.read(&format!("/v1/people/{}", accepted.person()));
    assert_eq!(own["pathway"]["treatment"]["status"], "accepted");
}

/// The control: the same request to the service that treats the person lands on the record, because accepting it is
/// somebody else's act.
#[test]
fn given_somebody_elses_client_when_another_refers_them_to_that_service_then_it_lands_on_the_record() {
    let (theirs, ours) = County::two();
    let who = somebody();
    let person = theirs.registered(&theirs.worker(), &who);
    theirs.in_community_treatment(&person, ago(30));

    let sent = ours
        .worker()
        .record("/v1/referrals", &referral(&theirs, who.described()))
        .id("referral");
    let accepted = theirs
        .worker()
        .record(&format!("/v1/referrals/{sent}/acceptance"), &json!({}));
    assert_eq!(accepted.person(), person);
}

/// A release on the list of one's own service is the prison's act: it may be taken on from the list, by its id.
#[test]
fn given_a_release_on_its_list_then_a_service_may_take_the_person_on_and_no_other_may() {
    let (county, elsewhere) = County::two();
    let (prison, who) = (county.prison_worker(), somebody());
    let person = county.registered(&prison, &who);
    let reception = json!({ "movementType": "ADM", "reasonCode": "I", "prison": county.prison });
    county.moved(&prison, &person, ago(90), reception);
    let release =
        json!({ "movementType": "REL", "reasonCode": "CR", "prison": county.prison, "area": county.area });
    county.moved(&prison, &person, ago(5), release);

    let by_id = json!({ "personId": person });
    let refused = elsewhere
        .worker()
        .post("/v1/referrals", &referral(&elsewhere, by_id.clone()));
    assert_eq!(refused.problem(404), "not_found");

    let worker = county.worker();
    assert_eq!(
        worker.get(&format!("/v1/people/{person}")).problem(404),
        "not_found"
    );
    let sent = worker
        .record("/v1/referrals", &referral(&county, by_id))
        .id("referral");
    worker.record(&format!("/v1/referrals/{sent}/acceptance"), &json!({}));
    worker.get(&format!("/v1/people/{person}")).expect(200);
}
