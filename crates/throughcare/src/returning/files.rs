//! Files that are whole or not there: each is written under another name, and gets its own when all are on disk.

use anyhow::{Context as _, Result, bail};
use csv::{QuoteStyle, WriterBuilder};
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use throughcare_app::national::{Returned, Telling};
use throughcare_domain::national_return::{Set, Version};

/// The directory's and the files' modes: their owner alone.
const OWNER_ALONE_IN: u32 = 0o700;
const OWNER_ALONE: u32 = 0o600;

const REJECTED: &str = "would-be-rejected.csv";
const DELETIONS: &str = "deletions.csv";
const CHANGES: &str = "changes.csv";
const REPORT: &str = "report.json";

type Csv = csv::Writer<BufWriter<File>>;

/// The files of one return.
pub struct Files {
    at: PathBuf,
    sets: Vec<(Set, Csv)>,
    changes: Csv,
    rejected: Csv,
    deletions: Csv,
    report: File,
}

/// The file of a set.
fn of_set(set: Set) -> &'static str {
    match set {
        Set::Community => "community.csv",
        Set::Secure => "secure-setting.csv",
    }
}

fn names() -> Vec<&'static str> {
    let sets = Set::ALL.iter().map(|set| of_set(*set));
    sets.chain([CHANGES, REJECTED, DELETIONS, REPORT]).collect()
}

fn unfinished(at: &Path, name: &str) -> PathBuf {
    at.join(format!("{name}.unfinished"))
}

fn begun(at: &Path, name: &str) -> Result<File> {
    let path = unfinished(at, name);
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(OWNER_ALONE)
        .open(&path)
        .with_context(|| format!("{} cannot be written", path.display()))
}

/// A file of a form that the national system reads: every value in double quotes.
fn table(at: &Path, name: &str, headings: &[&str]) -> Result<Csv> {
    let file = BufWriter::new(begun(at, name)?);
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .from_writer(file);
    writer.write_record(headings)?;
    Ok(writer)
}

impl Files {
    /// Begins the files of a version.
    ///
    /// # Errors
    /// When one of them is there, or cannot be written.
    pub fn begin(at: &Path, version: &Version) -> Result<Self> {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(OWNER_ALONE_IN)
            .create(at)
            .with_context(|| format!("the directory {} cannot be made", at.display()))?;
        for name in names() {
            for path in [at.join(name), unfinished(at, name)] {
                if path.exists() {
                    bail!("{} is there already: name another directory", path.display());
                }
            }
        }
        let mut sets = Vec::new();
        for set in Set::ALL {
            let fields = version.fields(*set);
            let headings: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
            sets.push((*set, table(at, of_set(*set), &headings)?));
        }
        Ok(Self {
            sets,
            changes: table(at, CHANGES, &["SET", "LEVEL", "ID", "CHANGE"])?,
            rejected: table(
                at,
                REJECTED,
                &[
                    "PERSON", "EPISODE", "SET", "LEVEL", "FIELD", "RULE", "EFFECT", "SENTENCE",
                ],
            )?,
            deletions: table(at, DELETIONS, &["SET", "LEVEL", "ID"])?,
            report: begun(at, REPORT)?,
            at: at.to_owned(),
        })
    }

    /// Writes what is told of a person, and what would be rejected.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn tell(&mut self, told: &Telling) -> Result<()> {
        for (part, changes) in &told.leaves {
            for (row, change) in part.rows.iter().zip(changes) {
                let file = self.sets.iter_mut().find(|(set, _)| *set == row.set);
                let (_, file) = file.context("each set has its file")?;
                file.write_record(&row.cells)?;
                self.changes.write_record([
                    row.set.as_str(),
                    row.level.as_str(),
                    &row.reference,
                    change.as_str(),
                ])?;
            }
        }
        for part in told.leaves.iter().map(|(part, _)| part).chain(&told.stays) {
            for fault in &part.faults {
                let row = &part.rows[fault.row];
                let episode = part
                    .episode
                    .map(|episode| episode.to_string())
                    .unwrap_or_default();
                self.rejected.write_record([
                    told.person.to_string().as_str(),
                    &episode,
                    row.set.as_str(),
                    row.level.as_str(),
                    &fault.field,
                    &fault.rule.id,
                    if fault.rule.rejects() {
                        "rejected"
                    } else {
                        "warning"
                    },
                    &fault.rule.sentence,
                ])?;
            }
        }
        Ok(())
    }

    /// Writes what is taken back, and the report, and sees to it that all of it is on disk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(mut self, returned: &Returned, report: &serde_json::Value) -> Result<Whole> {
        for (reference, sent) in &returned.deleted {
            self.deletions
                .write_record([sent.set.as_str(), sent.level.as_str(), reference])?;
        }
        writeln!(self.report, "{report:#}")?;
        self.report.sync_all()?;
        let tables = self.sets.into_iter().map(|(_, file)| file);
        for table in tables.chain([self.changes, self.rejected, self.deletions]) {
            let file = table.into_inner().map_err(|error| error.into_error())?;
            file.into_inner()
                .map_err(std::io::IntoInnerError::into_error)?
                .sync_all()?;
        }
        Ok(Whole { at: self.at })
    }
}

/// Files that are on disk under their other names.
pub struct Whole {
    at: PathBuf,
}

impl Whole {
    /// Gives them their names.
    ///
    /// # Errors
    /// When one cannot be renamed.
    pub fn finish(&self) -> Result<()> {
        for name in names() {
            std::fs::rename(unfinished(&self.at, name), self.at.join(name))?;
        }
        File::open(&self.at)?.sync_all()?;
        Ok(())
    }
}
