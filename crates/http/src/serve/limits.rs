//! The bounds of the accept loop, with the values used unless configured otherwise.

use std::time::Duration;

/// What clients may hold, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at one time. 1,024.
    pub connections: usize,
    /// Requests being worked on at one time; beyond it 503. 256.
    pub in_flight: usize,
    /// Time for the head of a request to arrive, also while a kept connection is idle. 5 s.
    pub header_read: Duration,
    /// Time for the whole body to arrive, counted from the end of the head. 10 s.
    pub body_read: Duration,
    /// Time for which a client may refuse to take what is being sent to it. 10 s.
    pub write_stall: Duration,
    /// Time to finish what was accepted when stopping. 10 s.
    pub drain: Duration,
    /// Size of the request line and headers, in bytes. 16 KiB; beyond it 431.
    pub header_bytes: usize,
    /// Number of headers. 100; beyond it 431.
    pub headers: usize,
    /// Read and write buffer of one connection, in bytes. 64 KiB.
    pub buffer_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1_024,
            in_flight: 256,
            header_read: Duration::from_secs(5),
            body_read: Duration::from_secs(10),
            write_stall: Duration::from_secs(10),
            drain: Duration::from_secs(10),
            header_bytes: 16 * 1_024,
            headers: 100,
            buffer_bytes: 64 * 1_024,
        }
    }
}
