//! kill -9 of the program, of PostgreSQL and of both, under readers: whoever was shown somebody is on record.
//!
//! Source: `trust.md`, P11. `THROUGHCARE_CRASH_READING_KILLS` sets the number of kills (6 unless told otherwise).

use crate::crash::{Ends, kill_postgres};
use crate::harness::{Client, Place, Program, until};
use crate::lifecycle::{ORGANISATION, case_system, referral, set_up};
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use throughcare_http::token::Role;

const READERS: usize = 8;

/// How often a reader was shown the person, and how often nobody knows whether an answer left.
#[derive(Clone, Copy, Debug, Default)]
struct Shown {
    answered: usize,
    broken: usize,
}

#[test]
fn given_readers_when_killed_again_and_again_then_everybody_who_was_shown_somebody_is_on_record() {
    let kills = std::env::var("THROUGHCARE_CRASH_READING_KILLS");
    let kills: usize = kills.ok().and_then(|text| text.parse().ok()).unwrap_or(6);
    let place = Place::new();
    let mut program = place.start();
    set_up(&place, &program);
    let writer = case_system(&place, &program, "writer");
    let id = writer.record("/v1/referrals", &referral("one")).id("referral");
    writer.record(&format!("/v1/referrals/{id}/acceptance"), &json!({}));
    let person = writer.read(&format!("/v1/referrals/{id}"))["personId"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/v1/people/{person}");

    let doors = RwLock::new(readers(&place, &program));
    let (over, done) = (AtomicBool::new(false), AtomicUsize::new(0));
    let shown: Vec<Shown> = thread::scope(|scope| {
        let (doors, over, done, path) = (&doors, &over, &done, path.as_str());
        let _ends = Ends(over);
        let reading: Vec<_> = (0..READERS)
            .map(|reader| scope.spawn(move || read(reader, path, doors, over, done)))
            .collect();
        for turn in 0..kills {
            let before = done.load(Ordering::Relaxed);
            until("the readers get on", || {
                (done.load(Ordering::Relaxed) > before + 20).then_some(())
            });
            if turn % 2 == 0 {
                kill_postgres(&place);
            }
            if turn % 3 != 0 {
                program.kill_hard();
                program = place.start();
                *doors.write().unwrap() = readers(&place, &program);
            }
        }
        over.store(true, Ordering::Relaxed);
        reading.into_iter().map(|reader| reader.join().unwrap()).collect()
    });
    // What is read now has come from the disk.
    program.kill_hard();
    let program = place.start();
    let auditor = program.client(
        place.token("audit-desk", Some("auditor"), "county-audit", Role::Auditor),
        false,
    );
    let looks = auditor.list(&format!("/v1/people/{person}/access-log?perPage=100"));
    let mut on_record: BTreeMap<String, usize> = BTreeMap::new();
    for look in looks.iter().filter(|look| look["shown"] == "record") {
        *on_record
            .entry(look["user"].as_str().unwrap_or_default().to_owned())
            .or_default() += 1;
    }
    assert_eq!(unlogged(&shown, &on_record), Vec::<String>::new());
    // Negative control: one answer more than there are looks is seen.
    let mut more = shown.clone();
    more[0].answered = on_record["reader-0"] + 1;
    assert_eq!(unlogged(&more, &on_record).len(), 1);
    // And nothing is on record that nobody asked: a look without an answer is one that a kill cut off.
    for (reader, shown) in shown.iter().enumerate() {
        let looked = on_record[&format!("reader-{reader}")];
        assert!(
            looked <= shown.answered + shown.broken,
            "{reader}: {looked} looks, {shown:?}"
        );
    }
    let answered: usize = shown.iter().map(|shown| shown.answered).sum();
    println!("{kills} kills, {answered} reads answered, each on record");
}

/// Readers who were shown the person more often than is on record.
fn unlogged(shown: &[Shown], on_record: &BTreeMap<String, usize>) -> Vec<String> {
    let readers = shown
        .iter()
        .enumerate()
        .map(|(at, shown)| (format!("reader-{at}"), shown));
    readers
        .filter(|(reader, shown)| shown.answered > on_record.get(reader).copied().unwrap_or(0))
        .map(|(reader, shown)| format!("{reader}: {} answers", shown.answered))
        .collect()
}

fn readers(place: &Place, program: &Program) -> Vec<Client> {
    (0..READERS)
        .map(|reader| {
            let user = format!("reader-{reader}");
            let token = place.token("case-system", Some(&user), ORGANISATION, Role::Worker);
            program.client(token, false)
        })
        .collect()
}

fn read(
    reader: usize,
    path: &str,
    doors: &RwLock<Vec<Client>>,
    over: &AtomicBool,
    done: &AtomicUsize,
) -> Shown {
    let mut shown = Shown::default();
    while !over.load(Ordering::Relaxed) {
        let client = doors.read().unwrap()[reader].clone();
        match client.try_send(client.request(Method::GET, path)) {
            Ok(answer) if answer.status == 200 => {
                shown.answered += 1;
                done.fetch_add(1, Ordering::Relaxed);
            }
            // Told that it cannot be shown now, or that the place is not known yet after a start.
            Ok(answer) => {
                assert_eq!(answer.status, 503, "{}", answer.text);
                shown.broken += 1;
            }
            Err(_) => shown.broken += 1,
        }
    }
    shown
}
