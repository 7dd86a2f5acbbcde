//! The trees that prove that nothing was altered: the same as a plain tree over the same rows, however they came to be,
//! and never over what was altered.

use jiff::Timestamp;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection, Row as _};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::{Actor, Role};
use throughcare_domain::id::PersonId;
use throughcare_proof::record::{ActRecord, EventRecord, LookRecord};
use throughcare_proof::tree::{
    Frontier, Hash, TILE_WIDTH, TileAddress, leaf_hash, verify_consistency, verify_inclusion,
};
use throughcare_store::projection::Lease;
use throughcare_store::{
    Destroy, Erasure, Grown, Growth, Looker, MOST_LEAVES, NewCheckpoint, Seen, Store, StoreError, TREES,
    Tree, TreeFault, TreeState,
};
use throughcare_testkit::{Builder, TestDatabase};
use uuid::Uuid;

/// A log of so many events.
struct Logged {
    database: TestDatabase,
    store: Store,
    build: Builder,
    admin: PgConnection,
}

impl Logged {
    async fn new() -> Self {
        let database = TestDatabase::new().await;
        Self {
            store: database.store().await,
            build: Builder::new(32),
            admin: database.connect_options().connect().await.unwrap(),
            database,
        }
    }

    /// Records so many events, each of a person of its own.
    async fn record(&mut self, events: usize) {
        let mut appends = Vec::with_capacity(events);
        for _ in 0..events {
            let person = self.build.person();
            appends.push(self.build.append(person, 0, 1));
        }
        self.store.append_bulk(appends).await.unwrap();
    }

    async fn lease(&self, owner: &str) -> Lease {
        let lease = self.store.take_lease(TREES, owner, true).await.unwrap();
        lease.expect("the lease is free")
    }

    async fn run(&mut self, statement: &str) {
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
            .execute(&mut self.admin)
            .await
            .unwrap();
    }

    /// Alters rows as somebody would who may do everything.
    async fn alter(&mut self, statement: &str) {
        self.run(&format!(
            "ALTER TABLE events DISABLE TRIGGER USER; ALTER TABLE looks DISABLE TRIGGER USER; \
             ALTER TABLE tree_tiles DISABLE TRIGGER USER; ALTER TABLE tree_edges DISABLE TRIGGER USER; {statement}"
        ))
        .await;
    }

    /// The leaves as anybody would make them who has the rows.
    async fn leaves(&self) -> Vec<Hash> {
        let head = self.store.head().await.unwrap().position;
        let entries = self.store.tree_entries(Tree::Log, 0, head).await.unwrap();
        assert_eq!(entries.len() as u64, head);
        entries.iter().map(|entry| leaf_hash(&entry.record)).collect()
    }

    async fn looks(&self, looks: usize) {
        let looker = Looker {
            actor: Actor {
                client: "tests".to_owned(),
                user: Some("a.user".to_owned()),
                organisation: OrganisationCode::parse("northshire").unwrap(),
                role: Role::Worker,
            },
            on_behalf_of: None,
            purpose: "direct_care",
            route: "GET /v1/people/{id}".to_owned(),
            correlation: Uuid::nil(),
        };
        let seen = (0..looks).map(|number| Seen {
            person: Some(Uuid::from_u128(number as u128)),
            extent: "record",
            grounds: vec!["episode", "accepted_referral"],
        });
        self.store.record_looks(looker, seen.collect()).await.unwrap();
    }
}

/// Steps of at most so many leaves until there is nothing new.
async fn grow(store: &Store, lease: &Lease, tree: Tree, most: u64) -> TreeState {
    let mut state = store.tree_state(tree).await.unwrap();
    while let Some(growth) = store.grow_tree(&state, most).await.unwrap() {
        match store.write_growth(lease, &growth, None).await.unwrap() {
            Grown::To(to) => state = to,
            Grown::Overtaken => panic!("nobody else is there"),
        }
    }
    state
}

fn plain(leaves: &[Hash]) -> Frontier {
    let mut frontier = Frontier::default();
    for leaf in leaves {
        frontier.push(*leaf, |_, _, _| {});
    }
    frontier
}

