//! Making people, in order of their first recorded day, on every processor.

use super::Job;
use super::record::Record;
use super::windows::{Ready, Shape, Windows};
use crate::county;
use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use throughcare_app::App;
use throughcare_county::{Entry, Maker, Plan};
use throughcare_domain::id::EventId;
use throughcare_domain::reference::ReferenceData;
use tokio::runtime::Handle;

/// Most people made in one go: about 2,500 events.
const GO: usize = 64;
/// The number under which services' entries stand among people's: after everybody's of the same instant.
const SERVICES: u32 = u32::MAX;
/// The number under which the opening stands: before everybody.
const OPENING: u32 = 0;
/// How many people are looked at to tell how many events a person has.
const SAMPLE: u32 = 200;

/// What the log holds already.
pub struct Resume {
    /// Its first event.
    pub first: Option<EventId>,
    /// When its last event was recorded: what is recorded earlier is in it.
    pub recorded_before: Timestamp,
}

/// How many people of how many events, evenly picked from a plan.
///
/// # Errors
/// When the plan is out of bounds.
pub fn sample(reference: &ReferenceData, plan: Plan) -> Result<(u64, u64)> {
    let maker = Maker::new(plan, reference)?;
    let step = (plan.people / SAMPLE).max(1) as usize;
    let (mut people, mut events) = (0, 0);
    for number in (0..plan.people).step_by(step) {
        people += 1;
        events += maker
            .person(number)?
            .iter()
            .map(|entry| entry.drafts.len() as u64)
            .sum::<u64>();
    }
    Ok((people, events))
}

/// Makes everybody and tells of each window once it is ready. Blocking.
pub fn make(
    app: &App,
    reference: &ReferenceData,
    job: &Job,
    resume: &Resume,
    tell: &tokio::sync::mpsc::Sender<Ready>,
) -> Result<()> {
    let maker = Maker::new(job.plan, reference)?;
    let sealer = Sealer {
        app,
        runtime: Handle::current(),
        recorded_before: resume.recorded_before,
    };
    let opening = maker.opening();
    let begins_with = opening
        .first()
        .and_then(|entry| entry.drafts.first())
        .map(|draft| draft.id);
    if resume.first.is_some() && resume.first != begins_with {
        bail!(super::OTHER_RECORDS);
    }
    let order = in_order(&maker, job.plan.people);
    let shape = order
        .first()
        .map(|(first, _)| Shape::new(*first, job.plan.end().as_microsecond(), job.expected));
    // What organisations and services tell later goes on with streams that the opening begins. Both are sealed at once,
    // for the opening is not in the log yet when the others are sealed.
    let mut told = vec![(OPENING, opening.to_vec())];
    if shape.is_some() {
        told.push((SERVICES, maker.services().to_vec()));
    }
    let mut told = sealer.seal(told, |whose, recorded_at| match (whose, shape) {
        (SERVICES, Some(shape)) => 1 + shape.window(recorded_at),
        _ => 0,
    })?;
    let directory = told.remove(&0).unwrap_or_default();
    if tell.blocking_send(Ready::new(directory)).is_err() {
        return Ok(());
    }
    let Some(shape) = shape else { return Ok(()) };
    let mut windows = Windows::new(shape, &job.aside)
        .with_context(|| format!("{} cannot be written to", job.aside.display()))?;
    for (window, records) in told {
        windows
            .add(window - 1, &records)
            .context("what waits cannot be laid aside")?;
    }
    everybody(&maker, &order, &sealer, job, shape, windows, tell)
}

/// Everybody of whom anything is recorded: when for the first time, in microseconds, and their number.
fn in_order(maker: &Maker<'_>, people: u32) -> Vec<(i64, u32)> {
    let threads = threads();
    let begins = |number| Some((maker.begins(number)?.as_microsecond(), number));
    let mut order: Vec<_> = std::thread::scope(|scope| {
        let share = people.div_ceil(u32::try_from(threads).unwrap_or(1)).max(1);
        let parts: Vec<_> = (0..people)
            .step_by(share as usize)
            .map(|from| {
                let upto = from.saturating_add(share).min(people);
                scope.spawn(move || (from..upto).filter_map(begins).collect::<Vec<_>>())
            })
            .collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap_or_default())
            .collect()
    });
    order.sort_unstable();
    order
}

