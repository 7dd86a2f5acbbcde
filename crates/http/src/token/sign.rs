//! A small issuer of our own, for the demo and for tests. Real installations have an identity provider.

use super::caller::Role;
use super::issuer::{IssuerConfig, KeySource, TokenAlgorithm};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::fmt;
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

/// Signs tokens with an Ed25519 key.
pub struct DemoIssuer {
    issuer: String,
    audience: String,
    key_id: String,
    key: Ed25519KeyPair,
}

impl fmt::Debug for DemoIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DemoIssuer")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

/// What a token grants.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The registered client.
    pub client_id: String,
    /// The user; `None` for a system.
    pub user_name: Option<String>,
    /// The organisation, as a slug.
    pub organisation: String,
    /// The role.
    pub role: Role,
    /// The scopes, such as `read` and `write`.
    pub scopes: Vec<String>,
    /// How long the token is good.
    pub lifetime: Duration,
}

impl DemoIssuer {
    /// From 32 random bytes; the same bytes give the same key.
    ///
    /// # Errors
    /// When the bytes are no key, which for Ed25519 does not happen.
    pub fn from_seed(issuer: &str, audience: &str, seed: &[u8; 32]) -> io::Result<Self> {
        let key = Ed25519KeyPair::from_seed_unchecked(seed)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not an Ed25519 key"))?;
        let hash = digest(&SHA256, key.public_key().as_ref());
        let key_id = URL_SAFE_NO_PAD.encode(&hash.as_ref()[..9]);
        Ok(Self {
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            key_id,
            key,
        })
    }

    /// Loads the key file, or writes it from the given random bytes when there is none. Only its owner
    /// may read it (0600); a file that others may read is refused.
    ///
    /// # Errors
    /// When the file cannot be read or written, is open to others, or holds no key.
    pub fn load_or_create(path: &Path, issuer: &str, audience: &str, random: &[u8; 32]) -> io::Result<Self> {
        let created = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path);
        match created {
            Ok(mut file) => {
                file.write_all(URL_SAFE_NO_PAD.encode(random).as_bytes())?;
                file.sync_all()?;
                Self::from_seed(issuer, audience, random)
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let seed = read_seed(path)?;
                Self::from_seed(issuer, audience, &seed)
            }
            Err(error) => Err(error),
        }
    }

    /// The public keys, as a JWK set.
    pub fn jwks(&self) -> Value {
        json!({ "keys": [{
            "kty": "OKP",
            "crv": "Ed25519",
            "use": "sig",
            "alg": "EdDSA",
            "kid": self.key_id,
            "x": URL_SAFE_NO_PAD.encode(self.key.public_key().as_ref()),
        }]})
    }

    /// How a [`super::Verifier`] comes to trust this issuer.
    pub fn config(&self) -> IssuerConfig {
        IssuerConfig {
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            algorithm: TokenAlgorithm::EdDsa,
            keys: KeySource::Fixed(self.jwks().to_string()),
            max_lifetime: IssuerConfig::DEFAULT_MAX_LIFETIME,
        }
    }

    /// A token for a grant, issued at an instant.
    pub fn token(&self, grant: &Grant, at: Timestamp) -> String {
        let lifetime = i64::try_from(grant.lifetime.as_secs()).unwrap_or(i64::MAX);
        let mut claims = json!({
            "iss": self.issuer,
            "aud": self.audience,
            "sub": grant.user_name.as_ref().unwrap_or(&grant.client_id),
            "client_id": grant.client_id,
            "auth_source": "none",
            "authorities": [grant.role.authority()],
            "scope": grant.scopes,
            "organisation": grant.organisation,
            "iat": at.as_second(),
            "exp": at.as_second().saturating_add(lifetime),
        });
        if let Some(name) = &grant.user_name {
            claims["user_name"] = name.as_str().into();
        }
        self.sign(
            &json!({ "alg": "EdDSA", "typ": "JWT", "kid": self.key_id }),
            &claims,
        )
    }

    /// Signs any header and claims.
    pub(super) fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = URL_SAFE_NO_PAD.encode(self.key.sign(signed.as_bytes()).as_ref());
        format!("{signed}.{signature}")
    }
}

fn read_seed(path: &Path) -> io::Result<[u8; 32]> {
    let file = std::fs::File::open(path)?;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        let text = "the key file is open to other users: set its mode to 0600";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, text));
    }
    let mut text = String::new();
    file.take(128).read_to_string(&mut text)?;
    URL_SAFE_NO_PAD
        .decode(text.trim())
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the key file holds no key"))
}
