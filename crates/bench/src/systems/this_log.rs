//! This log, bare: [`Store::append`] as the use cases call it, without HTTP and without a decision.
//!
//! An append compares the expected version, seals both parts of each event under its stream's keys, gives dense
//! positions in order of commit, and records the answer for an idempotency key of its own. Keys are random: a
//! client that counts its keys upwards would be cheaper to serve.

use crate::cluster::single;
use crate::visibility::Seen;
use anyhow::{Context, Result, bail, ensure};
use bench_load::{CONNECTIONS, LONG_LENGTH, LONG_STREAMS, Random, SHORT_STREAMS, System, note, stream_id};
use sqlx::postgres::{PgConnectOptions, PgPool};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::{Actor, Draft, Origin, Role};
use throughcare_domain::fact::{ContactRecorded, IdentityDetail};
use throughcare_domain::id::{EpisodeId, EventId, PersonId};
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::Occurred;
use throughcare_store::{
    Append, AppendOutcome, Idempotency, LogQuery, MAX_PAGE, NewEvent, Parts, Provenance, Settings, Store,
    StreamAppend,
};
use uuid::Uuid;

/// Length of the answer that the service stores for a contact: person, event, entity tag.
pub(super) const ANSWER: usize = 170;
const CLIENT: &str = "northshire-recovery-records";

/// This log on a database of its own.
pub struct ThisLog {
    store: Store,
    beside: PgPool,
    provenance: Arc<Provenance>,
    random: Vec<Mutex<Random>>,
}

impl ThisLog {
    /// Migrates the database and fills it.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn new(connect: PgConnectOptions, key_file: PathBuf) -> Result<Self> {
        throughcare_store::migrate(&connect).await?;
        let beside = single(connect.clone()).await?;
        let mut settings = Settings::new(connect, key_file);
        settings.readers = CONNECTIONS; // as many as every other system has
        let store = Store::open(settings).await?;
        let log = Self {
            store,
            beside,
            provenance: provenance()?,
            random: (0..1_024)
                .map(|client| Mutex::new(Random::new(1 << 40 | client)))
                .collect(),
        };
        let lengths = (0..SHORT_STREAMS + LONG_STREAMS)
            .map(|stream| (stream, if stream < SHORT_STREAMS { 1 } else { LONG_LENGTH }));
        let appends: Vec<_> = lengths
            .map(|(stream, length)| log.append_of(0, stream, 0, length))
            .collect();
        for appends in appends.chunks(500) {
            for outcome in log.store.append_bulk(appends.to_vec()).await? {
                outcome.appended().context("the history does not fit")?;
            }
        }
        log.open_connections().await?;
        Ok(log)
    }

    /// The pool opens connections as they are needed, and a request waits a quarter of a second for one: on a busy
    /// machine too short for the first ones.
    async fn open_connections(&self) -> Result<()> {
        for _ in 0..40 {
            let reads = (0..CONNECTIONS as usize).map(|reader| {
                let (store, stream) = (self.store.clone(), stream_of(SHORT_STREAMS + reader));
                tokio::spawn(async move {
                    store
                        .read_stream(&throughcare_store::Reach::EVERYBODY, stream, None)
                        .await
                })
            });
            let mut failed = false;
            for read in reads.collect::<Vec<_>>() {
                failed |= read.await?.is_err();
            }
            if !failed {
                return Ok(());
            }
        }
        bail!("the database gives no {CONNECTIONS} connections")
    }

    /// A connection beside the store's own, for what others would ask the database.
    pub fn beside(&self) -> &PgPool {
        &self.beside
    }

    /// The position of the last event.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn end(&self) -> Result<i64> {
        Ok(i64::try_from(self.store.head().await?.position)?)
    }

    /// The events after a position, in order: what a reader that follows the log asks.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn after(&self, position: i64) -> Result<Vec<Seen>> {
        let query = LogQuery {
            after: u64::try_from(position)?,
            limit: MAX_PAGE,
            parts: Parts::Envelope,
            ..LogQuery::default()
        };
        let page = self
            .store
            .read_log(&throughcare_store::Reach::EVERYBODY, &query)
            .await?;
        let seen = page.iter().map(|event| {
            Ok(Seen {
                position: i64::try_from(event.envelope.position)?,
                stream: event.envelope.stream.id,
                version: i64::from(event.envelope.stream_version),
            })
        });
        seen.collect()
    }

    fn append_of(&self, client: usize, stream: usize, expected: u32, events: usize) -> Append {
        let mut random = self.random[client % self.random.len()]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let key = random.uuid();
        let stream = stream_id(stream);
        let events = (1..=events)
            .map(|number| NewEvent {
                draft: draft(random.uuid(), stream, i64::from(expected) + number as i64),
                provenance: self.provenance.clone(),
            })
            .collect();
        Append {
            streams: vec![StreamAppend {
                stream: StreamId::person(PersonId(stream)),
                expected,
                events,
            }],
            idempotency: Some(Idempotency {
                client: CLIENT.into(),
                key,
                fingerprint: [7; 32],
                answer: vec![b'x'; ANSWER],
            }),
            ..Append::default()
        }
    }
}

