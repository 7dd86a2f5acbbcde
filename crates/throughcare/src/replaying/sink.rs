//! Where a replay's rows go: digested as they pass, and into a file, one a line. What is done stands beside the file, so
//! that a replay that was stopped goes on from there.

use anyhow::{Context as _, Result, bail};
use aws_lc_rs::digest::{Context as Digest, SHA256};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use throughcare_store::projection::Range;
use uuid::Uuid;

/// A row, as a line of the file and as it is digested.
pub struct Line {
    /// One JSON value, without a line feed.
    pub text: String,
    /// What of it is digested; all of it when it is nothing else.
    pub digested: Option<String>,
}

impl Line {
    /// A line that is digested as it is.
    pub fn whole(text: String) -> Self {
        Self { text, digested: None }
    }
}

/// What is done of a file.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Progress {
    asked: String,
    parts: Vec<(Uuid, Uuid, u64)>,
    done: usize,
    bytes: u64,
    parked: usize,
}

/// Where rows go.
pub struct Sink {
    file: Option<(File, PathBuf)>,
    progress: Progress,
    ranges: Vec<Range>,
    digest: Digest,
    rows: u64,
    parked_before: usize,
}

/// A line of a projection: what is digested of it.
#[derive(Deserialize)]
struct Canonical {
    canonical: String,
}

impl Sink {
    /// Begins, or goes on with the file of a replay of the same that was stopped. What is read in parts is read in the parts
    /// that were planned then.
    ///
    /// # Errors
    /// When the file holds something else.
    pub fn begin(out: Option<&Path>, asked: &str, planned: &[Range], afresh: bool) -> Result<Self> {
        let parts = planned.iter().map(|range| (range.low, range.high, range.events));
        let mut sink = Self {
            file: None,
            progress: Progress {
                asked: asked.to_owned(),
                parts: parts.collect(),
                done: 0,
                bytes: 0,
                parked: 0,
            },
            ranges: planned.to_vec(),
            digest: Digest::new(&SHA256),
            rows: 0,
            parked_before: 0,
        };
        let Some(path) = out else { return Ok(sink) };
        let beside = beside(path);
        let before = match std::fs::read(&beside) {
            Ok(bytes) if !afresh => Some(serde_json::from_slice::<Progress>(&bytes).with_context(|| {
                format!(
                    "{} cannot be read; begin from the start with --afresh",
                    beside.display()
                )
            })?),
            _ => None,
        };
        if before.is_none() && !afresh && path.exists() {
            bail!(
                "{} is there already; choose another file, or --afresh",
                path.display()
            );
        }
        if let Some(before) = before {
            if before.asked != sink.progress.asked {
                bail!(
                    "{} belongs to another replay ({}); go on with that one, or --afresh",
                    path.display(),
                    before.asked
                );
            }
            let ranges = (1..).zip(&before.parts);
            sink.ranges = ranges
                .map(|(at, (low, high, events))| Range::new(at, *low, *high, *events))
                .collect();
            sink.parked_before = before.parked;
            sink.progress = before;
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            // Rows are coded facts about people.
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let mut file = options
            .open(path)
            .with_context(|| format!("{} cannot be written", path.display()))?;
        // What was written after the last part that is noted is written again.
        file.set_len(sink.progress.bytes)?;
        file.seek(SeekFrom::Start(0))?;
        for line in BufReader::new(&file).lines() {
            let text = line?;
            let digested = digested(&text);
            sink.count(&Line { text, digested });
        }
        file.seek(SeekFrom::End(0))?;
        sink.file = Some((file, beside));
        Ok(sink)
    }

    /// The parts in which the log is read.
    pub fn ranges(&self) -> &[Range] {
        &self.ranges
    }

    /// How many of them are done.
    pub fn parts_done(&self) -> usize {
        self.progress.done
    }

    /// How many people stood still in the parts that were done before.
    pub fn parked_before(&self) -> usize {
        self.parked_before
    }

    /// The lines that were written before.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read_back<T>(&mut self, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>> {
        let Some((file, _)) = &mut self.file else {
            return Ok(Vec::new());
        };
        file.seek(SeekFrom::Start(0))?;
        let mut found = Vec::new();
        for line in BufReader::new(&*file).lines() {
            found.extend(read(&line?));
        }
        file.seek(SeekFrom::End(0))?;
        Ok(found)
    }

