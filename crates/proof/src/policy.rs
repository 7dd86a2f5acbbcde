//! Trust policies (`c2sp.org/tlog-policy`): whose signature makes a checkpoint one, and how many witnesses must have
//! cosigned it. An auditor keeps this file; it must not come from whoever keeps the log.

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::cosignature::cosigned_at;
use crate::key::{KeyError, KeyUse, VerifierKey};
use crate::note::Note;
use std::collections::{HashMap, HashSet};

/// Most logs, witnesses and groups that a policy may name, each.
pub const MOST: usize = 32;
const NONE: &str = "none";

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The logs whose checkpoints are taken.
    pub logs: Vec<Known>,
    /// The witnesses.
    pub witnesses: Vec<Witness>,
    groups: Vec<Group>,
    quorum: String,
}

/// A log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its key; its name is the origin.
    pub key: VerifierKey,
    /// Where it is served, when that is said.
    pub url: Option<String>,
}

/// A witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Its name in this file.
    pub name: String,
    /// Its key.
    pub key: VerifierKey,
    /// Where it takes checkpoints, when that is said.
    pub url: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    name: String,
    needed: usize,
    members: Vec<String>,
}

/// What is wrong with a policy, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the policy: {fault}")]
pub struct PolicyError {
    /// The line, from 1; the last one when something is missing.
    pub line: usize,
    /// What is wrong.
    pub fault: PolicyFault,
}

/// What is wrong with a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// The line begins with no known word or has not the right number of parts.
    #[error(
        "it must be `log KEY [URL]`, `witness NAME KEY [URL]`, `group NAME any|all|NUMBER NAME…` or `quorum NAME`"
    )]
    Form,
    /// The key is none.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A log's key is one of witnesses, or the other way round.
    #[error("the key is of the wrong kind for this line")]
    Kind,
    /// A key or name is there twice.
    #[error("this key or name was given before")]
    Twice,
    /// A name stands for nothing that was said before.
    #[error("it names a witness or group that no line before it defines")]
    Unknown,
    /// A number is 0 or above the number of members.
    #[error("the number must be from 1 to the number of members")]
    Number,
    /// There is not exactly one line for the quorum.
    #[error("there must be exactly one `quorum` line")]
    Quorum,
    /// More than [`MOST`] of a kind.
    #[error("at most 32 logs, 32 witnesses and 32 groups are understood")]
    TooMany,
}

/// Why a checkpoint is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTrusted {
    /// None of the policy's logs signed it as its own.
    #[error("no log of the policy signed this checkpoint: {0}")]
    Log(CheckpointError),
    /// Not enough witnesses did.
    #[error("the witnesses that cosigned it ({}) do not make the quorum of the policy", if .0.is_empty() { "none".to_owned() } else { .0.join(", ") })]
    Quorum(Vec<String>),
}

/// A checkpoint that a policy accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trusted {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// Which witnesses of the policy cosigned it, with the time of each in seconds since 1970.
    pub witnesses: Vec<(String, u64)>,
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    /// [`PolicyError`], for the first line that is wrong.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let mut policy = Self {
            logs: Vec::new(),
            witnesses: Vec::new(),
            groups: Vec::new(),
            quorum: String::new(),
        };
        let mut reading = Reading::default();
        let mut last = 1;
        for (line, text) in (1..).zip(text.split('\n')) {
            last = line;
            let words: Vec<_> = text.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
            if words.first().is_none_or(|word| word.starts_with('#')) {
                continue;
            }
            reading
                .line(&mut policy, &words)
                .map_err(|fault| PolicyError { line, fault })?;
        }
        if policy.quorum.is_empty() {
            return Err(PolicyError {
                line: last,
                fault: PolicyFault::Quorum,
            });
        }
        Ok(policy)
    }

    /// Judges a checkpoint by this policy.
    ///
    /// # Errors
    /// [`NotTrusted`].
    pub fn judge(&self, note: &Note) -> Result<Trusted, NotTrusted> {
        let mut refused = NotTrusted::Log(CheckpointError::Note(crate::note::NoteError::NotSigned));
        let mut opened = None;
        for log in &self.logs {
            match Checkpoint::open(note, &log.key) {
                Ok(checkpoint) => {
                    opened = Some(checkpoint);
                    break;
                }
                Err(CheckpointError::Note(crate::note::NoteError::NotSigned)) => {}
                Err(why) => refused = NotTrusted::Log(why),
            }
        }
        let Some(checkpoint) = opened else {
            return Err(refused);
        };
        let witnesses: Vec<_> = self
            .witnesses
            .iter()
            .filter_map(|witness| Some((witness.name.clone(), cosigned_at(note, &witness.key)?)))
            .collect();
        if self.quorum_of(&witnesses) {
            Ok(Trusted {
                checkpoint,
                witnesses,
            })
        } else {
            Err(NotTrusted::Quorum(
                witnesses.into_iter().map(|(name, _)| name).collect(),
            ))
        }
    }

    fn quorum_of(&self, witnesses: &[(String, u64)]) -> bool {
        let mut satisfied: HashMap<&str, bool> = self
            .witnesses
            .iter()
            .map(|witness| (witness.name.as_str(), false))
            .collect();
        satisfied.insert(NONE, true);
        for (name, _) in witnesses {
            satisfied.insert(name, true);
        }
        // Groups name only what stands before them.
        for group in &self.groups {
            let those = group
                .members
                .iter()
                .filter(|name| satisfied.get(name.as_str()) == Some(&true));
            satisfied.insert(&group.name, those.count() >= group.needed);
        }
        satisfied.get(self.quorum.as_str()) == Some(&true)
    }
}

