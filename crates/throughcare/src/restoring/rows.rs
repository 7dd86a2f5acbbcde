//! The rows under a tree, hashed again from the first on, against every checkpoint that there is of it.

use super::found::{GivenFound, TreeFound};
use super::{Asked, Found, Shown};
use anyhow::{Result, bail};
use std::collections::{BTreeMap, VecDeque};
use throughcare_app::proving::Tree;
use throughcare_proof::Checkpoint;
use throughcare_proof::tree::{Frontier, Hash};
use throughcare_store::{Store, StoreError, TreeFault};

/// Rows hashed at once.
const STEP: u64 = 4_096;
/// Checkpoints of the database read at once.
const PAGE: u32 = 10_000;

/// The checkpoints of the database, in order of their sizes.
struct Kept<'a> {
    store: &'a Store,
    tree: Tree,
    waiting: VecDeque<(u64, Hash)>,
    read_to: u64,
    ended: bool,
}

impl Kept<'_> {
    /// The next one, when it is of this size.
    async fn of(&mut self, size: u64) -> Result<Option<Hash>> {
        if self.waiting.is_empty() && !self.ended {
            let more = self.store.checkpoints_over(self.tree, self.read_to, PAGE).await?;
            self.ended = more.len() < PAGE as usize;
            self.read_to = more.last().map_or(self.read_to, |(size, _)| *size);
            self.waiting.extend(more);
        }
        let next = self.waiting.front().is_some_and(|(next, _)| *next == size);
        Ok(if next {
            self.waiting.pop_front().map(|(_, root)| root)
        } else {
            None
        })
    }

    async fn left(&mut self) -> Result<bool> {
        Ok(self.of(u64::MAX).await?.is_some() || !self.waiting.is_empty())
    }
}

/// Hashes the rows of a tree, and holds them to what was signed.
pub(super) async fn check(asked: &Asked<'_>, tree: Tree, found: &mut Found) -> Result<()> {
    let store = asked.app.store();
    let mut given: BTreeMap<u64, Vec<(GivenFound, Hash)>> = BTreeMap::new();
    for one in asked.given.iter().filter(|one| one.tree == tree) {
        let told = GivenFound {
            file: one.file.display().to_string(),
            entries: one.checkpoint.size,
            fits: false,
        };
        let of_size = given.entry(one.checkpoint.size).or_default();
        of_size.push((told, one.checkpoint.root));
    }
    let mut walk = match store.begin_walk(tree).await {
        Ok(walk) => walk,
        Err(StoreError::Tree(fault)) => {
            found.faults.push(format!("{}: {fault}.", named(tree)));
            return Ok(());
        }
        Err(other) => return Err(other.into()),
    };
    let what = match tree {
        Tree::Log => "events hashed",
        Tree::Beside => "looks and acts hashed",
    };
    let shown = Shown::begin(asked.quiet, walk.kept(), what);
    let mut kept = Kept {
        store,
        tree,
        waiting: VecDeque::new(),
        read_to: 0,
        ended: false,
    };
    let (mut rows, mut in_database, mut agreed_to) = (Frontier::default(), 0, 0);
    let mut wrong: Option<u64> = None;
    let fault = loop {
        let step = store.walk_on(&mut walk, STEP).await?;
        let ended = step.leaves.is_empty();
        for leaf in step.leaves {
            rows.push(leaf, |_, _, _| {});
            let size = rows.size();
            let in_it = kept.of(size).await?;
            let asked = given.get_mut(&size);
            if in_it.is_none() && asked.is_none() {
                continue;
            }
            let root = rows.root();
            let fits = asked
                .into_iter()
                .flatten()
                .map(|(told, signed)| {
                    told.fits = *signed == root;
                    told.fits
                })
                .fold(in_it.is_none_or(|signed| signed == root), |all, one| all && one);
            in_database += u64::from(in_it == Some(root));
            if !fits {
                wrong.get_or_insert(size);
            } else if wrong.is_none() {
                agreed_to = size;
            }
        }
        shown.at(walk.size());
        if ended || step.fault.is_some() {
            break step.fault;
        }
    };
    shown.end();
    if walk.size() != rows.size() {
        bail!("the rows were counted in two ways, and differ: a fault of the program");
    }
    let given: Vec<GivenFound> = given.into_values().flatten().map(|(told, _)| told).collect();
    let name = named(tree);
    // What follows from an altered row is not told again.
    if let Some(fault) = &fault {
        let place = match fault {
            TreeFault::Leaf { index } if tree == Tree::Log => {
                format!(" It is the event at position {}.", index + 1)
            }
            _ => String::new(),
        };
        found.faults.push(format!("{name}: {fault}.{place}"));
    } else if let Some(size) = wrong {
        found.faults.push(format!(
            "{name}: the rows do not lead to the root that was signed over {size} entries: something was altered, added or \
             left out after entry {agreed_to} and up to entry {size}."
        ));
    }
    let mut over = given.iter().filter(|one| one.entries > rows.size());
    if let (None, Some(most)) = (&fault, over.by_ref().max_by_key(|one| one.entries)) {
        found.faults.push(format!(
            "{name}: restored too old. The checkpoint {} is over {} entries, and {} are here: {} are lost.",
            most.file,
            most.entries,
            rows.size(),
            most.entries - rows.size()
        ));
    }
    if fault.is_none() && wrong.is_none() && kept.left().await? {
        found.faults.push(format!(
            "{name}: the database keeps checkpoints over more than its {} entries: rows at the end are missing.",
            rows.size()
        ));
    }
    beside_keys(asked, tree, &rows, found)?;
    found.trees.push(TreeFound {
        tree: tree.name(),
        entries: rows.size(),
        kept: walk.kept(),
        root: rows.root().to_base64(),
        in_database,
        given,
        first_fault: fault.as_ref().map(|fault| match fault {
            TreeFault::Leaf { index } => index + 1,
            other => other.position().unwrap_or(rows.size() + 1),
        }),
    });
    Ok(())
}

/// The checkpoint in the file beside the key file is of the node that ran last: it tells what a restore has lost.
fn beside_keys(asked: &Asked<'_>, tree: Tree, rows: &Frontier, found: &mut Found) -> Result<()> {
    let file = asked.app.store().checkpoint_file(tree);
    let Some(note) = file.read().map_err(StoreError::from)? else {
        return Ok(());
    };
    let path = file.path().display();
    let Ok(signed) = Checkpoint::open(&note, asked.app.log_keys().verifier(tree)) else {
        found.notes.push(format!(
            "{path} is not of a log of this name: move it away before this system serves."
        ));
        return Ok(());
    };
    if signed.size > rows.size() {
        found.notes.push(format!(
            "{}: {} entries were signed after the time to which this was restored ({path}). They are lost here. Before it \
             serves, move that file away and give the log another name (--log-origin): witnesses and auditors hold the \
             old one, and are right.",
            named(tree),
            signed.size - rows.size()
        ));
    }
    Ok(())
}

/// What a tree is over, in words.
fn named(tree: Tree) -> &'static str {
    match tree {
        Tree::Log => "The log",
        Tree::Beside => "The access log",
    }
}
