//! Exports are verified by two programs, and both say the same: nothing altered, or what is, and where.

use crate::sample::{
    Directory, Row, checkpoint, export, log_key, manifest, policy, policy_text, rows, tree_of,
};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use throughcare_proof::Checkpoint;
use throughcare_proof::export::{CHECKPOINT, ERASED, EventLine, MANIFEST, Writer, events_file, proof_file};
use throughcare_proof::inclusion::InclusionProof;
use throughcare_proof::note::Note;
use throughcare_proof::policy::Policy;
use throughcare_proof::tree::{Hash, Subtree, inclusion, leaf_hash, node_of_tile, root_within};
use throughcare_proof::verify::{Asked, Older, Outcome, Receipt, ReceiptKeys, prove, verify};
use uuid::Uuid;

const PYTHON: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../verifier/throughcare_verify.py"
);

/// What both programs are given.
#[derive(Default)]
struct Case {
    files: Directory,
    policy: Option<String>,
    older: Vec<String>,
    older_export: Option<Directory>,
    stream: Option<Uuid>,
    receipt: Option<(String, String)>,
}

impl Case {
    fn of(files: Directory) -> Self {
        Self {
            files,
            ..Self::default()
        }
    }

    /// Asks both programs, and holds them to one answer.
    fn judged(&self) -> Outcome {
        let text = self.policy.clone().unwrap_or_else(policy_text);
        let policy = Policy::parse(&text).unwrap();
        let mut asked = Asked::by(&policy);
        asked.threads = 3;
        asked.older = self.older.iter().cloned().map(Older::Checkpoint).collect();
        asked
            .older
            .extend(self.older_export.as_ref().map(|files| Older::Export(files)));
        asked.stream = self.stream;
        if let Some((receipt, keys)) = &self.receipt {
            let keys: ReceiptKeys = serde_json::from_str(keys).unwrap();
            asked.receipts = vec![Receipt::open(receipt, &keys).unwrap()];
        }
        let outcome = verify(&self.files, &asked).unwrap();
        assert_eq!(
            self.by_python(&text),
            serde_json::to_value(&outcome).unwrap(),
            "{outcome}"
        );
        outcome
    }

    fn by_python(&self, policy: &str) -> Value {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        write(&at("export"), &self.files);
        std::fs::write(at("policy"), policy).unwrap();
        let mut command = Command::new("python3");
        command
            .arg(PYTHON)
            .arg(at("export"))
            .arg("--json")
            .arg("--policy")
            .arg(at("policy"));
        for (number, older) in self.older.iter().enumerate() {
            let path = at(&format!("older-{number}"));
            std::fs::write(&path, older).unwrap();
            command.arg("--older").arg(path);
        }
        if let Some(older) = &self.older_export {
            write(&at("older"), older);
            command.arg("--older").arg(at("older"));
        }
        if let Some(stream) = self.stream {
            command.arg("--stream").arg(stream.to_string());
        }
        if let Some((receipt, keys)) = &self.receipt {
            std::fs::write(at("receipt"), receipt).unwrap();
            std::fs::write(at("keys"), keys).unwrap();
            command
                .arg("--receipt")
                .arg(at("receipt"))
                .arg("--receipt-keys")
                .arg(at("keys"));
        }
        let output = command.output().unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        let value: Value = serde_json::from_str(&told)
            .unwrap_or_else(|error| panic!("{error}: {told}{}", String::from_utf8_lossy(&output.stderr)));
        let expected = i32::from(value["verdict"] != "unaltered");
        assert_eq!(output.status.code(), Some(expected));
        value
    }

    /// What is wrong, and where.
    fn faults(&self) -> Vec<(&'static str, Option<u64>)> {
        let outcome = self.judged();
        outcome
            .faults
            .iter()
            .map(|fault| (fault.what, fault.position))
            .collect()
    }
}

