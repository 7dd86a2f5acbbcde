//! Taking up again people who are parked, once what was wrong is mended.

use super::compute::RowsOf;
use super::lease::take_away;
use super::tables::{Projection, Side};
use super::whole::Whole;
use super::write::locked_checkpoint;
use super::{park, rows};
use crate::{Store, StoreError};
use std::sync::Arc;
use throughcare_domain::id::PersonId;
use uuid::Uuid;

/// Most people taken up in one transaction: it holds the checkpoint while it computes.
const AT_ONCE: i64 = 50;

/// What came of taking people up again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resumed {
    /// Those whose rows are whole again.
    pub resumed: Vec<PersonId>,
    /// Those who are still parked, and why.
    pub parked: Vec<(PersonId, String)>,
}

impl Store {
    /// The parked people of a projection, at most [`AT_ONCE`], in order of id, after one of them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn parked_people(
        &self,
        projection: Projection,
        after: Option<PersonId>,
    ) -> Result<Vec<PersonId>, StoreError> {
        let people = sqlx::query_scalar::<_, Uuid>(
            "/* projection::parked_people */ select person from parked
             where projection = $1 and ($2::uuid is null or person > $2) order by person limit $3",
        )
        .bind(projection.name())
        .bind(after.map(|person| person.0))
        .bind(AT_ONCE)
        .fetch_all(self.projecting())
        .await?;
        Ok(people.into_iter().map(PersonId).collect())
    }

    /// Computes the rows of parked people anew from their whole history up to the checkpoint, replaces what there
    /// is and unparks them, in one transaction. Whoever still cannot be computed stays parked, with rows up to the
    /// event before. Those of `people` who are not parked are left alone.
    ///
    /// The worker's lease is ended with it: a batch that it has read without these people must not be written.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing changed.
    pub async fn resume(
        &self,
        projection: Projection,
        people: &[PersonId],
        rows_of: Arc<RowsOf>,
    ) -> Result<Resumed, StoreError> {
        let ids: Vec<Uuid> = people.iter().map(|person| person.0).collect();
        let mut transaction = self.projecting().begin().await?;
        take_away(&mut transaction, projection.name()).await?;
        let checkpoint = locked_checkpoint(&mut transaction, projection).await?;
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "/* projection::still_parked */ select person from parked
             where projection = $1 and person = any($2) order by person",
        )
        .bind(projection.name())
        .bind(&ids)
        .fetch_all(&mut transaction)
        .await?;
        if ids.is_empty() {
            return Ok(Resumed::default());
        }
        let sealed = self.histories(&ids, checkpoint).await?;
        let store = self.clone();
        let work = move || store.compute_people(sealed, 0, checkpoint, None, &*rows_of);
        let (computed, halt) = tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| StoreError::Unknown)?;
        if halt.is_some() {
            return Err(StoreError::Invalid(
                "a newer program wrote some of these people's events; use that one to resume them",
            ));
        }
        let mut resumed = Resumed::default();
        let (mut poisoned, mut whole) = (Vec::new(), Vec::new());
        let mut anew = Whole::with_room(0);
        for (update, poison) in computed {
            match poison {
                None => {
                    whole.push(update.person.0);
                    resumed.resumed.push(update.person);
                }
                Some(poison) => {
                    resumed.parked.push((update.person, poison.reason.clone()));
                    poisoned.push((update.person, poison));
                }
            }
            anew.add(&update)?;
        }
        let table = projection.table(Side::Live);
        rows::remove(&mut transaction, table, &ids).await?;
        anew.insert(&mut transaction, table).await?;
        park::unpark(&mut transaction, projection, &whole).await?;
        park::park(&mut transaction, projection, Side::Live, &poisoned).await?;
        transaction.commit().await?;
        Ok(resumed)
    }
}
