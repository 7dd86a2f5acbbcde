//! Sending one part until it is answered.

use super::parts::{Form, Part};
use super::report::Answered;
use anyhow::{Context as _, Result, bail};
use reqwest::{Client, StatusCode, Url};
use std::time::Duration;

/// How often a part is sent before the import stops.
const TRIES: u32 = 8;
/// The longest pause between two tries; the first is a second, and each is twice as long as the one before.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The longest that an answer may take.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Where parts go.
pub struct Door {
    client: Client,
    address: Url,
    token: String,
    form: Form,
}

impl Door {
    /// To a server's imports of a kind, from a system.
    ///
    /// # Errors
    /// When the address is none.
    pub fn new(
        url: &str,
        token: String,
        form: Form,
        kind: &str,
        system: &str,
        dry_run: bool,
    ) -> Result<Self> {
        let mut address = Url::parse(url)
            .and_then(|url| url.join("/v1/imports"))
            .with_context(|| format!("{url} is no address of a server"))?;
        address
            .query_pairs_mut()
            .append_pair("kind", kind)
            .append_pair("system", system)
            .append_pair("dryRun", if dry_run { "true" } else { "false" });
        Ok(Self {
            client: Client::builder().timeout(TIMEOUT).build()?,
            address,
            token,
            form,
        })
    }

    /// Sends a part until every row of it is answered for good, or as often as it is tried.
    ///
    /// # Errors
    /// When the server refuses the part as a whole, or cannot be reached.
    pub async fn send(&self, part: &Part) -> Result<Answered> {
        let mut last = Answered::default();
        let mut trouble = String::new();
        for turn in 0..TRIES {
            if turn > 0 {
                let pause = Duration::from_secs(1 << (turn - 1).min(5));
                tokio::time::sleep(pause.min(LONGEST_PAUSE)).await;
            }
            match self.once(part).await? {
                Ok(answered) => {
                    last = answered;
                    if last.data.iter().all(|row| row.outcome != "again") {
                        return Ok(last);
                    }
                }
                Err(why) => trouble = why,
            }
        }
        if last.data.is_empty() {
            bail!(
                "the server could not be reached or had no room, {TRIES} times: {trouble}. Go on with --resume"
            );
        }
        Ok(last)
    }

    /// The answer, or why it is worth trying again.
    async fn once(&self, part: &Part) -> Result<Result<Answered, String>> {
        let mut address = self.address.clone();
        address
            .query_pairs_mut()
            .append_pair("firstLine", &part.first_line.to_string());
        let sent = self
            .client
            .post(address)
            .bearer_auth(&self.token)
            .header("content-type", self.form.media_type())
            .body(part.body.clone())
            .send()
            .await;
        let answer = match sent {
            Ok(answer) => answer,
            Err(error) => return Ok(Err(error.without_url().to_string())),
        };
        let status = answer.status();
        let text = match answer.text().await {
            Ok(text) => text,
            Err(error) => return Ok(Err(error.without_url().to_string())),
        };
        match status {
            StatusCode::OK => Ok(Ok(serde_json::from_str(&text).context("the answer is no report")?)),
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
                Ok(Err(status.to_string()))
            }
            StatusCode::UNAUTHORIZED => bail!(
                "the server does not take the token, or no longer: put a new one into the file and go on with --resume"
            ),
            _ => bail!("the server refuses the rows: {}", said(status, &text)),
        }
    }
}

/// What a problem says, with the places.
fn said(status: StatusCode, text: &str) -> String {
    let Ok(problem) = serde_json::from_str::<serde_json::Value>(text) else {
        return status.to_string();
    };
    let mut said = problem["detail"].as_str().unwrap_or_default().to_owned();
    for fault in problem["errors"].as_array().into_iter().flatten() {
        let (at, detail) = (fault["pointer"].as_str(), fault["detail"].as_str());
        said.push_str(&format!(
            "\n  {}: {}",
            at.unwrap_or_default(),
            detail.unwrap_or_default()
        ));
    }
    said
}
