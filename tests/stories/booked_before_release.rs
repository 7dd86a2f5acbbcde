//! A prison's team books the first appointment with the community service before somebody is released.
//!
//! Source: `domain.md` section 2 (appointment booked, date, time and place, before the release is made).

use super::{missing, worklist_on};
use crate::harness::{Client, County, ago, days_from, somebody, today};
use jiff::civil::Date;
use serde_json::{Value, json};
use throughcare_http::token::Role;

fn at(day: Date) -> String {
    format!("{day}T10:00:00Z")
}

#[test]
fn given_a_referral_before_release_when_the_prison_books_then_both_see_it_and_the_service_has_the_last_word()
{
    let county = County::new();
    let (prison, community) = (county.prison_worker(), county.worker());
    let release_day = days_from(today(), 6);
    let day_1 = days_from(release_day, 1);

    // Given: somebody treated in prison, to be released in a week, and referred to the community service.
    let person = county.registered(&prison, &somebody());
    let received = json!({ "movementType": "ADM", "reasonCode": "I", "prison": county.prison });
    county.moved(&prison, &person, ago(90), received);
    let episode = county.in_prison_treatment(&person, ago(80));
    let plan = json!({ "prison": county.prison, "plannedOn": release_day, "area": county.area, "occurred": ago(30) });
    prison.record(&format!("/v1/people/{person}/release-plans"), &plan);
    let refer = json!({
        "person": { "personId": person }, "source": "prison", "fromService": county.prison_treatment,
        "toService": county.community, "transferOf": episode, "occurred": ago(5),
    });
    let referral = prison.record("/v1/referrals", &refer).id("referral");
    let shown = |by: &Client| by.read(&format!("/v1/referrals/{referral}"));
    let booked = |by: &Client| shown(by)["appointments"].clone();
    let planned = || {
        let path = format!("/v1/continuity/planned-releases?service={}", county.community);
        community.list(&path).remove(0)
    };
    assert!(missing(&planned()).contains(&"appointment"));

    // When: the prison's worker books a time on the day after, before the service has decided anything.
    let path = format!("/v1/referrals/{referral}/appointments");
    let body = json!({
        "kind": "release_day", "startsAt": at(day_1), "occurred": ago(4), "note": "Front desk, ask for the duty worker",
    });
    let appointment = prison.record(&path, &body).id("appointment");

    // Then: it stands on the release and on the service's list, and both see who booked it.
    assert!(!missing(&planned()).contains(&"appointment"), "{}", planned());
    let to_come = worklist_on(&community, &county, "appointments", today());
    assert_eq!(to_come[0]["appointment"]["appointmentId"], appointment);
    for by in [&prison, &community] {
        let seen = booked(by);
        assert_eq!(seen[0]["appointmentId"], appointment);
        assert_eq!(seen[0]["offeredBy"], county.prison_organisation());
        assert_eq!(seen[0]["service"], county.community);
    }

    // And: nobody else may, and the prison does not say who came.
    assert_eq!(county.stranger().post(&path, &body).status, 404);
    let liaison = county.staff_of(&county.prison_organisation(), Role::Liaison);
    assert_eq!(liaison.post(&path, &body).status, 403);
    let of = |what: &str| format!("/v1/appointments/{appointment}/{what}");
    let came: Value = json!({});
    assert_eq!(
        prison.post(&of("attendance"), &came).problem(403),
        "forbidden_scope"
    );

    // When: the prison moves what it booked, and the service moves it again.
    let moved = |day| json!({ "startsAt": at(day), "occurred": ago(2) });
    prison.record(&of("rescheduling"), &moved(days_from(day_1, 1)));
    community.record(
        &format!("/v1/referrals/{referral}/acceptance"),
        &json!({ "occurred": ago(2) }),
    );
    community.record(&of("rescheduling"), &moved(days_from(day_1, 2)));

    // Then: the prison sees the time that the service gave.
    assert_eq!(booked(&prison)[0]["startsOn"], days_from(day_1, 2).to_string());
    assert_eq!(booked(&prison)[0]["moved_from"], Value::Null);
    assert_eq!(booked(&prison)[0]["movedFrom"].as_array().map(Vec::len), Some(2));

    // When: the service offers one of its own. Then: that is not the prison's to move, nor is any once they are triaged.
    let own = json!({ "kind": "triage", "startsAt": at(days_from(day_1, 3)), "occurred": ago(1) });
    let its_own = community.record(&path, &own).id("appointment");
    let refused = prison.post(
        &format!("/v1/appointments/{its_own}/cancellation"),
        &json!({ "by": "service" }),
    );
    assert_eq!(refused.problem(403), "forbidden_scope");
    let triage = json!({ "outcome": "treatment_needed", "substances": ["1011"], "occurred": today() });
    community.record(&format!("/v1/referrals/{referral}/triage"), &triage);
    assert_eq!(prison.post(&path, &body).problem(403), "forbidden_scope");
}
