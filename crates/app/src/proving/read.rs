//! What is proved, and to whom.
//!
//! Checkpoints and hashes say how much there is and nothing else, so whoever may ask anything may ask for them. Entries
//! disclose what kind of thing was recorded about whom, and when: they are for auditors. One event is proved to whoever
//! may see it; its record, with who typed it and under which number, only to those who are told that anyway.

use super::keeper::read_file;
use crate::App;
use crate::answer::Answer;
use crate::caller::Caller;
use crate::error::AppError;
use crate::looks::Extent;
use crate::query::feed::note;
use crate::query::told::Judge;
use jiff::Timestamp;
use throughcare_domain::access::{self, Ground, Permission};
use throughcare_domain::event::Role;
use throughcare_domain::id::{EventId, PersonId};
use throughcare_domain::stream::StreamKind;
use throughcare_proof::bundle;
use throughcare_proof::checkpoint::Checkpoint;
use throughcare_proof::inclusion::InclusionProof;
use throughcare_proof::note::Note;
use throughcare_proof::sample;
use throughcare_proof::tree::{Hash, TILE_WIDTH, TileAddress};
use throughcare_store::{KeptCheckpoint, LogQuery, Parts, Tree, TreeFault};

/// Most entries of one sample: each comes with its proof.
pub const MOST_DRAWN: u32 = 100;

/// A tile, or a bundle of entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile(pub Vec<u8>);

/// An event with its proof.
#[derive(Clone, Debug)]
pub struct EventProof {
    /// Entries of the checkpoint under which it is proved.
    pub size: u64,
    /// The proof file.
    pub proof: InclusionProof,
}

/// That a tree has only grown.
#[derive(Clone, Debug)]
pub struct Grown {
    /// Entries of the older tree.
    pub old: u64,
    /// The proof.
    pub hashes: Vec<Hash>,
    /// The newer checkpoint.
    pub checkpoint: Note,
}

impl Grown {
    /// As `c2sp.org/tlog-witness` sends it to `add-checkpoint`.
    #[must_use]
    pub fn text(&self) -> String {
        let hashes = self.hashes.iter().map(Hash::to_base64);
        let lines: String = hashes.map(|line| line + "\n").collect();
        format!("old {}\n{lines}\n{}", self.old, self.checkpoint)
    }
}

/// A sample that nobody could choose.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// From which checkpoint.
    pub checkpoint: Note,
    /// Its entries, each with its proof, in order.
    pub entries: Vec<InclusionProof>,
}

impl App {
    /// A checkpoint: of so many entries, or the newest. With witnesses, the newest that one of them cosigned.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where none was signed of that size; [`AppError::NotProvedYet`] where none was signed at all.
    pub async fn checkpoint(&self, tree: Tree, size: Option<u64>) -> Result<KeptCheckpoint, AppError> {
        let store = &self.inner.store;
        match size {
            Some(size) => store.checkpoint_of(tree, size).await?.ok_or(AppError::NotFound),
            None => self.checkpoint_over(tree, 0).await,
        }
    }

    /// The checkpoint under which entries up to a place are proved: the newest that a witness cosigned if it goes so far,
    /// else the newest.
    async fn checkpoint_over(&self, tree: Tree, index: u64) -> Result<KeptCheckpoint, AppError> {
        let store = &self.inner.store;
        if let Some(cosigned) = store.newest_cosigned(tree).await?
            && cosigned.size > index
        {
            return Ok(cosigned);
        }
        match store.newest_checkpoint(tree).await? {
            Some(newest) if newest.size > index => Ok(newest),
            _ => Err(AppError::NotProvedYet),
        }
    }

