//! The blind index: an identifier can be looked up without being readable.

use super::wrap::Key;
use aws_lc_rs::hmac;

/// Turns identifiers into what stands in the index: HMAC-SHA-256 under a key that is not in the database.
#[derive(Clone)]
pub struct BlindIndex {
    key: hmac::Key,
}

impl BlindIndex {
    /// Indexes with this key.
    pub fn new(key: &Key) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, key),
        }
    }

    /// The index value of an identifier in canonical form. The kind is part of it, so that the same digits as two
    /// kinds of identifier do not meet.
    pub fn of(&self, kind: &str, canonical: &str) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(&(kind.len() as u64).to_be_bytes());
        context.update(kind.as_bytes());
        context.update(canonical.as_bytes());
        let mut blind = [0; 32];
        blind.copy_from_slice(context.sign().as_ref());
        blind
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_depends_on_key_kind_and_value() {
        let index = BlindIndex::new(&[1; 32]);
        assert_eq!(index.of("nhs", "9990000018"), index.of("nhs", "9990000018"));
        assert_ne!(index.of("nhs", "9990000018"), index.of("crn", "9990000018"));
        assert_ne!(index.of("nhs", "9990000018"), index.of("nhs", "9990000026"));
        assert_ne!(
            index.of("nhs", "9990000018"),
            BlindIndex::new(&[2; 32]).of("nhs", "9990000018")
        );
    }
}
