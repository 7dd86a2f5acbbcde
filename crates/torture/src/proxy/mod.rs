//! A proxy between clients and PostgreSQL that understands the framing of the protocol and does to each message what
//! a policy says: pass it, delay it, cut the connection before it, after it or half-way through it.
//!
//! Source: PostgreSQL's "Frontend/Backend Protocol", message formats. No TLS: clients connect with `sslmode=disable`.

mod frames;
mod relay;
mod script;

pub use frames::Direction;
pub use script::{Cut, Delays, Fired, Place, Script};

use anyhow::{Context as _, Result};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio_util::sync::CancellationToken;

/// A message on its way.
#[derive(Clone, Copy, Debug)]
pub struct Passing {
    /// Whose way.
    pub direction: Direction,
    /// The message's type byte; 0 for those of the start-up, which have none.
    pub kind: u8,
    /// Its whole length in bytes.
    pub length: usize,
}

/// What is done to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// It goes on.
    Pass,
    /// It goes on after a while; what comes after it in its direction waits too.
    Delay(Duration),
    /// It does not arrive, and the connection ends.
    CutBefore,
    /// It arrives, and the connection ends.
    CutAfter,
    /// Half of it arrives, and the connection ends.
    CutMiddle,
    /// It is held for a while; then it does not arrive, and the connection ends.
    HoldThenCut(Duration),
}

/// Decides about each message, over all connections of a proxy. Must not block.
pub trait Policy: Send + Sync + 'static {
    /// What is done to this message.
    fn decide(&self, message: Passing) -> Act;
}

/// Where the server is.
#[derive(Clone, Debug)]
enum Upstream {
    Socket(PathBuf),
    Address(String, u16),
}

/// A running proxy. Dropping it ends it and its connections.
pub struct Proxy {
    port: u16,
    inner: Arc<Inner>,
    stop: CancellationToken,
}

struct Inner {
    upstream: Upstream,
    policy: Arc<dyn Policy>,
    /// Cancelled and replaced to end every connection.
    open: Mutex<CancellationToken>,
    connections: AtomicUsize,
}

impl Proxy {
    /// Listens on a port of its own and passes on to the server that `server` names.
    ///
    /// # Errors
    /// When no port can be listened on.
    pub async fn start(server: &PgConnectOptions, policy: Arc<dyn Policy>) -> Result<Self> {
        let upstream = match server.get_socket() {
            Some(folder) => Upstream::Socket(folder.join(format!(".s.PGSQL.{}", server.get_port()))),
            None => Upstream::Address(server.get_host().to_owned(), server.get_port()),
        };
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .context("the proxy finds no port")?;
        let port = listener.local_addr()?.port();
        let stop = CancellationToken::new();
        let inner = Arc::new(Inner {
            upstream,
            policy,
            open: Mutex::new(stop.child_token()),
            connections: AtomicUsize::new(0),
        });
        tokio::spawn(accept(listener, inner.clone(), stop.clone()));
        Ok(Self { port, inner, stop })
    }

    /// How to reach the server's database through the proxy.
    pub fn through(&self, server: &PgConnectOptions) -> PgConnectOptions {
        let options = PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(self.port)
            .username(server.get_username())
            .ssl_mode(PgSslMode::Disable);
        match server.get_database() {
            Some(database) => options.database(database),
            None => options,
        }
    }

    /// The same as an address, for a program.
    pub fn url(&self, server: &PgConnectOptions) -> String {
        format!(
            "postgres://{}@127.0.0.1:{}/{}?sslmode=disable",
            server.get_username(),
            self.port,
            server.get_database().unwrap_or("postgres")
        )
    }

    /// Ends every connection that is open now, as a server that went away.
    pub fn drop_connections(&self) {
        let mut open = self.inner.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.cancel();
        *open = self.stop.child_token();
    }

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        self.inner.connections.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn accept(listener: TcpListener, inner: Arc<Inner>, stop: CancellationToken) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => return,
        };
        let Ok((client, _)) = accepted else { continue };
        let open = inner
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .child_token();
        tokio::spawn(serve(client, inner.clone(), open));
    }
}

async fn serve(client: TcpStream, inner: Arc<Inner>, open: CancellationToken) {
    let _ = client.set_nodelay(true); // only slower without it
    inner.connections.fetch_add(1, Ordering::Relaxed);
    match &inner.upstream {
        Upstream::Socket(path) => {
            if let Ok(server) = UnixStream::connect(path).await {
                relay::relay(client, server, inner.policy.as_ref(), open).await;
            }
        }
        Upstream::Address(host, port) => {
            if let Ok(server) = TcpStream::connect((host.as_str(), *port)).await {
                let _ = server.set_nodelay(true);
                relay::relay(client, server, inner.policy.as_ref(), open).await;
            }
        }
    }
    inner.connections.fetch_sub(1, Ordering::Relaxed);
}