async fn fault(store: &Store, state: &TreeState) -> TreeFault {
    match store.grow_tree(state, MOST_LEAVES).await {
        Err(StoreError::Tree(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_tree_is_the_plain_one_over_the_same_rows_whatever_the_batches() {
    let mut logged = Logged::new().await;
    let lease = logged.lease("one").await;
    let mut runner = TestRunner::deterministic();
    let mut roots = Vec::new();
    for _ in 0..6 {
        let (events, most) = (1_usize..180, 1_u64..90).new_tree(&mut runner).unwrap().current();
        logged.record(events).await;
        let state = grow(&logged.store, &lease, Tree::Log, most).await;
        let leaves = logged.leaves().await;
        assert_eq!(state.root(), plain(&leaves).root());
        assert_eq!(state.size(), leaves.len() as u64);
        // Whoever takes it up finds the same.
        assert_eq!(logged.store.tree_state(Tree::Log).await.unwrap(), state);
        roots.push((state.size(), state.root()));
    }
    // Every size that there ever was has its root and its proofs, from tiles alone.
    let leaves = logged.leaves().await;
    let (size, root) = *roots.last().unwrap();
    assert!(size > TILE_WIDTH, "{size} leaves fill no tile");
    for (old, old_root) in &roots {
        assert_eq!(logged.store.tree_root(Tree::Log, *old).await.unwrap(), *old_root);
        let proof = logged
            .store
            .tree_consistency(Tree::Log, *old, size)
            .await
            .unwrap();
        verify_consistency(*old, *old_root, size, root, &proof).unwrap();
        let index = old - 1;
        let proof = logged.store.tree_inclusion(Tree::Log, index, size).await.unwrap();
        let leaf = leaves[usize::try_from(index).unwrap()];
        verify_inclusion(leaf, index, size, &proof, root).unwrap();
        assert_eq!(
            logged.store.tree_leaf(Tree::Log, index).await.unwrap(),
            Some(leaf)
        );
    }
    assert_eq!(logged.store.tree_leaf(Tree::Log, size).await.unwrap(), None);
    // A full tile, a part of it, and of the edge; nothing beyond.
    let tile = |index, width| TileAddress {
        level: Some(0),
        index,
        width,
    };
    for (address, from) in [
        (tile(0, 256), 0),
        (tile(0, 17), 0),
        (tile(size / 256, 1), size / 256 * 256),
    ] {
        let read = logged.store.tree_tile(Tree::Log, address).await.unwrap().unwrap();
        let from = usize::try_from(from).unwrap();
        let expected: Vec<u8> = leaves[from..from + usize::from(address.width)]
            .iter()
            .flat_map(|hash| hash.0)
            .collect();
        assert_eq!(read, expected);
    }
    let beyond = tile(size / 256, u16::try_from(size % 256 + 1).unwrap());
    assert_eq!(logged.store.tree_tile(Tree::Log, beyond).await.unwrap(), None);
}

#[tokio::test]
async fn a_leaf_is_the_envelope_and_the_hash_of_the_sealed_payload() {
    let mut logged = Logged::new().await;
    let person = logged.build.person();
    let append = logged.build.register(person, "Given", "Family");
    logged.store.append(append).await.unwrap().appended().unwrap();
    let entries = logged.store.tree_entries(Tree::Log, 0, 10).await.unwrap();
    let record = EventRecord::parse(&entries[0].record).unwrap();
    assert_eq!((entries[0].index, entries[0].person), (0, Some(person.id)));
    assert_eq!((record.stream, record.version), (person.id, 1));
    let row = sqlx::query(
        "SELECT event_id, event_type, recorded_at::text AS at, payload_hash FROM events WHERE position = 1",
    )
    .fetch_one(&mut logged.admin)
    .await
    .unwrap();
    assert_eq!(record.event, row.get::<Uuid, _>("event_id"));
    assert_eq!(record.event_type, row.get::<String, _>("event_type"));
    assert_eq!(record.payload.0[..], row.get::<Vec<u8>, _>("payload_hash"));
    for name in [&b"Given"[..], b"Family"] {
        let shown = entries
            .iter()
            .any(|entry| entry.record.windows(name.len()).any(|part| part == name));
        assert!(!shown, "a name stands in an entry");
    }
}

#[tokio::test]
async fn what_was_altered_before_it_became_a_leaf_stops_the_tree_and_is_named() {
    for (statement, expected) in [
        (
            "UPDATE events SET case_sealed = set_byte(case_sealed, 30, get_byte(case_sealed, 30) # 1) WHERE position = 3",
            TreeFault::Payload { position: 3 },
        ),
        (
            "UPDATE events SET payload_hash = sha256('another') WHERE position = 2",
            TreeFault::Payload { position: 2 },
        ),
        (
            "DELETE FROM events WHERE position = 4",
            TreeFault::Gap { position: 4 },
        ),
    ] {
        let mut logged = Logged::new().await;
        logged.record(6).await;
        // Negative control: as it is, it grows.
        let state = logged.store.tree_state(Tree::Log).await.unwrap();
        assert!(logged.store.grow_tree(&state, 10).await.unwrap().is_some());
        logged.alter(statement).await;
        assert_eq!(fault(&logged.store, &state).await, expected, "{statement}");
    }
}

#[tokio::test]
async fn what_was_altered_after_it_became_a_leaf_is_not_proved() {
    let mut logged = Logged::new().await;
    let lease = logged.lease("one").await;
    logged.record(6).await;
    grow(&logged.store, &lease, Tree::Log, 10).await;
    assert!(logged.store.tree_entry(Tree::Log, 2).await.unwrap().is_some());
    logged
        .alter("UPDATE events SET organisation = 'another' WHERE position = 3")
        .await;
    let altered = logged.store.tree_entry(Tree::Log, 2).await;
    assert!(
        matches!(altered, Err(StoreError::Tree(TreeFault::Leaf { index: 2 }))),
        "{altered:?}"
    );
    assert!(logged.store.tree_entry(Tree::Log, 3).await.unwrap().is_some());
}

#[tokio::test]
async fn kept_hashes_that_were_altered_are_noticed_when_the_tree_is_taken_up() {
    let mut logged = Logged::new().await;
    let lease = logged.lease("one").await;
    logged.record(7).await;
    grow(&logged.store, &lease, Tree::Log, 10).await;
    logged
        .alter("UPDATE tree_edges SET hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) WHERE tree = 1 AND level = 0")
        .await;
    let taken = logged.store.tree_state(Tree::Log).await;
    assert!(
        matches!(taken, Err(StoreError::Tree(TreeFault::Hashes))),
        "{taken:?}"
    );
}

/// Two nodes at once, one that overslept, and one that was killed between reading and writing: one tree.
#[tokio::test]
async fn whoever_was_overtaken_writes_nothing() {
    let mut logged = Logged::new().await;
    let (one, other) = (logged.store.clone(), logged.database.store().await);
    logged.record(20).await;
    let lease = logged.lease("one").await;
    let state = one.tree_state(Tree::Log).await.unwrap();
    let slow: Growth = one.grow_tree(&state, 5).await.unwrap().unwrap();
    // Another node takes over while the first sleeps.
    logged
        .run("UPDATE leases SET until = clock_timestamp() - interval '1 second' WHERE work = 'trees'")
        .await;
    let taken = other.take_lease(TREES, "other", true).await.unwrap().unwrap();
    grow(&other, &taken, Tree::Log, 7).await;
    assert_eq!(
        one.write_growth(&lease, &slow, None).await.unwrap(),
        Grown::Overtaken
    );
    // Also with the lease that lasts: the size is another.
    assert_eq!(
        one.write_growth(&taken, &slow, None).await.unwrap(),
        Grown::Overtaken
    );
    let state = other.tree_state(Tree::Log).await.unwrap();
    assert_eq!(state.root(), plain(&logged.leaves().await).root());
    assert_eq!(state.size(), 20);
}

#[tokio::test]
async fn a_tree_never_shrinks_and_what_was_signed_stays() {
    let mut logged = Logged::new().await;
    let lease = logged.lease("one").await;
    logged.record(300).await;
    let state = grow(&logged.store, &lease, Tree::Log, 1_000).await;
    let checkpoint = NewCheckpoint {
        size: state.size(),
        root: state.root(),
        note: "a note\n".to_owned(),
    };
    assert!(
        logged
            .store
            .keep_checkpoint(&lease, Tree::Log, &checkpoint)
            .await
            .unwrap()
    );
    logged
        .store
        .keep_cosignature(Tree::Log, 300, "w.example", "a line\n", Timestamp::UNIX_EPOCH)
        .await
        .unwrap();
    for statement in [
        "UPDATE trees SET size = 4 WHERE tree = 1",
        "UPDATE trees SET roots = '' WHERE tree = 1",
        "DELETE FROM trees",
        "UPDATE tree_tiles SET tile = 7",
        "DELETE FROM tree_tiles",
        "TRUNCATE tree_tiles",
        "UPDATE tree_edges SET hashes = '' WHERE tree = 1 AND level = 0",
        "DELETE FROM tree_edges",
        "UPDATE tree_checkpoints SET note = 'another'",
        "DELETE FROM tree_checkpoints",
        "TRUNCATE tree_checkpoints CASCADE",
        "UPDATE tree_cosignatures SET line = 'another'",
        "DELETE FROM tree_cosignatures",
        "UPDATE log_identity SET id = gen_random_uuid()",
        "SET session_replication_role = replica; DELETE FROM tree_checkpoints",
    ] {
        let refused = sqlx::raw_sql(statement).execute(&mut logged.admin).await;
        let refused = refused.expect_err(statement);
        let code = refused.as_database_error().unwrap().code().unwrap().into_owned();
        assert_eq!(code, "42501", "{statement}");
    }
    let newest = logged.store.newest_checkpoint(Tree::Log).await.unwrap().unwrap();
    assert_eq!((newest.note.as_str(), newest.cosigned), ("a note\na line\n", 1));
    let cosigned = logged.store.newest_cosigned(Tree::Log).await.unwrap().unwrap();
    assert_eq!(cosigned.size, 300);
    let witnesses = logged.store.witnesses_of(Tree::Log).await.unwrap();
    assert_eq!(
        (witnesses[0].witness.as_str(), witnesses[0].size),
        ("w.example", 300)
    );
    assert!(
        logged
            .store
            .newest_cosigned(Tree::Beside)
            .await
            .unwrap()
            .is_none()
    );
}

/// Numbers are drawn before rows are committed: who follows numbers loses the late ones.
#[tokio::test]
async fn a_look_that_is_committed_late_becomes_a_leaf_all_the_same() {
    let mut logged = Logged::new().await;
    let lease = logged.lease("one").await;
    let before = grow(&logged.store, &lease, Tree::Beside, 1_000).await.size();
    let mut late = logged.database.connect_options().connect().await.unwrap();
    sqlx::raw_sql(
        "BEGIN; INSERT INTO looks (client, organisation, role, purpose, route, extent, grounds, correlation) \
         VALUES ('late', 'o', 'worker', 'direct_care', 'GET /', 'record', '{}', gen_random_uuid())",
    )
    .execute(&mut late)
    .await
    .unwrap();
    logged.looks(3).await;
    let state = grow(&logged.store, &lease, Tree::Beside, 2).await;
    assert_eq!(
        state.size(),
        before + 3,
        "a look that is not committed is no leaf"
    );
    sqlx::raw_sql("COMMIT").execute(&mut late).await.unwrap();
    let state = grow(&logged.store, &lease, Tree::Beside, 2).await;
    assert_eq!(state.size(), before + 4);
    let entries = logged.store.tree_entries(Tree::Beside, 0, 1_000).await.unwrap();
    let leaves: Vec<Hash> = entries.iter().map(|entry| leaf_hash(&entry.record)).collect();
    assert_eq!(state.root(), plain(&leaves).root());
    let looks: Vec<LookRecord> = entries
        .iter()
        .filter_map(|entry| LookRecord::parse(&entry.record).ok())
        .collect();
    assert_eq!(looks.last().unwrap().client, "late");
    assert!(
        looks.last().unwrap().look < looks[0].look,
        "its number is the lowest"
    );
    assert_eq!(looks[0].grounds, "episode accepted_referral");
    // What was there before is what administrators did: the code lists that came with the program.
    let acts = entries
        .iter()
        .filter(|entry| ActRecord::parse(&entry.record).is_ok());
    assert_eq!(acts.count() as u64, before);
    // Each row waits no more, and one that is altered afterwards is not proved.
    let waiting: i64 = sqlx::query_scalar("SELECT count(*) FROM beside_waiting")
        .fetch_one(&mut logged.admin)
        .await
        .unwrap();
    assert_eq!(waiting, 0);
    logged.alter("UPDATE looks SET client = 'somebody else'").await;
    let index = state.size() - 1;
    let altered = logged.store.tree_entry(Tree::Beside, index).await;
    assert!(
        matches!(altered, Err(StoreError::Tree(TreeFault::Leaf { .. }))),
        "{altered:?}"
    );
}

#[tokio::test]
async fn a_row_that_is_taken_away_before_it_became_a_leaf_stops_the_tree() {
    let mut logged = Logged::new().await;
    logged.looks(2).await;
    logged.alter("DELETE FROM looks").await;
    let lease = logged.lease("one").await;
    let state = logged.store.tree_state(Tree::Beside).await.unwrap();
    assert_eq!(fault(&logged.store, &state).await, TreeFault::RowGone);
    drop(lease);
}

#[tokio::test]
async fn how_the_trees_stand_is_told() {
    let mut logged = Logged::new().await;
    let lease = logged.lease("one").await;
    logged.record(9).await;
    let of_log = |all: Vec<throughcare_store::TreeStanding>| {
        all.into_iter().find(|one| one.tree == Tree::Log).unwrap()
    };
    let before = of_log(logged.store.trees().await.unwrap());
    assert_eq!((before.size, before.behind(), before.checkpoint), (0, 9, 0));
    let state = grow(&logged.store, &lease, Tree::Log, 4).await;
    logged
        .store
        .note_tree_stopped(Tree::Log, Some("why"))
        .await
        .unwrap();
    let checkpoint = NewCheckpoint {
        size: 9,
        root: state.root(),
        note: "note\n".to_owned(),
    };
    logged
        .store
        .keep_checkpoint(&lease, Tree::Log, &checkpoint)
        .await
        .unwrap();
    let after = of_log(logged.store.trees().await.unwrap());
    assert_eq!((after.size, after.behind(), after.checkpoint), (9, 0, 9));
    assert!(after.age_seconds.is_some_and(|age| age < 60));
    assert_eq!(after.stopped.unwrap().0, "why");
    logged.store.note_tree_stopped(Tree::Log, None).await.unwrap();
    assert_eq!(of_log(logged.store.trees().await.unwrap()).stopped, None);
    let origin = logged.store.log_origin().await.unwrap();
    assert!(origin.starts_with("throughcare.invalid/"));
    let mut settings = logged.database.settings();
    settings.origin = Some("log.example".to_owned());
    let named = Store::open(settings).await.unwrap();
    assert_eq!(named.log_origin().await.unwrap(), "log.example");
    named.close().await;
}

/// How many rows a walk came to, the root over them, and what it found.
async fn walked(store: &Store) -> (u64, Hash, Option<TreeFault>) {
    let mut walk = store.begin_walk(Tree::Log).await.unwrap();
    loop {
        let step = store.walk_on(&mut walk, 300).await.unwrap();
        if step.leaves.is_empty() || step.fault.is_some() {
            return (walk.size(), walk.root(), step.fault);
        }
    }
}

#[tokio::test]
async fn a_walk_over_the_rows_comes_to_the_kept_tree_and_names_the_first_row_that_is_another() {
    let mut logged = Logged::new().await;
    logged.record(700).await;
    let lease = logged.lease("a").await;
    let kept = grow(&logged.store, &lease, Tree::Log, MOST_LEAVES).await;
    logged.record(20).await;
    let plain = root_of(&logged.leaves().await);
    assert_eq!(
        walked(&logged.store).await,
        (720, plain, None),
        "rows that are no leaves yet, too"
    );
    let signed = (kept.size(), kept.root());
    let again = logged.store.recheck(Tree::Log, 256, 300, signed).await.unwrap();
    assert_eq!(again, (556, None));
    assert_eq!(
        logged.store.recheck(Tree::Log, 700, 300, signed).await.unwrap(),
        (700, None)
    );

    // From the end to the beginning, so that each is the first that a walk comes to.
    logged
        .alter("UPDATE events SET client = client || '0' WHERE position = 413")
        .await;
    let fault = Some(TreeFault::Leaf { index: 412 });
    let (size, _, found) = walked(&logged.store).await;
    assert_eq!(
        (size, found),
        (412, fault.clone()),
        "what is before it was walked over"
    );
    let again = logged.store.recheck(Tree::Log, 256, 256, signed).await.unwrap();
    assert_eq!(again, (256, fault));
    // Its leaf altered to fit: it leads to no root that was signed.
    let leaf = logged.leaves().await[412].to_hex();
    logged
        .alter(&format!(
            "UPDATE tree_tiles SET hashes = overlay(hashes PLACING '\\x{leaf}'::bytea FROM 32 * (412 - 256) + 1 FOR 32) \
             WHERE tree = 1 AND level = 0 AND tile = 1"
        ))
        .await;
    let again = logged.store.recheck(Tree::Log, 256, 256, signed).await.unwrap();
    assert_eq!(again, (512, Some(TreeFault::Hashes)));
    logged
        .alter(
            "UPDATE tree_tiles SET hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) \
             WHERE tree = 1 AND level = 0 AND tile = 1",
        )
        .await;
    assert_eq!(
        walked(&logged.store).await.2,
        Some(TreeFault::Leaf { index: 257 })
    );
    logged
        .alter("UPDATE events SET case_sealed = set_byte(case_sealed, 3, get_byte(case_sealed, 3) # 1) WHERE position = 200")
        .await;
    let (size, _, found) = walked(&logged.store).await;
    assert_eq!((size, found), (199, Some(TreeFault::Payload { position: 200 })));
    logged.alter("DELETE FROM events WHERE position = 100").await;
    let (size, _, found) = walked(&logged.store).await;
    assert_eq!((size, found), (99, Some(TreeFault::Gap { position: 100 })));
    // The end of what was kept is gone: no row after it tells.
    logged.alter("DELETE FROM events WHERE position > 50").await;
    let (size, _, found) = walked(&logged.store).await;
    assert_eq!((size, found), (50, Some(TreeFault::Gap { position: 51 })));
}

fn root_of(leaves: &[Hash]) -> Hash {
    let mut tree = Frontier::default();
    for leaf in leaves {
        tree.push(*leaf, |_, _, _| {});
    }
    tree.root()
}

#[tokio::test]
async fn an_erasure_that_was_carried_out_is_a_leaf_beside_the_log() {
    let mut logged = Logged::new().await;
    let person = logged.build.person();
    let append = logged.build.append(person, 0, 1);
    logged.store.append(append).await.unwrap();
    let erasure = Erasure {
        id: logged.build.id(),
        people: vec![PersonId(person.id)],
        what: Destroy::Identity,
        at: "2026-11-23T09:30:00Z".parse().unwrap(),
    };
    logged.store.erase(&erasure).await.unwrap();
    logged.store.erase(&erasure).await.unwrap();
    let lease = logged.lease("a").await;
    grow(&logged.store, &lease, Tree::Beside, MOST_LEAVES).await;
    let erased = async |store: &Store| -> Vec<(u64, ActRecord)> {
        let entries = store.tree_entries(Tree::Beside, 0, 100).await.unwrap();
        let acts = entries
            .iter()
            .filter_map(|one| Some((one.index, ActRecord::parse(&one.record).ok()?)));
        acts.filter(|(_, act)| act.kind == "erasure").collect()
    };
    let found = erased(&logged.store).await;
    let [(leaf, act)] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(
        (act.of.as_str(), act.what.as_str()),
        (&*erasure.id.to_string(), "carried out")
    );
    assert!(
        logged
            .store
            .tree_entry(Tree::Beside, *leaf)
            .await
            .unwrap()
            .is_some()
    );
    // Back-dated, it is not what it was.
    logged
        .run("UPDATE erasures SET purged_at = purged_at - interval '1 day'")
        .await;
    let altered = logged.store.tree_entry(Tree::Beside, *leaf).await;
    assert!(
        matches!(altered, Err(StoreError::Tree(TreeFault::Leaf { .. }))),
        "{altered:?}"
    );
}
