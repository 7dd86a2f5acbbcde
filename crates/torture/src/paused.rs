//! A process that is held still: SIGSTOP now, SIGCONT when the value is dropped.

use std::io;

/// A process that does nothing until this is dropped.
#[derive(Debug)]
pub struct Paused(libc::pid_t);

impl Paused {
    /// Holds a process still. It must be one that this drill may signal, such as a server process of its cluster.
    ///
    /// # Errors
    /// When there is no such process any more.
    pub fn process(pid: i32) -> io::Result<Self> {
        if pid <= 1 {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "not a process of a drill",
            ));
        }
        send(pid, libc::SIGSTOP)?;
        Ok(Self(pid))
    }
}

impl Drop for Paused {
    fn drop(&mut self) {
        let _ = send(self.0, libc::SIGCONT); // it may have been killed meanwhile
    }
}

/// Sends a signal to a process.
pub(crate) fn send(pid: libc::pid_t, signal: libc::c_int) -> io::Result<()> {
    // SAFETY: kill takes two numbers and touches no memory of ours.
    if unsafe { libc::kill(pid, signal) } == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}
