//! The fold of a service's stock, and the shelf.

use super::*;
use crate::directory::Directory;
use crate::event::RecordedEvent;
use crate::fact::*;
use crate::id::SupplyId;
use crate::rows::RowDetail;
use crate::rows::story::{Story, code, day, directory, recall_id, service};
use crate::stream::StreamId;
use uuid::Uuid;

const AT: &str = "northshire-community";

/// The events of a story, as those of the service's stream.
fn told(story: &Story) -> Vec<RecordedEvent> {
    let mut events = story.history().events().to_vec();
    for event in &mut events {
        event.envelope.stream = StreamId::service(&service(AT));
    }
    events
}

fn stock(story: &Story) -> ServiceStock {
    ServiceStock::fold(&told(story))
}

fn pack(batch: &str, expires: &str) -> Pack {
    Pack {
        product: code("nyxoid"),
        batch: code(batch),
        expires_on: day(expires),
        doses: 2,
    }
}

fn received(batch: &str, expires: &str, kits: u16) -> StockReceived {
    StockReceived {
        pack: pack(batch, expires),
        kits,
    }
}

fn removed(batch: &str, kits: u16) -> StockRemoved {
    StockRemoved {
        product: code("nyxoid"),
        batch: code(batch),
        kits,
        reason: code("expired"),
    }
}

fn counted(batch: &str, kits: u16) -> StockCounted {
    StockCounted {
        product: code("nyxoid"),
        batch: code(batch),
        kits,
    }
}

fn supply_id(n: u128) -> SupplyId {
    SupplyId(Uuid::from_u128(0x5000 + n))
}

fn supplied(n: u128, batch: &str, kits: u16) -> SuppliedToOther {
    SuppliedToOther {
        supply: supply_id(n),
        recipient: code("family_or_friend"),
        place: None,
        pack: pack(batch, "2028-01-31"),
        kits,
    }
}

fn void(of: u128) -> EventVoided {
    EventVoided {
        event: crate::rows::story::event(of),
        reason: code("entered_in_error"),
        replaced: Replaced::No,
    }
}

fn issued(batch: &str, on: &str, kits: u32) -> Issued {
    Issued {
        product: code("nyxoid"),
        batch: code(batch),
        expires_on: day("2028-01-31"),
        on: day(on),
        kits,
    }
}

fn year() -> Story {
    Story::new()
        .on("2026-01-05", received("A1", "2028-01-31", 40))
        .on("2026-02-01", supplied(1, "A1", 5))
        .on("2026-02-10", removed("A1", 3))
        .on("2026-03-01", counted("A1", 20))
}

fn line(story: &Story, issued: &[Issued], on: &str) -> ShelfLine {
    let shelf = shelf(&stock(story), issued, &Directory::default(), day(on));
    assert_eq!(shelf.lines.len(), 1, "{shelf:?}");
    shelf.lines[0].clone()
}

#[test]
fn what_is_on_hand_is_what_came_less_what_left() {
    let issues = [issued("A1", "2026-02-15", 10), issued("A1", "2026-03-10", 1)];
    let found = line(&year(), &issues, "2026-03-05");
    assert_eq!(
        (found.received, found.supplied, found.removed, found.issued),
        (40, 5, 3, 10)
    );
    assert_eq!(found.on_hand, 22);
    assert_eq!(line(&year(), &issues, "2026-03-10").on_hand, 21);
    assert_eq!(line(&year(), &issues, "2026-01-31").on_hand, 40);
}

/// The difference of a count is shown, and corrects nothing.
#[test]
fn a_count_shows_its_difference_and_changes_no_number() {
    let issues = [issued("A1", "2026-02-15", 10), issued("A1", "2026-03-10", 1)];
    let found = line(&year(), &issues, "2026-03-20");
    let count = found.last_count.unwrap();
    assert_eq!((count.kits, count.expected, count.difference()), (20, 22, -2));
    assert_eq!(found.on_hand, 21, "of the log, not of the count");
    // Once it is said what became of the two, the difference is gone: of that day, not of today.
    let settled = year().told("2026-03-01", "2026-03-20", removed("A1", 2));
    assert_eq!(
        line(&settled, &issues, "2026-03-20")
            .last_count
            .unwrap()
            .difference(),
        0
    );
}

#[test]
fn more_may_leave_than_was_received_and_the_log_says_so() {
    let found = line(&Story::new(), &[issued("A1", "2026-02-15", 2)], "2026-03-01");
    assert_eq!((found.received, found.on_hand), (0, -2));
    assert_eq!(found.expires_on, Some(day("2028-01-31")));
}

#[test]
fn a_batch_expires_soon_and_then_has_expired() {
    let story = Story::new().on("2026-01-05", received("A1", "2026-06-30", 10));
    let of = |on: &str| {
        let found = line(&story, &[], on);
        (found.expires_soon, found.expired)
    };
    assert_eq!(of("2026-04-01"), (true, false), "90 days before");
    assert_eq!(of("2026-03-31"), (false, false), "91 days before");
    assert_eq!(of("2026-06-30"), (true, false), "the last day");
    assert_eq!(of("2026-07-01"), (false, true));
}

