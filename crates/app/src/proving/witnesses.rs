//! Witnesses: partners who cosign checkpoints, and only such as continue what they cosigned before.
//!
//! After each checkpoint every witness is asked in the background (`c2sp.org/tlog-witness`, `add-checkpoint`). One that
//! knows another size says so, and is asked once more from there. Whoever does not answer is asked again with the next
//! checkpoint, so that nothing piles up.

use crate::App;
use crate::error::AppError;
use jiff::Timestamp;
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use throughcare_proof::VerifierKey;
use throughcare_proof::cosignature::cosigned_at;
use throughcare_proof::note::{Note, Signature};
use throughcare_store::{Tree, WitnessStanding};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How often it is looked for a new checkpoint that another node signed.
const LOOKS: Duration = Duration::from_secs(2);
/// How often a witness is told of another size in one round.
const TRIES: u32 = 3;
/// How long a witness that did not answer is left alone.
const AFTER_FAILURE: Duration = Duration::from_secs(10);

/// A witness that is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// What its cosignatures are checked by.
    pub key: VerifierKey,
    /// The prefix of its address, to which `/add-checkpoint` is added.
    pub url: String,
}

/// What a witness answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Lines of cosignatures.
    Cosigned(String),
    /// It knows the log at this size, not at the one that was said.
    Knows(u64),
    /// It does not cosign this, and says why by a status.
    Refused(u16),
    /// It did not answer: why, in words that name no address.
    Failed(&'static str),
}

/// The answer of a witness, to come.
pub type Asking<'a> = Pin<Box<dyn Future<Output = Asked> + Send + 'a>>;

/// Who carries what is asked to witnesses: HTTP, or a test.
pub trait Witnesses: Send + Sync {
    /// Asks one with the body of `add-checkpoint`.
    fn ask<'a>(&'a self, witness: &'a Watch, body: String) -> Asking<'a>;
}

/// What came of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cosigned {
    /// It cosigned.
    Yes,
    /// It did not: why, for operators.
    No(String),
}

/// How a configured witness stands.
#[derive(Clone, Debug)]
pub struct WitnessLine {
    /// Its key's name.
    pub witness: String,
    /// Entries of the newest checkpoint that it cosigned, and when; none yet.
    pub cosigned: Option<(u64, Timestamp)>,
    /// Entries of the newest checkpoint.
    pub newest: u64,
}

impl App {
    /// Asks the witnesses after each checkpoint, until `stop` says true.
    pub async fn ask_witnesses_until(
        &self,
        carrier: Arc<dyn Witnesses>,
        witnesses: Vec<Watch>,
        mut stop: watch::Receiver<bool>,
    ) {
        if witnesses.is_empty() {
            return;
        }
        let mut rounds = JoinSet::new();
        for watch in witnesses {
            let (app, carrier, stop) = (self.clone(), carrier.clone(), stop.clone());
            rounds.spawn(async move { app.ask_one_until(&*carrier, &watch, stop).await });
        }
        while rounds.join_next().await.is_some() {}
        let _ = stop.changed().await; // all were told the same
    }

