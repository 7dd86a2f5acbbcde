//! P9: whatever a superuser does to the database, an auditor finds it from an export, offline, and learns at which
//! position. The auditor keeps three things: a policy, the export of an earlier day, and trust in one witness.

mod change;
mod model;

use crate::rng::{RngExt as _, dice};
use crate::{Drill, Report, Trial};
use anyhow::{Context as _, Result};
use change::{Way, tamper};
use model::{Copy, Directory, Keys, Source, made_up};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use throughcare_proof::policy::Policy;
use throughcare_proof::verify::{Asked, Older, Outcome, verify};

/// The drill.
pub const DRILL: Drill = Drill {
    name: "tamper",
    promise: "P9",
    proves: "whatever is done to a copy of the database is found offline, with its position, and a clean log alarms nobody",
    body: |trial| Box::pin(async move { tokio::task::spawn_blocking(move || run(&trial, made_up)).await? }),
};

/// Tamperings and clean logs for each log that is made up.
const OF_ONE_LOG: usize = 16;
/// Clean logs that the other verifier verifies, too.
const CLEAN_IN_PYTHON: usize = 8;
/// The other verifier.
const PYTHON: &str = "../../verifier/throughcare_verify.py";

fn run(trial: &Trial, source: Source) -> Result<Report> {
    let mut report = Report::new("is not needed");
    let (tamperings, clean_logs, longest, by_python) =
        trial.scale.pick((240, 30, 400, 16), (10_000, 1_000, 2_000, 320));
    trial
        .progress
        .stage(tamperings as u64 + clean_logs as u64, "exports verified");
    let keys = Keys::new()?;
    let auditor = Auditor {
        policy: keys.policy(true)?,
        text: keys.policy_text(true),
    };
    let mut tally = Tally::default();
    let mut done = 0;
    while done < tamperings {
        let mut dice = dice(trial.seed, done as u64);
        let count = dice.random_range(2..longest);
        let rows = source(&mut dice, count);
        let kept = dice.random_range(1..=count);
        let before = Copy::honest(rows[..kept].to_vec(), &keys)?;
        let honest = Copy::honest(rows, &keys)?;
        let (older, clean) = (before.export()?, honest.export()?);
        for turn in 0..OF_ONE_LOG.min(tamperings - done) {
            let way = Way::ALL[turn % Way::ALL.len()];
            let copy = loop {
                let mut copy = honest.clone();
                tamper(way, &mut copy, &before, &keys, &mut dice)?;
                if copy.export()? != clean {
                    break copy;
                }
            };
            let with_python =
                tally.by_python < by_python && (done + turn) % (tamperings / by_python).max(1) == 0;
            tally.one(
                &auditor,
                &keys,
                way,
                (&honest, &copy),
                &older,
                with_python,
                &mut report,
            )?;
            trial.progress.add(1);
        }
        done += OF_ONE_LOG;
    }
    let mut alarms = 0;
    for number in 0_usize..clean_logs {
        let mut dice = dice(trial.seed, (1 << 32) + number as u64);
        let count = dice.random_range(0..longest);
        let rows = source(&mut dice, count);
        let kept = dice.random_range(0..=count);
        let older = Copy::honest(rows[..kept].to_vec(), &keys)?.export()?;
        let export = Copy::honest(rows, &keys)?.export()?;
        let outcome = auditor.verified(&export, Some(&older))?;
        if !outcome.unaltered() {
            alarms += 1;
            report.violation(format!("a clean log of {count} events alarmed: {outcome}"));
        }
        if number.is_multiple_of((clean_logs / CLEAN_IN_PYTHON).max(1))
            && !auditor.agrees(&export, &older, &outcome)?
        {
            report.violation(format!("the verifiers do not agree on a clean log: {outcome}"));
        }
        trial.progress.add(1);
    }
    trial.progress.finish();
    tally.told(&mut report, clean_logs, alarms);
    Ok(report)
}

struct Auditor {
    policy: Policy,
    text: String,
}

impl Auditor {
    fn verified(&self, export: &Directory, older: Option<&Directory>) -> Result<Outcome> {
        verified(&self.policy, export, older)
    }

