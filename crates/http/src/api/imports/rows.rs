//! From the bytes of a file to its rows: NDJSON or CSV, line by line, with the faults of each.

use super::columns::Columns;
use super::row::Kind;
use crate::json::strict;
use crate::problem::{Fault, Problem, ProblemKind};
use serde_json::{Map, Value};

/// Most rows in one request.
pub const MOST_ROWS: usize = 1_000;

/// In which form a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One JSON object a line.
    Ndjson,
    /// A line of headings, then one row a line.
    Csv,
}

/// A row as it stands in the file.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its line, counted from 1.
    pub line: u64,
    /// Its fields, or what is wrong with them.
    pub fields: Result<Map<String, Value>, Vec<Fault>>,
}

/// The rows of a file, and its columns where it has headings.
#[derive(Debug)]
pub struct Rows {
    /// In order.
    pub rows: Vec<Row>,
    /// Which column a fault is in.
    pub columns: Option<Columns>,
}

/// Reads the rows of a file; one that is no row does not keep out the others.
///
/// # Errors
/// When it has no row, too many, or headings that are none of this kind of import.
pub fn read(bytes: &[u8], form: Form, kind: Kind) -> Result<Rows, Problem> {
    // Spreadsheets put a byte order mark before the first heading.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let read = match form {
        Form::Ndjson => Rows {
            rows: ndjson(bytes),
            columns: None,
        },
        Form::Csv => csv(bytes, kind)?,
    };
    match read.rows.len() {
        0 => Err(Problem::new(ProblemKind::ValidationFailed).fault(Fault::new(
            "",
            "missing",
            "The file has no rows.",
        ))),
        1..=MOST_ROWS => Ok(read),
        _ => Err(Problem::new(ProblemKind::PayloadTooLarge)
            .detail("Send at most 1,000 rows at once. throughcare import sends a large file in parts.")),
    }
}

fn ndjson(bytes: &[u8]) -> Vec<Row> {
    let lines = bytes.split(|byte| *byte == b'\n').zip(1..);
    lines
        .filter(|(line, _)| !line.iter().all(u8::is_ascii_whitespace))
        // One more than may be is enough to say so.
        .take(MOST_ROWS + 1)
        .map(|(bytes, line)| Row {
            line,
            fields: object(bytes),
        })
        .collect()
}

fn object(bytes: &[u8]) -> Result<Map<String, Value>, Vec<Fault>> {
    match strict::parse(bytes) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(vec![Fault::new("", "wrong_type", "A row is a JSON object.")]),
        Err(problem) if problem.errors().is_empty() => Err(vec![Fault::new(
            "",
            problem.kind().code(),
            "The row is not well-formed JSON.",
        )]),
        Err(problem) => Err(problem.errors().to_vec()),
    }
}

fn csv(bytes: &[u8], kind: Kind) -> Result<Rows, Problem> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let unreadable =
        |_| Problem::new(ProblemKind::MalformedRequest).detail("The file is not readable as CSV.");
    let columns = Columns::of(kind, reader.byte_headers().map_err(unreadable)?)?;
    let mut rows = Vec::new();
    for record in reader.byte_records().take(MOST_ROWS + 1) {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, csv::Position::line);
        // The same strict reading as of any body: odd characters, lengths.
        let fields = columns.object(&record).and_then(|fields| {
            let bytes = serde_json::to_vec(&fields).unwrap_or_default();
            object(&bytes)
        });
        rows.push(Row { line, fields });
    }
    Ok(Rows {
        rows,
        columns: Some(columns),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rows(text: &str, form: Form) -> Vec<Row> {
        read(text.as_bytes(), form, Kind::Referrals).unwrap().rows
    }

    #[test]
    fn a_line_that_is_no_row_keeps_its_number_and_keeps_out_no_other() {
        let read = rows(
            "{\"reference\":\"a\"}\n\n[1]\nnonsense\n{\"reference\":\"a\",\"reference\":\"b\"}\n{}",
            Form::Ndjson,
        );
        let lines: Vec<_> = read
            .iter()
            .map(|row| {
                (
                    row.line,
                    row.fields
                        .as_ref()
                        .map_err(|faults| faults[0].code.clone())
                        .map(Map::len),
                )
            })
            .collect();
        assert_eq!(
            lines,
            [
                (1, Ok(1)),
                (3, Err("wrong_type".to_owned())),
                (4, Err("malformed_json".to_owned())),
                (5, Err("repeated_field".to_owned())),
                (6, Ok(0)),
            ]
        );
    }

    #[test]
    fn columns_become_the_fields_of_the_body() {
        let text = "\u{feff}reference,given,family,nhsNumber,noFixedAbode,substances,toService\n\
                    one,Robin,\"Ash, down\",999 000 0018,yes,1011;7000,north\n\
                    two,,,,,,south\n";
        let read = rows(text, Form::Csv);
        assert_eq!(read[0].line, 2);
        assert_eq!(
            Value::Object(read[0].fields.clone().unwrap()),
            json!({
                "reference": "one",
                "person": {
                    "demographics": { "names": { "given": "Robin", "family": "Ash, down" } },
                    "identifiers": [{ "kind": "nhs_number", "value": "999 000 0018" }],
                    "residence": { "noFixedAbode": true },
                },
                "substances": ["1011", "7000"],
                "toService": "north",
            })
        );
        // An empty cell is an absent field.
        assert_eq!(
            Value::Object(read[1].fields.clone().unwrap()),
            json!({ "reference": "two", "toService": "south" })
        );
    }

    #[test]
    fn headings_of_nothing_are_named_and_so_are_cells_that_do_not_fit() {
        let problem = read(b"reference,nhs\na,b\n", Form::Csv, Kind::Referrals).unwrap_err();
        assert_eq!(problem.errors()[0].pointer, "/nhs");
        let problem = read(b"reference,given,given\na,b,c\n", Form::Csv, Kind::Referrals).unwrap_err();
        assert_eq!(problem.errors()[0].code, "repeated_field");
        let read = rows("reference,noFixedAbode\na,perhaps\nb,no,more\nc\n", Form::Csv);
        let codes: Vec<_> = read
            .iter()
            .map(|row| {
                row.fields
                    .as_ref()
                    .map(Map::len)
                    .map_err(|faults| faults[0].code.clone())
            })
            .collect();
        assert_eq!(
            codes,
            [
                Err("wrong_type".to_owned()),
                Err("wrong_length".to_owned()),
                Ok(1)
            ]
        );
    }

    #[test]
    fn no_rows_and_too_many_are_refused() {
        for (text, form) in [
            ("", Form::Ndjson),
            ("\n \n", Form::Ndjson),
            ("reference\n", Form::Csv),
            ("", Form::Csv),
        ] {
            assert!(read(text.as_bytes(), form, Kind::Referrals).is_err(), "{text:?}");
        }
        let many = "{}\n".repeat(MOST_ROWS + 1);
        let problem = read(many.as_bytes(), Form::Ndjson, Kind::Referrals).unwrap_err();
        assert_eq!(problem.status().as_u16(), 413);
        assert!(read(&many.as_bytes()[3..], Form::Ndjson, Kind::Referrals).is_ok());
    }
}
