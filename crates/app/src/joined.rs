//! Histories of people whose records were joined: all of them are read together.

use crate::App;
use crate::error::AppError;
use std::collections::HashMap;
use std::sync::Arc;
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::history::History;
use throughcare_domain::id::PersonId;
use throughcare_domain::stream::StreamId;
use throughcare_store::Parts;

impl App {
    /// The history of the person to whom a record belongs, with those of the records that are joined with it now, or
    /// were known to be at a log position. Few records are: then the record is the history.
    pub(crate) async fn whole_record(
        &self,
        own: Arc<History>,
        parts: Parts,
        known_at: Option<u64>,
    ) -> Result<Arc<History>, AppError> {
        Ok(self.with_joined(own, parts, known_at).await?.0)
    }

    /// As [`Self::whole_record`], with the position of the last event of the log when other records were read.
    pub(crate) async fn with_joined(
        &self,
        own: Arc<History>,
        parts: Parts,
        known_at: Option<u64>,
    ) -> Result<(Arc<History>, Option<u64>), AppError> {
        // Every merge of a record stands in it, undone ones too.
        if own.now().merges.is_empty() {
            return Ok((own, None));
        }
        let stream = own.stream();
        let linked = self.inner.store.read_linked(stream, parts).await?;
        let person = PersonId(stream.id);
        let history = History::of_person(person, linked.events, known_at);
        Ok((Arc::new(history), Some(linked.head)))
    }

    /// The same for many records, each given with its own events.
    pub(crate) async fn whole_records(
        &self,
        records: HashMap<StreamId, Vec<RecordedEvent>>,
        parts: Parts,
    ) -> Result<HashMap<StreamId, Arc<History>>, AppError> {
        let mut whole = HashMap::with_capacity(records.len());
        for (stream, events) in records {
            let own = Arc::new(History::new(events));
            whole.insert(stream, self.whole_record(own, parts, None).await?);
        }
        Ok(whole)
    }
}
