//! Small numbers: which figures somebody may be shown who sees no people.
//!
//! A count of one to four tells of somebody; so does a count that is what a total leaves when the rest is taken away,
//! whether or not anybody writes it down. So no figure is judged by itself. The figures that are shown sort the things
//! counted into groups that nobody can tell apart by them, and every group that is not empty has to be of five people
//! at least. Whatever adds and subtracts what is shown then speaks of five people or of none, and a figure that is
//! withheld divides a group, so that what is shown leaves several values open for it.
//!
//! People are counted, not things: five releases may be one person's.
//!
//! Source: `domain.md`, figures of the partnerships ("suppress <5", "small-number suppression"). None is shown: it
//! tells of nobody (own reading). This holds for one answer; who asks for two periods of which one holds the other can
//! take the one from the other.

use std::collections::{BTreeMap, BTreeSet};

/// Fewer people than this are a small number.
pub const LEAST_PEOPLE: usize = 5;

/// True for a number of people that may be shown by itself.
pub fn is_shown(people: usize) -> bool {
    people == 0 || people >= LEAST_PEOPLE
}

/// For each of some figures whether it may be shown. `of_whom` says whose each thing counted is; each figure says of
/// each thing whether it counts in it. Figures come in order of their worth: one that would make a group too small
/// beside those before it is withheld.
pub fn shown<P: Copy + Ord>(of_whom: &[P], figures: &[Vec<bool>]) -> Vec<bool> {
    let mut groups = vec![0; of_whom.len()];
    if !is_shown(people_of(of_whom, &groups).pop().unwrap_or(0)) {
        return vec![false; figures.len()];
    }
    figures
        .iter()
        .map(|counts| {
            let divided = divide(&groups, counts);
            let fits = people_of(of_whom, &divided).into_iter().all(is_shown);
            if fits {
                groups = divided;
            }
            fits
        })
        .collect()
}

/// The groups as a further figure divides them.
fn divide(groups: &[usize], counts: &[bool]) -> Vec<usize> {
    let mut numbers = BTreeMap::new();
    groups
        .iter()
        .zip(counts)
        .map(|key| {
            let next = numbers.len();
            *numbers.entry(key).or_insert(next)
        })
        .collect()
}

/// How many people each group is of, counted as far as it matters.
fn people_of<P: Copy + Ord>(of_whom: &[P], groups: &[usize]) -> Vec<usize> {
    let mut people: BTreeMap<usize, BTreeSet<P>> = BTreeMap::new();
    for (person, group) in of_whom.iter().zip(groups) {
        let counted = people.entry(*group).or_default();
        if counted.len() < LEAST_PEOPLE {
            counted.insert(*person);
        }
    }
    people.into_values().map(|counted| counted.len()).collect()
}

#[cfg(test)]
mod tests;
