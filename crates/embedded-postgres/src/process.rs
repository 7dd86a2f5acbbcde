//! Starts programs as the server's user, tied to the life of this one, and signals them.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, io};

use crate::error::Error;
use crate::layout::{Layout, open_own_file};
use crate::user::ServerUser;

/// A signal, by what PostgreSQL does on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Breaks off what runs, writes everything out, ends.
    Fast,
    /// Ends at once; the next start recovers from the log.
    Immediate,
    /// Ends at once, leaving its own children to notice.
    Kill,
}

impl Signal {
    fn number(self) -> libc::c_int {
        match self {
            Signal::Fast => libc::SIGINT,
            Signal::Immediate => libc::SIGQUIT,
            Signal::Kill => libc::SIGKILL,
        }
    }
}

/// Signals a process. It may be gone already, which is as good.
pub(crate) fn signal(pid: u32, signal: Signal) {
    let Ok(pid) = libc::pid_t::try_from(pid) else {
        return;
    };
    // SAFETY: `kill` takes two numbers and touches no memory of ours. SIGCONT comes after it because a
    // process that was halted would otherwise never act on it.
    unsafe {
        libc::kill(pid, signal.number());
        libc::kill(pid, libc::SIGCONT);
    }
}

/// A command that runs `program` as the server's user, in the data directory, with what it prints in the
/// startup log, and that gets `on_death` when the *thread* that spawns it ends (Linux only).
///
/// It has a process group of its own: Ctrl-C at the terminal reaches the program, which then stops the server
/// in its own time.
pub(crate) fn command(
    program: &Path,
    user: &ServerUser,
    layout: &Layout,
    on_death: Signal,
) -> Result<Command, Error> {
    let output = open_own_file(&layout.startup_log, true)?;
    let errors = output
        .try_clone()
        .map_err(Error::io("open", &layout.startup_log))?;
    let mut command = Command::new(program);
    command
        .current_dir(&layout.data_dir)
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors)
        // PGDATA, PGOPTIONS and their like would change what the server does.
        .env_clear()
        .env(
            "PATH",
            env::var_os("PATH")
                .as_deref()
                .unwrap_or(OsStr::new("/usr/bin:/bin")),
        )
        .env("LC_ALL", "C")
        .process_group(0);
    if user.step_down {
        command.uid(user.uid).gid(user.gid);
    }
    tie_to_this_thread(&mut command, on_death);
    Ok(command)
}

#[cfg(target_os = "linux")]
fn tie_to_this_thread(command: &mut Command, on_death: Signal) {
    let parent = std::process::id();
    // SAFETY: between fork and exec only async-signal-safe calls are made: `prctl` and `getppid` are system
    // calls, and the error is made without allocating. It runs after the change of user, which would undo it.
    unsafe {
        command.pre_exec(move || {
            if libc::prctl(libc::PR_SET_PDEATHSIG, on_death.number() as libc::c_ulong) != 0 {
                return Err(io::Error::last_os_error());
            }
            // The program may have died before the line above: then nobody would ever send the signal.
            if u32::try_from(libc::getppid()) != Ok(parent) {
                return Err(io::Error::from_raw_os_error(libc::ESRCH));
            }
            Ok(())
        });
    }
}

#[cfg(not(target_os = "linux"))]
fn tie_to_this_thread(_command: &mut Command, _on_death: Signal) {}

/// Blocks until a child has ended, and leaves it unreaped: its number stays its own until the caller, who can
/// hold a lock for that, reaps it.
pub(crate) fn wait_unreaped(pid: u32) -> io::Result<()> {
    loop {
        // SAFETY: an all-zero `siginfo_t` is a valid one, and the call only writes into it.
        let code = unsafe {
            let mut info: libc::siginfo_t = std::mem::zeroed();
            libc::waitid(
                libc::P_PID,
                pid as libc::id_t,
                &mut info,
                libc::WEXITED | libc::WNOWAIT,
            )
        };
        if code == 0 {
            return Ok(());
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

/// The last thing a program printed that reads like the reason it ended, in one line.
pub(crate) fn last_words(startup_log: &Path) -> Option<String> {
    reason_in(&String::from_utf8_lossy(&std::fs::read(startup_log).ok()?))
}

fn reason_in(printed: &str) -> Option<String> {
    let lines: Vec<&str> = printed
        .lines()
        .map(without_stamp)
        .filter(|line| !line.is_empty())
        .collect();
    let grave = |line: &&str| {
        ["FATAL:", "PANIC:"].iter().any(|word| line.starts_with(word)) || line.contains("error:")
    };
    let last = lines.iter().rposition(grave).or(lines.len().checked_sub(1))?;
    // Of a bad setting, only the line before says which one it is.
    match last.checked_sub(1) {
        Some(before) if lines[last].ends_with("contains errors") => {
            Some(format!("{}; {}", lines[before], lines[last]))
        }
        _ => Some(lines[last].to_owned()),
    }
}

/// A line without the time and process that PostgreSQL puts before the severity.
fn without_stamp(line: &str) -> &str {
    let severity = ["LOG:", "FATAL:", "PANIC:"]
        .iter()
        .find_map(|word| line.find(word));
    line[severity.unwrap_or(0)..].trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_found_in_what_was_printed() {
        let cases = [
            ("", None),
            ("creating\nsomething odd\n\n", Some("something odd")),
            (
                "2026-01-01 00:00:00 GMT [7] FATAL:  no space left\n2026-01-01 00:00:00 GMT [7] LOG:  shut down\n",
                Some("FATAL:  no space left"),
            ),
            (
                "GMT [7] LOG:  bad setting\nGMT [7] FATAL:  configuration file contains errors\n",
                Some("LOG:  bad setting; FATAL:  configuration file contains errors"),
            ),
            (
                "fixing permissions\ninitdb: error: invalid locale\n",
                Some("initdb: error: invalid locale"),
            ),
        ];
        for (printed, expected) in cases {
            assert_eq!(reason_in(printed).as_deref(), expected, "{printed}");
        }
    }
}
