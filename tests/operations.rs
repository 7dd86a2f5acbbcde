//! What those who run it see: metrics, readiness and the doctor agree, also when something is wrong.

use crate::harness::{Place, Program, kill, throughcare, until};
use crate::lifecycle::{case_system, referral, set_up};
use serde_json::json;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;
use throughcare_http::token::Role;

const LISTS: &str = "{projection=\"worklists\"}";
const HEALTHY: &str = "throughcare_projection_healthy{projection=\"worklists\"}";
const DATABASE: &str = "throughcare_database_up";

/// A program with its metrics page.
pub struct Watched {
    pub program: Program,
    metrics: String,
}

impl Watched {
    pub fn start(place: &Place, mut command: Command) -> Self {
        command.args(["--metrics-listen", "127.0.0.1:0"]);
        let (program, said) = place.start_and_read(command, "answers on");
        let metrics = said
            .iter()
            .find_map(|line| line.strip_prefix("Metrics stand on "))
            .expect("it says where");
        Self {
            program,
            metrics: metrics.to_owned(),
        }
    }

    /// The page, as a Prometheus server takes it.
    pub fn page(&self) -> Page {
        let client = reqwest::blocking::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(30))
            .build()
            .unwrap();
        let answer = client.get(&self.metrics).send().unwrap();
        assert_eq!(answer.status(), 200);
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
        Page::parse(answer.text().unwrap())
    }

    /// Status and text of readiness.
    fn readiness(&self) -> (u16, String) {
        let answer = self.program.anonymous().get("/health/readiness");
        (answer.status, answer.text)
    }
}

/// Every series with its value. Reading it checks its form.
pub struct Page {
    series: BTreeMap<String, f64>,
    text: String,
}

impl Page {
    fn parse(text: String) -> Self {
        let (mut series, mut family, mut ended) = (BTreeMap::new(), String::new(), false);
        for line in text.lines() {
            assert!(!ended, "nothing follows the end: {line}");
            if line == "# EOF" {
                ended = true;
            } else if let Some(named) = line.strip_prefix("# TYPE ") {
                named.split(' ').next().unwrap().clone_into(&mut family);
            } else if !line.starts_with("# HELP ") && !line.starts_with("# UNIT ") {
                let (name, value) = line.rsplit_once(' ').unwrap();
                assert!(
                    name.starts_with(&family) && !family.is_empty(),
                    "{line} under {family}"
                );
                let value = value.parse().unwrap_or_else(|_| panic!("{line}"));
                assert!(series.insert(name.to_owned(), value).is_none(), "twice: {name}");
            }
        }
        assert!(ended, "{text}");
        Self { series, text }
    }

    /// The series whose name holds a word.
    pub fn text_of(&self, word: &str) -> String {
        let series = self.series.keys().filter(|name| name.contains(word));
        series.cloned().collect::<Vec<_>>().join("\n")
    }

    #[track_caller]
    pub fn value(&self, name: &str) -> f64 {
        *self
            .series
            .get(name)
            .unwrap_or_else(|| panic!("{name} is not in\n{}", self.text))
    }
}

/// Another program on the database and keys of this place.
pub fn beside(place: &Place, name: &str) -> Command {
    let mut command = throughcare();
    command
        .arg(name)
        .args(["--database-url", &place.database_url(), "--key-file"]);
    command.arg(place.data_dir().join("keys.txt"));
    command
}

pub fn doctor(place: &Place) -> (bool, String) {
    let told = beside(place, "doctor").output().unwrap();
    (told.status.success(), String::from_utf8(told.stdout).unwrap())
}

/// Runs something with a connection of an administrator.
pub fn in_database(place: &Place, work: impl AsyncFnOnce(&mut PgConnection)) {
    let options: sqlx::postgres::PgConnectOptions = place.database_url().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut connection = options.connect().await.unwrap();
        work(&mut connection).await;
        connection.close().await.unwrap();
    });
}

