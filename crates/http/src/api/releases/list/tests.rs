use super::*;
use jiff::ToSpan;
use jiff::civil::date;
use throughcare_domain::code::Code;
use throughcare_domain::continuity::{PrisonTreatment, Touch};
use throughcare_domain::fact::ReleaseEffect;
use throughcare_domain::id::EventId;
use throughcare_domain::rows::RowKind;

const DAY: Date = date(2026, 3, 20);

/// A release to the community `days` before the day asked for, picked up on day `picked_up`.
fn release(id: u128, days: i32, picked_up: Option<i32>) -> Row {
    let released_on = DAY.saturating_sub(days.days());
    let facts = ReleaseFacts {
        release: EventId(Uuid::from_u128(id)),
        released_on,
        known_late_days: 0,
        prison: None,
        reason: Code::parse("CR").unwrap(),
        effect: ReleaseEffect::Community,
        area: None,
        no_fixed_abode: false,
        referral_on_release: None,
        planned_for: None,
        from_court: false,
        doubtful: false,
        date_of_birth: None,
        custody_began: None,
        prison_treatment: PrisonTreatment::Open,
        referral: None,
        open_episode: None,
        first_triage: None,
        first_structured_start: picked_up.map(|day| Touch {
            service: throughcare_domain::code::ServiceCode::parse("north").unwrap(),
            on: released_on.saturating_add(day.days()),
            in_area: None,
        }),
        first_seen_again: None,
        returned: None,
        died_on: None,
        naloxone_on: None,
        opioid_need: false,
        appointments: Vec::new(),
        prescribed_by: None,
        bridge: None,
        whom: throughcare_domain::rows::Whom::default(),
        next_release_on: None,
        owners: Vec::new(),
    };
    Row {
        kind: RowKind::Release,
        id: Uuid::from_u128(id),
        service: None,
        organisation: None,
        prison: None,
        area: None,
        opened_on: released_on,
        closed_on: None,
        primary: true,
        detail: RowDetail::Release(Box::new(facts)),
    }
}

fn indices(picked: &Picked) -> Vec<usize> {
    picked.shown.iter().map(|(index, _)| *index).collect()
}

/// C1: day 21 is still due; the day after, the person is not found.
#[test]
fn a_state_is_that_of_the_day_asked_for() {
    let rows = [
        release(1, 22, None),
        release(2, 21, None),
        release(3, 10, Some(4)),
        release(4, 10, Some(11)),
    ];
    let of = |state| indices(&pick(&rows, state, DAY, 10));
    assert_eq!(of(Some("not_found")), [0]);
    assert_eq!(of(Some("due")), [1, 3], "a pick-up to come is not seen");
    assert_eq!(of(Some("picked_up")), [2]);
    assert_eq!(of(None), [0, 1, 2, 3]);
    let later = pick(&rows, Some("not_found"), DAY.tomorrow().unwrap(), 10);
    assert_eq!(indices(&later), [0, 1]);
}

/// The cursor stands after the last row looked at, shown or not, so that no row is skipped or repeated.
#[test]
fn a_full_page_ends_where_it_was_filled() {
    let rows = [
        release(1, 40, None),
        release(2, 30, Some(3)),
        release(3, 25, None),
        release(4, 24, None),
    ];
    let first = pick(&rows, Some("not_found"), DAY, 2);
    assert_eq!((indices(&first), first.full), (vec![0, 2], true));
    assert_eq!(first.last, Some((rows[2].opened_on, rows[2].id)));
    let second = pick(&rows[3..], Some("not_found"), DAY, 2);
    assert_eq!((indices(&second), second.full), (vec![0], false));
    let nothing = pick(&rows[..1], Some("died"), DAY, 2);
    assert_eq!((indices(&nothing), nothing.last.is_some()), (vec![], true));
}
