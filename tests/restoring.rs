//! A restore drill, as BACKUPS.md has it: PostgreSQL's own tools make the backup and restore it to a time,
//! `throughcare backup check` judges it, and only then it serves.
//!
//! Source: issue 7, "Backup and restore"; `trust.md`, P8.

use crate::harness::{Client, Place, Program, Somebody, kill, somebody, throughcare, until};
use crate::lifecycle::{ORGANISATION, set_up};
use crate::operations::{beside, in_database};
use embedded_postgres::{Installation, Options, Server};
use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, Row as _};
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use throughcare_app::{Clock as _, SystemClock};
use throughcare_domain::id::PersonId;
use throughcare_http::token::Role;
use throughcare_proof::Checkpoint;
use throughcare_proof::note::Note;
use throughcare_store::{Destroy, Erasure, Settings, Store};

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn worker(place: &Place, program: &Program) -> Client {
    let token = place.token("desk", Some("r.okafor"), ORGANISATION, Role::Worker);
    program.client(token, false)
}

fn registered(by: &Client, who: &Somebody) -> String {
    let opened = json!({ "demographics": who.demographics(), "identifiers": [who.nhs()] });
    by.record("/v1/people", &opened).person()
}

/// One of PostgreSQL's own programs.
fn tool(name: &str) -> Command {
    // Where some programs are linked from, others may not be.
    let server = fs::canonicalize(Installation::find(None).unwrap().bin().join("postgres")).unwrap();
    Command::new(server.with_file_name(name))
}

/// The same on a place's private server.
fn tool_at(place: &Place, name: &str) -> Command {
    let mut command = tool(name);
    command.arg("--host").arg(place.data_dir().join("socket"));
    command.args(["--username", "postgres", "--no-password"]);
    command
}

fn done(mut command: Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", said(&output));
}

/// Takes the server's log away as it is written. Ends with the test.
struct Archive {
    child: Child,
    directory: PathBuf,
}

impl Archive {
    fn of(place: &Place) -> Self {
        let directory = place.root().join("archive");
        fs::create_dir(&directory).unwrap();
        let mut command = tool_at(place, "pg_receivewal");
        command.arg("--directory").arg(&directory).arg("--synchronous");
        let child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let archive = Self { child, directory };
        until("the server's log is received", || {
            fs::read_dir(&archive.directory).unwrap().next().map(drop)
        });
        archive
    }

    /// All that was written so far is in the archive, in whole files.
    fn filled(&self, place: &Place) {
        let mut last = String::new();
        in_database(place, async |database| {
            let statement = "SELECT pg_walfile_name(pg_switch_wal())";
            last = sqlx::query_scalar(statement).fetch_one(database).await.unwrap();
        });
        until("the server's log is in the archive", || {
            self.directory.join(&last).exists().then_some(())
        });
    }
}

impl Drop for Archive {
    fn drop(&mut self) {
        kill(self.child.id(), "-KILL");
        let _ = self.child.wait();
    }
}

/// One number of the database.
fn number(place: &Place, statement: &'static str) -> i64 {
    let mut found = 0;
    in_database(place, async |database| {
        found = sqlx::query_scalar(statement).fetch_one(database).await.unwrap();
    });
    found
}

/// Waits until everything recorded is signed and on the lists; answers the checkpoint, and the time just after it.
fn quiet(place: &Place, by: &Client) -> (u64, String, Timestamp) {
    let head = number(place, "SELECT position FROM log_head").unsigned_abs();
    until("the lists are up to date", || {
        let at = number(place, "SELECT min(position) FROM checkpoints");
        (at.unsigned_abs() >= head).then_some(())
    });
    let (size, note) = until("it is signed", || {
        let answer = by.get("/v1/log/checkpoint");
        let note = (answer.status == 200).then(|| Note::parse(&answer.text).unwrap())?;
        let size = Checkpoint::parse_text(&note.text).unwrap().size;
        (size >= head).then_some((size, answer.text))
    });
    let mut at = Timestamp::UNIX_EPOCH;
    in_database(place, async |database| {
        let row = sqlx::query("SELECT extract(epoch FROM clock_timestamp())::float8 AS at");
        let seconds: f64 = row.fetch_one(database).await.unwrap().try_get("at").unwrap();
        at = Timestamp::from_microsecond((seconds * 1e6) as i64).unwrap();
    });
    (size, note, at)
}

