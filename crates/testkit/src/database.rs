//! A migrated database for one test.

use crate::server::{Shared, execute, shared};
use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;
use throughcare_store::{Settings, Store};

static NEXT: AtomicU32 = AtomicU32::new(1);

/// A database of its own, dropped with this value.
pub struct TestDatabase {
    shared: &'static Shared,
    name: String,
    folder: TempDir,
}

impl TestDatabase {
    /// Clones the template; a few milliseconds once the first test has made it.
    ///
    /// # Panics
    /// When there is no PostgreSQL, or it refuses.
    pub async fn new() -> Self {
        let shared = shared().await;
        let name = format!(
            "throughcare_{}_{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let strategy = if shared.copies_files {
            " STRATEGY file_copy"
        } else {
            ""
        };
        let mut admin = shared
            .admin
            .connect()
            .await
            .expect("the test server is reachable");
        for of in ["", "_keys"] {
            let template = &shared.template;
            let statement = format!("CREATE DATABASE {name}{of} TEMPLATE {template}{of}{strategy}");
            execute(&mut admin, statement).await;
        }
        Self {
            shared,
            name,
            folder: tempfile::tempdir().expect("a folder for the key file"),
        }
    }

    /// How to reach it.
    pub fn connect_options(&self) -> PgConnectOptions {
        self.shared.admin.clone().database(&self.name)
    }

    /// How to reach its key store.
    pub fn key_connect_options(&self) -> PgConnectOptions {
        self.shared.admin.clone().database(&format!("{}_keys", self.name))
    }

    /// Its address, for a program that is started by the test.
    pub fn url(&self) -> String {
        self.connect_options().to_url_lossy().into()
    }

    /// Settings of a store on it. All stores of one test share a key file, as nodes of one service do.
    pub fn settings(&self) -> Settings {
        Settings::new(self.connect_options(), self.folder.path().join("keys"))
    }

    /// Opens a store on it: one node. Call it again for another node.
    ///
    /// # Panics
    /// When it does not open.
    pub async fn store(&self) -> Store {
        Store::open(self.settings()).await.expect("the store opens")
    }
}

impl Drop for TestDatabase {
    /// On a thread with a runtime of its own: the test's may be gone, and drop cannot wait in it.
    fn drop(&mut self) {
        let admin = self.shared.admin.clone();
        let name = &self.name;
        let statements = ["", "_keys"].map(|of| format!("DROP DATABASE IF EXISTS {name}{of} WITH (FORCE)"));
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .ok()?;
            runtime.block_on(async {
                let mut connection = admin.connect().await.ok()?;
                for statement in statements {
                    let dropped = sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut connection);
                    dropped.await.ok()?;
                }
                Some(())
            })
        });
        let _ = dropped.join(); // a database that stays goes with the server
    }
}
