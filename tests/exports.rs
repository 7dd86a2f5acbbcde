//! `export`, `verify` and `import-log`, as an operator and an auditor meet them who do not trust each other.

use crate::harness::{Place, throughcare, until};
use crate::operations::in_database;
use sqlx::{Connection as _, PgConnection};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use throughcare_proof::export::{CHECKPOINT, EventLine, KEYS, Manifest};
use throughcare_proof::key::KeyUse;
use throughcare_proof::record::EventRecord;
use throughcare_proof::{Checkpoint, Hash, SigningKey};

const PYTHON: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../verifier/throughcare_verify.py"
);

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A county of its own, recorded and stopped.
fn county() -> Place {
    let place = Place::new();
    let mut command = place.command("simulate");
    command.args(["--people", "60", "--years", "1", "--seed", "3"]);
    command.args(["--until", "2026-01-01", "--no-lists"]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    place
}

fn export(place: &Place, what: &[&str], name: &str) -> (PathBuf, String) {
    let out = place.root().join(name);
    let mut command = place.command("export");
    command.args(what).args(["--unsigned", "--out"]).arg(&out);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    (out, said(&output))
}

/// The same under the checkpoint that the log signed.
fn export_signed(place: &Place, what: &[&str], name: &str) -> (PathBuf, String) {
    let out = place.root().join(name);
    let mut command = place.command("export");
    let output = command.args(what).arg("--out").arg(&out).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    (out, said(&output))
}

/// Has the log sign all that it holds, and runs statements of a superuser. Records nothing.
fn while_serving(place: &Place, statements: &[&'static str]) {
    let mut command = place.command("serve");
    command.args(["--listen", "127.0.0.1:0", "--issuer", &place.issuer_setting()]);
    let (program, _) = place.start_and_read(command, "answers on");
    until("everything is signed", || {
        let mut signed = false;
        in_database(place, async |database| {
            let statement = "SELECT EXISTS (SELECT FROM tree_checkpoints WHERE tree = 1 \
                             AND size = (SELECT position FROM log_head))";
            signed = sqlx::query_scalar(statement).fetch_one(database).await.unwrap();
        });
        signed.then_some(())
    });
    in_database(place, async |database| {
        for statement in statements {
            sqlx::raw_sql(*statement).execute(&mut *database).await.unwrap();
        }
    });
    program.stop();
}

fn manifest(export: &Path) -> Manifest {
    serde_json::from_slice(&fs::read(export.join("manifest.json")).unwrap()).unwrap()
}

/// Signs an export as a log would have, in the checkpoint and in every proof.
fn sign(export: &Path, policy: &Path) {
    let manifest = manifest(export);
    let key = SigningKey::from_seed(&manifest.origin, KeyUse::Note, &[5; 32]).unwrap();
    let checkpoint = Checkpoint {
        origin: manifest.origin.clone(),
        size: manifest.size,
        root: Hash::from_base64(&manifest.root).unwrap(),
    };
    let note = checkpoint.sign(&key).unwrap().to_string();
    fs::write(export.join(CHECKPOINT), &note).unwrap();
    if let Ok(proofs) = fs::read_dir(export.join("proofs")) {
        for proof in proofs {
            let path = proof.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let (head, _) = text.split_once("\n\n").unwrap();
            fs::write(path, format!("{head}\n\n{note}")).unwrap();
        }
    }
    fs::write(policy, format!("log {}\nquorum none\n", key.verifier())).unwrap();
}

/// What both verifiers say, and that they say the same.
fn verified(export: &Path, policy: &Path, more: &[&str]) -> (i32, String) {
    let of = |mut command: Command, json: bool| {
        command.arg(export).arg("--policy").arg(policy).args(more);
        if json {
            command.arg("--json");
        }
        command.output().unwrap()
    };
    let rust = || {
        let mut command = throughcare();
        command.arg("verify");
        command
    };
    let python = || {
        let mut command = Command::new("python3");
        command.arg(PYTHON);
        command
    };
    let (one, other) = (of(rust(), true), of(python(), true));
    let json = |output: &Output| {
        serde_json::from_slice::<serde_json::Value>(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", said(output)))
    };
    assert_eq!(json(&one), json(&other));
    assert_eq!(one.status.code(), other.status.code());
    let plain = of(rust(), false);
    assert_eq!(plain.status.code(), one.status.code());
    (plain.status.code().unwrap(), said(&plain))
}

/// All files but those that say when it was written.
fn contents(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut left = vec![directory.to_owned()];
    while let Some(at) = left.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else if !path.ends_with("manifest.json") && !path.ends_with(CHECKPOINT) {
                files.insert(
                    path.strip_prefix(directory).unwrap().to_owned(),
                    fs::read(path).unwrap(),
                );
            }
        }
    }
    files
}

#[test]
fn given_a_log_when_it_is_exported_then_an_auditor_verifies_all_of_it_and_parts_offline() {
    let place = county();
    let policy = place.root().join("policy");
    let (all, told) = export(&place, &["--all", "--csv"], "all");
    let size = manifest(&all).size;
    assert!(size > 500, "{size}");
    assert!(
        told.contains(&format!("Exported {size} of {size} events")),
        "{told}"
    );
    assert!(told.contains("by itself this export proves nothing"), "{told}");
    sign(&all, &policy);
    let (code, words) = verified(&all, &policy, &[]);
    assert_eq!(code, 0, "{words}");
    assert!(words.starts_with("Nothing was altered: "), "{words}");
    assert!(
        words.contains("are complete, in order and as they were recorded."),
        "{words}"
    );
    assert!(!all.join(KEYS).exists(), "keys are only for the operator");
    let table = fs::read_to_string(all.join("events.csv")).unwrap();
    assert_eq!(table.lines().count() as u64, size + 1);

    // Nothing personal in clear: what is sealed stays so, and coded facts are there only when they are asked for.
    let lines = fs::read_to_string(all.join("events/000000.ndjson")).unwrap();
    assert!(!lines.contains("\"facts\""));
    let (open, _) = export(&place, &["--all", "--with-case-facts"], "open");
    let opened = fs::read_to_string(open.join("events/000000.ndjson")).unwrap();
    assert!(opened.contains("\"facts\":"), "{}", &opened[..2_000]);
    sign(&open, &policy);
    assert_eq!(verified(&open, &policy, &[]).0, 0);

    // A person, an organisation and a period.
    let records: Vec<EventRecord> = lines
        .lines()
        .map(|line| serde_json::from_str::<EventLine<'_>>(line).unwrap())
        .map(|line| EventRecord::parse(line.record.as_bytes()).unwrap())
        .collect();
    let person = records
        .iter()
        .find(|record| record.stream_kind == "person" && record.version > 2)
        .unwrap();
    let id = person.stream.to_string();
    let (part, _) = export(&place, &["--person", &id], "person");
    sign(&part, &policy);
    let (code, words) = verified(&part, &policy, &["--stream", &id]);
    assert_eq!(code, 0, "{words}");
    assert!(
        words.contains(&format!("The stream {id} is here from version 1 to ")),
        "{words}"
    );
    let (part, _) = export(&place, &["--organisation", &person.organisation], "organisation");
    sign(&part, &policy);
    assert_eq!(verified(&part, &policy, &[]).0, 0);
    let (from, to) = (
        records[100].recorded.to_string(),
        records[200].recorded.to_string(),
    );
    let (part, _) = export(&place, &["--from", &from, "--to", &to], "period");
    sign(&part, &policy);
    assert_eq!(verified(&part, &policy, &[]).0, 0);
    let between = records
        .iter()
        .filter(|one| (from.parse().unwrap()..to.parse().unwrap()).contains(&one.recorded));
    assert_eq!(manifest(&part).events, between.count() as u64);

    // One proof file, alone.
    let proof = fs::read_dir(part.join("proofs"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let mut command = throughcare();
    command
        .arg("verify")
        .arg("--proof")
        .arg(&proof)
        .arg("--policy")
        .arg(&policy);
    let output = command.output().unwrap();
    assert!(
        output.status.success() && said(&output).contains("is in the log"),
        "{}",
        said(&output)
    );

    // A finished export is not written over; one of something else is not gone on with.
    let mut command = place.command("export");
    command.args(["--all", "--unsigned", "--out"]).arg(&all);
    let output = command.output().unwrap();
    assert!(
        !output.status.success() && said(&output).contains("finished export"),
        "{}",
        said(&output)
    );
    fs::write(part.join("unfinished"), "all facts=false keys=false\n10\n").unwrap();
    fs::remove_file(part.join("manifest.json")).unwrap();
    let mut command = place.command("export");
    command.args(["--person", &id, "--unsigned", "--out"]).arg(&part);
    let output = command.output().unwrap();
    assert!(
        !output.status.success() && said(&output).contains("another export"),
        "{}",
        said(&output)
    );

    // What cannot be judged is told apart from what was altered.
    let mut command = throughcare();
    command
        .arg("verify")
        .arg(place.root())
        .arg("--policy")
        .arg(&policy);
    assert_eq!(command.output().unwrap().status.code(), Some(3));
}

#[tokio::test]
async fn given_a_row_that_a_superuser_changed_when_even_the_log_signs_it_then_an_older_export_tells_where() {
    let place = county();
    let (policy, then) = (place.root().join("policy"), export(&place, &["--all"], "then").0);
    sign(&then, &policy);
    let mut command = place.serve();
    command.args(["--role", "api"]);
    let (program, _) = place.start_and_read(command, "answers on");
    let mut superuser = PgConnection::connect(&place.database_url()).await.unwrap();
    for statement in [
        "ALTER TABLE events_00 DISABLE TRIGGER ALL",
        "UPDATE events_00 SET occurred_on = occurred_on - 1 WHERE position = 321",
        "ALTER TABLE events_00 ENABLE TRIGGER ALL",
    ] {
        sqlx::raw_sql(statement).execute(&mut superuser).await.unwrap();
    }
    superuser.close().await.unwrap();
    program.stop();
    let (now, _) = export(&place, &["--all"], "now");
    sign(&now, &policy);
    assert_eq!(verified(&now, &policy, &[]).0, 0, "who kept nothing sees nothing");
    let (code, words) = verified(&now, &policy, &["--older", then.to_str().unwrap()]);
    assert_eq!(code, 1);
    assert!(words.starts_with("This is NOT as it was recorded.\n"), "{words}");
    assert!(
        words.ends_with("The first position that differs, or can differ: 321.\n"),
        "{words}"
    );
    // The checkpoint alone tells that, and up to where it may be.
    let checkpoint = then.join(CHECKPOINT);
    let (code, words) = verified(&now, &policy, &["--older", checkpoint.to_str().unwrap()]);
    assert!(
        code == 1 && words.contains("does not go on from an older checkpoint"),
        "{words}"
    );
    // What is stored of an event, its hash left as it was, is found without anything kept.
    let mut lines = fs::read_to_string(then.join("events/000000.ndjson")).unwrap();
    let at = lines.find("\"case\":\"").unwrap() + 12;
    let other = if &lines[at..=at] == "A" { "B" } else { "A" };
    lines.replace_range(at..=at, other);
    fs::write(then.join("events/000000.ndjson"), lines).unwrap();
    let (code, words) = verified(&then, &policy, &[]);
    assert!(
        code == 1 && words.contains("position 1 is not what was recorded"),
        "{words}"
    );
}

#[test]
fn given_an_export_with_keys_when_it_is_imported_into_an_empty_system_then_it_gives_the_same_digests() {
    let place = county();
    let (out, told) = export(&place, &["--all", "--with-keys"], "all");
    assert!(told.contains("never beside the key file"), "{told}");
    let other = Place::new();
    fs::create_dir_all(other.data_dir()).unwrap();
    // Without the key file it would be a system of its own, whose keys open none of this.
    fs::copy(
        place.data_dir().join("keys.txt"),
        other.data_dir().join("keys.txt"),
    )
    .unwrap();
    let import = || {
        let mut command = other.command("import-log");
        command.arg(&out);
        command.output().unwrap()
    };
    let output = import();
    assert!(output.status.success(), "{}", said(&output));
    let size = manifest(&out).size;
    assert!(
        said(&output).contains(&format!("the log holds {size} events")),
        "{}",
        said(&output)
    );
    assert!(import().status.success(), "again it changes nothing");

    let (again, _) = export(&other, &["--all", "--with-keys"], "again");
    assert_eq!(manifest(&again).root, manifest(&out).root);
    let (one, two) = (contents(&out), contents(&again));
    assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
    for (path, bytes) in &one {
        assert!(two[path] == *bytes, "{} differs", path.display());
    }
    let digest = |place: &Place| {
        let output = place.command("rebuild").arg("worklists").output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        let words = said(&output);
        let line = words.lines().find(|line| line.contains("SHA-256")).unwrap();
        line.to_owned()
    };
    assert_eq!(digest(&place), digest(&other));

    // Over another log nothing is put, and nothing whose keys the key file does not open.
    let (another, keyless) = (county(), Place::new());
    for (place, why) in [
        (&another, "not empty"),
        (&keyless, "with the key file of the system"),
    ] {
        let mut command = place.command("import-log");
        command.arg(&out);
        let output = command.output().unwrap();
        assert!(
            !output.status.success() && said(&output).contains(why),
            "{}",
            said(&output)
        );
    }
}

#[test]
fn given_a_log_that_keeps_its_hashes_then_proofs_come_from_them_and_are_the_same_and_a_changed_row_is_named_by_itself()
 {
    let place = county();
    let policy = place.root().join("policy");
    let (all, _) = export(&place, &["--all"], "all");
    let lines = fs::read_to_string(all.join("events/000000.ndjson")).unwrap();
    let records: Vec<EventRecord> = lines
        .lines()
        .map(|line| serde_json::from_str::<EventLine<'_>>(line).unwrap())
        .map(|line| EventRecord::parse(line.record.as_bytes()).unwrap())
        .collect();
    let person = records
        .iter()
        .find(|one| one.stream_kind == "person" && one.version > 2);
    let person = person.unwrap().stream.to_string();
    let (from, to) = (
        records[300].recorded.to_string(),
        records[400].recorded.to_string(),
    );
    let parts: [&[&str]; 2] = [&["--person", &person], &["--from", &from, "--to", &to]];

    // No hash is kept yet: they are computed. Then they are kept, and read. The files are the same.
    let computed = parts.map(|what| contents(&export(&place, what, &format!("computed {}", what[0])).0));
    while_serving(&place, &[]);
    let kept = parts.map(|what| contents(&export(&place, what, &format!("kept {}", what[0])).0));
    assert!(kept == computed && kept.iter().all(|files| files.len() > 3));
    let (whole, told) = export_signed(&place, &["--all"], "whole");
    assert!(!told.contains("NOT"), "{told}");
    assert_eq!(contents(&whole), contents(&all));

    // A row is changed. By itself, beside nothing older, an export says which; so does a part that holds it.
    while_serving(
        &place,
        &[
            "ALTER TABLE events_00 DISABLE TRIGGER ALL",
            "UPDATE events_00 SET occurred_on = occurred_on - 1 WHERE position = 321",
        ],
    );
    for (what, name) in [(&["--all"][..], "changed"), (parts[1], "changed part")] {
        let (changed, told) = export_signed(&place, what, name);
        assert!(told.contains("do NOT lead to the root"), "{told}");
        sign(&changed, &policy);
        let (code, words) = verified(&changed, &policy, &[]);
        assert_eq!(code, 1, "{words}");
        assert!(
            words.ends_with("The first position that differs, or can differ: 321.\n"),
            "{words}"
        );
    }

    // A kept hash is changed, and the row as it was: what the rows give is right, and is what is written.
    while_serving(
        &place,
        &[
            "UPDATE events_00 SET occurred_on = occurred_on + 1 WHERE position = 321",
            "ALTER TABLE tree_tiles DISABLE TRIGGER ALL",
            "UPDATE tree_tiles SET hashes = set_byte(hashes, 1700, get_byte(hashes, 1700) # 1) \
             WHERE tree = 1 AND level = 0 AND tile = 1",
        ],
    );
    let again = contents(&export(&place, parts[1], "beside a changed hash").0);
    assert!(again == computed[1]);
    let (whole, told) = export_signed(&place, &["--all"], "whole beside a changed hash");
    assert!(!told.contains("NOT"), "{told}");
    assert_eq!(contents(&whole), contents(&all));
}