#[test]
fn the_metrics_page_counts_what_happened_and_names_nobody() {
    let place = Place::new();
    let watched = Watched::start(&place, place.serve());
    // What was recorded before this program wrote anything: who administers.
    let begun = watched.page().value("throughcare_log_position");
    set_up(&place, &watched.program);
    let sender = case_system(&place, &watched.program, "records");
    sender.record("/v1/referrals", &referral("r-1"));
    let stranger = watched.program.client("not.a.token".to_owned(), false);
    assert_eq!(
        stranger
            .get("/v1/people/0190b5a8-7c1e-7d2a-9f3b-1c2d3e4f5a6b")
            .status,
        401
    );

    let page = until("the lists are up to date", || {
        let page = watched.page();
        (page.value(&format!("throughcare_projection_lag_events{LISTS}")) == 0.0).then_some(page)
    });
    assert_eq!(page.value(DATABASE), 1.0);
    let position = page.value("throughcare_log_position");
    assert!(position >= 4.0, "{position}");
    assert_eq!(page.value("throughcare_writer_events_total"), position - begun);
    assert!(page.value("throughcare_writer_appends_total{outcome=\"appended\"}") >= 3.0);
    assert_eq!(page.value("throughcare_writer_waiting_requests"), 0.0);
    assert!(page.value("throughcare_log_room_events") > 1e6);
    assert!(page.value("throughcare_database_connections_most") >= 1.0);
    assert_eq!(page.value(HEALTHY), 1.0);
    assert_eq!(
        page.value(&format!("throughcare_projection_lease_held{LISTS}")),
        1.0
    );
    assert_eq!(page.value(&format!("throughcare_projection_running{LISTS}")), 1.0);
    assert_eq!(page.value("throughcare_held_movements{state=\"stuck\"}"), 0.0);
    for state in ["waiting", "stuck", "to_decide", "held"] {
        let name = format!("throughcare_inbound_messages{{state=\"{state}\"}}");
        assert_eq!(page.value(&name), 0.0, "{name}");
    }
    assert_eq!(page.value("throughcare_inbound_oldest_wait_seconds"), 0.0);
    assert_eq!(page.value("throughcare_webhooks{state=\"active\"}"), 0.0);
    assert_eq!(page.value("throughcare_webhook_healthy"), 1.0);
    assert_eq!(
        page.value("throughcare_token_refusals_total{reason=\"malformed\"}"),
        1.0
    );
    assert_eq!(page.value("throughcare_http_requests_shed_total"), 0.0);
    let requests = |method: &str, route: &str, status: &str| {
        let name = "throughcare_http_request_duration_seconds_count";
        page.value(&format!(
            "{name}{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}"
        ))
    };
    assert_eq!(requests("POST", "/v1/referrals", "2xx"), 1.0);
    assert_eq!(requests("GET", "/v1/people/{id}", "4xx"), 1.0);
    for personal in ["0190b5a8", "r-1", "records", "administrator"] {
        assert!(!page.text.contains(personal), "{personal} in {}", page.text);
    }
    assert_eq!(
        watched.program.anonymous().get("/metrics").status,
        404,
        "the API's port has none"
    );
}

#[test]
fn given_a_worker_that_sleeps_then_the_others_say_so_until_it_wakes() {
    let place = Place::new();
    let mut api = place.serve();
    api.args(["--role", "api"]);
    let mut api = Watched::start(&place, api);
    let mut worker = beside(&place, "serve");
    worker.args(["--role", "worker", "--listen", "127.0.0.1:0", "--issuer"]);
    worker.arg(place.issuer_setting());
    let worker = Watched::start(&place, worker);
    set_up(&place, &api.program);
    until("the worker has done its work", || {
        (api.page().value(HEALTHY) == 1.0).then_some(())
    });
    until("it is ready", || (api.readiness().0 == 200).then_some(()));

    kill(worker.program.pid(), "-STOP");
    case_system(&place, &api.program, "records").record("/v1/referrals", &referral("r-1"));
    let said = until("readiness says so", || {
        let (status, text) = api.readiness();
        (status == 503).then_some(text)
    });
    assert!(said.contains("nobody works on it"), "{said}");
    let page = api.page();
    assert_eq!(page.value(HEALTHY), 0.0);
    assert_eq!(
        page.value(&format!("throughcare_projection_lease_held{LISTS}")),
        0.0
    );
    assert!(page.value(&format!("throughcare_projection_lag_seconds{LISTS}")) >= 10.0);
    let (good, told) = doctor(&place);
    assert!(!good && told.contains("does not renew its lease"), "{told}");

    kill(worker.program.pid(), "-CONT");
    until("it is ready again", || (api.readiness().0 == 200).then_some(()));
    assert_eq!(api.page().value(HEALTHY), 1.0);

    // The private server goes with its program; the worker's page stands, and says that there is no database.
    assert_eq!(worker.page().value(DATABASE), 1.0);
    api.program.kill_hard();
    let page = until("the page says so", || {
        let page = worker.page();
        (page.value(DATABASE) == 0.0).then_some(page)
    });
    assert!(!page.text.contains("throughcare_log_position"));
    assert!(page.text.contains("throughcare_writer_commits_total"));
}

