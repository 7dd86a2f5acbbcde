//! The erasure ledger: a file outside every database, to which a line is added for each erasure, before any key goes.
//!
//! ```text
//! 1 2026-11-23T09:30:00Z <erasure> both <record>,<record> <hash>
//! ```
//!
//! Ids only. The hash is SHA-256 over the hash of the line before and this line, so that a line that was changed or
//! taken out of the middle is noticed. A last line without its end was being written when the program stopped:
//! nothing was destroyed for it, and it does not count.

use crate::keys::Destroy;
use aws_lc_rs::digest;
use jiff::Timestamp;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// The form of a line.
const FORM: &str = "1";
/// What the first line follows.
const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Why the ledger cannot be used, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// A line is not what was written.
    #[error(
        "the erasure ledger {path} is damaged at line {line}: put it back from its copy. Until then nobody knows \
         whom a restored database must forget"
    )]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1 on.
        line: usize,
    },
    /// The id stands there for another erasure.
    #[error("the erasure ledger has this id for an erasure of other records")]
    Another,
    /// It cannot be read or written.
    #[error("the erasure ledger {path} cannot be {action}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
}

/// One erasure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub at: Timestamp,
    pub erasure: Uuid,
    pub what: Destroy,
    /// Each once, in order.
    pub streams: Vec<Uuid>,
}

impl Entry {
    fn line(&self) -> String {
        let streams: Vec<String> = self.streams.iter().map(Uuid::to_string).collect();
        format!(
            "{FORM} {} {} {} {}",
            self.at,
            self.erasure,
            self.what.as_str(),
            streams.join(",")
        )
    }

    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split(' ');
        if fields.next()? != FORM {
            return None;
        }
        let entry = Self {
            at: fields.next()?.parse().ok()?,
            erasure: fields.next()?.parse().ok()?,
            what: Destroy::parse(fields.next()?)?,
            streams: fields
                .next()?
                .split(',')
                .map(|id| id.parse().ok())
                .collect::<Option<_>>()?,
        };
        fields.next().is_none().then_some(entry)
    }
}

