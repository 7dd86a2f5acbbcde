//! Tokens that were verified lately, so that a signature is checked once and not with every request.
//!
//! A token is known by its SHA-256. It is taken from here only while the very keys are in use that verified it:
//! every renewal of an issuer's keys, also one that changes nothing, makes each of its tokens be verified again, so
//! a key that was withdrawn ends with the next renewal. Nor is it taken from here once it has expired. What was
//! refused is never remembered.

use super::claims::{Claims, Times};
use super::jwks::Keys;
use super::verify::Issuer;
use aws_lc_rs::digest::{SHA256, digest};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Most tokens remembered: one for each client and person at work, 32 MiB at the very worst.
pub(super) const MOST_REMEMBERED: usize = 4_096;

/// What stands for a token.
pub(super) type TokenHash = [u8; 32];

/// The hash under which a token is remembered.
pub(super) fn hash(token: &str) -> TokenHash {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    hash
}

/// A verified token.
#[derive(Clone)]
pub(super) struct Proved {
    /// What it says.
    pub(super) claims: Arc<Claims>,
    /// When it is good.
    pub(super) times: Times,
    /// Who issued it.
    pub(super) issuer: Arc<Issuer>,
    /// The issuer's keys at that moment.
    pub(super) keys: Arc<Keys>,
}

/// Two generations: what is used in the old one moves to the young one, and when the young one is full the old one
/// is forgotten.
pub(super) struct Remembered {
    generations: Mutex<Generations>,
    half: usize,
}

#[derive(Default)]
struct Generations {
    young: HashMap<TokenHash, Proved>,
    old: HashMap<TokenHash, Proved>,
}

impl Remembered {
    pub(super) fn new(most: usize) -> Self {
        Self {
            generations: Mutex::default(),
            half: (most / 2).max(1),
        }
    }

    /// The token, if it was verified by the keys in use now and has not expired at `now`, in seconds since 1970.
    pub(super) fn get(&self, token: &TokenHash, now: i64) -> Option<Proved> {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        let young = generations.young.get(token).cloned();
        let known = match young {
            Some(known) => known,
            None => {
                let known = generations.old.remove(token)?;
                generations.insert(*token, known.clone(), self.half);
                known
            }
        };
        if known.issuer.keys.in_use(&known.keys) && now < known.times.expires {
            return Some(known);
        }
        generations.young.remove(token);
        None
    }

    pub(super) fn insert(&self, token: TokenHash, proved: Proved) {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        generations.insert(token, proved, self.half);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        let generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        generations.young.len() + generations.old.len()
    }
}

impl Generations {
    fn insert(&mut self, token: TokenHash, proved: Proved, half: usize) {
        if self.young.len() >= half {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(token, proved);
    }
}

#[cfg(test)]
mod tests;
