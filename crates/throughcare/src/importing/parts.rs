//! A file of rows, cut into parts that fit one request each.

use anyhow::{Context as _, Result, bail};
use std::ops::Range;
use std::path::Path;

/// Most rows in one part.
pub const MOST_ROWS: usize = 500;
/// Largest part, in bytes: below the 256 KiB that a request may have.
pub const MOST_BYTES: usize = 240 * 1_024;
/// Largest file, in bytes (1 GiB).
pub const LARGEST_FILE: u64 = 1 << 30;

/// In which form the file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One JSON object a line.
    Ndjson,
    /// A line of headings, then one row a line.
    Csv,
}

impl Form {
    /// By the file's name.
    ///
    /// # Errors
    /// When it is neither.
    pub fn of(file: &Path) -> Result<Self> {
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("csv") => Ok(Self::Csv),
            Some("ndjson" | "jsonl") => Ok(Self::Ndjson),
            _ => bail!(
                "{}: name the file .csv or .ndjson, by what it holds",
                file.display()
            ),
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv",
        }
    }
}

/// A row: its line, counted from 1, and its bytes.
type Placed = (u64, Range<usize>);

/// A file in memory, and where its rows stand.
#[derive(Debug)]
pub struct Rows {
    bytes: Vec<u8>,
    form: Form,
    /// The headings, with their line's end.
    head: Range<usize>,
    /// Each row.
    rows: Vec<Placed>,
}

/// What one request sends.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    /// What the request says as `firstLine`.
    pub first_line: u64,
    /// Its body.
    pub body: Vec<u8>,
    /// How many rows.
    pub rows: usize,
    /// The line of its last row.
    pub last_line: u64,
}

impl Rows {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, is too large, or holds a row that fits no request.
    pub fn open(file: &Path) -> Result<Self> {
        let form = Form::of(file)?;
        let about = || format!("{} cannot be read", file.display());
        if std::fs::metadata(file).with_context(about)?.len() > LARGEST_FILE {
            bail!("{} is larger than 1 GiB: split it", file.display());
        }
        Self::read(std::fs::read(file).with_context(about)?, form)
    }

    fn read(bytes: Vec<u8>, form: Form) -> Result<Self> {
        let (head, rows) = match form {
            Form::Ndjson => (0..0, lines(&bytes)),
            Form::Csv => records(&bytes)?,
        };
        let long = rows.iter().find(|(_, row)| head.len() + row.len() > MOST_BYTES);
        if let Some((line, _)) = long {
            bail!("the row on line {line} is longer than 240 KiB, which no request may be");
        }
        Ok(Self {
            bytes,
            form,
            head,
            rows,
        })
    }

