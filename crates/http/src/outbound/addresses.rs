//! Addresses to which nothing is sent unless the configuration says so: whoever may name a URL must not reach what stands
//! inside this network, whatever its name resolves to.

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

/// What is not reached from everywhere: the registries of special-purpose addresses (RFC 6890 and its successors), and
/// multicast. The IPv6 ranges that carry IPv4 addresses are in it whole.
const SPECIAL: [&str; 28] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    // ::, ::1, IPv4 in its old compatible form.
    "::/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "fc00::/7",
    "fe80::/9",
    "ff00::/8",
];

/// Where something may be sent.
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    blocks: Arc<Vec<IpNet>>,
}

/// Nothing is sent to this address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the address is inside a network to which nothing is sent")]
pub struct NotAllowed;

impl Allowed {
    /// Everywhere in public, and in these blocks.
    pub fn with(blocks: Vec<IpNet>) -> Self {
        Self {
            blocks: Arc::new(blocks),
        }
    }

    /// True when something may be sent there.
    pub fn may(&self, address: IpAddr) -> bool {
        // ::ffff:10.0.0.1 is 10.0.0.1 on the wire.
        let address = address.to_canonical();
        self.is_inside(address) || is_public(address)
    }

    /// True for an address that the configuration names.
    pub fn is_inside(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.blocks.iter().any(|block| block.contains(&address))
    }

    /// True when the configuration names any.
    pub fn names_any(&self) -> bool {
        !self.blocks.is_empty()
    }
}

fn is_public(address: IpAddr) -> bool {
    let special = SPECIAL.iter().filter_map(|block| block.parse::<IpNet>().ok());
    !special.into_iter().any(|block| block.contains(&address))
}

/// The addresses of a name, as they are at one moment.
type Found = Vec<SocketAddr>;
/// How names are looked up.
pub(super) type LookUp = Arc<dyn Fn(String) -> LookingUp + Send + Sync>;
/// A name that is being looked up.
pub(super) type LookingUp = Pin<Box<dyn Future<Output = io::Result<Found>> + Send>>;

/// As the system does.
pub(super) fn by_system() -> LookUp {
    Arc::new(|name| Box::pin(async move { Ok(tokio::net::lookup_host((name.as_str(), 0)).await?.collect()) }))
}

/// Resolves names, and gives back only addresses to which something may be sent. The connection is
/// made to one of these and to no other, so that a name which resolves otherwise the next time gains nothing.
pub(super) struct Guarded {
    pub(super) allowed: Allowed,
    /// For plain HTTP, which goes to the networks that the configuration names and nowhere else.
    pub(super) inside_only: bool,
    pub(super) look_up: LookUp,
}

impl Guarded {
    pub(super) fn may(&self, address: IpAddr) -> bool {
        match self.inside_only {
            true => self.allowed.is_inside(address),
            false => self.allowed.may(address),
        }
    }
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let guarded = Self {
            allowed: self.allowed.clone(),
            inside_only: self.inside_only,
            look_up: self.look_up.clone(),
        };
        Box::pin(async move {
            let found = (guarded.look_up)(name.as_str().to_owned()).await?;
            let may: Vec<SocketAddr> = found.into_iter().filter(|one| guarded.may(one.ip())).collect();
            if may.is_empty() {
                return Err(NotAllowed.into());
            }
            let addresses: Addrs = Box::new(may.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(allowed: &Allowed, address: &str) -> bool {
        allowed.may(address.parse().unwrap())
    }

    #[test]
    fn given_addresses_inside_a_network_then_nothing_is_sent_there() {
        for block in SPECIAL {
            assert!(block.parse::<IpNet>().is_ok(), "{block}");
        }
        let public = Allowed::default();
        for inside in [
            "127.0.0.1",
            "127.8.8.8",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "fec0::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "ff02::1",
        ] {
            assert!(!may(&public, inside), "{inside}");
        }
        for outside in [
            "1.1.1.1",
            "8.8.8.8",
            "172.32.0.1",
            "2606:4700::1111",
            "::ffff:1.1.1.1",
        ] {
            assert!(may(&public, outside), "the control: {outside}");
        }
    }

    #[test]
    fn given_a_block_in_the_configuration_then_that_block_is_reached_and_no_other() {
        let allowed = Allowed::with(vec!["10.1.0.0/16".parse().unwrap(), "::1/128".parse().unwrap()]);
        assert!(may(&allowed, "10.1.2.3") && may(&allowed, "::ffff:10.1.2.3") && may(&allowed, "::1"));
        assert!(!may(&allowed, "10.2.0.1") && !may(&allowed, "127.0.0.1"));
        assert!(may(&allowed, "1.1.1.1"), "what is public stays");
    }

    #[tokio::test]
    async fn given_a_name_that_resolves_to_an_address_inside_then_there_is_no_address() {
        let resolve = |allowed: Allowed| async {
            let guarded = Guarded {
                allowed,
                inside_only: false,
                look_up: by_system(),
            };
            let found = guarded.resolve("localhost".parse().unwrap()).await;
            found.map(Iterator::count)
        };
        let refused = resolve(Allowed::default()).await.unwrap_err();
        assert!(refused.is::<NotAllowed>(), "{refused}");
        let inside = Allowed::with(vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()]);
        assert!(resolve(inside).await.unwrap() > 0);
    }
}
