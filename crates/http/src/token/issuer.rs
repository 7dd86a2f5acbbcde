//! An issuer whose tokens are trusted, as configured.

use reqwest::Url;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// The one algorithm with which an issuer signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenAlgorithm {
    /// RSA PKCS#1 v1.5 with SHA-256; keys of 2,048 bits or more.
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
}

impl TokenAlgorithm {
    /// Its name in a token's header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    pub(super) const fn jwt(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
            Self::EdDsa => jsonwebtoken::Algorithm::EdDSA,
        }
    }
}

impl FromStr for TokenAlgorithm {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        [Self::Rs256, Self::Es256, Self::EdDsa]
            .into_iter()
            .find(|it| it.as_str() == text)
            .ok_or(ConfigError::Algorithm)
    }
}

/// Where the public keys of an issuer come from (a JWK set). Pinned: no token can name another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// Fetched: `https`, or `http` on this very machine.
    Url(Url),
    /// Read from a file.
    File(PathBuf),
    /// Given as text: for the demo and for tests.
    Fixed(String),
}

impl FromStr for KeySource {
    type Err = ConfigError;

    /// A URL when it has a scheme, otherwise the path of a file.
    fn from_str(text: &str) -> Result<Self, ConfigError> {
        if !text.contains("://") {
            return Ok(Self::File(PathBuf::from(text)));
        }
        let url = Url::parse(text).map_err(|_| ConfigError::Url)?;
        let plain = url.username().is_empty() && url.password().is_none();
        match url.scheme() {
            "https" if plain && url.has_host() => Ok(Self::Url(url)),
            "http" if plain && is_loopback(&url) => Ok(Self::Url(url)),
            _ => Err(ConfigError::Url),
        }
    }
}

pub(super) fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|it| it.is_loopback())
    })
}

/// An issuer and what its tokens must say.
#[derive(Clone, Debug)]
pub struct IssuerConfig {
    /// Its exact name in the claim `iss`.
    pub issuer: String,
    /// What must stand in the claim `aud`.
    pub audience: String,
    /// The one algorithm.
    pub algorithm: TokenAlgorithm,
    /// Where its keys are.
    pub keys: KeySource,
    /// The longest life of a token. 24 hours unless configured.
    pub max_lifetime: Duration,
}

impl IssuerConfig {
    /// The longest life of a token unless configured.
    pub const DEFAULT_MAX_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
}

/// What is wrong with a configured issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Unknown algorithm.
    #[error("the token algorithm must be RS256, ES256 or EdDSA")]
    Algorithm,
    /// Unsafe or unreadable URL.
    #[error("the JWKS address must be https, or http on this machine (127.0.0.1), without a password")]
    Url,
    /// Two issuers of one name.
    #[error("two issuers have the same name")]
    Twice,
    /// The client for fetching keys could not be made.
    #[error("the client that fetches keys could not be set up")]
    Client,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_over_https_or_from_this_machine() {
        for good in [
            "https://auth.example/jwks.json",
            "http://127.0.0.1:9090/jwks",
            "http://[::1]/j",
            "http://localhost/j",
        ] {
            assert!(matches!(good.parse(), Ok(KeySource::Url(_))), "{good}");
        }
        for bad in [
            "http://auth.example/jwks",
            "http://127.0.0.1.evil.example/",
            "ftp://127.0.0.1/x",
            "https://u:p@auth.example/",
            "https://u@auth.example/",
            "https://:p@auth.example/",
            "http://localhost.evil.example/",
        ] {
            assert_eq!(bad.parse::<KeySource>(), Err(ConfigError::Url), "{bad}");
        }
        assert!(matches!("/etc/keys/jwks.json".parse(), Ok(KeySource::File(_))));
    }

    #[test]
    fn symmetric_and_absent_algorithms_cannot_be_configured() {
        for bad in ["none", "HS256", "rs256", "PS256", ""] {
            assert_eq!(bad.parse::<TokenAlgorithm>(), Err(ConfigError::Algorithm));
        }
    }
}