    /// In which form.
    pub fn form(&self) -> Form {
        self.form
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// How many rows stand on lines up to this one.
    pub fn rows_up_to(&self, line: u64) -> u64 {
        u64::try_from(self.after(line)).unwrap_or(u64::MAX)
    }

    fn after(&self, line: u64) -> usize {
        self.rows.partition_point(|(row, _)| *row <= line)
    }

    /// The parts with the rows after a line, in order.
    pub fn parts_after(&self, line: u64) -> impl Iterator<Item = Part> {
        let mut at = self.after(line);
        std::iter::from_fn(move || {
            let part = self.part(at)?;
            at += part.rows;
            Some(part)
        })
    }

    /// The part that begins with this row: whole lines of the file, so that the server counts them as the file does.
    fn part(&self, from: usize) -> Option<Part> {
        let (first, begins) = self.rows.get(from)?;
        let begins = begins.start;
        let fits = |row: &&Placed| self.head.len() + row.1.end - begins <= MOST_BYTES;
        let rows: Vec<_> = self.rows[from..]
            .iter()
            .take(MOST_ROWS)
            .take_while(fits)
            .collect();
        let (last_line, last) = rows.last()?;
        let mut body = self.bytes[self.head.clone()].to_vec();
        body.extend_from_slice(&self.bytes[begins..last.end]);
        let headings = self.bytes[self.head.clone()]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        Some(Part {
            first_line: first.saturating_sub(u64::try_from(headings).unwrap_or(0)).max(1),
            body,
            rows: rows.len(),
            last_line: *last_line,
        })
    }
}

/// The lines that hold something, with their ends.
fn lines(bytes: &[u8]) -> Vec<Placed> {
    let mut at = 0;
    let mut found = Vec::new();
    for (line, number) in bytes.split_inclusive(|byte| *byte == b'\n').zip(1..) {
        if !line.iter().all(u8::is_ascii_whitespace) {
            found.push((number, at..at + line.len()));
        }
        at += line.len();
    }
    found
}

/// The headings and the rows, where a cell in quotation marks may hold line ends.
fn records(bytes: &[u8]) -> Result<(Range<usize>, Vec<Placed>)> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .from_reader(bytes);
    let mut starts = Vec::new();
    let mut record = csv::ByteRecord::new();
    while reader
        .read_byte_record(&mut record)
        .context("the file is not readable as CSV")?
    {
        let position = record.position().context("a row without a place")?;
        starts.push((position.line(), usize::try_from(position.byte())?));
    }
    let ends = starts
        .iter()
        .skip(1)
        .map(|(_, start)| *start)
        .chain([bytes.len()]);
    let mut rows: Vec<_> = starts
        .iter()
        .zip(ends)
        .map(|((line, start), end)| (*line, *start..end))
        .collect();
    if rows.is_empty() {
        bail!("the file is empty: its first line holds the headings");
    }
    let (_, head) = rows.remove(0);
    Ok((head, rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, form: Form) -> Rows {
        Rows::read(text.as_bytes().to_vec(), form).unwrap()
    }

    #[test]
    fn every_row_is_in_one_part_and_keeps_its_line() {
        let text: String = (0..1_201)
            .map(|row| format!("{{\"reference\":\"{row}\"}}\n"))
            .collect();
        let whole = rows(&text, Form::Ndjson);
        let parts: Vec<_> = whole.parts_after(0).collect();
        assert_eq!(
            parts.iter().map(|part| part.rows).collect::<Vec<_>>(),
            [500, 500, 201]
        );
        assert_eq!(
            parts.iter().map(|part| part.first_line).collect::<Vec<_>>(),
            [1, 501, 1_001]
        );
        let sent: Vec<u8> = parts.iter().flat_map(|part| part.body.clone()).collect();
        assert_eq!(sent, text.as_bytes());
        // Gone on with after some line.
        let rest: Vec<_> = whole.parts_after(1_200).collect();
        assert_eq!((rest.len(), rest[0].first_line, rest[0].rows), (1, 1_201, 1));
        assert_eq!(whole.parts_after(1_201).count(), 0);
    }

    #[test]
    fn a_part_is_bounded_in_bytes() {
        let text: String = (0..10)
            .map(|_| format!("{{\"a\":\"{}\"}}\n", "x".repeat(100_000)))
            .collect();
        let parts: Vec<_> = rows(&text, Form::Ndjson).parts_after(0).collect();
        assert!(
            parts
                .iter()
                .all(|part| part.rows == 2 && part.body.len() <= MOST_BYTES)
        );
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(MOST_BYTES));
        let error = Rows::read(long.into_bytes(), Form::Ndjson).unwrap_err();
        assert!(error.to_string().contains("line 1"), "{error}");
    }

    #[test]
    fn headings_stand_before_every_part_and_cells_may_hold_line_ends() {
        let mut text = "reference,note\n".to_owned();
        for row in 0..600 {
            text.push_str(&format!("{row},\"two\nlines\"\n"));
        }
        let whole = rows(&text, Form::Csv);
        let parts: Vec<_> = whole.parts_after(0).collect();
        assert_eq!(parts.len(), 2);
        assert!(
            parts
                .iter()
                .all(|part| part.body.starts_with(b"reference,note\n"))
        );
        // The 501st row begins on line 1,002 of the file, and on line 2 of its part.
        assert_eq!(parts[1].first_line, 1_001);
        assert_eq!(parts[1].rows, 100);
        assert!(parts[1].body.ends_with(b"599,\"two\nlines\"\n"));
        assert_eq!(parts[1].last_line, 1_200);
    }
}
