//! What is measured of this log alone, beside the comparison.

use crate::big::Size;
use crate::replay::Replayed;
use bench_load::Measured;

/// A measurement, or why there is none.
pub type Found<T> = Result<T, String>;

/// Everything beside the comparison.
pub struct Findings {
    /// Until a reader has an event in order, this log, with 32 clients.
    pub visible: Found<Measured>,
    /// The same of the other shape.
    pub visible_sequenced: Found<Measured>,
    /// Commands over HTTP that arrive at half the peak rate: commands a second asked for, and their times.
    pub half_peak: Found<(f64, Measured)>,
    /// Reading a pathway of 100 events over HTTP with 8 clients.
    pub pathway: Found<Measured>,
    /// Replay against COPY.
    pub replay: Found<Replayed>,
    /// Making a synthetic county, in events a second.
    pub simulated: Found<f64>,
    /// Rebuild of every projection over that county, in events a second.
    pub rebuild: Found<f64>,
    /// A hundred thousand and ten million events.
    pub big: Found<[Size; 2]>,
}

/// An error as the report tells it.
pub fn found<T>(result: anyhow::Result<T>) -> Found<T> {
    result.map_err(|error| format!("{error:#}"))
}
