//! How fast is an export verified, and how fast one proof?
//!
//! `cargo run --release -p torture --example verify_rate -- [--events 2000000] [--threads 2]`
//!
//! Writes an export of so many made-up events into a directory that goes away, without and with their sealed bytes, and
//! verifies it as `throughcare verify` does: every leaf hashed, every tile and the root compared, the order checked.
//! Prints events a second, and how long one proof file takes.

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use std::path::PathBuf;
use std::time::Instant;
use throughcare_proof::export::{
    CHECKPOINT, EventLine, FORMAT, MANIFEST, Manifest, Sink, Writer, payload_hash,
};
use throughcare_proof::inclusion::InclusionProof;
use throughcare_proof::key::KeyUse;
use throughcare_proof::note::Note;
use throughcare_proof::policy::Policy;
use throughcare_proof::record::{EventRecord, When};
use throughcare_proof::tree::{Subtree, inclusion, node_of_tile, root_within};
use throughcare_proof::verify::{Asked, Files, prove, verify};
use throughcare_proof::{Checkpoint, Hash, SigningKey};
use uuid::Uuid;

const ORIGIN: &str = "log.example/county";

#[derive(Parser)]
struct Cli {
    /// Events of the log
    #[arg(long, default_value_t = 2_000_000)]
    events: u64,
    /// Threads that read and hash
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Proof files verified
    #[arg(long, default_value_t = 1_000)]
    proofs: u64,
    /// Where the directory is made
    #[arg(long)]
    under: Option<PathBuf>,
}

/// A directory on disk.
struct Disk(PathBuf);

impl Files for Disk {
    fn read(&self, path: &str) -> std::io::Result<Option<Vec<u8>>> {
        match std::fs::read(self.0.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Sink for &Disk {
    fn put(&mut self, path: &str, bytes: &[u8]) -> std::io::Result<()> {
        let path = self.0.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, bytes)
    }
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    let key = SigningKey::from_seed(ORIGIN, KeyUse::Note, &[1; 32])?;
    let policy = Policy::parse(&format!("log {}\nquorum none\n", key.verifier()))?;
    for (what, lines) in [
        ("records and tree", false),
        ("records, tree and sealed bytes", true),
    ] {
        let place = match &cli.under {
            Some(under) => tempfile::tempdir_in(under)?,
            None => tempfile::tempdir()?,
        };
        let disk = Disk(place.path().to_owned());
        let note = write(&disk, cli.events, lines, &key)?;
        let mut asked = Asked::by(&policy);
        asked.threads = cli.threads;
        let begun = Instant::now();
        let outcome = verify(&disk, &asked)?;
        let took = begun.elapsed();
        ensure!(outcome.unaltered() && outcome.events == cli.events, "{outcome}");
        println!(
            "{:>9.0} events a second: {what}, {} events, {} threads, {:.1} s",
            cli.events as f64 / took.as_secs_f64(),
            cli.events,
            cli.threads,
            took.as_secs_f64()
        );
        if lines {
            continue;
        }
        let files: Vec<String> = (0..cli.proofs)
            .map(|number| proof(&disk, number * 7_919 % cli.events, cli.events, &note))
            .collect::<Result<_>>()?;
        let begun = Instant::now();
        for file in &files {
            ensure!(prove(file, &policy).is_ok());
        }
        println!(
            "{:>9.3} ms: one proof file, of {}",
            begun.elapsed().as_secs_f64() * 1_000.0 / files.len().max(1) as f64,
            files.len()
        );
    }
    Ok(())
}

fn record(number: u64, case: &[u8]) -> EventRecord {
    let at =
        jiff::Timestamp::from_microsecond(1_780_000_000_000_000 + number as i64 * 1_000).unwrap_or_default();
    EventRecord {
        event: Uuid::from_u128(u128::from(number) << 32 | 7 << 76),
        stream_kind: "person".into(),
        stream: Uuid::from_u128(u128::from(number / 20) << 16),
        version: u32::try_from(number % 20).unwrap_or_default() + 1,
        event_type: "appointment.attended".into(),
        schema: 1,
        occurred: When::At(at),
        received: at,
        recorded: at,
        origin: "staff".into(),
        client: "case-system".into(),
        user: Some("j.smith".into()),
        organisation: "turning-tide".into(),
        role: "worker".into(),
        on_behalf_of: None,
        purpose: "direct_care".into(),
        correlation: Uuid::from_u128(u128::from(number) << 8),
        causation: None,
        source: None,
        key_version: 1,
        payload: payload_hash(case, None),
    }
}

fn write(disk: &Disk, events: u64, lines: bool, key: &SigningKey) -> Result<String> {
    let mut writer = Writer::new(disk);
    let case = [7; 160];
    for number in 0..events {
        let entry = record(number, &case).to_bytes();
        let line = if lines {
            EventLine::new(number + 1, entry.clone(), &case, None)
        } else {
            None
        };
        writer.push(&entry, line.as_ref())?;
    }
    let (written, mut sink) = writer.finish()?;
    let checkpoint = Checkpoint {
        origin: ORIGIN.into(),
        size: written.size,
        root: written.root,
    };
    let note = checkpoint.sign(key)?.to_string();
    let manifest = Manifest {
        format: FORMAT.into(),
        scope: "all".into(),
        origin: ORIGIN.into(),
        size: written.size,
        root: written.root.to_base64(),
        events: if lines { events } else { 0 },
        case_facts: false,
        program: "torture".into(),
        made: "2026-09-01T00:00:00Z".into(),
        files: written.files,
    };
    sink.put(CHECKPOINT, note.as_bytes())?;
    sink.put(MANIFEST, &manifest.to_bytes())?;
    Ok(note)
}

fn proof(disk: &Disk, index: u64, size: u64, note: &str) -> Result<String> {
    let mut node = |subtree: Subtree| {
        let (address, offset, count) = node_of_tile(subtree, size);
        let tile = disk.read(&address.path())?.context("a tile is missing")?;
        let hashes: Vec<Hash> = tile
            .chunks_exact(32)
            .filter_map(|bytes| bytes.try_into().ok().map(Hash))
            .collect();
        root_within(&hashes, offset, count).context("a tile is short")
    };
    let proof = InclusionProof {
        extra: Some(record(index, &[7; 160]).to_bytes()),
        index,
        hashes: inclusion(index, size, &mut node)?,
        checkpoint: Note::parse(note)?,
    };
    Ok(proof.to_string())
}
