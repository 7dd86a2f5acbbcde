//! Nothing that is stored is missing from a copy, nobody else is in it, and what is left out leaves no trace.

use super::*;
use crate::fact::{EventVoided, IdentityDetail, MarkedNeverToMatch, Replaced, ReplacementEntered};
use crate::rows::story::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use uuid::Uuid;

fn copy(history: &History, leave: &LeaveOut) -> OwnCopy {
    OwnCopy::of(history, leave, &ReferenceData::bundled(), &directory())
}

fn copied(story: &Story, leave: &LeaveOut) -> Vec<String> {
    let copy = copy(&story.history(), leave);
    copy.entries
        .into_iter()
        .map(|entry| entry.line.sentence)
        .collect()
}

/// One stored fact of every type of event that can stand in a person's record, as the store's golden files have them.
fn stored() -> Vec<(String, Fact)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/golden");
    let mut facts = Vec::new();
    for known in EVENTS
        .iter()
        .filter(|known| !known.name.starts_with("organisation."))
    {
        let text = std::fs::read_to_string(folder.join(format!("{}.v1.json", known.name))).unwrap();
        let mut reader = serde_json::Deserializer::from_str(&text);
        let fact = Fact::read(known.name, &mut reader).expect(known.name).unwrap();
        facts.push((known.name.to_owned(), fact));
    }
    assert!(facts.len() > 100, "{}", facts.len());
    facts
}

/// Every field that holds a value, by its pointer.
fn leaves(value: &Value, at: &str, found: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                leaves(value, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                leaves(value, &format!("{at}/{index}"), found);
            }
        }
        leaf => {
            found.insert(at.to_owned(), leaf.clone());
        }
    }
}

fn fields(fact: &Fact) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    leaves(&serde_json::to_value(fact).unwrap(), "", &mut found);
    found
}

/// The values of one type in a text made for debugging, such as `UserName(j.smith)`.
fn values_of(kind: &str, text: &str) -> Vec<String> {
    let begins = format!("{kind}(");
    let rest = text.split(begins.as_str()).skip(1);
    let values = rest.filter_map(|rest| rest.split(')').next());
    values.map(|value| value.trim().to_owned()).collect()
}

/// Whoever adds a type of event, or a field, finds it here: by itself it stands in the copy, and a member of staff or
/// another person's record in it does not.
#[test]
fn every_stored_field_of_every_fact_is_in_the_copy_and_nobody_else_is() {
    let mut staff = 0;
    for (name, fact) in stored() {
        let history = Story::new().on("2026-03-01", fact.clone()).history();
        let copy = copy(&history, &LeaveOut::default());
        let entry = copy.entries.first().expect(&name);
        let shown = entry.event.fact().unwrap();
        let (is, should) = (fields(shown), fields(&fact));
        let users = values_of("UserName", &format!("{fact:?}"));
        let people = values_of("PersonId", &format!("{fact:?}"));
        let elsewhere = name == "correction.replacement-entered";
        for (pointer, value) in &should {
            let is = is.get(pointer);
            let text = value.as_str().unwrap_or_default().to_owned();
            if users.contains(&text) {
                assert_eq!(is, Some(&Value::from("staff-1")), "{name}{pointer}");
                assert!(!entry.line.sentence.contains(&text), "{}", entry.line.sentence);
                staff += 1;
            } else if people.contains(&text) {
                assert_eq!(is, Some(&Value::from(Uuid::nil().to_string())), "{name}{pointer}");
            } else if !(elsewhere && pointer.starts_with("/replaces")) {
                assert_eq!(is, Some(value), "{name}{pointer}");
            }
        }
        assert!(entry.says.is_some_and(|says| says.len() > 5), "{name}");
    }
    assert!(staff >= 7, "the golden files name staff: {staff}");
}

#[test]
fn a_member_of_staff_is_one_number_everywhere_and_another_is_another() {
    let story = Story::new()
        .on("2026-03-01", opened(1, "northshire-community"))
        .on("2026-03-02", key_worker(1, "j.smith"))
        .on("2026-03-03", key_worker(1, "a.jones"))
        .on("2026-03-04", key_worker(1, "j.smith"));
    let told = copied(&story, &LeaveOut::default());
    let who = |line: usize| told[line].split(' ').next().unwrap();
    assert_eq!(
        [who(1), who(2), who(3)],
        ["staff-1", "staff-2", "staff-1"],
        "{told:?}"
    );
}

