//! What is asked: a period, a day to look from, a provider.

use crate::code::{OrganisationCode, ServiceCode};
use jiff::civil::Date;

/// Days from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

impl Period {
    /// Whether a day lies in it.
    pub fn holds(self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }
}

/// Whose part is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Provider {
    /// One service's.
    Service(ServiceCode),
    /// An organisation's, all its services together.
    Organisation(OrganisationCode),
}

impl Provider {
    /// Whether this is it, or one of its.
    pub fn is(&self, service: &ServiceCode, organisation: &OrganisationCode) -> bool {
        match self {
            Self::Service(asked) => asked == service,
            Self::Organisation(asked) => asked == organisation,
        }
    }
}

/// What a figure is asked for. The area is no part of it: lines of other areas are not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Which days.
    pub period: Period,
    /// As it was true at the end of this day: what happened later does not count.
    pub as_of: Date,
    /// Whose part; everybody's without one.
    pub provider: Option<Provider>,
}
