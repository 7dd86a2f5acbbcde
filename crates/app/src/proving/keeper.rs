//! The worker that keeps the trees: one node at a time, by a lease, as with projections.
//!
//! It goes a little behind what it follows, so that no append waits for it, and signs a checkpoint at least every
//! [`SIGNED_WITHIN`] and every [`MOST_LEAVES`] entries. Before it signs it holds what is here to the last checkpoint that
//! was signed, also to the one in the file beside its key file: a database that was put back to an older state, or in
//! which a hash was altered, is not signed over. Then the tree stands still and says why; people are served all the same.
//!
//! Nodes that do not hold the lease keep the newest checkpoint in their files too.

use crate::App;
use crate::held_lease::HeldLease;
use std::time::Duration;
use throughcare_proof::checkpoint::Checkpoint;
use throughcare_store::projection::Lease;
use throughcare_store::{
    CheckpointFile, Grown, KeptCheckpoint, MOST_LEAVES, NewCheckpoint, StoreError, TREES, Tree, TreeFault,
    TreeState,
};
use tokio::sync::watch;
use tokio::time::Instant;

/// A checkpoint is signed this long after the one before, when there is anything new. The ten seconds that are promised
/// leave room for a step that takes long.
pub const SIGNED_WITHIN: Duration = Duration::from_secs(5);
/// How long to gather what is recorded: a step costs the database as much as some commands. Trees are that much older
/// than what they are over.
const GATHER: Duration = Duration::from_millis(200);
/// How often a node without the lease looks whether it has become free, and at the newest checkpoint.
const HELD_ELSEWHERE: Duration = Duration::from_secs(1);
/// How long to wait after an error, and before it is looked again whether what was altered is as it was.
const AFTER_ERROR: Duration = Duration::from_secs(2);

/// Keeps the trees.
pub struct TreeKeeper {
    app: App,
    lease: HeldLease,
    followed: [Followed; 2],
}

/// One tree.
struct Followed {
    tree: Tree,
    kept: Option<Kept>,
    /// What was noted last, so that it is told once.
    fault: Option<String>,
    /// Entries of the checkpoint in the file; `None` before it was read.
    in_file: Option<u64>,
}

/// A tree that was taken up and agrees with what was signed.
struct Kept {
    state: TreeState,
    /// Entries of the last checkpoint.
    signed: u64,
    /// When that was made; never, when there is none.
    signed_at: Option<Instant>,
}

impl Kept {
    /// True when a checkpoint of this many entries is to be signed now.
    fn is_due(&self, size: u64) -> bool {
        let waited = self.signed_at.is_none_or(|at| at.elapsed() >= SIGNED_WITHIN);
        size > self.signed && (waited || size - self.signed >= MOST_LEAVES)
    }
}

/// What one turn of one tree came to.
enum Turn {
    /// There is more at once.
    More,
    /// There is nothing more now.
    Idle,
}

impl TreeKeeper {
    /// One that works on this node under this name.
    pub fn new(app: App, owner: &str) -> Self {
        let followed = Tree::ALL.map(|tree| Followed {
            tree,
            kept: None,
            fault: None,
            in_file: None,
        });
        Self {
            app,
            lease: HeldLease::of(TREES, owner),
            followed,
        }
    }

    /// Works until `stop` says true, then gives its lease up. Errors are logged and tried again.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let pause = self.step().await;
            tokio::select! {
                _ = stop.changed() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        self.lease.give_up(&self.app.inner.store).await;
    }

    /// Works until both trees are as new as what they are over and signed so, whoever signed last.
    ///
    /// # Errors
    /// The first error.
    pub async fn catch_up(&mut self) -> Result<(), StoreError> {
        let Some(lease) = self.lease.hold(&self.app.inner.store).await? else {
            return Err(StoreError::Unavailable(None));
        };
        let store = self.app.inner.store.clone();
        for followed in &mut self.followed {
            while matches!(followed.turn(&self.app, &lease).await?, Turn::More) {}
            if let Some(kept) = &mut followed.kept
                && kept.state.size() > kept.signed
            {
                let checkpoint = sign(&self.app, &kept.state)?;
                if store.keep_checkpoint(&lease, followed.tree, &checkpoint).await? {
                    followed.signed(&self.app, checkpoint).await?;
                }
            }
        }
        Ok(())
    }