    /// The rows of the next part.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn part(&mut self, lines: &[Line], parked: usize) -> Result<()> {
        let mut bytes = Vec::new();
        for line in lines {
            self.count(line);
            bytes.extend_from_slice(line.text.as_bytes());
            bytes.push(b'\n');
        }
        self.progress.done += 1;
        self.progress.bytes += bytes.len() as u64;
        self.progress.parked += parked;
        let Some((file, beside)) = &mut self.file else {
            return Ok(());
        };
        file.write_all(&bytes).context("the file cannot be written")?;
        // The note of what is done is never ahead of the file.
        file.sync_data()?;
        let next = beside.with_extension("next");
        std::fs::write(&next, serde_json::to_vec(&self.progress)?)?;
        std::fs::rename(&next, beside)?;
        Ok(())
    }

    fn count(&mut self, line: &Line) {
        self.digest
            .update(line.digested.as_ref().unwrap_or(&line.text).as_bytes());
        self.digest.update(b"\n");
        self.rows += 1;
    }

    /// How many rows there are, and their digest. Nothing more is to be done.
    ///
    /// # Errors
    /// When the note of what is done cannot be removed.
    pub fn end(self) -> Result<(u64, String)> {
        if let Some((file, beside)) = &self.file {
            file.sync_all()?;
            std::fs::remove_file(beside)
                .with_context(|| format!("{} cannot be removed", beside.display()))?;
        }
        let bytes = self.digest.finish();
        let hex = bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok((self.rows, hex))
    }
}

fn digested(text: &str) -> Option<String> {
    serde_json::from_str::<Canonical>(text)
        .ok()
        .map(|line| line.canonical)
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".replay.json");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> Vec<Range> {
        (0..3u128)
            .map(|at| Range::new(1, Uuid::from_u128(at), Uuid::from_u128(at + 1), 5))
            .collect()
    }

    fn lines(texts: &[&str]) -> Vec<Line> {
        texts
            .iter()
            .map(|text| Line::whole(format!("\"{text}\"")))
            .collect()
    }

    fn through(out: Option<&Path>) -> (u64, String) {
        let mut sink = Sink::begin(out, "this", &parts(), false).unwrap();
        for part in [&["a", "b"][..], &[], &["c"]] {
            sink.part(&lines(part), 1).unwrap();
        }
        sink.end().unwrap()
    }

    #[test]
    fn a_file_that_was_stopped_goes_on_and_comes_to_the_same() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("rows.ndjson");
        let mut sink = Sink::begin(Some(&path), "this", &parts(), false).unwrap();
        sink.part(&lines(&["a", "b"]), 1).unwrap();
        drop(sink);
        // Killed while it wrote the next part.
        let mut torn = OpenOptions::new().append(true).open(&path).unwrap();
        torn.write_all(b"\"half").unwrap();
        let mut sink = Sink::begin(Some(&path), "this", &[], false).unwrap();
        assert_eq!(
            (sink.parts_done(), sink.ranges().len(), sink.parked_before()),
            (1, 3, 1)
        );
        sink.part(&[], 0).unwrap();
        sink.part(&lines(&["c"]), 0).unwrap();
        let resumed = sink.end().unwrap();
        assert_eq!(resumed, through(None));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "\"a\"\n\"b\"\n\"c\"\n");
        assert!(
            Sink::begin(Some(&path), "this", &parts(), false).is_err(),
            "it is done"
        );
        assert!(Sink::begin(Some(&path), "this", &parts(), true).is_ok());
    }

    #[test]
    fn a_file_of_another_replay_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("rows.ndjson");
        let mut sink = Sink::begin(Some(&path), "this", &parts(), false).unwrap();
        sink.part(&lines(&["a"]), 0).unwrap();
        drop(sink);
        let Err(error) = Sink::begin(Some(&path), "that", &parts(), false) else {
            panic!("it went on with another one");
        };
        assert!(error.to_string().contains("another replay"), "{error}");
    }

    #[test]
    fn of_a_projection_the_canonical_row_is_digested() {
        let text = "{\"canonical\":\"(1,2)\",\"row\":{}}";
        assert_eq!(digested(text).as_deref(), Some("(1,2)"));
        assert_eq!(digested("{\"value\":\"/x\"}"), None);
    }
}
