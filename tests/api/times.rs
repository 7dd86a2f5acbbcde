//! As it is true today, and as it was or will be true on another day.

use crate::harness::{County, ago, days_from, somebody, today};
use serde_json::json;

/// A system's clock runs ahead, or it tells of a release on the day before. The record keeps it, and today stays as
/// it is.
#[test]
fn given_a_movement_dated_tomorrow_then_it_is_kept_and_is_not_true_yet() {
    let county = County::new();
    let who = somebody();
    let person = county.registered(&county.worker(), &who);
    county.in_community_treatment(&person, ago(30));
    let system = county.prison_system();
    let tomorrow = days_from(today(), 1);
    let told = json!({
        "prisonerNumber": who.prisoner_number, "occurred": tomorrow,
        "movement": { "movementType": "ADM", "reasonCode": "N", "prison": county.prison },
    });
    system.post("/v1/custody-movements", &told).expect(202);

    let setting = |query: &str| {
        county.worker().read(&format!("/v1/people/{person}{query}"))["pathway"]["setting"]["status"].clone()
    };
    assert_eq!(setting(""), "unknown");
    assert_eq!(setting(&format!("?asOf={tomorrow}")), "prison");
}
