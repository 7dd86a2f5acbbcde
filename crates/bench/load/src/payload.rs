//! What is appended: a case note of about 300 bytes as JSON.

use crate::random::scattered;
use crate::{LONG_LENGTH, LONG_STREAMS, SHORT_STREAMS};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A case note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Whose case.
    pub case_id: Uuid,
    /// When it happened.
    pub occurred_at: String,
    /// Who wrote it.
    pub actor: String,
    /// Its type, as some stores keep it in the payload.
    pub kind: String,
    /// Its number in the stream, from 1.
    pub number: i64,
    /// What was written.
    pub note: String,
}

/// The id of a stream by its number.
pub fn stream_id(number: usize) -> Uuid {
    let (high, low) = (scattered(number as u64 * 2 + 1), scattered(number as u64 * 2 + 2));
    uuid::Builder::from_random_bytes((u128::from(high) << 64 | u128::from(low)).to_be_bytes()).into_uuid()
}

/// A note of a stream.
pub fn note(stream: Uuid, number: i64) -> Note {
    Note {
        case_id: stream,
        occurred_at: "2026-11-22T14:20:47.123456Z".into(),
        actor: format!("user-{:05}", number % 10_000),
        kind: "CaseNoteAdded".into(),
        number,
        note: "Caseworker phoned the client to confirm the appointment and agreed the next steps of the plan for \
               the week with them and the key worker."
            .into(),
    }
}

/// What every store holds at the start: stream number and the event's number in it, from 1.
pub fn history() -> impl Iterator<Item = (usize, i64)> {
    let short = (0..SHORT_STREAMS).map(|stream| (stream, 1));
    let long = (SHORT_STREAMS..SHORT_STREAMS + LONG_STREAMS).map(|stream| (stream, LONG_LENGTH as i64));
    short
        .chain(long)
        .flat_map(|(stream, length)| (1..=length).map(move |number| (stream, number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_about_300_bytes() {
        let size = serde_json::to_vec(&note(stream_id(1), 1)).unwrap().len();
        assert!((280..=320).contains(&size), "{size}");
    }

    #[test]
    fn the_start_is_ten_thousand_short_streams_and_a_thousand_long_ones() {
        assert_eq!(history().count(), 10_000 + 1_000 * 50);
        assert_ne!(stream_id(1), stream_id(2));
    }
}
