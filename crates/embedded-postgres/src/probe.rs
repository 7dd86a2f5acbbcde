//! Just enough of PostgreSQL's wire protocol to ask a server on a unix socket whether it is ready, and to send
//! it a simple statement. Not a client library: no passwords, no TLS, no parameters.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use crate::layout::PORT;

/// How long the server may be silent.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest message that is read, in bytes.
const MAX_MESSAGE: usize = 1 << 20;

/// Why the server could not be asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// Nobody listens yet, or the connection broke.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The server answered with an error.
    #[error("{message} ({code})")]
    Refused {
        /// The SQLSTATE.
        code: String,
        /// The server's words.
        message: String,
    },
    /// The answer is not what the protocol allows, or asks for a password.
    #[error("the server's answer was not understood")]
    Unexpected,
}

/// A connection that can send simple statements.
#[derive(Debug)]
pub struct Connection {
    stream: UnixStream,
}

impl Connection {
    /// Connects to the server whose socket stands in `socket_dir`, and waits until it takes statements.
    ///
    /// # Errors
    /// [`ProbeError::Refused`] with SQLSTATE 57P03 while the server is still starting; the others as named.
    pub fn open(socket_dir: &Path, user: &str, database: &str) -> Result<Connection, ProbeError> {
        let stream = UnixStream::connect(socket_dir.join(format!(".s.PGSQL.{PORT}")))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let mut body = 0x0003_0000_u32.to_be_bytes().to_vec(); // protocol 3.0
        for text in ["user", user, "database", database, ""] {
            body.extend_from_slice(text.as_bytes());
            body.push(0);
        }
        let mut connection = Connection { stream };
        connection.send(None, &body)?;
        loop {
            match connection.receive()? {
                (b'R', answer) if answer == [0, 0, 0, 0] => {}
                (b'S' | b'K' | b'N', _) => {}
                (b'Z', _) => return Ok(connection),
                (b'E', fields) => return Err(refusal(&fields)),
                _ => return Err(ProbeError::Unexpected),
            }
        }
    }

    /// Runs one statement and returns its rows as text, NULL as `None`. The statement is sent as it is:
    /// never build it from input.
    ///
    /// # Errors
    /// [`ProbeError::Refused`] when the statement fails; the connection can be used again after that.
    pub fn query(&mut self, statement: &str) -> Result<Vec<Vec<Option<String>>>, ProbeError> {
        let mut body = statement.as_bytes().to_vec();
        body.push(0);
        self.send(Some(b'Q'), &body)?;
        let mut rows = Vec::new();
        let mut outcome = Ok(());
        loop {
            match self.receive()? {
                (b'D', row) => rows.push(columns(&row).ok_or(ProbeError::Unexpected)?),
                (b'E', fields) => outcome = Err(refusal(&fields)),
                (b'Z', _) => return outcome.map(|()| rows),
                (b'T' | b'C' | b'I' | b'N' | b'S' | b'A', _) => {}
                _ => return Err(ProbeError::Unexpected),
            }
        }
    }

    fn send(&mut self, kind: Option<u8>, body: &[u8]) -> Result<(), ProbeError> {
        let length = u32::try_from(body.len() + 4).map_err(|_| ProbeError::Unexpected)?;
        let mut message: Vec<u8> = kind.into_iter().collect();
        message.extend_from_slice(&length.to_be_bytes());
        message.extend_from_slice(body);
        Ok(self.stream.write_all(&message)?)
    }

    fn receive(&mut self) -> Result<(u8, Vec<u8>), ProbeError> {
        let mut head = [0; 5];
        self.stream.read_exact(&mut head)?;
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
        let length = length
            .checked_sub(4)
            .filter(|length| *length <= MAX_MESSAGE)
            .ok_or(ProbeError::Unexpected)?;
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok((head[0], body))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // A server that is gone needs no goodbye.
        let _ = self.send(Some(b'X'), &[]);
    }
}

/// Whether a server takes connections.
#[derive(Debug)]
pub(crate) enum Readiness {
    Ready,
    /// Nobody listens, or it is starting, recovering or stopping.
    NotYet,
    /// It will not get better by waiting.
    Never(ProbeError),
}

pub(crate) fn readiness(socket_dir: &Path, user: &str) -> Readiness {
    match Connection::open(socket_dir, user, "postgres") {
        Ok(_) => Readiness::Ready,
        // A full server is a ready one.
        Err(ProbeError::Refused { code, .. }) if code == "53300" => Readiness::Ready,
        Err(ProbeError::Refused { code, .. }) if code == "57P03" => Readiness::NotYet,
        Err(ProbeError::Io(_)) => Readiness::NotYet,
        Err(error) => Readiness::Never(error),
    }
}

/// The columns of a `DataRow` message.
fn columns(row: &[u8]) -> Option<Vec<Option<String>>> {
    let (count, mut rest) = row.split_first_chunk::<2>()?;
    let mut columns = Vec::new();
    for _ in 0..u16::from_be_bytes(*count) {
        let (length, after) = rest.split_first_chunk::<4>()?;
        match usize::try_from(i32::from_be_bytes(*length)) {
            Ok(length) => {
                let (value, after) = after.split_at_checked(length)?;
                columns.push(Some(String::from_utf8_lossy(value).into_owned()));
                rest = after;
            }
            Err(_) => {
                columns.push(None); // a length of -1 is NULL
                rest = after;
            }
        }
    }
    Some(columns)
}

/// The SQLSTATE and the text of an `ErrorResponse` message.
fn refusal(fields: &[u8]) -> ProbeError {
    let field = |kind: u8| {
        let mut all = fields.split(|byte| *byte == 0);
        all.find_map(|field| field.split_first().filter(|(first, _)| **first == kind))
            .map(|(_, text)| String::from_utf8_lossy(text).into_owned())
            .unwrap_or_default()
    };
    ProbeError::Refused {
        code: field(b'C'),
        message: field(b'M'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_and_a_cut_row_is_refused() {
        let row = [0, 2, 0, 0, 0, 2, b'4', b'2', 255, 255, 255, 255];
        assert_eq!(columns(&row), Some(vec![Some("42".to_owned()), None]));
        for cut in 0..row.len() {
            assert_eq!(columns(&row[..cut]), None, "cut at {cut}");
        }
    }

    #[test]
    fn a_refusal_has_its_code_and_words() {
        let error = refusal(b"SFATAL\0C57P03\0Mthe database system is starting up\0\0");
        assert_eq!(error.to_string(), "the database system is starting up (57P03)");
    }

    #[test]
    fn where_nobody_listens_it_is_not_ready_yet() {
        let empty = tempfile::tempdir().unwrap();
        assert!(matches!(readiness(empty.path(), "postgres"), Readiness::NotYet));
    }
}
