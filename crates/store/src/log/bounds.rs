//! What an append must be before anything is sealed for it.

use super::{Append, MAX_EVENTS, MAX_STREAMS};
use crate::StoreError;

/// Checks what the caller's own code must hold.
pub(crate) fn check(append: &Append) -> Result<(), StoreError> {
    let streams = &append.streams;
    if streams.iter().all(|stream| stream.events.is_empty()) {
        return Err(StoreError::Invalid("an append needs an event"));
    }
    if streams
        .iter()
        .any(|stream| stream.events.is_empty() && stream.expected == 0)
    {
        return Err(StoreError::Invalid(
            "every stream that an append begins needs an event",
        ));
    }
    if streams.len() > MAX_STREAMS {
        return Err(StoreError::Invalid("an append has at most 16 streams"));
    }
    if streams.iter().map(|stream| stream.events.len()).sum::<usize>() > MAX_EVENTS {
        return Err(StoreError::Invalid("an append has at most 256 events"));
    }
    if (1..streams.len()).any(|at| {
        streams[..at]
            .iter()
            .any(|other| other.stream.id == streams[at].stream.id)
    }) {
        return Err(StoreError::Invalid("an append names a stream once"));
    }
    if streams
        .iter()
        .any(|stream| stream.expected > i32::MAX as u32 - MAX_EVENTS as u32)
    {
        return Err(StoreError::Invalid("a stream has at most 2,147,483,391 events"));
    }
    Ok(())
}
