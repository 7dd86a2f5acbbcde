//! Stories of the pathway, told over HTTP. Each happened some weeks ago and was recorded today: late entry is
//! normal, and every view can be asked about any day.

mod appointments;
mod arrest_referral;
mod booked_before_release;
mod called_back;
mod course_of_treatment;
mod does_not_fit;
mod drawn;
mod figures;
mod forgotten;
mod growing_up;
mod in_an_emergency;
mod known_then;
mod known_under_another_name;
mod lost_at_the_gate;
mod met_on_the_street;
mod mistaken_death;
mod outcome_of_treatment;
mod overdue;
mod own_copy;
mod planned_release;
mod provider_change;
mod released_by_the_court;
mod sealed;
mod sorted;
mod tested_on_arrest;
mod told_by_hmpps;
mod told_to_the_sender;
mod trained_to_supply;
mod transfer_and_recall;
mod two_records;
mod walked_in;
mod week_in_prison;
mod week_in_the_community;
mod who_may_look;

use crate::harness::{Client, County};
use jiff::civil::Date;
use serde_json::Value;

/// The line of a release on a service's list, as the list stood on a day.
#[track_caller]
fn release_on(by: &Client, county: &County, day: Date) -> Value {
    let path = format!("/v1/continuity/releases?service={}&asOf={day}", county.community);
    let mut lines = by.list(&path);
    assert_eq!(lines.len(), 1, "one release on the list: {lines:?}");
    lines.remove(0)
}

/// A line of a worklist of the community service, as it stood on a day.
#[track_caller]
fn worklist_on(by: &Client, county: &County, list: &str, day: Date) -> Vec<Value> {
    by.list(&format!(
        "/v1/services/{}/worklists/{list}?asOf={day}",
        county.community
    ))
}

/// What is missing at a release.
fn missing(line: &Value) -> Vec<&str> {
    line["missing"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect()
}
