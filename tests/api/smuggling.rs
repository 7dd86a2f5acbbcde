//! Requests that two readers of the same bytes might cut differently are refused, on the wire and by the whole program.
//!
//! Source: `trust.md`, trap 9. Behind a proxy, what one of them takes for a body the other takes for a request of
//! somebody else. Each input carries a second request in such a place: it must never be answered.

use crate::harness::{Client, County, somebody};
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// Generous: a connection that is not closed by then is left open.
const CLOSED_WITHIN: Duration = Duration::from_secs(60);

/// Everything that comes back until the program closes.
fn told(host: &str, what: &str, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(CLOSED_WITHIN)).unwrap();
    // The program may close before it has taken everything.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => panic!("{what}: left open"),
        _ => String::from_utf8_lossy(&answer).into_owned(),
    }
}

/// The statuses of all answers.
fn statuses(answer: &str) -> Vec<u16> {
    let heads = answer.split("HTTP/1.1 ").skip(1);
    heads.map(|head| head[..3].parse().unwrap()).collect()
}

struct Scene {
    start: String,
    body: String,
    second: String,
}

impl Scene {
    fn new(by: &Client) -> Self {
        let auth = format!("Host: localhost\r\nAuthorization: Bearer {}\r\n", by.token());
        Self {
            start: format!("POST /v1/people/search HTTP/1.1\r\n{auth}Content-Type: application/json\r\n"),
            body: json!({ "identifier": somebody().nhs() }).to_string(),
            second: format!("GET /v1/reference-data HTTP/1.1\r\n{auth}\r\n"),
        }
    }

    /// With these headers, the body, and the second request behind it.
    fn plain(&self, headers: &str) -> String {
        format!("{}{headers}\r\n{}{}", self.start, self.body, self.second)
    }

    /// With these headers, the body in one chunk, and the second request behind it.
    fn chunked(&self, headers: &str) -> String {
        let body = &self.body;
        let length = body.len();
        format!(
            "{}{headers}\r\n{length:x}\r\n{body}\r\n0\r\n\r\n{}",
            self.start, self.second
        )
    }

