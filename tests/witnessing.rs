//! `witness`, as a partner runs it: it cosigns growth, survives a power cut, and exposes a log with two histories.

use crate::harness::{Place, Program, throughcare};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use throughcare_proof::key::KeyUse;
use throughcare_proof::note::Note;
use throughcare_proof::policy::Policy;
use throughcare_proof::tree::{Frontier, Subtree, consistency, leaf_hash};
use throughcare_proof::witness::Request;
use throughcare_proof::{Checkpoint, Hash, SigningKey};

const ORIGIN: &str = "log.example/county";

fn log_key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, KeyUse::Note, &[4; 32]).unwrap()
}

/// A history of numbered entries; from the 100th on each history has its own.
struct History(u8);

impl History {
    fn leaf(&self, place: u64) -> Hash {
        let which = if place < 100 { 0 } else { self.0 };
        leaf_hash(&[&place.to_be_bytes()[..], &[which]].concat())
    }

    fn root(&self, from: u64, upto: u64) -> Hash {
        let mut tree = Frontier::default();
        (from..upto).for_each(|place| tree.push(self.leaf(place), |_, _, _| ()));
        tree.root()
    }

    fn request(&self, old: u64, size: u64) -> Request {
        let checkpoint = Checkpoint {
            origin: ORIGIN.into(),
            size,
            root: self.root(0, size),
        };
        let mut node = |subtree: Subtree| {
            let first = subtree.index << subtree.height;
            Ok::<_, ()>(self.root(first, first + (1 << subtree.height)))
        };
        Request {
            old,
            proof: consistency(old, size, &mut node).unwrap(),
            note: checkpoint.sign(&log_key()).unwrap(),
        }
    }
}

struct Answered {
    status: u16,
    kind: String,
    body: String,
}

fn post(program: &Program, body: String) -> Answered {
    let url = format!("{}/add-checkpoint", program.address);
    let answer = reqwest::blocking::Client::new()
        .post(url)
        .body(body)
        .send()
        .unwrap();
    let kind = answer
        .headers()
        .get("content-type")
        .map(|it| it.to_str().unwrap().to_owned());
    Answered {
        status: answer.status().as_u16(),
        kind: kind.unwrap_or_default(),
        body: answer.text().unwrap(),
    }
}

/// A witness in its directory of this place.
fn witness(place: &Place) -> Command {
    let mut command = throughcare();
    command
        .args([
            "witness",
            "--listen",
            "127.0.0.1:0",
            "--name",
            "witness.example/partner",
        ])
        .arg("--log-key")
        .arg(log_key().verifier().to_string())
        .arg("--state")
        .arg(place.root().join("witness"));
    command
}

fn start(place: &Place) -> (Program, String) {
    let (program, said) = place.start_and_read(witness(place), "answers on");
    let key = said[0].strip_prefix("Witness ").unwrap().to_owned();
    (program, key)
}

#[test]
fn given_a_witness_when_a_log_shows_two_histories_then_only_one_is_cosigned_whatever_happens_to_the_witness()
{
    let place = Place::new();
    let (mut program, key) = start(&place);
    let mode = fs::metadata(place.root().join("witness/key.txt"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let (shown, other) = (History(1), History(2));

    // Growth is cosigned, and whoever trusts the witness can check it.
    let first = shown.request(0, 150);
    let answer = post(&program, first.body());
    assert_eq!(answer.status, 200, "{}", answer.body);
    let policy = format!(
        "log {}\nwitness partner {key}\nquorum partner\n",
        log_key().verifier()
    );
    let policy = Policy::parse(&policy).unwrap();
    let cosigned = Note::parse(&format!("{}{}", first.note, answer.body)).unwrap();
    assert!(policy.judge(&cosigned).is_ok());
    assert!(
        policy.judge(&first.note).is_err(),
        "control: without the line it is not"
    );

    // Cut off at any moment, it knows what it cosigned.
    program.kill_hard();
    let (program, same) = start(&place);
    assert_eq!(same, key);
    let behind = post(&program, shown.request(0, 160).body());
    assert_eq!(
        (behind.status, &*behind.kind, &*behind.body),
        (409, "text/x.tlog.size", "150\n")
    );
    assert_eq!(post(&program, shown.request(150, 160).body()).status, 200);

    // The second auditor is shown another history: of the same size, longer, or rolled back. None is cosigned.
    let fork = post(&program, other.request(160, 160).body());
    assert_eq!((fork.status, &*fork.body), (409, "160\n"));
    assert_eq!(post(&program, other.request(160, 200).body()).status, 422);
    assert_eq!(post(&program, shown.request(140, 150).body()).status, 409);
    assert_eq!(post(&program, shown.request(160, 150).body()).status, 400);
    assert!(
        policy.judge(&other.request(0, 160).note).is_err(),
        "the second auditor sees no quorum"
    );
    let kept = fs::read_dir(place.root().join("witness")).unwrap();
    let evidence = kept.filter(|file| {
        file.as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .contains("evidence")
    });
    assert_eq!(evidence.count(), 2, "what the log signed is kept against it");

    // Whom it does not know, and what is no request.
    let mut stranger = shown.request(160, 170);
    stranger.note.text = stranger.note.text.replace("county", "other");
    assert_eq!(post(&program, stranger.body()).status, 404);
    let mut unsigned = shown.request(160, 170);
    unsigned.note.signatures[0].bytes[20] ^= 1;
    assert_eq!(post(&program, unsigned.body()).status, 403);
    assert_eq!(post(&program, "old x\n\n".into()).status, 400);
    assert_eq!(post(&program, "x".repeat(100_000)).status, 413);

    // One directory, one process; and it still goes on.
    let second = witness(&place).output().unwrap();
    assert!(!second.status.success());
    assert!(String::from_utf8_lossy(&second.stderr).contains("one directory, one process"));
    assert_eq!(post(&program, shown.request(160, 170).body()).status, 200);
}
