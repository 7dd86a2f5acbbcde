//! Rows as they were known at a past position, computed from the log alone: read and answered, and written nowhere. No
//! table of a projection, no checkpoint and no lease is touched.

use super::begin;
use super::load::{ComputedRange, NEWER};
use super::plan::{Range, planned};
use super::read::RangeBatch;
use crate::projection::compute::{Poison, RowsOf, now};
use crate::projection::linked::combined;
use crate::projection::opened::{OpenHistory, Unread};
use crate::projection::rows::COLUMNS;
use crate::{Store, StoreError};
use sqlx::Row as _;
use throughcare_domain::id::PersonId;
use throughcare_domain::rows::Row;

/// A row of a projection as it is digested, and as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanonicalRow {
    /// PostgreSQL's text of the row: what digests are made of.
    pub canonical: String,
    /// The same as a JSON object with the names of the columns.
    pub fields: String,
}

/// What people's lines were at a position.
#[derive(Clone, Debug, Default)]
pub struct LinesThen {
    /// How many events they were computed from.
    pub events: u64,
    /// The lines, person after person in order of id.
    pub lines: Vec<(PersonId, Row)>,
    /// How many people stand still at an event that cannot be read.
    pub parked: usize,
}

impl Store {
    /// Parts of about `events` events over every person and every service's stock, in order of id. Nothing is written, so
    /// that whoever goes on after a stop has to keep them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn replay_ranges(&self, events: u32) -> Result<Vec<Range>, StoreError> {
        let mut transaction = begin(self.projecting()).await?;
        let ranges = planned(&mut transaction, events).await?;
        transaction.commit().await?;
        Ok(ranges)
    }

    /// The computed rows of a range in the order and the form in which a digest takes them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn canonical_rows(&self, computed: &ComputedRange) -> Result<Vec<CanonicalRow>, StoreError> {
        let mut transaction = begin(self.projecting()).await?;
        let statement = format!(
            "/* replay::canonical */ select person, row({COLUMNS})::text as line, row_to_json(r)::text as fields \
             from r ({COLUMNS})"
        );
        let rows = computed.rows().select(&mut transaction, &statement).await?;
        transaction.commit().await?;
        let mut lines = Vec::with_capacity(rows.len());
        for row in &rows {
            let person: uuid::Uuid = row.try_get(0)?;
            lines.push((
                person,
                CanonicalRow {
                    canonical: row.try_get(1)?,
                    fields: row.try_get(2)?,
                },
            ));
        }
        // As a digest has them: by person, and each person's by their bytes.
        lines.sort_by(|(one, a), (other, b)| (one, &a.canonical).cmp(&(other, &b.canonical)));
        Ok(lines.into_iter().map(|(_, line)| line).collect())
    }

    /// Opens a range and computes the lines that people had at its target. Work for the processor; call it where blocking
    /// is allowed.
    ///
    /// # Errors
    /// When a newer program wrote some of the events.
    pub fn lines_then(
        &self,
        mut batch: RangeBatch,
        rows_of: &RowsOf,
        wanted: impl Fn(&Row) -> bool,
    ) -> Result<LinesThen, StoreError> {
        let target = batch.target;
        let links = std::mem::take(&mut batch.links);
        let linked = std::mem::take(&mut batch.linked).into_iter();
        let linked: Vec<OpenHistory> = linked.map(|sealed| self.open_history(sealed)).collect();
        let is_newer = |history: &OpenHistory| matches!(history.unread, Some(Unread::Newer(_)));
        if linked.iter().any(is_newer) {
            return Err(NEWER);
        }
        let mut then = LinesThen::default();
        let mut histories = batch.histories();
        while let Some(sealed) = histories.next()? {
            then.events += sealed.events.len() as u64;
            let mut open = self.open_history(sealed);
            if let Some(with) = links.get(&open.person.0) {
                let others = linked.iter().filter(|one| with.contains(&one.person.0));
                open = combined(open, &others.collect::<Vec<_>>());
            }
            if is_newer(&open) {
                return Err(NEWER);
            }
            let person = open.person;
            let (lines, poison): (Vec<Row>, Option<Poison>) = now(open, target, rows_of);
            then.parked += usize::from(poison.is_some());
            then.lines
                .extend(lines.into_iter().filter(&wanted).map(|line| (person, line)));
        }
        Ok(then)
    }
}
