//! Reading one range: its events by `COPY`, in order of person, without the parts that no row is computed from.

use super::begin;
use crate::keys::Keys;
use crate::log::tuple::HEADER;
use crate::log::{COLUMNS, Columns, Values as _, kind_number};
use crate::projection::batch::FOLLOWED;
use crate::projection::linked::{Links, read_links};
use crate::projection::opened::{SealedEvent, SealedHistory};
use crate::projection::{Projection, Range};
use crate::{Store, StoreError};
use futures::StreamExt as _;
use throughcare_domain::id::PersonId;
use uuid::Uuid;

/// Which column of an event names its stream, counted from 0.
const STREAM: i16 = 4;
/// Bytes of a row, about, to make room for a range at once.
const ROW: usize = 560;
/// A row of the wrong shape is a fault of the statement, not of one event.
const MISREAD: StoreError = StoreError::Invalid("the database sent a row that no statement of ours asks for");

/// The events of a range. Still sealed.
pub struct RangeBatch {
    pub(super) projection: Projection,
    pub(super) range: Range,
    pub(super) target: u64,
    /// Rows as they came, one after another.
    rows: Vec<u8>,
    keys: Keys,
    /// Who of the range was ever joined with whom.
    pub(super) links: Links,
    /// Their histories, wherever they lie.
    pub(super) linked: Vec<SealedHistory>,
}

impl Store {
    /// Reads every event of a range up to the target.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer; an event that cannot be read is no error here.
    pub async fn read_range(
        &self,
        projection: Projection,
        range: Range,
        target: u64,
    ) -> Result<RangeBatch, StoreError> {
        let mut transaction = begin(self.projecting()).await?;
        let statement = select(range, target);
        let mut copy = transaction.connection().copy_out_raw(&statement).await?;
        let mut rows = Vec::with_capacity(usize::try_from(range.events).unwrap_or(0) * ROW);
        while let Some(message) = copy.next().await {
            rows.extend_from_slice(&message?);
        }
        drop(copy);
        let joined: Vec<Uuid> = sqlx::query_scalar(
            "/* rebuild::joined */ select distinct stream_id from record_links where stream_id > $1 and stream_id <= $2",
        )
        .bind(range.low)
        .bind(range.high)
        .fetch_all(&mut transaction)
        .await?;
        transaction.commit().await?;
        // After the events: whatever was sealed with was in the key store before them.
        let keys = self.inner.keys.read_range(range.low, range.high).await?;
        let (mut links, mut linked) = (Links::new(), Vec::new());
        if !joined.is_empty() {
            links = read_links(&joined, self.projecting()).await?;
            let mut others: Vec<Uuid> = links.values().flatten().copied().collect();
            others.sort_unstable();
            others.dedup();
            linked = self.own_histories(&others, target).await?;
        }
        Ok(RangeBatch {
            projection,
            range,
            target,
            rows,
            keys,
            links,
            linked,
        })
    }
}

/// Everything but the identity part, which no row is computed from and which is half of what is stored.
fn select(range: Range, target: u64) -> String {
    let Range { low, high, .. } = range;
    let kinds = FOLLOWED.map(|kind| kind_number(kind).to_string()).join(", ");
    format!(
        "/* rebuild::read_range */ COPY (SELECT position, event_id, correlation, causation, stream_id, recorded_at, \
         received_at, occurred_at, occurred_on, stream_version, stream_kind, schema_version, key_version, origin, \
         event_type, client, user_name, organisation, role, on_behalf_of, purpose, source_system, source_reference, \
         case_sealed, NULL::bytea, payload_hash FROM events \
         WHERE stream_id > '{low}' AND stream_id <= '{high}' AND position <= {target} AND stream_kind IN ({kinds}) \
         ORDER BY stream_id, stream_version) TO STDOUT (FORMAT binary)"
    )
}

impl RangeBatch {
    /// One history after the other, in order of person.
    pub(super) fn histories(&mut self) -> Histories<'_> {
        Histories {
            rows: self.rows.strip_prefix(HEADER).unwrap_or(&self.rows),
            keys: &self.keys,
            next: None,
        }
    }
}

/// The histories that were not read yet.
pub(super) struct Histories<'a> {
    rows: &'a [u8],
    keys: &'a Keys,
    /// The first event of the next person.
    next: Option<(Uuid, SealedEvent)>,
}

impl Histories<'_> {
    /// The next person's; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<SealedHistory>, StoreError> {
        let first = match self.next.take() {
            Some(first) => Some(first),
            None => self.event()?,
        };
        let Some((stream, first)) = first else {
            return Ok(None);
        };
        let mut events = vec![first];
        while let Some((other, event)) = self.event()? {
            if other != stream {
                self.next = Some((other, event));
                break;
            }
            events.push(event);
        }
        Ok(Some(SealedHistory {
            person: PersonId(stream),
            events,
            keys: self.keys.get(&stream).cloned(),
        }))
    }

    /// The next event with its stream; `None` at the end.
    fn event(&mut self) -> Result<Option<(Uuid, SealedEvent)>, StoreError> {
        let mut columns = Columns(self.rows);
        match columns.count() {
            Some(COLUMNS) => {}
            Some(-1) => return Ok(None),
            _ => return Err(MISREAD),
        }
        let mut row = Columns(columns.0);
        let (stream, position) = place(&mut columns).ok_or(MISREAD)?;
        self.rows = columns.0;
        let row = row.event();
        Ok(Some((stream, SealedEvent { position, row })))
    }
}

/// Goes past a row: whose event it is and where that stands, also when the rest of it cannot be read.
fn place(columns: &mut Columns<'_>) -> Option<(Uuid, u64)> {
    let position = columns.fixed().map(i64::from_be_bytes)?.unsigned_abs();
    for _ in 1..STREAM {
        columns.value()?;
    }
    let stream = columns.uuid()?;
    for _ in STREAM + 1..COLUMNS {
        columns.value()?;
    }
    Some((stream, position))
}
