//! What is signed stays true: through kill -9, beside a witness that cosigns only growth, and not at all over a database
//! that was put back.
//!
//! Source: issue 7, "Proof"; `trust.md`, P9.

use crate::harness::{Client, Place, Program, throughcare, until};
use crate::lifecycle::{case_system, referral, set_up};
use crate::operations::{Watched, doctor, in_database};
use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use throughcare_http::token::Role;
use throughcare_proof::checkpoint::Checkpoint;
use throughcare_proof::cosignature::cosign;
use throughcare_proof::key::{KeyUse, SigningKey};
use throughcare_proof::note::Note;
use throughcare_proof::policy::Policy;
use throughcare_proof::tree::{Hash, verify_consistency};

/// What a witness knows of each log: how large it was, and its root.
type Known = Arc<Mutex<HashMap<String, (u64, Hash)>>>;

/// A partner's witness on this machine, of `c2sp.org/tlog-witness`.
struct Witness {
    at: SocketAddr,
    key: SigningKey,
    known: Known,
    refused: Arc<Mutex<Vec<String>>>,
}

impl Witness {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let key = SigningKey::from_seed("witness.example", KeyUse::Cosignature, &[9; 32]).unwrap();
        let (known, refused) = (Known::default(), Arc::new(Mutex::new(Vec::new())));
        let (signing, knows, notes) = (key.clone(), known.clone(), refused.clone());
        // Ends with the test program.
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                answer(stream, &signing, &knows, &notes);
            }
        });
        Self {
            at,
            key,
            known,
            refused,
        }
    }

    fn setting(&self) -> String {
        format!("{} http://{}/", self.key.verifier(), self.at)
    }

    fn size_of(&self, origin: &str) -> u64 {
        self.known.lock().unwrap().get(origin).map_or(0, |known| known.0)
    }
}

fn answer(
    mut stream: TcpStream,
    key: &SigningKey,
    known: &Known,
    refused: &Mutex<Vec<String>>,
) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    assert!(line.starts_with("POST /add-checkpoint "), "{line}");
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        match line.trim_end().to_lowercase().split_once(": ") {
            Some(("content-length", value)) => length = value.parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    let (head, note) = body.split_once("\n\n")?;
    let note = Note::parse(note).ok()?;
    let checkpoint = Checkpoint::parse_text(&note.text).ok()?;
    let mut lines = head.lines();
    let old: u64 = lines.next()?.strip_prefix("old ")?.parse().ok()?;
    let proof: Vec<Hash> = lines.filter_map(Hash::from_base64).collect();
    let mut known = known.lock().unwrap();
    let before = known.get(&checkpoint.origin).copied();
    let (size, root) = before.unwrap_or((0, Hash::empty_tree()));
    let (status, form, text) = if old != size {
        ("409 Conflict", "text/x.tlog.size", format!("{size}\n"))
    } else if verify_consistency(size, root, checkpoint.size, checkpoint.root, &proof).is_err() {
        refused.lock().unwrap().push(body.clone());
        ("422 Unprocessable Content", "text/plain", String::new())
    } else {
        known.insert(checkpoint.origin, (checkpoint.size, checkpoint.root));
        let at = std::time::UNIX_EPOCH.elapsed().ok()?.as_secs();
        ("200 OK", "text/plain", cosign(key, &note.text, at).line())
    };
    let length = text.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {form}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{text}"
    );
    stream.write_all(answer.as_bytes()).ok()
}

fn serve(place: &Place, witness: Option<&Witness>) -> Command {
    let mut command = place.serve();
    command.args(["--log-origin", "log.example/throughcare"]);
    if let Some(witness) = witness {
        command.args(["--witness", &witness.setting()]);
    }
    command
}

fn started(place: &Place, witness: Option<&Witness>) -> Program {
    place.start_and_read(serve(place, witness), "answers on").0
}

fn auditor(place: &Place, program: &Program) -> Client {
    let token = place.token("audit-desk", Some("auditor"), "county-audit", Role::Auditor);
    program.client(token, false)
}

/// The newest checkpoint, by the keys that were given at first.
fn newest(by: &Client, policy: &Policy) -> Option<(Checkpoint, usize)> {
    let answer = by.get("/v1/log/checkpoint");
    (answer.status == 200).then(|| {
        let trusted = policy.judge(&Note::parse(&answer.text).unwrap()).unwrap();
        (trusted.checkpoint, trusted.witnesses.len())
    })
}

#[test]
fn given_kill_9_again_and_again_then_every_checkpoint_continues_the_one_before_and_the_witness_agrees() {
    let (place, witness) = (Place::new(), Witness::new());
    let mut program = started(&place, Some(&witness));
    set_up(&place, &program);
    let by = auditor(&place, &program);
    let policy = Policy::parse(&by.get("/v1/log/keys").expect(200).text).unwrap();
    assert_eq!(policy.logs[0].key.name(), "log.example/throughcare");
    let mut before: Option<Checkpoint> = None;
    for turn in 0..4 {
        let sends = case_system(&place, &program, "sender");
        let mut position = 0;
        for one in 0..4 {
            let recorded = sends.record("/v1/referrals", &referral(&format!("{turn}-{one}")));
            position = recorded.json()["logPosition"].as_u64().unwrap();
        }
        let by = auditor(&place, &program);
        // Every other time it is killed before anything of this turn is signed.
        if turn % 2 == 0 {
            let checkpoint = until("the checkpoint is cosigned", || {
                newest(&by, &policy).filter(|(one, cosigned)| one.size >= position && *cosigned == 1)
            });
            let checkpoint = checkpoint.0;
            if let Some(before) = &before {
                let path = format!("/v1/log/consistency?from={}&to={}", before.size, checkpoint.size);
                let told = by.get(&path).expect(200).text;
                let (head, _) = told.split_once("\n\n").unwrap();
                let proof: Vec<Hash> = head.lines().filter_map(Hash::from_base64).collect();
                let (old, new) = (before, &checkpoint);
                verify_consistency(old.size, old.root, new.size, new.root, &proof).unwrap();
            }
            assert!(witness.size_of("log.example/throughcare") >= checkpoint.size);
            before = Some(checkpoint);
        }
        program.kill_hard();
        program = started(&place, Some(&witness));
    }
    assert!(witness.size_of("log.example/throughcare/looks") > 0);
    assert_eq!(*witness.refused.lock().unwrap(), Vec::<String>::new());
    let lines = auditor(&place, &program).read("/v1/log/witnesses");
    let named = lines["data"].as_array().unwrap().iter();
    assert!(named.clone().count() == 2 && named.clone().all(|line| line["witness"] == "witness.example"));
    program.stop();
    place.remove();
}

