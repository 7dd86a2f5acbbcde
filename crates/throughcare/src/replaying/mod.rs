//! Views made anew from the log alone, at any position: into a file, with a digest that anybody can make again.

mod schema;
pub mod sink;
pub mod statement;
pub mod view;

use crate::county::{bar, say};
use anyhow::{Context as _, Result, bail};
use serde_json::json;
use sink::{Line, Sink};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use throughcare_app::Replaying;
use throughcare_domain::continuity::{Count, Reading, ReleaseFacts, Summary, summarise};
use throughcare_domain::rows::RowDetail;
use throughcare_store::projection::{Projection, Range};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use view::View;

/// How to replay.
pub struct Job<'a> {
    /// The log up to the position.
    pub replaying: Replaying,
    /// Of what.
    pub view: View,
    /// The file to write; none when only the digest is wanted.
    pub out: Option<&'a Path>,
    /// Begin the file from the start.
    pub afresh: bool,
    /// Names this build of the program.
    pub program: String,
    /// Parts that are read and computed at the same time.
    pub workers: usize,
    /// Told to stop.
    pub stop: CancellationToken,
}

/// What a replay came to.
pub enum Ended {
    /// All of it.
    Done(Outcome),
    /// It was told to stop with so many of so many parts done.
    Stopped {
        /// Parts done.
        done: usize,
        /// Parts in all.
        of: usize,
    },
}

/// What was replayed.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// How many rows.
    pub rows: u64,
    /// SHA-256 over them, in hexadecimal.
    pub sha256: String,
    /// How many events were replayed in this run.
    pub events: u64,
    /// How long it took in this run.
    pub took: Duration,
    /// People who stand still at an event that cannot be read.
    pub parked: usize,
    /// A figure, in words.
    pub figure: Option<serde_json::Value>,
}

/// What one part of the log comes to.
struct Part {
    events: u64,
    parked: usize,
    lines: Vec<Line>,
}

impl Job<'_> {
    /// Replays. Stopped between two parts, a file goes on from there at the next call.
    ///
    /// # Errors
    /// With a sentence that says what to do.
    pub async fn run(self) -> Result<Ended> {
        let started = Instant::now();
        let position = self.replaying.position;
        let asked = self.view.asked(position, &self.program);
        if let View::Person { person, as_of } = &self.view {
            let values = self.replaying.pathway(*person, *as_of).await?;
            let mut sink = Sink::begin(self.out, &asked, &[], self.afresh)?;
            let line = |value: throughcare_domain::explain::Value| {
                let by: Vec<_> = value.set_by.iter().map(|event| event.0.to_string()).collect();
                Line::whole(json!({ "value": value.name, "is": value.is, "setBy": by }).to_string())
            };
            if sink.parts_done() == 0 {
                sink.part(&values.into_iter().map(line).collect::<Vec<_>>(), 0)?;
            }
            let (rows, sha256) = sink.end()?;
            return Ok(Ended::Done(Outcome {
                rows,
                sha256,
                events: 0,
                took: started.elapsed(),
                parked: 0,
                figure: None,
            }));
        }
        let planned = self.replaying.ranges().await?;
        let mut sink = Sink::begin(self.out, &asked, &planned, self.afresh)?;
        let ranges = sink.ranges().to_vec();
        let total = ranges.iter().map(|range| range.events).sum();
        let shown = bar(total, "events replayed");
        // The figure is a part of its own, after the last of the log.
        let figure_is_there = sink.parts_done() > ranges.len();
        let skipped = sink.parts_done().min(ranges.len());
        shown.set_position(ranges[..skipped].iter().map(|range| range.events).sum());
        shown.reset_eta();
        let mut facts: Vec<ReleaseFacts> = match &self.view {
            View::Continuity { .. } => sink.read_back(|line| serde_json::from_str(line).ok())?,
            _ => Vec::new(),
        };
        let (mut events, mut parked, mut done) = (0, 0, skipped);
        let mut waiting = ranges[skipped..].iter().copied();
        let mut under_way: VecDeque<JoinHandle<Result<Part>>> = VecDeque::new();
        loop {
            while under_way.len() < self.workers && !self.stop.is_cancelled() {
                let Some(range) = waiting.next() else { break };
                under_way.push_back(tokio::spawn(self.part(range)));
            }
            let Some(next) = under_way.pop_front() else { break };
            let part = next.await.context("a worker ended by a fault of the program")??;
            if matches!(self.view, View::Continuity { .. }) {
                facts.extend(
                    part.lines
                        .iter()
                        .filter_map(|line| serde_json::from_str(&line.text).ok()),
                );
            }
            sink.part(&part.lines, part.parked)?;
            shown.inc(ranges[done].events);
            say(&shown);
            (events, parked, done) = (events + part.events, parked + part.parked, done + 1);
        }
        shown.finish_and_clear();
        if done < ranges.len() {
            return Ok(Ended::Stopped {
                done,
                of: ranges.len(),
            });
        }
        let figure = match &self.view {
            View::Continuity { as_of, .. } => {
                let summary = summarise(&facts, *as_of, &Reading::default());
                let figure = figure(&summary, self.replaying.erased_people());
                if !figure_is_there {
                    sink.part(&[Line::whole(json!({ "figure": figure }).to_string())], 0)?;
                }
                Some(figure)
            }
            _ => None,
        };
        parked += sink.parked_before();
        let (rows, sha256) = sink.end()?;
        if figure.is_none() && parked > 0 {
            tracing::warn!(parked, "some people stand still at an event that cannot be read");
        }
        Ok(Ended::Done(Outcome {
            rows,
            sha256,
            events,
            took: started.elapsed(),
            parked,
            figure,
        }))
    }

    /// Replays one part, in a task of its own.
    fn part(&self, range: Range) -> impl Future<Output = Result<Part>> + use<> {
        let (replaying, view) = (self.replaying.clone(), self.view.clone());
        async move {
            match view {
                View::Worklists => {
                    let found = replaying.rows(Projection::WORKLISTS, range).await?;
                    let line = |row: throughcare_store::projection::CanonicalRow| Line {
                        text: format!(
                            "{{\"canonical\":{},\"row\":{}}}",
                            serde_json::Value::from(row.canonical.as_str()),
                            row.fields
                        ),
                        digested: Some(row.canonical),
                    };
                    Ok(Part {
                        events: found.events,
                        parked: found.parked,
                        lines: found.rows.into_iter().map(line).collect(),
                    })
                }
                View::Continuity { wanted, as_of } => {
                    let found = replaying.releases(range, Arc::new(wanted), as_of).await?;
                    let lines = found.lines.iter().filter_map(|(_, row)| match &row.detail {
                        RowDetail::Release(facts) => serde_json::to_string(facts).ok(),
                        _ => None,
                    });
                    Ok(Part {
                        events: found.events,
                        parked: found.parked,
                        lines: lines.map(Line::whole).collect(),
                    })
                }
                View::Person { .. } => bail!("a person is not replayed in parts"),
            }
        }
    }
}

/// A figure as `GET /v1/continuity/summary` has it, for whom no small number is withheld.
fn figure(summary: &Summary, erased_people: u32) -> serde_json::Value {
    let count = |count: &Count| {
        json!({
            "numerator": count.numerator, "denominator": count.denominator, "percentage": count.percentage,
            "uncertain": count.uncertain, "leftOut": count.left_out,
        })
    };
    json!({
        "releases": summary.releases, "windowOpen": summary.window_open, "byState": summary.by_state,
        "erasedPeople": erased_people,
        "national": count(&summary.national), "local": count(&summary.local),
    })
}
