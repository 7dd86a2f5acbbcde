//! The promises of the supervisor, on real PostgreSQL.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use embedded_postgres::probe::{Connection, ProbeError};
use embedded_postgres::{Durability, Error, Event, Installation, Options, Server, State, Stopped};

/// No wait of these tests may be longer. It bounds a failure and measures nothing.
const PATIENCE: Duration = Duration::from_secs(60);

/// A data directory that an unprivileged user can reach, in a directory that goes with the test.
struct Place {
    _root: tempfile::TempDir,
    data_dir: PathBuf,
}

fn place() -> Place {
    let root = tempfile::tempdir().unwrap();
    fs::set_permissions(root.path(), Permissions::from_mode(0o755)).unwrap();
    let data_dir = root.path().join("data");
    Place {
        _root: root,
        data_dir,
    }
}

/// Options for tests in which nothing is killed after a write: quick, and with commits that reach the disk later.
fn options(data_dir: &Path) -> Options {
    let mut options = Options::new(Installation::find(None).unwrap(), data_dir, "throughcare");
    options.durability = Durability::TestOnly;
    options.settings.push(("shared_buffers".into(), "16MB".into()));
    options
}

fn durable(data_dir: &Path) -> Options {
    Options {
        durability: Durability::Full,
        ..options(data_dir)
    }
}

fn listening(data_dir: &Path) -> (Options, Arc<Mutex<Vec<Event>>>) {
    let events = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&events);
    let mut options = durable(data_dir);
    options.on_event = Some(Box::new(move |event| sink.lock().unwrap().push(event.clone())));
    (options, events)
}

fn connect(server: &Server) -> Connection {
    Connection::open(server.socket_dir(), server.user(), server.database()).unwrap()
}

fn one(connection: &mut Connection, statement: &str) -> String {
    connection.query(statement).unwrap()[0][0].clone().unwrap()
}

fn write_row(socket_dir: &Path) {
    let mut connection = Connection::open(socket_dir, "postgres", "throughcare").unwrap();
    connection.query("CREATE TABLE kept (n int)").unwrap();
    connection.query("INSERT INTO kept VALUES (42)").unwrap();
}

fn read_row(server: &Server) -> String {
    one(&mut connect(server), "SELECT n FROM kept")
}