    /// One turn of each tree; how long to wait before the next.
    async fn step(&mut self) -> Duration {
        // It is kept while a tree stands still: nobody else shall sign.
        let lease = match self.lease.hold(&self.app.inner.store).await {
            Ok(Some(lease)) => lease,
            Ok(None) => {
                for followed in &mut self.followed {
                    followed.kept = None;
                    if let Err(error) = followed.remember(&self.app).await {
                        followed.note(&self.app, error).await;
                    }
                }
                return HELD_ELSEWHERE;
            }
            Err(error) => {
                tracing::error!(%error, "the lease of the trees cannot be asked for; trying again");
                return AFTER_ERROR;
            }
        };
        let mut pause = GATHER;
        for followed in &mut self.followed {
            match followed.turn(&self.app, &lease).await {
                Ok(Turn::More) => pause = Duration::ZERO,
                Ok(Turn::Idle) => {}
                Err(error) => {
                    followed.kept = None;
                    followed.note(&self.app, error).await;
                    pause = pause.max(AFTER_ERROR);
                }
            }
        }
        pause
    }
}

impl Followed {
    async fn turn(&mut self, app: &App, lease: &Lease) -> Result<Turn, StoreError> {
        let store = &app.inner.store;
        let kept = match self.kept.take() {
            Some(kept) => kept,
            None => self.take_up(app).await?,
        };
        let Some(growth) = store.grow_tree(&kept.state, MOST_LEAVES).await? else {
            let due = kept.is_due(kept.state.size());
            let state = kept.state.clone();
            self.kept = Some(kept);
            if due {
                let checkpoint = sign(app, &state)?;
                if store.keep_checkpoint(lease, self.tree, &checkpoint).await? {
                    self.signed(app, checkpoint).await?;
                }
            }
            self.mend(app).await?;
            return Ok(Turn::Idle);
        };
        let to = growth.to();
        let grew = to.size() - kept.state.size();
        let checkpoint = match kept.is_due(to.size()) {
            true => Some(sign(app, to)?),
            false => None,
        };
        match store.write_growth(lease, &growth, checkpoint.as_ref()).await? {
            Grown::To(state) => {
                self.kept = Some(Kept { state, ..kept });
                if let Some(checkpoint) = checkpoint {
                    self.signed(app, checkpoint).await?;
                }
                self.fault = None;
                Ok(if grew == MOST_LEAVES {
                    Turn::More
                } else {
                    Turn::Idle
                })
            }
            // Read anew: another node was first.
            Grown::Overtaken => Ok(Turn::Idle),
        }
    }

    /// Reads the tree as it was kept, and holds it to what was signed.
    async fn take_up(&mut self, app: &App) -> Result<Kept, StoreError> {
        let store = &app.inner.store;
        let state = store.tree_state(self.tree).await?;
        if store.tree_root(self.tree, state.size()).await? != state.root() {
            return Err(TreeFault::Hashes.into());
        }
        let last = store.newest_checkpoint(self.tree).await?;
        if let Some(last) = &last {
            self.agrees(app, &state, last.size, last.root).await?;
        }
        if let Some(signed) = self.in_file(app).await? {
            self.agrees(app, &state, signed.size, signed.root).await?;
        }
        let age = match &last {
            Some(_) => store.trees().await?.into_iter().find(|one| one.tree == self.tree),
            None => None,
        };
        let age = age.and_then(|standing| standing.age_seconds);
        // Whatever was noted before, by whichever node, is over.
        self.fault.get_or_insert_default();
        Ok(Kept {
            signed: last.map_or(0, |last| last.size),
            signed_at: age.map(|age| {
                let now = Instant::now();
                now.checked_sub(Duration::from_secs(age)).unwrap_or(now)
            }),
            state,
        })
    }

    /// That a signed checkpoint is one of the tree.
    async fn agrees(
        &self,
        app: &App,
        state: &TreeState,
        size: u64,
        root: throughcare_proof::Hash,
    ) -> Result<(), StoreError> {
        if size > state.size() {
            return Err(TreeFault::RolledBack {
                signed: size,
                there: state.size(),
            }
            .into());
        }
        if app.inner.store.tree_root(self.tree, size).await? == root {
            Ok(())
        } else {
            Err(TreeFault::Fork { size }.into())
        }
    }

    /// The checkpoint in the file beside the key file, by the log's own key.
    async fn in_file(&mut self, app: &App) -> Result<Option<Checkpoint>, StoreError> {
        let signed = read_file(app, self.tree).await?;
        self.in_file = Some(signed.as_ref().map_or(0, |signed| signed.size));
        Ok(signed)
    }

