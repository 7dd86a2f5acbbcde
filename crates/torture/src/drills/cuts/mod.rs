//! P2: a retry never doubles and never drops. A proxy cuts the connection to PostgreSQL at every message of an
//! append, of reading, and of a request to the real program; clients ask again with the same key until they are
//! answered, impatient ones at another node while the first still works.

mod ask;
mod found;
mod lane;
mod plan;
mod service;

use crate::rng::dice;
use crate::{Cluster, Database, Drill, Progress, Report, Trial};
use anyhow::Result;
use found::Found;
use lane::{Lane, Outcome, READERS};
use plan::Case;
use sqlx::{Executor as _, raw_sql};
use std::sync::Arc;
use throughcare_store::Store;

/// The drill.
pub const DRILL: Drill = Drill {
    name: "cuts",
    promise: "P2",
    proves: "a retry over a cut connection never doubles or drops, and leaves no connection or transaction behind",
    body: |trial| Box::pin(run(trial)),
};

/// Nodes whose connections are cut at the same time; they share a log.
const LANES: u64 = 8;
/// Connections for reading of the node that is never cut.
const OTHER_READERS: u32 = 8;

/// How many cases of each kind.
#[derive(Clone, Copy)]
struct Amount {
    appends: u64,
    reads: u64,
    requests: u64,
    control: u64,
    /// Cuts that must have been made in the end.
    promised: u64,
    /// Every message is cut at, also when there are more of them than appends.
    every_message: bool,
}

const SHORT: Amount = Amount {
    appends: 120,
    reads: 40,
    requests: 20,
    control: 80,
    promised: 150,
    every_message: true,
};
const LONG: Amount = Amount {
    appends: 1_800,
    reads: 200,
    requests: 400,
    control: 200,
    promised: 2_000,
    every_message: true,
};

async fn run(trial: Trial) -> Result<Report> {
    let cluster = Cluster::start(trial.scale).await?;
    let mut report = Report::new(cluster.version());
    let amount = trial.scale.pick(SHORT, LONG);

    let database = cluster.database().await?;
    let store = at_the_store(&database, amount, &trial, &mut report).await?;
    report.figure("cuts of appends and reads through the store", store.cuts);
    report.figure("clients that asked until they were answered", store.told);

    let served = service::run(&cluster, amount.requests, &trial, &mut report).await?;
    report.figure("cuts under requests to the program", served);
    report.figure("cuts in all", store.cuts + served);
    if store.cuts + served < amount.promised {
        report.violation(format!("fewer than {} cuts were made", amount.promised));
    }

    let database = cluster.database().await?;
    database.connect().await?.execute(raw_sql(FORGETFUL)).await?;
    let mut seen = Report::new(cluster.version());
    let fewer = Amount {
        appends: amount.control,
        reads: 0,
        every_message: false,
        ..amount
    };
    let control = at_the_store(&database, fewer, &trial, &mut seen).await?;
    report.control(
        "the answers to keys are not kept",
        control.doubled > 0,
        format!(
            "{} of {} were recorded more than once",
            control.doubled, control.told
        ),
    );
    trial.progress.finish();
    Ok(report)
}

/// The guard taken out: rows of keys vanish on their way in.
const FORGETFUL: &str = "/* cuts_forgetful */ \
    CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; \
    CREATE TRIGGER forget BEFORE INSERT ON idempotency FOR EACH ROW EXECUTE FUNCTION forget()";

/// What was done through the store.
struct Done {
    cuts: u64,
    told: usize,
    doubled: usize,
}

async fn at_the_store(
    database: &Database,
    amount: Amount,
    trial: &Trial,
    report: &mut Report,
) -> Result<Done> {
    let mut settings = database.settings();
    settings.readers = OTHER_READERS;
    let other = Store::open(settings).await?;
    let mut lanes = Vec::new();
    for number in 0..LANES {
        lanes.push(Lane::open(database, other.clone(), trial.seed, number).await?);
    }
    // Counting and the thing to be read are recorded too.
    let exchange = lanes[0].count_append().await?;
    let (stream, right) = lanes[0].something().await?;
    let reading = lanes[0].count_read(stream).await?;
    let elsewhere = 3;

    let mut chance = dice(trial.seed, 0);
    let least = if amount.every_message {
        exchange.messages()
    } else {
        0
    };
    let appends = plan::cases(exchange, amount.appends.max(least), &mut chance);
    let reads = plan::cases(reading, amount.reads, &mut chance);
    trial
        .progress
        .stage((appends.len() + reads.len()) as u64, "cuts through the store");
    let (reads, appends, right) = (Arc::new(reads), Arc::new(appends), Arc::new(right));
    let mut tasks = tokio::task::JoinSet::new();
    for (number, lane) in (0..LANES).zip(lanes) {
        let (appends, reads, right) = (appends.clone(), reads.clone(), right.clone());
        let progress = trial.progress.clone();
        tasks.spawn(async move {
            let own = |case: &&Case| case.number % LANES == number;
            drive(
                lane,
                appends.iter().filter(own),
                reads.iter().filter(own),
                (stream, right.as_slice()),
                progress,
            )
            .await
        });
    }
    let mut all = Outcome::default();
    let mut lanes = Vec::new();
    while let Some(done) = tasks.join_next().await {
        let (lane, outcome) = done?;
        lanes.push(lane);
        all.told.extend(outcome.told);
        all.fired.extend(outcome.fired);
        all.wrong.extend(outcome.wrong);
    }

    report.figure(
        "messages of an append and of reading to cut at",
        exchange.messages() + reading.messages(),
    );
    report.violations(all.wrong);
    if all.fired.len() as u64 * 2 < amount.appends.max(least) + amount.reads {
        report.violation("most cuts were never reached: the drill does not cut what it means to");
    }
    let most = i64::from(OTHER_READERS + 1) + LANES.cast_signed() * i64::from(READERS + 1);
    report.violations(found::settled(database, most).await?);
    let Found { wrong, doubled } = found::compare(database, &all.told, elsewhere).await?;
    report.violations(wrong);
    for lane in lanes {
        if lane.connections() > READERS as usize + 1 {
            report.violation(format!("a node holds {} connections", lane.connections()));
        }
        lane.close().await?;
    }
    other.close().await;
    report.violations(found::settled(database, 0).await?);
    Ok(Done {
        cuts: all.fired.len() as u64,
        told: all.told.len(),
        doubled,
    })
}

async fn drive<'a>(
    mut lane: Lane,
    appends: impl Iterator<Item = &'a Case>,
    reads: impl Iterator<Item = &'a Case>,
    (stream, right): (throughcare_domain::stream::StreamId, &[(uuid::Uuid, u64)]),
    progress: Progress,
) -> (Lane, Outcome) {
    let mut all = Outcome::default();
    let mut keep = |outcome: Outcome| {
        all.told.extend(outcome.told);
        all.fired.extend(outcome.fired);
        all.wrong.extend(outcome.wrong);
        progress.add(1);
    };
    for case in appends {
        keep(lane.append(case).await);
    }
    for case in reads {
        keep(lane.read(case, stream, right).await);
    }
    (lane, all)
}