    async fn ask_one_until(&self, carrier: &dyn Witnesses, witness: &Watch, mut stop: watch::Receiver<bool>) {
        let mut told = self.inner.checkpoints.subscribe();
        let mut failing: HashMap<Tree, String> = HashMap::new();
        while !*stop.borrow() {
            let mut pause = LOOKS;
            for tree in Tree::ALL {
                match self.ask_witness(carrier, witness, tree).await {
                    Ok(Cosigned::Yes) => {
                        failing.remove(&tree);
                    }
                    Ok(Cosigned::No(why)) => {
                        pause = AFTER_FAILURE;
                        if failing.get(&tree) != Some(&why) {
                            let witness = witness.key.name();
                            tracing::warn!(witness, tree = tree.name(), "a witness does not cosign: {why}");
                            failing.insert(tree, why);
                        }
                    }
                    Err(error) => tracing::error!(%error, "witnesses could not be asked; trying again"),
                }
            }
            let news = async {
                if pause == LOOKS {
                    let _ = told.changed().await;
                } else {
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                _ = stop.changed() => {}
                () = news => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Asks one witness to cosign the newest checkpoint, unless it has.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn ask_witness(
        &self,
        carrier: &dyn Witnesses,
        witness: &Watch,
        tree: Tree,
    ) -> Result<Cosigned, AppError> {
        let store = &self.inner.store;
        let Some(newest) = store.newest_checkpoint(tree).await? else {
            return Ok(Cosigned::Yes);
        };
        let before = store.witnesses_of(tree).await?;
        let before = before.iter().find(|one| one.witness == witness.key.name());
        let mut old = before.map_or(0, |one| one.size);
        if old >= newest.size {
            return Ok(Cosigned::Yes);
        }
        for _ in 0..TRIES {
            let asked = self.grown(tree, old, Some(newest.size)).await?;
            let note = asked.checkpoint.clone();
            match carrier.ask(witness, asked.text()).await {
                Asked::Cosigned(lines) => {
                    let Some((line, at)) = by_it(note, &lines, &witness.key) else {
                        return Ok(Cosigned::No("its answer is no cosignature by its key".to_owned()));
                    };
                    let name = witness.key.name();
                    store.keep_cosignature(tree, newest.size, name, &line, at).await?;
                    return Ok(Cosigned::Yes);
                }
                Asked::Knows(size) if size > newest.size => {
                    return Ok(Cosigned::No(format!(
                        "it has cosigned {size} entries, and only {} are here: the database was put back to an older \
                         state, or another log goes by the same name and key",
                        newest.size
                    )));
                }
                Asked::Knows(size) if size == old => {
                    return Ok(Cosigned::No(format!(
                        "it says that it knows {size} entries, and does not take a proof from there"
                    )));
                }
                Asked::Knows(size) => old = size,
                Asked::Refused(status) => {
                    return Ok(Cosigned::No(format!("it refused with status {status}")));
                }
                Asked::Failed(why) => return Ok(Cosigned::No(why.to_owned())),
            }
        }
        Ok(Cosigned::No("it names another size each time".to_owned()))
    }

    /// How far each configured witness has signed, and each that ever did.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn witnesses(&self, tree: Tree, asked: &[String]) -> Result<Vec<WitnessLine>, AppError> {
        let newest = self.inner.store.newest_checkpoint(tree).await?;
        let newest = newest.map_or(0, |newest| newest.size);
        let mut standing: Vec<WitnessStanding> = self.inner.store.witnesses_of(tree).await?;
        let mut lines: Vec<WitnessLine> = asked
            .iter()
            .map(|name| {
                let place = standing.iter().position(|one| one.witness == *name);
                let cosigned = place.map(|at| standing.swap_remove(at));
                WitnessLine {
                    witness: name.clone(),
                    cosigned: cosigned.map(|one| (one.size, one.cosigned_at)),
                    newest,
                }
            })
            .collect();
        lines.extend(standing.into_iter().map(|one| WitnessLine {
            witness: one.witness,
            cosigned: Some((one.size, one.cosigned_at)),
            newest,
        }));
        lines.sort_by(|a, b| a.witness.cmp(&b.witness));
        Ok(lines)
    }
}

/// The line among those of an answer that the witness signed over this note, and when it says that it did.
fn by_it(mut note: Note, lines: &str, key: &VerifierKey) -> Option<(String, Timestamp)> {
    lines.lines().find_map(|line| {
        let signature = Signature::parse(line).ok().filter(|one| one.is_of(key))?;
        let line = signature.line();
        note.signatures = vec![signature];
        let at = i64::try_from(cosigned_at(&note, key)?).ok()?;
        Some((line, Timestamp::from_second(at).ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use throughcare_proof::checkpoint::Checkpoint;
    use throughcare_proof::cosignature::cosign;
    use throughcare_proof::key::{KeyUse, SigningKey};
    use throughcare_proof::tree::Hash;

    #[test]
    fn only_a_line_by_the_witness_over_this_checkpoint_counts() {
        let log = SigningKey::from_seed("log.example", KeyUse::Note, &[1; 32]).unwrap();
        let witness = SigningKey::from_seed("w.example", KeyUse::Cosignature, &[2; 32]).unwrap();
        let other = SigningKey::from_seed("w.example", KeyUse::Cosignature, &[3; 32]).unwrap();
        let checkpoint = |size| Checkpoint {
            origin: "log.example".to_owned(),
            size,
            root: Hash([size as u8; 32]),
        };
        let note = checkpoint(5).sign(&log).unwrap();
        let good = cosign(&witness, &note.text, 1_000).line();
        let stranger = cosign(&other, &note.text, 1_000).line();
        let key = witness.verifier();
        let found = by_it(note.clone(), &format!("{stranger}{good}"), key);
        assert_eq!(found, Some((good, Timestamp::from_second(1_000).unwrap())));
        assert_eq!(by_it(note.clone(), &stranger, key), None);
        let of_another = cosign(&witness, &checkpoint(6).text(), 1_000).line();
        assert_eq!(by_it(note.clone(), &of_another, key), None);
        assert_eq!(by_it(note, "nothing", key), None);
    }
}
