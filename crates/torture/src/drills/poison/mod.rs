//! P5: a bad event stops nobody else. One event in a hundred is damaged on its way into the log; the people whose
//! events they are stand still, visibly, at the right event, and the others go on in time. Mended and resumed, all
//! rows are those of a log that was never damaged. An event of a newer program stops the lists, visibly, and the
//! program goes on serving.

mod damage;
mod lag;
mod newer;
mod planted;

use crate::feed::{self, Amount};
use crate::lists::{self, Rows};
use crate::program::Program;
use crate::{Cluster, Database, Drill, Report, Trial};
use anyhow::{Context as _, Result, ensure};
use std::collections::BTreeMap;
use std::time::Duration;
use throughcare_store::Store;
use uuid::Uuid;

/// The drill.
pub const DRILL: Drill = Drill {
    name: "poison",
    promise: "P5",
    proves: "a bad event parks its person visibly and stops nobody else; mended, everything is as if it had been good",
    body: |trial| Box::pin(run(trial)),
};

/// The promise: others wait at most so long, at the 99th percentile. Told in the short form, held in the long one.
const LAG: Duration = Duration::from_secs(2);

async fn run(trial: Trial) -> Result<Report> {
    let program = Program::build().await?;
    let cluster = Cluster::start(trial.scale).await?;
    let mut report = Report::new(cluster.version());
    let (events, a_second) = trial.scale.pick((1_500, 250), (100_000, 500));
    let amount = Amount {
        seed: trial.seed,
        events,
        a_second,
    };

    let database = cluster.database().await?;
    damage::begin(&database, 100).await?;
    trial
        .progress
        .stage(events, "events recorded, one in a hundred damaged");
    let (fed, lags) = grow(&program, &database, amount, &trial).await?;
    let damaged = damage::damaged(&database).await?;
    let parked = parked(&database).await?;
    report.figure("events", fed);
    report.figure("events damaged", damage::count(&database).await?);
    report.figure("people parked", parked.len());
    report.figure(
        "others' lag, p50",
        format!("{} ms", lags.percentile(50).as_millis()),
    );
    report.figure(
        "others' lag, p99",
        format!("{} ms", lags.percentile(99).as_millis()),
    );
    report.violations(compare_parked(&damaged, &parked));
    if damaged.is_empty() {
        report.violation("nothing was damaged: the drill does not do what it means to");
    }
    if trial.scale == crate::Scale::Long && lags.percentile(99) > LAG {
        report.violation(format!("others wait for more than {} s", LAG.as_secs()));
    }

    trial.progress.stage(1, "mended, and rebuilt");
    let before = Rows::read(&database).await?;
    damage::mend(&database).await?;
    lists::alone(&cluster, &database).await?;
    let rebuilt = lists::rebuilt(&cluster, &program, &database).await?;
    let differing = before.differing(&rebuilt);
    let healthy: Vec<_> = differing
        .iter()
        .filter(|person| !damaged.contains_key(*person))
        .collect();
    if !healthy.is_empty() {
        report.violation(format!(
            "the rows of {} people without a bad event differ",
            healthy.len()
        ));
    }
    report.control(
        "mended, and nobody is resumed",
        !differing.is_empty(),
        format!("{} people's rows differ", differing.len()),
    );
    resume(&program, &database).await?;
    let after = Rows::read(&database).await?;
    report.figure("rows", after.len());
    let differing = after.differing(&rebuilt).len();
    if differing > 0 || after.position != rebuilt.position {
        report.violation(format!("after resuming, the rows of {differing} people differ"));
    }

    newer::run(&cluster, &program, &mut report).await?;

    let silent = cluster.database().await?;
    damage::begin(&silent, 20).await?;
    damage::hide_parked(&silent).await?;
    // Enough for people to follow the opening of organisations, services and shelves.
    let amount = Amount {
        events: 1_000,
        ..amount
    };
    grow(&program, &silent, amount, &trial).await?;
    let unseen = compare_parked(&damage::damaged(&silent).await?, &self::parked(&silent).await?);
    report.control(
        "whoever is parked is not written down",
        !unseen.is_empty(),
        unseen.first().cloned().unwrap_or_default(),
    );
    trial.progress.finish();
    Ok(report)
}

/// The log grows while the real program follows it.
async fn grow(
    program: &Program,
    database: &Database,
    amount: Amount,
    trial: &Trial,
) -> Result<(u64, lag::Lags)> {
    let process = program.start_on(database, "worker").await?;
    let store = Store::open(database.settings()).await?;
    let progress = trial.progress.clone();
    let feeding = tokio::spawn({
        let store = store.clone();
        async move { feed::feed(&store, amount, &progress).await }
    });
    let lags = lag::watch(database, &feeding).await?;
    let fed = feeding.await.context("nobody feeds the log")??;
    lists::caught_up(database).await?;
    store.close().await;
    drop(process);
    Ok((fed, lags))
}

/// Everybody who is parked, and at which position.
async fn parked(database: &Database) -> Result<BTreeMap<Uuid, u64>> {
    let rows: Vec<(Uuid, i64)> = sqlx::query_as(
        "/* poison_parked */ SELECT person, position FROM parked WHERE projection = 'worklists'",
    )
    .fetch_all(&mut database.connect().await?)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(person, position)| (person, position.unsigned_abs()))
        .collect())
}

fn compare_parked(damaged: &BTreeMap<Uuid, u64>, parked: &BTreeMap<Uuid, u64>) -> Vec<String> {
    let mut wrong = Vec::new();
    let silent = damaged
        .keys()
        .filter(|person| !parked.contains_key(*person))
        .count();
    if silent > 0 {
        wrong.push(format!(
            "{silent} of {} people with a bad event are skipped silently",
            damaged.len()
        ));
    }
    let healthy = parked
        .keys()
        .filter(|person| !damaged.contains_key(*person))
        .count();
    if healthy > 0 {
        wrong.push(format!("{healthy} people without a bad event are parked"));
    }
    for (person, position) in parked {
        if damaged.get(person).is_some_and(|right| right != position) {
            wrong.push(format!(
                "{person} is parked at {position} and not at {}",
                damaged[person]
            ));
        }
    }
    wrong
}

/// Takes everybody up again.
async fn resume(program: &Program, database: &Database) -> Result<()> {
    let (done, said) = program
        .run(&["projections", "resume", "worklists"], database)
        .await?;
    ensure!(done, "not everybody could be resumed: {said}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_a_silent_skip_a_false_alarm_and_a_wrong_place_then_all_are_told() {
        let people: Vec<_> = (1..=3).map(Uuid::from_u128).collect();
        let damaged = BTreeMap::from([(people[0], 10), (people[1], 20)]);
        let parked = BTreeMap::from([(people[1], 21), (people[2], 30)]);
        assert_eq!(compare_parked(&damaged, &parked).len(), 3);
        assert!(compare_parked(&damaged, &damaged.clone()).is_empty());
    }
}
