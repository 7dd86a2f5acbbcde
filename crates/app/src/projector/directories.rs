//! The directory of services as it was known at each position of the log, kept between steps.

use std::sync::Arc;
use throughcare_domain::directory::Directory;
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::fact::Fact;
use throughcare_store::projection::{Halt, RowsOf};
use throughcare_store::{Store, StoreError};

/// The directory after each organisation event, up to a position.
#[derive(Default)]
pub(super) struct Directories {
    upto: u64,
    events: Vec<RecordedEvent>,
    known: Arc<Vec<(u64, Directory)>>,
}

impl Directories {
    /// Reads what organisations told up to and with a position. An event that cannot be read halts every
    /// projection before it: whoever is responsible would be a guess from there on.
    pub(super) async fn follow(&mut self, store: &Store, upto: u64) -> Result<Option<Halt>, StoreError> {
        if upto <= self.upto {
            return Ok(None);
        }
        for entry in store.organisation_entries(self.upto, upto).await? {
            match entry.event {
                Ok(event) => self.learn(event),
                Err(error @ (StoreError::Unavailable(_) | StoreError::Database(_) | StoreError::Unknown)) => {
                    return Err(error);
                }
                Err(error) => return Ok(Some(Halt::at(entry.position, &error))),
            }
        }
        self.upto = upto;
        Ok(None)
    }

    fn learn(&mut self, event: RecordedEvent) {
        let position = event.envelope.position;
        self.upto = position;
        // No line depends on these, and each would cost a copy of the directory.
        if matches!(
            event.fact(),
            Some(
                Fact::BatchRecalled(_)
                    | Fact::RecallEnded(_)
                    | Fact::WorkerTrained(_)
                    | Fact::RecordSealed(_)
                    | Fact::SealChanged(_)
                    | Fact::SealLifted(_)
                    | Fact::ClientRegistered(_)
                    | Fact::ClientRestricted(_)
                    | Fact::ClientRevoked(_)
                    | Fact::MemberGranted(_)
                    | Fact::MembershipChanged(_)
                    | Fact::MembershipEnded(_)
            )
        ) {
            return;
        }
        self.events.push(event);
        Arc::make_mut(&mut self.known).push((position, Directory::fold(&self.events)));
    }

    /// The directory as it was known last.
    pub(super) fn latest(&self) -> Directory {
        self.known
            .last()
            .map(|(_, directory)| directory.clone())
            .unwrap_or_default()
    }

    /// How the rows of lists are computed under these directories.
    pub(super) fn rows_of(&self) -> Arc<RowsOf> {
        let known = self.known.clone();
        let empty = Directory::default();
        Arc::new(move |person, history, positions| {
            throughcare_domain::rows::steps_of(person, history, positions, |position| {
                let after = known.partition_point(|(from, _)| *from <= position);
                after.checked_sub(1).map_or(&empty, |at| &known[at].1)
            })
        })
    }
}
