//! The directory of an export. A file is there whole or not at all.

use anyhow::{Context as _, Result};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use throughcare_proof::export::Sink;
use throughcare_proof::verify::Files;

/// A directory on disk.
#[derive(Clone, Debug)]
pub struct Disk(PathBuf);

impl Disk {
    /// Makes the directory when there is none.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn at(path: &Path) -> Result<Self> {
        std::fs::create_dir_all(path)
            .with_context(|| format!("the directory {} cannot be made", path.display()))?;
        Ok(Self(path.to_owned()))
    }

    /// A file; none where there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn get(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let read = self.read(path);
        read.with_context(|| format!("{} cannot be read", self.0.join(path).display()))
    }

    /// Removes a file that may be there.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    pub fn remove(&self, path: &str) -> Result<()> {
        match std::fs::remove_file(self.0.join(path)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

impl Files for Disk {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        match std::fs::read(self.0.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Sink for Disk {
    fn put(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.0.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let mut beside = path.clone().into_os_string();
        beside.push(".new");
        std::fs::write(&beside, bytes)?;
        std::fs::rename(beside, path)
    }
}
