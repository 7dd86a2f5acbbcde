//! Logs: to standard error, without personal data.

use tracing_subscriber::EnvFilter;

/// Starts logging. A filter that cannot be read is replaced by `warn`, with a word about it.
pub fn start(filter: &str) {
    let parsed = EnvFilter::try_new(filter);
    let bad = parsed.is_err();
    tracing_subscriber::fmt()
        .with_env_filter(parsed.unwrap_or_else(|_| EnvFilter::new("warn")))
        .with_writer(std::io::stderr)
        .init();
    if bad {
        tracing::warn!("--log cannot be read as a filter; logging warnings and errors");
    }
}
