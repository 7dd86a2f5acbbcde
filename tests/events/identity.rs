//! Who the person is.

use super::observer::{At, Observer};
use crate::harness::{ago, somebody};
use serde_json::json;
use throughcare_http::token::Role;

pub fn told(observer: &mut Observer<'_>) {
    let county = observer.county;
    let organisation = county.community_organisation();
    let who = somebody();
    let body = json!({
        "demographics": who.demographics(), "identifiers": [who.nhs()], "residence": { "area": county.area },
        "occurred": "2021-05-01",
    });
    let people = At {
        template: "/v1/people",
        ids: &[],
    };
    let staff = [Role::Worker, Role::Clinician, Role::Liaison];
    let person = observer
        .tell_by(&organisation, &staff, None, people, body)
        .person();
    county.in_community_treatment(&person, ago(40));

    let ids = [person.as_str()];
    let of = |template| At { template, ids: &ids };
    let added = observer.tell(
        &organisation,
        &person,
        of("/v1/people/{id}/identifiers"),
        json!({ "kind": "local", "value": "northshire-case:10442" }),
    );
    let recorded = added.json()["eventIds"][0].as_str().unwrap().to_owned();
    observer.tell(
        &organisation,
        &person,
        At {
            template: "/v1/people/{id}/identifiers/{eventId}/withdrawal",
            ids: &[&person, &recorded],
        },
        json!({}),
    );
    observer.tell(
        &organisation,
        &person,
        of("/v1/people/{id}/demographics"),
        json!({ "ethnicity": "A" }),
    );
    observer.tell(
        &organisation,
        &person,
        of("/v1/people/{id}/residences"),
        json!({ "noFixedAbode": true }),
    );
    let contact = observer.tell(
        &organisation,
        &person,
        of("/v1/people/{id}/residences"),
        json!({ "area": county.area }),
    );
    let wrong = contact.json()["eventIds"][0].clone();
    observer.tell(
        &organisation,
        &person,
        of("/v1/people/{id}/corrections"),
        json!({
            "events": [wrong], "reason": "wrong_detail",
            "replacement": { "residence": { "area": county.area, "occurred": ago(3) } },
        }),
    );
    merges(observer, &person);
}

/// Two records that are one person's, and two that are not.
fn merges(observer: &mut Observer<'_>, person: &str) {
    let county = observer.county;
    let organisation = county.community_organisation();
    let [other, third] = [ago(30), ago(20)].map(|since| {
        let person = county.registered(&county.worker(), &somebody());
        county.in_community_treatment(&person, since);
        person
    });
    let ids = [person];
    let joined = observer.tell(
        &organisation,
        person,
        At {
            template: "/v1/people/{id}/merges",
            ids: &ids,
        },
        json!({ "otherPersonId": other, "attested": "known_to_worker" }),
    );
    observer.tell(
        &organisation,
        person,
        At {
            template: "/v1/merges/{id}/undoing",
            ids: &[&joined.id("merge")],
        },
        json!({ "reason": "two_people" }),
    );
    observer.tell(
        &organisation,
        person,
        At {
            template: "/v1/people/{id}/mismatches",
            ids: &ids,
        },
        json!({ "otherPersonId": third, "reason": "twins" }),
    );
}
