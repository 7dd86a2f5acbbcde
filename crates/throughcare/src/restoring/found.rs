//! What was found of a restored system: in plain words, and as JSON.

use jiff::Timestamp;
use serde::Serialize;
use std::fmt;
use std::path::Path;

/// What was found. The system is what it was when there are no faults.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// The last position that is here: to this it was restored.
    pub position: u64,
    /// When that event was recorded.
    pub recorded_at: Option<Timestamp>,
    /// The trees that prove it.
    pub trees: Vec<TreeFound>,
    /// Erasures; none when nothing was opened.
    pub erasures: Option<ErasuresFound>,
    /// Keys; none when nothing was opened.
    pub keys: Option<KeysFound>,
    /// Lists.
    pub lists: Vec<ListFound>,
    /// What to know before it serves.
    pub notes: Vec<String>,
    /// What is not as it was.
    pub faults: Vec<String>,
}

/// A tree, made anew from its rows.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TreeFound {
    /// Its name: `log` or `looks`.
    pub tree: &'static str,
    /// Rows that were hashed.
    pub entries: u64,
    /// Leaves of the tree that was restored with them.
    pub kept: u64,
    /// The root over the rows, in base64.
    pub root: String,
    /// Checkpoints in the database that have the root which the rows give.
    pub in_database: u64,
    /// The checkpoints by which it is judged.
    pub given: Vec<GivenFound>,
    /// The first position, from 1, at which something is altered or missing.
    pub first_fault: Option<u64>,
}

/// A checkpoint that somebody kept.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GivenFound {
    /// Its file.
    pub file: String,
    /// Over how many entries.
    pub entries: u64,
    /// Whether the rows lead to its root.
    pub fits: bool,
}

/// Erasures.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ErasuresFound {
    /// Erasures of the ledger.
    pub in_ledger: u64,
    /// Erasures of which the restored log tells.
    pub in_log: u64,
    /// Those that the databases did not show, and that were done again now.
    pub done_again: u64,
}

/// Keys.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeysFound {
    /// Records.
    pub records: u64,
    /// Records that have lost their keys.
    pub lost: u64,
    /// Records whose keys do not open.
    pub shut: u64,
}

/// A list.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListFound {
    /// Its name.
    pub name: String,
    /// The position at which the restored table stands.
    pub position: u64,
    /// Rows of the table.
    pub rows: u64,
    /// Their digest.
    pub sha256: String,
    /// Rows that the log gives.
    pub made_rows: u64,
    /// Their digest.
    pub made_sha256: String,
    /// Whether both are the same.
    pub equal: bool,
}

impl Found {
    /// Nothing was opened, because there is no ledger.
    pub fn without_ledger(file: &Path) -> Self {
        Self {
            faults: vec![format!(
                "There is no erasure ledger at {}: nobody knows whom this system must forget, and nothing was opened. Put the \
                 newest copy of the ledger back (--erasure-ledger). If nobody was ever erased, say --nobody-erased.",
                file.display()
            )],
            ..Self::default()
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let good = self.faults.is_empty();
        let verdict = match good {
            true => "This system is what it was: it may serve.",
            false => "This system is NOT what it was. Do not let it serve.",
        };
        writeln!(f, "{verdict}")?;
        if let Some(at) = self.recorded_at {
            writeln!(
                f,
                "- It was restored to position {}, recorded at {at}.",
                self.position
            )?;
        } else if self.position == 0 && self.keys.is_some() {
            writeln!(f, "- It was restored to before the first event.")?;
        }
        for tree in &self.trees {
            tree.told(f)?;
        }
        if let Some(erasures) = &self.erasures {
            writeln!(
                f,
                "- Erasures: {} in the ledger, {} in the log; {} were not shown here and were done again now.",
                erasures.in_ledger, erasures.in_log, erasures.done_again
            )?;
        }
        if let Some(keys) = &self.keys {
            writeln!(
                f,
                "- Keys: of {} records {} have lost theirs, and those of {} do not open.",
                keys.records, keys.lost, keys.shut
            )?;
        }
        for list in &self.lists {
            let compared = match list.equal {
                true => "what the log gives, row for row",
                false => "NOT what the log gives",
            };
            writeln!(
                f,
                "- Lists ({}): {} rows at position {}, {compared}. SHA-256 {}.",
                list.name, list.rows, list.position, list.sha256
            )?;
        }
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        for fault in &self.faults {
            writeln!(f, "FAULT: {fault}")?;
        }
        Ok(())
    }
}

impl TreeFound {
    fn told(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let over = match self.tree {
            "log" => "events",
            _ => "looks at people and acts of administrators",
        };
        writeln!(
            f,
            "- {} {over} were hashed again; {} checkpoints of the database have the roots that they give.",
            self.entries, self.in_database
        )?;
        for one in &self.given {
            let fits = match one.fits {
                true => "has the root that the rows give",
                false => "does NOT have the root that the rows give",
            };
            writeln!(
                f,
                "- The checkpoint {} over {} entries {fits}.",
                one.file, one.entries
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdict_comes_first_and_every_fault_is_told() {
        let mut found = Found {
            position: 12,
            recorded_at: Some(Timestamp::UNIX_EPOCH),
            ..Found::default()
        };
        assert!(
            found
                .to_string()
                .starts_with("This system is what it was: it may serve.\n- It was restored to position 12,")
        );
        found.faults.push("A row was altered.".to_owned());
        let said = found.to_string();
        assert!(said.starts_with("This system is NOT what it was."), "{said}");
        assert!(said.ends_with("FAULT: A row was altered.\n"), "{said}");
        let without = Found::without_ledger(Path::new("/somewhere/erasures.log")).to_string();
        assert!(
            without.contains("NOT what it was") && without.contains("--nobody-erased"),
            "{without}"
        );
    }
}
