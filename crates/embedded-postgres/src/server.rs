//! A running server.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::cluster;
use crate::error::Error;
use crate::installation::Installation;
use crate::layout::{Layout, PORT};
use crate::lock::Lock;
use crate::options::{Event, Options};
use crate::orphan;
use crate::probe::Connection;
use crate::process::Signal;
use crate::settings::{self, SUPERUSER};
use crate::supervise::{Phase, Shared, Supervisor};
use crate::user::ServerUser;

/// How long [`Server::stop`] lets the server write everything out.
const FAST_PATIENCE: Duration = Duration::from_secs(15);
/// How long each harder way may take.
const HARD_PATIENCE: Duration = Duration::from_secs(3);

/// Where a server stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// It takes connections.
    Running,
    /// It ended by itself and is being restarted.
    Restarting,
    /// It was stopped.
    Stopped,
    /// It ended too often and stays down.
    GaveUp {
        /// Why.
        reason: String,
    },
}

/// How a server was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Everything was written out.
    Cleanly,
    /// It took too long and was cut short. Nothing that was committed is lost; the next start recovers it.
    CutShort,
}

/// A private PostgreSQL that this program started. It stops when the value is dropped, and on Linux also when
/// the program dies.
#[derive(Debug)]
pub struct Server {
    layout: Layout,
    database: String,
    shared: Arc<Shared>,
    // Last, so that it goes after the server has ended.
    _lock: Lock,
}

impl Server {
    /// Starts PostgreSQL on a data directory, creates the directory and the database when they are absent,
    /// stops what an earlier run left over, and returns once connections are taken. It may be called from any
    /// thread.
    ///
    /// # Errors
    /// [`Error::InUse`] when another program has the directory; the others as named. Nothing is left running.
    pub fn start(mut options: Options) -> Result<Server, Error> {
        settings::check_database_name(&options.database)?;
        let mut layout = Layout::open(&options.data_dir)?;
        let ours = layout.is_ours();
        let lock = Lock::take(&layout.lock, &layout.data_dir)?;
        let user = ServerUser::choose(&layout.cluster, &layout.data_dir)?;
        layout.admit(&user, ours)?;
        if user.step_down
            && let Some(directory) = closed_programs(&user, &options.installation)
        {
            let remedy =
                "install PostgreSQL where everyone can run it, or name another directory with --pg-bin";
            return Err(Error::Unreachable {
                user: user.name,
                directory,
                remedy: remedy.to_owned(),
            });
        }
        layout.prepare(&user)?;
        let on_event = options.on_event.take();
        let tell = |event: Event| {
            if let Some(on_event) = &on_event {
                on_event(&event);
            }
        };
        if let Some(pid) = orphan::clear(&layout.cluster)? {
            tell(Event::OrphanStopped { pid });
        }
        cluster::ensure(&layout, &options.installation, &user, options.durability, &tell)?;
        settings::write(&layout, &options)?;
        let shared = Arc::new(Shared::new());
        let mut promises = settings::durability(options.durability);
        promises.push(("listen_addresses", ""));
        let supervisor = Supervisor {
            postgres: options.installation.program("postgres"),
            layout: layout.clone(),
            user,
            promises,
            start_timeout: options.start_timeout,
            on_event,
            shared: Arc::clone(&shared),
        };
        let server = Server {
            layout,
            database: options.database,
            shared,
            _lock: lock,
        };
        supervisor.run()?;
        server.create_database()?;
        Ok(server)
    }

    /// A URL that PostgreSQL's own clients and sqlx take.
    pub fn connection_url(&self) -> String {
        let mut host = String::new();
        for byte in self.layout.socket_dir.to_string_lossy().bytes() {
            if byte.is_ascii_alphanumeric() {
                host.push(char::from(byte));
            } else {
                let written = write!(host, "%{byte:02X}");
                debug_assert!(written.is_ok(), "a String takes every write");
            }
        }
        format!("postgres://{SUPERUSER}@{host}:{PORT}/{}", self.database)
    }

    /// The directory of the unix socket: what clients take as the host.
    pub fn socket_dir(&self) -> &Path {
        &self.layout.socket_dir
    }

    /// The port, which only names the socket's file.
    pub fn port(&self) -> u16 {
        PORT
    }

    /// The database that was made sure of.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// The database user to connect as: its superuser. No password is asked.
    pub fn user(&self) -> &'static str {
        SUPERUSER
    }

    /// The directory of the server's log.
    pub fn log_dir(&self) -> &Path {
        &self.layout.log_dir
    }

    /// The canonical data directory.
    pub fn data_dir(&self) -> PathBuf {
        self.layout.data_dir.clone()
    }

    /// The server's process, unless it is down or being restarted.
    pub fn pid(&self) -> Option<u32> {
        self.shared.lock().pid
    }

    /// Where the server stands now.
    pub fn state(&self) -> State {
        match &self.shared.lock().phase {
            Phase::Running => State::Running,
            Phase::Starting => State::Restarting,
            Phase::Stopped => State::Stopped,
            Phase::GaveUp(reason) => State::GaveUp {
                reason: reason.clone(),
            },
        }
    }

    /// Blocks until the server was stopped or has given up, and says which. For a thread that ends the
    /// program when its database is gone for good.
    pub fn wait_until_over(&self) -> State {
        self.shared.wait(None, |watch| watch.phase.is_over());
        self.state()
    }

    /// Stops the server: breaks off what runs and writes everything out; after 15 s cuts it short, and
    /// 3 s later kills it. At most 21 s in all. Stopping a stopped server is no error.
    ///
    /// # Errors
    /// [`Error::StillRunning`] when even a kill does not end it.
    pub fn stop(&self) -> Result<Stopped, Error> {
        self.stop_within(FAST_PATIENCE)
    }

    /// As [`Server::stop`], with another time to write everything out.
    ///
    /// # Errors
    /// As [`Server::stop`].
    pub fn stop_within(&self, patience: Duration) -> Result<Stopped, Error> {
        let ways = [
            (Signal::Fast, patience, Stopped::Cleanly),
            (Signal::Immediate, HARD_PATIENCE, Stopped::CutShort),
            (Signal::Kill, HARD_PATIENCE, Stopped::CutShort),
        ];
        for (way, patience, outcome) in ways {
            self.shared.ask_to_stop(way);
            if self.shared.wait(Some(patience), |watch| watch.phase.is_over()) {
                return Ok(outcome);
            }
        }
        Err(Error::StillRunning)
    }

    fn create_database(&self) -> Result<(), Error> {
        let database = &self.database; // a plain identifier: `check_database_name`
        let mut connection = Connection::open(self.socket_dir(), SUPERUSER, "postgres")?;
        let found = connection.query(&format!("SELECT 1 FROM pg_database WHERE datname = '{database}'"))?;
        if found.is_empty() {
            connection.query(&format!("CREATE DATABASE \"{database}\""))?;
        }
        Ok(())
    }
}

/// The directory that keeps the server's user from running the programs, when there is one.
fn closed_programs(user: &ServerUser, installation: &Installation) -> Option<PathBuf> {
    let bin = installation.bin();
    user.first_closed(&bin.canonicalize().unwrap_or_else(|_| bin.to_owned()))
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nobody is left to be told; the next start takes over what could not be stopped.
        if self.stop().is_ok() && !self.layout.socket_dir.starts_with(&self.layout.data_dir) {
            let _ = fs::remove_dir(&self.layout.socket_dir);
        }
    }
}
