//! Checkpoints are signed over what only grew, and never over anything else; witnesses are asked and held to their keys.

use crate::projecting::{append, county, node, told};
use sqlx::{AssertSqlSafe, ConnectOptions as _};
use std::sync::{Arc, Mutex};
use throughcare_app::proving::{Asked, Asking, Cosigned, TreeKeeper, Watch, Witnesses};
use throughcare_app::{App, SystemClock, SystemIds};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::{Actor, Role};
use throughcare_proof::checkpoint::Checkpoint;
use throughcare_proof::cosignature::{cosign, cosigned_at};
use throughcare_proof::key::{KeyUse, SigningKey};
use throughcare_proof::note::Note;
use throughcare_proof::tree::{Hash, verify_consistency};
use throughcare_store::{Looker, RECHECKS, Seen, StoreError, Tree, TreeFault};
use throughcare_testkit::TestDatabase;

async fn run(database: &TestDatabase, statement: &str) {
    let mut admin = database.connect_options().connect().await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
        .execute(&mut admin)
        .await
        .unwrap();
}

/// A node over a log of some people, which has told `part` of them.
async fn of_some(database: &TestDatabase) -> App {
    let app = node(database).await;
    for (stream, facts) in told(&county(24)).into_iter().take(6) {
        app.store().append(append(stream, 0, &facts)).await.unwrap();
    }
    app
}

async fn grown(app: &App, from: usize) {
    for (stream, facts) in told(&county(24)).into_iter().skip(from).take(3) {
        app.store().append(append(stream, 0, &facts)).await.unwrap();
    }
}

async fn signed(app: &App) -> Checkpoint {
    TreeKeeper::new(app.clone(), "one").catch_up().await.unwrap();
    let kept = app.store().newest_checkpoint(Tree::Log).await.unwrap().unwrap();
    opened(app, &kept.note)
}

fn opened(app: &App, note: &str) -> Checkpoint {
    let note = Note::parse(note).unwrap();
    Checkpoint::open(&note, app.log_keys().verifier(Tree::Log)).unwrap()
}

async fn newest(app: &App) -> Checkpoint {
    let kept = app.checkpoint(Tree::Log, None).await.unwrap();
    opened(app, &kept.note)
}

