//! What stands where in a data directory, and who may reach it.

use std::collections::hash_map::DefaultHasher;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::hash::{Hash, Hasher};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown, fchown};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::user::ServerUser;

/// The port, which only names the socket's file: the server never listens on TCP.
pub(crate) const PORT: u16 = 5432;

/// The most bytes a path to a unix socket may have: `sun_path` without its final NUL.
const MAX_SOCKET_PATH: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

const CLUSTER: &str = "postgres";
const LOCK: &str = "supervisor.lock";

/// The paths of one data directory.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) data_dir: PathBuf,
    pub(crate) cluster: PathBuf,
    pub(crate) cluster_new: PathBuf,
    pub(crate) lock: PathBuf,
    pub(crate) log_dir: PathBuf,
    pub(crate) startup_log: PathBuf,
    pub(crate) config: PathBuf,
    pub(crate) hba: PathBuf,
    /// Fixed only once the server's user is known.
    pub(crate) socket_dir: PathBuf,
}

impl Layout {
    /// Creates the data directory when it is absent. Its other paths follow from its canonical one, so that
    /// two names for one directory lead to one socket.
    pub(crate) fn open(data_dir: &Path) -> Result<Layout, Error> {
        let created = match fs::metadata(data_dir) {
            Ok(found) if found.is_dir() => Ok(()),
            Ok(_) => {
                let problem = "it is not a directory: pick another --data-dir".to_owned();
                return Err(Error::Occupied {
                    path: data_dir.to_owned(),
                    problem,
                });
            }
            // Its parents as open as the umask says, so that the server's user may pass.
            Err(_) => data_dir
                .parent()
                .map_or(Ok(()), fs::create_dir_all)
                .and_then(|()| DirBuilder::new().mode(0o700).create(data_dir)),
        };
        created.map_err(Error::io("create", data_dir))?;
        let data_dir = fs::canonicalize(data_dir).map_err(Error::io("find", data_dir))?;
        Ok(Layout {
            cluster: data_dir.join(CLUSTER),
            cluster_new: data_dir.join("postgres.new"),
            lock: data_dir.join(LOCK),
            log_dir: data_dir.join("log"),
            startup_log: data_dir.join("startup.log"),
            config: data_dir.join("postgresql.conf"),
            hba: data_dir.join("pg_hba.conf"),
            socket_dir: data_dir.join("socket"),
            data_dir,
        })
    }

    /// Makes the directories that the server itself writes in, owned by its user and closed to others.
    ///
    /// The files that the program writes stand beside them, not in them: otherwise the server's user could
    /// lay a link where root is about to write.
    pub(crate) fn prepare(&mut self, user: &ServerUser) -> Result<(), Error> {
        own_dir(&self.log_dir, user)?;
        if !fits_a_socket(&self.socket_dir) {
            self.socket_dir = short_socket_dir(&self.data_dir, user);
        }
        own_dir(&self.socket_dir, user)
    }

    /// Lets the server's user pass through the data directory, and makes sure that it gets there.
    ///
    /// Only the right to pass, only on the data directory itself, and only when `ours` says that it holds
    /// nothing but this crate's files: other directories keep the rights that somebody gave them.
    pub(crate) fn admit(&self, user: &ServerUser, ours: bool) -> Result<(), Error> {
        if !user.step_down {
            return Ok(());
        }
        let refused = Error::io("open", &self.data_dir);
        let found = fs::metadata(&self.data_dir).map_err(refused)?;
        if ours && found.uid() != user.uid && found.mode() & 0o1 == 0 {
            let open = Permissions::from_mode((found.mode() & 0o7777) | 0o1);
            fs::set_permissions(&self.data_dir, open).map_err(Error::io("open", &self.data_dir))?;
        }
        match user.first_closed(&self.data_dir) {
            None => Ok(()),
            Some(directory) => Err(Error::Unreachable {
                user: user.name.clone(),
                directory,
                remedy: "choose a --data-dir elsewhere, such as /var/lib/throughcare, or start the program \
                         as an ordinary user"
                    .to_owned(),
            }),
        }
    }

    /// Whether the directory is empty or was used by this crate before.
    pub(crate) fn is_ours(&self) -> bool {
        let empty = || fs::read_dir(&self.data_dir).is_ok_and(|mut entries| entries.next().is_none());
        self.lock.exists() || empty()
    }
}

