//! P4: no projection skips or repeats. Several workers share the lists of one log while it grows; they are killed,
//! and held still for longer than a lease lasts, at any moment. In the end the rows are those of a rebuild.

mod fleet;

use crate::feed::{self, Amount};
use crate::lists::{self, Rows};
use crate::program::Program;
use crate::proxy::{Delays, Proxy};
use crate::{Cluster, Database, Drill, Report, Trial};
use anyhow::{Context as _, Result};
use fleet::{Fleet, Storm};
use sqlx::{Executor as _, raw_sql};
use std::sync::Arc;
use std::time::Duration;
use throughcare_store::Store;

/// The drill.
pub const DRILL: Drill = Drill {
    name: "workers",
    promise: "P4",
    proves: "no projection skips or repeats an event when its workers are killed and held still",
    body: |trial| Box::pin(run(trial)),
};

/// Commits are delayed by at most this, now and then.
const DELAY: Duration = Duration::from_millis(40);
/// One message in so many is delayed.
const DELAYED: u64 = 60;

async fn run(trial: Trial) -> Result<Report> {
    let program = Program::build().await?;
    let cluster = Cluster::start(trial.scale).await?;
    let mut report = Report::new(cluster.version());
    // No faster than workers can be killed, so that there is something to do after each kill and each long pause.
    let (events, a_second) = trial.scale.pick((2_400, 160), (1_000_000, 1_600));
    let (kills, long_pauses) = trial.scale.pick((8, 2), (500, 20));
    let database = cluster.database().await?;

    let amount = Amount {
        seed: trial.seed,
        events,
        a_second,
    };
    let storm = Storm {
        seed: trial.seed,
        kills,
        long_pauses,
        between: events / (kills + 1),
    };
    trial.progress.stage(events, "events recorded");
    let (fed, done) = grow_under_storm(&program, &database, amount, storm, &trial).await?;
    report.figure("events", fed);
    report.figure("workers killed", done.kills);
    report.figure("workers held still", done.pauses);
    report.figure("of them for longer than a lease lasts", done.long_pauses);

    trial.progress.stage(1, "rebuilding the same without a storm");
    let rows = Rows::read(&database).await?;
    lists::alone(&cluster, &database).await?;
    let rebuilt = lists::rebuilt(&cluster, &program, &database).await?;
    report.figure("rows", rows.len());
    report.violations(compare(&rows, &rebuilt));
    if rows.len() == 0 || done.kills < kills {
        report.violation("the drill did not do what it means to: no rows, or too few kills");
    }

    let again = unfenced(&database).await?;
    let differing = Rows::read(&database).await?.differing(&rebuilt).len();
    let (equal, _) = program.run(&["rebuild", "worklists"], &database).await?;
    report.control(
        "a worker that was held still writes its batch although another has written it",
        differing > 0 && !equal,
        format!(
            "{again} rows written twice, {differing} people's rows differ; the rebuild refuses to switch"
        ),
    );
    trial.progress.finish();
    Ok(report)
}

/// The log grows through a proxy that delays commits, beside a transaction that stays open, while workers are
/// killed and held still; ends when the lists are as far as the log.
async fn grow_under_storm(
    program: &Program,
    database: &Database,
    amount: Amount,
    storm: Storm,
    trial: &Trial,
) -> Result<(u64, fleet::Done)> {
    let delays = Arc::new(Delays::new(amount.seed, DELAYED, DELAY));
    let proxy = Proxy::start(&database.connect_options(), delays).await?;
    let mut settings = database.settings();
    settings.connect = proxy.through(&database.connect_options());
    settings.keys = Some(database.key_connect_options());
    let store = Store::open(settings).await?;
    let mut idle = database.connect().await?;
    idle.execute(raw_sql("/* workers_idle */ BEGIN; SELECT pg_current_xact_id()"))
        .await?;

    let progress = trial.progress.clone();
    let feeding = tokio::spawn({
        let store = store.clone();
        async move { feed::feed(&store, amount, &progress).await }
    });
    let mut fleet = Fleet::start(program, database).await?;
    let done = fleet.storm(storm, &feeding).await?;
    let fed = feeding.await.context("nobody feeds the log")??;
    lists::caught_up(database).await?;
    fleet.end().await?;
    store.close().await;
    Ok((fed, done))
}

fn compare(rows: &Rows, rebuilt: &Rows) -> Vec<String> {
    let mut wrong = Vec::new();
    if rows.position != rebuilt.position {
        wrong.push(format!(
            "at {} and rebuilt at {}",
            rows.position, rebuilt.position
        ));
    }
    let differing = rows.differing(rebuilt);
    if !differing.is_empty() {
        let some: Vec<_> = differing.iter().take(3).map(ToString::to_string).collect();
        wrong.push(format!(
            "the rows of {} people differ from those of a rebuild, such as {}",
            differing.len(),
            some.join(", ")
        ));
    }
    wrong
}

/// The guard taken out: the rows of the last batch written again, as a worker does that does not look whether the
/// checkpoint and the lease are still its own.
async fn unfenced(database: &Database) -> Result<u64> {
    let columns: String = sqlx::query_scalar(
        "/* workers_columns */ SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) \
         FROM information_schema.columns \
         WHERE table_schema = 'public' AND table_name = 'worklist_rows' AND is_identity = 'NO' \
           AND is_generated = 'NEVER'",
    )
    .fetch_one(&mut database.connect().await?)
    .await?;
    let statement = format!(
        "/* workers_unfenced */ INSERT INTO worklist_rows ({columns}) SELECT {columns} FROM worklist_rows \
         WHERE known_from > (SELECT max(known_from) FROM worklist_rows) - 100"
    );
    let mut connection = database.connect().await?;
    let done = connection
        .execute(raw_sql(sqlx::AssertSqlSafe(statement)))
        .await?;
    Ok(done.rows_affected())
}
