//! Where one message of PostgreSQL's protocol ends and the next begins.

use bytes::{Bytes, BytesMut};
use std::sync::atomic::{AtomicU32, Ordering};

/// A message longer than this is no message of ours: appends and answers stay far below.
const LONGEST: usize = 256 * 1024 * 1024;

/// Codes of the requests that come before the start-up message, or instead of it.
const SSL_REQUEST: u32 = 80_877_103;
const GSS_REQUEST: u32 = 80_877_104;

/// The way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the client.
    ToServer,
    /// From the server.
    ToClient,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// Its type byte; 0 when it has none.
    pub kind: u8,
    /// All of it.
    pub bytes: Bytes,
}

/// What follows is not the protocol.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotTheProtocol;

/// Cuts one direction of a connection into messages.
pub(super) struct Framing<'a> {
    direction: Direction,
    started: bool,
    /// Answers of a single byte that are owed to requests for encryption; shared by both directions.
    single: &'a AtomicU32,
}

impl<'a> Framing<'a> {
    pub(super) fn new(direction: Direction, single: &'a AtomicU32) -> Self {
        Self {
            direction,
            started: direction == Direction::ToClient,
            single,
        }
    }

    /// The next whole message, taken out of the buffer.
    pub(super) fn next(&mut self, buffer: &mut BytesMut) -> Result<Option<Frame>, NotTheProtocol> {
        if self.direction == Direction::ToClient
            && !buffer.is_empty()
            && self.single.load(Ordering::Acquire) > 0
        {
            self.single.fetch_sub(1, Ordering::AcqRel);
            let bytes = buffer.split_to(1).freeze();
            return Ok(Some(Frame { kind: 0, bytes }));
        }
        let before = usize::from(self.started);
        let Some(told) = buffer.get(before..before + 4) else {
            return Ok(None);
        };
        let told = u32::from_be_bytes([told[0], told[1], told[2], told[3]]);
        let length = usize::try_from(told).map_err(|_| NotTheProtocol)?;
        if !(4..=LONGEST).contains(&length) {
            return Err(NotTheProtocol);
        }
        if buffer.len() < before + length {
            return Ok(None);
        }
        let kind = if self.started { buffer[0] } else { 0 };
        let bytes = buffer.split_to(before + length).freeze();
        if !self.started {
            let code = bytes
                .get(4..8)
                .map_or(0, |code| u32::from_be_bytes([code[0], code[1], code[2], code[3]]));
            if matches!(code, SSL_REQUEST | GSS_REQUEST) {
                self.single.fetch_add(1, Ordering::AcqRel);
            } else {
                self.started = true;
            }
        }
        Ok(Some(Frame { kind, bytes }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(framing: &mut Framing<'_>, bytes: &[u8]) -> Vec<(u8, usize)> {
        let mut buffer = BytesMut::from(bytes);
        let mut found = Vec::new();
        while let Some(frame) = framing.next(&mut buffer).unwrap() {
            found.push((frame.kind, frame.bytes.len()));
        }
        assert!(
            buffer.len() < 5 || found.is_empty(),
            "what is left is no whole message"
        );
        found
    }

    #[test]
    fn given_a_start_when_encryption_is_asked_for_first_then_its_answer_is_one_byte() {
        let single = AtomicU32::new(0);
        let mut asked = Framing::new(Direction::ToServer, &single);
        let mut answered = Framing::new(Direction::ToClient, &single);
        let ssl = [&8u32.to_be_bytes()[..], &SSL_REQUEST.to_be_bytes()].concat();
        assert_eq!(all(&mut asked, &ssl), [(0, 8)]);
        assert_eq!(all(&mut answered, b"N"), [(0, 1)]);
        let start = [&9u32.to_be_bytes()[..], &196_608u32.to_be_bytes(), b"\0"].concat();
        let sync = b"S\0\0\0\x04";
        assert_eq!(all(&mut asked, &[&start[..], sync].concat()), [(0, 9), (b'S', 5)]);
        assert_eq!(all(&mut answered, b"Z\0\0\0\x05I"), [(b'Z', 6)]);
    }

    #[test]
    fn given_half_a_message_then_it_waits_for_the_rest() {
        let single = AtomicU32::new(0);
        let mut answered = Framing::new(Direction::ToClient, &single);
        let mut buffer = BytesMut::from(&b"D\0\0\0\x06a"[..]);
        assert_eq!(answered.next(&mut buffer), Ok(None));
        buffer.extend_from_slice(b"b");
        assert_eq!(answered.next(&mut buffer).unwrap().unwrap().bytes.len(), 7);
    }

    #[test]
    fn given_bytes_of_something_else_then_it_is_said() {
        let single = AtomicU32::new(0);
        let mut asked = Framing::new(Direction::ToServer, &single);
        let mut buffer = BytesMut::from(&b"GET / HTTP/1.1"[..]);
        assert_eq!(asked.next(&mut buffer), Err(NotTheProtocol));
    }
}