/// What was said on the lines before.
#[derive(Default)]
struct Reading {
    names: HashSet<String>,
    keys: HashSet<[u8; 32]>,
    taken: HashSet<String>,
}

impl Reading {
    fn line(&mut self, policy: &mut Policy, words: &[&str]) -> Result<(), PolicyFault> {
        match words {
            ["log", key, url @ ..] if url.len() < 2 => {
                policy.logs.push(Known {
                    key: self.key(key, KeyUse::Note)?,
                    url: url.first().map(|&url| url.to_owned()),
                });
                bounded(policy.logs.len())
            }
            ["witness", name, key, url @ ..] if url.len() < 2 => {
                let key = self.key(key, KeyUse::Cosignature)?;
                policy.witnesses.push(Witness {
                    name: self.name(name)?,
                    key,
                    url: url.first().map(|&url| url.to_owned()),
                });
                bounded(policy.witnesses.len())
            }
            ["group", name, needed, members @ ..] if !members.is_empty() => {
                let needed = match *needed {
                    "any" => 1,
                    "all" => members.len(),
                    number => number.parse().map_err(|_| PolicyFault::Number)?,
                };
                if needed == 0 || needed > members.len() {
                    return Err(PolicyFault::Number);
                }
                for member in members {
                    if !self.names.contains(*member) {
                        return Err(PolicyFault::Unknown);
                    }
                    // Each counts once in all, or one witness could make a quorum alone.
                    if !self.taken.insert((*member).to_owned()) {
                        return Err(PolicyFault::Twice);
                    }
                }
                policy.groups.push(Group {
                    name: self.name(name)?,
                    needed,
                    members: members.iter().map(|&name| name.to_owned()).collect(),
                });
                bounded(policy.groups.len())
            }
            ["quorum", name] => {
                if !policy.quorum.is_empty() {
                    return Err(PolicyFault::Quorum);
                }
                if *name != NONE && !self.names.contains(*name) {
                    return Err(PolicyFault::Unknown);
                }
                policy.quorum = (*name).to_owned();
                Ok(())
            }
            _ => Err(PolicyFault::Form),
        }
    }

    fn name(&mut self, name: &str) -> Result<String, PolicyFault> {
        if name == NONE || !self.names.insert(name.to_owned()) {
            return Err(PolicyFault::Twice);
        }
        Ok(name.to_owned())
    }

    fn key(&mut self, text: &str, usage: KeyUse) -> Result<VerifierKey, PolicyFault> {
        let key = VerifierKey::parse(text)?;
        if key.usage() != usage {
            return Err(PolicyFault::Kind);
        }
        if self.keys.insert(*key.public()) {
            Ok(key)
        } else {
            Err(PolicyFault::Twice)
        }
    }
}

fn bounded(count: usize) -> Result<(), PolicyFault> {
    if count > MOST {
        Err(PolicyFault::TooMany)
    } else {
        Ok(())
    }
}
