//! A versioned list of codes, and its reading from CSV text.

use super::entry::{CodeOrigin, CodeStatus, Entry};
use crate::code::Code;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, btree_map::Entry as Slot};

/// Most codes of one list.
pub const MOST_CODES: usize = 10_000;

/// Most characters of a label or an attribute.
pub const MOST_CHARACTERS: usize = 200;

/// Most attributes of a code.
pub const MOST_ATTRIBUTES: usize = 30;

/// Most characters of a list's name or version.
pub const MOST_NAME: usize = 60;

/// Most bytes of CSV text: five times the longest list there is in the field.
pub const MOST_BYTES: usize = 2 * 1_024 * 1_024;

/// Why rows are no code list. For whoever maintains the list: it names the list and, where known, the line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("code list {list}{}: {reason}", .line.map_or(String::new(), |line| format!(", line {line}")))]
pub struct ListError {
    /// Name of the list.
    pub list: String,
    /// Line of the CSV text, from 1; absent when the rows did not come from text.
    pub line: Option<u64>,
    /// What is wrong.
    pub reason: String,
}

/// A list of codes in one version. No code is in force twice on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Unchecked")]
pub struct CodeList {
    name: String,
    version: String,
    entries: Vec<Entry>,
}

impl CodeList {
    /// A list from its rows, in the order in which people should see them.
    ///
    /// # Errors
    /// When there are more than [`MOST_CODES`], a text is empty or longer than [`MOST_CHARACTERS`], a period
    /// ends before it starts, or a code is in force twice on one day.
    pub fn new(
        name: impl Into<String>,
        version: impl Into<String>,
        entries: Vec<Entry>,
    ) -> Result<Self, ListError> {
        let list = Self {
            name: name.into(),
            version: version.into(),
            entries,
        };
        match list.faults().into_iter().next() {
            Some((_, reason)) => Err(list.error(None, reason)),
            None => Ok(list),
        }
    }

    /// A list from its rows, in the order in which people should see them.
    ///
    /// # Errors
    /// Everything that is wrong, with the place of the row; see [`CodeList::new`].
    pub fn checked(
        name: impl Into<String>,
        version: impl Into<String>,
        entries: Vec<Entry>,
    ) -> Result<Self, Vec<(Option<usize>, String)>> {
        let list = Self {
            name: name.into(),
            version: version.into(),
            entries,
        };
        match list.faults() {
            faults if faults.is_empty() => Ok(list),
            faults => Err(faults),
        }
    }

    /// Reads a list from CSV text with the columns `code`, `label`, `status` (`current`, `legacy`), `origin`
    /// (`national`, `local`), `valid_from` and `valid_to` (dates, or empty), and any attributes.
    ///
    /// # Errors
    /// When a column is missing, a row does not fit, or the rows are no list (see [`CodeList::new`]).
    pub fn from_csv(name: &str, version: &str, text: &str) -> Result<Self, ListError> {
        let read = Self::from_csv_with_lines(name, version, text);
        read.map(|(list, _)| list)
            .map_err(|mut errors| errors.swap_remove(0))
    }

    /// As [`CodeList::from_csv`], with the line on which each code stands.
    ///
    /// # Errors
    /// Everything that is wrong, at least one error, each with its line where it has one.
    pub fn from_csv_with_lines(
        name: &str,
        version: &str,
        text: &str,
    ) -> Result<(Self, Vec<u64>), Vec<ListError>> {
        let mut list = Self {
            name: name.into(),
            version: version.into(),
            entries: Vec::new(),
        };
        if text.len() > MOST_BYTES {
            let reason = format!("is longer than {MOST_BYTES} bytes");
            return Err(vec![list.error(None, reason)]);
        }
        let (mut lines, mut errors) = (Vec::new(), Vec::new());
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let heads = match reader.headers() {
            Ok(heads) => heads.clone(),
            Err(error) => return Err(vec![list.error(Some(1), error.to_string())]),
        };
        let missing = COLUMNS
            .iter()
            .filter(|column| !heads.iter().any(|head| head == **column));
        let missing: Vec<ListError> = missing
            .map(|column| list.error(Some(1), format!("the column {column} is missing")))
            .collect();
        if !missing.is_empty() {
            return Err(missing);
        }
        for row in reader.records().take(MOST_CODES + 1) {
            let place = |position: Option<&csv::Position>| position.map(csv::Position::line);
            let (line, entry) = match row {
                Ok(row) => {
                    let read: Result<BTreeMap<String, String>, _> = row.deserialize(Some(&heads));
                    let entry = read.map_err(|error| error.to_string()).and_then(read_row);
                    (place(row.position()), entry)
                }
                Err(error) => (place(error.position()), Err(said(&error))),
            };
            match entry {
                Ok(entry) => {
                    list.entries.push(entry);
                    lines.push(line.unwrap_or(0));
                }
                Err(reason) => errors.push(list.error(line, reason)),
            }
        }
        for (index, reason) in list.faults() {
            let line = index.and_then(|index| lines.get(index)).copied();
            errors.push(list.error(line, reason));
        }
        errors.sort_by_key(|error| error.line);
        if errors.is_empty() {
            Ok((list, lines))
        } else {
            Err(errors)
        }
    }

