//! The private PostgreSQL on which everything is measured: durable as in service, reached by its unix socket.

use anyhow::{Context, Result};
use embedded_postgres::{Installation, Options, Server};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

/// What differs from a server in service: room for every system's connections, and memory so that reading measures
/// the stores and not the disk.
const SETTINGS: [(&str, &str); 2] = [("shared_buffers", "1GB"), ("max_connections", "400")];

/// A running server in a directory of its own, which goes away with it.
pub struct Cluster {
    server: Option<Server>,
    folder: PathBuf,
    socket: PathBuf,
    port: u16,
    admin: PgConnectOptions,
}

impl Cluster {
    /// Starts it. Blocks for some seconds.
    ///
    /// # Errors
    /// When there are no server programs, or the directory cannot be made.
    pub fn start(parent: &Path) -> Result<Self> {
        let folder = parent.join(format!("throughcare-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        // As root the server runs as another user, who must reach it.
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755))?;
        let mut options = Options::new(Installation::find(None)?, folder.join("data"), "bench");
        options.settings = SETTINGS.map(|(name, value)| (name.into(), value.into())).to_vec();
        let server = Server::start(options)?;
        let admin = PgConnectOptions::from_str(&server.connection_url())?;
        Ok(Self {
            socket: server.socket_dir().to_owned(),
            port: server.port(),
            server: Some(server),
            folder,
            admin,
        })
    }

    /// A directory for files that go away with the server.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file that begins with the server's process id.
    pub fn process_file(&self) -> PathBuf {
        self.folder.join("data/postgres/postmaster.pid")
    }

    /// The directory of its unix socket: what clients take as the host.
    pub fn socket_directory(&self) -> &Path {
        &self.socket
    }

    /// Its port, which only names the socket's file.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Makes an empty database.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn database(&self, name: &'static str) -> Result<PgConnectOptions> {
        let mut admin = self.admin.connect().await?;
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .execute(&mut admin)
            .await?;
        admin.close().await?;
        Ok(self.admin.clone().database(name))
    }

    /// Version and the settings that decide what is measured.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn described(&self) -> Result<String> {
        let mut admin = self.admin.connect().await?;
        let told: String = sqlx::query_scalar(
            "SELECT 'PostgreSQL ' || current_setting('server_version') || ', ' || string_agg(name || ' ' || \
             current_setting(name), ', ') FROM unnest(ARRAY['fsync', 'synchronous_commit', 'full_page_writes', \
             'wal_sync_method', 'wal_compression', 'shared_buffers', 'max_wal_size']) AS name",
        )
        .fetch_one(&mut admin)
        .await?;
        admin.close().await?;
        Ok(told)
    }

    /// Cleans up after the setting up, so that no system begins with the vacuum of another.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn settle(&self, databases: &[&str]) -> Result<()> {
        for database in databases {
            let mut connection = self.admin.clone().database(database).connect().await?;
            sqlx::raw_sql("VACUUM ANALYZE").execute(&mut connection).await?;
            connection.close().await?;
        }
        let mut admin = self.admin.connect().await?;
        sqlx::raw_sql("CHECKPOINT").execute(&mut admin).await?;
        Ok(admin.close().await?)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.server.take());
        let _ = std::fs::remove_dir_all(&self.folder); // what stays is named after a process that is gone
    }
}

/// One connection, for what works beside the clients.
///
/// # Errors
/// When the server refuses.
pub async fn single(connect: PgConnectOptions) -> Result<PgPool> {
    let options = PgPoolOptions::new().max_connections(1).test_before_acquire(false);
    Ok(options.connect_with(connect.disable_statement_logging()).await?)
}

/// A pool as every system gets it: [`bench_load::CONNECTIONS`] at most, no ping before use, opened before it counts.
///
/// # Errors
/// When the server refuses.
pub async fn pool(connect: PgConnectOptions) -> Result<PgPool> {
    let pool = PgPoolOptions::new()
        .max_connections(bench_load::CONNECTIONS)
        .min_connections(bench_load::CONNECTIONS)
        .test_before_acquire(false)
        .connect_with(connect.disable_statement_logging())
        .await?;
    Ok(pool)
}
