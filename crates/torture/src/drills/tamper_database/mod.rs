//! P9 on a real database: its superuser edits, deletes, inserts, swaps, moves and back-dates rows of `events`, past the
//! triggers that refuse it, and has the log sign that anew where that hides more. What `throughcare export` writes then is
//! verified offline beside the export of an earlier day, and the position is told.

mod way;

use crate::rng::dice;
use crate::{Cluster, Database, Drill, Program, Report, Trial};
use anyhow::{Context as _, Result, bail, ensure};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use throughcare_app::proving::Tree;
use throughcare_app::{App, SystemClock, SystemIds};
use throughcare_proof::policy::Policy;
use throughcare_proof::verify::{Asked, Older, Outcome, verify};
use tokio::time::{Instant, sleep};
use way::{Tampered, Way};

/// The drill.
pub const DRILL: Drill = Drill {
    name: "tamper-database",
    promise: "P9",
    proves: "whatever a superuser does to rows of a real database is found from an export, offline, with its position",
    body: |trial| Box::pin(run(trial)),
};

/// The log is signed, and nobody is connected any more, within this time.
const PATIENCE: Duration = Duration::from_secs(60);

/// Files by their paths.
type Directory = BTreeMap<String, Vec<u8>>;

async fn run(trial: Trial) -> Result<Report> {
    let program = Program::build().await?;
    let cluster = Cluster::start(trial.scale).await?;
    let mut report = Report::new(cluster.version());
    let (people, turns) = trial.scale.pick(("8", 1), ("120", 100));
    let database = cluster.database().await?;
    // What a county's directory remembers would stand in the way of the next.
    let aside = tempfile::tempdir()?;
    let aside = aside.path().to_string_lossy().into_owned();
    let county = [
        "simulate",
        "--data-dir",
        &aside,
        "--people",
        people,
        "--years",
        "1",
        "--seed",
        "5",
        "--until",
        "2026-01-01",
        "--no-lists",
    ];
    let (good, words) = program.run(&county, &database).await?;
    ensure!(good, "{words}");
    signed(&program, &database, database.key_file()).await?;
    let policy = policy(&database).await?;
    alone(&cluster, &database).await?;
    let then = match export(&program, &database).await? {
        Exported::Written(files) => files,
        Exported::Refused(words) => bail!("the honest log cannot be exported: {words}"),
    };
    let clean = judged(&policy, &then, Some(&then))?;
    if !clean.unaltered() {
        report.violation(format!("the honest log alarms: {clean}"));
    }
    ensure!(
        refuses_a_replica(&cluster, &database).await?,
        "a superuser who plays a replica changes events, and no trigger refuses"
    );

    let tamperings = turns * Way::ALL.len();
    trial
        .progress
        .stage(tamperings as u64, "tamperings exported and verified");
    let (mut placed, mut refused, mut without_memory) = (0_usize, 0_usize, 0_usize);
    let mut tried: BTreeMap<&str, usize> = BTreeMap::new();
    for turn in 0..tamperings {
        let way = Way::ALL[turn % Way::ALL.len()];
        let mut dice = dice(trial.seed, turn as u64);
        alone(&cluster, &database).await?;
        let copy = cluster.copy_of(&database).await?;
        let tampered = way.tamper(&copy, &mut dice).await?;
        if way.is_signed() {
            sign_anew(&program, &copy, turn as u64).await?;
        }
        *tried.entry(way.words()).or_default() += 1;
        match export(&program, &copy).await? {
            Exported::Refused(words) => {
                refused += 1;
                let place = format!("the event at position {} is missing", tampered.position);
                if words.contains(&place) {
                    placed += 1;
                } else {
                    report.violation(format!("{tampered}: the export is refused, and says: {words}"));
                }
            }
            Exported::Written(files) => {
                let outcome = judged(&policy, &files, Some(&then))?;
                if tells(&outcome, &tampered) {
                    placed += 1;
                } else {
                    report.violation(format!("{tampered}: {outcome}"));
                }
                without_memory += usize::from(judged(&policy, &files, None)?.unaltered());
            }
        }
        gone(&cluster, &copy).await?;
        trial.progress.add(1);
    }
    trial.progress.finish();
    report.figure("events of the log", then_size(&then)?);
    report.figure("tamperings", tamperings);
    report.figure("found with the position", placed);
    report.figure("of these found by the exporter already", refused);
    for (way, count) in tried {
        report.figure(way, count);
    }
    report.control(
        "an auditor who kept nothing and has no witness",
        without_memory > 0,
        format!("would have missed {without_memory} of {tamperings}"),
    );
    Ok(report)
}

/// Whether one fault is of the position.
fn tells(outcome: &Outcome, tampered: &Tampered) -> bool {
    outcome.faults.iter().any(|fault| {
        let upto = fault.upto.or(fault.position);
        fault
            .position
            .is_some_and(|position| position <= tampered.position)
            && upto.is_some_and(|upto| tampered.position <= upto)
    })
}

fn then_size(files: &Directory) -> Result<u64> {
    let manifest = files
        .get("manifest.json")
        .context("an export without a manifest")?;
    let manifest: serde_json::Value = serde_json::from_slice(manifest)?;
    manifest["size"].as_u64().context("a manifest without a size")
}

