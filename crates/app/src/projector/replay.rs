//! Views as they were at a position of the log, from the log alone. Nothing that is read live is touched: no row, no
//! checkpoint, no lease.

use super::directories::Directories;
use crate::App;
use crate::error::AppError;
use crate::query::Known;
use crate::reach::EVERYBODY;
use jiff::civil::Date;
use std::sync::Arc;
use throughcare_domain::code::{AreaCode, PrisonCode, ServiceCode};
use throughcare_domain::directory::Directory;
use throughcare_domain::explain::{Value, values};
use throughcare_domain::history::History;
use throughcare_domain::id::PersonId;
use throughcare_domain::rows::{Row, RowKind};
use throughcare_domain::stream::{StreamId, StreamKind};
use throughcare_domain::when::AsOf;
use throughcare_store::projection::{
    CanonicalRow, ComputedRange, Digest, LinesThen, Projection, RANGE, Range, RowsOf, Schema, Scratch,
};
use throughcare_store::{CaseOf, Parts, Store, StoreError};

/// Why nothing was replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The log is not that long.
    #[error("the log ends at position {head}; position {asked} is not there yet")]
    NotYet {
        /// The position asked for.
        asked: u64,
        /// The last position.
        head: u64,
    },
    /// A directory event cannot be read.
    #[error("the organisations cannot be read: {0}")]
    Directory(String),
    /// Nothing is known of the person at that position.
    #[error("nothing is known of this person at that position and day")]
    NoSuchPerson,
    /// A worker ended by a fault.
    #[error("a worker ended by a fault of the program; its log says where")]
    Fault,
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A query could not be answered.
    #[error(transparent)]
    App(#[from] AppError),
}

/// The log up to a position, to be replayed. Cheap to clone.
#[derive(Clone)]
pub struct Replaying {
    app: App,
    rows_of: Arc<RowsOf>,
    directory: Arc<Directory>,
    /// The position.
    pub position: u64,
}

/// The rows of one part of the streams.
#[derive(Clone, Debug)]
pub struct ReplayedRange {
    /// How many events they were computed from.
    pub events: u64,
    /// The rows, in the order in which a digest takes them.
    pub rows: Vec<CanonicalRow>,
    /// How many people stand still at an event that cannot be read.
    pub parked: usize,
}

/// Which releases a figure is made of: as `GET /v1/continuity/summary` has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReleasesWanted {
    /// On the list of this service.
    pub service: Option<ServiceCode>,
    /// From this prison.
    pub prison: Option<PrisonCode>,
    /// To residents of this authority.
    pub area: Option<AreaCode>,
    /// Released from this day on.
    pub from: Option<Date>,
    /// Released up to this day.
    pub to: Option<Date>,
}

impl ReleasesWanted {
    /// True for the line of a release that counts on a day. The statement that reads lists says the same.
    pub fn has(&self, row: &Row, as_of: Date) -> bool {
        let until = self.to.map_or(as_of, |to| to.min(as_of));
        row.kind == RowKind::Release
            && match &self.service {
                Some(service) => row.service.as_ref() == Some(service),
                None => row.primary,
            }
            && self
                .prison
                .as_ref()
                .is_none_or(|prison| row.prison.as_ref() == Some(prison))
            && self
                .area
                .as_ref()
                .is_none_or(|area| row.area.as_ref() == Some(area))
            && row.closed_on.is_none_or(|closed| closed > as_of)
            && self.from.is_none_or(|from| row.opened_on >= from)
            && row.opened_on <= until
    }
}

impl App {
    /// The log up to what was known at some time; all of it without one.
    ///
    /// # Errors
    /// [`ReplayError`].
    pub async fn replaying(&self, known: Option<Known>) -> Result<Replaying, ReplayError> {
        let head = self.store().head().await?.position;
        let position = self.position_of(known).await?.unwrap_or(head);
        if position > head {
            return Err(ReplayError::NotYet {
                asked: position,
                head,
            });
        }
        let mut directories = Directories::default();
        if let Some(halt) = directories.follow(self.store(), position).await? {
            return Err(ReplayError::Directory(halt.reason));
        }
        Ok(Replaying {
            app: self.clone(),
            rows_of: directories.rows_of(),
            directory: Arc::new(directories.latest()),
            position,
        })
    }
}

impl Replaying {
    fn store(&self) -> Store {
        self.app.store().clone()
    }

