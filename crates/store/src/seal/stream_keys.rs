//! The two keys of one stream.

use super::wrap::{KEY_LENGTH, Key, KeyWrap};
use super::{Part, SealError};
use uuid::Uuid;

/// The version of the keys that new streams get.
pub(crate) const FIRST_KEY_VERSION: u16 = 1;

/// The keys of one stream in the clear, and which parts were destroyed. What is in neither is missing, which is a
/// fault.
#[derive(Clone, Default)]
pub(crate) struct StreamKeys {
    /// `None`: it is there and does not open.
    keys: Vec<(Part, u16, Option<Key>)>,
    destroyed: Vec<Part>,
}

/// A key as it stands in the key store.
#[derive(Clone)]
pub(crate) struct WrappedKey {
    pub part: Part,
    pub key_version: u16,
    pub wrapped: Vec<u8>,
}

/// Keys made for a stream that has none of this version.
pub(crate) struct NewKeys {
    pub clear: StreamKeys,
    pub wrapped: Vec<WrappedKey>,
}

impl StreamKeys {
    /// Makes both keys of a version of a stream.
    pub(crate) fn make(wrap: &dyn KeyWrap, stream: Uuid, version: u16) -> Result<NewKeys, SealError> {
        let mut made = NewKeys {
            clear: Self::default(),
            wrapped: Vec::with_capacity(2),
        };
        for part in Part::ALL {
            let mut key = [0; KEY_LENGTH];
            aws_lc_rs::rand::fill(&mut key).map_err(|_| SealError::Crypto)?;
            let wrapped = wrap.wrap(&context(stream, part, version), &key)?;
            made.clear.keys.push((part, version, Some(key)));
            made.wrapped.push(WrappedKey {
                part,
                key_version: version,
                wrapped,
            });
        }
        Ok(made)
    }

    /// Takes a key as it stands in the key store. One that does not open stands in nobody else's way.
    pub(crate) fn take(&mut self, wrap: &dyn KeyWrap, stream: Uuid, row: &WrappedKey) {
        let key = wrap.unwrap(&context(stream, row.part, row.key_version), &row.wrapped);
        self.keys.push((row.part, row.key_version, key.ok()));
    }

    /// Notes that the keys of a part were destroyed, every version of them.
    pub(crate) fn destroyed(&mut self, part: Part) {
        self.destroyed.push(part);
    }

    /// The key of a part and version; `None` when it was destroyed.
    ///
    /// # Errors
    /// [`SealError::KeysMissing`] when it is not there although nobody destroyed it, [`SealError::DoesNotOpen`] when it
    /// cannot be unwrapped.
    pub(crate) fn get(&self, part: Part, version: u16) -> Result<Option<&Key>, SealError> {
        if self.destroyed.contains(&part) {
            return Ok(None);
        }
        let found = self.keys.iter().find(|(p, v, _)| *p == part && *v == version);
        match found {
            Some((_, _, Some(key))) => Ok(Some(key)),
            Some((_, _, None)) => Err(SealError::DoesNotOpen),
            None => Err(SealError::KeysMissing),
        }
    }

    /// Whether it is known what became of the keys of a version. Where it is not, they came later than this was read.
    pub(crate) fn tells_of(&self, version: u16) -> bool {
        let tells = |part| {
            self.destroyed.contains(&part) || self.keys.iter().any(|(p, v, _)| *p == part && *v == version)
        };
        Part::ALL.into_iter().all(tells)
    }

    /// Whether all of it opens, so that it is worth keeping.
    pub(crate) fn is_sound(&self) -> bool {
        self.keys.iter().all(|(_, _, key)| key.is_some())
    }

    /// Whether there is anything to open at all.
    pub(crate) fn is_destroyed(&self) -> bool {
        !self.destroyed.is_empty()
    }

    /// The version under which new events are sealed; `None` once the keys of either part were destroyed.
    ///
    /// # Errors
    /// [`SealError::KeysMissing`] when there are none.
    pub(crate) fn current_version(&self) -> Result<Option<u16>, SealError> {
        if self.is_destroyed() {
            return Ok(None);
        }
        let newest = |part| {
            let versions = self.keys.iter().filter(|(p, _, _)| *p == part);
            versions.map(|(_, version, _)| *version).max()
        };
        match (newest(Part::Identity), newest(Part::Case)) {
            (Some(identity), Some(case)) => Ok(Some(identity.min(case))),
            _ => Err(SealError::KeysMissing),
        }
    }
}