#[test]
fn given_a_parked_person_then_metrics_readiness_and_the_doctor_tell_and_no_lock_hides_it() {
    let place = Place::new();
    let watched = Watched::start(&place, place.serve());
    set_up(&place, &watched.program);
    let parked = format!("throughcare_projection_parked_people{LISTS}");
    assert_eq!(watched.page().value(&parked), 0.0);
    assert!(!doctor(&place).1.contains("parked: 1"));
    in_database(&place, async |connection| {
        let park = "insert into parked (projection, person, position, reason, since) \
                    values ('worklists', gen_random_uuid(), 1, 'by a test', clock_timestamp())";
        sqlx::query(park).execute(&mut *connection).await.unwrap();
        // A worker in the middle of its transaction.
        let mut transaction = connection.begin().await.unwrap();
        for table in ["checkpoints", "leases"] {
            let lock = sqlx::AssertSqlSafe(format!("select * from {table} for update"));
            sqlx::query(lock).fetch_all(&mut *transaction).await.unwrap();
        }
        let page = std::thread::scope(|scope| scope.spawn(|| watched.page()).join().unwrap());
        assert_eq!((page.value(DATABASE), page.value(&parked)), (1.0, 1.0));
        transaction.rollback().await.unwrap();
    });
    let (status, said) = watched.readiness();
    assert_eq!(status, 200, "one person does not make the node unready: {said}");
    assert!(said.contains("1 people parked"), "{said}");
    let (good, told) = doctor(&place);
    assert!(!good && told.contains("worklists, parked: 1 people"), "{told}");
}

#[test]
fn given_a_metrics_port_that_is_taken_then_everything_else_goes_on_and_the_log_says_why() {
    let place = Place::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = place.serve();
    command.args(["--metrics-listen", &taken.local_addr().unwrap().to_string()]);
    let (program, said) = place.start_and_read(command, "answers on");
    assert!(
        !said.iter().any(|line| line.contains("Metrics stand on")),
        "{said:?}"
    );
    assert_eq!(program.anonymous().get("/health/liveness").status, 200);
    let log = place.log();
    assert!(
        log.contains("no metrics") && log.contains("--metrics-listen"),
        "{log}"
    );
}

/// What cannot be recorded is not shown; what is recorded cannot be taken back.
#[test]
fn given_an_access_log_that_cannot_be_written_then_nobody_is_shown_until_it_can_be() {
    let place = Place::new();
    let program = place.start();
    set_up(&place, &program);
    let worker = program.client(
        place.token(
            "desk",
            Some("r.okafor"),
            crate::lifecycle::ORGANISATION,
            Role::Worker,
        ),
        false,
    );
    let who = crate::harness::somebody();
    let opened = json!({ "demographics": who.demographics(), "identifiers": [who.nhs()] });
    let person = worker.record("/v1/people", &opened).person();
    let record = format!("/v1/people/{person}");
    worker.get(&record).expect(200);

    let in_database = |work: &'static str| {
        in_database(&place, async |connection| {
            sqlx::raw_sql(work).execute(&mut *connection).await.unwrap();
        })
    };
    in_database("revoke insert on looks from throughcare_writer");
    let list = format!("/v1/services/{}/worklists/caseload", crate::lifecycle::SERVICE);
    let search = json!({ "identifier": who.nhs() });
    for refused in [
        worker.get(&record),
        worker.get(&format!("{record}/timeline")),
        worker.post("/v1/people/search", &search),
    ] {
        assert_eq!(refused.problem(503), "unavailable");
        assert!(refused.header("retry-after").is_some());
        for shown in [&who.family, &who.nhs_number, &person] {
            assert!(!refused.text.contains(shown.as_str()), "{}", refused.text);
        }
    }
    // What shows nobody goes on, and so does recording.
    worker.get(&list).expect(200);
    worker.record(&format!("{record}/residences"), &json!({ "noFixedAbode": true }));
    in_database("grant insert on looks to throughcare_writer");
    worker.get(&record).expect(200);

    // Negative control and promise in one: an administrator of the server, acting as a replica, changes no look.
    super_cannot(&place, "update looks set user_name = 'somebody else'");
    super_cannot(&place, "delete from looks");
    super_cannot(&place, "truncate looks");
    assert_eq!(program.stop().code(), Some(0));
}