fn threads() -> usize {
    std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(16)
}

/// What one go made, by window.
type Made = Result<BTreeMap<usize, Vec<u8>>>;

fn everybody(
    maker: &Maker<'_>,
    order: &[(i64, u32)],
    sealer: &Sealer<'_>,
    job: &Job,
    shape: Shape,
    mut windows: Windows,
    tell: &tokio::sync::mpsc::Sender<Ready>,
) -> Result<()> {
    // Enough goes that a small county too comes in several parts.
    let size = (order.len() / 64).clamp(1, GO);
    let goes: Vec<_> = order.chunks(size).collect();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let (hand_over, handed) = mpsc::sync_channel::<(usize, Made)>(2);
        for _ in 0..threads() {
            let (hand_over, goes, next) = (hand_over.clone(), &goes, &next);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(people) = goes.get(number).filter(|_| !job.stop.is_cancelled()) else {
                        return;
                    };
                    if hand_over
                        .send((number, go(maker, people, sealer, shape)))
                        .is_err()
                    {
                        return;
                    }
                }
            });
        }
        drop(hand_over);
        let mut done = vec![false; goes.len()];
        let mut complete = 0;
        for (number, made) in handed {
            for (window, records) in made? {
                windows
                    .add(window, &records)
                    .context("what waits cannot be laid aside")?;
            }
            done[number] = true;
            while done.get(complete) == Some(&true) {
                complete += 1;
            }
            let nothing_before = goes.get(complete).map(|people| people[0].0);
            while let Some(ready) = windows
                .ready(nothing_before)
                .context("what waits cannot be read")?
            {
                if tell.blocking_send(ready).is_err() {
                    return Ok(()); // recording ended; its error says why
                }
            }
        }
        Ok(())
    })
}

fn go(maker: &Maker<'_>, people: &[(i64, u32)], sealer: &Sealer<'_>, shape: Shape) -> Made {
    let mut stories = Vec::with_capacity(people.len());
    for (_, number) in people {
        stories.push((*number, maker.person(*number)?));
    }
    sealer.seal(stories, |_, recorded_at| shape.window(recorded_at))
}

/// Turns entries into records.
struct Sealer<'a> {
    app: &'a App,
    runtime: Handle,
    recorded_before: Timestamp,
}

impl Sealer<'_> {
    /// Each entry of each person as a record, by the window in which it was recorded. What the log holds already is
    /// not sealed again.
    fn seal(&self, stories: Vec<(u32, Vec<Entry>)>, window: impl Fn(u32, i64) -> usize) -> Made {
        let before = self.recorded_before.as_microsecond();
        let (mut records, mut appends) = (Vec::new(), Vec::new());
        for (person, entries) in stories {
            for (step, entry) in (0..).zip(entries) {
                let record = Record {
                    recorded_at: entry.recorded_at.as_microsecond(),
                    person,
                    step,
                    events: u32::try_from(entry.drafts.len()).unwrap_or(u32::MAX),
                    sealed: None,
                };
                let held = record.recorded_at < before;
                records.push((record, held));
                if !held {
                    appends.push(county::append(self.app, entry));
                }
            }
        }
        let sealing = self.app.store().seal_here(appends);
        let mut sealed = self.runtime.block_on(sealing)?.into_iter();
        let mut made = BTreeMap::<usize, Vec<u8>>::new();
        for (record, held) in records {
            let sealed = if held { None } else { sealed.next() };
            record.write(
                made.entry(window(record.person, record.recorded_at)).or_default(),
                |to| {
                    if let Some(sealed) = &sealed {
                        sealed.write(to);
                    }
                },
            );
        }
        Ok(made)
    }
}
