//! The one reader of a node for all who follow.

use super::{Batch, KEPT, Reached};
use crate::App;
use crate::error::AppError;
use crate::query::feed::SCANNED;
use crate::reach::EVERYBODY;
use std::sync::Mutex;
use std::time::Duration;
use throughcare_store::{LogQuery, Parts};
use tokio::sync::watch;
use tokio::time::Instant;

/// How long to gather what is appended before it is read: what is appended meanwhile shares the work.
const GATHER: Duration = Duration::from_millis(50);
/// How often to look when nothing was appended here: another node may have.
const IDLE: Duration = Duration::from_millis(250);
/// How long to wait after an error.
const AFTER_ERROR: Duration = Duration::from_secs(1);

impl App {
    /// Reads the log for all who follow it live on this node, until `stop` says true: then all of them end.
    pub async fn follow_live(&self, mut stop: watch::Receiver<bool>) {
        let live = &self.inner.live;
        let mut committed = self.inner.store.committed();
        let mut at = None;
        while !*stop.borrow() {
            if !live.is_followed() {
                at = None;
                live.forget();
                tokio::select! {
                    _ = stop.changed() => {}
                    () = live.wanted.notified() => {}
                }
                continue;
            }
            let pause = match self.read_live(&mut at).await {
                Ok(true) => GATHER,
                Ok(false) => IDLE,
                Err(error) => {
                    tracing::error!(%error, "the log could not be read for those who follow it; trying again");
                    AFTER_ERROR
                }
            };
            tokio::select! {
                _ = stop.changed() => {}
                _ = committed.changed(), if pause == IDLE => tokio::time::sleep(GATHER).await,
                () = tokio::time::sleep(pause) => {}
            }
        }
        live.reached.send_modify(|reached| reached.over = true);
    }

    /// Reads what is new, if anything; true when there was something.
    async fn read_live(&self, at: &mut Option<u64>) -> Result<bool, AppError> {
        let (live, store) = (&self.inner.live, &self.inner.store);
        let head = store.head().await?.position;
        // Whoever was there before anybody followed reads pages.
        let from = *at.get_or_insert(head);
        if from >= head {
            live.reached.send_if_modified(|reached: &mut Reached| {
                let moved = reached.position < head;
                reached.position = reached.position.max(head);
                moved
            });
            return Ok(false);
        }
        let query = LogQuery {
            after: from,
            upto: Some(head),
            limit: SCANNED,
            types: Vec::new(),
            kind: None,
            parts: Parts::Case,
        };
        let events = store.read_log(&EVERYBODY, &query).await?;
        let cut = events.len() >= SCANNED as usize;
        let last = events.last().map(|event| event.envelope.position);
        let upto = last.filter(|_| cut).unwrap_or(head);
        let read = Instant::now();
        let gathered = self.gathered(&EVERYBODY, events, false).await?;
        if read.elapsed() < KEPT {
            live.keep(Batch {
                from,
                upto,
                gathered,
                read,
                reached: Mutex::default(),
            });
        } else {
            // Too slow to be news: everybody reads pages.
            live.reached.send_modify(|reached| reached.position = upto);
        }
        *at = Some(upto);
        Ok(true)
    }
}
