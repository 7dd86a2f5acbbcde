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
        list.fault()
            .map_or(Ok(()), |reason| Err(list.error(None, reason)))?;
        Ok(list)
    }

    /// Reads a list from CSV text with the columns `code`, `label`, `status` (`current`, `legacy`), `origin`
    /// (`national`, `local`), `valid_from` and `valid_to` (dates, or empty), and any attributes.
    ///
    /// # Errors
    /// When a column is missing, a row does not fit, or the rows are no list (see [`CodeList::new`]).
    pub fn from_csv(name: &str, version: &str, text: &str) -> Result<Self, ListError> {
        let mut list = Self {
            name: name.into(),
            version: version.into(),
            entries: Vec::new(),
        };
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        for row in reader
            .deserialize::<BTreeMap<String, String>>()
            .take(MOST_CODES + 1)
        {
            let line = u64::try_from(list.entries.len()).map_or(None, |n| Some(n + 2));
            let entry = row.map_err(|error| error.to_string()).and_then(read_row);
            let entry = entry.map_err(|reason| list.error(line, reason))?;
            list.entries.push(entry);
        }
        Self::new(list.name, list.version, list.entries)
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

    fn fault(&self) -> Option<String> {
        if self.name.is_empty() || self.version.is_empty() {
            return Some("needs a name and a version".into());
        }
        if self.entries.len() > MOST_CODES {
            return Some(format!("has more than {MOST_CODES} codes"));
        }
        let mut earlier: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for entry in &self.entries {
            let code = entry.code.as_str();
            let fits = |text: &str| !text.trim().is_empty() && text.chars().count() <= MOST_CHARACTERS;
            if !fits(&entry.label) {
                return Some(format!(
                    "the label of {code} is empty or longer than {MOST_CHARACTERS}"
                ));
            }
            if let Some((name, _)) = entry
                .attributes
                .iter()
                .find(|(name, value)| !fits(name) || !fits(value))
            {
                return Some(format!(
                    "{name} of {code} is empty or longer than {MOST_CHARACTERS}"
                ));
            }
            if !entry.overlaps(entry) {
                return Some(format!("{code} ends before it starts"));
            }
            match earlier.entry(code) {
                Slot::Vacant(slot) => {
                    slot.insert(vec![entry]);
                }
                Slot::Occupied(slot) if slot.get().iter().any(|other| other.overlaps(entry)) => {
                    return Some(format!("{code} is in force twice on one day"));
                }
                Slot::Occupied(mut slot) => slot.get_mut().push(entry),
            }
        }
        None
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
