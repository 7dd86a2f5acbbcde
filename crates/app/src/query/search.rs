//! Finding people by identifier: by POST, never in a URL, and only those the caller may see.
//!
//! Whoever is there and may not be seen, and whoever is not there, are the same answer, and it takes as long. Finding a
//! record costs reading and folding it, which a miss does not. Making the work equal would need a record to read for
//! every miss, as long and as warm as the one that was missed; so the answer waits instead: it leaves at a whole number
//! of [`ANSWERED_EVERY`] after it was asked for. What is left to be told apart is how often a busy machine needs one
//! step more, and `cargo run --release -p torture --example search_timing` measures that nobody can.

use super::{PersonRead, Times};
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use crate::looks::Extent;
use crate::write::blind;
use std::sync::Arc;
use std::time::Duration;
use throughcare_domain::access::{self, Ground, Held, Sight, Visibility};
use throughcare_domain::event::Role;
use throughcare_domain::id::PersonId;
use throughcare_domain::identifier::Identifier;
use tokio::time::{Instant, sleep_until};

/// People found, at most [`MOST`]. Empty when nobody has the identifier and when the caller may not know who.
pub type Found = Vec<PersonRead>;

/// Most people found by one identifier. Local references are not unique.
pub const MOST: usize = 20;

/// Answers leave at a whole number of these after they were asked for: several times as long as reading a record takes,
/// and not felt by whoever typed the identifier.
pub const ANSWERED_EVERY: Duration = Duration::from_millis(50);

impl App {
    /// People who hold an identifier and whom the caller may see in full; for privacy officers those for whose records
    /// they answer.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn search(&self, caller: &Caller, identifier: &Identifier) -> Result<Found, AppError> {
        let asked = Instant::now();
        let found = self.holders(caller, identifier).await;
        sleep_until(asked + whole_steps(asked.elapsed(), ANSWERED_EVERY)).await;
        found
    }

    async fn holders(&self, caller: &Caller, identifier: &Identifier) -> Result<Found, AppError> {
        let streams = self
            .inner
            .store
            .find_claim(
                &self.reach(caller).await?,
                identifier.kind(),
                &blind(&self.inner.store, identifier),
            )
            .await?;
        let (mut found, quiet): (Found, _) = (Vec::new(), caller.unnoticed());
        let only = self.admit(caller).await?;
        for stream in streams.into_iter().take(MOST) {
            if caller.role() == Role::PrivacyOfficer {
                if let Some(read) = self.for_data_protection(&quiet, PersonId(stream.id)).await?
                    && holds(&read, identifier)
                {
                    found.push(read);
                }
                continue;
            }
            match self.person(&quiet, PersonId(stream.id), Times::default()).await {
                // Records that were joined are one person, found once.
                Ok(read)
                    if read.visibility != Visibility::None
                        && holds(&read, identifier)
                        && found.iter().all(|other| other.person != read.person) =>
                {
                    found.push(read);
                }
                Ok(_) | Err(AppError::NotFound | AppError::Sealed { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        if let Some(only) = only {
            let directory = self.directory().await?;
            found.retain(|read| only.of(caller).concerns(&read.history, &directory));
        }
        // That somebody searched is noted whatever was found.
        caller.looks.note(None, Extent::Search, vec![Ground::Searched]);
        for read in &found {
            caller
                .looks
                .note(Some(read.person), Extent::Record, vec![Ground::Searched]);
        }
        Ok(found)
    }
}

impl App {
    /// Who somebody is, for a privacy officer who answers for their record and sees nothing else of it.
    async fn for_data_protection(
        &self,
        caller: &Caller,
        person: PersonId,
    ) -> Result<Option<PersonRead>, AppError> {
        let (history, position) = match self.answered_for(caller, person).await {
            Ok(found) => found,
            Err(AppError::NotFound) => return Ok(None),
            Err(error) => return Err(error),
        };
        let held = access::how_much_is_held(&history, caller.organisation(), self.today());
        // An organisation that only recorded something is told of no more than that: neither names that others know, nor
        // that two records are one person's.
        let (surviving, records, history) = match held {
            Some(Held::Whole | Held::Shared) => {
                let records = history.streams().into_iter();
                let records = records.map(|(stream, _)| PersonId(stream.id)).collect();
                (history.person(), records, history)
            }
            None | Some(Held::Own) => {
                let own = Held::Own.part(&history, caller.organisation());
                (person, vec![person], Arc::new(own))
            }
        };
        Ok(Some(PersonRead {
            person: surviving,
            records,
            visibility: Visibility::None,
            sight: Sight::AnswersForData,
            history,
            day: self.today(),
            position,
            etag: String::new(),
        }))
    }
}

/// The time taken, made up to a whole number of steps, at least one. A step is longer than nothing.
pub fn whole_steps(taken: Duration, step: Duration) -> Duration {
    let steps = taken.as_nanos().div_ceil(step.as_nanos().max(1)).max(1);
    step.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX))
}

/// The index only points; what was opened decides.
fn holds(read: &PersonRead, identifier: &Identifier) -> bool {
    read.state()
        .identity
        .current_identifiers()
        .any(|known| known.kind == identifier.kind() && known.value.as_deref() == Some(identifier.value()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_leaves_at_a_whole_step_after_the_question() {
        for (taken, leaves) in [
            (0, 50),
            (1, 50),
            (49_999, 50),
            (50_000, 50),
            (50_001, 100),
            (120_000, 150),
        ] {
            let whole = whole_steps(Duration::from_micros(taken), ANSWERED_EVERY);
            assert_eq!(whole, Duration::from_millis(leaves), "{taken} µs");
        }
    }
}
