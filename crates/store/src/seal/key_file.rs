//! The key file: the three keys that are never in the database.
//!
//! ```text
//! # Throughcare keys. Without this file nothing personal in the database can be read again. Keep a copy apart.
//! key-encryption-key 64 hexadecimal digits
//! blind-index-key    64 hexadecimal digits
//! cursor-key         64 hexadecimal digits
//! ```

use super::wrap::{KEY_LENGTH, Key};
use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

const HEADER: &str = "# Throughcare keys. Without this file nothing personal in the database can be read again.\n\
                      # Keep a copy in another safe place, apart from the copies of the database.\n";
const NAMES: [&str; 3] = ["key-encryption-key", "blind-index-key", "cursor-key"];
/// The key-encryption key of before, while `throughcare keys rotate` is at work.
const BEFORE: &str = "key-encryption-key-before";

/// Why the key file cannot be used, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It is gone although the database was sealed with it.
    #[error(
        "the key file {0} is not there, but the database holds records sealed with it. \
         Put the file back from its copy; a new one could not open them"
    )]
    Lost(PathBuf),
    /// Others may read it.
    #[error("the key file {path} can be read by others (mode {mode:03o}). Run: chmod 600 {path}")]
    Exposed {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A line is missing or damaged.
    #[error("the key file {path} has no usable line `{name}`: it needs 64 hexadecimal digits after the name")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// The line.
        name: &'static str,
    },
    /// It does not belong to this database.
    #[error("the key file {0} does not belong to this database: its key does not open what was sealed here")]
    Foreign(PathBuf),
    /// It cannot be read or written.
    #[error("the key file {path} cannot be {action}")]
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

/// The keys of the key file.
pub struct KeyFile {
    /// Wraps the keys of streams.
    pub key_encryption: Key,
    /// Wrapped them before, while a rotation goes on: what it wrapped still opens.
    pub key_encryption_before: Option<Key>,
    /// Makes the blind index.
    pub blind_index: Key,
    /// Signs the cursors handed to clients.
    pub cursor: Key,
}

impl KeyFile {
    /// Reads the file, or makes it on first start.
    ///
    /// # Errors
    /// [`KeyFileError`]; in particular a missing file is never replaced when the database already
    /// `holds_keys`.
    pub fn open_or_create(path: &Path, holds_keys: bool) -> Result<Self, KeyFileError> {
        match std::fs::metadata(path) {
            Ok(found) => {
                let mode = found.permissions().mode() & 0o777;
                if mode & 0o077 != 0 {
                    return Err(KeyFileError::Exposed {
                        path: path.into(),
                        mode,
                    });
                }
                let text = std::fs::read_to_string(path).map_err(|source| io(path, "read", source))?;
                Self::parse(path, &text)
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if holds_keys {
                    return Err(KeyFileError::Lost(path.into()));
                }
                Self::create(path)
            }
            Err(source) => Err(io(path, "read", source)),
        }
    }

    /// Adds a new key-encryption key to the file; the one before stands beside it until [`KeyFile::end_rotation`].
    /// Where two stand there already, nothing changes: a rotation was stopped.
    ///
    /// # Errors
    /// [`KeyFileError`]; then the file is as it was.
    pub fn begin_rotation(path: &Path) -> Result<Self, KeyFileError> {
        let mut file = Self::open_or_create(path, true)?;
        if file.key_encryption_before.is_none() {
            file.key_encryption_before = Some(file.key_encryption);
            file.key_encryption = random_key(path)?;
            file.replace(path)?;
        }
        Ok(file)
    }

    /// Takes the key-encryption key of before out of the file, and overwrites it where it stood.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn end_rotation(path: &Path) -> Result<(), KeyFileError> {
        let mut file = Self::open_or_create(path, true)?;
        if file.key_encryption_before.take().is_some() {
            file.replace(path)?;
        }
        Ok(())
    }

    fn text(&self) -> String {
        let mut text = HEADER.to_owned();
        let lines = [
            (NAMES[0], Some(&self.key_encryption)),
            (BEFORE, self.key_encryption_before.as_ref()),
            (NAMES[1], Some(&self.blind_index)),
            (NAMES[2], Some(&self.cursor)),
        ];
        for (name, key) in lines {
            let Some(key) = key else { continue };
            text.push_str(name);
            text.push(' ');
            for byte in key {
                let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
            }
            text.push('\n');
        }
        text
    }

    /// Puts this in the place of the file, whole, and overwrites what stood there, as far as the file system lets
    /// bytes be overwritten.
    fn replace(&self, path: &Path) -> Result<(), KeyFileError> {
        let written = (|| {
            let mut old = std::fs::OpenOptions::new().write(true).open(path)?;
            let draft = draft(path, &self.text())?;
            std::fs::rename(&draft, path)?;
            sync_folder(path)?;
            let zeros = vec![b'0'; usize::try_from(old.metadata()?.len()).unwrap_or(0)];
            old.write_all(&zeros)?;
            old.sync_all()
        })();
        written.map_err(|source| io(path, "replaced", source))
    }

    fn create(path: &Path) -> Result<Self, KeyFileError> {
        let made = Self {
            key_encryption: random_key(path)?,
            key_encryption_before: None,
            blind_index: random_key(path)?,
            cursor: random_key(path)?,
        };
        let text = made.text();
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|source| io(path, "written", source))?;
        }
        // Written whole under another name first: a crash leaves no half key file.
        let written = (|| {
            let draft = draft(path, &text)?;
            // A link fails when another process was first; renaming would replace its file.
            std::fs::hard_link(&draft, path)?;
            std::fs::remove_file(&draft)
        })();
        match written {
            Ok(()) => Ok(made),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                Self::open_or_create(path, false)
            }
            Err(source) => Err(io(path, "written", source)),
        }
    }

    fn parse(path: &Path, text: &str) -> Result<Self, KeyFileError> {
        let found = |name: &'static str| {
            let mut lines = text
                .lines()
                .filter_map(|line| line.split_once(char::is_whitespace));
            lines.find(|(label, _)| *label == name)
        };
        let line = |name: &'static str| {
            found(name)
                .and_then(|(_, value)| key_from_hex(value.trim()))
                .ok_or(KeyFileError::Damaged {
                    path: path.into(),
                    name,
                })
        };
        Ok(Self {
            key_encryption: line(NAMES[0])?,
            key_encryption_before: found(BEFORE).map(|_| line(BEFORE)).transpose()?,
            blind_index: line(NAMES[1])?,
            cursor: line(NAMES[2])?,
        })
    }
}

