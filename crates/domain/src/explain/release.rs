//! The line of a release, value by value: what two readings of a list are compared by.

use super::Value;
use crate::continuity::{Reading, ReleaseFacts, assess};
use crate::directory::Directory;
use crate::id::EventId;
use crate::state::PersonState;
use jiff::civil::Date;

/// What the line of a release says on a day. What set a value is the release alone: a line keeps no more of where it comes
/// from; by which events two lines differ is asked of the person's history ([`super::caused`]).
pub fn line(facts: &ReleaseFacts, as_of: Date) -> Vec<Value> {
    let care = assess(facts, as_of, &Reading::default());
    let by = [facts.release];
    let mut values = vec![
        Value::new("/releasedOn", facts.released_on, by),
        Value::new("/state", care.state.as_str(), by),
        Value::new("/dueUntil", care.due_until, by),
        Value::new("/doubtful", facts.doubtful, by),
        Value::new("/noFixedAbode", facts.no_fixed_abode, by),
        Value::new("/crossArea", care.cross_area, by),
    ];
    let mut add = |name: &str, is: Option<String>| {
        values.extend(is.map(|is| Value::new(name, is, by)));
    };
    let day = |day: Option<Date>| day.filter(|day| *day <= as_of).map(|day| day.to_string());
    add("/prison", facts.prison.as_ref().map(ToString::to_string));
    add("/residence", facts.area.as_ref().map(ToString::to_string));
    add("/plannedFor", facts.planned_for.map(|day| day.to_string()));
    add("/pickedUpBy", care.state.picked_up_by().map(ToString::to_string));
    // How many days an open window has lasted follows from the day asked about.
    let closed = care.state.day().filter(|_| !care.state.needs_action());
    add("/day", closed.map(|day| day.to_string()));
    add("/naloxoneOn", day(facts.naloxone_on));
    let missing = care.missing.iter().map(|one| one.as_str()).collect::<Vec<_>>();
    add(
        "/missing",
        Some(missing.join(" ")).filter(|text| !text.is_empty()),
    );
    let owners = facts.owners.iter().map(ToString::to_string).collect::<Vec<_>>();
    add("/owners", Some(owners.join(" ")).filter(|text| !text.is_empty()));
    let referral = facts.referral.as_ref().filter(|made| made.sent_on <= as_of);
    add(
        "/referral/referralId",
        referral.map(|made| made.referral.0.to_string()),
    );
    add(
        "/referral/acceptedOn",
        referral.and_then(|made| day(made.accepted_on)),
    );
    for (reading, figure) in [("national", &care.national), ("local", &care.local)] {
        let asked = [
            ("inDenominator", figure.in_denominator),
            ("inNumerator", figure.in_numerator),
        ];
        for (name, answer) in asked {
            add(&format!("/{reading}/{name}"), Some(answer.as_str().to_owned()));
        }
    }
    values.sort_by(|a, b| a.name.cmp(&b.name));
    values
}

/// What the line of one of a person's releases says on a day; nothing when the release is not told, or was taken back.
pub fn line_of(state: &PersonState, release: EventId, directory: &Directory, as_of: Date) -> Vec<Value> {
    let mut releases = state.custody.community_releases();
    let found = releases.find(|one| one.id() == release && one.at.date() <= as_of);
    found.map_or_else(Vec::new, |one| {
        line(&ReleaseFacts::of(state, one, directory), as_of)
    })
}