fn auditor(place: &Place, program: &Program) -> Client {
    let token = place.token("audit-desk", Some("auditor"), "county-audit", Role::Auditor);
    program.client(token, false)
}

/// Destroys what is personal of somebody, as the program does once two officers agreed and a week has passed.
fn erased(place: &Place, person: &str) {
    let settings = Settings::from_url(&place.database_url(), place.data_dir().join("keys.txt")).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let store = Store::open(settings).await.unwrap();
        let erasure = Erasure {
            id: crate::harness::new_id(),
            people: vec![PersonId(person.parse().unwrap())],
            what: Destroy::Both,
            at: SystemClock.now(),
        };
        store.erase(&erasure).await.unwrap();
        store.close().await;
    });
}

/// A base backup and an archive put into a place of its own, to be recovered to a time.
fn restored(base: &Path, archive: &Path, to: Timestamp, owner: &Path) -> Place {
    let place = Place::new();
    fs::create_dir(place.data_dir()).unwrap();
    let cluster = place.data_dir().join("postgres");
    let mut copy = Command::new("cp");
    copy.arg("-a").arg(base).arg(&cluster);
    done(copy);
    // The server's own form of a time: it reads no Z here.
    let to = to.strftime("%Y-%m-%d %H:%M:%S%.6f+00");
    let settings = format!(
        "restore_command = 'cp {}/%f %p'\nrecovery_target_time = '{to}'\nrecovery_target_action = 'promote'\n\
         hot_standby = 'off'\n",
        archive.display()
    );
    fs::write(cluster.join("postgresql.auto.conf"), settings).unwrap();
    fs::write(cluster.join("recovery.signal"), "").unwrap();
    // As root the server runs as another user.
    let owner = fs::metadata(owner).unwrap();
    let mut own = Command::new("chown");
    own.arg("-R").arg(format!("{}:{}", owner.uid(), owner.gid()));
    own.arg(&cluster);
    done(own);
    let mut readable = Command::new("chmod");
    readable.args(["-R", "a+rX"]).arg(archive);
    done(readable);
    place
}

/// What `backup check` says, and its exit status.
fn checked(place: &Place, checkpoint: &Path, more: &[&str]) -> (i32, String) {
    let mut command = throughcare();
    command
        .args(["backup", "check", "--data-dir"])
        .arg(place.data_dir());
    command.arg("--checkpoint").arg(checkpoint).args(more);
    let output = command.output().unwrap();
    (output.status.code().unwrap(), said(&output))
}

/// Statements of a superuser on a place at which nothing runs.
fn in_stopped(place: &Place, database: &str, statements: &[&str]) {
    let options = Options::new(Installation::find(None).unwrap(), place.data_dir(), "throughcare");
    let server = Server::start(options).unwrap();
    let connect: PgConnectOptions = server.connection_url().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut connection: PgConnection = connect.database(database).connect().await.unwrap();
        for statement in statements {
            let statement = AssertSqlSafe((*statement).to_owned());
            sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
        }
        connection.close().await.unwrap();
    });
    server.stop().unwrap();
}

