//! Proving two tables equal: row by row, at one position.
//!
//! The canonical form of a row is PostgreSQL's text of `row(person, kind, ..., known_to)`, without its surrogate
//! number. A table's digest is SHA-256 over these lines, each with a line feed, in order of their bytes within each
//! person, and of persons. So it is what
//! `psql -At -c "select row(person, ...)::text from worklist_rows" | LC_ALL=C sort | sha256sum` prints.

use super::begin;
use crate::connect::Session;
use crate::projection::rows::COLUMNS;
use crate::projection::tables::{Projection, Side};
use crate::projection::write::checkpoint;
use crate::{Store, StoreError};
use aws_lc_rs::digest::{Context, SHA256};
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::{HashSet, VecDeque};
use throughcare_domain::id::PersonId;
use uuid::Uuid;

/// Rows fetched at once.
const PAGE: usize = 10_000;
/// Most people named who differ.
const MOST_NAMED: usize = 10;

/// What a table holds, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// How many rows.
    pub rows: u64,
    /// SHA-256 over their canonical form, in hexadecimal.
    pub sha256: String,
}

/// How the table beside differs from the live one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The position at which both were compared.
    pub position: u64,
    /// The live table.
    pub live: Digest,
    /// The one beside.
    pub beside: Digest,
    /// People who have other rows, not counting those who are parked in the live table: their rows stand still.
    pub people: u64,
    /// Rows of theirs that only one of both tables has.
    pub rows: u64,
    /// The first ten of them, in order of id.
    pub first: Vec<PersonId>,
    /// People with other rows who are parked in the live table.
    pub parked: u64,
}

impl Comparison {
    /// True when nothing differs but the rows of parked people.
    pub fn equal(&self) -> bool {
        self.people == 0
    }
}

/// The live table as it is at one position, however far it moves on meanwhile.
pub struct LiveSnapshot {
    transaction: Session<'static>,
    projection: Projection,
    /// That position.
    pub position: u64,
    parked: HashSet<Uuid>,
}

impl Store {
    /// Holds the live table as it is now, to be compared. The table goes on moving.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn live_snapshot(&self, projection: Projection) -> Result<LiveSnapshot, StoreError> {
        let mut transaction = begin(self.projecting()).await?;
        sqlx::raw_sql(
            "/* rebuild::live_snapshot */ set transaction isolation level repeatable read, read only",
        )
        .execute(&mut transaction)
        .await?;
        let position = checkpoint(&mut transaction, projection).await?;
        let parked =
            sqlx::query_scalar("/* rebuild::parked */ select person from parked where projection = $1")
                .bind(projection.name())
                .fetch_all(&mut transaction)
                .await?;
        Ok(LiveSnapshot {
            transaction,
            projection,
            position,
            parked: parked.into_iter().collect(),
        })
    }

    /// Compares the table beside, which must stand at the snapshot's position and not move, with the live one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn compare(&self, snapshot: LiveSnapshot) -> Result<Comparison, StoreError> {
        let projection = snapshot.projection;
        let beside = begin(self.projecting()).await?;
        let (live, beside) = tokio::join!(
            People::open(snapshot.transaction, projection.table(Side::Live)),
            People::open(beside, projection.table(Side::Beside)),
        );
        let (mut live, mut beside) = (live?, beside?);
        let mut found = Comparison {
            position: snapshot.position,
            live: Digest::none(),
            beside: Digest::none(),
            people: 0,
            rows: 0,
            first: Vec::new(),
            parked: 0,
        };
        let (mut of_live, mut of_beside) = (live.next().await?, beside.next().await?);
        loop {
            let person = match (&of_live, &of_beside) {
                (Some((one, _)), Some((other, _))) => *one.min(other),
                (Some((one, _)), None) | (None, Some((one, _))) => *one,
                (None, None) => break,
            };
            let left = taken(&mut of_live, person);
            let right = taken(&mut of_beside, person);
            if left != right {
                if snapshot.parked.contains(&person) {
                    found.parked += 1;
                } else {
                    found.people += 1;
                    found.rows += differing(&left, &right);
                    if found.first.len() < MOST_NAMED {
                        found.first.push(PersonId(person));
                    }
                }
            }
            if of_live.is_none() {
                of_live = live.next().await?;
            }
            if of_beside.is_none() {
                of_beside = beside.next().await?;
            }
        }
        found.live = live.close().await?;
        found.beside = beside.close().await?;
        Ok(found)
    }

    /// The digest of the live table, and the position at which it stands.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn digest(&self, projection: Projection) -> Result<(u64, Digest), StoreError> {
        let snapshot = self.live_snapshot(projection).await?;
        let mut people = People::open(snapshot.transaction, projection.table(Side::Live)).await?;
        while people.next().await?.is_some() {}
        Ok((snapshot.position, people.close().await?))
    }
}

