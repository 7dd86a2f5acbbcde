//! Events of a synthetic county on their way into the log: people in turn, each group of appends in one transaction.

use crate::Progress;
use anyhow::{Context as _, Result, bail};
use jiff::civil::date;
use std::time::Duration;
use throughcare_app::{Caller, Request, append_of};
use throughcare_county::{Entry, Maker, Plan};
use throughcare_domain::history::History;
use throughcare_domain::reference::ReferenceData;
use throughcare_store::{Append, AppendOutcome, Store};
use tokio::sync::mpsc;

/// People whose stories are told at the same time: their events come mixed.
const TOGETHER: u32 = 100;
/// Appends of one transaction.
const GROUP: usize = 50;
/// A county has at least so many events for each person: more people are made than are needed.
const EVENTS_A_PERSON: u64 = 5;

/// How much is fed, and how fast.
#[derive(Clone, Copy, Debug)]
pub struct Amount {
    /// Chance begins here.
    pub seed: u64,
    /// At least so many events.
    pub events: u64,
    /// At most so many events a second.
    pub a_second: u64,
}

/// Appends events until there are enough; answers how many there are.
///
/// # Errors
/// When the log does not take them.
pub async fn feed(store: &Store, amount: Amount, progress: &Progress) -> Result<u64> {
    let (sender, mut groups) = mpsc::channel::<Vec<Entry>>(4);
    let making = tokio::task::spawn_blocking(move || make(amount, &sender));
    let begun = tokio::time::Instant::now();
    let mut events = 0;
    while let Some(group) = groups.recv().await {
        if events >= amount.events {
            break;
        }
        let count: u64 = group.iter().map(|entry| entry.drafts.len() as u64).sum();
        let appends = group.into_iter().map(|entry| append(store, entry)).collect();
        for outcome in store.append_bulk(appends).await? {
            if !matches!(outcome, AppendOutcome::Appended(_)) {
                bail!("the county meets other records in this log");
            }
        }
        events += count;
        progress.add(count);
        let due = Duration::from_secs_f64(events as f64 / amount.a_second.max(1) as f64);
        tokio::time::sleep_until(begun + due).await;
    }
    drop(groups);
    making.await.context("the county could not be made")??;
    Ok(events)
}

/// Tells the stories, until nobody listens any more.
fn make(amount: Amount, sender: &mpsc::Sender<Vec<Entry>>) -> Result<()> {
    let reference = ReferenceData::bundled();
    let people = u32::try_from(amount.events / EVENTS_A_PERSON + u64::from(TOGETHER))?.min(Plan::MOST_PEOPLE);
    let plan = Plan {
        seed: amount.seed,
        people,
        from: date(2023, 7, 1),
        until: date(2026, 7, 1),
    };
    let maker = Maker::new(plan, &reference)?;
    if sender.blocking_send(maker.opening().to_vec()).is_err() {
        return Ok(());
    }
    for first in (0..people).step_by(TOGETHER as usize) {
        let mut entries = Vec::new();
        for number in first..people.min(first + TOGETHER) {
            entries.extend(maker.person(number)?);
        }
        entries.sort_by_key(|entry| entry.recorded_at);
        for group in entries.chunks(GROUP) {
            if sender.blocking_send(group.to_vec()).is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

fn append(store: &Store, entry: Entry) -> Append {
    let request = Request {
        caller: Caller {
            actor: entry.actor,
            on_behalf_of: None,
            purpose: None,
            looks: Default::default(),
            standing: throughcare_app::Standing::Trusted,
        },
        correlation: entry.correlation,
        received_at: entry.received_at,
        key: None,
        if_match: None,
        source: entry.source,
        import: None,
    };
    // No entry withdraws an identifier, so nothing of the state before is needed.
    let mut append = append_of(
        store,
        entry.stream,
        entry.expected_version,
        entry.drafts,
        &request,
        &History::default(),
    );
    append
        .entities
        .retain(|entity| !entry.made_before.contains(&entity.id));
    append
}
