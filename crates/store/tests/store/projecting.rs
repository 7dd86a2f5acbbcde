//! What the tests of projections share: a row for each person that says how many events are known, a worker that
//! takes one batch at a time, and a rebuild to compare with.

use jiff::ToSpan as _;
use jiff::civil::date;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, ConnectOptions as _};
use std::sync::Arc;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::id::PersonId;
use throughcare_domain::rows::{RelationshipRow, Row, RowDetail, RowKind};
use throughcare_domain::stream::StreamId;
use throughcare_store::Store;
use throughcare_store::projection::{
    Batch, Comparison, Computed, Lease, Projection, ProjectionStatus, RowsOf, Written,
};
use throughcare_testkit::{Builder, TestDatabase};

pub const LISTS: Projection = Projection::WORKLISTS;

/// A row that never changes, and one whose day is that of so many events after a first day. Two programs with other
/// first days compute other rows.
pub fn counting(first: i16) -> Arc<RowsOf> {
    Arc::new(move |_, history, positions| {
        positions
            .iter()
            .map(|position| {
                if history.iter().all(|event| event.fact().is_none()) {
                    return (*position, Vec::new()); // nothing is computed from what was erased
                }
                let known = history.partition_point(|event| event.envelope.position <= *position);
                let id = history[0].envelope.stream.id;
                let row = |kind, days: i32| Row {
                    kind,
                    id,
                    service: None,
                    organisation: Some(OrganisationCode::parse("northshire-recovery").unwrap()),
                    prison: None,
                    area: None,
                    opened_on: date(first, 1, 1).checked_add(days.days()).unwrap(),
                    closed_on: None,
                    primary: true,
                    detail: RowDetail::Relationship(RelationshipRow {
                        referral: None,
                        episode: None,
                    }),
                };
                (
                    *position,
                    vec![
                        row(RowKind::Caseload, 0),
                        row(RowKind::VisibleTo, i32::try_from(known).unwrap()),
                    ],
                )
            })
            .collect()
    })
}

/// A log, and how its rows are computed.
pub struct Projected {
    pub database: TestDatabase,
    pub store: Store,
    pub build: Builder,
    pub rows: Arc<RowsOf>,
    pub owner: PgConnection,
}

impl Projected {
    pub async fn new() -> Self {
        let database = TestDatabase::new().await;
        let store = database.store().await;
        let owner = database.connect_options().connect().await.unwrap();
        Self {
            database,
            store,
            build: Builder::new(1),
            rows: counting(2020),
            owner,
        }
    }

    /// People, each with so many events, told in turns of one event.
    pub async fn people(&mut self, people: usize, events: u32) -> Vec<StreamId> {
        let streams: Vec<StreamId> = (0..people).map(|_| self.build.person()).collect();
        for version in 0..events {
            for stream in &streams {
                self.append(*stream, version, 1).await;
            }
        }
        streams
    }

    pub async fn append(&mut self, stream: StreamId, expected: u32, events: usize) {
        let append = self.build.append(stream, expected, events);
        self.store.append(append).await.unwrap().appended().unwrap();
    }

    pub async fn take(&self, owner: &str) -> Lease {
        self.store
            .take_lease(LISTS.name(), owner, true)
            .await
            .unwrap()
            .expect("the lease is free")
    }

    pub async fn read(&self, most: u64) -> Batch {
        let from = self.store.checkpoint(LISTS.name()).await.unwrap();
        let head = self.store.head().await.unwrap().position;
        self.store
            .read_batch(LISTS, from, head.min(from + most))
            .await
            .unwrap()
    }

    /// What a worker has in its hands just before it writes.
    pub async fn compute(&self, most: u64) -> Computed {
        self.store.compute(self.read(most).await, None, &*self.rows)
    }

    pub async fn step(&self, lease: &Lease, most: u64) -> Written {
        let computed = self.compute(most).await;
        self.store.write_batch(lease, &computed).await.unwrap()
    }

