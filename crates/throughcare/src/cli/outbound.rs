//! Settings of what leaves by itself.

use clap::Args;
use ipnet::IpNet;
use std::time::Duration;
use throughcare_app::webhooks::Retries;
use throughcare_http::outbound::Allowed;

/// Most waits between attempts.
const MOST_RETRIES: usize = 20;

/// Webhooks: where they may go, and when they are tried again.
#[derive(Clone, Debug, Default, Args)]
pub struct Outbound {
    /// A network inside to which webhooks may be sent, such as 10.2.0.0/16, plain HTTP included; may be given several
    /// times, or with commas. Without it they go to public addresses alone, over HTTPS.
    #[arg(long, env = "THROUGHCARE_WEBHOOK_ALLOW", value_delimiter = ',')]
    pub webhook_allow: Vec<IpNet>,
    /// Seconds to wait after each attempt that failed, with commas; one attempt more than there are waits. Default: ten
    /// attempts over 75 hours.
    #[arg(long, env = "THROUGHCARE_WEBHOOK_RETRIES", value_delimiter = ',', value_parser = clap::value_parser!(u64).range(1..=604_800))]
    pub webhook_retries: Vec<u64>,
    /// Under which address receivers reach this service, such as https://throughcare.example: stands in what they are
    /// told. Default: the address it listens on.
    #[arg(long, env = "THROUGHCARE_PUBLIC_URL")]
    pub public_url: Option<String>,
}

impl Outbound {
    /// Where something may be sent.
    pub fn allowed(&self) -> Allowed {
        Allowed::with(self.webhook_allow.clone())
    }

    /// When it is sent again.
    pub fn retries(&self) -> Retries {
        if self.webhook_retries.is_empty() {
            return Retries::default();
        }
        let waits = self.webhook_retries.iter().take(MOST_RETRIES);
        Retries(waits.map(|seconds| Duration::from_secs(*seconds)).collect())
    }
}

/// How to receive.
#[derive(Clone, Debug, Args)]
pub struct Listen {
    /// Port on 127.0.0.1; 0 takes any.
    #[arg(long, default_value_t = 4_001)]
    pub port: u16,
    /// The secret that came when the webhook was made: whsec_ and base64.
    #[arg(long, env = "THROUGHCARE_WEBHOOK_SECRET", hide_env_values = true)]
    pub secret: String,
    /// What to answer, to try what the service does then: 204, 410, 500.
    #[arg(long, default_value_t = 204, value_parser = clap::value_parser!(u16).range(200..=599))]
    pub answer: u16,
}
