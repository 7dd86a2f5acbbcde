//! The lists as they were restored, against the lists that the log gives.

use super::found::ListFound;
use super::{Asked, Found, Shown};
use crate::standing;
use anyhow::{Context as _, Result};
use std::collections::VecDeque;
use throughcare_app::Replaying;
use throughcare_app::query::Known;
use throughcare_store::Store;
use throughcare_store::projection::{Digest, Projection, Range};

/// Makes every list anew from the log, up to the position of its table, and compares digests.
pub(super) async fn check(asked: &Asked<'_>, found: &mut Found) -> Result<()> {
    let store = asked.app.store();
    let standings = store.projections().await?;
    for projection in Projection::ALL {
        let name = projection.name();
        let standing = standings.iter().find(|one| one.name == name);
        if let Some(why) = standing.and_then(standing::to_rebuild) {
            found.faults.push(format!("{name}: {why}."));
            continue;
        }
        let (position, live) = store.digest(projection).await?;
        let replaying = asked.app.replaying(Some(Known::Position(position))).await?;
        let (made, parked) = made(asked, &replaying, projection).await?;
        let parked = parked as u64 + standing.map_or(0, |one| one.parked);
        let equal = made == live;
        if !equal {
            found.faults.push(match parked {
                0 => format!(
                    "{name}: the restored table is not what the log gives at position {position}. Run `throughcare rebuild \
                     {name} --accept-changes` before it serves."
                ),
                parked => format!(
                    "{name}: the restored table is not what the log gives at position {position}; {parked} people stand still \
                     at an event that cannot be read. `throughcare rebuild {name}` compares row by row."
                ),
            });
        }
        found.lists.push(ListFound {
            name: name.to_owned(),
            position,
            rows: live.rows,
            sha256: live.sha256,
            made_rows: made.rows,
            made_sha256: made.sha256,
            equal,
        });
    }
    Ok(())
}

/// The digest of the rows that the log gives, and how many people stand still in them.
async fn made(asked: &Asked<'_>, replaying: &Replaying, projection: Projection) -> Result<(Digest, usize)> {
    let ranges = replaying.ranges().await?;
    let total = ranges.iter().map(|range| range.events).sum();
    let shown = Shown::begin(asked.quiet, total, "events replayed");
    let mut digest = Store::digesting();
    let (mut parked, mut events) = (0, 0);
    let begin = |range: Range| {
        let replaying = replaying.clone();
        tokio::spawn(async move { replaying.rows(projection, range).await })
    };
    let mut waiting = ranges.into_iter();
    let mut under_way: VecDeque<_> = waiting.by_ref().take(asked.workers).map(begin).collect();
    while let Some(next) = under_way.pop_front() {
        let part = next.await.context("a worker ended by a fault of the program")??;
        under_way.extend(waiting.next().map(begin));
        for row in &part.rows {
            digest.add(&row.canonical);
        }
        (parked, events) = (parked + part.parked, events + part.events);
        shown.at(events);
    }
    shown.end();
    Ok((digest.end(), parked))
}
