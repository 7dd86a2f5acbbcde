//! A contract moves to another organisation: caseload, open referrals, waiting list and releases go over on the day,
//! nobody leaves treatment and nobody is new; and it can be taken back until the day after.
//!
//! Source: `domain.md` section 8, paper 002 (a new provider).

use crate::harness::{Client, County, ago, days_from, somebody, today, until};
use jiff::civil::Date;
use serde_json::{Value, json};

const LISTS: [&str; 4] = ["referrals", "triage-due", "waiting-list", "caseload"];

/// The people on each list of a service on a day.
fn on_lists(by: &Client, service: &str, day: Date) -> Vec<Vec<String>> {
    let people = |list: &str| {
        let lines = by.list(&format!("/v1/services/{service}/worklists/{list}?asOf={day}"));
        let mut people: Vec<_> = lines
            .iter()
            .map(|line| line["personId"].as_str().unwrap().to_owned())
            .collect();
        people.sort();
        people
    };
    LISTS.map(people).to_vec()
}

fn releases(by: &Client, service: &str) -> Vec<String> {
    let lines = by.list(&format!("/v1/continuity/releases?service={service}"));
    lines
        .iter()
        .map(|line| line["personId"].as_str().unwrap().to_owned())
        .collect()
}

fn move_state(by: &Client, county: &County) -> Value {
    by.read(&format!("/v1/services/{}/contract-move", county.community))
}

