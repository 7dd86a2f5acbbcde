//! Organisations, services, and contracts that move.

use super::observer::{At, Observer, PROGRAM};
use crate::harness::{ago, days_from, somebody, today, until};
use serde_json::json;
use throughcare_http::token::Role;

pub fn told(observer: &mut Observer<'_>) {
    let county = observer.county;
    let administrator = county.administrator();
    let only = [Role::Administrator];
    let organisation = format!("{}-anew", county.community_organisation());
    let told = json!({ "organisation": organisation, "name": "Anew", "occurred": "2020-01-01" });
    let at = At {
        template: "/v1/organisations",
        ids: &[],
    };
    // By the administrators of another: the new one has nobody yet.
    observer.tell_by(&county.community_organisation(), &only, None, at, told);
    let service = |name: &str| format!("{}-{name}", county.community);
    for name in ["anew", "later"] {
        let told = json!({
            "service": service(name), "name": name, "kind": "community", "areas": [county.area], "prisons": [],
            "occurred": "2020-01-01",
        });
        let at = At {
            template: "/v1/organisations/{organisation}/services",
            ids: &[&organisation],
        };
        observer.tell_by(&organisation, &only, None, at, told);
    }
    let left = service("anew");
    observer.services.push(left.clone());
    let worker = county.staff_of(&organisation, Role::Worker);
    let person = county.registered(&worker, &somebody());
    let refer = json!({
        "person": { "personId": person }, "source": "self", "toService": left, "occurred": ago(3),
    });
    worker.record("/v1/referrals", &refer);

    let ids = [organisation.as_str(), left.as_str()];
    let of = |template| At { template, ids: &ids };
    let moving = "/v1/organisations/{organisation}/services/{service}/contract-move";
    let back = "/v1/organisations/{organisation}/services/{service}/contract-move/reversal";
    let told = json!({ "toService": service("later"), "on": days_from(today(), 30) });
    observer.tell_by(&organisation, &only, None, of(moving), told);
    observer.tell_by(&organisation, &only, None, of(back), json!({}));
    observer.services.push(service("later"));
    observer.around(
        &person,
        "treatment.provider-changed",
        (PROGRAM, "when a contract has moved"),
        || {
            let told = json!({ "toService": service("later"), "on": today() });
            let path = format!("/v1/organisations/{organisation}/services/{left}/contract-move");
            administrator.record(&path, &told);
            let state = format!("/v1/services/{left}/contract-move");
            until("the referral has gone over", || {
                (administrator.read(&state)["state"] == "complete").then_some(())
            });
        },
    );
    let at = At {
        template: "/v1/organisations/{organisation}/services/{service}/closure",
        ids: &[&organisation, &service("later")],
    };
    observer.tell_by(&organisation, &only, None, at, json!({}));
    acting(observer, &organisation);
    sealed(observer);
}

/// Somebody whom the community service treats, and whose record is shown to one worker.
fn sealed(observer: &mut Observer<'_>) {
    let county = observer.county;
    let organisation = county.community_organisation();
    let only = [Role::PrivacyOfficer];
    let worker = county.worker();
    county
        .named("n.amed", &organisation, Role::Worker)
        .get("/v1/reference-data")
        .expect(200);
    let person = county.registered(&worker, &somebody());
    let named = json!([{ "organisation": organisation, "user": "n.amed" }]);
    let at = At {
        template: "/v1/people/{id}/seals",
        ids: &[&person],
    };
    let told = json!({ "reason": "staff_as_patient", "named": named });
    let seal = observer.tell_by(&organisation, &only, None, at, told).id("seal");
    let ids = [seal.as_str()];
    let of = |template| At { template, ids: &ids };
    observer.tell_by(
        &organisation,
        &only,
        None,
        of("/v1/seals/{id}/named"),
        json!({ "named": named }),
    );
    let told = json!({ "reason": "no_longer_needed" });
    observer.tell_by(&organisation, &only, None, of("/v1/seals/{id}/lift"), told);
}

/// The systems that ask for an organisation, and its members.
fn acting(observer: &mut Observer<'_>, organisation: &str) {
    let only = [Role::Administrator];
    let path = "/v1/organisations/{organisation}/clients";
    let at = At {
        template: path,
        ids: &[organisation],
    };
    let told = json!({ "client": "a-system", "sector": "treatment", "roles": ["worker"] });
    let client = observer.tell_by(organisation, &only, None, at, told).id("client");
    let at = At {
        template: "/v1/organisations/{organisation}/clients/{registrationId}/revocation",
        ids: &[organisation, &client],
    };
    observer.tell_by(organisation, &only, None, at, json!({}));
    let at = At {
        template: "/v1/organisations/{organisation}/members",
        ids: &[organisation],
    };
    let told = json!({ "user": "a.locum", "role": "worker" });
    let member = observer.tell_by(organisation, &only, None, at, told).id("member");
    let ids = [organisation, member.as_str()];
    let of = |template| At { template, ids: &ids };
    let told = json!({ "until": days_from(today(), 30) });
    let revision = of("/v1/organisations/{organisation}/members/{memberId}/revision");
    observer.tell_by(organisation, &only, None, revision, told);
    let end = of("/v1/organisations/{organisation}/members/{memberId}/end");
    observer.tell_by(organisation, &only, None, end, json!({}));
}
