//! A cluster of a test's own, where no database role was ever made.

use embedded_postgres::{Durability, Installation, Options, Server};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::str::FromStr as _;
use tempfile::TempDir;

/// Stopped and removed with this value.
pub struct Cluster {
    server: Server,
    _folder: TempDir,
}

impl Cluster {
    pub async fn start() -> Self {
        tokio::task::spawn_blocking(|| {
            let folder = tempfile::tempdir().unwrap();
            // As root the server runs as another user, who must reach the folder.
            std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
            let mut options = Options::new(
                Installation::find(None).unwrap(),
                folder.path().join("data"),
                "postgres",
            );
            options.durability = Durability::TestOnly;
            options.settings = vec![("shared_buffers".into(), "32MB".into())];
            let server = Server::start(options).unwrap();
            Self {
                server,
                _folder: folder,
            }
        })
        .await
        .unwrap()
    }

    /// As its superuser.
    pub fn connect_options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::from_str(&self.server.connection_url())
            .unwrap()
            .database(database)
    }

    pub async fn run(&self, database: &str, statement: &str) {
        let mut connection = self.connect_options(database).connect().await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
            .execute(&mut connection)
            .await
            .unwrap();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.server.stop_within(std::time::Duration::ZERO);
    }
}

/// A program of the server's version, such as `pg_dump`: beside the server's own, where links to it lead, or in the
/// path.
pub fn program(name: &str) -> PathBuf {
    let bin = Installation::find(None).unwrap().bin().to_path_buf();
    let linked = std::fs::canonicalize(bin.join("postgres")).unwrap();
    [bin.as_path(), linked.parent().unwrap()]
        .iter()
        .map(|folder| folder.join(name))
        .find(|program| program.exists())
        .unwrap_or_else(|| PathBuf::from(name))
}
