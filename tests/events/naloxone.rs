//! Kits, offers and training.

use super::observer::{At, Observer};
use crate::harness::{ago, somebody};
use serde_json::{Value, json};
use throughcare_http::token::Role;

fn kit(batch: &str) -> Value {
    json!({ "product": "nyxoid", "batch": batch, "expiresOn": "2030-01-31" })
}

pub fn told(observer: &mut Observer<'_>) {
    let county = observer.county;
    let organisation = county.community_organisation();
    let worker = county.worker();
    let person = county.registered(&worker, &somebody());
    county.in_community_treatment(&person, ago(90));
    let ids = [person.as_str()];
    let of = |template| At { template, ids: &ids };
    let service = &county.community;

    let at = At {
        template: "/v1/services/{service}/naloxone-stock",
        ids: &[service],
    };
    let told = json!({ "product": "nyxoid", "batch": "LOT-E", "expiresOn": "2030-01-31", "kits": 20, "occurred": ago(30) });
    observer.tell_by(&organisation, &[Role::Worker, Role::Clinician], None, at, told);

    let told = json!({ "service": service, "declined": "not_now", "occurred": ago(29) });
    observer.tell(
        &organisation,
        &person,
        of("/v1/people/{id}/naloxone-offers"),
        told,
    );
    let told = json!({ "service": service, "occurred": ago(28) });
    observer.tell(
        &organisation,
        &person,
        of("/v1/people/{id}/naloxone-trainings"),
        told,
    );
    let told = json!({ "service": service, "kits": [kit("LOT-E")], "occurred": ago(28) });
    let issued = observer.tell(
        &organisation,
        &person,
        of("/v1/people/{id}/naloxone-issues"),
        told,
    );
    let issued = issued.id("kit");
    let ids_of_kit = [issued.as_str()];
    let of_kit = |template| At {
        template,
        ids: &ids_of_kit,
    };
    let step = |observer: &mut Observer<'_>, at: At<'_>, body: Value| {
        observer.tell(&organisation, &person, at, body)
    };
    step(
        observer,
        of_kit("/v1/naloxone-kits/{id}/confiscation"),
        json!({ "by": "police", "occurred": ago(27) }),
    );
    step(
        observer,
        of_kit("/v1/naloxone-kits/{id}/return"),
        json!({ "occurred": ago(26) }),
    );
    step(
        observer,
        of_kit("/v1/naloxone-kits/{id}/loss"),
        json!({ "reason": "lost", "occurred": ago(25) }),
    );
    step(
        observer,
        of_kit("/v1/naloxone-kits/{id}/return"),
        json!({ "occurred": ago(24) }),
    );
    let used = json!({ "usedOn": "somebody_else", "outcome": "survived", "doses": 1, "occurred": ago(20) });
    step(observer, of_kit("/v1/naloxone-kits/{id}/use"), used);

    let (prison, prison_health) = (county.prison_worker(), county.prison_organisation());
    let inside = county.registered(&prison, &somebody());
    let received = json!({ "movementType": "ADM", "reasonCode": "N", "prison": county.prison });
    county.moved(&prison, &inside, ago(60), received);
    let told = json!({
        "service": county.prison_treatment, "prison": county.prison, "kits": [kit("LOT-P")], "occurred": ago(10),
    });
    let at = At {
        template: "/v1/people/{id}/naloxone-placements",
        ids: &[&inside],
    };
    let placed = observer.tell(&prison_health, &inside, at, told).id("kit");
    let left =
        json!({ "movementType": "REL", "reasonCode": "CR", "prison": county.prison, "area": county.area });
    county.moved(&prison, &inside, ago(2), left);
    let at = At {
        template: "/v1/naloxone-kits/{id}/handover",
        ids: &[&placed],
    };
    observer.tell(&prison_health, &inside, at, json!({ "occurred": ago(2) }));
}