    /// A tile of hashes, for anybody; or a bundle of entries, for auditors.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a tile that there is not, or not yet; [`AppError::WrongRole`] for entries that are not
    /// for the caller; [`AppError::Altered`] for entries that are not what they were.
    pub async fn tile(&self, caller: &Caller, tree: Tree, address: TileAddress) -> Result<Tile, AppError> {
        if address.level.is_some() {
            let tile = self.inner.store.tree_tile(tree, address).await?;
            return tile.map(Tile).ok_or(AppError::NotFound);
        }
        auditors_alone(caller)?;
        let (first, width) = (address.index.saturating_mul(TILE_WIDTH), u64::from(address.width));
        let last = first.saturating_add(width);
        let store = &self.inner.store;
        // A leaf for each, or some of it is still to come.
        if store.tree_leaf(tree, last - 1).await?.is_none() {
            return Err(AppError::NotFound);
        }
        let entries = store.tree_entries(tree, first, width).await?;
        if entries.len() as u64 != width {
            return Err(AppError::Altered(TreeFault::Leaf {
                index: first + entries.len() as u64,
            }));
        }
        let mut bytes = Vec::new();
        for entry in &entries {
            bundle::add(&mut bytes, &entry.record)
                .map_err(|_| AppError::Altered(TreeFault::Leaf { index: entry.index }))?;
        }
        let mut people: Vec<_> = entries.iter().filter_map(|entry| entry.person).collect();
        people.sort_unstable();
        people.dedup();
        note_audited(caller, tree, people);
        Ok(Tile(bytes))
    }

    /// That an event is in the log.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for an event that there is not, or not for the caller; [`AppError::NotProvedYet`] for one
    /// under no checkpoint; [`AppError::Altered`] for one that is not what was recorded.
    pub async fn prove_event(
        &self,
        caller: &Caller,
        event: EventId,
        position: u64,
    ) -> Result<EventProof, AppError> {
        let reach = self.reach(caller).await?;
        let query = LogQuery {
            after: position.checked_sub(1).ok_or(AppError::NotFound)?,
            upto: Some(position),
            limit: 1,
            parts: Parts::Case,
            ..LogQuery::default()
        };
        let auditor = caller.role() == Role::Auditor;
        let mut read = self.inner.store.read_entries(&reach, &query).await?;
        let read = read.pop().ok_or(AppError::NotFound)?;
        let told_all = match read.event {
            Ok(found) if found.envelope.id != event => return Err(AppError::NotFound),
            Ok(found) => {
                let gathered = self.gathered(&reach, vec![found], auditor).await?;
                let mut judge = Judge::new(caller, &gathered);
                let [found] = &gathered.events[..] else {
                    return Err(AppError::NotFound);
                };
                let told = judge.told(found).ok_or(AppError::NotFound)?;
                let own = found.envelope.actor.organisation == *caller.organisation();
                let stream = found.envelope.stream;
                let known = stream.kind != StreamKind::Person || judge.knows(stream);
                let unchanged = told.envelope.stream_version == found.envelope.stream_version;
                note(caller, &gathered.events, &mut judge);
                auditor || (own && known && unchanged)
            }
            // What does not open is proved all the same, to auditors.
            Err(_) if auditor => true,
            Err(_) => return Err(AppError::NotFound),
        };
        let entry = self.inner.store.tree_entry(Tree::Log, position - 1).await?;
        let entry = entry.ok_or(AppError::NotProvedYet)?;
        if auditor {
            note_audited(caller, Tree::Log, entry.person);
        }
        let checkpoint = self.checkpoint_over(Tree::Log, entry.index).await?;
        let hashes = self
            .inner
            .store
            .tree_inclusion(Tree::Log, entry.index, checkpoint.size);
        Ok(EventProof {
            size: checkpoint.size,
            proof: InclusionProof {
                extra: told_all.then_some(entry.record),
                index: entry.index,
                hashes: hashes.await?,
                checkpoint: read_note(&checkpoint)?,
            },
        })
    }

    /// That a tree of `from` entries is the beginning of that of `to`, or of the newest checkpoint.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where no checkpoint of that size was signed, or it is smaller.
    pub async fn grown(&self, tree: Tree, from: u64, to: Option<u64>) -> Result<Grown, AppError> {
        let checkpoint = self.checkpoint(tree, to).await?;
        if from > checkpoint.size {
            return Err(AppError::NotFound);
        }
        Ok(Grown {
            old: from,
            hashes: self
                .inner
                .store
                .tree_consistency(tree, from, checkpoint.size)
                .await?,
            checkpoint: read_note(&checkpoint)?,
        })
    }

