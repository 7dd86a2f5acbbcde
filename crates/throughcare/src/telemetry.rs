//! Logs: to standard error, without personal data.

use std::panic;
use tracing_subscriber::EnvFilter;

/// Starts logging. A filter that cannot be read is replaced by `warn`, with a word about it.
pub fn start(filter: &str) {
    let parsed = EnvFilter::try_new(filter);
    let bad = parsed.is_err();
    tracing_subscriber::fmt()
        .with_env_filter(parsed.unwrap_or_else(|_| EnvFilter::new("warn")))
        .with_writer(std::io::stderr)
        .init();
    // A panic's text may hold what was being handled; its place is enough to find the fault.
    panic::set_hook(Box::new(|panicked| match panicked.location() {
        Some(place) => tracing::error!(
            file = place.file(),
            line = place.line(),
            "the program has a fault"
        ),
        None => tracing::error!("the program has a fault"),
    }));
    if bad {
        tracing::warn!("--log cannot be read as a filter; logging warnings and errors");
    }
}
