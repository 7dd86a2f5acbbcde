//! The two keys of one stream.

use super::wrap::{KEY_LENGTH, Key, KeyWrap};
use super::{Part, SealError};
use throughcare_domain::stream::StreamId;

/// The version of the keys that new streams get. Rotation comes with the issue on access.
pub(crate) const FIRST_KEY_VERSION: u16 = 1;

/// Keys in the clear; one that was destroyed is absent.
#[derive(Clone, Default)]
pub(crate) struct StreamKeys {
    keys: Vec<(Part, u16, Key)>,
}

/// A key as it stands in the database.
#[derive(Clone)]
pub(crate) struct WrappedKey {
    pub part: Part,
    pub key_version: u16,
    pub wrapped: Vec<u8>,
}

/// Keys made for a stream that does not exist yet.
pub(crate) struct NewKeys {
    pub clear: StreamKeys,
    pub wrapped: Vec<WrappedKey>,
}

impl StreamKeys {
    /// Makes both keys of a new stream.
    pub(crate) fn make(wrap: &dyn KeyWrap, stream: StreamId) -> Result<NewKeys, SealError> {
        let mut made = NewKeys {
            clear: Self::default(),
            wrapped: Vec::with_capacity(2),
        };
        for part in Part::ALL {
            let mut key = [0; KEY_LENGTH];
            aws_lc_rs::rand::fill(&mut key).map_err(|_| SealError::Crypto)?;
            let wrapped = wrap.wrap(&context(stream, part, FIRST_KEY_VERSION), &key)?;
            made.clear.keys.push((part, FIRST_KEY_VERSION, key));
            made.wrapped.push(WrappedKey {
                part,
                key_version: FIRST_KEY_VERSION,
                wrapped,
            });
        }
        Ok(made)
    }

    /// Unwraps what the database holds of a stream.
    pub(crate) fn unwrap(
        wrap: &dyn KeyWrap,
        stream: StreamId,
        wrapped: &[WrappedKey],
    ) -> Result<Self, SealError> {
        let keys = wrapped
            .iter()
            .map(|row| {
                let key = wrap.unwrap(&context(stream, row.part, row.key_version), &row.wrapped)?;
                Ok((row.part, row.key_version, key))
            })
            .collect::<Result<_, SealError>>()?;
        Ok(Self { keys })
    }

    /// The key of a part and version, unless it was destroyed.
    pub(crate) fn get(&self, part: Part, version: u16) -> Option<&Key> {
        self.keys
            .iter()
            .find(|(p, v, _)| *p == part && *v == version)
            .map(|(_, _, key)| key)
    }

    /// The version under which new events are sealed; `None` once either key was destroyed.
    pub(crate) fn current_version(&self) -> Option<u16> {
        let newest = |part| {
            self.keys
                .iter()
                .filter(|(p, _, _)| *p == part)
                .map(|(_, version, _)| *version)
                .max()
        };
        Some(newest(Part::Identity)?.min(newest(Part::Case)?))
    }
}

/// A wrapped key belongs to one stream, part and version.
fn context(stream: StreamId, part: Part, version: u16) -> Vec<u8> {
    let mut bytes = b"throughcare stream key 1\0".to_vec();
    bytes.extend_from_slice(stream.id.as_bytes());
    bytes.extend_from_slice(&version.to_be_bytes());
    bytes.extend_from_slice(part.as_str().as_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::FileKeyWrap;
    use throughcare_domain::id::PersonId;
    use uuid::Uuid;

    fn stream(id: u128) -> StreamId {
        StreamId::person(PersonId(Uuid::from_u128(id)))
    }

    #[test]
    fn wrapped_keys_come_back_for_their_stream_only() {
        let wrap = FileKeyWrap::new(&[1; 32]).unwrap();
        let made = StreamKeys::make(&wrap, stream(1)).unwrap();
        let back = StreamKeys::unwrap(&wrap, stream(1), &made.wrapped).unwrap();
        assert_eq!(back.get(Part::Case, 1), made.clear.get(Part::Case, 1));
        assert_ne!(back.get(Part::Case, 1), back.get(Part::Identity, 1));
        assert!(StreamKeys::unwrap(&wrap, stream(2), &made.wrapped).is_err());
        let other = FileKeyWrap::new(&[2; 32]).unwrap();
        assert!(StreamKeys::unwrap(&other, stream(1), &made.wrapped).is_err());
    }

    #[test]
    fn a_part_cannot_stand_in_for_the_other() {
        let wrap = FileKeyWrap::new(&[1; 32]).unwrap();
        let mut made = StreamKeys::make(&wrap, stream(1)).unwrap();
        made.wrapped[0].part = Part::Case;
        assert!(StreamKeys::unwrap(&wrap, stream(1), &made.wrapped[..1]).is_err());
    }

    #[test]
    fn nothing_new_is_sealed_once_a_key_is_gone() {
        let wrap = FileKeyWrap::new(&[1; 32]).unwrap();
        let made = StreamKeys::make(&wrap, stream(1)).unwrap();
        assert_eq!(made.clear.current_version(), Some(1));
        let left = StreamKeys::unwrap(&wrap, stream(1), &made.wrapped[..1]).unwrap();
        assert_eq!(left.current_version(), None);
    }
}
