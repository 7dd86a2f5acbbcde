//! The last checkpoint that was signed, in a file outside the database: whoever puts the database back to an older state
//! contradicts it.
//!
//! It is written before the database is told of the checkpoint. So after a crash between the two it may be ahead of the
//! tree; but not of what the tree is made from, which was on disk before.

use super::{Tree, TreeFault};
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use throughcare_proof::note::{LONGEST, Note};

/// The file of one tree.
#[derive(Clone, Debug)]
pub struct CheckpointFile {
    path: PathBuf,
}

impl CheckpointFile {
    /// `checkpoint.txt` for the log, `checkpoint-looks.txt` for what stands beside it.
    pub(crate) fn beside(key_file: &Path, tree: Tree) -> Self {
        let name = match tree {
            Tree::Log => "checkpoint.txt",
            Tree::Beside => "checkpoint-looks.txt",
        };
        Self {
            path: key_file.with_file_name(name),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What stands in it; `None` when there is none yet.
    ///
    /// # Errors
    /// [`TreeFault::File`], [`TreeFault::Foreign`] when it holds no note.
    pub fn read(&self) -> Result<Option<Note>, TreeFault> {
        let bytes = match std::fs::read(&self.path) {
            Ok(bytes) if bytes.len() <= LONGEST => bytes,
            Ok(_) => return Err(self.foreign()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(_) => return Err(self.fault("read")),
        };
        let text = String::from_utf8(bytes).map_err(|_| self.foreign())?;
        Note::parse(&text).map(Some).map_err(|_| self.foreign())
    }

    /// Replaces it, on disk when this returns: whole or not at all.
    ///
    /// # Errors
    /// [`TreeFault::File`].
    pub fn write(&self, note: &Note) -> Result<(), TreeFault> {
        let beside = self.path.with_extension("new");
        let written = (|| {
            let mut file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&beside)?;
            file.write_all(note.to_string().as_bytes())?;
            file.sync_all()?;
            std::fs::rename(&beside, &self.path)?;
            match self.path.parent() {
                Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
                _ => File::open(".")?.sync_all(),
            }
        })();
        written.map_err(|_: std::io::Error| self.fault("written"))
    }

    /// That it is not this log's.
    pub fn foreign(&self) -> TreeFault {
        TreeFault::Foreign(self.path.display().to_string())
    }

    fn fault(&self, action: &'static str) -> TreeFault {
        TreeFault::File {
            path: self.path.display().to_string(),
            action,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_anything_else_is_foreign() {
        let folder = tempfile::tempdir().unwrap();
        let file = CheckpointFile::beside(&folder.path().join("keys.txt"), Tree::Log);
        assert_eq!(file.read(), Ok(None));
        let note = Note::parse("a\n1\nb\n\n— a AAAAAAAA\n").unwrap();
        file.write(&note).unwrap();
        file.write(&note).unwrap();
        assert_eq!(file.read(), Ok(Some(note)));
        assert_ne!(
            CheckpointFile::beside(&folder.path().join("keys.txt"), Tree::Beside).path(),
            file.path()
        );
        std::fs::write(file.path(), b"\xff").unwrap();
        assert_eq!(file.read(), Err(file.foreign()));
    }
}
