//! No identifier of a person is readable at rest or in what the program says of itself: values are planted through the
//! API of the real program, rightly and wrongly, and then searched in everything that lies on disk or was answered.
//!
//! Source: `trust.md`, P17. What is said of the senders, such as their own references, is theirs to keep clean: those
//! stand in clear (`api.md`), and no value is planted there.

mod planting;
mod search;
mod values;

use crate::harness::{Place, Program, until};
use search::Search;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use values::Planted;

/// Words that stand nowhere else.
const WORDS: [&str; 3] = ["marrowby", "thistlewick", "ganderpool"];

fn people() -> Vec<Planted> {
    (0..)
        .zip(WORDS)
        .map(|(nth, word)| Planted::new(nth, word))
        .collect()
}

/// Everything in which values are searched after a run.
struct Looked {
    /// Where, and what was found there.
    found: Vec<(&'static str, BTreeSet<String>)>,
}

impl Looked {
    fn at(place: &Place, said: &[String], metrics: &str, search: &Search) -> Self {
        let mut found = Vec::new();
        let data = place.data_dir();
        let is_wal = |path: &Path| path.components().any(|part| part.as_os_str() == "pg_wal");
        let is_log = |path: &Path| path.components().any(|part| part.as_os_str() == "log");
        let mut below = |what, fits: &dyn Fn(&Path) -> bool| {
            let (here, read) = search.below(&data, fits);
            assert!(read > 0, "{what}: nothing was read");
            found.push((what, here));
        };
        below("the data directory", &|path| !is_wal(path) && !is_log(path));
        below("the write-ahead log", &is_wal);
        below("PostgreSQL's log", &is_log);
        for database in ["throughcare", "throughcare_keys"] {
            let dump = server_program(place, "pg_dump", &["--dbname", database]);
            found.push(("a dump", search.within(&dump)));
        }
        let copy = server_program(place, "pg_basebackup", &["-D", "-", "-F", "tar", "-X", "fetch"]);
        assert!(copy.len() > 1 << 20, "the base backup is small");
        found.push(("a base backup", search.within(&copy)));
        found.push(("the program's log", search.within(place.log().as_bytes())));
        found.push(("the metrics page", search.within(metrics.as_bytes())));
        found.push((
            "what was answered to those who may not see",
            search.within(said.join("\n").as_bytes()),
        ));
        Self { found }
    }
}

/// What one of PostgreSQL's own programs writes.
pub fn server_program(place: &Place, name: &str, arguments: &[&str]) -> Vec<u8> {
    let socket = place.data_dir().join("socket");
    let done = Command::new(program_of_postgresql(name))
        .args(["--host", &socket.display().to_string(), "--username", "postgres"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{name}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    done.stdout
}

/// Beside the server's own programs, where links to it lead, or in the path.
fn program_of_postgresql(name: &str) -> PathBuf {
    let bin = embedded_postgres::Installation::find(None)
        .unwrap()
        .bin()
        .to_path_buf();
    let linked = std::fs::canonicalize(bin.join("postgres")).unwrap();
    [bin.as_path(), linked.parent().unwrap()]
        .iter()
        .map(|folder| folder.join(name))
        .find(|program| program.exists())
        .unwrap_or_else(|| PathBuf::from(name))
}

fn sql(place: &Place, statement: &str) {
    server_program(
        place,
        "psql",
        &[
            "--dbname",
            "throughcare",
            "--quiet",
            "--set",
            "ON_ERROR_STOP=1",
            "--command",
            statement,
        ],
    );
}

/// Starts the program so that it says as much of itself as it can, and lets base backups be taken.
fn start(place: &Place) -> (Program, String) {
    let mut command = place.serve();
    command.args(["--metrics-listen", "127.0.0.1:0"]);
    command.args([
        "--log",
        "info,throughcare=trace,throughcare_http=trace,throughcare_app=trace,throughcare_store=trace",
    ]);
    let (program, said) = place.start_and_read(command, "answers on");
    let metrics = said
        .iter()
        .find_map(|line| line.strip_prefix("Metrics stand on "))
        .unwrap();
    let rules = place.data_dir().join("pg_hba.conf");
    let text = std::fs::read_to_string(&rules).unwrap();
    std::fs::write(&rules, format!("{text}local replication all trust\n")).unwrap();
    sql(place, "SELECT pg_reload_conf()");
    (program, metrics.to_owned())
}

fn page(metrics: &str) -> String {
    let client = reqwest::blocking::Client::builder().no_proxy().build().unwrap();
    client.get(metrics).send().unwrap().text().unwrap()
}

#[test]
fn no_value_that_names_somebody_is_found_in_clear_anywhere() {
    let people = people();
    let values: Vec<String> = people.iter().flat_map(Planted::values).collect();
    assert!(values.len() >= 40, "{} values", values.len());
    let search = Search::new(&values);
    let place = Place::new();
    let (program, metrics) = start(&place);
    let told = planting::plant(&place, &program, &people);
    assert!(
        told.refused.len() > 30,
        "{} refusals were looked at",
        told.refused.len()
    );
    // The control of the planting: whoever may see is told, in clear.
    let shown = search.within(told.shown.join("\n").as_bytes());
    for value in [
        &people[0].given,
        &people[0].family,
        &people[1].given,
        &people[0].nhs,
    ] {
        let plain = format!("{value} (plain)");
        assert!(shown.contains(&plain), "{plain} was not recorded: {shown:?}");
    }
    until("the lists are written", || {
        page(&metrics)
            .contains("throughcare_projection_healthy{projection=\"worklists\"} 1")
            .then_some(())
    });
    sql(&place, "CHECKPOINT");
    let telling: Vec<_> = told
        .refused
        .iter()
        .filter(|answer| !search.within(answer.as_bytes()).is_empty())
        .collect();
    assert!(
        telling.is_empty(),
        "{} answers, such as {:#?}",
        telling.len(),
        &telling[..telling.len().min(40)]
    );
    let looked = Looked::at(&place, &told.refused, &page(&metrics), &search);
    let found: Vec<_> = looked
        .found
        .iter()
        .filter(|(_, found)| !found.is_empty())
        .collect();
    assert!(found.is_empty(), "{found:#?}");

    // The negative control: what is written in clear is found in each kind of place.
    let value = &people[2].mail;
    sql(
        &place,
        &format!(
            "INSERT INTO idempotency VALUES ('c', gen_random_uuid(), sha256(''), '{value}', 1, 1, now()); \
             DO $$ BEGIN RAISE LOG 'about {value}'; END $$"
        ),
    );
    sql(&place, "CHECKPOINT");
    std::fs::write(place.data_dir().join("forgotten.txt"), value).unwrap();
    place.add_to_log(value);
    let page = format!("{}\n{value}", page(&metrics));
    let looked = Looked::at(&place, &told.shown, &page, &Search::new(&values));
    for (what, found) in &looked.found {
        let is_of_keys = *what == "a dump" && found.is_empty();
        assert!(
            !found.is_empty() || is_of_keys,
            "what stands in clear was not found in {what}"
        );
    }
    assert!(looked.found.iter().filter(|(_, found)| found.is_empty()).count() <= 1);
    drop(program);
}
