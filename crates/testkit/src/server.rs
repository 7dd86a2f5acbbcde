//! The PostgreSQL of this test process: started by the first test that needs it, stopped when the process ends.

use embedded_postgres::{Durability, Installation, Options, Server};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::{Mutex, PoisonError};
use tokio::sync::OnceCell;

const URL_VARIABLE: &str = "THROUGHCARE_TEST_DATABASE_URL";
const FOLDER_PREFIX: &str = "throughcare-test-";

/// What is to be stopped and removed when the process ends.
static RUNNING: Mutex<Option<(Server, PathBuf)>> = Mutex::new(None);
static SHARED: OnceCell<Shared> = OnceCell::const_new();

/// The server that the tests of this process share.
pub(crate) struct Shared {
    /// Its maintenance database.
    pub admin: PgConnectOptions,
    /// A migrated database to clone.
    pub template: String,
    /// True where cloning may copy files (PostgreSQL 15 or newer): four times as fast.
    pub copies_files: bool,
}

/// Starts it, once.
pub(crate) async fn shared() -> &'static Shared {
    SHARED
        .get_or_init(|| async {
            let admin = match std::env::var(URL_VARIABLE) {
                Ok(url) => PgConnectOptions::from_str(&url).expect("a database address in the variable"),
                Err(_) => tokio::task::spawn_blocking(start)
                    .await
                    .expect("PostgreSQL starts"),
            };
            let template = format!("throughcare_template_{}", std::process::id());
            let mut connection = admin.connect().await.expect("the test server is reachable");
            execute(&mut connection, format!("DROP DATABASE IF EXISTS {template}")).await;
            execute(
                &mut connection,
                format!("DROP DATABASE IF EXISTS {template}_keys"),
            )
            .await;
            execute(&mut connection, format!("CREATE DATABASE {template}")).await;
            throughcare_store::migrate(&admin.clone().database(&template))
                .await
                .expect("migrations apply");
            let version: i32 = sqlx::query_scalar("SELECT current_setting('server_version_num')::integer")
                .fetch_one(&mut connection)
                .await
                .expect("the server tells its version");
            connection.close().await.expect("the connection closes");
            Shared {
                admin,
                template,
                copies_files: version >= 150_000,
            }
        })
        .await
}

/// Runs a statement made of names of our own.
pub(crate) async fn execute(connection: &mut PgConnection, statement: String) {
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(connection)
        .await
        .expect("the statement runs");
}

/// On shared memory where there is some; as root the server runs as another user, who must reach the folder.
fn start() -> PgConnectOptions {
    let root = Some(Path::new("/dev/shm"))
        .filter(|shm| shm.is_dir())
        .map_or_else(std::env::temp_dir, Into::into);
    remove_leftovers(&root);
    let folder = root.join(format!("{FOLDER_PREFIX}{}", std::process::id()));
    std::fs::create_dir(&folder).expect("a folder for the test server");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).expect("an open folder");
    let installation = Installation::find(None).expect("PostgreSQL's server programs");
    let mut options = Options::new(installation, folder.join("data"), "throughcare_test");
    options.durability = Durability::TestOnly;
    options.settings = vec![("max_connections".into(), "300".into())];
    let server = Server::start(options).expect("PostgreSQL starts");
    let connect = PgConnectOptions::from_str(&server.connection_url()).expect("the server's own address");
    *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = Some((server, folder));
    // SAFETY: `stop` is a plain function without arguments that does not unwind, as atexit asks.
    unsafe { libc::atexit(stop) };
    connect
}

/// Statics are not dropped, so the end of the process is what stops the server: also after a failed test.
extern "C" fn stop() {
    let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some((server, folder)) = running {
        let _ = server.stop_within(std::time::Duration::ZERO);
        drop(server);
        let _ = std::fs::remove_dir_all(folder);
    }
}

/// A test process that was killed leaves its folder; its server went with it.
fn remove_leftovers(root: &Path) {
    let Ok(entries) = std::fs::read_dir(root) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let owner = name
            .to_str()
            .and_then(|name| name.strip_prefix(FOLDER_PREFIX))
            .map(str::to_owned);
        if let Some(pid) = owner
            && Path::new("/proc/self").exists()
            && !Path::new("/proc").join(&pid).exists()
        {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}
