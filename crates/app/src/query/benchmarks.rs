//! What an area is compared with: published values of England and of its neighbours.

use super::Known;
use crate::App;
use crate::error::AppError;
use jiff::ToSpan as _;
use std::collections::BTreeMap;
use throughcare_domain::benchmark::{ComparedWith, Neighbours, Whose};
use throughcare_domain::code::AreaCode;
use throughcare_domain::indicators::Period;
use throughcare_store::BenchmarkQuery;

/// How many years back published values are looked for: further back they are compared with nothing.
const YEARS: i32 = 3;

impl App {
    /// What an area's figures of a period are compared with, by indicator, and who its neighbours are.
    ///
    /// Published values are nobody's data: whoever may ask for the figures may have them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn compared(
        &self,
        area: &AreaCode,
        period: Period,
        known_at: Option<Known>,
    ) -> Result<(BTreeMap<String, ComparedWith>, Option<Neighbours>), AppError> {
        let known_at = self.position_of(known_at).await?;
        let store = &self.inner.store;
        let neighbours = store.neighbours(area, known_at).await?;
        let near = neighbours.iter().flat_map(|it| it.neighbours.iter().cloned());
        let mut whose = vec![Whose::England, Whose::NeighboursOf(area.clone())];
        whose.extend(near.map(Whose::Area));
        let ended = Period {
            from: period.to.saturating_sub(YEARS.years()),
            to: period.to,
        };
        let found = store
            .benchmarks(&BenchmarkQuery {
                whose,
                ended,
                known_at,
            })
            .await?;
        Ok((ComparedWith::of(period, found), neighbours))
    }
}