    /// Holds the other verifier to the same answer.
    fn agrees(&self, export: &Directory, older: &Directory, outcome: &Outcome) -> Result<bool> {
        let place = tempfile::tempdir()?;
        let at = |name: &str| place.path().join(name);
        write(&at("export"), export)?;
        write(&at("older"), older)?;
        std::fs::write(at("policy"), &self.text)?;
        let program = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(PYTHON);
        let output = Command::new("python3")
            .arg(program)
            .arg(at("export"))
            .args(["--json", "--policy"])
            .arg(at("policy"))
            .arg("--older")
            .arg(at("older"))
            .output()
            .context("python3 cannot be run")?;
        let told: serde_json::Value = serde_json::from_slice(&output.stdout)
            .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
        Ok(told == serde_json::to_value(outcome)?)
    }
}

fn verified(policy: &Policy, export: &Directory, older: Option<&Directory>) -> Result<Outcome> {
    let mut asked = Asked::by(policy);
    asked.threads = 1;
    asked.older.extend(older.map(|files| Older::Export(files)));
    Ok(verify(export, &asked)?)
}

fn write(directory: &Path, files: &Directory) -> Result<()> {
    for (path, bytes) in files {
        let path = directory.join(path);
        std::fs::create_dir_all(path.parent().context("a file has no directory")?)?;
        std::fs::write(path, bytes)?;
    }
    Ok(())
}

/// What was found, and what weaker auditors would have missed.
#[derive(Default)]
struct Tally {
    tried: BTreeMap<Way, usize>,
    found: usize,
    placed: usize,
    by_python: usize,
    without_payloads: usize,
    without_signature: usize,
    without_memory: usize,
}

impl Tally {
    #[expect(clippy::too_many_arguments, reason = "one tampering is all of these")]
    fn one(
        &mut self,
        auditor: &Auditor,
        keys: &Keys,
        way: Way,
        (honest, copy): (&Copy, &Copy),
        older: &Directory,
        with_python: bool,
        report: &mut Report,
    ) -> Result<()> {
        let export = copy.export()?;
        let outcome = auditor.verified(&export, Some(older))?;
        *self.tried.entry(way).or_default() += 1;
        if outcome.unaltered() {
            report.violation(format!("{} was not found", way.words()));
            return Ok(());
        }
        self.found += 1;
        if let Some(truth) = first_difference(honest, copy) {
            let said = outcome.faults.iter().any(|fault| {
                let upto = fault.upto.or(fault.position);
                fault.position.is_some_and(|position| position <= truth)
                    && upto.is_some_and(|upto| truth <= upto)
            });
            if said {
                self.placed += 1;
            } else {
                report.violation(format!("{} at position {truth}: {outcome}", way.words()));
            }
        }
        if with_python {
            self.by_python += 1;
            if !auditor.agrees(&export, older, &outcome)? {
                report.violation(format!(
                    "the verifiers do not agree on {}: {outcome}",
                    way.words()
                ));
            }
        }
        // Weaker auditors: one that compares no sealed bytes, one that checks no signatures, one that kept nothing.
        let all = |what: &[&str]| outcome.faults.iter().all(|fault| what.contains(&fault.what));
        self.without_payloads += usize::from(all(&["payload"]));
        self.without_signature += usize::from(all(&["signature", "quorum"]));
        self.without_memory += usize::from(verified(&keys.policy(false)?, &export, None)?.unaltered());
        Ok(())
    }

    fn told(&self, report: &mut Report, clean: usize, alarms: usize) {
        let tried: usize = self.tried.values().sum();
        report.figure("tamperings", tried);
        report.figure("found", self.found);
        report.figure("found with the position", self.placed);
        report.figure("also verified in Python", self.by_python);
        for (way, count) in &self.tried {
            report.figure(way.words(), count);
        }
        report.figure("clean logs", clean);
        report.figure("false alarms", alarms);
        for (who, missed) in [
            ("an auditor who compares no sealed bytes", self.without_payloads),
            ("an auditor who checks no signature", self.without_signature),
            (
                "an auditor who kept nothing and has no witness",
                self.without_memory,
            ),
        ] {
            report.control(who, missed > 0, format!("would have missed {missed} of {tried}"));
        }
    }
}

/// The first position at which the database is another one.
fn first_difference(honest: &Copy, copy: &Copy) -> Option<u64> {
    let most = honest.rows.len().max(copy.rows.len());
    (0..most)
        .find(|place| honest.rows.get(*place) != copy.rows.get(*place))
        .map(|place| place as u64 + 1)
}