    /// Batches of so many events until there is nothing new, or the projection stands still.
    pub async fn catch_up(&self, owner: &str, most: u64) {
        let lease = self.take(owner).await;
        loop {
            let before = self.store.checkpoint(LISTS.name()).await.unwrap();
            let written = self.step(&lease, most).await;
            if written == Written::Moved(before) {
                break;
            }
            assert!(matches!(written, Written::Moved(_)), "{written:?}");
        }
        self.store.give_up_lease(&lease).await.unwrap();
    }

    pub async fn status(&self) -> ProjectionStatus {
        self.store.projections().await.unwrap().remove(0)
    }

    pub async fn sql(&mut self, statement: &str) {
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
            .execute(&mut self.owner)
            .await
            .unwrap();
    }

    /// Damages an event, or mends it when done twice.
    pub async fn damage(&mut self, position: u64) {
        self.sql(&format!(
            "alter table events disable trigger user; \
             update events set case_sealed = set_byte(case_sealed, 20, get_byte(case_sealed, 20) # 1) \
             where position = {position}; \
             alter table events enable trigger user"
        ))
        .await;
    }

    pub async fn rebuilding(&self) -> Lease {
        self.store
            .take_lease(LISTS.rebuilding(), "rebuilder", true)
            .await
            .unwrap()
            .expect("nobody else rebuilds")
    }

    /// Computes everything anew beside, up to where the live table is, and compares.
    pub async fn compared(&self) -> Comparison {
        let lease = self.rebuilding().await;
        self.store.forget_rebuild(&lease, LISTS).await.unwrap();
        let state = self.store.begin_rebuild(&lease, LISTS, "this", 7).await.unwrap();
        for range in state.left {
            self.load(&lease, range, state.target).await;
        }
        self.store.index_beside(&lease, LISTS).await.unwrap();
        let snapshot = self.store.live_snapshot(LISTS).await.unwrap();
        self.follow_beside(&lease, snapshot.position).await;
        self.store.compare(snapshot).await.unwrap()
    }

    pub async fn load(&self, lease: &Lease, range: throughcare_store::projection::Range, target: u64) -> u64 {
        let batch = self.store.read_range(LISTS, range, target).await.unwrap();
        let computed = self.store.compute_range(batch, &*self.rows).unwrap();
        self.store.write_range(lease, &computed).await.unwrap()
    }

    pub async fn follow_beside(&self, lease: &Lease, to: u64) {
        let from = self.store.beside_position(LISTS).await.unwrap().unwrap();
        let batch = self.store.read_batch_beside(LISTS, from, to).await.unwrap();
        let computed = self.store.compute(batch, None, &*self.rows);
        self.store.write_batch_beside(lease, &computed).await.unwrap();
    }

    /// The live table is what a rebuild makes of the same log.
    pub async fn assert_equal_to_a_rebuild(&self) {
        let found = self.compared().await;
        assert!(found.equal(), "{found:?}");
        assert_eq!(found.parked, 0, "{found:?}");
        assert_eq!(found.live, found.beside);
        assert!(found.live.rows > 0, "there is something to compare");
    }
}

/// One batch without rows, for tests of what stands around projections: how far it came, or `None` when there was
/// nothing new or another node was at it.
pub async fn one_batch(store: &Store, owner: &str, most: u64) -> Option<u64> {
    let lease = store.take_lease(LISTS.name(), owner, true).await.unwrap()?;
    let from = store.checkpoint(LISTS.name()).await.unwrap();
    let to = store.head().await.unwrap().position.min(from + most);
    let moved = if to > from {
        let batch = store.read_batch(LISTS, from, to).await.unwrap();
        let computed = store.compute(batch, None, &|_, _, positions: &[u64]| {
            positions.iter().map(|position| (*position, Vec::new())).collect()
        });
        match store.write_batch(&lease, &computed).await.unwrap() {
            Written::Moved(to) => Some(to),
            Written::LeaseLost | Written::Elsewhere(_) => None,
        }
    } else {
        None
    };
    store.give_up_lease(&lease).await.unwrap();
    moved
}

pub fn person(stream: StreamId) -> PersonId {
    PersonId(stream.id)
}