#[test]
fn the_persons_own_records_are_named_and_those_of_others_are_not() {
    let own = Uuid::from_u128(1);
    let mark = |other: Uuid| MarkedNeverToMatch {
        other: PersonId(other),
        reason: code("twins"),
    };
    let story = Story::new()
        .on("2026-03-01", mark(own))
        .on("2026-03-02", mark(Uuid::from_u128(77)))
        .on(
            "2026-03-03",
            ReplacementEntered {
                replaces: vec![event(50)],
                from_elsewhere: true,
            },
        );
    let copy = copy(&story.history(), &LeaveOut::default());
    let facts: Vec<_> = copy
        .entries
        .iter()
        .map(|entry| entry.event.fact().cloned().unwrap())
        .collect();
    assert!(facts.contains(&mark(own).into()));
    assert!(facts.contains(&mark(Uuid::nil()).into()), "{facts:?}");
    assert!(
        facts
            .iter()
            .any(|fact| matches!(fact, Fact::ReplacementEntered(f) if f.replaces.is_empty()))
    );
}

fn void(of: u128) -> EventVoided {
    EventVoided {
        event: event(of),
        reason: code("entered_in_error"),
        replaced: Replaced::No,
    }
}

fn noted(story: &Story, nth: usize, text: &str) -> History {
    let mut events = story.history().events().to_vec();
    events[nth].identity = Some(IdentityDetail {
        note: Some(text.to_owned()),
        ..IdentityDetail::default()
    });
    History::new(events)
}

fn restricted_story() -> Story {
    Story::new()
        .on("2026-03-01", opened(1, "northshire-community"))
        .on("2026-03-02", raised(1, "cuckooing"))
        .on("2026-03-03", void(2))
        .on("2026-03-04", raised(2, "housing"))
}

#[test]
fn what_may_harm_is_marked_and_stands_until_the_officer_leaves_it_out() {
    let history = noted(&restricted_story(), 3, "Her sister says so");
    let marks = |leave: &LeaveOut| -> Vec<Vec<Review>> {
        let copy = copy(&history, leave);
        copy.entries.into_iter().map(|entry| entry.review).collect()
    };
    let restricted = vec![Review::RestrictedNeed];
    assert_eq!(
        marks(&LeaveOut::default()),
        [
            vec![],
            restricted.clone(),
            restricted.clone(),
            vec![Review::FreeText]
        ],
        "its correction tells of it as much"
    );
    let without_notes = LeaveOut {
        notes: true,
        ..LeaveOut::default()
    };
    assert_eq!(
        marks(&without_notes),
        [vec![], restricted.clone(), restricted, vec![]]
    );
    let copied = copy(&history, &without_notes);
    let notes = copied
        .entries
        .iter()
        .filter_map(|entry| entry.event.identity.as_ref());
    assert!(notes.into_iter().all(|told| told.note.is_none()));
}

/// An entry that is left out leaves neither a line nor a correction nor anything that is computed from it.
#[test]
fn what_is_left_out_leaves_no_trace() {
    let history = restricted_story().history();
    let marked = LeaveOut {
        marked: true,
        ..LeaveOut::default()
    };
    let by_id = LeaveOut {
        entries: [event(2)].into(),
        ..LeaveOut::default()
    };
    for leave in [marked, by_id] {
        let copy = copy(&history, &leave);
        let ids: Vec<_> = copy.entries.iter().map(|entry| entry.line.event).collect();
        assert_eq!(ids, [event(1), event(4)]);
        assert_eq!(copy.left_out, 2);
        assert_eq!(copy.history.now().needs.len(), 1);
        assert!(copy.history.now().voided.is_empty());
    }
    // Negative control: with it, both are there.
    assert_eq!(copy(&history, &LeaveOut::default()).entries.len(), 4);
}

#[test]
fn a_period_is_about_when_things_were_true_with_both_days() {
    let story = restricted_story();
    let copy = copy(&story.history(), &LeaveOut::default());
    let days =
        |from: Option<&str>, to: Option<&str>| copy.clone().within(from.map(day), to.map(day)).entries.len();
    assert_eq!(days(None, None), 4);
    assert_eq!(days(Some("2026-03-02"), Some("2026-03-03")), 2);
    assert_eq!(days(Some("2026-03-05"), None), 0);
    assert_eq!(days(None, Some("2026-02-28")), 0);
}

#[test]
fn what_was_erased_is_said_to_be_erased() {
    let mut event = Story::new().on("2026-01-10", received("MDI")).history().events()[0].clone();
    event.body = Body::Erased;
    let copy = copy(&History::new(vec![event]), &LeaveOut::default());
    assert_eq!(copy.entries[0].says, None);
    assert_eq!(
        copy.entries[0].line.sentence,
        "What was recorded here has been erased."
    );
}