    /// What follows once a checkpoint is on disk: the file beside the key file has it too. A crash between the two leaves
    /// the file with the one before, which is as true.
    async fn signed(&mut self, app: &App, checkpoint: NewCheckpoint) -> Result<(), StoreError> {
        if let Some(kept) = &mut self.kept {
            (kept.signed, kept.signed_at) = (checkpoint.size, Some(Instant::now()));
        }
        app.inner.checkpoints.send_modify(|number| *number += 1);
        self.write_file(app, checkpoint.size, checkpoint.note).await
    }

    async fn write_file(&mut self, app: &App, size: u64, note: String) -> Result<(), StoreError> {
        let file = app.inner.store.checkpoint_file(self.tree);
        blocking(file, move |file| {
            let note = throughcare_proof::note::Note::parse(&note).map_err(|_| file.foreign())?;
            file.write(&note)
        })
        .await?;
        self.in_file = Some(size);
        Ok(())
    }

    /// On a node without the lease: keeps the newest checkpoint in its file, when it continues the one there.
    async fn remember(&mut self, app: &App) -> Result<(), StoreError> {
        let store = &app.inner.store;
        let newest = store.newest_checkpoint(self.tree).await?;
        let size = newest.as_ref().map_or(0, |newest| newest.size);
        if self.in_file == Some(size) {
            return Ok(());
        }
        if let Some(signed) = self.in_file(app).await? {
            let state = store.tree_state(self.tree).await?;
            self.agrees(app, &state, signed.size, signed.root).await?;
        }
        match newest {
            // What was signed under a name that the log had before is no checkpoint of this node's: in its file it would
            // keep the node from signing when the lease becomes its own.
            Some(KeptCheckpoint { size, note, .. })
                if Some(size) > self.in_file && is_own(app, self.tree, &note) =>
            {
                self.write_file(app, size, note).await
            }
            _ => Ok(()),
        }
    }

    /// Tells why the tree does not grow: once in the log of this node, and in the database for everybody who asks.
    async fn note(&mut self, app: &App, error: StoreError) {
        let StoreError::Tree(fault) = &error else {
            tracing::error!(%error, tree = self.tree.name(), "a tree could not be brought up to date; trying again");
            return;
        };
        let why = fault.to_string();
        if self.fault.as_ref() != Some(&why) {
            tracing::error!(tree = self.tree.name(), "the tree stands still: {why}");
        }
        match app.inner.store.note_tree_stopped(self.tree, Some(&why)).await {
            Ok(()) => self.fault = Some(why),
            Err(error) => tracing::error!(%error, "that a tree stands still could not be noted"),
        }
    }

    /// What stood still goes on, though nothing new is there to show it.
    async fn mend(&mut self, app: &App) -> Result<(), StoreError> {
        if self.fault.take().is_some() {
            app.inner.store.note_tree_stopped(self.tree, None).await?;
        }
        Ok(())
    }
}

/// The checkpoint in the file of a tree, when there is one.
///
/// # Errors
/// [`TreeFault::Foreign`] when it is not by the log's own key.
pub(super) async fn read_file(app: &App, tree: Tree) -> Result<Option<Checkpoint>, StoreError> {
    let key = app.inner.keys.verifier(tree).clone();
    let file = app.inner.store.checkpoint_file(tree);
    blocking(file, move |file| {
        let note = file.read()?;
        note.map(|note| Checkpoint::open(&note, &key).map_err(|_| file.foreign()))
            .transpose()
    })
    .await
}

/// Whether a checkpoint is by this log's own key, under the name that it has now.
fn is_own(app: &App, tree: Tree, note: &str) -> bool {
    let key = app.inner.keys.verifier(tree);
    throughcare_proof::note::Note::parse(note).is_ok_and(|note| Checkpoint::open(&note, key).is_ok())
}

/// Signs what the tree is.
fn sign(app: &App, state: &TreeState) -> Result<NewCheckpoint, StoreError> {
    let key = app.inner.keys.of_tree(state.tree());
    let checkpoint = Checkpoint {
        origin: key.verifier().name().to_owned(),
        size: state.size(),
        root: state.root(),
    };
    let note = checkpoint.sign(key);
    let note = note.map_err(|_| StoreError::Invalid("the log's name cannot stand in a note"))?;
    Ok(NewCheckpoint {
        size: checkpoint.size,
        root: checkpoint.root,
        note: note.to_string(),
    })
}

/// Works with a file where blocking is allowed.
async fn blocking<T: Send + 'static>(
    file: CheckpointFile,
    work: impl FnOnce(CheckpointFile) -> Result<T, TreeFault> + Send + 'static,
) -> Result<T, StoreError> {
    let worked = tokio::task::spawn_blocking(move || work(file)).await;
    Ok(worked.map_err(|_| StoreError::Unavailable(None))??)
}
