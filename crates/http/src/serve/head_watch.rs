//! Sees in the raw bytes what hyper mends in silence: Content-Length beside Transfer-Encoding or twice,
//! and header lines that end in a bare line feed.
//!
//! hyper drops the surplus length and closes the connection afterwards, which is safe for hyper; a proxy
//! in front may have read the same bytes otherwise, so the request is refused (`trust.md`, trap 9).
//! A head is taken to begin with a line that ends in `HTTP/1.x`, which no line of a JSON body does.

/// Longest start of a line that is looked at, in bytes.
const START: usize = 20;
/// The end of a request line, without the digit of the minor version.
const VERSION: &[u8] = b"HTTP/1.";

/// Follows one direction of a connection.
#[derive(Debug, Default)]
pub(super) struct HeadWatch {
    start: Vec<u8>,
    tail: [u8; 9],
    line_bytes: usize,
    in_head: bool,
    lengths: usize,
    encodings: usize,
    malformed: bool,
}

impl HeadWatch {
    /// Takes the next bytes. True once a malformed head was seen; that stays so.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> bool {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            self.take(&rest[..end]);
            self.end_line();
            self.start.clear();
            self.line_bytes = 0;
            rest = &rest[end + 1..];
        }
        self.take(rest);
        self.malformed
    }

    /// Takes a part of a line.
    fn take(&mut self, part: &[u8]) {
        let wanted = START.saturating_sub(self.start.len()).min(part.len());
        self.start
            .extend(part[..wanted].iter().map(u8::to_ascii_lowercase));
        let last = &part[part.len().saturating_sub(self.tail.len())..];
        self.tail.rotate_left(last.len());
        let kept = self.tail.len() - last.len();
        self.tail[kept..].copy_from_slice(last);
        self.line_bytes += part.len();
    }

    fn end_line(&mut self) {
        let returned = self.line_bytes > 0 && self.tail[8] == b'\r';
        let text = if returned {
            &self.tail[..8]
        } else {
            &self.tail[1..]
        };
        if self.line_bytes > VERSION.len() && text.starts_with(VERSION) {
            self.in_head = true;
            self.lengths = 0;
            self.encodings = 0;
        }
        if !self.in_head {
            return;
        }
        if !returned {
            self.malformed = true;
        }
        if self.line_bytes == usize::from(returned) {
            self.in_head = false;
            return;
        }
        self.lengths += usize::from(self.names(b"content-length"));
        self.encodings += usize::from(self.names(b"transfer-encoding"));
        if self.lengths > 1 || (self.lengths > 0 && self.encodings > 0) {
            self.malformed = true;
        }
    }

    fn names(&self, name: &[u8]) -> bool {
        self.start
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with(b":"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The verdict, which must not depend on how the bytes are cut into reads.
    fn verdict(text: &str) -> bool {
        let whole = HeadWatch::default().feed(text.as_bytes());
        let mut slow = HeadWatch::default();
        let single = text
            .as_bytes()
            .chunks(1)
            .map(|it| slow.feed(it))
            .fold(false, |_, it| it);
        assert_eq!(whole, single, "{text}");
        whole
    }

    #[test]
    fn honest_heads_and_bodies_pass() {
        let post = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 14\r\n\r\n{\n \"a\": 1\n}\n\n";
        assert!(!verdict(&format!(
            "{post}{post}GET / HTTP/1.1\r\nHost: h\r\n\r\n"
        )));
        let chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
        assert!(!verdict(&format!("{chunked}{post}{chunked}")));
        assert!(!verdict(
            "\r\nGET / HTTP/1.1\r\nX-Content-Length: 1\r\nContent-Length-X: 2\r\n\r\n"
        ));
    }

    #[test]
    fn two_framings_and_bare_line_feeds_are_seen_also_in_a_later_request() {
        let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
        for bad in [
            "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\nCONTENT-LENGTH: 1\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
            "GET / HTTP/1.1\nHost: h\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\n\r\n",
            "GET / HTTP/1.0\r\nHost: h\r\n\n",
        ] {
            assert!(verdict(bad), "{bad}");
            assert!(verdict(&format!("{get}{bad}")), "{bad}");
        }
    }
}
