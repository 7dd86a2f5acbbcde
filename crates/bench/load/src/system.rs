//! What a store must be able to do to be measured.

use std::future::Future;

/// An event store with the streams of [`crate::history`] in it.
///
/// Tokens are whatever a store wants to hear back as the expected version: clients keep them, so that an append's
/// cost holds no reading.
pub trait System: Send + Sync + 'static {
    /// The token of each short stream, in order.
    fn tokens(&self) -> impl Future<Output = anyhow::Result<Vec<i64>>> + Send;

    /// Appends events to a short stream in one commit, if its token is still the expected one; the new token. An
    /// error means that nothing was written. `client` counts from 0.
    fn append(
        &self,
        client: usize,
        stream: usize,
        expected: i64,
        events: usize,
    ) -> impl Future<Output = anyhow::Result<i64>> + Send;

    /// Reads and decodes every event of a stream; how many there were.
    fn read(&self, client: usize, stream: usize) -> impl Future<Output = anyhow::Result<usize>> + Send;

    /// Reads and decodes the whole log, in the store's own order; how many events there were.
    fn replay(&self) -> impl Future<Output = anyhow::Result<u64>> + Send;
}
