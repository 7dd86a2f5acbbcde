//! Tamper evidence: what it takes to show, to somebody who trusts nobody, that a history is complete, in order and
//! unaltered. Pure: no database, no network, no clock.
//!
//! Nothing here is a format of our own but the record itself ([`record`]): the tree is that of RFC 6962, tiles,
//! checkpoints, cosignatures, proofs and policies are those of C2SP (`c2sp.org/tlog-tiles`, `tlog-checkpoint`,
//! `signed-note`, `tlog-cosignature`, `tlog-proof`, `tlog-policy`), so that other people's programs read them too.

#![warn(missing_docs)]

pub mod bundle;
pub mod checkpoint;
pub mod cosignature;
pub mod export;
pub mod inclusion;
pub mod key;
pub mod note;
pub mod policy;
pub mod record;
pub mod sample;
pub mod tree;
pub mod verify;
pub mod witness;

pub use checkpoint::Checkpoint;
pub use key::{SigningKey, VerifierKey};
pub use tree::Hash;
