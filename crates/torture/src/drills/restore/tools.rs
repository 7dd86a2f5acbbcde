//! PostgreSQL's own tools: a base backup, the server's log as it is written, and both put back to a moment.

use crate::{Cluster, Database, Program};
use anyhow::{Context as _, Result, ensure};
use embedded_postgres::{Installation, Options, Server};
use sqlx::postgres::PgConnectOptions;
use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::str::FromStr as _;
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

/// The server's log is in the archive within this time.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program beside the server's. Where some programs are linked from, others may not be.
fn tool(cluster: &Cluster, name: &str) -> Result<Command> {
    let server = Installation::find(None)?.bin().join("postgres").canonicalize()?;
    let mut command = Command::new(server.with_file_name(name));
    command.arg("--host").arg(cluster.data().join("socket"));
    command.args(["--username", "postgres", "--no-password"]);
    Ok(command)
}

async fn done(mut command: Command) -> Result<()> {
    let output = tokio::task::spawn_blocking(move || command.output()).await??;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

/// The server's log, taken away as it is written. Ends with the value.
pub(super) struct Archive {
    child: Child,
    folder: TempDir,
}

impl Archive {
    pub(super) fn of(cluster: &Cluster) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut command = tool(cluster, "pg_receivewal")?;
        command.arg("--synchronous").arg("--directory").arg(folder.path());
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        Ok(Self { child, folder })
    }

    /// Waits until it receives.
    pub(super) async fn begun(&self) -> Result<()> {
        let begun = Instant::now();
        while std::fs::read_dir(self.folder.path())?.next().is_none() {
            ensure!(begun.elapsed() < PATIENCE, "the server's log is not received");
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Waits until all that was written so far is there, in whole files that the server's user may read.
    pub(super) async fn filled(&self, database: &Database) -> Result<()> {
        let mut connection = database.connect().await?;
        // A moment is reached by what was committed after it.
        sqlx::raw_sql("CREATE TABLE after_all_moments (); DROP TABLE after_all_moments")
            .execute(&mut connection)
            .await?;
        let last: String = sqlx::query_scalar("SELECT pg_walfile_name(pg_switch_wal())")
            .fetch_one(&mut connection)
            .await?;
        let begun = Instant::now();
        while !self.folder.path().join(&last).exists() {
            ensure!(
                begun.elapsed() < PATIENCE,
                "the server's log is not in the archive"
            );
            sleep(Duration::from_millis(50)).await;
        }
        let mut readable = Command::new("chmod");
        readable.args(["-R", "a+rX"]).arg(self.folder.path());
        done(readable).await
    }
}

impl Drop for Archive {
    fn drop(&mut self) {
        // It has ended already, or is told to.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A base backup.
pub(super) async fn base_backup(cluster: &Cluster) -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let mut command = tool(cluster, "pg_basebackup")?;
    command
        .args(["--checkpoint=fast", "--pgdata"])
        .arg(folder.path().join("base"));
    done(command).await?;
    Ok(folder)
}

/// A server of its own, restored to a moment, with the key file and the ledger of now.
pub(super) struct Restored {
    server: Server,
    database: Database,
    // Last, so that the files go after the server.
    folder: TempDir,
}

impl Restored {
    pub(super) async fn to(
        at: &str,
        base: &TempDir,
        archive: &Archive,
        cluster: &Cluster,
        database: &Database,
    ) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
        let data = folder.path().join("data");
        std::fs::create_dir(&data)?;
        let files = data.join("postgres");
        let mut copy = Command::new("cp");
        copy.arg("-a").arg(base.path().join("base")).arg(&files);
        done(copy).await?;
        let archived = archive.folder.path().display();
        let settings = format!(
            "restore_command = 'cp {archived}/%f %p'\nrecovery_target_time = '{at}'\n\
             recovery_target_action = 'promote'\nhot_standby = 'off'\n"
        );
        std::fs::write(files.join("postgresql.auto.conf"), settings)?;
        std::fs::write(files.join("recovery.signal"), "")?;
        // As root the server runs as another user.
        let owner = std::fs::metadata(cluster.data().join("postgres"))?;
        let mut own = Command::new("chown");
        own.arg("-R")
            .arg(format!("{}:{}", owner.uid(), owner.gid()))
            .arg(&files);
        done(own).await?;
        let key_file = folder.path().join("keys.txt");
        std::fs::copy(database.key_file(), &key_file)?;
        let ledger = |of: &Path| of.with_file_name("erasures.log");
        std::fs::copy(ledger(database.key_file()), ledger(&key_file))?;
        let name = database.name().to_owned();
        let server = tokio::task::spawn_blocking(move || {
            let mut options = Options::new(Installation::find(None)?, data, name);
            options.settings = vec![("max_connections".into(), "300".into())];
            Server::start(options)
        });
        let server = server.await??;
        let connect = PgConnectOptions::from_str(&server.connection_url())?;
        Ok(Self {
            database: Database::restored(connect, key_file),
            server,
            folder,
        })
    }

    /// Whether `backup check` lets it serve by a checkpoint, and what it says, as JSON.
    pub(super) async fn judged(&self, program: &Program, checkpoint: &str) -> Result<(bool, String)> {
        let file: PathBuf = self.folder.path().join("checkpoint");
        std::fs::write(&file, checkpoint)?;
        let file = file.to_str().context("an odd directory")?;
        let words = ["backup", "check", "--json", "--checkpoint", file];
        program.run(&words, &self.database).await
    }

    /// A statement of the superuser.
    pub(super) async fn run(&self, statement: &'static str) -> Result<()> {
        let mut connection = self.database.connect().await?;
        sqlx::raw_sql(statement).execute(&mut connection).await?;
        Ok(())
    }

    pub(super) fn gone(self) {
        // The files go with the value; a server that does not stop is stopped again then.
        let _ = self.server.stop();
    }
}
