//! P1: what was acknowledged is never lost. PostgreSQL and the program are killed with SIGKILL under sixty-four
//! writers, again and again; after recovery every acknowledged referral is there, once, and nothing else.

mod kills;
mod writers;

use crate::program::{Process, Program};
use crate::referrals::{self, Recorded};
use crate::rng::dice;
use crate::{Cluster, Database, Drill, Report, Trial};
use anyhow::Result;
use kills::Kinds;
use sqlx::{Executor as _, raw_sql};
use std::collections::HashSet;
use uuid::Uuid;
use writers::Writers;

/// The drill.
pub const DRILL: Drill = Drill {
    name: "crash",
    promise: "P1",
    proves: "what was acknowledged is there, once, after PostgreSQL and the program are killed under 64 writers",
    body: |trial| Box::pin(run(trial)),
};

/// How much is done.
#[derive(Clone, Copy)]
struct Amount {
    kills: u64,
    /// Acknowledgements before the next kill.
    between: u64,
    control_kills: u64,
}

const SHORT: Amount = Amount {
    kills: 4,
    between: 40,
    control_kills: 2,
};
const LONG: Amount = Amount {
    kills: 200,
    between: 1_520,
    control_kills: 5,
};

async fn run(trial: Trial) -> Result<Report> {
    let program = Program::build().await?;
    let amount = trial.scale.pick(SHORT, LONG);
    let cluster = Cluster::start(trial.scale).await?;
    let mut report = Report::new(cluster.version());

    let database = cluster.database().await?;
    trial
        .progress
        .stage(amount.kills * amount.between, "acknowledged");
    let (acknowledged, done) = storm(
        &cluster,
        &database,
        &program,
        amount.kills,
        amount.between,
        Kinds::All,
        &trial,
    )
    .await?;
    report.figure("kills of PostgreSQL", done.postgres);
    report.figure("kills of the program", done.program);
    report.figure("writers", writers::WRITERS);
    report.figure("acknowledged", acknowledged.len());
    let compared = compare(&acknowledged, referrals::recorded(&database).await?);
    report.figure("acknowledged and lost", compared.lost);
    report.figure("doubled", compared.doubled);
    report.violations(compared.wrong);

    let cluster = Cluster::start(trial.scale).await?;
    let database = cluster.database().await?;
    let mut owner = database.connect().await?;
    owner.execute(raw_sql(HASTY)).await?;
    // It would write every fifth of a second what commits do not wait for.
    owner
        .execute(raw_sql(
            "/* crash_hasty */ ALTER SYSTEM SET wal_writer_delay = '10s'",
        ))
        .await?;
    owner
        .execute(raw_sql("/* crash_hasty */ SELECT pg_reload_conf()"))
        .await?;
    drop(owner);
    trial.progress.stage(
        amount.control_kills * amount.between,
        "acknowledged without a flush",
    );
    let (acknowledged, _) = storm(
        &cluster,
        &database,
        &program,
        amount.control_kills,
        amount.between,
        Kinds::Postgres,
        &trial,
    )
    .await?;
    let compared = compare(&acknowledged, referrals::recorded(&database).await?);
    report.control(
        "commits do not wait for the disk",
        compared.lost > 0,
        format!(
            "{} of {} acknowledged were lost",
            compared.lost,
            acknowledged.len()
        ),
    );
    trial.progress.finish();
    Ok(report)
}

/// The guard taken out below everything that the program sets for its sessions.
const HASTY: &str = "/* crash_hasty */ \
    CREATE FUNCTION hasty() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
        PERFORM set_config('synchronous_commit', 'off', false); RETURN NULL; END $$; \
    CREATE TRIGGER hasty AFTER UPDATE ON log_head FOR EACH STATEMENT EXECUTE FUNCTION hasty()";

/// Writers write while everything is killed; answers what they were told, and how often what was killed.
async fn storm(
    cluster: &Cluster,
    database: &Database,
    program: &Program,
    kills: u64,
    between: u64,
    kinds: Kinds,
    trial: &Trial,
) -> Result<(Vec<Uuid>, kills::Done)> {
    let mut process: Process = program.start_on(database, "api").await?;
    referrals::set_up(program, &process, database, &Writers::desks()).await?;
    let writers = Writers::start(program, process.address(), trial.seed, trial.progress.clone())?;
    let mut chance = dice(trial.seed, 1_000);
    let stormed = kills::storm(
        cluster,
        database,
        program,
        &mut process,
        &writers,
        (kills, between, kinds),
        &mut chance,
    )
    .await;
    // The writers end first, whatever happened: each is answered for what it asked last.
    let acknowledged = writers.end().await;
    let done = stormed?;
    let acknowledged = acknowledged?;
    drop(process);
    // Once more, so that what is read has come from the disk.
    cluster.kill().await?;
    cluster.recover().await?;
    Ok((acknowledged, done))
}

#[derive(Debug, Default)]
struct Compared {
    lost: usize,
    doubled: usize,
    wrong: Vec<String>,
}

fn compare(acknowledged: &[Uuid], recorded: Recorded) -> Compared {
    let told: HashSet<Uuid> = acknowledged.iter().copied().collect();
    let lost = told.difference(&recorded.referrals).count();
    // Every writer was answered in the end, so what nobody was told of is a request recorded twice.
    let doubled = recorded.referrals.difference(&told).count();
    let mut wrong = recorded.wrong;
    if lost > 0 {
        wrong.push(format!("{lost} acknowledged referrals are lost"));
    }
    if doubled > 0 {
        wrong.push(format!("{doubled} referrals are there that nobody was told of"));
    }
    for (what, count) in [
        ("different answers", told.len()),
        ("events of referrals", recorded.received),
        ("records opened", recorded.registered),
        ("kept answers", recorded.answers),
    ] {
        if count != acknowledged.len() {
            wrong.push(format!(
                "{count} {what} for {} acknowledged referrals",
                acknowledged.len()
            ));
        }
    }
    Compared { lost, doubled, wrong }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_one_lost_and_one_too_many_then_both_are_told() {
        let ids: Vec<_> = (1..=4).map(Uuid::from_u128).collect();
        let recorded = Recorded {
            referrals: ids[1..].iter().copied().collect(),
            received: 3,
            registered: 3,
            answers: 3,
            wrong: Vec::new(),
        };
        let compared = compare(&ids[..3], recorded);
        assert_eq!((compared.lost, compared.doubled), (1, 1));
    }
}