#[test]
fn fewer_than_the_minimum_that_may_be_given_out_are_told() {
    let wish = |kits| StockMinimumSet {
        product: code("nyxoid"),
        kits,
    };
    let story = Story::new()
        .on("2026-01-05", received("A1", "2026-06-30", 10))
        .on("2026-01-05", received("B2", "2028-06-30", 4))
        .on("2026-01-05", wish(5))
        .on("2026-08-01", wish(0));
    let of = |on: &str| {
        let shelf = shelf(&stock(&story), &[], &Directory::default(), day(on));
        let product = shelf.products[0].clone();
        (product.usable, product.minimum, product.below_minimum)
    };
    assert_eq!(of("2026-06-30"), (14, Some(5), false));
    assert_eq!(
        of("2026-07-01"),
        (4, Some(5), true),
        "what is expired does not count"
    );
    assert_eq!(of("2026-08-01"), (4, None, false), "the wish was taken back");
}

#[test]
fn a_batch_that_is_called_back_may_not_be_given_out() {
    let recalled = Story::new().on(
        "2026-03-01",
        BatchRecalled {
            recall: recall_id(1),
            product: code("nyxoid"),
            batch: code("A1"),
            reason: code("manufacturer"),
        },
    );
    let ended = recalled.clone().on(
        "2026-04-01",
        RecallEnded {
            recall: recall_id(1),
            reason: code("lifted"),
        },
    );
    let usable = |story: &Story, on: &str| {
        let known = Directory::fold(story.history().events());
        let shelf = shelf(&stock(&year()), &[], &known, day(on));
        (shelf.lines[0].recall.is_some(), shelf.products[0].usable)
    };
    assert_eq!(usable(&recalled, "2026-02-28"), (false, 32));
    assert_eq!(usable(&recalled, "2026-03-01"), (true, 0));
    assert_eq!(usable(&ended, "2026-04-01"), (false, 32));
}

#[test]
fn what_was_entered_in_error_counts_as_never_told_until_the_correction_was_the_error() {
    let voided = year().on("2026-03-02", void(1));
    assert_eq!(line(&voided, &[], "2026-03-05").received, 0);
    assert_eq!(
        line(&voided.on("2026-03-03", void(5)), &[], "2026-03-05").received,
        40
    );
}

#[test]
fn the_fold_does_not_depend_on_the_order_of_arrival() {
    let story = year()
        .on("2026-03-02", void(3))
        .on("2026-03-03", received("A1", "2027-12-31", 1))
        .on("2026-03-04", supplied(2, "B2", 1));
    let shelf_of = |events: &[RecordedEvent]| {
        let stock = ServiceStock::fold(events);
        (
            shelf(&stock, &[], &Directory::default(), day("2026-03-20")),
            stock.supplies,
        )
    };
    let expected = shelf_of(&told(&story));
    for events in story.other_orders() {
        assert_eq!(shelf_of(&events), expected);
    }
}

fn steps_of(story: &Story) -> Vec<(u64, Vec<crate::rows::Row>)> {
    let events = told(story);
    let positions: Vec<u64> = events.iter().map(|event| event.envelope.position).collect();
    let known = directory();
    crate::rows::steps(&events, &positions, |_| &known)
}

/// A running fold of the projection is the fold of every prefix, corrections included.
#[test]
fn each_step_has_the_lines_of_what_was_known_then() {
    let story = year()
        .on("2026-03-02", void(2))
        .on("2026-03-03", supplied(2, "A1", 7));
    let steps = steps_of(&story);
    assert_eq!(steps.len(), 6);
    for (position, rows) in steps {
        let known: Vec<_> = told(&story)
            .into_iter()
            .filter(|event| event.envelope.position <= position)
            .collect();
        let expected = ServiceStock::fold(&known);
        let [row] = rows.as_slice() else {
            panic!("{rows:?}")
        };
        let RowDetail::Stock(detail) = &row.detail else {
            panic!("{row:?}")
        };
        let batch = &expected.batches[&(code("nyxoid"), code("A1"))];
        assert_eq!(
            detail.before_issues,
            batch.before_issues(day("2099-01-01")),
            "{position}"
        );
        assert_eq!(
            detail.supplied,
            batch.went(Way::Supplied, day("2099-01-01")),
            "{position}"
        );
        assert_eq!(row.service, Some(service(AT)));
    }
}

#[test]
fn whoever_was_told_of_a_recall_is_counted_by_kits() {
    let notice = |n, reached| SupplyRecallTold {
        supply: supply_id(n),
        recall: recall_id(1),
        how: code("telephone"),
        reached,
    };
    let story = year()
        .on("2026-03-03", supplied(2, "A1", 7))
        .on("2026-03-04", notice(1, true))
        .on("2026-03-05", notice(2, false));
    let (_, rows) = steps_of(&story).pop().unwrap();
    let RowDetail::Stock(detail) = &rows[0].detail else {
        panic!("{rows:?}")
    };
    assert_eq!(detail.supplied, 12);
    assert_eq!(
        detail.told.get(&recall_id(1)),
        Some(&5),
        "who was not reached is still to be told"
    );
}

/// An event of a stream that nobody's service has makes no line and breaks nothing.
#[test]
fn a_service_that_the_directory_does_not_know_has_no_lines() {
    let events = told(&year());
    let nobody = Directory::default();
    let steps = crate::rows::steps(&events, &[1], |_| &nobody);
    assert_eq!(steps, [(1, Vec::new())]);
}
