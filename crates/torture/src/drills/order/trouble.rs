//! What happens to a database beside the log: transactions that are left open, held and rolled back, connections
//! that are cut, processes that stand still.

use crate::rng::{Dice, RngExt as _, dice};
use crate::{Cluster, Database, Paused, Scale};
use anyhow::Result;
use sqlx::{Connection as _, PgConnection};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;

/// Generators of the troubles are numbered from here, apart from those of the writers.
const FIRST_TASK: u64 = 1_000;

/// How much trouble there was.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// Transactions that moved the head, were held, and were rolled back or broken off.
    pub rolled_back: AtomicU64,
    /// Writers' connections that were cut.
    pub cut: AtomicU64,
    /// Writers' server processes that were held still.
    pub paused: AtomicU64,
}

/// Trouble that goes on until [`Trouble::end`].
pub(super) struct Trouble {
    over: Arc<AtomicBool>,
    made: Arc<Made>,
    tasks: JoinSet<Result<()>>,
    idle: Vec<PgConnection>,
}

impl Trouble {
    /// Begins it. Where the head has no lock, there is none to hold.
    pub async fn begin(
        cluster: &Cluster,
        database: &Database,
        seed: u64,
        scale: Scale,
        holds_head: bool,
    ) -> Result<Self> {
        let over = Arc::new(AtomicBool::new(false));
        let made = Arc::new(Made::default());
        let mut tasks = JoinSet::new();
        let dice = |task| dice(seed, FIRST_TASK + task);
        // Bounded, so that a machine on which every commit takes as long as the next trouble gets done too.
        let (cuts, pauses) = scale.pick((60, 12), (3_000, 400));
        tasks.spawn(cut(database.clone(), dice(0), cuts, over.clone(), made.clone()));
        let (between_ms, pause_ms) = scale.pick((200..1_500, 20..700), (500..5_000, 20..4_000));
        tasks.spawn(pause(
            database.clone(),
            dice(1),
            between_ms,
            pause_ms,
            pauses,
            over.clone(),
            made.clone(),
        ));
        if holds_head {
            tasks.spawn(hold(database.clone(), dice(2), over.clone(), made.clone()));
        }
        // Idle transactions with an id of their own: one here, one in another database of the cluster.
        let mut idle = vec![database.connect().await?, cluster.connect().await?];
        for connection in &mut idle {
            sqlx::raw_sql("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_current_xact_id()")
                .execute(connection)
                .await?;
        }
        Ok(Self {
            over,
            made,
            tasks,
            idle,
        })
    }

    /// Ends it, and tells how much there was.
    pub async fn end(mut self) -> Result<Arc<Made>> {
        self.over.store(true, Ordering::SeqCst);
        while let Some(task) = self.tasks.join_next().await {
            task??;
        }
        for connection in self.idle {
            connection.close().await?;
        }
        Ok(self.made)
    }
}

async fn rest(dice: &mut Dice, millis: Range<u64>) {
    tokio::time::sleep(Duration::from_millis(dice.random_range(millis))).await;
}

/// A server process of a node's writer, rather one that is in a transaction.
async fn writer_process(connection: &mut PgConnection) -> Result<Option<i32>> {
    Ok(sqlx::query_scalar(
        "/* writer_process */ SELECT pid FROM pg_stat_activity \
         WHERE datname = current_database() AND application_name = 'throughcare-writer' \
         ORDER BY (xact_start IS NULL), random() LIMIT 1",
    )
    .fetch_optional(connection)
    .await?)
}

async fn cut(
    database: Database,
    mut dice: Dice,
    most: u64,
    over: Arc<AtomicBool>,
    made: Arc<Made>,
) -> Result<()> {
    let mut connection = database.connect().await?;
    while made.cut.load(Ordering::Relaxed) < most && !over.load(Ordering::SeqCst) {
        rest(&mut dice, 100..600).await;
        if let Some(pid) = writer_process(&mut connection).await? {
            let cut: bool = sqlx::query_scalar("/* cut */ SELECT pg_terminate_backend($1)")
                .bind(pid)
                .fetch_one(&mut connection)
                .await?;
            made.cut.fetch_add(u64::from(cut), Ordering::Relaxed);
        }
    }
    Ok(())
}

async fn pause(
    database: Database,
    mut dice: Dice,
    between_ms: Range<u64>,
    pause_ms: Range<u64>,
    most: u64,
    over: Arc<AtomicBool>,
    made: Arc<Made>,
) -> Result<()> {
    let mut connection = database.connect().await?;
    while made.paused.load(Ordering::Relaxed) < most && !over.load(Ordering::SeqCst) {
        rest(&mut dice, between_ms.clone()).await;
        let process = writer_process(&mut connection).await?;
        // It may have ended since.
        if let Some(Ok(_paused)) = process.map(Paused::process) {
            made.paused.fetch_add(1, Ordering::Relaxed);
            rest(&mut dice, pause_ms.clone()).await;
        }
    }
    Ok(())
}

/// Does what a node does that dies in the middle: takes the head, moves it, stays, and is gone without a commit.
async fn hold(database: Database, mut dice: Dice, over: Arc<AtomicBool>, made: Arc<Made>) -> Result<()> {
    let mut connection = database.connect().await?;
    while !over.load(Ordering::SeqCst) {
        rest(&mut dice, 20..120).await;
        sqlx::raw_sql(
            "BEGIN; UPDATE log_head SET position = position + 1000, recorded_at = now() + interval '1 day'",
        )
        .execute(&mut connection)
        .await?;
        rest(&mut dice, 1..25).await;
        if dice.random_range(0..4) == 0 {
            connection.close_hard().await?;
            connection = database.connect().await?;
        } else {
            sqlx::raw_sql("ROLLBACK").execute(&mut connection).await?;
        }
        made.rolled_back.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}
