//! How fast one core makes people, folds them, and tells their lines after every event.
//!
//! `cargo run --release -p throughcare-county --example rate -- 2000`
//!
//! Times are of the processor where Linux tells them, else of the clock.

use std::error::Error;
use std::time::{Duration, Instant};
use throughcare_county::{Maker, Plan};
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::reference::ReferenceData;
use throughcare_domain::rows::steps;
use throughcare_domain::state::{PersonState, Running};

fn main() -> Result<(), Box<dyn Error>> {
    let people: u32 = std::env::args().nth(1).map_or(Ok(2_000), |text| text.parse())?;
    let reference = ReferenceData::bundled();
    let plan = Plan::three_years(7, people, jiff::civil::date(2026, 11, 22));
    let maker = Maker::new(plan, &reference)?;

    let start = Used::now();
    let made: Result<Vec<_>, _> = (0..people).map(|number| maker.person(number)).collect();
    let made = made?;
    let events = made.iter().flatten().map(|entry| entry.drafts.len()).sum();
    start.report("making", events);

    let histories: Vec<Vec<RecordedEvent>> = made
        .iter()
        .map(|person| {
            let recorded = person.iter().flat_map(|entry| entry.recorded());
            recorded.zip(1..).map(positioned).collect()
        })
        .collect();
    drop(made);
    let mut lengths: Vec<usize> = histories.iter().map(Vec::len).collect();
    lengths.sort_unstable();
    let share = |percent: usize| lengths[(lengths.len() - 1) * percent / 100];
    println!(
        "{people} people, {events} events; {} to {} a person, half of the people have at most {}",
        share(0),
        share(100),
        share(50)
    );

    let start = Used::now();
    let conflicts: usize = histories
        .iter()
        .map(|one| PersonState::fold(one).conflicts.len())
        .sum();
    start.report("folding once", events);

    let start = Used::now();
    let mut learned = 0;
    for history in &histories {
        let mut running = Running::default();
        for at in 0..history.len() {
            running.learn(&history[..at], &history[at..=at]);
        }
        learned += running.state().conflicts.len();
    }
    start.report("learning one by one", events);
    assert_eq!(conflicts, learned, "both ways of folding give the same");

    let start = Used::now();
    let mut lines = 0;
    for history in &histories {
        let positions: Vec<u64> = (1..).take(history.len()).collect();
        let steps = steps(history, &positions, |_| maker.directory());
        lines += steps.iter().map(|(_, rows)| rows.len()).sum::<usize>();
    }
    start.report("lines after every event", events);
    println!("{lines} lines");
    Ok(())
}

fn positioned((mut event, position): (RecordedEvent, u64)) -> RecordedEvent {
    event.envelope.position = position;
    event
}

/// What was used so far.
struct Used(Instant, Option<Duration>);

impl Used {
    fn now() -> Self {
        Self(Instant::now(), on_processor())
    }

    fn report(self, what: &str, events: usize) {
        let used = match (self.1, on_processor()) {
            (Some(before), Some(after)) => after - before,
            _ => self.0.elapsed(),
        };
        let each = used.as_secs_f64() / events as f64;
        println!(
            "{what}: {:.0} events a second, {:.2} µs an event",
            1.0 / each,
            each * 1e6
        );
    }
}

/// How long this thread was on a processor; Linux only.
fn on_processor() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}
