//! A service's naloxone: counted, taken out, given to others, called back; and who is trained to give it.

use super::observer::{At, Observer};
use crate::harness::{ago, days_from, somebody, today};
use serde_json::json;
use throughcare_http::token::Role;

pub fn told(observer: &mut Observer<'_>) {
    let county = observer.county;
    let organisation = county.community_organisation();
    let worker = county.worker();
    let (service, batch) = (county.community.as_str(), format!("LOT-{}", county.community));
    let expires_on = days_from(today(), 400);
    let stock = |template| At {
        template,
        ids: std::slice::from_ref(&service),
    };
    let workers = [Role::Worker, Role::Clinician];

    let told = json!({ "product": "nyxoid", "batch": batch, "expiresOn": expires_on, "kits": 20, "occurred": ago(30) });
    worker.record(&format!("/v1/services/{service}/naloxone-stock"), &told);
    let told =
        json!({ "batches": [{ "product": "nyxoid", "batch": batch, "kits": 19 }], "occurred": ago(29) });
    observer.tell_by(
        &organisation,
        &workers,
        None,
        stock("/v1/services/{service}/naloxone-stock-counts"),
        told,
    );
    let told =
        json!({ "product": "nyxoid", "batch": batch, "kits": 2, "reason": "lost", "occurred": ago(28) });
    observer.tell_by(
        &organisation,
        &workers,
        None,
        stock("/v1/services/{service}/naloxone-stock-removals"),
        told,
    );
    let told = json!({ "product": "nyxoid", "kits": 9 });
    observer.tell_by(
        &organisation,
        &workers,
        None,
        stock("/v1/services/{service}/naloxone-stock-minimums"),
        told,
    );
    let kits = json!({ "product": "nyxoid", "batch": batch, "expiresOn": expires_on, "kits": 2 });
    let told =
        json!({ "recipient": "service_worker", "place": "hostel", "kits": [kits], "occurred": ago(20) });
    let supplied = observer.tell_by(
        &organisation,
        &workers,
        None,
        stock("/v1/services/{service}/naloxone-supplies"),
        told,
    );
    let supply = supplied.id("supply");

    let person = county.registered(&worker, &somebody());
    county.in_community_treatment(&person, ago(90));
    let one = json!({ "product": "nyxoid", "batch": batch, "expiresOn": expires_on });
    let told = json!({ "service": service, "kits": [one], "occurred": ago(15) });
    let kit = worker
        .record(&format!("/v1/people/{person}/naloxone-issues"), &told)
        .id("kit");

    let both = [Role::Worker, Role::Clinician, Role::Administrator];
    let at = At {
        template: "/v1/naloxone-recalls",
        ids: &[],
    };
    let told = json!({ "product": "nyxoid", "batch": batch, "reason": "manufacturer", "occurred": ago(3) });
    let recall = observer
        .tell_by(&organisation, &both, None, at, told)
        .id("recall");
    let at = At {
        template: "/v1/naloxone-kits/{id}/recall-notice",
        ids: &[&kit],
    };
    observer.tell(
        &organisation,
        &person,
        at,
        json!({ "recall": recall, "how": "in_person" }),
    );
    let at = At {
        template: "/v1/services/{service}/naloxone-supplies/{supply}/recall-notice",
        ids: &[service, &supply],
    };
    observer.tell_by(
        &organisation,
        &workers,
        None,
        at,
        json!({ "recall": recall, "how": "telephone" }),
    );
    let at = At {
        template: "/v1/naloxone-recalls/{id}/end",
        ids: &[&recall],
    };
    observer.tell_by(&organisation, &both, None, at, json!({ "reason": "completed" }));

    let at = At {
        template: "/v1/organisations/{organisation}/worker-trainings",
        ids: &[&organisation],
    };
    let told =
        json!({ "worker": "j.smith", "training": "naloxone_supply", "expiresOn": days_from(today(), 700) });
    observer.tell_by(&organisation, &both, None, at, told);
}
