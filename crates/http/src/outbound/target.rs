//! The URL of a receiver: what may stand in it.

use super::addresses::{Allowed, NotAllowed};
use reqwest::Url;
use std::net::IpAddr;

/// Longest URL.
pub const MAX_URL_CHARACTERS: usize = 500;

/// Where a receiver listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target(Url);

/// Why nothing is sent to a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetRefused {
    /// It is no URL of a receiver.
    #[error("Give an absolute URL of at most 500 characters, such as https://example.org/notices.")]
    NoUrl,
    /// It is not encrypted.
    #[error("Give a URL that begins with https. Plain http goes to networks that the configuration names.")]
    Plain,
    /// It holds what would stand in logs.
    #[error("Leave user, password and fragment out of the URL: what is told is signed.")]
    HoldsSecrets,
    /// Its address is inside a network.
    #[error("This address is inside a network to which nothing is sent, unless the configuration allows it.")]
    Inside,
}

impl Target {
    /// Reads a URL. Names are resolved whenever something is sent, and judged again then.
    ///
    /// # Errors
    /// [`TargetRefused`].
    pub fn parse(text: &str, allowed: &Allowed) -> Result<Self, TargetRefused> {
        if text.chars().count() > MAX_URL_CHARACTERS {
            return Err(TargetRefused::NoUrl);
        }
        let url = Url::parse(text).map_err(|_| TargetRefused::NoUrl)?;
        if url.host_str().is_none_or(str::is_empty) {
            return Err(TargetRefused::NoUrl);
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(TargetRefused::HoldsSecrets);
        }
        let target = Self(url);
        match target.0.scheme() {
            "https" => {}
            "http" if allowed.names_any() => {}
            "http" => return Err(TargetRefused::Plain),
            _ => return Err(TargetRefused::NoUrl),
        }
        match target.address() {
            Some(address) => target
                .may(address, allowed)
                .map(|()| target)
                .map_err(|_| TargetRefused::Inside),
            None => Ok(target),
        }
    }

    /// The URL.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// True when it is not encrypted.
    pub(super) fn is_plain(&self) -> bool {
        self.0.scheme() == "http"
    }

    /// The address, when the URL names one and no name: nothing resolves it.
    fn address(&self) -> Option<IpAddr> {
        let host = self.0.host_str()?;
        host.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }

    fn may(&self, address: IpAddr, allowed: &Allowed) -> Result<(), NotAllowed> {
        let may = match self.is_plain() {
            true => allowed.is_inside(address),
            false => allowed.may(address),
        };
        may.then_some(()).ok_or(NotAllowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_urls_then_only_those_of_receivers_outside_are_taken() {
        let public = Allowed::default();
        let refused = |text: &str| Target::parse(text, &public).unwrap_err();
        for text in [
            "",
            "example.org",
            "/notices",
            "ftp://example.org/",
            "file:///etc/passwd",
            "https://",
        ] {
            assert_eq!(refused(text), TargetRefused::NoUrl, "{text}");
        }
        assert_eq!(
            refused(&format!("https://example.org/{}", "a".repeat(500))),
            TargetRefused::NoUrl
        );
        assert_eq!(refused("http://example.org/"), TargetRefused::Plain);
        for text in [
            "https://user@example.org/",
            "https://u:p@example.org/",
            "https://example.org/#part",
        ] {
            assert_eq!(refused(text), TargetRefused::HoldsSecrets, "{text}");
        }
        // However an address is written, it is that address.
        for text in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest/",
            "https://192.168.0.1:8443/",
        ] {
            assert_eq!(refused(text), TargetRefused::Inside, "{text}");
        }
        for text in [
            "https://example.org/notices?of=us",
            "https://1.1.1.1/",
            "https://example.org:8443/x",
        ] {
            assert!(Target::parse(text, &public).is_ok(), "the control: {text}");
        }
    }

    #[test]
    fn given_a_network_in_the_configuration_then_plain_http_goes_there_and_nowhere_else() {
        let inside = Allowed::with(vec!["127.0.0.0/8".parse().unwrap()]);
        assert!(Target::parse("http://127.0.0.1:4001/", &inside).is_ok());
        assert!(Target::parse("https://127.0.0.1:4001/", &inside).is_ok());
        assert_eq!(
            Target::parse("http://1.1.1.1/", &inside).unwrap_err(),
            TargetRefused::Inside
        );
        assert_eq!(
            Target::parse("http://10.0.0.1/", &inside).unwrap_err(),
            TargetRefused::Inside
        );
    }
}