#[test]
fn given_a_contract_that_moves_when_its_day_has_come_then_everything_open_is_the_new_services_and_can_come_back()
 {
    let county = County::new();
    let (worker, administrator, new) = (county.worker(), county.administrator(), county.stranger());
    let refer = |person: &str, since: Date| {
        let body = json!({
            "person": { "personId": person }, "source": "self", "toService": county.community, "occurred": since,
        });
        worker.record("/v1/referrals", &body).id("referral")
    };

    // Given: somebody in treatment, somebody accepted, somebody referred, and somebody released five days ago.
    let treated = county.registered(&worker, &somebody());
    let episode = county.in_community_treatment(&treated, ago(100));
    let accepted = county.registered(&worker, &somebody());
    let referral = refer(&accepted, ago(10));
    let acceptance = format!("/v1/referrals/{referral}/acceptance");
    worker.record(&acceptance, &json!({ "occurred": ago(9) }));
    let asked = county.registered(&worker, &somebody());
    let undecided = refer(&asked, ago(2));
    let prison = county.prison_worker();
    let released = county.registered(&prison, &somebody());
    let received = json!({ "movementType": "ADM", "reasonCode": "N", "prison": county.prison });
    county.moved(&prison, &released, ago(60), received);
    let left = json!({
        "movementType": "REL", "reasonCode": "CR", "prison": county.prison, "area": county.area,
    });
    county.moved(&prison, &released, ago(5), left);

    // And naloxone: on the shelf, in the hands of the first, and of a batch that is called back.
    let batch = format!("MOVES-{}", county.community);
    let kit = json!({ "product": "nyxoid", "batch": batch, "expiresOn": days_from(today(), 400) });
    let mut stock = kit.clone();
    stock["kits"] = 10.into();
    let shelf = format!("/v1/services/{}/naloxone-stock", county.community);
    worker.record(&shelf, &stock);
    let issue = json!({ "service": county.community, "kits": [kit], "occurred": ago(20) });
    worker.record(&format!("/v1/people/{treated}/naloxone-issues"), &issue);
    let recall = json!({ "product": "nyxoid", "batch": batch, "reason": "manufacturer" });
    worker.record("/v1/naloxone-recalls", &recall);
    let to_tell = |by: &Client, service: &str| {
        let lines = by.list(&format!("/v1/services/{service}/worklists/naloxone-called-back"));
        lines
            .iter()
            .map(|line| line["personId"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(to_tell(&worker, &county.community), [json!(treated)]);

    let lists = on_lists(&worker, &county.community, today());
    assert_eq!(lists[0], std::slice::from_ref(&asked));
    assert_eq!(lists[1], std::slice::from_ref(&accepted));
    assert_eq!(lists[3], std::slice::from_ref(&treated));
    assert_eq!(
        releases(&worker, &county.community),
        std::slice::from_ref(&released)
    );
    let track = |by: &Client| by.read(&format!("/v1/people/{treated}"))["pathway"]["treatment"].clone();
    let (was, status) = (track(&worker), |track: &Value| {
        (track["status"].clone(), track["since"].clone())
    });

    // When: the contract moves today to a service of another organisation.
    let successor = county.successor();
    assert!(on_lists(&new, &successor, today()).iter().all(Vec::is_empty));
    let at = format!(
        "/v1/organisations/{}/services/{}/contract-move",
        county.community_organisation(),
        county.community
    );
    let told = json!({ "toService": successor, "on": today() });
    assert_eq!(worker.post(&at, &told).problem(403), "forbidden_scope");
    administrator.record(&at, &told);
    until("everybody has gone over", || {
        (move_state(&administrator, &county)["state"] == "complete").then_some(())
    });
    let state = move_state(&new, &county);
    assert_eq!(
        (&state["peopleMoved"], &state["peopleLeft"]),
        (&json!(4), &json!(0))
    );

    // Then: from today on everything open is on the lists of the new service; yesterday's lists are what they were.
    assert_eq!(on_lists(&new, &successor, today()), lists);
    assert!(
        on_lists(&worker, &county.community, today())
            .iter()
            .all(Vec::is_empty)
    );
    assert_eq!(on_lists(&worker, &county.community, ago(1)), lists);
    assert_eq!(releases(&new, &successor), [released]);
    assert!(releases(&worker, &county.community).is_empty());

    // The kit left the shelf it came from, whoever tells of it now.
    assert_eq!(worker.read(&shelf)["batches"][0]["onHand"], 9);
    assert!(to_tell(&worker, &county.community).is_empty());
    assert_eq!(to_tell(&new, &successor), [json!(treated)]);

    // Nobody left treatment and nobody is new: the track goes on since the same day, at the new service.
    let is = track(&new);
    assert_eq!(status(&is), status(&was));
    assert_eq!(is["service"], json!(successor));
    let shown = new.read(&format!("/v1/episodes/{episode}"));
    assert_eq!(
        (&shown["service"], &shown["openedBy"]),
        (&json!(successor), &json!(county.community))
    );
    assert_eq!(shown.get("exit"), None);

    // The new service records; the one that was left is told why it does not.
    let contacts = format!("/v1/episodes/{episode}/contacts");
    new.record(&contacts, &json!({}));
    assert_eq!(worker.post(&contacts, &json!({})).problem(403), "forbidden_scope");
    new.record(&format!("/v1/referrals/{undecided}/acceptance"), &json!({}));

    // A system that goes on referring to the service that was left reaches the new one.
    let late = somebody();
    let sent = json!({ "person": late.described(), "source": "gp", "toService": county.community });
    assert_eq!(
        worker.post("/v1/referrals", &sent).expect(422).faults()[0].1,
        "service_taken_over"
    );
    let system = county.case_system();
    let reached = system.record("/v1/referrals", &sent).id("referral");
    for who in [&new, &system] {
        assert_eq!(
            who.read(&format!("/v1/referrals/{reached}"))["toService"],
            json!(successor)
        );
    }

    // When: it is taken back on the same day.
    let reversal = format!("{at}/reversal");
    administrator.record(&reversal, &json!({}));
    until("everybody has come back", || {
        (move_state(&administrator, &county)["state"] == "taken_back").then_some(())
    });

    // Then: what was the old service's is its own again, and what the new one did stays on the record.
    let back = on_lists(&worker, &county.community, today());
    assert_eq!(back[3], std::slice::from_ref(&treated));
    let mut to_triage = vec![accepted, asked];
    to_triage.sort();
    assert_eq!(back[1], to_triage);
    assert_eq!(status(&track(&worker)), status(&was));
    let lines = worker.list(&format!("/v1/people/{treated}/timeline"));
    let told: Vec<_> = lines.iter().map(|line| line["type"].as_str().unwrap()).collect();
    assert!(told.contains(&"treatment.provider-changed"), "{told:?}");
    assert_eq!(
        administrator.post(&reversal, &json!({})).expect(422).faults()[0].1,
        "no_move"
    );
}

#[test]
fn given_a_move_that_cannot_be_when_it_is_asked_for_then_every_reason_is_told_at_once() {
    let county = County::new();
    let administrator = county.administrator();
    let at = format!(
        "/v1/organisations/{}/services/{}/contract-move",
        county.community_organisation(),
        county.community
    );
    let refused = |to: &str, on: Date| {
        let told = json!({ "toService": to, "on": on });
        let faults = administrator.post(&at, &told).expect(422).faults();
        faults.into_iter().map(|(_, code)| code).collect::<Vec<_>>()
    };
    assert_eq!(refused(&county.community, today()), ["same_service"]);
    assert_eq!(
        refused(&county.arrest_referral, days_from(today(), 400)),
        ["out_of_range", "other_kind"]
    );
    assert_eq!(refused("nobody", today()), ["unknown_service"]);
    // A move to come is planned, and takes nothing yet.
    let successor = county.successor();
    let told = json!({ "toService": successor, "on": days_from(today(), 30) });
    administrator.record(&at, &told);
    assert_eq!(move_state(&administrator, &county)["state"], "planned");
    assert_eq!(refused(&successor, today()), ["contract_moved"]);
    let person = county.registered(&county.worker(), &somebody());
    county.in_community_treatment(&person, today());
}