    /// Entries of the log drawn from its newest checkpoint and the auditor's words, each with its proof.
    ///
    /// # Errors
    /// [`AppError::WrongRole`] for everybody but auditors; [`AppError::Altered`] when one is not what it was.
    pub async fn draw(&self, caller: &Caller, words: &str, count: u32) -> Result<Drawn, AppError> {
        auditors_alone(caller)?;
        let kept = self.checkpoint_over(Tree::Log, 0).await?;
        let note = read_note(&kept)?;
        let checkpoint = Checkpoint::parse_text(&note.text).map_err(|_| AppError::Internal(None))?;
        let count = usize::try_from(count.min(MOST_DRAWN)).unwrap_or(0);
        let drawn: Vec<u64> = sample::draw(&checkpoint, words, count).into_iter().collect();
        let store = &self.inner.store;
        let proofs = store.tree_inclusions(Tree::Log, &drawn, kept.size).await?;
        let (mut entries, mut people) = (Vec::with_capacity(drawn.len()), Vec::new());
        for (index, hashes) in drawn.into_iter().zip(proofs) {
            let entry = store.tree_entry(Tree::Log, index).await?;
            let entry = entry.ok_or(AppError::NotProvedYet)?;
            people.extend(entry.person);
            entries.push(InclusionProof {
                extra: Some(entry.record),
                index,
                hashes,
                checkpoint: note.clone(),
            });
        }
        note_audited(caller, Tree::Log, people);
        Ok(Drawn {
            checkpoint: note,
            entries,
        })
    }

    /// How many entries are proved under the checkpoint that is served now; 0 before the first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn proved_up_to(&self, tree: Tree) -> Result<u64, AppError> {
        match self.checkpoint_over(tree, 0).await {
            Ok(checkpoint) => Ok(checkpoint.size),
            Err(AppError::NotProvedYet) => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Refuses whoever may not read entries of the log.
    ///
    /// # Errors
    /// [`AppError::WrongRole`] for everybody but auditors.
    pub fn may_read_entries(&self, caller: &Caller) -> Result<(), AppError> {
        auditors_alone(caller)
    }

    /// When the events of an answer were recorded, also of one that was given before.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn recorded_at(&self, answer: &Answer) -> Result<Timestamp, AppError> {
        if let Some(at) = answer.recorded_at {
            return Ok(at);
        }
        let at = self.inner.store.recorded_at(answer.position).await?;
        at.ok_or(AppError::Internal(None))
    }

    /// Why the checkpoint beside the key file does not fit what is in the database, when it does not: for the doctor.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn compare_checkpoint_file(&self, tree: Tree) -> Result<Option<String>, AppError> {
        let signed = match read_file(self, tree).await {
            Ok(Some(signed)) => signed,
            Ok(None) => return Ok(None),
            Err(throughcare_store::StoreError::Tree(fault)) => return Ok(Some(fault.to_string())),
            Err(other) => return Err(other.into()),
        };
        let trees = self.inner.store.trees().await?;
        let there = trees
            .iter()
            .find(|one| one.tree == tree)
            .map_or(0, |one| one.size);
        if signed.size > there {
            let signed = signed.size;
            return Ok(Some(TreeFault::RolledBack { signed, there }.to_string()));
        }
        let root = self.inner.store.tree_root(tree, signed.size).await?;
        Ok((root != signed.root).then(|| TreeFault::Fork { size: signed.size }.to_string()))
    }
}

fn read_note(checkpoint: &KeptCheckpoint) -> Result<Note, AppError> {
    Note::parse(&checkpoint.note).map_err(|_| {
        AppError::Altered(TreeFault::Fork {
            size: checkpoint.size,
        })
    })
}

fn auditors_alone(caller: &Caller) -> Result<(), AppError> {
    match access::may_read_entries(caller.role()) {
        Permission::Allowed => Ok(()),
        Permission::NotFound => Err(AppError::NotFound),
        Permission::WrongRole(sentence) => Err(AppError::WrongRole(sentence)),
    }
}

/// Notes whom entries show to an auditor. Entries of the access log tell at whom others looked; that somebody read them
/// is one look at nobody, or to read the whole log would make it as long again, without end.
fn note_audited(caller: &Caller, tree: Tree, people: impl IntoIterator<Item = uuid::Uuid>) {
    match tree {
        Tree::Log => {
            for person in people {
                let person = Some(PersonId(person));
                caller.looks.note(person, Extent::Events, vec![Ground::Audit]);
            }
        }
        Tree::Beside => caller.looks.note(None, Extent::AccessLog, vec![Ground::Audit]),
    }
}
