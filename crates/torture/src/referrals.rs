//! Referrals over HTTP: what case systems send, and what is recorded of them.

use crate::Database;
use crate::program::{Process, Program};
use anyhow::{Context as _, Result, bail, ensure};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use sqlx::Row as _;
use std::collections::HashSet;
use std::time::Duration;
use throughcare_http::token::Role;
use uuid::Uuid;

const ORGANISATION: &str = "northshire-recovery";
const SERVICE: &str = "northshire-community";
/// A request that takes longer is given up and sent again.
const LIMIT: Duration = Duration::from_secs(30);

/// Opens one organisation with one service, and registers the systems that send referrals for it.
///
/// # Errors
/// When the program refuses.
pub async fn set_up(
    program: &Program,
    process: &Process,
    database: &Database,
    desks: &[String],
) -> Result<()> {
    let first = [
        "admin",
        "begin",
        "--organisation",
        "partnership",
        "--name",
        "Partnership",
    ];
    let whom = ["--client", "administration", "--user", "administrator"];
    let (begun, said) = program.run(&[&first[..], &whom[..]].concat(), database).await?;
    ensure!(begun, "nobody administers: {said}");
    let token = program.token("administration", "partnership", Role::Administrator);
    let client = Client::builder().no_proxy().timeout(LIMIT).build()?;
    let clients = desks.iter().map(|desk| {
        let path = format!("/v1/organisations/{ORGANISATION}/clients");
        (
            path,
            json!({ "client": desk, "sector": "treatment", "roles": ["worker"] }),
        )
    });
    let opened = [
        (
            "/v1/organisations".to_owned(),
            json!({ "organisation": ORGANISATION, "name": "Northshire Recovery" }),
        ),
        (
            format!("/v1/organisations/{ORGANISATION}/services"),
            json!({ "service": SERVICE, "name": "Northshire Community", "kind": "community", "areas": ["X10000001"] }),
        ),
    ];
    for (path, body) in opened.into_iter().chain(clients) {
        let request = client
            .post(format!("{}{path}", process.address()))
            .bearer_auth(&token)
            .json(&body);
        let status = request.send().await?.status();
        ensure!(status == StatusCode::CREATED, "{path} was answered {status}");
    }
    Ok(())
}

/// A case system that sends referrals, each of somebody new.
#[derive(Clone, Debug)]
pub struct Desk {
    client: Client,
    token: String,
}

/// What a desk was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// The referral has this id.
    Acknowledged(Uuid),
    /// Nothing for sure: to be sent again with the same key.
    NotYet,
}

impl Desk {
    /// A registered client of the organisation.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn new(program: &Program, name: &str) -> Result<Self> {
        Ok(Self {
            client: Client::builder().no_proxy().timeout(LIMIT).build()?,
            token: program.token(name, ORGANISATION, Role::Worker),
        })
    }

    /// Sends a referral once.
    ///
    /// # Errors
    /// When it is answered what no retry mends.
    pub async fn refer(&self, address: &str, key: Uuid, limit: Option<Duration>) -> Result<Answered> {
        let body = json!({
            "person": { "demographics": { "names": { "given": "Robin", "family": "Ashdown" } } },
            "source": "self",
            "toService": SERVICE,
        });
        let request = self
            .client
            .post(format!("{address}/v1/referrals"))
            .bearer_auth(&self.token)
            .header("idempotency-key", key.to_string())
            .timeout(limit.unwrap_or(LIMIT))
            .json(&body);
        let Ok(response) = request.send().await else {
            return Ok(Answered::NotYet);
        };
        let status = response.status();
        let Ok(text) = response.text().await else {
            return Ok(Answered::NotYet);
        };
        let again = status == StatusCode::SERVICE_UNAVAILABLE
            || status == StatusCode::CONFLICT && text.contains("idempotency_in_progress");
        if again {
            return Ok(Answered::NotYet);
        }
        if status != StatusCode::CREATED {
            bail!("a referral was answered {status}: {text}");
        }
        let answer: Value = serde_json::from_str(&text)?;
        let created = answer["created"]
            .as_array()
            .context("the answer names nothing created")?;
        let referral = created.iter().find(|one| one["kind"] == "referral");
        let id = referral
            .and_then(|one| one["id"].as_str())
            .context("no referral was created")?;
        Ok(Answered::Acknowledged(id.parse()?))
    }
}

/// What is recorded, counted in the tables of the log.
#[derive(Debug, Default)]
pub struct Recorded {
    /// Every referral.
    pub referrals: HashSet<Uuid>,
    /// Events that tell of a referral.
    pub received: usize,
    /// Events that open a record.
    pub registered: usize,
    /// Answers kept for keys.
    pub answers: usize,
    /// What is never right: gaps, a head elsewhere, an answer without its events.
    pub wrong: Vec<String>,
}

/// Reads what is recorded.
///
/// # Errors
/// When the database does not answer.
pub async fn recorded(database: &Database) -> Result<Recorded> {
    let mut connection = database.connect().await?;
    let ids: Vec<Uuid> =
        sqlx::query_scalar("/* referrals_entities */ SELECT entity_id FROM entities WHERE kind = 'referral'")
            .fetch_all(&mut connection)
            .await?;
    let row = sqlx::query(
        "/* referrals_counts */ SELECT count(*) AS events, coalesce(max(position), 0) AS last, \
         count(*) FILTER (WHERE event_type = 'referral.received') AS received, \
         count(*) FILTER (WHERE event_type = 'identity.person-registered') AS registered, \
         (SELECT position FROM log_head) AS head, (SELECT count(*) FROM idempotency) AS answers, \
         (SELECT count(*) FROM idempotency AS kept WHERE NOT EXISTS \
             (SELECT FROM events WHERE events.position = kept.last_position)) AS hollow, \
         (SELECT count(*) FROM (SELECT FROM events GROUP BY stream_id, stream_version HAVING count(*) > 1) AS twice) \
             AS twice FROM events",
    )
    .fetch_one(&mut connection)
    .await?;
    let count = |name: &str| -> Result<usize> { Ok(usize::try_from(row.try_get::<i64, _>(name)?)?) };
    let (events, last, head) = (count("events")?, count("last")?, count("head")?);
    let mut wrong = Vec::new();
    if events != last || last != head {
        wrong.push(format!("{events} events, the last at {last}, the head at {head}"));
    }
    for (what, count) in [
        ("answers are kept without their events", count("hollow")?),
        ("versions of streams are there twice", count("twice")?),
    ] {
        if count > 0 {
            wrong.push(format!("{count} {what}"));
        }
    }
    Ok(Recorded {
        referrals: ids.into_iter().collect(),
        received: count("received")?,
        registered: count("registered")?,
        answers: count("answers")?,
        wrong,
    })
}
