//! Signed receipts: a sender can show later that something arrived, what it was, and where in the log it stands.
//!
//! The key is made from the key file, which is not in the database (`throughcare_app::proving::LogKeys`): whoever can
//! change the database can make no receipt, and cannot take back one that was given. A receipt is the same for a repeated
//! request, because everything in it is: the hash of what was sent, the ids that were made, the position in the log, when
//! it was recorded, and by when it is under every checkpoint that is signed. So an omission can be shown, too: a
//! checkpoint signed after that time which does not hold the event.
//!
//! Sources: issue 6, "In"; RFC 8032 (Ed25519); RFC 8037 (its form as a JSON web key).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::Serialize;
use std::fmt::{self, Write as _};
use throughcare_app::proving::LOGGED_WITHIN;
use throughcare_proof::SigningKey;
use utoipa::ToSchema;
use uuid::Uuid;

/// Length of a key's id, in characters.
const ID_CHARS: usize = 16;

/// The key by which receipts are signed.
#[derive(Clone)]
pub struct ReceiptKey {
    key: SigningKey,
    id: String,
}

/// Where in the log it stands.
#[derive(Clone, Debug)]
pub struct Logged<'a> {
    /// What the log is called in its checkpoints.
    pub log: &'a str,
    /// Position of the last event.
    pub position: u64,
    /// When they were recorded.
    pub recorded_at: Timestamp,
}

impl fmt::Debug for ReceiptKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReceiptKey({})", self.id)
    }
}

/// A receipt.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// SHA-256, in hexadecimal digits, over method, path with query, and the exact bytes of the body, with a line feed
    /// after each of the first two and one between path and query.
    pub content_hash: String,
    /// The text that is signed, line by line: the hash, the ids, the position of the last event in the log, which log, when
    /// it was recorded, and by when: every checkpoint that is signed after that time holds it.
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
    /// The key as receipts name it.
    #[must_use]
    pub fn new(key: &SigningKey) -> Self {
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, key.verifier().public());
        let mut id = URL_SAFE_NO_PAD.encode(hash);
        id.truncate(ID_CHARS);
        Self { key: key.clone(), id }
    }

    /// A receipt for what was sent, and what came of it.
    pub fn sign(&self, content: &[u8; 32], ids: &[(&str, Uuid)], logged: Option<&Logged<'_>>) -> Receipt {
        let content_hash = content.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let mut signed = format!("throughcare receipt 1\ncontent {content_hash}\n");
        for (what, id) in ids {
            let _ = writeln!(signed, "{what} {id}");
        }
        if let Some(logged) = logged {
            let (at, by) = (logged.recorded_at, logged.recorded_at + LOGGED_WITHIN);
            let _ = writeln!(signed, "position {}", logged.position);
            let _ = write!(signed, "log {}\nrecorded {at:.6}\nby {by:.6}\n", logged.log);
        }
        Receipt {
            signature: URL_SAFE_NO_PAD.encode(self.key.sign(signed.as_bytes())),
            content_hash,
            signed,
            key_id: self.id.clone(),
        }
    }

    /// What receipts are checked by.
    pub fn public(&self) -> PublicKey {
        PublicKey {
            kty: "OKP",
            crv: "Ed25519",
            kid: self.id.clone(),
            x: URL_SAFE_NO_PAD.encode(self.key.verifier().public()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::hmac;
    use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
    use throughcare_app::proving::LogKeys;

    fn key(secret: u8) -> ReceiptKey {
        ReceiptKey::new(LogKeys::of(&[secret; 32], "log.example").unwrap().receipts())
    }

    fn holds(key: &PublicKey, text: &str, signature: &str) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, URL_SAFE_NO_PAD.decode(&key.x).unwrap());
        key.verify(text.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap())
            .is_ok()
    }

    #[test]
    fn a_receipt_holds_for_what_it_says_and_for_nothing_else() {
        let key = key(7);
        let ids = [("referral", Uuid::from_u128(1)), ("event", Uuid::from_u128(2))];
        let logged = Logged {
            log: "log.example",
            position: 41,
            recorded_at: "2026-11-23T09:30:00.25Z".parse().unwrap(),
        };
        let receipt = key.sign(&[0xAB; 32], &ids, Some(&logged));
        assert!(receipt.signed.starts_with("throughcare receipt 1\ncontent abab"));
        assert!(receipt.signed.ends_with(
            "position 41\nlog log.example\nrecorded 2026-11-23T09:30:00.250000Z\nby 2026-11-23T09:40:00.250000Z\n"
        ));
        assert!(holds(&key.public(), &receipt.signed, &receipt.signature));
        let other = receipt.signed.replace("41", "42");
        assert!(!holds(&key.public(), &other, &receipt.signature));
        let stranger = self::key(8);
        assert!(!holds(&stranger.public(), &receipt.signed, &receipt.signature));
        assert_ne!(stranger.public().kid, key.public().kid);
        // The same request is given the same receipt.
        assert_eq!(
            key.sign(&[0xAB; 32], &ids, Some(&logged)).signature,
            receipt.signature
        );
    }

    /// Receipts that were given before keys were made in one place must still be good.
    #[test]
    fn the_key_is_the_one_that_it_always_was_and_not_the_secret_it_is_made_from() {
        let tag = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);
        let seed = hmac::sign(&tag, b"throughcare receipts, Ed25519, 1");
        let always = Ed25519KeyPair::from_seed_unchecked(seed.as_ref()).unwrap();
        assert_eq!(key(7).public().x, URL_SAFE_NO_PAD.encode(always.public_key()));
        let from_secret = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        assert_ne!(
            key(7).public().x,
            URL_SAFE_NO_PAD.encode(from_secret.public_key())
        );
        assert!(!format!("{:?}", key(7)).contains("7, 7"));
    }
}
