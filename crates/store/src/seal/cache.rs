//! Unwrapped keys that were used lately.

use super::StreamKeys;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// Keeps the keys of at most `capacity` streams: two generations, and what is used in the old one moves to the
/// young one. When the young one is full the old one is forgotten, so nothing is kept for good.
pub(crate) struct KeyCache {
    generations: Mutex<Generations>,
    half: usize,
}

#[derive(Default)]
struct Generations {
    /// How often all was forgotten.
    epoch: u64,
    young: HashMap<Uuid, Arc<StreamKeys>>,
    old: HashMap<Uuid, Arc<StreamKeys>>,
}

impl KeyCache {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            generations: Mutex::default(),
            half: (capacity / 2).max(1),
        }
    }

    pub(crate) fn get(&self, stream: Uuid) -> Option<Arc<StreamKeys>> {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(keys) = generations.young.get(&stream) {
            return Some(keys.clone());
        }
        let keys = generations.old.remove(&stream)?;
        generations.insert(stream, keys.clone(), self.half);
        Some(keys)
    }

    /// How often all was forgotten: to be asked before keys are read from the key store.
    pub(crate) fn epoch(&self) -> u64 {
        self.generations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .epoch
    }

    /// Keeps keys, unless all was forgotten since they were read: they may be destroyed by now.
    pub(crate) fn insert(&self, epoch: u64, stream: Uuid, keys: Arc<StreamKeys>) {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if generations.epoch == epoch {
            generations.insert(stream, keys, self.half);
        }
    }

    pub(crate) fn clear(&self) {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        let epoch = generations.epoch + 1;
        *generations = Generations {
            epoch,
            ..Generations::default()
        };
    }
}

impl Generations {
    fn insert(&mut self, stream: Uuid, keys: Arc<StreamKeys>, half: usize) {
        if self.young.len() >= half {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(stream, keys);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stays_small_and_keeps_what_is_used() {
        let cache = KeyCache::new(10);
        let hot = Uuid::from_u128(0);
        cache.insert(0, hot, Arc::default());
        for id in 1..1000 {
            cache.insert(0, Uuid::from_u128(id), Arc::default());
            assert!(cache.get(hot).is_some(), "used after each of {id} others");
            let generations = cache.generations.lock().unwrap();
            assert!(generations.young.len() + generations.old.len() <= 10);
        }
        assert!(
            cache.get(Uuid::from_u128(1)).is_none(),
            "what is not used is forgotten"
        );
    }

    /// Keys that were read before they were destroyed must not come back after it.
    #[test]
    fn what_was_read_before_all_was_forgotten_is_not_kept() {
        let cache = KeyCache::new(10);
        let stream = Uuid::from_u128(1);
        let read_at = cache.epoch();
        cache.clear();
        cache.insert(read_at, stream, Arc::default());
        assert!(cache.get(stream).is_none());
        cache.insert(cache.epoch(), stream, Arc::default());
        assert!(cache.get(stream).is_some());
    }
}