impl Digest {
    fn none() -> Self {
        Self {
            rows: 0,
            sha256: String::new(),
        }
    }
}

/// A digest of canonical lines that come from elsewhere than a table, in the same order.
pub struct Digesting {
    rows: u64,
    digest: Context,
}

impl Store {
    /// Begins a digest of canonical lines, to be compared with [`Store::digest`].
    pub fn digesting() -> Digesting {
        Digesting {
            rows: 0,
            digest: Context::new(&SHA256),
        }
    }
}

impl Digesting {
    /// Takes the next line.
    pub fn add(&mut self, line: &str) {
        self.digest.update(line.as_bytes());
        self.digest.update(b"\n");
        self.rows += 1;
    }

    /// What all lines come to.
    pub fn end(self) -> Digest {
        Digest {
            rows: self.rows,
            sha256: hex(self.digest),
        }
    }
}

fn hex(digest: Context) -> String {
    let bytes = digest.finish();
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One person's lines, in order.
pub(super) type Lines = (Uuid, Vec<String>);

fn taken(of: &mut Option<Lines>, person: Uuid) -> Vec<String> {
    of.take_if(|(id, _)| *id == person)
        .map(|(_, lines)| lines)
        .unwrap_or_default()
}

/// How many lines only one of two sorted lists has.
fn differing(left: &[String], right: &[String]) -> u64 {
    let (mut l, mut r, mut only) = (0, 0, 0);
    while l < left.len() && r < right.len() {
        match left[l].cmp(&right[r]) {
            std::cmp::Ordering::Equal => (l, r) = (l + 1, r + 1),
            std::cmp::Ordering::Less => (l, only) = (l + 1, only + 1),
            std::cmp::Ordering::Greater => (r, only) = (r + 1, only + 1),
        }
    }
    only + (left.len() - l + right.len() - r) as u64
}

/// A table's rows, person by person, digested as they pass.
pub(super) struct People {
    transaction: Session<'static>,
    page: VecDeque<(Uuid, String)>,
    ended: bool,
    rows: u64,
    digest: Context,
}

impl People {
    pub(super) async fn open(mut transaction: Session<'static>, table: &str) -> Result<Self, StoreError> {
        let declare = format!(
            "/* rebuild::rows */ declare canonical_rows no scroll cursor for \
             select person, row({COLUMNS})::text as line from {table} order by person"
        );
        sqlx::raw_sql(AssertSqlSafe(declare))
            .execute(&mut transaction)
            .await?;
        let mut people = Self {
            transaction,
            page: VecDeque::new(),
            ended: false,
            rows: 0,
            digest: Context::new(&SHA256),
        };
        people.fetch().await?;
        Ok(people)
    }

    async fn fetch(&mut self) -> Result<(), StoreError> {
        let fetch = format!("/* rebuild::fetch */ fetch forward {PAGE} from canonical_rows");
        // Not prepared: a cursor of that name may be over another table in the next transaction.
        let rows = sqlx::query(AssertSqlSafe(fetch))
            .persistent(false)
            .fetch_all(&mut self.transaction)
            .await?;
        self.ended = rows.len() < PAGE;
        for row in &rows {
            self.page.push_back((row.try_get(0)?, row.try_get(1)?));
        }
        Ok(())
    }

    pub(super) async fn next(&mut self) -> Result<Option<Lines>, StoreError> {
        let Some((person, first)) = self.take().await? else {
            return Ok(None);
        };
        let mut lines = vec![first];
        loop {
            if self.page.is_empty() && !self.ended {
                self.fetch().await?;
            }
            match self.page.pop_front_if(|(next, _)| *next == person) {
                Some((_, line)) => lines.push(line),
                None => break,
            }
        }
        lines.sort_unstable();
        for line in &lines {
            self.digest.update(line.as_bytes());
            self.digest.update(b"\n");
        }
        self.rows += lines.len() as u64;
        Ok(Some((person, lines)))
    }

    async fn take(&mut self) -> Result<Option<(Uuid, String)>, StoreError> {
        if self.page.is_empty() && !self.ended {
            self.fetch().await?;
        }
        Ok(self.page.pop_front())
    }

    pub(super) async fn close(self) -> Result<Digest, StoreError> {
        self.transaction.commit().await?;
        Ok(Digest {
            rows: self.rows,
            sha256: hex(self.digest),
        })
    }
}
