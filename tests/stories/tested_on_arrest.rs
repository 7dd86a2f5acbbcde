//! A positive test on arrest leads to a required assessment and to treatment.
//!
//! Somebody is arrested for stealing from a shop and tested: cocaine and heroin. The police require an assessment at
//! the community service and refer the person there. The first time nobody comes, which the police are told; the
//! second time the person comes, the assessor says that no follow-up is needed, and treatment starts, which nobody
//! can require.
//!
//! Source: `cases.md` J1 and J2; `domain.md` 5.1.

use crate::harness::{Client, County, ago, days_from, somebody};
use serde_json::{Value, json};

#[test]
fn given_a_positive_test_on_arrest_then_an_assessment_is_required_missed_attended_and_treatment_follows() {
    let county = County::new();
    let (police, service) = (county.arrest_referral_worker(), county.worker());
    let arrested_on = ago(40);
    let person = county.registered(&police, &somebody());
    let post =
        |what: &str, body: serde_json::Value| police.record(&format!("/v1/people/{person}/{what}"), &body);

    // Given: an arrest and a test, drug by drug.
    let at = |hour: u8| format!("{arrested_on}T{hour:02}:15:00Z");
    let arrest = post(
        "arrests",
        json!({ "offence": "shoplifting", "force": "46", "occurred": at(9) }),
    )
    .id("arrest");
    let tested = json!({
        "arrestId": arrest, "trigger": "trigger_offence_arrest", "occurred": at(11),
        "results": [{ "drug": "cocaine", "result": "positive" }, { "drug": "opiates", "result": "positive" }],
    });
    let test = post("drug-tests", tested).id("drug_test");
    post(
        "liaison-contacts",
        json!({ "place": "police_custody", "outcome": "referred", "occurred": at(12) }),
    );

    // When: the police require an assessment and refer the person to the service that carries it out.
    let required = post(
        "required-assessments",
        json!({
            "service": county.community, "testId": test, "appointedOn": days_from(arrested_on, 3), "occurred": at(13),
        }),
    );
    let initial = required.id("assessment");
    let referred = json!({
        "person": { "personId": person }, "source": "drug_test_on_arrest", "fromService": county.arrest_referral,
        "toService": county.community, "occurred": arrested_on,
    });
    let referral = police.record("/v1/referrals", &referred).id("referral");

    // Then: the service sees the assessment, who it is about and what the test found; a follow-up is required too.
    let path = format!("/v1/required-assessments/{initial}");
    let seen = service.read(&path);
    assert_eq!(
        (&seen["status"], &seen["kind"]),
        (&json!("imposed"), &json!("initial"))
    );
    assert_eq!(seen["appointedOn"], days_from(arrested_on, 3).to_string());
    assert!(seen["identity"]["names"]["family"].is_string(), "{seen}");
    assert_eq!(seen["drugTest"]["results"].as_array().unwrap().len(), 2);
    let follow_up = seen["other"]["assessmentId"].as_str().unwrap().to_owned();
    assert_eq!(seen["other"]["status"], "imposed");
    assert_eq!(county.stranger().get(&path).status, 404);

    // And: it is on the list of the service that assesses, by when it is due, and on that of who imposed it; no line says
    // what the test found, and whoever may not know of a test finds no line and no number of lines.
    let list = |by: &Client, service: &str| {
        by.list(&format!("/v1/services/{service}/worklists/required-assessments"))
    };
    let lines = list(&service, &county.community);
    let line = lines.iter().find(|line| line["id"] == json!(initial)).unwrap();
    assert_eq!(
        (&line["duty"], &line["dueOn"], &line["assessment"]["kind"]),
        (
            &json!("carry_out_assessment"),
            &json!(days_from(arrested_on, 3)),
            &json!("initial")
        )
    );
    assert_eq!(lines.len(), 2, "{lines:?}");
    let text = json!(lines).to_string();
    assert!(!text.contains("cocaine") && !text.contains("positive") && !text.contains(&test));
    let imposed = list(&police, &county.arrest_referral);
    assert_eq!(imposed.len(), 2);
    assert!(imposed.iter().all(|line| line.get("dueOn").is_none()));
    let liaison = county.community_liaison();
    assert!(list(&liaison, &county.community).is_empty());
    let counted = |by: &Client| {
        let counts = by.read(&format!("/v1/services/{}/worklists", county.community));
        let lists = counts["data"].as_array().unwrap().clone();
        let found = lists
            .into_iter()
            .find(|one| one["list"] == "required-assessments");
        found.map(|one| one["lines"].clone())
    };
    assert_eq!((counted(&service), counted(&liaison)), (Some(json!(2)), None));
    // What is late is overdue for those who may know of it, and nobody else's business, the partnership's included.
    let (partnership, board) = county.partnership();
    let overdue = |by: &Client, at: &str| -> Vec<Value> {
        let lines = by.list(&format!("/v1/services/{at}/overdue")).into_iter();
        lines
            .filter(|line| line["duty"] == "carry_out_assessment" && line["personId"] == json!(person))
            .collect()
    };
    assert_eq!(overdue(&service, &county.community).len(), 1);
    assert!(overdue(&liaison, &county.community).is_empty());
    assert!(overdue(&police, &county.arrest_referral).is_empty());
    assert!(overdue(&board, &partnership).is_empty());

    // When: nobody comes. Then: the police, who cannot record it themselves, are told.
    let absence = json!({ "reason": "did_not_attend", "occurred": days_from(arrested_on, 3) });
    police.post(&format!("{path}/absence"), &absence).problem(403);
    service.record(&format!("{path}/absence"), &absence);
    let told = police.read(&path);
    assert_eq!(
        (&told["status"], &told["reason"]),
        (&json!("missed"), &json!("did_not_attend"))
    );
    assert_eq!(told["since"], days_from(arrested_on, 3).to_string());

    let line = &list(&police, &county.arrest_referral)[0];
    assert_eq!(
        line["assessment"]["missedOn"],
        json!(days_from(arrested_on, 3)),
        "{line}"
    );

    // When: the person comes after all, and the assessor says that no follow-up is needed.
    let came = json!({ "followUpNeeded": false, "occurred": days_from(arrested_on, 7) });
    service.record(&format!("{path}/attendance"), &came);

    // Then: the follow-up has lapsed, and nobody can miss it.
    let told = police.read(&format!("/v1/required-assessments/{follow_up}"));
    assert_eq!(
        (&told["status"], &told["reason"]),
        (&json!("lapsed"), &json!("not_needed"))
    );
    let absence = json!({ "reason": "did_not_attend" });
    let refused = service
        .post(&format!("/v1/required-assessments/{follow_up}/absence"), &absence)
        .expect(422);
    assert_eq!(refused.faults()[0].1, "assessment_settled");

    assert!(list(&service, &county.community).is_empty());
    assert!(list(&police, &county.arrest_referral).is_empty());

    // When: the service takes the person on and treats them.
    let on = |day: i32| json!({ "occurred": days_from(arrested_on, day) });
    service.record(&format!("/v1/referrals/{referral}/acceptance"), &on(7));
    let triaged = json!({ "outcome": "treatment_needed", "occurred": days_from(arrested_on, 7) });
    let episode = service
        .record(&format!("/v1/referrals/{referral}/triage"), &triaged)
        .id("episode");
    let start =
        json!({ "intervention": "94", "setting": "community", "occurred": days_from(arrested_on, 10) });
    service.record(&format!("/v1/episodes/{episode}/interventions"), &start);

    // And: a court makes treatment part of an order, and the person joins a cohort.
    post(
        "court-outcomes",
        json!({
            "outcome": "community_order", "requirements": [{ "kind": "drug_rehabilitation", "months": 6 }],
            "occurred": days_from(arrested_on, 20),
        }),
    );
    let cohort =
        json!({ "cohort": "integrated_offender_management", "occurred": days_from(arrested_on, 21) });
    let membership = post("cohorts", cohort).id("cohort_membership");

    // Then: the record shows the service what stands open, and the treatment.
    let shown = service.read(&format!("/v1/people/{person}"));
    assert_eq!(shown["pathway"]["treatment"]["status"], "in_treatment");
    let justice = &shown["justice"];
    assert_eq!(justice["drugTests"][0]["results"][1]["drug"], "opiates");
    let states: Vec<_> = justice["requiredAssessments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["status"])
        .collect();
    assert_eq!(states, ["attended", "lapsed"]);
    assert_eq!(justice["requirements"][0]["kind"], "drug_rehabilitation");
    assert_eq!(justice["cohorts"][0]["cohort"], "integrated_offender_management");
    let before = service.read(&format!("/v1/people/{person}?asOf={}", days_from(arrested_on, 5)));
    assert_eq!(before["justice"]["requiredAssessments"][0]["status"], "missed");

    // And: whoever left the cohort is in none.
    let left = json!({ "reason": "completed", "occurred": days_from(arrested_on, 30) });
    police.record(&format!("/v1/cohort-memberships/{membership}/end"), &left);
    let shown = service.read(&format!("/v1/people/{person}"));
    assert_eq!(shown["justice"]["cohorts"], json!([]));
}