/// The hash of a line after the one with hash `before`.
fn hash(before: &str, line: &str) -> String {
    let mut hash = digest::Context::new(&digest::SHA256);
    hash.update(before.as_bytes());
    hash.update(line.as_bytes());
    let bytes = hash.finish();
    bytes
        .as_ref()
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// What stands in the file.
struct Standing {
    entries: Vec<Entry>,
    /// The hash of the last line.
    last: String,
    /// Bytes of the whole lines.
    whole: u64,
}

/// The ledger of a node.
pub(crate) struct Ledger {
    path: PathBuf,
}

impl Ledger {
    pub(crate) fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Every erasure, in the order of their lines; none when there is no file.
    pub(crate) fn read(&self) -> Result<Vec<Entry>, LedgerError> {
        match std::fs::read_to_string(&self.path) {
            Ok(text) => Ok(self.standing(&text)?.entries),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(source) => Err(self.io("read", source)),
        }
    }

    /// Adds an erasure, on disk when this returns. One that is there already is not written twice.
    pub(crate) fn append(&self, entry: &Entry) -> Result<(), LedgerError> {
        let mut file = self.open().map_err(|source| self.io("opened", source))?;
        // Another process of this machine may write, too. The lock goes with the file.
        file.lock().map_err(|source| self.io("locked", source))?;
        let mut text = String::new();
        file.read_to_string(&mut text)
            .map_err(|source| self.io("read", source))?;
        let standing = self.standing(&text)?;
        if let Some(known) = standing
            .entries
            .iter()
            .find(|known| known.erasure == entry.erasure)
        {
            let same = known.what == entry.what && known.streams == entry.streams;
            return if same { Ok(()) } else { Err(LedgerError::Another) };
        }
        let line = entry.line();
        let line = format!("{line} {}\n", hash(&standing.last, &line));
        let written = (|| {
            file.set_len(standing.whole)?;
            file.seek(std::io::SeekFrom::End(0))?;
            file.write_all(line.as_bytes())?;
            file.sync_all()?;
            // The file's name, too, may be new.
            File::open(self.folder())?.sync_all()
        })();
        written.map_err(|source| self.io("written", source))
    }

    fn open(&self) -> std::io::Result<File> {
        std::fs::create_dir_all(self.folder())?;
        OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&self.path)
    }

    fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        }
    }

    fn standing(&self, text: &str) -> Result<Standing, LedgerError> {
        let mut standing = Standing {
            entries: Vec::new(),
            last: BEGINNING.to_owned(),
            whole: 0,
        };
        for (at, line) in text.split_inclusive('\n').enumerate() {
            let Some(whole) = line.strip_suffix('\n') else {
                break;
            };
            let told = whole.rsplit_once(' ').and_then(|(told, found)| {
                let is_next = hash(&standing.last, told) == found;
                is_next.then(|| Some((Entry::parse(told)?, found)))?
            });
            let Some((entry, found)) = told else {
                return Err(LedgerError::Damaged {
                    path: self.path.clone(),
                    line: at + 1,
                });
            };
            standing.entries.push(entry);
            found.clone_into(&mut standing.last);
            standing.whole += line.len() as u64;
        }
        Ok(standing)
    }

    fn io(&self, action: &'static str, source: std::io::Error) -> LedgerError {
        LedgerError::Io {
            path: self.path.clone(),
            action,
            source,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: u128, what: Destroy) -> Entry {
        Entry {
            at: "2026-11-23T09:30:00Z".parse().unwrap(),
            erasure: Uuid::from_u128(id),
            what,
            streams: vec![Uuid::from_u128(id * 10), Uuid::from_u128(id * 10 + 1)],
        }
    }

    fn with_three() -> (tempfile::TempDir, Ledger, String) {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::at(folder.path().join("deeper/erasures.log"));
        for id in 1..=3 {
            ledger.append(&entry(id, Destroy::Both)).unwrap();
        }
        let text = std::fs::read_to_string(&ledger.path).unwrap();
        (folder, ledger, text)
    }

    #[test]
    fn what_was_added_is_read_and_the_same_again_is_not_added() {
        let (_folder, ledger, text) = with_three();
        ledger.append(&entry(2, Destroy::Both)).unwrap();
        assert_eq!(std::fs::read_to_string(&ledger.path).unwrap(), text);
        ledger.append(&entry(4, Destroy::Identity)).unwrap();
        let read = ledger.read().unwrap();
        assert_eq!(read.len(), 4);
        assert_eq!(read[3], entry(4, Destroy::Identity));
        let another = ledger.append(&entry(4, Destroy::Both));
        assert!(matches!(another, Err(LedgerError::Another)), "{another:?}");
    }

    #[test]
    fn a_line_that_was_cut_off_does_not_count_and_is_not_built_on() {
        let (_folder, ledger, text) = with_three();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        for cut in 1..lines[2].len() {
            std::fs::write(&ledger.path, &text[..text.len() - cut]).unwrap();
            assert_eq!(ledger.read().unwrap().len(), 2, "{cut} bytes");
        }
        ledger.append(&entry(9, Destroy::Both)).unwrap();
        assert_eq!(ledger.read().unwrap()[2], entry(9, Destroy::Both));
    }

    #[test]
    fn a_line_that_was_changed_taken_out_or_moved_is_noticed() {
        let (_folder, ledger, text) = with_three();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let damaged = [
            (text.replacen("both", "identity", 1), 1),
            ([lines[0], lines[2]].concat(), 2),
            ([lines[1], lines[0], lines[2]].concat(), 1),
            ([lines[0], lines[1], lines[1], lines[2]].concat(), 3),
            (format!("{text}anything\n"), 4),
        ];
        for (text, at) in damaged {
            std::fs::write(&ledger.path, text).unwrap();
            for refused in [ledger.read().map(drop), ledger.append(&entry(9, Destroy::Both))] {
                assert!(matches!(refused, Err(LedgerError::Damaged { line, .. }) if line == at));
            }
        }
    }
}