    fn hostile(&self) -> Vec<(&'static str, String)> {
        let (length, second) = (self.body.len(), &self.second);
        let chunk = |size: &str| {
            let start = &self.start;
            format!(
                "{start}Transfer-Encoding: chunked\r\n\r\n{size}\r\n{}\r\n0\r\n\r\n{second}",
                self.body
            )
        };
        let bare = |from: &str, to: &str| {
            self.plain(&format!("Content-Length: {length}\r\n"))
                .replacen(from, to, 1)
        };
        vec![
            (
                "length, then encoding",
                self.chunked("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"),
            ),
            (
                "encoding, then length",
                self.chunked("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"),
            ),
            (
                "a length that fits and encoding",
                self.plain(&format!(
                    "Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n"
                )),
            ),
            (
                "two lengths",
                self.plain(&format!("Content-Length: {length}\r\nContent-Length: 0\r\n")),
            ),
            (
                "the same length twice",
                self.plain(&format!(
                    "Content-Length: {length}\r\nContent-Length: {length}\r\n"
                )),
            ),
            (
                "a list of lengths",
                self.plain(&format!("Content-Length: {length}, {length}\r\n")),
            ),
            (
                "a length with a sign",
                self.plain(&format!("Content-Length: +{length}\r\n")),
            ),
            ("a negative length", self.plain("Content-Length: -1\r\n")),
            (
                "a length in base 16",
                self.plain(&format!("Content-Length: 0x{length:x}\r\n")),
            ),
            ("a length with a gap", self.plain("Content-Length: 1 0\r\n")),
            ("an empty length", self.plain("Content-Length: \r\n")),
            (
                "a length beyond 64 bits",
                self.plain("Content-Length: 18446744073709551617\r\n"),
            ),
            (
                "an unknown encoding",
                self.chunked("Transfer-Encoding: xchunked\r\n"),
            ),
            (
                "chunked is not last",
                self.chunked("Transfer-Encoding: chunked, identity\r\n"),
            ),
            ("identity", self.chunked("Transfer-Encoding: identity\r\n")),
            (
                "encoding with a strange space",
                self.chunked("Transfer-Encoding: \u{b}chunked\r\n"),
            ),
            (
                "a space before the colon",
                self.chunked("Transfer-Encoding : chunked\r\n"),
            ),
            (
                "a space before the colon of a length",
                self.plain(&format!("Content-Length : {length}\r\n")),
            ),
            (
                "a header that goes on",
                self.plain(&format!(
                    "X-More: a\r\n Content-Length: 0\r\nContent-Length: {length}\r\n"
                )),
            ),
            (
                "a header without a name",
                self.plain(&format!(": a\r\nContent-Length: {length}\r\n")),
            ),
            (
                "a header without a colon",
                self.plain(&format!("X-More\r\nContent-Length: {length}\r\n")),
            ),
            (
                "NUL in a header",
                self.plain(&format!("X-More: a\0b\r\nContent-Length: {length}\r\n")),
            ),
            (
                "a carriage return in a header",
                self.plain(&format!("X-More: a\rb\r\nContent-Length: {length}\r\n")),
            ),
            (
                "a bare line feed after the request line",
                bare("HTTP/1.1\r\n", "HTTP/1.1\n"),
            ),
            (
                "a bare line feed after a header",
                bare("localhost\r\n", "localhost\n"),
            ),
            (
                "a bare line feed that ends the head",
                bare("\r\n\r\n{", "\r\n\n{"),
            ),
            (
                "two hosts",
                bare("Host: localhost\r\n", "Host: localhost\r\nHost: elsewhere\r\n"),
            ),
            ("no host", bare("Host: localhost\r\n", "")),
            (
                "a space in the address",
                bare("/v1/people/search", "/v1/people/search HTTP/1.1 /"),
            ),
            ("another version", bare("HTTP/1.1", "HTTP/1.7")),
            ("no version", bare(" HTTP/1.1", "")),
            (
                "HTTP/2 without asking",
                format!("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{second}"),
            ),
            ("a chunk beyond 64 bits", chunk("10000000000000001")),
            ("a negative chunk", chunk("-1")),
            ("a chunk with a sign", chunk(&format!("+{length:x}"))),
            ("a chunk in base 16 as in C", chunk(&format!("0x{length:x}"))),
            ("a chunk that is too short", chunk("1")),
        ]
    }
}

#[test]
fn given_bytes_that_two_readers_might_cut_differently_then_they_are_refused_and_nothing_behind_them_is_answered()
 {
    let county = County::new();
    let worker = county.worker();
    let (host, scene) = (worker.authority().to_owned(), Scene::new(&worker));
    let length = scene.body.len();
    // The controls: with one framing both requests are answered.
    for honest in [
        scene.plain(&format!("Content-Length: {length}\r\n")),
        scene.chunked("Transfer-Encoding: chunked\r\n"),
    ] {
        assert_eq!(statuses(&told(&host, "honest", honest.as_bytes())), [200, 200]);
    }
    let hostile = scene.hostile();
    assert!(hostile.len() >= 30);
    let wrong: Vec<String> = std::thread::scope(|threads| {
        let host = &host;
        let ask =
            |(what, bytes): &(&'static str, String)| (*what, statuses(&told(host, what, bytes.as_bytes())));
        let asked: Vec<_> = hostile
            .iter()
            .map(|one| threads.spawn(move || ask(one)))
            .collect();
        let answers = asked.into_iter().map(|one| one.join().unwrap());
        let refused = |statuses: &[u16]| matches!(statuses, [] | [400..=499] | [501 | 505]);
        answers
            .filter(|(_, statuses)| !refused(statuses))
            .map(|(what, statuses)| format!("{what}: {statuses:?}"))
            .collect()
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
}
