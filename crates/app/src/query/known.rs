//! The two times of a question: as it was true, and as it was known.

use crate::App;
use crate::error::AppError;
use jiff::Timestamp;
use jiff::civil::Date;
use throughcare_domain::when::{AsOf, end_of_london_day, london_date};

/// As it was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// At a log position.
    Position(u64),
    /// At an instant.
    At(Timestamp),
    /// At the end of a civil day in London.
    EndOf(Date),
}

/// The two times of a question; without them both are now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// As it was true.
    pub as_of: Option<AsOf>,
    /// As it was known.
    pub known_at: Option<Known>,
}

impl App {
    /// The log position at which something was known; `None` for now.
    pub(crate) async fn position_of(&self, known: Option<Known>) -> Result<Option<u64>, AppError> {
        Ok(match known {
            None => None,
            Some(Known::Position(position)) => Some(position),
            Some(Known::At(at)) => Some(self.inner.store.position_at(at).await?),
            Some(Known::EndOf(day)) => Some(self.inner.store.position_at(end_of_london_day(day)).await?),
        })
    }

    /// The civil day to which days are counted: that of `as_of`, else today.
    pub fn day_of(&self, times: Times) -> Date {
        times.as_of.map_or_else(|| self.today(), AsOf::date)
    }

    /// Today in London.
    pub(crate) fn today(&self) -> Date {
        london_date(self.inner.clock.now())
    }
}