fn write(directory: &Path, files: &Directory) {
    for (path, bytes) in files {
        let path = directory.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

/// Puts rows in the place of those that the log has: tiles and checkpoint stay as they were.
fn with_rows(files: &Directory, rows: &[Row]) -> Directory {
    let (altered, _, _) = tree_of(rows);
    let mut files = files.clone();
    files.retain(|path, _| !path.starts_with("tile/entries") && !path.starts_with("events/"));
    files.extend(
        altered
            .into_iter()
            .filter(|(path, _)| path.starts_with("tile/entries") || path.starts_with("events/")),
    );
    let mut manifest: throughcare_proof::export::Manifest = serde_json::from_slice(&files[MANIFEST]).unwrap();
    manifest.files = files
        .iter()
        .filter(|(path, _)| path.starts_with("events/"))
        .map(|(path, bytes)| (path.clone(), Hash::of(bytes).to_hex()))
        .collect();
    files.insert(MANIFEST.into(), manifest.to_bytes());
    files
}

fn altered(count: u64, change: impl FnOnce(&mut Vec<Row>)) -> Vec<(&'static str, Option<u64>)> {
    let honest = rows(count);
    let mut changed = honest.clone();
    change(&mut changed);
    Case::of(with_rows(&export(&honest), &changed)).faults()
}

#[test]
fn given_a_log_as_it_was_recorded_then_nothing_was_altered() {
    for count in [0, 1, 2, 41, 255, 256, 257, 600, 8_192, 8_500] {
        let outcome = Case::of(export(&rows(count))).judged();
        assert!(outcome.unaltered(), "{count}: {outcome}");
        assert_eq!((outcome.events, outcome.payloads), (count, count));
        assert_eq!(outcome.erased.len(), usize::from(count > 40));
        assert_eq!(outcome.witnesses, ["partner"]);
    }
}

#[test]
fn what_is_said_at_the_end_is_plain() {
    let mut case = Case::of(export(&rows(1_500)));
    let kept = rows(700);
    case.older = vec![checkpoint(700, tree_of(&kept).1, &log_key(1))];
    case.stream = Some(rows(1)[0].record.stream);
    let words = case.judged().to_string();
    let auditors = include_str!("../../../../AUDITORS.md");
    for line in words.lines().take(5) {
        assert!(
            auditors.contains(line),
            "AUDITORS.md does not say what is said: {line}"
        );
    }
    assert_eq!(
        words,
        format!(
            "Nothing was altered: 1,500 events of the log log.example/county are complete, in order and as they were \
             recorded.\nThe log signed that it had 1,500 events then; it was cosigned by 1 witness (partner).\n\
             It only grew from 1 older checkpoint.\n\
             The sealed content of 1,500 events was compared, and is what was recorded.\n\
             The record 00000000-0000-0000-0000-00000000004d was erased; the erasure stands at position 41 (event {}).\n\
             The stream {} is here from version 1 to {}.\n",
            rows(41)[40].record.event,
            rows(1)[0].record.stream,
            rows(1_500)
                .iter()
                .filter(|row| row.record.stream == rows(1)[0].record.stream)
                .count(),
        )
    );
}

#[test]
fn a_changed_row_is_found_at_its_position() {
    assert_eq!(
        altered(600, |rows| rows[299].record.organisation = "other".into())[0],
        ("altered", Some(300))
    );
    assert_eq!(
        altered(600, |rows| rows[0].record.event_type = "x".into())[0],
        ("altered", Some(1))
    );
    assert_eq!(
        altered(600, |rows| rows[599].case[0] ^= 1),
        [("payload", Some(600))]
    );
    assert_eq!(
        altered(600, |rows| rows[3].identity = None),
        [("payload", Some(4))]
    );
    assert_eq!(
        altered(600, |rows| rows[4].identity = Some(vec![1])),
        [("payload", Some(5))]
    );
}

#[test]
fn rows_that_went_came_or_moved_are_found() {
    assert_eq!(
        altered(600, |rows| drop(rows.remove(17)))[0],
        ("altered", Some(18))
    );
    assert_eq!(altered(600, |rows| rows.swap(7, 300))[0], ("altered", Some(8)));
    assert_eq!(
        altered(600, |rows| rows.insert(9, rows[8].clone()))[0],
        ("altered", Some(10))
    );
    assert_eq!(
        altered(600, |rows| rows.truncate(590))[0],
        ("missing", Some(1 + 512))
    );
    assert_eq!(
        altered(600, |rows| rows.push(rows[0].clone()))[0],
        ("missing", Some(1 + 512))
    );
}

#[test]
fn what_the_order_forbids_is_found_even_where_the_log_signed_it() {
    let of = |change: fn(&mut Vec<Row>)| {
        let mut rows = rows(600);
        change(&mut rows);
        Case::of(export(&rows)).faults()
    };
    assert_eq!(
        of(|rows| rows[300].record.recorded = rows[0].record.recorded),
        [("order", Some(301))]
    );
    assert_eq!(of(|rows| rows[300].record.version += 1), [("stream", Some(301))]);
    assert_eq!(
        of(|rows| rows[300].record.event = rows[5].record.event),
        [("twice", Some(301))]
    );
    assert_eq!(
        of(|rows| rows[300].record.event_type = "x y".into()),
        [("record", Some(301))]
    );
    assert_eq!(
        of(|rows| rows[40].record.event_type = "x".into()),
        [("erased", Some(41))]
    );
}

#[test]
fn a_tree_made_anew_is_found_by_what_was_kept() {
    let (then, mut now) = (rows(700), rows(1_500));
    now[345].record.user = Some("someone else".into());
    let kept = |size: usize| checkpoint(size as u64, tree_of(&rows(1_500)[..size]).1, &log_key(1));
    let mut case = Case::of(export(&now));
    assert!(case.judged().unaltered(), "control: nothing kept, nothing found");
    case.older = vec![kept(700), kept(300)];
    assert_eq!(
        case.faults(),
        [("history", Some(301))],
        "after the 300 that are the same"
    );
    case.older_export = Some(export(&then));
    case.older.remove(0);
    assert_eq!(case.faults(), [("history", Some(346))]);
    let words = case.judged().to_string();
    assert!(
        include_str!("../../../../AUDITORS.md").contains(&words),
        "{words}"
    );
    // Rolled back.
    let mut case = Case::of(export(&rows(650)));
    case.older_export = Some(export(&then));
    assert_eq!(case.faults(), [("shorter", Some(651))]);
    // The same size, another history.
    let mut fork = rows(700);
    fork[699].record.purpose = "other".into();
    let mut case = Case::of(export(&fork));
    case.older = vec![kept(300), kept(700)];
    assert_eq!(case.faults(), [("history", Some(301))]);
    case.older = vec![checkpoint(10, tree_of(&then[..10]).1, &log_key(2))];
    assert_eq!(
        case.faults(),
        [("older", None)],
        "an older checkpoint by another key"
    );
}

#[test]
fn a_checkpoint_by_another_key_or_without_its_witness_is_not_taken() {
    let rows = rows(300);
    let mut case = Case::of(export(&rows));
    let root = tree_of(&rows).1;
    case.files
        .insert(CHECKPOINT.into(), checkpoint(300, root, &log_key(2)).into_bytes());
    assert_eq!(case.faults(), [("signature", Some(1))]);
    let alone = Checkpoint {
        origin: "log.example/county".into(),
        size: 300,
        root,
    };
    let alone = alone.sign(&log_key(1)).unwrap().to_string();
    case.files.insert(CHECKPOINT.into(), alone.into_bytes());
    assert_eq!(case.faults(), [("quorum", Some(1))]);
    case.files.insert(
        CHECKPOINT.into(),
        checkpoint(300, Hash([1; 32]), &log_key(1)).into_bytes(),
    );
    assert_eq!(case.faults(), [("manifest", None), ("root", Some(1))]);
    let unsigned = Checkpoint {
        origin: "log.example/county".into(),
        size: 300,
        root,
    };
    case.files.insert(CHECKPOINT.into(), unsigned.text().into_bytes());
    assert_eq!(
        case.faults(),
        [("signature", Some(1))],
        "all but the signature is looked at"
    );
    case.files.insert(CHECKPOINT.into(), b"nothing\n".to_vec());
    assert_eq!(case.faults(), [("checkpoint", None)]);
}

#[test]
fn a_changed_byte_of_any_file_is_found() {
    let honest = export(&rows(9_000));
    for (path, what) in [
        ("tile/0/004", "altered"),
        ("tile/1/000.p/35", "tile"),
        ("tile/entries/007", "altered"),
        ("events/000001.ndjson", "event"),
        (ERASED, "erased"),
        (CHECKPOINT, "signature"),
    ] {
        let mut case = Case::of(honest.clone());
        let file = case.files.get_mut(path).unwrap();
        let middle = if path == CHECKPOINT { 3 } else { file.len() / 2 };
        file[middle] = if file[middle] == b'0' { b'1' } else { b'0' };
        let faults = case.faults();
        assert!(
            faults[0].0 == what || what == "event" && ["payload", "file"].contains(&faults[0].0),
            "{path}: {faults:?}"
        );
    }
    for path in [
        "tile/1/000.p/35",
        "tile/0/004",
        "events/000001.ndjson",
        "tile/entries/035.p/40",
    ] {
        let mut case = Case::of(honest.clone());
        assert!(case.files.remove(path).is_some(), "{path}");
        assert_eq!(case.faults().len(), 1, "{path}");
    }
    let mut case = Case::of(honest.clone());
    case.files
        .get_mut("tile/entries/035.p/40")
        .unwrap()
        .extend([0, 0]);
    assert_eq!(case.faults(), [("surplus", Some(9_001))]);
    let mut case = Case::of(honest);
    let events = case.files.get_mut("events/000001.ndjson").unwrap();
    let first = events
        .split_inclusive(|&byte| byte == b'\n')
        .next()
        .unwrap()
        .to_vec();
    events.extend(first);
    assert_eq!(case.faults(), [("surplus", Some(9_001))]);
}

#[test]
fn a_tree_of_three_levels_is_verified_and_its_top_compared() {
    let mut case = Case::of(export(&rows(65_600)));
    assert!(case.judged().unaltered());
    case.files.get_mut("tile/2/000.p/1").unwrap()[0] ^= 1;
    assert_eq!(case.faults(), [("tile", Some(1))]);
}

/// An export of some of the rows, each with its proof.
fn part(scope: &str, rows: &[Row], places: &[u64]) -> Directory {
    let (tree, root, _) = tree_of(rows);
    let note = checkpoint(rows.len() as u64, root, &log_key(1));
    let mut directory = Directory::new();
    let mut lines = Vec::new();
    for &place in places {
        let row = &rows[usize::try_from(place).unwrap()];
        let entry = row.record.to_bytes();
        EventLine::new(place + 1, entry.clone(), &row.case, row.identity.as_deref())
            .unwrap()
            .write(&mut lines);
        let proof = InclusionProof {
            extra: Some(entry),
            index: place,
            hashes: siblings(&tree, place, rows.len() as u64),
            checkpoint: Note::parse(&note).unwrap(),
        };
        directory.insert(proof_file(place + 1), proof.to_string().into_bytes());
    }
    let files = [(events_file(0), Hash::of(&lines).to_hex())].into();
    directory.insert(events_file(0), lines);
    directory.insert(CHECKPOINT.into(), note.into_bytes());
    let manifest = manifest(scope, rows.len() as u64, root, places.len() as u64, files);
    directory.insert(MANIFEST.into(), manifest.to_bytes());
    directory
}

fn siblings(tree: &Directory, place: u64, size: u64) -> Vec<Hash> {
    let node = |subtree: Subtree| {
        let (address, offset, count) = node_of_tile(subtree, size);
        let hashes: Vec<_> = tree[&address.path()]
            .chunks(32)
            .map(|it| Hash(it.try_into().unwrap()))
            .collect();
        Ok::<_, ()>(root_within(&hashes, offset, count).unwrap())
    };
    inclusion(place, size, &mut { node }).unwrap()
}

#[test]
fn a_part_is_verified_by_its_proofs() {
    let rows = rows(900);
    let stream = rows[0].record.stream;
    let mine: Vec<u64> = (0..900)
        .filter(|place| rows[*place as usize].record.stream == stream)
        .collect();
    assert!(mine.len() > 3);
    let scope = format!("person {stream}");
    let outcome = Case::of(part(&scope, &rows, &mine)).judged();
    assert!(outcome.unaltered(), "{outcome}");
    assert_eq!(outcome.events, mine.len() as u64);
    // One left out in the middle, and one at the end, which nobody can see from a part.
    let without: Vec<u64> = mine.iter().copied().filter(|place| *place != mine[1]).collect();
    assert_eq!(
        Case::of(part(&scope, &rows, &without)).faults(),
        [("stream", Some(without[1] + 1))]
    );
    let period: Vec<u64> = (300..340).collect();
    assert!(Case::of(part("period A B", &rows, &period)).judged().unaltered());
    let gap: Vec<u64> = period.iter().copied().filter(|place| *place != 310).collect();
    assert_eq!(
        Case::of(part("period A B", &rows, &gap)).faults(),
        [("event", Some(311))]
    );
    assert!(
        Case::of(part("organisation prob-kent", &rows, &gap))
            .judged()
            .unaltered()
    );
    let mut case = Case::of(part("period A B", &rows, &period));
    case.files.remove(&proof_file(305));
    assert_eq!(case.faults(), [("proof", Some(305))]);
    let mut altered = rows.clone();
    altered[309].record.client = "another".into();
    let mut case = Case::of(part("period A B", &rows, &period));
    let other = part("period A B", &altered, &period);
    for path in [events_file(0), proof_file(310)] {
        case.files.insert(path.clone(), other[&path].clone());
    }
    assert_eq!(case.faults(), [("proof", Some(310))]);
}

#[test]
fn one_proof_file_is_enough_for_one_event() {
    let rows = rows(900);
    let files = part("period A B", &rows, &[610]);
    let text = String::from_utf8(files[&proof_file(611)].clone()).unwrap();
    let by_python = |text: &str| {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        std::fs::write(at("proof"), text).unwrap();
        std::fs::write(at("policy"), policy_text()).unwrap();
        let mut command = Command::new("python3");
        command
            .arg(PYTHON)
            .arg("--json")
            .arg("--proof")
            .arg(at("proof"))
            .arg("--policy")
            .arg(at("policy"));
        serde_json::from_slice::<Value>(&command.output().unwrap().stdout).unwrap()
    };
    let proved = prove(&text, &policy()).unwrap();
    assert_eq!((proved.position, proved.size), (611, 900));
    assert_eq!(proved.event, rows[610].record.event.to_string());
    let mut told = serde_json::to_value(&proved).unwrap();
    told["verdict"] = "proved".into();
    assert_eq!(by_python(&text), told);
    for (from, to) in [
        ("index 610", "index 611"),
        ("extra d", "extra e"),
        ("log.example/county\n900", "log.example/county\n901"),
        ("@v1", "@v2"),
    ] {
        let altered = text.replacen(from, to, 1);
        assert_ne!(altered, text, "{from}");
        let fault = prove(&altered, &policy()).unwrap_err();
        assert_eq!(
            by_python(&altered)["faults"][0],
            serde_json::to_value(&fault).unwrap()
        );
    }
}

#[test]
fn what_a_receipt_promised_must_be_there() {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[3; 32]).unwrap();
    let keys = serde_json::json!({ "keys": [{
        "kty": "OKP", "crv": "Ed25519", "kid": "k1", "x": URL_SAFE_NO_PAD.encode(pair.public_key()),
    }] })
    .to_string();
    let receipt = |lines: &str| {
        let signed = format!("throughcare receipt 2\ncontent 00\n{lines}");
        let signature = URL_SAFE_NO_PAD.encode(pair.sign(signed.as_bytes()));
        serde_json::json!({ "receipt": { "signed": signed, "keyId": "k1", "signature": signature } })
            .to_string()
    };
    let mut case = Case::of(export(&rows(300)));
    let there = rows(300)[200].record.event;
    let mut with = |lines: &str| {
        case.receipt = Some((receipt(lines), keys.clone()));
        case.judged()
    };
    assert_eq!(with(&format!("event {there}\nposition 201\n")).receipts, 1);
    let later = with(&format!("event {}\nposition 301\n", Uuid::nil()));
    assert_eq!((later.receipts_later, later.receipts), (1, 0));
    assert_eq!(
        with(&format!("event {}\n", Uuid::nil())).faults[0].what,
        "omitted"
    );
    let by = |time: &str| format!("event {}\nby {time}\n", Uuid::nil());
    assert_eq!(with(&by("2026-09-01T08:00:00.010000Z")).faults[0].what, "omitted");
    assert_eq!(with(&by("2026-09-02T08:00:00.000000Z")).receipts_later, 1);
    let keys: ReceiptKeys = serde_json::from_str(&keys).unwrap();
    assert!(Receipt::open(&receipt("a b\n").replace("content 00", "content 01"), &keys).is_err());
}

#[test]
fn a_writer_that_goes_on_after_whole_files_writes_what_one_in_one_go_does() {
    let rows = rows(20_000);
    let (whole, root, files) = tree_of(&rows);
    let leaves = rows[..16_384]
        .iter()
        .map(|row| Ok(leaf_hash(&row.record.to_bytes())));
    let first: BTreeMap<_, _> = files
        .iter()
        .take(2)
        .map(|(path, hash)| (path.clone(), hash.clone()))
        .collect();
    let mut writer = Writer::go_on(Directory::new(), first, leaves).unwrap();
    assert_eq!(writer.size(), 16_384);
    for (position, row) in (16_385..).zip(&rows[16_384..]) {
        let entry = row.record.to_bytes();
        let line = EventLine::new(position, entry.clone(), &row.case, row.identity.as_deref());
        writer.push(&entry, line.as_ref()).unwrap();
    }
    let (written, later) = writer.finish().unwrap();
    assert_eq!((written.root, written.files), (root, files));
    for (path, bytes) in &whole {
        let first = path.starts_with("tile/entries/") || path.starts_with("events/");
        assert!(later.get(path) == Some(bytes) || first, "{path}");
    }
    assert!(later.contains_key("events/000002.ndjson") && !later.contains_key("events/000001.ndjson"));
}

/// The quick reader of records takes what the strict one writes, and refuses what has another form.
#[test]
fn records_of_another_form_are_none_whatever_the_tree_says() {
    let honest = rows(10);
    let text = String::from_utf8(honest[4].record.to_bytes()).unwrap();
    for (from, to) in [
        ("throughcare event 1", "throughcare event 2"),
        ("version 5\n", "version 05\n"),
        ("version 5\n", "version 0\n"),
        ("type referral", "type  referral"),
        ("occurred on 2026-09-01", "occurred on 2026-9-01"),
        ("occurred on", "occurred by"),
        ("recorded 2026", "recorded +2026"),
        ("role liaison\n", ""),
        ("key 1\n", "key 1\nkey 1\n"),
        ("reference", "referenced"),
        ("payload ", "payload A"),
        ("purpose", "behalf x\nbehalf"),
    ] {
        let altered = text.replacen(from, to, 1);
        assert_ne!(altered, text, "{from}");
        let mut writer = Writer::new(Directory::new());
        for (place, row) in honest.iter().enumerate() {
            let entry = if place == 4 {
                altered.clone().into_bytes()
            } else {
                row.record.to_bytes()
            };
            writer.push(&entry, None).unwrap();
        }
        let (written, mut files) = writer.finish().unwrap();
        files.insert(
            CHECKPOINT.into(),
            checkpoint(10, written.root, &log_key(1)).into_bytes(),
        );
        files.insert(
            MANIFEST.into(),
            manifest("all", 10, written.root, 0, BTreeMap::new()).to_bytes(),
        );
        assert_eq!(Case::of(files).faults(), [("record", Some(5))], "{to}");
    }
}
