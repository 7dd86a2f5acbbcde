//! Arrest referral to triage within six weeks.
//!
//! A liaison worker in police custody refers somebody to the community service. The service takes the person on and
//! sees them within six weeks (42 days); meanwhile its lists say how long everybody has been waiting.
//!
//! Source: `cases.md` W2.

use super::worklist_on;
use crate::harness::{County, ago, days_from, somebody};
use serde_json::json;

#[test]
fn given_an_arrest_referral_when_triaged_on_day_30_then_it_is_within_six_weeks() {
    let county = County::new();
    let (liaison, service) = (county.arrest_referral_worker(), county.worker());
    let arrested_on = ago(50);

    // Given: in police custody somebody asks for help, and the liaison worker refers them.
    let referred = liaison.record(
        "/v1/referrals",
        &json!({
            "person": somebody().described(),
            "source": "arrest_referral",
            "fromService": county.arrest_referral,
            "toService": county.community,
            "substances": ["1011", "3201"],
            "occurred": arrested_on,
        }),
    );
    let referral = referred.id("referral");
    assert_eq!(
        referred.header("location"),
        Some(format!("/v1/referrals/{referral}").as_str())
    );

    // Then: the community service has it on its list, with its age.
    let lines = worklist_on(&service, &county, "referrals", days_from(arrested_on, 3));
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["referralId"], referral);
    assert_eq!(lines[0]["ageDays"], 3);
    assert_eq!(lines[0]["source"], "arrest_referral");

    // When: the service accepts on day 5.
    let accepted = service.record(
        &format!("/v1/referrals/{referral}/acceptance"),
        &json!({ "occurred": days_from(arrested_on, 5) }),
    );
    let person = accepted.person();

    // Then: triage is due by day 42, and the referral is no longer waiting for an answer.
    assert_eq!(
        worklist_on(&service, &county, "referrals", days_from(arrested_on, 6)),
        [] as [serde_json::Value; 0]
    );
    let due = &worklist_on(&service, &county, "triage-due", days_from(arrested_on, 20))[0];
    assert_eq!(due["triageDueOn"], days_from(arrested_on, 42).to_string());
    // What comes first is late: no appointment was offered within a week of acceptance.
    assert_eq!(
        (&due["ageDays"], &due["duty"], &due["dueOn"], &due["overdue"]),
        (
            &json!(20),
            &json!("offer_appointment"),
            &json!(days_from(arrested_on, 12)),
            &json!(true)
        )
    );
    let before = service.read(&format!(
        "/v1/people/{person}?asOf={}",
        days_from(arrested_on, 20)
    ));
    assert_eq!(before["pathway"]["treatment"]["status"], "accepted");

    // When: the person is triaged on day 30 and needs treatment.
    let triaged = service.record(
        &format!("/v1/referrals/{referral}/triage"),
        &json!({ "outcome": "treatment_needed", "substances": ["1011"], "occurred": days_from(arrested_on, 30) }),
    );
    let episode = triaged.id("episode");

    // Then: nothing is due any more; the person waits for treatment, and the list of day 29 still shows what it showed.
    assert!(worklist_on(&service, &county, "triage-due", days_from(arrested_on, 30)).is_empty());
    assert_eq!(
        worklist_on(&service, &county, "triage-due", days_from(arrested_on, 29)).len(),
        1
    );
    let caseload = worklist_on(&service, &county, "caseload", days_from(arrested_on, 31));
    assert_eq!(caseload[0]["episodeId"], episode);
    let now = service.read(&format!("/v1/people/{person}"));
    assert_eq!(now["pathway"]["treatment"]["status"], "triaged");
    assert_eq!(
        now["pathway"]["treatment"]["since"],
        days_from(arrested_on, 30).to_string()
    );
    let history = service.read(&format!("/v1/people/{person}/status-history"));
    let statuses: Vec<_> = history["treatment"]
        .as_array()
        .unwrap()
        .iter()
        .map(|span| (&span["status"], &span["days"]))
        .collect();
    assert!(
        statuses.contains(&(&json!("referred"), &json!(5))),
        "{statuses:?}"
    );
    assert!(
        statuses.contains(&(&json!("accepted"), &json!(25))),
        "{statuses:?}"
    );

    // And: the liaison worker is told how it went, and sees nothing else of the record.
    let told = liaison.read(&format!("/v1/referrals/{referral}"));
    assert_eq!(told["status"], "triaged", "{told}");
}

#[test]
fn given_nobody_was_triaged_then_day_42_is_in_time_and_day_43_is_not() {
    let county = County::new();
    let arrested_on = ago(60);

    // Given: a referral that was accepted, and an appointment of which nothing more was heard.
    let body = json!({
        "person": somebody().described(), "source": "arrest_referral", "toService": county.community, "occurred": arrested_on,
    });
    let referral = county
        .arrest_referral_worker()
        .record("/v1/referrals", &body)
        .id("referral");
    let accepted = json!({ "occurred": days_from(arrested_on, 1) });
    county
        .worker()
        .record(&format!("/v1/referrals/{referral}/acceptance"), &accepted);

    let offer = json!({
        "kind": "triage", "startsAt": format!("{}T09:30:00Z", days_from(arrested_on, 40)),
        "occurred": days_from(arrested_on, 2),
    });
    county
        .worker()
        .record(&format!("/v1/referrals/{referral}/appointments"), &offer);

    // Then: the list says so from day 43 on.
    let overdue = |day| {
        worklist_on(
            &county.worker(),
            &county,
            "triage-due",
            days_from(arrested_on, day),
        )[0]["overdue"]
            .clone()
    };
    assert_eq!(overdue(42), false);
    assert_eq!(overdue(43), true);
}
