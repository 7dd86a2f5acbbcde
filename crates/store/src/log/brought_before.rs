//! Telling the database whom the events of before row-level security bring into which record (migration 0027). Most of
//! it is sealed, so no migration can.

use super::Parts;
use super::concerned::{Concern, of_fact, tell};
use crate::{Store, StoreError};
use sqlx::Row as _;
use std::collections::BTreeSet;
use throughcare_domain::stream::StreamKind;

impl Store {
    /// Goes through the log up to where it stood when the table was made; how many events that were. Stopped anywhere,
    /// it goes on from there; done, it reads one row. An erased event brings in nobody but its recorder, and one that
    /// cannot be read is told in the log of the program and passed over: whoever it brings in sees less until the record
    /// concerns them otherwise.
    ///
    /// # Errors
    /// [`StoreError`] when the database or the key store cannot answer.
    pub(crate) async fn fill_concerned(&self) -> Result<u64, StoreError> {
        let row = sqlx::query("/* concerned_filled */ SELECT position, target FROM concerned_filled")
            .fetch_one(self.pool())
            .await?;
        let position = row.try_get::<i64, _>("position")?.unsigned_abs();
        let target = row.try_get::<i64, _>("target")?.unsigned_abs();
        if position >= target {
            return Ok(0);
        }
        tracing::info!(position, target, "telling the database whom each record concerns");
        let (mut read, mut unread) = (0, 0_u64);
        let mut replay = self.replay(position, target, Parts::Case);
        while let Some(batch) = replay.next().await {
            let (mut found, mut reached) = (BTreeSet::<Concern>::new(), position);
            for entry in batch? {
                (read, reached) = (read + 1, entry.position);
                match &entry.event {
                    Ok(event) if entry.stream.kind == StreamKind::Person => {
                        if let Some(fact) = event.fact() {
                            let recorder = &event.envelope.actor.organisation;
                            of_fact(entry.stream.id, recorder, fact, &mut found);
                        }
                    }
                    Ok(_) => {}
                    Err(_) => unread += 1,
                }
            }
            let mut session = self.recording().begin().await?;
            tell(&mut session, found.iter()).await?;
            sqlx::query(
                "/* concerned_filled */ UPDATE concerned_filled SET position = $1 WHERE position < $1",
            )
            .bind(reached.cast_signed())
            .execute(&mut session)
            .await?;
            session.commit().await?;
            tracing::info!(position = reached, target, "whom records concern is told so far");
        }
        if unread > 0 {
            tracing::warn!(
                unread,
                "events could not be read; whom they bring in is not known"
            );
        }
        Ok(read)
    }
}
