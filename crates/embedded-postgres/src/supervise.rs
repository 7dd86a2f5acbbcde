//! The thread that starts the server, waits for its end, and starts it again.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Child, ExitStatus};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::layout::Layout;
use crate::options::{Event, EventSink};
use crate::orphan;
use crate::probe::{Readiness, readiness};
use crate::process::{Signal, command, last_words, signal, wait_unreaped};
use crate::settings::SUPERUSER;
use crate::user::ServerUser;

/// How often a server that dies is restarted within [`RESTART_WINDOW`]. At the next death it stays down.
pub const MAX_RESTARTS: usize = 5;
/// The time over which restarts are counted.
pub const RESTART_WINDOW: Duration = Duration::from_secs(60);
/// The pause before a first restart; each further one within the window doubles it.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// How often a server that is starting is asked whether it is ready.
const ASK_EVERY: Duration = Duration::from_millis(10);

/// Where the server stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Phase {
    Starting,
    Running,
    Stopped,
    GaveUp(String),
}

impl Phase {
    pub(crate) fn is_over(&self) -> bool {
        matches!(self, Phase::Stopped | Phase::GaveUp(_))
    }
}

#[derive(Debug)]
pub(crate) struct Watch {
    pub(crate) phase: Phase,
    pub(crate) stop_asked: bool,
    /// The server's process, while it is unreaped: only then is the number surely its own.
    pub(crate) pid: Option<u32>,
}

/// What the thread and the owner of the server share.
#[derive(Debug)]
pub(crate) struct Shared {
    watch: Mutex<Watch>,
    changed: Condvar,
}

impl Shared {
    pub(crate) fn new() -> Shared {
        let watch = Watch {
            phase: Phase::Starting,
            stop_asked: false,
            pid: None,
        };
        Shared {
            watch: Mutex::new(watch),
            changed: Condvar::new(),
        }
    }

    /// Nothing that is done under the lock can leave it half-done, so a panic elsewhere is no reason to stop.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Watch)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    /// Asks the thread to end, and signals the server when there is one.
    pub(crate) fn ask_to_stop(&self, way: Signal) {
        self.change(|watch| {
            watch.stop_asked = true;
            if let Some(pid) = watch.pid {
                signal(pid, way);
            }
        });
    }

    /// Waits until `done`, at most for `patience`. Returns whether it is done.
    pub(crate) fn wait(&self, patience: Option<Duration>, done: impl Fn(&Watch) -> bool) -> bool {
        let not_done = |watch: &mut Watch| !done(watch);
        match patience {
            Some(patience) => {
                let waited = self.changed.wait_timeout_while(self.lock(), patience, not_done);
                !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
            }
            None => {
                drop(
                    self.changed
                        .wait_while(self.lock(), not_done)
                        .unwrap_or_else(PoisonError::into_inner),
                );
                true
            }
        }
    }
}

/// What the thread needs.
pub(crate) struct Supervisor {
    pub(crate) postgres: std::path::PathBuf,
    pub(crate) layout: Layout,
    pub(crate) user: ServerUser,
    /// Given on the command line, where no setting stored in the database goes before them.
    pub(crate) promises: Vec<(&'static str, &'static str)>,
    pub(crate) start_timeout: Duration,
    pub(crate) on_event: Option<EventSink>,
    pub(crate) shared: Arc<Shared>,
}

impl Supervisor {
    /// Starts the thread, and returns once the server is ready or has failed to start.
    pub(crate) fn run(self) -> Result<(), Error> {
        let (report, first_start) = mpsc::channel();
        let not_run = Error::io("start a thread for", &self.postgres);
        let panicked = self.not_started("what is told of its events panicked".to_owned());
        let body = move || {
            let ended = catch_unwind(AssertUnwindSafe(|| self.supervise(report)));
            let phase = ended.unwrap_or_else(|_| self.abandon());
            self.shared.change(|watch| watch.phase = phase);
        };
        thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(body)
            .map_err(not_run)?;
        first_start.recv().unwrap_or(Err(panicked))
    }

    /// What is told of events panicked, and nobody would see to the server any more: stops it.
    fn abandon(&self) -> Phase {
        let pid = self.shared.lock().pid;
        if let Some(pid) = pid {
            signal(pid, Signal::Fast);
            // It stays unreaped, so that its number stays its own; the system reaps it with the program.
            if wait_unreaped(pid).is_ok() {
                self.shared.lock().pid = None;
            }
        }
        Phase::GaveUp("what is told of its events panicked".to_owned())
    }

