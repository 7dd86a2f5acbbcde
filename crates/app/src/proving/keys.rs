//! The keys by which this log signs. They are made from the key file, each for one use, and are in no database.

use std::sync::Arc;
use throughcare_proof::key::{KeyError, KeyUse};
use throughcare_proof::{SigningKey, VerifierKey};
use throughcare_store::Tree;

/// What each key is made for: another use of the same secret has another label, and so another key.
const LOG: &str = "throughcare log, Ed25519, 1";
const BESIDE: &str = "throughcare looks log, Ed25519, 1";
const RECEIPTS: &str = "throughcare receipts, Ed25519, 1";

/// The log's keys. Cheap to clone.
#[derive(Clone, Debug)]
pub struct LogKeys(Arc<Keys>);

#[derive(Debug)]
struct Keys {
    log: SigningKey,
    beside: SigningKey,
    receipts: SigningKey,
}

impl LogKeys {
    /// The keys of the log with this name, from 32 secret bytes that serve other uses too.
    ///
    /// # Errors
    /// [`KeyError`] when the name can be none of a key.
    pub fn of(secret: &[u8; 32], origin: &str) -> Result<Self, KeyError> {
        let key = |name: &str, label| SigningKey::derived(name, KeyUse::Note, secret, label);
        Ok(Self(Arc::new(Keys {
            log: key(origin, LOG)?,
            beside: key(&format!("{origin}/looks"), BESIDE)?,
            receipts: key(&format!("{origin}/receipts"), RECEIPTS)?,
        })))
    }

    /// The key of a tree's checkpoints; its name is the tree's origin.
    #[must_use]
    pub fn of_tree(&self, tree: Tree) -> &SigningKey {
        match tree {
            Tree::Log => &self.0.log,
            Tree::Beside => &self.0.beside,
        }
    }

    /// The key of receipts.
    #[must_use]
    pub fn receipts(&self) -> &SigningKey {
        &self.0.receipts
    }

    /// What the log is called.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.0.log.verifier().name()
    }

    /// What a tree's checkpoints are checked by.
    #[must_use]
    pub fn verifier(&self, tree: Tree) -> &VerifierKey {
        self.of_tree(tree).verifier()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_use_has_a_key_and_a_name_of_its_own() {
        let keys = LogKeys::of(&[7; 32], "log.example").unwrap();
        let public = [
            keys.verifier(Tree::Log).public(),
            keys.verifier(Tree::Beside).public(),
            keys.receipts().verifier().public(),
        ];
        assert_ne!(public[0], public[1]);
        assert_ne!(public[0], public[2]);
        assert_ne!(public[1], public[2]);
        assert_eq!(keys.origin(), "log.example");
        assert_eq!(keys.verifier(Tree::Beside).name(), "log.example/looks");
        // The same file gives the same keys, another one others.
        let again = LogKeys::of(&[7; 32], "log.example").unwrap();
        assert_eq!(again.verifier(Tree::Log), keys.verifier(Tree::Log));
        let other = LogKeys::of(&[8; 32], "log.example").unwrap();
        assert_ne!(other.verifier(Tree::Log), keys.verifier(Tree::Log));
        assert!(LogKeys::of(&[7; 32], "two words").is_err());
    }
}
