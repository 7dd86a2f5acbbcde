//! Starts, watches and stops a private PostgreSQL from the machine's own server programs.
//!
//! ```no_run
//! use embedded_postgres::{Installation, Options, Server};
//!
//! # fn main() -> Result<(), embedded_postgres::Error> {
//! let data_dir = std::path::Path::new("data");
//! let installation = Installation::find_for(None, data_dir)?;
//! let mut options = Options::new(installation, data_dir, "throughcare");
//! options.on_event = Some(Box::new(|event| eprintln!("{event}")));
//! let server = Server::start(options)?;
//! println!("{}", server.connection_url());
//! server.stop()?;
//! # Ok(())
//! # }
//! ```
//!
//! What it promises:
//!
//! - **Durable.** `fsync`, `synchronous_commit` and `full_page_writes` are on, data checksums too.
//!   [`Durability::TestOnly`] is the one way to give that up.
//! - **Private.** No TCP. The unix socket stands in a directory of mode 0700, so only the system user the
//!   server runs as, and root, can reach it. Both could read the data files anyway, which is why no password
//!   is asked (`trust`).
//! - **One owner.** A lock file in the data directory refuses a second program ([`Error::InUse`]).
//! - **Self-recovering.** A server that dies is restarted, at most [`MAX_RESTARTS`] times in
//!   [`RESTART_WINDOW`]. After kill -9 of the program, of PostgreSQL or of both, the next start stops what is
//!   left over and lets PostgreSQL recover from its own log. An interrupted first start begins afresh.
//! - **No orphan.** On Linux the kernel stops the server when the program dies. That signal follows the
//!   *thread* that started the server, so a thread of this crate starts it and lives as long as it does; the
//!   caller may call [`Server::start`] from any thread. Elsewhere the next start stops the orphan.
//! - **Unprivileged.** PostgreSQL refuses to run as root; as root it runs as user `postgres`, or `nobody`, or
//!   whoever already owns the database files.
//!
//! What stands in the data directory:
//!
//! | Path | Holds |
//! |---|---|
//! | `postgres/` | the database files |
//! | `postgres.new/` | only while the first start is creating them |
//! | `log/` | the server's log, one file for each day of the week |
//! | `socket/` | the unix socket (a short directory under `/run` or `/tmp` when this path is too long for one) |
//! | `startup.log` | what the server printed before its log was open; new with each start |
//! | `postgresql.conf`, `pg_hba.conf` | written anew with each start: edits do not last |
//! | `supervisor.lock` | held while a program uses the directory |
//!
//! The API blocks: call it before an async runtime starts, or from a blocking task.

mod cluster;
mod error;
mod installation;
mod layout;
mod lock;
mod options;
mod orphan;
pub mod probe;
mod process;
mod server;
mod settings;
mod supervise;
mod user;

pub use error::Error;
pub use installation::{Installation, OLDEST_MAJOR, Version};
pub use options::{Durability, Event, EventSink, Options};
pub use server::{Server, State, Stopped};
pub use supervise::{MAX_RESTARTS, RESTART_WINDOW};
