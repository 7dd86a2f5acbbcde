//! Appends are linearizable per stream (P3): each seems to happen at one moment between its invocation and its
//! answer, in the order of positions.
//!
//! Random programs run against the real log on several nodes: appends with expected versions right, stale and
//! future, over one stream or two, with and without keys, asked again with the same key; reads of streams and of the
//! log between them. Connections are cut and clients hang up. A checker that knows nothing of the store judges what
//! they were answered and when, by the log at the end. The same checker must see each planted bug.

mod checker;
mod clients;
mod evidence;
mod fault;
mod memory;
mod operation;
mod program;
mod simulation;

use crate::{Cluster, Drill, Report, Trial};
use anyhow::Result;
use fault::FAULTS;
use operation::{Answer, Operation};
use simulation::simulate;
use std::collections::BTreeMap;

/// The drill.
pub(super) const DRILL: Drill = Drill {
    name: "history",
    promise: "P3",
    proves: "appends are linearizable per stream, keys answer once, reads show what was acknowledged",
    body: |trial| Box::pin(run(trial)),
};

/// Operations of a random program that must give away a planted bug.
const OPERATIONS_OF_A_FAULT: usize = 3_000;

async fn run(trial: Trial) -> Result<Report> {
    let cluster = Cluster::start(trial.scale).await?;
    let mut report = Report::new(cluster.version());
    // Rounds, each in a database of its own, so that a history fits in memory.
    let (rounds, operations) = trial.scale.pick((1, 3_000), (20, 50_000));
    trial
        .progress
        .stage(rounds * operations, "operations on three nodes, with cuts");
    let mut told: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut asked, mut events, mut cut) = (0, 0, 0);
    for round in 0..rounds {
        let database = cluster.database().await?;
        let seed = trial.seed.wrapping_mul(10_000).wrapping_add(round);
        let lived = clients::live(&database, seed, operations, &trial.progress).await?;
        for operation in &lived.operations {
            *told.entry(kind(operation)).or_default() += 1;
        }
        let found = checker::check(&lived.operations, &lived.log);
        report.violations(found.iter().map(|one| format!("{:?}: {}", one.rule, one.what)));
        asked += lived.operations.len();
        events += lived.log.len();
        cut += lived.cut;
    }
    report.figure("operations answered or left", asked);
    for (what, count) in told {
        report.figure(format!("of them {what}"), count);
    }
    report.figure("events in the log", events);
    report.figure("clients", clients::CLIENTS);
    report.figure("nodes", clients::NODES);
    report.figure("connections cut", cut);
    plant(&trial, &mut report).await?;
    trial.progress.finish();
    Ok(report)
}

/// Gives the checker a log in memory without a bug, and one with each.
async fn plant(trial: &Trial, report: &mut Report) -> Result<()> {
    trial
        .progress
        .stage(FAULTS.len() as u64 + 1, "planted bugs looked for");
    let seed = trial.seed;
    let judge = move |fault| {
        let history = simulate(seed, OPERATIONS_OF_A_FAULT, fault);
        checker::check(&history.operations, &history.log)
    };
    for found in tokio::task::spawn_blocking(move || judge(None)).await? {
        report.violation(format!("false alarm, {:?}: {}", found.rule, found.what));
    }
    for (fault, what, rule) in FAULTS {
        let found = tokio::task::spawn_blocking(move || judge(Some(*fault))).await?;
        let by_rule = found.iter().filter(|one| one.rule == *rule).count();
        report.control(
            format!("a log that {what}"),
            by_rule > 0,
            format!("{rule:?}, {by_rule} times in {OPERATIONS_OF_A_FAULT} operations"),
        );
        trial.progress.add(1);
    }
    Ok(())
}

fn kind(operation: &Operation) -> &'static str {
    match operation.answer {
        Answer::Appended { .. } => "appended",
        Answer::Replayed { .. } => "answered by the record of keys",
        Answer::Conflict { .. } => "conflicts",
        Answer::KeyReused => "told that the key was another request's",
        Answer::Refused => "told to try again",
        Answer::Forbidden => "told that it is of no use to try again",
        Answer::Unknown => "left without an answer",
        Answer::Read(_) => "reads",
    }
}
