//! A private and durable PostgreSQL for one drill, and databases on it.

use crate::Scale;
use crate::paused::send;
use anyhow::{Context as _, Result};
use embedded_postgres::{Installation, Options, Server};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection};
use std::ffi::CString;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tempfile::TempDir;
use throughcare_store::{Settings, Store};

/// Connections that a drill may hold at once.
const CONNECTIONS: &str = "300";
/// The maintenance database: the drill's own statements run here, no log is in it.
const MAINTENANCE: &str = "torture";
/// Where files are in memory, on Linux.
const MEMORY: &str = "/dev/shm";
/// Free memory without which the short form's files go to disk.
const MEMORY_FREE_BYTES: u64 = 2 << 30;

/// A server of its own, with the durability of service. It stops, and its files go, when the value is dropped.
pub struct Cluster {
    server: Mutex<Option<Server>>,
    admin: PgConnectOptions,
    version: String,
    databases: AtomicU32,
    // Last, so that the files go after the server.
    folder: TempDir,
}

impl Cluster {
    /// Creates and starts it: a second or two.
    ///
    /// The long form's files are on disk. Those of the short form are in memory where there is room: the server
    /// syncs as ever, only faster, and what outlives SIGKILL is the same.
    ///
    /// # Errors
    /// When PostgreSQL's server programs are missing, or do not start.
    pub async fn start(scale: Scale) -> Result<Self> {
        let memory = Path::new(MEMORY);
        let root = if scale == Scale::Short && free_bytes(memory) >= MEMORY_FREE_BYTES {
            memory.to_path_buf()
        } else {
            std::env::temp_dir()
        };
        let folder = tempfile::Builder::new()
            .prefix("throughcare-torture-")
            .tempdir_in(root)?;
        // As root the server runs as another user, who must reach its files.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))?;
        let (server, version) = launch(folder.path()).await?;
        let admin = PgConnectOptions::from_str(&server.connection_url())?;
        Ok(Self {
            server: Mutex::new(Some(server)),
            admin,
            version,
            databases: AtomicU32::new(0),
            folder,
        })
    }

    /// How its superuser reaches the maintenance database.
    pub fn admin(&self) -> PgConnectOptions {
        self.admin.clone()
    }

    /// A connection of the superuser to the maintenance database.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn connect(&self) -> Result<PgConnection> {
        Ok(self.admin.connect().await?)
    }

    /// Its data directory, as the server's supervisor lays it out.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The server's version, as 15.9.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The server's first process, while it runs.
    pub fn pid(&self) -> Option<i32> {
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        server.as_ref()?.pid().and_then(|pid| i32::try_from(pid).ok())
    }

    /// A database without tables.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn empty_database(&self) -> Result<Database> {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("drill_{number}");
        let mut admin = self.connect().await?;
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .execute(&mut admin)
            .await?;
        Ok(Database {
            connect: self.admin.clone().database(&name),
            key_file: self.folder.path().join(format!("{name}.keys")),
        })
    }

    /// A database with Throughcare's tables.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn database(&self) -> Result<Database> {
        let database = self.empty_database().await?;
        throughcare_store::migrate(&database.connect).await?;
        Ok(database)
    }

    /// A copy of a database to which nobody is connected, with the same key file.
    ///
    /// # Errors
    /// When the server refuses, as when somebody is connected.
    pub async fn copy_of(&self, database: &Database) -> Result<Database> {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let (name, original) = (format!("drill_{number}"), database.name());
        let mut admin = self.connect().await?;
        for of in ["", "_keys"] {
            let statement = format!("CREATE DATABASE {name}{of} TEMPLATE {original}{of}");
            sqlx::raw_sql(AssertSqlSafe(statement))
                .execute(&mut admin)
                .await?;
        }
        Ok(Database {
            connect: self.admin.clone().database(&name),
            key_file: database.key_file.clone(),
        })
    }

    /// Ends the server's first process with SIGKILL: what was not on disk is gone. Its other processes follow. The
    /// server stays down until [`Cluster::recover`].
    ///
    /// # Errors
    /// When it does not run, or does not end.
    pub async fn kill(&self) -> Result<()> {
        let server = self
            .server
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
            .context("the server does not run")?;
        let pid = server.pid().context("the server does not run")?;
        send(i32::try_from(pid)?, libc::SIGKILL)?;
        // Else its supervisor would start it again, a few times a minute only.
        tokio::task::spawn_blocking(move || server.stop_within(Duration::ZERO)).await??;
        Ok(())
    }

    /// Starts the server after [`Cluster::kill`]; it recovers from its own log.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn recover(&self) -> Result<()> {
        let (server, _) = launch(self.folder.path()).await?;
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(server);
        Ok(())
    }
}

/// Bytes that are free below a folder; 0 when it cannot be told.
fn free_bytes(folder: &Path) -> u64 {
    let Ok(path) = CString::new(folder.as_os_str().as_bytes()) else {
        return 0;
    };
    // SAFETY: all zeros are a valid statvfs, which is plain numbers.
    let mut told: libc::statvfs = unsafe { std::mem::zeroed() };
    // SAFETY: the path ends in NUL and outlives the call, and `told` is ours to be written.
    if unsafe { libc::statvfs(path.as_ptr(), &raw mut told) } != 0 {
        return 0;
    }
    #[expect(
        clippy::useless_conversion,
        reason = "the numbers have other widths on other systems"
    )]
    u64::from(told.f_bavail).saturating_mul(u64::from(told.f_frsize))
}

async fn launch(folder: &Path) -> Result<(Server, String)> {
    let data = folder.join("data");
    tokio::task::spawn_blocking(move || {
        let installation = Installation::find(None)?;
        let version = installation.version().to_string();
        let mut options = Options::new(installation, data, MAINTENANCE);
        options.settings = vec![("max_connections".into(), CONNECTIONS.into())];
        Ok((Server::start(options)?, version))
    })
    .await?
}

/// A database of a cluster.
#[derive(Clone, Debug)]
pub struct Database {
    connect: PgConnectOptions,
    key_file: PathBuf,
}

impl Database {
    /// One on another server.
    pub fn restored(connect: PgConnectOptions, key_file: PathBuf) -> Self {
        Self { connect, key_file }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.connect.get_database().unwrap_or_default()
    }

    /// How the superuser reaches it.
    pub fn connect_options(&self) -> PgConnectOptions {
        self.connect.clone()
    }

    /// How the superuser reaches its key store.
    pub fn key_connect_options(&self) -> PgConnectOptions {
        self.connect.clone().database(&format!("{}_keys", self.name()))
    }

    /// Its address, for a program that the drill starts.
    pub fn url(&self) -> String {
        self.connect.to_url_lossy().into()
    }

    /// The key file that all nodes on it share.
    pub fn key_file(&self) -> &Path {
        &self.key_file
    }

    /// A connection of the superuser.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn connect(&self) -> Result<PgConnection> {
        Ok(self.connect.connect().await?)
    }

    /// Settings of a store on it, to be changed before it is opened.
    pub fn settings(&self) -> Settings {
        Settings::new(self.connect.clone(), self.key_file.clone())
    }

    /// Opens a store on it: one node. Call it again for another node.
    ///
    /// # Errors
    /// When it does not open.
    pub async fn node(&self) -> Result<Store> {
        Ok(Store::open(self.settings()).await?)
    }
}
