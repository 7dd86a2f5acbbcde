use super::*;
use crate::lists::CursorKey;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::Role;
use throughcare_domain::id::EventId;
use throughcare_domain::when::Occurred;

fn scope() -> CursorScope {
    CursorKey::new(&[7; 32]).scope("/v1/people/timeline", &["north"])
}

fn entries(ids: &[u128]) -> Vec<TimelineEntry> {
    let at: Timestamp = "2026-03-10T09:00:00Z".parse().unwrap();
    let entry = |id: &u128| TimelineEntry {
        voided: None,
        event: EventId(Uuid::from_u128(*id)),
        event_type: None,
        occurred: Occurred::At(at),
        recorded_at: at,
        days_late: 0,
        sentence: "What was recorded here has been erased.".to_owned(),
        organisation: OrganisationCode::parse("north").unwrap(),
        role: Role::Worker,
        origin: Origin::Machine,
        conflicts: Vec::new(),
    };
    ids.iter().map(entry).collect()
}

fn ids(page: &Page<TimelineLine>) -> Vec<u128> {
    page.data.iter().map(|line| line.event_id.as_u128()).collect()
}

/// A late entry that sorts before the cursor moves no line onto a second page.
#[test]
fn nothing_is_shown_twice_when_something_is_recorded_in_between() {
    let first = page(entries(&[1, 2, 3]), None, 2, &scope()).unwrap();
    assert_eq!(ids(&first), [1, 2]);
    let cursor = first.pagination.next_cursor.unwrap();
    let second = page(entries(&[9, 1, 2, 8, 3]), Some(&cursor), 2, &scope()).unwrap();
    assert_eq!((ids(&second), second.pagination.has_more), (vec![8, 3], false));
}

#[test]
fn a_cursor_of_an_event_that_is_not_there_is_refused() {
    let cursor = scope().write(&Uuid::from_u128(77).to_string());
    let problem = page(entries(&[1, 2]), Some(&cursor), 2, &scope()).unwrap_err();
    assert_eq!(problem.kind(), ProblemKind::CursorInvalid);
}

#[test]
fn a_query_says_when_and_which_page() {
    let query: TimelineQuery = crate::query::read("asOf=2026-03-01&perPage=5").unwrap();
    assert_eq!(query.per_page, Some(5));
    assert!(crate::query::read::<TimelineQuery>("perPage=0").is_err());
}