fn until(what: &str, done: impl Fn() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < PATIENCE, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn kill(pid: u32, signal: &str) {
    let status = Command::new("kill")
        .args([signal, &pid.to_string()])
        .status()
        .unwrap();
    assert!(status.success(), "kill {signal} {pid}");
}

/// Whether a process lives; one that has ended and waits to be reaped does not.
fn lives(pid: u32) -> bool {
    let asked = Command::new("ps")
        .args(["-o", "stat=", "-p", &pid.to_string()])
        .output()
        .unwrap();
    let state = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
    !state.is_empty() && !state.starts_with('Z')
}

fn am_root() -> bool {
    fs::metadata("/proc/self")
        .map(|found| found.uid() == 0)
        .unwrap_or_else(|_| {
            String::from_utf8_lossy(&Command::new("id").arg("-u").output().unwrap().stdout).trim() == "0"
        })
}

/// The program `hold`, running in a process of its own.
struct Holder {
    program: Child,
    server_pid: u32,
}

impl Holder {
    fn start(data_dir: &Path) -> Holder {
        // Cargo puts examples beside the tests' own directory, and builds both for `cargo test -p`.
        let test = std::env::current_exe().unwrap();
        let example = test.parent().unwrap().parent().unwrap().join("examples/hold");
        assert!(example.exists(), "build it with: cargo test -p embedded-postgres");
        let mut program = Command::new(example)
            .arg(data_dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let _url = lines.next().unwrap().unwrap();
        let server_pid = lines.next().unwrap().unwrap().parse().unwrap();
        Holder { program, server_pid }
    }

    /// kill -9, then reaps it.
    fn kill(mut self) -> u32 {
        self.program.kill().unwrap();
        self.program.wait().unwrap();
        self.server_pid
    }
}

#[test]
fn starts_on_nothing_and_takes_connections_to_its_database() {
    let place = place();
    let (options, events) = listening(&place.data_dir);

    let server = Server::start(options).unwrap();

    assert_eq!(server.state(), State::Running);
    let mut connection = connect(&server);
    assert_eq!(one(&mut connection, "SELECT current_database()"), "throughcare");
    assert_eq!(one(&mut connection, "SHOW server_encoding"), "UTF8");
    assert_eq!(one(&mut connection, "SHOW data_checksums"), "on");
    assert_eq!(one(&mut connection, "SELECT 'b' > 'C' COLLATE \"default\""), "t");
    assert!(
        server.connection_url().starts_with("postgres://postgres@%2F"),
        "{}",
        server.connection_url()
    );
    let events = events.lock().unwrap();
    assert!(
        matches!(
            events[..],
            [Event::Initialising { .. }, Event::Ready { restarts: 0, .. }]
        ),
        "{events:?}"
    );
}

#[test]
fn a_stop_keeps_the_data_and_the_next_start_finds_it() {
    let place = place();
    let first = Server::start(options(&place.data_dir)).unwrap();
    let pid = first.pid().unwrap();
    write_row(first.socket_dir());

    assert_eq!(first.stop().unwrap(), Stopped::Cleanly);
    assert_eq!(first.state(), State::Stopped);
    assert_eq!(first.wait_until_over(), State::Stopped);
    assert!(!lives(pid));
    first.stop().unwrap(); // a second time is no error
    drop(first);

    let second = Server::start(options(&place.data_dir)).unwrap();
    assert_eq!(read_row(&second), "42");
}

#[test]
fn a_stop_does_not_wait_for_open_connections() {
    let place = place();
    let server = Server::start(options(&place.data_dir)).unwrap();
    let mut connection = connect(&server);
    connection.query("BEGIN").unwrap();

    assert_eq!(server.stop().unwrap(), Stopped::Cleanly);

    assert!(connection.query("COMMIT").is_err());
}

#[test]
fn a_stop_that_takes_too_long_is_cut_short_and_loses_nothing() {
    let place = place();
    let server = Server::start(durable(&place.data_dir)).unwrap();
    write_row(server.socket_dir());
    let mut busy = connect(&server);
    // A halted backend keeps the server from stopping in good order.
    kill(
        one(&mut busy, "SELECT pg_backend_pid()").parse().unwrap(),
        "-STOP",
    );

    assert_eq!(
        server.stop_within(Duration::from_millis(200)).unwrap(),
        Stopped::CutShort
    );
    drop(server);

    let server = Server::start(durable(&place.data_dir)).unwrap();
    assert_eq!(read_row(&server), "42");
}

#[test]
fn a_listener_that_panics_takes_the_server_with_it() {
    let place = place();
    let mut panicking = options(&place.data_dir);
    panicking.on_event = Some(Box::new(|event| {
        assert!(!matches!(event, Event::Ready { .. }), "on purpose")
    }));

    let message = Server::start(panicking).unwrap_err().to_string();

    assert!(message.contains("panicked"), "{message}");
    Server::start(options(&place.data_dir)).unwrap();
}

#[test]
fn dropping_the_server_stops_it() {
    let place = place();
    let server = Server::start(options(&place.data_dir)).unwrap();
    let pid = server.pid().unwrap();
    assert!(lives(pid));

    drop(server);

    assert!(!lives(pid));
}

#[test]
fn is_durable_unless_a_test_says_otherwise() {
    let place = place();
    let names = ["fsync", "synchronous_commit", "full_page_writes"];

    let server = Server::start(durable(&place.data_dir)).unwrap();
    // Even what is stored in the database does not change it.
    connect(&server).query("ALTER SYSTEM SET fsync = off").unwrap();
    server.stop().unwrap();
    drop(server);
    let server = Server::start(durable(&place.data_dir)).unwrap();
    for name in names {
        assert_eq!(
            one(&mut connect(&server), &format!("SHOW {name}")),
            "on",
            "{name}"
        );
    }
    drop(server);

    let server = Server::start(options(&place.data_dir)).unwrap();
    for name in names {
        assert_eq!(
            one(&mut connect(&server), &format!("SHOW {name}")),
            "off",
            "{name}"
        );
    }
}

#[test]
fn whole_pages_are_packed_by_the_cheapest_method_that_the_server_has() {
    let place = place();
    let server = Server::start(options(&place.data_dir)).unwrap();
    let mut connection = connect(&server);
    let has_lz4 = one(
        &mut connection,
        "SELECT coalesce('lz4' = ANY (enumvals), false)::text FROM pg_settings WHERE name = 'wal_compression'",
    );
    let packed = one(&mut connection, "SHOW wal_compression");
    assert_eq!(packed == "lz4", has_lz4 == "true", "{packed}, lz4: {has_lz4}");
    assert_ne!(packed, "off");
}

#[test]
fn listens_on_its_private_socket_only() {
    let place = place();
    let server = Server::start(options(&place.data_dir)).unwrap();

    assert_eq!(one(&mut connect(&server), "SHOW listen_addresses"), "");
    let socket_dir = fs::metadata(server.socket_dir()).unwrap();
    assert_eq!(socket_dir.mode() & 0o777, 0o700);
    // postmaster.pid names, in its sixth line, the address that is listened on: none.
    let note = fs::read_to_string(place.data_dir.join("postgres/postmaster.pid")).unwrap();
    assert_eq!(note.lines().nth(5).map(str::trim), Some(""), "{note}");
}

#[test]
fn values_and_statements_stay_out_of_the_log() {
    let place = place();
    let server = Server::start(options(&place.data_dir)).unwrap();
    let mut connection = connect(&server);
    connection
        .query("CREATE TABLE person (name text PRIMARY KEY, born int)")
        .unwrap();
    connection
        .query("INSERT INTO person VALUES ('Ffion-Secret', 1)")
        .unwrap();
    for statement in [
        "INSERT INTO person VALUES ('Ffion-Secret', 2)",
        "INSERT INTO person VALUES ('x', 'Ffion-Secret'::int)",
        "DO $$ BEGIN RAISE WARNING 'Ffion-Secret'; END $$; SELECT Ffion-Secret",
    ] {
        assert!(
            matches!(connection.query(statement), Err(ProbeError::Refused { .. })),
            "{statement}"
        );
    }
    let log_dir = server.log_dir().to_owned();
    server.stop().unwrap();

    let mut logged = fs::read_to_string(place.data_dir.join("startup.log")).unwrap();
    for file in fs::read_dir(log_dir).unwrap() {
        logged += &fs::read_to_string(file.unwrap().path()).unwrap();
    }
    assert!(
        logged.contains("database system is ready"),
        "the log was not read: {logged}"
    );
    assert!(!logged.to_lowercase().contains("secret"), "{logged}");
}

#[test]
fn a_second_program_is_refused_and_the_first_goes_on() {
    let place = place();
    let holder = Holder::start(&place.data_dir);

    let refused = Server::start(options(&place.data_dir)).unwrap_err();

    assert!(matches!(refused, Error::InUse { .. }), "{refused}");
    let message = refused.to_string();
    assert!(
        message.contains(&format!("pid {}", holder.program.id())),
        "{message}"
    );
    assert!(
        message.contains("pick another --data-dir") && message.lines().count() == 1,
        "{message}"
    );
    assert!(lives(holder.server_pid));
    holder.kill();
}

#[test]
fn a_killed_server_comes_back_with_its_data() {
    let place = place();
    let (options, events) = listening(&place.data_dir);
    let server = Server::start(options).unwrap();
    write_row(server.socket_dir());
    let first = server.pid().unwrap();

    kill(first, "-KILL");

    until("it is ready again", || {
        let events = events.lock().unwrap();
        events
            .iter()
            .any(|event| matches!(event, Event::Ready { restarts: 1, .. }))
    });
    assert_eq!(read_row(&server), "42");
    assert_ne!(server.pid().unwrap(), first);
    let events = events.lock().unwrap();
    let died = events
        .iter()
        .filter(|event| matches!(event, Event::Died { status } if status.contains('9')));
    assert_eq!(died.count(), 1, "{events:?}");
}

#[test]
fn a_server_that_cannot_stay_up_is_given_up_and_the_program_is_told() {
    let place = place();
    let (options, events) = listening(&place.data_dir);
    let server = Server::start(options).unwrap();

    // Its settings are unreadable from now on, so no restart succeeds.
    fs::write(place.data_dir.join("postgresql.conf"), "nonsense = 1\n").unwrap();
    kill(server.pid().unwrap(), "-KILL");

    let State::GaveUp { reason } = server.wait_until_over() else {
        panic!("{:?}", server.state())
    };
    assert!(reason.contains("restarted 5 times"), "{reason}");
    let events = events.lock().unwrap();
    let failures = events
        .iter()
        .filter(|event| matches!(event, Event::RestartFailed { .. }))
        .count();
    assert_eq!(failures, 5, "{events:?}");
    assert!(matches!(events.last(), Some(Event::GaveUp { .. })), "{events:?}");
}

#[test]
fn a_failed_start_says_why_and_leaves_nothing_running() {
    let place = place();
    let mut broken = options(&place.data_dir);
    broken.settings.push(("no_such_setting".into(), "1".into()));

    let message = Server::start(broken).unwrap_err().to_string();

    assert!(
        message.contains("no_such_setting") && message.lines().count() == 1,
        "{message}"
    );
    Server::start(options(&place.data_dir)).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn the_server_goes_with_a_killed_program() {
    let place = place();
    let server_pid = Holder::start(&place.data_dir).kill();
    until("the server has ended", || !lives(server_pid));
}

#[test]
fn a_killed_program_is_taken_over_from_though_its_server_still_lives() {
    let place = place();
    let holder = Holder::start(&place.data_dir);
    write_row(&place.data_dir.join("socket"));
    // A halted server cannot act on its program's death.
    kill(holder.server_pid, "-STOP");
    let orphan = holder.kill();
    assert!(lives(orphan), "there is no orphan to take over from");

    let (options, events) = listening(&place.data_dir);
    let server = Server::start(options).unwrap();

    assert!(!lives(orphan));
    assert_eq!(events.lock().unwrap()[0], Event::OrphanStopped { pid: orphan });
    assert_eq!(read_row(&server), "42");
}

#[test]
fn program_and_server_killed_together_leave_what_the_next_start_recovers() {
    let place = place();
    let holder = Holder::start(&place.data_dir);
    write_row(&place.data_dir.join("socket"));
    let mut busy = Connection::open(&place.data_dir.join("socket"), "postgres", "throughcare").unwrap();
    let busy_pid: u32 = one(&mut busy, "SELECT pg_backend_pid()").parse().unwrap();
    // A backend that is halted outlives its server, and would keep the next one from starting.
    kill(busy_pid, "-STOP");
    kill(holder.server_pid, "-KILL");
    holder.kill();
    assert!(lives(busy_pid), "no process was left over");

    let server = Server::start(options(&place.data_dir)).unwrap();

    assert!(!lives(busy_pid));
    assert_eq!(read_row(&server), "42");
}

#[test]
fn an_interrupted_first_start_begins_afresh() {
    let place = place();
    let unfinished = place.data_dir.join("postgres.new");
    fs::create_dir_all(unfinished.join("base")).unwrap();
    fs::write(unfinished.join("PG_VERSION"), "15\n").unwrap();
    fs::write(place.data_dir.join("supervisor.lock"), "999999\n").unwrap();

    let server = Server::start(options(&place.data_dir)).unwrap();

    assert_eq!(one(&mut connect(&server), "SELECT 1"), "1");
    assert!(!unfinished.exists());
}

#[test]
fn a_first_start_killed_half_way_begins_afresh() {
    let place = place();
    let test = std::env::current_exe().unwrap();
    let example = test.parent().unwrap().parent().unwrap().join("examples/hold");
    let mut program = Command::new(example)
        .arg(&place.data_dir)
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    until("initdb is at work", || {
        place.data_dir.join("postgres.new/base").exists()
    });
    program.kill().unwrap();
    program.wait().unwrap();
    assert!(
        !place.data_dir.join("postgres").exists(),
        "it was too late to interrupt it"
    );

    let server = Server::start(options(&place.data_dir)).unwrap();

    assert_eq!(one(&mut connect(&server), "SELECT 1"), "1");
}

#[test]
fn files_of_another_kind_or_version_are_left_alone() {
    let place = place();
    let cluster = place.data_dir.join("postgres");
    fs::create_dir_all(&cluster).unwrap();
    fs::set_permissions(&place.data_dir, Permissions::from_mode(0o755)).unwrap();
    fs::write(cluster.join("letter.txt"), "precious").unwrap();
    let other_kind = Server::start(options(&place.data_dir)).unwrap_err().to_string();
    fs::write(cluster.join("PG_VERSION"), "9\n").unwrap();
    let other_version = Server::start(options(&place.data_dir)).unwrap_err().to_string();

    assert!(
        other_kind.contains("holds no PostgreSQL database"),
        "{other_kind}"
    );
    assert!(
        other_version.contains("made by PostgreSQL 9") && other_version.contains("--pg-bin"),
        "{other_version}"
    );
    assert_eq!(
        fs::read_to_string(cluster.join("letter.txt")).unwrap(),
        "precious"
    );
}

#[test]
fn a_directory_too_deep_for_a_socket_gets_a_short_one_beside() {
    let place = place();
    let deep = place
        .data_dir
        .join("d".repeat(60))
        .join("e, with odd characters ".repeat(3));

    let server = Server::start(options(&deep)).unwrap();

    assert!(!server.socket_dir().starts_with(server.data_dir()));
    assert_eq!(fs::metadata(server.socket_dir()).unwrap().mode() & 0o777, 0o700);
    assert_eq!(one(&mut connect(&server), "SELECT 1"), "1");
    let socket_dir = server.socket_dir().to_owned();
    drop(server);
    assert!(!socket_dir.exists(), "it was left behind");
}

#[test]
fn never_runs_as_root() {
    let place = place();
    let server = Server::start(options(&place.data_dir)).unwrap();

    let owner = fs::metadata(place.data_dir.join("postgres")).unwrap().uid();
    assert_ne!(owner, 0);
    let asked = Command::new("ps")
        .args(["-o", "uid=", "-p", &server.pid().unwrap().to_string()])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&asked.stdout).trim(), owner.to_string());
    if !am_root() {
        let me = Command::new("id").arg("-u").output().unwrap();
        assert_eq!(String::from_utf8_lossy(&me.stdout).trim(), owner.to_string());
    }
}

#[test]
fn a_directory_that_the_server_cannot_reach_is_named() {
    let place = place();
    let closed = place.data_dir.parent().unwrap().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, Permissions::from_mode(0o700)).unwrap();

    let outcome = Server::start(options(&closed.join("data")));

    if am_root() {
        let message = outcome.unwrap_err().to_string();
        assert!(
            message.contains(&format!(
                "cannot reach {}:",
                closed.canonicalize().unwrap().display()
            )),
            "{message}"
        );
        assert!(message.contains("--data-dir elsewhere"), "{message}");
        assert_eq!(
            fs::metadata(&closed).unwrap().mode() & 0o777,
            0o700,
            "somebody else's directory was opened"
        );
    } else {
        outcome.unwrap(); // one's own closed directory is no obstacle
    }
}
