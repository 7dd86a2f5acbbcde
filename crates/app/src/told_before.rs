//! Requests that were answered before, that are under way on this node, or that are only tried.

use crate::App;
use crate::answer::Answer;
use crate::caller::{Request, RequestKey};
use crate::error::AppError;
use throughcare_store::StoredAnswer;
use uuid::Uuid;

impl App {
    /// The answer that was given under the request's key, when the same was asked.
    pub(crate) async fn answered_before(&self, request: &Request) -> Result<Option<Answer>, AppError> {
        let Some(RequestKey { key, .. }) = request.key else {
            return Ok(None);
        };
        let client = &request.caller.actor.client;
        let stored = self.inner.store.find_idempotency(client, key).await?;
        stored.map(|stored| told_before(stored, request)).transpose()
    }

    /// Marks a request as under way until the returned guard is dropped.
    pub(crate) fn begin(&self, request: &Request) -> Result<UnderWay, AppError> {
        let Some(RequestKey { key, .. }) = request.key else {
            return Ok(UnderWay(None));
        };
        let mark = (request.caller.actor.client.clone(), key);
        let mut under_way = self
            .inner
            .under_way
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if !under_way.insert(mark.clone()) {
            return Err(AppError::InProgress);
        }
        Ok(UnderWay(Some((self.clone(), mark))))
    }

    /// What a row that is only tried is answered: nothing of it is there.
    pub(crate) async fn tried(&self, answer: Answer, request: &Request) -> Result<Answer, AppError> {
        if let Some(source) = &request.source {
            let client = &request.caller.actor.client;
            if let Some(before) = self.inner.store.find_reference(client, source).await? {
                return Err(AppError::DuplicateReference {
                    entity: before.entity,
                });
            }
        }
        Ok(Answer {
            person: None,
            events: Vec::new(),
            created: Vec::new(),
            etag: String::new(),
            ..answer
        })
    }
}

/// A request under way; dropping it takes the mark away.
pub(crate) struct UnderWay(Option<(App, (String, Uuid))>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        if let Some((app, mark)) = &self.0 {
            app.inner
                .under_way
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .remove(mark);
        }
    }
}

/// The stored answer, when the same is asked again under its key.
pub(crate) fn told_before(stored: StoredAnswer, request: &Request) -> Result<Answer, AppError> {
    if request.key.map(|asked| asked.fingerprint) != Some(stored.fingerprint) {
        return Err(AppError::KeyReused);
    }
    replay(&stored.answer, stored.last_position)
}

/// A stored answer, marked as told again.
pub(crate) fn replay(answer: &[u8], position: u64) -> Result<Answer, AppError> {
    let answer: Answer = serde_json::from_slice(answer).map_err(|_| AppError::Internal(None))?;
    Ok(Answer {
        position,
        replayed: true,
        ..answer
    })
}
