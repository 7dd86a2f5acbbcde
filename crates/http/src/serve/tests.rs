//! Real sockets against the accept loop, with small limits.

use super::*;
use axum::routing::{get, post};
use std::net::SocketAddr;
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinHandle;

const SOON: Duration = Duration::from_millis(300);
/// Generous: only a connection that is never closed reaches it.
const NEVER: Duration = Duration::from_secs(10);

struct Running {
    at: SocketAddr,
    stop: CancellationToken,
    done: JoinHandle<bool>,
}

async fn run(limits: Limits) -> Running {
    let slow = || async {
        tokio::time::sleep(SOON).await;
        "slow but done"
    };
    let big = || async { vec![b'x'; 64 * 1_024 * 1_024] };
    let router = Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/slow", get(slow))
        .route("/big", get(big))
        .route("/endless", get(|| async { tokio::time::sleep(NEVER).await }))
        .route(
            "/echo",
            post(|it: crate::json::ValidJson<Thing>| async move { it.body.a.to_string() }),
        );
    let router = router.layer(axum::middleware::from_fn(crate::strictness::layer));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let done = tokio::spawn(serve(listener, router, limits, stop.clone()));
    Running { at, stop, done }
}

#[derive(Clone, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Thing {
    a: i32,
}

fn small() -> Limits {
    Limits {
        header_read: SOON,
        body_read: SOON,
        write_stall: SOON,
        drain: NEVER,
        ..Limits::default()
    }
}