    /// Parts of the streams, in the order in which their rows stand in a digest.
    ///
    /// # Errors
    /// [`ReplayError::Store`].
    pub async fn ranges(&self) -> Result<Vec<Range>, ReplayError> {
        Ok(self.store().replay_ranges(RANGE).await?)
    }

    /// The rows of a projection over one part of the streams.
    ///
    /// # Errors
    /// [`ReplayError`].
    pub async fn rows(&self, projection: Projection, range: Range) -> Result<ReplayedRange, ReplayError> {
        let computed = self.computed(projection, range).await?;
        Ok(ReplayedRange {
            events: computed.events,
            rows: self.store().canonical_rows(&computed).await?,
            parked: computed.parked(),
        })
    }

    /// Goes on with, or begins, a projection's rows in a schema of their own.
    ///
    /// # Errors
    /// [`ReplayError::Store`], also when the schema holds something else.
    pub async fn begin_scratch(
        &self,
        projection: Projection,
        schema: &Schema,
        asked: &str,
    ) -> Result<Scratch, ReplayError> {
        let planned = self.ranges().await?;
        let store = self.store();
        Ok(store.begin_scratch(projection, schema, asked, &planned).await?)
    }

    /// Computes the rows of a part and writes them to a schema; answers of how many events, and how many people stand still.
    ///
    /// # Errors
    /// [`ReplayError`].
    pub async fn rows_into(
        &self,
        projection: Projection,
        schema: &Schema,
        range: Range,
    ) -> Result<(u64, usize), ReplayError> {
        let store = self.store();
        let computed = self.computed(projection, range).await?;
        store.write_scratch(projection, schema, &computed).await?;
        Ok((computed.events, computed.parked()))
    }

    /// The digest of the rows in a schema.
    ///
    /// # Errors
    /// [`ReplayError::Store`].
    pub async fn scratch_digest(
        &self,
        projection: Projection,
        schema: &Schema,
    ) -> Result<Digest, ReplayError> {
        Ok(self.store().scratch_digest(projection, schema).await?)
    }

    async fn computed(&self, projection: Projection, range: Range) -> Result<ComputedRange, ReplayError> {
        let store = self.store();
        let batch = store.read_range(projection, range, self.position).await?;
        let rows_of = self.rows_of.clone();
        let computing = tokio::task::spawn_blocking(move || store.compute_range(batch, &*rows_of));
        Ok(computing.await.map_err(|_| ReplayError::Fault)??)
    }

    /// The lines of releases of a figure, over one part of the streams.
    ///
    /// # Errors
    /// [`ReplayError`].
    pub async fn releases(
        &self,
        range: Range,
        wanted: Arc<ReleasesWanted>,
        as_of: Date,
    ) -> Result<LinesThen, ReplayError> {
        let store = self.store();
        let batch = store
            .read_range(Projection::WORKLISTS, range, self.position)
            .await?;
        let rows_of = self.rows_of.clone();
        let computing = tokio::task::spawn_blocking(move || {
            store.lines_then(batch, &*rows_of, |row| wanted.has(row, as_of))
        });
        Ok(computing.await.map_err(|_| ReplayError::Fault)??)
    }

    /// People erased of whom nothing was left at the position, in all: a figure lacks them.
    pub fn erased_people(&self) -> u32 {
        self.directory.people_gone()
    }

    /// The values of a person's pathway on a day, with the events that set them.
    ///
    /// # Errors
    /// [`ReplayError::NoSuchPerson`].
    pub async fn pathway(&self, person: PersonId, as_of: Date) -> Result<Vec<Value>, ReplayError> {
        let of = CaseOf::Stream(StreamId::person(person));
        let read = self.store().read_case(&EVERYBODY, of, 0, Parts::Case).await?;
        let own = Arc::new(History::new(read.events));
        if own.events().is_empty() || own.stream().kind != StreamKind::Person {
            return Err(ReplayError::NoSuchPerson);
        }
        let known = Some(self.position);
        let whole = self.app.whole_record(&EVERYBODY, own, Parts::Case, known).await?;
        let then = whole.narrowed(Some(AsOf::EndOf(as_of)), known);
        if then.events().is_empty() {
            return Err(ReplayError::NoSuchPerson);
        }
        Ok(values(then.now(), &self.directory, as_of))
    }
}
