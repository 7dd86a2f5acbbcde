//! The bullseye of an estimate.

use super::*;
use crate::indicators::Estimate;

fn lines(people: &[Story]) -> Vec<(PersonId, Row)> {
    let each = (1..).zip(people).flat_map(|(n, story)| {
        let lines = rows(&story.state(), &directory());
        lines
            .into_iter()
            .map(move |row| (PersonId(Uuid::from_u128(n)), row))
    });
    each.collect()
}

fn estimate(people: u32) -> Estimate {
    Estimate {
        people,
        low: None,
        high: None,
        year: 2025,
        source: "somebody".to_owned(),
    }
}

#[test]
fn everybody_is_in_the_innermost_ring_that_fits() {
    let people = [
        begun(Story::new(), 1, "2026-01-05"),
        // Treated twice: now, and a year ago.
        begun(treated("2025-01-05", "2025-06-01", "85"), 2, "2026-02-01"),
        treated("2025-03-01", "2025-06-01", "80"),
        treated("2024-03-01", "2024-06-01", "80"),
        Story::new().on("2026-02-20", referral(1, "northshire-community")),
    ];
    let lines = lines(&people);
    let on = |day_of: &str, all: u32| {
        let each = lines.iter().map(|(person, row)| (*person, row));
        bullseye(each, None, day(day_of), Some(&estimate(all)), false)
    };
    let told = on("2026-03-01", 20);
    assert_eq!(told.rings, [Some(2), Some(1), Some(2)]);
    assert_eq!(told.not_known, Some(15));
    assert_eq!(told.unmet, Some((18, Some(90.0))));
    // As it was before most of it.
    assert_eq!(on("2025-06-02", 20).rings, [Some(0), Some(2), Some(1)]);
    assert_eq!(
        on("2026-03-01", 3).not_known,
        Some(0),
        "more are known than were estimated"
    );
    // Who sees no people is told nothing of so few.
    let each = || lines.iter().map(|(person, row)| (*person, row));
    let few = bullseye(each(), None, day("2026-03-01"), Some(&estimate(20)), true);
    assert_eq!((few.rings, few.not_known, few.unmet), ([None; 3], None, None));
    let other = crate::reference::SubstanceGroup::Alcohol;
    let of_alcohol = bullseye(each(), Some(other), day("2026-03-01"), None, false);
    assert_eq!(of_alcohol.rings, [Some(0); 3]);
    assert_eq!(of_alcohol.not_known, None, "no estimate");
}
