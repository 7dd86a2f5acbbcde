//! The verdict on a token.

use super::claims::{Claims, Times, is_meant_for};
use super::issuer::{ConfigError, IssuerConfig, TokenAlgorithm};
use super::jwks::{JwksError, KeySet};
use super::remembered::{self, MOST_REMEMBERED, Proved, Remembered};
use crate::json::strict;
use crate::sources::Clock;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::{counter::Counter, family::Family};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Largest token, in bytes; checked before anything is decoded.
pub const MAX_TOKEN_BYTES: usize = 8 * 1_024;
/// Tolerance between this clock and the issuer's, in seconds.
pub const LEEWAY_SECONDS: i64 = 30;

/// Why a token was refused. For the log only.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No Authorization header.
    #[error("no token")]
    Absent,
    /// Not the compact form of a JWT, or its parts are no JSON.
    #[error("malformed token: {0}")]
    Malformed(&'static str),
    /// A header that is not accepted.
    #[error("token header {0} is not accepted")]
    Header(&'static str),
    /// Not the algorithm of its issuer.
    #[error("token algorithm is not the issuer's")]
    Algorithm,
    /// Nobody we know.
    #[error("unknown issuer")]
    Issuer,
    /// A key id that the issuer's key set does not have.
    #[error("unknown key")]
    Key,
    /// No key of the issuer could be had so far.
    #[error("the issuer's keys are not available")]
    KeysUnavailable,
    /// The signature is not the issuer's.
    #[error("bad signature")]
    Signature,
    /// A claim is absent, has another type, or is out of bounds.
    #[error("claim {0} is absent or wrong")]
    Claim(&'static str),
    /// Expired, not yet valid, or valid for too long.
    #[error("token time: {0}")]
    Time(&'static str),
}

impl Refusal {
    /// Its kind, for counting: nothing that stood in the token.
    fn reason(&self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Malformed(_) => "malformed",
            Self::Header(_) => "header",
            Self::Algorithm => "algorithm",
            Self::Issuer => "issuer",
            Self::Key => "key",
            Self::KeysUnavailable => "keys_unavailable",
            Self::Signature => "signature",
            Self::Claim(_) => "claim",
            Self::Time(_) => "time",
        }
    }
}

/// The kind of a refusal, as a label.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Reason {
    reason: &'static str,
}

/// A trusted issuer.
pub(super) struct Issuer {
    audience: String,
    algorithm: TokenAlgorithm,
    pub(super) keys: KeySet,
    max_lifetime_seconds: i64,
}

/// Knows the trusted issuers. Cheap to clone.
#[derive(Clone)]
pub struct Verifier {
    issuers: Arc<HashMap<String, Arc<Issuer>>>,
    remembered: Arc<Remembered>,
    refusals: Family<Reason, Counter>,
    clock: Clock,
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.issuers.keys()).finish()
    }
}

impl Verifier {
    /// For these issuers, by this clock. Fetches nothing yet.
    ///
    /// # Errors
    /// When two issuers have one name, or no client for fetching can be made.
    pub fn new(issuers: impl IntoIterator<Item = IssuerConfig>, clock: Clock) -> Result<Self, ConfigError> {
        let mut known = HashMap::new();
        for config in issuers {
            let issuer = Issuer {
                audience: config.audience,
                algorithm: config.algorithm,
                keys: KeySet::new(config.keys, config.algorithm)?,
                max_lifetime_seconds: i64::try_from(config.max_lifetime.as_secs()).unwrap_or(i64::MAX),
            };
            if known.insert(config.issuer, Arc::new(issuer)).is_some() {
                return Err(ConfigError::Twice);
            }
        }
        Ok(Self {
            issuers: Arc::new(known),
            remembered: Arc::new(Remembered::new(MOST_REMEMBERED)),
            refusals: Family::default(),
            clock,
        })
    }

    /// Fetches the keys of every issuer once.
    ///
    /// # Errors
    /// The first failure; the others are tried all the same.
    pub async fn renew_keys(&self) -> Result<(), JwksError> {
        let mut outcome = Ok(());
        for issuer in self.issuers.values() {
            let renewed = issuer.keys.renew().await;
            outcome = outcome.and(renewed);
        }
        outcome
    }

    /// Renews the keys of every issuer at this interval until stopped. Old keys stay when it fails.
    pub async fn keep_keys_fresh(self, every: Duration, stop: CancellationToken) {
        loop {
            if let Err(error) = self.renew_keys().await {
                tracing::warn!(%error, "token keys could not be renewed; the old ones stay in use");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(every) => {}
            }
        }
    }

    /// True when every issuer has at least one key.
    pub fn has_keys(&self) -> bool {
        self.issuers.values().all(|it| !it.keys.is_empty())
    }

    /// How many tokens were refused, by reason.
    pub(crate) fn refusals(&self) -> Family<Reason, Counter> {
        self.refusals.clone()
    }