/// The major version that made the database in a data directory, when there is one.
pub(crate) fn made_by(data_dir: &Path) -> Option<u32> {
    fs::read_to_string(data_dir.join(CLUSTER).join("PG_VERSION"))
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// Opens a file of the program's own for writing, never through a link. It belongs to the owner of its
/// directory, so that one start as root does not lock that owner out.
pub(crate) fn open_own_file(path: &Path, truncate: bool) -> Result<File, Error> {
    let open = || {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(truncate)
            .mode(0o644)
            .custom_flags(libc::O_NOFOLLOW)
            .open(path)?;
        if let Some(owner) = path.parent().and_then(|dir| fs::metadata(dir).ok())
            && file.metadata()?.uid() != owner.uid()
        {
            fchown(&file, Some(owner.uid()), Some(owner.gid()))?;
        }
        Ok(file)
    };
    open().map_err(Error::io("write", path))
}

/// Writes a whole file of the program's own.
pub(crate) fn write_own_file(path: &Path, text: &str) -> Result<(), Error> {
    open_own_file(path, true)?
        .write_all(text.as_bytes())
        .map_err(Error::io("write", path))
}

/// Creates a directory of mode 0700 for the server's user, or makes sure that the one that is there is such
/// a one, and not a link that somebody else laid.
pub(crate) fn own_dir(path: &Path, user: &ServerUser) -> Result<(), Error> {
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) if user.step_down => {
            chown(path, Some(user.uid), Some(user.gid)).map_err(Error::io("hand over", path))?;
        }
        Err(source) if source.kind() != ErrorKind::AlreadyExists => {
            return Err(Error::io("create", path)(source));
        }
        _ => {}
    }
    let found = fs::symlink_metadata(path).map_err(Error::io("open", path))?;
    let problem = if !found.is_dir() {
        "it is not a directory"
    } else if found.uid() != user.uid {
        "it belongs to another user"
    } else if found.mode() & 0o077 != 0 {
        "other users may enter it"
    } else {
        return Ok(());
    };
    let problem = format!("{problem}: remove it, or pick another --data-dir");
    Err(Error::Occupied {
        path: path.to_owned(),
        problem,
    })
}

/// Whether a socket in this directory has a path that is short enough, and that survives PostgreSQL's
/// comma-separated list of socket directories.
fn fits_a_socket(dir: &Path) -> bool {
    let Some(text) = dir.to_str() else { return false };
    let longest = format!("{text}/.s.PGSQL.{PORT}.lock");
    longest.len() <= MAX_SOCKET_PATH
        && !text.contains([',', '"', '\'', '\\'])
        && !text.contains(char::is_whitespace)
}

/// A short directory whose name follows from the data directory's, under `/run` for root and `/tmp` for
/// everyone else.
fn short_socket_dir(data_dir: &Path, user: &ServerUser) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    (data_dir, user.uid).hash(&mut hasher);
    let run = Path::new("/run");
    let base = if user.step_down && run.is_dir() {
        run
    } else {
        Path::new("/tmp")
    };
    base.join(format!("embedded-postgres-{:016x}", hasher.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn myself() -> ServerUser {
        // SAFETY: the calls take nothing and cannot fail.
        let (uid, gid) = unsafe { (libc::geteuid(), libc::getegid()) };
        ServerUser {
            name: "myself".into(),
            uid,
            gid,
            step_down: false,
        }
    }

    #[test]
    fn a_deep_or_odd_directory_gets_a_short_socket_directory() {
        assert!(fits_a_socket(Path::new("/var/lib/throughcare/socket")));
        assert!(!fits_a_socket(&Path::new("/").join("d".repeat(100))));
        assert!(!fits_a_socket(Path::new("/var/lib/a, b/socket")));

        let here = short_socket_dir(Path::new("/a"), &myself());
        assert!(fits_a_socket(&here));
        assert_eq!(here, short_socket_dir(Path::new("/a"), &myself()));
        assert_ne!(here, short_socket_dir(Path::new("/b"), &myself()));
    }

    #[test]
    fn a_link_or_an_open_directory_is_not_taken_for_a_private_one() {
        let root = tempfile::tempdir().unwrap();
        let link = root.path().join("link");
        std::os::unix::fs::symlink(root.path(), &link).unwrap();
        let open = root.path().join("open");
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, Permissions::from_mode(0o755)).unwrap();

        own_dir(&root.path().join("new"), &myself()).unwrap();
        own_dir(&root.path().join("new"), &myself()).unwrap();
        assert!(
            own_dir(&link, &myself())
                .unwrap_err()
                .to_string()
                .contains("not a directory")
        );
        assert!(
            own_dir(&open, &myself())
                .unwrap_err()
                .to_string()
                .contains("other users may enter")
        );
    }

    #[test]
    fn nothing_is_written_through_a_link() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("target");
        fs::write(&target, "precious").unwrap();
        std::os::unix::fs::symlink(&target, root.path().join("postgresql.conf")).unwrap();

        assert!(write_own_file(&root.path().join("postgresql.conf"), "new").is_err());
        assert_eq!(fs::read_to_string(&target).unwrap(), "precious");
    }

    #[test]
    fn a_directory_with_other_files_is_not_ours() {
        let root = tempfile::tempdir().unwrap();
        let layout = Layout::open(root.path()).unwrap();
        assert!(layout.is_ours());

        fs::write(root.path().join("something"), "").unwrap();
        assert!(!layout.is_ours());

        fs::write(&layout.lock, "").unwrap();
        assert!(layout.is_ours());
    }
}
