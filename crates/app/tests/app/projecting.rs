//! What these tests share: a small county, put into the log in whatever order a test likes.

use std::collections::BTreeMap;
use std::sync::Arc;
use throughcare_app::{App, Projector, Rebuild, RebuildProgress, Rebuilt, SystemClock, SystemIds};
use throughcare_county::{County, Plan};
use throughcare_domain::event::{Draft, Origin};
use throughcare_domain::reference::ReferenceData;
use throughcare_domain::stream::StreamId;
use throughcare_store::projection::{Comparison, Projection};
use throughcare_store::{Append, NewEvent, Provenance, StreamAppend};
use throughcare_testkit::TestDatabase;
use tokio::sync::watch;

/// A node on a database of its own.
pub async fn node(database: &TestDatabase) -> App {
    App::open(database.store().await, Arc::new(SystemClock), Arc::new(SystemIds))
        .await
        .unwrap()
}

/// So many people over a year.
pub fn county(people: u32) -> County {
    let until = jiff::civil::date(2026, 7, 1);
    let plan = Plan {
        seed: 7,
        people,
        from: until.saturating_sub(jiff::Span::new().years(1)),
        until,
    };
    County::make(plan, &ReferenceData::bundled(), |_, _| {}).unwrap()
}

/// Every fact of the county as an append of its own, by stream, in order of recording.
pub fn told(county: &County) -> BTreeMap<StreamId, Vec<(Draft, Arc<Provenance>)>> {
    let mut told: BTreeMap<StreamId, Vec<_>> = BTreeMap::new();
    for entry in &county.entries {
        let provenance = Arc::new(Provenance {
            received_at: entry.received_at,
            origin: Origin::Machine,
            actor: entry.actor.clone(),
            on_behalf_of: None,
            purpose: "direct_care".to_owned(),
            correlation: entry.correlation,
            source: None,
        });
        for draft in &entry.drafts {
            told.entry(entry.stream)
                .or_default()
                .push((draft.clone(), provenance.clone()));
        }
    }
    told
}

/// The append of some facts to a stream.
pub fn append(stream: StreamId, expected: usize, facts: &[(Draft, Arc<Provenance>)]) -> Append {
    Append {
        streams: vec![StreamAppend {
            stream,
            expected: u32::try_from(expected).unwrap(),
            events: facts
                .iter()
                .map(|(draft, provenance)| NewEvent {
                    draft: draft.clone(),
                    provenance: provenance.clone(),
                })
                .collect(),
        }],
        ..Append::default()
    }
}

/// Puts a county into the log as it was told.
pub async fn record(app: &App, county: &County) {
    for (stream, facts) in told(county) {
        for (at, some) in (0..).step_by(200).zip(facts.chunks(200)) {
            let outcome = app.store().append(append(stream, at, some)).await.unwrap();
            outcome.appended().unwrap();
        }
    }
}

pub async fn catch_up(app: &App) -> u64 {
    Projector::new(app.clone()).catch_up(|_, _| {}).await.unwrap()
}

pub fn rebuilding(app: &App) -> Rebuild {
    Rebuild {
        app: app.clone(),
        owner: "rebuilder".to_owned(),
        program: "this build".to_owned(),
        workers: 2,
        accept_changes: false,
        afresh: false,
        digest: true,
    }
}

pub async fn run(rebuild: &Rebuild, stop: bool) -> Rebuilt {
    let (_stopping, stop) = watch::channel(stop);
    let progress: Arc<dyn Fn(RebuildProgress) + Send + Sync> = Arc::new(|_| {});
    rebuild.run(Projection::WORKLISTS, stop, progress).await.unwrap()
}

/// Rebuilds, and says how the live table compared.
pub async fn compared(app: &App) -> Comparison {
    match run(&rebuilding(app), false).await {
        Rebuilt::Switched(summary) => summary.comparison.expect("there was a table to compare with"),
        Rebuilt::Differs(found) => found,
        Rebuilt::Stopped { .. } => panic!("nobody stopped it"),
    }
}
