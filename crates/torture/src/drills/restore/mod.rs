//! P8: any moment can be restored, and proved. While people are recorded and erased, PostgreSQL's own tools take a base
//! backup and the server's log away; then everything is restored to moments drawn by lot, and `throughcare backup check`
//! judges each by the checkpoint of that moment, with the erasure ledger of today.

mod tools;

use crate::feed::{Amount, feed};
use crate::rng::{RngExt as _, dice};
use crate::{Cluster, Database, Drill, Program, Report, Trial};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::time::Duration;
use throughcare_app::{Clock as _, SystemClock};
use throughcare_domain::id::PersonId;
use throughcare_store::{Destroy, Erasure, Store};
use throughcare_testkit::Builder;
use tokio::time::{Instant, sleep};
use tools::{Archive, Restored, base_backup};

/// The drill.
pub const DRILL: Drill = Drill {
    name: "restore",
    promise: "P8",
    proves: "any moment can be restored with PostgreSQL's own tools and proved: rows, keys, lists, and erasures done again",
    body: |trial| Box::pin(run(trial)),
};

/// Something is signed, or in the archive, within this time.
const PATIENCE: Duration = Duration::from_secs(60);

/// A moment to which everything is restored.
struct Moment {
    /// When, as the server writes it.
    at: String,
    /// The newest checkpoint just before.
    checkpoint: String,
    /// The log's head just before and just after.
    head: (u64, u64),
}

async fn run(trial: Trial) -> Result<Report> {
    let program = Program::build().await?;
    let cluster = Cluster::start(trial.scale).await?;
    let mut report = Report::new(cluster.version());
    let (moments, events, a_second) = trial.scale.pick((2, 600, 80), (20, 40_000, 400));
    let database = cluster.database().await?;
    let store = database.node().await?;
    let mut worker = program.start_on(&database, "worker").await?;
    let archive = Archive::of(&cluster)?;
    archive.begun().await?;
    let base = base_backup(&cluster).await?;

    let amount = Amount {
        seed: trial.seed,
        events,
        a_second,
    };
    trial.progress.stage(events, "events recorded");
    let (fed, drawn) = tokio::join!(
        feed(&store, amount, &trial.progress),
        draw(&store, &database, moments, trial.seed)
    );
    let (fed, drawn) = (fed?, drawn?);
    let later = later(&store, &database, trial.seed).await?;
    archive.filled(&database).await?;
    store.close().await;
    worker.kill().await?;

    trial
        .progress
        .stage(moments as u64, "moments restored and judged");
    let mut proved = 0;
    for (number, moment) in drawn.iter().enumerate() {
        let restored = Restored::to(&moment.at, &base, &archive, &cluster, &database).await?;
        let (good, words) = restored.judged(&program, &moment.checkpoint).await?;
        // What goes to standard error stands behind it.
        let found = serde_json::Deserializer::from_str(&words)
            .into_iter::<Value>()
            .next();
        let found = found
            .with_context(|| words.clone())?
            .with_context(|| words.clone())?;
        let position = found["position"].as_u64().unwrap_or_default();
        let again = found["erasures"]["doneAgain"].as_u64();
        let here = (moment.head.0..=moment.head.1).contains(&position);
        if good && here && again == Some((moments - number) as u64) {
            proved += 1;
        } else {
            report.violation(format!(
                "restored to {}, with the head {:?}: {words}",
                moment.at, moment.head
            ));
        }
        if number == 0 {
            let (good, words) = restored.judged(&program, &later).await?;
            report.control(
                "a restore that is too old for a checkpoint",
                !good && words.contains("restored too old"),
                "told with what is lost",
            );
            restored.run("UPDATE worklist_rows SET opened_on = opened_on - 1 WHERE entry = (SELECT max(entry) FROM worklist_rows)").await?;
            let (good, words) = restored.judged(&program, &moment.checkpoint).await?;
            report.control(
                "a list that is not what the log gives",
                !good && words.contains("is not what the log gives"),
                "told with the digests",
            );
        }
        restored.gone();
        trial.progress.add(1);
    }
    trial.progress.finish();
    report.figure("events recorded meanwhile", fed);
    report.figure("moments drawn by lot", moments);
    report.figure("restored and proved", proved);
    Ok(report)
}

/// Draws moments, and erases somebody after each.
async fn draw(store: &Store, database: &Database, moments: usize, seed: u64) -> Result<Vec<Moment>> {
    let mut dice = dice(seed, 1);
    let mut build = Builder::new(seed ^ 0x7265_7374);
    let mut drawn = Vec::new();
    let mut connection = database.connect().await?;
    // Some are to be on the lists at the first.
    sleep(Duration::from_secs(3)).await;
    for _ in 0..moments {
        let person = build.person();
        store.append(build.append(person, 0, 3)).await?;
        sleep(Duration::from_millis(dice.random_range(500..4_000))).await;
        let begun = Instant::now();
        let checkpoint = loop {
            let newest: Option<String> = sqlx::query_scalar(
                "SELECT note FROM tree_checkpoints WHERE tree = 1 ORDER BY size DESC LIMIT 1",
            )
            .fetch_optional(&mut connection)
            .await?;
            if let Some(newest) = newest {
                break newest;
            }
            ensure!(begun.elapsed() < PATIENCE, "nothing is signed");
            sleep(Duration::from_millis(100)).await;
        };
        let head = || sqlx::query_scalar::<_, i64>("SELECT position FROM log_head");
        let before = head().fetch_one(&mut connection).await?.unsigned_abs();
        let at: String = sqlx::query_scalar("SELECT clock_timestamp()::timestamptz(6)::text")
            .fetch_one(&mut connection)
            .await?;
        // What is committed within the moment itself may be on either side of it.
        sleep(Duration::from_millis(50)).await;
        let after = head().fetch_one(&mut connection).await?.unsigned_abs();
        drawn.push(Moment {
            at,
            checkpoint,
            head: (before, after),
        });
        let erasure = Erasure {
            id: build.id(),
            people: vec![PersonId(person.id)],
            what: Destroy::Both,
            at: SystemClock.now(),
        };
        store.erase(&erasure).await?;
    }
    Ok(drawn)
}

/// A checkpoint over more than there was at any moment.
async fn later(store: &Store, database: &Database, seed: u64) -> Result<String> {
    let mut build = Builder::new(seed ^ 0x6c61_7465);
    let person = build.person();
    store.append(build.append(person, 0, 1)).await?;
    let mut connection = database.connect().await?;
    let begun = Instant::now();
    loop {
        let whole: Option<String> = sqlx::query_scalar(
            "SELECT note FROM tree_checkpoints WHERE tree = 1 AND size = (SELECT position FROM log_head)",
        )
        .fetch_optional(&mut connection)
        .await?;
        if let Some(whole) = whole {
            return Ok(whole);
        }
        ensure!(begun.elapsed() < PATIENCE, "the end is not signed");
        sleep(Duration::from_millis(100)).await;
    }
}