async fn fault(app: &App) -> TreeFault {
    match TreeKeeper::new(app.clone(), "one").catch_up().await {
        Err(StoreError::Tree(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn checkpoints_are_signed_over_all_there_is_and_continue_each_other() {
    let database = TestDatabase::new().await;
    let app = of_some(&database).await;
    assert!(
        app.checkpoint(Tree::Log, None).await.is_err(),
        "nothing is signed yet"
    );
    let first = signed(&app).await;
    assert_eq!(first.size, app.store().head().await.unwrap().position);
    assert_eq!(first.origin, app.log_keys().origin());
    grown(&app, 6).await;
    let second = signed(&app).await;
    assert!(second.size > first.size);
    let grown = app.grown(Tree::Log, first.size, None).await.unwrap();
    verify_consistency(first.size, first.root, second.size, second.root, &grown.hashes).unwrap();
    assert_eq!(app.compare_checkpoint_file(Tree::Log).await.unwrap(), None);
    let looker = Looker {
        actor: Actor {
            client: "tests".to_owned(),
            user: None,
            organisation: OrganisationCode::parse("northshire").unwrap(),
            role: Role::Worker,
        },
        on_behalf_of: None,
        purpose: "direct_care",
        route: "GET /".to_owned(),
        correlation: uuid::Uuid::nil(),
    };
    let seen = Seen {
        person: None,
        extent: "search",
        grounds: Vec::new(),
    };
    app.store().record_looks(looker, vec![seen]).await.unwrap();
    signed(&app).await;
    // What stands beside it is signed too, by another key and under another name.
    let beside = app.checkpoint(Tree::Beside, None).await.unwrap();
    let note = Note::parse(&beside.note).unwrap();
    let beside = Checkpoint::open(&note, app.log_keys().verifier(Tree::Beside)).unwrap();
    assert_eq!(beside.origin, format!("{}/looks", first.origin));
    assert!(Checkpoint::open(&note, app.log_keys().verifier(Tree::Log)).is_err());
}

/// The file outside the database knows more than a database that was put back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_was_put_back_is_not_signed_over() {
    let database = TestDatabase::new().await;
    let app = of_some(&database).await;
    let file = app.store().checkpoint_file(Tree::Log);
    signed(&app).await;
    let before = std::fs::read(file.path()).unwrap();
    grown(&app, 6).await;
    let later = signed(&app).await;
    let after = std::fs::read(file.path()).unwrap();
    assert_ne!(before, after);
    // As if it were the state of before: everything the trees have made since is gone.
    run(
        &database,
        "ALTER TABLE tree_checkpoints DISABLE TRIGGER USER; ALTER TABLE trees DISABLE TRIGGER USER; \
         ALTER TABLE tree_edges DISABLE TRIGGER USER; ALTER TABLE tree_tiles DISABLE TRIGGER USER; \
         DELETE FROM tree_checkpoints; DELETE FROM tree_tiles; DELETE FROM tree_edges; \
         UPDATE trees SET size = 0, roots = ''",
    )
    .await;
    let found = fault(&app).await;
    assert_eq!(
        found,
        TreeFault::RolledBack {
            signed: later.size,
            there: 0
        }
    );
    assert!(
        app.checkpoint(Tree::Log, None).await.is_err(),
        "nothing was signed"
    );
    let told = app.compare_checkpoint_file(Tree::Log).await.unwrap().unwrap();
    assert!(told.contains("older state"), "{told}");
    // Negative control: without the file nobody here could know.
    std::fs::remove_file(file.path()).unwrap();
    let again = signed(&app).await;
    assert_eq!(again, later, "the same rows give the same tree");
    // A file by another key is not this log's.
    std::fs::write(
        file.path(),
        "another\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— another AAAAAAAA\n",
    )
    .unwrap();
    assert!(matches!(fault(&app).await, TreeFault::Foreign(_)));
}

/// Somebody rewrote history, hashes and all: the last checkpoint contradicts it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_history_that_was_written_anew_is_not_signed_over() {
    let database = TestDatabase::new().await;
    let app = of_some(&database).await;
    let first = signed(&app).await;
    run(
        &database,
        "ALTER TABLE events DISABLE TRIGGER USER; ALTER TABLE trees DISABLE TRIGGER USER; \
         ALTER TABLE tree_edges DISABLE TRIGGER USER; ALTER TABLE tree_tiles DISABLE TRIGGER USER; \
         ALTER TABLE tree_checkpoints DISABLE TRIGGER USER; \
         UPDATE events SET purpose = 'another' WHERE position = 2; DELETE FROM tree_tiles WHERE tree = 1; \
         DELETE FROM tree_edges WHERE tree = 1; UPDATE trees SET size = 0, roots = '' WHERE tree = 1; \
         DELETE FROM tree_checkpoints WHERE tree = 1",
    )
    .await;
    // Whoever did it has the tree made anew by a node that knows nothing, and puts the file back afterwards.
    let file = app.store().checkpoint_file(Tree::Log);
    let kept = std::fs::read(file.path()).unwrap();
    std::fs::remove_file(file.path()).unwrap();
    let forged = signed(&app).await;
    assert_eq!(forged.size, first.size);
    assert_ne!(forged.root, first.root);
    std::fs::write(file.path(), kept).unwrap();
    assert_eq!(fault(&app).await, TreeFault::Fork { size: first.size });
    let told = app.compare_checkpoint_file(Tree::Log).await.unwrap();
    assert!(told.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_follows_signs_and_gives_its_lease_up() {
    let database = TestDatabase::new().await;
    let app = of_some(&database).await;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let works = tokio::spawn(TreeKeeper::new(app.clone(), "one").run(stopped.clone()));
    // A second node stands by, and keeps the checkpoint in its file all the same.
    let second = node(&database).await;
    let stands_by = tokio::spawn(TreeKeeper::new(second.clone(), "two").run(stopped));
    let head = app.store().head().await.unwrap().position;
    let reached = async {
        while app.proved_up_to(Tree::Log).await.unwrap() < head {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), reached)
        .await
        .expect("it is signed");
    stop.send_replace(true);
    works.await.unwrap();
    stands_by.await.unwrap();
    assert_eq!(newest(&app).await.size, head);
    let mut third = TreeKeeper::new(second, "three");
    third.catch_up().await.expect("the lease was given up");
}

/// A system that was restored under another name finds a checkpoint by the name before, and a lease that runs out soon.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_another_name_when_a_node_stands_by_then_it_keeps_no_checkpoint_of_the_name_before() {
    let database = TestDatabase::new().await;
    let app = of_some(&database).await;
    let mut holds_the_lease = TreeKeeper::new(app.clone(), "one");
    holds_the_lease.catch_up().await.unwrap();
    let file = app.store().checkpoint_file(Tree::Log);
    let mut settings = database.settings();
    settings.origin = Some("restored.example/log".to_owned());
    let store = throughcare_store::Store::open(settings).await.unwrap();
    let renamed = App::open(store, Arc::new(SystemClock), Arc::new(SystemIds))
        .await
        .unwrap();
    // The control: under the same name it is kept.
    for (node, keeps) in [(node(&database).await, true), (renamed, false)] {
        std::fs::remove_file(file.path()).unwrap_or_default();
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let stands_by = tokio::spawn(TreeKeeper::new(node, "two").run(stopped));
        let there = async {
            while !file.path().exists() {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        let found = tokio::time::timeout(std::time::Duration::from_secs(2), there).await;
        stop.send_replace(true);
        stands_by.await.unwrap();
        assert_eq!(found.is_ok(), keeps);
    }
}

/// A witness in memory: cosigns what continues what it knows.
struct Partner {
    key: SigningKey,
    known: Mutex<(u64, Hash)>,
    /// Gives a signature over something else.
    lies: bool,
}

impl Partner {
    fn new(known: (u64, Hash), lies: bool) -> (Self, Watch) {
        let key = SigningKey::from_seed("w.example", KeyUse::Cosignature, &[5; 32]).unwrap();
        let watch = Watch {
            key: key.verifier().clone(),
            url: "https://w.example".to_owned(),
        };
        let known = Mutex::new(known);
        (Self { key, known, lies }, watch)
    }
}

impl Witnesses for Partner {
    fn ask<'a>(&'a self, _: &'a Watch, body: String) -> Asking<'a> {
        Box::pin(async move {
            let (head, note) = body.split_once("\n\n").unwrap();
            let mut lines = head.lines();
            let old: u64 = lines
                .next()
                .unwrap()
                .strip_prefix("old ")
                .unwrap()
                .parse()
                .unwrap();
            let proof: Vec<Hash> = lines.map(|line| Hash::from_base64(line).unwrap()).collect();
            let note = Note::parse(note).unwrap();
            let checkpoint = Checkpoint::parse_text(&note.text).unwrap();
            let mut known = self.known.lock().unwrap();
            if old != known.0 {
                return Asked::Knows(known.0);
            }
            if verify_consistency(old, known.1, checkpoint.size, checkpoint.root, &proof).is_err() {
                return Asked::Refused(422);
            }
            *known = (checkpoint.size, checkpoint.root);
            let text = if self.lies { "another\n" } else { &note.text };
            Asked::Cosigned(cosign(&self.key, text, 1_800_000_000).line())
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn witnesses_cosign_what_continues_and_what_they_said_is_served() {
    let database = TestDatabase::new().await;
    let app = of_some(&database).await;
    let (partner, watch) = Partner::new((0, Hash::empty_tree()), false);
    let first = signed(&app).await;
    assert_eq!(
        app.ask_witness(&partner, &watch, Tree::Log).await.unwrap(),
        Cosigned::Yes
    );
    grown(&app, 6).await;
    let second = signed(&app).await;
    // Not asked yet: what is served is what was cosigned, as long as it goes far enough.
    assert_eq!(newest(&app).await, first);
    assert_eq!(
        app.ask_witness(&partner, &watch, Tree::Log).await.unwrap(),
        Cosigned::Yes
    );
    assert_eq!(newest(&app).await, second);
    let kept = app.checkpoint(Tree::Log, None).await.unwrap();
    let note = Note::parse(&kept.note).unwrap();
    assert_eq!(cosigned_at(&note, &watch.key), Some(1_800_000_000));
    let lines = app
        .witnesses(Tree::Log, &["w.example".to_owned(), "v.example".to_owned()])
        .await
        .unwrap();
    let shown: Vec<_> = lines
        .iter()
        .map(|line| (line.witness.as_str(), line.cosigned.map(|(size, _)| size)))
        .collect();
    assert_eq!(shown, [("v.example", None), ("w.example", Some(second.size))]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_witness_that_knows_another_size_is_asked_from_there_and_one_that_lies_is_not_kept() {
    let database = TestDatabase::new().await;
    let app = of_some(&database).await;
    let first = signed(&app).await;
    grown(&app, 6).await;
    signed(&app).await;
    // It cosigned the first, and its answer was lost.
    let (partner, watch) = Partner::new((first.size, first.root), false);
    assert_eq!(
        app.ask_witness(&partner, &watch, Tree::Log).await.unwrap(),
        Cosigned::Yes
    );
    // It saw another history.
    grown(&app, 9).await;
    signed(&app).await;
    let (partner, watch) = Partner::new((first.size, Hash([9; 32])), false);
    let Cosigned::No(why) = app.ask_witness(&partner, &watch, Tree::Log).await.unwrap() else {
        panic!("a fork was cosigned")
    };
    assert!(why.contains("422"), "{why}");
    // It knows more than there is: the database was put back.
    let (partner, watch) = Partner::new((1_000_000, first.root), false);
    let Cosigned::No(why) = app.ask_witness(&partner, &watch, Tree::Log).await.unwrap() else {
        panic!("an older state was cosigned")
    };
    assert!(why.contains("older state"), "{why}");
    let before = app.witnesses(Tree::Log, &[]).await.unwrap()[0].cosigned;
    let known = newest(&app).await;
    let (partner, watch) = Partner::new((known.size, known.root), true);
    let answered = app.ask_witness(&partner, &watch, Tree::Log).await.unwrap();
    assert!(matches!(answered, Cosigned::No(_)));
    assert_eq!(app.witnesses(Tree::Log, &[]).await.unwrap()[0].cosigned, before);
}

/// What nobody reads is looked at all the same, round and round, by one node at a time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_rows_are_looked_at_again_and_what_was_altered_is_told_until_it_is_as_it_was() {
    let database = TestDatabase::new().await;
    let app = of_some(&database).await;
    let of_log = async || app.store().rechecks().await.unwrap().remove(0);
    app.recheck_now("one").await.unwrap();
    assert_eq!(
        (of_log().await.rounds, of_log().await.next),
        (0, 0),
        "nothing is signed yet"
    );
    let size = signed(&app).await.size;
    let round = async || {
        let before = of_log().await.rounds;
        for _ in 0..=size.div_ceil(256) {
            app.recheck_now("one").await.unwrap();
            if of_log().await.rounds > before {
                return;
            }
        }
        panic!("no round ends");
    };
    round().await;
    assert_eq!(of_log().await.differs, None);
    // One that another node holds is not taken.
    let theirs = app
        .store()
        .take_lease(RECHECKS, "two", false)
        .await
        .unwrap()
        .unwrap();
    let before = of_log().await;
    app.recheck_now("one").await.unwrap();
    assert_eq!(of_log().await.rounds, before.rounds);
    app.store().give_up_lease(&theirs).await.unwrap();

    let alter = "ALTER TABLE events DISABLE TRIGGER USER; UPDATE events SET client = client || '0' WHERE position = 3";
    run(&database, alter).await;
    round().await;
    let found = of_log().await.differs.unwrap();
    assert!(
        found.from == 0 && found.reason.contains("entry 2 of this tree"),
        "{found:?}"
    );
    assert_eq!(
        signed(&app).await.size,
        size,
        "what was signed is over the row as it was"
    );
    round().await;
    assert_eq!(of_log().await.differs.unwrap().since, found.since, "told once");
    run(
        &database,
        "UPDATE events SET client = left(client, -1) WHERE position = 3",
    )
    .await;
    app.recheck_now("one").await.unwrap();
    assert_eq!(of_log().await.differs, None);
}
