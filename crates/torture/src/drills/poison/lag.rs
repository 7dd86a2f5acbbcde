//! How long events wait until the lists tell of them.

use crate::Database;
use anyhow::Result;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Between two looks.
const EVERY: Duration = Duration::from_millis(50);

/// Ages of the oldest event that was not yet in the lists, look by look.
#[derive(Debug, Default)]
pub(super) struct Lags(Vec<Duration>);

impl Lags {
    /// The age below which so many of a hundred looks stay.
    pub(super) fn percentile(&self, percent: usize) -> Duration {
        let at = (self.0.len() * percent / 100).min(self.0.len().saturating_sub(1));
        self.0.get(at).copied().unwrap_or_default()
    }
}

/// Looks as long as the log grows.
pub(super) async fn watch(database: &Database, feeding: &JoinHandle<Result<u64>>) -> Result<Lags> {
    let mut connection = database.connect().await?;
    let mut lags = Lags::default();
    while !feeding.is_finished() {
        let age: Option<f64> = sqlx::query_scalar(
            "/* poison_lag */ SELECT extract(epoch FROM clock_timestamp() - recorded_at)::float8 FROM events \
             WHERE position = (SELECT position + 1 FROM checkpoints WHERE name = 'worklists')",
        )
        .fetch_optional(&mut connection)
        .await?;
        lags.0
            .push(Duration::from_secs_f64(age.unwrap_or_default().max(0.0)));
        tokio::time::sleep(EVERY).await;
    }
    lags.0.sort_unstable();
    Ok(lags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_of_a_hundred_looks() {
        let lags = Lags((1..=100).map(Duration::from_millis).collect());
        assert_eq!(lags.percentile(50), Duration::from_millis(51));
        assert_eq!(lags.percentile(99), Duration::from_millis(100));
        assert_eq!(Lags::default().percentile(99), Duration::ZERO);
    }
}
