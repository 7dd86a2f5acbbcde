//! The lock that keeps a second program out of a data directory.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::process;

use crate::error::Error;
use crate::layout::open_own_file;

/// Held as long as the value lives. The system releases it when the program dies, so a lock file that was
/// left behind never keeps anyone out.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock, or says who has it.
    pub(crate) fn take(file: &Path, data_dir: &Path) -> Result<Lock, Error> {
        let mut handle = open_own_file(file, false)?;
        match handle.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                // The pid is only for the message: an unreadable one leaves it out.
                let pid = match (&handle).take(20).read_to_string(&mut text) {
                    Ok(_) => text.trim().parse().ok(),
                    Err(_) => None,
                };
                return Err(Error::InUse {
                    data_dir: data_dir.to_owned(),
                    pid,
                });
            }
            Err(TryLockError::Error(source)) => return Err(Error::io("lock", file)(source)),
        }
        let write = |handle: &mut File| {
            handle.set_len(0)?;
            handle.rewind()?;
            writeln!(handle, "{}", process::id())
        };
        write(&mut handle).map_err(Error::io("write", file))?;
        Ok(Lock { file: handle })
    }
}

impl Drop for Lock {
    /// Says it aloud. To close the file is not enough: a process that another thread starts at this moment has a
    /// copy of it until it becomes its own program, and would keep the lock for as long.
    fn drop(&mut self) {
        // What cannot be unlocked is let go when the file is closed.
        let _ = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_taker_is_refused_until_the_first_lets_go() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("supervisor.lock");

        let first = Lock::take(&file, dir.path()).unwrap();
        let refused = Lock::take(&file, dir.path()).unwrap_err();
        assert!(matches!(refused, Error::InUse { pid: Some(pid), .. } if pid == process::id()));

        drop(first);
        Lock::take(&file, dir.path()).unwrap();
    }

    #[test]
    fn a_copy_of_the_file_in_a_child_that_is_being_started_keeps_nobody_out() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("supervisor.lock");

        let first = Lock::take(&file, dir.path()).unwrap();
        let inherited = first.file.try_clone().unwrap();
        drop(first);

        Lock::take(&file, dir.path()).unwrap();
        drop(inherited);
    }

    #[test]
    fn a_file_left_behind_keeps_nobody_out() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("supervisor.lock");
        std::fs::write(&file, "1\n and a long rest of something else").unwrap();

        Lock::take(&file, dir.path()).unwrap();

        assert_eq!(
            std::fs::read_to_string(&file).unwrap(),
            format!("{}\n", process::id())
        );
    }
}
