//! The public keys of one issuer: fetched from the pinned source, kept, and renewed.

use super::issuer::{ConfigError, KeySource, TokenAlgorithm, is_loopback};
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use reqwest::{Client, redirect};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// Largest key set, in bytes.
pub const MAX_JWKS_BYTES: usize = 64 * 1_024;
/// Longest time a fetch may take.
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
/// Shortest time between two fetches that tokens with an unknown key cause.
const UNKNOWN_KEY_PAUSE: Duration = Duration::from_secs(10);

/// Why a key set could not be renewed. Says nothing about its content.
#[derive(Debug, thiserror::Error)]
pub enum JwksError {
    /// The source did not answer well.
    #[error("the key source did not answer: {0}")]
    Fetch(&'static str),
    /// More than [`MAX_JWKS_BYTES`].
    #[error("the key set is too large")]
    TooLarge,
    /// Not a JWK set, or without any key that fits the algorithm.
    #[error("the key set holds no usable key")]
    Useless,
}

/// A key set as it was fetched at one time.
pub(super) type Keys = HashMap<String, Arc<DecodingKey>>;

/// The keys of one issuer, by key id.
pub(super) struct KeySet {
    source: KeySource,
    algorithm: TokenAlgorithm,
    client: Client,
    keys: RwLock<Arc<Keys>>,
    /// One renewal at a time: an answer fetched before a withdrawal must not be put in place after it.
    renewing: Mutex<()>,
    last_attempt: Mutex<Option<Instant>>,
}

impl KeySet {
    pub(super) fn new(source: KeySource, algorithm: TokenAlgorithm) -> Result<Self, ConfigError> {
        let mut client = Client::builder()
            .redirect(redirect::Policy::none())
            .timeout(FETCH_TIMEOUT);
        if matches!(&source, KeySource::Url(url) if is_loopback(url)) {
            client = client.no_proxy();
        }
        Ok(Self {
            source,
            algorithm,
            client: client.build().map_err(|_| ConfigError::Client)?,
            keys: RwLock::default(),
            renewing: Mutex::default(),
            last_attempt: Mutex::default(),
        })
    }

    fn known(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.known().is_empty()
    }

    /// True until the next renewal of these keys.
    pub(super) fn in_use(&self, keys: &Arc<Keys>) -> bool {
        Arc::ptr_eq(&self.known(), keys)
    }

    /// The keys in use, and the one of this id among them. An unknown id makes the set be renewed, at most once
    /// in ten seconds, so that a new key works at once and made-up ids cannot turn this service against its issuer.
    pub(super) async fn key(&self, id: &str) -> Option<(Arc<DecodingKey>, Arc<Keys>)> {
        let found = |keys: Arc<Keys>| Some((Arc::clone(keys.get(id)?), keys));
        if let Some(found) = found(self.known()) {
            return Some(found);
        }
        let mut last = self.last_attempt.lock().await;
        let due = last.is_none_or(|at| at.elapsed() >= UNKNOWN_KEY_PAUSE);
        if due {
            *last = Some(Instant::now());
            if let Err(error) = self.renew().await {
                tracing::warn!(%error, "token keys could not be renewed; the old ones stay in use");
            }
        }
        drop(last);
        found(self.known())
    }

    /// Fetches the set. On failure the old keys stay.
    pub(super) async fn renew(&self) -> Result<(), JwksError> {
        let _alone = self.renewing.lock().await;
        let text = match &self.source {
            KeySource::Url(url) => self.fetch(url).await?,
            KeySource::File(path) => read(path).await?,
            KeySource::Fixed(text) => text.clone().into_bytes(),
        };
        let keys = usable(&text, self.algorithm)?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        Ok(())
    }

    async fn fetch(&self, url: &reqwest::Url) -> Result<Vec<u8>, JwksError> {
        let mut response = self
            .client
            .get(url.clone())
            .send()
            .await
            .map_err(|_| JwksError::Fetch("no connection or no answer"))?;
        if response.status() != 200 {
            return Err(JwksError::Fetch("a status other than 200"));
        }
        let mut bytes = Vec::new();
        let broken = |_| JwksError::Fetch("the answer broke off");
        while let Some(chunk) = response.chunk().await.map_err(broken)? {
            if bytes.len() + chunk.len() > MAX_JWKS_BYTES {
                return Err(JwksError::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}

async fn read(path: &std::path::Path) -> Result<Vec<u8>, JwksError> {
    use tokio::io::AsyncReadExt;
    let unreadable = |_| JwksError::Fetch("the file cannot be read");
    let file = tokio::fs::File::open(path).await.map_err(unreadable)?;
    let mut bytes = Vec::new();
    let limit = MAX_JWKS_BYTES as u64 + 1;
    file.take(limit)
        .read_to_end(&mut bytes)
        .await
        .map_err(unreadable)?;
    if bytes.len() > MAX_JWKS_BYTES {
        Err(JwksError::TooLarge)
    } else {
        Ok(bytes)
    }
}

/// The keys of a set that fit the algorithm. Two keys of one id are both left out: which one was meant
/// cannot be known.
fn usable(text: &[u8], algorithm: TokenAlgorithm) -> Result<Keys, JwksError> {
    let set: Value = serde_json::from_slice(text).map_err(|_| JwksError::Useless)?;
    let entries = set
        .get("keys")
        .and_then(Value::as_array)
        .ok_or(JwksError::Useless)?;
    let mut found: HashMap<String, Option<Arc<DecodingKey>>> = HashMap::new();
    for entry in entries {
        // Keys of other kinds may stand in the set: they are not for us.
        let Ok(jwk) = Jwk::deserialize(entry) else {
            continue;
        };
        let (Some(id), true) = (jwk.common.key_id.clone(), fits(&jwk, algorithm)) else {
            continue;
        };
        let Ok(key) = DecodingKey::from_jwk(&jwk) else {
            continue;
        };
        found
            .entry(id)
            .and_modify(|it| *it = None)
            .or_insert_with(|| Some(Arc::new(key)));
    }
    let keys: Keys = found
        .into_iter()
        .filter_map(|(id, key)| Some((id, key?)))
        .collect();
    if keys.is_empty() {
        Err(JwksError::Useless)
    } else {
        Ok(keys)
    }
}

fn fits(jwk: &Jwk, algorithm: TokenAlgorithm) -> bool {
    let kind = match (&jwk.algorithm, algorithm) {
        (AlgorithmParameters::RSA(_), TokenAlgorithm::Rs256) => true,
        (AlgorithmParameters::EllipticCurve(it), TokenAlgorithm::Es256) => it.curve == EllipticCurve::P256,
        (AlgorithmParameters::OctetKeyPair(it), TokenAlgorithm::EdDsa) => it.curve == EllipticCurve::Ed25519,
        _ => false,
    };
    let usage = matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature));
    let named = jwk
        .common
        .key_algorithm
        .is_none_or(|it| it == algorithm.jwt().into());
    kind && usage && named
}

#[cfg(test)]
mod tests;
