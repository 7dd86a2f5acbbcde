//! Behind a real PgBouncer in transaction mode, with two server connections for many clients.

use sqlx::postgres::PgConnectOptions;
use std::fmt::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::SourceReference;
use throughcare_store::{Hold, LogQuery, Pooler, Reach, Settings, Store};
use throughcare_testkit::{Builder, TestDatabase};

const SERVER_CONNECTIONS: u32 = 2;
const CLIENTS: u64 = 20;

/// Ended with this value.
struct PgBouncer {
    process: Child,
    folder: TempDir,
}

impl PgBouncer {
    /// `None`, said aloud, where the program or the server's socket is not to be had. CI has to have both.
    async fn start(database: &TestDatabase) -> Option<Self> {
        let program = [
            "/usr/sbin/pgbouncer",
            "/usr/bin/pgbouncer",
            "/usr/local/bin/pgbouncer",
            "/opt/homebrew/bin/pgbouncer",
        ]
        .iter()
        .map(Path::new)
        .find(|path| path.exists());
        let socket = database.connect_options().get_socket().cloned();
        let (Some(program), Some(socket)) = (program, socket) else {
            assert!(
                std::env::var_os("CI").is_none(),
                "CI needs pgbouncer: .ci/run installs it"
            );
            eprintln!("not shown: this test needs pgbouncer, and a test server on a unix socket");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let owner = std::fs::metadata(&socket).unwrap();
        let config = write_config(database, &socket, folder.path());
        let mut command = Command::new(program);
        command
            .arg("--quiet")
            .arg(config)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // As root it refuses to run; as the server's user it reaches the server's socket.
        if std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0) {
            chown(folder.path(), Some(owner.uid()), Some(owner.gid())).unwrap();
            command.uid(owner.uid()).gid(owner.gid());
        }
        let process = command.spawn().unwrap();
        let started = Self { process, folder };
        let socket = started.folder.path().join(".s.PGSQL.6432");
        for _ in 0..600 {
            if socket.exists() {
                return Some(started);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("pgbouncer does not listen");
    }

    fn settings(&self, database: &TestDatabase, pooler: Pooler) -> Settings {
        let mut settings = database.settings();
        settings.connect = PgConnectOptions::new_without_pgpass()
            .socket(self.folder.path())
            .port(6432)
            .username("anybody")
            .database("behind");
        settings.pooler = pooler;
        // On a busy machine two server connections are slow; nobody is to be turned away for that here.
        settings.wait = Duration::from_secs(60);
        settings
    }

    async fn store(&self, database: &TestDatabase) -> Store {
        Store::open(self.settings(database, Pooler::Transaction))
            .await
            .expect("the store opens behind the pooler")
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn write_config(database: &TestDatabase, socket: &Path, folder: &Path) -> PathBuf {
    let connect = database.connect_options();
    let mut text = String::from("[databases]\n");
    for of in ["", "_keys"] {
        writeln!(
            text,
            "behind{of} = host={} port={} user={} dbname={}{of}",
            socket.display(),
            connect.get_port(),
            connect.get_username(),
            connect.get_database().unwrap()
        )
        .unwrap();
    }
    writeln!(
        text,
        "[pgbouncer]\npool_mode = transaction\ndefault_pool_size = {SERVER_CONNECTIONS}\nmax_client_conn = 200\n\
         auth_type = any\nlisten_port = 6432\nunix_socket_dir = {}\nunix_socket_mode = 0777",
        folder.display()
    )
    .unwrap();
    let path = folder.join("pgbouncer.ini");
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    path
}

/// What one client does, over and over: append, read what it wrote, hold and release a movement, read the log.
async fn work(store: Store, client: u64) {
    let mut build = Builder::new(client);
    for round in 0..5 {
        let person = build.person();
        let key = build.key(&format!("{client} {round}"), "answer");
        let mut first = build.register(person, "Robin", "Ashdown");
        first.idempotency = Some(key.clone());
        assert!(store.append(first).await.unwrap().appended().is_some());
        assert!(
            store
                .append(build.append(person, 1, 2))
                .await
                .unwrap()
                .appended()
                .is_some()
        );
        assert_eq!(
            store
                .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
                .await
                .unwrap()
                .len(),
            3
        );
        assert!(
            store
                .find_idempotency(&key.client, key.key)
                .await
                .unwrap()
                .is_some()
        );
        let id = build.id();
        let held = Hold {
            id,
            prisoner: [7; 32],
            client: format!("client-{client}"),
            key: Some((build.id(), [1; 32])),
            source: Some(SourceReference {
                system: "prison".into(),
                value: id.to_string(),
            }),
            payload: b"{}".to_vec(),
            until: "2027-01-01T00:00:00Z".parse().unwrap(),
        };
        store.hold(held).await.unwrap();
        store.note_held(id, "not yet").await.unwrap();
        store.release_held(id).await.unwrap();
        store.checkpoint("worklists").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_clients_share_two_server_connections_without_an_error() {
    let database = TestDatabase::new().await;
    let Some(pooler) = PgBouncer::start(&database).await else {
        return;
    };
    let nodes = [pooler.store(&database).await, pooler.store(&database).await];
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            tokio::spawn(work(
                nodes[usize::try_from(client % 2).unwrap()].clone(),
                client + 1,
            ))
        })
        .collect();
    // Both nodes project meanwhile.
    let projecting: Vec<_> = nodes
        .iter()
        .cloned()
        .enumerate()
        .map(|(at, node)| {
            tokio::spawn(async move {
                let events = CLIENTS * 5 * 3;
                while node.checkpoint("worklists").await.unwrap() < events {
                    if crate::projecting::one_batch(&node, &format!("node {at}"), 50)
                        .await
                        .is_none()
                    {
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                }
            })
        })
        .collect();
    for task in clients.into_iter().chain(projecting) {
        task.await.unwrap();
    }
    // What was recorded is dense, in order and complete, seen without the pooler.
    let direct = database.store().await;
    let mut after = 0;
    while after < CLIENTS * 15 {
        let page = direct
            .read_log(
                &throughcare_store::Reach::EVERYBODY,
                &LogQuery {
                    after,
                    limit: 100,
                    ..LogQuery::default()
                },
            )
            .await
            .unwrap();
        for event in page {
            after += 1;
            assert_eq!(event.envelope.position, after);
        }
    }
    assert_eq!(direct.head().await.unwrap().position, CLIENTS * 15);
    // The owner's work through the pooler, by a login that may.
    assert!(!nodes[0].ensure_room().await.unwrap().is_short());
    assert!(nodes[0].check().await.unwrap().keys_fit);
    for node in nodes {
        node.close().await;
    }
}

/// A caller that goes away in the middle leaves no transaction to the next client of the server connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn abandoned_reads_leave_nothing_to_the_next_client() {
    let database = TestDatabase::new().await;
    let Some(pooler) = PgBouncer::start(&database).await else {
        return;
    };
    let store = pooler.store(&database).await;
    let mut build = Builder::new(1);
    let person = build.person();
    store.append(build.append(person, 0, 1)).await.unwrap();
    for patience in 0..60 {
        let everybody = throughcare_store::Reach::EVERYBODY;
        let reading = store.read_stream(&everybody, person, None);
        let _ = tokio::time::timeout(Duration::from_micros(patience * 50), reading).await;
    }
    for version in 1..20 {
        assert!(
            store
                .append(build.append(person, version, 1))
                .await
                .unwrap()
                .appended()
                .is_some()
        );
    }
    assert_eq!(
        database
            .store()
            .await
            .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
            .await
            .unwrap()
            .len(),
        20
    );
}

/// For whom is read stands in each transaction: two organisations that share server connections never read by the
/// other's leave.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_on_a_shared_connection_read_nothing_by_the_others_leave() {
    let database = TestDatabase::new().await;
    let Some(pooler) = PgBouncer::start(&database).await else {
        return;
    };
    let store = pooler.store(&database).await;
    let mut build = Builder::new(1);
    let person = build.person();
    store
        .append(build.register(person, "Robin", "Ashdown"))
        .await
        .unwrap();
    let reach = |code: &str| Reach::of(&OrganisationCode::parse(code).unwrap(), [], []);
    let recorded_it = store.read_stream(&Reach::EVERYBODY, person, None).await.unwrap()[0]
        .envelope
        .actor
        .organisation
        .to_string();
    let readers: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let store = store.clone();
            let (own, reach) = match client % 2 {
                0 => (1, reach(&recorded_it)),
                _ => (0, reach("elsewhere")),
            };
            tokio::spawn(async move {
                for _ in 0..50 {
                    let read = store.read_stream(&reach, person, None).await.unwrap();
                    assert_eq!(read.len(), own, "{reach:?}");
                }
            })
        })
        .collect();
    for reader in readers {
        reader.await.unwrap();
    }
}

/// Negative control: without the setting the store does not even open there, for the pooler takes no start-up
/// settings; and statements prepared under a name meet those of other clients.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_setting_it_does_not_work() {
    let database = TestDatabase::new().await;
    let Some(pooler) = PgBouncer::start(&database).await else {
        return;
    };
    assert!(
        Store::open(pooler.settings(&database, Pooler::None))
            .await
            .is_err()
    );

    let connect = pooler
        .settings(&database, Pooler::None)
        .connect
        .extra_float_digits(None);
    let ask = |connect: PgConnectOptions| async move {
        let mut connection = sqlx::ConnectOptions::connect(&connect).await?;
        for number in 0..50_i64 {
            sqlx::query("SELECT position + $1 FROM log_head")
                .bind(number)
                .fetch_all(&mut connection)
                .await?;
            sqlx::query("SELECT position - $1 FROM log_head")
                .bind(number)
                .fetch_all(&mut connection)
                .await?;
        }
        Ok::<_, sqlx::Error>(())
    };
    let asked = futures::future::join_all((0..CLIENTS).map(|_| ask(connect.clone()))).await;
    assert!(
        asked.iter().any(Result::is_err),
        "named statements meet those of others"
    );
}
