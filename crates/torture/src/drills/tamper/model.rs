//! A copy of a database as its superuser has it, what an auditor kept, and the export that the auditor is given.

use crate::rng::{Dice, RngExt as _};
use anyhow::Result;
use std::collections::BTreeMap;
use throughcare_proof::cosignature::cosign;
use throughcare_proof::export::{CHECKPOINT, EventLine, FORMAT, MANIFEST, Manifest, Writer, payload_hash};
use throughcare_proof::key::KeyUse;
use throughcare_proof::policy::Policy;
use throughcare_proof::record::{EventRecord, When};
use throughcare_proof::tree::{TILE_WIDTH, TileAddress};
use throughcare_proof::{Checkpoint, Hash, SigningKey};
use uuid::Uuid;

/// Files by their paths.
pub type Directory = BTreeMap<String, Vec<u8>>;

const ORIGIN: &str = "log.example/county";

/// A row of `events`: the columns that the record is made of, and the sealed bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub record: EventRecord,
    pub case: Vec<u8>,
    pub identity: Option<Vec<u8>>,
}

/// Where rows come from: how many, and by which dice. Made up here; another may read a database.
pub type Source = fn(&mut Dice, usize) -> Vec<Row>;

/// What the database holds.
#[derive(Clone, Debug)]
pub struct Copy {
    pub rows: Vec<Row>,
    /// Hash tiles, as they were computed when the rows were recorded.
    pub tiles: Directory,
    /// The newest checkpoint.
    pub checkpoint: String,
}

/// Who signs.
pub struct Keys {
    pub log: SigningKey,
    pub witness: SigningKey,
    /// A key of the superuser's own, under the log's name.
    pub other: SigningKey,
}

impl Keys {
    pub fn new() -> Result<Self> {
        Ok(Self {
            log: SigningKey::from_seed(ORIGIN, KeyUse::Note, &[1; 32])?,
            witness: SigningKey::from_seed("witness.example/partner", KeyUse::Cosignature, &[2; 32])?,
            other: SigningKey::from_seed(ORIGIN, KeyUse::Note, &[3; 32])?,
        })
    }

    /// The auditor's policy; without the witness for a control.
    pub fn policy_text(&self, witnessed: bool) -> String {
        let quorum = if witnessed { "partner" } else { "none" };
        format!(
            "log {}\nwitness partner {}\nquorum {quorum}\n",
            self.log.verifier(),
            self.witness.verifier()
        )
    }

    pub fn policy(&self, witnessed: bool) -> Result<Policy> {
        Ok(Policy::parse(&self.policy_text(witnessed))?)
    }

    /// A checkpoint as it was signed when the log had these rows.
    pub fn honest(&self, size: u64, root: Hash) -> Result<String> {
        self.signed(&self.log, size, root, true)
    }

    /// A checkpoint of somebody's choice; the witness cosigns no second history.
    pub fn signed(&self, key: &SigningKey, size: u64, root: Hash, cosigned: bool) -> Result<String> {
        let checkpoint = Checkpoint {
            origin: ORIGIN.into(),
            size,
            root,
        };
        let mut note = checkpoint.sign(key)?;
        if cosigned {
            note.signatures
                .push(cosign(&self.witness, &checkpoint.text(), 1_800_000_000));
        }
        Ok(note.to_string())
    }
}

impl Copy {
    /// The database of a log that nobody touched.
    pub fn honest(rows: Vec<Row>, keys: &Keys) -> Result<Self> {
        let (files, root) = files_of(&rows)?;
        Ok(Self {
            checkpoint: keys.honest(rows.len() as u64, root)?,
            tiles: files.into_iter().filter(|(path, _)| is_hash_tile(path)).collect(),
            rows,
        })
    }

    /// Computes all tiles anew from the rows as they stand. Tells the root.
    pub fn rebuild(&mut self) -> Result<Hash> {
        let (files, root) = files_of(&self.rows)?;
        self.tiles = files.into_iter().filter(|(path, _)| is_hash_tile(path)).collect();
        Ok(root)
    }

