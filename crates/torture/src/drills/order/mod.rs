//! Loss and order (`event-log.md`, the first table): a reader that goes on from one integer sees every acknowledged
//! event once and in order, whatever happens beside the log.
//!
//! Twelve writers on two nodes append to hot and cold streams. Meanwhile transactions take the head and are rolled
//! back, others stay idle here and in another database, writers' connections are cut and their processes stand
//! still. Two readers follow.

mod naive;
mod tail;
mod traffic;
mod trouble;

use crate::{Cluster, Drill, Report, Trial};
use anyhow::Result;
use std::sync::atomic::Ordering;
use traffic::WRITERS;
use trouble::Trouble;

/// The drill.
pub(super) const DRILL: Drill = Drill {
    name: "order",
    promise: "P1, P4",
    proves: "a reader of the log sees every acknowledged event once, in a dense order, with cuts, pauses, holds and \
             idle transactions",
    body: |trial| Box::pin(run(trial)),
};

/// Replaces the head's lock by a sequence.
const UNGUARDED: &str = include_str!("unguarded.sql");

async fn run(trial: Trial) -> Result<Report> {
    let cluster = Cluster::start(trial.scale).await?;
    let mut report = Report::new(cluster.version());
    guarded(&cluster, &trial, &mut report).await?;
    naive(&cluster, &trial, &mut report).await?;
    unguarded(&cluster, &trial, &mut report).await?;
    trial.progress.finish();
    Ok(report)
}

/// The log as it is.
async fn guarded(cluster: &Cluster, trial: &Trial, report: &mut Report) -> Result<()> {
    let appends_each = trial.scale.pick(70, 10_000);
    trial
        .progress
        .stage(WRITERS * appends_each, "appends among cuts, pauses and holds");
    let database = cluster.database().await?;
    let trouble = Trouble::begin(cluster, &database, trial.seed, trial.scale, true).await?;
    let traffic = traffic::run(&database, trial.seed, appends_each, &trial.progress).await?;
    let made = trouble.end().await?;
    report.figure("writers on two nodes", WRITERS);
    report.figure("appends acknowledged", traffic.appends);
    report.figure("events in the log", traffic.events);
    report.figure("conflicts, each tried again", traffic.conflicts);
    report.figure("tries without an answer, each tried again", traffic.unanswered);
    report.figure("of them answered by the record of keys", traffic.replays);
    report.figure("appends left after many tries", traffic.left);
    report.figure("writers' connections cut", made.cut.load(Ordering::Relaxed));
    report.figure(
        "writers' processes held still",
        made.paused.load(Ordering::Relaxed),
    );
    report.figure(
        "transactions that moved the head and went away",
        made.rolled_back.load(Ordering::Relaxed),
    );
    for faults in &traffic.faults {
        if faults.count() > 0 {
            report.violation(faults.to_string());
        }
    }
    let lost: u64 = traffic.faults.iter().map(|faults| faults.lost).sum();
    let disorder: u64 = traffic
        .faults
        .iter()
        .map(|faults| faults.count() - faults.lost)
        .sum();
    report.figure("lost", lost);
    report.figure("out of order, doubled or not dense", disorder);
    Ok(())
}

/// The log that most people build.
async fn naive(cluster: &Cluster, trial: &Trial, report: &mut Report) -> Result<()> {
    trial.progress.stage(1, "a naive log and its reader");
    let database = cluster.empty_database().await?;
    let (acknowledged, faults) = naive::run(&database, trial.seed, trial.scale.pick(60, 2_000)).await?;
    report.control(
        "a log with an identity column, read by `position > last`",
        faults.lost > 0,
        format!("of {acknowledged} events: {faults}"),
    );
    Ok(())
}

/// The log itself with its guard taken out. Gaps alone would come from the blocks that the sequence gives.
async fn unguarded(cluster: &Cluster, trial: &Trial, report: &mut Report) -> Result<()> {
    let appends_each = trial.scale.pick(40, 1_000);
    trial
        .progress
        .stage(WRITERS * appends_each, "appends without the head's lock");
    let database = cluster.database().await?;
    sqlx::raw_sql(UNGUARDED)
        .execute(&mut database.connect().await?)
        .await?;
    let trouble = Trouble::begin(cluster, &database, trial.seed, trial.scale, false).await?;
    let traffic = traffic::run(&database, trial.seed, appends_each, &trial.progress).await?;
    trouble.end().await?;
    let seen = traffic
        .faults
        .iter()
        .any(|faults| faults.lost > 0 || faults.disorder > 0);
    let worst = traffic
        .faults
        .iter()
        .max_by_key(|faults| faults.lost + faults.disorder);
    report.control(
        "this log with a sequence in the place of the locked head",
        seen,
        format!(
            "of {} appends: {}",
            traffic.appends,
            worst.copied().unwrap_or_default()
        ),
    );
    Ok(())
}
