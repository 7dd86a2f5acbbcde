//! Signatures of webhooks, as Standard Webhooks 1.0 has them: HMAC-SHA256 over id, time and the exact bytes of the body.

use aws_lc_rs::hmac;
use axum::http::HeaderName;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use std::time::Duration;
use throughcare_app::webhooks::WebhookSecret;

/// The id of what is told: the same however often it is sent.
pub const WEBHOOK_ID: HeaderName = HeaderName::from_static("webhook-id");
/// When it was sent, in seconds since 1970.
pub const WEBHOOK_TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
/// The signatures, one for each secret that counts, with spaces between them.
pub const WEBHOOK_SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");
/// How far a receiver's clock may be from the sender's.
pub const TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// With which a secret begins.
const SECRET_PREFIX: &str = "whsec_";
/// Which signatures these are: version 1, symmetric.
const VERSION: &str = "v1";
/// Lengths of secrets that Standard Webhooks allows, in bytes.
const SECRET_LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// A secret that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a secret is whsec_ and 24 to 64 bytes in base64")]
pub struct SecretMalformed;

/// Why a signature does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// A header is missing or cannot be read.
    #[error("webhook-id, webhook-timestamp or webhook-signature is missing or cannot be read")]
    Headers,
    /// It was sent too long ago, or will be.
    #[error("it was sent more than five minutes ago, or the clocks differ")]
    Time,
    /// No signature fits.
    #[error("no signature fits")]
    Signature,
}

/// A secret as administrators and receivers write it.
pub fn written_secret(secret: &WebhookSecret) -> String {
    format!("{SECRET_PREFIX}{}", STANDARD.encode(&secret.0))
}

/// Reads a secret back.
///
/// # Errors
/// [`SecretMalformed`].
pub fn read_secret(text: &str) -> Result<WebhookSecret, SecretMalformed> {
    let text = text.strip_prefix(SECRET_PREFIX).ok_or(SecretMalformed)?;
    let secret = STANDARD.decode(text).map_err(|_| SecretMalformed)?;
    match SECRET_LENGTHS.contains(&secret.len()) {
        true => Ok(WebhookSecret(secret)),
        false => Err(SecretMalformed),
    }
}

fn signed(id: &str, seconds: &str, body: &[u8]) -> Vec<u8> {
    let mut signed = Vec::with_capacity(id.len() + seconds.len() + 2 + body.len());
    signed.extend_from_slice(id.as_bytes());
    signed.push(b'.');
    signed.extend_from_slice(seconds.as_bytes());
    signed.push(b'.');
    signed.extend_from_slice(body);
    signed
}

/// The value of `webhook-signature`: a signature by each secret.
pub fn signature(secrets: &[WebhookSecret], id: &str, sent_at: Timestamp, body: &[u8]) -> String {
    let signed = signed(id, &sent_at.as_second().to_string(), body);
    let one = |secret: &WebhookSecret| {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret.0), &signed);
        format!("{VERSION},{}", STANDARD.encode(tag.as_ref()))
    };
    secrets.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// Whether what arrived was signed with this secret, and lately.
///
/// # Errors
/// [`Unverified`].
pub fn verify(
    secret: &WebhookSecret,
    (id, timestamp, signatures): (&str, &str, &str),
    body: &[u8],
    now: Timestamp,
) -> Result<(), Unverified> {
    let seconds: i64 = timestamp.parse().map_err(|_| Unverified::Headers)?;
    if id.is_empty() {
        return Err(Unverified::Headers);
    }
    if now.as_second().abs_diff(seconds) > TOLERANCE.as_secs() {
        return Err(Unverified::Time);
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, &secret.0);
    let signed = signed(id, timestamp, body);
    let fits = signatures.split(' ').any(|one| {
        let tag = one.split_once(',').filter(|(version, _)| *version == VERSION);
        let tag = tag.and_then(|(_, tag)| STANDARD.decode(tag).ok());
        tag.is_some_and(|tag| hmac::verify(&key, &signed, &tag).is_ok())
    });
    fits.then_some(()).ok_or(Unverified::Signature)
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example of the libraries of Standard Webhooks.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const SECONDS: i64 = 1_614_265_330;
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn sent() -> Timestamp {
        Timestamp::from_second(SECONDS).unwrap()
    }

    fn verified(signatures: &str, body: &[u8], now: Timestamp) -> Result<(), Unverified> {
        let secret = read_secret(SECRET).unwrap();
        verify(&secret, (ID, &SECONDS.to_string(), signatures), body, now)
    }

    #[test]
    fn given_the_example_of_standard_webhooks_then_the_signature_is_theirs() {
        let secret = read_secret(SECRET).unwrap();
        assert_eq!(written_secret(&secret), SECRET);
        assert_eq!(signature(&[secret], ID, sent(), BODY), SIGNATURE);
        assert_eq!(verified(SIGNATURE, BODY, sent()), Ok(()));
    }

    #[test]
    fn given_two_secrets_then_there_are_two_signatures_and_either_counts() {
        let new = WebhookSecret(vec![9; 32]);
        let both = signature(&[new.clone(), read_secret(SECRET).unwrap()], ID, sent(), BODY);
        assert_eq!(both.split(' ').count(), 2);
        assert_eq!(verified(&both, BODY, sent()), Ok(()));
        assert_eq!(
            verify(&new, (ID, &SECONDS.to_string(), &both), BODY, sent()),
            Ok(())
        );
    }

    #[test]
    fn given_anything_else_then_it_does_not_count() {
        assert_eq!(verified(SIGNATURE, b"{}", sent()), Err(Unverified::Signature));
        for other in [
            "",
            "v1,",
            "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA=",
        ] {
            assert_eq!(
                verified(other, BODY, sent()),
                Err(Unverified::Signature),
                "{other}"
            );
        }
        let late = sent() + TOLERANCE;
        assert_eq!(verified(SIGNATURE, BODY, late), Ok(()));
        assert_eq!(
            verified(SIGNATURE, BODY, late + Duration::from_secs(1)),
            Err(Unverified::Time)
        );
        assert_eq!(
            verified(SIGNATURE, BODY, sent() - TOLERANCE - Duration::from_secs(1)),
            Err(Unverified::Time)
        );
        let secret = read_secret(SECRET).unwrap();
        assert_eq!(
            verify(&secret, (ID, "soon", SIGNATURE), BODY, sent()),
            Err(Unverified::Headers)
        );
        for odd in [
            "",
            "whsec_",
            "whsec_AAAA",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_***",
        ] {
            assert_eq!(read_secret(odd), Err(SecretMalformed), "{odd}");
        }
    }
}
