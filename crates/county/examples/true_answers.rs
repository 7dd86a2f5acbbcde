//! `cargo run --release -p throughcare-county --example true_answers -- [PEOPLE] [SEED]`: five years of a county whose
//! script knows the true answers (20,000 people), counted by the domain, and held against the books: every indicator, quarter,
//! area and service. Where they differ, people are named whose own figures differ, with the script of the shortest life.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Instant;
use throughcare_county::truth::{Books, Counting, person, script};

fn main() -> ExitCode {
    let mut given = std::env::args().skip(1);
    let mut number = |default: u64| given.next().and_then(|text| text.parse().ok()).unwrap_or(default);
    let people = u32::try_from(number(20_000)).unwrap_or(u32::MAX);
    let seed = number(1);
    let (mut books, mut counting) = (Books::default(), Counting::default());
    let (mut events, started) = (0, Instant::now());
    for one in 0..people {
        let (id, told) = person(seed, one, &mut books);
        events += told.len();
        counting.take(id, &told);
        if one % 2_000 == 1_999 {
            eprintln!("{} people, {events} events, {:?}", one + 1, started.elapsed());
        }
    }
    let differences = counting.differences(&books, |indicator| {
        eprintln!("{indicator}, {:?}", started.elapsed())
    });
    let answers = books.answers().count();
    println!(
        "{people} people, {events} events, {answers} answers that are not nothing, {} differ.",
        differences.len()
    );
    if differences.is_empty() {
        return ExitCode::SUCCESS;
    }
    let mut of_people: BTreeMap<&str, (usize, u32, String)> = BTreeMap::new();
    for one in 0..people.min(3_000) {
        let (mut books, mut counting) = (Books::default(), Counting::default());
        let (id, told) = person(seed, one, &mut books);
        counting.take(id, &told);
        for difference in counting.differences(&books, |_| {}) {
            let shorter = of_people
                .get(difference.indicator)
                .is_none_or(|(length, ..)| told.len() < *length);
            if shorter {
                let text = format!("{difference:?}");
                of_people.insert(difference.indicator, (told.len(), one, text));
            }
        }
    }
    for (length, one, difference) in of_people.values() {
        println!(
            "\nperson {one}, {length} events: {difference}\n{}",
            script(seed, *one)
        );
    }
    ExitCode::FAILURE
}
