//! A replay of a projection into a schema of its own.

use super::{Ended, Job, Outcome};
use crate::county::{bar, say};
use anyhow::{Context as _, Result};
use std::collections::VecDeque;
use std::time::Instant;
use throughcare_store::projection::{Projection, Schema};
use tokio::task::JoinHandle;

impl Job<'_> {
    /// Replays every list into a schema. Stopped between two parts, it goes on from there at the next call.
    ///
    /// # Errors
    /// With a sentence that says what to do.
    pub async fn run_into(self, schema: &Schema) -> Result<Ended> {
        let (started, projection) = (Instant::now(), Projection::WORKLISTS);
        let asked = self.view.asked(self.replaying.position, &self.program);
        let scratch = self.replaying.begin_scratch(projection, schema, &asked).await?;
        let shown = bar(
            scratch.ranges.iter().map(|range| range.events).sum(),
            "events replayed",
        );
        let parts = scratch.ranges.iter().zip(&scratch.done);
        let mut left: VecDeque<_> = parts
            .filter(|(_, done)| !**done)
            .map(|(range, _)| *range)
            .collect();
        let to_do = left.len();
        shown.set_position(
            scratch.ranges.iter().map(|range| range.events).sum::<u64>()
                - left.iter().map(|range| range.events).sum::<u64>(),
        );
        shown.reset_eta();
        let (mut events, mut parked, mut done) = (0, 0, 0);
        let mut under_way: VecDeque<JoinHandle<Result<(u64, usize)>>> = VecDeque::new();
        loop {
            while under_way.len() < self.workers && !self.stop.is_cancelled() {
                let Some(range) = left.pop_front() else { break };
                let (replaying, schema) = (self.replaying.clone(), schema.clone());
                under_way.push_back(tokio::spawn(async move {
                    Ok(replaying.rows_into(projection, &schema, range).await?)
                }));
            }
            let Some(next) = under_way.pop_front() else { break };
            let (read, still) = next.await.context("a worker ended by a fault of the program")??;
            (events, parked, done) = (events + read, parked + still, done + 1);
            shown.inc(read);
            say(&shown);
        }
        shown.finish_and_clear();
        let of = scratch.ranges.len();
        if done < to_do {
            return Ok(Ended::Stopped {
                done: of - to_do + done,
                of,
            });
        }
        let digest = self.replaying.scratch_digest(projection, schema).await?;
        Ok(Ended::Done(Outcome {
            rows: digest.rows,
            sha256: digest.sha256,
            events,
            took: started.elapsed(),
            parked,
            figure: None,
        }))
    }
}
