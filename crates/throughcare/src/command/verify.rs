//! `verify`: says offline whether an export is as it was recorded.

use crate::cli::Verify;
use anyhow::{Context as _, Result};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use throughcare_proof::policy::Policy;
use throughcare_proof::verify::{Asked, Fault, Files, Older, Outcome, Receipt, ReceiptKeys, prove, verify};

/// Something is not as it was recorded.
const ALTERED: u8 = 1;
/// It cannot be judged: a file cannot be read, or is not what it should be. 2 is a command line that is none.
const NOT_JUDGED: u8 = 3;

/// An export on disk.
pub struct Directory(pub PathBuf);

impl Files for Directory {
    fn read(&self, path: &str) -> std::io::Result<Option<Vec<u8>>> {
        match std::fs::read(self.0.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Verifies, and says what was found. Needs no database and no network.
pub fn run(asked: &Verify) -> ExitCode {
    match judge(asked) {
        Ok(good) => {
            if good {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(ALTERED)
            }
        }
        Err(error) => {
            eprintln!("It cannot be judged: {error:#}");
            ExitCode::from(NOT_JUDGED)
        }
    }
}

fn judge(asked: &Verify) -> Result<bool> {
    let policy = Policy::parse(&text(&asked.policy)?)
        .with_context(|| format!("{} is no policy", asked.policy.display()))?;
    if let Some(file) = &asked.proof {
        return one(&text(file)?, &policy, asked.json);
    }
    let mut wanted = Asked::by(&policy);
    wanted.stream = asked.stream;
    let exports: Vec<_> = asked.older.iter().map(|path| Directory(path.clone())).collect();
    for export in &exports {
        wanted.older.push(if export.0.is_dir() {
            Older::Export(export)
        } else {
            Older::Checkpoint(text(&export.0)?)
        });
    }
    if let Some(keys) = &asked.receipt_keys {
        let keys: ReceiptKeys = serde_json::from_str(&text(keys)?).context("--receipt-keys has no keys")?;
        for path in &asked.receipt {
            let receipt = Receipt::open(&text(path)?, &keys).map_err(anyhow::Error::msg);
            wanted
                .receipts
                .push(receipt.with_context(|| format!("{}", path.display()))?);
        }
    }
    let directory = asked
        .directory
        .clone()
        .context("name the directory of an export")?;
    let outcome = verify(&Directory(directory), &wanted)?;
    if asked.json {
        println!("{}", serde_json::to_string(&outcome)?);
    } else {
        print!("{outcome}");
    }
    Ok(outcome.unaltered())
}

fn one(file: &str, policy: &Policy, json: bool) -> Result<bool> {
    let found = prove(file, policy);
    match &found {
        Ok(proved) if json => {
            let mut told = serde_json::to_value(proved)?;
            told["verdict"] = "proved".into();
            println!("{told}");
        }
        Ok(proved) => print!("{proved}"),
        Err(fault) => refused(fault, json)?,
    }
    Ok(found.is_ok())
}

fn refused(fault: &Fault, json: bool) -> Result<()> {
    let outcome = Outcome {
        verdict: "altered",
        faults: vec![fault.clone()],
        ..Outcome::default()
    };
    if json {
        println!("{}", serde_json::to_string(&outcome)?);
    } else {
        print!("{outcome}");
    }
    Ok(())
}

fn text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}
