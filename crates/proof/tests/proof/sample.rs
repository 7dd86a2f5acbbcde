//! A small log to verify, and what it takes to sign it.

use std::collections::BTreeMap;
use throughcare_proof::cosignature::cosign;
use throughcare_proof::export::{
    CHECKPOINT, ERASED, ErasedLine, EventLine, FORMAT, MANIFEST, Manifest, Writer, payload_hash,
};
use throughcare_proof::key::KeyUse;
use throughcare_proof::policy::Policy;
use throughcare_proof::record::{EventRecord, When};
use throughcare_proof::tree::Hash;
use throughcare_proof::verify::ERASURE;
use throughcare_proof::{Checkpoint, SigningKey};
use uuid::Uuid;

/// The files of an export.
pub type Directory = BTreeMap<String, Vec<u8>>;

/// The log's name.
pub const ORIGIN: &str = "log.example/county";

/// An event, as the database has it.
#[derive(Clone, Debug)]
pub struct Row {
    pub record: EventRecord,
    pub case: Vec<u8>,
    pub identity: Option<Vec<u8>>,
}

/// The key that signs checkpoints.
pub fn log_key(seed: u8) -> SigningKey {
    SigningKey::from_seed(ORIGIN, KeyUse::Note, &[seed; 32]).unwrap()
}

/// A witness.
pub fn witness() -> SigningKey {
    SigningKey::from_seed("witness.example/a", KeyUse::Cosignature, &[9; 32]).unwrap()
}

/// A policy of the log and one witness.
pub fn policy_text() -> String {
    format!(
        "log {}\nwitness partner {}\nquorum partner\n",
        log_key(1).verifier(),
        witness().verifier()
    )
}

/// The same, read.
pub fn policy() -> Policy {
    Policy::parse(&policy_text()).unwrap()
}

/// The first events of a log in which every 7th event begins a stream, and the 40th is an erasure.
pub fn rows(count: u64) -> Vec<Row> {
    let mut versions: BTreeMap<u64, u32> = BTreeMap::new();
    (0..count)
        .map(|number| {
            let stream = if number.is_multiple_of(7) {
                number
            } else {
                number * 31 % (number / 7 * 7 + 1) / 7 * 7
            };
            let version = versions.entry(stream).or_default();
            *version += 1;
            let (case, identity) = (
                format!("sealed case of {number}, at least 28 bytes").into_bytes(),
                number
                    .is_multiple_of(3)
                    .then(|| format!("sealed identity {number}").into_bytes()),
            );
            let at: jiff::Timestamp = "2026-09-01T08:00:00Z".parse().unwrap();
            let at = at + jiff::SignedDuration::from_micros(i64::try_from(number / 2 * 1_700).unwrap());
            Row {
                record: EventRecord {
                    event: Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0000 + u128::from(number)),
                    stream_kind: "person".into(),
                    stream: Uuid::from_u128(0xabc0_0000_0000_4000_8000_0000_0000_0000 + u128::from(stream)),
                    version: *version,
                    event_type: if number == 40 {
                        ERASURE.into()
                    } else {
                        "referral.received".into()
                    },
                    schema: 1,
                    occurred: When::On("2026-09-01".parse().unwrap()),
                    received: at,
                    recorded: at,
                    origin: "machine".into(),
                    client: "delius".into(),
                    user: None,
                    organisation: "prob-kent".into(),
                    role: "liaison".into(),
                    on_behalf_of: None,
                    purpose: "direct_care".into(),
                    correlation: Uuid::from_u128(4),
                    causation: None,
                    source: Some(("delius".into(), format!("ref % {number}"))),
                    key_version: 1,
                    payload: payload_hash(&case, identity.as_deref()),
                },
                case,
                identity,
            }
        })
        .collect()
}

/// Tiles, entries and events of rows, and the root over them.
pub fn tree_of(rows: &[Row]) -> (Directory, Hash, BTreeMap<String, String>) {
    let mut writer = Writer::new(Directory::new());
    for (position, row) in (1..).zip(rows) {
        let entry = row.record.to_bytes();
        let line = EventLine::new(position, entry.clone(), &row.case, row.identity.as_deref());
        writer.push(&entry, line.as_ref()).unwrap();
    }
    let (written, directory) = writer.finish().unwrap();
    (directory, written.root, written.files)
}

/// A checkpoint of these rows, signed and cosigned.
pub fn checkpoint(size: u64, root: Hash, key: &SigningKey) -> String {
    let checkpoint = Checkpoint {
        origin: ORIGIN.into(),
        size,
        root,
    };
    let mut note = checkpoint.sign(key).unwrap();
    note.signatures
        .push(cosign(&witness(), &checkpoint.text(), 1_800_000_000));
    note.to_string()
}

/// An export of all of it.
pub fn export(rows: &[Row]) -> Directory {
    let (mut directory, root, files) = tree_of(rows);
    let size = rows.len() as u64;
    directory.insert(
        CHECKPOINT.into(),
        checkpoint(size, root, &log_key(1)).into_bytes(),
    );
    directory.insert(
        MANIFEST.into(),
        manifest("all", size, root, size, files).to_bytes(),
    );
    if let Some(row) = rows.get(40) {
        let line = ErasedLine {
            stream: Uuid::from_u128(77),
            tombstone: row.record.event,
            position: 41,
        };
        directory.insert(ERASED.into(), serde_json::to_vec(&line).unwrap());
    }
    directory
}

/// A manifest.
pub fn manifest(
    scope: &str,
    size: u64,
    root: Hash,
    events: u64,
    files: BTreeMap<String, String>,
) -> Manifest {
    Manifest {
        format: FORMAT.into(),
        scope: scope.into(),
        origin: ORIGIN.into(),
        size,
        root: root.to_base64(),
        events,
        case_facts: false,
        program: "test".into(),
        made: "2026-09-01T08:00:00Z".into(),
        files,
    }
}