/// Sends bytes and reads until the server closes; fails when it does not.
async fn until_closed(at: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    let read = tokio::time::timeout(NEVER, stream.read_to_end(&mut answer)).await;
    let _ = read.expect("the server left the connection open");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn an_honest_client_is_answered_and_its_idle_connection_closed() {
    let server = run(small()).await;
    let answer = until_closed(server.at, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with("hello"),
        "{answer}"
    );
}

#[tokio::test]
async fn silent_and_half_header_connections_are_closed() {
    let server = run(small()).await;
    assert_eq!(until_closed(server.at, b"").await, "");
    let half = until_closed(server.at, b"GET / HTTP/1.1\r\nHost: h\r\nX-Long: ").await;
    assert!(!half.contains("200"), "{half}");
}

#[tokio::test]
async fn a_slow_body_is_told_so_and_closed() {
    let server = run(small()).await;
    let head =
        b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n";
    let answer = until_closed(server.at, &[head.as_slice(), b"{\"a"].concat()).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    let answer = until_closed(server.at, &[head.as_slice(), b"{\"a\":1}"].concat()).await;
    assert!(
        answer.starts_with("HTTP/1.1 200"),
        "the control: a whole body passes; {answer}"
    );
}

/// Sends one byte after another for as long as the server takes them.
async fn trickled(at: SocketAddr, head: &[u8], forever: &[u8]) -> String {
    let stream = TcpStream::connect(at).await.unwrap();
    let (mut from, mut to) = stream.into_split();
    to.write_all(head).await.unwrap();
    let forever = forever.to_vec();
    let sending = tokio::spawn(async move {
        for byte in forever.iter().cycle() {
            tokio::time::sleep(SOON / 10).await;
            if to.write_all(&[*byte]).await.is_err() {
                return;
            }
        }
    });
    let mut answer = Vec::new();
    let read = tokio::time::timeout(NEVER, from.read_to_end(&mut answer)).await;
    let _ = read.expect("bytes bought time");
    sending.abort();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_head_or_a_body_that_comes_byte_by_byte_buys_no_time() {
    let server = run(small()).await;
    let begun = b"GET / HTTP/1.1\r\nHost: h\r\nX-Long: ";
    let head = trickled(server.at, begun, b"x");
    let post =
        b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n";
    let body = trickled(server.at, post, b" ");
    let chunks = b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunked = trickled(server.at, chunks, b"1\r\n \r\n");
    let honest = async {
        let mut answered = 0;
        for _ in 0..10 {
            let answer = until_closed(
                server.at,
                b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
            )
            .await;
            answered += usize::from(answer.ends_with("hello"));
        }
        answered
    };
    let (head, body, chunked, honest) = tokio::join!(head, body, chunked, honest);
    assert!(!head.contains("200"), "{head}");
    assert!(body.starts_with("HTTP/1.1 408") || body.is_empty(), "{body}");
    assert!(
        chunked.starts_with("HTTP/1.1 408") || chunked.is_empty(),
        "{chunked}"
    );
    assert_eq!(honest, 10, "others are answered meanwhile");
}

#[tokio::test]
async fn a_client_that_stops_reading_gives_its_place_back() {
    let server = run(Limits {
        connections: 1,
        ..small()
    })
    .await;
    let mut deaf = TcpStream::connect(server.at).await.unwrap();
    deaf.write_all(b"GET /big HTTP/1.1\r\nHost: h\r\n\r\n")
        .await
        .unwrap();
    // With one place only, the next client is served once the deaf one was given up.
    let answer = until_closed(server.at, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert!(answer.ends_with("hello"), "{answer}");
    drop(deaf);
}

#[tokio::test]
async fn oversized_headers_are_told_so() {
    let server = run(small()).await;
    let long = format!("GET / HTTP/1.1\r\nHost: h\r\nX: {}\r\n\r\n", "x".repeat(20_000));
    assert!(
        until_closed(server.at, long.as_bytes())
            .await
            .starts_with("HTTP/1.1 431")
    );
    let many = format!("GET / HTTP/1.1\r\nHost: h\r\n{}\r\n", "X: 1\r\n".repeat(120));
    assert!(
        until_closed(server.at, many.as_bytes())
            .await
            .starts_with("HTTP/1.1 431")
    );
}

#[tokio::test]
async fn a_stop_finishes_what_was_accepted_and_refuses_the_rest() {
    let server = run(small()).await;
    let at = server.at;
    let slow = tokio::spawn(async move { until_closed(at, b"GET /slow HTTP/1.1\r\nHost: h\r\n\r\n").await });
    tokio::time::sleep(SOON / 3).await;
    server.stop.cancel();
    assert!(slow.await.unwrap().ends_with("slow but done"));
    assert!(server.done.await.unwrap(), "drained");
    assert!(TcpStream::connect(at).await.is_err(), "no longer accepts");
}

#[tokio::test]
async fn a_stop_does_not_wait_for_ever() {
    let server = run(Limits {
        drain: SOON,
        ..small()
    })
    .await;
    let at = server.at;
    let stuck =
        tokio::spawn(async move { until_closed(at, b"GET /endless HTTP/1.1\r\nHost: h\r\n\r\n").await });
    tokio::time::sleep(SOON / 3).await;
    let begun = Instant::now();
    server.stop.cancel();
    assert!(
        !server.done.await.unwrap(),
        "it says that something was abandoned"
    );
    assert!(begun.elapsed() < NEVER / 2);
    assert_eq!(stuck.await.unwrap(), "");
}

/// What hyper lets through is refused on the wire, not only in a unit test.
#[tokio::test]
async fn smuggled_and_malformed_heads_are_refused_on_the_wire() {
    let server = run(small()).await;
    let post = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n";
    let chunked = "7\r\n{\"a\":1}\r\n0\r\n\r\n";
    for (name, bytes) in [
        ("no host", "GET / HTTP/1.1\r\n\r\n".to_owned()),
        (
            "two hosts",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_owned(),
        ),
        (
            "length and encoding",
            format!("{post}Content-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n{chunked}"),
        ),
        (
            "encoding and length",
            format!("{post}Transfer-Encoding: chunked\r\nContent-Length: 7\r\n\r\n{chunked}"),
        ),
        (
            "two lengths",
            format!("{post}Content-Length: 7\r\nContent-Length: 8\r\n\r\n{{\"a\":1}}"),
        ),
        (
            "NUL in the path",
            "GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n".to_owned(),
        ),
        ("bare NUL", "GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n".to_owned()),
        (
            "NUL in a header",
            "GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n".to_owned(),
        ),
        (
            "folded header",
            "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n".to_owned(),
        ),
    ] {
        let answer = until_closed(server.at, bytes.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{name}: {answer}");
    }
    let answer = until_closed(
        server.at,
        format!("{post}Transfer-Encoding: chunked\r\n\r\n{chunked}").as_bytes(),
    )
    .await;
    assert!(
        answer.starts_with("HTTP/1.1 200"),
        "the control: chunked alone passes; {answer}"
    );
}

#[tokio::test]
async fn a_body_without_announced_length_meets_the_limit_too() {
    let server = run(small()).await;
    let mut bytes = b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..5 {
        bytes.extend(format!("10000\r\n{}\r\n", " ".repeat(0x10000)).as_bytes());
    }
    bytes.extend(b"0\r\n\r\n");
    let mut stream = TcpStream::connect(server.at).await.unwrap();
    let (mut from, mut to) = stream.split();
    let mut answer = Vec::new();
    let (_, read) = tokio::join!(
        to.write_all(&bytes),
        tokio::time::timeout(NEVER, from.read_to_end(&mut answer))
    );
    let _ = read.expect("closed");
    assert!(
        answer.starts_with(b"HTTP/1.1 413"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
}