#[test]
fn given_a_backup_when_it_is_restored_to_a_time_then_the_check_proves_it_and_it_serves_without_the_erased() {
    // Given: three people, a base backup, another one, a checkpoint; then one more, and somebody is erased.
    let place = Place::new();
    let program = place.start();
    set_up(&place, &program);
    let (by, proves) = (worker(&place, &program), auditor(&place, &program));
    let (alice, bob, after_base, too_late) = (somebody(), somebody(), somebody(), somebody());
    let (of_alice, of_bob) = (registered(&by, &alice), registered(&by, &bob));
    let archive = Archive::of(&place);
    let base = place.root().join("base");
    let mut backup = tool_at(&place, "pg_basebackup");
    backup.args(["--checkpoint=fast", "--pgdata"]).arg(&base);
    done(backup);
    let of_after_base = registered(&by, &after_base);
    let (size, note, then) = quiet(&place, &proves);
    let checkpoint = place.root().join("checkpoint-then");
    fs::write(&checkpoint, &note).unwrap();
    let of_too_late = registered(&by, &too_late);
    erased(&place, &of_bob);
    let (later_size, later_note, _) = quiet(&place, &proves);
    assert!(later_size > size);
    let later = place.root().join("checkpoint-later");
    fs::write(&later, &later_note).unwrap();
    archive.filled(&place);
    program.stop();

    // When: all of it is lost, and restored to that time on another machine, with the key file.
    let owner = place.data_dir().join("postgres");
    let back = restored(&base, &archive.directory, then, &owner);
    fs::copy(
        place.data_dir().join("keys.txt"),
        back.data_dir().join("keys.txt"),
    )
    .unwrap();

    // Then: without the ledger nothing is opened, not even a second time.
    for _ in 0..2 {
        let (code, words) = checked(&back, &checkpoint, &[]);
        assert!(
            code == 1 && words.contains("There is no erasure ledger"),
            "{code} {words}"
        );
    }
    let ledger = "erasures.log";
    fs::copy(place.data_dir().join(ledger), back.data_dir().join(ledger)).unwrap();
    // With it the restored system is what it was, and whoever was erased since is erased again.
    let (code, words) = checked(&back, &checkpoint, &[]);
    assert_eq!(code, 0, "{words}");
    assert!(
        words.contains("This system is what it was: it may serve."),
        "{words}"
    );
    assert!(
        words.contains(&format!("restored to position {size},")),
        "{words}"
    );
    assert!(
        words.contains("1 were not shown here and were done again now"),
        "{words}"
    );
    assert!(words.contains("what the log gives, row for row"), "{words}");

    // Restored too old for a checkpoint of later: told with what is lost. The file beside the key file tells, too.
    let file = "checkpoint.txt";
    fs::copy(place.data_dir().join(file), back.data_dir().join(file)).unwrap();
    let (code, words) = checked(&back, &later, &["--json"]);
    let found: Value = serde_json::from_str(&words).unwrap_or_else(|_| panic!("{words}"));
    assert_eq!((code, &found["position"]), (1, &json!(size)), "{words}");
    let faults = found["faults"].as_array().unwrap();
    assert!(
        faults.len() == 1 && faults[0].as_str().unwrap().contains("restored too old"),
        "{words}"
    );
    assert!(
        found["notes"][0].as_str().unwrap().contains("--log-origin"),
        "{words}"
    );
    assert_eq!(found["trees"][0]["given"][0]["fits"], false);
    assert_eq!(found["erasures"]["doneAgain"], 0, "it was done before");
    fs::remove_file(back.data_dir().join(file)).unwrap();

    // A row that was changed is named; so is a list that is not what the log gives; and a key that is missing.
    in_stopped(
        &back,
        "throughcare",
        &[
            "CREATE TABLE kept_name AS SELECT user_name AS was FROM events_00 WHERE position = 4",
            "ALTER TABLE events_00 DISABLE TRIGGER ALL",
            "UPDATE events_00 SET user_name = 'somebody else' WHERE position = 4",
        ],
    );
    let (code, words) = checked(&back, &checkpoint, &[]);
    assert!(
        code == 1 && words.contains("It is the event at position 4."),
        "{words}"
    );
    assert!(
        words.contains("does NOT have the root that the rows give"),
        "{words}"
    );
    in_stopped(
        &back,
        "throughcare",
        &[
            "UPDATE events_00 SET user_name = kept_name.was FROM kept_name WHERE position = 4",
            "DROP TABLE kept_name",
        ],
    );
    let key = format!("DELETE FROM stream_keys WHERE stream_id = '{of_alice}'");
    in_stopped(
        &back,
        "throughcare_keys",
        &["CREATE TABLE kept AS TABLE stream_keys", &key],
    );
    let (code, words) = checked(&back, &checkpoint, &[]);
    assert!(
        code == 1 && words.contains("1 records have lost their keys"),
        "{words}"
    );
    assert!(
        !words.contains("altered"),
        "what was changed is as it was: {words}"
    );
    let mend = format!("INSERT INTO stream_keys SELECT * FROM kept WHERE stream_id = '{of_alice}'");
    in_stopped(&back, "throughcare_keys", &[&mend, "DROP TABLE kept"]);

    // Then: it is what it was again, serves, and goes on.
    let (code, words) = checked(&back, &checkpoint, &[]);
    assert_eq!(code, 0, "{words}");
    let mut serve = back.serve();
    serve.args(["--log-origin", "restored.example/log"]);
    let (program, _) = back.start_and_read(serve, "answers on");
    let by = worker(&back, &program);
    for (person, who) in [(&of_alice, &alice), (&of_after_base, &after_base)] {
        let read = by.read(&format!("/v1/people/{person}"));
        assert!(read.to_string().contains(&who.family), "{read}");
    }
    let gone = by.get(&format!("/v1/people/{of_bob}"));
    assert!(!gone.text.contains(&bob.family), "{}", gone.text);
    by.get(&format!("/v1/people/{of_too_late}")).problem(404);
    registered(&by, &somebody());
    let (goes_on, _, _) = quiet(&back, &auditor(&back, &program));
    assert!(goes_on > size);
    program.stop();
}

