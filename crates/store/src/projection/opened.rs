//! From sealed rows to one person's history, as far as it can be read.

use super::compute::Poison;
use super::linked::Links;
use crate::codec::CodecError;
use crate::log::{EventRow, Parts};
use crate::seal::{Part, SealError, StreamKeys};
use crate::{Store, StoreError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::id::PersonId;

/// Longest reason kept, in bytes.
const MOST_REASON: usize = 500;

/// A person's events as they were read, in order; or a service's, whose lines are those of its stock. A service
/// stands where a person does, under the id of its stream.
pub(super) struct SealedHistory {
    pub person: PersonId,
    pub events: Vec<SealedEvent>,
    /// What is known of its keys; nothing when they are missing, which is a fault.
    pub keys: Option<Arc<StreamKeys>>,
}

/// Histories that were read together.
pub(super) struct SealedHistories {
    /// Whose lines are computed.
    pub own: Vec<SealedHistory>,
    /// Of others, whose records were ever joined with one of them.
    pub others: Vec<SealedHistory>,
    /// Who was joined with whom.
    pub links: Links,
}

/// An event, or what is wrong with its envelope.
pub(super) struct SealedEvent {
    pub position: u64,
    pub row: Result<EventRow, StoreError>,
}

/// A person's events up to the first that cannot be read; with those of records that were joined with theirs, in order
/// of position.
#[derive(Clone)]
pub(super) struct OpenHistory {
    pub person: PersonId,
    pub events: Vec<RecordedEvent>,
    pub unread: Option<Unread>,
}

/// Why a history ends early.
#[derive(Clone)]
pub(super) enum Unread {
    /// Of a newer program: the projection stops before it.
    Newer(Poison),
    /// Damaged: the person is parked at it.
    Damaged(Poison),
}

impl Store {
    pub(super) fn open_history(&self, sealed: SealedHistory) -> OpenHistory {
        let mut open = OpenHistory {
            person: sealed.person,
            events: Vec::with_capacity(sealed.events.len()),
            unread: None,
        };
        let keys = sealed.keys;
        for event in sealed.events {
            let open_row = |row: EventRow| {
                // First of all: a newer program may seal in another way, too. What is erased need not be known.
                if keys
                    .as_ref()
                    .is_none_or(|keys| !matches!(keys.get(Part::Case, row.key_version), Ok(None)))
                {
                    let known = self
                        .inner
                        .codec
                        .knows(&row.event_type, row.envelope.schema_version);
                    known.map_err(|source| StoreError::Codec {
                        position: row.envelope.position,
                        source,
                    })?;
                }
                self.open_row(row, keys.as_deref(), Parts::Case)
            };
            let opened = event.row.and_then(|row| {
                catch_unwind(AssertUnwindSafe(|| open_row(row))).unwrap_or(Err(StoreError::Invalid(
                    "the program has a fault in reading it; its log says where",
                )))
            });
            match opened {
                Ok(opened) => open.events.push(opened),
                Err(error) => {
                    open.unread = Some(Unread::because(event.position, &error));
                    break;
                }
            }
        }
        open
    }
}

impl Unread {
    fn because(position: u64, error: &StoreError) -> Self {
        let poison = Poison::at(position, error);
        if is_newer(error) {
            Self::Newer(poison)
        } else {
            Self::Damaged(poison)
        }
    }
}

/// Written by a program that knows more than this one.
fn is_newer(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Codec {
            source: CodecError::UnknownType { .. } | CodecError::NewerVersion { .. },
            ..
        }
    )
}

impl Poison {
    /// Tells which event cannot be read and why, without anything of its content.
    pub fn at(position: u64, error: &StoreError) -> Self {
        let why = match error {
            StoreError::Codec { source, .. } => source.to_string(),
            StoreError::Seal(SealError::DoesNotOpen) => {
                "it does not open: it was changed or moved, or its keys do not fit".to_owned()
            }
            StoreError::Invalid(why) => (*why).to_owned(),
            other => other.to_string(),
        };
        let mut reason = format!("the event at position {position}: {why}");
        reason.truncate(reason.floor_char_boundary(MOST_REASON));
        Self { position, reason }
    }
}
