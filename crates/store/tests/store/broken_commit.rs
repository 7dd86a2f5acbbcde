//! A commit whose answer never comes: the store finds out itself what became of it.

use sqlx::ConnectOptions as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use throughcare_store::Store;
use throughcare_testkit::{Builder, TestDatabase};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};

/// The server dies inside the commit: nothing was written, and the append is tried again by itself.
#[tokio::test]
async fn a_commit_that_did_not_happen_is_done_again() {
    let database = TestDatabase::new().await;
    let mut owner = database.connect_options().connect().await.unwrap();
    // A deferred trigger runs inside COMMIT; the sequence, which no rollback takes back, lets it kill once.
    sqlx::raw_sql(
        "CREATE SEQUENCE commits; \
         CREATE FUNCTION die_once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN \
             IF nextval('commits') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; \
             RETURN NULL; END $$; \
         CREATE CONSTRAINT TRIGGER die_once AFTER INSERT ON streams \
             DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die_once()",
    )
    .execute(&mut owner)
    .await
    .unwrap();
    let store = database.store().await;
    let mut build = Builder::new(1);
    let person = build.person();

    let appended = store
        .append(build.append(person, 0, 2))
        .await
        .unwrap()
        .appended()
        .unwrap();

    let commits: i64 = sqlx::query_scalar("SELECT last_value FROM commits")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    assert_eq!(commits, 2, "the first commit died, the second came through");
    assert_eq!((appended.first_position, appended.last_position), (1, 2));
    assert_eq!(
        store
            .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
            .await
            .unwrap()
            .len(),
        2
    );
}

/// The one statement of a group commits and its answer is lost: it is found, and not done twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_is_lost_is_found() {
    // What the statement carries: the organisation of the events' actor.
    shows_that_it_is_found(None, b"northshire-recovery").await;
}

/// The longer way, which imports take, ends with a COMMIT of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_whose_commit_is_not_answered_is_found() {
    let told = "2026-07-02T10:00:00Z".parse().unwrap();
    shows_that_it_is_found(Some(told), b"COMMIT").await;
}

async fn shows_that_it_is_found(recorded_at: Option<jiff::Timestamp>, cut_after: &'static [u8]) {
    let database = TestDatabase::new().await;
    let Some(upstream) = database.connect_options().get_socket().cloned() else {
        eprintln!("not shown: the proxy of this test needs a server on a unix socket");
        return;
    };
    let upstream = upstream.join(format!(".s.PGSQL.{}", database.connect_options().get_port()));
    let cuts = Arc::new(AtomicUsize::new(0));
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
    tokio::spawn(proxy(listener, upstream, cut_after, cuts.clone()));
    let mut settings = database.settings();
    settings.connect = settings.connect.socket(folder.path()).port(5432);
    let store = Store::open(settings).await.unwrap();
    let mut build = Builder::new(1);
    let person = build.person();

    let mut append = build.append(person, 0, 2);
    append.recorded_at = recorded_at;
    let appended = store.append(append).await.unwrap().appended().unwrap();

    assert_eq!(cuts.load(Ordering::SeqCst), 1, "the answer to the commit was cut");
    assert_eq!((appended.first_position, appended.last_position), (1, 2));
    assert_eq!(*store.committed().borrow(), 2);
    let direct = database.store().await;
    let read = direct
        .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
        .await
        .unwrap();
    assert_eq!(read.len(), 2, "once");
    assert_eq!(read[0].envelope.recorded_at, appended.recorded_at);
    assert!(
        store
            .append(build.append(person, 2, 1))
            .await
            .unwrap()
            .appended()
            .is_some()
    );
}

/// Passes bytes on until it sees the ones to cut after: they reach the server, and its answer nobody.
async fn proxy(listener: UnixListener, upstream: PathBuf, cut_after: &'static [u8], cuts: Arc<AtomicUsize>) {
    while let Ok((client, _)) = listener.accept().await {
        let server = UnixStream::connect(&upstream).await.unwrap();
        tokio::spawn(pass_on(client, server, cut_after, cuts.clone()));
    }
}

async fn pass_on(
    mut client: UnixStream,
    mut server: UnixStream,
    cut_after: &'static [u8],
    cuts: Arc<AtomicUsize>,
) {
    let (mut asked, mut answered) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                let bytes = &asked[..length];
                if server.write_all(bytes).await.is_err() {
                    return;
                }
                let commit = bytes.windows(cut_after.len()).any(|window| window == cut_after);
                if commit && cuts.compare_exchange(0, 1, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
                    let _ = server.read(&mut answered).await; // the server has committed
                    return;
                }
            }
            read = server.read(&mut answered) => {
                let Ok(length @ 1..) = read else { return };
                if client.write_all(&answered[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}
