//! One person as known at two times: what was learnt of them in between.

use super::{Known, PersonRead, Times};
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use throughcare_domain::history::History;
use throughcare_domain::id::PersonId;
use throughcare_domain::when::AsOf;

/// What the caller may see of a person, as it was known first and as it was known then.
#[derive(Clone, Debug)]
pub struct KnownBetween {
    /// As it was known first; `None` when nobody knew the person, or nothing of the day asked about.
    pub before: Option<PersonRead>,
    /// As it was known then.
    pub after: PersonRead,
    /// The log position of the first time.
    pub from: u64,
    /// The log position of the second.
    pub to: u64,
}

impl KnownBetween {
    /// The history as it was known first.
    pub fn history_before(&self) -> History {
        let before = self.before.as_ref().map(|read| (*read.history).clone());
        before.unwrap_or_default()
    }
}

impl App {
    /// A person as it was true on a day, known at two times. What was known at the first is shown by the same rules as at
    /// the second: whoever sees the record today sees what was known of it then.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a person who does not exist, of whom nothing was known at the second time, and whom the
    /// caller may not know of.
    pub async fn known_between(
        &self,
        caller: &Caller,
        person: PersonId,
        as_of: Option<AsOf>,
        from: Known,
        to: Option<Known>,
    ) -> Result<KnownBetween, AppError> {
        let after = self.person(caller, person, Times { as_of, known_at: to }).await?;
        let from = self.position_of(Some(from)).await?.unwrap_or_default();
        let times = Times {
            as_of: Some(as_of.unwrap_or(AsOf::EndOf(after.day))),
            known_at: Some(Known::Position(from)),
        };
        let before = match self.person(caller, person, times).await {
            Ok(before) => Some(before),
            Err(AppError::NotFound) => None,
            Err(error) => return Err(error),
        };
        Ok(KnownBetween {
            before,
            from,
            to: after.position,
            after,
        })
    }
}
