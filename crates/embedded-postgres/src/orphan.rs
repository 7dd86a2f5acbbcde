//! Ends what an earlier run left behind.
//!
//! Called only while the lock on the data directory is held, so no living program owns what is found.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::process::{Signal, signal};

/// How long a server that was left over may take to write everything out.
const FAST_PATIENCE: Duration = Duration::from_secs(15);
/// How long its processes may take to notice that it is gone, and how long each harder way may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Stops every PostgreSQL process that works in `cluster`, and removes the note that would keep the next
/// server from starting. Returns the server that was stopped, when there was one.
pub(crate) fn clear(cluster: &Path) -> Result<Option<u32>, Error> {
    let note = cluster.join("postmaster.pid");
    let server = noted_pid(&note).filter(|pid| works_in(*pid, cluster));
    if let Some(pid) = server {
        end(
            pid,
            cluster,
            &[
                (Signal::Fast, FAST_PATIENCE),
                (Signal::Immediate, PATIENCE),
                (Signal::Kill, PATIENCE),
            ],
        )?;
    }
    // Processes of a server that was killed notice by themselves, unless they are busy.
    wait(PATIENCE, || working_in(cluster).is_empty());
    for pid in working_in(cluster) {
        end(
            pid,
            cluster,
            &[(Signal::Immediate, PATIENCE), (Signal::Kill, PATIENCE)],
        )?;
    }
    // PostgreSQL takes the note for a living server's when its number has gone to another process. Here it is
    // known that nobody works in the directory; where that cannot be known, PostgreSQL's own check stands.
    if cfg!(target_os = "linux") && note.exists() {
        fs::remove_file(&note).map_err(Error::io("remove", &note))?;
    }
    Ok(server)
}

/// Removes sockets and their notes, for the same reason.
pub(crate) fn clear_sockets(socket_dir: &Path) {
    for entry in fs::read_dir(socket_dir).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(".s.PGSQL.") {
            // One that stays is named by PostgreSQL's own message.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn noted_pid(note: &Path) -> Option<u32> {
    fs::read_to_string(note).ok()?.lines().next()?.trim().parse().ok()
}

/// Sends each signal in turn until the process has ended.
fn end(pid: u32, cluster: &Path, ways: &[(Signal, Duration)]) -> Result<(), Error> {
    for (way, patience) in ways {
        signal(pid, *way);
        if wait(*patience, || !works_in(pid, cluster)) {
            return Ok(());
        }
    }
    Err(Error::Orphan {
        pid,
        data_dir: cluster.to_owned(),
    })
}

/// Polls until `done`, at most for `patience`. Returns whether it is done.
fn wait(patience: Duration, done: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    loop {
        if done() {
            return true;
        }
        if start.elapsed() >= patience {
            return false;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// Whether a process is a living PostgreSQL of this directory, and not one that merely got its number, nor a
/// person's shell in there.
#[cfg(target_os = "linux")]
fn works_in(pid: u32, cluster: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let process = Path::new("/proc").join(pid.to_string());
    let is_postgres = fs::read_to_string(process.join("comm"))
        .is_ok_and(|name| matches!(name.trim(), "postgres" | "postmaster"));
    // Every PostgreSQL process works in its database's directory. The link of one that has ended leads nowhere.
    is_postgres
        && match (fs::metadata(process.join("cwd")), fs::metadata(cluster)) {
            (Ok(here), Ok(there)) => here.dev() == there.dev() && here.ino() == there.ino(),
            _ => false,
        }
}

#[cfg(target_os = "linux")]
fn working_in(cluster: &Path) -> Vec<u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| works_in(*pid, cluster)).collect()
}

/// Without `/proc`, the program's name has to do.
#[cfg(not(target_os = "linux"))]
fn works_in(pid: u32, _cluster: &Path) -> bool {
    let asked = std::process::Command::new("ps")
        .args(["-o", "comm=", "-p", &pid.to_string()])
        .output();
    asked.is_ok_and(|answer| {
        String::from_utf8_lossy(&answer.stdout)
            .trim()
            .ends_with("postgres")
    })
}

#[cfg(not(target_os = "linux"))]
fn working_in(_cluster: &Path) -> Vec<u32> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_whose_number_went_to_another_process_is_removed_and_that_process_lives() {
        let cluster = tempfile::tempdir().unwrap();
        let mut other = std::process::Command::new("sleep")
            .arg("60")
            .current_dir(cluster.path())
            .spawn()
            .unwrap();
        let note = cluster.path().join("postmaster.pid");
        fs::write(&note, format!("{}\n{}\n", other.id(), cluster.path().display())).unwrap();

        assert_eq!(clear(cluster.path()).unwrap(), None);

        assert_eq!(note.exists(), !cfg!(target_os = "linux"));
        assert!(other.try_wait().unwrap().is_none(), "it was ended");
        other.kill().unwrap();
        other.wait().unwrap();
    }

    #[test]
    fn an_absent_directory_has_nothing_to_clear() {
        assert_eq!(clear(Path::new("/no/such/directory")).unwrap(), None);
    }
}
