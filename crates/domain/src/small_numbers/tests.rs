//! What is withheld cannot be worked out.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Things of as many people, which fall into cells; a cell counts in the figures whose bit it has.
fn table(cells: &[usize], figures: usize) -> (Vec<usize>, Vec<Vec<bool>>) {
    let things: Vec<usize> = cells
        .iter()
        .enumerate()
        .flat_map(|(cell, count)| std::iter::repeat_n(cell, *count))
        .collect();
    let people = (0..things.len()).collect();
    let counts = (0..figures).map(|figure| things.iter().map(|cell| cell >> figure & 1 == 1).collect());
    (people, counts.collect())
}

/// What is published of a table: each figure, or nothing.
fn published(cells: &[usize], figures: usize) -> (Vec<Option<usize>>, Vec<usize>) {
    let (people, counts) = table(cells, figures);
    let values: Vec<usize> = counts
        .iter()
        .map(|counts| counts.iter().filter(|counts| **counts).count())
        .collect();
    let shown = shown(&people, &counts);
    let told = shown
        .iter()
        .zip(&values)
        .map(|(shown, value)| shown.then_some(*value));
    (told.collect(), values)
}

/// Every way to put things into four cells.
fn tables(total: usize) -> impl Iterator<Item = [usize; 4]> {
    (0..=total).flat_map(move |a| {
        (0..=total - a).flat_map(move |b| (0..=total - a - b).map(move |c| [a, b, c, total - a - b - c]))
    })
}

#[test]
fn given_that_somebody_knows_how_figures_are_withheld_when_they_try_every_table_then_more_than_one_value_is_left()
 {
    // Two figures that overlap, and the total of all, which everybody is told; they know the rule, too.
    let mut withheld = 0;
    for total in 1..=16 {
        let mut answers: BTreeMap<Vec<Option<usize>>, Vec<BTreeSet<usize>>> = BTreeMap::new();
        for cells in tables(total) {
            let (told, values) = published(&cells, 2);
            let open = answers.entry(told).or_insert_with(|| vec![BTreeSet::new(); 2]);
            for (open, value) in open.iter_mut().zip(values) {
                open.insert(value);
            }
        }
        for (told, open) in answers {
            for (told, open) in told.iter().zip(open) {
                if told.is_none() {
                    assert!(open.len() > 1, "{total}: {open:?}");
                    withheld += 1;
                }
            }
        }
    }
    assert!(withheld > 100, "{withheld}");
}

#[test]
fn given_a_part_that_may_be_shown_when_the_rest_may_not_then_the_part_is_withheld() {
    // The guard that hides small numbers alone would show nine of twelve, and so three.
    let people: Vec<u8> = (0..12).collect();
    let all = vec![true; 12];
    let nine: Vec<bool> = (0..12).map(|one| one < 9).collect();
    let seven: Vec<bool> = (0..12).map(|one| one < 7).collect();
    assert_eq!(shown(&people, &[all.clone(), nine.clone()]), [true, false]);
    assert_eq!(shown(&people, &[all.clone(), seven.clone()]), [true, true]);
    // Two that may be shown each, and whose difference may not.
    assert_eq!(shown(&people, &[all, seven, nine]), [true, true, false]);
}

#[test]
fn given_many_things_of_few_people_then_people_are_counted() {
    let figures = [vec![true; 12], (0..12).map(|one| one < 6).collect()];
    assert_eq!(shown(&[1; 12], &figures), [false, false]);
    let six_and_one: Vec<u8> = (0..12).map(|one| one.min(6)).collect();
    assert_eq!(shown(&six_and_one, &figures), [true, false]);
}

#[test]
fn given_nothing_to_count_or_none_that_counts_then_none_is_shown() {
    assert_eq!(shown::<u8>(&[], &[vec![], vec![]]), [true, true]);
    let people: Vec<u8> = (0..5).collect();
    assert_eq!(shown(&people, &[vec![true; 5], vec![false; 5]]), [true, true]);
    assert_eq!(shown(&people[..4], &[vec![false; 4]]), [false]);
}

proptest! {
    /// Whatever is added and subtracted of what is shown, it speaks of five people or of none; and one that counts
    /// could change places with one that does not, for each figure withheld, with nothing shown being another.
    #[test]
    fn what_is_withheld_divides_a_group_that_what_is_shown_does_not(
        things in prop::collection::vec((0_u8..12, 0_u32..64), 0..40),
    ) {
        let people: Vec<u8> = things.iter().map(|(person, _)| *person).collect();
        let figures: Vec<Vec<bool>> = (0..6)
            .map(|figure| things.iter().map(|(_, counts)| counts >> figure & 1 == 1).collect())
            .collect();
        let shown = shown(&people, &figures);
        let alike = |one: usize, other: usize| {
            figures.iter().zip(&shown).all(|(figure, shown)| !shown || figure[one] == figure[other])
        };
        for one in 0..things.len() {
            let group: BTreeSet<u8> = (0..things.len()).filter(|other| alike(one, *other)).map(|one| people[one]).collect();
            prop_assert!(group.len() >= LEAST_PEOPLE || shown.iter().all(|shown| !shown));
        }
        if BTreeSet::from_iter(&people).len() < LEAST_PEOPLE {
            return Ok(());
        }
        for (figure, _) in figures.iter().zip(&shown).filter(|(_, shown)| !*shown) {
            let open = (0..things.len()).any(|one| (0..one).any(|other| alike(one, other) && figure[one] != figure[other]));
            prop_assert!(open);
        }
    }
}
