//! kill -9 of the program, of PostgreSQL and of both, under sixteen writers: nothing that was acknowledged is lost,
//! and nothing is doubled. On a real cluster, with fsync on.
//!
//! `THROUGHCARE_CRASH_KILLS` sets the number of kills (20 unless told otherwise); `THROUGHCARE_CRASH_SEED` repeats a
//! run's choices.

use crate::harness::{Client, Place, Program, kill, lives, new_id, until};
use crate::lifecycle::{case_system, log, referral, set_up};
use reqwest::Method;
use std::collections::{BTreeMap, HashSet};
use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

const WRITERS: usize = 16;

/// What the writers were told: reference and referral.
type Acknowledged = BTreeMap<String, String>;

#[test]
fn given_sixteen_writers_when_killed_again_and_again_then_nothing_acknowledged_is_lost_or_doubled() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let kills: usize =
        number("THROUGHCARE_CRASH_KILLS").map_or(20, |kills: u64| usize::try_from(kills).unwrap());
    let seed = number("THROUGHCARE_CRASH_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    println!("{kills} kills, seed {seed}");
    let mut dice = Dice(seed);

    let place = Place::new();
    let mut program = place.start();
    set_up(&place, &program);
    let doors = RwLock::new(clients(&place, &program));
    let (over, done) = (AtomicBool::new(false), AtomicUsize::new(0));

    let acknowledged: Vec<Acknowledged> = thread::scope(|scope| {
        let (doors, over, done) = (&doors, &over, &done);
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| scope.spawn(move || write(writer, doors, over, done)))
            .collect();
        // A panic below must not leave the writers writing.
        let end = Ends(over);
        for turn in 0..kills {
            let before = done.load(Ordering::Relaxed);
            until("the writers get on", || {
                (done.load(Ordering::Relaxed) > before).then_some(())
            });
            thread::sleep(Duration::from_millis(dice.below(600)));
            match dice.below(3) {
                0 => kill_postgres(&place),
                1 => killed_and_started_again(&place, &mut program, doors),
                _ => {
                    kill_postgres(&place);
                    killed_and_started_again(&place, &mut program, doors);
                }
            }
            println!("kill {}: {} acknowledged", turn + 1, done.load(Ordering::Relaxed));
        }
        drop(end);
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });
    let acknowledged: Acknowledged = acknowledged.into_iter().flatten().collect();

    // Once more, so that what is read has come from the disk.
    program.kill_hard();
    let program = place.start();
    let events = log(&place, &program);
    let received: Vec<_> = events
        .iter()
        .filter(|event| event["type"] == "referral.received")
        .collect();
    let mut found = Acknowledged::new();
    for event in &received {
        let reference = event["externalReference"]["value"].as_str().unwrap().to_owned();
        let before = found.insert(
            reference.clone(),
            event["data"]["referral"].as_str().unwrap().to_owned(),
        );
        assert_eq!(before, None, "{reference} is there twice");
    }
    assert_eq!(
        found, acknowledged,
        "every acknowledged referral is there, with its id, and no other"
    );
    let opened: HashSet<_> = events
        .iter()
        .filter(|event| event["type"] == "identity.person-registered")
        .map(|event| event["personId"].as_str().unwrap())
        .collect();
    assert_eq!(opened.len(), acknowledged.len(), "each opened one record");
    let positions: Vec<_> = events
        .iter()
        .map(|event| event["position"].as_u64().unwrap())
        .collect();
    assert!(
        positions
            .iter()
            .copied()
            .eq(1..=u64::try_from(positions.len()).unwrap()),
        "positions have gaps"
    );

    // The lists caught up by themselves.
    let reader = case_system(&place, &program, "reader");
    let lines = until("the list is complete", || {
        let lines = reader.list("/v1/services/northshire-community/worklists/referrals?perPage=100");
        (lines.len() >= acknowledged.len()).then_some(lines)
    });
    assert_eq!(lines.len(), acknowledged.len());
    assert_eq!(program.stop().code(), Some(0));
    println!(
        "{} referrals acknowledged, each recorded once",
        acknowledged.len()
    );
}

/// Ends those who write or read beside a test with it, whatever ends it: those of one that failed would take the machine
/// from all the others.
pub struct Ends<'a>(pub &'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// One client of its own for each writer: keys and references belong to a client.
fn clients(place: &Place, program: &Program) -> Vec<Client> {
    (0..WRITERS)
        .map(|writer| case_system(place, program, &format!("writer-{writer}")))
        .collect()
}

/// Sends one referral after the other, each until it is acknowledged, always with the same key.
fn write(writer: usize, doors: &RwLock<Vec<Client>>, over: &AtomicBool, done: &AtomicUsize) -> Acknowledged {
    let mut acknowledged = Acknowledged::new();
    for turn in 0.. {
        if over.load(Ordering::Relaxed) {
            break;
        }
        let (reference, key) = (format!("{writer}-{turn}"), new_id().to_string());
        let body = referral(&reference);
        let id = until("the referral is acknowledged", || {
            let client = doors.read().unwrap()[writer].clone();
            let request = client
                .request(Method::POST, "/v1/referrals")
                .header("idempotency-key", &key)
                .json(&body);
            let Ok(answer) = client.try_send(request) else {
                return None;
            };
            // Not available, outcome unknown, or the first try still runs: the same key may be sent again.
            let again = answer.status == 503
                || answer.status == 409 && answer.problem(409) == "idempotency_in_progress";
            assert!(again || answer.status == 201, "{}", answer.text);
            (!again).then(|| answer.id("referral"))
        });
        acknowledged.insert(reference, id);
        done.fetch_add(1, Ordering::Relaxed);
    }
    acknowledged
}

fn killed_and_started_again(place: &Place, program: &mut Program, doors: &RwLock<Vec<Client>>) {
    program.kill_hard();
    *program = place.start();
    *doors.write().unwrap() = clients(place, program);
}

/// Kills PostgreSQL's first process, if it runs, as a power cut would.
pub fn kill_postgres(place: &Place) {
    let file = place.data_dir().join("postgres/postmaster.pid");
    let pid = until("PostgreSQL runs", || {
        std::fs::read_to_string(&file)
            .ok()?
            .lines()
            .next()?
            .parse::<u32>()
            .ok()
    });
    if lives(pid) {
        kill(pid, "-KILL");
    }
}

/// A small generator (SplitMix64), so that a seed repeats the choices.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }
}
