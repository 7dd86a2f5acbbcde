//! The same over HTTP: the real program behind the proxy, and a client that sends its request again with its key.

use super::found::settled;
use super::plan::{self, Case, Exchange};
use crate::program::{Process, Program};
use crate::proxy::{Proxy, Script};
use crate::referrals::{self, Answered, Desk};
use crate::rng::{Dice, RngExt as _, dice};
use crate::{Cluster, Database, Report, Trial};
use anyhow::{Result, bail};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use throughcare_testkit::Builder;
use uuid::Uuid;

/// No request may stay without an answer for longer, whatever is cut.
const PATIENCE: Duration = Duration::from_secs(90);
/// Sessions that one node may have: 16 readers, the writer, and a few of its start.
const SESSIONS: i64 = 20;

/// Cuts the program's connections under requests; answers how many cuts were reached.
pub(super) async fn run(cluster: &Cluster, requests: u64, trial: &Trial, report: &mut Report) -> Result<u64> {
    let program = Program::build().await?;
    let database = cluster.database().await?;
    let script = Arc::new(Script::default());
    let proxy = Proxy::start(&database.connect_options(), script.clone()).await?;
    let url = proxy.url(&database.connect_options());
    let process = program.start(&url, database.key_file(), "api").await?;
    referrals::set_up(&program, &process, &database, &["case-system".to_owned()]).await?;
    let desk = Desk::new(&program, "case-system")?;
    let mut chance = dice(trial.seed, 100);

    let mut exchange = Exchange::default();
    let mut told = HashMap::new();
    for cold in [false, true] {
        if cold {
            proxy.drop_connections();
        }
        script.arm([]);
        let key = Builder::new(chance.random()).id();
        told.insert(key, until_answered(&desk, &process, key, None).await?);
        if cold {
            exchange.cold = script.seen();
        } else {
            exchange.warm = script.seen();
        }
    }
    report.figure("messages of a request to cut at", exchange.messages());

    trial.progress.stage(requests, "cuts under requests");
    let mut fired = 0;
    for case in plan::cases(exchange, requests, &mut chance) {
        if case.cold {
            proxy.drop_connections();
        }
        script.arm(case.cuts.iter().copied());
        match one(&desk, &process, &case, &mut chance).await {
            Ok((key, referrals)) => {
                told.insert(key, referrals);
            }
            Err(error) => report.violation(format!("request {}: {error:#}", case.number)),
        }
        fired += script.disarm().len() as u64;
        trial.progress.add(1);
    }
    report.violations(settled(&database, SESSIONS).await?);
    report.violations(compare(&database, &told).await?);
    drop(process);
    report.violations(settled(&database, 0).await?);
    Ok(fired)
}

async fn one(desk: &Desk, process: &Process, case: &Case, chance: &mut Dice) -> Result<(Uuid, Vec<Uuid>)> {
    let key = Builder::new(chance.random()).id();
    Ok((key, until_answered(desk, process, key, case.patience).await?))
}

/// Sends a referral until it is acknowledged; the first time perhaps without much patience. Answers the referral's
/// id as often as it was told.
async fn until_answered(
    desk: &Desk,
    process: &Process,
    key: Uuid,
    patience: Option<Duration>,
) -> Result<Vec<Uuid>> {
    let begun = Instant::now();
    let mut told = Vec::new();
    let mut limit = patience;
    // Once acknowledged, it is sent once more: the answer must be the same.
    while told.len() < 2 {
        if begun.elapsed() > PATIENCE {
            bail!("no answer in {} s", PATIENCE.as_secs());
        }
        match desk.refer(process.address(), key, limit.take()).await? {
            Answered::Acknowledged(referral) => told.push(referral),
            Answered::NotYet => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
    Ok(told)
}

/// One referral and one person for each key, with the id that the client was told.
async fn compare(database: &Database, told: &HashMap<Uuid, Vec<Uuid>>) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    let kept = referrals::recorded(database).await?;
    for (key, ids) in told {
        if ids.windows(2).any(|pair| pair[0] != pair[1]) {
            wrong.push(format!("key {key}: two answers differ"));
        }
        if !ids.iter().all(|id| kept.referrals.contains(id)) {
            wrong.push(format!("key {key}: the referral it was told is not there"));
        }
    }
    for (what, count) in [
        ("referrals", kept.referrals.len()),
        ("referral events", kept.received),
        ("records opened", kept.registered),
        ("kept answers", kept.answers),
    ] {
        if count != told.len() {
            wrong.push(format!("{count} {what} for {} requests", told.len()));
        }
    }
    wrong.extend(kept.wrong);
    Ok(wrong)
}
