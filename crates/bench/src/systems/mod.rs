//! The systems that run in this program. Those of others are programs of their own (`crate::peers`).

mod raw;
mod sequenced;
mod this_log;

pub use raw::Raw;
pub use sequenced::Sequenced;
pub use this_log::ThisLog;

/// The version of each short stream, in order of their numbers; 0 for one that is not there.
fn short_streams(versions: Vec<(uuid::Uuid, i32)>) -> Vec<i64> {
    let versions: std::collections::HashMap<_, _> = versions.into_iter().collect();
    let version = |stream| {
        versions
            .get(&bench_load::stream_id(stream))
            .map_or(0, |version| i64::from(*version))
    };
    (0..bench_load::SHORT_STREAMS).map(version).collect()
}