/// What came of an export.
enum Exported {
    /// Files.
    Written(Directory),
    /// It was refused, with a sentence.
    Refused(String),
}

async fn export(program: &Program, database: &Database) -> Result<Exported> {
    let place = tempfile::tempdir()?;
    let out = place.path().join("export");
    let words = [
        "export",
        "--all",
        "--out",
        out.to_str().context("an odd directory")?,
    ];
    let (good, said) = program.run(&words, database).await?;
    if !good {
        return Ok(Exported::Refused(said));
    }
    let mut files = Directory::new();
    read(&out, &out, &mut files)?;
    Ok(Exported::Written(files))
}

fn read(root: &Path, at: &Path, files: &mut Directory) -> Result<()> {
    for entry in std::fs::read_dir(at)? {
        let path = entry?.path();
        if path.is_dir() {
            read(root, &path, files)?;
        } else {
            let name = path.strip_prefix(root)?.to_string_lossy().into_owned();
            files.insert(name, std::fs::read(&path)?);
        }
    }
    Ok(())
}

fn judged(policy: &Policy, export: &Directory, older: Option<&Directory>) -> Result<Outcome> {
    let mut asked = Asked::by(policy);
    asked.older.extend(older.map(|files| Older::Export(files)));
    Ok(verify(export, &asked)?)
}

/// The auditor's own: by which key the log signs.
async fn policy(database: &Database) -> Result<Policy> {
    let app = App::open(database.node().await?, Arc::new(SystemClock), Arc::new(SystemIds)).await?;
    let key = app.log_keys().verifier(Tree::Log).to_string();
    app.store().close().await;
    Ok(Policy::parse(&format!("log {key}\nquorum none\n"))?)
}

/// Lets the program sign all that is recorded.
async fn signed(program: &Program, database: &Database, key_file: &Path) -> Result<()> {
    let mut process = program.start(&database.url(), key_file, "worker").await?;
    let mut connection = database.connect().await?;
    let begun = Instant::now();
    loop {
        let done: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM tree_checkpoints WHERE tree = 1 AND size = (SELECT position FROM log_head))",
        )
        .fetch_one(&mut connection)
        .await?;
        if done {
            break;
        }
        ensure!(begun.elapsed() < PATIENCE, "the log is not signed");
        sleep(Duration::from_millis(100)).await;
    }
    process.kill().await
}

/// The superuser has the key file, too: whatever was signed is removed, and the log signs what is there now.
async fn sign_anew(program: &Program, database: &Database, number: u64) -> Result<()> {
    let mut connection = database.connect().await?;
    sqlx::raw_sql(
        "SET session_replication_role = replica; \
         ALTER TABLE tree_cosignatures DISABLE TRIGGER ALL; ALTER TABLE tree_checkpoints DISABLE TRIGGER ALL; \
         ALTER TABLE tree_tiles DISABLE TRIGGER ALL; ALTER TABLE tree_edges DISABLE TRIGGER ALL; \
         ALTER TABLE trees DISABLE TRIGGER ALL; \
         DELETE FROM tree_cosignatures WHERE tree = 1; DELETE FROM tree_checkpoints WHERE tree = 1; \
         DELETE FROM tree_tiles WHERE tree = 1; DELETE FROM tree_edges WHERE tree = 1; \
         UPDATE trees SET size = 0, roots = '' WHERE tree = 1",
    )
    .execute(&mut connection)
    .await?;
    // Beside a key file lies the last checkpoint that was signed.
    let place = tempfile::tempdir()?;
    let key_file = place.path().join(format!("{number}.keys"));
    std::fs::copy(database.key_file(), &key_file)?;
    signed(program, database, &key_file).await
}

/// Without triggers switched off, not even a replica's superuser changes an event.
async fn refuses_a_replica(cluster: &Cluster, database: &Database) -> Result<bool> {
    let copy = cluster.copy_of(database).await?;
    let mut connection = copy.connect().await?;
    let tried = sqlx::raw_sql(
        "SET session_replication_role = replica; UPDATE events SET purpose = 'another' WHERE position = 1",
    )
    .execute(&mut connection)
    .await;
    drop(connection);
    gone(cluster, &copy).await?;
    Ok(tried.is_err())
}

/// Waits until nobody is connected to a database: programs that were killed are, for a moment.
async fn alone(cluster: &Cluster, database: &Database) -> Result<()> {
    let mut admin = cluster.connect().await?;
    let begun = Instant::now();
    loop {
        let left: i64 = sqlx::query_scalar(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname IN ($1, $1 || '_keys')",
        )
        .bind(database.name())
        .fetch_one(&mut admin)
        .await?;
        if left == 0 {
            return Ok(());
        }
        ensure!(begun.elapsed() < PATIENCE, "somebody stays connected");
        sleep(Duration::from_millis(20)).await;
    }
}

/// Drops a copy.
async fn gone(cluster: &Cluster, database: &Database) -> Result<()> {
    let mut admin = cluster.connect().await?;
    for of in ["", "_keys"] {
        let statement = format!("DROP DATABASE {}{of} WITH (FORCE)", database.name());
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
            .execute(&mut admin)
            .await?;
    }
    Ok(())
}