fn stream_of(number: usize) -> StreamId {
    StreamId::person(PersonId(stream_id(number)))
}

/// A contact with a note: about as many bytes as [`bench_load::Note`], in the two parts that are sealed apart.
fn draft(id: Uuid, stream: Uuid, number: i64) -> Draft {
    Draft {
        id: EventId(id),
        occurred: Occurred::On(jiff::civil::date(2026, 7, 1)),
        fact: ContactRecorded {
            episode: EpisodeId(stream),
        }
        .into(),
        identity: Some(IdentityDetail {
            note: Some(format!(
                "{number} {} {}",
                note(stream, number).note,
                "x".repeat(90)
            )),
            ..IdentityDetail::default()
        }),
        causation: None,
    }
}

fn provenance() -> Result<Arc<Provenance>> {
    Ok(Arc::new(Provenance {
        received_at: "2026-07-01T09:00:00Z".parse()?,
        origin: Origin::Staff,
        actor: Actor {
            client: CLIENT.into(),
            user: Some("northshire-community-worker-01".into()),
            organisation: OrganisationCode::parse("northshire-recovery")?,
            role: Role::Worker,
        },
        on_behalf_of: None,
        purpose: "direct_care".into(),
        correlation: Uuid::from_u128(7),
        source: None,
    }))
}

impl System for ThisLog {
    async fn tokens(&self) -> Result<Vec<i64>> {
        let versions: Vec<(Uuid, i32)> = sqlx::query_as("SELECT stream_id, version FROM streams")
            .fetch_all(&self.beside)
            .await?;
        Ok(super::short_streams(versions))
    }

    async fn append(&self, client: usize, stream: usize, expected: i64, events: usize) -> Result<i64> {
        let append = self.append_of(client, stream, u32::try_from(expected)?, events);
        match self.store.append(append).await? {
            AppendOutcome::Appended(appended) => {
                let (_, reached) = appended.versions.first().context("no version")?;
                Ok(i64::from(*reached))
            }
            other => bail!("{other:?}"),
        }
    }

    async fn read(&self, _client: usize, stream: usize) -> Result<usize> {
        Ok(self
            .store
            .read_stream(&throughcare_store::Reach::EVERYBODY, stream_of(stream), None)
            .await?
            .len())
    }

    async fn replay(&self) -> Result<u64> {
        let (mut replay, mut last) = (self.store.replay(0, u64::MAX, Parts::Case), 0);
        while let Some(batch) = replay.next().await {
            for entry in batch? {
                ensure!(entry.position == last + 1, "a gap after position {last}");
                entry.event?;
                last = entry.position;
            }
        }
        Ok(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parts_together_are_about_300_bytes() {
        let draft = draft(Uuid::from_u128(1), stream_id(1), 1);
        let identity = serde_json::to_vec(&draft.identity).unwrap().len();
        let case = serde_json::to_vec(&draft.fact).unwrap().len();
        assert!((280..=320).contains(&(case + identity)), "{case} + {identity}");
    }
}
