//! Histories of people whose records were joined: all of them are read together.

use crate::App;
use crate::error::AppError;
use crate::reach::EVERYBODY;
use std::collections::HashMap;
use std::sync::Arc;
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::history::History;
use throughcare_domain::id::PersonId;
use throughcare_domain::stream::StreamId;
use throughcare_store::{Parts, Reach};

impl App {
    /// Everything recorded about a person, to decide by.
    pub(crate) async fn history(&self, person: PersonId) -> Result<Arc<History>, AppError> {
        let stream = StreamId::person(person);
        let own = self.inner.store.read_stream(&EVERYBODY, stream, None).await?;
        let own = Arc::new(History::new(own));
        self.whole_record(&EVERYBODY, own, Parts::Both, None).await
    }

    /// The history of the person to whom a record belongs, with those of the records that are joined with it now, or
    /// were known to be at a log position. Few records are: then the record is the history.
    pub(crate) async fn whole_record(
        &self,
        reach: &Reach,
        own: Arc<History>,
        parts: Parts,
        known_at: Option<u64>,
    ) -> Result<Arc<History>, AppError> {
        Ok(self.with_joined(reach, own, parts, known_at).await?.0)
    }

    /// As [`Self::whole_record`], with the position of the last event of the log when other records were read.
    pub(crate) async fn with_joined(
        &self,
        reach: &Reach,
        own: Arc<History>,
        parts: Parts,
        known_at: Option<u64>,
    ) -> Result<(Arc<History>, Option<u64>), AppError> {
        // Every merge of a record stands in it, undone ones too.
        if own.now().merges.is_empty() {
            return Ok((own, None));
        }
        let stream = own.stream();
        let linked = self.inner.store.read_linked(reach, stream, parts).await?;
        let person = PersonId(stream.id);
        let history = History::of_person(person, linked.events, known_at);
        Ok((Arc::new(history), Some(linked.head)))
    }

    /// The same for many records, each given with its own events.
    pub(crate) async fn whole_records(
        &self,
        reach: &Reach,
        records: HashMap<StreamId, Vec<RecordedEvent>>,
        parts: Parts,
    ) -> Result<HashMap<StreamId, Arc<History>>, AppError> {
        let mut whole = HashMap::with_capacity(records.len());
        for (stream, events) in records {
            let own = Arc::new(History::new(events));
            whole.insert(stream, self.whole_record(reach, own, parts, None).await?);
        }
        Ok(whole)
    }
}