    /// Its name, such as `referral-sources`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its version: of a national data set, or the month in which the list was made.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Every code it ever had, in the order for people.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The code as it was in force on a day.
    pub fn find(&self, code: &str, on: Date) -> Option<&Entry> {
        self.entries
            .iter()
            .find(|entry| entry.code.as_str() == code && entry.in_force(on))
    }

    /// The code at any time: the one in force last. For labels of old records.
    pub fn ever(&self, code: &str) -> Option<&Entry> {
        let known = self.entries.iter().filter(|entry| entry.code.as_str() == code);
        known.max_by_key(|entry| entry.valid_to.unwrap_or(Date::MAX))
    }

    fn error(&self, line: Option<u64>, reason: String) -> ListError {
        ListError {
            list: self.name.clone(),
            line,
            reason,
        }
    }

    /// Everything that is wrong, with the place of the row.
    fn faults(&self) -> Vec<(Option<usize>, String)> {
        let mut faults = Vec::new();
        for (what, text) in [("name", &self.name), ("version", &self.version)] {
            if text.is_empty() || text.chars().count() > MOST_NAME {
                faults.push((None, format!("needs a {what} of 1 to {MOST_NAME} characters")));
            }
        }
        if self.entries.len() > MOST_CODES {
            faults.push((None, format!("has more than {MOST_CODES} codes")));
        }
        let mut earlier: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for (index, entry) in self.entries.iter().enumerate() {
            let mut fault = |reason| faults.push((Some(index), reason));
            let code = entry.code.as_str();
            let fits = |text: &str| !text.trim().is_empty() && text.chars().count() <= MOST_CHARACTERS;
            if !fits(&entry.label) {
                fault(format!(
                    "the label of {code} is empty or longer than {MOST_CHARACTERS}"
                ));
            }
            if entry.attributes.len() > MOST_ATTRIBUTES {
                fault(format!("{code} has more than {MOST_ATTRIBUTES} attributes"));
            }
            let odd = entry.attributes.iter();
            for (name, _) in odd.filter(|(name, value)| !fits(name) || !fits(value)) {
                fault(format!(
                    "{name} of {code} is empty or longer than {MOST_CHARACTERS}"
                ));
            }
            if !entry.overlaps(entry) {
                fault(format!("{code} ends before it starts"));
            }
            match earlier.entry(code) {
                Slot::Vacant(slot) => {
                    slot.insert(vec![entry]);
                }
                Slot::Occupied(slot) if slot.get().iter().any(|other| other.overlaps(entry)) => {
                    fault(format!("{code} is in force twice on one day"));
                }
                Slot::Occupied(mut slot) => slot.get_mut().push(entry),
            }
        }
        faults
    }

    /// The list as CSV text, as [`CodeList::from_csv`] reads it.
    pub fn to_csv(&self) -> String {
        let mut names: Vec<&str> = Vec::new();
        for entry in &self.entries {
            for name in entry.attributes.keys() {
                if !names.contains(&name.as_str()) {
                    names.push(name);
                }
            }
        }
        let mut writer = csv::Writer::from_writer(Vec::new());
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        // Writing to memory cannot fail; a row that did would be missing from what is compared and shown.
        let _ = writer.write_record(COLUMNS.iter().copied().chain(names.iter().copied()));
        for entry in &self.entries {
            let fixed = [
                entry.code.to_string(),
                entry.label.clone(),
                entry.status.as_str().to_owned(),
                entry.origin.as_str().to_owned(),
                day(entry.valid_from),
                day(entry.valid_to),
            ];
            let told = names
                .iter()
                .map(|name| entry.attribute(name).unwrap_or("").to_owned());
            let _ = writer.write_record(fixed.into_iter().chain(told));
        }
        let bytes = writer.into_inner().unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    }
}

/// The columns that every list has.
const COLUMNS: [&str; 6] = ["code", "label", "status", "origin", "valid_from", "valid_to"];

