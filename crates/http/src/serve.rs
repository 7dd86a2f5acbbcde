//! The accept loop: HTTP/1.1 over TCP with a bound on everything a client can hold.
//!
//! Source: `trust.md`, trap 2: `axum::serve` 0.8 has no header, idle or connection timeout. Silent,
//! half-header, idle, slowly sending and slowly reading clients are closed here, and a stop drains what
//! was accepted within a fixed time.

mod deadline_body;
mod guarded_stream;
mod head_watch;
mod limits;
mod shed;

pub use deadline_body::BodyTooSlow;
pub use limits::Limits;
pub use shed::{InFlight, shed};

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use deadline_body::DeadlineBody;
use guarded_stream::GuardedStream;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// Put on every request of a connection on which a malformed head was seen; `strictness` refuses it.
#[derive(Clone, Copy, Debug)]
pub struct MalformedHead;

/// Pause after a failed accept, so that running out of file handles does not become a busy loop.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `shutdown` is cancelled, then finishes what was accepted, at most for
/// [`Limits::drain`]. Returns true when every connection ended by itself.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    shutdown: CancellationToken,
) -> bool {
    let slots = Arc::new(Semaphore::new(limits.connections));
    let connections = TaskTracker::new();
    let abandon = CancellationToken::new();
    loop {
        let slot = tokio::select! {
            () = shutdown.cancelled() => break,
            // Beyond the cap, new connections wait in the operating system's queue.
            slot = Arc::clone(&slots).acquire_owned() => slot,
        };
        let Ok(slot) = slot else { break };
        let accepted = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let talk = talk(stream, router.clone(), limits, shutdown.clone());
                let abandon = abandon.clone();
                connections.spawn(async move {
                    let _slot = slot;
                    tokio::select! { () = talk => {}, () = abandon.cancelled() => {} }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    connections.close();
    let drained = tokio::time::timeout(limits.drain, connections.wait())
        .await
        .is_ok();
    if !drained {
        tracing::warn!(
            left = connections.len(),
            "connections abandoned at the end of the drain"
        );
        abandon.cancel();
        connections.wait().await;
    }
    drained
}

async fn talk(stream: TcpStream, router: Router, limits: Limits, shutdown: CancellationToken) {
    // Answers are small: do not wait to fill packets.
    let _ = stream.set_nodelay(true);
    let malformed = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&malformed);
    let service = router.map_request(move |mut request: Request<Incoming>| {
        if seen.load(Ordering::Relaxed) {
            request.extensions_mut().insert(MalformedHead);
        }
        request.map(|body| Body::new(DeadlineBody::new(body, limits.body_read)))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // Also counts while a kept connection waits for its next request.
        .header_read_timeout(limits.header_read)
        .max_header_size(limits.header_bytes)
        .max_headers(limits.headers)
        .max_buf_size(limits.buffer_bytes)
        .serve_connection(
            TokioIo::new(GuardedStream::new(stream, limits.write_stall, malformed)),
            TowerToHyperService::new(service),
        );
    let mut connection = std::pin::pin!(connection);
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "a connection ended early");
    }
}

#[cfg(test)]
mod tests;
