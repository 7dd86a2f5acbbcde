//! In prison, out of it, and what was planned.

use super::observer::{At, Observer, ROLES, SYSTEM, name};
use crate::harness::{ago, days_from, somebody, today};
use serde_json::{Value, json};

pub fn told(observer: &mut Observer<'_>) {
    let county = observer.county;
    let organisation = county.prison_organisation();
    let worker = county.prison_worker();
    let who = somebody();
    let person = county.registered(&worker, &who);
    let ids = [person.as_str()];
    let moved = |observer: &mut Observer<'_>, days: i32, movement: Value| {
        let at = At {
            template: "/v1/people/{id}/custody-movements",
            ids: &ids,
        };
        let body = json!({ "movement": movement, "occurred": ago(days) });
        observer.tell(&organisation, &person, at, body)
    };
    let (prison, other) = (&county.prison, &county.other_prison);
    moved(
        observer,
        90,
        json!({ "movementType": "ADM", "reasonCode": "N", "prison": prison }),
    );
    moved(
        observer,
        80,
        json!({ "movementType": "TRN", "reasonCode": "NOTR", "prison": prison, "toPrison": other }),
    );
    moved(
        observer,
        70,
        json!({ "movementType": "CRT", "reasonCode": "CRT", "direction": "out", "prison": other }),
    );
    moved(
        observer,
        69,
        json!({ "movementType": "CRT", "reasonCode": "CRT", "direction": "in", "prison": other }),
    );
    moved(
        observer,
        60,
        json!({ "movementType": "TAP", "reasonCode": "C3", "direction": "out", "prison": other }),
    );
    moved(
        observer,
        59,
        json!({ "movementType": "TAP", "reasonCode": "C3", "direction": "in", "prison": other }),
    );

    let at = At {
        template: "/v1/people/{id}/release-plans",
        ids: &ids,
    };
    let told = json!({ "prison": other, "plannedOn": days_from(today(), 5), "area": county.area, "occurred": ago(50) });
    let plan = observer.tell(&organisation, &person, at, told).id("plan");
    let ids_of_plan = [plan.as_str()];
    let at = At {
        template: "/v1/release-plans/{id}/revision",
        ids: &ids_of_plan,
    };
    let told = json!({ "plannedOn": days_from(today(), 9), "occurred": ago(40) });
    observer.tell(&organisation, &person, at, told);
    let at = At {
        template: "/v1/release-plans/{id}/cancellation",
        ids: &ids_of_plan,
    };
    observer.tell(&organisation, &person, at, json!({ "occurred": ago(30) }));

    let left = moved(
        observer,
        4,
        json!({ "movementType": "REL", "reasonCode": "CR", "prison": other }),
    );
    let release = left.id("release");
    let at = At {
        template: "/v1/releases/{id}/details",
        ids: &[&release],
    };
    observer.tell(
        &organisation,
        &person,
        at,
        json!({ "noFixedAbode": true, "referralOnRelease": "not_referred" }),
    );

    // A system tells by number; what no list explains is kept and becomes a work item.
    let told = json!({
        "prisonerNumber": who.prisoner_number, "occurred": ago(1),
        "movement": { "movementType": "ADMIN", "reasonCode": "X", "direction": "in", "prison": other },
    });
    let at = "/v1/custody-movements";
    for role in ROLES {
        let refused = county.staff_of(&organisation, role).post(at, &told);
        assert_eq!(refused.status, 403, "{at} as {}: {}", name(role), refused.text);
    }
    let system = county.prison_system();
    observer.around(&person, "custody.movement-unclassified", (SYSTEM, at), || {
        let kept = system.post(at, &told);
        assert!(kept.status < 300, "{}", kept.text);
    });
}
