//! Signed receipts: a sender can show later that something arrived, what it was, and where in the log it stands.
//!
//! The key is made from the key file, which is not in the database: whoever can change the database can make no receipt,
//! and cannot take back one that was given. A receipt is the same for a repeated request, because everything in it is:
//! the hash of what was sent, the ids that were made, the position in the log.
//!
//! Sources: issue 6, "In"; RFC 8032 (Ed25519); RFC 8037 (its form as a JSON web key).

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use std::fmt::{self, Write as _};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// What the key is made for: another use of the same secret has another name, and so another key.
const FOR: &[u8] = b"throughcare receipts, Ed25519, 1";
/// Length of a key's id, in characters.
const ID_CHARS: usize = 16;

/// The key by which receipts are signed.
#[derive(Clone)]
pub struct ReceiptKey(Arc<Inner>);

struct Inner {
    pair: Ed25519KeyPair,
    id: String,
}

impl fmt::Debug for ReceiptKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReceiptKey({})", self.0.id)
    }
}

/// A receipt.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// SHA-256, in hexadecimal digits, over method, path with query, and the exact bytes of the body, with a line feed
    /// after each of the first two and one between path and query.
    pub content_hash: String,
    /// The text that is signed: the hash, the ids and the position, line by line.
    pub signed: String,
    /// Which key of `GET /v1/receipt-keys` signed it.
    pub key_id: String,
    /// The Ed25519 signature over the text, in base64url without padding.
    pub signature: String,
}

/// A key by which receipts can be checked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PublicKey {
    /// `OKP`.
    pub kty: &'static str,
    /// `Ed25519`.
    pub crv: &'static str,
    /// Its id.
    pub kid: String,
    /// The public key, in base64url without padding.
    pub x: String,
}

impl ReceiptKey {
    /// From 32 secret bytes that are not in the database.
    ///
    /// # Errors
    /// When no key can be made from them.
    pub fn new(secret: &[u8; 32]) -> Result<Self, aws_lc_rs::error::KeyRejected> {
        let seed = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), FOR);
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_ref())?;
        let mut id = URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(
            &aws_lc_rs::digest::SHA256,
            pair.public_key().as_ref(),
        ));
        id.truncate(ID_CHARS);
        Ok(Self(Arc::new(Inner { pair, id })))
    }

    /// A receipt for what was sent, and what came of it.
    pub fn sign(&self, content: &[u8; 32], ids: &[(&str, Uuid)], position: Option<u64>) -> Receipt {
        let content_hash = content.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let mut signed = format!("throughcare receipt 1\ncontent {content_hash}\n");
        for (what, id) in ids {
            let _ = writeln!(signed, "{what} {id}");
        }
        if let Some(position) = position {
            let _ = writeln!(signed, "position {position}");
        }
        Receipt {
            signature: URL_SAFE_NO_PAD.encode(self.0.pair.sign(signed.as_bytes())),
            content_hash,
            signed,
            key_id: self.0.id.clone(),
        }
    }

    /// What receipts are checked by.
    pub fn public(&self) -> PublicKey {
        PublicKey {
            kty: "OKP",
            crv: "Ed25519",
            kid: self.0.id.clone(),
            x: URL_SAFE_NO_PAD.encode(self.0.pair.public_key()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

    fn holds(key: &PublicKey, text: &str, signature: &str) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, URL_SAFE_NO_PAD.decode(&key.x).unwrap());
        key.verify(text.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap())
            .is_ok()
    }

    #[test]
    fn a_receipt_holds_for_what_it_says_and_for_nothing_else() {
        let key = ReceiptKey::new(&[7; 32]).unwrap();
        let ids = [("referral", Uuid::from_u128(1)), ("event", Uuid::from_u128(2))];
        let receipt = key.sign(&[0xAB; 32], &ids, Some(41));
        assert!(receipt.signed.starts_with("throughcare receipt 1\ncontent abab"));
        assert!(receipt.signed.ends_with("position 41\n"));
        assert!(holds(&key.public(), &receipt.signed, &receipt.signature));
        let other = receipt.signed.replace("41", "42");
        assert!(!holds(&key.public(), &other, &receipt.signature));
        let stranger = ReceiptKey::new(&[8; 32]).unwrap();
        assert!(!holds(&stranger.public(), &receipt.signed, &receipt.signature));
        assert_ne!(stranger.public().kid, key.public().kid);
        // The same request is given the same receipt.
        assert_eq!(key.sign(&[0xAB; 32], &ids, Some(41)).signature, receipt.signature);
    }

    #[test]
    fn the_key_is_not_the_secret_it_is_made_from() {
        let key = ReceiptKey::new(&[7; 32]).unwrap();
        let from_secret = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        assert_ne!(key.public().x, URL_SAFE_NO_PAD.encode(from_secret.public_key()));
        assert!(!format!("{key:?}").contains("7, 7"));
    }
}