fn random_key(path: &Path) -> Result<Key, KeyFileError> {
    let mut key = [0; KEY_LENGTH];
    aws_lc_rs::rand::fill(&mut key).map_err(|_| {
        let source = std::io::Error::other("no randomness");
        io(path, "filled with random keys", source)
    })?;
    Ok(key)
}

/// Writes a text beside the file, on disk when this returns.
fn draft(path: &Path, text: &str) -> std::io::Result<PathBuf> {
    let draft = path.with_extension("new");
    let _ = std::fs::remove_file(&draft);
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(draft)
}

fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn key_from_hex(text: &str) -> Option<Key> {
    if text.len() != KEY_LENGTH * 2 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut key = [0; KEY_LENGTH];
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).ok()?;
    }
    Some(key)
}

fn io(path: &Path, action: &'static str, source: std::io::Error) -> KeyFileError {
    KeyFileError::Io {
        path: path.into(),
        action,
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_start_makes_a_private_file_and_later_ones_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deeper/keys");
        let made = KeyFile::open_or_create(&path, false).unwrap();
        let read = KeyFile::open_or_create(&path, true).unwrap();
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(made.key_encryption, read.key_encryption);
        assert_eq!(made.blind_index, read.blind_index);
        assert_eq!(made.cursor, read.cursor);
        assert_ne!(made.cursor, made.blind_index);
        assert_eq!(
            std::fs::read_dir(path.parent().unwrap()).unwrap().count(),
            1,
            "no draft is left"
        );
    }

    #[test]
    fn a_lost_file_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        assert!(matches!(
            KeyFile::open_or_create(&path, true),
            Err(KeyFileError::Lost(_))
        ));
        assert!(!path.exists());
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        KeyFile::open_or_create(&path, false).unwrap();
        for mode in [0o640, 0o604, 0o660] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let refused = KeyFile::open_or_create(&path, true);
            assert!(matches!(refused, Err(KeyFileError::Exposed { mode: told, .. }) if told == mode));
        }
    }

    #[test]
    fn a_rotation_keeps_both_keys_until_it_ends_and_then_the_old_one_is_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let made = KeyFile::open_or_create(&path, false).unwrap();
        let before = std::fs::File::open(&path).unwrap();
        let begun = KeyFile::begin_rotation(&path).unwrap();
        assert_eq!(begun.key_encryption_before, Some(made.key_encryption));
        assert_ne!(begun.key_encryption, made.key_encryption);
        let again = KeyFile::begin_rotation(&path).unwrap();
        assert_eq!(again.key_encryption, begun.key_encryption, "it goes on");
        let between = std::fs::File::open(&path).unwrap();
        KeyFile::end_rotation(&path).unwrap();
        let ended = KeyFile::open_or_create(&path, true).unwrap();
        assert_eq!(ended.key_encryption, begun.key_encryption);
        assert_eq!(ended.key_encryption_before, None);
        assert_eq!((ended.blind_index, ended.cursor), (made.blind_index, made.cursor));
        for mut replaced in [before, between] {
            let mut text = String::new();
            std::io::Read::read_to_string(&mut replaced, &mut text).unwrap();
            assert!(
                !text.is_empty() && text.bytes().all(|byte| byte == b'0'),
                "overwritten"
            );
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[test]
    fn a_damaged_line_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        KeyFile::open_or_create(&path, false).unwrap();
        let text = std::fs::read_to_string(&path)
            .unwrap()
            .replace("blind-index-key ", "blind-index-key x");
        std::fs::write(&path, text).unwrap();
        let refused = KeyFile::open_or_create(&path, true);
        assert!(matches!(
            refused,
            Err(KeyFileError::Damaged {
                name: "blind-index-key",
                ..
            })
        ));
    }
}