/// Tries something with every right there is; it must be refused.
fn super_cannot(place: &Place, statement: &'static str) {
    in_database(place, async |connection| {
        sqlx::raw_sql("set session_replication_role = replica")
            .execute(&mut *connection)
            .await
            .unwrap();
        let refused = sqlx::raw_sql(statement)
            .execute(&mut *connection)
            .await
            .unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{refused}");
    });
}

/// A person's own copy without a server: what the endpoint answers, on record as a look, for a privacy officer alone.
#[test]
fn given_a_privacy_officer_with_database_and_keys_then_the_copy_is_a_file_and_a_look() {
    let place = Place::new();
    let program = place.start();
    set_up(&place, &program);
    let organisation = crate::lifecycle::ORGANISATION;
    let signed_in = |user, role| {
        let token = place.token("desk", Some(user), organisation, role);
        program.client(token, false)
    };
    let worker = signed_in("r.okafor", Role::Worker);
    let officer = signed_in("o.fficer", Role::PrivacyOfficer);
    let who = crate::harness::somebody();
    let opened = json!({ "demographics": who.demographics(), "identifiers": [who.nhs()] });
    let person = worker.record("/v1/people", &opened).person();
    let out = place.root().join("copy.json");
    let copy = |person: &str, user: &str, more: &[&str]| {
        let mut command = beside(&place, "subject-access");
        command.args([
            "--person",
            person,
            "--organisation",
            organisation,
            "--user",
            user,
            "--out",
        ]);
        command.arg(&out).args(more);
        command.output().unwrap()
    };
    let token = place.token("audit", Some("auditor"), "county-audit", Role::Auditor);
    let auditor = program.client(token, false);
    let looks = || {
        let log = auditor.list(&format!("/v1/people/{person}/access-log?perPage=100"));
        let of_command = log
            .iter()
            .filter(|look| look["asked"] == "COMMAND subject-access");
        of_command.map(|look| look["user"].clone()).collect::<Vec<_>>()
    };

    // Nobody else, and nobody who is not there; nothing is written, and there is no look.
    let nowhere = crate::harness::new_id().to_string();
    for (person, user, said) in [
        (person.as_str(), "r.okafor", "is no privacy officer"),
        (person.as_str(), "somebody.else", "is no privacy officer"),
        (nowhere.as_str(), "o.fficer", "there is no record"),
    ] {
        let refused = copy(person, user, &[]);
        let told = String::from_utf8(refused.stderr).unwrap();
        assert!(!refused.status.success() && told.contains(said), "{told}");
        assert!(!out.exists(), "{user}");
    }
    assert!(looks().is_empty());

    let written = copy(&person, "o.fficer", &[]);
    assert!(
        written.status.success(),
        "{}",
        String::from_utf8_lossy(&written.stderr)
    );
    let said = String::from_utf8(written.stdout).unwrap();
    assert!(said.contains("entries.") && !said.contains(&who.family), "{said}");
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&out).unwrap());
    assert_eq!(mode & 0o777, 0o600);
    let file: serde_json::Value = serde_json::from_slice(&std::fs::read(&out).unwrap()).unwrap();
    let answered = officer.read(&format!("/v1/people/{person}/subject-access"));
    assert_eq!(file["entries"], answered["entries"]);
    assert_eq!(file["computed"], answered["computed"]);
    assert!(file.to_string().contains(&who.family));
    assert_eq!(looks(), [json!("o.fficer")]);

    // A file that is there is not written over, and nobody is looked at for it.
    let again = copy(&person, "o.fficer", &["--html"]);
    assert!(!again.status.success() && looks().len() == 1);
    std::fs::remove_file(&out).unwrap();
    assert!(copy(&person, "o.fficer", &["--html"]).status.success());
    assert!(std::fs::read_to_string(&out).unwrap().starts_with("<!"));
    assert_eq!(looks().len(), 2);
    assert!(!place.log().contains(&who.family));
    assert_eq!(program.stop().code(), Some(0));
}
