//! What a figure was made of, signed: whoever has the log can make it again and compare.
//!
//! A signed note (`c2sp.org/signed-note`) by a key of the log that is made from the key file, which is not in the database.

use super::view::View;
use anyhow::{Context as _, Result, bail};
use std::fmt::Write as _;
use throughcare_proof::key::KeyUse;
use throughcare_proof::note::Note;
use throughcare_proof::{SigningKey, VerifierKey};

/// The first line, which says what the text is and how it is written.
const FIRST: &str = "throughcare.replay/v1";
/// What the key is made for: another use of the same secret has another label, and so another key.
const LABEL: &str = "throughcare statements, Ed25519, 1";
/// The name of the key.
const NAME: &str = "throughcare.statements";

/// What a view came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The view and its arguments.
    pub view: View,
    /// The log position at which it was replayed.
    pub position: u64,
    /// Names the build of the program.
    pub program: String,
    /// How many rows.
    pub rows: u64,
    /// SHA-256 over them, in hexadecimal.
    pub sha256: String,
}

impl Statement {
    /// The text that is signed: a line for each thing.
    pub fn text(&self) -> String {
        let mut text = format!("{FIRST}\n");
        let mut line = |name: &str, value: &str| {
            let _ = writeln!(text, "{name} {value}"); // a string takes all
        };
        for (name, value) in self.view.arguments() {
            line(name, &value);
        }
        line("position", &self.position.to_string());
        line("program", &self.program);
        line("rows", &self.rows.to_string());
        line("sha256", &self.sha256);
        text
    }

    /// Reads the text.
    ///
    /// # Errors
    /// With what is wrong.
    pub fn parse(text: &str) -> Result<Self> {
        let mut lines = text.lines();
        if lines.next() != Some(FIRST) {
            bail!("this is no statement of a replay: its first line is not {FIRST}");
        }
        let told: Vec<(&str, &str)> = lines
            .map(|line| {
                line.split_once(' ')
                    .context("a line of the statement has no value")
            })
            .collect::<Result<_>>()?;
        let find = |name: &str| told.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
        let must = |name: &'static str| find(name).with_context(|| format!("{name} is missing"));
        let read = Self {
            view: View::read(find)?,
            position: must("position")?.parse().context("position is no number")?,
            program: must("program")?.to_owned(),
            rows: must("rows")?.parse().context("rows is no number")?,
            sha256: must("sha256")?.to_owned(),
        };
        // Whatever else stands there would be signed and not checked.
        if read.text() != text {
            bail!("the statement says more than this program understands, or in another order");
        }
        Ok(read)
    }

    /// Signs it.
    ///
    /// # Errors
    /// When it cannot be a note.
    pub fn signed(&self, key: &SigningKey) -> Result<String> {
        let mut note = Note::new(self.text())?;
        note.sign(key);
        Ok(note.to_string())
    }

    /// Reads a signed statement.
    ///
    /// # Errors
    /// When the key did not sign it, or it is none.
    pub fn verified(note: &str, key: &VerifierKey) -> Result<Self> {
        let note = Note::parse(note)?;
        note.verify(std::slice::from_ref(key))?;
        Self::parse(&note.text)
    }
}

/// The key of statements, from 32 secret bytes that are not in the database.
///
/// # Errors
/// When no key can be made of them.
pub fn key(secret: &[u8; 32]) -> Result<SigningKey> {
    Ok(SigningKey::derived(NAME, KeyUse::Note, secret, LABEL)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replaying::view::wanted;

    fn statement() -> Statement {
        Statement {
            view: View::Continuity {
                wanted: wanted(None, Some("MDI"), None, (None, None)).unwrap(),
                as_of: "2026-03-01".parse().unwrap(),
            },
            position: 1_234,
            program: "0.1.0 0f3c".to_owned(),
            rows: 12,
            sha256: "ab".repeat(32),
        }
    }

    #[test]
    fn a_statement_is_lines_that_anybody_can_read() {
        let expected = format!(
            "throughcare.replay/v1\nview continuity\nprison MDI\nasOf 2026-03-01\nposition 1234\nprogram 0.1.0 0f3c\n\
             rows 12\nsha256 {}\n",
            "ab".repeat(32)
        );
        assert_eq!(statement().text(), expected);
        assert_eq!(Statement::parse(&expected).unwrap(), statement());
    }

    #[test]
    fn what_was_changed_after_signing_is_found_out() {
        let key = key(&[7; 32]).unwrap();
        let note = statement().signed(&key).unwrap();
        assert_eq!(Statement::verified(&note, key.verifier()).unwrap(), statement());
        for (from, to) in [("rows 12", "rows 13"), ("MDI", "LEI"), ("1234", "1235")] {
            assert!(
                Statement::verified(&note.replace(from, to), key.verifier()).is_err(),
                "{to}"
            );
        }
        let other = super::key(&[8; 32]).unwrap();
        assert!(
            Statement::verified(&note, other.verifier()).is_err(),
            "another key"
        );
    }

    #[test]
    fn a_line_too_much_is_refused() {
        let more = format!("{}more 1\n", statement().text());
        assert!(Statement::parse(&more).is_err());
        assert!(Statement::parse("throughcare.replay/v2\n").is_err());
    }
}