    fn supervise(&self, report: mpsc::Sender<Result<(), Error>>) -> Phase {
        let mut child = match self.launch() {
            Ok(child) => child,
            Err(error) => {
                let reason = error.to_string();
                // The receiver waits for exactly this; it is gone only when its program is.
                let _ = report.send(Err(error));
                return Phase::GaveUp(reason);
            }
        };
        let mut restarts = 0;
        self.ready(&child, restarts);
        let _ = report.send(Ok(()));
        let mut recent: VecDeque<Instant> = VecDeque::new();
        loop {
            let status = self.wait_for_end(&mut child);
            if self.shared.lock().stop_asked {
                return Phase::Stopped;
            }
            self.tell(Event::Died { status });
            child = loop {
                while recent.front().is_some_and(|then| then.elapsed() > RESTART_WINDOW) {
                    recent.pop_front();
                }
                if recent.len() >= MAX_RESTARTS {
                    let window = RESTART_WINDOW.as_secs();
                    let reason = format!(
                        "it was restarted {MAX_RESTARTS} times within {window} s and ended each time"
                    );
                    self.tell(Event::GaveUp {
                        reason: reason.clone(),
                    });
                    return Phase::GaveUp(reason);
                }
                let pause = FIRST_PAUSE * (1 << recent.len());
                recent.push_back(Instant::now());
                if self.shared.wait(Some(pause), |watch| watch.stop_asked) {
                    return Phase::Stopped;
                }
                match orphan::clear(&self.layout.cluster).and_then(|_| self.launch()) {
                    Ok(child) => break child,
                    Err(_) if self.shared.lock().stop_asked => return Phase::Stopped,
                    Err(error) => self.tell(Event::RestartFailed {
                        reason: error.to_string(),
                    }),
                }
            };
            restarts += 1;
            self.ready(&child, restarts);
        }
    }

    fn ready(&self, child: &Child, restarts: u32) {
        self.shared.change(|watch| watch.phase = Phase::Running);
        self.tell(Event::Ready {
            pid: child.id(),
            restarts,
        });
    }

    /// Starts the server and waits until it takes connections.
    fn launch(&self) -> Result<Child, Error> {
        orphan::clear_sockets(&self.layout.socket_dir);
        let mut command = command(&self.postgres, &self.user, &self.layout, Signal::Fast)?;
        command.arg("-D").arg(&self.layout.cluster);
        for (name, file) in [
            ("config_file", &self.layout.config),
            ("hba_file", &self.layout.hba),
        ] {
            let mut setting = std::ffi::OsString::from(format!("{name}="));
            setting.push(file);
            command.arg("-c").arg(setting);
        }
        for (name, value) in &self.promises {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        let mut child = {
            // Under the lock, so that a wish to stop comes either before, or with a process to signal.
            let mut watch = self.shared.lock();
            if watch.stop_asked {
                return Err(self.not_started("it was asked to stop".to_owned()));
            }
            let child = command.spawn().map_err(Error::io("run", &self.postgres))?;
            watch.pid = Some(child.id());
            child
        };
        let start = Instant::now();
        let never = loop {
            match readiness(&self.layout.socket_dir, SUPERUSER) {
                Readiness::Ready => return Ok(child),
                Readiness::NotYet => {}
                Readiness::Never(error) => break error.to_string(),
            }
            if let Some(status) = self.reap(&mut child) {
                let reason = last_words(&self.layout.startup_log).unwrap_or_else(|| status.to_string());
                return Err(self.not_started(reason));
            }
            if start.elapsed() > self.start_timeout {
                break format!("it was not ready after {} s", self.start_timeout.as_secs());
            }
            thread::sleep(ASK_EVERY);
        };
        signal(child.id(), Signal::Immediate);
        self.wait_for_end(&mut child);
        Err(self.not_started(never))
    }

    fn not_started(&self, reason: String) -> Error {
        Error::Start {
            reason,
            startup_log: self.layout.startup_log.clone(),
            log_dir: self.layout.log_dir.clone(),
        }
    }

    /// How the server ended, as the system says.
    fn wait_for_end(&self, child: &mut Child) -> String {
        if let Err(error) = wait_unreaped(child.id()) {
            return error.to_string();
        }
        self.reap(child)
            .map_or_else(|| "unknown".to_owned(), |status| status.to_string())
    }

    /// Reaps the server when it has ended, and in the same breath forgets its number.
    fn reap(&self, child: &mut Child) -> Option<ExitStatus> {
        let mut watch = self.shared.lock();
        let status = child.try_wait().ok().flatten()?;
        watch.pid = None;
        if watch.phase == Phase::Running {
            watch.phase = Phase::Starting;
        }
        Some(status)
    }

    fn tell(&self, event: Event) {
        if let Some(on_event) = &self.on_event {
            on_event(&event);
        }
    }
}