    /// What `throughcare export --all` writes of it.
    pub fn export(&self) -> Result<Directory> {
        // The exporter writes what the newest checkpoint speaks of, and says of the log what that says.
        let said = self.checkpoint.split("\n\n").next().unwrap_or_default();
        let said = Checkpoint::parse_text(&format!("{said}\n")).ok();
        let size = said.as_ref().map_or(0, |it| it.size);
        let there = self.rows.len().min(usize::try_from(size)?);
        let (mut files, _) = files_of(&self.rows[..there])?;
        files.retain(|path, _| !is_hash_tile(path));
        if let Some(bundle) = files.remove(&last_bundle(there as u64, there as u64)) {
            files.insert(last_bundle(there as u64, size), bundle);
        }
        let named = files
            .iter()
            .filter(|(path, _)| path.starts_with("events/"))
            .map(|(path, bytes)| (path.clone(), Hash::of(bytes).to_hex()))
            .collect();
        files.extend(self.tiles.clone());
        let manifest = Manifest {
            format: FORMAT.into(),
            scope: "all".into(),
            origin: said.as_ref().map_or_else(String::new, |it| it.origin.clone()),
            size: said.as_ref().map_or(0, |it| it.size),
            root: said.as_ref().map_or_else(String::new, |it| it.root.to_base64()),
            events: there as u64,
            case_facts: false,
            program: "torture".into(),
            made: "2026-09-01T00:00:00Z".into(),
            files: named,
        };
        files.insert(MANIFEST.into(), manifest.to_bytes());
        files.insert(CHECKPOINT.into(), self.checkpoint.clone().into_bytes());
        Ok(files)
    }
}

/// Where the last of so many entries is, in a log that says that it has `size`.
fn last_bundle(entries: u64, size: u64) -> String {
    let index = entries.saturating_sub(1) / TILE_WIDTH;
    let address = TileAddress {
        level: None,
        index,
        width: u16::try_from((size - index * TILE_WIDTH).min(TILE_WIDTH)).unwrap_or(u16::MAX),
    };
    address.path()
}

fn is_hash_tile(path: &str) -> bool {
    path.starts_with("tile/") && !path.starts_with("tile/entries/")
}

/// Tiles, entries and events of rows, and the root over them.
fn files_of(rows: &[Row]) -> Result<(Directory, Hash)> {
    let mut writer = Writer::new(Directory::new());
    for (position, row) in (1..).zip(rows) {
        let entry = row.record.to_bytes();
        let line = EventLine::new(position, entry.clone(), &row.case, row.identity.as_deref());
        writer.push(&entry, line.as_ref())?;
    }
    let (written, files) = writer.finish()?;
    Ok((files, written.root))
}

/// Rows that are made up: many streams, times that sometimes stand still, every column in use.
pub fn made_up(dice: &mut Dice, count: usize) -> Vec<Row> {
    let mut streams: Vec<(Uuid, u32)> = Vec::new();
    let mut at = 1_780_000_000_000_000_i64;
    (0..count)
        .map(|_| {
            if streams.is_empty() || dice.random_range(0..4) == 0 {
                streams.push((Uuid::from_u128(dice.random()), 0));
            }
            let place = dice.random_range(0..streams.len());
            let (stream, version) = &mut streams[place];
            *version += 1;
            at += dice.random_range(0..3) * dice.random_range(1..5_000_000);
            let recorded = jiff::Timestamp::from_microsecond(at).unwrap_or_default();
            let bytes =
                |dice: &mut Dice, length: usize| (0..length).map(|_| dice.random()).collect::<Vec<u8>>();
            let length = dice.random_range(28..90);
            let case = bytes(dice, length);
            let identity = dice.random_bool(0.4).then(|| bytes(dice, 40));
            let optional = |dice: &mut Dice, text: &str| {
                dice.random_bool(0.3)
                    .then(|| format!("{text} {}", dice.random_range(0..50)))
            };
            let record = EventRecord {
                event: Uuid::from_u128(dice.random()),
                stream_kind: "person".into(),
                stream: *stream,
                version: *version,
                event_type: "referral.received".into(),
                schema: 1,
                occurred: if dice.random_bool(0.5) {
                    When::At(recorded)
                } else {
                    When::On(jiff::civil::date(2026, 5, 1))
                },
                received: recorded,
                recorded,
                origin: "staff".into(),
                client: "case-system".into(),
                user: optional(dice, "user"),
                organisation: format!("org-{}", dice.random_range(0..20)),
                role: "worker".into(),
                on_behalf_of: optional(dice, "for"),
                purpose: "direct_care".into(),
                correlation: Uuid::from_u128(dice.random()),
                causation: dice.random_bool(0.2).then(|| Uuid::from_u128(dice.random())),
                source: optional(dice, "reference").map(|reference| ("delius".to_owned(), reference)),
                key_version: 1,
                payload: payload_hash(&case, identity.as_deref()),
            };
            Row {
                record,
                case,
                identity,
            }
        })
        .collect()
}