/// A wrapped key belongs to one stream, part and version.
pub(crate) fn context(stream: Uuid, part: Part, version: u16) -> Vec<u8> {
    let mut bytes = b"throughcare stream key 1\0".to_vec();
    bytes.extend_from_slice(stream.as_bytes());
    bytes.extend_from_slice(&version.to_be_bytes());
    bytes.extend_from_slice(part.as_str().as_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::FileKeyWrap;

    fn taken(wrap: &dyn KeyWrap, stream: Uuid, rows: &[WrappedKey]) -> StreamKeys {
        let mut keys = StreamKeys::default();
        for row in rows {
            keys.take(wrap, stream, row);
        }
        keys
    }

    const ONE: Uuid = Uuid::from_u128(1);

    #[test]
    fn wrapped_keys_come_back_for_their_stream_only() {
        let wrap = FileKeyWrap::new(&[1; 32]).unwrap();
        let made = StreamKeys::make(&wrap, ONE, 1).unwrap();
        let back = taken(&wrap, ONE, &made.wrapped);
        let key = |keys: &StreamKeys, part| *keys.get(part, 1).unwrap().unwrap();
        assert_eq!(key(&back, Part::Case), key(&made.clear, Part::Case));
        assert_ne!(key(&back, Part::Case), key(&back, Part::Identity));
        let other = FileKeyWrap::new(&[2; 32]).unwrap();
        for foreign in [
            taken(&wrap, Uuid::from_u128(2), &made.wrapped),
            taken(&other, ONE, &made.wrapped),
        ] {
            assert!(matches!(foreign.get(Part::Case, 1), Err(SealError::DoesNotOpen)));
            assert!(!foreign.is_sound());
        }
    }

    #[test]
    fn a_part_or_version_cannot_stand_in_for_another() {
        let wrap = FileKeyWrap::new(&[1; 32]).unwrap();
        let made = StreamKeys::make(&wrap, ONE, 1).unwrap().wrapped;
        let mut part = made[0].clone();
        part.part = Part::Case;
        let mut version = made[1].clone();
        version.key_version = 2;
        assert!(taken(&wrap, ONE, &[part]).get(Part::Case, 1).is_err());
        assert!(taken(&wrap, ONE, &[version]).get(Part::Case, 2).is_err());
    }

    #[test]
    fn what_is_absent_is_missing_and_only_what_was_destroyed_is_erased() {
        let wrap = FileKeyWrap::new(&[1; 32]).unwrap();
        let made = StreamKeys::make(&wrap, ONE, 1).unwrap();
        assert_eq!(made.clear.current_version().unwrap(), Some(1));
        let mut left = taken(&wrap, ONE, &made.wrapped[..1]);
        assert!(matches!(left.get(Part::Case, 1), Err(SealError::KeysMissing)));
        assert!(matches!(left.current_version(), Err(SealError::KeysMissing)));
        assert!(!left.tells_of(1));
        left.destroyed(Part::Case);
        assert!(left.get(Part::Case, 1).unwrap().is_none());
        assert!(left.get(Part::Identity, 1).unwrap().is_some());
        assert!(left.tells_of(1) && !left.tells_of(2));
        assert_eq!(
            left.current_version().unwrap(),
            None,
            "nothing is added to what was erased"
        );
    }

    #[test]
    fn new_events_are_sealed_under_the_newest_version() {
        let wrap = FileKeyWrap::new(&[1; 32]).unwrap();
        let mut rows = StreamKeys::make(&wrap, ONE, 1).unwrap().wrapped;
        rows.extend(StreamKeys::make(&wrap, ONE, 2).unwrap().wrapped);
        let keys = taken(&wrap, ONE, &rows);
        assert_eq!(keys.current_version().unwrap(), Some(2));
        assert_ne!(keys.get(Part::Case, 1).unwrap(), keys.get(Part::Case, 2).unwrap());
    }
}
