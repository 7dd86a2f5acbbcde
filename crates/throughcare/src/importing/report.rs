//! What became of each row, as a file: one line for each row, or for each thing that is wrong with it.

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

const HEADINGS: [&str; 8] = [
    "line",
    "reference",
    "outcome",
    "created",
    "flags",
    "place",
    "code",
    "detail",
];

/// What a server answers about a part.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answered {
    /// Each row.
    pub data: Vec<Row>,
}

/// What became of a row.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// Its line in the file.
    pub line: u64,
    /// Its reference.
    pub reference: Option<String>,
    /// `accepted`, `replayed`, `refused` or `again`.
    pub outcome: String,
    /// What was created.
    #[serde(default)]
    pub created: Vec<Created>,
    /// What does not fit but was kept.
    #[serde(default)]
    pub flags: Vec<String>,
    /// What is wrong.
    #[serde(default)]
    pub errors: Vec<Wrong>,
}

/// Something created.
#[derive(Clone, Debug, Deserialize)]
pub struct Created {
    /// What.
    pub kind: String,
    /// Its id.
    pub id: String,
}

/// Something wrong with a row.
#[derive(Clone, Debug, Deserialize)]
pub struct Wrong {
    /// Where, as a JSON pointer.
    pub pointer: String,
    /// In which column.
    pub column: Option<String>,
    /// Its code.
    pub code: String,
    /// What to do.
    pub detail: String,
}

/// How many rows came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Recorded.
    pub accepted: u64,
    /// Recorded before.
    pub replayed: u64,
    /// Not recorded.
    pub refused: u64,
    /// Not known.
    pub again: u64,
}

impl Counts {
    /// Counts a row.
    pub fn add(&mut self, outcome: &str) {
        match outcome {
            "accepted" => self.accepted += 1,
            "replayed" => self.replayed += 1,
            "refused" => self.refused += 1,
            _ => self.again += 1,
        }
    }
}

/// A report that is being written.
pub struct Report {
    path: PathBuf,
    file: csv::Writer<File>,
    /// The line of the last row that stands in it.
    pub last_line: u64,
    /// What stands in it.
    pub counts: Counts,
}

impl Report {
    /// Begins a report, or opens one to go on with.
    ///
    /// # Errors
    /// When it is there and is not to be gone on with, or cannot be written.
    pub fn open(path: &Path, resume: bool) -> Result<Self> {
        let mut counts = Counts::default();
        let mut last_line = 0;
        let there = path.exists();
        if there && !resume {
            bail!(
                "{} is there already: go on with it by --resume, or name another with --report",
                path.display()
            );
        }
        if there {
            let whole = whole_lines(path)?;
            let mut reader = csv::Reader::from_reader(whole.as_slice());
            for record in reader.records() {
                let record =
                    record.with_context(|| format!("{} is no report of an import", path.display()))?;
                let line: u64 = record
                    .get(0)
                    .and_then(|line| line.parse().ok())
                    .with_context(|| format!("{} is no report of an import", path.display()))?;
                if line > last_line {
                    counts.add(record.get(2).unwrap_or_default());
                    last_line = line;
                }
            }
        }
        let about = || format!("{} cannot be written", path.display());
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .with_context(about)?;
        let mut file = csv::Writer::from_writer(file);
        if !there {
            file.write_record(HEADINGS).with_context(about)?;
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            last_line,
            counts,
        })
    }

    /// Adds the rows of a part, on disk before the next part is sent.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, answered: &Answered) -> Result<()> {
        for row in &answered.data {
            self.counts.add(&row.outcome);
            self.last_line = self.last_line.max(row.line);
            let created: Vec<_> = row
                .created
                .iter()
                .map(|one| format!("{}={}", one.kind, one.id))
                .collect();
            let (line, reference) = (row.line.to_string(), row.reference.as_deref().unwrap_or(""));
            let (created, flags) = (created.join(" "), row.flags.join(" "));
            let of_row = [&line, reference, &row.outcome, &created, &flags];
            if row.errors.is_empty() {
                self.file.write_record(of_row.into_iter().chain(["", "", ""]))?;
            }
            for wrong in &row.errors {
                let place = wrong.column.as_deref().unwrap_or(&wrong.pointer);
                self.file
                    .write_record(of_row.into_iter().chain([place, &wrong.code, &wrong.detail]))?;
            }
        }
        self.file.flush()?;
        let about = || format!("{} cannot be written", self.path.display());
        self.file.get_ref().sync_data().with_context(about)
    }
}

/// The report up to its last whole part: a line that a crash cut off is cut away.
fn whole_lines(path: &Path) -> Result<Vec<u8>> {
    let about = || format!("{} cannot be read", path.display());
    let mut bytes = std::fs::read(path).with_context(about)?;
    let whole = bytes
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    if whole < bytes.len() {
        bytes.truncate(whole);
        let file = OpenOptions::new().write(true).open(path).with_context(about)?;
        file.set_len(u64::try_from(whole)?).with_context(about)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answered(rows: &[(u64, &str)]) -> Answered {
        let data: Vec<_> = rows
            .iter()
            .map(|(line, outcome)| json!({ "line": line, "reference": "r", "outcome": outcome }))
            .collect();
        serde_json::from_value(json!({ "data": data })).unwrap()
    }

    #[test]
    fn a_report_is_gone_on_with_after_its_last_whole_row() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.csv");
        let mut report = Report::open(&path, false).unwrap();
        report.add(&answered(&[(2, "accepted"), (3, "refused")])).unwrap();
        drop(report);
        assert!(Report::open(&path, false).is_err(), "it is not written over");
        std::fs::write(
            &path,
            [std::fs::read(&path).unwrap(), b"4,r,acc".to_vec()].concat(),
        )
        .unwrap();
        let mut report = Report::open(&path, true).unwrap();
        assert_eq!(report.last_line, 3);
        report.add(&answered(&[(4, "replayed")])).unwrap();
        let counts = Counts {
            accepted: 1,
            replayed: 1,
            refused: 1,
            again: 0,
        };
        assert_eq!(report.counts, counts);
        let again = Report::open(&path, true).unwrap();
        assert_eq!((again.last_line, again.counts), (4, counts));
    }
}