    pub(super) fn count(&self, refusal: &Refusal) {
        let reason = refusal.reason();
        self.refusals.get_or_create(&Reason { reason }).inc();
    }

    #[cfg(test)]
    pub(super) fn remembered(&self) -> &Remembered {
        &self.remembered
    }

    /// Judges a token. One that was found good a moment ago is judged again by its times only.
    ///
    /// # Errors
    /// The reason, for the log.
    pub async fn verify(&self, token: &str) -> Result<Arc<Claims>, Refusal> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Refusal::Malformed("too large"));
        }
        let now = self.clock.now().as_second();
        let hash = remembered::hash(token);
        if let Some(known) = self.remembered.get(&hash, now) {
            in_time(&known.times, now, known.issuer.max_lifetime_seconds)?;
            return Ok(known.claims);
        }
        let proved = self.prove(token, now).await?;
        let claims = Arc::clone(&proved.claims);
        self.remembered.insert(hash, proved);
        Ok(claims)
    }

    /// Checks everything: the order of the checks is the order of what may be trusted.
    async fn prove(&self, token: &str, now: i64) -> Result<Proved, Refusal> {
        let (signed, signature) = token.rsplit_once('.').ok_or(Refusal::Malformed("parts"))?;
        let (header, payload) = signed.split_once('.').ok_or(Refusal::Malformed("parts"))?;
        if payload.contains('.') || signature.is_empty() {
            return Err(Refusal::Malformed("parts"));
        }
        let header = object(header)?;
        let claims = object(payload)?;
        // Which issuer's rules apply is read from the token; that it is that issuer's is proved below.
        let issuer = claims
            .get("iss")
            .and_then(Value::as_str)
            .ok_or(Refusal::Claim("iss"))?;
        let issuer = self.issuers.get(issuer).ok_or(Refusal::Issuer)?;
        let key_id = checked_header(&header, issuer.algorithm)?;
        let Some((key, keys)) = issuer.keys.key(key_id).await else {
            let none = issuer.keys.is_empty();
            return Err(if none {
                Refusal::KeysUnavailable
            } else {
                Refusal::Key
            });
        };
        // One form for each signature: no padding, no loose bits.
        URL_SAFE_NO_PAD
            .decode(signature)
            .map_err(|_| Refusal::Malformed("signature"))?;
        let genuine =
            jsonwebtoken::crypto::verify(signature, signed.as_bytes(), &key, issuer.algorithm.jwt());
        if !genuine.unwrap_or(false) {
            return Err(Refusal::Signature);
        }
        if !is_meant_for(&claims, &issuer.audience) {
            return Err(Refusal::Claim("aud"));
        }
        let times = Times::read(&claims)?;
        in_time(&times, now, issuer.max_lifetime_seconds)?;
        Ok(Proved {
            claims: Arc::new(Claims::read(&claims)?),
            times,
            issuer: Arc::clone(issuer),
            keys,
        })
    }
}

/// The key id, after everything else in the header was found acceptable.
fn checked_header(header: &Map<String, Value>, expected: TokenAlgorithm) -> Result<&str, Refusal> {
    if header.get("alg").and_then(Value::as_str) != Some(expected.as_str()) {
        return Err(Refusal::Algorithm);
    }
    for refused in ["crit", "b64", "zip", "enc"] {
        if header.contains_key(refused) {
            return Err(Refusal::Header(refused));
        }
    }
    if let Some(kind) = header.get("typ") {
        let kind = kind.as_str().map(str::to_ascii_lowercase);
        if !matches!(kind.as_deref(), Some("jwt" | "at+jwt" | "application/at+jwt")) {
            return Err(Refusal::Header("typ"));
        }
    }
    header
        .get("kid")
        .and_then(Value::as_str)
        .filter(|it| !it.is_empty())
        .ok_or(Refusal::Header("kid"))
}

fn in_time(times: &Times, now: i64, max_lifetime: i64) -> Result<(), Refusal> {
    if times.expires <= now - LEEWAY_SECONDS {
        return Err(Refusal::Time("expired"));
    }
    if times.not_before.is_some_and(|it| it > now + LEEWAY_SECONDS) {
        return Err(Refusal::Time("not yet valid"));
    }
    if times.issued.is_some_and(|it| it > now + LEEWAY_SECONDS) {
        return Err(Refusal::Time("issued in the future"));
    }
    // Without an issue time the life is counted from now.
    let begun = times.issued.unwrap_or(now);
    if times.expires - begun > max_lifetime || times.expires - now > max_lifetime + LEEWAY_SECONDS {
        return Err(Refusal::Time("valid for too long"));
    }
    Ok(())
}

/// A part of a token: strict base64url of a strict JSON object (no name twice).
fn object(part: &str) -> Result<Map<String, Value>, Refusal> {
    let bytes = URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| Refusal::Malformed("base64"))?;
    match strict::parse(&bytes) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(Refusal::Malformed("json")),
    }
}