/// The tables of another program are refused before anything is asked of them.
#[test]
fn given_a_database_of_another_program_when_a_command_reads_it_then_it_is_refused_with_what_to_do() {
    let place = Place::new();
    let program = place.start();
    let out = place.root().join("export");
    let commands = || {
        // The view comes first on the command line.
        let mut replay = throughcare();
        replay.args([
            "replay",
            "worklists",
            "--database-url",
            &place.database_url(),
            "--key-file",
        ]);
        replay.arg(place.data_dir().join("keys.txt"));
        let mut export = beside(&place, "export");
        export.args(["--all", "--unsigned", "--out"]).arg(&out);
        [
            beside(&place, "rebuild"),
            replay,
            export,
            beside(&place, "projections"),
        ]
    };
    let refused = |what: &str| {
        for mut command in commands() {
            let output = command.output().unwrap();
            assert!(
                !output.status.success() && said(&output).contains(what),
                "{command:?}: {}",
                said(&output)
            );
        }
    };
    // Behind: the newest migration is gone, and a column with it.
    in_database(&place, async |database| {
        for statement in [
            "CREATE TABLE kept AS SELECT * FROM _sqlx_migrations WHERE version = 34",
            "DELETE FROM _sqlx_migrations WHERE version = 34",
            "ALTER TABLE checkpoints RENAME COLUMN lines_of TO lines_of_tomorrow",
        ] {
            sqlx::raw_sql(statement).execute(&mut *database).await.unwrap();
        }
    });
    refused("the database is behind this program by 1 migration (0034 lines of): run `throughcare migrate`");
    let (good, words) = crate::operations::doctor(&place);
    assert!(!good && words.contains("missing: 0034 lines of"), "{words}");
    in_database(&place, async |database| {
        for statement in [
            "INSERT INTO _sqlx_migrations SELECT * FROM kept",
            "DROP TABLE kept",
            "ALTER TABLE checkpoints RENAME COLUMN lines_of_tomorrow TO lines_of",
            "INSERT INTO _sqlx_migrations SELECT 990001, 'of tomorrow', installed_on, success, checksum, execution_time \
             FROM _sqlx_migrations WHERE version = 34",
        ] {
            sqlx::raw_sql(statement).execute(&mut *database).await.unwrap();
        }
    });
    refused("the database is ahead of this program by 1 migration: install the newer version");
    let output = beside(&place, "migrate").output().unwrap();
    assert!(
        !output.status.success() && said(&output).contains("ahead of this program"),
        "{}",
        said(&output)
    );
    in_database(&place, async |database| {
        let statement = "DELETE FROM _sqlx_migrations WHERE version = 990001";
        sqlx::raw_sql(statement).execute(database).await.unwrap();
    });
    assert!(beside(&place, "projections").output().unwrap().status.success());
    program.stop();
}