/// What the reader of CSV says, without the line, which stands beside it.
fn said(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => {
            format!("has {len} fields and not {expected_len}; quote a label with a comma in it")
        }
        csv::ErrorKind::Utf8 { .. } => "is not written in UTF-8".to_owned(),
        _ => "cannot be read as CSV".to_owned(),
    }
}

/// Reads a row: the columns which every list has, and what is left as attributes.
fn read_row(mut row: BTreeMap<String, String>) -> Result<Entry, String> {
    let mut column = |name: &str| {
        row.remove(name)
            .ok_or_else(|| format!("the column {name} is missing"))
    };
    let date = |text: String, name: &str| match text.as_str() {
        "" => Ok(None),
        text => text
            .parse::<Date>()
            .map(Some)
            .map_err(|_| format!("{name} must be a date or empty")),
    };
    let code = Code::parse(&column("code")?).map_err(|error| format!("code {error}"))?;
    let label = column("label")?;
    let status = CodeStatus::parse(&column("status")?).ok_or("status must be current or legacy")?;
    let origin = CodeOrigin::parse(&column("origin")?).ok_or("origin must be national or local")?;
    let valid_from = date(column("valid_from")?, "valid_from")?;
    let valid_to = date(column("valid_to")?, "valid_to")?;
    row.retain(|_, value| !value.is_empty());
    Ok(Entry {
        code,
        label,
        status,
        origin,
        valid_from,
        valid_to,
        attributes: row,
    })
}

/// A list as it was stored, before its rules are checked.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Unchecked {
    name: String,
    version: String,
    entries: Vec<Entry>,
}

impl TryFrom<Unchecked> for CodeList {
    type Error = ListError;

    fn try_from(list: Unchecked) -> Result<Self, ListError> {
        Self::new(list.name, list.version, list.entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const HEAD: &str = "code,label,status,origin,valid_from,valid_to,colour\n";

    fn read(rows: &str) -> Result<CodeList, ListError> {
        CodeList::from_csv("things", "1", &format!("{HEAD}{rows}"))
    }

    #[test]
    fn a_code_has_its_meaning_of_the_day() {
        let list =
            read("a,Old,legacy,national,,2019-03-31,red\na,New,current,national,2019-04-01,,\n").unwrap();
        let label = |on| list.find("a", on).map(|entry| entry.label.as_str());
        assert_eq!(label(date(2019, 3, 31)), Some("Old"));
        assert_eq!(label(date(2019, 4, 1)), Some("New"));
        assert_eq!(list.ever("a").map(|entry| entry.label.as_str()), Some("New"));
        assert_eq!(list.entries()[0].attribute("colour"), Some("red"));
        assert_eq!(list.entries()[1].attribute("colour"), None);
    }

    #[test]
    fn a_code_cannot_mean_two_things_on_one_day() {
        let twice = "a,Old,legacy,local,,2019-04-01,\na,New,current,local,2019-04-01,,\n";
        assert_eq!(read(twice).unwrap_err().reason, "a is in force twice on one day");
    }

    #[test]
    fn a_row_that_does_not_fit_is_named_by_line() {
        for (row, word) in [
            ("a b,Label,current,local,,,", "letters"),
            (",Label,current,local,,,", "characters"),
            ("a,Label,new,local,,,", "current or legacy"),
            ("a,Label,current,here,,,", "national or local"),
            ("a,Label,current,local,1 April,,", "valid_from"),
            ("a,Label", "fields"),
        ] {
            let error = read(&format!("ok,Fine,current,local,,,\n{row}\n")).unwrap_err();
            assert!(
                error.to_string().starts_with("code list things, line 3: "),
                "{error}"
            );
            assert!(error.reason.contains(word), "{error}");
        }
    }

    #[test]
    fn a_missing_column_is_named() {
        let error = CodeList::from_csv("things", "1", "code,label\na,A\n").unwrap_err();
        assert_eq!(error.reason, "the column status is missing");
    }

    #[test]
    fn an_empty_label_and_a_period_that_runs_backwards_are_refused() {
        assert!(read("a, ,current,local,,,\n").is_err());
        assert!(read("a,Label,current,local,2020-01-02,2020-01-01,\n").is_err());
        assert!(read("a,Label,current,local,2020-01-01,2020-01-01,\n").is_ok());
    }

    #[test]
    fn a_stored_list_is_checked_when_it_is_read() {
        let list = read("a,Label,current,local,,2020-01-01,red\n").unwrap();
        let json = serde_json::to_string(&list).unwrap();
        assert_eq!(serde_json::from_str::<CodeList>(&json).unwrap(), list);
        assert!(serde_json::from_str::<CodeList>(&json.replace("\"Label\"", "\"\"")).is_err());
    }
}
