//! Taking up again people who are parked, once what was wrong is mended.

use super::Projector;
use super::directories::Directories;
use crate::error::AppError;
use throughcare_domain::id::PersonId;
use throughcare_store::projection::{Projection, Resumed};

impl Projector {
    /// Computes the rows of parked people anew from their whole history and unparks them: one person, or everybody
    /// who is parked in the projection. Who still cannot be computed stays parked, and the answer says why.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such projection; otherwise the first error. What was done stays done.
    pub async fn resume(&self, projection: &str, person: Option<PersonId>) -> Result<Resumed, AppError> {
        let projection = Projection::find(projection).ok_or(AppError::NotFound)?;
        let store = &self.app.inner.store;
        let mut directories = Directories::default();
        let mut all = Resumed::default();
        let mut after = None;
        loop {
            let people = match person {
                Some(person) => vec![person],
                None => store.parked_people(projection, after).await?,
            };
            let Some(last) = people.last().copied() else {
                return Ok(all);
            };
            // A directory that cannot be read halts the projection before it, so the checkpoint is never behind it.
            let _ = directories.follow(store, store.head().await?.position).await?;
            let resumed = store.resume(projection, &people, directories.rows_of()).await?;
            all.resumed.extend(resumed.resumed);
            all.parked.extend(resumed.parked);
            if person.is_some() {
                return Ok(all);
            }
            after = Some(last);
        }
    }
}