#[test]
fn given_a_database_that_was_put_back_then_nothing_is_signed_over_it_it_says_so_and_people_are_served() {
    let place = Place::new();
    let mut program = started(&place, None);
    set_up(&place, &program);
    let by = auditor(&place, &program);
    let policy = Policy::parse(&by.get("/v1/log/keys").expect(200).text).unwrap();
    let wait_for = |program: &Program, place: &Place, position: u64| {
        let by = auditor(place, program);
        until("it is signed", || {
            newest(&by, &policy).filter(|(one, _)| one.size >= position)
        })
        .0
    };
    let position = |program: &Program, place: &Place, name: &str| {
        let sent = case_system(place, program, "sender").record("/v1/referrals", &referral(name));
        sent.json()["logPosition"].as_u64().unwrap()
    };
    let at = position(&program, &place, "first");
    wait_for(&program, &place, at);
    program.terminate();
    program.wait();
    let older = place.copied();
    let mut program = started(&place, None);
    let at = position(&program, &place, "second");
    let signed = wait_for(&program, &place, at);
    program.terminate();
    program.wait();
    // The older copy of the database, beside files that are not part of it.
    for file in ["checkpoint.txt", "checkpoint-looks.txt"] {
        std::fs::copy(place.data_dir().join(file), older.data_dir().join(file)).unwrap();
    }
    let mut program = started(&older, None);
    let (size, told) = until("it says so", || {
        let mut command = throughcare();
        command
            .arg("doctor")
            .args(["--database-url", &older.database_url(), "--key-file"]);
        command.arg(older.data_dir().join("keys.txt"));
        command.args(["--log-origin", "log.example/throughcare"]);
        let output = command.output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let stands = text.contains("FAULT proof, log") && text.contains("FAULT checkpoint file, log");
        let by = auditor(&older, &program);
        stands.then(|| (newest(&by, &policy).unwrap().0.size, text))
    });
    assert!(told.contains("older state"), "{told}");
    assert!(size < signed.size, "what was signed then is still what is served");
    // Care goes on.
    position(&program, &older, "third");
    let health = program.anonymous().get("/health/readiness").expect(200).json();
    let tree = health["components"]["logTree"]["detail"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(tree.contains("stands still"), "{tree}");
    assert_eq!(newest(&auditor(&older, &program), &policy).unwrap().0.size, size);
    program.terminate();
    program.wait();
    place.remove();
    older.remove();
}

#[test]
fn given_an_old_row_that_a_superuser_changed_when_nobody_asks_for_it_then_metrics_readiness_and_the_doctor_tell()
 {
    let place = Place::new();
    let watched = Watched::start(&place, place.serve());
    set_up(&place, &watched.program);
    case_system(&place, &watched.program, "sender").record("/v1/referrals", &referral("old"));
    let superuser = |statements: &'static str| {
        in_database(&place, async |database| {
            sqlx::raw_sql(statements).execute(database).await.unwrap();
        });
    };
    // It looks once a minute; here, as if that had passed.
    let until_it_says = |what: &str, value: f64| {
        until(what, || {
            superuser("UPDATE tree_rechecks SET looked_at = 'epoch'");
            let page = watched.page();
            let rounds = page.text_of("throughcare_recheck_round_age_seconds{tree=\"log\"}");
            let healthy = page.value("throughcare_recheck_healthy{tree=\"log\"}");
            (!rounds.is_empty() && healthy.to_bits() == value.to_bits()).then_some(())
        });
    };
    until_it_says("old rows were looked at", 1.0);
    let (good, words) = doctor(&place);
    assert!(good && words.contains("ok    old rows, log"), "{words}");

    superuser(
        "ALTER TABLE events DISABLE TRIGGER ALL; ALTER TABLE events_00 DISABLE TRIGGER ALL; \
         UPDATE events SET client = client || '0' WHERE position = 2",
    );
    until_it_says("the change is found", 0.0);
    let (good, words) = doctor(&place);
    assert!(
        !good && words.contains("FAULT old rows, log: rows from entry 0 on"),
        "{words}"
    );
    // People are served all the same.
    let health = watched
        .program
        .anonymous()
        .get("/health/readiness")
        .expect(200)
        .json();
    let told = health["components"]["logTree"]["detail"].to_string();
    assert!(told.contains("old rows are not what they were"), "{told}");
    assert!(
        place.log().contains("old rows are not what they were: entry 1"),
        "{}",
        place.log()
    );

    superuser("UPDATE events SET client = left(client, -1) WHERE position = 2");
    until_it_says("it is as it was", 1.0);
    assert!(doctor(&place).0);
    watched.program.stop();
}
